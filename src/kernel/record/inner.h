/* inner.h: what the files of this folder share. */
#ifndef QF_RECORD_INNER_H
#define QF_RECORD_INNER_H

#include "base/vec.h"
#include "ledger/ledger.h"
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

/* The leaf of a change under way (leaf.c): commitments of its revisions so far, behind room for the head's. */
enum { LEAF_SALTS = 32 };
struct leaf_state {
    struct ledger_hasher *hasher;
    struct buf room; /* bytes being hashed */
    VEC(struct ledger_hash) commitments;
    uint8_t salts[LEAF_SALTS][LEDGER_SALT]; /* chance asked for ahead */
    int salts_used;
};
struct leaf_state *change_leaf(struct change *c);
struct err *leaf_begin(struct change *c, const char *hash) MUST_USE;
void leaf_back(struct change *c, int n);                /* to n revisions */
struct ledger_hash *leaf_commitments(struct change *c); /* of this change, room for the head first; the next begins */
void leaf_close(struct change *c, const struct ledger_head *head, int64_t seq, struct ledger_hash *commitments, int n,
                uint8_t salt[LEDGER_SALT], struct ledger_hash *out);
/* Writes a revision with its salt and notes its commitment. */
struct err *revision_write(struct change *c, const char *record, int64_t row, int64_t rev, const char *body) MUST_USE;

/* Tables outside the log that hold text, and of each an expression of all its texts (places.c). */
struct place;
struct err *places_outside(struct db_tx *tx, struct place **out, const char ***text_out, int *n_out) MUST_USE;

/* Under this name the revisions of kernel_file stand, which no declaration describes. */
#define FILE_RECORD "kernel.file"
char *file_body(struct arena *a, const char *hash, const char *type, int64_t size);

const char *schema_version(void); /* as kernel_meta says it */

/* From schema 1 (upgrade.c): puts the tables of changes and revisions aside, before those of today are made; then gives
 * every change its leaf, and one more change this name. */
#define UPGRADE_LEAVES "kernel.leaves"
struct err *upgrade_aside(struct db_tx *tx) MUST_USE;
struct err *upgrade_leaves(struct db_tx *tx) MUST_USE;

/* A place for a new unit below its parent (0: a root). */
struct err *tree_place(struct db_tx *tx, const struct record *tree, int64_t parent, int64_t *from,
                       int64_t *to) MUST_USE;
/* Rewrites the order of a subtree that moved, and the scope of every row that hangs on it. */
struct err *tree_move(struct change *c, const struct record *tree, int64_t id, int64_t parent) MUST_USE;

/* The most secret class this installation may hold: setting class_most ("personal"), asked once a transaction. */
struct err *change_class_most(struct change *c, enum class *out) MUST_USE;

#endif
