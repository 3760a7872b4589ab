/* list_pg_test.c: lists on PostgreSQL; QF_PG_URL is set by test/with-postgres. */
#include "db/test/on_pg.h"

#include "list_cases.h"
