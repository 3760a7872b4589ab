/* ahead.c: on which coming day a condition becomes true for a row. Each block is taken through the coming months while
 * it is in the cache: of-day facts are computed anew into one scratch block, the conditions judged, and only the owners
 * whose truth changed within a month are gone through day by day, together in a small block of their own. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "facts/inner.h"

enum { MONTHS_MOST = 36 };

struct turn_list {
    struct facts_turn *p;
    size_t n, cap;
};
struct candidate { /* a row whose condition became true between two looks */
    int month, block, owner, row, job;
};
struct candidates {
    struct candidate *p;
    size_t n, cap;
};
/* Some candidates of one month, of at most a block of owners. */
struct chunk {
    const struct candidate *p;
    size_t n;
    int owners;
};
struct chunks {
    struct chunk *p;
    size_t n, cap;
};

struct ahead_worker {
    struct arena *keep, *block; /* what it found; what one block needs */
    struct match_room room;
    struct candidates candidates;
    struct turn_list turns;
};
struct ahead {
    const struct facts_root *root;
    const struct facts_coming *jobs;
    int n_jobs, months, family;
    int at[MONTHS_MOST + 1]; /* days after the root's day */
    pthread_mutex_t lock;    /* of the plans' arena */
    struct arena *memory;
    _Atomic(struct expr_plan *) *plans; /* [job * days + days after] */
    int days;
    struct ahead_worker *workers;
    struct chunks chunks;
    const struct scope *scope;
    struct facts_memo *memo;
    int *again;             /* with a memo: the blocks it does not know; NULL: all */
    struct block **sources; /* what is looked through: the family's blocks, or those of whom a narrow scope holds */
    int n_sources;
};

static struct date day_of(const struct ahead *x, int after)
{
    return date_add_days(x->root->day, after);
}

/* The condition as it stands on that day; one that is in no force is never true. */
static const struct expr_plan *plan_of(struct ahead *x, int job, int after)
{
    _Atomic(struct expr_plan *) *slot = &x->plans[(size_t)job * (size_t)x->days + (size_t)after];
    struct expr_plan *p = atomic_load_explicit(slot, memory_order_acquire);
    struct expr_env env = {.today = day_of(x, after)};
    if (p != NULL)
        return p;
    const struct expr *e = x->jobs[job].when(x->jobs[job].ctx, env.today, &env);
    if (e == NULL)
        return NULL;
    pthread_mutex_lock(&x->lock);
    p = atomic_load_explicit(slot, memory_order_relaxed);
    if (p == NULL) {
        p = expr_plan_make(x->memory, e, &env);
        atomic_store_explicit(slot, p, memory_order_release);
    }
    pthread_mutex_unlock(&x->lock);
    return p;
}

static bool wants(const struct ahead *x, int job)
{
    const struct layout *l = layout_of(x->jobs[job].subject);
    return l->family == x->family && !is_sum(l);
}

static int owner_of(const struct expr_table *t, int row)
{
    return t->owner == NULL ? row : t->owner[row];
}

/* What a job finds in a block on a day: into the worker's mask. */
static void judge(struct ahead *x, struct ahead_worker *w, int job, int after, const struct expr_block *b)
{
    const struct expr_plan *p = plan_of(x, job, after);
    if (p == NULL)
        memset(w->room.mask, TRI_FALSE, (size_t)b->tables[x->jobs[job].subject].n);
    else
        expr_plan_judge(p, b, &w->room.scratch, w->room.mask);
}

static struct ahead_worker *worker_for(struct ahead *x, int worker, const struct block *b)
{
    struct ahead_worker *w = &x->workers[worker];
    int most = 0;
    if (w->keep == NULL)
        w->keep = arena_new(), w->block = arena_new();
    arena_reset(w->block);
    for (int s = 0; b != NULL && s < b->n_slots; s++)
        most = b->cells[s]->n > most ? b->cells[s]->n : most;
    match_room_make(&w->room, most);
    return w;
}

/* ---- months: one block ---- */
/* ever[job][row]: was true already. */
static void look(struct ahead *x, struct ahead_worker *w, const struct block *b, int block, int month, uint8_t **ever)
{
    for (int j = 0; j < x->n_jobs; j++) {
        if (!wants(x, j))
            continue;
        const struct expr_table *t = &b->tables[x->jobs[j].subject];
        judge(x, w, j, x->at[month], &b->expr);
        for (int i = 0; i < t->n; i++)
            if (w->room.mask[i] == TRI_TRUE && !ever[j][i]) {
                ever[j][i] = 1;
                if (month > 0)
                    *VEC_PUSH(&w->candidates, w->keep) = (struct candidate){month, block, owner_of(t, i), i, j};
            }
    }
}

