/* oidc_pages.h: signing in by the district's directory, and the security administrator's page that sets it up. */
#ifndef QF_ADMIN_OIDC_PAGES_H
#define QF_ADMIN_OIDC_PAGES_H

#include "web/web.h"

struct err *oidc_start(struct req *rq) MUST_USE;  /* leads to the directory */
struct err *oidc_return(struct req *rq) MUST_USE; /* back from there */
struct err *oidc_page(struct req *rq) MUST_USE;
struct err *oidc_save(struct req *rq) MUST_USE;
struct err *oidc_link_save(struct req *rq) MUST_USE;

#endif
