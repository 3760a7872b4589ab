/* plan_compare.c: comparisons as block operations. Against a constant they become one range of the column. */
#include "expr/plan.h"

#include <stdlib.h>

static struct operand one(const struct planner *p, int source)
{
    return (struct operand){.kind = OPERAND_ONE, .level = p->sources.p[source].level, .a = source, .b = source};
}

static struct operand constant(enum tri t)
{
    return (struct operand){.kind = OPERAND_CONST, .level = LEVEL_CONST, .v = val_tri(t)};
}

static enum node_op turned(enum node_op op)
{
    return op == N_LT ? N_GT : op == N_LE ? N_GE : op == N_GT ? N_LT : op == N_GE ? N_LE : op;
}

struct range {
    int64_t from, to;
};

/* The values x, least <= x <= most, for which x op c; c is the period lo..hi for dates. None: no value. */
static struct range range_of(enum node_op op, struct val c, int64_t least, int64_t most)
{
    struct range none = {INT32_MAX, INT32_MIN}, r = {least, most};
    if (c.state != VAL_HAS)
        return none;
    switch (op) {
    case N_EQ: r = (struct range){c.lo, c.hi}; break;
    case N_LT: r.to = c.lo - 1; break;
    case N_LE: r.to = c.hi; break;
    case N_GT: r.from = c.hi + 1; break;
    default: r.from = c.lo; break;
    }
    r.from = r.from < least ? least : r.from;
    r.to = r.to > most ? most : r.to;
    return r.from > r.to ? none : r;
}

static void set_marks(struct plan_step *s, bool dates)
{
    s->k[2] = dates ? EXPR_DATE_UNKNOWN : EXPR_INT_UNKNOWN;
    s->k[3] = dates ? EXPR_DATE_UNKNOWN : EXPR_INT_NONE; /* valid values are above */
}

static struct operand with_number(struct planner *p, enum node_op op, struct operand o, struct val c)
{
    struct range r = range_of(op, val_one(c), (int64_t)EXPR_INT_NONE + 1, INT32_MAX);
    struct plan_step *s = plan_step(p, o.kind == OPERAND_PAIR ? VEC_PAIR_IN : VEC_IN32, o.level, 1, o.a,
                                    o.kind == OPERAND_PAIR ? o.b : PLAN_NO_INPUT);
    s->k[0] = (int32_t)r.from;
    s->k[1] = (int32_t)r.to;
    set_marks(s, false);
    return one(p, s->out);
}

static struct operand with_date(struct planner *p, enum node_op op, struct operand o, struct val c)
{
    struct range r = range_of(op, c, DAY_MIN, DAY_MAX);
    struct operand d = plan_registers(p, o, EXPR_DATE, o.level);
    struct plan_step *s = plan_step(p, VEC_PAIR_IN, o.level, 1, d.a, d.b);
    s->k[0] = (int32_t)r.from;
    s->k[1] = (int32_t)r.to;
    set_marks(s, true);
    return one(p, s->out);
}

static struct operand with_code(struct planner *p, enum node_op op, struct operand o, struct val c)
{
    struct range r = range_of(op, c, 1, INT16_MAX);
    struct plan_step *s = plan_step(p, VEC_IN16, o.level, 1, o.a, PLAN_NO_INPUT);
    bool some = r.from <= r.to;
    s->k[0] = some ? (int32_t)r.from : 1;
    s->k[1] = some ? (int32_t)r.to : 0;
    s->k[2] = 1;
    return one(p, s->out);
}

static struct operand with_ref(struct planner *p, struct operand o, struct val c)
{
    struct plan_step *s = plan_step(p, VEC_IS64, o.level, 1, o.a, PLAN_NO_INPUT);
    s->wide = c.state == VAL_HAS ? c.lo : EXPR_REF_NONE;
    return one(p, s->out);
}

static struct operand with_constant(struct planner *p, enum node_op op, enum expr_type type, struct operand o,
                                    struct val c)
{
    if (type == EXPR_INT)
        c = val_one(c);
    if (c.state == VAL_UNKNOWN)
        return constant(TRI_UNKNOWN);
    switch (type) {
    case EXPR_INT: return with_number(p, op, o, c);
    case EXPR_DATE: return with_date(p, op, o, c);
    case EXPR_CODE: return with_code(p, op, o, c);
    default: return with_ref(p, o, c);
    }
}

static struct operand same_truth(struct planner *p, struct operand a, struct operand b, int level)
{
    int x = plan_truth_at(p, a, level), y = plan_truth_at(p, b, level);
    return one(p, plan_step(p, VEC_SAME, level, 1, x, y)->out);
}

