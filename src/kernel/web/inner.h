/* inner.h: what the files of web/ share. Not for others.
 *
 * An exchange is one request and its answer. It is made when the request's first line is read, goes through the stages
 * below, and ends with its arena when the answer was sent. Only one thread holds it at a time: a thread of
 * libmicrohttpd while it is taken in and sent, a handler thread while the connection is suspended. */
#ifndef QF_WEB_INNER_H
#define QF_WEB_INNER_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/vec.h"
#include "web/web.h"

enum { WEB_PARAMS = 6, WEB_FIELDS_MOST = 10000, WEB_LANES = 3, WEB_DIRECT = 3 /* answered without a handler */ };

enum stage {
    STAGE_NEW,   /* the headers are read */
    STAGE_ADMIT, /* suspended: may this person upload at all? */
    STAGE_ADMITTED,
    STAGE_BODY,   /* taking in the body */
    STAGE_HANDLE, /* suspended: waits for a handler thread or is in one */
    STAGE_ANSWER, /* the answer is ready to be sent */
};

enum body { BODY_NONE, BODY_FORM, BODY_JSON, BODY_PARTS, BODY_OTHER };

struct link; /* one connection: its deadline */

struct exchange {
    struct req rq; /* first: a request is its exchange */
    struct MHD_Connection *mhd;
    struct link *link;
    enum stage stage;
    enum lane lane;
    bool fault;        /* the answer is an error of ours */
    bool shared;       /* the response belongs to the server and is sent to many */
    char *raw_path;    /* of the target, not decoded */
    const char *allow; /* 405: methods the path has */
    VEC(struct pair) params, query, form;
    VEC(struct upload) files;

    enum body body;
    struct buf raw; /* forms and JSON as sent */
    size_t limit, got;
    struct MHD_PostProcessor *parts;
    struct buf part_text; /* the form field being taken in */
    const char *part_name;
    const char *bare;    /* name of a part that was announced and has no byte yet; NULL */
    struct err *refused; /* the handler will not run */
    bool drop;           /* the rest of the body is read and thrown away */
    bool session_known;
    struct err *bad_query;

    int status;
    struct MHD_Response *response;
    struct header {
        const char *name, *value;
        struct header *next;
    } * headers;
    size_t answer_bytes;
    const char *door; /* random text of the cookie that guards forms before sign-in */
    bool door_new;
    const char *session_cookie; /* or the program's token */
    bool bearer;                /* a program's token came with it */
    bool secure;
    int64_t begun_us;
    struct exchange *next; /* in its lane's queue */
};

static inline struct exchange *exchange_of(const struct req *rq)
{
    return (struct exchange *)rq;
}

/* ---- router.c ---- */
struct router;
struct err *router_new(struct arena *a, const struct module *const *modules, struct router **out) MUST_USE;
/* Finds the route and its parameters. rq->route is NULL when the path is unknown; then *allow_out names the methods of
 * the path, or is NULL when no method has it. */
void router_find(const struct router *r, struct exchange *x, const char **allow_out);
/* Cuts the raw path into decoded segments; false when it cannot be one of ours. */
bool router_segments(struct arena *a, const char *raw, const char **segments, int most, int *n_out);

/* ---- request.c ---- */
void request_init(struct exchange *x, const char *target);
struct err *request_query(struct exchange *x) MUST_USE;
/* Adds name=value pairs of application/x-www-form-urlencoded. */
struct err *request_pairs(struct exchange *x, const char *s, size_t n, bool query) MUST_USE;
/* Text of a form as we keep it: UTF-8 without NUL, \r\n and \r become \n. ERR_INVALID otherwise. */
struct err *request_text(struct exchange *x, const char *s, size_t n, const char **out) MUST_USE;
void request_language(struct exchange *x);
bool request_sees_line(const struct req *rq, int line); /* the i-th line of the menu, by its page's route */
/* Says the connection that it came over TLS? Sets x->secure. */
void request_secure(struct exchange *x);
/* Headers of which two readers could make two different requests. */
bool request_ambiguous(struct exchange *x);
bool request_csrf_right(struct exchange *x);
/* Well-formed UTF-8 without NUL? */
bool request_utf8(const char *s, size_t n);
/* Decodes %XX (and + as blank) into a text of the arena. */
char *request_decode(struct arena *a, const char *s, size_t n, bool plus, size_t *n_out);

