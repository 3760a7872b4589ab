/* list_test.c: lists on SQLite. */
#include "db/test/on_sqlite.h"

#include "list_cases.h"
