/* value.c: see value.h. */
#include "expr/value.h"

static struct val from_int(int64_t n, int64_t unknown, int64_t none)
{
    return n == unknown ? VAL_IS_UNKNOWN : n == none ? VAL_IS_NONE : val_of(n);
}

struct val val_date(int32_t v)
{
    if (v <= 0)
        return v == EXPR_DATE_UNKNOWN ? VAL_IS_UNKNOWN : VAL_IS_NONE;
    return (struct val){VAL_HAS, day_first(v), day_last(v)};
}

struct val val_column(enum expr_type type, const void *column, int row)
{
    switch (type) {
    case EXPR_BOOL: return from_int(((const int8_t *)column)[row], EXPR_BOOL_UNKNOWN, EXPR_BOOL_NONE);
    case EXPR_INT: return from_int(((const int32_t *)column)[row], EXPR_INT_UNKNOWN, EXPR_INT_NONE);
    case EXPR_DATE: return val_date(((const int32_t *)column)[row]);
    case EXPR_CODE: return from_int(((const int16_t *)column)[row], EXPR_CODE_UNKNOWN, EXPR_CODE_NONE);
    default: return from_int(((const int64_t *)column)[row], EXPR_REF_UNKNOWN, EXPR_REF_NONE);
    }
}

struct val val_param(const struct node *n, const struct expr_env *env, bool *wrong_type)
{
    struct expr_param p;
    if (env->param == NULL || !env->param(env->param_ctx, n->text, env->today, &p))
        return VAL_IS_UNKNOWN;
    if (p.type != n->type) {
        *wrong_type = true;
        return VAL_IS_UNKNOWN;
    }
    switch (p.type) {
    case EXPR_BOOL: return from_int(p.value, EXPR_BOOL_UNKNOWN, EXPR_BOOL_NONE);
    case EXPR_INT: return from_int(p.value, EXPR_INT_UNKNOWN, EXPR_INT_NONE);
    case EXPR_DATE: return val_date(p.value);
    default: return from_int(p.value, EXPR_CODE_UNKNOWN, EXPR_CODE_NONE);
    }
}

static enum tri equal(enum expr_type type, struct val a, struct val b)
{
    if (type == EXPR_BOOL) {
        enum tri x = val_truth(a), y = val_truth(b);
        return x == TRI_UNKNOWN || y == TRI_UNKNOWN ? TRI_UNKNOWN : x == y;
    }
    enum val_state state = val_both(a, b);
    if (state != VAL_HAS)
        return state == VAL_UNKNOWN ? TRI_UNKNOWN : TRI_FALSE;
    if (a.lo == a.hi && b.lo == b.hi)
        return a.lo == b.lo;
    return a.hi < b.lo || b.hi < a.lo ? TRI_FALSE : TRI_UNKNOWN;
}

static enum tri less(struct val a, struct val b, bool or_equal)
{
    enum val_state state = val_both(a, b);
    if (state != VAL_HAS)
        return state == VAL_UNKNOWN ? TRI_UNKNOWN : TRI_FALSE;
    if (or_equal)
        return a.hi <= b.lo ? TRI_TRUE : a.lo > b.hi ? TRI_FALSE : TRI_UNKNOWN;
    return a.hi < b.lo ? TRI_TRUE : a.lo >= b.hi ? TRI_FALSE : TRI_UNKNOWN;
}

/* Whether day d lies within the period. */
static enum tri within(struct val d, struct val period)
{
    enum val_state state = val_both(d, period);
    if (state != VAL_HAS)
        return state == VAL_UNKNOWN ? TRI_UNKNOWN : TRI_FALSE;
    if (d.lo >= period.lo && d.hi <= period.hi)
        return TRI_TRUE;
    return d.hi < period.lo || d.lo > period.hi ? TRI_FALSE : TRI_UNKNOWN;
}

/* d compared with a period: its first day decides < and >=, its last day <= and >. */
static enum tri compare_period(enum node_op op, struct val d, struct val period)
{
    if (op == N_EQ || op == N_NE)
        return op == N_EQ ? within(d, period) : tri_not(within(d, period));
    if (period.state == VAL_HAS)
        period = val_of(op == N_LT || op == N_GE ? period.lo : period.hi);
    switch (op) {
    case N_LT: return less(d, period, false);
    case N_LE: return less(d, period, true);
    case N_GT: return less(period, d, false);
    default: return less(period, d, true);
    }
}

enum tri val_compare(enum node_op op, const struct node *left, const struct node *right, struct val a, struct val b)
{
    enum expr_type type = left->type;
    if (type == EXPR_DATE && right->level == LEVEL_CONST)
        return compare_period(op, a, b);
    if (type == EXPR_DATE && left->level == LEVEL_CONST) {
        static const enum node_op turned[] = {
            [N_EQ] = N_EQ, [N_NE] = N_NE, [N_LT] = N_GT, [N_LE] = N_GE, [N_GT] = N_LT, [N_GE] = N_LE};
        return compare_period(turned[op], b, a);
    }
    switch (op) {
    case N_EQ: return equal(type, a, b);
    case N_NE: return tri_not(equal(type, a, b));
    case N_LT: return less(a, b, false);
    case N_LE: return less(a, b, true);
    case N_GT: return less(b, a, false);
    default: return less(b, a, true);
    }
}

