/* failing_pg_test.c: failing_cases.h on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "failing_cases.h"
