/* intake_table_test.c: rosters: the header is found, columns are understood, cells in doubt are refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "record/codes.h"
#include "roster/intake_rows.h"
#include "roster/roster.h"
#include "view/messages.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

static struct arena *a;
static struct db_pool *pool;
static struct db *db;
static char path[64];

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(a));
    OK(db_pool_open(a, ":memory:", true, &pool));
    OK(db_take(pool, a, &db));
    OK(record_migrate(db, a, true));
    (void)snprintf(path, sizeof path, "/tmp/qf-roster-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static void put_file(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static struct intake *rows[40];

static int read_all(struct intake_layout *layout)
{
    struct intake_sheet s;
    int n = 0;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(intake_sheet_open(&tx, a, path, &s));
    }
    for (;;) {
        const struct load_row *r;
        OK(intake_sheet_next(&s, &r));
        if (r == NULL)
            break;
        struct intake *in = intake_of_row(a, &s.layout, r);
        if (in != NULL)
            rows[n++] = in;
    }
    if (layout != NULL)
        *layout = s.layout;
    return n;
}

static const char *said(const struct intake *in, const char *field)
{
    const char *v = row_text(in->member, field);
    return v == NULL ? "" : v;
}

static void a_roster_with_titles_and_two_header_rows_is_understood(void **state)
{
    (void)state;
    put_file("示例区干部名册,,,,,,,,,,,\n"
             "\n"
             "姓  名,\"现任\n职务\",性别,民族,籍贯,全日制教育,,在职教育,,出生年月,参加工作年月,任现职年月\n"
             ",,,,,学历,毕业院校及专业,学历,毕业院校及专业,,,\n"
             "区水务局,,,,,,,,,,,\n"
             "江　澄,区水务局局长,女,汉,虚岭无定,大学/工学学士,虚岭大学水利,,,1975.03,1996.07,2019.05\n"
             "姓名,现任职务,性别,民族,,,,,,出生年月,,\n"
             "白简,区水务局副局长,,,,,,省委党校研究生,省委党校,1980年4月,200207,\n"
             "注：以上为现任人员,,,,,,,,,,,\n");
    struct intake_layout l;
    assert_int_equal(read_all(&l), 2);
    assert_int_equal(l.first, 3);
    assert_int_equal(l.last, 4);
    assert_string_equal(l.heads[6], "全日制教育毕业院校及专业");
    assert_null(rows[0]->refused);
    assert_int_equal(rows[0]->line, 6);
    assert_string_equal(said(rows[0], "name"), "江澄");
    assert_string_equal(said(rows[0], "birth"), "1975-03");
    assert_string_equal(said(rows[0], "post_since"), "2019-05");
    assert_string_equal(said(rows[0], "ethnicity"), "01");
    assert_int_equal(rows[0]->sets[SET_EDUCATION].n, 1);
    assert_string_equal(row_text(rows[0]->sets[SET_EDUCATION].rows[0], "degree"), "工学学士");
    /* 女少非: what is left out stays unknown */
    assert_null(rows[1]->refused);
    assert_string_equal(said(rows[1], "sex"), "");
    assert_string_equal(said(rows[1], "ethnicity"), "");
    assert_string_equal(said(rows[1], "work_start"), "2002-07");
}

static void every_fault_of_a_row_is_told_with_its_column(void **state)
{
    (void)state;
    put_file(
        "姓名,出生年月,公民身份号码,入党时间,民族\n韩望,1975.13,990103197503010001,=A3+1,蒙古\n秦舒,1975.03,,,火星\n");
    assert_int_equal(read_all(NULL), 2);
    int n = 0;
    bool birth = false, number = false, party = false;
    for (struct err *e = rows[0]->refused; e != NULL; e = e->next, n++) {
        birth |= strcmp(e->field, "出生年月") == 0 && strcmp(e->say, "roster.table.date") == 0;
        number |= strcmp(e->field, "公民身份号码") == 0;
        party |= strcmp(e->field, "入党时间") == 0 && strcmp(e->say, "roster.table.formula") == 0;
    }
    assert_int_equal(n, 3);
    assert_true(birth && number && party);
    assert_string_equal(rows[1]->refused->say, "roster.table.word");
}

