/* inbox_cases.h: notices come to accounts, are read by each on his own, and are counted in the head of every page. */
#include "desk_world.h"

static int64_t unread(const char *username)
{
    json_t *o = get_json(username, "/desk/notices");
    int64_t n = (int64_t)json_array_size(json_object_get(o, "rows"));
    json_decref(o);
    return n;
}

/* "待办" and "通知" in the head; -1: not there. After a form was sent, so that nothing kept is shown. */
static void head_is(const char *username, const char *desk, const char *notices)
{
    post(username, "/desk/notices", "");
    struct reply r = get(username, "/fields");
    const char *at = strstr(r.body, "class=\"tools");
    const char *first = at == NULL ? NULL : strstr(at, "<span class=\"count"), *second = NULL;
    if (first == NULL)
        fail_msg("no counts for %s: %d", username, r.status);
    second = strstr(first + 1, "<span class=\"count");
    first = strchr(first, '>') + 1;
    second = strchr(second, '>') + 1;
    assert_string_equal(arena_strndup(h.a, first, strcspn(first, "<")), desk);
    assert_string_equal(arena_strndup(h.a, second, strcspn(second, "<")), notices);
}

static void who_holds_the_office_is_told_each(void **state)
{
    (void)state;
    int64_t id = answered("第一件");
    assert_int_equal(house_number("SELECT count(*) FROM flow_notice WHERE recipient LIKE 'account:%'"), 2);
    assert_int_equal(unread("first"), 1);
    assert_int_equal(unread("second"), 1);
    assert_int_equal(unread("minister"), 0);
    assert_int_equal(unread("cadre"), 1);
    assert_true(holds(get("first", "/desk/notices"), desk_path(h.a, id)));
    assert_true(holds(get("cadre", "/desk/notices"), "第一件"));
}

static void heads_count_what_waits_and_what_is_unread(void **state)
{
    (void)state;
    head_is("first", "1", "1");
    head_is("cadre", "0", "1");
    head_is("minister", "0", "0");
    assert_false(holds(get("system", "/fields"), "/desk/notices"));
}

static void reading_is_each_his_own_and_on_record(void **state)
{
    (void)state;
    int64_t mine = house_number("SELECT id FROM flow_notice WHERE kind = 'reply' ORDER BY id LIMIT 1");
    said(post("first", "/desk/notices", "x=1"), 422, "desk.notices.none_ticked");
    done("first", "/desk/notices", arena_printf(h.a, "id=%lld", (long long)mine));
    assert_int_equal(unread("first"), 0);
    assert_int_equal(unread("second"), 1);
    head_is("first", "1", "0");
    struct reply r = get("first", "/desk/notices?show=all");
    assert_true(holds(r, "第一件"));
    assert_int_equal(
        house_number(arena_printf(h.a, "SELECT read_by FROM flow_notice WHERE id = %lld", (long long)mine)),
        account_of("first"));
    assert_int_equal(
        house_number(arena_printf(h.a, "SELECT count(*) FROM revision WHERE record = 'flow.notice' AND row = %lld",
                                  (long long)mine)),
        2);
}

static void another_s_notice_is_not_there(void **state)
{
    (void)state;
    int64_t his = house_number("SELECT id FROM flow_notice WHERE unread IS NOT NULL AND kind = 'reply' LIMIT 1");
    struct reply r = post("minister", "/desk/notices", arena_printf(h.a, "id=%lld", (long long)his));
    assert_int_equal(r.status, 404);
    assert_int_equal(unread("second"), 1);
}

static void who_opens_the_matter_has_read_its_notice(void **state)
{
    (void)state;
    int64_t id = house_number("SELECT max(id) FROM flow_matter");
    assert_int_equal(house_get(h.a, "second", desk_path(h.a, id), JSON).status, 200);
    assert_int_equal(unread("second"), 1); /* a program that fetches it has not read it */
    assert_int_equal(get("second", desk_path(h.a, id)).status, 200);
    assert_int_equal(unread("second"), 0);
    assert_int_equal(unread("cadre"), 1);
}

static void a_matter_that_left_no_mark_is_not_named(void **state)
{
    (void)state;
    int64_t id = answered("不留影响的一件");
    OK(try_take("first", id, "clear", "finding", "已说明清楚"));
    OK(try_sign("minister", id));
    struct reply r = get("second", "/desk/notices");
    assert_false(holds(r, "不留影响的一件"));
    assert_true(holds(r, text_get(LANG_ZH, "desk.notices.closed")));
    assert_true(holds(get("cadre", "/desk/notices"), "不留影响的一件"));
    done("second", "/desk/notices", "all=1");
    assert_int_equal(unread("second"), 0);
}

static void the_ladder_tells_who_holds_the_office_or_who_comes(void **state)
{
    (void)state;
    struct flow_ticked ticked;
    letter("逾期的一件");
    on_day("2026-03-20"); /* the officers, then the minister */
    OK(flow_clock_run(h.db, h.a, clock_today(), &ticked));
    assert_int_equal(unread("minister"), 1);
    {
        struct row *r;
        int64_t held = who("minister")->office;
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &who_console, "test", &c));
        OK(record_read(&c.tx, record_find(OFFICE_RECORD), &who_console, held, &r));
        row_set(r, "to_on", "2026-03-21");
        OK(record_save(&c, r->of, r, r->rev));
        OK(change_commit(&c));
    }
    on_day("2026-03-02");
    letter("没有部长的一件");
    on_day("2026-03-23");
    OK(flow_clock_run(h.db, h.a, clock_today(), &ticked));
    assert_int_equal(house_number("SELECT count(*) FROM flow_notice WHERE unread = 'role:minister'"), 1);
    account("successor", "江问之", "minister", 0);
    assert_int_equal(unread("successor"), 1);
    head_is("successor", "0", "1");
}

static void a_cadre_begins_at_his_own_door(void **state)
{
    (void)state;
    struct reply r = get("cadre", "/");
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(h.a, &r, "Location"), "/my");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_holds_the_office_is_told_each),
        cmocka_unit_test(heads_count_what_waits_and_what_is_unread),
        cmocka_unit_test(reading_is_each_his_own_and_on_record),
        cmocka_unit_test(another_s_notice_is_not_there),
        cmocka_unit_test(who_opens_the_matter_has_read_its_notice),
        cmocka_unit_test(a_matter_that_left_no_mark_is_not_named),
        cmocka_unit_test(the_ladder_tells_who_holds_the_office_or_who_comes),
        cmocka_unit_test(a_cadre_begins_at_his_own_door),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
