/* pages_test.c: the pages of findings, reasons and rules over HTTP. JSON answers stand in golden/; make golden writes
 * them anew (QF_GOLDEN=write) and their difference is reviewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "admin/offices.h"
#include "admin/reads.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "face/face.h"
#include "findings/findings.h"
#include "roster/facts.h"
#include "roster/roster.h"
#include "view/view.h"

extern const struct module findings_module, roster_module;
static const struct module *const modules[] = {&roster_module, &findings_module, &face_module, NULL};

static struct who officer = {
    .account = 1, .name = "秦守正", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
static struct who elsewhere = {.account = 2, .name = "江守一", .role = "supervision", .sees = CLASS_SEALED};
static struct who reader = {
    .account = 3, .name = "白简", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL, .readonly = true};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(cookie, "officer") == 0     ? &officer
               : strcmp(cookie, "elsewhere") == 0 ? &elsewhere
               : strcmp(cookie, "reader") == 0    ? &reader
                                                  : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

/* ---- the world: 1 exchange due, 2 a warning running, 3 a fact missing, 4 too many deputies ---- */
static int64_t member(const char *name, int64_t unit, const char *citizen_id)
{
    return house_save(&officer, &roster_member, "name", name, "status", "1", "sex", "1", "birth", "1970-03", "politics",
                      "13", "citizen_id", citizen_id, "unit", house_id(unit), NULL);
}

static void fill(void)
{
    house_save(&officer, &rules_param_record, "rule", "ID-CHECK", "name", "invented", "value", "1", "from_on",
               "1900-01-01", "citation", "the ids of this test are invented", NULL);
    int64_t top = house_save(&officer, &roster_unit, "name", "示例区政府", "kind", "local_government", NULL);
    int64_t office = house_save(&officer, &roster_unit, "name", "示例区财政局", "kind", "government_department",
                                "parent", house_id(top), NULL);
    int64_t m = member("顾行简", top, "990103197003120012"), n = member("白小雨", office, "990103197003120039");
    house_save(&officer, &roster_post, "member", house_id(m), "unit", house_id(top), "title", "副区长", "current", "1",
               "main", "1", "from_on", "2016-05-18", "from_doc", "示委干〔2016〕42号", "level", "1A32", "leading_post",
               "1", "chief", "3", NULL);
    house_save(&officer, &roster_post, "member", house_id(n), "unit", house_id(office), "title", "副局长", "current",
               "1", "main", "1", "from_on", "2020-03-01", "level", "1A42", "occupies_quota", "1", "on_probation", "1",
               NULL);
    int64_t o = member("贺知远", top, "990103197003120055"); /* five months short of ten years */
    house_save(&officer, &roster_post, "member", house_id(o), "unit", house_id(top), "title", "副区长", "current", "1",
               "main", "1", "from_on", "2017-04-18", "from_doc", "示委干〔2017〕9号", "level", "1A32", "leading_post",
               "1", "chief", "3", NULL);
    house_save(&officer, &roster_measure, "member", house_id(n), "kind", "party_warning", "decided_on", "2026-03-01",
               "document", "示纪〔2026〕3号", NULL);
    house_save(&officer, &roster_quota, "unit", house_id(office), "level", "1A42", "approved", "0", "from_on",
               "2019-01-01", NULL);
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &officer, "test", &c));
    OK(rules_adopt_all(&c, "政策科"));
    OK(setting_put(&c, "reads_met", "unit")); /* reasons are asked in another test */
    OK(change_commit(&c));
}

static void start(void)
{
    house_begin(date_make(2026, 11, 25));
    house_database(":memory:", NULL);
    fill();
    house_columns();
    OK(rules_refresh(h.rules, h.db, h.a, 0, 0, NULL));
    house_serve(
        (struct web_config){.modules = modules, .auth = {session, may, "/login"}, .site = "示例区", .page_threads = 2});
}

