/* inner.h: what the handlers of this folder share. */
#ifndef QF_FACE_INNER_H
#define QF_FACE_INNER_H

#include <jansson.h>

#include "face/face.h"
#include "face/query.h"
#include "face/show.h"

/* The record a path is about: "/roster/post/12" -> roster.post. ERR_MISSING when there is none. */
struct err *ask_record(struct req *rq, const struct record **out) MUST_USE;
/* May this person do `what` ("read", "write", "export", "import") with the record? */
bool ask_may(const struct req *rq, const struct record *rec, const char *what);
char *ask_capability(struct arena *a, const struct record *rec, const char *what); /* "roster.post.read" */
/* Has the record any field people write? Otherwise only the program adds rows, and nobody corrects them. */
bool ask_writable(const struct record *rec);
/* A moment of knowledge from the address, at=DATE: the end of that civil day, UTC ms; 0 when it is not asked. */
struct err *ask_at(struct req *rq, struct date *day, int64_t *at_ms) MUST_USE;

/* Handlers, in face.c's table of routes. */
struct err *list_page(struct req *rq) MUST_USE;
struct err *row_page(struct req *rq) MUST_USE;
struct err *new_page(struct req *rq) MUST_USE;
struct err *edit_page(struct req *rq) MUST_USE;
struct err *create_post(struct req *rq) MUST_USE;
struct err *save_post(struct req *rq) MUST_USE;
struct err *end_page(struct req *rq) MUST_USE;
struct err *end_post(struct req *rq) MUST_USE;
struct err *history_page(struct req *rq) MUST_USE;
struct err *export_page(struct req *rq) MUST_USE;
struct err *export_post(struct req *rq) MUST_USE;
struct err *import_page(struct req *rq) MUST_USE;
struct err *import_post(struct req *rq) MUST_USE;
struct err *import_step_page(struct req *rq) MUST_USE;
struct err *import_step_post(struct req *rq) MUST_USE;
struct err *import_sheet(struct req *rq) MUST_USE;
struct err *pick_json(struct req *rq) MUST_USE;
struct err *fields_page(struct req *rq) MUST_USE;

/* JSON. Values as JSON has them: numbers, true and false, texts, null. */
void value_json(struct buf *b, const struct field *f, const char *value);
json_t *value_of(const struct field *f, const char *value); /* a new reference */
/* {"id": .., "rev": .., FIELD: ..}: the given fields, or with cols NULL all this person sees. */
json_t *row_json(const struct row *r, const struct who *who, const int *cols, int n_cols);

json_t *text_json(const char *s); /* null for NULL; a new reference */
/* Adds a member unless the value is NULL. */
void put_text(json_t *o, const char *name, const char *s);

#endif
