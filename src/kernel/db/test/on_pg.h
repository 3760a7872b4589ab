/* on_pg.h: cases that run on any database, on an emptied PostgreSQL: the server QF_PG_URL names (test/with-postgres).
 */
#ifndef QF_DB_TEST_ON_PG_H
#define QF_DB_TEST_ON_PG_H

#include <stdlib.h>

#include "db/db.h"

static const char *test_url(void)
{
    const char *url = getenv("QF_PG_URL");
    return url != NULL ? url : "QF_PG_URL is not set";
}

static void clean(struct db *db, struct arena *a)
{
    db_scope struct db_tx tx = {0};
    struct err *e = db_begin_write(db, a, &tx);
    if (e == NULL)
        e = db_script(&tx, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
    if (e == NULL)
        e = db_commit(&tx);
    if (e != NULL)
        abort();
}

#endif
