/* plan_date.c: `since + years(10) <= today`, `years(birth, today) >= 60` and the like as bounds on the column itself.
 *
 * Such a comparison holds for every date up to some bound, or from some bound on; days, months and lone years each have
 * their own, since a partial date is an interval. The bounds are not computed by rearranging the formula (month ends
 * make that wrong) but found by bisection with the scalar evaluator, so they cannot differ from it: 6 bounds, 22 steps
 * each, once a run. The shapes taken here are monotone: sums with fixed spans, min and max with constants, completed
 * counts to or from a constant, year(). A count takes only month spans inside: days may carry a partial date over the
 * end of its year, which makes the count unknown there and certain again beyond. */
#include "expr/plan.h"

enum { DAY, MONTH, YEAR, PRECISIONS };
static const int precision_size[PRECISIONS] = {DAYS_MAX - DAYS_MIN + 1, 9999 * 12, 9999};

static int32_t date_at(int precision, int i)
{
    switch (precision) {
    case DAY: return day_of_number(DAYS_MIN + i);
    case MONTH: return (i / 12 + 1) << 9 | (i % 12 + 1) << 5;
    default: return (i + 1) << 9;
    }
}

static int growth(const struct node *n, const struct node **fact, bool in_count);

/* years(a, b) and the like with one side constant: it grows with b and falls with a. */
static int growth_of_count(const struct node *n, const struct node **fact)
{
    bool from_constant = n->kids[0]->level == LEVEL_CONST;
    if (n->kids[from_constant ? 0 : 1]->level != LEVEL_CONST)
        return 0;
    return from_constant ? growth(n->kids[1], fact, true) : -growth(n->kids[0], fact, true);
}

static int growth_of_extreme(const struct node *n, const struct node **fact)
{
    const struct node *moving = NULL;
    for (int i = 0; i < n->n_kids; i++) {
        if (n->kids[i]->level == LEVEL_CONST)
            continue;
        if (moving != NULL)
            return 0;
        moving = n->kids[i];
    }
    return moving == NULL ? 0 : growth(moving, fact, false);
}

/* +1 when the value grows with the one date column it reads, -1 when it falls, 0 when it is not of the shapes taken. */
static int growth(const struct node *n, const struct node **fact, bool in_count)
{
    switch (n->op) {
    case N_FACT: *fact = n; return n->type == EXPR_DATE;
    case N_ADD:
    case N_SUB:
        if (n->type != EXPR_DATE || n->kids[1]->level != LEVEL_CONST)
            return 0;
        if (in_count && n->kids[1]->op != N_YEARS && n->kids[1]->op != N_MONTHS)
            return 0;
        return growth(n->kids[0], fact, in_count);
    case N_MIN:
    case N_MAX: return n->type == EXPR_DATE && !in_count ? growth_of_extreme(n, fact) : 0;
    case N_YEAR: return growth(n->kids[0], fact, true);
    case N_YEARS:
    case N_MONTHS:
    case N_DAYS: return n->n_kids == 2 && !in_count ? growth_of_count(n, fact) : 0;
    default: return 0;
    }
}

/* The comparison, tried on dates of our choice: a block whose one column has one row. */
struct trial {
    struct eval ev;
    struct node compare;
    struct scope at;
    int32_t cell;
};

static enum tri try_date(struct trial *t, int32_t date)
{
    t->cell = date;
    return val_truth(eval_node(&t->ev, &t->compare, t->at));
}

static void trial_begin(struct planner *p, struct trial *t, enum node_op op, struct node **sides,
                        const struct node *fact)
{
    const void **cols = arena_array(p->a, const void *, fact->fact + 1);
    struct expr_table *tables = arena_array(p->a, struct expr_table, p->w->n_subjects);
    struct expr_block *block = arena_new_of(p->a, struct expr_block);
    cols[fact->fact] = &t->cell;
    tables[fact->subject] = (struct expr_table){.n = 1, .cols = cols};
    block->tables = tables;
    t->compare = (struct node){.op = op, .type = EXPR_BOOL, .level = fact->subject, .kids = sides, .n_kids = 2};
    t->ev = p->ev;
    t->ev.block = block;
    t->at = (struct scope){fact->subject, 0};
}

/* How many dates of a precision, counted from the first (down) or the last (up), surely or possibly fulfil it. */
static int reach(struct trial *t, int precision, bool down, bool surely)
{
    int least = 0, most = precision_size[precision];
    while (least < most) {
        int middle = least + (most - least) / 2;
        enum tri got = try_date(t, date_at(precision, down ? middle : precision_size[precision] - 1 - middle));
        if (surely ? got == TRI_TRUE : got != TRI_FALSE)
            least = middle + 1;
        else
            most = middle;
    }
    return least;
}

