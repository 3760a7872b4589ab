/* demo_pg_test.c: the fictitious district on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "demo_cases.h"
