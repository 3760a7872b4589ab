/* expr.h: the one expression language of rules, list filters, saved views and charts. Grammar for people:
 * doc/expressions.md.
 *
 * An expression speaks about one subject (a cadre, a post held, a unit's level) whose facts stand in columns; it is
 * parsed once against the world's description, then judged over whole blocks of subjects, or for one subject with a
 * trace of every value used. Truth is three-valued. This folder knows neither database nor cadres. */
#ifndef QF_EXPR_EXPR_H
#define QF_EXPR_EXPR_H

#include "base/date.h"
#include "base/err.h"

enum expr_type {
    EXPR_BOOL, /* int8_t:  0, 1 */
    EXPR_INT,  /* int32_t */
    EXPR_DATE, /* int32_t: struct date.v, possibly partial */
    EXPR_CODE, /* int16_t: 1.. the position in its code list */
    EXPR_REF,  /* int64_t: id of a record row; only =, !=, has, known */
    EXPR_SPAN  /* only in expressions: months and days; never a column */
};

/* How a column says "not on record" and "known not to be". */
enum { EXPR_BOOL_UNKNOWN = 2, EXPR_BOOL_NONE = 3 };
#define EXPR_INT_UNKNOWN INT32_MIN
#define EXPR_INT_NONE (INT32_MIN + 1)
#define EXPR_DATE_UNKNOWN 0
#define EXPR_DATE_NONE (-1)
#define EXPR_CODE_UNKNOWN 0
#define EXPR_CODE_NONE (-1)
#define EXPR_REF_UNKNOWN 0
#define EXPR_REF_NONE (-1)

struct expr_fact {
    const char *name; /* ASCII identifier */
    enum expr_type type;
    const char *codes; /* EXPR_CODE: name of the list */
    const char *to;    /* EXPR_REF: record it points to */
    int class;         /* class of the most secret field it reads (record/record.h) */
    bool of_day;       /* depends on the world day */
};

struct expr_subject {
    const char *name;   /* "member", "post": what expressions call it */
    const char *record; /* "roster.member": the kind findings carry */
    const char *owner;  /* name of the subject whose rows own these ("member"), or NULL */
    const struct expr_fact *facts;
    int n_facts;
};

/* Gives the position (1..32767) of a code or its ASCII key in a list, 0 when there is none; *ordered says whether < and
 * >= make sense on the list (then a higher position is higher) and is set for any code, found or not. */
typedef int expr_code_fn(const char *list, const char *code_or_key, bool *ordered);

struct expr_world {
    const struct expr_subject *const *subjects;
    int n_subjects;
    expr_code_fn *code;
};

/* Rows of one subject inside one block. A block holds up to EXPR_BLOCK owners and all rows they own, so every lookup
 * from owner to rows and back stays inside the block. */
enum { EXPR_BLOCK = 1024 };
struct expr_table {
    int n;
    const void *const *cols; /* [fact]: array of n values */
    const int64_t *ids;      /* record id of each row */
    const int16_t *owner;    /* row of its owner in the owner's table (a block is small); NULL for an owner */
    const int32_t *first;    /* owned: rows of owner i are first[i] .. first[i + 1] - 1; NULL for an owner */
};
struct expr_block {
    const struct expr_table *tables; /* [subject of the world]; n == 0 where the block has none */
};

/* Dated parameters: the value of $name of rule `rule` on `day`. Returns false when none is set (the value is unknown).
 */
struct expr_param {
    enum expr_type type; /* EXPR_INT, EXPR_DATE, EXPR_CODE, EXPR_BOOL */
    int32_t value;
};
typedef bool expr_param_fn(const void *ctx, const char *name, struct date day, struct expr_param *out);

struct expr; /* parsed; arena; never changes: threads may share it */

/* Parses text about `subject` (index in the world). type: EXPR_BOOL for conditions; any for `say` values and sort keys.
 * params names the allowed $parameters (NULL-terminated) or is NULL. ERR_INVALID with say "expr.*", args line, column,
 * near. The world must outlive the expression; the text is copied. */
struct err *expr_parse(struct arena *a, const struct expr_world *w, int subject, const char *text,
                       const char *const *params, struct expr **out) MUST_USE;