/* Below every date and above every date, for bounds that nothing reaches. */
enum { BEFORE_ALL = 0, AFTER_ALL = INT32_MAX };

static int32_t bound(int precision, bool down, int count)
{
    if (count == 0)
        return down ? BEFORE_ALL : AFTER_ALL;
    return date_at(precision, down ? count - 1 : precision_size[precision] - count);
}

struct set {
    int count[PRECISIONS]; /* see reach() */
    int32_t flips[2];      /* the partial dates on the wrong side of the bound for days */
    int n_flips;
    bool simple;
};

/* Partial dates of one precision that lie on the other side of the day bound than they should. */
static void find_flips(struct set *s, int precision, bool down)
{
    int size = precision_size[precision], want = s->count[precision];
    int32_t day = bound(DAY, down, s->count[DAY]);
    /* how many of them the bound alone lets in: those packed no later (down) or later (up) than the day */
    int within = 0;
    if (s->count[DAY] > 0) {
        int reached = precision == MONTH ? ((day >> 9) - 1) * 12 + (day >> 5 & 15) : day >> 9;
        within = down ? reached : size - reached;
    }
    int from = want < within ? want : within, to = want < within ? within : want;
    for (int i = from; i < to; i++) {
        if (s->n_flips == 2) {
            s->simple = false;
            return;
        }
        s->flips[s->n_flips++] = date_at(precision, down ? i : size - 1 - i);
    }
}

static struct set find_set(struct trial *t, bool down, bool surely)
{
    struct set s = {.simple = true, .flips = {INT32_MIN, INT32_MIN}};
    for (int i = 0; i < PRECISIONS; i++)
        s.count[i] = reach(t, i, down, surely);
    return s;
}

/* One bound for days, with at most two partial dates to turn over: the quick form. */
static bool quick_form(struct plan_step *s, struct set certain, struct set possible, bool down)
{
    bool open = certain.count[YEAR] == 0 && possible.count[YEAR] == precision_size[YEAR];
    find_flips(&certain, MONTH, down);
    find_flips(&possible, MONTH, down);
    if (!open) {
        find_flips(&certain, YEAR, down);
        find_flips(&possible, YEAR, down);
    }
    if (!certain.simple || !possible.simple)
        return false;
    int32_t sure = bound(DAY, down, certain.count[DAY]), may = bound(DAY, down, possible.count[DAY]);
    int32_t k[PLAN_CONSTANTS] = {down ? 1 : sure,  down ? sure : AFTER_ALL, down ? 1 : may,    down ? may : AFTER_ALL,
                                 certain.flips[0], certain.flips[1],        possible.flips[0], possible.flips[1]};
    for (int i = 0; i < PLAN_CONSTANTS; i++)
        s->k[i] = k[i];
    s->op = VEC_DATE_IN + (certain.n_flips > 0 ? VEC_DATE_FLIP_CERTAIN : 0) +
            (possible.n_flips > 0 ? VEC_DATE_FLIP_POSSIBLE : 0) + (open ? VEC_DATE_OPEN_YEARS : 0);
    return true;
}

bool plan_bounds(struct planner *p, enum node_op op, struct node *left, struct node *right, struct operand *out)
{
    bool moving_left = right->level == LEVEL_CONST;
    struct node *moving = moving_left ? left : right, *sides[] = {left, right};
    const struct node *fact = NULL;
    if ((left->level == LEVEL_CONST) == moving_left)
        return false; /* both constant, or neither */
    int grows = growth(moving, &fact, false);
    if (grows == 0)
        return false;
    struct trial t;
    trial_begin(p, &t, op, sides, fact);
    if (try_date(&t, EXPR_DATE_NONE) != TRI_FALSE || try_date(&t, EXPR_DATE_UNKNOWN) != TRI_UNKNOWN)
        return false;
    bool down = (op == N_LT || op == N_LE) == (moving_left == (grows > 0));
    struct set certain = find_set(&t, down, true), possible = find_set(&t, down, false);
    struct plan_step *s = plan_step(p, VEC_DATE_IN, fact->subject, 1, plan_column(p, fact, 4), PLAN_NO_INPUT);
    if (!quick_form(s, certain, possible, down)) {
        s->op = down ? VEC_DATE_DOWN : VEC_DATE_UP;
        for (int i = 0; i < PRECISIONS; i++) {
            s->k[i] = bound(i, down, certain.count[i]);
            s->k[PRECISIONS + i] = bound(i, down, possible.count[i]);
        }
    }
    *out = (struct operand){.kind = OPERAND_ONE, .level = fact->subject, .a = s->out, .b = s->out};
    return true;
}
