/* figures_cases.h: the figures over HTTP on any database: every number opens just its rows; who may not open a kind's
 * matters is told no small group of it; a saved report stays as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "base/clock.h"
#include "care/care.h"
#include "demo/demo.h"
#include "figures/figures.h"
#include "leads/leads.h"
#include "view/view.h"

#define JSON "Accept: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

/* officer and minister see cases; secretary does not; kept is kept from member 1; narrow sees one unit. */
static int64_t relative_of_kept[] = {1};
static struct who officer = {
    .account = 1, .name = "监督甲", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_CASE};
static struct who minister = {
    .account = 2, .name = "部长丙", .role = "minister", .scope = SCOPE_ALL, .sees = CLASS_CASE};
static struct who secretary = {
    .account = 3, .name = "书记丁", .role = "party_secretary", .scope = SCOPE_ALL, .sees = CLASS_PERSONAL};
static struct who kept = {.account = 4,
                          .name = "监督乙",
                          .role = "supervision",
                          .scope = SCOPE_ALL,
                          .sees = CLASS_CASE,
                          .barred = relative_of_kept,
                          .n_barred = 1};
static struct who narrow = {.account = 5, .name = "监督戊", .role = "supervision", .sees = CLASS_CASE};
static struct who *const everybody[] = {&officer, &minister, &secretary, &kept, &narrow};
static const char *const cookies[] = {"officer", "minister", "secretary", "kept", "narrow"};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    (void)rq;
    for (int i = 0; i < 5; i++)
        if (strcmp(cookie, cookies[i]) == 0)
            out->who = everybody[i];
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who != NULL && strncmp(capability, "admin.", 6) != 0;
}

/* ---- matters, by the steps their people take ---- */
static int64_t matter(const struct who *who, const struct flow *f, const char *step, int64_t member, ...)
{
    int64_t id;
    change_scope struct change c = {0};
    struct row *r = row_new(h.a, record_find(f->name));
    va_list ap;
    if (member != 0)
        row_set_int(h.a, r, "member", member);
    va_start(ap, member);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    OK(change_begin(h.db, h.a, who, "test", &c));
    OK(flow_open(&c, f, step, &(struct flow_input){.values = r, .blocked = ""}, "一件事", &id));
    OK(change_commit(&c));
    return id;
}

static void take(const struct who *who, int64_t id, const char *step, const char *field, const char *value)
{
    struct flow_matter *m;
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, who, "test", &c));
    OK(flow_look(&c.tx, who, id, &m));
    struct row *r = row_copy(h.a, m->content);
    if (field != NULL)
        row_set(r, field, value);
    if (record_field(r->of, "said") >= 0) {
        row_set(r, "held_by", "监督甲");
        row_set(r, "said", "谈了");
    }
    OK(flow_take(&c, id, m->rev, step, &(struct flow_input){.values = r, .reasons = "理由", .blocked = ""}));
    OK(change_commit(&c));
}

static void sign(int64_t id)
{
    struct flow_matter *m;
    struct who signer = minister;
    signer.session = "test";
    signer.second = true;
    signer.proved = clock_now_ms();
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &signer, "test", &c));
    OK(flow_look(&c.tx, &signer, id, &m));
    for (int i = 0; i < m->n_signs; i++)
        if (strcmp(m->signs[i].state, "wanted") == 0)
            OK(flow_answer(&c, m->signs[i].id, m->signs[i].rev, true, "所签文本", NULL));
    OK(change_commit(&c));
}

static int64_t reminded(int64_t member, const char *source, const char *day)
{
    int64_t id =
        matter(&officer, &reminder_flow, "propose", member, "source", source, "form", "talk", "cause", "苗头", NULL);
    take(&officer, id, "arrange", NULL, NULL);
    sign(id);
    take(&officer, id, "talk", "held_on", day);
    return id;
}

static int64_t talked(int64_t member, const char *day)
{
    return matter(&officer, &talk_flow, "record", member, "kind", "yearly", "held_on", day, "held_by", "部长丙", "said",
                  "谈了工作", NULL);
}

/* member NULL: it names nobody. */
static void led(const char *channel, const char *number, const char *member)
{
    int64_t id = matter(&officer, &lead_flow, "enter", 0, "channel", channel, "number", number, "kind", "duty", "about",
                        "某单位", "summary", "反映的情况", "received_on", "2026-02-03", "member", member, NULL);
    take(&officer, id, "accept", NULL, NULL);
}

