/* The server whole, spoken to through raw sockets: routes, the two faces, rights, forms, limits, lanes, stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>

#include "base/clock.h"
#include "base/log.h"
#include "client.h"
#include "view/asset.h"
#include "view/view.h"
#include "web/web.h"

/* ---- what the test serves ---- */

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

static struct err *file_route(struct req *rq)
{
    return respond_stream(rq, "text/csv; charset=utf-8", "名册 1.csv", write_half, rq);
}

static const struct module test_module = {
    .name = "test",
    .routes = (const struct route[]){{GET, "/", CAP_ANYONE, SCOPE_NONE, page_route},
                                     {GET, "/people/{id}", "people.read", SCOPE_UNIT, page_route},
                                     {GET, "/people/new", CAP_ANYONE, SCOPE_UNIT, login_route},
                                     {GET, "/people/{id}/file", CAP_ANYONE, SCOPE_UNIT, page_route},
                                     {POST, "/people/{id}", "people.write", SCOPE_UNIT, echo_route},
                                     {GET, "/mine", CAP_SIGNED_IN, SCOPE_OWN, page_route},
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
                                     {POST, "/upload", "people.write", SCOPE_UNIT, echo_route, LANE_PAGE, 4 << 20},
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

static bool may(const struct who *who, const char *capability)
{
    return who == &officer ? strncmp(capability, "people.", 7) == 0 : strcmp(capability, "people.read") == 0;
}

static struct web *web;
static int port;

static struct web_config config(void)
{
    return (struct web_config){.modules = modules,
                               .auth = {session, may, "/login"},
                               .site = "示例区",
                               .page_threads = 2,
                               .signin_queue = 3,
                               .drain_seconds = 600};
}

static int start(void **state)
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

static int stop(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    return web_stop(web, a) != NULL ? -1 : 0;
}

#define JSON_FACE "Accept: application/json\r\n"
#define OFFICER "Cookie: qf_session=officer\r\n"
#define READER "Cookie: qf_session=reader\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static struct reply get(struct arena *a, const char *target, const char *headers)
{
    return client_ask(a, port, "GET", target, headers, NULL, 0);
}

static struct reply post(struct arena *a, const char *target, const char *headers, const char *body)
{
    return client_ask(a, port, "POST", target, headers, body, strlen(body));
}

static void assert_has(const struct reply *r, const char *what)
{
    if (r->body == NULL || strstr(r->body, what) == NULL)
        fail_msg("status %d, no '%s' in: %s", r->status, what, r->body != NULL ? r->body : "nothing");
}

/* The token of the form on a page; with the cookie of the door when there is no session. */
static char *token(struct arena *a, const struct reply *page)
{
    const char *at = strstr(page->body, "name=\"csrf\" value=\"");
    assert_non_null(at);
    return arena_strndup(a, at + 19, 32);
}

/* ---- routes ---- */

static void one_answer_has_two_faces(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply json = get(a, "/people/12", JSON_FACE OFFICER), html = get(a, "/people/12", OFFICER);
    assert_int_equal(json.status, 200);
    assert_string_equal(json.body, "{\"id\":12,\"rows\":[{\"id\":7,\"name\":\"白简<\"}],\"total\":1286}");
    assert_string_equal(reply_header(a, &json, "Content-Type"), "application/json");
    assert_int_equal(html.status, 200);
    assert_has(&html, "白简&lt;");
    assert_has(&html, "共 1\u202f286 人");
    assert_has(&html, "秦守正 · 监督科");
    assert_has(&html, "<a href=\"/people\" aria-current=\"true\">");
    assert_null(strstr(html.body, "href=\"/admin\""));
    struct reply english = get(a, "/people/12?lang=en", JSON_FACE OFFICER);
    assert_string_equal(english.body, json.body);
    assert_non_null(strstr(reply_header(a, &english, "Set-Cookie"), "qf_lang=en"));
}

static void language_comes_from_address_cookie_or_browser(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/", "");
    assert_has(&r, "<html lang=\"zh-CN\"");
    r = get(a, "/?lang=en", "");
    assert_has(&r, "<html lang=\"en\"");
    r = get(a, "/", "Cookie: x=1; qf_lang=en\r\n");
    assert_has(&r, "<html lang=\"en\"");
    r = get(a, "/", "Accept-Language: fr, en-GB;q=0.9, zh;q=0.1\r\n");
    assert_has(&r, "<html lang=\"en\"");
    r = get(a, "/", "Accept-Language: zh-TW,en\r\nCookie: qf_lang=zh-CN\r\n");
    assert_has(&r, "<html lang=\"zh-CN\"");
}

static void literal_segments_win_and_both_ways_are_tried(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/people/new", "");
    assert_int_equal(r.status, 200);
    r = get(a, "/people/12/file", JSON_FACE);
    assert_has(&r, "\"id\":12");
    r = get(a, "/people/new/file", JSON_FACE); /* matches {id}, which is no number */
    assert_int_equal(r.status, 404);
    r = get(a, "/echo/a%2Fb%20c%E7%99%BD?q=%E7%99%BD+1&q2", JSON_FACE);
    assert_string_equal(r.body, "{\"?q\":\"白 1\",\"?q2\":\"\",\"key\":\"a/b c白\"}");
}

static void unknown_paths_are_not_found_and_harmless(void **state)
{
    (void)state;
    static const char *const paths[] = {"/no",
                                        "/people",
                                        "/people/",
                                        "/people/12/x",
                                        "/people/1x",
                                        "/people/9999999999999999999",
                                        "/../../etc/passwd",
                                        "/static/../../etc/passwd",
                                        "/echo/..",
                                        "/echo/%2e%2e",
                                        "//evil.example/",
                                        "/echo/%00",
                                        "/echo/%ff",
                                        "/echo//x",
                                        "/static/x",
                                        "/static/",
                                        "/static/0123456789abcdef/passwd",
                                        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        arena_scope struct arena *a = arena_new();
        struct reply r = get(a, paths[i], OFFICER);
        if (r.status != 404)
            fail_msg("%s: %d", paths[i], r.status);
        assert_has(&r, "没有找到");
        assert_has(&r, "请求号");
        r = get(a, paths[i], JSON_FACE OFFICER);
        assert_has(&r, "{\"error\":{\"kind\":\"missing\"");
    }
}

static void wrong_methods_say_which_are_right(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = client_ask(a, port, "DELETE", "/people/12", OFFICER, NULL, 0);
    assert_int_equal(r.status, 405);
    assert_string_equal(reply_header(a, &r, "Allow"), "GET, HEAD, POST");
    r = get(a, "/json", "");
    assert_int_equal(r.status, 405);
    assert_string_equal(reply_header(a, &r, "Allow"), "POST");
    r = post(a, "/wait", FORM, "a=1");
    assert_int_equal(r.status, 405);
    assert_string_equal(reply_header(a, &r, "Allow"), "GET, HEAD");
    r = client_ask(a, port, "BREW", "/no", "", NULL, 0);
    assert_int_equal(r.status, 404);
}

static void head_is_get_without_body(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply json = get(a, "/people/12", JSON_FACE OFFICER);
    struct reply head = client_ask(a, port, "HEAD", "/people/12", JSON_FACE OFFICER, NULL, 0);
    assert_int_equal(head.status, 200);
    assert_int_equal(head.body_n, 0);
    assert_string_equal(reply_header(a, &head, "Content-Length"), reply_header(a, &json, "Content-Length"));
}

static void a_slash_too_many_is_taken_off(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/people/12/?sort=a%20b", OFFICER);
    assert_int_equal(r.status, 308);
    assert_string_equal(reply_header(a, &r, "Location"), "/people/12?sort=a%20b");
}

static void every_answer_is_guarded(void **state)
{
    (void)state;
    static const char *const targets[] = {"/", "/no", "/healthz", "/error/fault"};
    for (size_t i = 0; i <= sizeof targets / sizeof *targets; i++) {
        arena_scope struct arena *a = arena_new();
        bool asset = i == sizeof targets / sizeof *targets;
        struct reply r = get(a, asset ? view_asset_path("qingfeng.css") : targets[i], "");
        assert_non_null(strstr(reply_header(a, &r, "Content-Security-Policy"), "frame-ancestors 'none'"));
        assert_string_equal(reply_header(a, &r, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(reply_header(a, &r, "X-Frame-Options"), "DENY");
        assert_string_equal(reply_header(a, &r, "Referrer-Policy"), "no-referrer");
        if (!asset)
            assert_string_equal(reply_header(a, &r, "Cache-Control"), "no-store");
    }
}

static void many_requests_share_a_connection(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int fd = client_open(port);
    for (int i = 0; i < 50; i++) {
        const char *ask = arena_printf(a, "GET /people/%d HTTP/1.1\r\nHost: t\r\n" JSON_FACE OFFICER "\r\n", i);
        assert_true(client_send(fd, ask, strlen(ask)));
        struct reply r = client_read(a, fd, false);
        assert_has(&r, arena_printf(a, "{\"id\":%d,", i));
    }
    close(fd);
}

/* ---- rights ---- */

static void nobody_is_sent_to_sign_in(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/people/12?a=1&b=2", "");
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(a, &r, "Location"), "/login?next=/people/12%3Fa%3D1%26b%3D2");
    r = get(a, "/mine", "Cookie: qf_session=ended\r\n");
    assert_int_equal(r.status, 303);
    r = get(a, "/people/12", JSON_FACE);
    assert_int_equal(r.status, 401);
    assert_has(&r, "\"kind\":\"login\"");
    r = get(a, "/mine", "HX-Request: true\r\n");
    assert_int_equal(r.status, 401);
    assert_string_equal(reply_header(a, &r, "HX-Redirect"), "/login?next=/mine");
}

static void the_capability_of_the_route_is_checked(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_int_equal(get(a, "/people/12", READER).status, 200);
    assert_int_equal(get(a, "/mine", READER).status, 200);
    struct reply page = get(a, "/people/12", READER);
    struct reply r = post(a, "/people/12", FORM READER, arena_printf(a, "csrf=%s", token(a, &page)));
    assert_int_equal(r.status, 403);
    assert_has(&r, "您的职务不能打开这一页");
    r = get(a, "/mine", "Cookie: qf_session=fault\r\n");
    assert_int_equal(r.status, 500);
}

/* ---- forms ---- */

static void a_form_without_its_token_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER), other = get(a, "/people/12", READER);
    const char *right = token(a, &page);
    struct reply r = post(a, "/people/12", FORM OFFICER, "name=a");
    assert_int_equal(r.status, 403);
    assert_has(&r, "这张表单过期了");
    assert_int_equal(post(a, "/people/12", FORM OFFICER, arena_printf(a, "csrf=%s", token(a, &other))).status, 403);
    r = post(a, "/people/12", FORM OFFICER, arena_printf(a, "csrf=%s&name=%%E7%%99%%BD+1%%0D%%0A2", right));
    assert_int_equal(r.status, 200);
    assert_has(&r, "\"name\":\"白 1\\n2\"");
    r = post(a, "/people/12", arena_printf(a, FORM OFFICER "X-CSRF: %s\r\n", right), "name=b");
    assert_int_equal(r.status, 200);
    r = post(a, "/people/12", FORM OFFICER "Sec-Fetch-Site: cross-site\r\n", arena_printf(a, "csrf=%s", right));
    assert_int_equal(r.status, 403);
    r = post(a, "/json", "Content-Type: application/json; charset=utf-8\r\n" OFFICER, "{\"a\": [1, \"二\"]}");
    assert_string_equal(r.body, "{\"a\":[1,\"二\"]}");
    r = post(a, "/json", "Content-Type: text/plain\r\n" OFFICER, "{}");
    assert_int_equal(r.status, 422);
    r = post(a, "/json", "Content-Type: application/json\r\n" OFFICER, "{\"a\": }");
    assert_has(&r, "不是 JSON");
}

static void the_form_of_sign_in_is_guarded_by_its_cookie(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/login", "");
    const char *cookie = reply_header(a, &page, "Set-Cookie"), *right = token(a, &page);
    assert_memory_equal(cookie, "qf_door=", 8);
    assert_non_null(strstr(cookie, "HttpOnly; SameSite=Lax"));
    const char *door = arena_strndup(a, cookie, 40);
    assert_int_equal(post(a, "/login", FORM, arena_printf(a, "csrf=%s", right)).status, 403);
    assert_int_equal(post(a, "/login", FORM "Cookie: qf_door=00000000000000000000000000000000\r\n",
                          arena_printf(a, "csrf=%s", right))
                         .status,
                     403);
    struct reply r = post(a, "/login", arena_printf(a, FORM "Cookie: %s\r\n", door), arena_printf(a, "csrf=%s", right));
    assert_int_equal(r.status, 303);
    assert_string_equal(reply_header(a, &r, "Location"), "/people/12");
    assert_string_equal(reply_header(a, &r, "Set-Cookie"), "qf_session=officer; Path=/; HttpOnly; SameSite=Lax");
}

static void all_errors_of_a_form_come_at_once(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER);
    const char *body = arena_printf(a, "csrf=%s", token(a, &page));
    struct reply r = post(a, "/form", FORM OFFICER, body);
    assert_int_equal(r.status, 422);
    assert_has(&r, "有 2 处要改");
    assert_has(&r, "<a href=\"#got\">内容超过 1 KB");
    assert_has(&r, "value=\"typed &lt;in&gt;\" aria-invalid=\"true\"");
    r = post(a, "/form", FORM OFFICER JSON_FACE, body);
    assert_has(&r, "\"fields\":[{\"field\":\"got\",\"label\":null,\"say\":\"内容超过 1 KB");
}

