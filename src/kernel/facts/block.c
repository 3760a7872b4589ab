/* block.c: blocks of owners with their rows. Fixed columns stand in `cells`, one for each subject, shared by every
 * block that differs only in of-day facts; of-day columns stand in the block itself. Both count their references. */
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

static size_t up8(size_t n)
{
    return (n + 7) & ~(size_t)7;
}

struct cells *cells_new(const struct layout *l, int n, int n_owners, size_t name_bytes)
{
    bool owned = l->decl->owner != NULL;
    bool placed = l->place_column >= 0 && !owned && !is_sum(l), tree = placed && l->place_to_column >= 0;
    bool named = !owned && l->name_column >= 0;
    size_t rows = (size_t)n, head = up8(sizeof(struct cells) + sizeof(void *) * (size_t)l->n_facts), bytes = head;
    bool keyed = named && l->decl->name_order != NULL;
    bytes += rows * 8 * (size_t)(1 + placed + tree + keyed);
    bytes += owned ? up8(rows * 2) + up8(((size_t)n_owners + 1) * 4) : 0;
    bytes += named ? up8((rows + 1) * 4) + up8(name_bytes) : 0;
    for (int i = 0; i < l->n_facts; i++)
        if (l->decl->facts[i].when == FACT_FIXED)
            bytes += up8(rows * (size_t)l->width[i]);
    struct cells *c = facts_get(bytes);
    memset(c, 0, head);
    atomic_init(&c->refs, 1);
    c->n = n;
    c->n_first = owned ? n_owners + 1 : 0;
    c->bytes = bytes;
    char *p = (char *)c + head;
#define TAKE(size) (p += up8(size), p - up8(size))
    c->ids = (int64_t *)TAKE(rows * 8);
    c->place = placed ? (int64_t *)TAKE(rows * 8) : NULL;
    c->place_to = tree ? (int64_t *)TAKE(rows * 8) : NULL;
    c->name_key = keyed ? (int64_t *)TAKE(rows * 8) : NULL;
    c->owner = owned ? (int16_t *)TAKE(rows * 2) : NULL;
    c->first = owned ? (int32_t *)TAKE(((size_t)n_owners + 1) * 4) : NULL;
    c->name_at = named ? (uint32_t *)TAKE((rows + 1) * 4) : NULL;
    c->names = named ? TAKE(name_bytes) : NULL;
    for (int i = 0; i < l->n_facts; i++)
        c->cols[i] = l->decl->facts[i].when == FACT_FIXED ? TAKE(rows * (size_t)l->width[i]) : NULL;
#undef TAKE
    return c;
}

struct cells *cells_keep(struct cells *c)
{
    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
    return c;
}

void cells_drop(struct cells *c)
{
    if (c != NULL && atomic_fetch_sub_explicit(&c->refs, 1, memory_order_acq_rel) == 1) {
        free(c->by_roster);
        free(c);
    }
}

struct block *block_new(int family, struct cells *const *cells)
{
    const struct world *w = &facts_the_world;
    const struct family *fam = &w->families[family];
    size_t n_cols = 0, day = 0;
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        n_cols += (size_t)l->n_facts;
        for (int i = 0; i < l->n_facts; i++)
            if (l->decl->facts[i].when == FACT_OF_DAY)
                day += up8((size_t)cells[k]->n * (size_t)l->width[i]);
    }
    size_t tables = up8(sizeof(struct block)), own = tables + sizeof(struct expr_table) * (size_t)w->n_subjects;
    size_t cols = own + sizeof(struct cells *) * (size_t)fam->n, data = cols + sizeof(void *) * n_cols;
    struct block *b = facts_get(data + day);
    memset(b, 0, data);
    atomic_init(&b->refs, 1);
    b->family = family;
    b->n_slots = fam->n;
    b->bytes = data + day;
    b->tables = (struct expr_table *)((char *)b + tables);
    b->cells = (struct cells **)((char *)b + own);
    b->cols = (void **)((char *)b + cols);
    b->expr.tables = b->tables;
    char *p = (char *)b + data;
    size_t at = 0;
    for (int k = 0; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        struct cells *c = b->cells[k] = cells[k];
        b->tables[l->subject] = (struct expr_table){.n = c->n,
                                                    .cols = (const void *const *)(b->cols + at),
                                                    .ids = c->ids,
                                                    .owner = c->owner,
                                                    .first = c->first};
        for (int i = 0; i < l->n_facts; i++, at++) {
            b->cols[at] = c->cols[i];
            if (c->cols[i] == NULL) {
                b->cols[at] = p;
                p += up8((size_t)c->n * (size_t)l->width[i]);
            }
        }
    }
    return b;
}

