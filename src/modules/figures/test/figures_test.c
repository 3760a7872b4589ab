/* figures_test.c: figures_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "figures_cases.h"
