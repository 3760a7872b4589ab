/* rules_test.c: rules and findings on SQLite. */
#include "db/test/on_sqlite.h"

#include "rules_cases.h"
