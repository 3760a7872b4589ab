/* inbox_pg_test.c: inbox_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "inbox_cases.h"
