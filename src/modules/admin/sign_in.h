/* sign_in.h: the handlers of /login and /logout. */
#ifndef QF_ADMIN_SIGN_IN_H
#define QF_ADMIN_SIGN_IN_H

#include "web/web.h"

struct err *sign_in_page(struct req *rq) MUST_USE;
struct err *sign_in(struct req *rq) MUST_USE;
struct err *sign_out(struct req *rq) MUST_USE;

#endif