static int setup_all(void **state)
{
    (void)state;
    clock_init();
    log_set_level(LOG_ERROR + 1);
    arena_scope struct arena *a = arena_new();
    const struct expr_world *w;
    for (const struct module *const *m = modules; *m != NULL; m++) {
        record_register(&account_record);
        record_register(&admin_read);
        record_register(&admin_office_record);
        for (const struct record *const *r = (*m)->records; r != NULL && *r != NULL; r++)
            record_register(*r);
        for (const struct facts_subject *const *s = (*m)->subjects; s != NULL && *s != NULL; s++)
            facts_register(*s);
    }
    OK(record_init(a));
    face_init(modules);
    OK(facts_world(a, &w));
    return 0;
}

static int setup(void **state)
{
    (void)state;
    start();
    return 0;
}

/* ---- asking ---- */
#define JSON_FACE "Accept: application/json\r\n"
#define OFFICER "Cookie: qf_session=officer\r\n"
#define ELSEWHERE "Cookie: qf_session=elsewhere\r\n"
#define READER "Cookie: qf_session=reader\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static struct reply get(const char *target, const char *headers)
{
    return client_ask(h.a, h.port, "GET", target, headers, NULL, 0);
}

static bool has(const struct reply *r, const char *what)
{
    return r->body != NULL && strstr(r->body, what) != NULL;
}

static void assert_has(const struct reply *r, const char *what)
{
    if (!has(r, what))
        fail_msg("status %d, no '%s' in: %s", r->status, what, r->body != NULL ? r->body : "nothing");
}

static struct reply send_form(const char *page, const char *target, const char *cookie, const char *body)
{
    struct reply p = get(page, cookie);
    const char *at = strstr(p.body == NULL ? "" : p.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form on %s: %d", page, p.status);
    at += 19;
    const char *all = arena_printf(h.a, "csrf=%.*s&%s", (int)strcspn(at, "\""), at, body);
    return client_ask(h.a, h.port, "POST", target, arena_printf(h.a, FORM "%s", cookie), all, strlen(all));
}

static json_t *json_of(const struct reply *r)
{
    json_error_t je;
    json_t *o = json_loads(r->body == NULL ? "" : r->body, 0, &je);
    if (o == NULL)
        fail_msg("status %d, no JSON (%s): %s", r->status, je.text, r->body == NULL ? "" : r->body);
    arena_defer(h.a, (void (*)(void *))json_decref, o);
    return o;
}

static int64_t finding_of(const char *rule)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    struct db_val args[] = {db_text(rule)};
    OK(db_begin_read(h.db, h.a, &tx));
    OK(db_one_int(&tx, "SELECT min(id) FROM rules_finding WHERE rule = ?1", args, 1, 0, &n));
    assert_true(n > 0);
    return n;
}

static const char *path_of(const char *rule)
{
    return arena_printf(h.a, "/findings/%lld", (long long)finding_of(rule));
}

static json_t *read_finding(const char *rule)
{
    struct reply r = get(path_of(rule), JSON_FACE OFFICER);
    assert_int_equal(r.status, 200);
    return json_of(&r);
}

static void is(json_t *o, const char *name, const char *value)
{
    const char *s = json_string_value(json_object_get(o, name));
    assert_non_null(s);
    assert_string_equal(s, value);
}

/* ---- golden ---- */
static void golden(const char *name, const char *target)
{
    struct reply zh = get(target, JSON_FACE OFFICER "Accept-Language: zh-CN\r\n"),
                 en = get(target, JSON_FACE OFFICER "Accept-Language: en\r\n");
    assert_int_equal(zh.status, 200);
    assert_string_equal(zh.body, en.body); /* data is the same in both languages */
    const char *root = getenv("QF_ROOT"), *path = arena_printf(h.a, "%s/src/modules/findings/test/golden/%s.json",
                                                               root == NULL ? "." : root, name);
    if (getenv("QF_GOLDEN") != NULL)
        assert_int_equal(json_dump_file(json_of(&zh), path, JSON_INDENT(1)), 0);
    json_t *kept = json_load_file(path, 0, NULL);
    if (kept == NULL)
        fail_msg("no golden file %s", path);
    struct buf was = BUF(h.a);
    view_json(&was, kept);
    json_decref(kept);
    assert_string_equal(zh.body, buf_str(&was));
}