static void every_kind_of_error_has_its_status_and_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        int status;
        const char *say;
    } cases[] = {{"invalid", 422, "有的内容不对"}, {"denied", 403, "您的职务不能办"}, {"missing", 404, "没有找到"},
                 {"conflict", 409, "别人刚改过"},  {"limit", 413, "内容太大"},        {"busy", 503, "过一会儿"},
                 {"fault", 500, "请求号"},         {"none", 500, "请求号"},           {"elsewhere", 500, "请求号"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        const char *target = arena_printf(a, "/error/%s", cases[i].kind);
        struct reply r = get(a, target, i % 2 ? OFFICER : "");
        assert_int_equal(r.status, cases[i].status);
        assert_has(&r, cases[i].say);
        r = get(a, target, "HX-Request: true\r\n" OFFICER);
        assert_null(strstr(r.body, "<html"));
        assert_string_equal(reply_header(a, &r, "HX-Reselect"), "#error");
    }
}

static void texts_that_are_not_utf8_are_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER);
    struct reply r = post(a, "/echo", FORM OFFICER, arena_printf(a, "csrf=%s&x=%%b0%%d7", token(a, &page)));
    assert_int_equal(r.status, 422);
    assert_has(&r, "不是 UTF-8 文字");
    r = get(a, "/?q=%00", "");
    assert_int_equal(r.status, 422);
}

