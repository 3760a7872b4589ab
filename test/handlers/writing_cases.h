/* writing_cases.h: every page that writes, over HTTP, while each call of the database fails once. The person gets a
 * sentence and no inner word, the tables stand as before or as after the whole, and the next try succeeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/kernel/web/test/house.h"
#include "../../src/program.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/keys.h"
#include "face/face.h"
#include "leads/leads.h"
#include "roster/roster.h"
#include "rules/finding.h"
#include "view/view.h"

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct who keeper = {
    .account = 2, .name = "封守默", .role = "custodian", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0 ? &officer : strcmp(cookie, "keeper") == 0 ? &keeper : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

/* ---- the world: an exchange due, a warning running, an unmade answer, a relative who may be a cadre ---- */
static void fill(void)
{
    int64_t top = house_save(&officer, &roster_unit, "name", "示例区政府", "kind", "local_government", NULL);
    for (int i = 0; i < 3; i++) {
        int64_t m = house_save(&officer, &roster_member, "name",
                               i == 0   ? "顾行简"
                               : i == 1 ? "白小雨"
                                        : "江守一",
                               "status", "1", "sex", "1", "birth",
                               i == 0   ? "1970-03"
                               : i == 1 ? "1971-04"
                                        : "1972-05",
                               "politics", "13", "unit", house_id(top), NULL);
        house_save(&officer, &roster_post, "member", house_id(m), "unit", house_id(top), "title", "副区长", "current",
                   "1", "main", "1", "from_on", "2010-05-18", "from_doc", "示委干〔2010〕42号", "level", "1A32",
                   "leading_post", "1", NULL);
        house_save(&officer, &roster_family, "member", house_id(m), "relation", "husband", "name",
                   i == 0 ? "白小雨" : "顾行简", "birth", i == 0 ? "1971-04" : "1970-03", NULL);
    }
    static const char *const sources[] = {"petitions", "public"};
    for (int i = 0; i < 2; i++)
        house_save(&officer, &leads_channel, "name", sources[i], "source", sources[i], "basis", "PET-2022-30-1",
                   "office", "监督科", "contact", "监督科", "from_on", "2026-01-01", NULL);
    OK(flow_versions_store(h.db, h.a));
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &officer, "test", &c));
    OK(setting_put(&c, "public_page", "on"));
    OK(rules_adopt_all(&c, "政策科"));
    OK(change_commit(&c));
}

static char keys[] = "/tmp/writing-keys-XXXXXX"; /* what is sealed needs a folder of keys */

static int stop(void **state)
{
    unlink(arena_printf(h.a, "%s/seal", keys));
    rmdir(keys);
    keys_use(NULL, NULL);
    return house_end(state);
}

static int serve(void **state)
{
    (void)state;
    if (mkdtemp(keys) == NULL)
        return 1;
    keys_use(NULL, keys);
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(test_url(), clean);
    fill();
    house_columns();
    OK(rules_refresh(h.rules, h.db, h.a, 0, 0, NULL));
    OK(view_init(h.a));
    house_serve((struct web_config){.modules = program_modules,
                                    .auth = {session, may, "/login"},
                                    .page_threads = 1,
                                    .long_threads = 1,
                                    .proxy = "127.0.0.1"});
    return 0;
}

#include "failing.h"

#define FORM_TEXT(name, post)                                                                               \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><Person><XingMing>" name "</XingMing><XingBie>男</XingBie>" \
    "<ChuShengNianYue>197503</ChuShengNianYue><XianRenZhiWu>" post "</XianRenZhiWu>"                        \
    "<JianLi>1996.07--          示例区示例局科员</JianLi></Person>"
static const char visible[] = "SELECT count(*) FROM load_stage WHERE state <> 'reading'";

