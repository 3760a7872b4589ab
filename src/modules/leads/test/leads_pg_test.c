/* leads_pg_test.c: leads on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "leads_cases.h"
