/* account.h: a person's own account: sessions, password, second factor, tokens of programs. */
#ifndef QF_ADMIN_ACCOUNT_H
#define QF_ADMIN_ACCOUNT_H

#include "web/web.h"

struct err *account_page(struct req *rq) MUST_USE;
struct err *account_session_end(struct req *rq) MUST_USE; /* one, by the form's id, or all others without */
struct err *account_password_page(struct req *rq) MUST_USE;
struct err *account_password_post(struct req *rq) MUST_USE;
struct err *account_token_page(struct req *rq) MUST_USE;
struct err *account_token_make(struct req *rq) MUST_USE;
struct err *account_token_revoke(struct req *rq) MUST_USE;

#endif
