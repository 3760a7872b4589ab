/* parallel.c: helper threads for work over all blocks. They serve one job at a time; who finds them busy works alone,
 * so that many small requests do not wait for each other. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "facts/inner.h"

enum { HELPERS_MOST = 7, ALONE = 3 };

static struct {
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    int helpers;
    bool started, busy;
    unsigned turn; /* of the job */
    int inside;    /* helpers still at it */
    int n;
    atomic_int next;
    void (*fn)(void *ctx, int worker, int i);
    void *ctx;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .work = PTHREAD_COND_INITIALIZER, .idle = PTHREAD_COND_INITIALIZER};

static void work(int n, void (*fn)(void *ctx, int worker, int i), void *ctx, int worker)
{
    for (int i; (i = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed)) < n;)
        fn(ctx, worker, i);
}

static void *help(void *arg)
{
    int worker = (int)(intptr_t)arg;
    unsigned seen = 0;
    pthread_mutex_lock(&pool.lock);
    for (;;) {
        while (!pool.busy || pool.turn == seen)
            pthread_cond_wait(&pool.work, &pool.lock);
        seen = pool.turn;
        pool.inside++;
        int n = pool.n;
        void (*fn)(void *, int, int) = pool.fn;
        void *ctx = pool.ctx;
        pthread_mutex_unlock(&pool.lock);
        work(n, fn, ctx, worker);
        pthread_mutex_lock(&pool.lock);
        if (--pool.inside == 0)
            pthread_cond_broadcast(&pool.idle);
    }
    return NULL;
}

int facts_workers(void)
{
    static atomic_int known;
    int n = atomic_load(&known);
    if (n == 0) {
        long cores = sysconf(_SC_NPROCESSORS_ONLN);
        n = cores < 1 ? 1 : cores > HELPERS_MOST + 1 ? HELPERS_MOST + 1 : (int)cores;
        atomic_store(&known, n);
    }
    return n;
}

/* The lock is held. */
static void start_helpers(void)
{
    pool.started = true;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, 512 * 1024);
    for (int i = 1; i < facts_workers(); i++) {
        pthread_t t;
        if (pthread_create(&t, &attr, help, (void *)(intptr_t)i) != 0)
            break;
        pool.helpers++;
    }
    pthread_attr_destroy(&attr);
}

void facts_parallel(int n, void (*fn)(void *ctx, int worker, int i), void *ctx)
{
    bool mine = false;
    if (n > ALONE && facts_workers() > 1) {
        pthread_mutex_lock(&pool.lock);
        if (!pool.started)
            start_helpers();
        if (!pool.busy && pool.helpers > 0) {
            mine = pool.busy = true;
            pool.turn++;
            pool.n = n;
            pool.fn = fn;
            pool.ctx = ctx;
            atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
            pthread_cond_broadcast(&pool.work);
        }
        pthread_mutex_unlock(&pool.lock);
    }
    if (!mine) {
        for (int i = 0; i < n; i++)
            fn(ctx, 0, i);
        return;
    }
    work(n, fn, ctx, 0);
    pthread_mutex_lock(&pool.lock);
    while (pool.inside > 0)
        pthread_cond_wait(&pool.idle, &pool.lock);
    pool.busy = false;
    pthread_mutex_unlock(&pool.lock);
}
