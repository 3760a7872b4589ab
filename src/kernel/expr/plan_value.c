/* plan_value.c: numbers, dates and spans as block operations, and what is asked of owned rows. */
#include "expr/plan.h"

static int fill32(struct planner *p, int32_t value, int level)
{
    struct plan_step *s = plan_step(p, VEC_FILL32, level, 4, PLAN_NO_INPUT, PLAN_NO_INPUT);
    s->k[0] = value;
    return s->out;
}

static int32_t number_or_mark(struct val v, int64_t n)
{
    return v.state == VAL_HAS ? (int32_t)n : v.state == VAL_NONE ? EXPR_INT_NONE : EXPR_INT_UNKNOWN;
}

static int32_t day_or_mark(struct val v, int64_t n)
{
    return v.state == VAL_HAS ? (int32_t)n : v.state == VAL_NONE ? EXPR_DATE_NONE : EXPR_DATE_UNKNOWN;
}

static struct operand one(int source, int level)
{
    return (struct operand){.kind = OPERAND_ONE, .level = level, .a = source, .b = source};
}

static struct operand pair(int first, int last, int level)
{
    return (struct operand){.kind = OPERAND_PAIR, .level = level, .a = first, .b = last};
}

struct operand plan_registers(struct planner *p, struct operand o, enum expr_type type, int level)
{
    if (o.kind == OPERAND_CONST) {
        if (type == EXPR_DATE)
            return pair(fill32(p, day_or_mark(o.v, o.v.lo), level), fill32(p, day_or_mark(o.v, o.v.hi), level), level);
        /* a number; constant codes and references only ever stand in comparisons, as ranges */
        return one(fill32(p, number_or_mark(o.v, o.v.lo), level), level);
    }
    if (o.kind == OPERAND_PACKED) {
        int column = plan_raise(p, o.a, level);
        int first = plan_step(p, VEC_FIRST_DAY, level, 4, column, PLAN_NO_INPUT)->out;
        return pair(first, plan_step(p, VEC_LAST_DAY, level, 4, column, PLAN_NO_INPUT)->out, level);
    }
    if (o.kind == OPERAND_PAIR)
        return pair(plan_raise(p, o.a, level), plan_raise(p, o.b, level), level);
    return one(plan_raise(p, o.a, level), level);
}

/* A number at level; a count in doubt is unknown. */
static int number(struct planner *p, const struct node *n, int level)
{
    struct operand o = plan_registers(p, plan_node(p, n), EXPR_INT, level);
    return o.kind == OPERAND_PAIR ? plan_step(p, VEC_ONE, level, 4, o.a, o.b)->out : o.a;
}

static struct operand date(struct planner *p, const struct node *n, int level)
{
    return plan_registers(p, plan_node(p, n), EXPR_DATE, level);
}

/* The months and the days of a span at level, as numbers. */
static struct operand plan_span(struct planner *p, const struct node *n, int level)
{
    if (n->level == LEVEL_CONST) {
        struct val v = plan_node(p, n).v;
        return pair(fill32(p, number_or_mark(v, v.lo), level), fill32(p, number_or_mark(v, v.hi), level), level);
    }
    if (n->op == N_ADD || n->op == N_SUB) {
        struct operand a = plan_span(p, n->kids[0], level), b = plan_span(p, n->kids[1], level);
        enum vec_op op = n->op == N_ADD ? VEC_ADD : VEC_SUB;
        int months = plan_step(p, op, level, 4, a.a, b.a)->out;
        return pair(months, plan_step(p, op, level, 4, a.b, b.b)->out, level);
    }
    struct plan_step *s = plan_step(p, VEC_SPAN, level, 4, number(p, n->kids[0], level), PLAN_NO_INPUT);
    int out = s->out;
    s->k[0] = n->op == N_YEARS ? 12 : 1;
    s->k[1] = n->op == N_YEARS ? SPAN_YEARS_MOST : n->op == N_MONTHS ? SPAN_MONTHS_MOST : SPAN_DAYS_MOST;
    int none = fill32(p, 0, level);
    return n->op == N_DAYS ? pair(none, out, level) : pair(out, none, level);
}

static int shift(struct planner *p, enum vec_op op, int day, int by, int sign, int level)
{
    struct plan_step *s = plan_step(p, op, level, 4, day, by);
    s->k[0] = sign;
    return s->out;
}

