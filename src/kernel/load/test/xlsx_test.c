/* xlsx_test.c: workbooks made here part by part: every type of cell, every way to be odd, every way to be hostile.
 * Expected: cells as KIND:TEXT, joined by |, rows as NUMBER= and joined by /; doubts as ?n; an error as !KEY. */
#include "load/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <cmocka.h>

#include "base/buf.h"
#include "load/xlsx.h"

struct part {
    const char *name, *text;
};

static void *make_zip(struct arena *a, const struct part *parts, size_t n, size_t *n_out)
{
    zip_error_t ze;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &ze);
    zip_t *z = zip_open_from_source(to, ZIP_TRUNCATE, &ze);
    zip_source_keep(to);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *s = zip_source_buffer(z, parts[i].text, strlen(parts[i].text), 0);
        assert_true(zip_file_add(z, parts[i].name, s, ZIP_FL_OVERWRITE) >= 0);
    }
    assert_int_equal(zip_close(z), 0);
    assert_int_equal(zip_source_open(to), 0);
    zip_source_seek(to, 0, SEEK_END);
    zip_int64_t len = zip_source_tell(to);
    zip_source_seek(to, 0, SEEK_SET);
    char *p = arena_alloc(a, (size_t)len);
    assert_int_equal(zip_source_read(to, p, (zip_uint64_t)len), len);
    zip_source_close(to);
    zip_source_free(to);
    *n_out = (size_t)len;
    return p;
}

static char *told_merged(struct arena *a, const void *bytes, size_t n, const char *sheet, bool fill)
{
    static const char kinds[] = "-TNBDCE";
    struct buf b = BUF(a);
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    struct load_table_options o = {.sheet = sheet, .fill_merged = fill};
    struct err *e = load_table_open_bytes(a, bytes, n, &o, &t);
    while (e == NULL && (e = load_table_next(t, &row)) == NULL && row != NULL) {
        if (b.n > 0)
            buf_putc(&b, '/');
        buf_printf(&b, "%d=", (int)row->number);
        for (size_t i = 0; i < row->n; i++) {
            const struct load_cell *c = &row->cells[i];
            buf_printf(&b, "%s%c:%s", i > 0 ? "|" : "", kinds[c->kind], c->text);
            if (c->doubts != 0)
                buf_printf(&b, "?%u", c->doubts);
        }
    }
    if (e != NULL)
        buf_printf(&b, "!%s", e->say != NULL ? e->say : err_kind_name(e->kind));
    return buf_str(&b);
}

static char *told_bytes(struct arena *a, const void *bytes, size_t n, const char *sheet)
{
    return told_merged(a, bytes, n, sheet, false);
}

#define RELS(inside) \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" inside "</Relationships>"
#define REL(id, type, target) "<Relationship Id=\"" id "\" Type=\"http://x/" type "\" Target=\"" target "\"/>"
#define BOOK(pr) \
    "<workbook xmlns:r=\"r\">" pr "<sheets><sheet name=\"名册\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
#define BOOK_RELS                                                                              \
    RELS(REL("rId1", "worksheet", "worksheets/sheet1.xml") REL("rId2", "styles", "styles.xml") \
             REL("rId3", "sharedStrings", "/xl/sharedStrings.xml"))
#define STYLES                                                                                                           \
    "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/>" \
    "<numFmt numFmtId=\"165\" formatCode=\"[$-804]yyyy&quot;年&quot;m&quot;月&quot;;@\"/><numFmt numFmtId=\"166\" "    \
    "formatCode=\"000000\"/>"                                                                                            \
    "<numFmt numFmtId=\"167\" formatCode=\"[Red]0.00E+00\"/><numFmt numFmtId=\"168\" "                                   \
    "formatCode=\"[h]:mm\"/></numFmts>"                                                                                  \
    "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf "           \
    "numFmtId=\"164\"/>"                                                                                                 \
    "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"167\"/><xf numFmtId=\"22\"/><xf numFmtId=\"20\"/><xf "   \
    "numFmtId=\"168\"/>"                                                                                                 \
    "<xf numFmtId=\"31\"/><xf numFmtId=\"17\"/></cellXfs></styleSheet>"
