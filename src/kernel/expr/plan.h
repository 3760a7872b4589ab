/* plan.h: a condition as a straight program of block operations, and the state while one is made. */
#ifndef QF_EXPR_PLAN_H
#define QF_EXPR_PLAN_H

#include "base/vec.h"
#include "expr/eval.h"
#include "expr/vec.h"

/* Where an operation finds an input: a column of the block, or a register written before. */
struct plan_source {
    int level; /* subject whose rows it has a value for */
    int fact;  /* the column, or -1: a register */
    int slot;  /* register: which memory it lies in */
    int width; /* bytes a row */
};
/* Memory of registers that are not alive together. */
struct plan_slot {
    int level, width;
    bool busy;
};
enum { PLAN_NO_INPUT = -1, PLAN_CONSTANTS = 8 };
struct plan_step {
    enum vec_op op;
    vec_fn *fn;
    int level; /* it runs over the rows of this subject */
    int out;   /* source it writes */
    int in[4]; /* sources, or PLAN_NO_INPUT */
    int rows;  /* VEC_GATHER, VEC_ANY, VEC_COUNT, VEC_PICK: the subject whose owner or first lead the way, else -1 */
    int32_t k[PLAN_CONSTANTS];
    int64_t wide;
};

struct expr_plan {
    int subject;
    bool is_constant;
    enum tri constant;
    int result; /* source of the final pc, over the rows of subject */
    struct plan_source *sources;
    int n_sources;
    struct plan_slot *slots;
    int n_slots;
    struct plan_step *steps;
    int n_steps;
};

/* What a piece became. ONE: a pc, number, code or reference in source a. PACKED: a date column. PAIR: first and last
 * day, or the bounds of a count, in a and b. */
struct operand {
    enum { OPERAND_CONST, OPERAND_ONE, OPERAND_PACKED, OPERAND_PAIR } kind;
    int level;
    struct val v; /* CONST */
    int a, b;
};

struct plan_done {
    const struct node *node;
    struct operand operand;
};

struct planner {
    struct arena *a;
    const struct expr_world *w;
    struct eval ev; /* for constants: no block */
    VEC(struct plan_source) sources;
    VEC(struct plan_step) steps;
    VEC(struct plan_done) done; /* a piece named twice is made once */
};

/* Adds a step with a fresh register as its result; the caller may set k, wide and further inputs. */
struct plan_step *plan_step(struct planner *p, enum vec_op op, int level, int width, int in0, int in1);
int plan_column(struct planner *p, const struct node *fact, int width);
struct operand plan_node(struct planner *p, const struct node *n);
/* A condition's pc at `level`, which it may be brought to from its owner or filled in. */
int plan_truth_at(struct planner *p, struct operand o, int level);
/* Source o.a or o.b of a value, brought to level. */
int plan_raise(struct planner *p, int source, int level);
/* A value as registers: constants filled in, dates and counts as pairs, others as one; at level. */
struct operand plan_registers(struct planner *p, struct operand o, enum expr_type type, int level);

/* The pieces by kind. */
struct operand plan_compare(struct planner *p, enum node_op op, struct node *left, struct node *right);
struct operand plan_in(struct planner *p, const struct node *n);
struct operand plan_value(struct planner *p, const struct node *n);
struct operand plan_rows(struct planner *p, const struct node *n);
/* A comparison of one date column, moved or counted by constants, with a constant, as bounds on the column itself.
 * False when it is none. */
bool plan_bounds(struct planner *p, enum node_op op, struct node *left, struct node *right, struct operand *out);

#endif
