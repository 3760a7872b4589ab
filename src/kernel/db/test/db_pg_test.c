/* db_pg_test.c: the PostgreSQL driver against the server QF_PG_URL names (make unit-pg starts one). */
#define BLOB_TYPE "BYTEA"
#include "db_cases.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_rows_come_back_with_their_types),
        cmocka_unit_test(what_is_not_committed_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
