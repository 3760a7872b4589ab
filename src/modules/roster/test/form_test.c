/* form_test.c: the sample forms come out as their JSON says. */
#include "roster/lrmx.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"

static const char *root(void)
{
    const char *r = getenv("QF_ROOT");
    return r != NULL ? r : ".";
}

static void *slurp(struct arena *a, const char *name, size_t *n)
{
    char *path = arena_printf(a, "%s/test/lrmx-samples/%s", root(), name);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        fail_msg("cannot open %s", path);
    char *p = arena_alloc(a, 1 << 20);
    *n = fread(p, 1, 1 << 20, f);
    fclose(f);
    return p;
}

static void assert_equal_json(struct arena *a, const char *got, const char *expected_name)
{
    json_error_t e;
    json_t *want =
        json_load_file(arena_printf(a, "%s/test/lrmx-samples/expected/%s.json", root(), expected_name), 0, &e);
    if (want == NULL)
        fail_msg("%s: %s", expected_name, e.text);
    json_t *have = json_loads(got, 0, &e);
    if (have == NULL)
        fail_msg("%s: what was written is no JSON: %s\n%s", expected_name, e.text, got);
    if (!json_equal(want, have)) {
        const char *key;
        json_t *v;
        json_object_foreach(want, key, v)
        {
            json_t *h = json_object_get(have, key);
            if (h == NULL || !json_equal(v, h))
                print_error("%s: %s\n  want %s\n  have %s\n", expected_name, key, json_dumps(v, JSON_ENCODE_ANY),
                            h == NULL ? "nothing" : json_dumps(h, JSON_ENCODE_ANY));
        }
        fail_msg("%s differs", expected_name);
    }
    json_decref(want);
    json_decref(have);
}

static void every_sample_equals_its_json(void **state)
{
    (void)state;
    static const char *const names[] = {
        "01-baseline-3.2",         "02-bom-v3.0-no-id",     "03-nested-resume",        "04-spaced-names",
        "05-gbk-declared",         "06-cdata-br-entities",  "07-missing-and-shuffled", "08-long-family",
        "09-odd-dates-and-dashes", "10-png-wrapped-base64", "11-new-2025-fields",      "12-other-parties-two-degrees"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        arena_scope struct arena *a = arena_new();
        size_t n;
        void *bytes = slurp(a, arena_printf(a, "%s.lrmx", names[i]), &n);
        struct form *f = NULL;
        struct err *e = form_read_lrmx(a, bytes, n, &f);
        if (e != NULL)
            fail_msg("%s: %s", names[i], e->detail);
        assert_equal_json(a, form_json(a, f), names[i]);
        assert_equal_json(a, form_json_line(a, f, NULL, NULL), names[i]);
    }
}

static void the_old_record_with_its_picture_equals_its_json(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n, n_pic;
    void *bytes = slurp(a, "legacy-01.lrm", &n), *pic = slurp(a, "legacy-01.pic", &n_pic);
    struct form *f = NULL;
    assert_null(form_read_lrm(a, bytes, n, pic, n_pic, &f));
    assert_equal_json(a, form_json(a, f), "legacy-01");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_equals_its_json),
        cmocka_unit_test(the_old_record_with_its_picture_equals_its_json),
    };
    clock_fix(1764057600000); /* 2025-11-25 */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