/* ---- limits ---- */

static char *filled(struct arena *a, size_t n)
{
    char *s = arena_alloc(a, n + 1);
    memset(s, 'x', n);
    return s;
}

static void bodies_over_the_limit_are_refused_with_a_sentence(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    size_t n = 3 << 20;
    struct reply r = client_ask(a, port, "POST", "/echo", FORM OFFICER, filled(a, n), n);
    assert_int_equal(r.status, 413);
    assert_has(&r, "内容超过 1 MB");
    r = client_ask(a, port, "POST", "/echo", FORM OFFICER "Expect: 100-continue\r\nContent-Length: 1073741824\r\n",
                   NULL, 0);
    assert_int_equal(r.status, 413); /* before a byte of it was sent */
    assert_has(&r, "内容超过 1 MB");
}

static void a_chunked_body_over_the_limit_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int fd = client_open(port);
    const char *head = "POST /echo HTTP/1.1\r\nHost: t\r\n" FORM OFFICER "Transfer-Encoding: chunked\r\n\r\n";
    client_send(fd, head, strlen(head));
    const char *chunk = arena_printf(a, "40000\r\n%s\r\n", filled(a, 0x40000));
    for (int i = 0; i < 6; i++)
        assert_true(client_send(fd, chunk, strlen(chunk)));
    client_send(fd, "0\r\n\r\n", 5);
    struct reply r = client_read(a, fd, false);
    assert_int_equal(r.status, 413);
    close(fd);
}

