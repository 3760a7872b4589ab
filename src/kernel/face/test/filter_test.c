/* filter_test.c: lists narrowed by an expression, on SQLite. */
#include "db/test/on_sqlite.h"

#include "filter_cases.h"
