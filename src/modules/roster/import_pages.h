/* import_pages.h: the import wizard of personal files, and the page from words to posts. */
#ifndef QF_ROSTER_IMPORT_PAGES_H
#define QF_ROSTER_IMPORT_PAGES_H

#include "web/web.h"

struct err *roster_import_home(struct req *rq) MUST_USE;   /* GET /roster/import */
struct err *roster_import_upload(struct req *rq) MUST_USE; /* POST /roster/import: files, dry run into a stage */
struct err *roster_import_page(struct req *rq) MUST_USE;   /* GET /roster/import/{id}?show=KIND&after=N */
struct err *
roster_import_choose(struct req *rq) MUST_USE; /* POST /roster/import/{id}: choices of the page, then next or write */
struct err *roster_import_drop(struct req *rq) MUST_USE; /* POST /roster/import/{id}/drop */
struct err *roster_words_page(struct req *rq) MUST_USE;  /* GET /roster/words */
struct err *
roster_words_answers(struct req *rq) MUST_USE; /* POST /roster/words: bulk confirmation, then posts are made */

#endif
