/* import_pages.h: the import wizard of personal files, and the page from words to posts. */
#ifndef QF_ROSTER_IMPORT_PAGES_H
#define QF_ROSTER_IMPORT_PAGES_H

#include "web/web.h"

struct err *roster_import_home(struct req *rq) MUST_USE;   /* GET /roster/import */
struct err *roster_import_upload(struct req *rq) MUST_USE; /* POST /roster/import: files, dry run into a stage */
struct err *roster_import_page(struct req *rq) MUST_USE;   /* GET /roster/import/{id}?show=KIND&after=N */
struct err *
roster_import_choose(struct req *rq) MUST_USE; /* POST /roster/import/{id}: choices of the page, then next or write */
struct err *roster_import_columns(struct req *rq) MUST_USE;      /* GET /roster/import/{id}/columns: of a roster */
struct err *roster_import_columns_keep(struct req *rq) MUST_USE; /* POST: confirmed, then the dry run */
struct err *roster_import_errors(struct req *rq) MUST_USE; /* GET /roster/import/{id}/errors?rows=all&format=csv */
struct err *roster_import_wide(struct req *rq) MUST_USE;   /* POST /roster/import/{id}/wide: a choice for everybody */
json_t *roster_import_wide_fields(struct req *rq);         /* what can be chosen for everybody; a new reference */
struct err *roster_import_drop(struct req *rq) MUST_USE;   /* POST /roster/import/{id}/drop */
struct err *roster_words_page(struct req *rq) MUST_USE;    /* GET /roster/words */
struct err *
roster_words_answers(struct req *rq) MUST_USE; /* POST /roster/words: bulk confirmation, then posts are made */

/* kin_pages.c */
struct err *roster_kin_page(struct req *rq) MUST_USE;    /* GET /roster/kin?after=N */
struct err *roster_kin_answers(struct req *rq) MUST_USE; /* POST /roster/kin: pick.N = id, none or nothing */

#endif
