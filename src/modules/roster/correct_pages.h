/* correct_pages.h: pages that put right whose file a row stands in; correct.h. */
#ifndef QF_ROSTER_CORRECT_PAGES_H
#define QF_ROSTER_CORRECT_PAGES_H

#include "web/web.h"

route_fn merge_page; /* GET /roster/member/{id}/merge?with=NUMBER: both files beside each other */
route_fn merge_post; /* POST: with, theirs=FIELD ..., reason */
route_fn move_page;  /* GET /roster/member/{id}/move: the rows of a file */
route_fn move_post;  /* POST: row=RECORD:ID:REV ..., to or name, birth, citizen_id; reason */

#endif
