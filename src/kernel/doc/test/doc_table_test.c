/* doc_table_test.c: what goes out comes back the same, and nothing of it can run. (Tests may read with load.) */
#include "doc/table.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/vec.h"
#include "load/table.h"
#include "load/zip.h"

static struct err *gather(void *p, struct arena *a, const void *bytes, size_t n)
{
    (void)a;
    buf_add(p, bytes, n);
    return NULL;
}

static const char *const texts[] = {"000012",
                                    "样例𠮷",
                                    "=1+1",
                                    "+1+1",
                                    "-1+1",
                                    "@SUM(A1:A2)",
                                    "=HYPERLINK(\"http://127.0.0.1/x\",\"点我\")",
                                    "=cmd|' /C calc'!A0",
                                    "\t=1+1",
                                    "\r=1+1",
                                    "＝1+1",
                                    "-5",
                                    "+86 138",
                                    "=1+1\";=2+2",
                                    "'=1+1",
                                    "''-1",
                                    "'甲",
                                    "换行\n样本",
                                    "甲\r\n乙",
                                    "  空格 ",
                                    "a,b",
                                    "\"q\"",
                                    "1975.03",
                                    "_x0041_",
                                    "_x000D_",
                                    "垂直\v制表",
                                    "99900319980213982X",
                                    "TRUE",
                                    "1e5"};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static struct buf write_all(struct arena *a, enum doc_table_kind kind, const struct doc_table_options *o)
{
    struct buf b = BUF(a);
    struct doc_table *t = NULL;
    assert_null(doc_table_begin(a, kind, o, (struct doc_sink){.write = gather, .p = &b}, &t));
    assert_null(doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "备注"}, {DOC_TEXT, "得分"}}, 2));
    for (size_t i = 0; i < N_TEXTS; i++)
        assert_null(
            doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, texts[i]}, {DOC_NUMBER, "-5.25"}, {DOC_TEXT, NULL}}, 3));
    assert_null(doc_table_end(t));
    return b;
}

static void every_text_comes_back_as_it_was(void **state)
{
    (void)state;
    for (int kind = DOC_CSV; kind <= DOC_XLSX; kind++) {
        arena_scope struct arena *a = arena_new();
        struct buf b =
            write_all(a, (enum doc_table_kind)kind, &(struct doc_table_options){.header = 1, .sheet = "名/册"});
        struct load_table *t = NULL;
        const struct load_row *row = NULL;
        assert_null(load_table_open_bytes(a, b.p, b.n, NULL, &t));
        if (kind == DOC_XLSX)
            assert_string_equal(load_table_facts(t)->sheets[0].name, "名_册");
        assert_null(load_table_next(t, &row));
        assert_string_equal(row->cells[0].text, "备注");
        for (size_t i = 0; i < N_TEXTS; i++) {
            assert_null(load_table_next(t, &row));
            const char *got = row->cells[0].text;
            assert_string_equal(kind == DOC_CSV ? load_unmark(got) : got, texts[i]);
            assert_int_equal(row->cells[0].kind, CELL_TEXT);
            assert_int_equal(row->cells[0].doubts, 0);
            assert_string_equal(row->cells[1].text, "-5.25");
        }
        assert_null(load_table_next(t, &row));
        assert_null(row);
    }
}

static void no_cell_of_csv_begins_as_a_formula(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = write_all(a, DOC_CSV, NULL);
    assert_memory_equal(b.p, "\xEF\xBB\xBF", 3);
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    assert_null(load_table_open_bytes(a, b.p, b.n, NULL, &t));
    for (;;) {
        assert_null(load_table_next(t, &row));
        if (row == NULL)
            break;
        const char *s = row->cells[0].text;
        assert_null(strchr("=+-@\t\r", *s));
        assert_false(strncmp(s, "＝", 3) == 0);
    }
    assert_null(memmem(b.p, b.n, "\n\n", 2));
    b = write_all(a, DOC_CSV, &(struct doc_table_options){.no_mark = true});
    assert_int_equal(b.p[0], "备"[0]);
}

static void no_cell_of_xlsx_is_a_formula(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = write_all(a, DOC_XLSX, NULL);
    struct load_zip *z = NULL;
    uint64_t i;
    void *xml;
    size_t n;
    assert_null(load_zip_open_bytes(a, b.p, b.n, load_zip_usual, &z));
    assert_true(load_zip_find(z, "xl/worksheets/sheet1.xml", &i));
    assert_null(load_zip_read(z, a, i, 1 << 20, &xml, &n));
    assert_null(memmem(xml, n, "<f", 2));
    assert_non_null(memmem(xml, n, "<v>-5.25</v>", 12));
}

