/* show.h: how values of rows are shown to people: labels of fields, names of codes and of rows referred to, dates as
 * people write them. Nothing here writes HTML: texts go into `labels` of a page and the template escapes them. */
#ifndef QF_FACE_SHOW_H
#define QF_FACE_SHOW_H

#include "face/query.h"
#include "view/messages.h"

/* Names of rows that others refer to, fetched a table at a time. */
struct face_names;
struct face_names *face_names_new(struct arena *a, const struct who *who);
/* Fetches the names of all rows the given columns refer to (cols NULL: every field the person sees). A name that is not
 * open is known only for rows in scope. */
struct err *face_names_of_rows(struct face_names *n, struct db_tx *tx, struct row *const *rows, int n_rows,
                               const int *cols, int n_cols) MUST_USE;
struct err *face_names_of(struct face_names *n, struct db_tx *tx, const struct record *rec, int64_t id) MUST_USE;
/* What a row is called, NULL when this person may not know; *in_scope: may he open it? */
const char *face_name(struct face_names *n, struct arena *a, enum lang lang, const struct record *rec, int64_t id,
                      bool *in_scope);

const char *face_label(struct arena *a, enum lang lang, const struct record *rec, int field); /* "出生年月" */
const char *face_hint(struct arena *a, enum lang lang, const struct record *rec, int field);  /* NULL: none */
const char *face_record_label(enum lang lang, const struct record *rec);
/* A stored value as text; NULL for NULL. names may be NULL: references are shown by number. arena. */
const char *face_value(struct arena *a, enum lang lang, const struct record *rec, int field, const char *value,
                       struct face_names *names);
/* The row's own name, or its number where it has none. */
const char *face_row_name(struct arena *a, enum lang lang, const struct row *r, struct face_names *names);
/* What a row says, field by field: [{"label", "value"}], a new reference; without whom it concerns, without files. */
json_t *face_row_words(struct arena *a, enum lang lang, const struct row *r, const struct who *who,
                       struct face_names *names);
/* As one would type it into a form: codes as they are, dates with dots, references as "12 Name". "" for NULL. */
const char *face_typed(struct arena *a, enum lang lang, const struct record *rec, int field, const char *value,
                       struct face_names *names);
char *face_path(struct arena *a, const struct record *rec); /* "/roster/post" */

#endif
