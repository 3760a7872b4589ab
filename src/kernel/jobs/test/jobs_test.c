/* jobs_test.c: jobs on SQLite. */
#include "db/test/on_sqlite.h"

#include "jobs_cases.h"
