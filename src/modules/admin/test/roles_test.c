/* What each role can reach, over HTTP, on a fictitious district of 300 cadres with an account for each role: every page
 * opens for exactly the roles of the matrix; what lies outside a person's sight is answered as if it were not there,
 * with the same bytes and the same work; and a fact outside a reader's classes changes nothing he can see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "../../demo/test/behind_server.h"
#include "admin/offices.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/vec.h"
#include "face/face.h"
#include "roster/roster.h"

static const char *const accounts[] = {
    "minister",      "supervision", "cadre_officer", "archives", "party_secretary", "discipline_secretary",
    "contact_audit", "custodian",   "witness",       "member",   "system",          "security",
    "audit",         NULL};

/* The cookie is the user name: whom it stands for is looked up as in every session. */
static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    return account_who(rq->db, rq->arena, cookie, &out->who);
}

static void judge(void)
{
    struct rules_refreshed done;
    OK(rules_refresh(h.rules, h.db, h.a, facts_subject("member"), 0, &done));
}

static int serve(void **state)
{
    (void)state;
    demo_house(300);
    house_columns();
    judge();
    demo_serve(session);
    return 0;
}

static struct reply ask(struct arena *a, const char *who, const char *target, const char *headers)
{
    return house_get(a, who, target, arena_printf(a, "Accept-Language: en\r\n%s", headers));
}

#define JSON "Accept: application/json\r\nX-Reason: %E6%A0%B8%E5%AF%B9%E6%9D%90%E6%96%99\r\n"

/* The answer without what differs between any two requests: its number, the token of its forms. */
static char *without_number(struct arena *a, const char *s)
{
    static const char *const marks[] = {"\"request\":", "Request ", "name=\"csrf\" value=\"", "\"csrf\":\"", NULL};
    struct buf b = BUF(a);
    while (*s != '\0') {
        size_t skip = 0;
        for (int i = 0; marks[i] != NULL && skip == 0; i++)
            if (strncmp(s, marks[i], strlen(marks[i])) == 0)
                skip = strlen(marks[i]);
        if (skip == 0) {
            buf_putc(&b, *s++);
            continue;
        }
        s += skip + strspn(s + skip, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-");
    }
    return buf_str(&b);
}

/* ---- every page for exactly the roles of the matrix ---- */
static const struct who *who_of(const char *username)
{
    const struct who *who = NULL;
    OK(account_who(h.db, h.a, username, &who));
    return who;
}

static bool in_matrix(const struct who *who, const struct route *r)
{
    if (strcmp(r->capability, CAP_ANYONE) == 0 || strcmp(r->capability, CAP_SIGNED_IN) == 0)
        return true;
    return auth_may(who, r->capability) && who->sees >= r->needs;
}

static const char *filled(struct arena *a, const char *path, const char *id)
{
    struct buf b = BUF(a);
    for (; *path != '\0'; path++) {
        if (*path != '{') {
            buf_putc(&b, *path);
            continue;
        }
        buf_puts(&b, id);
        path = strchr(path, '}');
    }
    return buf_str(&b);
}

static void every_page_opens_for_exactly_the_roles_of_the_matrix(void **state)
{
    (void)state;
    int denied = 0, open = 0;
    for (int i = 0; accounts[i] != NULL; i++) {
        const struct who *who = who_of(accounts[i]);
        for (const struct module *const *m = program_modules; *m != NULL; m++)
            for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
                arena_scope struct arena *a = arena_new();
                if (r->method != GET)
                    continue;
                struct reply answer = ask(a, accounts[i], filled(a, r->path, "1"), JSON);
                bool refused = strstr(answer.body, text_format(a, LANG_EN, "web.denied", NULL)) != NULL;
                if (answer.status >= 500 || refused == in_matrix(who, r))
                    fail_msg("%s for %s: %d %.200s", r->path, accounts[i], answer.status, answer.body);
                denied += refused;
                open += !refused;
            }
    }
    assert_true(denied > 500 && open > 500);
}

static void administrators_enter_no_page_about_persons(void **state)
{
    (void)state;
    static const char *const three[] = {"system", "security", "audit"};
    for (int i = 0; i < 3; i++) {
        const struct auth_role *role = auth_role_find(three[i]);
        for (int k = 0; k < record_count(); k++) {
            const struct record *rec = record_at(k);
            arena_scope struct arena *a = arena_new();
            static const char *const ways[] = {"read", "write", "export", "import"};
            for (int w = 0; w < 4; w++)
                if (rec->concerns != NULL || rec->class >= CLASS_PERSONAL)
                    assert_false(auth_role_may(role, arena_printf(a, "%s.%s", rec->name, ways[w])));
        }
        assert_int_equal(who_of(three[i])->scope.n, 0);
        assert_true(role->sees < CLASS_PERSONAL);
    }
}