#define PARTS "Content-Type: multipart/form-data; boundary=cut\r\n"

static char *parts(struct arena *a, const char *csrf, size_t file_n, size_t *n_out)
{
    struct buf b = BUF(a);
    buf_printf(&b, "--cut\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n", csrf);
    buf_puts(&b, "--cut\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n两行\r\n文字\r\n");
    buf_puts(&b, "--cut\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\nContent-Type: "
                 "application/octet-stream\r\n\r\n\r\n");
    buf_puts(&b, "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\dir\\\\名册.zip\"\r\n"
                 "Content-Type: application/zip\r\n\r\nPK\x03\x04");
    buf_add(&b, filled(a, file_n), file_n);
    buf_puts(&b, "\r\n--cut--\r\n");
    *n_out = b.n;
    return b.p;
}

static void files_are_taken_in_whole(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER);
    size_t n;
    const char *body = parts(a, token(a, &page), 2 << 20, &n);
    struct reply r = client_ask(a, port, "POST", "/upload", PARTS OFFICER, body, n);
    assert_int_equal(r.status, 200);
    assert_has(&r, "\"note\":\"两行\\n文字\"");
    assert_has(&r, "\"file\":{\"first\":\"PK\\u0003\\u0004xxxx\",\"filename\":\"名册.zip\",\"size\":2097156}");
    assert_null(strstr(r.body, "\"none\""));
}

