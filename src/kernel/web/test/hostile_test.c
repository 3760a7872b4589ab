/* hostile_test.c: requests that want to be two, addresses a client makes up for itself, cookies under TLS and behind a
 * proxy, tokens of programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "served.h"

#define SMUGGLED "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

/* All that comes back before the connection ends; the client ends its side at once. */
static char *exchange_raw(struct arena *a, const char *sent)
{
    struct buf b = BUF(a);
    char piece[4096];
    int fd = client_open(port);
    assert_true(fd >= 0);
    client_send(fd, sent, strlen(sent));
    shutdown(fd, SHUT_WR);
    for (ssize_t n; (n = recv(fd, piece, sizeof piece, 0)) > 0;)
        buf_add(&b, piece, (size_t)n);
    close(fd);
    return buf_str(&b);
}

static int answers(const char *s)
{
    int n = 0;
    while ((s = strstr(s, "HTTP/1.1 ")) != NULL)
        n++, s += 9;
    return n;
}

static void a_request_that_may_be_two_is_refused_and_the_connection_ends(void **state)
{
    (void)state;
    static const char *const framings[] = {"Content-Length: 5\r\nTransfer-Encoding: chunked",
                                           "Transfer-Encoding: chunked\r\nContent-Length: 5",
                                           "Content-Length: 0\r\nContent-Length: 44",
                                           "Content-Length: 5\r\nContent-Length: 5",
                                           "Transfer-Encoding: xchunked",
                                           "Transfer-Encoding: chunked, identity",
                                           "Transfer-Encoding: identity\r\nContent-Length: 5",
                                           "Transfer-Encoding : chunked",
                                           "Content-Length : 5",
                                           "Content-Length: +5",
                                           "Content-Length: 5,5",
                                           "Content-Length: -1",
                                           "Content-Length: 5 5",
                                           "Content-Length: 99999999999999999999999",
                                           "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 5",
                                           "Host: other"};
    for (size_t i = 0; i < sizeof framings / sizeof *framings; i++) {
        arena_scope struct arena *a = arena_new();
        char *said =
            exchange_raw(a, arena_printf(a, "POST /json HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" SMUGGLED, framings[i]));
        if (strstr(said, "ok\n") != NULL || strstr(said, "HTTP/1.1 2") != NULL ||
            (*said != '\0' && strncmp(said, "HTTP/1.1 4", 10) != 0))
            fail_msg("%s: %s", framings[i], said);
    }
}

static void a_request_without_a_host_is_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char *said = exchange_raw(a, "GET / HTTP/1.1\r\n\r\n");
    assert_memory_equal(said, "HTTP/1.1 400", 12);
}

static void two_honest_requests_on_one_connection_are_two(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char *said = exchange_raw(a, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n"
                                 "Connection: close\r\n\r\n");
    assert_int_equal(answers(said), 2);
}

static void without_a_proxy_nobody_says_where_he_is(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/peer", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n");
    assert_string_equal(r.body, "{\"peer\":\"127.0.0.1\",\"secure\":false}");
    r = get(a, "/", "X-Forwarded-Proto: https\r\n");
    assert_null(reply_header(a, &r, "Strict-Transport-Security"));
    assert_memory_equal(reply_header(a, &r, "Set-Cookie"), "qf_door=", 8);
}

static int start_behind_proxy(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    c.proxy = "127.0.0.1";
    log_set_level(LOG_ERROR + 1);
    struct err *e = web_start(a, &c, &web);
    port = e == NULL ? web_port(web) : 0;
    return e == NULL ? 0 : -1;
}

static void the_proxy_says_the_last_address_and_the_scheme(void **state)
{
    (void)state;
    static const struct {
        const char *headers, *peer;
    } cases[] = {{"", "127.0.0.1"},
                 {"X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"},
                 {"X-Forwarded-For: 10.0.0.1, 203.0.113.9\r\n", "203.0.113.9"},
                 {"X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"},
                 {"X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1"},
                 {"X-Forwarded-For: 203.0.113.9, nonsense\r\n", "127.0.0.1"},
                 {"X-Forwarded-For: \r\n", "127.0.0.1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        arena_scope struct arena *a = arena_new();
        struct reply r = get(a, "/peer", cases[i].headers);
        assert_string_equal(r.body, arena_printf(a, "{\"peer\":\"%s\",\"secure\":false}", cases[i].peer));
    }
    arena_scope struct arena *a = arena_new();
    struct reply r = get(a, "/", "X-Forwarded-Proto: https\r\n");
    assert_non_null(reply_header(a, &r, "Strict-Transport-Security"));
    const char *cookie = reply_header(a, &r, "Set-Cookie");
    assert_memory_equal(cookie, "__Host-qf_door=", 15);
    assert_non_null(strstr(cookie, "; Path=/; HttpOnly; SameSite=Lax; Secure"));
    r = get(a, "/mine", "X-Forwarded-Proto: https\r\n" JSON_FACE OFFICER); /* set by another host or over http */
    assert_int_equal(r.status, 401);
    r = get(a, "/mine", "X-Forwarded-Proto: https\r\n" JSON_FACE "Cookie: __Host-qf_session=officer\r\n");
    assert_int_equal(r.status, 200);
}

static void a_programs_token_needs_no_form_token_and_no_cookie(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply r = post(a, "/people/12", FORM JSON_FACE "Authorization: Bearer program\r\n", "x=1");
    assert_int_equal(r.status, 200);
    r = post(a, "/people/12", FORM JSON_FACE OFFICER, "x=1");
    assert_int_equal(r.status, 403);
    r = get(a, "/mine", "Authorization: Bearer wrong\r\n" OFFICER);
    assert_int_equal(r.status, 401);
    assert_string_equal(reply_header(a, &r, "WWW-Authenticate"), "Bearer");
    r = get(a, "/", "Authorization: Bearer \r\n");
    assert_int_equal(r.status, 401);
}

#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_request_that_may_be_two_is_refused_and_the_connection_ends),
        T(a_request_without_a_host_is_refused),
        T(two_honest_requests_on_one_connection_are_two),
        T(without_a_proxy_nobody_says_where_he_is),
        T(a_programs_token_needs_no_form_token_and_no_cookie),
        cmocka_unit_test_setup_teardown(the_proxy_says_the_last_address_and_the_scheme, start_behind_proxy, stop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
