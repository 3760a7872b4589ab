/* merge_pg_test.c: matters that become one, on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "merge_cases.h"
