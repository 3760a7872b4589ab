/* admin.h: signing in and out. The three administrators and their work come with the offices. */
#ifndef QF_ADMIN_ADMIN_H
#define QF_ADMIN_ADMIN_H

#include "web/web.h"

/* How web asks who is behind a cookie and what he may do. */
extern const struct web_auth admin_web_auth;

#endif