static const char *taught(const struct intake *in, int i, const char *field)
{
    const char *v = i < in->sets[SET_EDUCATION].n ? row_text(in->sets[SET_EDUCATION].rows[i], field) : "no row";
    return v == NULL ? "" : v;
}

/* mode education level degree level of every row, rows joined by | */
static const char *education_said(const struct intake *in)
{
    static const char *const fields[] = {"mode", "education", "education_level", "degree", "degree_level"};
    struct buf b = BUF(a);
    for (int i = 0; i < in->sets[SET_EDUCATION].n; i++) {
        buf_puts(&b, i > 0 ? "|" : "");
        for (int f = 0; f < 5; f++)
            buf_printf(&b, "%s%s", f > 0 ? " " : "", taught(in, i, fields[f]));
    }
    return buf_str(&b);
}

static void one_column_of_education_becomes_rows(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *rows;
    } cells[] = {{"大学", " 大学 21  "},
                 {"研究生,法学硕士", " 研究生 11 法学硕士 3"},
                 {"大学/农学学士", " 大学 21 农学学士 4"},
                 {"大学工学学士", " 大学 21 工学学士 4"},
                 {"全日制大专；在职大学", "1 大专 31  |2 大学 21  "},
                 {"研究生（在职）", "2 研究生 11  "},
                 {"大学、工学学士，在职研究生、工商管理硕士", " 大学 21 工学学士 4|2 研究生 11 工商管理硕士 3"},
                 {"省委党校研究生", " 省委党校研究生 11  "},
                 {"本科", " 本科 21  "},
                 {"大学专科", " 大学专科 31  "},
                 {"硕士研究生", " 硕士研究生 11  "},
                 {"法学博士", "   法学博士 2"}};
    enum { CELLS = sizeof cells / sizeof *cells };
    struct buf b = BUF(a);
    buf_puts(&b, "姓名,学历\n");
    for (int i = 0; i < CELLS; i++)
        buf_printf(&b, "试某%d,\"%s\"\n", i, cells[i].cell);
    put_file(buf_str(&b));
    assert_int_equal(read_all(NULL), CELLS);
    for (int i = 0; i < CELLS; i++) {
        assert_null(rows[i]->refused);
        if (strcmp(education_said(rows[i]), cells[i].rows) != 0)
            fail_msg("%s: '%s', not '%s'", cells[i].cell, education_said(rows[i]), cells[i].rows);
    }
}

static void education_and_degree_in_two_columns_are_one_row(void **state)
{
    (void)state;
    put_file("姓名,学位,学历\n己某,法学硕士,在职研究生\n庚某,,大专\n辛某,工学学士,\n");
    assert_int_equal(read_all(NULL), 3);
    assert_string_equal(education_said(rows[0]), "2 研究生 11 法学硕士 3");
    assert_string_equal(education_said(rows[1]), " 大专 31  ");
    assert_string_equal(education_said(rows[2]), "   工学学士 4");
}

static void unknown_words_of_education_are_asked(void **state)
{
    (void)state;
    put_file("姓名,最高学历\n甲某,大学普通班\n乙某,研修班\n丙某,全日制\n丁某,大学/肄业\n戊某,博士后\n");
    assert_int_equal(read_all(NULL), 5);
    for (int i = 0; i < 5; i++) {
        assert_non_null(rows[i]->refused);
        assert_string_equal(rows[i]->refused->say, "roster.table.education");
        assert_string_equal(rows[i]->refused->field, "最高学历");
        assert_int_equal(rows[i]->sets[SET_EDUCATION].n, 0);
    }
}

