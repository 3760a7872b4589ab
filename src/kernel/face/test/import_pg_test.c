/* import_pg_test.c: rows from tables, on PostgreSQL; QF_PG_URL is set by test/with-postgres. */
#include "db/test/on_pg.h"

#include "import_cases.h"
