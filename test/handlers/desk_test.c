/* desk_test.c: desk_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "desk_cases.h"
