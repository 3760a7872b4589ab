/* tried_pg_test.c: runs that keep nothing, on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "tried_cases.h"
