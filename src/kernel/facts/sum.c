/* sum.c: rows counted by owner and code. The tally of a sum is a sorted array of key and number, shared between roots;
 * a change adds and takes away what the touched owners' rows count for. The sum's table in a block holds the codes that
 * occur among base rows or in the tally. */
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

struct tally *tally_keep(struct tally *t)
{
    if (t != NULL)
        atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

void tally_drop(struct tally *t)
{
    if (t != NULL && atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1)
        free(t);
}

static struct tally *tally_new(int most)
{
    struct tally *t = facts_get(sizeof *t + sizeof *t->p * (size_t)most);
    atomic_init(&t->refs, 1);
    t->n = 0;
    return t;
}

static int by_key(const void *a, const void *b)
{
    int64_t x = ((const struct tally_entry *)a)->key, y = ((const struct tally_entry *)b)->key;
    return (x > y) - (x < y);
}

/* ---- counting everyone ---- */
struct table { /* open addressing; key 0 is free: ids begin at 1 */
    struct tally_entry *p;
    size_t cap, n;
};

static void table_add(struct table *t, int64_t key, int n);

static void table_grow(struct table *t)
{
    struct table old = *t;
    t->cap = old.cap == 0 ? 1024 : old.cap * 2;
    t->p = calloc(t->cap, sizeof *t->p);
    if (t->p == NULL)
        abort();
    t->n = 0;
    for (size_t i = 0; i < old.cap; i++)
        if (old.p[i].key != 0)
            table_add(t, old.p[i].key, old.p[i].n);
    free(old.p);
}

static void table_add(struct table *t, int64_t key, int n)
{
    if (t->n * 2 >= t->cap)
        table_grow(t);
    size_t i = (size_t)((uint64_t)key * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (t->cap - 1);
    while (t->p[i].key != 0 && t->p[i].key != key)
        i = (i + 1) & (t->cap - 1);
    t->n += t->p[i].key == 0;
    t->p[i].key = key;
    t->p[i].n += n;
}

struct counting {
    const struct facts_root *root;
    const struct layout *sum;
    struct table *tables; /* [worker] */
};

/* The key a row counts for, 0 when it counts for none. */
int64_t sum_key(const struct expr_table *t, const struct layout *sum, int row)
{
    int64_t owner = ((const int64_t *)t->cols[sum->count_owner])[row];
    int code = ((const int16_t *)t->cols[sum->count_by])[row];
    bool counts = ((const int8_t *)t->cols[sum->count_when])[row] == 1;
    return counts && owner > 0 && code > 0 && code < 256 ? facts_sum_id(owner, code) : 0;
}

static void count_block(void *ctx, int worker, int i)
{
    const struct counting *c = ctx;
    const struct block *b = root_block(c->root, layout_of(c->sum->count_of)->family, i);
    const struct expr_table *t = &b->tables[c->sum->count_of];
    for (int row = 0; row < t->n; row++) {
        int64_t key = sum_key(t, c->sum, row);
        if (key != 0)
            table_add(&c->tables[worker], key, 1);
    }
}

static struct tally *count(const struct facts_root *r, const struct layout *sum)
{
    int workers = facts_workers();
    struct table *tables = calloc((size_t)workers, sizeof *tables);
    if (tables == NULL)
        abort();
    struct counting c = {r, sum, tables};
    facts_parallel(r->sides[layout_of(sum->count_of)->family].n, count_block, &c);
    for (int w = 1; w < workers; w++) {
        for (size_t i = 0; i < tables[w].cap; i++)
            if (tables[w].p[i].key != 0)
                table_add(&tables[0], tables[w].p[i].key, tables[w].p[i].n);
        free(tables[w].p);
    }
    struct tally *t = tally_new((int)tables[0].n);
    for (size_t i = 0; i < tables[0].cap; i++)
        if (tables[0].p[i].key != 0)
            t->p[t->n++] = tables[0].p[i];
    free(tables[0].p);
    free(tables);
    qsort(t->p, (size_t)t->n, sizeof *t->p, by_key);
    return t;
}

void sums_count(struct facts_root *r)
{
    for (int i = 0; i < facts_the_world.n_subjects; i++)
        if (is_sum(layout_of(i))) {
            tally_drop(r->tallies[i]);
            r->tallies[i] = count(r, layout_of(i));
        }
}

/* ---- sum tables ---- */
static int tally_from(const struct tally *t, int64_t key)
{
    int lo = 0, hi = t->n;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (t->p[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The codes of one owner: numbers counted in n[code], -1 where neither base row nor count has it. */
static void codes_of(const struct block *b, const struct layout *sum, const struct tally *t, int owner, int *at,
                     int n[256])
{
    const struct expr_table *base = &b->tables[sum->base];
    memset(n, -1, 256 * sizeof *n);
    for (int j = base->first[owner]; j < base->first[owner + 1]; j++) {
        int code = ((const int16_t *)base->cols[sum->base_by])[j];
        if (code > 0 && code < 256)
            n[code] = 0;
    }
    int64_t id = b->cells[0]->ids[owner];
    while (*at < t->n && t->p[*at].key >> 8 < id)
        ++*at;
    for (; *at < t->n && t->p[*at].key >> 8 == id; ++*at)
        n[t->p[*at].key & 255] = t->p[*at].n;
}

static struct block *with_sum(const struct block *b, const struct layout *sum, const struct tally *t)
{
    int owners = block_owners(b), n[256];
    struct arena *a = arena_new();
    VEC(struct tally_entry) rows = {0};
    int32_t *first = arena_array(a, int32_t, owners + 1);
    int at = tally_from(t, facts_sum_id(block_first_id(b), 0));
    for (int i = 0; i < owners; i++) {
        codes_of(b, sum, t, i, &at, n);
        for (int code = 1; code < 256; code++)
            if (n[code] >= 0)
                *VEC_PUSH(&rows, a) = (struct tally_entry){facts_sum_id(b->cells[0]->ids[i], code), n[code]};
        first[i + 1] = (int32_t)rows.n;
    }
    struct cells *c = cells_new(sum, (int)rows.n, owners, 0);
    memcpy(c->first, first, sizeof *first * (size_t)(owners + 1));
    for (int i = 0; i < owners; i++)
        for (int j = first[i]; j < first[i + 1]; j++) {
            c->owner[j] = (int16_t)i;
            c->ids[j] = rows.p[j].key;
            ((int16_t *)c->cols[0])[j] = (int16_t)(rows.p[j].key & 255);
        }
    struct block *out = block_with(b, sum->slot, c);
    int32_t *counted = (int32_t *)(uintptr_t)out->tables[sum->subject].cols[sum->counted];
    for (size_t j = 0; j < rows.n; j++)
        counted[j] = rows.p[j].n;
    arena_free(a);
    return out;
}

struct block *sum_of_one(const struct block *b, const struct layout *sum, const int n[256])
{
    struct tally *t = tally_new(256);
    for (int code = 1; code < 256; code++)
        if (n[code] > 0)
            t->p[t->n++] = (struct tally_entry){facts_sum_id(block_first_id(b), code), n[code]};
    struct block *out = with_sum(b, sum, t);
    tally_drop(t);
    return out;
}

void sums_fill_block(struct facts_root *r, int family, int block)
{
    const struct family *fam = &facts_the_world.families[family];
    struct side *s = &r->sides[family];
    bool any = false;
    for (int k = 1; k < fam->n; k++) {
        const struct layout *l = layout_of(fam->subject[k]);
        if (!is_sum(l) || r->tallies[l->subject] == NULL)
            continue;
        struct block *b = with_sum(s->blocks[block], l, r->tallies[l->subject]);
        s->rows[k] += b->cells[k]->n - s->blocks[block]->cells[k]->n;
        block_drop(s->blocks[block]);
        s->blocks[block] = b;
        any = true;
    }
    if (any)
        run_sums(r->f, r, s->blocks[block], r->day);
}

void sums_fill(struct facts_root *r)
{
    for (int i = 0; i < facts_the_world.n_families; i++)
        for (int b = 0; b < r->sides[i].n; b++)
            sums_fill_block(r, i, b);
}

/* ---- by difference ---- */
void sums_delta(struct deltas *d, struct arena *a, const struct block *b, int from, int to, int sign)
{
    for (int i = 0; i < facts_the_world.n_subjects; i++) {
        const struct layout *sum = layout_of(i);
        if (!is_sum(sum) || layout_of(sum->count_of)->family != b->family)
            continue;
        const struct expr_table *t = &b->tables[sum->count_of];
        int row = t->first == NULL ? from : t->first[from], end = t->first == NULL ? to : t->first[to];
        for (; row < end; row++) {
            int64_t key = sum_key(t, sum, row);
            if (key != 0)
                *VEC_PUSH(&d->v[i], a) = (struct delta){key, sign};
        }
    }
}

static int by_delta(const void *a, const void *b)
{
    int64_t x = ((const struct delta *)a)->key, y = ((const struct delta *)b)->key;
    return (x > y) - (x < y);
}

/* Sorts and adds up; returns how many keys remain changed. */
static int settle(struct delta *p, int n)
{
    if (n > 0)
        qsort(p, (size_t)n, sizeof *p, by_delta);
    int out = 0;
    for (int i = 0; i < n;) {
        struct delta sum = {p[i].key, 0};
        for (; i < n && p[i].key == sum.key; i++)
            sum.n += p[i].n;
        if (sum.n != 0)
            p[out++] = sum;
    }
    return out;
}

static struct tally *merged(const struct tally *t, const struct delta *d, int n)
{
    struct tally *out = tally_new(t->n + n);
    int i = 0, j = 0;
    while (i < t->n || j < n) {
        struct tally_entry e =
            i < t->n && (j == n || t->p[i].key <= d[j].key) ? t->p[i] : (struct tally_entry){d[j].key, 0};
        i += i < t->n && t->p[i].key == e.key;
        if (j < n && d[j].key == e.key)
            e.n += d[j++].n;
        if (e.n > 0)
            out->p[out->n++] = e;
    }
    return out;
}

void sums_apply(struct facts_root *r, struct deltas *d)
{
    for (int i = 0; i < facts_the_world.n_subjects; i++) {
        const struct layout *sum = layout_of(i);
        int n = is_sum(sum) ? settle(d->v[i].p, (int)d->v[i].n) : 0;
        if (n == 0)
            continue;
        struct tally *t = merged(r->tallies[i], d->v[i].p, n);
        tally_drop(r->tallies[i]);
        r->tallies[i] = t;
        int last = -1;
        for (int k = 0; k < n; k++) { /* keys, and so blocks, ascend */
            struct facts_at at;
            if (root_find(r, sum->family, d->v[i].p[k].key >> 8, &at) && at.block != last)
                sums_fill_block(r, sum->family, last = at.block);
        }
    }
}
