/* post.h: one message out of the house, by SMTP or HTTP (libcurl), within a time; and what is known of it afterwards.
 * Called by jobs that may wait (struct job.apart), never inside a transaction. */
#ifndef QF_JOBS_POST_H
#define QF_JOBS_POST_H

#include "base/arena.h"

enum post_end {
    POST_SENT,  /* the other side said that it has it */
    POST_AGAIN, /* it certainly has not taken it and may later: not reached, "try again" */
    POST_NEVER, /* it refused for good */
    POST_UNSURE /* the whole message was on its way and no answer came: it may have it or not */
};

struct post {
    const char *url;             /* smtp://host:25, smtps://host, https://host/path */
    const char *user, *password; /* SMTP; NULL: none. With a user nothing is sent without TLS */
    const char *from, *to;       /* SMTP: addresses without brackets */
    const char *body;            /* SMTP: head and text as they are sent, lines end with \r\n; HTTP: JSON */
    const char *key;             /* HTTP: Idempotency-Key, the same at every try */
    int seconds;                 /* for all of it, 1 to 120 */
};
/* said: what went wrong, for the log; NULL when nothing did. arena. */
enum post_end post_send(struct arena *a, const struct post *p, const char **said);

#endif