static void ahead_block(void *ctx, int worker, int index)
{
    struct ahead *x = ctx;
    if (x->again != NULL)
        index = x->again[index];
    const struct block *old = x->sources[index];
    struct ahead_worker *w = worker_for(x, worker, old);
    uint8_t **ever = arena_array(w->block, uint8_t *, x->n_jobs);
    for (int j = 0; j < x->n_jobs; j++)
        if (wants(x, j))
            ever[j] = arena_array(w->block, uint8_t, old->tables[x->jobs[j].subject].n + 1);
    look(x, w, old, index, 0, ever);
    struct block *b = block_again(old, false);
    for (int m = 1; m <= x->months; m++) {
        struct date day = day_of(x, x->at[m]);
        run_of_day(x->root->f, x->root, b, 0, block_owners(b), day, w->block);
        run_linked(x->root->f, x->root, b, 0, block_owners(b), day, w->block);
        look(x, w, b, index, m, ever);
    }
    block_drop(b);
}

/* ---- days: some owners of one month, whatever blocks they are of ---- */
static int by_owner(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->month != y->month)
        return x->month - y->month;
    if (x->block != y->block)
        return x->block - y->block;
    if (x->owner != y->owner)
        return x->owner - y->owner;
    return x->job != y->job ? x->job - y->job : x->row - y->row;
}

static bool same_owner(const struct candidate *x, const struct candidate *y)
{
    return x->month == y->month && x->block == y->block && x->owner == y->owner;
}

static void cut(struct ahead *x, const struct candidate *c, size_t n)
{
    for (size_t i = 0; i < n;) {
        struct chunk k = {c + i, 0, 0};
        while (i < n && c[i].month == k.p->month) {
            bool next = k.n == 0 || !same_owner(&c[i], &c[i - 1]);
            if (next && k.owners == EXPR_BLOCK)
                break;
            k.owners += next;
            k.n++;
            i++;
        }
        *VEC_PUSH(&x->chunks, x->memory) = k;
    }
}

/* The owners of a chunk as a block; rows[i]: where candidate i stands in it. */
static struct block *compose(struct ahead *x, struct arena *a, const struct chunk *k, int *rows)
{
    struct run *runs = arena_array(a, struct run, k->owners);
    int owner = -1;
    for (size_t i = 0; i < k->n; i++)
        if (i == 0 || !same_owner(&k->p[i], &k->p[i - 1]))
            runs[++owner] = (struct run){x->sources[k->p[i].block], k->p[i].owner, k->p[i].owner + 1, true};
    struct block *b = block_compose(x->family, runs, k->owners);
    owner = -1;
    for (size_t i = 0; i < k->n; i++) {
        owner += i == 0 || !same_owner(&k->p[i], &k->p[i - 1]);
        int subject = x->jobs[k->p[i].job].subject;
        const struct expr_table *was = &x->sources[k->p[i].block]->tables[subject];
        rows[i] =
            was->first == NULL ? owner : b->tables[subject].first[owner] + k->p[i].row - was->first[k->p[i].owner];
    }
    return b;
}

static void found(struct ahead *x, struct ahead_worker *w, const struct candidate *c, int after)
{
    const struct block *b = x->sources[c->block];
    int subject = x->jobs[c->job].subject;
    struct facts_turn t = {.job = c->job, .day = day_of(x, after)};
    t.where.id = b->tables[subject].ids[c->row];
    t.where.owner = b->cells[0]->ids[c->owner];
    if (facts_find_row(x->root, subject, t.where.owner, t.where.id, &t.where.at))
        *VEC_PUSH(&w->turns, w->keep) = t;
}

static void one_day(struct ahead *x, struct ahead_worker *w, const struct chunk *k, const struct expr_block *b,
                    const int *rows, int after, bool *done, size_t *left)
{
    for (int j = 0; j < x->n_jobs; j++) {
        bool judged = false;
        for (size_t i = 0; i < k->n && wants(x, j); i++) {
            if (k->p[i].job != j || done[i])
                continue;
            if (!judged)
                judge(x, w, j, after, b);
            judged = true;
            if (w->room.mask[rows[i]] != TRI_TRUE)
                continue;
            done[i] = true;
            (*left)--;
            found(x, w, &k->p[i], after);
        }
    }
}

