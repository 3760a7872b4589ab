/* inner.h: what the files of this folder share. */
#ifndef QF_RECORD_INNER_H
#define QF_RECORD_INNER_H

#include "record/record.h"

/* A registered record with the SQL texts made from its declaration. */
struct known {
    const struct record *rec;
    int n_fields;
    const char *table, *columns, *insert, *update, *select;
};
const struct known *known_of(const struct record *rec);

/* How a field is bound and stored: whole numbers or text. */
bool field_is_number(const struct field *f);
struct db_val field_bind(const struct field *f, const char *value);
/* The canonical text of a column under the cursor; arena. */
const char *field_take(struct arena *a, const struct field *f, const struct db_rows *rows, int col);

/* Is the canonical value right for the field? ERR_INVALID with say "field.*" and the field's name. */
struct err *value_check(struct arena *a, const struct field *f, const char *value) MUST_USE;

/* The state kept in a revision, and back. */
char *body_write(struct arena *a, const struct row *r, const char *ended_reason);
struct err *body_read(struct arena *a, const struct record *rec, const char *body, struct row **out,
                      const char **reason_out) MUST_USE;

/* Rows this change has just written or looked at: what belongs to a person asks for him once, not once a row. Only live
 * rows; forgotten when anything could have moved. */
void near_put(struct change *c, const struct record *rec, int64_t id, int64_t scope);
bool near_find(const struct change *c, const struct record *rec, int64_t id, int64_t *scope_out);
void near_forget(struct change *c);

/* A place for a new unit below its parent (0: a root). */
struct err *tree_place(struct db_tx *tx, const struct record *tree, int64_t parent, int64_t *from,
                       int64_t *to) MUST_USE;
/* Rewrites the order of a subtree that moved, and the scope of every row that hangs on it. */
struct err *tree_move(struct change *c, const struct record *tree, int64_t id, int64_t parent) MUST_USE;

#endif
