/* server.c: libmicrohttpd takes in and sends; what lies between is handed to the lanes. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/temp.h"
#include "view/view.h"
#include "web/inner.h"

enum {
    NEXT_PORTS = 100,
    BACKLOG = 1024,
    HEADER_BYTES = 16384,
    KEPT_ARENA = 160 << 10,
    BYTES_A_SECOND = 16384,
    PAGES_LEAST = 16 /* some may wait for seconds: the others still serve */
};

/* ---- exchanges ---- */

static struct arena *take_arena(struct web *w)
{
    struct arena *a = NULL;
    pthread_mutex_lock(&w->lock);
    w->active++;
    if (w->n_spare > 0)
        a = w->spare[--w->n_spare];
    pthread_mutex_unlock(&w->lock);
    atomic_fetch_add_explicit(&w->metrics.active, 1, memory_order_relaxed);
    return a != NULL ? a : arena_new();
}

static void give_arena(struct web *w, struct arena *a)
{
    bool small = arena_used(a) <= KEPT_ARENA;
    if (small)
        arena_reset(a);
    atomic_fetch_sub_explicit(&w->metrics.active, 1, memory_order_relaxed);
    pthread_mutex_lock(&w->lock);
    if (small && w->n_spare < WEB_SPARE) {
        w->spare[w->n_spare++] = a;
        a = NULL;
    }
    if (--w->active == 0)
        pthread_cond_broadcast(&w->quiet);
    pthread_mutex_unlock(&w->lock);
    arena_free(a);
}

/* The first line of a request was read. */
static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct web *w = cls;
    struct arena *a = take_arena(w);
    struct exchange *x = arena_new_of(a, struct exchange);
    x->rq.arena = a;
    x->rq.web = w;
    x->mhd = mhd;
    x->status = 200;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    x->link = info->socket_context;
    if (strncasecmp(target, "http://", 7) == 0) { /* absolute form, as proxies send it */
        const char *path = strchr(target + 7, '/');
        target = path != NULL ? path : "/";
    }
    request_init(x, target);
    /* request.c takes the query apart. Left to itself libmicrohttpd puts every name of it into the memory of the
     * connection, and when a few hundred do not fit the request gets no answer at all; the buffer is its own. */
    char *query = strchr((char *)target, '?');
    if (query != NULL)
        query[1] = '\0';
    return x;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **req_cls, enum MHD_RequestTerminationCode how)
{
    (void)mhd, (void)how;
    struct web *w = cls;
    struct exchange *x = *req_cls;
    if (x == NULL)
        return;
    *req_cls = NULL;
    body_free(x);
    if (x->response != NULL && !x->shared)
        MHD_destroy_response(x->response);
    json_decref(x->rq.labels);
    link_within(x->link, (int64_t)w->c.idle_seconds * 1000 + w->c.receive_ms);
    give_arena(w, x->rq.arena);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct web *w = cls;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *context = link_new(w->links, fd, w->c.receive_ms);
        atomic_fetch_add_explicit(&w->metrics.links, 1, memory_order_relaxed);
    } else {
        link_free(w->links, *context);
        *context = NULL;
        atomic_fetch_sub_explicit(&w->metrics.links, 1, memory_order_relaxed);
    }
}

/* ---- a request's way ---- */

static int64_t time_for(const struct web *w, size_t bytes)
{
    return w->c.receive_ms + (int64_t)(bytes / BYTES_A_SECOND) * 1000;
}

static enum MHD_Result send_answer(struct exchange *x)
{
    struct MHD_Response *r = x->response;
    link_within(x->link, time_for(x->rq.web, x->answer_bytes));
    enum MHD_Result queued = MHD_queue_response(x->mhd, (unsigned)x->status, r);
    if (!x->shared)
        MHD_destroy_response(r);
    x->response = NULL;
    return queued;
}

