/* count.c: how many rows of a list fall to each value of one or two facts, for charts and their tables. */
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

/* Unknown and none sort after every value. */
#define GROUP_UNKNOWN INT64_MAX
#define GROUP_NONE (INT64_MAX - 1)

struct group {
    int64_t by[2];
    int64_t n;
    bool used;
};
struct counter { /* one worker */
    struct match_room room;
    int64_t unknown;
    struct group *table; /* open addressing */
    size_t cap, used;
};
struct counting {
    const struct facts_root *root;
    struct matcher matcher;
    const struct facts_by *by;
    int n_by;
    struct counter *counters;
};

static void add(struct counter *c, int64_t x, int64_t y, int64_t n);

static void grow(struct counter *c)
{
    struct group *old = c->table;
    size_t cap = c->cap;
    c->cap = cap == 0 ? 64 : cap * 2;
    c->table = calloc(c->cap, sizeof *c->table);
    if (c->table == NULL)
        abort();
    c->used = 0;
    for (size_t i = 0; i < cap; i++)
        if (old[i].used)
            add(c, old[i].by[0], old[i].by[1], old[i].n);
    free(old);
}

static void add(struct counter *c, int64_t x, int64_t y, int64_t n)
{
    if (c->used * 2 >= c->cap)
        grow(c);
    uint64_t h = ((uint64_t)x * 31 + (uint64_t)y) * UINT64_C(0x9E3779B97F4A7C15);
    size_t i = (size_t)(h >> 20) & (c->cap - 1);
    while (c->table[i].used && (c->table[i].by[0] != x || c->table[i].by[1] != y))
        i = (i + 1) & (c->cap - 1);
    c->used += !c->table[i].used;
    c->table[i].used = true;
    c->table[i].by[0] = x;
    c->table[i].by[1] = y;
    c->table[i].n += n;
}

static int64_t floor_to(int64_t v, int width)
{
    int64_t low = v / width * width;
    return width <= 1 ? v : low > v ? low - width : low;
}

static int64_t bucket(const struct layout *l, const struct facts_by *by, const struct expr_table *t, int row)
{
    const struct fact *f = &l->decl->facts[by->fact];
    int64_t v = facts_load_cell(t->cols[by->fact], l->width[by->fact], (size_t)row);
    switch (f->type) {
    case EXPR_BOOL: return v == EXPR_BOOL_UNKNOWN ? GROUP_UNKNOWN : v == EXPR_BOOL_NONE ? GROUP_NONE : v;
    case EXPR_INT:
        return v == EXPR_INT_UNKNOWN ? GROUP_UNKNOWN : v == EXPR_INT_NONE ? GROUP_NONE : floor_to(v, by->width);
    case EXPR_DATE:
        return v == 0 ? GROUP_UNKNOWN : v < 0 ? GROUP_NONE : floor_to(date_year((struct date){(int32_t)v}), by->width);
    default: return v == 0 ? GROUP_UNKNOWN : v < 0 ? GROUP_NONE : v;
    }
}

static void count_block(void *ctx, int worker, int block)
{
    struct counting *c = ctx;
    struct counter *w = &c->counters[worker];
    if (match_block(&c->matcher, &w->room, block, &w->unknown) == 0)
        return;
    const struct layout *l = layout_of(c->matcher.subject);
    const struct expr_table *t = &root_block(c->root, c->matcher.family, block)->tables[c->matcher.subject];
    for (int i = 0; i < t->n; i++)
        if (w->room.mask[i])
            add(w, bucket(l, &c->by[0], t, i), c->n_by > 1 ? bucket(l, &c->by[1], t, i) : 0, 1);
}

static int by_value(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    for (int i = 0; i < 2; i++)
        if (x->by[i] != y->by[i])
            return x->by[i] < y->by[i] ? -1 : 1;
    return 0;
}

static struct expr_value value_of(const struct layout *l, const struct facts_by *by, int64_t v)
{
    enum expr_type type = l->decl->facts[by->fact].type;
    struct expr_value out = {.type = type == EXPR_DATE ? EXPR_INT : type};
    out.codes = facts_the_world.expr.subjects[l->subject]->facts[by->fact].codes;
    out.state = v == GROUP_UNKNOWN ? EXPR_UNKNOWN : v == GROUP_NONE ? EXPR_NONE : EXPR_HAS;
    out.n = out.state == EXPR_HAS ? v : 0;
    return out;
}

struct err *facts_count(const struct facts_root *root, struct arena *a, const struct facts_select *q,
                        const struct facts_by *by, int n_by, struct facts_group **out, int *n_out)
{
    struct counting c = {.root = root, .by = by, .n_by = n_by};
    const struct layout *l = layout_of(q->subject);
    if (n_by < 1 || n_by > 2)
        return ERR(a, ERR_INVALID, "counts by %d facts", n_by);
    matcher_make(a, root, q, &c.matcher);
    int workers = facts_workers();
    c.counters = arena_array(a, struct counter, workers);
    facts_parallel(root->sides[c.matcher.family].n, count_block, &c);
    struct counter *all = &c.counters[0];
    for (int w = 0; w < workers; w++) {
        for (size_t i = 0; w > 0 && i < c.counters[w].cap; i++)
            if (c.counters[w].table[i].used)
                add(all, c.counters[w].table[i].by[0], c.counters[w].table[i].by[1], c.counters[w].table[i].n);
        match_room_end(&c.counters[w].room);
    }
    struct group *groups = arena_array(a, struct group, all->used + 1);
    int n = 0;
    for (size_t i = 0; i < all->cap; i++)
        if (all->table[i].used)
            groups[n++] = all->table[i];
    for (int w = 0; w < workers; w++)
        free(c.counters[w].table);
    qsort(groups, (size_t)n, sizeof *groups, by_value);
    *out = arena_array(a, struct facts_group, n + 1);
    for (int i = 0; i < n; i++) {
        (*out)[i].n = groups[i].n;
        for (int k = 0; k < n_by; k++)
            (*out)[i].by[k] = value_of(l, &by[k], groups[i].by[k]);
    }
    *n_out = n;
    return NULL;
}
