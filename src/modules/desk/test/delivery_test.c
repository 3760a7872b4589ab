/* delivery_test.c: delivery_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "delivery_cases.h"
