/* outbox_test.c: outbox_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "outbox_cases.h"
