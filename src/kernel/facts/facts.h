/* facts.h: facts of every subject, held in memory as columns.
 *
 * A module declares its subjects as data (struct facts_subject). An *owner* subject (a cadre, a unit) has one row per
 * record row; *row* subjects (a post held, a kin link) belong to an owner; a *sum* subject counts rows by owner and
 * code (a unit x level). Facts are FACT_FIXED (from the rows alone) or FACT_OF_DAY (they depend on the world day) and
 * are computed in plain C from the resident columns, never from the database.
 *
 * Columns stand in blocks of EXPR_BLOCK owners with all rows they own (struct expr_block). A published block never
 * changes; a refresh reads the change feed, rebuilds the blocks it touches and swaps one pointer; a request keeps the
 * root it began with. Reading takes one short lock and then none.
 *
 * This folder knows nothing of cadres. */
#ifndef QF_FACTS_FACTS_H
#define QF_FACTS_FACTS_H

#include "db/db.h"
#include "expr/expr.h"
#include "record/record.h"

/* ---- declaring subjects ---- */
enum fact_when { FACT_FIXED, FACT_OF_DAY };
enum fact_blank { FACT_BLANK_UNKNOWN, FACT_BLANK_NONE, FACT_BLANK_NO /* bool: false, int: 0 */ };

struct fact {
    const char *name;
    enum expr_type type;
    const char *field;      /* field of the subject's record it is read from; NULL: a hook computes it */
    const char *codes, *to; /* EXPR_CODE, EXPR_REF; taken from the field when NULL */
    enum fact_when when;    /* FACT_OF_DAY has no field */
    enum fact_blank blank;  /* what an empty field means */
    enum class class;       /* of a computed fact: of the most secret field it reads. Never less than the field's own */
    const char *unit;       /* EXPR_INT: "years", "months", "days" for pages, or NULL */
    const char *from;       /* computed: fields of its own row it is made of, separated by blanks; for explanations */
    const char *rows;       /* computed: the record of the owner's rows it is made of; for explanations */
};

struct facts_row;  /* one database row being read */
struct facts_span; /* some owners of one block with their rows */

struct facts_subject {
    const char *name;   /* what expressions call it: "post" */
    const char *record; /* whose rows it is read from: "roster.post"; NULL for a sum */
    const char *kind;   /* what findings call it: "roster.unit_level"; NULL: the record */
    const char *owner;  /* the owner subject's name ("member"); NULL: this is an owner */
    const char *key;    /* row and sum subjects: ref field of the record to its owner */
    const char
        *order; /* row subjects: date fact by which an owner's rows stand, unknown first, then by id; NULL: by id */
    const char *only;         /* owners: rows without this field are left out; NULL: all */
    const struct fact *facts; /* ends with {0} */

    /* Called for each database row; `reads` names further fields it may look at (separated by blanks). May be NULL. */
    const char *reads;
    void (*row)(struct facts_row *r);
    void (*prepare)(void); /* called once, when code lists are there; may be NULL */
    /* Called in this order for spans of owners: rows' hooks before their owner's. Each writes only the facts of its own
     * subject. fixed: from all rows of the owner. of_day: for facts_day(). linked: of-day facts that look at *other*
     * owners (facts_peek), after every of_day. */
    void (*fixed)(const struct facts_span *s);
    void (*of_day)(const struct facts_span *s);
    void (*linked)(const struct facts_span *s);
    /* A condition over its facts: rows for which it is true today are over and stand in the sealed file. Rules judge
     * them as before; lists, searches and exports leave them out (face/filter.h). NULL: none ever. */
    const char *lapsed;
    const char *link; /* row subjects with `linked`: the EXPR_REF fact that names the other owner */

    /* Owners only. Scope and roster order come from the record's unit field (its kernel column). */
    const char *seat;  /* EXPR_INT fact: place within the unit */
    const char *named; /* field searched by name; NULL: none */
    char *(*initials)(struct arena *a,
                      const char *name); /* initials of its readings, separated by blanks; NULL: none */
    /* What names sort by: a number for the next few characters, moving on; 0 at the end (NUL or tab). Different names
     * give different lines of numbers. begins: a name begins here. NULL: rows cannot be sorted by name. */
    int64_t (*name_order)(const char **name, bool begins);
    bool looked_up; /* hooks of other subjects read its columns by id (facts_lookup): a change recomputes them all */

