/* record_test.c: records on SQLite. */
#include "db/test/on_sqlite.h"

#include "record_cases.h"