enum expr_type expr_type_of(const struct expr *e);
/* The most secret class of any fact it reads. *fact_out names that fact. */
int expr_class(const struct expr *e, const char **fact_out);
bool expr_of_day(const struct expr *e); /* depends on today */
/* The text in the one canonical spelling. */
char *expr_text(struct arena *a, const struct expr *e);
/* Which facts it reads: calls fn(ctx, subject, fact) once each. */
void expr_reads(const struct expr *e, void (*fn)(void *ctx, int subject, int fact), void *ctx);

/* Which parameters it uses and as what: calls fn(ctx, name, type, codes) once each; codes is the list when it is a
 * code, else NULL. A parameter's type follows from its use; a value of another type counts as not set. */
void expr_params(const struct expr *e, void (*fn)(void *ctx, const char *name, enum expr_type type, const char *codes),
                 void *ctx);

struct expr_env {
    struct date today;    /* a full date; also the day parameters are asked for */
    expr_param_fn *param; /* may be NULL: no parameter is set */
    const void *param_ctx;
};

/* The value of any expression for one row, and its trace if trace is not NULL. A condition is EXPR_HAS with n 0 or 1,
 * or EXPR_UNKNOWN. A date whose possible days no partial date covers (half of one year, half of the next) shows as
 * EXPR_UNKNOWN though it was compared by its days. */
struct expr_value {
    enum { EXPR_HAS, EXPR_NONE, EXPR_UNKNOWN } state;
    enum expr_type type;
    int64_t n;         /* BOOL INT DATE(v) CODE REF; SPAN: months */
    int32_t days;      /* SPAN */
    const char *codes; /* CODE: list */
};
enum expr_piece {
    EXPR_PIECE_ALL,     /* a and b: the parts follow one deeper */
    EXPR_PIECE_ANY,     /* a or b */
    EXPR_PIECE_NOT,     /* not a */
    EXPR_PIECE_COMPARE, /* left and right hold what was compared; right is the low end of `between`, the first of `in`
                         */
    EXPR_PIECE_ROWS,    /* any() all() count() first() last(): the rows that decided follow one deeper */
    EXPR_PIECE_ROW,     /* one such row: row_id, subject; its parts follow one deeper */
    EXPR_PIECE_VALUE,   /* has() known(), other functions, arithmetic, literals at the top */
    EXPR_PIECE_FACT,    /* subject, fact, row_id */
    EXPR_PIECE_PARAM,   /* param */
    EXPR_PIECE_TODAY
};
struct expr_trace {
    enum expr_piece piece;
    const char *text; /* the piece of the expression as written canonically; arena */
    int depth;
    struct expr_value value; /* of the piece; conditions: BOOL with EXPR_UNKNOWN for unknown */
    bool compared;           /* left and right are set: a COMPARE, or a ROW whose condition is one */
    struct expr_value left, right;
    int subject, fact;       /* fact read, or -1 */
    int64_t row_id;          /* record id of the row it was read from, or 0 */
    const char *param;       /* parameter's name or NULL */
    struct expr_trace *next; /* in reading order: a node before its parts */
};
/* ERR_INVALID "expr.param_type" when a parameter's value is not of the type its use asks for. */
struct err *expr_eval(struct arena *a, const struct expr *e, const struct expr_env *env, const struct expr_block *b,
                      int row, struct expr_value *out, struct expr_trace **trace) MUST_USE;

/* A condition made ready for one run: today and the parameters folded in, turned into block operations. Make one a run
 * (some microseconds) and judge every block with it; threads may share it. Arena; borrows e, not env. */
struct expr_plan;
struct expr_plan *expr_plan_make(struct arena *a, const struct expr *e, const struct expr_env *env);
/* Working memory of one thread, used again for every plan and block: `struct expr_scratch s = {.arena = a};`. It grows
 * in the arena, which must not be reset while the scratch is in use. */
struct expr_scratch {
    struct arena *arena;
    char *p;
    size_t size;
};
/* Judges the condition for every row of its subject in the block; out gets n values of enum tri, equal to expr_eval's.
 * Take a block through all plans before the next: its columns stay in the cache. */
void expr_plan_judge(const struct expr_plan *p, const struct expr_block *b, struct expr_scratch *s, uint8_t *out);
/* Both in one, for a single block. */
void expr_judge(const struct expr *e, const struct expr_env *env, const struct expr_block *b, struct arena *scratch,
                uint8_t *out);

/* For chips: calls fn with the canonical text of a, b and c when the condition is `a and b and c`, else with the whole.
 */
void expr_conjuncts(struct arena *a, const struct expr *e, void (*fn)(void *ctx, const char *text), void *ctx);

#endif