    /* A sum: one row for each owner and code that occurs among rows of the row subject `base` (by its first EXPR_CODE
     * fact) or among the counted rows: rows of `count_of` whose bool fact `count_when` is true, by their ref fact
     * `count_owner` and code fact `count_by`. The sum's first fact is that code, its of-day EXPR_INT fact `counted`
     * gets the number, its of_day hook computes the others. Row ids are facts_sum_id; keys of findings "OWNER:CODE". */
    const char *base, *count_of, *count_when, *count_owner, *count_by, *counted;
};

/* For row hooks. field: position in `reads`. */
const char *facts_text(const struct facts_row *r, int field); /* NULL when not on record; borrowed */
int64_t facts_number(const struct facts_row *r, int field);   /* of a number, reference or bool; 0 when not on record */
int64_t facts_got(const struct facts_row *r, int fact);       /* value read so far, as in a column */
void facts_put(struct facts_row *r, int fact, int64_t value);
static inline int64_t facts_sum_id(int64_t owner, int code)
{
    return owner << 8 | code;
}

/* For fixed, of_day and linked hooks: columns of the span's block, index by row. Owners are s->from .. s->to - 1; rows
 * of owner i of a row subject are first[i] .. first[i + 1] - 1 of its table. */
struct facts_span {
    const struct expr_block *block;
    int from, to;
    struct date day; /* FACT_OF_DAY; DATE_UNKNOWN in fixed */
    const struct facts_inner *inner;
};
const struct expr_table *facts_table(const struct facts_span *s, const struct facts_subject *of);
const void *facts_in(const struct facts_span *s, const struct facts_subject *of, int fact);
void *facts_out(const struct facts_span *s, const struct facts_subject *of, int fact);
/* A fixed or of-day (not linked) fact of another owner of the same family, for the same day; only in `linked`. False:
 * no such owner. */
bool facts_peek(const struct facts_span *s, const struct facts_subject *of, int64_t id, int fact, int64_t *out);
/* A fixed fact of an owner of a `looked_up` family. False: no such owner. */
bool facts_lookup(const struct facts_span *s, const struct facts_subject *of, int64_t id, int fact, int64_t *out);
/* Is the unit `low` the unit `high` or below it in the tree that `tree` owns? */
bool facts_within(const struct facts_span *s, const struct facts_subject *tree, int64_t low, int64_t high);
/* A dated number that law sets, by name (facts_set_params). */
bool facts_param(const struct facts_span *s, const char *name, struct date day, int32_t *out);

/* ---- opening ---- */
/* Registers a subject; for main, before facts_open. Owners come before their rows. Static data. */
void facts_register(const struct facts_subject *s);
int facts_registered(void);
/* The description expressions are parsed against; made by the first call after all are registered and after
 * record_init. ERR_FAULT naming the subject and fact that does not fit its record. */
struct err *facts_world(struct arena *a, const struct expr_world **out) MUST_USE;
int facts_subject(const char *name);           /* index in the world, -1 when there is none */
int facts_subject_of_kind(const char *kind);   /* by the kind findings carry ("roster.post") */
int facts_fact(int subject, const char *name); /* -1 when there is none */
const struct facts_subject *facts_declared(int subject);

struct facts; /* the columns of one database in this process */

typedef bool facts_param_fn(const void *ctx, const char *name, struct date day, int32_t *out);

/* Begins to load in `threads` background threads (0: 2), each with its own connection of the pool. params may be NULL.
 */
struct err *facts_open(struct arena *a, struct db_pool *pool, int threads, facts_param_fn *param, const void *param_ctx,
                       struct facts **out) MUST_USE;
void facts_close(struct facts *f); /* takes NULL; every root was given back */
bool facts_ready(const struct facts *f);
int facts_progress(const struct facts *f);                         /* per cent */
struct err *facts_wait(struct facts *f, struct arena *a) MUST_USE; /* until loaded; the loader's error */
/* Parameters or the clock's rules changed: the next read computes all facts anew from the resident rows. */
void facts_stale(struct facts *f);
/* The columns this process serves from, for handlers: set once by `serve`; NULL before and in commands. Borrowed. */
void facts_share(struct facts *f);
struct facts *facts_shared(void);
size_t facts_bytes(const struct facts *f); /* memory held by the present columns */

