/* pages_test.c: the pages of leads over HTTP, in the demo's district with an account for each role: a reporter's name
 * comes to nobody but the custodian, whatever is asked and however; a department reads what is its own; the public page
 * is off until it is turned on, sets no cookie, shows a code once and is limited. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "auth/auth.h"
#include "base/keys.h"
#include "demo/demo.h"
#include "demo/inner.h"
#include "face/face.h"
#include "leads/leads.h"
#include "view/view.h"

static char keys[] = "/tmp/leads-pages-XXXXXX";
static const char secret[] = "虚构人甲", phone[] = "0599-0000099"; /* as the demo planted them */
static const char *const accounts[] = {"minister",
                                       "supervision",
                                       "cadre_officer",
                                       "archives",
                                       "party_secretary",
                                       "discipline_secretary",
                                       "contact_petitions",
                                       "contact_audit",
                                       "witness",
                                       "member",
                                       "system",
                                       "security",
                                       "audit",
                                       NULL};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    return account_who(rq->db, rq->arena, cookie, &out->who);
}

static void turn(const char *on)
{
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(setting_put(&c, "public_page", on));
    OK(change_commit(&c));
}

static int serve(void **state)
{
    (void)state;
    struct demo_stats stats;
    const struct demo_how how = {0};
    house_begin(date_make(2026, 11, 25));
    if (mkdtemp(keys) == NULL)
        return 1;
    keys_use(NULL, keys);
    OK(program_init(h.a));
    house_database(":memory:", NULL);
    OK(demo_fill(h.db, h.a, 300, 1, &how, &stats));
    FILE *none = fopen("/dev/null", "we");
    OK(demo_accounts(h.db, h.a, none));
    fclose(none);
    OK(demo_leads(h.db, h.a));
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){
        .modules = program_modules, .auth = {session, auth_may, "/login"}, .page_threads = 1, .proxy = "127.0.0.1"});
    return 0;
}

static int stop(void **state)
{
    unlink(arena_printf(h.a, "%s/seal", keys));
    rmdir(keys);
    keys_use(NULL, NULL);
    return house_end(state);
}

#define JSON "Accept: application/json\r\nX-Reason: %E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99\r\n"

static void silent(const char *who, const char *target, const struct reply *r)
{
    if (r->body != NULL && (strstr(r->body, secret) != NULL || strstr(r->body, phone) != NULL))
        fail_msg("%s reads the reporter at %s", who, target);
}

/* Every address there is with {id} 1 and 2, and those that ask: search, export, expression, picking, history. */
static void no_page_no_json_no_search_shows_the_reporter(void **state)
{
    (void)state;
    static const char *const asked[] = {
        "/search?q=%E8%99%9A%E6%9E%84%E4%BA%BA",
        "/lead?show=all",
        "/leads/reporter",
        "/leads/reporter/1",
        "/leads/reporter/export",
        "/leads/receipt",
        "/leads/lead",
        "/leads/lead/1",
        "/leads/lead/export",
        "/leads/look",
        "/face/pick?record=leads.reporter&q=%E8%99%9A",
        "/face/pick?record=leads.lead&q=1",
        "/roster/member?filter=any(reporter:+name+%3D+%22%E8%99%9A%E6%9E%84%E4%BA%BA%22)",
        "/lead/1/reporter?name=%E8%99%9A",
        "/lead/99999/reporter",
        "/records",
        NULL};
    for (const char *const *who = accounts; *who != NULL; who++) {
        arena_scope struct arena *a = arena_new();
        for (const char *const *t = asked; *t != NULL; t++) {
            struct reply page = house_get(a, *who, *t, ""), data = house_get(a, *who, *t, JSON);
            silent(*who, *t, &page);
            silent(*who, *t, &data);
        }
        for (const struct module *const *m = program_modules; *m != NULL; m++)
            for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
                const char *id = strstr(r->path, "{id}");
                if (r->method != GET || (strchr(r->path, '{') != NULL && id == NULL) ||
                    (id != NULL && strchr(id + 1, '{') != NULL))
                    continue;
                const char *target =
                    id == NULL ? r->path : arena_printf(a, "%.*s1%s", (int)(id - r->path), r->path, id + 4);
                struct reply data = house_get(a, *who, target, JSON);
                silent(*who, target, &data);
            }
    }
}

