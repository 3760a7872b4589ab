/* account.c: see account.h. Everything here is about the account signed in; a program's token changes nothing of it. */
#include "admin/account.h"

#include <stdlib.h>
#include <string.h>

#include "admin/door.h"
#include "auth/auth.h"
#include "auth/token.h"
#include "base/clock.h"
#include "record/codes.h"

static struct err *by_session(struct req *rq)
{
    if (rq->who->session != NULL)
        return NULL;
    return err_say(ERR(rq->arena, ERR_DENIED, "a program's token"), "auth.account.person_only", NULL);
}

/* "Chrome · Windows": enough to know one's own device. */
static const char *device_name(struct arena *a, const char *agent)
{
    static const char *const browsers[][2] = {
        {"Edg", "Edge"},        {"MicroMessenger", "WeChat"}, {"QQBrowser", "QQ"},  {"OPR/", "Opera"},
        {"Firefox", "Firefox"}, {"Chrome", "Chrome"},         {"Safari", "Safari"}, {"curl", "curl"}};
    static const char *const systems[][2] = {{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"},
                                             {"iPad", "iPad"},       {"Mac OS", "macOS"},    {"Kylin", "Kylin"},
                                             {"UOS", "UOS"},         {"Linux", "Linux"}};
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; i < sizeof browsers / sizeof *browsers && browser == NULL; i++)
        if (strstr(agent, browsers[i][0]) != NULL)
            browser = browsers[i][1];
    for (size_t i = 0; i < sizeof systems / sizeof *systems && system == NULL; i++)
        if (strstr(agent, systems[i][0]) != NULL)
            system = systems[i][1];
    if (browser != NULL && system != NULL)
        return arena_printf(a, "%s · %s", browser, system);
    return browser != NULL ? browser : system != NULL ? system : arena_strndup(a, agent, 40);
}

static struct err *sessions_json(struct req *rq, json_t *data)
{
    struct session *list;
    int n;
    json_t *out = json_array();
    json_object_set_new(data, "sessions", out);
    TRY(session_list(rq->db, rq->arena, rq->who->account, &list, &n));
    for (int i = 0; i < n; i++)
        json_array_append_new(out, json_pack("{ss ss ss sI sI sb}", "id", list[i].id, "address", list[i].address,
                                             "device", device_name(rq->arena, list[i].device), "begun",
                                             (json_int_t)list[i].begun, "seen", (json_int_t)list[i].seen, "this",
                                             strcmp(list[i].id, rq->who->session) == 0));
    return NULL;
}

static struct err *tokens_json(struct req *rq, json_t *data)
{
    struct token *list;
    int n;
    char today[DATE_TEXT];
    json_t *out = json_array();
    json_object_set_new(data, "tokens", out);
    TRY(token_list(rq->db, rq->arena, rq->who->account, &list, &n));
    date_iso(rq->today, today);
    for (int i = 0; i < n; i++) {
        bool past = strcmp(list[i].until, today) < 0;
        json_array_append_new(out,
                              json_pack("{sI ss ss ss sI sb sb}", "id", (json_int_t)list[i].id, "name", list[i].name,
                                        "may", list[i].may, "until", list[i].until, "unit", (json_int_t)list[i].unit,
                                        "revoked", list[i].revoked, "valid", !past && !list[i].revoked));
    }
    return NULL;
}

static struct err *page_data(struct req *rq, json_t *data)
{
    struct session s;
    const char *token = req_session(rq);
    TRY(session_find(rq->db, rq->arena, token != NULL ? token : "", &s));
    json_object_set_new(data, "username", json_string(s.username));
    json_object_set_new(data, "name", json_string(rq->who->name));
    json_object_set_new(data, "second", json_boolean(s.enrolled));
    TRY(sessions_json(rq, data));
    return tokens_json(rq, data);
}

struct err *account_page(struct req *rq)
{
    TRY(by_session(rq));
    json_t *data = json_object();
    struct err *e = page_data(rq, data);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    rq->labels = json_pack("{sb}", "any", json_array_size(json_object_get(data, "tokens")) > 0);
    return respond_page(rq, "admin/account", data);
}

struct err *account_session_end(struct req *rq)
{
    const char *id = req_form(rq, "id");
    TRY(by_session(rq));
    TRY(session_close(rq->db, rq->arena, rq->who->account, id, rq->who->session));
    return respond_see_other(rq, "/account");
}

/* ---- the password ---- */

static struct err *password_form(struct req *rq, const struct err *e)
{
    struct door_form f = {.title = "auth.new.title",
                          .say = "auth.change.say",
                          .button = "auth.new.go",
                          .action = "/account/password",
                          .boxes = {{"old", "auth.change.old", NULL, "password", "current-password"},
                                    {"password", "auth.new.label", "auth.new.hint", "password", "new-password"},
                                    {"again", "auth.new.again", NULL, "password", "new-password"}}};
    return door_page(rq, &f, e);
}

