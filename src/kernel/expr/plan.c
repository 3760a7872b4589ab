/* plan.c: makes the program of a condition: constants folded, each piece at the level of its rows, truths joined.
 * Values are in plan_value.c, comparisons in plan_compare.c, bounds on dates in plan_date.c. */
#include "expr/plan.h"

struct plan_step *plan_step(struct planner *p, enum vec_op op, int level, int width, int in0, int in1)
{
    struct plan_source *out = VEC_PUSH(&p->sources, p->a);
    *out = (struct plan_source){.level = level, .fact = -1, .slot = -1, .width = width};
    struct plan_step *s = VEC_PUSH(&p->steps, p->a);
    *s = (struct plan_step){.op = op,
                            .level = level,
                            .out = (int)p->sources.n - 1,
                            .in = {in0, in1, PLAN_NO_INPUT, PLAN_NO_INPUT},
                            .rows = -1};
    return s;
}

int plan_column(struct planner *p, const struct node *fact, int width)
{
    for (size_t i = 0; i < p->sources.n; i++)
        if (p->sources.p[i].level == fact->subject && p->sources.p[i].fact == fact->fact)
            return (int)i;
    *VEC_PUSH(&p->sources, p->a) =
        (struct plan_source){.level = fact->subject, .fact = fact->fact, .slot = -1, .width = width};
    return (int)p->sources.n - 1;
}

int plan_raise(struct planner *p, int source, int level)
{
    struct plan_source from = p->sources.p[source];
    if (from.level == level)
        return source;
    enum vec_op op = from.width == 1   ? VEC_GATHER8
                     : from.width == 2 ? VEC_GATHER16
                     : from.width == 4 ? VEC_GATHER32
                                       : VEC_GATHER64;
    struct plan_step *s = plan_step(p, op, level, from.width, source, PLAN_NO_INPUT);
    s->rows = level;
    return s->out;
}

static int pc_of(enum tri t)
{
    return t == TRI_UNKNOWN ? PC_UNKNOWN : t == TRI_TRUE ? PC_TRUE : PC_FALSE;
}

int plan_truth_at(struct planner *p, struct operand o, int level)
{
    if (o.kind != OPERAND_CONST)
        return plan_raise(p, o.a, level);
    struct plan_step *s = plan_step(p, VEC_FILL8, level, 1, PLAN_NO_INPUT, PLAN_NO_INPUT);
    s->k[0] = pc_of(val_truth(o.v));
    return s->out;
}

static struct operand constant(enum tri t)
{
    return (struct operand){.kind = OPERAND_CONST, .level = LEVEL_CONST, .v = val_tri(t)};
}

static struct operand one(const struct planner *p, int source)
{
    return (struct operand){.kind = OPERAND_ONE, .level = p->sources.p[source].level, .a = source};
}

/* Parts about the owner are joined first, at the owner's rows. */
static struct operand plan_chain(struct planner *p, const struct node *n)
{
    enum vec_op op = n->op == N_AND ? VEC_AND : VEC_OR;
    enum tri stop = n->op == N_AND ? TRI_FALSE : TRI_TRUE;
    int upper = -1, lower = -1, owner = expr_owner_of(p->w, n->level);
    bool unknown = false;
    for (int i = 0; i < n->n_kids; i++) {
        struct operand o = plan_node(p, n->kids[i]);
        if (o.kind == OPERAND_CONST && val_truth(o.v) == stop)
            return constant(stop);
        if (o.kind == OPERAND_CONST) {
            unknown = unknown || val_truth(o.v) == TRI_UNKNOWN;
            continue;
        }
        int *chain = o.level == owner ? &upper : &lower;
        *chain = *chain < 0 ? o.a : plan_step(p, op, o.level, 1, *chain, o.a)->out;
    }
    int all = lower;
    if (upper >= 0)
        all = lower < 0 ? upper : plan_step(p, op, n->level, 1, lower, plan_raise(p, upper, n->level))->out;
    if (all < 0)
        return constant(unknown ? TRI_UNKNOWN : tri_not(stop));
    int level = p->sources.p[all].level;
    if (unknown)
        all = plan_step(p, op, level, 1, all, plan_truth_at(p, constant(TRI_UNKNOWN), level))->out;
    return one(p, all);
}

static struct operand plan_not(struct planner *p, struct operand o)
{
    if (o.kind == OPERAND_CONST)
        return constant(tri_not(val_truth(o.v)));
    return one(p, plan_step(p, VEC_NOT, o.level, 1, o.a, PLAN_NO_INPUT)->out);
}

static struct operand plan_between(struct planner *p, const struct node *n)
{
    struct operand low = plan_compare(p, N_GE, n->kids[0], n->kids[1]);
    struct operand high = plan_compare(p, N_LE, n->kids[0], n->kids[2]);
    int a = plan_truth_at(p, low, n->level), b = plan_truth_at(p, high, n->level);
    return one(p, plan_step(p, VEC_AND, n->level, 1, a, b)->out);
}