static void answers_in_json_are_as_they_were(void **state)
{
    (void)state;
    golden("list", "/findings");
    golden("why", path_of("APPT-XCH-1"));
    golden("why-measure", path_of("DISC-W"));
    golden("why-sum", path_of("POST-1"));
    golden("why-missing", path_of("MISSING"));
    golden("rules", "/rules");
    golden("rule", "/rules/DISC-SW");
    golden("coming", "/coming");
}

/* What tidy has to say; it does not know the attributes of SVG and aria-current. */
static void assert_valid(const char *html)
{
    char path[] = "/tmp/qf-page-XXXXXX", command[256], line[512];
    int fd = mkstemp(path), bad = 0;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, html, strlen(html)), (ssize_t)strlen(html));
    close(fd);
    snprintf(command, sizeof command, "tidy -q -e -utf8 --drop-empty-elements no %s 2>&1", path);
    FILE *tidy = popen(command, "r");
    assert_non_null(tidy);
    while (fgets(line, sizeof line, tidy) != NULL) {
        if (strstr(line, "<svg> proprietary attribute") != NULL ||
            strstr(line, "proprietary attribute \"aria-current\""))
            continue;
        print_message("%s", line);
        bad++;
    }
    int status = pclose(tidy);
    unlink(path);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 3); /* 127: tidy is not installed */
    assert_int_equal(bad, 0);
}