struct err *account_password_page(struct req *rq)
{
    TRY(by_session(rq));
    return password_form(rq, NULL);
}

struct err *account_password_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    const char *cookie = req_session(rq);
    struct err *e;
    TRY(by_session(rq));
    if (strcmp(door_typed(rq, "password"), door_typed(rq, "again")) != 0)
        e = err_field(err_say(ERR(rq->arena, ERR_INVALID, "two passwords"), "auth.password.twice", NULL), "again");
    else
        e = session_password(rq->db, rq->arena, cookie != NULL ? cookie : "", door_typed(rq, "old"),
                             door_typed(rq, "password"), token);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_LOGIN))
        return password_form(rq, e);
    TRY(e);
    req_session_set(rq, token, 0);
    return respond_see_other(rq, "/account");
}

/* ---- tokens of programs ---- */

/* A capability of three parts is chosen by its first and last: "roster.post.read" by "roster.*.read". */
static const char *pattern_of(struct arena *a, const char *capability)
{
    const char *first = strchr(capability, '.'), *last = strrchr(capability, '.');
    if (first == NULL || first == last)
        return capability;
    return arena_printf(a, "%.*s.*%s", (int)(first - capability), capability, last);
}

static bool chosen(struct req *rq, const char *pattern)
{
    size_t n;
    const struct pair *p = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].name, "may") == 0 && strcmp(p[i].value, pattern) == 0)
            return true;
    return false;
}

/* What this office may, each pattern once, in order of the routes. */
static json_t *patterns(struct req *rq)
{
    json_t *list = json_array(), *seen = json_object();
    const char *capability;
    for (int i = 0; (capability = req_capability(rq, i)) != NULL; i++) {
        const char *pattern = pattern_of(rq->arena, capability);
        if (!req_may(rq, capability) || json_object_get(seen, pattern) != NULL)
            continue;
        json_object_set_new(seen, pattern, json_true());
        json_array_append_new(list, json_pack("{ss sb}", "pattern", pattern, "chosen", chosen(rq, pattern)));
    }
    json_decref(seen);
    return list;
}

static struct err *token_page(struct req *rq, const struct err *e)
{
    json_t *data = json_pack("{ss ss ss so}", "name", door_typed(rq, "name"), "until", door_typed(rq, "until"), "unit",
                             door_typed(rq, "unit"), "patterns", patterns(rq));
    return e != NULL ? respond_form(rq, "admin/token", data, e) : respond_page(rq, "admin/token", data);
}

static struct err *fresh_or_ask(struct req *rq, bool *fresh)
{
    TRY(by_session(rq));
    *fresh = auth_fresh(rq->who);
    return *fresh ? NULL : respond_see_other(rq, "/account/again?next=/account/token");
}

struct err *account_token_page(struct req *rq)
{
    bool fresh;
    TRY(fresh_or_ask(rq, &fresh));
    return fresh ? token_page(rq, NULL) : NULL;
}

static const char *all_chosen(struct req *rq)
{
    json_t *list = patterns(rq);
    struct buf b = BUF(rq->arena);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *p = json_array_get(list, i);
        if (json_is_true(json_object_get(p, "chosen")))
            buf_printf(&b, "%s%s", b.n > 0 ? " " : "", json_string_value(json_object_get(p, "pattern")));
    }
    json_decref(list);
    return buf_str(&b);
}

static struct err *make(struct req *rq, char **text)
{
    const char *unit = door_typed(rq, "unit");
    struct token_form f = {
        .name = door_typed(rq, "name"), .may = all_chosen(rq), .unit = *unit != '\0' ? strtoll(unit, NULL, 10) : 0};
    if (*unit != '\0' && (f.unit <= 0 || unit[strspn(unit, "0123456789")] != '\0'))
        f.unit = -1; /* outside every office */
    if (!date_parse(door_typed(rq, "until"), &f.until))
        f.until = DATE_UNKNOWN;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "token", &c));
    TRY(token_make(&c, &f, text));
    return change_commit(&c);
}

struct err *account_token_make(struct req *rq)
{
    char *text;
    bool fresh;
    TRY(fresh_or_ask(rq, &fresh));
    if (!fresh)
        return NULL;
    struct err *e = make(rq, &text);
    if (e != NULL && e->kind == ERR_INVALID)
        return token_page(rq, e);
    TRY(e);
    respond_status(rq, 201);
    return respond_page(rq, "admin/token-made", json_pack("{ss ss}", "name", door_typed(rq, "name"), "token", text));
}

struct err *account_token_revoke(struct req *rq)
{
    TRY(by_session(rq));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "token withdrawn", &c));
    TRY(token_revoke(&c, rq->id));
    TRY(change_commit(&c));
    return respond_see_other(rq, "/account");
}
