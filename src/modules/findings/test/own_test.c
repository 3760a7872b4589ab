/* own_test.c: a district's own rules, on SQLite. */
#include "db/test/on_sqlite.h"

#include "own_cases.h"
