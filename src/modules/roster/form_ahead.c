/* form_ahead.c: see form_ahead.h. A ring of arenas goes round between the two threads: the reader fills one a form, the
 * caller empties it. Either side may end early: the caller by an error of each, the reader by one of its own. */
#include "roster/form_ahead.h"

#include <pthread.h>

enum { AHEAD = 8 };

struct ahead {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    struct arena *arenas[AHEAD];
    struct intake *people[AHEAD];
    size_t put, taken; /* forms so far */
    bool done, stopped;
    const char *const *paths;
    size_t n;
    struct arena *own; /* the reader's */
    struct err *failed;
    struct err *(*each)(void *p, struct arena *fresh, struct intake *in);
    void *p;
};

/* ---- the reader ---- */
static struct err *hand_over(void *p, struct arena *fresh, const struct form_item *item)
{
    struct ahead *h = p;
    struct intake *in = intake_of_item(fresh, item);
    pthread_mutex_lock(&h->lock);
    h->people[h->put % AHEAD] = in;
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
static struct err *take_all(struct ahead *h)
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
        TRY(h->each(h->p, h->arenas[at], h->people[at]));
        pthread_mutex_lock(&h->lock);
        h->taken++;
        pthread_cond_broadcast(&h->moved);
        pthread_mutex_unlock(&h->lock);
    }
}

/* Where no second thread can be had. */
static struct err *one_alone(void *p, struct arena *fresh, const struct form_item *item)
{
    struct ahead *h = p;
    return h->each(h->p, fresh, intake_of_item(fresh, item));
}

static void stop(struct ahead *h)
{
    pthread_mutex_lock(&h->lock);
    h->stopped = true;
    pthread_cond_broadcast(&h->moved);
    pthread_mutex_unlock(&h->lock);
}

struct err *form_each_ahead(struct arena *a, const char *const *paths, size_t n,
                            struct err *(*each)(void *p, struct arena *fresh, struct intake *in), void *p)
{
    struct ahead h = {.paths = paths,
                      .n = n,
                      .own = arena_new(),
                      .each = each,
                      .p = p,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .moved = PTHREAD_COND_INITIALIZER};
    for (int i = 0; i < AHEAD; i++)
        h.arenas[i] = arena_new();
    pthread_t thread;
    bool alone = pthread_create(&thread, NULL, reader, &h) != 0;
    struct err *e = alone ? form_each(a, paths, n, one_alone, &h) : take_all(&h);
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
