/* correct_test.c: correct_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "correct_cases.h"