static void only_the_custodian_opens_the_seal(void **state)
{
    (void)state;
    for (const char *const *who = accounts; *who != NULL; who++) {
        arena_scope struct arena *a = arena_new();
        struct reply r = client_ask(
            a, h.port, "POST", "/lead/1/reporter",
            arena_printf(a, "Cookie: qf_session=%s\r\nContent-Type: application/json\r\n%s", *who, JSON), "{}", 2);
        silent(*who, "/lead/1/reporter", &r);
        if (r.status != 403 && r.status != 404)
            fail_msg("%s opening the seal: %d %s", *who, r.status, r.body);
    }
    assert_int_equal(house_number("SELECT count(*) FROM leads_look"), 0);
    arena_scope struct arena *a = arena_new();
    struct reply before = house_get(a, "custodian", "/lead/1/reporter", ""),
                 list = house_get(a, "custodian", "/lead/sealed", "");
    assert_int_equal(before.status, 200);
    silent("custodian, before opening", "/lead/1/reporter", &before);
    silent("custodian", "/lead/sealed", &list);
    struct reply r = house_form(a, "custodian", "/lead/1/reporter", "/lead/1/reporter", "go=1");
    assert_int_equal(r.status, 200);
    assert_non_null(strstr(r.body, secret));
    assert_non_null(strstr(r.body, phone));
    assert_int_equal(house_number("SELECT count(*) FROM leads_look WHERE role = 'custodian'"), 1);
    assert_null(strstr(house_get(a, "custodian", "/desk/1", JSON).body, "summary")); /* nor does he read the lead */
}

static void a_department_reads_its_own_and_what_it_is_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply list = house_get(a, "contact_petitions", "/lead?show=all", JSON);
    json_t *o = json_loads(list.body, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(o, "rows")), 1);
    json_decref(o);
    assert_int_equal(house_get(a, "contact_petitions", "/desk/2", JSON).status,
                     404); /* of inspection, merged into it */
    assert_int_equal(house_get(a, "contact_petitions", "/desk/3", JSON).status, 404); /* put to audit */
    struct reply own = house_get(a, "contact_petitions", "/desk/1", JSON);
    assert_int_equal(own.status, 200);
    assert_non_null(strstr(own.body, "信"));
    assert_null(strstr(own.body, "同一件事")); /* why others were merged in is the office's own */
    assert_non_null(strstr(house_get(a, "contact_audit", "/desk/3", JSON).body, "请补充两笔费用的凭证"));
    assert_int_equal(house_form(a, "contact_petitions", "/desk/open/leads.lead", "/lead/merge", "pick=1&pick=2").status,
                     403);
    struct reply form = house_get(a, "contact_audit", "/desk/open/leads.lead", JSON);
    o = json_loads(form.body, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(o, "channels")), 1);
    json_decref(o);
}

/* ---- the public page ---- */
static struct reply public_get(struct arena *a, const char *target)
{
    return client_ask(a, h.port, "GET", target, "Accept-Language: en\r\n", NULL, 0);
}

