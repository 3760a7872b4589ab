/* compare_command_test.c: forms beside the records, and the records' values in the forms. */
#include "roster/compare_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "load/zip.h"

static char *said(struct arena *a, const char *bin, const char *args)
{
    char *text = arena_alloc(a, 1 << 16);
    FILE *p = popen(arena_printf(a, "%s %s 2>&1", bin, args), "r");
    assert_non_null(p);
    text[fread(text, 1, (1 << 16) - 1, p)] = '\0';
    pclose(p);
    return text;
}

static void the_records_values_come_into_the_file_and_the_rest_stays(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *bin = getenv("QF_BIN"), *root = getenv("QF_ROOT");
    char dir[] = "/tmp/qf-compare-XXXXXX";
    assert_non_null(mkdtemp(dir));
    const char *sample = arena_printf(a, "%s/test/lrmx-samples/01-baseline-3.2.lrmx", root);
    said(a, bin, arena_printf(a, "init --db %s/d", dir));
    said(a, bin, arena_printf(a, "import --db %s/d %s", dir, sample));
    assert_int_equal(system(arena_printf(a, "sed s/199612/199701/ %s > %s/a.lrmx", sample, dir)), 0);
    assert_non_null(strstr(said(a, bin, arena_printf(a, "compare --db %s/d %s", dir, sample)), "0 differ, 1 alike"));
    assert_non_null(
        strstr(said(a, bin, arena_printf(a, "compare --db %s/d --out %s/o.zip %s/a.lrmx", dir, dir, dir)), "--reason"));
    assert_non_null(
        strstr(said(a, bin, arena_printf(a, "compare --db %s/d --out %s/o.zip --reason x %s/a.lrmx", dir, dir, dir)),
               "1 differ, 0 alike, 0 refused, 0 doubtful; 1 corrected"));
    struct load_zip *z;
    void *bytes;
    size_t n;
    assert_null(load_zip_open(a, arena_printf(a, "%s/o.zip", dir), load_zip_usual, &z));
    assert_int_equal(load_zip_count(z), 1);
    assert_null(load_zip_read(z, a, 0, 1 << 20, &bytes, &n));
    char *text = arena_strndup(a, bytes, n);
    assert_non_null(strstr(text, "<RuDangShiJian>199612</RuDangShiJian>"));
    assert_non_null(strstr(text, "<NiRenZhiWu>示例区人大常委会样例工委主任</NiRenZhiWu>"));
    assert_int_equal(system(arena_printf(a, "rm -rf %s", dir)), 0);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_records_values_come_into_the_file_and_the_rest_stays)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