static struct operand plan_moved(struct planner *p, const struct node *n)
{
    int level = n->level, sign = n->op == N_ADD ? 1 : -1;
    const struct node *by = n->kids[1];
    bool fixed = by->level == LEVEL_CONST;
    struct val v = fixed ? plan_node(p, by).v : VAL_IS_NONE;
    struct operand d = date(p, n->kids[0], level);
    if (fixed && v.state == VAL_HAS && v.lo % 12 == 0 && v.hi == 0) {
        int32_t years = clamp32((int32_t)v.lo / 12, SPAN_YEARS_MOST) * sign;
        d.a = shift(p, VEC_ADD_YEARS, d.a, PLAN_NO_INPUT, years, level);
        d.b = shift(p, VEC_ADD_YEARS, d.b, PLAN_NO_INPUT, years, level);
        return d;
    }
    struct operand span = plan_span(p, by, level);
    if (!fixed || v.state != VAL_HAS || v.lo != 0) {
        d.a = shift(p, VEC_ADD_MONTHS, d.a, span.a, sign, level);
        d.b = shift(p, VEC_ADD_MONTHS, d.b, span.a, sign, level);
    }
    if (!fixed || v.state != VAL_HAS || v.hi != 0) {
        d.a = shift(p, VEC_ADD_DAYS, d.a, span.b, sign, level);
        d.b = shift(p, VEC_ADD_DAYS, d.b, span.b, sign, level);
    }
    return d;
}

static int pick(struct planner *p, const struct node *n, int a, int b)
{
    struct plan_step *s = plan_step(p, n->op == N_MIN ? VEC_MIN : VEC_MAX, n->level, 4, a, b);
    s->k[0] = n->type == EXPR_DATE ? EXPR_DATE_UNKNOWN : EXPR_INT_UNKNOWN;
    s->k[1] = n->type == EXPR_DATE ? EXPR_DATE_NONE : EXPR_INT_NONE;
    return s->out;
}

static struct operand plan_minmax(struct planner *p, const struct node *n)
{
    bool dates = n->type == EXPR_DATE;
    struct operand best = {0};
    for (int i = 0; i < n->n_kids; i++) {
        struct operand o = dates ? date(p, n->kids[i], n->level) : one(number(p, n->kids[i], n->level), n->level);
        if (i == 0) {
            best = o;
            continue;
        }
        best.a = pick(p, n, best.a, o.a);
        best.b = dates ? pick(p, n, best.b, o.b) : best.a;
    }
    return best;
}

/* A date at level as it would stand in a column. */
static int packed(struct planner *p, const struct node *n, int level)
{
    struct operand o = plan_node(p, n);
    if (o.kind == OPERAND_CONST)
        return fill32(p, day_or_mark(o.v, day_cover((int32_t)o.v.lo, (int32_t)o.v.hi)), level);
    if (o.kind == OPERAND_PACKED)
        return plan_raise(p, o.a, level);
    int cover = plan_step(p, VEC_COVER, o.level, 4, o.a, o.b)->out;
    return plan_raise(p, cover, level);
}

/* years(a, b) months(a, b) days(a, b) */
static struct operand plan_counted(struct planner *p, const struct node *n)
{
    if (n->op == N_DAYS) {
        struct operand a = date(p, n->kids[0], n->level), b = date(p, n->kids[1], n->level);
        struct plan_step *s = plan_step(p, VEC_DAYS_BETWEEN, n->level, 4, a.a, a.b);
        s->in[2] = b.a;
        s->in[3] = b.b;
        return one(s->out, n->level);
    }
    int a = packed(p, n->kids[0], n->level), b = packed(p, n->kids[1], n->level);
    struct plan_step *s = plan_step(p, VEC_COMPLETED, n->level, 4, a, b);
    s->k[0] = n->op == N_YEARS;
    return one(s->out, n->level);
}

static struct operand plan_percent(struct planner *p, const struct node *n)
{
    int a = number(p, n->kids[0], n->level), b = number(p, n->kids[1], n->level);
    struct plan_step *s = plan_step(p, VEC_PERCENT, n->level, 4, a, b);
    s->k[0] = n->op == N_PERCENT ? 0 : n->op == N_PERCENT_NEAR ? 50 : 99;
    return one(s->out, n->level);
}

