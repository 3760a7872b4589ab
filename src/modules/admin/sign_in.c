/* sign_in.c: signing in, step by step, and out. After signing in a person comes to the page asked for, within this
 * server. Which step is next is the session's to say (auth/session.h): nobody skips one by its address. */
#include <string.h>

#include "admin/admin.h"
#include "admin/door.h"
#include "auth/auth.h"
#include "auth/code.h"
#include "auth/token.h"
#include "record/codes.h"
#include "view/qr.h"

static struct session_try from(struct req *rq)
{
    return (struct session_try){door_typed(rq, "username"), door_typed(rq, "password"), req_peer(rq),
                                req_header(rq, "User-Agent")};
}

static bool shown_again(const struct err *e)
{
    return e != NULL && (e->kind == ERR_LOGIN || e->kind == ERR_INVALID || e->kind == ERR_CONFLICT);
}

static const char *const other[] = {"/login?other=1", "auth.other", NULL};

static const char *cookie_token(const struct req *rq)
{
    const char *c = req_session(rq);
    return c == NULL ? "" : c;
}

/* ---- name and password ---- */

struct err *sign_in_form(struct req *rq, const struct err *e)
{
    bool done, offered;
    const char *factor, *directory, *public_page;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(setup_done(&tx, &done));
        TRY(setting_get(&tx, "second_factor", "required", &factor));
        TRY(setting_get(&tx, "oidc_issuer", "", &directory));
        TRY(setting_get(&tx, "public_page", "off", &public_page));
    }
    offered = strcmp(factor, "offered") == 0;
    const char *links[9] = {0};
    int n = 0;
    if (*directory != '\0') {
        links[n++] = door_with_next(rq, "/login/oidc");
        links[n++] = "auth.oidc.link";
    }
    links[n++] = "/first";
    links[n++] = "auth.first.link";
    if (!done && !offered) {
        links[n++] = "/setup";
        links[n++] = "auth.setup.link";
    }
    if (strcmp(public_page, "on") == 0) {
        links[n++] = "/public";
        links[n++] = "auth.public.link";
    }
    struct door_form f = {.title = "auth.title",
                          .button = "auth.sign_in",
                          .note = offered ? "auth.offered_note" : NULL,
                          .action = "/login",
                          .links = links,
                          .boxes = {{"username", "auth.username", NULL, "text", "username", door_typed(rq, "username")},
                                    {"password", "auth.password", NULL, "password", "current-password"}}};
    return door_page(rq, &f, e);
}

struct err *sign_in_page(struct req *rq)
{
    if (rq->who != NULL)
        return respond_see_other(rq, "%s", door_next(rq));
    if (req_query(rq, "other") == NULL) {
        struct session s;
        TRY(session_find(rq->db, rq->arena, cookie_token(rq), &s));
        if (s.id != NULL && s.need != SESSION_OPEN)
            return door_go_on(rq, cookie_token(rq));
    }
    return sign_in_form(rq, NULL);
}

struct err *sign_in(struct req *rq)
{
    char token[SESSION_TOKEN];
    struct session_try t = from(rq);
    struct err *e = session_begin(rq->db, rq->arena, &t, token);
    if (shown_again(e))
        return sign_in_form(rq, e);
    TRY(e);
    return door_go_on(rq, token);
}

struct err *sign_out(struct req *rq)
{
    TRY(session_end(rq->db, rq->arena, cookie_token(rq)));
    req_session_end(rq);
    return respond_see_other(rq, "/login");
}

/* ---- the steps after it ---- */

/* Is this step what the session needs? Else the answer leads to where it belongs. */
static struct err *at_step(struct req *rq, enum session_need step, bool *here)
{
    struct session s;
    TRY(session_find(rq->db, rq->arena, cookie_token(rq), &s));
    *here = s.id != NULL && s.need == step;
    return *here ? NULL : door_go_on(rq, cookie_token(rq));
}

/* After a step: the new token, or the form again. */
static struct err *after_step(struct req *rq, struct err *e, const char *token,
                              struct err *(*form)(struct req *, const struct err *))
{
    if (shown_again(e))
        return form(rq, e);
    TRY(e);
    return door_go_on(rq, token);
}

static struct err *code_form(struct req *rq, const struct err *e)
{
    struct door_form f = {.title = "auth.code.title",
                          .say = "auth.code.say",
                          .button = "auth.code.go",
                          .note = "auth.code.lost",
                          .action = "/login/code",
                          .links = other,
                          .boxes = {{"code", "auth.code.label", NULL, "text", "one-time-code", NULL, true}}};
    return door_page(rq, &f, e);
}

