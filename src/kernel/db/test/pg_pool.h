/* pg_pool.h: an empty schema on the server QF_PG_URL names, for tests that include try.h. */
#include "db/test/try.h"

#define BLOB_TYPE "BYTEA"

static struct db_pool *fresh_pool(struct arena *a)
{
    const char *url = getenv("QF_PG_URL");
    if (url == NULL)
        fail_msg("QF_PG_URL is not set: run this by make unit-pg");
    struct db_pool *p;
    OK(db_pool_open(a, url, false, &p));
    struct db *db;
    OK(db_take(p, a, &db));
    script(db, a, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    db_give(db);
    return p;
}
