/* lane.c: a bounded queue and the threads that serve it.
 *
 * More threads than processors are wanted for handlers that wait (for a disk, for a database); awake all at once they
 * would only push each other off the processors. So `base` threads serve as fast as they can; the others are spare: one
 * of them watches a queue that is not empty and lends a hand when its first request has waited for SPARE_AFTER_US.
 * Whoever has been at one request for WAITS_AFTER_US is taken to wait for something: another works in his place at
 * once. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/inner.h"

enum { SPARE_AFTER_US = 1000, WAITS_AFTER_US = 5000 };

static struct exchange *unlink_first(struct queue *q)
{
    struct exchange *x = q->first;
    q->first = x->next;
    if (q->first == NULL)
        q->last = &q->first;
    q->length--;
    return x;
}

static void sleep_while_watching(struct queue *q)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += SPARE_AFTER_US * 1000L;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    q->watched = true;
    pthread_cond_timedwait(&q->watch, &q->lock, &at);
    q->watched = false;
}

/* Are fewer at work than there are processors? The lock is held. */
static bool has_place(const struct queue *q, int64_t now)
{
    int working = 0;
    for (int i = 0; i < q->n_threads; i++)
        working += q->workers[i].since_us != 0 && now - q->workers[i].since_us < WAITS_AFTER_US;
    return working < q->base;
}

/* The next request for this thread; NULL when the lane stops. */
static struct exchange *pop(struct worker *me)
{
    struct queue *q = me->queue;
    struct exchange *x = NULL;
    int64_t now = clock_mono_us();
    pthread_mutex_lock(&q->lock);
    me->since_us = 0;
    for (; x == NULL && (q->first != NULL || !q->stop); now = clock_mono_us()) {
        if (q->first != NULL && (has_place(q, now) || now - q->first->begun_us >= SPARE_AFTER_US)) {
            x = unlink_first(q);
        } else if (q->first != NULL && !q->watched) {
            sleep_while_watching(q);
        } else {
            q->idle++;
            pthread_cond_wait(&q->more, &q->lock);
            q->idle--;
        }
    }
    me->since_us = x != NULL ? now : 0;
    bool hand_on = q->first != NULL && !q->watched && q->idle > 0; /* somebody must watch what is left */
    pthread_mutex_unlock(&q->lock);
    if (hand_on)
        pthread_cond_signal(&q->more);
    return x;
}

static void serve(struct web *w, struct exchange *x, struct db **db)
{
    if (w->c.pool != NULL && *db == NULL) {
        struct err *e = db_take(w->c.pool, x->rq.arena, db);
        if (e != NULL) {
            *db = NULL;
            x->session_known = true; /* there is nothing to ask */
            x->refused = e;
            x->drop = true;
        }
    }
    x->rq.db = *db;
    bool admit = x->stage == STAGE_ADMIT;
    if (admit)
        dispatch_admit(x);
    else
        dispatch(x);
    x->rq.db = NULL;
    json_decref(x->rq.labels); /* by the thread that made them: what one thread takes and another gives back is dear */
    x->rq.labels = NULL;
    if (x->fault && *db != NULL) { /* a broken connection is not kept */
        db_give(*db);
        *db = NULL;
    }
    x->stage = admit ? STAGE_ADMITTED : STAGE_ANSWER;
    MHD_resume_connection(x->mhd);
}

static void *work(void *arg)
{
    struct worker *me = arg;
    struct db *db = NULL;
    struct exchange *x;
    while ((x = pop(me)) != NULL)
        serve(me->queue->web, x, &db);
    db_give(db);
    return NULL;
}

struct err *lane_start(struct arena *a, struct queue *q, struct web *w, int threads, int most)
{
    *q = (struct queue){.web = w, .most = most};
    q->last = &q->first;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    q->base = cores > 0 && cores < threads ? (int)cores : threads;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->more, NULL);
    pthread_cond_init(&q->watch, &monotonic);
    pthread_condattr_destroy(&monotonic);
    q->workers = arena_array(a, struct worker, threads);
    for (int i = 0; i < threads; i++) {
        q->workers[i].queue = q;
        int failed = pthread_create(&q->workers[i].thread, NULL, work, &q->workers[i]);
        if (failed != 0)
            return ERR(a, ERR_FAULT, "a handler thread: %s", strerror(failed));
        pthread_mutex_lock(&q->lock);
        q->n_threads++;
        pthread_mutex_unlock(&q->lock);
    }
    return NULL;
}

bool lane_push(struct queue *q, struct exchange *x)
{
    pthread_mutex_lock(&q->lock);
    bool room = q->length < q->most;
    if (room) {
        x->next = NULL;
        *q->last = x;
        q->last = &x->next;
        q->length++;
    }
    bool wake = room && q->idle > 0 && (!q->watched || has_place(q, x->begun_us));
    pthread_mutex_unlock(&q->lock);
    if (wake)
        pthread_cond_signal(&q->more);
    return room;
}

int lane_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    int n = q->length;
    pthread_mutex_unlock(&q->lock);
    return n;
}

void lane_stop(struct queue *q)
{
    if (q->web == NULL)
        return;
    pthread_mutex_lock(&q->lock);
    q->stop = true;
    pthread_cond_broadcast(&q->more);
    pthread_cond_broadcast(&q->watch);
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < q->n_threads; i++)
        pthread_join(q->workers[i].thread, NULL);
    pthread_cond_destroy(&q->more);
    pthread_cond_destroy(&q->watch);
    pthread_mutex_destroy(&q->lock);
    q->web = NULL;
}
