/* facts_test.c: the roster's columns on SQLite. */
#include "db/test/on_sqlite.h"

#include "facts_cases.h"
