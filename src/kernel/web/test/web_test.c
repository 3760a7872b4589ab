/* The server spoken to through raw sockets: routes, the two faces, rights, forms, files, starting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "served.h"
#include "view/asset.h"

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
    assert_has(&r, "您的职务无权使用这一页");
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
                                            {{GET, "/a", CAP_ANYONE, SCOPE_UNIT, page_route}, {0}},
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
    assert_non_null(
        strstr(buf_str(&b),
               "GET\t/people/{id}\tpeople.read\tunit\tinternal\tpage\t-\t-\nPOST\t/people/{id}\tpeople.write\tunit\t"));
    assert_non_null(strstr(b.p, "POST\t/login\tanyone\tnone\topen\tsignin\t-\tall\n"));
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
        cmocka_unit_test(assets_are_kept_for_ever_and_checked_by_their_tag),
        cmocka_unit_test(files_are_sent_whole_or_not_at_all),
        cmocka_unit_test(health_and_metrics_are_told),
        cmocka_unit_test(a_taken_port_is_an_error_or_the_next_is_taken),
        cmocka_unit_test(a_route_without_right_or_scope_does_not_start),
        cmocka_unit_test(the_table_of_routes_is_in_order),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
