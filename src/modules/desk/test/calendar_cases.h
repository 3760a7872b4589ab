/* calendar_cases.h: a year of working days comes in by page, whole or not at all, and moves what rests on it. */
#include "desk_world.h"

#define YEAR                                                                                                     \
    "2027-01-01%09holiday%09%E5%85%83%E6%97%A6%0A2027-02-06%09holiday%09%E6%98%A5%E8%8A%82%0A"                   \
    "2027-02-08%09holiday%09%E6%98%A5%E8%8A%82%0A2027-02-14%09workday%09%E6%98%A5%E8%8A%82%E8%B0%83%E4%BC%91%0A" \
    "2027-10-01%09holiday%09%E5%9B%BD%E5%BA%86%E8%8A%82"

static int64_t id;

static const char *due_on(void)
{
    return row_text(look(id)->row, "due_on");
}

static void a_deadline_in_a_year_to_come_is_provisional(void **state)
{
    (void)state;
    on_day("2027-02-03"); /* a Wednesday; five working days, Monday to Friday: the 10th */
    id = letter("跨年的一件");
    assert_string_equal(due_on(), "2027-02-10");
    assert_int_equal(row_int(look(id)->row, "provisional"), 1);
    assert_true(holds(get("first", "/admin/calendar"), text_get(LANG_ZH, "desk.calendar.next")));
    struct reply r = post("minister", "/admin/calendar", "text=" YEAR);
    assert_int_equal(r.status, 403);
}

static void what_cannot_be_read_is_told_by_line_and_nothing_comes_in(void **state)
{
    (void)state;
    struct reply r =
        post("first", "/admin/calendar",
             "text=2027-01-01%09holiday%09%E5%85%83%E6%97%A6%0A2027-13-01%09holiday%09x%0A"
             "2027-02-08%09party%09x%0A2027-02-09%09workday%09x%0A2027-02-10%09holiday%0A2027.01.01,holiday,x");
    assert_int_equal(r.status, 422);
    for (int line = 2; line <= 6; line++)
        assert_true(holds(r, arena_printf(h.a, "第 %d 行：", line)));
    said(post("first", "/admin/calendar", "text=%20%0A"), 422, "desk.calendar.empty");
    assert_int_equal(house_number("SELECT count(*) FROM kernel_day"), 0);
}

static void a_single_day_is_no_year(void **state)
{
    (void)state;
    done("first", "/admin/calendar", "text=2027-02-05,%E6%94%BE%E5%81%87,%E5%85%A8%E5%8C%BA%E6%94%BE%E5%81%87");
    assert_string_equal(due_on(), "2027-02-11");
    assert_int_equal(row_int(look(id)->row, "provisional"), 1);
    assert_true(holds(get("first", "/admin/calendar"), text_get(LANG_ZH, "desk.calendar.part")));
}

static void a_year_moves_open_deadlines_and_the_matter_says_so(void **state)
{
    (void)state;
    struct reply r = post("first", "/admin/calendar", "text=" YEAR);
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(h.a, &r, "Location"), "/admin/calendar?days=5&moved=1");
    assert_string_equal(due_on(), "2027-02-12"); /* the 5th and the 8th are off */
    assert_int_equal(row_int(look(id)->row, "provisional"), 0);
    assert_true(holds(get("first", desk_path(h.a, id)), "由 2027.02.11 变为 2027.02.12"));
    assert_int_equal(house_number("SELECT count(*) FROM flow_notice WHERE kind = 'due_moved'"), 4);
    r = get("first", "/admin/calendar?days=5&moved=1");
    assert_true(holds(r, "已载入 5 天，1 个期限随之变动"));
    r = post("first", "/admin/calendar", "text=" YEAR); /* again: nothing changes */
    assert_string_equal(reply_header(h.a, &r, "Location"), "/admin/calendar?days=5&moved=0");
}

static void a_gap_between_years_is_said(void **state)
{
    (void)state;
    done("first", "/admin/calendar", "text=2029-01-01%09holiday%09x%0A2029-10-01%09holiday%09x");
    assert_true(holds(get("first", "/admin/calendar"), text_get(LANG_ZH, "desk.calendar.gap")));
    struct reply r = get("system", "/admin/calendar"); /* sees it, loads nothing */
    assert_int_equal(r.status, 200);
    assert_false(holds(r, text_get(LANG_ZH, "desk.calendar.load")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_in_a_year_to_come_is_provisional),
        cmocka_unit_test(what_cannot_be_read_is_told_by_line_and_nothing_comes_in),
        cmocka_unit_test(a_single_day_is_no_year),
        cmocka_unit_test(a_year_moves_open_deadlines_and_the_matter_says_so),
        cmocka_unit_test(a_gap_between_years_is_said),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
