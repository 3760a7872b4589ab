/* sign_in.c: signing in and out. After signing in a person comes to the page asked for, within this server. */
#include "admin/sign_in.h"

#include <string.h>

#include "admin/admin.h"
#include "auth/auth.h"
#include "record/codes.h"

/* Only a path of this server: "/x", never "//host" or a scheme. */
static const char *next_page(const struct req *rq)
{
    const char *next = req_form(rq, "next");
    if (next == NULL)
        next = req_query(rq, "next");
    return next != NULL && next[0] == '/' && next[1] != '/' && next[1] != '\\' ? next : "/";
}

static json_t *page_data(const struct req *rq)
{
    const char *username = req_form(rq, "username");
    return json_pack("{s:s, s:s}", "next", next_page(rq), "username", username == NULL ? "" : username);
}

struct err *sign_in_page(struct req *rq)
{
    if (rq->who != NULL)
        return respond_see_other(rq, "%s", next_page(rq));
    return respond_page(rq, "admin/login", page_data(rq));
}

struct err *sign_in(struct req *rq)
{
    const char *username = req_form(rq, "username"), *password = req_form(rq, "password");
    char token[SESSION_TOKEN];
    struct session_try from = {username == NULL ? "" : username, password == NULL ? "" : password, req_peer(rq),
                               req_header(rq, "User-Agent")};
    struct err *e = session_begin(rq->db, rq->arena, &from, token);
    if (e != NULL && e->kind == ERR_LOGIN)
        return respond_form(rq, "admin/login", page_data(rq), e);
    TRY(e);
    req_session_set(rq, token, 0);
    return respond_see_other(rq, "%s", next_page(rq));
}

static const char *cookie_token(const struct req *rq)
{
    const char *c = req_session(rq);
    return c == NULL ? "" : c;
}

struct err *sign_out(struct req *rq)
{
    TRY(session_end(rq->db, rq->arena, cookie_token(rq)));
    req_session_end(rq);
    return respond_see_other(rq, "/login");
}

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    const struct who *who = NULL;
    out->desk = -1;
    TRY(session_who(rq->db, rq->arena, cookie, &who));
    out->who = who;
    if (who != NULL) {
        out->user = who->name;
        out->unit = codes_label("auth.role", who->role, rq->lang == LANG_EN);
    }
    return NULL;
}

const struct web_auth admin_web_auth = {.session = session, .may = auth_may, .sign_in = "/login"};
