/* query.h: what a list is asked for: conditions, order, columns and place, as they stand in an address, and the rows
 * that answer it. Everything is checked against the declaration: only declared names reach SQL, every value is bound.
 *
 * The address of a list: FIELD=value, FIELD.OP=value, and the words of `reserved` (query.c). Several values of one
 * condition are alternatives. A name may end in ~1, ~2 ...: conditions of one number hold together, the numbers are
 * alternatives to each other, and conditions without a number hold always:
 *     unit=3&kind~1=21&level~2=11      in unit 3, and (kind 21 or level 11)
 * doc/lists.md tells it to people. */
#ifndef QF_FACE_QUERY_H
#define QF_FACE_QUERY_H

#include "record/record.h"
#include "web/web.h"

enum face_op {
    FACE_HAS,  /* text contains; a reference whose row's name contains */
    FACE_EQ,   /* any of the values; a date: lies within the one given */
    FACE_NOT,  /* is on record and none of the values */
    FACE_FROM, /* not before, not less, not lower (ordered codes) */
    FACE_TO,
    FACE_UNDER, /* a reference to the tree: that unit or one below */
    FACE_EMPTY, /* not on record */
    FACE_FILLED,
    FACE_OPS
};

enum {
    FACE_SORTS = 4,
    FACE_CONDS = 40,
    FACE_VALUES = 100, /* of one condition */
    FACE_ROWS = 50,    /* of a page, unless asked otherwise */
    FACE_ROWS_MOST = 200,
    FACE_EXACT = 10000, /* counts beyond say "more than" */
    FACE_TURN = 5000    /* up to so many rows in scope are sorted after being fetched by scope */
};

struct face_cond {
    int group; /* 0: holds always; others are alternatives to each other */
    int field;
    enum face_op op;
    const char **values; /* canonical; any of them. None for FACE_EMPTY and FACE_FILLED */
    int n;
};

struct face_sort {
    int field;
    bool desc;
};

enum face_ended { FACE_LIVE, FACE_ENDED, FACE_ALL };

struct face_query {
    const struct record *rec;
    const struct who *who;
    struct face_cond conds[FACE_CONDS];
    int n_conds;
    struct face_sort sort[FACE_SORTS];
    int n_sort;
    bool sorted; /* the order was asked for, not the record's own */
    int *cols;   /* arena */
    int n_cols;
    bool columns; /* likewise */
    int limit;
    const char *after, *before; /* cursors, NULL: from the start */
    const char *search;         /* part of the row's name; NULL */
    const char *filter;         /* an expression over facts, canonical; NULL */
    const char *ids;            /* "1,2,3": only these rows (face_filter_use); NULL: any */
    int64_t unknown;            /* rows the filter could not judge */
    enum face_ended ended;
    enum face_ended sealed; /* rows that lapsed: left out unless asked for, which only an address by those may who read
                             * the sealed file */
    bool exact;             /* count on beyond FACE_EXACT */
};

/* May this person see the field at all? */
bool face_sees(const struct record *rec, int field, const struct who *who);
/* Fields a form, list or export shows this person: not gone, not too secret. */
bool face_shown(const struct record *rec, int field, const struct who *who);
/* Can the field be asked this way? */
bool face_op_fits(const struct field *f, enum face_op op);
/* What FIELD=value alone means. */
enum face_op face_op_default(const struct field *f);
const char *face_op_name(enum face_op op);   /* "has" ...; static */
enum face_op face_op_find(const char *name); /* FACE_OPS: none */
/* Is the field the record's own unit or a reference to the unit tree? */
bool face_is_tree_ref(const struct field *f);
/* May rows be asked for by the name of the row that a reference names? */
bool face_named(const struct record *rec, int field, const struct who *who);
/* The field shown as a row's name. */
int face_title_field(const struct record *rec);

/* The query of a record without conditions: its own columns and order, as far as this person sees them. */
void face_query_init(struct arena *a, const struct record *rec, const struct who *who, struct face_query *out);
/* Reads an address. All errors at once (ERR_INVALID, field = the name in the address): unknown names are refused, since
 * a condition dropped in silence shows too much. */
struct err *face_query_read(struct arena *a, const struct record *rec, const struct who *who, const struct pair *pairs,
                            size_t n, struct face_query *out) MUST_USE;
/* Adds one condition as typed. */
struct err *face_cond_add(struct arena *a, struct face_query *q, const char *name, const char *typed) MUST_USE;
/* The text of an address into pairs, "a=1&b=2" with %-escapes; arena. */
const struct pair *face_pairs(struct arena *a, const char *text, size_t *n_out);

/* The address of the query: path?..., without a place (after, before) when `place` is false; arena. */
char *face_address(struct arena *a, const struct face_query *q, const char *path, bool place);
void face_escape(struct buf *b, const char *s); /* for a value in an address */
bool face_reserved(const char *name);           /* names in an address that are no conditions */
/* How a condition is named in an address ("kind~1"), and the order as the value of sort; arena. */
char *face_cond_name(struct arena *a, const struct face_query *q, const struct face_cond *c);
char *face_sort_text(struct arena *a, const struct face_query *q);

/* ---- running ---- */
struct face_page {
    struct row **rows; /* arena of the transaction */
    int n;
    const char *next, *prev; /* cursors; NULL at either end */
    int64_t total;           /* FACE_EXACT when there are more and exact was not asked */
    bool total_exact;
    bool by_scope; /* which plan: fetched by scope, then sorted */
};
/* One page and its count. ERR_INVALID (say face.cursor) for a cursor that is not of this order. */
struct err *face_list(struct db_tx *tx, const struct face_query *q, struct face_page *out) MUST_USE;
/* Every row in order, up to FACE_CHUNK at a time: fn gets them in an arena that ends when it returns. Flat memory. */
enum { FACE_CHUNK = 256 };
struct err *face_each(struct db_tx *tx, const struct face_query *q,
                      struct err *(*fn)(void *ctx, struct arena *a, struct row **rows, int n), void *ctx) MUST_USE;
/* Tests: how many rows in scope turn the plan; negative: FACE_TURN again. */
void face_turn_at(int rows);
/* The statements face_list would run, for tests of their plans: up to two segments; arena. */
struct face_sql {
    const char *text;
    struct db_val *args;
    int n_args;
};
struct err *face_list_sql(struct db_tx *tx, const struct face_query *q, struct face_sql out[3], int *n_out) MUST_USE;

/* The page that keeps the list at this address under a name (/face/view); arena. */
char *face_view_address(struct arena *a, const char *list);

#endif