#define STRINGS                                                                                                     \
    "<sst><si><t>甲</t></si><si><r><rPr><b/></rPr><t xml:space=\"preserve\">富 </t></r><r><t>文本</t></r><rPh " \
    "sb=\"0\" eb=\"1\"><t>fu</t></rPh>"                                                                             \
    "<phoneticPr fontId=\"1\"/></si><si><t>一_x000A_二_x005F_x0041_</t></si><si/></sst>"

static char *told_with(struct arena *a, const char *pr, const char *sheet)
{
    const struct part parts[] = {{"_rels/.rels", RELS(REL("a", "officeDocument", "xl/workbook.xml"))},
                                 {"xl/workbook.xml", arena_printf(a, BOOK("%s"), pr)},
                                 {"xl/_rels/workbook.xml.rels", BOOK_RELS},
                                 {"xl/styles.xml", STYLES},
                                 {"xl/sharedStrings.xml", STRINGS},
                                 {"xl/worksheets/sheet1.xml", sheet}};
    size_t n;
    void *p = make_zip(a, parts, sizeof parts / sizeof *parts, &n);
    return told_bytes(a, p, n, NULL);
}

static char *told_rows(struct arena *a, const char *rows)
{
    return told_with(
        a, "", arena_printf(a, "<worksheet><cols/><sheetData>%s</sheetData><c t=\"s\"><v>0</v></c></worksheet>", rows));
}