/* Keeps out of the two numbers that mean unknown and none. */
static struct val int_result(int64_t n)
{
    return n > INT32_MAX || n <= EXPR_INT_NONE ? VAL_IS_UNKNOWN : val_of(n);
}

static struct val date_moved(struct val d, struct val span, int sign)
{
    int32_t months = clamp32((int32_t)span.lo * sign, SPAN_MONTHS_MOST);
    int32_t days = clamp32((int32_t)span.hi * sign, SPAN_DAYS_MOST);
    if (months != 0) {
        d.lo = day_add_months((int32_t)d.lo, months);
        d.hi = day_add_months((int32_t)d.hi, months);
    }
    if (days != 0) {
        d.lo = day_add_days((int32_t)d.lo, days);
        d.hi = day_add_days((int32_t)d.hi, days);
    }
    return d;
}

struct val val_sum(enum node_op op, enum expr_type type, struct val a, struct val b)
{
    int sign = op == N_ADD ? 1 : -1;
    if (type == EXPR_INT) {
        a = val_one(a);
        b = val_one(b);
    }
    enum val_state state = val_both(a, b);
    if (state != VAL_HAS)
        return (struct val){state, 0, 0};
    if (type == EXPR_INT)
        return int_result(a.lo + sign * b.lo);
    if (type == EXPR_DATE)
        return date_moved(a, b, sign);
    struct val months = int_result(a.lo + sign * b.lo), days = int_result(a.hi + sign * b.hi);
    if (months.state == VAL_UNKNOWN || days.state == VAL_UNKNOWN)
        return VAL_IS_UNKNOWN;
    return (struct val){VAL_HAS, months.lo, days.lo};
}

struct val val_span(enum node_op op, struct val n)
{
    n = val_one(n);
    if (n.state != VAL_HAS)
        return n;
    int32_t x = (int32_t)n.lo;
    switch (op) {
    case N_YEARS: return (struct val){VAL_HAS, clamp32(x, SPAN_YEARS_MOST) * 12, 0};
    case N_MONTHS: return (struct val){VAL_HAS, clamp32(x, SPAN_MONTHS_MOST), 0};
    default: return (struct val){VAL_HAS, 0, clamp32(x, SPAN_DAYS_MOST)};
    }
}

/* A date as a count sees it: one that no partial date covers (half of one year, half of the next) is unknown. */
static struct val counted(struct val d)
{
    if (d.state == VAL_HAS)
        d.lo = day_cover((int32_t)d.lo, (int32_t)d.hi);
    return d.state == VAL_HAS && d.lo == 0 ? VAL_IS_UNKNOWN : d;
}

struct val val_between(enum node_op op, struct val a, struct val b)
{
    bool by_days = op == N_DAYS, full = a.lo == a.hi && b.lo == b.hi;
    if (!by_days) {
        a = counted(a);
        b = counted(b);
    }
    enum val_state state = val_both(a, b);
    if (state != VAL_HAS)
        return (struct val){state, 0, 0};
    if (by_days)
        return full ? val_of(day_number((int32_t)b.lo) - day_number((int32_t)a.lo)) : VAL_IS_UNKNOWN;
    return from_int(completed((int32_t)a.lo, (int32_t)b.lo, op == N_YEARS), EXPR_INT_UNKNOWN, EXPR_INT_NONE);
}

struct val val_pick(enum node_op op, struct val a, struct val b)
{
    if (a.state == VAL_UNKNOWN || b.state == VAL_UNKNOWN)
        return VAL_IS_UNKNOWN;
    if (a.state == VAL_NONE || b.state == VAL_NONE)
        return a.state == VAL_NONE ? b : a;
    bool least = op == N_MIN;
    return (struct val){VAL_HAS, (a.lo < b.lo) == least ? a.lo : b.lo, (a.hi < b.hi) == least ? a.hi : b.hi};
}

struct val val_year(struct val d)
{
    if (d.state != VAL_HAS)
        return d;
    return d.lo >> 9 == d.hi >> 9 ? val_of(d.lo >> 9) : VAL_IS_UNKNOWN;
}

struct val val_month(struct val d)
{
    if (d.state != VAL_HAS)
        return d;
    return d.lo >> 5 == d.hi >> 5 ? val_of(d.lo >> 5 & 15) : VAL_IS_UNKNOWN;
}

struct val val_percent(enum node_op op, struct val n, struct val p)
{
    n = val_one(n);
    p = val_one(p);
    enum val_state state = val_both(n, p);
    if (state != VAL_HAS)
        return (struct val){state, 0, 0};
    int64_t x = n.lo * p.lo + (op == N_PERCENT ? 0 : op == N_PERCENT_NEAR ? 50 : 99);
    return int_result(x / 100 - (x % 100 < 0));
}

struct expr_value val_show(const struct node *n, struct val v)
{
    struct expr_value out = {.type = n->type, .codes = n->codes};
    if (n->type == EXPR_INT)
        v = val_one(v);
    out.state = v.state == VAL_HAS ? EXPR_HAS : v.state == VAL_NONE ? EXPR_NONE : EXPR_UNKNOWN;
    if (v.state != VAL_HAS)
        return out;
    out.n = v.lo;
    if (n->type == EXPR_SPAN)
        out.days = (int32_t)v.hi;
    if (n->type == EXPR_DATE) {
        out.n = day_cover((int32_t)v.lo, (int32_t)v.hi);
        if (out.n == 0)
            out.state = EXPR_UNKNOWN;
    }
    return out;
}
