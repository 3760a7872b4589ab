/* outbox.h: delivery outside the house: mail and webhook that say how many matters there are and nothing else. Off
 * unless the district names a server (settings mail_server, webhook) and the person asks for it. doc/delivery.md. */
#ifndef QF_DESK_OUTBOX_H
#define QF_DESK_OUTBOX_H

#include "jobs/jobs.h"
#include "record/record.h"

extern const struct record desk_delivery; /* desk.delivery: where and how often an account wants it; one an account */
extern const struct record desk_sending;  /* desk.sending: one message, and what became of it */
extern const struct job desk_outbox_job;

/* What the district has set; NULL: not offered. */
struct outbox_ways {
    const char *mail_server, *mail_from, *mail_user, *webhook;
    int seconds; /* for one message */
};
struct err *outbox_ways(struct db_tx *tx, struct outbox_ways *out) MUST_USE;
/* Makes the messages that are due, then sends what is ready. A message is marked before it leaves and after: one that
 * was cut off between is marked unsure and never sent again. */
struct err *outbox_run(struct db *db, struct arena *a) MUST_USE;

#endif
