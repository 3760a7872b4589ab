/* sealed_test.c: sealed_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "sealed_cases.h"