/* has() and known(): what a value, none and unknown give. */
static struct operand plan_has(struct planner *p, const struct node *n)
{
    const struct node *of = n->kids[0];
    struct operand o = {.kind = OPERAND_ONE, .level = of->level};
    enum vec_op op;
    if (of->op == N_FACT && of->type == EXPR_BOOL) {
        op = VEC_HAS8;
        o.a = plan_column(p, of, 1);
    } else {
        o = plan_node(p, of);
        if (of->type == EXPR_INT && o.kind == OPERAND_PAIR)
            o.a = plan_step(p, VEC_ONE, o.level, 4, o.a, o.b)->out;
        op = of->type == EXPR_BOOL ? VEC_HAS_PC : of->type == EXPR_CODE ? VEC_HAS16 : VEC_HAS32;
        op = of->type == EXPR_REF ? VEC_HAS64 : op;
    }
    if (o.kind == OPERAND_CONST) /* a part that folded away: true and x */
        return constant(n->op == N_KNOWN           ? o.v.state != VAL_UNKNOWN
                        : o.v.state == VAL_UNKNOWN ? TRI_UNKNOWN
                                                   : o.v.state == VAL_HAS);
    struct plan_step *s = plan_step(p, op, o.level, 1, o.a, PLAN_NO_INPUT);
    bool known = n->op == N_KNOWN, date = of->type == EXPR_DATE;
    s->k[0] = PC_TRUE;
    s->k[1] = known ? PC_TRUE : PC_FALSE;
    s->k[2] = known ? PC_FALSE : PC_UNKNOWN;
    s->k[3] = date ? EXPR_DATE_UNKNOWN : EXPR_INT_UNKNOWN;
    s->k[4] = date ? EXPR_DATE_NONE : EXPR_INT_NONE;
    return one(p, s->out);
}

static struct operand plan_fact(struct planner *p, const struct node *n)
{
    static const int widths[] = {[EXPR_BOOL] = 1, [EXPR_INT] = 4, [EXPR_DATE] = 4, [EXPR_CODE] = 2, [EXPR_REF] = 8};
    int source = plan_column(p, n, widths[n->type]);
    if (n->type == EXPR_BOOL)
        return one(p, plan_step(p, VEC_BOOL, n->level, 1, source, PLAN_NO_INPUT)->out);
    struct operand o = one(p, source);
    if (n->type == EXPR_DATE)
        o.kind = OPERAND_PACKED;
    return o;
}

static struct operand plan_new(struct planner *p, const struct node *n)
{
    switch (n->op) {
    case N_FACT: return plan_fact(p, n);
    case N_AND:
    case N_OR: return plan_chain(p, n);
    case N_NOT: return plan_not(p, plan_node(p, n->kids[0]));
    case N_IN: return plan_in(p, n);
    case N_BETWEEN: return plan_between(p, n);
    case N_HAS:
    case N_KNOWN: return plan_has(p, n);
    case N_NE: return plan_not(p, plan_compare(p, N_EQ, n->kids[0], n->kids[1]));
    default: break;
    }
    if (expr_is_rows(n->op))
        return plan_rows(p, n);
    return n->op >= N_EQ && n->op <= N_GE ? plan_compare(p, n->op, n->kids[0], n->kids[1]) : plan_value(p, n);
}

struct operand plan_node(struct planner *p, const struct node *n)
{
    if (n->level == LEVEL_CONST) {
        struct val v = eval_node(&p->ev, n, (struct scope){0});
        return (struct operand){.kind = OPERAND_CONST, .level = LEVEL_CONST, .v = v};
    }
    for (size_t i = 0; i < p->done.n; i++)
        if (p->done.p[i].node == n)
            return p->done.p[i].operand;
    struct operand o = plan_new(p, n);
    *VEC_PUSH(&p->done, p->a) = (struct plan_done){n, o};
    return o;
}

/* Registers whose lives do not overlap share memory. */
static void assign_slots(struct planner *p, struct expr_plan *plan)
{
    int *last = arena_array(p->a, int, p->sources.n);
    VEC(struct plan_slot) slots = {0};
    for (size_t i = 0; i < p->steps.n; i++)
        for (int k = 0; k < 4; k++)
            if (p->steps.p[i].in[k] >= 0)
                last[p->steps.p[i].in[k]] = (int)i;
    if (!plan->is_constant)
        last[plan->result] = (int)p->steps.n;
    for (size_t i = 0; i < p->steps.n; i++) {
        struct plan_source *out = &p->sources.p[p->steps.p[i].out];
        for (size_t s = 0; s < slots.n && out->slot < 0; s++)
            if (!slots.p[s].busy && slots.p[s].level == out->level && slots.p[s].width == out->width)
                out->slot = (int)s;
        if (out->slot < 0) {
            *VEC_PUSH(&slots, p->a) = (struct plan_slot){.level = out->level, .width = out->width};
            out->slot = (int)slots.n - 1;
        }
        slots.p[out->slot].busy = true;
        for (int k = 0; k < 4; k++) {
            int in = p->steps.p[i].in[k];
            if (in >= 0 && p->sources.p[in].slot >= 0 && last[in] == (int)i)
                slots.p[p->sources.p[in].slot].busy = false;
        }
    }
    plan->slots = slots.p;
    plan->n_slots = (int)slots.n;
}

static vec_fn *operation(enum vec_op op)
{
    vec_fn *const *const groups[] = {vec_compare_fns, vec_truth_fns, vec_number_fns, vec_rows_fns};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (groups[i][op] != NULL)
            return groups[i][op];
    __builtin_unreachable();
}

struct expr_plan *expr_plan_make(struct arena *a, const struct expr *e, const struct expr_env *env)
{
    struct planner p = {.a = a, .w = e->world, .ev = {.w = e->world, .env = env}};
    struct expr_plan *plan = arena_new_of(a, struct expr_plan);
    struct operand o = plan_node(&p, e->root);
    plan->subject = e->subject;
    plan->is_constant = o.kind == OPERAND_CONST;
    if (plan->is_constant)
        plan->constant = val_truth(o.v);
    else
        plan->result = plan_raise(&p, o.a, e->subject);
    assign_slots(&p, plan);
    for (size_t i = 0; i < p.steps.n; i++)
        p.steps.p[i].fn = operation(p.steps.p[i].op);
    plan->sources = p.sources.p;
    plan->n_sources = (int)p.sources.n;
    plan->steps = p.steps.p;
    plan->n_steps = (int)p.steps.n;
    return plan;
}