/* Suspends the connection and leaves the exchange to its lane. */
static enum MHD_Result hand_over(struct exchange *x, enum stage stage, enum lane lane)
{
    struct web *w = x->rq.web;
    x->stage = stage;
    x->lane = lane;
    x->begun_us = clock_mono_us();
    link_within(x->link, 0);
    MHD_suspend_connection(x->mhd);
    if (!lane_push(&w->lanes[lane], x)) {
        request_language(x);
        respond_busy(x);
        metrics_count(&w->metrics, lane, x->status, 0);
        x->stage = STAGE_ANSWER;
        MHD_resume_connection(x->mhd);
    }
    return MHD_YES;
}

/* What needs no handler: assets, health, metrics. */
static bool answer_directly(struct web *w, struct exchange *x)
{
    struct arena *a = x->rq.arena;
    struct buf text = BUF(a);
    if (shelf_answer(w->shelf, x)) {
        metrics_count(&w->metrics, WEB_DIRECT, x->status, 0);
        return true;
    }
    if (strcmp(x->raw_path, "/healthz") == 0) {
        bool draining = atomic_load(&w->draining);
        x->status = draining ? 503 : 200;
        buf_puts(&text, draining ? "draining\n" : "ok\n");
    } else if (strcmp(x->raw_path, "/metrics") == 0) {
        metrics_text(w, &text);
    } else {
        return false;
    }
    struct MHD_Response *r = MHD_create_response_from_buffer(text.n, text.p, MHD_RESPMEM_PERSISTENT);
    respond_finish(x, r, "text/plain; version=0.0.4; charset=utf-8", text.n);
    metrics_count(&w->metrics, WEB_DIRECT, x->status, 0);
    return true;
}

static bool said(const struct req *rq, const char *header, const char *what)
{
    const char *value = req_header(rq, header);
    return value != NULL && strstr(value, what) != NULL;
}

static void read_headers(struct exchange *x, const char *method)
{
    struct req *rq = &x->rq;
    bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    rq->method = get ? GET : strcmp(method, "POST") == 0 ? POST : METHOD_UNSET;
    rq->json = said(rq, "Accept", "application/json") && !said(rq, "Accept", "text/html");
    rq->htmx = said(rq, "HX-Request", "true") && !said(rq, "HX-Boosted", "true") &&
               !said(rq, "HX-History-Restore-Request", "true");
}

/* A path with a slash too many, that is right without it, is sent there. */
static bool answer_slash(struct exchange *x)
{
    size_t n = strlen(x->raw_path);
    if (x->rq.method != GET || x->rq.route == NULL || n < 2 || x->raw_path[n - 1] != '/')
        return false;
    const char *query = strchr(x->rq.target, '?');
    respond_redirect(x, 308, arena_printf(x->rq.arena, "%.*s%s", (int)n - 1, x->raw_path, query != NULL ? query : ""));
    metrics_count(&x->rq.web->metrics, WEB_DIRECT, x->status, 0);
    return true;
}

/* Answered and the connection closed: what follows on it may be a request that another reader sees inside this one. */
static enum MHD_Result refuse_ambiguous(struct exchange *x)
{
    request_language(x);
    respond_header(&x->rq, "Connection", "close");
    respond_error(
        x, err_say(ERR(x->rq.arena, ERR_INVALID, "headers that may be read in two ways"), "web.ambiguous", NULL));
    x->status = 400;
    x->stage = STAGE_ANSWER;
    return send_answer(x);
}