struct err *code_page(struct req *rq)
{
    bool here;
    TRY(at_step(rq, SESSION_CODE, &here));
    return here ? code_form(rq, NULL) : NULL;
}

struct err *code_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    bool here;
    TRY(at_step(rq, SESSION_CODE, &here));
    if (!here)
        return NULL;
    struct err *e = session_prove(rq->db, rq->arena, cookie_token(rq), door_typed(rq, "code"), req_peer(rq), token);
    return after_step(rq, e, token, code_form);
}

static struct err *password_form(struct req *rq, const struct err *e)
{
    struct door_form f = {.title = "auth.new.title",
                          .say = "auth.new.say",
                          .button = "auth.new.go",
                          .action = "/login/password",
                          .links = other,
                          .boxes = {{"password", "auth.new.label", "auth.new.hint", "password", "new-password"},
                                    {"again", "auth.new.again", NULL, "password", "new-password"}}};
    return door_page(rq, &f, e);
}

struct err *password_page(struct req *rq)
{
    bool here;
    TRY(at_step(rq, SESSION_PASSWORD, &here));
    return here ? password_form(rq, NULL) : NULL;
}

struct err *password_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    bool here;
    TRY(at_step(rq, SESSION_PASSWORD, &here));
    if (!here)
        return NULL;
    struct err *e = NULL;
    if (strcmp(door_typed(rq, "password"), door_typed(rq, "again")) != 0)
        e = err_field(err_say(ERR(rq->arena, ERR_INVALID, "two passwords"), "auth.password.twice", NULL), "again");
    else
        e = session_password(rq->db, rq->arena, cookie_token(rq), NULL, door_typed(rq, "password"), token);
    return after_step(rq, e, token, password_form);
}

/* ---- a second factor ---- */

/* ABCD EFGH ...: easier to type from a screen. */
static const char *grouped(struct arena *a, const char *text)
{
    struct buf b = BUF(a);
    for (int i = 0; text[i] != '\0'; i++) {
        if (i > 0 && i % 4 == 0)
            buf_putc(&b, ' ');
        buf_putc(&b, text[i]);
    }
    return buf_str(&b);
}

static struct err *enrol_form(struct req *rq, const struct err *e)
{
    unsigned char secret[TOTP_SECRET];
    char text[TOTP_TEXT];
    struct session s;
    TRY(session_find(rq->db, rq->arena, cookie_token(rq), &s));
    TRY(second_offer(rq->db, rq->arena, cookie_token(rq), secret));
    totp_text(secret, text);
    struct door_form f = {.title = "auth.enrol.title",
                          .say = s.need == SESSION_ENROL ? "auth.enrol.must" : "auth.enrol.say",
                          .button = "auth.enrol.go",
                          .note = "auth.enrol.note",
                          .action = "/login/second",
                          .links = other,
                          .secret = grouped(rq->arena, text),
                          .boxes = {{"code", "auth.code.label", NULL, "text", "one-time-code", NULL, true}}};
    TRY(view_qr(rq->arena, totp_address(rq->arena, secret, tr(rq, "view.name"), s.username), &f.qr));
    return door_page(rq, &f, e);
}

/* Whoever is asked for it, and whoever wants it and has just shown himself. */
static struct err *may_enrol(struct req *rq, bool *here)
{
    struct session s;
    *here = false;
    TRY(session_find(rq->db, rq->arena, cookie_token(rq), &s));
    *here = s.id != NULL && (s.need == SESSION_ENROL || (s.need == SESSION_OPEN && auth_fresh(rq->who)));
    if (*here)
        return NULL;
    if (s.need != SESSION_OPEN || s.id == NULL)
        return door_go_on(rq, cookie_token(rq));
    return respond_see_other(rq, "%s", door_then(rq->arena, "/account/again", door_with_next(rq, "/login/second")));
}

struct err *enrol_page(struct req *rq)
{
    bool here;
    TRY(may_enrol(rq, &here));
    return here ? enrol_form(rq, NULL) : NULL;
}

struct err *enrol_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    bool here;
    TRY(may_enrol(rq, &here));
    if (!here)
        return NULL;
    struct err *e = second_enrol(rq->db, rq->arena, cookie_token(rq), door_typed(rq, "code"), token);
    return after_step(rq, e, token, enrol_form);
}

/* ---- once more, before something that weighs much ---- */