/* One column says less than the two halves: it never speaks against them, on record or in the same row. */
static void one_column_of_education_only_fills_gaps(void **state)
{
    (void)state;
    put_file("姓名,全日制学历,在职学历,最高学历\n己某,大学,省委党校研究生,研究生/法学硕士\n");
    assert_int_equal(read_all(NULL), 1);
    assert_string_equal(education_said(rows[0]), "1 大学 21  |2 省委党校研究生 11  ");
    struct intake_result r;
    int64_t member;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "test", &c));
        OK(intake_compare(&c.tx, &who_console, rows[0], -1, &r));
        OK(intake_apply(&c, rows[0], &r, &member));
        OK(change_commit(&c));
    }
    static const char *const files[] = {"姓名,学历\n己某,研究生\n", "姓名,学历\n己某,\"大学、研究生/法学硕士\"\n",
                                        "姓名,学历\n己某,大专\n"};
    static const enum intake_kind kinds[] = {INTAKE_UNCHANGED, INTAKE_CHANGED, INTAKE_CHANGED};
    static const int takes[] = {0, 2, 1}; /* the degree and its level; a row */
    for (int i = 0; i < 3; i++) {
        put_file(files[i]);
        assert_int_equal(read_all(NULL), 1);
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(intake_compare(&tx, &who_console, rows[0], member, &r));
        assert_int_equal(r.kind, kinds[i]);
        int n = 0;
        for (size_t k = 0; k < r.diffs.n; k++)
            n += r.diffs.p[k].take;
        assert_int_equal(n, takes[i]);
    }
}

static void number_cells_are_dates_only_where_that_is_certain(void **state)
{
    (void)state;
    struct doc_sink sink;
    struct doc_table *t;
    OK(doc_sink_file(a, path, &sink));
    OK(doc_table_begin(a, DOC_XLSX, &(struct doc_table_options){0}, sink, &t));
    const struct doc_cell head[] = {{DOC_TEXT, "干部姓名"}, {DOC_TEXT, "出生日期"}, {DOC_TEXT, "参工时间"}};
    const struct doc_cell one[] = {{DOC_TEXT, "白修远"}, {DOC_NUMBER, "27454"}, {DOC_NUMBER, "1990.1"}};
    const struct doc_cell two[] = {{DOC_TEXT, "白修近"}, {DOC_NUMBER, "1975.03"}, {DOC_TEXT, "1990.10"}};
    OK(doc_table_row(t, head, 3));
    OK(doc_table_row(t, one, 3));
    OK(doc_table_row(t, two, 3));
    OK(doc_table_end(t));
    OK(doc_sink_keep(a, &sink));
    assert_true(intake_is_table(path, "whatever.lrmx"));
    assert_int_equal(read_all(NULL), 2);
    assert_string_equal(said(rows[0], "birth"), "1975-03-01");
    assert_string_equal(rows[0]->refused->say, "roster.table.one_decimal");
    assert_string_equal(rows[0]->refused->field, "参工时间");
    assert_string_equal(rows[0]->refused->args[1].value, "1990.01");
    assert_string_equal(rows[0]->refused->args[2].value, "1990.10");
    assert_null(rows[0]->refused->next);
    assert_null(rows[1]->refused);
    assert_string_equal(said(rows[1], "birth"), "1975-03");
}

static void columns_confirmed_once_are_known_again(void **state)
{
    (void)state;
    put_file("姓名,何时来的,出生年月\n江澄,2019.05,1975.03\n");
    struct intake_layout l;
    (void)read_all(&l);
    assert_false(l.known);
    assert_int_equal(l.means[1], -1);
    l.means[1] = l.means[2];
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    struct err *e = intake_layout_keep(&c, &l);
    assert_non_null(e);
    assert_string_equal(e->say, "roster.table.twice");
    l.means[1] = table_means_find("post_since");
    OK(intake_layout_keep(&c, &l));
    OK(change_commit(&c));
    assert_int_equal(read_all(&l), 1);
    assert_true(l.known);
    assert_string_equal(said(rows[0], "post_since"), "2019-05");
}

static void a_table_without_a_name_column_is_refused_with_a_sentence(void **state)
{
    (void)state;
    put_file("甲,乙\n1,2\n");
    struct intake_sheet s;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    struct err *e = intake_sheet_open(&tx, a, path, &s);
    assert_non_null(e);
    assert_string_equal(e->say, "roster.table.no_header");
    assert_false(intake_is_table(path, "x.lrm"));
    assert_true(intake_is_table(path, "x.CSV"));
}

