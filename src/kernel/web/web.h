/* web.h: requests in, answers out. libmicrohttpd (epoll) takes in and sends; a complete request is suspended, handed to
 * the handler threads of its lane (each with its own database connection) and resumed with the answer.
 *
 * A handler reads its request, builds `data` once and returns respond_page(rq, "module/page", data): clients that ask
 * for application/json get exactly data, people get the template. Or it returns an error: only the router turns it into
 * a page (status by kind, sentence in the person's language, number of the request) and writes the one log line.
 *
 * Before a handler runs, the router has checked: the route exists, the session and the route's capability, for POST the
 * token `csrf` (form field, or header X-CSRF; bodies of application/json need none, no foreign page can send them), and
 * the size of the body. */
#ifndef QF_WEB_WEB_H
#define QF_WEB_WEB_H

#include <jansson.h>

#include "base/buf.h"
#include "base/date.h"
#include "db/db.h"
#include "record/who.h"
#include "view/messages.h"
#include "web/module.h"

struct web;
struct row;
struct access;

/* ---- the request ---- */
struct upload {
    const char *field, *filename, *type; /* arena; filename without folders, "" when none was given */
    int fd;                              /* read from offset 0 with pread; closed with the request */
    const char *path; /* names the same bytes for libraries that open by path, as long as the request lives */
    int64_t size;
};

struct req {
    struct arena *arena; /* ends after the answer was sent */
    struct db *db;       /* this handler thread's connection; NULL when the server has no database */
    struct web *web;
    const struct route *route;
    enum method method;
    const char *path;   /* decoded, without trailing slash */
    const char *target; /* path and query as sent */
    int64_t id;         /* the parameter {id} as a number; 0 when there is none (not a number is "not found") */
    enum lang lang;
    const struct who *who;   /* NULL: nobody is signed in */
    const char *user, *unit; /* shown in the head */
    int64_t now;             /* UTC ms */
    struct date today;
    bool json;        /* wants application/json */
    bool htmx;        /* a swap by htmx: the block `main` alone */
    int64_t number;   /* in log lines and on error pages */
    const char *body; /* of application/json; NULL otherwise */
    size_t body_n;
    json_t *labels;       /* set by the handler for its template; owned by the request */
    struct access *shown; /* what the answer shows of persons' files; NULL: not said */
    bool shows_nothing;   /* said: nothing that is logged */
    const char *proof;    /* what prints and exports carry beside reader and time: req_proof; NULL: not asked */
};

const char *req_param(const struct req *rq, const char *name); /* of the route; NULL when it has none; decoded */
/* First value of a name in the query or the form; NULL when absent. UTF-8 without NUL, lines end with \n; arena. */
const char *req_query(const struct req *rq, const char *name);
const char *req_form(const struct req *rq, const char *name);
/* All values in order of sending. */
struct pair {
    const char *name, *value;
};
const struct pair *req_query_all(const struct req *rq, size_t *n_out);
const struct pair *req_form_all(const struct req *rq, size_t *n_out);
const struct upload *req_file(const struct req *rq, const char *field); /* NULL */
const struct upload *req_files(const struct req *rq, size_t *n_out);
const char *req_header(const struct req *rq, const char *name); /* NULL; borrowed */
const char *req_cookie(const struct req *rq, const char *name); /* NULL; arena */
/* Address of the client as text; behind a trusted proxy what the proxy says; arena. */
const char *req_peer(const struct req *rq);
bool req_secure(const struct req *rq);         /* came in over TLS, here or at the trusted proxy */
const char *req_session(const struct req *rq); /* the token of the session cookie; NULL; arena */
bool req_may(const struct req *rq, const char *capability);
/* May this person enter the route? By capability and by the class it needs. */
bool req_may_enter(const struct req *rq, const struct route *route);
/* The first page of the menu this person may enter, NULL: none. */
const char *req_first_page(const struct req *rq);
/* The i-th capability that some route asks for, with repetitions; NULL after the last. */
const char *req_capability(const struct req *rq, int i);
/* The JSON body as a value; owned by the request. ERR_INVALID when there is none or it is not JSON. */
struct err *req_json(struct req *rq, json_t **out) MUST_USE;
/* The token forms carry in the hidden field csrf. */
const char *req_csrf(struct req *rq);
/* A sentence in the person's language; pairs name, value, ... NULL; arena. */
#define tr(rq, ...) text_format((rq)->arena, (rq)->lang, __VA_ARGS__, NULL)

