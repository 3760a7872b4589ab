/* tried_test.c: runs that keep nothing, on SQLite. */
#include "db/test/on_sqlite.h"

#include "tried_cases.h"