static void forms_through_the_wizard(void **state)
{
    (void)state;
    const char *at = arena_strdup(h.a, "/roster/import");
    fails_whole("/roster/import", &(struct work){.target = at,
                                                 .name = "a.lrmx",
                                                 .content = FORM_TEXT("易守拙", "示例区示例局局长"),
                                                 .many = true,
                                                 .seen = visible});
    const char *stage = arena_printf(h.a, "/roster/import/%s", last_id);
    fails_whole("/roster/import/{id}/wide", &(struct work){.target = arena_printf(h.a, "%s/wide", stage),
                                                           .form = "show=new&side=ours&what=member.sex"});
    fails_whole("/roster/import/{id}", &(struct work){.target = stage, .form = "item=1&leave.1=1&show=new"});
    try_each(&(struct work){.target = stage, .form = "item=1&show=new"});
    fails_whole("/roster/import/{id}", &(struct work){.target = stage, .form = "go=write", .many = true});
    assert_int_equal(house_number("SELECT count(*) FROM roster_member WHERE name = '易守拙' AND ended = 0"), 1);
    fails_whole(
        "/roster/words",
        &(struct work){.target = "/roster/words",
                       .form = "ok=0&text.0=示例区示例局局长&titles.0=局长&unit_name.0=示例局&main.0=1&leading.0=1",
                       .many = true});
    assert_int_equal(house_number("SELECT count(*) FROM roster_post WHERE title = '局长' AND ended = 0"), 1);
    fails_whole("/roster/batch/{id}/undo",
                &(struct work){.target = arena_printf(h.a, "/roster/batch/%lld/undo",
                                                      (long long)house_number("SELECT max(id) FROM roster_batch")),
                               .form = "back=roster.appraisal:1:1",
                               .many = true});
    fails_whole("/roster/import/{id}/drop",
                &(struct work){.target = arena_printf(h.a, "%s/drop", stage), .form = "go=1"});
    assert_int_equal(house_number("SELECT count(*) FROM load_stage_item"), 0);
}

static void a_roster_through_the_wizard(void **state)
{
    (void)state;
    fails_whole("/roster/import", &(struct work){.target = "/roster/import",
                                                 .name = "b.csv",
                                                 .content = "姓名,出生年月,现任职务\n易若水,1980.03,示例局科员\n",
                                                 .many = true,
                                                 .seen = visible});
    fails_whole("/roster/import/{id}/columns",
                &(struct work){.target = arena_printf(h.a, "/roster/import/%s/columns", last_id),
                               .form = "means.0=name&means.1=birth&means.2=post_text",
                               .many = true});
    fails_whole("/roster/import", &(struct work){.target = "/roster/import", /* its columns are known: tried at once */
                                                 .name = "b.csv",
                                                 .content = "姓名,出生年月,现任职务\n易若水,1980.03,示例局科员\n",
                                                 .many = true});
}

static void relatives_are_answered_together(void **state)
{
    (void)state;
    fails_whole("/roster/kin", &(struct work){.target = "/roster/kin", .form = "pick.1=2&pick.2=1&pick.3=none"});
    assert_int_equal(house_number("SELECT count(*) FROM roster_family WHERE kin IS NOT NULL AND kin <> 'proposed'"), 3);
}

static const char *finding(int nth, const char *deed)
{
    int64_t n = house_number(arena_printf(
        h.a,
        "SELECT id FROM rules_finding WHERE rule = 'APPT-XCH-1' AND state <> 'closed' ORDER BY id LIMIT 1 OFFSET %d",
        nth));
    assert_true(n > 0);
    return arena_printf(h.a, "/findings/%lld/%s", (long long)n, deed);
}

static void findings_are_taken_up_answered_and_closed(void **state)
{
    (void)state;
    fails_whole("/findings/{id}/take-up", &(struct work){.target = finding(0, "take-up"), .form = "rev=1"});
    fails_whole("/findings/{id}/answer",
                &(struct work){.target = finding(1, "answer"), .form = "rev=1&reply=服从安排"});
    fails_whole("/findings/{id}/close",
                &(struct work){.target = finding(2, "close"), .form = "rev=1&how=reasons&reasons=已安排交流"});
    int64_t a = house_save(&officer, &account_record, "username", "lu", "name", "陆明达", "password", "x", NULL);
    house_save(&officer, record_find("admin.office"), "account", house_id(a), "role", "supervision", "from_on",
               "2026-01-01", NULL);
    fails_whole("/findings/looked", &(struct work){.target = "/findings/looked", .form = "x=1"});
    fails_whole("/findings/{id}/hand-over",
                &(struct work){.target = finding(1, "hand-over"), .form = "rev=2&to=陆明达&due_on=2026.12.01"});
    fails_whole("/findings/alike",
                &(struct work){.target = "/findings/alike",
                               .form = arena_printf(h.a, "deed=answer&text=已核&pick=%lld:2&pick=%lld:3",
                                                    strtoll(finding(0, "") + 10, NULL, 10),
                                                    strtoll(finding(1, "") + 10, NULL, 10))});
}

