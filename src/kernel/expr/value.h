/* value.h: one value inside an expression and what is done with it, for one row. The meaning of the language stands
 * here; the block operations must give the same (test/judge_test.c). */
#ifndef QF_EXPR_VALUE_H
#define QF_EXPR_VALUE_H

#include "expr/days.h"
#include "expr/node.h"

enum val_state { VAL_HAS, VAL_NONE, VAL_UNKNOWN };

/* DATE: lo and hi are its first and last possible day. INT, CODE, REF, BOOL: lo == hi, but for count() with rows in
 * doubt, which lies between. SPAN: lo months, hi days. */
struct val {
    enum val_state state;
    int64_t lo, hi;
};

#define VAL_IS_UNKNOWN ((struct val){VAL_UNKNOWN, 0, 0})
#define VAL_IS_NONE ((struct val){VAL_NONE, 0, 0})
static inline struct val val_of(int64_t n)
{
    return (struct val){VAL_HAS, n, n};
}
static inline struct val val_tri(enum tri t)
{
    return t == TRI_UNKNOWN ? VAL_IS_UNKNOWN : val_of(t);
}
/* A condition: a yes-no fact that is none counts as no. */
static inline enum tri val_truth(struct val v)
{
    return v.state == VAL_UNKNOWN ? TRI_UNKNOWN : v.state == VAL_HAS && v.lo != 0 ? TRI_TRUE : TRI_FALSE;
}
static inline enum tri tri_not(enum tri t)
{
    return t == TRI_UNKNOWN ? t : t == TRI_FALSE ? TRI_TRUE : TRI_FALSE;
}
/* One number: a count in doubt is unknown. */
static inline struct val val_one(struct val v)
{
    return v.state == VAL_HAS && v.lo != v.hi ? VAL_IS_UNKNOWN : v;
}
/* Unknown if any is, else none if any is. */
static inline enum val_state val_both(struct val a, struct val b)
{
    return a.state == VAL_UNKNOWN || b.state == VAL_UNKNOWN ? VAL_UNKNOWN
           : a.state == VAL_NONE || b.state == VAL_NONE     ? VAL_NONE
                                                            : VAL_HAS;
}

/* A value as it stands in a column. */
struct val val_column(enum expr_type type, const void *column, int row);
struct val val_date(int32_t packed);
struct val val_param(const struct node *n, const struct expr_env *env, bool *wrong_type);
/* op is N_EQ .. N_GE; none makes all but != false. A constant date (written, or a parameter) stands for its whole
 * period: x <= 2016-01 is "by the end of that month", x = 2016-01 "within it". A date on record is one unknown day of
 * it. */
enum tri val_compare(enum node_op op, const struct node *left, const struct node *right, struct val a, struct val b);
/* op is N_ADD or N_SUB; type that of the left. */
struct val val_sum(enum node_op op, enum expr_type type, struct val a, struct val b);
/* years(n) months(n) days(n) */
struct val val_span(enum node_op op, struct val n);
/* years(a, b) months(a, b) days(a, b) */
struct val val_between(enum node_op op, struct val a, struct val b);
/* min, max: none is passed over. */
struct val val_pick(enum node_op op, struct val a, struct val b);
struct val val_year(struct val d);
struct val val_month(struct val d);
/* percent_up, percent_near, percent: n * p / 100 rounded. */
struct val val_percent(enum node_op op, struct val n, struct val p);
struct expr_value val_show(const struct node *n, struct val v);

#endif
