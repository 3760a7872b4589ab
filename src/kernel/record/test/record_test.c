/* record_test.c: records on SQLite. */
#include "db/db.h"

static const char *test_url(void)
{
    return ":memory:";
}

static void clean(struct db *db, struct arena *a)
{
    (void)db;
    (void)a;
}

#include "record_cases.h"
