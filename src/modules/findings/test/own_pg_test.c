/* own_pg_test.c: a district's own rules, on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "own_cases.h"
