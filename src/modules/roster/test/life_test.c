/* life_test.c: small facts about people, and what the roster's records refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/codes.h"
#include "roster/roster.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    clock_fix((date_to_days(date_make(2026, 11, 25)) * 24 + 4) * 3600 * 1000);
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(w->a));
    OK(db_pool_open(w->a, ":memory:", true, &w->pool));
    OK(db_take(w->pool, w->a, &w->db));
    OK(record_migrate(w->db, w->a, true));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
    return 0;
}

/* Saves a new row of pairs field, value ... NULL; the error or NULL. */
static struct err *save(struct world *w, const struct record *rec, int64_t *id, ...) __attribute__((sentinel));
static struct err *save(struct world *w, const struct record *rec, int64_t *id, ...)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    struct row *row = row_new(w->a, rec);
    va_list ap;
    va_start(ap, id);
    for (const char *field; (field = va_arg(ap, const char *)) != NULL;)
        row_set(row, field, va_arg(ap, const char *));
    va_end(ap);
    TRY(record_save(&c, rec, row, 0));
    *id = row->id;
    return change_commit(&c);
}

static const char *text(struct world *w, int64_t n)
{
    return arena_printf(w->a, "%lld", (long long)n);
}

static struct row *read_member(struct world *w, int64_t id)
{
    struct row *row;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(record_read(&tx, &roster_member, &who_console, id, &row));
    return row;
}

static void assert_refused(const struct err *e, const char *field, const char *say)
{
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_INVALID);
    assert_string_equal(e->field, field);
    assert_string_equal(e->say, say);
}

static struct date month(int year, int m)
{
    return date_make(year, m, 0);
}

static void assert_month(struct date d, int year, int m)
{
    assert_int_equal(date_year(d), year);
    assert_int_equal(date_month(d), m);
}

static void retirement_follows_the_published_examples(void **state)
{
    (void)state;
    assert_month(roster_retirement(month(1965, 1), true, 60), 2025, 2);
    assert_month(roster_retirement(month(1965, 5), true, 60), 2025, 7);
    assert_month(roster_retirement(month(1976, 9), true, 60), 2039, 9);
    assert_month(roster_retirement(month(1970, 1), false, 55), 2025, 2);
    assert_month(roster_retirement(month(1981, 9), false, 55), 2039, 9);
    assert_month(roster_retirement(month(1975, 1), false, 50), 2025, 2);
    assert_month(roster_retirement(month(1984, 11), false, 50), 2039, 11);
    assert_month(roster_retirement(month(1971, 9), false, 55), 2027, 3);
    assert_month(roster_retirement(month(1964, 12), true, 60), 2024, 12);
}

static void retirement_is_unknown_without_month_or_base(void **state)
{
    (void)state;
    assert_int_equal(roster_retirement(date_make(1970, 0, 0), true, 60).v, DATE_UNKNOWN.v);
    assert_int_equal(roster_retirement(month(1970, 1), true, 55).v, DATE_UNKNOWN.v);
    assert_int_equal(roster_retirement(month(1970, 1), false, 0).v, DATE_UNKNOWN.v);
}

static void every_relation_of_the_list_has_its_kind(void **state)
{
    (void)state;
    assert_int_equal(roster_kin_of("wife"), KIN_SPOUSE);
    assert_int_equal(roster_kin_of("daughters_son"), KIN_DIRECT);
    assert_int_equal(roster_kin_of("son"), KIN_DIRECT);
    assert_int_equal(roster_kin_of("son_in_law"), KIN_AFFINITY);
    assert_int_equal(roster_kin_of("sisters_son"), KIN_COLLATERAL);
    assert_int_equal(roster_kin_of("childs_parent_in_law"), KIN_AFFINITY);
    assert_int_equal(roster_kin_of("other"), KIN_OTHER);
    assert_int_equal(roster_kin_of(NULL), KIN_UNKNOWN);
    const struct code_list *l = codes_list("roster.relation");
    int of[KIN_OTHER + 1] = {0};
    for (int i = 1; i <= codes_count(l); i++)
        of[roster_kin_of(codes_code(l, i))]++;
    assert_int_equal(of[KIN_SPOUSE], 2);
    assert_int_equal(of[KIN_DIRECT], 33);
    assert_int_equal(of[KIN_COLLATERAL], 21);
    assert_int_equal(of[KIN_OTHER], 1);
    assert_int_equal(of[KIN_UNKNOWN], 0);
}

