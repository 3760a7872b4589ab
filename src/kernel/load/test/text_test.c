/* text_test.c: charsets told from bytes, XML brought into form, XML read safely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "load/encoding.h"
#include "load/xml.h"
#include "load/zip.h"

struct bytes {
    const char *p;
    size_t n;
};
#define BYTES(s) ((struct bytes){(s), sizeof(s) - 1})

/* CHARSET TEXT, then + when the file lied, ? when doubtful, the count of lost characters when there are any. */
static const char *told(struct arena *a, struct bytes b, const char *declared)
{
    struct load_text t;
    assert_null(load_text_read(a, b.p, b.n, declared, 1 << 20, &t));
    char lost[24] = "";
    if (t.damaged > 0)
        snprintf(lost, sizeof lost, " %d", (int)t.damaged);
    return arena_printf(a, "%s %.*s%s%s%s", load_charset_name(t.guess.charset), (int)t.n, t.p, t.guess.lied ? "+" : "",
                        t.guess.doubtful ? "?" : "", lost);
}

static void charsets_are_what_the_bytes_say(void **state)
{
    (void)state;
    const struct {
        struct bytes bytes;
        const char *declared, *expected;
    } cases[] = {
        {BYTES("abc"), NULL, "UTF-8 abc"},
        {BYTES("abc"), "gbk", "UTF-8 abc"},
        {BYTES("中文"), NULL, "UTF-8 中文"},
        {BYTES("中文"), "GB2312", "UTF-8 中文+"},
        {BYTES("中文"), "iso-8859-1", "UTF-8 中文"},
        {BYTES("\xEF\xBB\xBF中文"), NULL, "UTF-8 中文"},
        {BYTES("\xD2\xAA\xD2\xBB"), NULL, "GB18030 要一?"}, /* also well-formed UTF-8: Cyrillic */
        {BYTES("\xD2\xAA\xD2\xBB"), "gbk", "GB18030 要一?"},
        {BYTES("\xC2\xB7"), NULL, "UTF-8 ·"},
        {BYTES("\xC2\xB7"), "utf-8", "UTF-8 ·"},
        {BYTES("\xCA\xBE\xC0\xFD\xC7\xF8"), NULL, "GB18030 示例区"},
        {BYTES("\xCA\xBE\xC0\xFD\xC7\xF8"), "utf-8", "GB18030 示例区+"},
        {BYTES("\xEF\xBB\xBF\xCA\xBE\xC0\xFD\xC7\xF8"), NULL, "GB18030 示例区+"},
        {BYTES("\xCA\xBE\xC0\xFD\x80\xC7\xF8"), NULL, "GB18030 示例€区?"},
        {BYTES("\xCA\xBE\xC0\xFD\xC7\xF8\xFF"), "gbk", "GB18030 示例区\xEF\xBF\xBD? 1"},
        {BYTES("\xCA\xBE\xC0\xFD\xC7\xF8\xCA"), "gbk", "GB18030 示例区\xEF\xBF\xBD 1"},
        {BYTES("示例区样例局\xE5\xB1"), NULL, "UTF-8 示例区样例局\xEF\xBF\xBD 1"},
        {BYTES("\xA6\x57\xA6\x72"), "big5", "BIG5 名字"},
        {BYTES("\xFF\xFE\x2D\x4E"), NULL, "UTF-16LE 中"},
        {BYTES("\xFE\xFF\x4E\x2D"), NULL, "UTF-16BE 中"},
        {BYTES("<\0a\0>\0\x2D\x4E"), "utf-8", "UTF-16LE <a>中"},
        {BYTES("\0<\0a\0>\x4E\x2D"), NULL, "UTF-16BE <a>中"},
        {BYTES("\xFF\xFE\x2D\x4E\x00"), NULL, "UTF-16LE 中\xEF\xBF\xBD 1"},
        {BYTES("\xFF\xFE"
               "0123456789012345678901234567890123456789012345678901234567890123456789"),
         NULL, "UTF-8 0123456789012345678901234567890123456789012345678901234567890123456789+"},
        {BYTES(""), NULL, "UTF-8 "},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        const char *got = told(a, cases[i].bytes, cases[i].declared);
        if (strcmp(got, cases[i].expected) != 0) {
            print_error("case %zu\n  want %s\n  have %s\n", i, cases[i].expected, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void pieces_of_any_size_give_the_same_text(void **state)
{
    (void)state;
    static const char gb[] = "\xCA\xBE\x95\x32\x82\x36\xC0\xFD,\xCA\xBE\xC0\xFD\xC7\xF8\xCA\xBE\xC0\xFD\xC7\xF8\xFF,";
    static const char utf8[] = "示𠮷例\xE5\xB1,\xF0\xA0区示例区示例区示例区示例区";
    const struct bytes inputs[] = {BYTES(gb), BYTES(utf8)};
    for (size_t k = 0; k < 2; k++) {
        arena_scope struct arena *a = arena_new();
        struct load_text whole;
        assert_null(load_text_read(a, inputs[k].p, inputs[k].n, NULL, 1000, &whole));
        for (size_t size = 1; size < 9; size++) {
            struct buf b = BUF(a);
            struct load_decoder *d = load_decoder_new(a, whole.guess);
            for (size_t i = 0; i < inputs[k].n; i += size) {
                size_t n = inputs[k].n - i < size ? inputs[k].n - i : size;
                load_decoder_feed(d, inputs[k].p + i, n, false, &b);
            }
            load_decoder_feed(d, "", 0, true, &b);
            assert_string_equal(buf_str(&b), whole.p);
            assert_int_equal(load_decoder_damaged(d), whole.damaged);
        }
    }
}

static void a_text_over_its_limit_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct load_text t;
    struct err *e = load_text_read(a, "abcd", 4, NULL, 3, &t);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
    assert_string_equal(e->say, "load.too_big");
}

static void mending_touches_only_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"<?xml version=\"1.0\"?>\n<a b='&lt;'>x</a>\n", "\n<a b='&lt;'>x</a>"},
        {"<a>1 < 2 & 3 > 2 ]]> &amp;&#65;&#x42;&#X43;</a>", "<a>1 &lt; 2 &amp; 3 > 2 ]]&gt; &amp;&#65;&#66;&#67;</a>"},
        {"<a>&#11;&#0;&#xFFFF;&#xD800;&#;&#x;&#99999999999;</a>", "<a>\n&amp;#;&amp;#x;&amp;#99999999999;</a>"},
        {"<a><![CDATA[<b>&\v]]>\x01</a>", "<a><![CDATA[<b>&\n]]></a>"},
        {"<a><!-- < & --><?p?>x<br>y<BR/></br></a>", "<a>x\ny\n</a>"},
        {"<a><张>x</张></a>", "<a>&lt;张>x&lt;/张></a>"},
        {"<a b=\"<\">x</a>", "<a b=\"<\">x</a>"},
        {"<a>x\xEF\xBF\xBFy</a>", "<a>xy</a>"},
        {"<a>&nbsp;&hellip;&unknown;&", "<a>\xC2\xA0…&amp;unknown;&amp;"},
        {"<a><b", "<a><b"},
        {"  ", ""},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        char *out;
        size_t n;
        struct load_xml_notes notes = {0};
        assert_null(load_xml_mend(a, cases[i].text, strlen(cases[i].text), &out, &n, &notes));
        if (strcmp(out, cases[i].expected) != 0 || strlen(out) != n) {
            print_error("%s\n  want %s\n  have %s\n", cases[i].text, cases[i].expected, out);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_declared_charset_is_found(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char *const cases[][2] = {
        {"<?xml version=\"1.0\" encoding=\"GBK\"?>", "GBK"},
        {"\xEF\xBB\xBF<?xml version='1.0' encoding = 'utf-8' standalone='yes'?>", "utf-8"},
        {"<?xml version='1.0'?><a encoding='x'/>", NULL},
        {"<?xml encoding='\xFF\xFE'?>", NULL},
        {"<?xml encoding='gbk", NULL},
        {"<?xml encoding=?>", NULL},
        {"<a/>", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = load_xml_declared(a, cases[i][0], strlen(cases[i][0]));
        if (cases[i][1] == NULL)
            assert_null(got);
        else
            assert_string_equal(got, cases[i][1]);
    }
}

static struct err *gather_start(void *p, const char *name, const struct load_xml_tag *tag)
{
    const char *v;
    size_t n;
    buf_printf(p, "<%s", name);
    if (load_xml_attr(tag, "k", &v, &n))
        buf_printf(p, " %.*s", (int)n, v);
    buf_putc(p, '>');
    return NULL;
}
static struct err *gather_end(void *p, const char *name)
{
    buf_printf(p, "</%s>", name);
    return NULL;
}
static struct err *gather_text(void *p, const char *s, size_t n)
{
    buf_add(p, s, n);
    return NULL;
}

static void events_come_in_order_from_pieces_of_any_size(void **state)
{
    (void)state;
    static const char xml[] =
        "<?xml version='1.0' encoding='gbk'?><x:a xmlns:x='u' x:k='甲&amp;'>乙<b/><![CDATA[<丙>]]>&lt;</x:a>";
    for (size_t size = 1; size < sizeof xml; size += 3) {
        arena_scope struct arena *a = arena_new();
        struct buf b = BUF(a);
        struct load_xml_events events = {.start = gather_start, .end = gather_end, .text = gather_text, .p = &b};
        struct load_xml *x = NULL;
        assert_null(load_xml_begin(a, &events, (struct load_xml_limits){.depth = 4, .bytes = 1000}, true, &x));
        for (size_t i = 0; i + 1 < sizeof xml; i += size)
            assert_null(load_xml_feed(x, xml + i, sizeof xml - 1 - i < size ? sizeof xml - 1 - i : size));
        assert_null(load_xml_end(x));
        assert_string_equal(buf_str(&b), "<a 甲&>乙<b></b><丙><</a>");
    }
}

static struct err *refuse(void *p, const char *name, const struct load_xml_tag *tag)
{
    (void)name, (void)tag;
    return ERR(p, ERR_CONFLICT, "no");
}

static void errors_of_every_kind_end_the_reading(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct load_xml_events none = {0};
    struct load_xml_limits small = {.depth = 3, .bytes = 100};
    struct err *e = load_xml_read(a, "<a>\n<b></a>", 11, &none, small, true);
    assert_string_equal(e->say, "load.xml_broken");
    assert_string_equal(e->args[0].value, "2");
    e = load_xml_read(a, "<a><b><c><d/></c></b></a>", 25, &none, small, true);
    assert_string_equal(e->say, "load.xml_deep");
    e = load_xml_read(a, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", 44, &none, small, true);
    assert_string_equal(e->say, "load.xml_doctype");
    e = load_xml_read(a, "<a>", 3, &none, small, true);
    assert_string_equal(e->say, "load.xml_broken");
    char big[200];
    memset(big, ' ', sizeof big);
    e = load_xml_read(a, big, sizeof big, &none, small, true);
    assert_int_equal(e->kind, ERR_LIMIT);
    struct load_xml *x = NULL;
    assert_null(load_xml_begin(a, &(struct load_xml_events){.start = refuse, .p = a}, small, true, &x));
    e = load_xml_feed(x, "<a><b/></a>", 11);
    assert_int_equal(e->kind, ERR_CONFLICT);
    assert_ptr_equal(load_xml_feed(x, "x", 1), e);
    assert_ptr_equal(load_xml_end(x), e);
}

static void what_is_no_zip_is_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct load_zip *z = NULL;
    struct err *e = load_zip_open_bytes(a, "PK\3\4 cut off", 11, load_zip_usual, &z);
    assert_string_equal(e->say, "load.zip_broken");
    e = load_zip_open(a, "/nonexistent.zip", load_zip_usual, &z);
    assert_int_equal(e->kind, ERR_MISSING);
    assert_false(load_zip_is("PK", 2));
    assert_true(load_zip_is("PK\5\6\0\0", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charsets_are_what_the_bytes_say),
        cmocka_unit_test(pieces_of_any_size_give_the_same_text),
        cmocka_unit_test(a_text_over_its_limit_is_refused),
        cmocka_unit_test(mending_touches_only_what_is_wrong),
        cmocka_unit_test(the_declared_charset_is_found),
        cmocka_unit_test(events_come_in_order_from_pieces_of_any_size),
        cmocka_unit_test(errors_of_every_kind_end_the_reading),
        cmocka_unit_test(what_is_no_zip_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
