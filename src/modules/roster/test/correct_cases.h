/* correct_cases.h: rows come to the person they belong to, with their number and their history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../kernel/record/test/agree.h"
#include "base/clock.h"
#include "roster/correct.h"
#include "roster/roster.h"

#define OK AGREE_OK

static struct arena *a;
static struct db_pool *pool;
static struct db *db;

static int64_t save(const struct record *rec, const char *const *pairs)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "test", &c));
    struct row *r = row_new(a, rec);
    for (int i = 0; pairs[i] != NULL; i += 2)
        row_set(r, pairs[i], pairs[i + 1]);
    OK(record_save(&c, rec, r, 0));
    OK(change_commit(&c));
    return r->id;
}
#define SAVE(rec, ...) save(rec, (const char *const[]){__VA_ARGS__, NULL})

/* 白其一 twice, and 白其二, whose relative the second of him is. */
static int setup(void **state)
{
    (void)state;
    a = arena_new();
    clock_init();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(a));
    OK(db_pool_open(a, test_url(), true, &pool));
    OK(db_take(pool, a, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    SAVE(&roster_member, "name", "白其一", "status", "1", "birth", "1975-03");
    SAVE(&roster_member, "name", "白其一", "status", "1", "birth", "1975-04", "citizen_id", "990103197504150036",
         "health", "健康");
    SAVE(&roster_member, "name", "白其二", "status", "1");
    for (int i = 1; i <= 2; i++) {
        const char *id = i == 1 ? "1" : "2";
        SAVE(&roster_appraisal, "member", id, "year", "2024", "grade", "1"); /* 1, 3 */
        SAVE(&roster_appraisal, "member", id, "year", i == 1 ? "2023" : "2022", "grade", "2");
    }
    SAVE(&roster_resume, "member", "2", "from_on", "2001-01", "text", "示例局");
    SAVE(&roster_resume, "member", "2", "from_on", "2002-01", "text", "学习", "under", "1");
    SAVE(&roster_measure, "member", "2", "kind", "party_warning", "decided_on", "2020-01-02");
    SAVE(&roster_family, "member", "3", "name", "白其一", "other", "2");
    SAVE(&roster_family, "member", "2", "name", "白其二", "other", "3");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_fail_at(-1);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static int64_t count(const char *sql)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    return agree_count(&tx, sql);
}

static struct row *read(const struct record *rec, int64_t id)
{
    struct row *r;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(record_read(&tx, rec, &who_console, id, &r));
    return r;
}

static struct correct_done done;

static struct err *merge(void *ctx, struct db *d, struct arena *fresh)
{
    struct who clerk = who_console;
    clerk.sees = CLASS_PERSONAL; /* he does not see the measure */
    return correct_merge(d, fresh, &clerk, ctx, &done);
}

static void two_files_of_one_person_become_one(void **state)
{
    (void)state;
    struct correct_merge m = {.keep = 1, .give_up = 2, .reason = "同一人录入两次"};
    assert_true(agree_fail_each(pool, &(struct agree_work){merge, &m}) > 20);
    assert_int_equal(done.same, 1);
    assert_int_equal(done.moved, 5);
    assert_int_equal(done.pointed, 1);
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal WHERE member = 1 AND ended = 0"), 3);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE member = 1 AND ended = 0"), 2);
    assert_int_equal(count("SELECT count(*) FROM roster_measure WHERE member = 1 AND ended = 0"), 1);
    assert_int_equal(count("SELECT count(*) FROM roster_family WHERE member = 3 AND other = 1"), 1);
    struct row *kept = read(&roster_member, 1), *given = read(&roster_member, 2);
    assert_string_equal(row_text(kept, "birth"), "1975-03");
    assert_string_equal(row_text(kept, "health"), "健康");
    assert_string_equal(row_text(kept, "citizen_id"), "990103197504150036");
    assert_true(given->ended);
    db_scope struct db_tx tx = {0};
    int64_t to;
    struct revision *h;
    int n;
    OK(db_begin_read(db, a, &tx));
    OK(correct_leads(&tx, &who_console, given, &to));
    assert_int_equal(to, 1);
    OK(record_history(&tx, &roster_appraisal, &who_console, 4, 10, &h, &n));
    assert_int_equal(n, 2);
    assert_string_equal(h[0].what, "同一人录入两次");
    assert_int_equal(row_int(h[1].row, "member"), 2);
}

