/* trace.c: the value of an expression for one row with the reasons: every condition, every fact and parameter it used,
 * in reading order. Arithmetic inside a comparison is not listed: the comparison carries both results, its leaves
 * follow. */
#include "expr/eval.h"

struct tracer {
    struct arena *a;
    struct eval *ev;
    struct expr_trace **tail;
};

static void explain(struct tracer *t, const struct node *n, struct scope at, int depth);

static struct val shown(struct tracer *t, const struct node *n, struct scope at)
{
    struct val v = eval_node(t->ev, n, at);
    bool condition = n->type == EXPR_BOOL && n->op != N_FACT && n->op != N_PARAM;
    return condition ? val_tri(val_truth(v)) : v;
}

static struct expr_trace *note(struct tracer *t, enum expr_piece piece, const struct node *n, struct scope at,
                               int depth)
{
    struct expr_trace *e = arena_new_of(t->a, struct expr_trace);
    *e = (struct expr_trace){.piece = piece, .depth = depth, .subject = -1, .fact = -1};
    e->text = expr_node_text(t->a, t->ev->w, n, at.subject);
    e->value = val_show(n, shown(t, n, at));
    *t->tail = e;
    t->tail = &e->next;
    return e;
}

static int64_t row_id(const struct tracer *t, struct scope at)
{
    const struct expr_table *table = &t->ev->block->tables[at.subject];
    return table->ids == NULL ? 0 : table->ids[at.row];
}

static void explain_kids(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    for (int i = 0; i < n->n_kids; i++)
        if (n->kids[i] != NULL)
            explain(t, n->kids[i], at, depth);
}

static bool is_literal(const struct node *n)
{
    return n->op <= N_CODE;
}

/* Of a value inside a comparison only what it was made from: leaves, and the rows that decided. */
static void explain_sources(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    bool source = n->op <= N_FACT || expr_is_rows(n->op) || n->type == EXPR_BOOL;
    if (source)
        explain(t, n, at, depth);
    for (int i = 0; !source && i < n->n_kids; i++)
        explain_sources(t, n->kids[i], at, depth);
}

static bool is_compare(const struct node *n)
{
    return n->op >= N_EQ && n->op <= N_BETWEEN;
}

static void add_sides(struct tracer *t, struct expr_trace *e, const struct node *n, struct scope at)
{
    e->compared = true;
    e->left = val_show(n->kids[0], shown(t, n->kids[0], at));
    e->right = val_show(n->kids[1], shown(t, n->kids[1], at));
}

static void explain_compare(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    add_sides(t, note(t, EXPR_PIECE_COMPARE, n, at, depth), n, at);
    for (int i = 0; i < n->n_kids; i++)
        explain_sources(t, n->kids[i], at, depth + 1);
}

static void explain_row(struct tracer *t, const struct node *n, struct scope row, int depth)
{
    struct expr_trace *e = note(t, EXPR_PIECE_ROW, n->kids[0], row, depth);
    e->subject = row.subject;
    e->row_id = row_id(t, row);
    const struct node *value = n->kids[0];
    if (is_compare(value))
        add_sides(t, e, value, row);
    if (value->op > N_FACT && value->type == EXPR_BOOL)
        explain_kids(t, value, row, depth + 1);
    else
        explain_sources(t, value, row, depth + 1);
    for (int i = 1; i < n->n_kids; i++)
        if (n->kids[i] != NULL)
            explain_sources(t, n->kids[i], row, depth + 1);
}

/* The rows that decided: those with the deciding truth, else those in doubt, else all. */
static void explain_over(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    int from, to, count[3] = {0};
    note(t, EXPR_PIECE_ROWS, n, at, depth);
    eval_rows(t->ev, n, at, &from, &to);
    for (int pass = 0; pass < 2; pass++) {
        enum tri decided = n->op == N_ALL ? TRI_FALSE : TRI_TRUE;
        bool every = count[TRI_UNKNOWN] == 0 && count[decided] == 0;
        bool doubt = count[decided] == 0 || n->op == N_COUNT;
        for (int row = from; row < to; row++) {
            struct scope here = {n->subject, row};
            enum tri truth = val_truth(eval_node(t->ev, n->kids[0], here));
            if (pass == 0)
                count[truth]++;
            else if (every || truth == decided || (truth == TRI_UNKNOWN && doubt))
                explain_row(t, n, here, depth + 1);
        }
    }
}

/* The row taken, or all that may be it. */
static void explain_pick(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    int from, to, picked = eval_pick(t->ev, n, at);
    note(t, EXPR_PIECE_ROWS, n, at, depth);
    eval_rows(t->ev, n, at, &from, &to);
    for (int row = from; row < to; row++) {
        struct scope here = {n->subject, row};
        bool out = n->kids[1] != NULL && val_truth(eval_node(t->ev, n->kids[1], here)) == TRI_FALSE;
        if (row == picked || (picked == PICK_UNKNOWN && !out))
            explain_row(t, n, here, depth + 1);
    }
}

static void explain_leaf(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    static const enum expr_piece pieces[] = {
        [N_TODAY] = EXPR_PIECE_TODAY, [N_PARAM] = EXPR_PIECE_PARAM, [N_FACT] = EXPR_PIECE_FACT};
    struct expr_trace *e = note(t, is_literal(n) ? EXPR_PIECE_VALUE : pieces[n->op], n, at, depth);
    if (n->op == N_PARAM)
        e->param = n->text;
    if (n->op == N_FACT) {
        e->subject = n->subject;
        e->fact = n->fact;
        e->row_id = row_id(t, eval_at(t->ev, at, n->subject));
    }
}

static void explain(struct tracer *t, const struct node *n, struct scope at, int depth)
{
    if (is_literal(n) && depth > 0)
        return;
    if (n->op <= N_FACT) {
        explain_leaf(t, n, at, depth);
    } else if (n->op <= N_NOT) {
        note(t, n->op == N_AND ? EXPR_PIECE_ALL : n->op == N_OR ? EXPR_PIECE_ANY : EXPR_PIECE_NOT, n, at, depth);
        explain_kids(t, n, at, depth + 1);
    } else if (is_compare(n)) {
        explain_compare(t, n, at, depth);
    } else if (n->op == N_FIRST || n->op == N_LAST) {
        explain_pick(t, n, at, depth);
    } else if (expr_is_rows(n->op)) {
        explain_over(t, n, at, depth);
    } else {
        note(t, EXPR_PIECE_VALUE, n, at, depth);
        for (int i = 0; i < n->n_kids; i++)
            explain_sources(t, n->kids[i], at, depth + 1);
    }
}

struct err *expr_eval(struct arena *a, const struct expr *e, const struct expr_env *env, const struct expr_block *b,
                      int row, struct expr_value *out, struct expr_trace **trace)
{
    struct eval ev = {.w = e->world, .env = env, .block = b};
    struct scope at = {e->subject, row};
    struct val v = eval_node(&ev, e->root, at);
    if (e->root->type == EXPR_BOOL)
        v = val_tri(val_truth(v));
    struct expr_trace *first = NULL;
    if (trace != NULL)
        explain(&(struct tracer){.a = a, .ev = &ev, .tail = &first}, e->root, at, 0);
    if (ev.wrong_param != NULL) {
        const char *name = ev.wrong_param->text;
        struct err *wrong = ERR(a, ERR_INVALID, "expression: the value of $%s is of another type", name);
        return err_say(wrong, "expr.param_type", "near", arena_printf(a, "$%s", name), NULL);
    }
    *out = val_show(e->root, v);
    if (trace != NULL)
        *trace = first;
    return NULL;
}
