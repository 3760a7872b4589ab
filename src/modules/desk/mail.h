/* mail.h: how a message of the outbox is written: a number, and nothing about anybody. */
#ifndef QF_DESK_MAIL_H
#define QF_DESK_MAIL_H

#include "desk/outbox.h"
#include "jobs/post.h"

struct desk_q_ready;
struct err *mail_write(struct arena *a, const struct outbox_ways *ways, const struct desk_q_ready *m,
                       struct post *out) MUST_USE;

#endif