/* Two columns: a op b with op one of = < <=. */
static struct operand columns(struct planner *p, enum node_op op, enum expr_type type, struct operand a,
                              struct operand b, int level)
{
    static const enum vec_op singles[][3] = {[EXPR_INT] = {VEC_EQ32, VEC_LT32, VEC_LE32},
                                             [EXPR_CODE] = {VEC_EQ16, VEC_LT16, VEC_LE16},
                                             [EXPR_REF] = {VEC_EQ64, VEC_EQ64, VEC_EQ64}};
    static const enum vec_op pairs[] = {VEC_PAIR_EQ, VEC_PAIR_LT, VEC_PAIR_LE};
    int which = op == N_EQ ? 0 : op == N_LT ? 1 : 2;
    if (a.kind == OPERAND_PACKED && b.kind == OPERAND_PACKED && op != N_EQ) {
        int x = plan_raise(p, a.a, level), y = plan_raise(p, b.a, level);
        return one(p, plan_step(p, op == N_LE ? VEC_DATES_LE : VEC_DATES_LT, level, 1, x, y)->out);
    }
    a = plan_registers(p, a, type, level);
    b = plan_registers(p, b, type, level);
    if (a.kind == OPERAND_ONE && b.kind == OPERAND_ONE)
        return one(p, plan_step(p, singles[type][which], level, 1, a.a, b.a)->out);
    struct plan_step *s = plan_step(p, pairs[which], level, 1, a.a, a.b);
    s->in[2] = b.a;
    s->in[3] = b.b;
    set_marks(s, type == EXPR_DATE);
    return one(p, s->out);
}

struct operand plan_compare(struct planner *p, enum node_op op, struct node *left, struct node *right)
{
    enum expr_type type = left->type;
    struct operand bounds;
    if (op != N_EQ && plan_bounds(p, op, left, right, &bounds))
        return bounds;
    if (op == N_EQ) {
        struct operand low, high; /* within a period: not before it and not after it; a count likewise */
        if (plan_bounds(p, N_GE, left, right, &low) && plan_bounds(p, N_LE, left, right, &high))
            return one(p, plan_step(p, VEC_AND, low.level, 1, low.a, high.a)->out);
    }
    struct operand a = plan_node(p, left), b = plan_node(p, right);
    if (type == EXPR_BOOL) {
        int level = a.level == LEVEL_CONST || (b.level != LEVEL_CONST && expr_owner_of(p->w, b.level) == a.level)
                        ? b.level
                        : a.level;
        if (level == LEVEL_CONST)
            return constant(val_compare(op, left, right, a.v, b.v));
        return same_truth(p, a, b, level);
    }
    if (b.kind == OPERAND_CONST)
        return a.kind == OPERAND_CONST ? constant(val_compare(op, left, right, a.v, b.v))
                                       : with_constant(p, op, type, a, b.v);
    if (a.kind == OPERAND_CONST)
        return with_constant(p, turned(op), type, b, a.v);
    int level = expr_owner_of(p->w, b.level) == a.level ? b.level : a.level;
    if (op == N_GT || op == N_GE)
        return columns(p, turned(op), type, b, a, level);
    return columns(p, op, type, a, b, level);
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* A code in a written list: neighbours in the list are one range, two ranges one step. */
static struct operand in_codes(struct planner *p, struct operand o, int *codes, int n)
{
    qsort(codes, (size_t)n, sizeof *codes, by_value);
    int all = -1;
    struct plan_step *s = NULL;
    for (int i = 0, ranges = 0; i < n; ranges++) {
        int from = codes[i], to = from;
        while (i < n && codes[i] <= to + 1)
            to = codes[i++];
        if (ranges % 2 == 0) {
            s = plan_step(p, VEC_IN16, o.level, 1, o.a, PLAN_NO_INPUT);
            s->k[2] = 1; /* an empty second range until there is one */
        }
        s->k[ranges % 2 * 2] = from;
        s->k[ranges % 2 * 2 + 1] = to;
        if (ranges % 2 == 1 || i == n) {
            int part = s->out;
            all = all < 0 ? part : plan_step(p, VEC_OR, o.level, 1, all, part)->out;
        }
    }
    return one(p, all);
}

struct operand plan_in(struct planner *p, const struct node *n)
{
    struct operand value = plan_node(p, n->kids[0]);
    int *codes = arena_array(p->a, int, n->n_kids), count = 0, all = -1;
    bool written = n->kids[0]->type == EXPR_CODE && value.kind != OPERAND_CONST;
    for (int i = 1; i < n->n_kids && written; i++) {
        written = n->kids[i]->op == N_CODE;
        codes[count++] = (int)n->kids[i]->n;
    }
    if (written)
        return in_codes(p, value, codes, count);
    for (int i = 1; i < n->n_kids; i++) {
        int part = plan_truth_at(p, plan_compare(p, N_EQ, n->kids[0], n->kids[i]), n->level);
        all = all < 0 ? part : plan_step(p, VEC_OR, n->level, 1, all, part)->out;
    }
    return one(p, all);
}
