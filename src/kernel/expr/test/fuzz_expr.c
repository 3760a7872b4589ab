/* fuzz_expr.c: any bytes as an expression about the sample world. The first byte chooses the subject. What parses must
 * have one spelling, and the block must be judged like its rows. */
#include <stdlib.h>
#include <string.h>

#include "expr/test/world.h"

static void judge_both_ways(struct arena *a, const struct expr *e, int subject)
{
    uint8_t tri[EXPR_BLOCK];
    bool condition = expr_type_of(e) == EXPR_BOOL;
    if (condition)
        expr_judge(e, &world_env, &world_block, a, tri);
    for (int row = 0; row < world_tables[subject].n; row++) {
        struct expr_value v;
        struct expr_trace *trace = NULL;
        struct err *bad = expr_eval(a, e, &world_env, &world_block, row, &v, &trace);
        if (bad != NULL || !condition)
            continue;
        if (trace == NULL || tri[row] != (v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.n != 0 ? TRI_TRUE : TRI_FALSE))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    struct arena *a = arena_new();
    int subject = data[0] % N_WORLD_SUBJECTS;
    char *text = arena_strndup(a, (const char *)data + 1, n - 1), *canonical;
    struct expr *e = NULL, *again = NULL;
    struct err *bad = expr_parse(a, &test_world, subject, text, world_params, &e);
    if (bad != NULL) {
        if (bad->kind != ERR_INVALID || strncmp(bad->say, "expr.", 5) != 0 || bad->args[2].value == NULL)
            abort();
    } else {
        canonical = expr_text(a, e);
        if (strlen(canonical) <= 16384 &&
            (expr_parse(a, &test_world, subject, canonical, world_params, &again) != NULL ||
             strcmp(expr_text(a, again), canonical) != 0))
            abort();
        judge_both_ways(a, e, subject);
    }
    arena_free(a);
    return 0;
}
