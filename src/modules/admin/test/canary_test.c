/* canary_test.c: role x route x class x relation, over HTTP. Words that stand nowhere else are put into the file of a
 * person outside a unit, into a field of class case, and into the case of one's own relative; every page is then read
 * by every role, as JSON, as HTML and as a table to take away, and no answer holds a word its reader may not see. Who
 * is not in the matrix writes nothing by any form. `make test` takes a sample of the pages, QF_WHOLE=1 (make test-full)
 * all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../demo/test/behind_server.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "roster/roster.h"

#define OUTSIDE "哨兵甲" /* a name outside the secretary's unit */
#define CASE "哨兵乙案"  /* why a measure was taken */

static const char *const accounts[] = {"minister",
                                       "supervision",
                                       "cadre_officer",
                                       "archives",
                                       "party_secretary",
                                       "discipline_secretary",
                                       "contact_audit",
                                       "witness",
                                       "member",
                                       "system",
                                       "security",
                                       "audit",
                                       NULL};
static int64_t outside, measured, measure;

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    return account_who(rq->db, rq->arena, cookie, &out->who);
}

static const struct who *who_of(const char *username)
{
    const struct who *who = NULL;
    OK(account_who(h.db, h.a, username, &who));
    return who;
}

static void put(const struct record *rec, int64_t id, const char *field, const char *value)
{
    struct row *r;
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(record_read(&c.tx, rec, &who_console, id, &r));
    row_set(r, field, value);
    OK(record_save(&c, rec, r, r->rev));
    OK(change_commit(&c));
}

/* A person outside the secretaries' unit who is not the one with an account; somebody with a measure. */
static void plant(void)
{
    const struct scope *s = &who_of("party_secretary")->scope;
    outside = house_number(arena_printf(
        h.a,
        "SELECT max(id) FROM roster_member WHERE (scope < %lld OR scope >= %lld) AND status = '1' AND ended = 0"
        " AND id <> %lld",
        (long long)s->ranges[0].from, (long long)s->ranges[0].to, (long long)who_of("member")->member));
    measure = house_number("SELECT max(id) FROM roster_measure WHERE ended = 0");
    measured = house_number(arena_printf(h.a, "SELECT member FROM roster_measure WHERE id = %lld", (long long)measure));
    put(&roster_member, outside, "name", OUTSIDE);
    put(&roster_measure, measure, "cause", CASE);
}

static int serve(void **state)
{
    (void)state;
    demo_house(200);
    plant();
    house_columns();
    struct rules_refreshed done;
    OK(rules_refresh(h.rules, h.db, h.a, facts_subject("member"), 0, &done));
    demo_serve(session);
    return 0;
}

/* ---- reading ---- */
static const char *filled(struct arena *a, const char *path, int64_t id)
{
    struct buf b = BUF(a);
    for (; *path != '\0'; path++) {
        if (*path != '{') {
            buf_putc(&b, *path);
            continue;
        }
        buf_printf(&b, "%lld", (long long)id);
        path = strchr(path, '}');
    }
    return buf_str(&b);
}

/* Does he see the person outside a unit, cases? */
static bool sees_outside(const struct who *w)
{
    return w->scope.n > 0 && (w->scope.ranges[0].from == INT64_MIN || w->scope.ranges[0].to == INT64_MAX);
}

