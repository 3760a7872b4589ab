/* Working days by the shipped table, and the ends of periods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/calendar.h"
#include "record/test/agree.h"

static struct date day(const char *text)
{
    struct date d;
    if (!date_parse(text, &d))
        fail_msg("%s is no date", text);
    return d;
}

static void end_is(const char *start, int n, enum due_unit unit, const char *plain, const char *end, bool provisional)
{
    struct due due = calendar_due(calendar_shipped(), day(start), n, unit);
    char text[DATE_TEXT];
    assert_string_equal(date_iso(due.plain, text), plain);
    assert_string_equal(date_iso(due.day, text), end);
    assert_int_equal(due.provisional, provisional);
}

static void each_year_has_the_working_days_that_were_announced(void **state)
{
    (void)state;
    static const int days[] = {249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248};
    const struct calendar *c = calendar_shipped();
    for (int year = 2015; year <= 2026; year++) {
        assert_true(calendar_loaded(c, year));
        assert_int_equal(calendar_working_between(c, date_make(year - 1, 12, 31), date_make(year, 12, 31)),
                         days[year - 2015]);
    }
    assert_false(calendar_loaded(c, 2014));
    assert_false(calendar_loaded(c, 2027));
}

static void a_make_up_day_counts_and_a_holiday_does_not(void **state)
{
    (void)state;
    const struct calendar *c = calendar_shipped();
    assert_true(calendar_working(c, day("2026-10-10"))); /* a Saturday */
    assert_false(calendar_working(c, day("2026-10-07")));
    assert_string_equal(calendar_name(c, day("2026-10-07")), "国庆节");
    assert_null(calendar_name(c, day("2026-10-12")));
}

static void fifteen_working_days_skip_the_long_holiday(void **state)
{
    (void)state;
    end_is("2026-09-24", 15, DUE_WORKING_DAYS, "2026-10-22", "2026-10-22", false);
    end_is("2026-09-24", 0, DUE_WORKING_DAYS, "2026-09-24", "2026-09-24", false);
}

static void the_day_of_the_event_is_not_counted(void **state)
{
    (void)state;
    end_is("2026-03-02", 1, DUE_WORKING_DAYS, "2026-03-03", "2026-03-03", false);
    end_is("2026-03-02", 30, DUE_DAYS, "2026-04-01", "2026-04-01", false);
}

static void months_end_on_the_same_day_or_the_last_of_the_month(void **state)
{
    (void)state;
    end_is("2025-08-31", 6, DUE_MONTHS, "2026-02-28", "2026-02-28", false); /* a make-up Saturday */
    end_is("2024-02-29", 1, DUE_YEARS, "2025-02-28", "2025-02-28", false);
    end_is("2025-01-15", 6, DUE_MONTHS, "2025-07-15", "2025-07-15", false);
}

static void a_last_day_off_moves_to_the_next_working_day(void **state)
{
    (void)state;
    end_is("2026-09-01", 1, DUE_MONTHS, "2026-10-01", "2026-10-08", false);
    end_is("2026-08-23", 30, DUE_DAYS, "2026-09-22", "2026-09-22", false);
    end_is("2026-05-01", 8, DUE_DAYS, "2026-05-09", "2026-05-09", false); /* made up */
}

static void a_year_that_is_not_loaded_makes_the_end_provisional(void **state)
{
    (void)state;
    end_is("2026-12-25", 15, DUE_WORKING_DAYS, "2027-01-15", "2027-01-15", true);
    end_is("2026-12-01", 2, DUE_MONTHS, "2027-02-01", "2027-02-01", true);
    end_is("2026-12-31", 0, DUE_DAYS, "2026-12-31", "2026-12-31", false);
}

static void save_day(struct db *db, struct arena *a, const char *on, const char *kind)
{
    change_scope struct change c = {0};
    AGREE_OK(change_begin(db, a, &who_console, "calendar", &c));
    struct row *r = row_new(a, &day_record);
    row_set(r, "day", on);
    row_set(r, "kind", kind);
    row_set(r, "name", "区里定的");
    AGREE_OK(record_save(&c, &day_record, r, 0));
    AGREE_OK(change_commit(&c));
}

static void days_of_the_district_come_before_the_shipped_ones(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct db_pool *pool;
    struct db *db;
    AGREE_OK(record_init(a));
    AGREE_OK(db_pool_open(a, ":memory:", true, &pool));
    AGREE_OK(db_take(pool, a, &db));
    AGREE_OK(record_migrate(db, a, true));
    save_day(db, a, "2026-10-07", "workday");
    save_day(db, a, "2027-01-01", "holiday");
    db_scope struct db_tx tx = {0};
    AGREE_OK(db_begin_read(db, a, &tx));
    const struct calendar *c;
    AGREE_OK(calendar_read(&tx, &c));
    assert_true(calendar_working(c, day("2026-10-07")));
    assert_false(calendar_loaded(c, 2027)); /* one day is no year */
    assert_int_equal(calendar_named(c, 2027, false), 1);
    assert_false(calendar_working(c, day("2027-01-01")));
    assert_false(calendar_working(c, day("2026-10-06")));
    assert_string_equal(calendar_name(c, day("2026-10-07")), "区里定的");
    db_end(&tx);
    db_give(db);
    db_pool_close(pool);
}

static void a_brute_count_agrees_with_the_arithmetic(void **state)
{
    (void)state;
    const struct calendar *c = calendar_shipped();
    for (int i = 0; i < 4000; i += 7) {
        struct date start = date_add_days(day("2015-01-01"), i);
        for (int n = 1; n <= 61; n += 15) {
            struct due due = calendar_due(c, start, n, DUE_WORKING_DAYS);
            assert_int_equal(calendar_working_between(c, start, due.day), n);
            assert_int_equal(date_to_days(due.plain) - date_to_days(start), n + due.skipped);
            assert_true(calendar_working(c, due.day));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_year_has_the_working_days_that_were_announced),
        cmocka_unit_test(a_make_up_day_counts_and_a_holiday_does_not),
        cmocka_unit_test(fifteen_working_days_skip_the_long_holiday),
        cmocka_unit_test(the_day_of_the_event_is_not_counted),
        cmocka_unit_test(months_end_on_the_same_day_or_the_last_of_the_month),
        cmocka_unit_test(a_last_day_off_moves_to_the_next_working_day),
        cmocka_unit_test(a_year_that_is_not_loaded_makes_the_end_provisional),
        cmocka_unit_test(days_of_the_district_come_before_the_shipped_ones),
        cmocka_unit_test(a_brute_count_agrees_with_the_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
