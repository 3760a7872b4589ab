/* reads.h: the log of reads: whose file, for the person; patterns, for the audit administrator; questions to readers.
 */
#ifndef QF_ADMIN_READS_H
#define QF_ADMIN_READS_H

#include <jansson.h>

#include "record/record.h"
#include "web/web.h"

extern const struct record admin_read;      /* admin.read, written by auth/access.h */
extern const struct record admin_read_note; /* admin.read_note: what audit asked a reader, and his answer */

/* POST /reads/reason: member, to, and a common ground or one's own words: kept for this file today, then on to `to`. */
struct err *reads_reason(struct req *rq) MUST_USE;
/* POST /reads/print: record and row of the page that is about to be printed. */
struct err *reads_print(struct req *rq) MUST_USE;

/* ---- for the person ---- */
/* Who read this person's file: {"rows": [{at, reader, role, kind, ground, reason, record}], "total", "withheld",
 * "wide", "next"}; a new reference. before 0: from the newest. *labels: the same in words, for the part
 * admin/reads-part. */
struct err *reads_of(struct req *rq, struct db_tx *tx, int64_t member, int64_t before, json_t **data,
                     json_t **labels) MUST_USE;
struct err *reads_mine(struct req *rq) MUST_USE; /* GET /my/reads */
/* POST /reads/withhold: member, account, ground, until: what this account read is kept from the person to that day. */
struct err *reads_withhold_page(struct req *rq) MUST_USE;
struct err *reads_withhold(struct req *rq) MUST_USE;

/* ---- for audit ---- */
struct err *reads_patterns(struct req *rq) MUST_USE;  /* GET /admin/reads */
struct err *reads_ask(struct req *rq) MUST_USE;       /* POST /admin/reads: a question to a reader */
struct err *reads_questions(struct req *rq) MUST_USE; /* GET /reads/questions: those put to me */
struct err *reads_answer(struct req *rq) MUST_USE;    /* POST /reads/questions/{id} */

#endif
