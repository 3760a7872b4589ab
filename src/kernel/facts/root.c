/* root.c: a root is the columns as one request sees them: blocks of every family, one day, one place in the sequence.
 * Roots share blocks and count references, so keeping one costs nothing and swapping one is a pointer. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "facts/inner.h"

struct facts_root *root_new(struct facts *f, int64_t seq, struct date day)
{
    struct facts_root *r = calloc(1, sizeof *r);
    if (r == NULL)
        abort();
    atomic_init(&r->refs, 1);
    r->f = f;
    r->version = seq;
    atomic_init(&r->seq, seq);
    r->day = day;
    return r;
}

static struct idmap *map_new(const struct side *s)
{
    if (s->n == 0)
        return NULL;
    int64_t least = s->first_ids[0], range = block_last_id(s->blocks[s->n - 1]) - least + 1;
    if (range > 64 * s->rows[0] + (1 << 20))
        return NULL;
    struct idmap *m = facts_get(sizeof *m + sizeof(int32_t) * (size_t)range);
    atomic_init(&m->refs, 1);
    m->least = least;
    m->n = (int)range;
    memset(m->at, -1, sizeof(int32_t) * (size_t)range);
    for (int b = 0; b < s->n; b++)
        for (int i = 0; i < block_owners(s->blocks[b]); i++)
            m->at[s->blocks[b]->cells[0]->ids[i] - least] = b << 10 | i;
    return m;
}

static void map_drop(struct idmap *m)
{
    if (m != NULL && atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) == 1)
        free(m);
}

static void side_clear(struct side *s)
{
    for (int i = 0; i < s->n; i++)
        block_drop(s->blocks[i]);
    free(s->blocks);
    free(s->first_ids);
    map_drop(s->map);
    *s = (struct side){0};
}

void root_set_blocks(struct facts_root *r, int family, struct block **blocks, int n)
{
    struct side *s = &r->sides[family];
    side_clear(s);
    s->n = n;
    s->blocks = blocks;
    s->first_ids = facts_get(sizeof(int64_t) * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        s->first_ids[i] = block_first_id(blocks[i]);
        for (int k = 0; k < blocks[i]->n_slots; k++)
            s->rows[k] += blocks[i]->cells[k]->n;
    }
    if (facts_the_world.families[family].looked_up)
        s->map = map_new(s);
}

struct facts_root *root_copy(const struct facts_root *r)
{
    struct facts_root *out = root_new(r->f, facts_seq(r), r->day);
    out->version = r->version;
    for (int i = 0; i < facts_the_world.n_families; i++) {
        const struct side *s = &r->sides[i];
        struct side *o = &out->sides[i];
        *o = *s;
        o->blocks = facts_get(sizeof(struct block *) * (size_t)(s->n + 1));
        o->first_ids = facts_get(sizeof(int64_t) * (size_t)(s->n + 1));
        memcpy(o->first_ids, s->first_ids, sizeof(int64_t) * (size_t)s->n);
        for (int b = 0; b < s->n; b++)
            o->blocks[b] = block_keep(s->blocks[b]);
        if (o->map != NULL)
            atomic_fetch_add_explicit(&o->map->refs, 1, memory_order_relaxed);
    }
    for (int i = 0; i < facts_the_world.n_subjects; i++)
        out->tallies[i] = tally_keep(r->tallies[i]);
    return out;
}

void facts_end(const struct facts_root *root)
{
    struct facts_root *r = (struct facts_root *)(uintptr_t)root;
    if (r == NULL || atomic_fetch_sub_explicit(&r->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (int i = 0; i < facts_the_world.n_families; i++)
        side_clear(&r->sides[i]);
    for (int i = 0; i < facts_the_world.n_subjects; i++)
        tally_drop(r->tallies[i]);
    free(r);
}

void facts_end_of(const struct facts_root **root)
{
    facts_end(*root);
}

/* ---- finding ---- */
int root_block_for(const struct side *s, int64_t id)
{
    int lo = 0, hi = s->n;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (s->first_ids[mid] <= id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo == 0 ? 0 : lo - 1;
}

bool root_find(const struct facts_root *r, int family, int64_t id, struct facts_at *out)
{
    const struct side *s = &r->sides[family];
    if (s->map != NULL) {
        int64_t i = id - s->map->least;
        if (i < 0 || i >= s->map->n || s->map->at[i] < 0)
            return false;
        *out = (struct facts_at){s->map->at[i] >> 10, s->map->at[i] & 1023};
        return true;
    }
    if (s->n == 0)
        return false;
    int b = root_block_for(s, id), row = block_find(s->blocks[b], id);
    if (row < 0)
        return false;
    *out = (struct facts_at){b, row};
    return true;
}

static const struct block *at_block(const struct facts_root *r, int subject, struct facts_at at)
{
    return root_block(r, layout_of(subject)->family, at.block);
}

bool facts_find(const struct facts_root *root, int subject, int64_t id, struct facts_at *out)
{
    return root_find(root, layout_of(subject)->family, id, out);
}

bool facts_find_row(const struct facts_root *root, int subject, int64_t owner, int64_t id, struct facts_at *out)
{
    struct facts_at at;
    const struct layout *l = layout_of(subject);
    if (!root_find(root, l->family, owner, &at))
        return false;
    const struct expr_table *t = &at_block(root, subject, at)->tables[subject];
    if (t->first == NULL) {
        *out = at;
        return owner == id;
    }
    for (int j = t->first[at.row]; j < t->first[at.row + 1]; j++)
        if (t->ids[j] == id) {
            *out = (struct facts_at){at.block, j};
            return true;
        }
    return false;
}

int64_t facts_seq(const struct facts_root *root)
{
    return atomic_load(&root->seq);
}

int64_t facts_version(const struct facts_root *root)
{
    return root->version;
}

struct date facts_day(const struct facts_root *root)
{
    return root->day;
}

int facts_blocks(const struct facts_root *root, int subject)
{
    return root->sides[layout_of(subject)->family].n;
}

const struct expr_block *facts_block(const struct facts_root *root, int subject, int block)
{
    return &root_block(root, layout_of(subject)->family, block)->expr;
}

int64_t facts_rows(const struct facts_root *root, int subject)
{
    const struct layout *l = layout_of(subject);
    return root->sides[l->family].rows[l->slot];
}

static bool is_value(const struct fact *f, int64_t v, struct expr_value *out)
{
    int64_t unknown = 0, none = -1;
    if (f->type == EXPR_BOOL) {
        unknown = EXPR_BOOL_UNKNOWN;
        none = EXPR_BOOL_NONE;
    } else if (f->type == EXPR_INT) {
        unknown = EXPR_INT_UNKNOWN;
        none = EXPR_INT_NONE;
    }
    out->state = v == unknown ? EXPR_UNKNOWN : v == none ? EXPR_NONE : EXPR_HAS;
    return out->state == EXPR_HAS;
}

struct expr_value facts_value(const struct facts_root *root, int subject, struct facts_at at, int fact)
{
    const struct layout *l = layout_of(subject);
    const struct expr_fact *ef = &facts_the_world.expr.subjects[subject]->facts[fact];
    int64_t v =
        facts_load_cell(at_block(root, subject, at)->tables[subject].cols[fact], l->width[fact], (size_t)at.row);
    struct expr_value out = {.type = ef->type, .codes = ef->codes};
    if (is_value(&l->decl->facts[fact], v, &out))
        out.n = v;
    return out;
}

int64_t facts_id(const struct facts_root *root, int subject, struct facts_at at)
{
    return at_block(root, subject, at)->tables[subject].ids[at.row];
}

static int owner_row(const struct facts_root *root, int subject, struct facts_at at)
{
    const struct expr_table *t = &at_block(root, subject, at)->tables[subject];
    return t->owner == NULL ? at.row : t->owner[at.row];
}

int64_t facts_owner_id(const struct facts_root *root, int subject, struct facts_at at)
{
    return at_block(root, subject, at)->cells[0]->ids[owner_row(root, subject, at)];
}

int64_t facts_place(const struct facts_root *root, int subject, struct facts_at at)
{
    const struct cells *c = at_block(root, subject, at)->cells[0];
    return c->place == NULL ? -1 : c->place[owner_row(root, subject, at)];
}

bool facts_sees(const struct facts_root *root, int subject, struct facts_at at, const struct scope *scope)
{
    const struct cells *c = at_block(root, subject, at)->cells[0];
    return c->place == NULL || scope_has(scope, facts_place(root, subject, at));
}

/* ---- keys of findings ---- */
char *facts_key(struct arena *a, const struct facts_root *root, int subject, struct facts_at at)
{
    const struct layout *l = layout_of(subject);
    int64_t id = facts_id(root, subject, at);
    if (!is_sum(l))
        return arena_printf(a, "%lld", (long long)id);
    return arena_printf(a, "%lld:%s", (long long)(id >> 8), codes_code(l->codes[0], (int)(id & 255)));
}

/* A row subject's own id says nothing about its owner: every block is asked. */
static bool find_anywhere(const struct facts_root *root, int subject, int64_t id, struct facts_at *out)
{
    const struct side *s = &root->sides[layout_of(subject)->family];
    for (int b = 0; b < s->n; b++) {
        const struct expr_table *t = &s->blocks[b]->tables[subject];
        for (int i = 0; i < t->n; i++)
            if (t->ids[i] == id) {
                *out = (struct facts_at){b, i};
                return true;
            }
    }
    return false;
}

bool facts_find_key(const struct facts_root *root, int subject, const char *key, struct facts_at *out)
{
    const struct layout *l = layout_of(subject);
    char *end;
    int64_t id = strtoll(key, &end, 10);
    if (end == key || id <= 0)
        return false;
    if (!is_sum(l)) {
        if (*end != '\0')
            return false;
        return l->decl->owner == NULL ? facts_find(root, subject, id, out) : find_anywhere(root, subject, id, out);
    }
    int code = *end == ':' ? codes_find(l->codes[0], end + 1) : 0;
    return code > 0 && facts_find_row(root, subject, id, facts_sum_id(id, code), out);
}

/* ---- another day ---- */
struct err *facts_at_day(const struct facts_root *root, struct arena *a, struct date day, const struct facts_root **out)
{
    if (!date_is_full(day))
        return ERR(a, ERR_INVALID, "not a day: %d", day.v);
    struct facts_root *r = root_copy(root);
    r->day = day;
    root_derive(r, false);
    *out = r;
    return NULL;
}

struct err *facts_with_params(const struct facts_root *root, struct arena *a, struct date day, facts_param_fn *param,
                              const void *ctx, const struct facts_root **out)
{
    if (!date_is_full(day))
        return ERR(a, ERR_INVALID, "not a day: %d", day.v);
    struct facts *f = arena_new_of(a, struct facts); /* hooks ask it for parameters, for nothing else */
    f->param = param;
    f->param_ctx = ctx;
    struct facts_root *r = root_copy(root);
    r->day = day;
    r->f = f;
    root_derive(r, true);
    *out = r;
    return NULL;
}

static void drop_deferred(void *p)
{
    block_drop(p);
}

struct err *facts_one_at_day(const struct facts_root *root, struct arena *a, int subject, int64_t id, struct date day,
                             const struct expr_block **out)
{
    const struct layout *l = layout_of(subject);
    struct facts_at at;
    if (!root_find(root, l->family, id, &at))
        return ERR(a, ERR_MISSING, "no %s %lld", l->decl->name, (long long)id);
    struct run run = {root_block(root, l->family, at.block), at.row, at.row + 1, true};
    struct block *b = block_compose(l->family, &run, 1);
    arena_defer(a, drop_deferred, b);
    run_of_day(root->f, root, b, 0, 1, day, a);
    run_linked(root->f, root, b, 0, 1, day, a);
    *out = &b->expr;
    return NULL;
}

size_t facts_bytes(const struct facts *f)
{
    size_t n = 0;
    pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&f->lock;
    pthread_mutex_lock(lock);
    struct facts_root *r = f->root;
    if (r != NULL)
        atomic_fetch_add_explicit(&r->refs, 1, memory_order_relaxed);
    pthread_mutex_unlock(lock);
    for (int i = 0; r != NULL && i < facts_the_world.n_families; i++) {
        const struct side *s = &r->sides[i];
        for (int b = 0; b < s->n; b++)
            n += block_bytes(s->blocks[b]) + sizeof(struct block *) + sizeof(int64_t);
        n += s->map == NULL ? 0 : sizeof *s->map + sizeof(int32_t) * (size_t)s->map->n;
    }
    facts_end(r);
    return n;
}
