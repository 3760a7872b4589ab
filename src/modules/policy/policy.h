/* policy.h: the library of documents and parameters. */
#ifndef QF_POLICY_POLICY_H
#define QF_POLICY_POLICY_H

#include "record/record.h"
#include "web/web.h"

extern const struct record policy_document, policy_edition, policy_article;

struct err *policy_library(struct req *rq) MUST_USE; /* GET /policy */
struct err *policy_params(struct req *rq) MUST_USE;  /* GET /policy/params */

#endif
