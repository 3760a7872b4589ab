/* forms_out_pg_test.c: forms_out_cases.h on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

#include "forms_out_cases.h"
