/* forms_out_test.c: forms_out_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "forms_out_cases.h"