static struct reply public_post(struct arena *a, const char *target, const char *from, const char *form)
{
    return client_ask(
        a, h.port, "POST", target,
        arena_printf(
            a, "Accept-Language: en\r\nX-Forwarded-For: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            from),
        form, strlen(form));
}

static const char *between(struct arena *a, const char *s, const char *from, const char *to)
{
    const char *at = strstr(s, from), *end = at == NULL ? NULL : strstr(at + strlen(from), to);
    if (end == NULL)
        fail_msg("no '%s' in %s", from, s);
    at += strlen(from);
    return arena_strndup(a, at, (size_t)(end - at));
}

static void the_public_page_is_off_until_it_is_turned_on(void **state)
{
    (void)state;
    static const char *const pages[] = {"/public", "/public/report", "/public/visit", NULL};
    arena_scope struct arena *a = arena_new();
    for (int on = 0; on < 2; on++)
        for (int i = 0; pages[i] != NULL; i++) {
            turn(on ? "on" : "off");
            struct reply r = public_get(a, pages[i]);
            assert_int_equal(r.status, on ? 200 : 404);
            assert_null(reply_header(a, &r, "Set-Cookie"));
            assert_null(strstr(r.body, "csrf"));
            if (!on)
                assert_non_null(strstr(r.body, "This page is not open"));
        }
    turn("off");
    assert_int_equal(public_post(a, "/public/report", "10.1.0.1", "kind=duty&about=x&summary=y").status, 404);
    turn("on");
}

#define REPORT "kind=duty&about=Somebody&summary=What+happened&name=Hidden+Person&contact=555-0199&once="

static void a_report_is_answered_with_a_code_that_is_shown_once(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    turn("on");
    struct reply bad = public_post(a, "/public/report", "10.2.0.1", "kind=&about=&summary=&name=Hidden+Person");
    assert_int_equal(bad.status, 422);
    assert_non_null(strstr(bad.body, "id=\"kind-e\""));
    assert_non_null(strstr(bad.body, "id=\"summary-e\""));
    assert_int_equal(public_post(a, "/public/report", "10.2.0.1", "kind=reply&about=x&summary=y").status, 422);
    struct reply r = public_post(a, "/public/report", "10.2.0.1", REPORT "a1");
    assert_int_equal(r.status, 200);
    assert_null(reply_header(a, &r, "Set-Cookie"));
    const char *code = between(a, r.body, "id=\"code\">", "<");
    struct reply again = public_post(a, "/public/report", "10.2.0.1", REPORT "a1"); /* a double click */
    assert_int_equal(again.status, 409);
    assert_null(strstr(again.body, code));
    assert_int_equal(house_number("SELECT count(*) FROM leads_lead WHERE about = 'Somebody'"), 1);
    struct reply visit = public_post(a, "/public/visit", "10.2.0.2", arena_printf(a, "code=%s", code));
    assert_int_equal(visit.status, 200);
    assert_non_null(strstr(visit.body, "received; within 15 days"));
    assert_null(strstr(visit.body, "Hidden"));
    assert_null(strstr(visit.body, "What happened")); /* whoever finds the code reads nothing of it */
    struct reply wrong = public_post(a, "/public/visit", "10.2.0.2", "code=aaaa-bbbb");
    assert_int_equal(wrong.status, 422);
    struct reply unasked = public_post(a, "/public/visit", "10.2.0.2", arena_printf(a, "code=%s&more=x", code));
    assert_int_equal(unasked.status, 409);
    struct reply foreign =
        client_ask(a, h.port, "POST", "/public/report",
                   "Sec-Fetch-Site: cross-site\r\nContent-Type: application/x-www-form-urlencoded\r\n", REPORT "a2",
                   strlen(REPORT "a2"));
    assert_int_equal(foreign.status, 403);
}

static void one_address_does_not_report_without_end(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t before = house_number("SELECT count(*) FROM leads_receipt");
    turn("on");
    for (int i = 0; i < 14; i++) {
        struct reply r = public_post(a, "/public/report", "10.3.0.1", arena_printf(a, "%sb%d", REPORT, i));
        assert_int_equal(r.status, i < 10 ? 200 : 413);
        if (i >= 10)
            assert_non_null(strstr(r.body, "too often"));
    }
    assert_int_equal(house_number("SELECT count(*) FROM leads_receipt"), before + 10);
    assert_int_equal(public_post(a, "/public/report", "10.3.0.2", REPORT "c1").status, 200); /* others go on */
    for (int i = 0; i < 62; i++)
        assert_int_equal(public_post(a, "/public/visit", "10.3.0.1", "code=aaaa").status, i < 60 ? 422 : 413);
    assert_int_equal(house_number("SELECT count(*) FROM auth_attempt"), 0); /* nothing about who came is written */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_public_page_is_off_until_it_is_turned_on),
                                       cmocka_unit_test(a_department_reads_its_own_and_what_it_is_told),
                                       cmocka_unit_test(no_page_no_json_no_search_shows_the_reporter),
                                       cmocka_unit_test(only_the_custodian_opens_the_seal),
                                       cmocka_unit_test(a_report_is_answered_with_a_code_that_is_shown_once),
                                       cmocka_unit_test(one_address_does_not_report_without_end)};
    return cmocka_run_group_tests(tests, serve, stop);
}
