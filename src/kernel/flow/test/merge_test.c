/* merge_test.c: matters that become one, on SQLite. */
#include "db/test/on_sqlite.h"

#include "merge_cases.h"
