/* issue.h: accounts on one-time slips, and resets that two persons agree to. */
#ifndef QF_ADMIN_ISSUE_H
#define QF_ADMIN_ISSUE_H

#include "web/web.h"

struct err *slips_page(struct req *rq) MUST_USE;
struct err *slips_make(struct req *rq) MUST_USE; /* the slips to print; their codes are never shown again */
struct err *resets_page(struct req *rq) MUST_USE;
struct err *resets_propose(struct req *rq) MUST_USE;
struct err *resets_decide(struct req *rq) MUST_USE;
/* The one account of this name or user name. ERR_INVALID, field "account", when there is none or several. */
struct err *issue_find_account(struct db_tx *tx, const char *typed, int64_t *out) MUST_USE;

#endif