static void the_value_of_the_ended_file_counts_where_chosen(void **state)
{
    (void)state;
    bool theirs[80] = {false};
    theirs[record_field(&roster_member, "birth")] = true;
    struct correct_merge m = {.keep = 1, .give_up = 2, .theirs = theirs, .reason = "同一人录入两次"};
    OK(correct_merge(db, a, &who_console, &m, &done));
    assert_string_equal(row_text(read(&roster_member, 1), "birth"), "1975-04");
}

static void nobody_is_merged_with_himself_or_twice(void **state)
{
    (void)state;
    struct correct_merge self = {.keep = 1, .give_up = 1, .reason = "x"}, no_reason = {.keep = 1, .give_up = 2},
                         twice = {.keep = 1, .give_up = 2, .reason = "x"};
    assert_string_equal(correct_merge(db, a, &who_console, &self, &done)->say, "roster.merge.self");
    assert_string_equal(correct_merge(db, a, &who_console, &no_reason, &done)->say, "record.reason");
    OK(correct_merge(db, a, &who_console, &twice, &done));
    assert_string_equal(correct_merge(db, a, &who_console, &twice, &done)->say, "roster.merge.gone");
}

static void old_addresses_lead_through_several_mergers(void **state)
{
    (void)state;
    OK(correct_merge(db, a, &who_console, &(struct correct_merge){.keep = 1, .give_up = 2, .reason = "x"}, &done));
    OK(correct_merge(db, a, &who_console, &(struct correct_merge){.keep = 3, .give_up = 1, .reason = "x"}, &done));
    assert_int_equal(count("SELECT count(*) FROM roster_family WHERE other = member"), 0);
    int64_t to;
    struct row *first = read(&roster_member, 2);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(correct_leads(&tx, &who_console, first, &to));
    assert_int_equal(to, 3);
}

static struct err *move(void *ctx, struct db *d, struct arena *fresh)
{
    return correct_move(d, fresh, &who_console, ctx, &done);
}

static void a_row_goes_to_its_right_owner_with_what_is_nested(void **state)
{
    (void)state;
    struct row *rows[] = {read(&roster_resume, 1)};
    struct correct_move m = {.from = 2, .to = 3, .rows = rows, .n = 1, .reason = "放错了人"};
    assert_true(agree_fail_each(pool, &(struct agree_work){move, &m}) > 5);
    assert_int_equal(done.moved, 2);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE member = 3 AND under IS NOT NULL"), 1);
    struct correct_move again = m;
    assert_null(correct_move(db, a, &who_console, &again, &done));
    assert_int_equal(done.moved, 0);
}

static void a_file_of_two_persons_is_split(void **state)
{
    (void)state;
    struct row *rows[] = {read(&roster_appraisal, 3), read(&roster_resume, 2)}, *person = row_new(a, &roster_member);
    row_set(person, "name", "白其三");
    row_set(person, "status", "1");
    struct correct_move m = {.from = 2, .person = person, .rows = rows, .n = 2, .reason = "两个人混在一起"};
    OK(correct_move(db, a, &who_console, &m, &done));
    assert_int_equal(done.member, 4);
    assert_int_equal(count("SELECT count(*) FROM roster_appraisal WHERE member = 4"), 1);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE member = 4 AND under IS NULL"), 1);
    assert_int_equal(count("SELECT count(*) FROM roster_resume WHERE member = 2"), 1);
    struct correct_move none = {.from = 2, .to = 3, .reason = "x"},
                        self = {.from = 2, .to = 2, .rows = rows, .n = 1, .reason = "x"};
    assert_string_equal(correct_move(db, a, &who_console, &none, &done)->say, "roster.move.none");
    assert_string_equal(correct_move(db, a, &who_console, &self, &done)->say, "roster.merge.self");
}

static void a_row_changed_meanwhile_is_not_moved(void **state)
{
    (void)state;
    struct row *seen = read(&roster_appraisal, 3), *rows[] = {seen};
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "later", &c));
        struct row *now = row_copy(a, seen);
        row_set(now, "grade", "2");
        OK(record_save(&c, &roster_appraisal, now, now->rev));
        OK(change_commit(&c));
    }
    struct err *e = correct_move(
        db, a, &who_console, &(struct correct_move){.from = 2, .to = 3, .rows = rows, .n = 1, .reason = "x"}, &done);
    assert_int_equal(e->kind, ERR_CONFLICT);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(two_files_of_one_person_become_one),
                                       T(the_value_of_the_ended_file_counts_where_chosen),
                                       T(nobody_is_merged_with_himself_or_twice),
                                       T(old_addresses_lead_through_several_mergers),
                                       T(a_row_goes_to_its_right_owner_with_what_is_nested),
                                       T(a_file_of_two_persons_is_split),
                                       T(a_row_changed_meanwhile_is_not_moved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