static void every_page_is_valid_in_both_languages(void **state)
{
    (void)state;
    const char *const pages[] = {"/findings",
                                 "/findings?state=all&unit=1&member=1",
                                 path_of("APPT-XCH-1"),
                                 path_of("DISC-W"),
                                 path_of("POST-1"),
                                 path_of("MISSING"),
                                 "/coming",
                                 "/rules/new",
                                 "/rules/book",
                                 "/rules/APPT-XCH-1/text",
                                 "/findings?new=1&due=late&handler=me",
                                 "/whatif",
                                 "/whatif?what=text&rule=DISC-SW",
                                 "/whatif?what=day",
                                 "/coming?unit=1&category=tenure&from=2026-12-01&to=2027-11-01",
                                 "/rules",
                                 "/rules/DISC-SW"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        for (int en = 0; en < 2; en++) {
            struct reply r =
                get(pages[i], en ? OFFICER "Accept-Language: en\r\n" : OFFICER "Accept-Language: zh-CN\r\n");
            if (r.status != 200)
                fail_msg("%s: %d", pages[i], r.status);
            assert_valid(r.body);
        }
}

static void the_why_page_tells_clause_values_and_sources(void **state)
{
    (void)state;
    struct reply r = get(path_of("APPT-XCH-1"), OFFICER "Accept-Language: zh-CN\r\n");
    const char *const parts[] = {"顾行简，2016.05.18起任现职，已满10年",
                                 "党政领导干部交流工作规定（2006 年）",
                                 "只见过二手材料",
                                 "since + years($limit) &lt;= today",
                                 "2026.05.18 ≤ 2026.11.25",
                                 "示委干〔2016〕42号",
                                 "第1次修订，秦守正录入",
                                 "href=\"/roster/post/1\"",
                                 "limit为12年时：不提示。 2028.05.18起才成立。",
                                 "交流任职并登记"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_has(&r, parts[i]);
    r = get(arena_printf(h.a, "%s?try.limit=9", path_of("APPT-XCH-1")), OFFICER "Accept-Language: zh-CN\r\n");
    assert_has(&r, "limit为9年时：同样提示。");
    r = get(path_of("POST-1"), OFFICER "Accept-Language: zh-CN\r\n");
    assert_has(&r, "/roster/post?unit.eq=2&amp;level=1A42&amp;current=1&amp;occupies_quota=1");
    r = get(path_of("DISC-W"), OFFICER "Accept-Language: zh-CN\r\n");
    assert_has(&r, "按现有记录，到2027.03.01不再成立。");
    r = get(path_of("MISSING"), OFFICER "Accept-Language: en\r\n");
    assert_has(&r, "Rules that wait");
    assert_has(&r, "href=\"/rules/APPT-2019-PROB-1\"");
}

static void filters_narrow_and_pages_walk(void **state)
{
    (void)state;
    struct reply r = get("/findings?rule=DISC-W", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 1);
    r = get("/findings?category=headcount&effect=warn", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 1);
    r = get("/findings?q=%E9%A1%BE", JSON_FACE OFFICER); /* 顾 */
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")),
                     2); /* ten years in the post, and no joint audit */
    r = get("/findings?state=closed", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    r = get("/findings?what=1", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
    r = get("/findings?effect=nonsense", OFFICER);
    assert_int_equal(r.status, 422);
    assert_false(has(&r, "id=\"rows\""));
    r = get("/findings", JSON_FACE OFFICER);
    int64_t total = json_integer_value(json_object_get(json_of(&r), "total")), seen = 0;
    const char *at = "/findings?limit=1";
    for (int i = 0; at != NULL && i < 20; i++) {
        r = get(at, JSON_FACE OFFICER);
        assert_int_equal(r.status, 200);
        seen += (int64_t)json_array_size(json_object_get(json_of(&r), "rows"));
        at = json_string_value(json_object_get(json_of(&r), "next"));
    }
    assert_int_equal(seen, total);
}

static void what_is_not_to_be_seen_is_not_found(void **state)
{
    (void)state;
    const char *exchange = path_of("APPT-XCH-1"), *measure = path_of("DISC-W");
    assert_int_equal(get(exchange, ELSEWHERE).status, 404);
    struct reply r = get("/findings", JSON_FACE ELSEWHERE);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    assert_int_equal(get(measure, READER).status, 404); /* a measure is a case */
    assert_int_equal(get(exchange, READER).status, 200);
    r = get("/findings?rule=DISC-W", JSON_FACE READER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    r = get("/rules/DISC-W", JSON_FACE READER);
    assert_true(json_is_null(json_object_get(json_of(&r), "hits")));
    assert_int_equal(get("/findings/99999", OFFICER).status, 404);
    assert_int_equal(get("/rules/NO-RULE", OFFICER).status, 404);
    assert_int_equal(get("/rules/finding", OFFICER).status, 404);
}

static void a_finding_is_taken_up_answered_and_closed(void **state)
{
    (void)state;
    const char *path = path_of("APPT-XCH-1");
    struct reply r = send_form(path, arena_printf(h.a, "%s/take-up", path), OFFICER, "rev=1");
    assert_int_equal(r.status, 303);
    r = send_form(path, arena_printf(h.a, "%s/answer", path), OFFICER, "rev=2&reply=%3Cb%3E1%3C%2Fb%3E");
    assert_int_equal(r.status, 303);
    r = get(path, OFFICER);
    assert_has(&r, "&lt;b&gt;1&lt;/b&gt;");
    assert_false(has(&r, "<b>1</b>"));
    r = send_form(path, arena_printf(h.a, "%s/close", path), OFFICER, "rev=3&how=corrected&reasons=");
    assert_int_equal(r.status, 422);
    assert_has(&r, "href=\"#reasons\"");
    assert_has(&r, "value=\"corrected\" checked");
    r = send_form(path, arena_printf(h.a, "%s/close", path), OFFICER, "rev=1&reasons=kept%20text");
    assert_int_equal(r.status, 409);
    assert_has(&r, "kept text");
    r = send_form(path, arena_printf(h.a, "%s/close", path), OFFICER, "rev=3&how=reasons&reasons=ok");
    assert_int_equal(r.status, 303);
    json_t *o = read_finding("APPT-XCH-1");
    is(o, "state", "closed");
    is(o, "ended_as", "reasons");
    is(o, "handler", "秦守正");
    r = get("/findings?state=closed", JSON_FACE OFFICER); /* what was explained stands in the sealed file */
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    r = get("/findings?state=all&sealed=1", JSON_FACE OFFICER);
    assert_non_null(strstr(r.body, "APPT-XCH-1"));
    r = get("/findings?state=all", JSON_FACE OFFICER);
    assert_null(strstr(r.body, "APPT-XCH-1"));
    officer.sees = CLASS_CASE;
    r = get("/findings?state=all&sealed=1", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
    officer.sees = CLASS_SEALED;
    r = get(path, OFFICER);
    assert_false(has(&r, "/close\""));
    r = send_form(path_of("POST-1"), arena_printf(h.a, "%s/answer", path_of("POST-1")), READER, "rev=1&reply=x");
    assert_int_equal(r.status, 403);
}

static void a_rule_is_decided_about_and_its_parameter_set(void **state)
{
    (void)state;
    struct reply r = send_form("/rules/APPT-XCH-1", "/rules/APPT-XCH-1/decide", OFFICER, "deed=off&reasons=");
    assert_int_equal(r.status, 422);
    r = send_form("/rules/APPT-XCH-1", "/rules/APPT-XCH-1/decide", OFFICER, "deed=off&reasons=local");
    assert_int_equal(r.status, 303);
    r = get("/rules/APPT-XCH-1", JSON_FACE OFFICER);
    is(json_of(&r), "state", "off");
    is(json_of(&r), "by", "秦守正");
    OK(rules_refresh(h.rules, h.db, h.a, 0, 0, NULL));
    is(read_finding("APPT-XCH-1"), "ended_as", "withdrawn");
    r = send_form("/rules/APPT-XCH-1", "/rules/APPT-XCH-1/decide", OFFICER, "deed=adopt&clause_read=1");
    assert_int_equal(r.status, 303);
    r = send_form("/rules/APPT-XCH-1", "/rules/APPT-XCH-1/param", OFFICER,
                  "name=limit&value=ten&from_on=2026.13.01&citation=x");
    assert_int_equal(r.status, 422);
    assert_has(&r, "value=\"ten\"");
    r = send_form("/rules/APPT-XCH-1", "/rules/APPT-XCH-1/param", OFFICER,
                  "name=limit&value=12&from_on=2026.01.01&citation=2026-1");
    assert_int_equal(r.status, 303);
    r = get("/rules/APPT-XCH-1", JSON_FACE OFFICER);
    json_t *set = json_array_get(json_object_get(json_of(&r), "values"), 0);
    is(set, "value", "12");
    is(set, "set_by", "秦守正");
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "hits")), 0);
}

static struct reply post_json(const char *target, const char *cookie, const char *body)
{
    return client_ask(h.a, h.port, "POST", target,
                      arena_printf(h.a, JSON_FACE "Content-Type: application/json\r\n%s", cookie), body, strlen(body));
}

static int64_t runs_logged(void)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(h.db, h.a, &tx));
    OK(db_one_int(&tx, "SELECT count(*) FROM admin_read WHERE reason = '研究任期参数' AND n = 3", NULL, 0, 0, &n));
    return n;
}

