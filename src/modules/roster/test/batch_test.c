/* batch_test.c: batch_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "batch_cases.h"