static void ahead_chunk(void *ctx, int worker, int index)
{
    struct ahead *x = ctx;
    const struct chunk *k = &x->chunks.p[index];
    struct ahead_worker *w = worker_for(x, worker, NULL);
    int *rows = arena_array(w->block, int, k->n), month = k->p->month;
    bool *done = arena_array(w->block, bool, k->n);
    size_t left = k->n;
    struct block *b = compose(x, w->block, k, rows);
    int most = 0;
    for (int s = 0; s < b->n_slots; s++)
        most = b->cells[s]->n > most ? b->cells[s]->n : most;
    match_room_make(&w->room, most);
    for (int after = x->at[month - 1] + 1; left > 0 && after <= x->at[month]; after++) {
        run_of_day(x->root->f, x->root, b, 0, block_owners(b), day_of(x, after), w->block);
        run_linked(x->root->f, x->root, b, 0, block_owners(b), day_of(x, after), w->block);
        one_day(x, w, k, &b->expr, rows, after, done, &left);
    }
    block_drop(b);
}

/* ---- remembering ---- */
struct memo_block {
    struct block *of; /* kept */
    struct facts_turn *turns;
    size_t n;
};
struct facts_memo {
    pthread_mutex_t lock;
    int64_t key;
    struct date day;
    int months, n_jobs;
    struct memo_block *blocks[FAMILIES_MOST];
    int n[FAMILIES_MOST];
};

