/* rules_pg_test.c: rules and findings on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "rules_cases.h"