static void every_type_of_cell_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *expected;
    } cases[] = {
        {"<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>", "1=T:甲|-:|T:富 文本"},
        {"<row><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c><c><v>1</v></c></row>", "1=T:一\n二_x0041_|-:|N:1"},
        {"<row r=\"5\"><c t=\"inlineStr\"><is><t> 直 </t><rPh><t>no</t></rPh></is></c><c "
         "t=\"str\"><f>A1</f><v>式</v></c></row>",
         "5=T: 直 |T:式?16"},
        {"<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c><c><f>1/0</f></c></row>",
         "1=B:TRUE|B:FALSE|E:#N/A|-:?8"},
        {"<row><c><v>92.5</v></c><c><v>85.099999999999994</v></c><c><v>0</v></c><c><v>-5</v></c><c><v>1E-3</v></"
         "c><c><v>1.1010519491231001E+17</v></c></row>",
         "1=N:92.5|N:85.1|N:0|N:-5|N:0.001|N:110105194912310016?1"},
        {"<row><c s=\"4\"><v>12</v></c><c "
         "s=\"5\"><v>12345.678</v></c><c><v>1990.1</v></c><c><v>0.0000015</v></c></row>",
         "1=N:000012|N:12345.678|N:1990.1?4|N:0.0000015"},
        {"<row><c s=\"1\"><v>24897</v></c><c s=\"2\"><v>45351</v></c><c s=\"3\"><v>27454</v></c><c "
         "s=\"9\"><v>1</v></c></row>",
         "1=D:1968-02-29|D:2024-02-29|D:1975-03-01?2|D:1900-01-01"},
        {"<row><c s=\"6\"><v>45351.5625</v></c><c s=\"7\"><v>0.5625</v></c><c s=\"8\"><v>1.25</v></c><c "
         "s=\"1\"><v>45351.75</v></c></row>",
         "1=D:2024-02-29T13:30:00|C:13:30:00|C:30:00:00|D:2024-02-29"},
        {"<row><c s=\"1\"><v>60</v></c><c s=\"1\"><v>-3</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>61</v></c><c "
         "s=\"1\"><v>1e9</v></c></row>",
         "1=N:60?128|N:-3?128|D:1900-02-28|D:1900-03-01|N:1000000000?128"},
        {"<row><c t=\"d\"><v>2024-02-29T00:00:00</v></c><c><v>abc</v></c><c t=\"s\"><v>99</v></c><c "
         "s=\"77\"><v>3</v></c></row>",
         "1=D:2024-02-29|T:abc?32|-:?32|N:3"},
        {"<row r=\"3\"><c r=\"B3\"><v>1</v></c><c><v>2</v></c><c "
         "r=\"A3\"><v>0</v></c></row><row><c><v>9</v></c></row><row r=\"2\"><c><v>8</v></c></row>",
         "3=N:0|N:1|N:2/4=N:9/5=N:8"},
        {"<row><c/></row><row><c s=\"1\"/></row><row r=\"9\"/>", ""},
        {"<row><c r=\"XFE1\"><v>1</v></c></row>", "!load.table_columns"},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        const char *got = told_rows(a, cases[i].rows);
        if (strcmp(got, cases[i].expected) != 0) {
            print_error("%s\n  want %s\n  have %s\n", cases[i].rows, cases[i].expected, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_1904_calendar_is_four_years_on(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_string_equal(told_with(a, "<workbookPr date1904=\"1\"/>",
                                  "<worksheet><sheetData><row><c s=\"1\"><v>43889</v></c><c "
                                  "s=\"1\"><v>0</v></c></row></sheetData></worksheet>"),
                        "1=D:2024-02-29|D:1904-01-01");
}

static void prefixes_and_other_places_of_parts_do_not_matter(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct part parts[] = {
        {"_rels/.rels", RELS(REL("a", "officeDocument", "/book/main.xml"))},
        {"book/main.xml", "<x:workbook xmlns:x=\"x\" xmlns:r=\"r\"><x:sheets><x:sheet name=\"图\" r:id=\"c\"/><x:sheet "
                          "name=\"藏\" state=\"veryHidden\" r:id=\"h\"/>"
                          "<x:sheet name=\"见\" r:id=\"s\"/></x:sheets></x:workbook>"},
        {"book/_rels/main.xml.rels",
         RELS(REL("c", "chartsheet", "c.xml") REL("h", "worksheet", "../h.xml") REL("s", "worksheet", "./s.xml"))},
        {"book/c.xml", "<x/>"},
        {"H.XML", "<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row><x:c "
                  "t=\"inlineStr\"><x:is><x:t>藏</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>"},
        {"book/s.xml",
         "<x:worksheet xmlns:x=\"x\"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"}};
    size_t n;
    void *p = make_zip(a, parts, sizeof parts / sizeof *parts, &n);
    assert_string_equal(told_bytes(a, p, n, NULL), "1=N:7");
    assert_string_equal(told_bytes(a, p, n, "藏"), "1=T:藏");
    assert_string_equal(told_bytes(a, p, n, "无"), "!load.no_sheet");
}

static void cells_merged_downwards_count_for_each_row_when_asked(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct part parts[] = {
        {"xl/workbook.xml",
         "<workbook xmlns:r=\"r\"><sheets><sheet name=\"甲&amp;乙\" r:id=\"s\"/></sheets></workbook>"},
        {"xl/_rels/workbook.xml.rels", RELS(REL("s", "worksheet", "s.xml"))},
        {"xl/s.xml",
         "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>9</v></c></row>"
         "<row r=\"2\"><c r=\"A2\" t=\"str\"><v>局</v></c><c r=\"B2\"><v>1</v></c></row>"
         "<row r=\"3\"><c r=\"A3\"/><c r=\"B3\"><v>2</v></c></row><row r=\"4\"><c r=\"B4\"><v>3</v></c></row>"
         "<row r=\"5\"><c r=\"B5\"><v>4</v></c><c r=\"D5\"><v>7</v></c></row><row r=\"6\"><c "
         "r=\"A6\"><v>5</v></c></row></sheetData>"
         "<mergeCells><mergeCell ref=\"D5:D6\"/><mergeCell ref=\"A1:J1\"/><mergeCell ref=\"A2:A4\"/><mergeCell "
         "ref=\"rubbish\"/>"
         "</mergeCells></worksheet>"}};
    size_t n;
    void *p = make_zip(a, parts, sizeof parts / sizeof *parts, &n);
    assert_string_equal(told_merged(a, p, n, "甲&乙", true),
                        "1=N:9/2=T:局|N:1/3=T:局?256|N:2/4=T:局?256|N:3/5=-:|N:4|-:|N:7/6=N:5|-:|-:|N:7?256");
    assert_string_equal(told_merged(a, p, n, NULL, false), "1=N:9/2=T:局|N:1/3=-:|N:2/4=-:|N:3/5=-:|N:4|-:|N:7/6=N:5");
}

static void hostile_workbooks_are_refused_with_a_sentence(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_string_equal(told_with(a, "",
                                  "<!DOCTYPE x [<!ENTITY e \"eeee\">]><worksheet><sheetData><row><c "
                                  "t=\"str\"><v>&e;</v></c></row></sheetData></worksheet>"),
                        "!load.xml_doctype");
    assert_string_equal(
        told_with(a, "", "<worksheet><sheetData><row><c t=\"str\"><v>&e;</v></c></row></sheetData></worksheet>"),
        "!load.xml_broken");
    assert_string_equal(told_with(a, "", "<worksheet><sheetData><row><c><v>1</v></c></row>"), "1=N:1!load.xml_broken");
    struct buf deep = BUF(a);
    for (int i = 0; i < 1000; i++)
        buf_puts(&deep, "<a>");
    assert_string_equal(told_with(a, "", buf_str(&deep)), "!load.xml_deep");
    assert_string_equal(told_with(a, "", ""), "!load.xml_broken");
}

static void what_only_looks_like_a_workbook_is_named(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const struct part xlsb[] = {{"xl/workbook.bin", "x"}}, ods[] = {{"content.xml", "<x/>"}},
                             other[] = {{"a.txt", "x"}};
    size_t n;
    void *p = make_zip(a, xlsb, 1, &n);
    assert_string_equal(told_bytes(a, p, n, NULL), "!load.xlsb");
    assert_string_equal(told_bytes(a, p, n / 2, NULL), "!load.zip_broken");
    p = make_zip(a, ods, 1, &n);
    assert_string_equal(told_bytes(a, p, n, NULL), "!load.ods");
    p = make_zip(a, other, 1, &n);
    assert_string_equal(told_bytes(a, p, n, NULL), "!load.not_a_table");
    char locked[4096] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    memcpy(locked + 1024, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
    assert_string_equal(told_bytes(a, locked, sizeof locked, NULL), "!load.xlsx_locked");
}

static void many_shared_strings_come_back_from_the_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf strings = BUF(a), rows = BUF(a);
    enum { N = 60000 };
    buf_puts(&strings, "<sst>");
    char *long_text = arena_alloc(a, 401);
    memset(long_text, 'x', 400);
    for (int i = 0; i < N; i++)
        buf_printf(&strings, "<si><t>%d%s</t></si>", i, i % 7 == 0 ? "" : long_text);
    buf_puts(&strings, "</sst>");
    buf_puts(&rows, "<worksheet><sheetData>");
    for (int i = 0; i < N; i++) /* in an order that jumps */
        buf_printf(&rows, "<row><c t=\"s\"><v>%d</v></c></row>", (int)((int64_t)i * 7919 % N));
    buf_puts(&rows, "</sheetData></worksheet>");
    const struct part parts[] = {{"xl/workbook.xml", BOOK("")},
                                 {"xl/_rels/workbook.xml.rels", BOOK_RELS},
                                 {"xl/sharedStrings.xml", buf_str(&strings)},
                                 {"xl/worksheets/sheet1.xml", buf_str(&rows)}};
    size_t n;
    void *p = make_zip(a, parts, 4, &n);
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    assert_null(load_table_open_bytes(a, p, n, NULL, &t));
    for (int i = 0; i < N; i++) {
        assert_null(load_table_next(t, &row));
        assert_non_null(row);
        int want = (int)((int64_t)i * 7919 % N);
        assert_int_equal(strtol(row->cells[0].text, NULL, 10), want);
        assert_int_equal(strlen(row->cells[0].text), (want % 7 == 0 ? 0 : 400) + (size_t)snprintf(NULL, 0, "%d", want));
    }
    assert_null(load_table_next(t, &row));
    assert_null(row);
}

static void strings_that_find_no_place_are_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct xlsx_strings *s = xlsx_strings_new(a);
    const char *before = getenv("TMPDIR");
    static char text[1 << 20];
    memset(text, 'x', sizeof text);
    setenv("TMPDIR", "/nonexistent", 1);
    struct err *e = NULL;
    for (int i = 0; i < 20 && e == NULL; i++)
        e = xlsx_strings_add(s, text, sizeof text);
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    assert_non_null(e);
    assert_string_equal(e->say, "base.disk_refuses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_cell_is_read),
        cmocka_unit_test(the_1904_calendar_is_four_years_on),
        cmocka_unit_test(prefixes_and_other_places_of_parts_do_not_matter),
        cmocka_unit_test(cells_merged_downwards_count_for_each_row_when_asked),
        cmocka_unit_test(hostile_workbooks_are_refused_with_a_sentence),
        cmocka_unit_test(what_only_looks_like_a_workbook_is_named),
        cmocka_unit_test(many_shared_strings_come_back_from_the_file),
        cmocka_unit_test(strings_that_find_no_place_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
