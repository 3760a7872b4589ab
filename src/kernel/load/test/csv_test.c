/* csv_test.c: CSV as it comes from offices and from enemies, one case a line. Expected: cells joined by |, rows by /,
 * a row's number in front when rows were skipped before it; an error as !KEY. */
#include "load/table.h"

#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

static char *told(struct arena *a, const void *bytes, size_t n, const struct load_table_options *o)
{
    struct buf b = BUF(a);
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    struct err *e = load_table_open_bytes(a, bytes, n, o, &t);
    uint64_t expected = 1;
    while (e == NULL && (e = load_table_next(t, &row)) == NULL && row != NULL) {
        if (b.n > 0)
            buf_putc(&b, '/');
        if (row->number != expected)
            buf_printf(&b, "%d:", (int)row->number);
        expected = row->number + 1;
        for (size_t i = 0; i < row->n; i++)
            buf_printf(&b, "%s%s%s", i > 0 ? "|" : "", row->cells[i].text,
                       row->cells[i].doubts & CELL_QUOTE ? "?" : "");
    }
    if (e != NULL)
        buf_printf(&b, "!%s", e->say != NULL ? e->say : err_kind_name(e->kind));
    return buf_str(&b);
}

static void every_shape_of_csv_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a,b\r\n1,2\r\n", "a|b/1|2"},
        {"a;b\n1;2,5\n", "a|b/1|2,5"},
        {"a\tb\n1,0\t2\n", "a|b/1,0|2"},
        {"a|b\n1|2\n", "a|b/1|2"},
        {"sep=;\r\na;b\r\n1,2;3\r\n", "2:a|b/1,2|3"},
        {"a,b\r1,2\r", "a|b/1|2"},
        {"a,b\n\n\n1,2\n,,\n3,4", "a|b/4:1|2/6:3|4"},
        {"a,b\n\"x\r\ny\",\"\"\"q\"\"\"\n", "a|b/x\r\ny|\"q\""},
        {"a,b\n\"x\"y,z\n", "a|b/xy?|z"},
        {"a,b\nx\"y\",z\n", "a|b/x\"y\"|z"},
        {"a,b\n \"x\",z\n", "a|b/ \"x\"|z"},
        {"a,b,\n1,,\n", "a|b/1"},
        {"a\n\"\"\n1", "a/3:1"},
        {"\"a,1\",b\n\"2,,,,,3\",4\n", "a,1|b/2,,,,,3|4"},
        {"\xEF\xBB\xBF\xEF\xBB\xBF"
         "a,b\n",
         "a|b"},
        {"a,b\n1,\"2\n3,4\n", "a|b!load.csv_quote"},
        {"\"", "!load.csv_quote"},
        {"\"\"", ""},
        {"", ""},
        {"\r\n\r\n", ""},
        {"甲", "甲"},
        {"<html><table>", "!load.table_html"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "!load.xls_old"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "!load.xls_old"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        const char *got = told(a, cases[i].text, strlen(cases[i].text), NULL);
        if (strcmp(got, cases[i].expected) != 0) {
            print_error("%s\n  want %s\n  have %s\n", cases[i].text, cases[i].expected, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void charsets_are_told_from_the_bytes(void **state)
{
    (void)state;
    static const char *const charsets[] = {"GB18030", "UTF-16LE", "UTF-16BE", "UTF-16"};
    const char *text = "姓名,单位,备注\r\n样例𠮷,\"示例区,样例局\",x\r\n";
    for (size_t i = 0; i < 4; i++) {
        arena_scope struct arena *a = arena_new();
        char out[512], *to = out, *from = (char *)(uintptr_t)text;
        size_t left = strlen(text), room = sizeof out;
        iconv_t cd = iconv_open(charsets[i], "UTF-8");
        assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
        iconv_close(cd);
        assert_string_equal(told(a, out, sizeof out - room, NULL), "姓名|单位|备注/样例𠮷|示例区,样例局|x");
    }
}

static void a_persons_choice_of_charset_counts_where_bytes_allow_it(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char big5[] = "\xA6\x57\xA6\x72,a\n"; /* 名字 */
    assert_string_equal(told(a, big5, sizeof big5 - 1, &(struct load_table_options){.charset = "big5"}), "名字|a");
    assert_string_equal(told(a, "a;b,c", 5, &(struct load_table_options){.delimiter = ','}), "a;b|c");
}

static void characters_cut_between_two_pieces_stay_whole(void **state)
{
    (void)state;
    static const char *const charsets[] = {"UTF-8", "GB18030", "UTF-16LE"};
    for (size_t k = 0; k < 3; k++)
        for (size_t pad = 65530; pad < 65545; pad++) {
            arena_scope struct arena *a = arena_new();
            char *text = arena_alloc(a, pad + 64), *out = arena_alloc(a, 4 * pad + 256);
            memset(text, 'x', pad);
            const char *behind = "𠮷甲,\"乙\n丙\"\r\n丁,戊\n";
            memcpy(text + pad, behind, strlen(behind) + 1);
            size_t left = strlen(text), room = 4 * pad + 256;
            char *to = out, *from = text;
            iconv_t cd = iconv_open(charsets[k], "UTF-8");
            assert_int_equal(iconv(cd, &from, &left, &to, &room), 0);
            iconv_close(cd);
            char *got = told(a, out, (size_t)(to - out), NULL);
            assert_string_equal(got + pad, "𠮷甲|乙\n丙/丁|戊");
        }
}

static void zeros_and_bad_bytes_are_counted(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    for (int i = 0; i < 100; i++)
        buf_puts(&b, "甲,乙\n");
    buf_add(&b, "c\0d,\xE7\x94\n", 7);
    struct load_table *t = NULL;
    const struct load_row *row = NULL, *last = NULL;
    assert_null(load_table_open_bytes(a, b.p, b.n, NULL, &t));
    for (;;) {
        assert_null(load_table_next(t, &row));
        if (row == NULL)
            break;
        last = row;
        if (row->number == 101)
            assert_string_equal(row->cells[0].text, "cd");
    }
    assert_non_null(last);
    assert_int_equal(load_table_damaged(t), 2);
    char binary[4096] = "PNG";
    assert_string_equal(told(a, binary, sizeof binary, NULL), "!load.table_binary");
}

static void limits_hold(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct load_table_options o = {.limits = {.rows = 2, .bytes = 100, .columns = 3, .cell_bytes = 8}};
    assert_string_equal(told(a, "a\nb\nc\n", 6, &o), "a/b!load.table_rows");
    assert_string_equal(told(a, "a,b,c,d\n", 8, &o), "!load.table_columns");
    assert_string_equal(told(a, "123456789\n", 10, &o), "!load.table_cell");
    assert_string_equal(told(a, "\"123456789\n", 11, &o), "!load.csv_quote");
    char big[200] = "a";
    memset(big, 'a', sizeof big);
    assert_string_equal(told(a, big, sizeof big, &o), "!load.too_big");
}

static void an_apostrophe_of_ours_comes_off_and_no_other(void **state)
{
    (void)state;
    assert_string_equal(load_unmark("'=1+1"), "=1+1");
    assert_string_equal(load_unmark("''=1+1"), "'=1+1");
    assert_string_equal(load_unmark("'＝1"), "＝1");
    assert_string_equal(load_unmark("'甲"), "'甲");
    assert_string_equal(load_unmark("=1"), "=1");
    assert_string_equal(load_unmark(""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_of_csv_is_read),
        cmocka_unit_test(charsets_are_told_from_the_bytes),
        cmocka_unit_test(a_persons_choice_of_charset_counts_where_bytes_allow_it),
        cmocka_unit_test(characters_cut_between_two_pieces_stay_whole),
        cmocka_unit_test(zeros_and_bad_bytes_are_counted),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(an_apostrophe_of_ours_comes_off_and_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
