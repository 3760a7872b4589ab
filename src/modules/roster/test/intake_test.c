/* intake_test.c: forms laid beside the records: who is meant, what differs, what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "roster/intake.h"
#include "roster/lrmx.h"
#include "roster/roster.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

static struct arena *a;
static struct db_pool *pool;
static struct db *db;

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
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static const char base[] = "<XingMing>白简</XingMing><XingBie>男</XingBie><ChuShengNianYue>197503</ChuShengNianYue>"
                           "<MinZu>汉族</MinZu><CanJiaGongZuoShiJian>199607</CanJiaGongZuoShiJian>"
                           "<XianRenZhiWu>示例区示例局副局长</XianRenZhiWu>";
static const char resume[] = "<JianLi>1996.07--2010.03  示例区示例局科员（其间：2001.09--2003.07虚岭大学学习）\n"
                             "2010.03--           示例区示例局副局长</JianLi>"
                             "<NianDuKaoHeJieGuo>2024年度优秀；2025年度称职。</NianDuKaoHeJieGuo>";

static struct intake *form(const char *more)
{
    char *xml = arena_printf(a, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Person>%s%s</Person>", base, more);
    struct form *f;
    OK(form_read_lrmx(a, xml, strlen(xml), &f));
    return intake_of_form(a, f);
}

static struct intake *changed_form(const char *was, const char *is, const char *more)
{
    char *xml = arena_printf(a, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Person>%s%s</Person>", base, more);
    char *at = strstr(xml, was);
    assert_non_null(at);
    xml = arena_printf(a, "%.*s%s%s", (int)(at - xml), xml, is, at + strlen(was));
    struct form *f;
    OK(form_read_lrmx(a, xml, strlen(xml), &f));
    return intake_of_form(a, f);
}

/* Imports and gives the outcome; the error of writing when there is one. */
static struct intake_result take(struct intake *in, int64_t chosen, struct err **refused)
{
    struct intake_result r;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "import", &c));
    OK(intake_compare(&c.tx, &who_console, in, chosen, &r));
    if (r.kind == INTAKE_NEW || r.kind == INTAKE_CHANGED) {
        struct err *e = intake_apply(&c, in, &r, &r.member);
        if (refused != NULL)
            *refused = e;
        else
            OK(e);
    }
    OK(change_commit(&c));
    return r;
}

static int64_t count(const char *sql)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(db, a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, 0, &n));
    return n;
}

static void a_second_import_of_the_same_form_changes_nothing(void **state)
{
    (void)state;
    assert_int_equal(take(form(resume), 0, NULL).kind, INTAKE_NEW);
    int64_t revisions = count("SELECT count(*) FROM revision");
    assert_int_equal(count("SELECT count(*) FROM roster_resume"), 3);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE under IS NOT NULL"), 1);
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal"), 2);
    assert_int_equal(take(form(resume), 0, NULL).kind, INTAKE_UNCHANGED);
    assert_int_equal(count("SELECT count(*) FROM revision"), revisions);
}

static void what_the_form_leaves_empty_is_kept(void **state)
{
    (void)state;
    struct intake_result first = take(form(resume), 0, NULL);
    struct intake_result r = take(form(""), first.member, NULL);
    assert_int_equal(r.kind, INTAKE_UNCHANGED);
    r = take(form("<NianDuKaoHeJieGuo>2025年度称职。</NianDuKaoHeJieGuo>"), 0, NULL);
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal WHERE ended = 0"), 2);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE ended = 0"), 3);
}

static void a_changed_value_is_shown_and_written_as_one_change(void **state)
{
    (void)state;
    take(form(resume), 0, NULL);
    int64_t changes = count("SELECT count(*) FROM change");
    struct intake_result r = take(changed_form("2024年度优秀", "2024年度称职", resume), 0, NULL);
    assert_int_equal(r.kind, INTAKE_CHANGED);
    bool seen = false;
    for (size_t i = 0; i < r.diffs.n; i++)
        if (r.diffs.p[i].of == &roster_appraisal) {
            seen = true;
            assert_string_equal(r.diffs.p[i].ours, "1");
            assert_string_equal(r.diffs.p[i].theirs, "2");
        }
    assert_true(seen);
    assert_int_equal(count("SELECT count(*) FROM change"), changes + 1);
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal WHERE year = 2024 AND grade = '2'"), 1);
}