static void rules_are_decided_about(void **state)
{
    (void)state;
    static const char *const deeds[] = {"deed=off&reasons=试行", "deed=trial&reasons=试行", "deed=adopt&clause_read=1"};
    for (int i = 0; i < 3; i++)
        fails_whole("/rules/{rule}/decide", &(struct work){.target = "/rules/DISC-W/decide", .form = deeds[i]});
    fails_whole("/rules/{rule}/param",
                &(struct work){.target = "/rules/DISC-W/param",
                               .form = "name=period&value=9&from_on=2026.01.01&citation=示例办〔2026〕1号"});
}

/* The text and its cases are tried in a database of their own: its calls fail as well, some of many. */
static void own_rules_are_kept_and_taken_away(void **state)
{
    (void)state;
    static const char text[] =
        "text=id LOCAL-1\ntitle 任职满五年 | five years\ngroup local 本区规定 | Local rules\nbasis 第一条 | article 1\n"
        "force 2020-01-01 ..\nabout post\nasks unit\neffect remind\nseen text\nwhen current and since %2B "
        "years($limit) "
        "<= today\nparam limit 5 years, 第一条 | article 1\nsay 已满五年 | five years\nclear 说明 | give reasons\n"
        "&cases=given u roster.unit name=示例区政府 kind=local_government\ngiven m roster.member name=甲 "
        "status=in_office "
        "unit=u\ncase hit 满\ngiven x roster.post member=m unit=u title=副区长 current=yes from_on=2016-05-18\n"
        "on 2026-11-25 hit x\ncase miss 未满\ngiven x roster.post member=m unit=u title=副区长 current=yes "
        "from_on=2025-05-18\non 2026-11-25 miss x\ncase boundary 当日\ngiven x roster.post member=m unit=u "
        "title=副区长 "
        "current=yes from_on=2020-05-18\non 2025-05-17 miss x\non 2025-05-18 hit x\ncase unknown 没有日期\n"
        "given x roster.post member=m unit=u title=副区长 current=yes\non 2026-11-25 missing x since\n&rev=";
    enum { STEP = 61 };
    fails_whole("/rules/new",
                &(struct work){.target = "/rules/new", .form = arena_printf(h.a, "%s0", text), .step = STEP});
    fails_whole("/rules/{rule}/text", &(struct work){.target = "/rules/LOCAL-1/text",
                                                     .form = arena_printf(h.a, "%s1&note=再存", text),
                                                     .step = STEP});
    fails_whole("/rules/{rule}/drop", &(struct work){.target = "/rules/LOCAL-1/drop", .form = "reasons=不再使用"});
    assert_int_equal(house_number("SELECT count(*) FROM rules_own WHERE ended = 0"), 0);
}

static void a_trial_writes_only_that_it_was_made(void **state)
{
    (void)state;
    int64_t before = house_number("SELECT count(*) FROM admin_read");
    fails_whole("/whatif", &(struct work){.target = "/whatif",
                                          .form = "what=param&rule=APPT-XCH-1&name=limit&value=9&reason=研究任期",
                                          .file = true});
    assert_true(house_number("SELECT count(*) FROM admin_read") > before);
}

static void rows_are_made_changed_and_ended(void **state)
{
    (void)state;
    fails_whole("/roster/appraisal",
                &(struct work){.target = "/roster/appraisal", .form = "member=1&year=2024&grade=1"});
    const char *row = arena_printf(h.a, "/roster/appraisal/%s", last_id);
    fails_whole("/roster/appraisal/{id}", &(struct work){.target = row, .form = "rev=1&grade=2"});
    fails_whole("/roster/appraisal/{id}/end",
                &(struct work){.target = arena_printf(h.a, "%s/end", row), .form = "rev=2&reason=记错了"});
}

static void rows_come_in_from_a_table(void **state)
{
    (void)state;
    fails_whole("/roster/appraisal/import", &(struct work){.target = "/roster/appraisal/import",
                                                           .name = "c.csv",
                                                           .content = "member,year,grade\n1,2021,1\n2,2021,1\n",
                                                           .many = true,
                                                           .seen = "SELECT count(*) FROM roster_appraisal"});
    const char *step = arena_printf(h.a, "/roster/appraisal/import/%s", last_id);
    fails_whole("/roster/appraisal/import/{id}",
                &(struct work){.target = step, .form = "act=try&col.0=member&col.1=year&col.2=grade", .many = true});
    fails_whole("/roster/appraisal/import/{id}", &(struct work){.target = step, .form = "act=write", .many = true});
    assert_int_equal(house_number("SELECT count(*) FROM roster_appraisal WHERE year = 2021"), 2);
}

