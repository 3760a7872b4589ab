/* page_pg_test.c: lists, forms and histories over HTTP, on PostgreSQL; QF_PG_URL is set by test/with-postgres. */
#include "db/test/on_pg.h"

#include "page_cases.h"