static void a_difference_not_taken_is_not_written(void **state)
{
    (void)state;
    take(form(resume), 0, NULL);
    struct intake *in = changed_form("示例局副局长", "示例局局长", resume);
    struct intake_result r;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "import", &c));
    OK(intake_compare(&c.tx, &who_console, in, 1, &r));
    assert_int_equal(r.kind, INTAKE_CHANGED);
    for (size_t i = 0; i < r.diffs.n; i++)
        r.diffs.p[i].take = false;
    int64_t member;
    OK(intake_apply(&c, in, &r, &member));
    assert_int_equal(c.n, 0);
}

static void a_row_the_file_lacks_ends_only_when_chosen(void **state)
{
    (void)state;
    take(form(resume), 0, NULL);
    struct intake *in = form("<NianDuKaoHeJieGuo>2025年度称职。</NianDuKaoHeJieGuo>");
    struct intake_result r;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "import", &c));
    OK(intake_compare(&c.tx, &who_console, in, 1, &r));
    int missing = 0;
    for (size_t i = 0; i < r.diffs.n; i++)
        if (r.diffs.p[i].field < 0 && r.diffs.p[i].mine < 0) {
            assert_false(r.diffs.p[i].take);
            r.diffs.p[i].take = true;
            missing++;
        }
    assert_int_equal(missing, 1);
    r.kind = INTAKE_CHANGED;
    int64_t member;
    OK(intake_apply(&c, in, &r, &member));
    OK(change_commit(&c));
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal WHERE ended = 0"), 1);
}

static void a_namesake_without_a_number_is_a_question(void **state)
{
    (void)state;
    take(form(""), 0, NULL);
    struct intake_result r = take(changed_form("示例局副局长", "另一局局长", ""), 0, NULL);
    assert_int_equal(r.kind, INTAKE_DOUBTFUL);
    assert_int_equal(r.n_candidates, 1);
    assert_string_equal(r.doubt, "roster.intake.doubt.namesake");
    assert_int_equal(take(changed_form("197503", "198811", ""), 0, NULL).kind, INTAKE_NEW);
    assert_int_equal(take(changed_form("示例局副局长", "另一局局长", ""), -1, NULL).kind, INTAKE_NEW);
    assert_int_equal(count("SELECT count(*) FROM roster_member"), 3);
}

static void one_number_under_two_names_is_a_question(void **state)
{
    (void)state;
    static const char id[] = "<ShenFenZheng>990103197503150015</ShenFenZheng>";
    take(form(id), 0, NULL);
    assert_int_equal(take(form(id), 0, NULL).kind, INTAKE_UNCHANGED);
    struct intake_result r = take(changed_form("白简", "黑繁", id), 0, NULL);
    assert_int_equal(r.kind, INTAKE_DOUBTFUL);
    assert_string_equal(r.doubt, "roster.intake.doubt.number");
}

static void a_person_the_records_refuse_leaves_nothing(void **state)
{
    (void)state;
    struct err *refused = NULL;
    take(changed_form("199607", "196607", resume), 0, &refused); /* began work before birth */
    assert_non_null(refused);
    assert_int_equal(refused->kind, ERR_INVALID);
    assert_string_equal(refused->field, "work_start");
    assert_int_equal(count("SELECT count(*) FROM roster_member"), 0);
    assert_int_equal(count("SELECT count(*) FROM revision"), 0);
    assert_int_equal(count("SELECT count(*) FROM change"), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        T(a_second_import_of_the_same_form_changes_nothing),   T(what_the_form_leaves_empty_is_kept),
        T(a_changed_value_is_shown_and_written_as_one_change), T(a_difference_not_taken_is_not_written),
        T(a_row_the_file_lacks_ends_only_when_chosen),         T(a_namesake_without_a_number_is_a_question),
        T(one_number_under_two_names_is_a_question),           T(a_person_the_records_refuse_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
