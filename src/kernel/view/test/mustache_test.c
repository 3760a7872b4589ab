/* The Mustache specification (test/conformance/mustache) and what we add to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/mustache.h"

static const char *root(void)
{
    const char *r = getenv("QF_ROOT");
    return r != NULL ? r : ".";
}

/* Templates of one test: an object of texts; the page itself is "". */
static const char *from_object(const void *ctx, const char *name, size_t *n_out)
{
    const json_t *text = json_object_get((const json_t *)ctx, name);
    if (text == NULL)
        return NULL;
    *n_out = json_string_length(text);
    return json_string_value(text);
}

static struct err *render_in(struct arena *a, enum lang lang, json_t *templates, json_t *data, const char **out)
{
    struct mustache_set *set = mustache_set_new(a, lang, from_object, templates);
    const char *name;
    json_t *text;
    json_object_foreach(templates, name, text)
    {
        const struct mustache *each;
        TRY(mustache_load(set, name, &each));
    }
    struct buf b = BUF(a);
    TRY(mustache_render(mustache_find(set, ""), &data, 1, &b));
    *out = buf_str(&b);
    return NULL;
}

static int run_file(const char *path)
{
    char full[512];
    snprintf(full, sizeof full, "%s/test/conformance/mustache/%s", root(), path);
    json_error_t je;
    json_t *file = json_load_file(full, 0, &je);
    if (file == NULL)
        fail_msg("%s: %s", full, je.text);
    size_t i;
    json_t *test;
    int failed = 0;
    json_array_foreach(json_object_get(file, "tests"), i, test)
    {
        arena_scope struct arena *a = arena_new();
        json_t *partials = json_object_get(test, "partials");
        json_t *templates = partials != NULL ? json_copy(partials) : json_object();
        json_object_set(templates, "", json_object_get(test, "template"));
        const char *got = "", *want = json_string_value(json_object_get(test, "expected"));
        struct err *e = render_in(a, LANGS, templates, json_object_get(test, "data"), &got);
        if (e != NULL || strcmp(got, want) != 0) {
            print_message("%s: %s\n  template %s\n  want %s\n  got  %s\n", path,
                          json_string_value(json_object_get(test, "name")),
                          json_string_value(json_object_get(test, "template")), want, e != NULL ? e->detail : got);
            failed++;
        }
        json_decref(templates);
    }
    assert_true(i > 0);
    json_decref(file);
    return failed;
}

static void every_required_test_of_the_specification_passes(void **state)
{
    (void)state;
    static const char *const files[] = {"comments", "delimiters", "interpolation", "inverted", "partials", "sections"};
    int failed = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[64];
        snprintf(path, sizeof path, "required/%s.json", files[i]);
        failed += run_file(path);
    }
    assert_int_equal(failed, 0);
}

static void inheritance_and_dynamic_names_pass(void **state)
{
    (void)state;
    assert_int_equal(run_file("optional/inheritance.json"), 0);
    assert_int_equal(run_file("optional/dynamic-names.json"), 0);
}

static char *render(struct arena *a, enum lang lang, const char *template, const char *json)
{
    json_error_t je;
    json_t *data = json_loads(json, JSON_DECODE_ANY, &je), *templates = json_pack("{ss}", "", template);
    assert_non_null(data);
    const char *out = NULL;
    struct err *e = render_in(a, lang, templates, data, &out);
    char *text = arena_strdup(a, e != NULL ? e->detail : out);
    json_decref(data);
    json_decref(templates);
    return text;
}

