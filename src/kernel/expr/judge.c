/* judge.c: a condition over every row of a block, row by row. */
#include "expr/eval.h"

struct expr_plan {
    const struct expr *e;
    struct expr_env env;
};

struct expr_plan *expr_plan_make(struct arena *a, const struct expr *e, const struct expr_env *env)
{
    struct expr_plan *p = arena_new_of(a, struct expr_plan);
    *p = (struct expr_plan){e, *env};
    return p;
}

void expr_plan_judge(const struct expr_plan *p, const struct expr_block *b, struct arena *scratch, uint8_t *out)
{
    (void)scratch;
    struct eval ev = {.w = p->e->world, .env = &p->env, .block = b};
    for (int i = 0; i < b->tables[p->e->subject].n; i++)
        out[i] = (uint8_t)val_truth(eval_node(&ev, p->e->root, (struct scope){p->e->subject, i}));
}

void expr_judge(const struct expr *e, const struct expr_env *env, const struct expr_block *b, struct arena *scratch,
                uint8_t *out)
{
    expr_plan_judge(expr_plan_make(scratch, e, env), b, scratch, out);
}
