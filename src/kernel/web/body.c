/* body.c: takes in bodies on a thread of libmicrohttpd. Forms and JSON are kept as sent, up to a limit; files go piece
 * by piece into temporary files without a name, so nothing is left behind whatever happens. What is refused is read to
 * its end and thrown away, because a browser shows the answer only when it has sent everything. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/temp.h"
#include "web/inner.h"

enum { PIECE = 65536, DRAIN_MOST = INT32_MAX }; /* bytes of a refused body that are read before the connection is cut */

static struct err *too_big(struct exchange *x, size_t limit)
{
    struct arena *a = x->rq.arena;
    const char *say =
        limit >= 1 << 20 ? arena_printf(a, "%zu MB", limit >> 20) : arena_printf(a, "%zu KB", limit >> 10);
    return err_say(ERR(a, ERR_LIMIT, "the body is over %zu bytes", limit), "web.too_big", "limit", say, NULL);
}

static void refuse(struct exchange *x, struct err *e)
{
    if (x->refused == NULL)
        x->refused = e;
    x->drop = true;
}

static bool type_is(const char *type, const char *want)
{
    size_t n = strlen(want);
    return type != NULL && strncasecmp(type, want, n) == 0 && (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

static void close_fd(void *p)
{
    close((int)(intptr_t)p);
}

/* ---- parts ---- */

static struct err *begin_part(struct exchange *x, const char *name, const char *filename, const char *type)
{
    struct arena *a = x->rq.arena;
    if (x->files.n + x->form.n >= WEB_FIELDS_MOST)
        return ERR(a, ERR_LIMIT, "more than %d fields", WEB_FIELDS_MOST);
    if (filename == NULL) {
        TRY(request_text(x, name, strlen(name), &x->part_name));
        x->part_text = BUF(a);
        return NULL;
    }
    if (x->rq.route->upload == 0)
        return err_say(ERR(a, ERR_INVALID, "a file where none is taken"), "web.no_files", NULL);
    struct upload file = {.type = arena_strdup(a, type != NULL ? type : "")};
    TRY(request_text(x, name, strlen(name), &file.field));
    const char *slash = strrchr(filename, '/'), *back = strrchr(filename, '\\');
    const char *base = slash == NULL || back > slash ? back : slash;
    base = base != NULL ? base + 1 : filename;
    TRY(request_text(x, base, strlen(base), &file.filename));
    TRY(temp_open(a, x->rq.web->c.tmp, &file.fd));
    arena_defer(a, close_fd, (void *)(intptr_t)file.fd);
    file.path = arena_printf(a, "/proc/self/fd/%d", file.fd);
    *VEC_PUSH(&x->files, a) = file;
    return NULL;
}

static struct err *end_part(struct exchange *x)
{
    if (x->part_name == NULL)
        return NULL;
    struct pair pair = {.name = x->part_name};
    x->part_name = NULL;
    TRY(request_text(x, buf_str(&x->part_text), x->part_text.n, &pair.value));
    *VEC_PUSH(&x->form, x->rq.arena) = pair;
    return NULL;
}

static struct err *fill_file(struct exchange *x, const char *data, size_t n)
{
    struct upload *file = &x->files.p[x->files.n - 1];
    while (n > 0) {
        ssize_t done = pwrite(file->fd, data, n, file->size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return err_disk(x->rq.arena, done < 0 ? errno : ENOSPC, "an upload");
        file->size += done;
        data += done;
        n -= (size_t)done;
    }
    return NULL;
}

/* When the head of a part comes in an earlier packet than its first byte, libmicrohttpd announces the part twice. */
static bool announced(const struct exchange *x, const char *key)
{
    return x->bare != NULL && key != NULL && strcmp(x->bare, key) == 0;
}

static enum MHD_Result take_part(void *cls, enum MHD_ValueKind kind, const char *key, const char *filename,
                                 const char *type, const char *encoding, const char *data, uint64_t off, size_t n)
{
    (void)kind, (void)encoding;
    struct exchange *x = cls;
    struct err *e = NULL;
    if (off == 0 && !announced(x, key)) {
        e = end_part(x);
        if (e == NULL)
            e = begin_part(x, key != NULL ? key : "", filename, type);
    }
    x->bare = off == 0 && n == 0 && key != NULL ? arena_strdup(x->rq.arena, key) : NULL;
    if (e == NULL && filename != NULL) {
        e = fill_file(x, data, n);
    } else if (e == NULL) {
        x->part_text.most = x->rq.web->c.form_limit;
        buf_add(&x->part_text, data, n);
        if (x->part_text.over)
            e = too_big(x, x->rq.web->c.form_limit);
    }
    if (e != NULL)
        refuse(x, e);
    return e == NULL ? MHD_YES : MHD_NO;
}

/* ---- the body ---- */

void body_begin(struct exchange *x)
{
    const char *type = req_header(&x->rq, "Content-Type"), *length = req_header(&x->rq, "Content-Length");
    const struct route *route = x->rq.route;
    x->limit = x->rq.web->c.form_limit;
    if (type_is(type, "multipart/form-data")) {
        x->body = BODY_PARTS;
        x->limit = route != NULL && route->upload > 0 ? route->upload : x->limit;
    } else if (type_is(type, "application/x-www-form-urlencoded")) {
        x->body = BODY_FORM;
    } else if (type_is(type, "application/json")) {
        x->body = BODY_JSON;
    } else if (x->rq.method == POST && (length == NULL || strcmp(length, "0") != 0)) {
        x->body = BODY_OTHER;
    }
    x->raw = BUF(x->rq.arena);
    x->raw.most = x->limit;
    if (length != NULL && strtoull(length, NULL, 10) > x->limit)
        refuse(x, too_big(x, x->limit));
    if (x->body == BODY_OTHER && req_header(&x->rq, "Content-Type") != NULL)
        refuse(x, err_say(ERR(x->rq.arena, ERR_INVALID, "a body of type '%.80s'", type), "web.body_type", NULL));
    if (x->body == BODY_PARTS && x->refused == NULL) {
        x->parts = MHD_create_post_processor(x->mhd, PIECE, take_part, x);
        if (x->parts == NULL)
            refuse(x, err_say(ERR(x->rq.arena, ERR_INVALID, "parts without a boundary"), "web.body_type", NULL));
    }
}

bool body_take(struct exchange *x, const char *data, size_t n)
{
    x->got += n;
    if (x->got > x->limit)
        refuse(x, too_big(x, x->limit));
    if (x->drop)
        return x->got < DRAIN_MOST;
    if (x->parts != NULL) {
        if (MHD_post_process(x->parts, data, n) != MHD_YES)
            refuse(x, err_say(ERR(x->rq.arena, ERR_INVALID, "parts that cannot be read"), "web.body_type", NULL));
    } else {
        buf_add(&x->raw, data, n);
    }
    return true;
}

/* A file field left empty comes as a file without name and bytes: it is none. */
static void forget_empty_files(struct exchange *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->files.n; i++)
        if (x->files.p[i].filename[0] != '\0' || x->files.p[i].size > 0)
            x->files.p[kept++] = x->files.p[i];
    x->files.n = kept;
}

void body_end(struct exchange *x)
{
    if (x->parts != NULL) {
        enum MHD_Result whole = MHD_destroy_post_processor(x->parts);
        x->parts = NULL;
        struct err *e = end_part(x);
        if (e == NULL && whole != MHD_YES && x->got > 0)
            e = err_say(ERR(x->rq.arena, ERR_INVALID, "parts that end too early"), "web.body_type", NULL);
        if (e != NULL)
            refuse(x, e);
        forget_empty_files(x);
    }
    if (x->refused != NULL)
        return;
    if (x->body == BODY_FORM)
        x->refused = request_pairs(x, buf_str(&x->raw), x->raw.n, false);
    if (x->body == BODY_JSON) {
        x->rq.body = buf_str(&x->raw);
        x->rq.body_n = x->raw.n;
    }
}

void body_free(struct exchange *x)
{
    if (x->parts != NULL)
        MHD_destroy_post_processor(x->parts);
    x->parts = NULL;
}
