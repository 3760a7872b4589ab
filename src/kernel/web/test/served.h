/* served.h: the little site both tests of the server speak to, and how they speak to it. */
#ifndef QF_WEB_TEST_SERVED_H
#define QF_WEB_TEST_SERVED_H

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "base/log.h"
#include "client.h"
#include "view/view.h"
#include "web/web.h"

/* ---- what the tests serve ---- */

static sem_t entered, leave; /* handlers that wait say so and wait to be let go */

static json_t *some_data(struct req *rq)
{
    return json_pack("{sI s[{sIss}] sI}", "id", (json_int_t)rq->id, "rows", "id", (json_int_t)7, "name", "白简<",
                     "total", (json_int_t)1286);
}

static struct err *page_route(struct req *rq)
{
    return respond_page(rq, "view/specimen", some_data(rq));
}

static struct err *echo_route(struct req *rq)
{
    json_t *out = json_object();
    size_t n;
    const struct pair *p = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        json_object_set_new(out, p[i].name, json_string(p[i].value));
    p = req_query_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        json_object_set_new(out, arena_printf(rq->arena, "?%s", p[i].name), json_string(p[i].value));
    if (req_param(rq, "key") != NULL)
        json_object_set_new(out, "key", json_string(req_param(rq, "key")));
    const struct upload *files = req_files(rq, &n);
    for (size_t i = 0; i < n; i++) {
        char first[9] = "";
        assert_true(pread(files[i].fd, first, 8, 0) >= 0);
        json_object_set_new(
            out, files[i].field,
            json_pack("{sssssI}", "first", first, "filename", files[i].filename, "size", (json_int_t)files[i].size));
    }
    return respond_json(rq, out);
}

static struct err *body_route(struct req *rq)
{
    json_t *body;
    TRY(req_json(rq, &body));
    return respond_json(rq, json_incref(body));
}

static struct err *login_route(struct req *rq)
{
    return respond_page(rq, "view/specimen", json_pack("{s{ss}}", "errors", "say", "sign in"));
}

static struct err *login_post(struct req *rq)
{
    req_session_set(rq, "officer", 0);
    return respond_see_other(rq, "/people/%d", 12);
}

static struct err *wait_route(struct req *rq)
{
    sem_post(&entered);
    while (sem_wait(&leave) != 0 && errno == EINTR)
        ;
    return respond_json(rq, json_pack("{sb}", "waited", 1));
}

static struct err *error_route(struct req *rq)
{
    const char *kind = req_param(rq, "key");
    for (int k = 0; k < ERR_KINDS; k++)
        if (strcmp(kind, err_kind_name((enum err_kind)k)) == 0)
            return ERR(rq->arena, (enum err_kind)k, "made for the test");
    if (strcmp(kind, "none") == 0)
        return NULL; /* a handler that forgot to answer */
    return respond_see_other(rq, "//evil.example/");
}

static struct err *form_route(struct req *rq)
{
    struct err *all = NULL;
    err_join(&all,
             err_say(err_field(ERR(rq->arena, ERR_INVALID, "bad got"), "got"), "web.too_big", "limit", "1 KB", NULL));
    err_join(&all, err_field(ERR(rq->arena, ERR_INVALID, "bad other"), "other"));
    return respond_form(rq, "view/specimen", json_pack("{ss}", "got", "typed <in>"), all);
}

static struct err *write_half(void *ctx, int fd)
{
    struct req *rq = ctx;
    assert_int_equal(write(fd, "half", 4), 4);
    bool whole = strcmp(req_param(rq, "key"), "whole") == 0;
    return whole ? NULL : ERR(rq->arena, ERR_LIMIT, "too much");
}

static struct err *peer_route(struct req *rq)
{
    return respond_json(rq, json_pack("{ss sb}", "peer", req_peer(rq), "secure", req_secure(rq)));
}

static struct err *file_route(struct req *rq)
{
    return respond_stream(rq, "text/csv; charset=utf-8", "名册 1.csv", write_half, rq);
}