static void fill(void)
{
    const char *channel =
        house_id(house_save(&officer, &leads_channel, "name", "信访转来", "source", "petitions", "basis", "某规定",
                            "office", "信访局", "contact", "电话", "from_on", "2026-01-01", NULL));
    led(channel, "1", "2");
    led(channel, "2", NULL);
    static const char *const days[] = {"2026-01-20", "2026-01-31", "2026-03-01"};
    static const char *const sources[] = {"audit", "daily", "petition"};
    for (int i = 0; i < 7; i++) /* six persons, the first twice */
        reminded(1 + i % 6, sources[i % 3], days[i % 3]);
    for (int i = 0; i < 3; i++)
        talked(1 + i * 9, "2026-02-28");
    reminded(9, "audit", "2025-12-31");
    matter(&officer, &reminder_flow, "propose", 12, "source", "daily", "form", "letter", "cause", "未发出", NULL);
}

static int serve(void **state)
{
    (void)state;
    struct demo_stats stats;
    house_begin(date_make(2026, 11, 25));
    OK(program_init(h.a));
    house_database(test_url(), clean);
    OK(demo_fill(h.db, h.a, 120, 1, &(struct demo_how){0}, &stats));
    OK(flow_versions_store(h.db, h.a));
    narrow.scope.n = 1;
    narrow.scope.ranges[0].from = house_number("SELECT scope FROM roster_member WHERE id = 1");
    narrow.scope.ranges[0].to = narrow.scope.ranges[0].from + 1;
    fill();
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){.modules = program_modules, .auth = {session, may, "/login"}, .page_threads = 1});
    return 0;
}

/* ---- asking ---- */
static json_t *json_of(struct arena *a, const char *who, const char *target)
{
    struct reply r = house_get(a, who, target, JSON);
    if (r.status != 200)
        fail_msg("%s for %s: %d %s", target, who, r.status, r.body);
    json_t *v = json_loads(r.body, 0, NULL);
    assert_non_null(v);
    return v;
}

static int64_t n_of(const json_t *data, const char *measure, const char *kind)
{
    const json_t *v = json_object_get(json_object_get(data, measure), kind);
    return json_is_integer(v) ? json_integer_value(v) : -1;
}

static const char *unescaped(struct arena *a, const char *s, size_t n)
{
    struct buf b = BUF(a);
    for (size_t i = 0; i < n; i++) {
        buf_putc(&b, s[i]);
        if (strncmp(s + i, "&amp;", 5) == 0)
            i += 4;
    }
    return buf_str(&b);
}

/* Follows every number of a page; how many there were. */
static int every_number_opens_as_many_rows(struct arena *a, const char *who, const char *page)
{
    static const char mark[] = "href=\"/figures/rows?";
    struct reply r = house_get(a, who, page, "");
    int n = 0;
    assert_int_equal(r.status, 200);
    for (const char *p = r.body; (p = strstr(p, mark)) != NULL; n++) {
        p += strlen("href=\"");
        size_t len = strcspn(p, "\"");
        const char *target = unescaped(a, p, len);
        char *end;
        long times = strtol(p + len + 2, &end, 10),
             persons = strncmp(end, " / ", 3) == 0 ? strtol(end + 3, NULL, 10) : -1;
        json_t *rows = json_of(a, who, target);
        int64_t total = json_integer_value(json_object_get(rows, "total"));
        if (total != times || (int64_t)json_array_size(json_object_get(rows, "rows")) != times ||
            (persons >= 0 && json_integer_value(json_object_get(rows, "persons")) != persons))
            fail_msg("%s says %ld / %ld and opens %lld", target, times, persons, (long long)total);
        json_decref(rows);
    }
    return n;
}

