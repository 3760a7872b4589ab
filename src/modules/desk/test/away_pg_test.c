/* away_pg_test.c: away_cases.h on PostgreSQL. */
#include "db/test/on_pg.h"

#include "away_cases.h"
