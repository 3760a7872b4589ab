/* eval.h: an expression over one row, for eval.c, trace.c and plan.c. */
#ifndef QF_EXPR_EVAL_H
#define QF_EXPR_EVAL_H

#include "expr/value.h"

struct eval {
    const struct expr_world *w;
    const struct expr_env *env;
    const struct expr_block *block; /* NULL: only pieces without facts */
    const struct node *wrong_param; /* the first whose value has another type than its use */
};

/* A row, seen as the scope of names: a row of `subject`. */
struct scope {
    int subject, row;
};

struct val eval_node(struct eval *ev, const struct node *n, struct scope at);
/* The same row as one of subject `level`: itself or its owner. */
struct scope eval_at(const struct eval *ev, struct scope at, int level);
/* The rows [*from, *to) that any(), count() ... of this node run over. */
void eval_rows(const struct eval *ev, const struct node *n, struct scope at, int *from, int *to);
enum { PICK_NONE = -1, PICK_UNKNOWN = -2 };
/* first() and last(): the row, or PICK_NONE, or PICK_UNKNOWN when it is not sure which. */
int eval_pick(struct eval *ev, const struct node *n, struct scope at);

#endif
