/* eval.c: an expression over one row. */
#include "expr/eval.h"

struct scope eval_at(const struct eval *ev, struct scope at, int level)
{
    if (level == at.subject || level == LEVEL_CONST)
        return at;
    return (struct scope){level, ev->block->tables[at.subject].owner[at.row]};
}

void eval_rows(const struct eval *ev, const struct node *n, struct scope at, int *from, int *to)
{
    const struct expr_table *t = &ev->block->tables[n->subject];
    int owner = eval_at(ev, at, n->level).row;
    *from = t->n == 0 ? 0 : t->first[owner];
    *to = t->n == 0 ? 0 : t->first[owner + 1];
}

static struct val eval_fact(const struct eval *ev, const struct node *n, struct scope at)
{
    const struct expr_table *t = &ev->block->tables[n->subject];
    return val_column(n->type, t->cols[n->fact], eval_at(ev, at, n->subject).row);
}

static enum tri eval_chain(struct eval *ev, const struct node *n, struct scope at)
{
    enum tri stop = n->op == N_AND ? TRI_FALSE : TRI_TRUE, result = tri_not(stop);
    for (int i = 0; i < n->n_kids; i++) {
        enum tri t = val_truth(eval_node(ev, n->kids[i], at));
        if (t == stop)
            return stop;
        if (t == TRI_UNKNOWN)
            result = TRI_UNKNOWN;
    }
    return result;
}

static enum tri eval_in(struct eval *ev, const struct node *n, struct scope at)
{
    struct val v = eval_node(ev, n->kids[0], at);
    enum tri result = TRI_FALSE;
    for (int i = 1; i < n->n_kids; i++) {
        enum tri t = val_compare(N_EQ, n->kids[0], n->kids[i], v, eval_node(ev, n->kids[i], at));
        if (t == TRI_TRUE)
            return t;
        if (t == TRI_UNKNOWN)
            result = t;
    }
    return result;
}

static enum tri eval_among(struct eval *ev, const struct node *n, struct scope at)
{
    struct node *const *kids = n->kids;
    struct val v = eval_node(ev, kids[0], at);
    enum tri low = val_compare(N_GE, kids[0], kids[1], v, eval_node(ev, kids[1], at));
    enum tri high = val_compare(N_LE, kids[0], kids[2], v, eval_node(ev, kids[2], at));
    if (low == TRI_FALSE || high == TRI_FALSE)
        return TRI_FALSE;
    return low == TRI_TRUE && high == TRI_TRUE ? TRI_TRUE : TRI_UNKNOWN;
}

static enum tri eval_has(struct eval *ev, const struct node *n, struct scope at)
{
    struct val v = eval_node(ev, n->kids[0], at);
    if (n->kids[0]->type == EXPR_INT)
        v = val_one(v);
    if (n->op == N_KNOWN)
        return v.state != VAL_UNKNOWN;
    return v.state == VAL_UNKNOWN ? TRI_UNKNOWN : v.state == VAL_HAS;
}

static struct val eval_minmax(struct eval *ev, const struct node *n, struct scope at)
{
    struct val best = VAL_IS_NONE;
    for (int i = 0; i < n->n_kids; i++) {
        struct val v = eval_node(ev, n->kids[i], at);
        best = val_pick(n->op, best, n->type == EXPR_INT ? val_one(v) : v);
    }
    return best;
}

/* any, all, count */
static struct val eval_over(struct eval *ev, const struct node *n, struct scope at)
{
    int from, to, count[3] = {0};
    eval_rows(ev, n, at, &from, &to);
    for (int row = from; row < to; row++)
        count[val_truth(eval_node(ev, n->kids[0], (struct scope){n->subject, row}))]++;
    if (n->op == N_COUNT)
        return (struct val){VAL_HAS, count[TRI_TRUE], count[TRI_TRUE] + count[TRI_UNKNOWN]};
    int decided = n->op == N_ANY ? TRI_TRUE : TRI_FALSE;
    if (count[decided] > 0)
        return val_of(decided);
    return count[TRI_UNKNOWN] > 0 ? VAL_IS_UNKNOWN : val_of(!decided);
}

int eval_pick(struct eval *ev, const struct node *n, struct scope at)
{
    const struct node *where = n->kids[1], *by = n->kids[2];
    struct race race = race_begin(n->op == N_LAST);
    int from, to;
    eval_rows(ev, n, at, &from, &to);
    for (int row = from; row < to; row++) {
        struct scope here = {n->subject, row};
        enum tri in = where == NULL ? TRI_TRUE : val_truth(eval_node(ev, where, here));
        if (in == TRI_FALSE)
            continue;
        struct val v = by == NULL ? val_of(row) : eval_node(ev, by, here);
        if (v.state == VAL_NONE)
            continue; /* a row without the date is passed over */
        if (v.state == VAL_UNKNOWN)
            return PICK_UNKNOWN;
        race_add(&race, row, v, in == TRI_TRUE);
    }
    return race_end(&race);
}

static struct val eval_picked(struct eval *ev, const struct node *n, struct scope at)
{
    int row = eval_pick(ev, n, at);
    if (row < 0)
        return row == PICK_NONE ? VAL_IS_NONE : VAL_IS_UNKNOWN;
    struct val v = eval_node(ev, n->kids[0], (struct scope){n->subject, row});
    return n->type == EXPR_INT ? val_one(v) : v;
}

static struct val eval_param(struct eval *ev, const struct node *n)
{
    bool wrong = false;
    struct val v = val_param(n, ev->env, &wrong);
    if (wrong && ev->wrong_param == NULL)
        ev->wrong_param = n;
    return v;
}

static struct val eval_call(struct eval *ev, const struct node *n, struct scope at)
{
    struct val a = eval_node(ev, n->kids[0], at);
    struct val b = n->n_kids > 1 ? eval_node(ev, n->kids[1], at) : VAL_IS_NONE;
    switch (n->op) {
    case N_ADD:
    case N_SUB: return val_sum(n->op, n->type, a, b);
    case N_YEARS:
    case N_MONTHS:
    case N_DAYS: return n->n_kids == 1 ? val_span(n->op, a) : val_between(n->op, a, b);
    case N_YEAR: return val_year(a);
    case N_MONTH: return val_month(a);
    case N_PERCENT:
    case N_PERCENT_NEAR:
    case N_PERCENT_UP: return val_percent(n->op, a, b);
    default: return val_tri(val_compare(n->op, n->kids[0], n->kids[1], a, b));
    }
}

struct val eval_node(struct eval *ev, const struct node *n, struct scope at)
{
    switch (n->op) {
    case N_BOOL:
    case N_INT:
    case N_CODE: return val_of(n->n);
    case N_DATE: return val_date((int32_t)n->n);
    case N_TODAY: return val_date(ev->env->today.v);
    case N_PARAM: return eval_param(ev, n);
    case N_FACT: return eval_fact(ev, n, at);
    case N_AND:
    case N_OR: return val_tri(eval_chain(ev, n, at));
    case N_NOT: return val_tri(tri_not(val_truth(eval_node(ev, n->kids[0], at))));
    case N_IN: return val_tri(eval_in(ev, n, at));
    case N_BETWEEN: return val_tri(eval_among(ev, n, at));
    case N_HAS:
    case N_KNOWN: return val_tri(eval_has(ev, n, at));
    case N_MIN:
    case N_MAX: return eval_minmax(ev, n, at);
    case N_ANY:
    case N_ALL:
    case N_COUNT: return eval_over(ev, n, at);
    case N_FIRST:
    case N_LAST: return eval_picked(ev, n, at);
    default: return eval_call(ev, n, at);
    }
}
