/* load.c: the first load, in background threads, each with its own connection. The ids of a family are cut into ranges;
 * each range is read, sorted, made into blocks and given its of-day facts while it is in the cache. The connections
 * need not see the same state: what was written after the least place any of them saw is refreshed afterwards. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "facts/inner.h"

enum { THREADS_MOST = 8, RETRY_S = 2 };

struct reader { /* one thread */
    struct arena *arena;
    struct db *db;
    struct db_tx tx;
    struct err *error;
};
struct part { /* blocks of one range of ids */
    struct block **blocks;
    int n;
};
struct loading {
    struct facts *f;
    struct facts_root *root;
    struct reader readers[THREADS_MOST];
    int n_readers, family;
    int64_t from, to, width;
    atomic_int next;
    int n_parts;
    struct part *parts;
};

static bool stopped(struct loading *l)
{
    return atomic_load(&l->f->closing) || atomic_load(&l->f->failed);
}

static struct err *load_part(struct loading *l, struct reader *r, struct stage *s, int part)
{
    int64_t lo = l->from + l->width * part, hi = lo + l->width - 1;
    stage_clear(s);
    TRY(stage_read(s, &r->tx, lo, hi < l->to ? hi : l->to));
    stage_sort(s);
    int owners = s->rows[0].n, n = (owners + EXPR_BLOCK - 1) / EXPR_BLOCK;
    struct part *p = &l->parts[part];
    p->blocks = facts_get(sizeof *p->blocks * (size_t)(n + 1));
    for (int i = 0; i < n; i++) {
        int to = (i + 1) * EXPR_BLOCK;
        struct block *b = p->blocks[i] = stage_block(s, i * EXPR_BLOCK, to < owners ? to : owners);
        run_fixed(l->f, l->root, b, 0, block_owners(b));
        run_of_day(l->f, l->root, b, 0, block_owners(b), l->root->day, NULL);
        p->n = i + 1;
    }
    atomic_fetch_add(&l->f->owners_done, owners);
    return NULL;
}

static void load_parts(struct loading *l, struct reader *r)
{
    struct stage s;
    stage_begin(&s, l->family);
    for (int part; r->error == NULL && !stopped(l) && (part = atomic_fetch_add(&l->next, 1)) < l->n_parts;)
        r->error = load_part(l, r, &s, part);
    stage_end(&s);
}

struct thread_arg {
    struct loading *l;
    struct reader *r;
};

static void *load_thread(void *p)
{
    struct thread_arg *arg = p;
    load_parts(arg->l, arg->r);
    return NULL;
}

static struct err *bounds(struct reader *r, int family, int64_t *n, int64_t *from, int64_t *to)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(&r->tx, facts_the_world.families[family].bounds, NULL, 0, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *n = more ? db_col_int(&rows, 0) : 0;
    *from = more ? db_col_int(&rows, 1) : 0;
    *to = more ? db_col_int(&rows, 2) : -1;
    return NULL;
}

static struct err *first_error(const struct loading *l)
{
    for (int i = 0; i < l->n_readers; i++)
        if (l->readers[i].error != NULL)
            return err_via(l->readers[i].error, ERR_HERE);
    return NULL;
}

static void gather(struct loading *l)
{
    int n = 0;
    for (int i = 0; i < l->n_parts; i++)
        n += l->parts[i].n;
    struct block **blocks = facts_get(sizeof *blocks * (size_t)(n + 1));
    n = 0;
    for (int i = 0; i < l->n_parts; i++) {
        if (l->parts[i].n > 0)
            memcpy(blocks + n, l->parts[i].blocks, sizeof *blocks * (size_t)l->parts[i].n);
        n += l->parts[i].n;
        free(l->parts[i].blocks);
    }
    free(l->parts);
    root_set_blocks(l->root, l->family, blocks, n);
}

static struct err *load_family(struct loading *l, int family)
{
    int64_t n;
    TRY(bounds(&l->readers[0], family, &n, &l->from, &l->to));
    int64_t range = l->to - l->from + 1;
    l->family = family;
    l->n_parts = n == 0 ? 0 : (int)((n + CHUNK - 1) / CHUNK);
    l->width = n == 0 ? 1 : (range + l->n_parts - 1) / l->n_parts;
    if (l->width > CHUNK / 4 * 3) /* dense ids: whole blocks */
        l->width = (l->width + EXPR_BLOCK - 1) / EXPR_BLOCK * EXPR_BLOCK;
    l->n_parts = n == 0 ? 0 : (int)((range + l->width - 1) / l->width);
    l->parts = calloc((size_t)l->n_parts + 1, sizeof *l->parts);
    if (l->parts == NULL)
        abort();
    atomic_store(&l->next, 0);
    struct thread_arg args[THREADS_MOST];
    pthread_t threads[THREADS_MOST];
    bool started[THREADS_MOST] = {false};
    for (int i = 1; i < l->n_readers && l->n_parts > 1; i++) {
        args[i] = (struct thread_arg){l, &l->readers[i]};
        started[i] = pthread_create(&threads[i], NULL, load_thread, &args[i]) == 0;
    }
    load_parts(l, &l->readers[0]);
    for (int i = 1; i < l->n_readers; i++)
        if (started[i])
            pthread_join(threads[i], NULL);
    gather(l);
    return first_error(l);
}