/* ---- cases ---- */
static void persons_and_person_times_are_counted_apart(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *data = json_of(a, "officer", "/figures?year=2026");
    assert_int_equal(n_of(data, "persons_times", "reminders"), 7);
    assert_int_equal(n_of(data, "persons", "reminders"), 6);
    assert_int_equal(n_of(data, "persons_times", "inquiries"), 0);
    assert_int_equal(n_of(data, "persons_times", "talks_admonitions"), 3);
    assert_int_equal(n_of(data, "persons_times", "leads"), 2);
    assert_int_equal(n_of(data, "persons", "leads"), 1);
    const json_t *month = json_array_get(json_object_get(data, "by_month"), 0);
    assert_string_equal(json_string_value(json_object_get(month, "month")), "2026-01");
    assert_int_equal(n_of(month, "persons_times", "reminders"), 5);
    assert_int_equal(json_array_size(json_object_get(data, "by_month")), 12);
    json_decref(data);
    data = json_of(a, "officer", "/figures?year=2025");
    assert_int_equal(n_of(data, "persons_times", "reminders"), 1);
    json_decref(data);
}

static void every_number_opens_just_its_rows(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_true(every_number_opens_as_many_rows(a, "officer", "/figures?year=2026") >= 12);
    const char *unit = arena_printf(a, "/figures?year=2026&unit=%lld",
                                    (long long)house_number("SELECT unit FROM roster_member WHERE id = 1"));
    assert_true(every_number_opens_as_many_rows(a, "officer", unit) >= 4);
    assert_true(every_number_opens_as_many_rows(a, "kept", "/figures?year=2026") >= 12);
    assert_true(every_number_opens_as_many_rows(a, "narrow", "/figures?year=2026") >= 4);
    assert_true(every_number_opens_as_many_rows(a, "secretary", "/figures?year=2026") >= 3);
}

static void scope_and_recusal_hold_for_numbers(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *data = json_of(a, "kept", "/figures?year=2026");
    assert_int_equal(n_of(data, "persons_times", "reminders"), 5); /* without the two of member 1 */
    assert_int_equal(n_of(data, "persons_times", "talks"), 2);
    json_decref(data);
    data = json_of(a, "narrow", "/figures?year=2026");
    assert_int_equal(json_array_size(json_object_get(data, "by_unit")), 1);
    assert_true(n_of(data, "persons_times", "reminders") >= 2);
    assert_true(n_of(data, "persons_times", "leads") <= 2);
    json_decref(data);
}

static void a_small_group_of_cases_is_withheld_from_who_may_not_open_them(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *data = json_of(a, "secretary", "/figures?year=2026");
    assert_int_equal(n_of(data, "persons_times", "reminders"), 7); /* large enough in all */
    assert_int_equal(n_of(data, "persons_times", "talks"), 3);     /* of a class he reads */
    static const char *const tables[] = {"by_month", "by_unit", "by_channel", "by_outcome"};
    for (int t = 0; t < 4; t++) {
        const json_t *groups = json_object_get(data, tables[t]);
        for (size_t i = 0; i < json_array_size(groups); i++) {
            const json_t *g = json_array_get(groups, i);
            if (t < 3)
                assert_int_equal(n_of(g, "persons_times", "reminders"), -1); /* not even that of five in January */
            else if (strcmp(json_string_value(json_object_get(g, "kind")), "reminders") == 0)
                assert_int_equal(json_integer_value(json_object_get(g, "persons_times")), 7); /* all have one outcome */
        }
    }
    assert_int_equal(json_array_size(json_object_get(data, "by_unit")) <= 3, 1); /* no unit is named for its cases */
    json_decref(data);
    data = json_of(a, "secretary", "/figures?year=2025");
    assert_int_equal(n_of(data, "persons_times", "reminders"), -1);
    assert_int_equal(n_of(data, "persons", "reminders"), -1);
    json_decref(data);
    assert_int_equal(house_get(a, "secretary", "/figures/rows?year=2026&kind=reminders", JSON).status, 403);
    assert_int_equal(house_get(a, "secretary", "/figures/rows?year=2026&kind=talks_admonitions", JSON).status, 403);
    data = json_of(a, "secretary", "/figures/rows?year=2026");
    assert_int_equal(json_integer_value(json_object_get(data, "total")), 3);
    assert_null(json_object_get(json_array_get(json_object_get(data, "rows"), 0), "title"));
    json_decref(data);
}

static struct reply save(struct arena *a, const char *who)
{
    struct reply p = house_get(a, who, "/figures?year=2026", "");
    const char *at = strstr(p.body, "name=\"csrf\" value=\"");
    assert_non_null(at);
    at += 19;
    const char *body = arena_printf(a, "csrf=%.*s&year=2026", (int)strcspn(at, "\""), at);
    return client_ask(a, h.port, "POST", "/figures/saved", arena_printf(a, "Cookie: qf_session=%s\r\n" FORM, who), body,
                      strlen(body));
}

