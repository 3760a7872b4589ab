/* sql.h: pieces of statements of lists, shared by the files of this folder. */
#ifndef QF_FACE_SQL_H
#define QF_FACE_SQL_H

#include "base/buf.h"
#include "base/vec.h"
#include "face/query.h"

/* A statement being written: its text and the values bound so far. */
struct sql {
    struct buf text;
    VEC(struct db_val) args;
    struct arena *a;
    enum db_kind kind;
};
void face_sql_begin(struct sql *s, struct db_tx *tx);
void face_sql_put(struct sql *s, const char *text);
void face_sql_printf(struct sql *s, const char *fmt, ...) LIKE_PRINTF(2, 3);
void face_sql_arg(struct sql *s,
                  struct db_val v); /* writes ?N and keeps the value: borrowed, arena of the transaction */
void face_sql_int(struct sql *s, int64_t n);

/* " AND ..." for each condition, the search and whether ended rows show; the table's alias is t. */
struct err *face_where_put(struct sql *s, struct db_tx *tx, const struct face_query *q) MUST_USE;
/* Do rows of the record lie in scopes, and does this one hold them all? */
bool face_scope_matters(const struct record *rec, const struct scope *scope);
/* "(x >= ? AND x < ? OR ...)"; loose: written so that no index of x is used. */
void face_scope_put(struct sql *s, const char *column, const struct scope *scope, bool loose);
/* The one unit that a condition confines rows to by their own scope, 0 when there is none. */
int64_t face_where_unit(const struct face_query *q);
/* Is there a condition that an index answers with few rows? */
bool face_where_pinned(const struct face_query *q);

/* One key of an order. */
struct key {
    const char *expr; /* on alias t */
    int field;
    enum { KEY_TEXT, KEY_INT, KEY_NUMERIC } type;
    bool desc, by_scope, never_null;
};
struct order {
    struct key keys[FACE_SORTS];
    int n;
};
void face_order_of(struct arena *a, const struct face_query *q, struct order *out);

/* Where a page begins: values of the keys and the id of a row. */
struct cursor {
    const char *values[FACE_SORTS]; /* NULL: is null */
    int64_t id;
};
char *face_cursor_write(struct arena *a, const struct face_query *q, const struct order *o, const struct row *r);
struct err *face_cursor_read(struct arena *a, const struct face_query *q, const struct order *o, const char *text,
                             struct cursor *out) MUST_USE;

#endif
