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

/* The race for the first or last row: the best that surely takes part, and how far any other may reach. Of equal dates
 * first() takes the first row, last() the last. A row that may not take part must be strictly behind. */
struct race {
    bool last, doubt;
    int row;
    struct val best;
    int64_t others;
};

static inline struct race race_begin(bool last)
{
    return (struct race){.last = last, .row = PICK_NONE, .others = last ? INT64_MIN : INT64_MAX};
}

static inline void race_other(struct race *r, struct val by, int margin)
{
    if (r->last)
        r->others = by.hi + margin > r->others ? by.hi + margin : r->others;
    else
        r->others = by.lo - margin < r->others ? by.lo - margin : r->others;
}

static inline void race_add(struct race *r, int row, struct val by, bool surely)
{
    if (!surely) {
        r->doubt = true;
        race_other(r, by, 1);
    } else if (r->row >= 0 && (r->last ? by.lo < r->best.lo : by.hi >= r->best.hi)) {
        race_other(r, by, 0);
    } else {
        if (r->row >= 0)
            race_other(r, r->best, 0);
        r->best = by;
        r->row = row;
    }
}

static inline int race_end(const struct race *r)
{
    if (r->row < 0)
        return r->doubt ? PICK_UNKNOWN : PICK_NONE;
    bool sure = r->last ? r->others <= r->best.lo : r->others >= r->best.hi;
    return sure ? r->row : PICK_UNKNOWN;
}

#endif
