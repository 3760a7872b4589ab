/* signin_test.c: signin_cases.h on SQLite. */
#include "db/test/on_sqlite.h"

#include "signin_cases.h"
