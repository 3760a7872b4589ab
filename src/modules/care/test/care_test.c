/* care_test.c: procedures of care on SQLite. */
#include "db/test/on_sqlite.h"

#include "care_cases.h"
