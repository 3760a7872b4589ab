/* import_test.c: rows from tables, on SQLite. */
#include "db/test/on_sqlite.h"

#include "import_cases.h"
