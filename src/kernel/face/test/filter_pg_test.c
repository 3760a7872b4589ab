/* filter_pg_test.c: lists narrowed by an expression, on PostgreSQL; QF_PG_URL is set by test/with-postgres. */
#include "db/test/on_pg.h"

#include "filter_cases.h"
