/* desk_world.h: a small office behind a server, for the tests of the desk: two officers of supervision, a minister, a
 * cadre, each with an account; a letter goes as far as a test takes it. The cookie is the user name. test_url() and
 * clean() come from the file that includes the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "care/care.h"
#include "desk/desk.h"
#include "roster/roster.h"
#include "view/view.h"

#define JSON "Accept: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static int64_t person, top;
static struct err *(*world_head)(struct req *rq, struct web_head *out) = desk_head;
static void (*world_more)(void); /* rows of a test's own, before the columns are loaded */

/* In a session that has just shown its second factor. */
static struct err *signed_in(struct db *db, struct arena *a, const char *username, const struct who **out)
{
    const struct who *w = NULL;
    TRY(account_who(db, a, username, &w));
    struct who *in = arena_new_of(a, struct who);
    *in = *w;
    in->session = username;
    in->proved = clock_now_ms();
    in->second = true;
    *out = in;
    return NULL;
}

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    return signed_in(rq->db, rq->arena, cookie, &out->who);
}

static const struct who *who(const char *username)
{
    const struct who *w = NULL;
    OK(signed_in(h.db, h.a, username, &w));
    return w;
}

static inline int64_t account_of(const char *username)
{
    return who(username)->account;
}

static inline void on_day(const char *iso)
{
    struct date d;
    assert_true(date_parse(iso, &d));
    house_today(d);
}

static void account(const char *username, const char *name, const char *role, int64_t member)
{
    int64_t id = house_save(&who_console, &account_record, "username", username, "name", name, "password", "-",
                            member == 0 ? NULL : "member", house_id(member), NULL);
    if (role == NULL)
        return;
    house_save(&who_console, record_find(OFFICE_RECORD), "account", house_id(id), "role", role, "from_on", "2020-01-01",
               strcmp(role, "party_secretary") == 0 ? "unit" : NULL, house_id(top), NULL);
}

static void people(void)
{
    top = house_save(&who_console, &roster_unit, "name", "示例区政府", "kind", "local_government", NULL);
    person = house_save(&who_console, &roster_member, "name", "顾行简", "status", "1", "unit", house_id(top), NULL);
    account("first", "秦守正", "supervision", 0);
    account("second", "白简", "supervision", 0);
    account("minister", "程立言", "minister", 0);
    account("archives", "江守一", "archives", 0);
    account("cadre", "顾行简", NULL, person);
    account("system", "余机之", "system", 0);
    account("audit", "钟审之", "audit", 0);
}

static int serve(void **state)
{
    (void)state;
    house_begin(date_make(2026, 3, 2));
    OK(program_init(h.a));
    house_database(test_url(), clean);
    OK(flow_versions_store(h.db, h.a));
    people();
    if (world_more != NULL)
        world_more();
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){.modules = program_modules,
                                    .auth = {session, auth_may, "/login"},
                                    .head = world_head,
                                    .page_threads = 1,
                                    .long_threads = 1});
    return 0;
}

/* ---- matters ---- */
static struct flow_matter *look(int64_t id)
{
    struct flow_matter *m;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h.db, h.a, &tx));
    OK(flow_look(&tx, &who_console, id, &m));
    return m;
}

static int64_t letter(const char *title)
{
    int64_t id;
    struct row *r = row_new(h.a, record_find("care.inquiry"));
    row_set_int(h.a, r, "member", person);
    row_set(r, "aspect", "duty");
    row_set(r, "source", "daily");
    row_set(r, "cause", "反映的问题");
    change_scope struct change c = {0};
    OK(change_begin(h.db, h.a, who("first"), "test", &c));
    OK(flow_open(&c, &inquiry_flow, "draft", &(struct flow_input){.values = r, .blocked = ""}, title, &id));
    OK(change_commit(&c));
    return id;
}

static struct err *try_take(const char *username, int64_t id, const char *step, const char *field, const char *value)
{
    struct flow_matter *m = look(id);
    struct row *values = row_copy(h.a, m->content);
    if (field != NULL)
        row_set(values, field, value);
    change_scope struct change c = {0};
    TRY(change_begin(h.db, h.a, who(username), "test", &c));
    TRY(flow_take(&c, id, m->rev, step, &(struct flow_input){.values = values, .reasons = "理由", .blocked = ""}));
    return change_commit(&c);
}

static struct err *try_sign(const char *username, int64_t id)
{
    struct flow_matter *m = look(id);
    const struct flow_signed *s = NULL;
    for (int i = 0; i < m->n_signs; i++)
        if (strcmp(m->signs[i].state, "wanted") == 0 && m->signs[i].waits)
            s = &m->signs[i];
    assert_non_null(s);
    change_scope struct change c = {0};
    TRY(change_begin(h.db, h.a, who(username), "test", &c));
    TRY(flow_answer(&c, s->id, s->rev, true, "所签文本", NULL));
    return change_commit(&c);
}

/* The cadre has confirmed and answered; the two officers are told. */
static inline int64_t answered(const char *title)
{
    int64_t id = letter(title);
    OK(try_take("first", id, "send", NULL, NULL));
    OK(try_sign("minister", id));
    OK(try_take("cadre", id, "receive", NULL, NULL));
    OK(try_take("cadre", id, "reply", "reply", "情况说明"));
    return id;
}

/* ---- pages ---- */
static struct reply get(const char *username, const char *target)
{
    return house_get(h.a, username, target, "Accept-Language: zh-CN\r\n");
}

static inline json_t *get_json(const char *username, const char *target)
{
    struct reply r = house_get(h.a, username, target, JSON);
    json_t *o = json_loads(r.body != NULL ? r.body : "", 0, NULL);
    if (r.status != 200 || o == NULL)
        fail_msg("GET %s: %d %s", target, r.status, r.body);
    return o;
}

static const char *csrf(const char *username)
{
    struct reply r = get(username, "/account");
    const char *at = strstr(r.body == NULL ? "" : r.body, "name=\"csrf\" value=\"");
    if (at == NULL)
        fail_msg("no form for %s: %d", username, r.status);
    return arena_strndup(h.a, at + 19, strcspn(at + 19, "\""));
}

static inline struct reply post(const char *username, const char *target, const char *form)
{
    const char *body = arena_printf(h.a, "csrf=%s&%s", csrf(username), form);
    return client_ask(h.a, h.port, "POST", target,
                      arena_printf(h.a, FORM "Accept-Language: zh-CN\r\nCookie: qf_session=%s\r\n", username), body,
                      strlen(body));
}

/* It is done and leads on. */
static inline void done(const char *username, const char *target, const char *form)
{
    struct reply r = post(username, target, form);
    if (r.status != 303)
        fail_msg("POST %s: %d %s", target, r.status,
                 strstr(r.body, "sum-bad") != NULL ? strstr(r.body, "sum-bad") : r.body);
}

/* It is refused with this sentence. */
static inline void said(struct reply r, int status, const char *key)
{
    if (r.status != status || strstr(r.body, text_get(LANG_ZH, key)) == NULL)
        fail_msg("%d, wanted %d with %s: %s", r.status, status, key,
                 strstr(r.body, "sum-bad") != NULL ? strstr(r.body, "sum-bad") : r.body);
}

static inline bool holds(struct reply r, const char *text)
{
    return strstr(r.body, text) != NULL;
}
