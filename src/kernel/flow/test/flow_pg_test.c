/* flow_pg_test.c: flows on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "flow_cases.h"