static void numbers_a_spreadsheet_would_round_are_texts(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    static const char *const numbers[] = {"1234567890123456", "1e5", "--5", "1.2.3", "-"};
    struct buf b = BUF(a);
    struct doc_table *t = NULL;
    assert_null(doc_table_begin(a, DOC_XLSX, NULL, (struct doc_sink){.write = gather, .p = &b}, &t));
    for (size_t i = 0; i < 5; i++)
        assert_null(doc_table_row(t, &(struct doc_cell){DOC_NUMBER, numbers[i]}, 1));
    assert_null(doc_table_end(t));
    struct load_table *in = NULL;
    const struct load_row *row = NULL;
    assert_null(load_table_open_bytes(a, b.p, b.n, NULL, &in));
    for (size_t i = 0; i < 5; i++) {
        assert_null(load_table_next(in, &row));
        assert_int_equal(row->cells[0].kind, CELL_TEXT);
        assert_string_equal(row->cells[0].text, numbers[i]);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    struct doc_table *t = NULL;
    assert_null(doc_table_begin(a, DOC_XLSX, NULL, (struct doc_sink){.write = gather, .p = &b}, &t));
    char *long_text = arena_alloc(a, 40000);
    memset(long_text, 'x', 39999);
    struct err *e = doc_table_row(t, &(struct doc_cell){DOC_TEXT, long_text}, 1);
    assert_non_null(e);
    assert_string_equal(e->say, "doc.xlsx_cell");
    struct doc_cell *wide = arena_array(a, struct doc_cell, 16385);
    e = doc_table_row(t, wide, 16385);
    assert_non_null(e);
    assert_string_equal(e->say, "doc.xlsx_rows");
    assert_int_equal(b.n, 0); /* given up here: the arena takes the unfinished file away */
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct doc_sink sink;
    struct doc_table *t = NULL;
    assert_null(doc_sink_file(a, "/dev/full", &sink));
    assert_null(doc_table_begin(a, DOC_CSV, NULL, sink, &t));
    assert_null(doc_table_row(t, &(struct doc_cell){DOC_TEXT, "a"}, 1));
    struct err *e = doc_table_end(t);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_LIMIT);
    assert_non_null(doc_sink_file(a, "/nonexistent/x", &sink));
}

/* The disk is full after some bytes: the process may write no longer files. */
static void room_for(rlim_t bytes)
{
    struct rlimit l;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void fill(struct doc_table *t, struct err **e)
{
    *e = NULL;
    for (int i = 0; i < 20000 && *e == NULL; i++)
        *e = doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "示例区"}, {DOC_NUMBER, "1"}, {DOC_TEXT, NULL}}, 3);
    if (*e == NULL)
        *e = doc_table_end(t);
}

static int rows_in(struct arena *a, const struct buf *b)
{
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    int n = 0;
    assert_null(load_table_open_bytes(a, b->p, b->n, NULL, &t));
    for (;; n++) {
        assert_null(load_table_next(t, &row));
        if (row == NULL)
            return n;
    }
}

static void a_workbook_that_found_no_room_is_never_passed_on(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    int passed = 0;
    for (rlim_t room = 1024; room < 4 << 20; room *= 2) {
        arena_scope struct arena *a = arena_new();
        struct buf b = BUF(a);
        struct doc_table *t = NULL;
        room_for(room);
        struct err *e = doc_table_begin(a, DOC_XLSX, NULL, (struct doc_sink){.write = gather, .p = &b}, &t);
        if (e == NULL)
            fill(t, &e);
        room_for(RLIM_INFINITY);
        assert_true((e == NULL) == (b.n > 0));
        if (e != NULL)
            assert_int_equal(e->kind, ERR_LIMIT);
        else
            assert_int_equal(rows_in(a, &b), 20000);
        passed += e == NULL;
    }
    assert_true(passed > 0 && passed < 12);
}

static void a_file_that_found_no_room_leaves_what_stood_there(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    char dir[] = "/tmp/qf_doc_XXXXXX", said[8] = "";
    assert_non_null(mkdtemp(dir));
    {
        arena_scope struct arena *a = arena_new();
        char *path = arena_printf(a, "%s/rows.csv", dir);
        FILE *old = fopen(path, "w");
        fputs("before", old);
        assert_int_equal(fclose(old), 0);
        struct doc_sink sink;
        struct doc_table *t = NULL;
        struct err *e;
        room_for(100000);
        assert_null(doc_sink_file(a, path, &sink));
        assert_null(doc_table_begin(a, DOC_CSV, NULL, sink, &t));
        fill(t, &e);
        room_for(RLIM_INFINITY);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_LIMIT);
        assert_string_equal(e->say, "base.disk_full");
        old = fopen(path, "r");
        assert_non_null(old);
        assert_int_equal(fread(said, 1, sizeof said - 1, old), 6);
        fclose(old);
        unlink(path);
    }
    assert_string_equal(said, "before");
    assert_int_equal(rmdir(dir), 0); /* nothing else is left there */
}

static void a_file_holds_what_was_written(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char path[] = "/tmp/qf_doc_XXXXXX";
    int fd = mkstemp(path);
    close(fd);
    {
        arena_scope struct arena *inner = arena_new();
        struct doc_sink sink;
        struct doc_table *t = NULL;
        assert_null(doc_sink_file(inner, path, &sink));
        assert_null(doc_table_begin(inner, DOC_CSV, NULL, sink, &t));
        for (int i = 0; i < 20000; i++)
            assert_null(doc_table_row(t, (struct doc_cell[]){{DOC_TEXT, "示例区"}, {DOC_NUMBER, "1"}}, 2));
        assert_null(doc_table_end(t));
        assert_null(doc_sink_keep(inner, &sink));
    }
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    assert_null(load_table_open(a, path, NULL, &t));
    int n = 0;
    for (;; n++) {
        assert_null(load_table_next(t, &row));
        if (row == NULL)
            break;
    }
    assert_int_equal(n, 20000);
    unlink(path);
    assert_string_equal(doc_table_ending(DOC_XLSX), ".xlsx");
    assert_non_null(strstr(doc_table_mime(DOC_CSV), "csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_comes_back_as_it_was),
        cmocka_unit_test(no_cell_of_csv_begins_as_a_formula),
        cmocka_unit_test(no_cell_of_xlsx_is_a_formula),
        cmocka_unit_test(numbers_a_spreadsheet_would_round_are_texts),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(a_workbook_that_found_no_room_is_never_passed_on),
        cmocka_unit_test(a_file_that_found_no_room_leaves_what_stood_there),
        cmocka_unit_test(a_file_holds_what_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
