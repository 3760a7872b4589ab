/* writing_test.c: writing_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "writing_cases.h"