static void uploads_are_refused_where_and_to_whom_they_do_not_belong(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER), readers = get(a, "/people/12", READER);
    size_t n;
    const char *body = parts(a, token(a, &page), 5 << 20, &n);
    struct reply r = client_ask(a, port, "POST", "/upload", PARTS OFFICER, body, n);
    assert_int_equal(r.status, 413);
    assert_has(&r, "内容超过 4 MB");
    body = parts(a, token(a, &page), 10, &n);
    r = client_ask(a, port, "POST", "/echo", PARTS OFFICER, body, n);
    assert_int_equal(r.status, 422);
    assert_has(&r, "这里不收文件");
    body = parts(a, token(a, &readers), 10, &n);
    assert_int_equal(client_ask(a, port, "POST", "/upload", PARTS READER, body, n).status, 403);
    assert_int_equal(client_ask(a, port, "POST", "/upload", PARTS, body, n).status, 303);
    r = client_ask(a, port, "POST", "/upload", PARTS READER "Expect: 100-continue\r\nContent-Length: 1000\r\n", NULL,
                   0);
    assert_int_equal(r.status, 403); /* before a byte of the file was sent */
    body = parts(a, "wrong", 10, &n);
    assert_int_equal(client_ask(a, port, "POST", "/upload", PARTS OFFICER, body, n).status, 403);
    r = client_ask(a, port, "POST", "/upload", PARTS OFFICER, body, n - 20);
    assert_int_equal(r.status, 422); /* cut short */
    r = client_ask(a, port, "POST", "/upload", "Content-Type: multipart/form-data\r\n" OFFICER, body, n);
    assert_int_equal(r.status, 422);
}

