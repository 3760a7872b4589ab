/* db_test.c: the SQLite driver; cases shared with PostgreSQL stand in db_cases.h. */
#define BLOB_TYPE "BLOB"
#include "db_cases.h"

static struct db_pool *fresh_pool(struct arena *a)
{
    struct db_pool *p;
    OK(db_pool_open(a, ":memory:", true, &p));
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
