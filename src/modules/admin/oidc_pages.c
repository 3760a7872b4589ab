/* oidc_pages.c: see oidc_pages.h. What the directory says of a person only chooses the account; code, password and
 * second factor of this house are asked for as after any sign-in. */
#include "admin/oidc_pages.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "admin/door.h"
#include "admin/issue.h"
#include "auth/auth.h"
#include "auth/oidc.h"
#include "base/log.h"
#include "modules/admin/queries.h"

static struct err *settings(struct req *rq, struct oidc *out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    return oidc_settings(&tx, out);
}

static struct err *wanted(struct req *rq, struct oidc *out)
{
    TRY(settings(rq, out));
    return out->issuer != NULL ? NULL : ERR(rq->arena, ERR_MISSING, "no directory is set up");
}

/* ---- there and back ---- */
static const char *cookie_name(const struct req *rq)
{
    return req_secure(rq) ? "__Host-qf_oidc" : "qf_oidc";
}

static void set_cookie(struct req *rq, const char *value, int seconds)
{
    respond_header(rq, "Set-Cookie",
                   arena_printf(rq->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", cookie_name(rq),
                                value, seconds, req_secure(rq) ? "; Secure" : ""));
}

/* What went wrong stands on the page of signing in; why, in the log. */
static struct err *told(struct req *rq, struct err *e)
{
    if (e == NULL || (e->kind != ERR_LOGIN && e->kind != ERR_BUSY))
        return e;
    log_line(LOG_WARN, "sign-in by the directory: %s", e->detail);
    struct err *shown = err_say(ERR(rq->arena, ERR_LOGIN, "%s", e->detail), NULL, NULL);
    *shown = *e;
    shown->kind = ERR_LOGIN;
    return sign_in_form(rq, shown);
}

struct err *oidc_start(struct req *rq)
{
    struct oidc o;
    struct oidc_try t;
    char *address, *cookie;
    if (rq->who != NULL)
        return respond_see_other(rq, "%s", door_next(rq));
    TRY(wanted(rq, &o));
    struct err *e = oidc_discover(rq->arena, &o);
    if (e != NULL)
        return told(rq, e);
    TRY(oidc_begin(rq->arena, &o, door_next(rq), &t, &address, &cookie));
    set_cookie(rq, cookie, OIDC_MINUTES * 60);
    return respond_elsewhere(rq, address);
}

static struct err *refused(struct req *rq, const char *say, const char *detail)
{
    return err_say(ERR(rq->arena, ERR_LOGIN, "%s", detail), say, NULL);
}

static struct err *come_back(struct req *rq, struct oidc *o, struct oidc_try *t, int64_t *account)
{
    const char *state = req_query(rq, "state"), *code = req_query(rq, "code"), *iss = req_query(rq, "iss");
    char *subject;
    TRY(oidc_resume(rq->arena, req_cookie(rq, cookie_name(rq)), t));
    if (state == NULL || strlen(state) != strlen(t->state) || CRYPTO_memcmp(state, t->state, strlen(state)) != 0)
        return refused(rq, "auth.oidc.lost", "the state is of another sign-in");
    if (iss != NULL && strcmp(iss, o->issuer) != 0)
        return refused(rq, "auth.oidc.refused", "the answer comes from another issuer");
    if (code == NULL || req_query(rq, "error") != NULL)
        return refused(rq, "auth.oidc.given_up", "the directory let nobody in");
    TRY(oidc_discover(rq->arena, o));
    TRY(oidc_redeem(rq->arena, o, t, code, &subject));
    return oidc_account(rq->db, rq->arena, o, subject, account);
}

struct err *oidc_return(struct req *rq)
{
    struct oidc o;
    struct oidc_try t;
    int64_t account = 0;
    char token[SESSION_TOKEN];
    TRY(wanted(rq, &o));
    struct err *e = come_back(rq, &o, &t, &account);
    set_cookie(rq, "", 0); /* whatever came of it: once */
    if (e != NULL)
        return told(rq, e);
    struct session_try from = {.address = req_peer(rq), .device = req_header(rq, "User-Agent")};
    TRY(session_make(rq->db, rq->arena, account, &from, token));
    return door_go_on_to(rq, token, *t.next != '\0' ? t.next : "/");
}

/* ---- setting it up ---- */
static const char *const names[] = {"issuer", "client", "address", "authorize", "token", "keys", NULL};

static struct err *links_json(struct req *rq, const struct oidc *o, json_t *out)
{
    struct admin_q_oidc_links *rows;
    int n;
    if (o->issuer == NULL)
        return NULL;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    const char *low = arena_printf(rq->arena, "%s ", o->issuer), *high = arena_printf(rq->arena, "%s!", o->issuer);
    TRY(admin_q_oidc_links(&tx, low, high, &rows, &n));
    for (int i = 0; i < n; i++)
        json_array_append_new(out,
                              json_pack("{s:I, s:s, s:s, s:s}", "account", (json_int_t)rows[i].id, "name", rows[i].name,
                                        "username", rows[i].username, "subject", rows[i].oidc + strlen(low)));
    return NULL;
}