static void a_client_that_dawdles_is_cut_off_and_others_are_served(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    struct web *quick;
    c.receive_ms = 200;
    assert_null(web_start(a, &c, &quick));
    int slow = client_open(web_port(quick)), body = client_open(web_port(quick));
    client_send(slow, "GET / HTTP/1.1\r\nHo", 18);
    const char *head = "POST /echo HTTP/1.1\r\nHost: t\r\n" FORM "Content-Length: 100\r\n\r\na=";
    client_send(body, head, strlen(head));
    for (int i = 0; i < 20; i++)
        assert_int_equal(client_ask(a, web_port(quick), "GET", "/", "", NULL, 0).status, 200);
    char byte;
    assert_true(recv(slow, &byte, 1, 0) <= 0); /* returns when the server has ended it */
    assert_true(recv(body, &byte, 1, 0) <= 0);
    close(slow);
    close(body);
    assert_null(web_stop(quick, a));
}

static void thousands_of_silent_connections_do_no_harm(void **state)
{
    (void)state;
    enum { MANY = 1500 };
    static int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = client_open(port);
        assert_true(fds[i] >= 0);
        if (i % 2)
            client_send(fds[i], "GET / HT", 8);
    }
    arena_scope struct arena *a = arena_new();
    for (int i = 0; i < 20; i++)
        assert_int_equal(get(a, "/people/12", OFFICER).status, 200);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
}

/* ---- lanes ---- */

static int ask_only(const char *target)
{
    arena_scope struct arena *a = arena_new();
    int fd = client_open(port);
    const char *text = arena_printf(a, "GET %s HTTP/1.1\r\nHost: t\r\n" JSON_FACE "\r\n", target);
    assert_true(client_send(fd, text, strlen(text)));
    return fd;
}

static void let_go(int n)
{
    while (n-- > 0)
        sem_post(&leave);
}

static void wait_entered(int n)
{
    while (n > 0)
        if (sem_wait(&entered) == 0)
            n--;
}

static void pages_pass_while_the_long_lane_is_full(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int fds[8];
    for (int i = 0; i < 8; i++)
        fds[i] = ask_only("/wait");
    wait_entered(2); /* both threads of the lane are inside; the others wait */
    for (int i = 0; i < 100; i++)
        assert_int_equal(get(a, "/people/12", OFFICER).status, 200);
    assert_int_equal(recv(fds[0], (char[1]){0}, 1, MSG_DONTWAIT), -1);
    let_go(8);
    for (int i = 0; i < 8; i++) {
        struct reply r = client_read(a, fds[i], false);
        assert_string_equal(r.body, "{\"waited\":true}");
        close(fds[i]);
    }
    wait_entered(6);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int fds[4];
    fds[0] = ask_only("/wait/door");
    wait_entered(1); /* the one thread is inside; the queue holds three */
    for (int i = 1; i < 4; i++)
        fds[i] = ask_only("/wait/door");
    for (;;) { /* until all three are in the queue */
        struct reply m = get(a, "/metrics", "");
        if (strstr(m.body, "qingfeng_queue_length{lane=\"signin\"} 3") != NULL)
            break;
    }
    struct reply r = get(a, "/wait/door", "");
    assert_int_equal(r.status, 503);
    assert_has(&r, "现在登录的人太多");
    assert_string_equal(reply_header(a, &r, "Retry-After"), "5");
    let_go(4);
    wait_entered(3);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(client_read(a, fds[i], false).status, 200);
        close(fds[i]);
    }
}

static void *stop_in_thread(void *arg)
{
    arena_scope struct arena *a = arena_new();
    struct err *e = web_stop(arg, a);
    return e != NULL ? arg : NULL;
}

