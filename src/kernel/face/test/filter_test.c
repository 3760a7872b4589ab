/* filter_test.c: lists narrowed by an expression, on SQLite. */
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

#include "filter_cases.h"
