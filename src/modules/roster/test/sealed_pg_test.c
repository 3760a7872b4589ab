/* sealed_pg_test.c: sealed_cases.h on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "sealed_cases.h"