static struct operand plan_part(struct planner *p, const struct node *n)
{
    int d = packed(p, n->kids[0], n->level);
    return one(plan_step(p, n->op == N_YEAR ? VEC_YEAR : VEC_MONTH, n->level, 4, d, PLAN_NO_INPUT)->out, n->level);
}

struct operand plan_value(struct planner *p, const struct node *n)
{
    switch (n->op) {
    case N_ADD:
    case N_SUB:
        if (n->type == EXPR_DATE)
            return plan_moved(p, n);
        int a = number(p, n->kids[0], n->level), b = number(p, n->kids[1], n->level);
        return one(plan_step(p, n->op == N_ADD ? VEC_ADD : VEC_SUB, n->level, 4, a, b)->out, n->level);
    case N_MIN:
    case N_MAX: return plan_minmax(p, n);
    case N_YEAR:
    case N_MONTH: return plan_part(p, n);
    case N_PERCENT:
    case N_PERCENT_NEAR:
    case N_PERCENT_UP: return plan_percent(p, n);
    default: return plan_counted(p, n);
    }
}

static int rank(struct planner *p, int pc, int level, int bit)
{
    struct plan_step *s = plan_step(p, VEC_RANK, level, 1, pc, PLAN_NO_INPUT);
    s->k[0] = bit;
    return s->out;
}

static int to_owner(struct planner *p, const struct node *n, enum vec_op op, int width, int a, int b)
{
    struct plan_step *s = plan_step(p, op, n->level, width, a, b);
    s->rows = n->subject;
    return s->out;
}

static int take(struct planner *p, const struct node *n, enum vec_op op, int width, int row, int source)
{
    struct plan_step *s = plan_step(p, op, n->level, width, row, source);
    bool number = n->type == EXPR_INT;
    s->k[0] = number ? EXPR_INT_UNKNOWN : EXPR_REF_UNKNOWN; /* dates, codes and references: 0 and -1 */
    s->k[1] = number ? EXPR_INT_NONE : EXPR_REF_NONE;
    return s->out;
}

static struct operand plan_pick(struct planner *p, const struct node *n)
{
    int rows = n->subject, where = PLAN_NO_INPUT;
    if (n->kids[1] != NULL)
        where = plan_truth_at(p, plan_node(p, n->kids[1]), rows);
    struct operand by = {.a = PLAN_NO_INPUT, .b = PLAN_NO_INPUT};
    if (n->kids[2] != NULL)
        by = date(p, n->kids[2], rows);
    int row = to_owner(p, n, VEC_PICK, 4, where, by.a);
    struct plan_step *s = &p->steps.p[p->steps.n - 1];
    s->in[2] = by.b;
    s->k[0] = n->op == N_LAST;
    if (n->type == EXPR_INT)
        return one(take(p, n, VEC_TAKE32, 4, row, number(p, n->kids[0], rows)), n->level);
    struct operand value = plan_registers(p, plan_node(p, n->kids[0]), n->type, rows);
    if (n->type == EXPR_DATE)
        return pair(take(p, n, VEC_TAKE32, 4, row, value.a), take(p, n, VEC_TAKE32, 4, row, value.b), n->level);
    bool code = n->type == EXPR_CODE;
    return one(take(p, n, code ? VEC_TAKE16 : VEC_TAKE64, code ? 2 : 8, row, value.a), n->level);
}

struct operand plan_rows(struct planner *p, const struct node *n)
{
    if (n->op == N_FIRST || n->op == N_LAST)
        return plan_pick(p, n);
    int rows = n->subject, pc = plan_truth_at(p, plan_node(p, n->kids[0]), rows);
    if (n->op == N_ALL) /* no row for which it is not so */
        pc = plan_step(p, VEC_NOT, rows, 1, pc, PLAN_NO_INPUT)->out;
    int certain = rank(p, pc, rows, 1), possible = rank(p, pc, rows, 0);
    if (n->op == N_COUNT) {
        int least = to_owner(p, n, VEC_COUNT, 4, certain, PLAN_NO_INPUT);
        return pair(least, to_owner(p, n, VEC_COUNT, 4, possible, PLAN_NO_INPUT), n->level);
    }
    int any = to_owner(p, n, VEC_ANY, 1, certain, possible);
    return one(n->op == N_ANY ? any : plan_step(p, VEC_NOT, n->level, 1, any, PLAN_NO_INPUT)->out, n->level);
}