static struct err *again_form(struct req *rq, const struct err *e)
{
    struct session s;
    TRY(session_find(rq->db, rq->arena, cookie_token(rq), &s));
    struct door_form f = {
        .title = "auth.again.title",
        .say = s.enrolled ? "auth.again.code" : "auth.again.password",
        .button = "auth.again.go",
        .action = "/account/again",
        .boxes = {{"code", s.enrolled ? "auth.code.label" : "auth.password", NULL, s.enrolled ? "text" : "password",
                   s.enrolled ? "one-time-code" : "current-password", NULL, s.enrolled}}};
    return door_page(rq, &f, e);
}

struct err *again_page(struct req *rq)
{
    return auth_fresh(rq->who) ? respond_see_other(rq, "%s", door_next(rq)) : again_form(rq, NULL);
}

struct err *again_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    struct err *e = session_prove(rq->db, rq->arena, cookie_token(rq), door_typed(rq, "code"), req_peer(rq), token);
    if (e != NULL && e->field != NULL)
        e->field = "code";
    return after_step(rq, e, token, again_form);
}

/* ---- one-time codes ---- */

static struct person_form person(const struct req *rq)
{
    return (struct person_form){door_typed(rq, "code"), door_typed(rq, "username"), door_typed(rq, "name"),
                                door_typed(rq, "password"), door_typed(rq, "again")};
}

static struct err *setup_form(struct req *rq, const struct err *e)
{
    struct door_form f = {
        .title = "auth.setup.title",
        .say = "auth.setup.say",
        .button = "auth.setup.go",
        .note = "auth.setup.note",
        .action = "/setup",
        .boxes = {
            {"code", "auth.setup.code", "auth.setup.code_hint", "text", "off", door_typed(rq, "code")},
            {"name", "auth.setup.name", "auth.setup.name_hint", "text", "name", door_typed(rq, "name")},
            {"username", "auth.username", "auth.setup.username_hint", "text", "username", door_typed(rq, "username")},
            {"password", "auth.new.label", "auth.new.hint", "password", "new-password"},
            {"again", "auth.new.again", NULL, "password", "new-password"}}};
    return door_page(rq, &f, e);
}

static struct err *no_session(struct req *rq)
{
    if (rq->who == NULL)
        return NULL;
    return err_say(ERR(rq->arena, ERR_CONFLICT, "somebody is signed in"), "auth.setup.signed_in", NULL);
}

struct err *setup_page(struct req *rq)
{
    TRY(no_session(rq));
    return setup_form(rq, NULL);
}

struct err *setup_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    TRY(no_session(rq));
    struct person_form p = person(rq);
    struct session_try t = from(rq);
    return after_step(rq, setup_person(rq->db, rq->arena, &p, &t, token), token, setup_form);
}

static struct err *first_form(struct req *rq, const struct err *e)
{
    struct door_form f = {
        .title = "auth.first.title",
        .say = "auth.first.say",
        .button = "auth.first.go",
        .action = "/first",
        .boxes = {{"username", "auth.username", NULL, "text", "username", door_typed(rq, "username")},
                  {"code", "auth.first.code", "auth.setup.code_hint", "text", "off", door_typed(rq, "code")},
                  {"password", "auth.new.label", "auth.new.hint", "password", "new-password"},
                  {"again", "auth.new.again", NULL, "password", "new-password"}}};
    return door_page(rq, &f, e);
}

struct err *first_page(struct req *rq)
{
    TRY(no_session(rq));
    return first_form(rq, NULL);
}

struct err *first_post(struct req *rq)
{
    char token[SESSION_TOKEN];
    TRY(no_session(rq));
    struct person_form p = person(rq);
    struct session_try t = from(rq);
    return after_step(rq, first_sign_in(rq->db, rq->arena, &p, &t, token), token, first_form);
}

/* ---- who is behind a cookie or a program's token ---- */

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    const struct who *who = NULL;
    TRY(session_who(rq->db, rq->arena, cookie, &who));
    out->who = who;
    if (who != NULL) {
        out->user = who->name;
        out->unit = codes_label("auth.role", who->role, rq->lang == LANG_EN);
    }
    return NULL;
}

static struct err *bearer(struct req *rq, const char *token, struct web_session *out)
{
    TRY(token_who(rq->db, rq->arena, token, &out->who));
    out->user = out->who != NULL ? out->who->name : NULL;
    return NULL;
}

const struct web_auth admin_web_auth = {.session = session, .may = auth_may, .sign_in = "/login", .bearer = bearer};
