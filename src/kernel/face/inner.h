/* inner.h: what the handlers of this folder share. */
#ifndef QF_FACE_INNER_H
#define QF_FACE_INNER_H

#include <jansson.h>

#include "face/face.h"
#include "face/query.h"
#include "face/show.h"
#include "view/view.h"

/* The record a path is about: "/roster/post/12" -> roster.post. ERR_MISSING when there is none. */
struct err *face_ask_record(struct req *rq, const struct record **out) MUST_USE;
/* May this person do `what` ("read", "write", "export", "import") with the record? */
bool face_ask_may(const struct req *rq, const struct record *rec, const char *what);
char *face_ask_capability(struct arena *a, const struct record *rec, const char *what); /* "roster.post.read" */
/* May people write its rows in derived forms? Not when it is guarded or has no field they write. */
bool face_ask_writable(const struct record *rec);
/* A moment of knowledge from the address, at=DATE: the end of that civil day, UTC ms; 0 when it is not asked. */
struct err *face_ask_at(struct req *rq, struct date *day, int64_t *at_ms) MUST_USE;

/* For a page: the fields of errors become the ids of their boxes, "f-NAME": a field may be called "main". */
void face_anchors(struct req *rq, struct err *e);

/* Handlers, in face.c's table of routes. */
struct err *face_list_page(struct req *rq) MUST_USE;
struct err *face_row_page(struct req *rq) MUST_USE;
struct err *face_new_page(struct req *rq) MUST_USE;
struct err *face_edit_page(struct req *rq) MUST_USE;
struct err *face_create_post(struct req *rq) MUST_USE;
struct err *face_save_post(struct req *rq) MUST_USE;
struct err *face_end_page(struct req *rq) MUST_USE;
struct err *face_end_post(struct req *rq) MUST_USE;
struct err *face_history_page(struct req *rq) MUST_USE;
struct err *face_export_page(struct req *rq) MUST_USE;
struct err *face_export_post(struct req *rq) MUST_USE;
struct err *face_import_page(struct req *rq) MUST_USE;
struct err *face_import_post(struct req *rq) MUST_USE;
struct err *face_import_step_page(struct req *rq) MUST_USE;
struct err *face_import_step_post(struct req *rq) MUST_USE;
struct err *face_import_sheet(struct req *rq) MUST_USE;
struct err *face_pick_json(struct req *rq) MUST_USE;
struct err *face_fields_page(struct req *rq) MUST_USE;
struct err *face_records_page(struct req *rq) MUST_USE;
struct err *face_views_page(struct req *rq) MUST_USE;
struct err *face_view_new(struct req *rq) MUST_USE;
struct err *face_view_create(struct req *rq) MUST_USE;
struct err *face_view_end(struct req *rq) MUST_USE;
extern const struct record face_view_record;
struct err *face_openapi(struct req *rq) MUST_USE;
extern const struct module *const *face_modules; /* as face_init got them */

/* JSON. Values as JSON has them: numbers, true and false, texts, null. */
void face_value_json(struct buf *b, const struct field *f, const char *value);
json_t *face_value_of(const struct field *f, const char *value); /* a new reference */
/* {"id": .., "rev": .., FIELD: ..}: the given fields, or with cols NULL all this person sees. */
json_t *face_row_json(const struct row *r, const struct who *who, const int *cols, int n_cols);

/* Adds a member unless the value is NULL. */
void face_put_text(json_t *o, const char *name, const char *s);

#endif
