/* calendar_pg_test.c: calendar_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "calendar_cases.h"