struct facts_memo *facts_memo_new(void)
{
    struct facts_memo *m = calloc(1, sizeof *m);
    if (m == NULL)
        abort();
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

static void forget(struct facts_memo *m, int family, int from)
{
    for (int i = from; i < m->n[family]; i++) {
        block_drop(m->blocks[family][i].of);
        free(m->blocks[family][i].turns);
    }
    m->n[family] = from < m->n[family] ? from : m->n[family];
}

void facts_memo_free(struct facts_memo *m)
{
    if (m == NULL)
        return;
    for (int f = 0; f < FAMILIES_MOST; f++) {
        forget(m, f, 0);
        free(m->blocks[f]);
    }
    pthread_mutex_destroy(&m->lock);
    free(m);
}

/* The memo for these jobs, months and day; what it holds for others is forgotten. The lock is held until the run ends.
 */
static void memo_begin(struct ahead *x, int64_t key)
{
    struct facts_memo *m = x->memo;
    if (m == NULL)
        return;
    pthread_mutex_lock(&m->lock);
    if (m->key != key || m->day.v != x->root->day.v || m->months != x->months || m->n_jobs != x->n_jobs)
        for (int f = 0; f < FAMILIES_MOST; f++)
            forget(m, f, 0);
    m->key = key;
    m->day = x->root->day;
    m->months = x->months;
    m->n_jobs = x->n_jobs;
}

/* Which blocks must be looked through: those that are others than the memo's. Returns how many. */
static int unknown_blocks(struct ahead *x)
{
    struct facts_memo *m = x->memo;
    int n = 0, f = x->family;
    x->again = arena_array(x->memory, int, x->n_sources + 1);
    forget(m, f, x->n_sources);
    m->blocks[f] = realloc(m->blocks[f], sizeof *m->blocks[f] * (size_t)(x->n_sources + 1));
    if (m->blocks[f] == NULL)
        abort();
    for (; m->n[f] < x->n_sources; m->n[f]++)
        m->blocks[f][m->n[f]] = (struct memo_block){0};
    for (int i = 0; i < x->n_sources; i++)
        if (m->blocks[f][i].of != x->sources[i])
            x->again[n++] = i;
    return n;
}

/* What was found in those blocks is kept with them. */
static void remember(struct ahead *x, int n_again)
{
    struct memo_block *blocks = x->memo->blocks[x->family];
    for (int i = 0; i < n_again; i++) {
        struct memo_block *b = &blocks[x->again[i]];
        block_drop(b->of);
        free(b->turns);
        *b = (struct memo_block){.of = block_keep(x->sources[x->again[i]])};
    }
    size_t *count = arena_array(x->memory, size_t, x->n_sources + 1);
    for (int w = 0; w < facts_workers(); w++)
        for (size_t i = 0; i < x->workers[w].turns.n; i++)
            count[x->workers[w].turns.p[i].where.at.block]++;
    for (int i = 0; i < n_again; i++)
        if (count[x->again[i]] > 0)
            blocks[x->again[i]].turns = facts_get(sizeof(struct facts_turn) * count[x->again[i]]);
    for (int w = 0; w < facts_workers(); w++) {
        struct turn_list *l = &x->workers[w].turns;
        for (size_t i = 0; i < l->n; i++) {
            struct memo_block *b = &blocks[l->p[i].where.at.block];
            b->turns[b->n++] = l->p[i];
        }
        l->n = 0;
    }
    x->again = NULL;
}

/* Those inside a narrow scope, gathered into blocks of their own. */
static void narrow(struct ahead *x)
{
    const struct side *s = &x->root->sides[x->family];
    struct run *runs = arena_array(x->memory, struct run, EXPR_BLOCK);
    int n = 0;
    x->sources = arena_array(x->memory, struct block *, s->n + 1);
    x->n_sources = 0;
    for (int b = 0; b < s->n; b++)
        for (int i = 0; i < block_owners(s->blocks[b]); i++) {
            if (!scope_has(x->scope, s->blocks[b]->cells[0]->place[i]))
                continue;
            runs[n++] = (struct run){s->blocks[b], i, i + 1, false};
            if (n == EXPR_BLOCK) {
                x->sources[x->n_sources++] = block_compose(x->family, runs, n);
                n = 0;
            }
        }
    if (n > 0)
        x->sources[x->n_sources++] = block_compose(x->family, runs, n);
}

static void run_family(struct ahead *x)
{
    const struct side *s = &x->root->sides[x->family];
    bool everyone = x->memo != NULL || s->n == 0 || s->blocks[0]->cells[0]->place == NULL ||
                    (x->scope->n == 1 && x->scope->ranges[0].from <= 0 && x->scope->ranges[0].to == INT64_MAX);
    x->sources = s->blocks;
    x->n_sources = s->n;
    if (!everyone)
        narrow(x);
    int n_blocks = x->memo != NULL ? unknown_blocks(x) : x->n_sources;
    facts_parallel(n_blocks, ahead_block, x);
    size_t n = 0;
    for (int w = 0; w < facts_workers(); w++)
        n += x->workers[w].candidates.n;
    struct candidate *all = arena_array(x->memory, struct candidate, n + 1);
    n = 0;
    for (int w = 0; w < facts_workers(); w++) {
        struct candidates *c = &x->workers[w].candidates;
        if (c->n > 0)
            memcpy(all + n, c->p, sizeof *all * c->n);
        n += c->n;
        c->n = 0;
    }
    qsort(all, n, sizeof *all, by_owner);
    x->chunks.n = 0;
    cut(x, all, n);
    facts_parallel((int)x->chunks.n, ahead_chunk, x);
    if (x->again != NULL)
        remember(x, n_blocks);
    for (int i = 0; !everyone && i < x->n_sources; i++)
        block_drop(x->sources[i]);
}

/* ---- sums ---- */
/* The dates that decide whether a row counts: those its fact says it is made of, by the names of facts or fields. */
static void dates_of(const struct layout *l, int fact, int depth, bool *out)
{
    enum { DEPTH = 4 };
    const struct fact *f = &l->decl->facts[fact];
    if (f->type == EXPR_DATE && f->when == FACT_FIXED)
        out[fact] = true;
    for (const char *s = f->from; s != NULL && *s != '\0' && depth < DEPTH;) {
        size_t n = strcspn(s, " ");
        for (int i = 0; i < l->n_facts; i++) {
            const char *names[] = {l->decl->facts[i].name, l->decl->facts[i].field};
            for (int k = 0; k < 2; k++)
                if (i != fact && names[k] != NULL && strncmp(names[k], s, n) == 0 && names[k][n] == '\0')
                    dates_of(l, i, depth + 1, out);
        }
        s += n + strspn(s + n, " ");
    }
}

/* Does a row of the table hold one of these dates within the coming days? */
static bool dated_ahead(const struct layout *l, const bool *dates, const struct expr_table *t, int row,
                        struct date from, struct date to)
{
    for (int f = 0; f < l->n_facts; f++)
        if (dates[f]) {
            int32_t v = ((const int32_t *)t->cols[f])[row];
            if ((v | 511) > from.v && date_first((struct date){v}).v <= to.v && date_last((struct date){v}).v > from.v)
                return true;
        }
    return false;
}

struct owners {
    int64_t *p;
    size_t n, cap;
};

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Owners of the sum with something dated ahead among the rows it is made of. */
static void sum_owners(const struct ahead *x, const struct layout *sum, struct arena *a, struct owners *out)
{
    struct date last = day_of(x, x->days - 1);
    const struct layout *base = layout_of(sum->base), *of = layout_of(sum->count_of);
    bool base_dates[FACTS_MOST] = {false}, of_dates[FACTS_MOST] = {false};
    for (int f = 0; f < base->n_facts; f++)
        base_dates[f] = base->decl->facts[f].type == EXPR_DATE && base->decl->facts[f].when == FACT_FIXED;
    dates_of(of, sum->count_when, 0, of_dates);
    for (int b = 0; b < x->root->sides[base->family].n; b++) {
        const struct block *block = root_block(x->root, base->family, b);
        const struct expr_table *t = &block->tables[sum->base];
        for (int i = 0; i < t->n; i++)
            if (dated_ahead(base, base_dates, t, i, x->root->day, last))
                *VEC_PUSH(out, a) = block->cells[0]->ids[owner_of(t, i)];
    }
    for (int b = 0; b < x->root->sides[of->family].n; b++) {
        const struct expr_table *t = &root_block(x->root, of->family, b)->tables[sum->count_of];
        const int64_t *ref = t->cols[sum->count_owner];
        for (int i = 0; i < t->n; i++)
            if (ref[i] > 0 && dated_ahead(of, of_dates, t, i, x->root->day, last))
                *VEC_PUSH(out, a) = ref[i];
    }
    if (out->n > 1)
        qsort(out->p, out->n, sizeof *out->p, by_id);
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (i == 0 || out->p[i] != out->p[n - 1])
            out->p[n++] = out->p[i];
    out->n = n;
}

/* The truth of a sum's rows on a day: truth[code], at most 256 codes. */
static struct err *sum_truth(struct ahead *x, int job, const struct facts_counted *c, struct arena *scratch, int after,
                             uint8_t truth[256])
{
    const struct expr_block *b;
    struct expr_env env = {.today = day_of(x, after)};
    const struct expr *e = x->jobs[job].when(x->jobs[job].ctx, env.today, &env);
    memset(truth, TRI_FALSE, 256);
    TRY(facts_sums_at_day(c, scratch, env.today, &b));
    const struct expr_table *t = &b->tables[x->jobs[job].subject];
    for (int i = 0; e != NULL && i < t->n; i++) {
        struct expr_value v;
        TRY(expr_eval(scratch, e, &env, b, i, &v, NULL));
        truth[t->ids[i] & 255] = v.state == EXPR_HAS && v.n != 0;
    }
    return NULL;
}

/* Keeps an error that was made in the scratch arena. */
static struct err *keep(struct arena *a, struct err *e)
{
    return e == NULL ? NULL : ERR(a, e->kind, "%s", e->detail == NULL ? "" : e->detail);
}

static struct err *sum_ahead(struct ahead *x, int job, int64_t owner, const struct facts_counted *c,
                             struct turn_list *out, struct arena *a)
{
    arena_scope struct arena *scratch = arena_new();
    uint8_t ever[256], now[256];
    struct facts_at at;
    TRY(keep(a, sum_truth(x, job, c, scratch, 0, ever)));
    for (int after = 1; after < x->days; after++) {
        arena_reset(scratch);
        TRY(keep(a, sum_truth(x, job, c, scratch, after, now)));
        for (int code = 0; code < 256; code++) {
            int64_t id = facts_sum_id(owner, code);
            if (!now[code] || ever[code] || !facts_find_row(x->root, x->jobs[job].subject, owner, id, &at))
                continue;
            ever[code] = 1;
            *VEC_PUSH(out, a) = (struct facts_turn){job, {id, owner, at}, day_of(x, after)};
        }
    }
    return NULL;
}

static struct err *sums_ahead(struct ahead *x, struct turn_list *out, struct arena *a)
{
    arena_scope struct arena *held = arena_new();
    for (int j = 0; j < x->n_jobs; j++) {
        const struct layout *l = layout_of(x->jobs[j].subject);
        struct owners owners = {0};
        if (!is_sum(l))
            continue;
        sum_owners(x, l, held, &owners);
        struct facts_counted **c = arena_array(held, struct facts_counted *, owners.n + 1);
        if (owners.n > 0)
            facts_counted(x->root, held, x->jobs[j].subject, owners.p, (int)owners.n, c);
        for (size_t i = 0; i < owners.n; i++)
            TRY(sum_ahead(x, j, owners.p[i], c[i], out, a));
    }
    return NULL;
}

/* ---- all ---- */
static int by_day(const void *a, const void *b)
{
    const struct facts_turn *x = a, *y = b;
    if (x->day.v != y->day.v)
        return x->day.v < y->day.v ? -1 : 1;
    if (x->job != y->job)
        return x->job - y->job;
    if (x->where.at.block != y->where.at.block)
        return x->where.at.block - y->where.at.block;
    return x->where.at.row - y->where.at.row;
}

static void run_families(struct ahead *x)
{
    for (x->family = 0; x->family < facts_the_world.n_families; x->family++) {
        bool wanted = false;
        for (int j = 0; j < x->n_jobs; j++)
            wanted |= wants(x, j);
        if (wanted)
            run_family(x);
    }
}

static void end_workers(struct ahead *x)
{
    for (int w = 0; w < facts_workers(); w++) {
        match_room_end(&x->workers[w].room);
        if (x->workers[w].keep == NULL)
            continue;
        arena_free(x->workers[w].keep);
        arena_free(x->workers[w].block);
    }
}

struct all_turns {
    struct facts_turn *p;
    int64_t n;
};

static void take_seen(struct ahead *x, const struct facts_turn *turns, size_t n, struct all_turns *out)
{
    for (size_t i = 0; i < n; i++)
        if (facts_sees(x->root, x->jobs[turns[i].job].subject, turns[i].where.at, x->scope))
            out->p[out->n++] = turns[i];
}

/* What this run found and what the memo holds, of whom the scope holds. */
static void gather(struct ahead *x, const struct turn_list *sums, struct arena *a, struct all_turns *out)
{
    size_t total = sums->n;
    for (int w = 0; w < facts_workers(); w++)
        total += x->workers[w].turns.n;
    for (int f = 0; x->memo != NULL && f < FAMILIES_MOST; f++)
        for (int i = 0; i < x->memo->n[f]; i++)
            total += x->memo->blocks[f][i].n;
    out->p = arena_array(a, struct facts_turn, total + 1);
    take_seen(x, sums->p, sums->n, out);
    for (int w = 0; w < facts_workers(); w++)
        take_seen(x, x->workers[w].turns.p, x->workers[w].turns.n, out);
    for (int f = 0; x->memo != NULL && f < FAMILIES_MOST; f++)
        for (int i = 0; i < x->memo->n[f]; i++)
            take_seen(x, x->memo->blocks[f][i].turns, x->memo->blocks[f][i].n, out);
}

struct err *facts_ahead(const struct facts_root *root, struct arena *a, const struct scope *scope,
                        const struct facts_coming *jobs, int n, int months, struct facts_memo *memo, int64_t key,
                        struct facts_turn **out, int64_t *n_out)
{
    arena_scope struct arena *memory = arena_new();
    struct ahead x = {
        .root = root, .jobs = jobs, .n_jobs = n, .months = months, .memory = memory, .scope = scope, .memo = memo};
    struct turn_list sums = {0};
    struct all_turns all = {0};
    if (months < 1 || months > MONTHS_MOST)
        return ERR(a, ERR_INVALID, "%d months ahead", months);
    for (int m = 0; m <= months; m++)
        x.at[m] = (int)(date_to_days(date_add_months(root->day, m)) - date_to_days(root->day));
    x.days = x.at[months] + 1;
    pthread_mutex_init(&x.lock, NULL);
    x.plans = arena_alloc(memory, sizeof *x.plans * (size_t)(n + 1) * (size_t)x.days);
    x.workers = arena_array(memory, struct ahead_worker, facts_workers());
    memo_begin(&x, key);
    run_families(&x);
    struct err *e = sums_ahead(&x, &sums, a);
    gather(&x, &sums, a, &all);
    if (memo != NULL)
        pthread_mutex_unlock(&memo->lock);
    end_workers(&x);
    pthread_mutex_destroy(&x.lock);
    TRY(e);
    if (all.n > 1)
        qsort(all.p, (size_t)all.n, sizeof *all.p, by_day);
    *out = all.p;
    *n_out = all.n;
    return NULL;
}
