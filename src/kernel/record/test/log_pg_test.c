/* log_pg_test.c: the log on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "log_cases.h"
