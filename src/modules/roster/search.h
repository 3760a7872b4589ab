/* search.h: GET /search?q=: cadres by name, initials or citizen id, units by name. One hit alone is opened. */
#ifndef QF_ROSTER_SEARCH_H
#define QF_ROSTER_SEARCH_H

#include "web/web.h"

struct err *search_page(struct req *rq) MUST_USE;

#endif
