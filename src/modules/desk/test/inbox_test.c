/* inbox_test.c: inbox_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "inbox_cases.h"
