/* desk_pg_test.c: desk_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "desk_cases.h"