static void an_id_tells_birth_and_sex(void **state)
{
    (void)state;
    struct date birth;
    bool male;
    assert_true(roster_id_parts("99010319750312001X", &birth, &male));
    assert_int_equal(birth.v, date_make(1975, 3, 12).v);
    assert_true(male);
    assert_true(roster_id_parts("990103750312002", &birth, &male));
    assert_false(male);
    assert_false(roster_id_parts("99010319751312001X", &birth, &male));
    assert_false(roster_id_parts("9901031975", &birth, &male));
    assert_false(roster_id_parts(NULL, &birth, &male));
}

static void initials_know_odd_surnames(void **state)
{
    struct world *w = *state;
    static const char *const names[][2] = {{"张三", "zs"},
                                           {"曾可", "ck zk"},
                                           {"单小平", "dxp sxp"},
                                           {"欧阳明", "oym"},
                                           {"阿依古丽·依明", "ayglym"},
                                           {"John 李", "jl"},
                                           {"尉迟敬", "wcj ycj"},
                                           {"", ""}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_string_equal(roster_initials(w->a, names[i][0]), names[i][1]);
}

static void what_cannot_be_is_refused(void **state)
{
    struct world *w = *state;
    int64_t id, m;
    assert_refused(save(w, &roster_member, &id, "name", "章测安", "status", "1", "birth", "2030-01", NULL), "birth",
                   "roster.future");
    assert_refused(
        save(w, &roster_member, &id, "name", "章测安", "status", "1", "birth", "1980-05", "work_start", "1979", NULL),
        "work_start", "roster.before");
    assert_refused(save(w, &roster_member, &id, "name", "章测安", "status", "1", "base_age", "58", NULL), "base_age",
                   "roster.base_age");
    OK(save(w, &roster_member, &m, "name", "章测安", "status", "1", "birth", "1980-05", "work_start", "1980", NULL));
    assert_refused(save(w, &roster_post, &id, "member", text(w, m), "title", "科员", "from_on", "2010-05", "to_on",
                        "2009-12", NULL),
                   "to_on", "roster.before");
    assert_refused(
        save(w, &roster_post, &id, "member", text(w, m), "title", "科员", "to_on", "2020-05", "current", "1", NULL),
        "current", "roster.current_ended");
    assert_refused(save(w, &roster_family, &id, "member", text(w, m), "other", text(w, m), NULL), "other",
                   "roster.own_relative");
    assert_refused(save(w, &roster_measure, &id, "member", text(w, m), "kind", "party_warning", "decided_on",
                        "2024-05-01", "cancelled_on", "2024-04-30", NULL),
                   "cancelled_on", "roster.before");
    assert_refused(save(w, &roster_appraisal, &id, "member", text(w, m), "year", "2027", "grade", "2", NULL), "year",
                   "roster.year");
}

static void a_unit_cannot_stand_below_itself(void **state)
{
    struct world *w = *state;
    int64_t top, low;
    OK(save(w, &roster_unit, &top, "name", "示例局", "kind", "government_department", NULL));
    OK(save(w, &roster_unit, &low, "name", "示例中心", "kind", "institution", "parent", text(w, top), NULL));
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    struct row *row;
    OK(record_read(&c.tx, &roster_unit, &who_console, top, &row));
    row_set(row, "parent", text(w, low));
    assert_refused(record_save(&c, &roster_unit, row, row->rev), "parent", "roster.cycle");
}

static void a_main_post_moves_the_member_and_initials_follow_the_name(void **state)
{
    struct world *w = *state;
    int64_t unit, m, post;
    OK(save(w, &roster_unit, &unit, "name", "示例处", "kind", "government_department", NULL));
    OK(save(w, &roster_member, &m, "name", "林样", "status", "1", NULL));
    assert_string_equal(row_text(read_member(w, m), "name_pinyin"), "ly");
    assert_null(row_text(read_member(w, m), "unit"));
    OK(save(w, &roster_post, &post, "member", text(w, m), "title", "处长", "unit", text(w, unit), "current", "1",
            "main", "1", NULL));
    assert_int_equal(row_int(read_member(w, m), "unit"), unit);
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    struct row *row;
    OK(record_read(&c.tx, &roster_member, &who_console, m, &row));
    row_set(row, "name", "林小样");
    OK(record_save(&c, &roster_member, row, row->rev));
    OK(change_commit(&c));
    assert_string_equal(row_text(read_member(w, m), "name_pinyin"), "lxy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(retirement_follows_the_published_examples),
        cmocka_unit_test(retirement_is_unknown_without_month_or_base),
        cmocka_unit_test(every_relation_of_the_list_has_its_kind),
        cmocka_unit_test(an_id_tells_birth_and_sex),
        cmocka_unit_test(initials_know_odd_surnames),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_unit_cannot_stand_below_itself),
        cmocka_unit_test(a_main_post_moves_the_member_and_initials_follow_the_name),
    };
    return cmocka_run_group_tests_name("life", tests, setup, teardown);
}