/* ---- reading ---- */
struct facts_root;

/* The columns as true in this read transaction, for the civil day of the clock; refreshes first when revisions stand
 * after the last refresh. Call it first in a read transaction: one that is behind the columns is begun anew. In a write
 * transaction the root is that of what was committed before it. While loading: ERR_BUSY, say "facts.loading" {percent}.
 * Give back with facts_end. */
struct err *facts_read(struct facts *f, struct db_tx *tx, const struct facts_root **out) MUST_USE;
void facts_end(const struct facts_root *root); /* takes NULL */
void facts_end_of(const struct facts_root **root);
#define facts_scope __attribute__((cleanup(facts_end_of)))
/* The same knowledge on another world day, for everyone; give back with facts_end. */
struct err *facts_at_day(const struct facts_root *root, struct arena *a, struct date day,
                         const struct facts_root **out) MUST_USE;
/* The same knowledge with other parameters, on the root's day or another: every fact of everyone computed anew. The
 * arena must outlive the root; give back with facts_end. */
struct err *facts_with_params(const struct facts_root *root, struct arena *a, struct date day, facts_param_fn *param,
                              const void *ctx, const struct facts_root **out) MUST_USE;
/* One owner on another world day: a block with that owner (row 0) and its rows alone, without sums; arena. ERR_MISSING.
 */
struct err *facts_one_at_day(const struct facts_root *root, struct arena *a, int subject, int64_t id, struct date day,
                             const struct expr_block **out) MUST_USE;
/* One owner's rows of a sum on other days: who may count for it is looked up once. Not for two threads at a time;
 * arena, and the root stays borrowed. The block has that owner (row 0), its rows and the sum. */
struct facts_counted;
void facts_counted(const struct facts_root *root, struct arena *a, int sum, const int64_t *owners, int n,
                   struct facts_counted **out); /* [owner]; one pass over everyone for all of them */
struct err *facts_sums_at_day(const struct facts_counted *c, struct arena *a, struct date day,
                              const struct expr_block **out) MUST_USE;
/* The blocks of who may count: their rows' dates are the days on which the sum may change. */
int facts_counted_blocks(const struct facts_counted *c);
const struct expr_block *facts_counted_block(const struct facts_counted *c, int i);
int64_t facts_seq(const struct facts_root *root); /* true as of this place in the sequence */
/* The place at which the columns last changed: what was counted over them stays true while this is the same. */
int64_t facts_version(const struct facts_root *root);
struct date facts_day(const struct facts_root *root);

/* Where a row stands in a root. */
struct facts_at {
    int block, row;
};
int facts_blocks(const struct facts_root *root, int subject);
const struct expr_block *facts_block(const struct facts_root *root, int subject, int block);
int64_t facts_rows(const struct facts_root *root, int subject);
bool facts_find(const struct facts_root *root, int subject, int64_t id, struct facts_at *out); /* an owner */
bool facts_find_row(const struct facts_root *root, int subject, int64_t owner, int64_t id, struct facts_at *out);
struct expr_value facts_value(const struct facts_root *root, int subject, struct facts_at at, int fact);
int64_t facts_id(const struct facts_root *root, int subject, struct facts_at at);
int64_t facts_owner_id(const struct facts_root *root, int subject, struct facts_at at); /* its own id for an owner */
/* Order of the owner's unit, -1 when it has none: what a scope is asked about. */
int64_t facts_place(const struct facts_root *root, int subject, struct facts_at at);
bool facts_sees(const struct facts_root *root, int subject, struct facts_at at, const struct scope *scope);
/* The key findings carry: "12", or "UNIT:CODE" of a sum; arena. */
char *facts_key(struct arena *a, const struct facts_root *root, int subject, struct facts_at at);
/* The row a finding's key names. */
bool facts_find_key(const struct facts_root *root, int subject, const char *key, struct facts_at *out);

/* ---- over everyone ---- */
/* fn(ctx, worker, i) for every i in 0 .. n - 1, shared between the caller and the process's helper threads; worker is
 * 0 .. facts_workers() - 1. */
int facts_workers(void);
void facts_parallel(int n, void (*fn)(void *ctx, int worker, int i), void *ctx);

