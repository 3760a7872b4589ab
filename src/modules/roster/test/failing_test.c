/* failing_test.c: failing_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "failing_cases.h"