static enum MHD_Result on_headers(struct web *w, struct exchange *x, const char *method)
{
    struct req *rq = &x->rq;
    request_secure(x);
    read_headers(x, method);
    if (request_ambiguous(x))
        return refuse_ambiguous(x);
    x->stage = STAGE_ANSWER;
    if (rq->method == GET && answer_directly(w, x))
        return MHD_YES;
    router_find(w->router, x, &x->allow);
    if (answer_slash(x))
        return MHD_YES;
    if (rq->route == NULL) {
        bool known = x->allow != NULL;
        x->refused = known ? err_say(ERR(rq->arena, ERR_MISSING, "method '%.20s' is not answered here", method),
                                     "web.method", NULL)
                           : ERR(rq->arena, ERR_MISSING, "no route");
        x->drop = true;
    }
    x->stage = STAGE_BODY;
    body_begin(x);
    if (x->refused != NULL && said(rq, "Expect", "100-continue")) { /* the client waits to be told before it sends */
        request_language(x);
        respond_error(x, x->refused);
        x->stage = STAGE_ANSWER;
        return send_answer(x);
    }
    if (x->body == BODY_PARTS && x->refused == NULL && rq->route->upload > 0)
        return hand_over(x, STAGE_ADMIT, LANE_PAGE);
    return MHD_YES;
}

static enum MHD_Result on_admitted(struct exchange *x)
{
    x->stage = STAGE_BODY;
    link_within(x->link, x->rq.web->c.receive_ms);
    if (x->refused != NULL && said(&x->rq, "Expect", "100-continue")) {
        respond_error(x, x->refused);
        return send_answer(x);
    }
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                                  const char *version, const char *data, size_t *data_n, void **req_cls)
{
    (void)mhd, (void)url, (void)version;
    struct exchange *x = *req_cls;
    switch (x->stage) {
    case STAGE_NEW: return on_headers(cls, x, method);
    case STAGE_ADMITTED: return on_admitted(x);
    case STAGE_BODY:
        if (*data_n > 0) {
            bool on = body_take(x, data, *data_n);
            link_within(x->link, time_for(x->rq.web, x->got));
            *data_n = 0;
            return on ? MHD_YES : MHD_NO;
        }
        body_end(x);
        return hand_over(x, STAGE_HANDLE, x->rq.route != NULL && x->refused == NULL ? x->rq.route->lane : LANE_PAGE);
    case STAGE_ANSWER:
        if (*data_n > 0) { /* a body nobody wants */
            *data_n = 0;
            return MHD_YES;
        }
        return send_answer(x);
    default: return MHD_NO;
    }
}

/* ---- starting ---- */

static void take_defaults(struct web_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int pages = cores * 2 > PAGES_LEAST ? (int)cores * 2 : PAGES_LEAST;
#define DEFAULT(field, value) c->field = c->field != 0 ? c->field : (value)
    DEFAULT(page_threads, pages);
    DEFAULT(signin_threads, 1);
    DEFAULT(long_threads, 2);
    DEFAULT(page_queue, 4096);
    DEFAULT(signin_queue, 32);
    DEFAULT(long_queue, 64);
    DEFAULT(form_limit, 1 << 20);
    DEFAULT(connections, 10000);
    DEFAULT(idle_seconds, 30);
    DEFAULT(receive_ms, 30000);
    DEFAULT(drain_seconds, 30);
    DEFAULT(io_threads, 1);
#undef DEFAULT
    if (c->host == NULL)
        c->host = "127.0.0.1";
    if (c->tmp == NULL)
        c->tmp = temp_folder();
    c->secure = c->secure || c->tls_key != NULL;
}

/* As many open files as the connections need, or fewer connections. */
static void fit_connections(struct web_config *c)
{
    struct rlimit limit;
    rlim_t need = (rlim_t)c->connections + 256; /* databases, files on their way, logs */
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= need)
        return;
    rlim_t most = limit.rlim_max;
    limit.rlim_cur = most == RLIM_INFINITY || most >= need ? need : most;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < need) {
        c->connections = limit.rlim_cur > 512 ? (int)limit.rlim_cur - 256 : (int)limit.rlim_cur / 2;
        log_line(LOG_WARN, "the limit of open files allows %d connections", c->connections);
    }
}