static void stopping_lets_requests_finish_and_takes_no_more(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    struct web *other;
    assert_null(web_start(a, &c, &other));
    int there = web_port(other), fd = client_open(there), idle = client_open(there);
    const char *ask = "GET /wait/page HTTP/1.1\r\nHost: t\r\n\r\n", *later = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
    assert_true(client_send(fd, ask, strlen(ask)));
    wait_entered(1);
    assert_true(client_send(idle, later, strlen(later)));
    assert_int_equal(client_read(a, idle, false).status, 200); /* stays open, asks nothing more */
    pthread_t stopper;
    void *failed = NULL;
    pthread_create(&stopper, NULL, stop_in_thread, other);
    for (int refused = 0; !refused;) { /* until it listens no more */
        int again = client_open(there);
        refused = again < 0;
        if (again >= 0)
            close(again);
    }
    let_go(1);
    struct reply r = client_read(a, fd, false);
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(a, &r, "Connection"), "close");
    pthread_join(stopper, &failed);
    assert_null(failed);
    assert_true(recv(idle, (char[1]){0}, 1, 0) <= 0);
    close(fd);
    close(idle);
}

/* ---- files ---- */

static void assets_are_kept_for_ever_and_checked_by_their_tag(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct asset *css = asset_find("qingfeng.css");
    struct reply r = get(a, css->path, "");
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body_n, css->n);
    assert_memory_equal(r.body, css->bytes, css->n);
    assert_string_equal(reply_header(a, &r, "Cache-Control"), "public, max-age=31536000, immutable");
    assert_string_equal(reply_header(a, &r, "Content-Type"), "text/css; charset=utf-8");
    r = get(a, css->path, arena_printf(a, "If-None-Match: %s\r\n", css->etag));
    assert_int_equal(r.status, 304);
    r = get(a, css->path, "Accept-Encoding: gzip, br\r\n");
    assert_string_equal(reply_header(a, &r, "Content-Encoding"), "gzip");
    assert_true(r.body_n < css->n / 2 && memcmp(r.body, "\x1f\x8b", 2) == 0);
    r = get(a, "/static/0000000000000000/qingfeng.css", "");
    assert_int_equal(r.status, 200);
    assert_string_equal(reply_header(a, &r, "Cache-Control"), "no-cache");
}

static void files_are_sent_whole_or_not_at_all(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/file/whole", "");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "half");
    assert_string_equal(reply_header(a, &r, "Content-Disposition"),
                        "attachment; filename=\"______ 1.csv\"; filename*=UTF-8''%E5%90%8D%E5%86%8C%201.csv");
    r = get(a, "/file/broken", "");
    assert_int_equal(r.status, 413);
    assert_null(strstr(r.body, "half"));
    assert_null(reply_header(a, &r, "Content-Disposition"));
}

static void health_and_metrics_are_told(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/healthz", "");
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "ok\n");
    get(a, "/no/such", "");
    r = get(a, "/metrics", "");
    assert_has(&r, "# TYPE qingfeng_request_seconds histogram");
    assert_has(&r, "qingfeng_request_seconds_bucket{lane=\"page\",le=\"+Inf\"}");
    assert_has(&r, "qingfeng_queue_length{lane=\"long\"} 0");
    assert_has(&r, "qingfeng_requests_total{lane=\"page\",status=\"4xx\"}");
    assert_has(&r, "qingfeng_requests_in_flight 1");
    assert_has(&r, "qingfeng_uptime_seconds ");
}

/* ---- starting ---- */

static void a_taken_port_is_an_error_or_the_next_is_taken(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    struct web *second = NULL;
    c.port = port;
    struct err *e = web_start(a, &c, &second);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_CONFLICT);
    assert_string_equal(text_err(a, LANG_EN, e), arena_printf(a, "Port %d is taken.", port));
    c.next_free = true;
    assert_null(web_start(a, &c, &second));
    assert_true(web_port(second) > port);
    assert_null(web_stop(second, a));
    c.host = "256.1.1.1";
    e = web_start(a, &c, &second);
    assert_int_equal(e->kind, ERR_INVALID);
}