/* ---- body.c ---- */
/* Decides from the headers what will be taken in; sets refused. */
void body_begin(struct exchange *x);
/* A piece of the body; false ends the connection. */
bool body_take(struct exchange *x, const char *data, size_t n);
void body_end(struct exchange *x); /* all of it is there */
void body_free(struct exchange *x);

/* ---- dispatch.c: on a handler thread ---- */
void dispatch_admit(struct exchange *x);
void dispatch(struct exchange *x);

/* ---- respond.c ---- */
/* The page or JSON of an error; always makes a response. */
void respond_error(struct exchange *x, struct err *e);
/* 503 for a full queue, on a thread of libmicrohttpd. */
void respond_busy(struct exchange *x);
/* Makes response the answer: adds the headers every answer has. Takes it; an answer made before is forgotten. */
void respond_finish(struct exchange *x, struct MHD_Response *response, const char *type, size_t bytes);
/* Headers that keep a browser from doing what no page of ours asks for. */
void respond_guard(struct MHD_Response *response);
void respond_redirect(struct exchange *x, int status, const char *location);

/* ---- shows.c ---- */
/* After the handler: commits what is logged. ERR_FAULT when the route is logged and the handler said nothing. */
struct err *shows_log(struct exchange *x) MUST_USE;

/* ---- static.c, metrics.c: answered at once ---- */
struct shelf;
struct shelf *shelf_new(struct arena *a);
void shelf_free(struct shelf *s);
/* False when the path is not below /static/. */
bool shelf_answer(struct shelf *s, struct exchange *x);
enum { METRIC_BUCKETS = 12 };
struct metrics {
    int64_t since_ms;
    struct {
        atomic_long classes[6], buckets[METRIC_BUCKETS + 1];
        atomic_llong us;
    } lanes[WEB_LANES + 1];
    atomic_long active, links;
};
void metrics_count(struct metrics *m, int lane, int status, int64_t us);
void metrics_text(struct web *w, struct buf *out);

/* ---- lane.c ---- */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t more, watch;
    struct exchange *first, **last;
    int length, most;
    int n_threads, base, idle;
    bool watched, stop;
    struct worker {
        pthread_t thread;
        struct queue *queue;
        int64_t since_us; /* at its request; 0: at none */
    } * workers;
    struct web *web;
};
struct err *lane_start(struct arena *a, struct queue *q, struct web *w, int threads, int most) MUST_USE;
bool lane_push(struct queue *q, struct exchange *x); /* false: full */
void lane_stop(struct queue *q);                     /* waits for its threads */
int lane_length(struct queue *q);

/* ---- links.c: deadlines of connections ---- */
struct links;
struct err *links_start(struct arena *a, struct links **out) MUST_USE;
void links_stop(struct links *l);
struct link *link_new(struct links *l, int fd, int64_t within_ms);
void link_free(struct links *l, struct link *k);
/* The connection is shut down unless this is called again within the time; 0: never. */
void link_within(struct link *k, int64_t ms);

/* ---- head.c: what the head of a page counts ---- */
struct heads;
struct heads *heads_new(struct arena *a);
/* Kept for some seconds an account and office; {-1, -1} where nothing counts, or it could not be counted. */
struct web_head heads_of(struct exchange *x);
void heads_forget(struct exchange *x); /* this person did something: counted anew for his next page */

/* ---- server.c ---- */
enum { WEB_SPARE = 64 };
struct web {
    struct arena *arena; /* of what lives as long as the server */
    struct web_config c;
    struct router *router;
    struct MHD_Daemon *daemon;
    int port;
    struct queue lanes[WEB_LANES];
    struct links *links;
    struct shelf *shelf;
    struct metrics metrics;
    struct view_menu *menu;           /* without rights and counts */
    const struct route **menu_routes; /* the page each line leads to; NULL: none of this program */
    const char **menu_capabilities;
    int n_menu;
    const char **capabilities; /* of all routes; ends with NULL */
    int n_capabilities;
    struct rail *rail;
    struct heads *heads;
    atomic_llong numbers;
    atomic_bool draining;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t quiet;
    long active; /* exchanges not ended */
    struct arena *spare[WEB_SPARE];
    int n_spare;
};

#endif
