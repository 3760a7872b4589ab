/* page_test.c: lists, forms and histories over HTTP, on SQLite. */
#include "db/test/on_sqlite.h"

#include "page_cases.h"
