/* respond.c: answers. The bytes of an answer live in the request's arena, which ends after they were sent. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/access.h"
#include "base/log.h"
#include "base/temp.h"
#include "view/view.h"
#include "web/inner.h"

enum { PAGE_BYTES = 16384, PAGE_LEAST = 4096, PAGE_MOST = 131072 }; /* room a page begins with */

void respond_status(struct req *rq, int status)
{
    exchange_of(rq)->status = status;
}

void respond_header(struct req *rq, const char *name, const char *value)
{
    struct exchange *x = exchange_of(rq);
    struct header *h = arena_new_of(rq->arena, struct header);
    *h = (struct header){arena_strdup(rq->arena, name), arena_strdup(rq->arena, value), x->headers};
    x->headers = h;
}

void respond_guard(struct MHD_Response *response)
{
    static const char *const headers[][2] = {
        {"Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
                                    "form-action 'self'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
}

void respond_finish(struct exchange *x, struct MHD_Response *response, const char *type, size_t bytes)
{
    if (x->response != NULL)
        MHD_destroy_response(x->response);
    x->response = response;
    x->answer_bytes = bytes;
    if (type != NULL)
        MHD_add_response_header(response, "Content-Type", type);
    MHD_add_response_header(response, "Cache-Control", "no-store");
    respond_guard(response);
    if (x->secure)
        MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
    for (const struct header *h = x->headers; h != NULL; h = h->next)
        MHD_add_response_header(response, h->name, h->value);
    if (atomic_load_explicit(&x->rq.web->draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
}

static void finish_bytes(struct exchange *x, const char *type, const void *bytes, size_t n)
{
    respond_finish(x, MHD_create_response_from_buffer(n, (void *)bytes, MHD_RESPMEM_PERSISTENT), type, n);
}

/* Room for as much as this thread's last answer took: most pages are then written without moving. */
static _Thread_local size_t page_bytes = PAGE_BYTES;

static struct buf page_buf(struct arena *a)
{
    struct buf b = BUF(a);
    buf_room(&b, page_bytes);
    return b;
}

static void remember_size(size_t n)
{
    n += n / 8 + 256;
    page_bytes = n < PAGE_LEAST ? PAGE_LEAST : n > PAGE_MOST ? PAGE_MOST : n;
}

/* ---- pages ---- */

static struct view view_of(struct exchange *x)
{
    struct req *rq = &x->rq;
    struct web *w = rq->web;
    struct view v = {.lang = rq->lang,
                     .csrf = rq->route != NULL && rq->route->tokenless ? "" : req_csrf(rq),
                     .path = rq->path,
                     .here = rq->method == GET ? rq->target : rq->path,
                     .site = w->c.site,
                     .day = rq->today,
                     .now = rq->now,
                     .number = rq->number,
                     .proof = rq->proof,
                     .desk = -1,
                     .unread = -1,
                     .labels = rq->labels};
    if (rq->who == NULL)
        return v;
    v.user = rq->user != NULL ? rq->user : rq->who->name;
    v.unit = rq->unit;
    if (rq->htmx)
        return v;
    struct web_head head = heads_of(x);
    v.desk = head.desk;
    v.desk_path = head.desk_path;
    v.unread = head.unread;
    struct view_menu *menu = arena_array(rq->arena, struct view_menu, w->n_menu);
    for (int i = 0; i < w->n_menu; i++) {
        menu[i] = w->menu[i];
        menu[i].open = request_sees_line(rq, i);
    }
    v.menu = menu;
    v.n_menu = w->n_menu;
    v.rail = w->rail;
    return v;
}

static struct err *render_page(struct exchange *x, const char *template, json_t *data)
{
    struct buf out = page_buf(x->rq.arena);
    if (x->rq.json) {
        view_json(&out, data);
        remember_size(out.n);
        finish_bytes(x, "application/json", out.p, out.n);
        return NULL;
    }
    struct view v = view_of(x);
    TRY(x->rq.htmx ? view_part(&v, template, data, &out) : view_page(&v, template, data, &out));
    remember_size(out.n);
    finish_bytes(x, "text/html; charset=utf-8", out.p, out.n);
    return NULL;
}

struct err *respond_page(struct req *rq, const char *template, json_t *data)
{
    struct err *e = render_page(exchange_of(rq), template, data);
    json_decref(data);
    return e;
}

struct err *respond_json(struct req *rq, json_t *data)
{
    struct buf out = page_buf(rq->arena);
    view_json(&out, data);
    json_decref(data);
    return respond_json_text(rq, &out);
}

struct err *respond_json_text(struct req *rq, const struct buf *json)
{
    finish_bytes(exchange_of(rq), "application/json", json->p != NULL ? json->p : "", json->n);
    return NULL;
}

struct err *respond_bytes(struct req *rq, const char *type, const void *bytes, size_t n)
{
    finish_bytes(exchange_of(rq), type, bytes, n);
    return NULL;
}

void respond_redirect(struct exchange *x, int status, const char *location)
{
    x->status = status;
    respond_header(&x->rq, "Location", location);
    finish_bytes(x, NULL, "", 0);
}

struct err *respond_see_other(struct req *rq, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *path = arena_vprintf(rq->arena, fmt, ap);
    va_end(ap);
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\' || strpbrk(path, "\r\n") != NULL)
        return ERR(rq->arena, ERR_FAULT, "a redirect to '%s', which is not a path here", path);
    respond_redirect(exchange_of(rq), 303, path);
    return NULL;
}

struct err *respond_elsewhere(struct req *rq, const char *address)
{
    if (strncmp(address, "http", 4) != 0 || strpbrk(address, "\r\n") != NULL)
        return ERR(rq->arena, ERR_FAULT, "a redirect to '%s'", address);
    respond_redirect(exchange_of(rq), 303, address);
    return NULL;
}

/* ---- errors ---- */

/* What the form calls the field, where the handler said so. */
static const char *label_of(const struct err *e)
{
    for (int i = 0; i < ERR_ARGS && e->args[i].name != NULL; i++)
        if (strcmp(e->args[i].name, "label") == 0)
            return e->args[i].value;
    return NULL;
}

const char *form_wrong(const struct req *rq, const struct err *e, const char *field)
{
    for (; e != NULL; e = e->next)
        if (e->field != NULL && strcmp(e->field, field) == 0)
            return text_err(rq->arena, rq->lang, e);
    return NULL;
}

json_t *form_errors(struct req *rq, const struct err *e)
{
    json_t *errors = json_object(), *fields = json_array(), *by = json_object();
    for (const struct err *f = e; f != NULL; f = f->next) {
        if (f->field == NULL)
            continue;
        const char *say = text_err(rq->arena, rq->lang, f);
        json_array_append_new(fields, json_pack("{ss ss? ss}", "field", f->field, "label", label_of(f), "say", say));
        if (json_object_get(by, f->field) == NULL)
            json_object_set_new(by, f->field, json_string(say));
    }
    size_t n = json_array_size(fields);
    const char *say =
        n > 0 ? tr(rq, "view.form.bad", "count", arena_printf(rq->arena, "%zu", n)) : text_err(rq->arena, rq->lang, e);
    json_object_set_new(errors, "kind", json_string(err_kind_name(e->kind)));
    json_object_set_new(errors, "say", json_string(say));
    json_object_set_new(errors, "count", json_integer((json_int_t)n));
    json_object_set_new(errors, "fields", fields);
    json_object_set_new(errors, "by", by);
    return errors;
}

static json_t *error_json(struct exchange *x, const struct err *e)
{
    json_t *errors = form_errors(&x->rq, e);
    if (json_integer_value(json_object_get(errors, "count")) == 1) /* one sentence says more than "one to correct" */
        json_object_set(errors, "say", json_object_get(json_array_get(json_object_get(errors, "fields"), 0), "say"));
    json_object_del(errors, "count");
    json_object_del(errors, "by");
    json_object_set_new(errors, "request", json_integer(x->rq.number));
    return json_pack("{so}", "error", errors);
}

struct err *respond_form(struct req *rq, const char *template, json_t *data, const struct err *e)
{
    struct exchange *x = exchange_of(rq);
    bool shown = e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LOGIN || e->kind == ERR_LIMIT;
    if (!shown) {
        json_decref(data);
        return (struct err *)e;
    }
    x->status = err_status(e);
    if (rq->json) {
        json_decref(data);
        return respond_json(rq, error_json(x, e));
    }
    json_object_set_new(data, "errors", form_errors(rq, e));
    return respond_page(rq, template, data);
}

/* The one line of the log: what was asked, what went wrong, where. The query is left out, it may hold names. */
static void log_error(struct exchange *x, const struct err *e)
{
    struct buf b = BUF(x->rq.arena);
    for (int i = 0; i < ERR_TRAIL && e->trail[i] != NULL; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : " < ", e->trail[i]);
    int more = 0;
    for (const struct err *f = e->next; f != NULL; f = f->next)
        more++;
    log_line(e->kind == ERR_FAULT ? LOG_ERROR : LOG_INFO, "request %lld %s %s: %s: %s%s [%s]", (long long)x->rq.number,
             x->rq.method == POST ? "POST" : "GET", x->raw_path, err_kind_name(e->kind), e->detail,
             more > 0 ? arena_printf(x->rq.arena, " and %d more", more) : "", buf_str(&b));
}

static char *encoded(struct arena *a, const char *s)
{
    struct buf b = BUF(a);
    for (; *s != '\0'; s++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/", *s) != NULL)
            buf_putc(&b, *s);
        else
            buf_printf(&b, "%%%02X", (unsigned char)*s);
    return buf_str(&b);
}

/* Nobody is signed in: people go to the form and come back to where they wanted to be. */
static bool sent_to_sign_in(struct exchange *x, const struct err *e)
{
    const char *form = x->rq.web->c.auth.sign_in;
    if (e->kind != ERR_LOGIN || form == NULL || x->rq.json || x->bearer)
        return false;
    const char *to = x->rq.method == GET && strcmp(x->rq.target, "/") != 0
                         ? arena_printf(x->rq.arena, "%s?next=%s", form, encoded(x->rq.arena, x->rq.target))
                         : form;
    if (x->rq.htmx) {
        respond_header(&x->rq, "HX-Redirect", to);
        x->status = 401;
        finish_bytes(x, NULL, "", 0);
    } else {
        respond_redirect(x, 303, to);
    }
    return true;
}

/* A file that is not opened until a reason is stated: the page with the box for it. Programs send X-Reason. */
static bool asks_reason(const struct exchange *x, const struct err *e)
{
    return e->kind == ERR_DENIED && e->say != NULL && strcmp(e->say, "access.reason_needed") == 0 &&
           x->rq.shown != NULL;
}

static json_t *reason_labels(struct exchange *x)
{
    struct req *rq = &x->rq;
    return req_reason_labels(rq, rq->method == GET ? rq->target : rq->path, rq->shown->member);
}

/* "Still loading, n %" is no fault and passes by itself: it is shown as such, with a way to look again. */
static json_t *error_labels(struct exchange *x, const struct err *e, const json_t *data)
{
    struct arena *a = x->rq.arena;
    bool loading = e->kind == ERR_BUSY && e->say != NULL && strcmp(e->say, "facts.loading") == 0;
    bool picture = e->kind == ERR_DENIED || e->kind == ERR_MISSING || e->kind == ERR_BUSY;
    const char *key = loading ? "view.state.loading" : arena_printf(a, "view.error.%s", err_kind_name(e->kind));
    json_t *labels = json_pack("{ss sb}", "title", tr(&x->rq, key), "fields",
                               json_array_size(json_object_get(json_object_get(data, "error"), "fields")) > 1);
    json_object_set_new(labels, loading ? "loading" : picture ? err_kind_name(e->kind) : "other", json_true());
    if (e->kind == ERR_BUSY && x->rq.method == GET && x->rq.target != NULL)
        json_object_set_new(labels, "again", json_string(x->rq.target));
    return labels;
}

static struct err *error_page(struct exchange *x, const struct err *e, json_t *data)
{
    bool asks = asks_reason(x, e);
    json_t *labels = error_labels(x, e, data);
    json_t *before = x->rq.labels;
    if (asks) {
        json_decref(labels);
        labels = reason_labels(x);
    }
    x->rq.labels = labels;
    if (x->rq.htmx) {
        respond_header(&x->rq, "HX-Retarget", "#main");
        respond_header(&x->rq, "HX-Reselect", "#error");
        respond_header(&x->rq, "HX-Reswap", "innerHTML");
    }
    struct err *wrong = render_page(x,
                                    asks                ? "view/reason"
                                    : x->rq.who != NULL ? "view/error"
                                                        : "view/error-door",
                                    data);
    json_decref(labels);
    x->rq.labels = before;
    return wrong;
}

void respond_error(struct exchange *x, struct err *e)
{
    log_error(x, e);
    x->fault = e->kind == ERR_FAULT;
    if (sent_to_sign_in(x, e))
        return;
    x->status = x->allow != NULL ? 405 : err_status(e);
    if (x->allow != NULL)
        respond_header(&x->rq, "Allow", x->allow);
    if (x->bearer && e->kind == ERR_LOGIN)
        respond_header(&x->rq, "WWW-Authenticate", "Bearer");
    if (e->kind == ERR_BUSY)
        respond_header(&x->rq, "Retry-After", "5");
    json_t *data = error_json(x, e);
    if (asks_reason(x, e)) /* a program tells this refusal from others by it */
        json_object_set_new(json_object_get(data, "error"), "code", json_string("reason_needed"));
    struct err *wrong = error_page(x, e, data);
    if (wrong != NULL) {
        log_error(x, wrong);
        const char *say = text_err(x->rq.arena, x->rq.lang, e);
        finish_bytes(x, "text/plain; charset=utf-8", say, strlen(say));
    }
    json_decref(data);
}

void respond_busy(struct exchange *x)
{
    const char *key = x->lane == LANE_SIGNIN ? "web.busy.signin" : x->lane == LANE_LONG ? "web.busy.long" : "web.busy";
    respond_error(x, err_say(ERR(x->rq.arena, ERR_BUSY, "the queue of lane %d is full", x->lane), key, NULL));
}

/* ---- files ---- */

static void offer(struct req *rq, const char *filename)
{
    if (filename == NULL)
        return;
    struct arena *a = rq->arena;
    char *plain = arena_strdup(a, filename);
    for (char *c = plain; *c != '\0'; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
            *c = '_';
    respond_header(rq, "Content-Disposition",
                   arena_printf(a, "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, encoded(a, filename)));
}

struct err *respond_fd(struct req *rq, int fd, const char *type, const char *filename)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        close(fd);
        return ERR(rq->arena, ERR_FAULT, "fstat: %s", strerror(errno));
    }
    offer(rq, filename);
    struct MHD_Response *r = MHD_create_response_from_fd64((uint64_t)st.st_size, fd);
    if (r == NULL) {
        close(fd);
        return ERR(rq->arena, ERR_FAULT, "a file of %lld bytes cannot be sent", (long long)st.st_size);
    }
    respond_finish(exchange_of(rq), r, type, (size_t)st.st_size);
    return NULL;
}

struct err *respond_stream(struct req *rq, const char *type, const char *filename,
                           struct err *(*write)(void *ctx, int fd), void *ctx)
{
    int fd;
    TRY(temp_open(rq->arena, rq->web->c.tmp, &fd));
    struct err *e = write(ctx, fd);
    if (e != NULL) {
        close(fd);
        return err_via(e, ERR_HERE);
    }
    return respond_fd(rq, fd, type, filename);
}
