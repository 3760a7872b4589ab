/* query_pg_test.c: the same functions on PostgreSQL. */
#include "db/test/pg_pool.h"
#include "query_cases.h"

int main(void)
{
    const struct CMUnitTest tests[] = {QUERY_CASES};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
