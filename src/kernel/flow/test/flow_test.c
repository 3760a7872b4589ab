/* flow_test.c: flows on SQLite. */
#include "db/test/on_sqlite.h"

#include "flow_cases.h"
