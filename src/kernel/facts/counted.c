/* counted.c: the sums of one owner on other days, without counting everybody: the owners of rows that could count for
 * it are found once, and only theirs are computed for a day. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "facts/inner.h"

struct facts_counted {
    const struct facts_root *root;
    const struct layout *sum;
    int64_t owner;
    VEC(struct block *) holders; /* blocks of the owners whose rows may count */
};

static void drop_deferred(void *p)
{
    block_drop(p);
}

struct runs {
    struct run *p;
    size_t n, cap;
};

static void close_block(struct facts_counted *c, struct arena *a, struct runs *runs)
{
    if (runs->n == 0)
        return;
    struct block *b = block_compose(layout_of(c->sum->count_of)->family, runs->p, (int)runs->n);
    arena_defer(a, drop_deferred, b);
    *VEC_PUSH(&c->holders, a) = b;
    runs->n = 0;
}

struct facts_counted *facts_counted(const struct facts_root *root, struct arena *a, int subject, int64_t owner)
{
    struct facts_counted *c = arena_new_of(a, struct facts_counted);
    *c = (struct facts_counted){.root = root, .sum = layout_of(subject), .owner = owner};
    const struct side *s = &root->sides[layout_of(c->sum->count_of)->family];
    struct runs runs = {0};
    for (int i = 0; i < s->n; i++) {
        const struct expr_table *t = &s->blocks[i]->tables[c->sum->count_of];
        const int64_t *ref = t->cols[c->sum->count_owner];
        int last = -1;
        for (int row = 0; row < t->n; row++) {
            int holder = t->owner == NULL ? row : t->owner[row];
            if (ref[row] != owner || holder == last)
                continue;
            last = holder;
            *VEC_PUSH(&runs, a) = (struct run){s->blocks[i], holder, holder + 1, true};
            if (runs.n == EXPR_BLOCK)
                close_block(c, a, &runs);
        }
    }
    close_block(c, a, &runs);
    return c;
}

int facts_counted_blocks(const struct facts_counted *c)
{
    return (int)c->holders.n;
}

const struct expr_block *facts_counted_block(const struct facts_counted *c, int i)
{
    return &c->holders.p[i]->expr;
}

/* Numbers by code of the rows that count on the day. */
static void count(const struct facts_counted *c, struct date day, struct arena *a, int n[256])
{
    memset(n, 0, 256 * sizeof *n);
    for (size_t i = 0; i < c->holders.n; i++) {
        struct block *b = c->holders.p[i];
        run_of_day(c->root->f, c->root, b, 0, block_owners(b), day, a);
        const struct expr_table *t = &b->tables[c->sum->count_of];
        for (int row = 0; row < t->n; row++) {
            int64_t key = sum_key(t, c->sum, row);
            if (key >> 8 == c->owner)
                n[key & 255]++;
        }
    }
}

struct err *facts_sums_at_day(const struct facts_counted *c, struct arena *a, struct date day,
                              const struct expr_block **out)
{
    struct facts_at at;
    int n[256];
    if (!root_find(c->root, c->sum->family, c->owner, &at))
        return ERR(a, ERR_MISSING, "no owner %lld of %s", (long long)c->owner, c->sum->decl->name);
    struct run run = {root_block(c->root, c->sum->family, at.block), at.row, at.row + 1, true};
    struct block *b = block_compose(c->sum->family, &run, 1);
    run_of_day(c->root->f, c->root, b, 0, 1, day, a);
    run_linked(c->root->f, c->root, b, 0, 1, day, a);
    count(c, day, a, n);
    struct block *with = sum_of_one(b, c->sum, n);
    block_drop(b);
    run_sums(c->root->f, c->root, with, day);
    arena_defer(a, drop_deferred, with);
    *out = &with->expr;
    return NULL;
}