static void a_trial_asks_a_reason_and_is_logged_and_keeps_nothing(void **state)
{
    (void)state;
    const char *asked = "{\"what\": \"param\", \"rule\": \"APPT-XCH-1\", \"name\": \"limit\", \"value\": \"9\"";
    struct reply r = post_json("/whatif", OFFICER, arena_printf(h.a, "%s}", asked));
    assert_int_equal(r.status, 422);
    assert_int_equal(runs_logged(), 0);
    r = post_json("/whatif", OFFICER, arena_printf(h.a, "%s, \"reason\": \"研究任期参数\"}", asked));
    assert_int_equal(r.status, 200);
    assert_int_equal(runs_logged(), 1);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "touched")), 1);
    json_t *row = json_array_get(json_object_get(json_of(&r), "touched_rows"), 0);
    is(row, "kind", "roster.post");
    assert_true(json_array_size(json_object_get(row, "trace")) > 3);
    r = post_json("/whatif", OFFICER,
                  "{\"what\": \"text\", \"text\": \"id X-1\\nwhen true\", \"reason\": \"研究任期参数\"}");
    assert_int_equal(r.status, 422);
    r = get("/rules/X-1", JSON_FACE OFFICER);
    assert_int_equal(r.status, 404);
}

/* Who may not read cases cannot learn of them by trying. */
static void nobody_tries_a_rule_over_facts_he_may_not_see(void **state)
{
    (void)state;
    struct reply r = post_json("/whatif", READER,
                               "{\"what\": \"param\", \"rule\": \"DISC-W\", \"name\": \"period\", \"value\": \"6\", "
                               "\"reason\": \"研究任期参数\"}");
    assert_int_equal(r.status, 422);
    r = post_json("/whatif", READER, "{\"what\": \"day\", \"day\": \"2027.06.30\", \"reason\": \"研究任期参数\"}");
    assert_int_equal(r.status, 200);
    assert_false(has(&r, "DISC-W"));
    r = get("/coming", JSON_FACE READER);
    assert_int_equal(r.status, 200);
    assert_false(has(&r, "DISC-"));
}

