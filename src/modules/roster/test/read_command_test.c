/* read_command_test.c: `qingfeng read` from outside: what it prints, where, and how it ends. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "base/buf.h"

static char *run(struct arena *a, const char *args, int *code)
{
    const char *bin = getenv("QF_BIN"), *root = getenv("QF_ROOT");
    assert_non_null(bin);
    assert_non_null(root);
    FILE *p =
        popen(arena_printf(a, "B=\"$(realpath \"%s\")\"; cd \"%s/test/lrmx-samples\" && \"$B\" read %s 2>/dev/null",
                           bin, root, args),
              "r");
    struct buf b = BUF(a);
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, p)) > 0;)
        buf_add(&b, piece, n);
    *code = WEXITSTATUS(pclose(p));
    return buf_str(&b);
}

static size_t lines(const char *s)
{
    size_t n = 0;
    for (; *s != '\0'; s++)
        n += *s == '\n';
    return n;
}

static void one_person_is_one_object(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int code;
    char *out = run(a, "legacy-01.lrm", &code);
    json_t *j = json_loads(out, 0, NULL);
    assert_int_equal(code, 0);
    assert_string_equal(json_string_value(json_object_get(j, "name")), "章测安");
    assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "photo"), "bytes")), 2797);
    assert_null(json_object_get(j, "file"));
    assert_true(lines(out) > 50);
    json_decref(j);
}

static void a_zip_is_one_line_a_person_with_its_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int code;
    char *out = run(a, "batch-gbk-names.zip", &code);
    assert_int_equal(code, 0);
    assert_int_equal(lines(out), 3);
    json_t *j = json_loads(out, JSON_DISABLE_EOF_CHECK, NULL);
    assert_string_equal(json_string_value(json_object_get(j, "file")), "2025.06.30 1.干部任免审批表 章测安.lrmx");
    assert_string_equal(json_string_value(json_object_get(j, "archive")), "batch-gbk-names.zip");
    json_decref(j);
}

static void what_cannot_be_read_does_not_stop_the_rest(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int code;
    char *out = run(a, "README.md 01-baseline-3.2.lrmx nowhere.lrmx legacy-01.lrm legacy-01.pic", &code);
    assert_int_not_equal(code, 0);
    assert_int_equal(lines(out), 2);
    run(a, "", &code);
    assert_int_not_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_person_is_one_object),
        cmocka_unit_test(a_zip_is_one_line_a_person_with_its_file),
        cmocka_unit_test(what_cannot_be_read_does_not_stop_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
