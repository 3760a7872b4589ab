/* dispatch.c: a request on a handler thread: who, may he, is the form ours, then the handler; errors become answers. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "web/inner.h"

static struct err *take_session(struct exchange *x, const char *token, const struct web_session *session)
{
    x->rq.who = session->who;
    x->rq.user = session->user;
    x->rq.unit = session->unit;
    x->session_cookie = token;
    return NULL;
}

/* A program's token: refused when it is nobody's, though the page may be open to anyone. */
static struct err *find_bearer(struct exchange *x, const char *token)
{
    struct req *rq = &x->rq;
    const struct web_auth *auth = &rq->web->c.auth;
    struct web_session session = {0};
    x->bearer = true;
    if (auth->bearer != NULL)
        TRY(auth->bearer(rq, token, &session));
    if (session.who == NULL)
        return err_say(ERR(rq->arena, ERR_LOGIN, "a program's token that is nobody's"), "web.bearer", NULL);
    return take_session(x, token, &session);
}

static struct err *find_session(struct exchange *x)
{
    struct req *rq = &x->rq;
    const struct web_auth *auth = &rq->web->c.auth;
    if (x->session_known)
        return NULL;
    x->session_known = true;
    const char *authorization = req_header(rq, "Authorization");
    if (authorization != NULL && strncasecmp(authorization, "Bearer ", 7) == 0)
        return find_bearer(x, authorization + 7 + strspn(authorization + 7, " "));
    const char *cookie = auth->session != NULL ? req_session(rq) : NULL;
    if (cookie == NULL || *cookie == '\0')
        return NULL;
    struct web_session session = {0};
    TRY(auth->session(rq, cookie, &session));
    return take_session(x, cookie, &session);
}

static struct err *check_capability(struct exchange *x)
{
    struct req *rq = &x->rq;
    const char *capability = rq->route->capability;
    if (req_may_enter(rq, rq->route))
        return NULL;
    if (rq->who == NULL)
        return ERR(rq->arena, ERR_LOGIN, "nobody is signed in; '%s' is wanted", capability);
    return err_say(ERR(rq->arena, ERR_DENIED, "the office lacks '%s'", capability), "web.denied", NULL);
}

/* {id} as a number; anything else is an address that leads nowhere. */
static struct err *read_id(struct exchange *x)
{
    const char *id = req_param(&x->rq, "id");
    if (id == NULL)
        return NULL;
    size_t n = strspn(id, "0123456789");
    if (n == 0 || n > 18 || id[n] != '\0')
        return ERR(x->rq.arena, ERR_MISSING, "'%.40s' is no id", id);
    x->rq.id = strtoll(id, NULL, 10);
    return NULL;
}

static void begin(struct exchange *x)
{
    struct req *rq = &x->rq;
    rq->today = clock_today();
    if (x->query.n == 0 && x->bad_query == NULL)
        x->bad_query = request_query(x);
    request_language(x);
}

static struct err *handle(struct exchange *x)
{
    TRY(find_session(x));
    if (x->refused != NULL)
        return x->refused;
    TRY(read_id(x));
    TRY(check_capability(x));
    if (x->bad_query != NULL)
        return x->bad_query;
    if (x->rq.method == POST && !request_csrf_right(x))
        return err_say(ERR(x->rq.arena, ERR_DENIED, "the form's token is missing or wrong"), "web.csrf", NULL);
    if (x->rq.method == POST)
        heads_forget(x);
    TRY(x->rq.route->handler(&x->rq));
    if (x->rq.method == POST)
        heads_forget(x); /* what it counted meanwhile may be from before */
    if (x->response == NULL)
        return ERR(x->rq.arena, ERR_FAULT, "the handler of '%s' gave no answer", x->rq.route->path);
    return shows_log(x);
}

void dispatch(struct exchange *x)
{
    begin(x);
    struct err *e = handle(x);
    if (e != NULL)
        respond_error(x, e);
    metrics_count(&x->rq.web->metrics, x->lane, x->status, clock_mono_us() - x->begun_us);
}

void dispatch_admit(struct exchange *x)
{
    begin(x);
    struct err *e = find_session(x);
    if (e == NULL)
        e = check_capability(x);
    if (e != NULL && x->refused == NULL) {
        x->refused = e;
        x->drop = true;
    }
}