static int read_as(const char *username, const char *path)
{
    static const char *const ways[] = {"Accept: application/json\r\n",
                                       "Accept: text/html\r\nAccept-Language: zh-CN\r\n", "HX-Request: true\r\n"};
    const struct who *w = who_of(username);
    int held = 0;
    for (int i = 0; i < 3; i++) {
        arena_scope struct arena *a = arena_new();
        struct reply r =
            house_get(a, username, path,
                      arena_printf(a, "%sX-Reason: %%E6%%A0%%B8%%E5%%AF%%B9%%E6%%9D%%90%%E6%%96%%99\r\n", ways[i]));
        bool name = r.body_n > 0 && memmem(r.body, r.body_n, OUTSIDE, strlen(OUTSIDE)) != NULL;
        bool why = r.body_n > 0 && memmem(r.body, r.body_n, CASE, strlen(CASE)) != NULL;
        if (r.status >= 500)
            fail_msg("%s for %s: %d %.300s", path, username, r.status, r.body);
        if (name && (!sees_outside(w) || w->sees < CLASS_PERSONAL) && strstr(path, OUTSIDE) == NULL)
            fail_msg("%s tells %s of a person outside his sight", path, username);
        if (why && strncmp(path, "/my", 3) != 0 && (w->sees < CLASS_CASE || w->scope.n == 0 || who_barred(w, measured)))
            fail_msg("%s tells %s of a case", path, username);
        held += name + why;
    }
    return held;
}

static int stride(void)
{
    const char *whole = getenv("QF_WHOLE");
    return whole != NULL && *whole == '1' ? 1 : 6;
}

static int read_all(const char *username, int step)
{
    const int64_t ids[] = {outside, measure, measured};
    static const char *const searches[] = {"/search?q=%E5%93%A8%E5%85%B5",
                                           "/roster/member?q=%E5%93%A8%E5%85%B5&size=200",
                                           "/roster/member?size=200",
                                           "/roster/measure?size=200",
                                           "/findings?size=200",
                                           "/face/pick?record=roster.member&q=%E5%93%A8%E5%85%B5",
                                           "/roster/measure/export?format=csv",
                                           "/roster/member/export?format=csv"};
    int held = 0, k = 0;
    for (const struct module *const *m = program_modules; *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
            if (r->method != GET || strstr(r->path, "logout") != NULL)
                continue;
            arena_scope struct arena *a = arena_new();
            if (strchr(r->path, '{') == NULL)
                held += k++ % step == 0 ? read_as(username, r->path) : 0;
            for (int i = 0; i < 3 && strchr(r->path, '{') != NULL; i++)
                held += k++ % step == 0 ? read_as(username, filled(a, r->path, ids[i])) : 0;
        }
    for (size_t i = 0; i < sizeof searches / sizeof *searches; i++)
        held += read_as(username, searches[i]);
    return held;
}

static void no_answer_holds_what_its_reader_may_not_see(void **state)
{
    (void)state;
    int held = 0;
    for (int i = 0; accounts[i] != NULL; i++)
        held += read_all(accounts[i], stride());
    assert_true(held > 10); /* those who may see them do */
}

/* The same words, and the reader is whom they are about: his own door shows them, no page of his office. */
static void no_office_shows_its_holder_his_own_case(void **state)
{
    (void)state;
    int64_t before = who_of("supervision")->member;
    put(&account_record, who_of("supervision")->account, "member", house_id(measured));
    read_all("supervision", stride());
    put(&account_record, who_of("supervision")->account, "member", before == 0 ? NULL : house_id(before));
}

/* ---- writing ---- */
static bool in_matrix(const struct who *who, const struct route *r)
{
    if (strcmp(r->capability, CAP_ANYONE) == 0 || strcmp(r->capability, CAP_SIGNED_IN) == 0)
        return true;
    return auth_may(who, r->capability) && who->sees >= r->needs;
}

static struct reply send_as(struct arena *a, const char *username, const char *path, const char *body)
{
    struct reply p = house_get(a, username, "/office", "");
    const char *at = strstr(p.body, "name=\"csrf\" value=\"");
    assert_non_null(at);
    at += 19;
    const char *whole = arena_printf(a, "csrf=%.*s&%s", (int)strcspn(at, "\""), at, body);
    return client_ask(
        a, h.port, "POST", path,
        arena_printf(a, "Cookie: qf_session=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n", username),
        whole, strlen(whole));
}

