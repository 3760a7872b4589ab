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

/* ---- who may count, for many owners in one pass ---- */
struct runs {
    struct run *p;
    size_t n, cap;
};
struct wanted { /* those asked for one owner: more than one where the sum has several rows of it */
    int64_t owner;
    int first; /* index + 1 of the last one asked, 0: the place is free */
};
struct pass {
    struct arena *a;
    const struct layout *sum;
    struct wanted *slots;
    int mask;
    int *next;         /* [asked]: index + 1 of another of the same owner */
    struct runs *runs; /* [asked] */
    int *last;         /* [asked]: holder added last in this block */
    struct facts_counted **out;
};

static struct wanted *slot_of(const struct pass *p, int64_t owner)
{
    uint64_t h = (uint64_t)owner * UINT64_C(0x9E3779B97F4A7C15) >> 20;
    struct wanted *w = &p->slots[h & (uint64_t)p->mask];
    while (w->first != 0 && w->owner != owner)
        w = w == &p->slots[p->mask] ? p->slots : w + 1;
    return w;
}

static void close_block(struct pass *p, int i)
{
    if (p->runs[i].n == 0)
        return;
    struct block *b = block_compose(layout_of(p->sum->count_of)->family, p->runs[i].p, (int)p->runs[i].n);
    arena_defer(p->a, drop_deferred, b);
    *VEC_PUSH(&p->out[i]->holders, p->a) = b;
    p->runs[i].n = 0;
}

static void look_through(struct pass *p, struct block *b, int n)
{
    const struct expr_table *t = &b->tables[p->sum->count_of];
    const int64_t *ref = t->cols[p->sum->count_owner];
    for (int i = 0; i < n; i++)
        p->last[i] = -1;
    for (int row = 0; row < t->n; row++) {
        int holder = t->owner == NULL ? row : t->owner[row];
        for (int i = slot_of(p, ref[row])->first; i != 0; i = p->next[i - 1]) {
            if (p->last[i - 1] == holder)
                continue;
            p->last[i - 1] = holder;
            *VEC_PUSH(&p->runs[i - 1], p->a) = (struct run){b, holder, holder + 1, true};
            if (p->runs[i - 1].n == EXPR_BLOCK)
                close_block(p, i - 1);
        }
    }
}

void facts_counted(const struct facts_root *root, struct arena *a, int sum, const int64_t *owners, int n,
                   struct facts_counted **out)
{
    int size = 16;
    while (size < n * 4)
        size *= 2;
    struct pass p = {.a = a, .sum = layout_of(sum), .mask = size - 1, .out = out};
    p.slots = arena_array(a, struct wanted, size);
    p.next = arena_array(a, int, n + 1);
    p.runs = arena_array(a, struct runs, n + 1);
    p.last = arena_array(a, int, n + 1);
    for (int i = 0; i < n; i++) {
        struct wanted *w = slot_of(&p, owners[i]);
        p.next[i] = w->first;
        *w = (struct wanted){owners[i], i + 1};
        out[i] = arena_new_of(a, struct facts_counted);
        *out[i] = (struct facts_counted){.root = root, .sum = p.sum, .owner = owners[i]};
    }
    const struct side *s = &root->sides[layout_of(p.sum->count_of)->family];
    for (int b = 0; b < s->n; b++)
        look_through(&p, s->blocks[b], n);
    for (int i = 0; i < n; i++)
        close_block(&p, i);
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
