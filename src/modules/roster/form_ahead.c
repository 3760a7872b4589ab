/* form_ahead.c: see form_ahead.h. A ring of arenas goes round between the two threads: the reader fills one a form, the
 * caller empties it. Either side may end early: the caller by an error of each, the reader by one of its own. */
#include "roster/form_ahead.h"

#include <pthread.h>

enum { AHEAD = 8 };

struct ahead {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct arena *arenas[AHEAD];
    struct form_item items[AHEAD];
    size_t put, taken; /* forms so far */
    bool done, stopped;
    const char *const *paths;
    size_t n;
    struct arena *own; /* the reader's */
    struct err *failed;
};

/* ---- the reader ---- */
static struct err *hand_over(void *p, struct arena *fresh, const struct form_item *item)
{
    struct ahead *h = p;
    pthread_mutex_lock(&h->lock);
    h->items[h->put % AHEAD] = *item;
    h->put++;
    pthread_cond_broadcast(&h->moved);
    bool stopped = h->stopped;
    pthread_mutex_unlock(&h->lock);
    return stopped ? ERR(fresh, ERR_FAULT, "the caller has stopped") : NULL;
}

static struct arena *next_arena(void *p)
{
    struct ahead *h = p;
    pthread_mutex_lock(&h->lock);
    while (h->put - h->taken >= AHEAD && !h->stopped)
        pthread_cond_wait(&h->moved, &h->lock);
    struct arena *a = h->arenas[h->put % AHEAD];
    bool free = h->put - h->taken < AHEAD;
    pthread_mutex_unlock(&h->lock);
    if (free)
        arena_reset(a);
    return a;
}

static void *reader(void *p)
{
    struct ahead *h = p;
    struct err *e = form_each_kept(h->own, h->arenas[0], h->paths, h->n, hand_over, next_arena, h);
    pthread_mutex_lock(&h->lock);
    h->failed = e;
    h->done = true;
    pthread_cond_broadcast(&h->moved);
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

/* ---- the caller ---- */
static struct err *take_all(struct ahead *h, struct err *(*each)(void *, struct arena *, const struct form_item *),
                            void *p)
{
    for (;;) {
        pthread_mutex_lock(&h->lock);
        while (h->taken == h->put && !h->done)
            pthread_cond_wait(&h->moved, &h->lock);
        bool some = h->taken < h->put;
        size_t at = h->taken % AHEAD;
        pthread_mutex_unlock(&h->lock);
        if (!some)
            return NULL;
        TRY(each(p, h->arenas[at], &h->items[at]));
        pthread_mutex_lock(&h->lock);
        h->taken++;
        pthread_cond_broadcast(&h->moved);
        pthread_mutex_unlock(&h->lock);
    }
}

static void stop(struct ahead *h)
{
    pthread_mutex_lock(&h->lock);
    h->stopped = true;
    pthread_cond_broadcast(&h->moved);
    pthread_mutex_unlock(&h->lock);
}

struct err *form_each_ahead(struct arena *a, const char *const *paths, size_t n,
                            struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item), void *p)
{
    struct ahead h = {.paths = paths,
                      .n = n,
                      .own = arena_new(),
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .moved = PTHREAD_COND_INITIALIZER};
    for (int i = 0; i < AHEAD; i++)
        h.arenas[i] = arena_new();
    pthread_t thread;
    bool alone = pthread_create(&thread, NULL, reader, &h) != 0;
    struct err *e = alone ? form_each(a, paths, n, each, p) : take_all(&h, each, p);
    if (e != NULL) /* it may live in an arena of the ring */
        e = err_keep(a, e);
    if (!alone) {
        stop(&h);
        pthread_join(thread, NULL);
        if (e == NULL && h.failed != NULL)
            e = err_keep(a, h.failed);
    }
    for (int i = 0; i < AHEAD; i++)
        arena_free(h.arenas[i]);
    arena_free(h.own);
    return e;
}
