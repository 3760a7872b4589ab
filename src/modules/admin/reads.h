/* reads.h: the log of reads, and the page on which a reason is stated. */
#ifndef QF_ADMIN_READS_H
#define QF_ADMIN_READS_H

#include "record/record.h"
#include "web/web.h"

extern const struct record admin_read; /* admin.read, written by auth/access.h */

/* POST /reads/reason: member, to, and a common ground or one's own words: kept for this file today, then on to `to`. */
struct err *reads_reason(struct req *rq) MUST_USE;

#endif
