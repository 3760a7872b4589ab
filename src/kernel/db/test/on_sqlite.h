/* on_sqlite.h: cases that run on any database, on a new SQLite in memory. */
#ifndef QF_DB_TEST_ON_SQLITE_H
#define QF_DB_TEST_ON_SQLITE_H

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

#endif
