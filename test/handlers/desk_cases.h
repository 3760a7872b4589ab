/* desk_cases.h: the pages of desk, own and care that write, while each call of the database behind them fails once:
 * a matter, a notice, a leave, an address stand as before or as after, never between. */
#include "../../src/modules/desk/test/desk_world.h"
#include "facts/facts.h"
#include "rules/finding.h"

#include "failing.h"

static const char *path(const char *fmt, int64_t a, int64_t b)
{
    return arena_printf(h.a, fmt, (long long)a, (long long)b);
}

/* He took office today, and heads a society without consent, which asks him. */
static void more(void)
{
    account("secretary", "江守一", "party_secretary", 0);
    house_save(&who_console, &roster_post, "member", house_id(person), "unit", house_id(top), "title", "副区长",
               "current", "1", "main", "1", "from_on", "2026-03-02", "from_doc", "示委干〔2026〕4号", "level", "1A32",
               "leading_post", "1", NULL);
    house_save(&who_console, &roster_outside, "member", house_id(person), "kind", "society", "name", "示例书画研究会",
               "role", "会长", "leads", "1", "from_on", "2021-02-01", NULL);
}

static int begin(void **state)
{
    world_head = NULL; /* whose failure is no failure of the page */
    world_more = more;
    acts_as = "first";
    form_page = "/account";
    return serve(state);
}

static void a_matter_is_opened_and_moved(void **state)
{
    (void)state;
    fails_whole("/desk/open/{flow}",
                &(struct work){.target = "/desk/open/care.inquiry",
                               .form = arena_printf(h.a, "title=x&member=%lld&aspect=duty&source=daily&cause=y",
                                                    (long long)person)});
    int64_t id = house_number("SELECT max(id) FROM flow_matter");
    fails_whole("/desk/{id}/manage", &(struct work){.target = path("/desk/%lld/manage", id, 0),
                                                    .form = path("what=take_up&rev=%lld", look(id)->rev, 0)});
    fails_whole("/desk/{id}/manage",
                &(struct work){.target = path("/desk/%lld/manage", id, 0), .form = "what=urge&rev=0"});
    fails_whole("/desk/{id}/step/{step}", &(struct work){.target = path("/desk/%lld/step/send", id, 0),
                                                         .form = path("rev=%lld", look(id)->rev, 0)});
    const struct flow_signed *s = &look(id)->signs[0];
    fails_whole("/desk/{id}/sign/{sign}", &(struct work){.target = path("/desk/%lld/sign/%lld", id, s->id),
                                                         .form = path("rev=%lld&answer=give", s->rev, 0),
                                                         .who = "minister"});
    assert_string_equal(look(id)->state->name, "sent");
    fails_whole("/desk/{id}/step/{step}", &(struct work){.target = path("/desk/%lld/step/receive", id, 0),
                                                         .form = path("rev=%lld", look(id)->rev, 0),
                                                         .who = "cadre"});
}

static void notices_are_read(void **state)
{
    (void)state;
    answered("甲");
    answered("乙");
    int64_t id =
        house_number("SELECT id FROM flow_notice WHERE unread IS NOT NULL AND kind = 'reply' ORDER BY id LIMIT 1");
    fails_whole("/desk/notices",
                &(struct work){.target = "/desk/notices", .form = arena_printf(h.a, "id=%lld", (long long)id)});
    fails_whole("/desk/notices", &(struct work){.target = "/desk/notices", .form = "all=1", .who = "second"});
}

static void delivery_and_calendars_are_set(void **state)
{
    (void)state;
    fails_whole("/desk/delivery",
                &(struct work){.target = "/desk/delivery", .form = "mail=a%40example.cn&mail_how=now"});
    fails_whole("/desk/ics", &(struct work){.target = "/desk/ics", .form = "x=1", .status = 201});
    fails_whole(
        "/desk/ics/{id}/withdraw",
        &(struct work){.target = path("/desk/ics/%lld/withdraw", house_number("SELECT max(id) FROM desk_feed"), 0),
                       .form = "x=1"});
    fails_whole(
        "/admin/calendar",
        &(struct work){.target = "/admin/calendar", .form = "text=2026-03-09,holiday,x", .many = true, .who = "first"});
}

static void leaves_are_arranged_and_withdrawn(void **state)
{
    (void)state;
    fails_whole("/desk/away", &(struct work){.target = "/desk/away",
                                             .form = path("from_on=2026.03.03&to_on=2026.03.05&ground=x&deputy=%lld",
                                                          account_of("second"), 0)});
    fails_whole("/desk/away/{id}/end",
                &(struct work){.target = path("/desk/away/%lld/end", house_number("SELECT max(id) FROM flow_away"), 0),
                               .form = "x=1"});
}

