/* The server under strain: bodies over the limit, uploads, clients that dawdle, lanes, stopping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/rand.h"
#include "served.h"

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

static void an_address_of_very_many_names_is_answered(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf address = BUF(a);
    buf_puts(&address, "/people/12?");
    for (int i = 0; i < 2000; i++)
        buf_puts(&address, "a=1&");
    assert_int_equal(get(a, buf_str(&address), OFFICER).status, 200);
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

/* As some clients send it: the head of each part in a packet of its own. */
static void a_part_whose_head_comes_first_is_one_part(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct reply page = get(a, "/people/12", OFFICER);
    size_t n;
    const char *body = parts(a, token(a, &page), 100, &n);
    int fd = client_open(port);
    const char *head =
        arena_printf(a, "POST /upload HTTP/1.1\r\nHost: test\r\n" PARTS OFFICER "Content-Length: %zu\r\n\r\n", n);
    client_send(fd, head, strlen(head));
    for (size_t at = 0; at < n;) {
        const char *end = memmem(body + at, n - at, "\r\n\r\n", 4);
        size_t piece = end == NULL ? n - at : (size_t)(end + 4 - body) - at;
        client_send(fd, body + at, piece);
        at += piece;
        usleep(20000); /* so that each is a packet */
    }
    struct reply r = client_read(a, fd, false);
    close(fd);
    assert_int_equal(r.status, 200);
    assert_has(&r, "\"note\":\"两行\\n文字\"");
    assert_has(&r, "\"file\":{\"first\":\"PK\\u0003\\u0004xxxx\",\"filename\":\"名册.zip\",\"size\":104}");
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

/* The parts themselves are taken apart by libmicrohttpd: bodies that are nearly right, sent whole. */
static void parts_that_are_nearly_right_are_answered(void **state)
{
    (void)state;
    struct rng r;
    rng_seed(&r, 7);
    for (int i = 0; i < 400; i++) {
        arena_scope struct arena *a = arena_new();
        struct reply page = get(a, "/people/12", OFFICER);
        size_t n;
        char *body = parts(a, token(a, &page), 50, &n);
        for (int k = rng_range(&r, 1, 4); k > 0; k--) {
            size_t at = (size_t)rng_below(&r, (int)n);
            if (rng_chance(&r, 300))
                n = at + 1;
            else if (rng_chance(&r, 500))
                body[at] = "\r\n-:;=\"\0x"[rng_below(&r, 9)];
            else
                memmove(body + at / 2, body + at, n - at);
        }
        struct reply reply = client_ask(a, port, "POST", "/upload", PARTS OFFICER, body, n);
        if (reply.status != 200 && reply.status != 403 && reply.status != 422)
            fail_msg("round %d: %d", i, reply.status);
    }
    arena_scope struct arena *a = arena_new();
    assert_int_equal(get(a, "/people/12", OFFICER).status, 200);
}

/* ---- the folder for what comes in and goes out ---- */

static struct reply send_up(struct arena *a, int there)
{
    size_t n;
    struct reply page = client_ask(a, there, "GET", "/people/12", OFFICER, NULL, 0);
    const char *body = parts(a, token(a, &page), 200000, &n);
    return client_ask(a, there, "POST", "/upload", PARTS OFFICER, body, n);
}

static void in_folder(const char *folder, int status, const char *says)
{
    arena_scope struct arena *a = arena_new();
    struct web_config c = config();
    struct web *other;
    c.tmp = folder;
    assert_null(web_start(a, &c, &other));
    int there = web_port(other);
    struct reply up = send_up(a, there), down = client_ask(a, there, "GET", "/file/whole", "", NULL, 0);
    assert_int_equal(up.status, status);
    assert_has(&up, says);
    assert_int_equal(down.status, status);
    if (status != 200)
        assert_has(&down, says);
    assert_null(web_stop(other, a));
}

static void a_folder_that_is_gone_or_takes_nothing_is_told(void **state)
{
    (void)state;
    in_folder("/nonexistent/folder", 500, "存放临时文件的目录不能写");
    in_folder("/proc", 500, "存放临时文件的目录不能写");
    char folder[] = "/tmp/qf-spool-XXXXXX";
    assert_non_null(mkdtemp(folder));
    in_folder(folder, 200, "名册.zip");
    assert_int_equal(rmdir(folder), 0); /* nothing was left in it */
    in_folder(folder, 500, "存放临时文件的目录不能写");
}

/* The process may write no longer files: as on a full disk, some bytes go in and then none. */
static void room_for(rlim_t bytes)
{
    struct rlimit l;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void a_full_disk_is_told_and_the_next_try_succeeds(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    signal(SIGXFSZ, SIG_IGN);
    room_for(100000);
    struct reply full = send_up(a, port);
    room_for(RLIM_INFINITY);
    assert_int_equal(full.status, 413);
    assert_has(&full, "磁盘写不下了");
    assert_int_equal(send_up(a, port).status, 200);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_over_the_limit_are_refused_with_a_sentence),
        cmocka_unit_test(a_chunked_body_over_the_limit_is_refused),
        cmocka_unit_test(an_address_of_very_many_names_is_answered),
        cmocka_unit_test(files_are_taken_in_whole),
        cmocka_unit_test(a_part_whose_head_comes_first_is_one_part),
        cmocka_unit_test(uploads_are_refused_where_and_to_whom_they_do_not_belong),
        cmocka_unit_test(parts_that_are_nearly_right_are_answered),
        cmocka_unit_test(a_folder_that_is_gone_or_takes_nothing_is_told),
        cmocka_unit_test(a_full_disk_is_told_and_the_next_try_succeeds),
        cmocka_unit_test(a_client_that_dawdles_is_cut_off_and_others_are_served),
        cmocka_unit_test(thousands_of_silent_connections_do_no_harm),
        cmocka_unit_test(pages_pass_while_the_long_lane_is_full),
        cmocka_unit_test(a_full_queue_says_so),
        cmocka_unit_test(stopping_lets_requests_finish_and_takes_no_more),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
