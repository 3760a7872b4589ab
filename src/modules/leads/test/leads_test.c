/* leads_test.c: leads on SQLite. */
#include "db/test/on_sqlite.h"

#include "leads_cases.h"
