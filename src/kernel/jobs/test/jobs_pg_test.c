/* jobs_pg_test.c: jobs on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "jobs_cases.h"
