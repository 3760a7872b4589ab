/* judge.c: runs the program of a condition over one block. */
#include "expr/plan.h"

#include <string.h>

/* Registers begin on cache lines; the room behind lets VEC_RANK write its last word. */
static size_t slot_bytes(const struct plan_slot *s, const struct expr_block *b)
{
    size_t n = (size_t)b->tables[s->level].n * (size_t)s->width;
    return (n + 127) & ~(size_t)63;
}

static void need(struct expr_scratch *s, size_t bytes)
{
    if (s->size >= bytes)
        return;
    s->size = bytes < 65536 ? 65536 : bytes + bytes / 2;
    s->p = arena_alloc(s->arena, s->size + 64);
    s->p += -(uintptr_t)s->p & 63;
}

/* Lays the registers out in the scratch and fills in where each source lies: at the scratch's beginning. */
static void **lay_out(const struct expr_plan *p, const struct expr_block *b, struct expr_scratch *s)
{
    size_t pointers = ((size_t)(p->n_sources + p->n_slots) * sizeof(void *) + 63) & ~(size_t)63, total = pointers;
    for (int i = 0; i < p->n_slots; i++)
        total += slot_bytes(&p->slots[i], b);
    need(s, total);
    void **at = (void **)(void *)s->p, **slots = at + p->n_sources;
    char *next = s->p + pointers;
    for (int i = 0; i < p->n_slots; i++) {
        slots[i] = next;
        next += slot_bytes(&p->slots[i], b);
    }
    for (int i = 0; i < p->n_sources; i++) {
        const struct plan_source *src = &p->sources[i];
        if (src->fact < 0)
            at[i] = slots[src->slot];
        else if (b->tables[src->level].n > 0)
            at[i] = (void *)(uintptr_t)b->tables[src->level].cols[src->fact];
        else
            at[i] = NULL;
    }
    return at;
}

static void run_step(const struct plan_step *s, const struct expr_block *b, void *const *at)
{
    struct vec_args v = {.n = b->tables[s->level].n, .dst = at[s->out], .k = s->k, .wide = s->wide};
    for (int i = 0; i < 4; i++)
        v.in[i] = s->in[i] >= 0 ? at[s->in[i]] : NULL;
    if (s->rows >= 0 && b->tables[s->rows].n > 0) {
        v.owner = b->tables[s->rows].owner;
        v.first = b->tables[s->rows].first;
    }
    s->fn(&v);
}

void expr_plan_judge(const struct expr_plan *p, const struct expr_block *b, struct expr_scratch *s, uint8_t *out)
{
    int n = b->tables[p->subject].n;
    if (p->is_constant) {
        memset(out, p->constant, (size_t)n);
        return;
    }
    void **at = lay_out(p, b, s);
    for (int i = 0; i < p->n_steps; i++)
        run_step(&p->steps[i], b, at);
    vec_tri(n, at[p->result], out);
}

void expr_judge(const struct expr *e, const struct expr_env *env, const struct expr_block *b, struct arena *scratch,
                uint8_t *out)
{
    struct expr_scratch s = {.arena = scratch};
    expr_plan_judge(expr_plan_make(scratch, e, env), b, &s, out);
}
