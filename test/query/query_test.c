/* query_test.c: the build's tool query: what it makes works on SQLite, and what it must refuse it refuses, with file
 * and line. */
#include "db/test/sqlite_pool.h"
#include "query_cases.h"

#include <stdio.h>
#include <unistd.h>

static char dir[] = "/tmp/qf-query.XXXXXX";

/* Runs the tool on the text; what it says on stderr goes to said. Returns its exit code. */
static int run_tool(const char *sql, char said[4096])
{
    char path[256], command[1024];
    snprintf(path, sizeof path, "%s/care/queries.sql", dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(sql, f);
    fclose(f);
    const char *bin = getenv("QF_BIN");
    assert_non_null(bin);
    int folder = (int)(strrchr(bin, '/') - bin);
    snprintf(command, sizeof command,
             "cd %s && rm -f q.h q.c && '%s%s%.*s/tools/query' care/queries.sql q.h q.c 2>said", dir,
             *bin == '/' ? "" : getenv("QF_ROOT"), *bin == '/' ? "" : "/", folder, bin);
    int code = system(command);
    snprintf(path, sizeof path, "%s/said", dir);
    f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(said, 1, 4095, f);
    said[n] = '\0';
    fclose(f);
    snprintf(path, sizeof path, "%s/q.c", dir);
    assert_int_equal(access(path, F_OK) == 0, code == 0); /* nothing is written after an error */
    return code >> 8;
}

static void refused(const char *sql, const char *message)
{
    char said[4096];
    if (run_tool(sql, said) != 1)
        fail_msg("accepted: %s", sql);
    if (strcmp(said, message) != 0)
        fail_msg("said: %s  not: %s", said, message);
}

#define HEAD "-- x: a thing\n-- in: a int\n-- out: one (n int)\n"
#define AT(line) "care/queries.sql:" line ": "

static void writing_is_refused(void **state)
{
    (void)state;
    const char *no = ": queries only read, rows are written by record_save\n";
    char want[256];
    snprintf(want, sizeof want, AT("4") "x: \"DELETE\"%s" AT("4") "x: a query begins with SELECT or WITH\n", no);
    refused(HEAD "DELETE FROM t WHERE a = :a", want);
    snprintf(want, sizeof want, AT("5") "x: \"insert\"%s" AT("5") "x: \"INTO\"%s", no, no);
    refused(HEAD "WITH w AS (\n insert INTO t VALUES (:a) RETURNING n) SELECT n FROM w", want);
    refused(HEAD "PRAGMA user_version = :a",
            AT("4") "x: \"PRAGMA\": queries only read, rows are written by record_save\n" AT(
                "4") "x: a query begins with SELECT or WITH\n");
    refused(HEAD "SELECT :a AS n; SELECT 2", AT("4") "x: more than one statement\n");
}

static void names_and_types_are_checked(void **state)
{
    (void)state;
    refused(HEAD "SELECT n FROM t\n WHERE b = :b AND a = :a", AT("5") "x: \":b\" is not among its inputs\n");
    refused(HEAD "SELECT n FROM t", AT("2") "x: the input \"a\" is not used\n");
    refused(HEAD "SELECT n FROM t WHERE a = ?1 AND a = :a", AT("4") "x: parameters have names: write :name, not ?1\n");
    refused("-- x: y\n-- in: a float\n-- out: one (n int)\nSELECT 1 AS n",
            AT("2") "\"float\" is not a type: int, text, date or bool\n");
    refused("-- x: y\n-- out: one (n number)\nSELECT 1 AS n",
            AT("2") "\"number\" is not a type: int, text, date or bool\n");
    refused("-- x: y\n-- out: one (n int, n text)\nSELECT 1 AS n", AT("2") "\"n\" is named twice\n");
    refused("-- x: y\n-- out: one (default int)\nSELECT 1 AS n",
            AT("2") "\"default\" cannot be a name: it is a word of C or of the generated function\n");
    refused("-- x: y\n-- out: one (n)\nSELECT 1 AS n", AT("2") "\"n\" is not a name and a type\n");
    refused("-- x: y\n-- out: some (n int)\nSELECT 1 AS n",
            AT("2") "out must read: one, many or each, then (name type, ...)\n");
    refused("-- x: y\nSELECT 1 AS n", AT("1") "x: no \"out:\" line\n");
    refused("-- x: y\n-- out: many (n int)\nSELECT 1 AS n", AT("1") "x: \"many\" needs a line \"limit: N\"\n");
    refused("-- x: y\n-- out: one (n int)\nSELECT 1 AS n\n\n-- x: y\n-- out: one (n int)\nSELECT 1 AS n",
            AT("5") "\"x\" is there already, in line 1\n");
    refused("SELECT 1", AT("1") "a statement without a head: -- name: what it gives\n");
    refused("-- x: y\n-- out: one (n int)\n-- sqlite:\nSELECT 1 AS n\n", AT("1") "x: no statement for postgres\n");
    refused("-- x: y\n-- in: a int\n-- out: one (n int)\n-- sqlite:\nSELECT :a AS n\n-- postgres:\nSELECT 1 AS n",
            AT("2") "x: the input \"a\" is not used by the statement for postgres\n");
}

static void a_query_over_people_takes_a_scope(void **state)
{
    (void)state;
    char said[4096];
    const char *no = AT("1") "x is over people: it takes \"scope\", or says \"-- scope: none, because ...\"\n";
    refused("-- x: y\n-- out: one (n int)\nSELECT count(*) AS n FROM roster_v_member", no);
    refused("-- x: y\n-- people\n-- out: one (n int)\nSELECT count(*) AS n FROM kin", no);
    refused("-- x: y\n-- scope: none\n-- out: one (n int)\nSELECT 1 AS n",
            AT("2") "scope must read: none, because and the reason\n");
    assert_int_equal(run_tool("-- x: y\n-- scope: none, because counts are public\n-- out: one (n int)\n"
                              "SELECT count(*) AS n FROM roster_member",
                              said),
                     0);
    assert_int_equal(run_tool("-- x: y\n-- out: one (n int)\nSELECT count(a.other_member) AS n FROM kin a", said), 0);
    refused("-- x: y\n-- in: scope\n-- out: one (n int)\nSELECT count(*) AS n FROM a_member",
            AT("2") "x: the scope is not used: write X >= :scope_from AND X < :scope_to\n");
    refused("-- x: y\n-- in: scope\n-- out: one (n int)\nSELECT count(*) AS n FROM a_member\nWHERE path > :scope_from",
            AT("5") "x: the scope must read: X >= :scope_from AND X < :scope_to\n" AT(
                "2") "x: the scope is not used: write X >= :scope_from AND X < :scope_to\n");
}

static int make_dir(void **state)
{
    (void)state;
    char path[256];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "mkdir %s/care", dir);
    return system(path);
}

static int drop_dir(void **state)
{
    (void)state;
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUERY_CASES,
        cmocka_unit_test(writing_is_refused),
        cmocka_unit_test(names_and_types_are_checked),
        cmocka_unit_test(a_query_over_people_takes_a_scope),
    };
    return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