struct facts_hit {
    int64_t id, owner; /* of the row; of its owner (the same for an owner) */
    struct facts_at at;
};
struct facts_hits {
    struct facts_hit *p; /* in block order; arena */
    int n;
    int64_t unknown; /* rows that could not be judged */
};
/* Rows in scope for which each condition is true: one pass over the blocks for all of them. */
struct facts_job {
    int subject;
    const struct expr *when;
    const struct expr_env *env;
    struct facts_hits hits;    /* out */
    bool keep_unknown;         /* also list rows that could not be judged */
    struct facts_hits unknown; /* out, when keep_unknown */
};
void facts_judge(const struct facts_root *root, struct arena *a, const struct scope *scope, struct facts_job *jobs,
                 int n);

/* ---- coming days ---- */
/* A condition over the coming days. `when` gives it and its environment as they stand on a day, NULL where it is in no
 * force; several threads call it. */
struct facts_coming {
    int subject;
    const struct expr *(*when)(const void *ctx, struct date day, struct expr_env *env);
    const void *ctx;
};
/* What was found for each block of columns, kept between runs: a block never changes, so only those that are new are
 * looked through again. NULL: nothing is kept. key: names the jobs; what was found for others, another day or another
 * number of months is forgotten. Runs with one memo wait for each other, and look at everybody whatever the scope. */
struct facts_memo;
struct facts_memo *facts_memo_new(void);
void facts_memo_free(struct facts_memo *m); /* takes NULL */
struct facts_turn {
    int job;
    struct facts_hit where;
    struct date day;
};
/* Rows in scope for which a condition is not true on the root's day but becomes true within so many months (at most
 * 36): the first such day. Everybody is looked at a month apart, and where the truth changed by days, so what holds for
 * less than a month between two looks is passed over. In order of day and job; arena. */
struct err *facts_ahead(const struct facts_root *root, struct arena *a, const struct scope *scope,
                        const struct facts_coming *jobs, int n, int months, struct facts_memo *memo, int64_t key,
                        struct facts_turn **out, int64_t *n_out) MUST_USE;

/* ---- lists ---- */
enum { FACTS_SORTS = 4, FACTS_BY_ROSTER = -1 /* unit order, seat */, FACTS_BY_ID = -2, FACTS_BY_NAME = -3 };
struct facts_sort {
    int fact; /* or FACTS_BY_... ; unknown and none come last either way */
    bool desc;
};
struct facts_select {
    int subject;
    const struct expr *filter; /* EXPR_BOOL or NULL */
    const struct expr_env *env;
    const struct scope *scope;
    const char *search; /* part of a name or of its initials; NULL: none (owners with `named`) */
    struct facts_sort sort[FACTS_SORTS];
    int n_sort;        /* 0: FACTS_BY_ROSTER for owners with a unit, else by id */
    const char *after; /* cursor of a row (facts_page.cursors): rows after it; NULL: from the start */
    bool before;       /* rows before the cursor instead, still in list order */
    int limit;
};
struct facts_page {
    struct facts_hit *rows; /* arena */
    const char **cursors;   /* of each row; arena */
    int n;
    bool more;       /* rows follow (or come before, when `before`) */
    int64_t total;   /* all rows that match, wherever the cursor stands */
    int64_t unknown; /* rows the filter could not judge */
};
/* ERR_INVALID for a cursor that is none. */
struct err *facts_list(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                       struct facts_page *out) MUST_USE;
/* The cursor of one row under the query's sort: for previous and next. */
struct err *facts_cursor(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                         struct facts_at at, const char **out) MUST_USE;

/* Which row of the list it is, from 1, wherever the query's cursor stands; 0: the row is not in the list. */
int64_t facts_position(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                       struct facts_at at);

/* ---- counts for charts ---- */
struct facts_by {
    int fact;
    int width; /* EXPR_INT: width of a bucket (1: each value); EXPR_DATE: years a bucket; else 0 */
};
struct facts_group {
    struct expr_value by[2]; /* the bucket's value: code, bool, ref, first int, or year as EXPR_INT */
    int64_t n;
};
/* Counts of q's rows (filter, scope, search) by one or two facts, in order of value, unknown and none last; arena. */
struct err *facts_count(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                        const struct facts_by *by, int n_by, struct facts_group **out, int *n_out) MUST_USE;

#endif