static void the_sheet_comes_back_with_what_is_wrong(void **state)
{
    (void)state;
    put_file("名册\n姓名,出生年月,入党时间\n江澄,1975.03,\n韩望,1975.13,=1+1\n");
    int64_t stage;
    bool known;
    OK(intake_rows_stage(db, a, &who_console, path, "册.csv", &stage, &known));
    struct intake_layout l;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(intake_rows_layout(&tx, stage, &l));
    }
    OK(intake_rows_try(db, a, &who_console, stage, &l));
    struct doc_sink sink;
    struct intake_errors x = {.lang = LANG_ZH};
    OK(doc_sink_file(a, path, &sink));
    OK(doc_table_begin(a, DOC_CSV, &(struct doc_table_options){.no_mark = true}, sink, &x.table));
    OK(intake_rows_errors(db, a, &who_console, stage, &x));
    OK(doc_sink_keep(a, &sink));
    char text[2048] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    assert_int_equal(fclose(f), 0);
    assert_non_null(strstr(text, "姓名,出生年月,入党时间,"));
    assert_null(strstr(text, "江澄"));
    assert_non_null(strstr(text, "韩望,1975.13,'=1+1,"));
    assert_non_null(strstr(text, "出生年月：“1975.13”"));
    struct intake_written w;
    OK(intake_stage_write(db, a, &who_console, stage, &w));
    assert_int_equal(w.people, 1);
    assert_int_equal(w.left, 1);
}

static int64_t stage_of(const char *text)
{
    int64_t stage;
    bool known;
    struct intake_layout l;
    put_file(text);
    OK(intake_rows_stage(db, a, &who_console, path, "册.csv", &stage, &known));
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(intake_rows_layout(&tx, stage, &l));
    }
    OK(intake_rows_try(db, a, &who_console, stage, &l));
    return stage;
}

static int64_t joined(const char *day)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(db, a, &tx));
    OK(db_one_int(&tx, "SELECT count(*) FROM roster_member WHERE party_joined = ?1", (struct db_val[]){db_text(day)}, 1,
                  0, &n));
    return n;
}

static void a_choice_for_everybody_holds_until_a_later_one(void **state)
{
    (void)state;
    static const char changed[] = "姓名,出生年月,现任职务,入党时间\n江澄,1975.03,示例局局长,1999.01\n";
    struct intake_written w;
    int64_t n;
    OK(intake_stage_write(db, a, &who_console,
                          stage_of("姓名,出生年月,现任职务,入党时间\n江澄,1975.03,示例局局长,1998.06\n"), &w));
    int64_t stage = stage_of(changed);
    OK(intake_stage_wide(db, a, &who_console, stage, &(struct intake_wide){"changed", "*", true}, &n));
    assert_int_equal(n, 1);
    OK(intake_stage_write(db, a, &who_console, stage, &w));
    assert_int_equal(joined("1998-06"), 1);
    stage = stage_of(changed);
    OK(intake_stage_wide(db, a, &who_console, stage, &(struct intake_wide){"changed", "*", true}, &n));
    OK(intake_stage_wide(db, a, &who_console, stage, &(struct intake_wide){"changed", "member.party_joined", false},
                         &n));
    OK(intake_stage_write(db, a, &who_console, stage, &w));
    assert_int_equal(joined("1999-01"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_roster_with_titles_and_two_header_rows_is_understood, setup, teardown),
        cmocka_unit_test_setup_teardown(every_fault_of_a_row_is_told_with_its_column, setup, teardown),
        cmocka_unit_test_setup_teardown(one_column_of_education_becomes_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(education_and_degree_in_two_columns_are_one_row, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_words_of_education_are_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(one_column_of_education_only_fills_gaps, setup, teardown),
        cmocka_unit_test_setup_teardown(number_cells_are_dates_only_where_that_is_certain, setup, teardown),
        cmocka_unit_test_setup_teardown(columns_confirmed_once_are_known_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_without_a_name_column_is_refused_with_a_sentence, setup, teardown),
        cmocka_unit_test_setup_teardown(a_choice_for_everybody_holds_until_a_later_one, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sheet_comes_back_with_what_is_wrong, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
