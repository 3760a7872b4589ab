/* links.c: deadlines of connections. libmicrohttpd ends a silent connection; a client that sends a byte now and then
 * would keep one for ever. One thread looks at all of them now and then and shuts down those past their time. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "web/inner.h"

enum { LOOK_EVERY_MS = 100 };

struct link {
    int fd;
    atomic_llong until_us; /* 0: no deadline */
    struct link *next, **to_me;
};

struct links {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    pthread_t thread;
    struct link *all;
    bool stop;
};

static void *watch(void *arg)
{
    struct links *l = arg;
    pthread_mutex_lock(&l->lock);
    while (!l->stop) {
        struct timespec at;
        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_nsec += LOOK_EVERY_MS * 1000000L;
        at.tv_sec += at.tv_nsec / 1000000000L;
        at.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&l->ended, &l->lock, &at);
        int64_t now = clock_mono_us();
        for (struct link *k = l->all; k != NULL; k = k->next) {
            long long until = atomic_load_explicit(&k->until_us, memory_order_relaxed);
            if (until != 0 && until < now) {
                shutdown(k->fd, SHUT_RDWR); /* its thread sees the end and closes it */
                atomic_store_explicit(&k->until_us, 0, memory_order_relaxed);
            }
        }
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

struct err *links_start(struct arena *a, struct links **out)
{
    struct links *l = arena_new_of(a, struct links);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&l->thread, NULL, watch, l);
    if (failed != 0)
        return ERR(a, ERR_FAULT, "the thread of deadlines: %s", strerror(failed));
    *out = l;
    return NULL;
}

void links_stop(struct links *l)
{
    if (l == NULL)
        return;
    pthread_mutex_lock(&l->lock);
    l->stop = true;
    pthread_cond_signal(&l->ended);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->ended);
    pthread_mutex_destroy(&l->lock);
}

struct link *link_new(struct links *l, int fd, int64_t within_ms)
{
    struct link *k = malloc(sizeof *k);
    if (k == NULL)
        abort();
    k->fd = fd;
    atomic_init(&k->until_us, 0);
    link_within(k, within_ms);
    pthread_mutex_lock(&l->lock);
    k->next = l->all;
    k->to_me = &l->all;
    if (k->next != NULL)
        k->next->to_me = &k->next;
    l->all = k;
    pthread_mutex_unlock(&l->lock);
    return k;
}

void link_free(struct links *l, struct link *k)
{
    if (k == NULL)
        return;
    pthread_mutex_lock(&l->lock);
    *k->to_me = k->next;
    if (k->next != NULL)
        k->next->to_me = k->to_me;
    pthread_mutex_unlock(&l->lock);
    free(k);
}

void link_within(struct link *k, int64_t ms)
{
    atomic_store_explicit(&k->until_us, ms == 0 ? 0 : clock_mono_us() + ms * 1000, memory_order_relaxed);
}
