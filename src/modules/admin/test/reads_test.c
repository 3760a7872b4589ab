/* reads_test.c: reads_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "reads_cases.h"
