/* form_sheet_test.c: what fits on paper stands there, what does not goes on or is named. */
#include "roster/form_sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "roster/form_html.h"
#include "roster/form_word.h"
#include "load/xml.h"
#include "load/zip.h"
#include "view/view.h"

static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    return view_init(a) == NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

static struct form *read(const char *more)
{
    struct form *f = NULL;
    char *xml = arena_printf(a,
                             "<Person><XingMing>白简</XingMing><ChuShengNianYue>197503</ChuShengNianYue>"
                             "<JiSuanNianLingShiJian>20261123</JiSuanNianLingShiJian>%s</Person>",
                             more);
    struct err *e = form_read_lrmx(a, xml, strlen(xml), &f);
    if (e != NULL)
        fail_msg("%s", e->detail);
    return f;
}

static struct sheet *sheet(const char *more)
{
    return sheet_of_form(a, read(more), true, date_make(2026, 11, 23));
}

static const char *family(int n, const char *work)
{
    struct buf b = BUF(a);
    buf_puts(&b, "<JiaTingChengYuan>");
    for (int i = 0; i < n; i++)
        buf_printf(&b,
                   "<Item><ChengWei>兄弟</ChengWei><XingMing>白甲</XingMing><ChuShengRiQi>197001</ChuShengRiQi>"
                   "<ZhengZhiMianMao>中共党员</ZhengZhiMianMao><GongZuoDanWeiJiZhiWu>%s</GongZuoDanWeiJiZhiWu></Item>",
                   work);
    buf_puts(&b, "</JiaTingChengYuan>");
    return buf_str(&b);
}

static const char *repeated(const char *s, int n)
{
    struct buf b = BUF(a);
    for (int i = 0; i < n; i++)
        buf_puts(&b, s);
    return buf_str(&b);
}

static const char *resume(int n, const char *text)
{
    struct buf b = BUF(a);
    buf_puts(&b, "<JianLi>");
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%d.01--%d.01  %s\n", 1930 + i, 1931 + i, text);
    buf_puts(&b, "</JianLi>");
    return buf_str(&b);
}

static void assert_pages(const struct sheet *s, int pages)
{
    struct form_stencils *t;
    struct buf b = BUF(a), even = BUF(a);
    int n = 0, n_even = 0;
    assert_null(form_stencils_make(a, &t));
    form_html(&b, t, s, false);
    form_html(&even, t, s, true);
    for (const char *p = b.p; (p = strstr(p, "class=\"form-page")) != NULL; p++)
        n++;
    for (const char *p = even.p; (p = strstr(p, "class=\"form-page")) != NULL; p++)
        n_even++;
    assert_int_equal(n, pages);
    assert_int_equal(n_even, pages + pages % 2);
}

static void a_plain_form_has_two_sides_and_ages_at_its_day(void **state)
{
    (void)state;
    struct sheet *s = sheet(family(2, "退休（已去世）"));
    assert_string_equal(s->cells[CELL_NAME].text, "白　简");
    assert_string_equal(s->cells[CELL_BIRTH].text, "1975.03\n（51岁）");
    assert_string_equal(s->kin[0].age.text, "");
    assert_string_equal(s->kin[0].politics.text, "中共\n党员");
    assert_int_equal(s->n_over, 0);
    assert_int_equal(s->resume_size, 28);
    assert_pages(s, 2);
}

static void the_family_gets_lower_rows_then_a_page_of_its_own(void **state)
{
    (void)state;
    static const int n[] = {0, 7, 8, 10, 14, 40}, here[] = {0, 7, 8, 10, 10, 10}, pages[] = {2, 2, 2, 2, 3, 4},
                     height[] = {697, 697, 609, 487, 487, 487};
    for (int i = 0; i < 6; i++) {
        struct sheet *s = sheet(family(n[i], "示例区示例局科长"));
        assert_int_equal(s->kin_here, here[i]);
        assert_int_equal(s->kin_height, height[i]);
        assert_int_equal(s->n_over, 0);
        assert_pages(s, pages[i]);
    }
}

