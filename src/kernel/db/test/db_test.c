/* db_test.c: the SQLite driver; cases shared with PostgreSQL stand in db_cases.h. */
#include "db/test/sqlite_pool.h"
#include "db/test/db_cases.h"

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_rows_come_back_with_their_types),
        cmocka_unit_test(what_is_not_committed_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
