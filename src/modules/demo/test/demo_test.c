/* demo_test.c: the fictitious district on SQLite. */
#include "db/test/on_sqlite.h"

#include "demo_cases.h"