static void a_route_without_right_or_scope_does_not_start(void **state)
{
    (void)state;
    static const struct route wrong[][3] = {{{GET, "/a", NULL, SCOPE_UNIT, page_route}, {0}},
                                            {{GET, "/a", CAP_ANYONE, SCOPE_UNSET, page_route}, {0}},
                                            {{GET, "/a", CAP_ANYONE, SCOPE_NONE, NULL}, {0}},
                                            {{GET, "/a/{x}", CAP_ANYONE, SCOPE_NONE, page_route},
                                             {GET, "/a/{y}", CAP_ANYONE, SCOPE_NONE, page_route},
                                             {0}}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        arena_scope struct arena *a = arena_new();
        const struct module m = {.name = "wrong", .routes = wrong[i]}, *const all[] = {&m, NULL};
        struct web_config c = {.modules = all};
        struct web *none;
        struct err *e = web_start(a, &c, &none);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_FAULT);
        assert_non_null(strstr(e->detail, "/a"));
    }
}

static void the_table_of_routes_is_in_order(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    web_routes(modules, &b);
    assert_non_null(strstr(
        buf_str(&b), "GET\t/people/{id}\tpeople.read\tunit\tpage\nPOST\t/people/{id}\tpeople.write\tunit\tpage\n"));
    assert_non_null(strstr(b.p, "POST\t/login\tanyone\tnone\tsignin\n"));
    assert_memory_equal(b.p, "GET\t/\tanyone", 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_answer_has_two_faces),
        cmocka_unit_test(language_comes_from_address_cookie_or_browser),
        cmocka_unit_test(literal_segments_win_and_both_ways_are_tried),
        cmocka_unit_test(unknown_paths_are_not_found_and_harmless),
        cmocka_unit_test(wrong_methods_say_which_are_right),
        cmocka_unit_test(head_is_get_without_body),
        cmocka_unit_test(a_slash_too_many_is_taken_off),
        cmocka_unit_test(every_answer_is_guarded),
        cmocka_unit_test(many_requests_share_a_connection),
        cmocka_unit_test(nobody_is_sent_to_sign_in),
        cmocka_unit_test(the_capability_of_the_route_is_checked),
        cmocka_unit_test(a_form_without_its_token_is_refused),
        cmocka_unit_test(the_form_of_sign_in_is_guarded_by_its_cookie),
        cmocka_unit_test(all_errors_of_a_form_come_at_once),
        cmocka_unit_test(every_kind_of_error_has_its_status_and_sentence),
        cmocka_unit_test(texts_that_are_not_utf8_are_refused),
        cmocka_unit_test(bodies_over_the_limit_are_refused_with_a_sentence),
        cmocka_unit_test(a_chunked_body_over_the_limit_is_refused),
        cmocka_unit_test(files_are_taken_in_whole),
        cmocka_unit_test(uploads_are_refused_where_and_to_whom_they_do_not_belong),
        cmocka_unit_test(a_client_that_dawdles_is_cut_off_and_others_are_served),
        cmocka_unit_test(thousands_of_silent_connections_do_no_harm),
        cmocka_unit_test(pages_pass_while_the_long_lane_is_full),
        cmocka_unit_test(a_full_queue_says_so),
        cmocka_unit_test(stopping_lets_requests_finish_and_takes_no_more),
        cmocka_unit_test(assets_are_kept_for_ever_and_checked_by_their_tag),
        cmocka_unit_test(files_are_sent_whole_or_not_at_all),
        cmocka_unit_test(health_and_metrics_are_told),
        cmocka_unit_test(a_taken_port_is_an_error_or_the_next_is_taken),
        cmocka_unit_test(a_route_without_right_or_scope_does_not_start),
        cmocka_unit_test(the_table_of_routes_is_in_order),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