static void what_goes_out_is_noted(void **state)
{
    (void)state;
    static const char *const pages[] = {"/roster/member/export", "/roster/appraisal/export"};
    int64_t noted = house_number("SELECT count(*) FROM face_export");
    for (int i = 0; i < 2; i++)
        fails_whole(pages[i], &(struct work){.target = pages[i], .form = "format=csv&reason=核对名册", .file = true});
    assert_true(house_number("SELECT count(*) FROM face_export") >= noted + 2);
}

static void forms_go_out_when_they_are_noted(void **state)
{
    (void)state;
    static const char *const all[] = {"as=lrmx&reason=核对名册", "as=docx&reason=核对名册", "as=print&reason=核对名册"};
    int64_t noted = house_number("SELECT count(*) FROM face_export WHERE columns = 'form'");
    for (int i = 0; i < 3; i++)
        fails_whole("/roster/member/forms",
                    &(struct work){.target = "/roster/member/forms", .form = all[i], .file = true});
    for (int i = 0; i < 2; i++)
        fails_whole("/roster/member/{id}/form/file",
                    &(struct work){.target = "/roster/member/1/form/file", .form = all[i], .file = true});
    fails_whole("/roster/member/{id}/form",
                &(struct work){.target = "/roster/member/1/form", .form = "proposed=示例局局长", .file = true});
    assert_true(house_number("SELECT count(*) FROM face_export WHERE columns = 'form'") >= noted + 5);
}

static const char *step_of(int64_t matter, const char *step)
{
    return arena_printf(h.a, "/desk/%lld/step/%s", (long long)matter, step);
}

static const char *rev_of(int64_t matter, const char *more)
{
    return arena_printf(
        h.a, "rev=%lld&%s",
        (long long)house_number(arena_printf(h.a, "SELECT rev FROM flow_matter WHERE id = %lld", (long long)matter)),
        more);
}

static void leads_come_in_become_one_and_are_split(void **state)
{
    (void)state;
    int64_t ids[2];
    for (int i = 0; i < 2; i++) {
        fails_whole("/desk/open/leads.lead",
                    &(struct work){.target = "/desk/open/leads.lead",
                                   .form = arena_printf(h.a,
                                                        "channel=1&number=n%d&kind=style&about=x&summary=y&member=1"
                                                        "&received_on=2026.11.20&name=reporter&contact=0599",
                                                        i)});
        ids[i] = strtoll(last_id, NULL, 10);
        fails_whole("/desk/{id}/step/{step}",
                    &(struct work){.target = step_of(ids[i], "accept"), .form = rev_of(ids[i], "kind=style&member=1")});
    }
    fails_whole("/lead/merge", &(struct work){.target = "/lead/merge",
                                              .form = arena_printf(h.a, "pick=%lld&pick=%lld&reasons=z",
                                                                   (long long)ids[0], (long long)ids[1])});
    assert_int_equal(house_number("SELECT count(*) FROM flow_matter WHERE merged IS NOT NULL"), 1);
    fails_whole("/desk/{id}/manage", &(struct work){.target = arena_printf(h.a, "/desk/%lld/manage", (long long)ids[1]),
                                                    .form = rev_of(ids[1], "what=split&reasons=z")});
    assert_int_equal(house_number("SELECT count(*) FROM flow_matter WHERE merged IS NOT NULL"), 0);
    fails_whole("/lead/{id}/reporter",
                &(struct work){.target = arena_printf(h.a, "/lead/%lld/reporter", (long long)ids[0]),
                               .form = "go=1",
                               .file = true,
                               .who = "keeper"});
    assert_int_equal(house_number("SELECT count(*) FROM leads_look"), 1); /* a failed opening shows and notes nothing */
}