static int listen_on(const struct addrinfo *ai, int port, int *errno_out)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0) {
        *errno_out = errno;
        return -1;
    }
    struct sockaddr_storage at;
    memcpy(&at, ai->ai_addr, ai->ai_addrlen);
    if (ai->ai_family == AF_INET6)
        ((struct sockaddr_in6 *)&at)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)&at)->sin_port = htons((uint16_t)port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, ai->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
        *errno_out = errno;
        close(fd);
        return -1;
    }
    return fd;
}

static struct err *open_socket(struct web *w, struct arena *a, int *fd_out)
{
    struct addrinfo want = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *ai;
    int failed = getaddrinfo(w->c.host, NULL, &want, &ai), fd = -1, why = 0;
    if (failed != 0)
        return ERR(a, ERR_INVALID, "host '%s': %s", w->c.host, gai_strerror(failed));
    int last = w->c.next_free && w->c.port != 0 ? w->c.port + NEXT_PORTS : w->c.port;
    for (int port = w->c.port; port <= last && port < 65536; port++) {
        fd = listen_on(ai, port, &why);
        if (fd >= 0 || why != EADDRINUSE)
            break;
    }
    freeaddrinfo(ai);
    if (fd < 0)
        return err_say(ERR(a, why == EADDRINUSE ? ERR_CONFLICT : ERR_FAULT, "listen on %s port %d: %s", w->c.host,
                           w->c.port, strerror(why)),
                       why == EADDRINUSE ? "web.port_taken" : NULL, "port", arena_printf(a, "%d", w->c.port), NULL);
    struct sockaddr_storage at;
    socklen_t n = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &n);
    w->port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
                                             : ((struct sockaddr_in *)&at)->sin_port);
    *fd_out = fd;
    return NULL;
}

/* The page of a path as it is declared. */
static const struct route *route_of(const struct web *w, const char *path)
{
    for (const struct module *const *m = w->c.modules; m != NULL && *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            if (r->method == GET && strcmp(r->path, path) == 0)
                return r;
    return NULL;
}

static void collect_menu(struct web *w)
{
    for (int pass = 0; pass < 2; pass++) {
        w->n_menu = 0;
        for (const struct module *const *m = w->c.modules; m != NULL && *m != NULL; m++)
            for (const struct menu_entry *e = (*m)->menu; e != NULL && e->path != NULL; e++, w->n_menu++)
                if (pass == 1) {
                    w->menu[w->n_menu] =
                        (struct view_menu){.group = e->group, .text = e->text, .path = e->path, .count = -1};
                    w->menu_capabilities[w->n_menu] = e->capability;
                    w->menu_routes[w->n_menu] = route_of(w, e->path);
                }
        if (pass == 0) {
            w->menu = arena_array(w->arena, struct view_menu, w->n_menu);
            w->menu_capabilities = arena_array(w->arena, const char *, w->n_menu);
            w->menu_routes = arena_array(w->arena, const struct route *, w->n_menu);
        }
    }
}

static void collect_capabilities(struct web *w)
{
    VEC(const char *) all = {0};
    for (const struct module *const *m = w->c.modules; m != NULL && *m != NULL; m++)
        for (const struct route *r = (*m)->routes; r != NULL && r->path != NULL; r++)
            if (strcmp(r->capability, CAP_ANYONE) != 0 && strcmp(r->capability, CAP_SIGNED_IN) != 0)
                *VEC_PUSH(&all, w->arena) = r->capability;
    w->capabilities = all.p;
    w->n_capabilities = (int)all.n;
}

static void mhd_log(void *cls, const char *fmt, va_list ap) LIKE_PRINTF(2, 0);
static void mhd_log(void *cls, const char *fmt, va_list ap)
{
    (void)cls;
    char line[400];
    vsnprintf(line, sizeof line, fmt, ap);
    log_line(LOG_DEBUG, "http: %s", line);
}

static struct MHD_Daemon *start_daemon(struct web *w, int fd)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TURBO;
    struct MHD_OptionItem more[6], *m = more;
    *m++ = (struct MHD_OptionItem){MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL};
    if (w->c.io_threads > 1)
        *m++ = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, w->c.io_threads, NULL};
    if (w->c.tls_key != NULL) {
        flags |= MHD_USE_TLS;
        *m++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)w->c.tls_key};
        *m++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)w->c.tls_cert};
        *m++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0,
                                       (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"};
    }
    *m = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, w, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL,
                            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_target, w,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection,
                            w, MHD_OPTION_CONNECTION_LIMIT, (unsigned)w->c.connections, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)w->c.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES,
                            MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static struct err *start(struct web *w, struct arena *a)
{
    TRY(view_init(a));
    TRY(router_new(w->arena, w->c.modules, &w->router));
    collect_menu(w);
    collect_capabilities(w);
    TRY(view_rail(w->arena, w->menu, w->n_menu, &w->rail));
    w->heads = heads_new(w->arena);
    w->shelf = shelf_new(w->arena);
    int fd = -1;
    TRY(open_socket(w, a, &fd));
    struct err *e = links_start(w->arena, &w->links);
    int threads[] = {w->c.page_threads, w->c.signin_threads, w->c.long_threads};
    int most[] = {w->c.page_queue, w->c.signin_queue, w->c.long_queue};
    for (int lane = 0; lane < WEB_LANES && e == NULL; lane++)
        e = lane_start(w->arena, &w->lanes[lane], w, threads[lane], most[lane]);
    if (e == NULL && (w->daemon = start_daemon(w, fd)) == NULL)
        e = ERR(a, ERR_FAULT, "the HTTP server did not start");
    if (e != NULL)
        close(fd);
    return e;
}

