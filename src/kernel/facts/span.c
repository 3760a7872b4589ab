/* span.c: what a subject's hooks see of the columns, and running them in order: rows before their owner, fixed before
 * of-day, of-day of everyone before what looks at others, sums last. */
#include <assert.h>

#include "facts/inner.h"

static const struct layout *layout_for(const struct facts_subject *of)
{
    const struct world *w = &facts_the_world;
    for (int i = 0; i < w->n_subjects; i++)
        if (w->layouts[i]->decl == of)
            return w->layouts[i];
    assert(!"a subject that was not registered");
    return NULL;
}

const struct expr_table *facts_table(const struct facts_span *s, const struct facts_subject *of)
{
    return &s->block->tables[layout_for(of)->subject];
}

const void *facts_in(const struct facts_span *s, const struct facts_subject *of, int fact)
{
    return facts_table(s, of)->cols[fact];
}

void *facts_out(const struct facts_span *s, const struct facts_subject *of, int fact)
{
    return (void *)(uintptr_t)facts_in(s, of, fact);
}

static int64_t cell(const struct block *b, const struct layout *l, int row, int fact)
{
    return facts_load_cell(b->tables[l->subject].cols[fact], l->width[fact], (size_t)row);
}

bool facts_lookup(const struct facts_span *s, const struct facts_subject *of, int64_t id, int fact, int64_t *out)
{
    const struct layout *l = layout_for(of);
    struct facts_at at;
    if (!root_find(s->inner->root, l->family, id, &at))
        return false;
    *out = cell(root_block(s->inner->root, l->family, at.block), l, at.row, fact);
    return true;
}

bool facts_peek(const struct facts_span *s, const struct facts_subject *of, int64_t id, int fact, int64_t *out)
{
    const struct layout *l = layout_for(of);
    struct facts_at at;
    if (!root_find(s->inner->root, l->family, id, &at))
        return false;
    struct block *b = root_block(s->inner->root, l->family, at.block);
    if (s->inner->alone == NULL || l->decl->facts[fact].when == FACT_FIXED) {
        *out = cell(b, l, at.row, fact);
        return true;
    }
    struct facts_inner *in = (struct facts_inner *)(uintptr_t)s->inner;
    if (in->other == NULL || in->other_id != id || in->other->family != l->family) {
        struct run run = {b, at.row, at.row + 1, true};
        block_drop(in->other);
        in->other = block_compose(l->family, &run, 1);
        in->other_id = id;
        run_of_day((struct facts *)(uintptr_t)in->f, in->root, in->other, 0, 1, s->day, in->alone);
    }
    *out = cell(in->other, l, 0, fact);
    return true;
}

bool facts_within(const struct facts_span *s, const struct facts_subject *tree, int64_t low, int64_t high)
{
    const struct layout *l = layout_for(tree);
    struct facts_at a, b;
    if (!root_find(s->inner->root, l->family, low, &a) || !root_find(s->inner->root, l->family, high, &b))
        return false;
    const struct cells *x = root_block(s->inner->root, l->family, a.block)->cells[0];
    const struct cells *y = root_block(s->inner->root, l->family, b.block)->cells[0];
    return y->place[b.row] <= x->place[a.row] && x->place[a.row] < y->place_to[b.row];
}

bool facts_param(const struct facts_span *s, const char *name, struct date day, int32_t *out)
{
    const struct facts *f = s->inner->f;
    return f->param != NULL && f->param(f->param_ctx, name, day, out);
}

enum hook { HOOK_FIXED, HOOK_OF_DAY, HOOK_LINKED };

static void (*hook_of(const struct facts_subject *d, enum hook h))(const struct facts_span *)
{
    return h == HOOK_FIXED ? d->fixed : h == HOOK_OF_DAY ? d->of_day : d->linked;
}

static void run(struct facts *f, const struct facts_root *root, struct block *b, int from, int to, struct date day,
                struct arena *alone, enum hook h)
{
    const struct family *fam = &facts_the_world.families[b->family];
    struct facts_inner inner = {.f = f, .root = root, .block = b, .alone = alone};
    struct facts_span span = {.block = &b->expr, .from = from, .to = to, .day = day, .inner = &inner};
    for (int k = 1; k <= fam->n; k++) { /* the owner, slot 0, last */
        const struct layout *l = layout_of(fam->subject[k % fam->n]);
        void (*hook)(const struct facts_span *) = hook_of(l->decl, h);
        if (hook != NULL && !is_sum(l))
            hook(&span);
    }
    block_drop(inner.other);
}

void run_fixed(struct facts *f, const struct facts_root *root, struct block *b, int from, int to)
{
    if (facts_the_world.families[b->family].has_fixed)
        run(f, root, b, from, to, DATE_UNKNOWN, NULL, HOOK_FIXED);
}

void run_of_day(struct facts *f, const struct facts_root *root, struct block *b, int from, int to, struct date day,
                struct arena *alone)
{
    run(f, root, b, from, to, day, alone, HOOK_OF_DAY);
}

void run_linked(struct facts *f, const struct facts_root *root, struct block *b, int from, int to, struct date day,
                struct arena *alone)
{
    if (facts_the_world.families[b->family].has_linked)
        run(f, root, b, from, to, day, alone, HOOK_LINKED);
}

void run_sums(struct facts *f, const struct facts_root *root, struct block *b, struct date day)
{
    const struct family *fam = &facts_the_world.families[b->family];
    struct facts_inner inner = {.f = f, .root = root, .block = b};
    struct facts_span span = {.block = &b->expr, .from = 0, .to = block_owners(b), .day = day, .inner = &inner};
    for (int k = 1; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        if (is_sum(l) && l->decl->of_day != NULL)
            l->decl->of_day(&span);
    }
}

/* ---- everyone anew ---- */
struct derive {
    struct facts_root *root;
    int family;
    bool all;
    struct block **out;
};

static void derive_one(void *ctx, int worker, int i)
{
    (void)worker;
    const struct derive *d = ctx;
    const struct block *old = root_block(d->root, d->family, i);
    struct block *b = block_again(old, d->all);
    if (d->all)
        run_fixed(d->root->f, d->root, b, 0, block_owners(b));
    run_of_day(d->root->f, d->root, b, 0, block_owners(b), d->root->day, NULL);
    d->out[i] = b;
}

static void link_one(void *ctx, int worker, int i)
{
    (void)worker;
    const struct derive *d = ctx;
    struct block *b = root_block(d->root, d->family, i);
    run_linked(d->root->f, d->root, b, 0, block_owners(b), d->root->day, NULL);
}

void root_link_all(struct facts_root *r, int family)
{
    struct derive d = {.root = r, .family = family};
    if (facts_the_world.families[family].has_linked)
        facts_parallel(r->sides[family].n, link_one, &d);
}

void root_derive(struct facts_root *r, bool all)
{
    for (int i = 0; i < facts_the_world.n_families; i++) {
        int n = r->sides[i].n;
        struct derive d = {
            .root = r, .family = i, .all = all, .out = facts_get(sizeof(struct block *) * (size_t)(n + 1))};
        facts_parallel(n, derive_one, &d);
        root_set_blocks(r, i, d.out, n);
        root_link_all(r, i);
    }
    sums_count(r);
    sums_fill(r);
}