/* ---- outside the sight is as if it were not there ---- */
static const char *text_of(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

/* An id of as many digits that no row has. */
static int64_t absent(int64_t like)
{
    int64_t n = 9;
    while (n < like)
        n = n * 10 + 9;
    return n;
}

static void same_answer(const char *who, const char *path, int64_t hidden, int64_t missing)
{
    arena_scope struct arena *a = arena_new();
    static const char *const ways[] = {JSON, ""};
    const char *places[] = {filled(a, path, text_of(a, hidden)), filled(a, path, text_of(a, missing))};
    assert_int_equal(strlen(places[0]), strlen(places[1]));
    ask(a, who, places[1], JSON); /* the first page after a change brings the columns up to date */
    for (int w = 0; w < 2; w++) {
        const char *bodies[2];
        int64_t calls[2];
        for (int i = 0; i < 2; i++) {
            int64_t before = db_calls();
            struct reply r = ask(a, who, places[i], ways[w]);
            calls[i] = db_calls() - before;
            struct buf b = BUF(a);
            const char *said = without_number(a, r.body),
                       *id = arena_printf(a, "/%s", text_of(a, i == 0 ? hidden : missing)), *at;
            if (r.status != 404)
                fail_msg("%s for %s: %d %.300s", places[i], who, r.status, r.body);
            while ((at = strstr(said, id)) != NULL) {
                buf_add(&b, said, (size_t)(at - said));
                said = at + strlen(id);
            }
            buf_puts(&b, said);
            bodies[i] = buf_str(&b);
        }
        size_t at = 0;
        while (bodies[0][at] != '\0' && bodies[0][at] == bodies[1][at])
            at++;
        if (strcmp(bodies[0], bodies[1]) != 0)
            fail_msg("%s for %s: %.300s\ninstead of %.300s", places[0], who, bodies[0] + (at < 100 ? 0 : at - 100),
                     bodies[1] + (at < 100 ? 0 : at - 100));
        if (calls[0] != calls[1])
            fail_msg("%s for %s: %lld calls of the database, missing: %lld", places[0], who, (long long)calls[0],
                     (long long)calls[1]);
    }
}

static void what_lies_outside_the_scope_is_missing_by_the_same_work(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t from = who_of("party_secretary")->scope.ranges[0].from, to = who_of("party_secretary")->scope.ranges[0].to;
    int tried = 0;
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
            if (r->method != GET || r->scope != SCOPE_UNIT || strstr(r->path, "/{id}") == NULL ||
                !in_matrix(who_of("party_secretary"), r) || strncmp(r->path, "/desk", 5) == 0)
                continue;
            const char *rest = r->path + 1, *slash = strchr(rest, '/');
            const char *name =
                arena_printf(a, "%.*s.%.*s", (int)(slash - rest), rest, (int)strcspn(slash + 1, "/"), slash + 1);
            const struct record *rec =
                strncmp(r->path, "/findings/", 10) == 0 ? record_find("rules.finding") : record_find(name);
            if (rec == NULL || (rec->concerns == NULL && rec->unit == NULL && rec->tree == NULL))
                continue;
            int64_t hidden = house_number(arena_printf(a, "SELECT max(id) FROM %s WHERE scope < %lld OR scope >= %lld",
                                                       record_table(a, rec), (long long)from, (long long)to));
            if (hidden <= 0)
                continue;
            same_answer("party_secretary", r->path, hidden, absent(hidden));
            tried++;
        }
    assert_true(tried > 20);
}

/* ---- one's own case and a relative's ---- */
/* The last of the list that is about a person. */
static int64_t finding_of_somebody(struct arena *a, int64_t *member)
{
    struct reply r =
        client_ask(a, h.port, "GET", "/findings?limit=200", "Cookie: qf_session=supervision\r\n" JSON, NULL, 0);
    json_t *list = json_loads(r.body, 0, NULL), *row;
    int64_t id = 0;
    size_t i;
    json_array_foreach(json_object_get(list, "rows"), i,
                       row) if (json_integer_value(json_object_get(row, "member")) > 0) id =
        json_integer_value(json_object_get(row, "id"));
    json_decref(list);
    *member = house_number(arena_printf(a, "SELECT member FROM rules_finding WHERE id = %lld", (long long)id));
    assert_true(id > 0 && id != absent(id) && *member > 0);
    return id;
}

static void link_account(const char *username, int64_t member)
{
    struct row *r;
    int64_t account = who_of(username)->account;
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(record_read(&c.tx, &account_record, &who_console, account, &r));
    row_set(r, "member", member == 0 ? NULL : text_of(h.a, member));
    OK(record_save(&c, &account_record, r, r->rev));
    OK(change_commit(&c));
}

static bool listed(struct arena *a, const char *who, const char *list, int64_t id)
{
    struct reply r = ask(a, who, list, JSON);
    assert_int_equal(r.status, 200);
    return strstr(r.body, arena_printf(a, "\"id\":%lld,", (long long)id)) != NULL;
}