static void free_all(struct web *w)
{
    for (int lane = 0; lane < WEB_LANES; lane++)
        lane_stop(&w->lanes[lane]);
    if (w->daemon != NULL)
        MHD_stop_daemon(w->daemon);
    links_stop(w->links);
    shelf_free(w->shelf);
    while (w->n_spare > 0)
        arena_free(w->spare[--w->n_spare]);
    pthread_cond_destroy(&w->quiet);
    pthread_mutex_destroy(&w->lock);
    arena_free(w->arena);
}

struct err *web_start(struct arena *a, const struct web_config *c, struct web **out)
{
    struct arena *own = arena_new();
    struct web *w = arena_new_of(own, struct web);
    w->arena = own;
    w->c = *c;
    take_defaults(&w->c);
    fit_connections(&w->c);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->quiet, NULL);
    w->metrics.since_ms = clock_now_ms();
    json_object_seed(0);
    struct err *e = start(w, a);
    if (e != NULL) {
        struct err *kept = ERR(a, e->kind, "%s", e->detail); /* e may live in the arena that goes */
        kept->say = e->say != NULL ? arena_strdup(a, e->say) : NULL;
        memcpy(kept->args, e->args, sizeof kept->args);
        free_all(w);
        return kept;
    }
    *out = w;
    return NULL;
}

int web_port(const struct web *w)
{
    return w->port;
}

/* ---- stopping ---- */

static bool wait_quiet(struct web *w)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += w->c.drain_seconds;
    pthread_mutex_lock(&w->lock);
    int late = 0;
    while (w->active > 0 && late == 0)
        late = pthread_cond_timedwait(&w->quiet, &w->lock, &until);
    bool quiet = w->active == 0;
    pthread_mutex_unlock(&w->lock);
    return quiet;
}

struct err *web_stop(struct web *w, struct arena *a)
{
    if (w == NULL)
        return NULL;
    atomic_store(&w->draining, true);
    int fd = MHD_quiesce_daemon(w->daemon);
    if (fd >= 0)
        close(fd);
    if (!wait_quiet(w))
        return ERR(a, ERR_BUSY, "requests were still under way after %d seconds", w->c.drain_seconds);
    free_all(w);
    return NULL;
}
