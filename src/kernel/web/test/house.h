/* house.h: a whole house behind a server, for tests over HTTP: database, rules, columns, pages. In the order of use:
 * house_begin, house_database, the test's own rows, house_columns, house_serve; house_end. */
#ifndef QF_WEB_TEST_HOUSE_H
#define QF_WEB_TEST_HOUSE_H

#include "../../record/test/agree.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "client.h"
#include "facts/facts.h"
#include "rules/rules.h"
#include "web/web.h"

#define OK AGREE_OK

static struct house {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct rules *rules;
    struct facts *facts;
    struct web *web;
    int port;
} h;

/* It is noon of this day. */
static inline void house_today(struct date day)
{
    clock_fix(date_to_days(day) * INT64_C(86400000) + INT64_C(4) * 3600000);
}

static inline void house_begin(struct date today)
{
    h = (struct house){.a = arena_new()};
    clock_init();
    house_today(today);
    log_set_level(LOG_ERROR + 1);
}

/* The records are registered by now. empty: clean() of db/test/on_*.h; NULL where it is new. */
static inline void house_database(const char *url, void (*empty)(struct db *db, struct arena *a))
{
    OK(db_pool_open(h.a, url, true, &h.pool));
    OK(db_take(h.pool, h.a, &h.db));
    if (empty != NULL)
        empty(h.db, h.a);
    OK(record_migrate(h.db, h.a, true));
}

static inline void house_columns(void)
{
    OK(rules_open(h.a, h.pool, &h.rules));
    OK(facts_open(h.a, h.pool, 1, rules_param, h.rules, &h.facts));
    rules_use(h.rules, h.facts);
    OK(facts_wait(h.facts, h.a));
    facts_share(h.facts);
    rules_share(h.rules);
}

/* c without its pool and its patience. */
static inline void house_serve(struct web_config c)
{
    c.pool = h.pool;
    c.drain_seconds = 600;
    OK(web_start(h.a, &c, &h.web));
    h.port = web_port(h.web);
}

static inline int house_end(void **state)
{
    (void)state;
    db_fail_at(-1);
    struct err *e = web_stop(h.web, h.a);
    facts_share(NULL);
    rules_share(NULL);
    facts_close(h.facts);
    rules_close(h.rules);
    db_give(h.db);
    db_pool_close(h.pool);
    arena_free(h.a);
    clock_fix(-1);
    return e != NULL;
}

/* Saves a new row as `who`: name, value, ..., NULL. */
static inline int64_t house_save(const struct who *who, const struct record *rec, ...)
{
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, who, "test", &c));
    struct row *r = row_new(h.a, rec);
    va_list ap;
    va_start(ap, rec);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    OK(record_save(&c, rec, r, 0));
    OK(change_commit(&c));
    return r->id;
}

/* A real session of an account, for houses that serve with admin_web_auth; its cookie, arena. signs: it has just shown
 * a second factor, which stands for five minutes of the test's clock: it may sign. (Where a test's own web_auth makes
 * who is signed in, signing() of auth/test/signing.h does the same.) */
static inline const char *house_session(const char *username, bool signs)
{
    char token[SESSION_TOKEN];
    const struct who *who;
    struct row *r;
    OK(account_who(h.db, h.a, username, &who));
    OK(session_make(h.db, h.a, who->account, &(struct session_try){0}, token));
    if (!signs)
        return arena_strdup(h.a, token);
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, &who_console, "test", &c));
    OK(record_read(&c.tx, &account_record, &who_console, who->account, &r));
    if (row_text(r, "totp") == NULL) {
        row_set(r, "totp", "of this test");
        OK(record_save(&c, &account_record, r, r->rev));
    }
    struct db_val args[] = {db_int(who->account), db_int(clock_now_ms())};
    OK(db_run(&c.tx, "UPDATE auth_login SET second = 1, proved = ?2 WHERE account = ?1", args, 2, NULL));
    OK(change_commit(&c));
    return arena_strdup(h.a, token);
}

/* A form sent to `target` with the token of the form on `page`; body: name=value&..., already escaped. */
static inline struct reply house_form(struct arena *a, const char *cookie, const char *page, const char *target,
                                      const char *body)
{
    struct reply p = client_ask(a, h.port, "GET", page, arena_printf(a, "Cookie: qf_session=%s\r\n", cookie), NULL, 0);
    const char *at = strstr(p.body == NULL ? "" : p.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form on %s: %d %s", page, p.status, p.body);
    at += 19;
    const char *whole = arena_printf(a, "csrf=%.*s&%s", (int)strcspn(at, "\""), at, body);
    return client_ask(
        a, h.port, "POST", target,
        arena_printf(a, "Cookie: qf_session=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n", cookie), whole,
        strlen(whole));
}

static inline const char *house_id(int64_t n)
{
    return arena_printf(h.a, "%lld", (long long)n);
}

/* The number of one line, -1: none. */
static inline int64_t house_number(const char *sql)
{
    int64_t n = -1;
    arena_scope struct arena *a = arena_new();
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, -1, &n));
    return n;
}

/* GET as the session whose cookie is `who`; headers end with "\r\n" or are "". */
static inline struct reply house_get(struct arena *a, const char *who, const char *target, const char *headers)
{
    return client_ask(a, h.port, "GET", target, arena_printf(a, "Cookie: qf_session=%s\r\n%s", who, headers), NULL, 0);
}

#endif
