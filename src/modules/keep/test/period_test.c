/* period_test.c: what the nightly look marks, and what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../kernel/record/test/agree.h"
#include "../../../program.h"
#include "base/clock.h"
#include "keep/keep.h"

static struct {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
} h;

static int begin(void **state)
{
    (void)state;
    h.a = arena_new();
    clock_fix(date_to_days(date_make(2026, 11, 25)) * INT64_C(86400000) + INT64_C(4) * 3600000);
    AGREE_OK(program_init(h.a));
    AGREE_OK(db_pool_open(h.a, ":memory:", true, &h.pool));
    AGREE_OK(db_take(h.pool, h.a, &h.db));
    AGREE_OK(record_migrate(h.db, h.a, true));
    return 0;
}

static int end(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(h.db);
    db_pool_close(h.pool);
    arena_free(h.a);
    return 0;
}

/* name, value, ..., NULL; the id. */
static int64_t save(const char *record, ...)
{
    change_scope struct change c = {0};
    AGREE_OK(change_begin(h.db, h.a, &who_console, "test", &c));
    struct row *r = row_new(h.a, record_find(record));
    va_list ap;
    va_start(ap, record);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    AGREE_OK(record_save(&c, record_find(record), r, 0));
    AGREE_OK(change_commit(&c));
    return r->id;
}

static int64_t member(const char *status, const char *since)
{
    return save("roster.member", "name", "甲乙丙", "status", status, "status_on", since, NULL);
}

static int64_t marked(void)
{
    int64_t n;
    AGREE_OK(marks_make(h.db, h.a, &n));
    return n;
}

static bool is_marked(int64_t id)
{
    int64_t n;
    db_scope struct db_tx tx = {0};
    struct db_val args[] = {db_int(id)};
    AGREE_OK(db_begin_read(h.db, h.a, &tx));
    AGREE_OK(db_one_int(
        &tx, "SELECT count(*) FROM keep_request WHERE record = 'roster.member' AND row = ?1 AND state = 'open'", args,
        1, 0, &n));
    return n > 0;
}

static void without_a_period_everything_is_kept(void **state)
{
    (void)state;
    member("4", "1990-01-01");
    assert_int_equal(marked(), 0);
}

static void who_left_longer_ago_than_the_period_is_marked_once(void **state)
{
    (void)state;
    int64_t dead = member("4", "2020-11-25"), left = member("3", "2020-11-26"), month = member("4", "2020-11"),
            year = member("4", "2019"), there = member("1", "1990-01-01"), retired = member("2", "1990-01-01"),
            unknown = member("4", NULL);
    save("keep.period", "what", "roster.member", "months", "72", "from_on", "2026-01-01", "citation", "test", NULL);
    save("keep.period", "what", "roster.member", "months", "1", "from_on", "2027-01-01", "citation", "test", NULL);
    assert_true(marked() >= 2);
    assert_true(is_marked(dead));   /* to the day */
    assert_true(is_marked(year));   /* of a year, its last day */
    assert_false(is_marked(left));  /* a day short */
    assert_false(is_marked(month)); /* of a month, its last day: not yet */
    assert_false(is_marked(there) || is_marked(retired) || is_marked(unknown));
    assert_int_equal(marked(), 0);
}

static void a_period_made_empty_marks_nothing_more(void **state)
{
    (void)state;
    save("keep.period", "what", "roster.member", "from_on", "2026-11-01", "citation", "test", NULL);
    member("4", "1990-01-01");
    assert_int_equal(marked(), 0);
}

static void one_person_is_not_two(void **state)
{
    (void)state;
    static const struct who officer = {
        .account = 7, .name = "officer", .role = "archives", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL};
    int64_t id = 0, him = member("1", NULL);
    {
        change_scope struct change c = {0};
        AGREE_OK(change_begin(h.db, h.a, &officer, "test", &c));
        AGREE_OK(request_ask(&c, "roster.member", him, "ground", "citation", &id));
        AGREE_OK(change_commit(&c));
    }
    change_scope struct change c = {0};
    AGREE_OK(change_begin(h.db, h.a, &officer, "test", &c));
    struct err *e = request_agree(&c, id, false);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_DENIED);
    assert_string_equal(e->say, "keep.same");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(without_a_period_everything_is_kept),
                                       cmocka_unit_test(who_left_longer_ago_than_the_period_is_marked_once),
                                       cmocka_unit_test(a_period_made_empty_marks_nothing_more),
                                       cmocka_unit_test(one_person_is_not_two)};
    return cmocka_run_group_tests(tests, begin, end);
}