static void several_are_done_one_by_one(void **state)
{
    (void)state;
    int64_t a = letter("丙"), b = letter("丁");
    fails_whole("/desk/bulk", &(struct work){.target = "/desk/bulk",
                                             .form = path("act=take_up&id=%lld&id=%lld", a, b),
                                             .step = 4,
                                             .many = true});
    assert_int_equal(row_int(look(b)->row, "holder"), account_of("first"));
}

static void letter_templates_are_changed(void **state)
{
    (void)state;
    static const char *const texts[] = {"title%3A%20函询\n\n{cause}", "title%3A%20函询通知\n\n{cause}"};
    for (int i = 0; i < 2; i++)
        fails_whole("/desk/template/{name}",
                    &(struct work){.target = "/desk/template/care.inquiry.send",
                                   .form = arena_printf(h.a, "what=save&rev=%d&body=%s", i, texts[i])});
    fails_whole("/desk/template/{name}",
                &(struct work){.target = "/desk/template/care.inquiry.send", .form = "what=back&rev=2"});
    assert_int_equal(house_number("SELECT count(*) FROM flow_template WHERE ended = 0"), 0);
}

static void who_took_office_is_written_to(void **state)
{
    (void)state;
    fails_whole("/care/due",
                &(struct work){.target = "/care/due", .form = path("pick=post+1+%lld&title=x&body=y", person, 0)});
    assert_int_equal(house_number("SELECT count(*) FROM care_concern"), 1);
}

static void a_decision_is_objected_to(void **state)
{
    (void)state;
    int64_t id;
    struct row *r = row_new(h.a, record_find("care.admonition"));
    row_set_int(h.a, r, "member", person);
    row_set(r, "ground", "8");
    row_set(r, "cause", "漏报");
    row_set(r, "material", "示核〔2026〕7号");
    row_set(r, "source", "daily");
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, who("second"), "test", &c));
        OK(flow_open(&c, &admonition_flow, "propose", &(struct flow_input){.values = r, .blocked = ""}, "诫勉", &id));
        OK(change_commit(&c));
    }
    OK(try_take("second", id, "tell", NULL, NULL));
    OK(try_sign("minister", id));
    OK(try_take("cadre", id, "receive", NULL, NULL));
    OK(try_take("cadre", id, "reply", "reply", "说明"));
    {
        struct flow_matter *m = look(id);
        struct row *values = row_copy(h.a, m->content);
        row_set(values, "form", "letter");
        row_set(values, "finding", "成立");
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, who("second"), "test", &c));
        OK(flow_take(&c, id, m->rev, "decide",
                     &(struct flow_input){.values = values, .reasons = "理由", .blocked = ""}));
        OK(change_commit(&c));
    }
    OK(try_sign("minister", id));
    OK(try_sign("secretary", id));
    fails_whole("/my/appeal/{id}",
                &(struct work){.target = path("/my/appeal/%lld", id, 0), .form = "objection=x", .who = "cadre"});
}

static void the_person_asks_for_a_correction(void **state)
{
    (void)state;
    fails_whole("/my/correct",
                &(struct work){.target = "/my/correct", .form = "record=roster.post&row=1&wanted=x", .who = "cadre"});
}

/* A finding that asks him: he confirms it and is heard. */
static void a_finding_is_received(void **state)
{
    (void)state;
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, who("first"), "test", &c));
        OK(rules_adopt_all(&c, "政策科"));
        OK(change_commit(&c));
    }
    OK(rules_refresh(h.rules, h.db, h.a, 0, 0, NULL));
    int64_t id = house_number("SELECT id FROM rules_finding WHERE asks = 'person' AND missing IS NULL LIMIT 1");
    assert_true(id > 0);
    fails_whole("/my/findings/{id}",
                &(struct work){.target = path("/my/findings/%lld", id, 0), .form = "x=1", .who = "cadre"});
}

static void every_page_that_writes_was_tried(void **state)
{
    (void)state;
    roll_call("desk own care");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_matter_is_opened_and_moved),     cmocka_unit_test(notices_are_read),
        cmocka_unit_test(delivery_and_calendars_are_set),   cmocka_unit_test(leaves_are_arranged_and_withdrawn),
        cmocka_unit_test(several_are_done_one_by_one),      cmocka_unit_test(letter_templates_are_changed),
        cmocka_unit_test(who_took_office_is_written_to),    cmocka_unit_test(a_decision_is_objected_to),
        cmocka_unit_test(the_person_asks_for_a_correction), cmocka_unit_test(a_finding_is_received),
        cmocka_unit_test(every_page_that_writes_was_tried),
    };
    return cmocka_run_group_tests(tests, begin, house_end);
}
