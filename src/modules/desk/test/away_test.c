/* away_test.c: away_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "away_cases.h"