struct block *block_keep(struct block *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void block_drop(struct block *b)
{
    if (b == NULL || atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (int k = 0; k < b->n_slots; k++)
        cells_drop(b->cells[k]);
    free(b);
}

int block_find(const struct block *b, int64_t id)
{
    const int64_t *ids = b->cells[0]->ids;
    int lo = 0, hi = b->cells[0]->n;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (ids[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < b->cells[0]->n && ids[lo] == id ? lo : -1;
}

size_t block_bytes(const struct block *b)
{
    size_t n = b->bytes;
    for (int k = 0; k < b->n_slots; k++)
        n += b->cells[k]->bytes;
    return n;
}

static void *column(const struct block *b, const struct layout *l, int fact)
{
    return (void *)(uintptr_t)b->tables[l->subject].cols[fact];
}

/* ---- composing from runs ---- */
static void range_of(const struct cells *c, const struct run *r, int *from, int *to)
{
    *from = c->first == NULL ? r->from : c->first[r->from];
    *to = c->first == NULL ? r->to : c->first[r->to];
}

static void copy_kernel(struct cells *out, int at, const struct cells *in, int from, int to, uint32_t *names)
{
    size_t n = (size_t)(to - from);
    memcpy(out->ids + at, in->ids + from, n * 8);
    if (out->place != NULL)
        memcpy(out->place + at, in->place + from, n * 8);
    if (out->place_to != NULL)
        memcpy(out->place_to + at, in->place_to + from, n * 8);
    if (out->name_key != NULL)
        memcpy(out->name_key + at, in->name_key + from, n * 8);
    if (out->name_at == NULL)
        return;
    for (int i = from; i < to; i++)
        out->name_at[at + i - from] = *names + in->name_at[i] - in->name_at[from];
    memcpy(out->names + *names, in->names + in->name_at[from], in->name_at[to] - in->name_at[from]);
    *names += in->name_at[to] - in->name_at[from];
    out->name_at[at + to - from] = *names;
}

static struct cells *compose_cells(const struct layout *l, const struct run *runs, int n_runs)
{
    int n = 0, owners = 0;
    size_t names = 0;
    for (int i = 0; i < n_runs; i++) {
        const struct cells *c = runs[i].from_block->cells[l->slot];
        int from, to;
        range_of(c, &runs[i], &from, &to);
        n += is_sum(l) ? 0 : to - from;
        owners += runs[i].to - runs[i].from;
        names += c->name_at == NULL ? 0 : c->name_at[to] - c->name_at[from];
    }
    struct cells *out = cells_new(l, n, owners, names);
    int at = 0, owner = 0;
    uint32_t name = 0;
    for (int i = 0; i < n_runs; i++) {
        const struct cells *c = runs[i].from_block->cells[l->slot];
        int from, to;
        range_of(c, &runs[i], &from, &to);
        for (int j = runs[i].from; out->first != NULL && j < runs[i].to; j++)
            out->first[owner + j - runs[i].from] = is_sum(l) ? 0 : at + c->first[j] - from;
        if (!is_sum(l)) {
            copy_kernel(out, at, c, from, to, &name);
            for (int j = from; out->owner != NULL && j < to; j++)
                out->owner[at + j - from] = (int16_t)(owner + c->owner[j] - runs[i].from);
            for (int k = 0; k < l->n_facts; k++)
                if (out->cols[k] != NULL)
                    memcpy((char *)out->cols[k] + (size_t)at * (size_t)l->width[k],
                           (char *)c->cols[k] + (size_t)from * (size_t)l->width[k],
                           (size_t)(to - from) * (size_t)l->width[k]);
            at += to - from;
        }
        owner += runs[i].to - runs[i].from;
    }
    if (out->first != NULL)
        out->first[owners] = at;
    return out;
}

static void copy_day(struct block *b, const struct layout *l, const struct run *runs, int n_runs)
{
    int at = 0;
    for (int i = 0; i < n_runs; i++) {
        int from, to;
        range_of(runs[i].from_block->cells[l->slot], &runs[i], &from, &to);
        for (int k = 0; k < l->n_facts && !runs[i].fresh; k++)
            if (l->decl->facts[k].when == FACT_OF_DAY)
                memcpy((char *)column(b, l, k) + (size_t)at * (size_t)l->width[k],
                       (char *)column(runs[i].from_block, l, k) + (size_t)from * (size_t)l->width[k],
                       (size_t)(to - from) * (size_t)l->width[k]);
        at += to - from;
    }
}

struct block *block_compose(int family, const struct run *runs, int n_runs)
{
    const struct family *fam = &facts_the_world.families[family];
    struct cells *cells[SUBJECTS_MOST];
    for (int k = 0; k < fam->n; k++)
        cells[k] = compose_cells(layout_of(fam->subject[k]), runs, n_runs);
    struct block *b = block_new(family, cells);
    for (int k = 0; k < fam->n; k++)
        if (!is_sum(layout_of(fam->subject[k])))
            copy_day(b, layout_of(fam->subject[k]), runs, n_runs);
    return b;
}

/* A copy of the columns that a fixed hook may write. */
static struct cells *cells_copy(const struct layout *l, struct cells *c)
{
    if (l->decl->fixed == NULL || is_sum(l))
        return cells_keep(c);
    struct cells *out = cells_new(l, c->n, c->n_first - 1, c->name_at == NULL ? 0 : c->name_at[c->n]);
    uint32_t name = 0;
    copy_kernel(out, 0, c, 0, c->n, &name);
    if (c->owner != NULL) {
        memcpy(out->owner, c->owner, (size_t)c->n * 2);
        memcpy(out->first, c->first, (size_t)c->n_first * 4);
    }
    for (int k = 0; k < l->n_facts; k++)
        if (out->cols[k] != NULL)
            memcpy(out->cols[k], c->cols[k], (size_t)c->n * (size_t)l->width[k]);
    return out;
}

struct block *block_again(const struct block *b, bool own_fixed)
{
    struct cells *cells[SUBJECTS_MOST];
    for (int k = 0; k < b->n_slots; k++)
        cells[k] = own_fixed ? cells_copy(layout_of(facts_the_world.families[b->family].subject[k]), b->cells[k])
                             : cells_keep(b->cells[k]);
    return block_new(b->family, cells);
}

struct block *block_with(const struct block *b, int slot, struct cells *c)
{
    const struct family *fam = &facts_the_world.families[b->family];
    struct cells *cells[SUBJECTS_MOST];
    for (int k = 0; k < b->n_slots; k++)
        cells[k] = k == slot ? c : cells_keep(b->cells[k]);
    struct block *out = block_new(b->family, cells);
    struct run whole = {(struct block *)(uintptr_t)b, 0, block_owners(b), false};
    for (int k = 0; k < fam->n; k++)
        if (k != slot)
            copy_day(out, layout_of(fam->subject[k]), &whole, 1);
    return out;
}
