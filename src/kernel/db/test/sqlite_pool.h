/* sqlite_pool.h: an empty database in memory, for tests that include try.h. */
#include "db/test/try.h"

#define BLOB_TYPE "BLOB"

static struct db_pool *fresh_pool(struct arena *a)
{
    struct db_pool *p;
    OK(db_pool_open(a, ":memory:", true, &p));
    return p;
}
