/* away_cases.h: who goes on during a leave, and acts on several matters at once. */
#include "desk_world.h"

static const char *const ok_leave = "from_on=2026.03.02&to_on=2026.03.06&ground=%E5%B9%B4%E4%BC%91%E5%81%87&deputy=";

static const char *leave(const char *deputy)
{
    return arena_printf(h.a, "%s%lld", ok_leave, (long long)account_of(deputy));
}

static int64_t on_desk(const char *username)
{
    json_t *o = get_json(username, "/desk");
    int64_t n = json_integer_value(json_object_get(o, "total"));
    json_decref(o);
    return n;
}

static void manage(const char *username, int64_t id, const char *form)
{
    done(username, arena_printf(h.a, "/desk/%lld/manage", (long long)id),
         arena_printf(h.a, "rev=%lld&%s", (long long)look(id)->rev, form));
}

static int64_t first_matter;

static void a_colleague_s_matter_is_not_on_my_desk(void **state)
{
    (void)state;
    first_matter = letter("第一件");
    assert_int_equal(on_desk("second"), 1);
    manage("first", first_matter, "what=take_up");
    assert_int_equal(on_desk("first"), 1);
    assert_int_equal(on_desk("second"), 0);
}

static void only_who_holds_the_same_office_stands_in(void **state)
{
    (void)state;
    said(post("first", "/desk/away", leave("minister")), 422, "flow.away_deputy");
    said(post("first", "/desk/away", leave("first")), 422, "flow.away_deputy");
    said(post("minister", "/desk/away", leave("first")), 422, "flow.away_deputy");
    assert_true(holds(get("minister", "/desk/away"), text_get(LANG_ZH, "desk.away.nobody")));
    said(post("first", "/desk/away", "from_on=2026.02.01&to_on=2026.03.06&ground=x&deputy=2"), 422, "flow.away_past");
    said(post("first", "/desk/away", "from_on=2026.03.03&to_on=2028.03.06&ground=x&deputy=2"), 422, "flow.away_long");
    said(post("first", "/desk/away", "from_on=2026.03.05&to_on=2026.03.04&ground=x&deputy=2"), 422, "flow.away_order");
    said(post("first", "/desk/away", "x=1"), 422, "field.required");
    assert_int_equal(house_number("SELECT count(*) FROM flow_away"), 0);
}

static void the_deputy_sees_and_acts_and_each_act_says_for_whom(void **state)
{
    (void)state;
    done("first", "/desk/away", leave("second"));
    assert_int_equal(on_desk("second"), 1);
    assert_true(holds(get("second", "/desk"), "您正代秦守正办理"));
    assert_true(holds(get("first", "/desk"), "由白简代办"));
    assert_true(holds(get("second", desk_path(h.a, first_matter)), "秦守正正在休假"));
    assert_true(
        holds(get("second", arena_printf(h.a, "/desk/%lld/step/send", (long long)first_matter)), "秦守正正在休假"));
    OK(try_take("second", first_matter, "send", NULL, NULL));
    struct flow_matter *m = look(first_matter);
    assert_int_equal(m->done[m->n_done - 1].account, account_of("second"));
    assert_int_equal(m->done[m->n_done - 1].behalf, account_of("first"));
    assert_string_equal(m->done[m->n_done - 1].behalf_name, "秦守正");
    assert_true(holds(get("first", desk_path(h.a, first_matter)), "代秦守正"));
}

/* The first officer is made minister, too: what was proposed in his name is his, and so he does not sign it. */
static void what_was_done_in_my_name_i_do_not_sign(void **state)
{
    (void)state;
    house_save(&who_console, record_find(OFFICE_RECORD), "account", house_id(account_of("first")), "role", "minister",
               "from_on", "2020-01-01", NULL);
    const struct flow_signed *s = &look(first_matter)->signs[0];
    struct who as_minister = *who("first");
    as_minister.role = "minister";
    struct err *e;
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &as_minister, "test", &c));
        e = flow_answer(&c, s->id, s->rev, true, "所签文本", NULL);
    }
    assert_non_null(e);
    assert_string_equal(e->say, "flow.other_person");
    OK(try_sign("minister", first_matter));
}

static void leaves_do_not_overlap_or_pass_on(void **state)
{
    (void)state;
    said(post("first", "/desk/away", leave("second")), 422, "flow.away_overlap");
    said(post("second", "/desk/away", leave("first")), 422, "flow.away_chain");
}

static void a_leave_is_withdrawn_by_its_person_only(void **state)
{
    (void)state;
    int64_t id = house_number("SELECT id FROM flow_away");
    const char *path = arena_printf(h.a, "/desk/away/%lld/end", (long long)id);
    assert_int_equal(post("second", path, "").status, 404);
    on_day("2026-03-04");
    done("first", path, "");
    assert_int_equal(house_number("SELECT count(*) FROM flow_away WHERE to_on = '2026-03-03' AND ended = 0"), 1);
    assert_false(holds(get("second", "/desk"), "您正代"));
}