static struct err *open_readers(struct loading *l, int64_t *seq)
{
    for (int i = 0; i < l->f->threads; i++) {
        struct reader *r = &l->readers[i];
        r->arena = arena_new();
        l->n_readers = i + 1;
        TRY(db_take(l->f->pool, r->arena, &r->db));
        TRY(db_begin_read(r->db, r->arena, &r->tx));
        int64_t saw;
        TRY(change_last(&r->tx, &saw)); /* a transaction sees the state of its first statement */
        if (i == 0 || saw < *seq)
            *seq = saw;
    }
    return NULL;
}

static struct err *load_all(struct loading *l)
{
    int64_t seq = 0, due = 0;
    TRY(open_readers(l, &seq));
    l->root = root_new(l->f, seq, clock_today());
    for (int i = 0; i < facts_the_world.n_families; i++) {
        int64_t n, from, to;
        TRY(bounds(&l->readers[0], i, &n, &from, &to));
        due += n;
    }
    atomic_store(&l->f->owners_due, due);
    atomic_store(&l->f->owners_done, 0);
    for (int i = 0; i < facts_the_world.n_families && !stopped(l); i++) {
        TRY(load_family(l, i));
        root_link_all(l->root, i);
    }
    sums_count(l->root);
    sums_fill(l->root);
    return NULL;
}

static void close_readers(struct loading *l)
{
    for (int i = 0; i < l->n_readers; i++) {
        db_end(&l->readers[i].tx);
        db_give(l->readers[i].db);
    }
}

/* Keeps the error's kind and text past its arena. */
static void note(struct facts *f, const struct err *e)
{
    log_err("loading the columns", e);
    pthread_mutex_lock(&f->lock);
    f->error_kind = e->kind;
    snprintf(f->error, sizeof f->error, "%s", e->detail == NULL ? "" : e->detail);
    atomic_store(&f->failed, true);
    pthread_cond_broadcast(&f->loaded);
    pthread_mutex_unlock(&f->lock);
}

static void attempt(struct facts *f)
{
    struct loading l = {.f = f};
    struct err *e = load_all(&l);
    close_readers(&l);
    if (e == NULL && !atomic_load(&f->closing)) {
        pthread_mutex_lock(&f->lock);
        f->root = l.root;
        atomic_store(&f->ready, true);
        pthread_cond_broadcast(&f->loaded);
        pthread_mutex_unlock(&f->lock);
    } else {
        facts_end(l.root);
        if (e != NULL)
            note(f, e);
    }
    for (int i = 0; i < l.n_readers; i++)
        arena_free(l.readers[i].arena);
    malloc_trim(0); /* what was staged goes back to the system */
}

static void *load_main(void *p)
{
    struct facts *f = p;
    while (!atomic_load(&f->ready) && !atomic_load(&f->closing)) {
        attempt(f);
        for (int i = 0; i < RETRY_S * 20 && atomic_load(&f->failed) && !atomic_load(&f->closing); i++)
            nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        atomic_store(&f->failed, false);
    }
    return NULL;
}

struct err *facts_open(struct arena *a, struct db_pool *pool, int threads, facts_param_fn *param, const void *param_ctx,
                       struct facts **out)
{
    TRY(facts_made(a));
    struct facts *f = calloc(1, sizeof *f);
    if (f == NULL)
        abort();
    f->pool = pool;
    f->param = param;
    f->param_ctx = param_ctx;
    f->threads = threads <= 0 ? 2 : threads > THREADS_MOST ? THREADS_MOST : threads;
    pthread_mutex_init(&f->lock, NULL);
    pthread_mutex_init(&f->refreshing, NULL);
    pthread_cond_init(&f->loaded, NULL);
    if (pthread_create(&f->loader, NULL, load_main, f) != 0) {
        free(f);
        return ERR(a, ERR_FAULT, "no thread to load the columns");
    }
    *out = f;
    return NULL;
}

void facts_close(struct facts *f)
{
    if (f == NULL)
        return;
    atomic_store(&f->closing, true);
    pthread_join(f->loader, NULL);
    facts_end(f->root);
    pthread_cond_destroy(&f->loaded);
    pthread_mutex_destroy(&f->refreshing);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

bool facts_ready(const struct facts *f)
{
    return atomic_load(&f->ready);
}

int facts_progress(const struct facts *f)
{
    if (facts_ready(f))
        return 100;
    long long due = atomic_load(&f->owners_due), done = atomic_load(&f->owners_done);
    return due == 0 ? 0 : done >= due ? 99 : (int)(done * 100 / due);
}

struct err *facts_wait(struct facts *f, struct arena *a)
{
    struct err *e = NULL;
    pthread_mutex_lock(&f->lock);
    while (!atomic_load(&f->ready) && !atomic_load(&f->failed))
        pthread_cond_wait(&f->loaded, &f->lock);
    if (!atomic_load(&f->ready))
        e = ERR(a, f->error_kind, "%s", f->error);
    pthread_mutex_unlock(&f->lock);
    return e;
}

void facts_stale(struct facts *f)
{
    atomic_store(&f->stale, true);
}
