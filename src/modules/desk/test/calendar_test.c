/* calendar_test.c: calendar_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "calendar_cases.h"