/* ---- several at once ---- */
static void each_of_several_is_done_on_its_own(void **state)
{
    (void)state;
    int64_t a = letter("甲"), b = letter("乙"), c = letter("丙");
    const char *three = arena_printf(h.a, "id=%lld&id=%lld&id=%lld", (long long)a, (long long)b, (long long)c);
    done("first", "/desk/bulk", arena_printf(h.a, "act=take_up&%s", three));
    assert_int_equal(house_number("SELECT count(*) FROM flow_step WHERE step = 'hand_over' AND matter > 1"), 3);
    assert_int_equal(
        house_number(
            "SELECT count(DISTINCT c.seq) FROM change c JOIN revision r ON r.change = c.id JOIN flow_step s ON "
            "s.id = r.row AND r.record = 'flow.step' WHERE s.step = 'hand_over' AND s.matter > 1"),
        3);
    struct reply r = post("first", "/desk/bulk",
                          arena_printf(h.a, "act=hand_over&to=%lld&reasons=%%E8%%B0%%83%%E6%%95%%B4&%s",
                                       (long long)account_of("second"), three));
    assert_int_equal(r.status, 303);
    assert_int_equal(house_number("SELECT count(*) FROM flow_notice WHERE kind = 'hand_over' AND read_by IS NULL"), 3);
    assert_int_equal(row_int(look(b)->row, "holder"), account_of("second"));
}

static void what_one_refuses_keeps_none_back(void **state)
{
    (void)state;
    int64_t last = house_number("SELECT max(id) FROM flow_matter");
    const char *three =
        arena_printf(h.a, "id=%lld&id=%lld&id=%lld", (long long)last - 2, (long long)last - 1, (long long)last);
    OK(try_take("second", last - 1, "withdraw", NULL, NULL));
    struct reply r = post("second", "/desk/bulk", arena_printf(h.a, "act=urge&%s", three));
    said(r, 200, "flow.not_now");
    assert_int_equal(house_number("SELECT count(*) FROM flow_step WHERE step = 'urge'"), 2);
    said(post("second", "/desk/bulk", arena_printf(h.a, "act=urge&id=%lld", (long long)last)), 200, "flow.urged");
    said(post("second", "/desk/bulk",
              arena_printf(h.a, "act=hand_over&to=%lld&reasons=x&id=%lld", (long long)account_of("archives"),
                           (long long)last)),
         200, "flow.not_holder");
    said(post("second", "/desk/bulk", "act=urge"), 422, "desk.bulk.none_ticked");
    said(post("second", "/desk/bulk", arena_printf(h.a, "act=sign&id=%lld", (long long)last)), 422, "desk.no_answer");
}

static void seen_in_bulk_is_read_one_by_one(void **state)
{
    (void)state;
    int64_t last = house_number("SELECT max(id) FROM flow_matter");
    int64_t before = house_number("SELECT count(*) FROM flow_notice WHERE unread IS NOT NULL");
    done("second", "/desk/bulk", arena_printf(h.a, "act=seen&id=%lld&id=%lld", (long long)last, (long long)last - 2));
    assert_true(house_number("SELECT count(*) FROM flow_notice WHERE unread IS NOT NULL") < before);
}

/* ---- a clock set back ---- */
static void a_clock_set_back_is_said_and_nothing_is_written(void **state)
{
    (void)state;
    int64_t id = letter("时钟");
    on_day("2026-03-03");
    struct err *e = try_take("first", id, "send", NULL, NULL);
    assert_non_null(e);
    assert_string_equal(e->say, "flow.clock_back");
    assert_true(holds(get("first", desk_path(h.a, id)), "早于本事项最近一步的日期"));
    on_day("2026-03-04");
    OK(try_take("first", id, "send", NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_colleague_s_matter_is_not_on_my_desk),
        cmocka_unit_test(only_who_holds_the_same_office_stands_in),
        cmocka_unit_test(the_deputy_sees_and_acts_and_each_act_says_for_whom),
        cmocka_unit_test(what_was_done_in_my_name_i_do_not_sign),
        cmocka_unit_test(leaves_do_not_overlap_or_pass_on),
        cmocka_unit_test(a_leave_is_withdrawn_by_its_person_only),
        cmocka_unit_test(each_of_several_is_done_on_its_own),
        cmocka_unit_test(what_one_refuses_keeps_none_back),
        cmocka_unit_test(seen_in_bulk_is_read_one_by_one),
        cmocka_unit_test(a_clock_set_back_is_said_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