/* May this address do so once more? At most `most` times in so many minutes, and 50 times as often from all addresses
 * together; else ERR_LIMIT with say "web.too_often". For what needs no account; kept in memory only. */
struct err *req_limit(struct req *rq, const char *what, int most, int minutes) MUST_USE;

/* ---- what the answer shows of persons' files (auth/access.h, doc/access-log.md) ----
 * Said by the handler while it reads, logged by the router before the answer leaves. */
/* A row: whoever it belongs to is read on a ground. ERR_DENIED with say "access.reason_needed" when a reason must be
 * asked, which the router does. A row about nobody shows nothing. tx is the transaction the page is read in. */
struct err *req_shows(struct req *rq, struct db_tx *tx, const struct row *row) MUST_USE;
/* Anything else: a search, an export, a run, several files. x is copied; seq and client are filled in. */
struct err *req_shows_many(struct req *rq, struct db_tx *tx, const struct access *x) MUST_USE;
void req_shows_nothing(struct req *rq);
/* Sets rq->proof: the place in the sequence and the newest checkpoint, in words. */
struct err *req_proof(struct req *rq, struct db_tx *tx, int64_t seq) MUST_USE;
/* A search for these words: one row a minute for the same ones. Empty words show nothing. */
struct err *req_searches(struct req *rq, struct db_tx *tx, const char *words, int64_t found) MUST_USE;
/* Labels of the page view/reason: a box for the reason, which leads on to `to`, a path here; a new reference. */
json_t *req_reason_labels(struct req *rq, const char *to, int64_t member);
/* A list showed these persons' rows: their files may be opened as routine today. */
void req_met(struct req *rq, const int64_t *members, size_t n);

#define WEB_SESSION_COOKIE "qf_session" /* under TLS "__Host-qf_session": no other host or path can set it */
/* Sign-in: sets or ends the session cookie (HttpOnly, SameSite=Lax, Secure under TLS). token: at least 128 random bits
 * as text. max_age in seconds; 0: until the browser closes. */
void req_session_set(struct req *rq, const char *token, int max_age);
void req_session_end(struct req *rq);

/* ---- the answer: the last call of a handler ---- */
/* Takes data (also on failure). Status 200 unless respond_status was called. */
struct err *respond_page(struct req *rq, const char *template, json_t *data) MUST_USE;
struct err *respond_json(struct req *rq, json_t *data) MUST_USE; /* takes data */
/* JSON already written into a buffer of rq->arena: for rows where jansson's values cost too much. */
struct err *respond_json_text(struct req *rq, const struct buf *json) MUST_USE;
struct err *respond_bytes(struct req *rq, const char *type, const void *bytes, size_t n) MUST_USE; /* arena or static */
/* 303; path within this server. */
struct err *respond_see_other(struct req *rq, const char *fmt, ...) MUST_USE LIKE_PRINTF(2, 3);
/* 303 to another server: its whole address, http or https. */
struct err *respond_elsewhere(struct req *rq, const char *address) MUST_USE;
/* A form again with what is wrong: errors beside it as `errors` for the partial view/sum-bad. Status 422 (or e's).
 * Takes data. JSON clients get the error. */
struct err *respond_form(struct req *rq, const char *template, json_t *data, const struct err *e) MUST_USE;
/* Sends the file behind fd (owned by the response from here on) from its beginning. filename: offered for saving;
 * NULL: shown in the page. */
struct err *respond_fd(struct req *rq, int fd, const char *type, const char *filename) MUST_USE;
/* write(ctx, fd) puts any number of bytes (doc/table.h writes rows) into a temporary file, which is sent when it
 * returned: an export that fails half way is an error page, never half a file. */
struct err *respond_stream(struct req *rq, const char *type, const char *filename,
                           struct err *(*write)(void *ctx, int fd), void *ctx) MUST_USE;
void respond_status(struct req *rq, int status);
void respond_header(struct req *rq, const char *name, const char *value); /* copied */

