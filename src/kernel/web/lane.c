/* lane.c: a bounded queue and the threads that serve it. A thread is woken only when one is idle, so under load no
 * request pays for a wake-up. */
#include <string.h>

#include "web/inner.h"

static struct exchange *pop(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->first == NULL && !q->stop) {
        q->idle++;
        pthread_cond_wait(&q->more, &q->lock);
        q->idle--;
    }
    struct exchange *x = q->first;
    if (x != NULL) {
        q->first = x->next;
        if (q->first == NULL)
            q->last = &q->first;
        q->length--;
    }
    pthread_mutex_unlock(&q->lock);
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
    if (x->fault && *db != NULL) { /* a broken connection is not kept */
        db_give(*db);
        *db = NULL;
    }
    x->stage = admit ? STAGE_ADMITTED : STAGE_ANSWER;
    MHD_resume_connection(x->mhd);
}

static void *work(void *arg)
{
    struct queue *q = arg;
    struct db *db = NULL;
    struct exchange *x;
    while ((x = pop(q)) != NULL)
        serve(q->web, x, &db);
    db_give(db);
    return NULL;
}

struct err *lane_start(struct arena *a, struct queue *q, struct web *w, int threads, int most)
{
    *q = (struct queue){.web = w, .most = most};
    q->last = &q->first;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->more, NULL);
    q->threads = arena_array(a, pthread_t, threads);
    for (; q->n_threads < threads; q->n_threads++) {
        int failed = pthread_create(&q->threads[q->n_threads], NULL, work, q);
        if (failed != 0)
            return ERR(a, ERR_FAULT, "a handler thread: %s", strerror(failed));
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
    bool wake = room && q->idle > 0;
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
    pthread_mutex_unlock(&q->lock);
    for (int i = 0; i < q->n_threads; i++)
        pthread_join(q->threads[i], NULL);
    pthread_cond_destroy(&q->more);
    pthread_mutex_destroy(&q->lock);
    q->web = NULL;
}