static void a_trial_shows_its_rows_in_both_languages(void **state)
{
    (void)state;
    struct reply r = send_form("/whatif", "/whatif", OFFICER "Accept-Language: en\r\n",
                               "what=day&day=2027.06.30&reason=study+of+terms");
    assert_int_equal(r.status, 200);
    assert_has(&r, "Would be touched");
    assert_has(&r, "/roster/member/3");
    assert_valid(r.body);
    r = send_form("/whatif?what=text&rule=APPT-XCH-1", "/whatif", OFFICER, "what=text&text=id+X&reason=abc");
    assert_int_equal(r.status, 422);
    assert_valid(r.body);
}

/* ---- several alike ---- */
static const char *pick(const char *rule)
{
    return arena_printf(h.a, "%lld:1", (long long)finding_of(rule));
}

static int64_t changes_of(const char *rule)
{
    return house_number(arena_printf(h.a,
                                     "SELECT count(DISTINCT change) FROM revision WHERE record = 'rules.finding' AND "
                                     "row = %lld",
                                     (long long)finding_of(rule)));
}

static void several_are_answered_alike_each_on_its_own(void **state)
{
    (void)state;
    struct reply r =
        send_form("/findings", "/findings/alike", OFFICER,
                  arena_printf(h.a, "deed=answer&text=已核&pick=%s&pick=%s", pick("POST-1"), pick("APPT-XCH-1")));
    assert_int_equal(r.status, 303);
    is(read_finding("POST-1"), "state", "answered");
    is(read_finding("APPT-XCH-1"), "reply", "已核");
    assert_int_equal(changes_of("POST-1"), 2);
    r = send_form("/findings", "/findings/alike", OFFICER, "deed=answer&text=已核");
    assert_int_equal(r.status, 422);
    assert_valid(r.body);
    r = send_form("/findings", "/findings/alike", OFFICER, arena_printf(h.a, "deed=close&pick=%s", pick("POST-1")));
    assert_int_equal(r.status, 422);
}