static void the_public_reports_and_answers(void **state)
{
    (void)state;
    fails_whole("/public/report", &(struct work){.target = "/public/report",
                                                 .form = "kind=duty&about=x&summary=y&name=reporter&once=1",
                                                 .file = true,
                                                 .who = "nobody"});
    int64_t id = house_number("SELECT max(id) FROM flow_matter WHERE flow = 'leads.lead'"),
            lead = house_number("SELECT max(id) FROM leads_lead");
    const char *code;
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &who_console, "test", &c));
        OK(leads_receipt_give(&c, lead, "2", &code));
        OK(change_commit(&c));
    }
    try_each(&(struct work){.target = step_of(id, "accept"), .form = rev_of(id, "kind=duty")});
    try_each(&(struct work){.target = step_of(id, "ask"), .form = rev_of(id, "question=when")});
    fails_whole("/public/visit", &(struct work){.target = "/public/visit",
                                                .form = arena_printf(h.a, "code=%s&more=then", code),
                                                .file = true,
                                                .who = "nobody"});
    assert_int_equal(house_number("SELECT count(*) FROM leads_lead WHERE more = 'then'"), 1);
}

static void the_order_of_a_unit_is_kept(void **state)
{
    (void)state;
    int64_t unit = house_number("SELECT unit FROM roster_member WHERE id = 1");
    const char *at = arena_printf(h.a, "/roster/unit/%lld/order", (long long)unit);
    fails_whole("/roster/unit/{id}/order", &(struct work){.target = at, .form = "seat.1=3&seat.2=2&seat.3=1"});
    assert_int_equal(house_number("SELECT seat FROM roster_member WHERE id = 3"), 1);
    fails_whole("/roster/unit/{id}/order", &(struct work){.target = at, .form = "up=2"});
    assert_int_equal(house_number("SELECT seat FROM roster_member WHERE id = 2"), 1);
}

static void entries_come_to_their_right_owner(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    house_get(a, "officer", "/roster/member", ""); /* whose list showed them: no reason is asked */
    int64_t row = house_number("SELECT id FROM roster_post WHERE member = 1 AND ended = 0"),
            rev = house_number("SELECT rev FROM roster_post WHERE member = 1 AND ended = 0");
    fails_whole("/roster/member/{id}/move",
                &(struct work){.target = "/roster/member/1/move",
                               .form = arena_printf(h.a, "row=roster.post:%lld:%lld&name=江守二&reason=两个人混在一起",
                                                    (long long)row, (long long)rev)});
    fails_whole("/roster/member/{id}/merge",
                &(struct work){.target = "/roster/member/1/merge",
                               .form = arena_printf(h.a, "with=%s&theirs=name&reason=同一人", last_id)});
    assert_int_equal(house_number("SELECT count(*) FROM roster_post WHERE member = 1 AND ended = 0"), 1);
}

static void an_erasure_is_asked_for_and_not_agreed_to(void **state)
{
    (void)state;
    fails_whole("/keep/erasure", &(struct work){.target = "/keep/erasure", .form = "row=2&ground=x&citation=y"});
    fails_whole("/keep/erasure/{id}",
                &(struct work){.target = arena_printf(h.a, "/keep/erasure/%s", last_id), .form = "answer=no"});
}

/* Whoever adds a page that writes adds it here. (Those of face are one handler for all records.) */
static void every_page_that_writes_was_tried(void **state)
{
    (void)state;
    roll_call("roster findings leads");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relatives_are_answered_together),
        cmocka_unit_test(findings_are_taken_up_answered_and_closed),
        cmocka_unit_test(rules_are_decided_about),
        cmocka_unit_test(rows_are_made_changed_and_ended),
        cmocka_unit_test(rows_come_in_from_a_table),
        cmocka_unit_test(what_goes_out_is_noted),
        cmocka_unit_test(forms_through_the_wizard),
        cmocka_unit_test(a_roster_through_the_wizard),
        cmocka_unit_test(forms_go_out_when_they_are_noted),
        cmocka_unit_test(the_order_of_a_unit_is_kept),
        cmocka_unit_test(entries_come_to_their_right_owner),
        cmocka_unit_test(own_rules_are_kept_and_taken_away),
        cmocka_unit_test(a_trial_writes_only_that_it_was_made),
        cmocka_unit_test(leads_come_in_become_one_and_are_split),
        cmocka_unit_test(the_public_reports_and_answers),
        cmocka_unit_test(an_erasure_is_asked_for_and_not_agreed_to),
        cmocka_unit_test(every_page_that_writes_was_tried),
    };
    return cmocka_run_group_tests(tests, serve, stop);
}
