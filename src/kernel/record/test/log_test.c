/* log_test.c: the log on SQLite. */
#include "db/test/on_sqlite.h"

#include "log_cases.h"