static void nothing_is_closed_against_a_person_unheard(void **state)
{
    (void)state;
    int64_t asks = house_number("SELECT coalesce(min(id), 0) FROM rules_finding WHERE asks = 'person'");
    if (asks == 0) { /* none of these rules asks the person: one that would */
        asks = finding_of("APPT-XCH-1");
        struct row *f;
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &officer, "test", &c));
        OK(record_read(&c.tx, &findings_finding, &officer, asks, &f));
        row_set(f, "asks", "person");
        OK(record_save(&c, &findings_finding, f, f->rev));
        OK(change_commit(&c));
    }
    int64_t rev = house_number(arena_printf(h.a, "SELECT rev FROM rules_finding WHERE id = %lld", (long long)asks));
    struct reply r = send_form("/findings", "/findings/alike", OFFICER,
                               arena_printf(h.a, "deed=close&text=属实&pick=%lld:%lld&pick=%s", (long long)asks,
                                            (long long)rev, pick("POST-1")));
    assert_int_equal(r.status, 200);
    assert_has(&r, text_get(LANG_ZH, "findings.alike.left"));
    assert_valid(r.body);
    is(read_finding("POST-1"), "state", "closed");
    assert_int_equal(
        house_number(arena_printf(h.a, "SELECT count(*) FROM rules_finding WHERE state = 'closed' AND id = %lld",
                                  (long long)asks)),
        0);
    assert_agree(h.db);
}

static void handler(const char *username, const char *name, int64_t member)
{
    int64_t a = house_save(&officer, &account_record, "username", username, "name", name, "password", "x", "member",
                           house_id(member), NULL);
    house_save(&officer, &admin_office_record, "account", house_id(a), "role", "supervision", "from_on", "2026-01-01",
               NULL);
}

static void a_finding_is_handed_over_but_not_to_whom_it_concerns(void **state)
{
    (void)state;
    handler("gu", "顾行简", 1);
    handler("lu", "陆明达", 3);
    const char *path = path_of("APPT-XCH-1"), *to = arena_printf(h.a, "%s/hand-over", path);
    struct reply r = send_form(path, to, OFFICER, "rev=1&to=顾行简");
    assert_int_equal(r.status, 422);
    assert_has(&r, text_format(h.a, LANG_ZH, "findings.hand.own", "name", "顾行简", NULL));
    r = send_form(path, to, OFFICER, "rev=1&to=无名氏");
    assert_int_equal(r.status, 422);
    r = send_form(path, to, OFFICER, "rev=1&to=陆明达&due_on=2026.11.20&task=核实任职时间");
    assert_int_equal(r.status, 303);
    is(read_finding("APPT-XCH-1"), "handler", "陆明达");
    r = get("/findings?due=late&handler=%E9%99%86%E6%98%8E%E8%BE%BE", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 1);
    r = get("/findings?due=week", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    r = get("/findings?due=soon", JSON_FACE OFFICER);
    assert_int_equal(r.status, 422);
    r = get(path, OFFICER);
    assert_has(&r, "核实任职时间");
    assert_valid(r.body);
}

static void what_is_new_since_the_last_look_is_told(void **state)
{
    (void)state;
    handler("qin", "秦守正", 0);
    struct reply r = get("/findings?new=1", JSON_FACE OFFICER);
    int64_t all = json_integer_value(json_object_get(json_of(&r), "total"));
    assert_true(all > 2);
    r = send_form("/findings", "/findings/looked", OFFICER, "x=1");
    assert_int_equal(r.status, 303);
    r = get("/findings?new=1", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), 0);
    r = get("/findings", JSON_FACE OFFICER);
    assert_int_equal(json_integer_value(json_object_get(json_of(&r), "total")), all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, house_end)
        T(answers_in_json_are_as_they_were),
        T(every_page_is_valid_in_both_languages),
        T(the_why_page_tells_clause_values_and_sources),
        T(filters_narrow_and_pages_walk),
        T(what_is_not_to_be_seen_is_not_found),
        T(a_finding_is_taken_up_answered_and_closed),
        T(a_rule_is_decided_about_and_its_parameter_set),
        T(a_trial_asks_a_reason_and_is_logged_and_keeps_nothing),
        T(nobody_tries_a_rule_over_facts_he_may_not_see),
        T(a_trial_shows_its_rows_in_both_languages),
        T(several_are_answered_alike_each_on_its_own),
        T(nothing_is_closed_against_a_person_unheard),
        T(a_finding_is_handed_over_but_not_to_whom_it_concerns),
        T(what_is_new_since_the_last_look_is_told),
    };
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