static void wrong_templates_are_refused_with_their_line(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char *const wrong[] = {"a\n{{#x}}",
                                        "a\n{{/x}}",
                                        "a\n{{x",
                                        "a\n{{#x}}{{/y}}{{/x}}",
                                        "a\n{{}}",
                                        "a\n{{x y}}",
                                        "a\n{{=<% =}}",
                                        "a\n{{{x}}",
                                        "a\n{{= = =}}",
                                        "a\n{{<p}}{{/q}}{{/p}}",
                                        "a\n{{#x}}{{#y}}{{/x}}{{/y}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (strstr(render(a, LANGS, wrong[i], "{}"), "line 2") == NULL)
            fail_msg("%s: %s", wrong[i], render(a, LANGS, wrong[i], "{}"));
}

static void endless_recursion_is_an_error(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *templates = json_pack("{ssss}", "", "{{>p}}", "p", "x{{>p}}"), *data = json_object();
    const char *out;
    struct err *e = render_in(a, LANGS, templates, data, &out);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
    json_decref(templates);
    templates = json_pack("{ssss}", "", "{{<p}}{{$a}}{{$a}}x{{/a}}{{/a}}{{/p}}", "p", "{{$a}}y{{/a}}");
    assert_null(render_in(a, LANGS, templates, data, &out));
    assert_string_equal(out, "x");
    json_decref(templates);
    json_decref(data);
}

static void indentation_reaches_every_line_of_a_partial(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *templates = json_pack("{ssssss}", "", "  {{>p}}\n.", "p",
                                  "{{#a}}{{.}}{{/a}} b\n{{! c }} d\n{{>q}}e\n  {{>q}}\n", "q", "1\n2\n");
    json_t *data = json_pack("{ss}", "a", "A\nA");
    const char *out;
    assert_null(render_in(a, LANGS, templates, data, &out));
    assert_string_equal(out, "  A\nA b\n   d\n  1\n2\ne\n    1\n    2\n.");
    json_decref(templates);
    json_decref(data);
}

static void reserved_names_write_as_people_do(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *data =
        "{\"d\":\"2026-11-23\",\"m\":\"1975-03\",\"y\":\"1975\",\"n\":1286,\"k\":[\"x\"],\"big\":-1234567,"
        "\"name\":\"白简\",\"long\":\"欧阳望舒\",\"latin\":\"Li<\",\"sex\":\"2\",\"t\":{\"x\":1}}";
    assert_string_equal(render(a, LANG_ZH, "{{as_date.d}} {{as_date.m}} {{as_date.y}}|{{as_long_date.d}}", data),
                        "2026.11.23 1975.03 1975|2026年11月23日");
    assert_string_equal(render(a, LANG_EN, "{{as_date.d}}, {{as_date.m}}, {{as_date.y}}, {{as_long_date.d}}", data),
                        "23 Nov 2026, Mar 1975, 1975, 23 November 2026");
    assert_string_equal(render(a, LANG_ZH, "{{as_number.n}} {{as_number.big}}", data),
                        "1\u202f286 -1\u202f234\u202f567");
    assert_string_equal(render(a, LANG_ZH, "{{as_name.name}} {{as_name.long}} {{as_name.latin}}", data),
                        "白　简 欧阳望舒 Li&lt;");
    assert_string_equal(render(a, LANG_ZH, "{{as_code.gb2261.1_sex:sex}}", data), "女");
    assert_string_equal(render(a, LANG_ZH, "[{{as_date.none}}{{as_number.none}}]", data), "[]");
    assert_string_equal(render(a, LANGS, "{{as_date.d}}{{t.x}}", data), "1");
}

static void texts_are_taken_in_with_their_values(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_string_equal(render(a, LANG_EN, "<b>{{t.err.login}}</b>", "{}"), "<b>Please sign in first.</b>");
    assert_string_equal(render(a, LANG_ZH, "{{t.view.request}}", "{\"number\": 12}"), "请求号 12");
    assert_string_equal(render(a, LANG_ZH, "{{t.no.such}}", "{}"), "no.such");
    assert_string_equal(text_format(a, LANG_EN, "view.request", "number", "7", NULL), "Request 7");
}

static void falsehoods_and_values_of_every_type(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *data = "{\"zero\":0,\"empty\":\"\",\"no\":false,\"nil\":null,\"r\":1.21,\"i\":85,\"e\":1e100,\"l\":[1,["
                       "2,3]],\"o\":{}}";
    assert_string_equal(
        render(a, LANGS, "{{^zero}}a{{/zero}}{{^empty}}b{{/empty}}{{^no}}c{{/no}}{{^nil}}d{{/nil}}{{#o}}e{{/o}}", data),
        "abcde");
    assert_string_equal(
        render(a, LANGS, "{{r}} {{i}} {{e}} {{nil}} {{no}} {{#l}}<{{.}}{{#.}}({{.}}){{/.}}>{{/l}}", data),
        "1.21 85 1e+100  false <1(1)><(2)(3)>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_required_test_of_the_specification_passes),
        cmocka_unit_test(inheritance_and_dynamic_names_pass),
        cmocka_unit_test(wrong_templates_are_refused_with_their_line),
        cmocka_unit_test(endless_recursion_is_an_error),
        cmocka_unit_test(indentation_reaches_every_line_of_a_partial),
        cmocka_unit_test(reserved_names_write_as_people_do),
        cmocka_unit_test(texts_are_taken_in_with_their_values),
        cmocka_unit_test(falsehoods_and_values_of_every_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