static void who_is_not_in_the_matrix_writes_nothing(void **state)
{
    (void)state;
    int tried = 0, k = 0;
    for (int i = 0; accounts[i] != NULL; i++) {
        const struct who *w = who_of(accounts[i]);
        for (const struct module *const *m = program_modules; *m != NULL; m++)
            for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
                if (r->method != POST || in_matrix(w, r) || k++ % stride() != 0)
                    continue;
                arena_scope struct arena *a = arena_new();
                int64_t before = house_number("SELECT max(seq) FROM change");
                struct reply reply =
                    send_as(a, accounts[i], filled(a, r->path, outside), "rev=1&name=x&reasons=abcdef");
                if (reply.status != 403 || house_number("SELECT max(seq) FROM change") != before)
                    fail_msg("%s by %s: %d %.200s", r->path, accounts[i], reply.status, reply.body);
                tried++;
            }
    }
    assert_true(tried > 100);
}

/* ---- what nobody should send ---- */
static const char *const nonsense[] = {
    "id=1&rev=0&scope=0&scope_to=9223372036854775807&ended=1&account=1&role=security&password=x&sees=4&totp=x&oidc=x",
    "rev=99999999999999999999999&name=%00&reasons=%FF%FE&member=-1&unit=../../../etc/passwd&from_on=9999-99-99",
    "rev=1&rev=2&name=a&name=b&csrf=other&next=//elsewhere.example&answer=give&answer=refuse&on=2026-02-30"};
static const char *const places[] = {
    "9223372036854775807", "-1",          "0", "1e3", "1%00", "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "1'%20OR%20'1'='1",    "%F0%9F%98%80"};

/* Every form of every office takes nonsense for what it is: a sentence, never a fault; and no hidden column is set. */
static void nonsense_is_answered_with_a_sentence(void **state)
{
    (void)state;
    int k = 0;
    int64_t accounts_before =
        house_number("SELECT count(*) FROM auth_account WHERE password = 'x' OR totp = 'x' OR oidc = 'x'");
    for (int i = 0; accounts[i] != NULL; i++)
        for (const struct module *const *m = program_modules; *m != NULL; m++)
            for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++) {
                bool id = strchr(r->path, '{') != NULL;
                if (!in_matrix(who_of(accounts[i]), r) || k++ % stride() != 0)
                    continue;
                arena_scope struct arena *a = arena_new();
                const char *place = places[k % (int)(sizeof places / sizeof *places)], *brace = strchr(r->path, '{');
                const char *path = !id ? r->path
                                       : arena_printf(a, "%.*s%s%s", (int)(brace - r->path), r->path, place,
                                                      filled(a, strchr(brace, '}') + 1, 1));
                struct reply reply = r->method == POST ? send_as(a, accounts[i], path, nonsense[k % 3])
                                                       : house_get(a, accounts[i], path, "");
                if (reply.status == 0 || reply.status >= 500)
                    fail_msg("%s %s by %s: %d %.300s", r->method == POST ? "POST" : "GET", path, accounts[i],
                             reply.status, reply.body == NULL ? "" : reply.body);
                const char *to = reply_header(a, &reply, "Location");
                if (to != NULL && (to[0] != '/' || to[1] == '/'))
                    fail_msg("%s leads to %s", path, to);
            }
    assert_int_equal(house_number("SELECT count(*) FROM auth_account WHERE password = 'x' OR totp = 'x' OR oidc = 'x'"),
                     accounts_before);
    assert_int_equal(house_number("SELECT count(*) FROM roster_member WHERE scope = 0 AND name = 'x'"), 0);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_answer_holds_what_its_reader_may_not_see),
                                       cmocka_unit_test(no_office_shows_its_holder_his_own_case),
                                       cmocka_unit_test(who_is_not_in_the_matrix_writes_nothing),
                                       cmocka_unit_test(nonsense_is_answered_with_a_sentence)};
    return cmocka_run_group_tests(tests, serve, house_end);
}
