/* acting_test.c: commands act as the account given with --as: what its office may, within its scope, on record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"

static char dir[] = "/tmp/qf-acting-XXXXXX";

static int status(struct arena *a, const char *args)
{
    const char *bin = getenv("QF_BIN");
    return WEXITSTATUS(system(arena_printf(a, "%s %s --db %s/d >%s/out 2>%s/err", bin, args, dir, dir, dir)));
}

static int64_t asked(struct arena *a, const char *sql)
{
    char line[64] = "";
    FILE *p = popen(arena_printf(a, "sqlite3 %s/d \"%s\"", dir, sql), "r");
    assert_non_null(p);
    assert_non_null(fgets(line, sizeof line, p));
    pclose(p);
    return strtoll(line, NULL, 10);
}

static void an_unknown_account_is_a_usage_error_and_one_without_the_capability_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char *const commands[] = {"check",      "report --year 2016",   "rules list",
                                           "rules book", "rules export",         "erase --plan 1",
                                           "erase 1",    "export roster.member", "import --dry-run /dev/null"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        assert_int_equal(status(a, arena_printf(a, "%s --as nobody", commands[i])), 2);
        assert_int_equal(status(a, arena_printf(a, "%s --as audit", commands[i])), 3);
        assert_int_equal(system(arena_printf(a, "test ! -s %s/out", dir)), 0);
    }
}

static void what_is_read_is_on_record_under_the_account(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char runs[] = "SELECT count(*) FROM admin_read WHERE kind = 'run' AND account IS %s NULL";
    int64_t own = asked(a, arena_printf(a, runs, "NOT")), console = asked(a, arena_printf(a, runs, ""));
    assert_int_equal(status(a, "check --as supervision"), 0);
    assert_int_equal(status(a, "report --year 2016 --as supervision"), 0);
    assert_int_equal(status(a, "check"), 0);
    assert_int_equal(asked(a, arena_printf(a, runs, "NOT")), own + 2);
    assert_int_equal(asked(a, arena_printf(a, runs, "")), console + 1);
    assert_int_equal(status(a, "erase --plan 1"), 0);
    assert_int_equal(asked(a, "SELECT count(*) FROM admin_read WHERE asked = 'erase --plan' AND member = 1"), 1);
}

static void a_workbook_says_who_took_it_and_what_the_log_was(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(status(a, arena_printf(a, "export roster.unit --english --as supervision --out %s/o.xlsx", dir)),
                     0);
    assert_int_equal(system(arena_printf(a,
                                         "unzip -p %s/o.xlsx xl/worksheets/sheet1.xml | "
                                         "grep -q 'oddFooter>.*Taken out by .*(supervision).*checkpoint'",
                                         dir)),
                     0);
}

static int begin(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    return mkdtemp(dir) == NULL ||
           status(a, arena_printf(a, "demo --members 120 --seed 1 --accounts %s/who", dir)) != 0;
}

static int end(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    return system(arena_printf(a, "rm -rf %s", dir));
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_account_is_a_usage_error_and_one_without_the_capability_is_refused),
        cmocka_unit_test(what_is_read_is_on_record_under_the_account),
        cmocka_unit_test(a_workbook_says_who_took_it_and_what_the_log_was)};
    return cmocka_run_group_tests(tests, begin, end);
}