/* Errors of a form; an argument `label` of an error (err_say) names its field for people: {"kind": "invalid", "say":
 * "...", "fields": [{"field": "got", "say": "..."}]}; a new reference. */
json_t *form_errors(struct req *rq, const struct err *e);
/* What is wrong with one field, NULL when nothing is; arena. */
const char *form_wrong(const struct req *rq, const struct err *e, const char *field);

/* ---- sign-in, as web needs it; auth fills it in ---- */
struct web_session {
    const struct who *who;   /* NULL: nobody (no cookie, ended, unknown) */
    const char *user, *unit; /* for the head; arena */
};
struct web_auth {
    /* Whom the cookie stands for. Called once a request, on a handler thread, with rq->db; cookie is never NULL. */
    struct err *(*session)(struct req *rq, const char *cookie, struct web_session *out);
    bool (*may)(const struct who *who, const char *capability);
    const char *sign_in; /* path people are sent to, "/login" */
    /* Whom a program's token stands for (Authorization: Bearer); it needs no form token, and a cookie beside it counts
     * for nothing. who NULL: the request is refused. NULL: no program signs in. */
    struct err *(*bearer)(struct req *rq, const char *token, struct web_session *out);
};

/* ---- the server ---- */
/* What the head of every page counts for the person signed in: matters that wait for him, notices he has not read.
 * -1: not shown. WEB_HEAD_MOST stands for "as many or more". */
enum { WEB_HEAD_MOST = 100 };
struct web_head {
    int64_t desk, unread;
    const char *desk_path; /* where the matters stand; static */
};
struct web_config {
    const char *host;                                          /* NULL: 127.0.0.1 */
    int port;                                                  /* 0: any free one */
    bool next_free;                                            /* the next free port when taken */
    struct db_pool *pool;                                      /* may be NULL */
    const struct module *const *modules;                       /* ends with NULL */
    struct web_auth auth;                                      /* session NULL: nobody ever signs in */
    struct err *(*head)(struct req *rq, struct web_head *out); /* counts; NULL: heads count nothing */
    const char *site;                                          /* office shown in the head */
    bool secure;                    /* every request came over TLS, whatever it looks like here */
    const char *proxy;              /* address of a proxy whose X-Forwarded-For and -Proto count; NULL: nobody's */
    const char *tls_key, *tls_cert; /* PEM texts: TLS by the server itself, sets secure */
    const char *tmp;                /* folder for uploads and exports; NULL: $TMPDIR or /tmp */
    /* 0 takes the default in brackets */
    int page_threads, signin_threads, long_threads; /* [2 x cores, at least 16; 1; 2] */
    int page_queue, signin_queue, long_queue;       /* [4096; 32; 64]; beyond: 503 */
    size_t form_limit;                              /* bytes of a body without files [1 MiB] */
    int connections;                                /* [10000, or what the limit of open files allows] */
    int idle_seconds;                               /* silence on a connection [30] */
    int receive_ms;    /* from a request's first byte to its last, plus one second per 16 KiB of body [30000] */
    int drain_seconds; /* for requests under way when stopping [30] */
    int io_threads;    /* of libmicrohttpd [1] */
};

/* Starts listening. ERR_CONFLICT when the port is taken, ERR_INVALID for a wrong host, ERR_FAULT for a route without
 * capability or scope or two routes of one path. out is owned. */
struct err *web_start(struct arena *a, const struct web_config *c, struct web **out) MUST_USE;
int web_port(const struct web *w);
/* Takes no more connections, lets requests under way finish, frees everything. ERR_BUSY when some did not finish in
 * time: then the process should exit. Takes NULL. */
struct err *web_stop(struct web *w, struct arena *a) MUST_USE;
/* Every route, in the order of the modules. */
void web_each_route(const struct web *w, void (*fn)(void *ctx, const struct route *r), void *ctx);
/* The table for the subcommand `routes`: method, path, capability, scope, class, lane, log of reads, roles that may
 * enter
 * ("all": whoever is signed in; "own": whoever has a file of his own), a line each, in order of path. */
void web_routes(const struct module *const *modules, struct buf *out);

#endif
