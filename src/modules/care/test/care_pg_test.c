/* care_pg_test.c: procedures of care on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "care_cases.h"
