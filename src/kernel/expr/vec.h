/* vec.h: the block operations an expression is turned into. Each runs over the n rows of one table without a branch per
 * row; the compiler makes AVX2 and plain versions and the loader picks one. plan.c writes programs of them, judge.c
 * runs them. */
#ifndef QF_EXPR_VEC_H
#define QF_EXPR_VEC_H

#include <stdbool.h>
#include <stdint.h>

/* Truth inside a program: bit 0 possible, bit 1 certain; so `and` is &, `or` is |. */
enum { PC_FALSE = 0, PC_UNKNOWN = 1, PC_TRUE = 3 };

/* How each operation reads its inputs a, b, c, d and constants k. "pc" is a column of truths; i16 codes, i32 numbers,
 * dates packed (p) or as first and last day (lo, hi), i64 references. Unknown and none are the columns' own values. */
enum vec_op {
    VEC_FILL8, /* k0 */
    VEC_FILL32,
    VEC_GATHER8, /* a of the owners, at each row */
    VEC_GATHER16,
    VEC_GATHER32,
    VEC_GATHER64,
    VEC_BOOL, /* yes-no column a -> pc */
    VEC_AND,
    VEC_OR,
    VEC_NOT,
    VEC_SAME,   /* pc a = pc b */
    VEC_HAS_PC, /* pc a: a sure truth gives k0, unknown k2 */
    VEC_HAS8,   /* yes-no column a: a value gives k0, none k1, unknown k2. Likewise: */
    VEC_HAS16,
    VEC_HAS32, /* k3: the unknown value, k4: the none value */
    VEC_HAS64,
    VEC_IN16, /* code a in k0..k1 or k2..k3 */
    VEC_LE16,
    VEC_LT16,
    VEC_EQ16,
    VEC_IN32, /* number a in k0..k1 */
    VEC_LE32,
    VEC_LT32,
    VEC_EQ32,
    VEC_IS64, /* reference a = wide */
    VEC_EQ64,
    VEC_PAIR_IN, /* a lo, b hi within k0..k1; k2: the unknown value; valid values are above k3 */
    VEC_PAIR_LE, /* a lo, b hi; c lo, d hi; k2, k3 as above */
    VEC_PAIR_LT,
    VEC_PAIR_EQ,
    VEC_DATES_LE, /* packed a, b */
    VEC_DATES_LT,
    VEC_DATE_IN, /* packed a: certain in k0..k1, possible in k2..k3, see plan_date.c; with the bits of VEC_DATE_FLAGS */
    VEC_DATE_IN_LAST = VEC_DATE_IN + 7,
    VEC_DATE_DOWN, /* packed a up to k0 day, k1 month, k2 year is certain; up to k3, k4, k5 possible */
    VEC_DATE_UP,   /* from there on */
    VEC_ADD,
    VEC_SUB,
    VEC_MIN, /* k0: the unknown value, k1: the none value, which is passed over */
    VEC_MAX,
    VEC_PERCENT, /* (a * b + k0) / 100 */
    VEC_ONE,     /* a lo, b hi -> number, unknown unless equal */
    VEC_SPAN,    /* number a within -k1..k1, times k0 */
    VEC_FIRST_DAY,
    VEC_LAST_DAY,
    VEC_ADD_YEARS,  /* full day a + k0 years */
    VEC_ADD_MONTHS, /* full day a + b * k0 months */
    VEC_ADD_DAYS,
    VEC_COVER, /* lo, hi -> packed, unknown where no partial date covers both */
    VEC_YEAR,  /* packed */
    VEC_MONTH,
    VEC_COMPLETED,    /* packed a to packed b: completed months, or years if k0 */
    VEC_DAYS_BETWEEN, /* a lo, b hi to c lo, d hi */
    VEC_RANK,         /* pc a -> struct vec_rank of its bit k0, over the rows */
    VEC_ANY,          /* ranks of certain a and possible b -> pc, over the owners */
    VEC_COUNT,        /* rank a -> i32 */
    VEC_PICK,         /* where pc a or NULL; by lo b, hi c or NULL; k0: 1 last, 0 first -> row, -1 none, -2 unknown */
    VEC_TAKE16,       /* row a of column b; k0: the unknown value, k1: the none value */
    VEC_TAKE32,
    VEC_TAKE64,
    VEC_OPS
};
enum { VEC_DATE_FLIP_CERTAIN = 1, VEC_DATE_FLIP_POSSIBLE = 2, VEC_DATE_OPEN_YEARS = 4 };

/* 64 rows: their bits, and how many bits are set in all rows before. */
struct vec_rank {
    uint64_t bits, before;
};

struct vec_args {
    int n; /* rows of dst's table */
    void *dst;
    const void *in[4];
    const int32_t *k;
    int64_t wide;
    const int16_t *owner; /* VEC_GATHER */
    const int32_t *first; /* VEC_ANY, VEC_COUNT, VEC_PICK; NULL when there are no rows at all */
};
typedef void vec_fn(const struct vec_args *v);
/* pc to enum tri, the end of every program. */
void vec_tri(int n, const uint8_t *pc, uint8_t *out);
extern vec_fn *const vec_truth_fns[VEC_OPS]; /* NULL where another file has the operation */
extern vec_fn *const vec_compare_fns[VEC_OPS];
extern vec_fn *const vec_number_fns[VEC_OPS];
extern vec_fn *const vec_rows_fns[VEC_OPS];

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define VEC_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define VEC_CLONES /* the sanitizers are not ready when the loader picks */
#endif

/* One operation: a loop of i over the rows, whose body gives the result r[i] from a, b, c, d, the constants and wide.
 */
#define VEC_LOOP(name, type_r, type_a, type_b, body)                                         \
    VEC_CLONES static void name(const struct vec_args *v)                                    \
    {                                                                                        \
        int n = v->n;                                                                        \
        type_r *restrict r = v->dst;                                                         \
        const type_a *restrict a = v->in[0];                                                 \
        const type_b *restrict b = v->in[1], *restrict c = v->in[2], *restrict d = v->in[3]; \
        int32_t k0 = v->k[0], k1 = v->k[1], k2 = v->k[2], k3 = v->k[3], k4 = v->k[4];        \
        int32_t k5 = v->k[5];                                                                \
        int64_t wide = v->wide;                                                              \
        (void)a, (void)b, (void)c, (void)d, (void)wide;                                      \
        (void)k0, (void)k1, (void)k2, (void)k3, (void)k4, (void)k5;                          \
        for (int i = 0; i < n; i++)                                                          \
            r[i] = (type_r)(body);                                                           \
    }

#endif
