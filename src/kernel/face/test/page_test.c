/* page_test.c: lists, forms and histories over HTTP, on SQLite. */
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

#include "page_cases.h"