static void a_saved_report_stays_as_it_was(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = save(a, "officer");
    assert_int_equal(r.status, 303);
    const char *path = reply_header(a, &r, "Location");
    json_t *before = json_of(a, "officer", path);
    assert_int_equal(n_of(before, "persons_times", "talks"), 3);
    assert_string_equal(json_string_value(json_object_get(before, "made_by")), "监督甲");
    talked(20, "2026-04-01");
    json_t *after = json_of(a, "officer", path), *now = json_of(a, "officer", "/figures?year=2026");
    assert_true(json_equal(before, after));
    assert_int_equal(n_of(now, "persons_times", "talks"), 4);
    struct reply page = house_get(a, "minister", path, "");
    assert_int_equal(page.status, 200);
    assert_non_null(strstr(page.body, "监督甲"));
    assert_null(strstr(page.body, "/figures/rows?"));
    assert_int_equal(house_number("SELECT count(*) FROM revision WHERE record = 'figures.report'"), 1);
    json_decref(before);
    json_decref(after);
    json_decref(now);
    assert_int_equal(house_get(a, "secretary", path, JSON).status, 404); /* it tells more than he may know */
    assert_int_equal(house_get(a, "kept", path, JSON).status, 404);
    assert_int_equal(house_get(a, "narrow", path, JSON).status, 404);
    r = save(a, "kept");
    assert_int_equal(house_get(a, "kept", reply_header(a, &r, "Location"), JSON).status, 200);
}

static void a_matter_without_a_mark_is_in_no_number(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    json_t *data = json_of(a, "officer", "/figures/rows?year=2026&kind=reminders");
    int64_t before = json_integer_value(json_object_get(data, "total"));
    json_decref(data);
    int64_t id =
        matter(&officer, &reminder_flow, "propose", 30, "source", "daily", "form", "letter", "cause", "信", NULL);
    take(&officer, id, "send", NULL, NULL);
    sign(id);
    data = json_of(a, "officer", "/figures/rows?year=2026&kind=reminders");
    assert_int_equal(json_integer_value(json_object_get(data, "total")), before + 1);
    json_decref(data);
    take(&officer, id, "withdraw", NULL, NULL);
    data = json_of(a, "officer", "/figures/rows?year=2026&kind=reminders");
    assert_int_equal(json_integer_value(json_object_get(data, "total")), before);
    json_decref(data);
}

static void a_corrected_day_moves_the_number(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t id = talked(40, "2026-05-05");
    const struct who cadre = {.account = 9, .name = "某干部", .role = "member", .member = 40, .sees = CLASS_PERSONAL};
    struct flow_matter *m;
    take(&cadre, id, "dispute", "remark", "日期不对");
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &officer, "test", &c));
    OK(flow_look(&c.tx, &officer, id, &m));
    struct row *r = row_copy(h.a, m->content);
    row_set(r, "held_on", "2026-06-06");
    OK(flow_correct(&c, id, m->rev, r, "日期写错"));
    OK(change_commit(&c));
    json_t *data = json_of(a, "officer", "/figures/rows?year=2026&month=6");
    assert_int_equal(json_integer_value(json_object_get(data, "total")), 1);
    json_decref(data);
}

static void a_year_that_is_none_is_refused_with_a_sentence(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(house_get(a, "officer", "/figures?year=2027", JSON).status, 422);
    assert_int_equal(house_get(a, "officer", "/figures?year=abc", JSON).status, 422);
    assert_int_equal(house_get(a, "officer", "/figures/saved/99", JSON).status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_and_person_times_are_counted_apart),
        cmocka_unit_test(every_number_opens_just_its_rows),
        cmocka_unit_test(scope_and_recusal_hold_for_numbers),
        cmocka_unit_test(a_small_group_of_cases_is_withheld_from_who_may_not_open_them),
        cmocka_unit_test(a_saved_report_stays_as_it_was),
        cmocka_unit_test(a_matter_without_a_mark_is_in_no_number),
        cmocka_unit_test(a_corrected_day_moves_the_number),
        cmocka_unit_test(a_year_that_is_none_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, serve, house_end);
}