static void a_long_resume_shrinks_and_then_goes_on_without_a_loss(void **state)
{
    (void)state;
    assert_int_equal(sheet(resume(10, "示例区示例局副局长"))->resume_size, 28);
    struct sheet *s = sheet(resume(24, "示例区示例局副局长"));
    assert_true(s->resume_size < 28 && s->resume_size >= 18);
    assert_int_equal(s->periods_here, 24);
    s = sheet(resume(60, "示例区示例局党组成员、副局长，示例区示例管理委员会副主任，兼示例区示例中心主任"));
    assert_int_equal(s->resume_size, 21);
    assert_true(s->n_more >= 1);
    int at = s->periods_here;
    for (int i = 0; i < s->n_more; i++) {
        assert_int_equal(s->more[i].period_from, at);
        at = s->more[i].period_to;
    }
    assert_int_equal(at, 60);
    assert_pages(s, 2 + s->n_more);
}

static void posts_of_the_editors_length_fit_and_longer_ones_are_named(void **state)
{
    (void)state;
    struct sheet *s = sheet(arena_printf(a, "<XianRenZhiWu>%s</XianRenZhiWu>", repeated("示例区示例局副局长、", 32)));
    assert_int_equal(s->n_over, 0);
    assert_true(s->cells[CELL_POST].size >= 10);
    s = sheet(arena_printf(a, "<XianRenZhiWu>%s</XianRenZhiWu>", repeated("示例区示例局副局长、", 90)));
    assert_int_equal(s->n_over, 1);
    assert_string_equal(s->over[0], "post");
}

static void texts_in_pages_are_escaped(void **state)
{
    (void)state;
    struct form_stencils *t;
    struct buf b = BUF(a);
    assert_null(form_stencils_make(a, &t));
    form_html(&b, t, sheet("<XianRenZhiWu>甲 &lt;script&gt; &amp; 乙</XianRenZhiWu>"), false);
    assert_non_null(strstr(b.p, "甲 &lt;script&gt; &amp; 乙"));
    assert_null(strstr(b.p, "<script"));
}

static struct err *nothing(void *p, const char *name)
{
    (void)p;
    (void)name;
    return NULL;
}

static struct err *count_tables(void *p, const char *name, const struct load_xml_tag *tag)
{
    (void)tag;
    *(int *)p += strcmp(name, "tbl") == 0;
    return NULL;
}

static struct err *no_text(void *p, const char *s, size_t n)
{
    (void)p;
    (void)s;
    (void)n;
    return NULL;
}

static void the_docx_is_a_zip_of_well_formed_parts(void **state)
{
    (void)state;
    struct sheet *s = sheet(arena_printf(a, "%s%s", family(14, "甲 &amp; 乙 &lt;丙&gt;"),
                                         resume(60, "示例区示例局"
                                                    "党组成员、副局长，主任")));
    const void *bytes;
    size_t n, n_xml;
    void *xml;
    struct load_zip *z;
    uint64_t index;
    int tables = 0;
    assert_null(form_word(a, s, &bytes, &n));
    assert_null(load_zip_open_bytes(a, bytes, n, load_zip_usual, &z));
    assert_true(load_zip_find(z, "word/document.xml", &index));
    assert_null(load_zip_read(z, a, index, 1 << 24, &xml, &n_xml));
    struct load_xml_events events = {.start = count_tables, .end = nothing, .text = no_text, .p = &tables};
    assert_null(load_xml_read(a, xml, n_xml, &events, (struct load_xml_limits){.depth = 64, .bytes = 1 << 25}, false));
    assert_int_equal(tables, 2 + s->n_more);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_plain_form_has_two_sides_and_ages_at_its_day),
                                       cmocka_unit_test(the_family_gets_lower_rows_then_a_page_of_its_own),
                                       cmocka_unit_test(a_long_resume_shrinks_and_then_goes_on_without_a_loss),
                                       cmocka_unit_test(posts_of_the_editors_length_fit_and_longer_ones_are_named),
                                       cmocka_unit_test(texts_in_pages_are_escaped),
                                       cmocka_unit_test(the_docx_is_a_zip_of_well_formed_parts)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
