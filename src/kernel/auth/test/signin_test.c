/* signin_test.c: signin_cases.h on SQLite. */
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

#include "signin_cases.h"