static const struct module test_module = {
    .name = "test",
    .routes =
        (const struct route[]){
            {GET, "/", CAP_ANYONE, SCOPE_NONE, page_route},
            {GET, "/people/{id}", "people.read", SCOPE_UNIT, page_route, .class = CLASS_INTERNAL},
            {GET, "/people/new", CAP_ANYONE, SCOPE_UNIT, login_route, .class = CLASS_INTERNAL},
            {GET, "/people/{id}/file", CAP_ANYONE, SCOPE_UNIT, page_route, .class = CLASS_INTERNAL},
            {POST, "/people/{id}", "people.write", SCOPE_UNIT, echo_route, .class = CLASS_INTERNAL},
            {GET, "/mine", CAP_SIGNED_IN, SCOPE_OWN, page_route, .class = CLASS_INTERNAL},
            {GET, "/echo/{key}", CAP_ANYONE, SCOPE_NONE, echo_route},
            {POST, "/echo", CAP_ANYONE, SCOPE_NONE, echo_route},
            {POST, "/json", CAP_ANYONE, SCOPE_NONE, body_route},
            {GET, "/login", CAP_ANYONE, SCOPE_NONE, login_route},
            {POST, "/login", CAP_ANYONE, SCOPE_NONE, login_post, LANE_SIGNIN},
            {GET, "/wait", CAP_ANYONE, SCOPE_NONE, wait_route, LANE_LONG},
            {GET, "/wait/page", CAP_ANYONE, SCOPE_NONE, wait_route},
            {GET, "/wait/door", CAP_ANYONE, SCOPE_NONE, wait_route, LANE_SIGNIN},
            {GET, "/error/{key}", CAP_ANYONE, SCOPE_NONE, error_route},
            {POST, "/form", CAP_ANYONE, SCOPE_NONE, form_route},
            {POST, "/upload", "people.write", SCOPE_UNIT, echo_route, LANE_PAGE, 4 << 20, .class = CLASS_INTERNAL},
            {GET, "/peer", CAP_ANYONE, SCOPE_NONE, peer_route},
            {GET, "/file/{key}", CAP_ANYONE, SCOPE_NONE, file_route},
            {0}},
    .menu = (const struct menu_entry[]){{"people", "view.specimen.title", "/people", "people.read"},
                                        {"admin", "view.specimen.post", "/admin", "admin"},
                                        {0}},
};
static const struct module *const modules[] = {&test_module, NULL};

static const struct who officer = {.account = 1, .name = "秦守正"}, reader = {.account = 2, .name = "江守一"};

static struct err *session(struct req *rq, const char *cookie, struct web_session *out)
{
    if (strcmp(cookie, "fault") == 0)
        return ERR(rq->arena, ERR_FAULT, "sessions cannot be read");
    out->who = strcmp(cookie, "officer") == 0 ? &officer : strcmp(cookie, "reader") == 0 ? &reader : NULL;
    out->unit = "监督科";
    return NULL;
}

static struct err *bearer(struct req *rq, const char *said, struct web_session *out)
{
    (void)rq;
    out->who = strcmp(said, "program") == 0 ? &officer : NULL;
    return NULL;
}

static bool may(const struct who *who, const char *capability)
{
    return who == &officer ? strncmp(capability, "people.", 7) == 0 : strcmp(capability, "people.read") == 0;
}

static struct web *web;
static int port;

static inline struct web_config config(void)
{
    return (struct web_config){.modules = modules,
                               .auth = {session, may, "/login", bearer},
                               .site = "示例区",
                               .page_threads = 2,
                               .signin_queue = 3,
                               .drain_seconds = 600};
}

static inline int start(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR + 1);
    sem_init(&entered, 0, 0);
    sem_init(&leave, 0, 0);
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    struct err *e = web_start(a, &c, &web);
    if (e != NULL) {
        print_message("%s\n", e->detail);
        return -1;
    }
    port = web_port(web);
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    return web_stop(web, a) != NULL ? -1 : 0;
}

#define JSON_FACE "Accept: application/json\r\n"
#define OFFICER "Cookie: qf_session=officer\r\n"
#define READER "Cookie: qf_session=reader\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static inline struct reply get(struct arena *a, const char *target, const char *headers)
{
    return client_ask(a, port, "GET", target, headers, NULL, 0);
}

static inline struct reply post(struct arena *a, const char *target, const char *headers, const char *body)
{
    return client_ask(a, port, "POST", target, headers, body, strlen(body));
}

static inline void assert_has(const struct reply *r, const char *what)
{
    if (r->body == NULL || strstr(r->body, what) == NULL)
        fail_msg("status %d, no '%s' in: %s", r->status, what, r->body != NULL ? r->body : "nothing");
}

/* The token of the form on a page; with the cookie of the door when there is no session. */
static inline char *token(struct arena *a, const struct reply *page)
{
    const char *at = strstr(page->body, "name=\"csrf\" value=\"");
    assert_non_null(at);
    return arena_strndup(a, at + 19, 32);
}

#endif
