/* expr.h: the one expression language of rules, list filters, saved views and charts. Grammar for people: doc/expressions.md.
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

/* Gives the position (1..) of a code or its ASCII key in a list, 0 when there is none; *ordered says whether < and >=
 * make sense on the list (then a higher position is higher). */
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
    const int32_t *owner;    /* row of its owner in the owner's table; NULL for an owner */
    const int32_t *first;    /* owned: rows of owner i are first[i] .. first[i + 1] - 1; NULL for an owner */
};
struct expr_block {
    const struct expr_table *tables; /* [subject of the world]; n == 0 where the block has none */
};

/* Dated parameters: the value of $name of rule `rule` on `day`. Returns false when none is set (the value is unknown). */
struct expr_param {
    enum expr_type type; /* EXPR_INT, EXPR_DATE, EXPR_CODE, EXPR_BOOL */
    int32_t value;
};
typedef bool expr_param_fn(const void *ctx, const char *name, struct date day, struct expr_param *out);

struct expr; /* parsed; arena */

/* Parses text about `subject` (index in the world). type: EXPR_BOOL for conditions; any for `say` values and sort keys.
 * params names the allowed $parameters (NULL-terminated) or is NULL. ERR_INVALID with say "expr.*", args line, column,
 * near. */
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

struct expr_env {
    struct date today;
    expr_param_fn *param; /* may be NULL when it has no parameters */
    const void *param_ctx;
};

/* Judges a condition for every row of the subject in the block; out gets n values of enum tri. scratch is reset by the
 * caller between blocks. Vectorised (block loops, target_clones). */
void expr_judge(const struct expr *e, const struct expr_env *env, const struct expr_block *b, struct arena *scratch,
                uint8_t *out);

/* The value of any expression for one row, and its trace if trace is not NULL. */
struct expr_value {
    enum { EXPR_HAS, EXPR_NONE, EXPR_UNKNOWN } state;
    enum expr_type type;
    int64_t n;             /* BOOL INT DATE(v) CODE REF; SPAN: months */
    int32_t days;          /* SPAN */
    const char *codes;     /* CODE: list */
};
struct expr_trace {
    const char *text; /* the piece of the expression as written canonically; arena */
    int depth;
    struct expr_value value; /* of the piece; conditions: BOOL with EXPR_UNKNOWN for unknown */
    int subject, fact;       /* fact read, or -1 */
    int64_t row_id;          /* record id of the row it was read from */
    const char *param;       /* parameter's name or NULL */
    struct expr_trace *next; /* in reading order: a node before its parts */
};
struct err *expr_eval(struct arena *a, const struct expr *e, const struct expr_env *env, const struct expr_block *b,
                      int row, struct expr_value *out, struct expr_trace **trace) MUST_USE;

/* Conditions of the form `a and b and c` on single facts, for chips: calls fn with each conjunct's canonical text. */
void expr_conjuncts(struct arena *a, const struct expr *e, void (*fn)(void *ctx, const char *text), void *ctx);

#endif
