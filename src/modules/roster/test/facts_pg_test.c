/* facts_pg_test.c: the roster's columns on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "facts_cases.h"