static const char *kept(const struct oidc *o, const char *name)
{
    const char *all[] = {o->issuer, o->client, o->address, o->authorize, o->token, o->keys};
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return all[i] != NULL ? all[i] : "";
    return "";
}

/* What stands there, or what was typed instead. */
static struct err *oidc_form(struct req *rq, const struct err *e)
{
    struct oidc o;
    TRY(settings(rq, &o));
    json_t *links = json_array();
    struct err *f = links_json(rq, &o, links);
    if (f != NULL) {
        json_decref(links);
        return f;
    }
    json_t *data =
        json_pack("{s:o, s:b, s:b, s:s, s:s}", "links", links, "on", o.issuer != NULL, "has_secret", o.secret != NULL,
                  "username", door_typed(rq, "username"), "subject", door_typed(rq, "subject"));
    for (int i = 0; names[i] != NULL; i++) {
        const char *typed = req_form(rq, names[i]);
        json_object_set_new(data, names[i], json_string(typed != NULL ? typed : kept(&o, names[i])));
    }
    rq->labels =
        json_pack("{s:b, s:s}", "any", json_array_size(links) > 0, "return",
                  arena_printf(rq->arena, "%s/login/oidc/return", o.address != NULL ? o.address : "https://…"));
    return e != NULL ? respond_form(rq, "admin/oidc", data, e) : respond_page(rq, "admin/oidc", data);
}

/* What weighs much is asked for once more: before the page, and again before it is saved. */
static struct err *fresh(struct req *rq)
{
    if (rq->who->session == NULL)
        return err_say(ERR(rq->arena, ERR_DENIED, "a program's token"), "auth.account.person_only", NULL);
    if (auth_fresh(rq->who))
        return NULL;
    return err_say(ERR(rq->arena, ERR_INVALID, "not fresh"), "auth.oidc.again", NULL);
}

struct err *oidc_page(struct req *rq)
{
    struct err *e = fresh(rq);
    if (e == NULL)
        return oidc_form(rq, NULL);
    return e->kind == ERR_DENIED ? e : respond_see_other(rq, "/account/again?next=/admin/oidc");
}

static struct err *wrong(struct req *rq, const char *field, const char *say)
{
    return err_field(err_say(ERR(rq->arena, ERR_INVALID, "%s: %s", field, say), say, NULL), field);
}

static struct err *check(struct req *rq)
{
    struct err *all = NULL;
    if (*door_typed(rq, "issuer") == '\0')
        return NULL; /* off */
    static const char *const must[] = {"client", "address", NULL}, *const addresses[] = {"issuer", "address",
                                                                                         "token",  "authorize",
                                                                                         "keys",   NULL};
    for (int i = 0; must[i] != NULL; i++)
        if (*door_typed(rq, must[i]) == '\0')
            err_join(&all, wrong(rq, must[i], "auth.oidc.needed"));
    for (int i = 0; addresses[i] != NULL; i++) {
        const char *typed = door_typed(rq, addresses[i]);
        if (*typed != '\0' && !oidc_address_good(typed))
            err_join(&all, wrong(rq, addresses[i], "auth.oidc.address_bad"));
    }
    return all;
}

static struct err *save(struct req *rq)
{
    char *sealed = NULL;
    const char *secret = door_typed(rq, "secret");
    TRY(fresh(rq));
    TRY(check(rq));
    if (*secret != '\0')
        TRY(oidc_secret_close(rq->arena, secret, &sealed));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "admin.oidc.changed", &c));
    for (int i = 0; names[i] != NULL; i++) {
        char *v = arena_strdup(rq->arena, door_typed(rq, names[i]));
        size_t n = strlen(v);
        if (strcmp(names[i], "address") == 0 && n > 0 && v[n - 1] == '/')
            v[n - 1] = '\0';
        TRY(setting_put(&c, arena_printf(rq->arena, "oidc_%s", names[i]), v));
    }
    if (sealed != NULL || req_form(rq, "public") != NULL)
        TRY(setting_put(&c, "oidc_secret", sealed != NULL && req_form(rq, "public") == NULL ? sealed : ""));
    return change_commit(&c);
}

static struct err *answer(struct req *rq, struct err *e)
{
    if (e != NULL && e->kind == ERR_INVALID)
        return oidc_form(rq, e);
    TRY(e);
    return respond_see_other(rq, "/admin/oidc");
}

struct err *oidc_save(struct req *rq)
{
    return answer(rq, save(rq));
}

static struct err *link(struct req *rq)
{
    struct oidc o;
    const char *taken = req_form(rq, "unlink");
    int64_t account = taken != NULL ? strtoll(taken, NULL, 10) : 0;
    TRY(fresh(rq));
    TRY(wanted(rq, &o));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, taken != NULL ? "admin.oidc.unlinked" : "admin.oidc.linked", &c));
    if (taken == NULL) {
        struct err *e = issue_find_account(&c.tx, door_typed(rq, "username"), &account);
        if (e != NULL)
            return err_field(e, "username");
    }
    TRY(oidc_link(&c, &o, account, taken != NULL ? NULL : door_typed(rq, "subject")));
    return change_commit(&c);
}

struct err *oidc_link_save(struct req *rq)
{
    return answer(rq, link(rq));
}