static void nobody_reads_his_own_case_or_a_relatives(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int64_t own, about = finding_of_somebody(a, &own), kin, with_kin;
    int64_t warned = house_number("SELECT max(id) FROM roster_measure WHERE ended = 0");
    int64_t whose =
        house_number(arena_printf(a, "SELECT member FROM roster_measure WHERE id = %lld", (long long)warned));
    const char *list = "/findings?limit=200";
    assert_true(listed(a, "supervision", list, about));
    assert_int_equal(ask(a, "supervision", filled(a, "/findings/{id}", text_of(a, about)), JSON).status, 200);
    link_account("supervision", own);
    assert_false(listed(a, "supervision", list, about));
    same_answer("supervision", "/findings/{id}", about, absent(about));
    assert_int_equal(ask(a, "supervision", filled(a, "/roster/measure/{id}", text_of(a, warned)), JSON).status, 200);
    link_account("supervision", whose);
    assert_false(listed(a, "supervision", "/roster/measure", warned));
    same_answer("supervision", "/roster/measure/{id}", warned, absent(warned));
    same_answer("supervision", "/roster/measure/{id}/history", warned, absent(warned));
    with_kin = house_number("SELECT max(f.member) FROM roster_family f JOIN rules_finding x ON x.member = f.member"
                            " WHERE f.kin = 'confirmed' AND x.state <> 'closed'");
    kin = house_number(arena_printf(a, "SELECT other FROM roster_family WHERE member = %lld AND kin = 'confirmed'",
                                    (long long)with_kin));
    about = house_number(arena_printf(a, "SELECT max(id) FROM rules_finding WHERE member = %lld AND state <> 'closed'",
                                      (long long)with_kin));
    link_account("supervision", kin);
    assert_true(who_barred(who_of("supervision"), with_kin));
    same_answer("supervision", "/findings/{id}", about, absent(about));
    link_account("supervision", 0);
}

/* ---- no oracle ---- */
struct seen {
    const char *who, *path, *body;
};

static void look(struct arena *a, const char *who, const struct who *as, struct seen *out, int most, int *n)
{
    static const char *const more[] = {"/roster/member?size=200&sort=-birth",
                                       "/roster/member?size=200&filter=age+%3E+40", "/search?q=%E7%8E%8B",
                                       "/roster/member?size=200&cols=sex,level,rank,education", "/findings?size=200"};
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
            if (r->method != GET || !in_matrix(as, r) || strstr(r->path, "reads") != NULL || r->scope == SCOPE_OWN ||
                *n == most)
                continue;
            const char *path = filled(a, r->path, text_of(a, as->scope.n > 0 ? 1 : 2));
            out[(*n)++] = (struct seen){who, path, without_number(a, ask(a, who, path, JSON).body)};
        }
    for (size_t i = 0; i < sizeof more / sizeof *more && *n < most; i++)
        out[(*n)++] = (struct seen){who, more[i], without_number(a, ask(a, who, more[i], JSON).body)};
}

static void give_measure(int64_t member)
{
    int64_t one = house_number("SELECT max(id) FROM roster_measure");
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    struct row *r = row_new(h.a, &roster_measure);
    row_set(r, "member", text_of(h.a, member));
    struct row *like;
    OK(record_read(&c.tx, &roster_measure, &who_console, one, &like));
    row_set(r, "kind", row_text(like, "kind"));
    row_set(r, "decided_on", "2026-10-01");
    OK(record_save(&c, &roster_measure, r, 0));
    OK(change_commit(&c));
}

static void a_fact_outside_the_readers_classes_changes_nothing_he_sees(void **state)
{
    (void)state;
    enum { MOST = 2000 };
    arena_scope struct arena *a = arena_new();
    struct seen *before = arena_array(a, struct seen, MOST), *after = arena_array(a, struct seen, MOST);
    int n = 0, m = 0;
    for (int i = 0; accounts[i] != NULL; i++)
        if (who_of(accounts[i])->sees < CLASS_CASE)
            look(a, accounts[i], who_of(accounts[i]), before, MOST, &n);
    give_measure(1);
    give_measure(house_number(
        "SELECT min(m.id) FROM roster_member m JOIN admin_office o ON o.unit = m.unit WHERE m.status = '1'"));
    judge();
    for (int i = 0; accounts[i] != NULL; i++)
        if (who_of(accounts[i])->sees < CLASS_CASE)
            look(a, accounts[i], who_of(accounts[i]), after, MOST, &m);
    assert_int_equal(n, m);
    assert_true(n > 300);
    for (int i = 0; i < n; i++)
        if (strcmp(before[i].body, after[i].body) != 0)
            fail_msg("%s tells %s of a measure:\n%.600s\n%.600s", after[i].path, after[i].who, before[i].body,
                     after[i].body);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_page_opens_for_exactly_the_roles_of_the_matrix),
                                       cmocka_unit_test(administrators_enter_no_page_about_persons),
                                       cmocka_unit_test(what_lies_outside_the_scope_is_missing_by_the_same_work),
                                       cmocka_unit_test(nobody_reads_his_own_case_or_a_relatives),
                                       cmocka_unit_test(a_fact_outside_the_readers_classes_changes_nothing_he_sees)};
    return cmocka_run_group_tests(tests, serve, house_end);
}
