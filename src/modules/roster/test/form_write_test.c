/* form_write_test.c: forms written are read back as they were; sample 01 to the byte. */
#include "roster/form_write.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"

static const char *const names[] = {
    "01-baseline-3.2.lrmx",         "02-bom-v3.0-no-id.lrmx",  "03-nested-resume.lrmx",
    "04-spaced-names.lrmx",         "05-gbk-declared.lrmx",    "06-cdata-br-entities.lrmx",
    "07-missing-and-shuffled.lrmx", "08-long-family.lrmx",     "09-odd-dates-and-dashes.lrmx",
    "10-png-wrapped-base64.lrmx",   "11-new-2025-fields.lrmx", "12-other-parties-two-degrees.lrmx"};

static char *slurp(struct arena *a, const char *name, size_t *n)
{
    const char *r = getenv("QF_ROOT");
    char *path = arena_printf(a, "%s/test/lrmx-samples/%s", r != NULL ? r : ".", name);
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        fail_msg("cannot open %s", path);
    char *p = arena_alloc(a, 1 << 20);
    *n = fread(p, 1, 1 << 20, f);
    fclose(f);
    return p;
}

static struct form *read(struct arena *a, const char *bytes, size_t n)
{
    struct form *f = NULL;
    struct err *e = form_read_lrmx(a, bytes, n, &f);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return f;
}

/* Everything but the warnings: what was put right needs no second warning. */
static json_t *said(struct arena *a, const struct form *f)
{
    json_t *o = json_loads(form_json(a, f), 0, NULL);
    assert_non_null(o);
    json_object_del(o, "warnings");
    return o;
}

static void assert_same_form(struct arena *a, const char *name, const struct form *one, const struct form *two)
{
    json_t *x = said(a, one), *y = said(a, two);
    if (!json_equal(x, y))
        fail_msg("%s: %s\n%s", name, form_json(a, one), form_json(a, two));
    json_decref(x);
    json_decref(y);
}

static void every_sample_written_is_read_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        arena_scope struct arena *a = arena_new();
        size_t n;
        char *bytes = slurp(a, names[i], &n);
        struct form *f = read(a, bytes, n);
        struct buf once = BUF(a), twice = BUF(a);
        form_write(&once, f);
        struct form *again = read(a, once.p, once.n);
        assert_same_form(a, names[i], f, again);
        form_write(&twice, again);
        assert_string_equal(buf_str(&once), buf_str(&twice));
    }
}

static void the_baseline_comes_back_to_the_byte(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n;
    char *bytes = slurp(a, names[0], &n);
    struct buf b = BUF(a);
    form_write(&b, read(a, bytes, n));
    assert_memory_equal(b.p, "\xEF\xBB\xBF", 3);
    assert_int_equal(b.n, n + 3);
    assert_memory_equal(b.p + 3, bytes, n);
}

static void unknown_elements_stay_where_they_were(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *xml = "<Person><XingMing>白简</XingMing><JiaTingChengYuan><Item><ChengWei>妻子</ChengWei></Item><Item>"
                      "<ChengWei>长女</ChengWei><ZhuZhi>示例路</ZhuZhi></Item><GongJi>2</GongJi></JiaTingChengYuan>"
                      "<JiangLai>是</JiangLai></Person>";
    struct form *f = read(a, xml, strlen(xml));
    struct buf b = BUF(a);
    form_write(&b, f);
    assert_same_form(a, "unknown", f, read(a, b.p, b.n));
    const char *item = strstr(b.p, "      <ZhuZhi>示例路</ZhuZhi>\r\n    </Item>");
    assert_non_null(item);
    assert_true(item > strstr(b.p, "长女"));
    assert_non_null(strstr(b.p, "    <GongJi>2</GongJi>\r\n  </JiaTingChengYuan>"));
    assert_non_null(strstr(b.p, "  <JiangLai>是</JiangLai>\r\n</Person>"));
}

static void the_old_pair_becomes_a_form_with_its_photo(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n, n_pic;
    char *record = slurp(a, "legacy-01.lrm", &n), *pic = slurp(a, "legacy-01.pic", &n_pic);
    struct form *f;
    struct err *e = form_read_lrm(a, record, n, pic, n_pic, &f);
    assert_null(e);
    struct buf b = BUF(a);
    form_write(&b, f);
    assert_same_form(a, "legacy-01", f, read(a, b.p, b.n));
    assert_null(strstr(b.p, "DaoLingNianYue"));
}

static void what_xml_forbids_is_left_out(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct form_raw raw = {
        .v = {[RAW_NAME] = "白\x01简", [RAW_POST] = "A & B <乙> \xff]]>", [RAW_RESUME] = "一\r二\n三"}};
    struct form f = {.raw = &raw};
    struct buf b = BUF(a);
    form_write(&b, &f);
    struct form *again = read(a, b.p, b.n);
    assert_string_equal(again->name, "白简");
    assert_string_equal(again->post, "A & B <乙> \xEF\xBF\xBD]]>");
    assert_string_equal(again->resume_text, "一\n二\n三");
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_written_is_read_as_it_was), cmocka_unit_test(the_baseline_comes_back_to_the_byte),
        cmocka_unit_test(unknown_elements_stay_where_they_were),
        cmocka_unit_test(the_old_pair_becomes_a_form_with_its_photo), cmocka_unit_test(what_xml_forbids_is_left_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
