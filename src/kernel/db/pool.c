/* pool.c: the connections of one database, and the queue of its writers. Idle connections are given out last in, first
 * out, so that few stay warm. Writers of one process are served in the order they came: SQLite's own lock is a race
 * that a busy writer wins. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/driver.h"

enum { IDLE_MOST = 64, WRITER_WAIT_S = 30 };

struct waiter {
    struct waiter *next;
    pthread_cond_t turn;
    bool mine;
};

static void leave_queue(struct writers *w, struct waiter *me)
{
    struct waiter **at = &w->first, *before = NULL;
    while (*at != me) {
        before = *at;
        at = &(*at)->next;
    }
    *at = me->next;
    if (w->last == me)
        w->last = before;
}

static struct err *wait_turn(struct writers *w, struct arena *a)
{
    struct waiter me = {0};
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&me.turn, &attr);
    pthread_condattr_destroy(&attr);
    if (w->last != NULL)
        w->last->next = &me;
    else
        w->first = &me; // cppcheck-suppress autoVariables ; it leaves the queue before this returns
    w->last = &me;      // cppcheck-suppress autoVariables
    w->waiting++;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WRITER_WAIT_S;
    int rc = 0;
    while (!me.mine && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&me.turn, &w->lock, &until);
    if (!me.mine)
        leave_queue(w, &me);
    w->waiting--;
    pthread_cond_destroy(&me.turn);
    if (me.mine)
        return NULL;
    return err_say(ERR(a, ERR_BUSY, "waited %d s for the writers before", WRITER_WAIT_S), "db.busy", NULL);
}

struct err *writers_enter(struct writers *w, struct arena *a)
{
    struct err *e = NULL;
    pthread_mutex_lock(&w->lock);
    if (w->held && pthread_equal(w->holder, pthread_self()))
        e = ERR(a, ERR_FAULT, "this thread already has a write transaction open on this database");
    else if (w->held)
        e = wait_turn(w, a);
    if (e == NULL) {
        w->held = true;
        w->holder = pthread_self();
    }
    pthread_mutex_unlock(&w->lock);
    return e;
}

void writers_leave(struct writers *w)
{
    pthread_mutex_lock(&w->lock);
    struct waiter *next = w->first;
    if (next != NULL) {
        w->first = next->next;
        if (w->first == NULL)
            w->last = NULL;
        /* The lock is handed over, still held: nobody who comes now slips in between. The holder is noted by whoever
         * wakes; until then no thread is it. */
        memset(&w->holder, 0, sizeof w->holder);
        next->mine = true;
        pthread_cond_signal(&next->turn);
    } else {
        w->held = false;
    }
    pthread_mutex_unlock(&w->lock);
}

static bool is_postgres(const char *url)
{
    return strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0;
}

static void pool_free(struct db_pool *p)
{
    while (p->idle != NULL) {
        struct db *db = p->idle;
        p->idle = db->next;
        p->driver->close(db);
    }
    if (p->keep != NULL)
        p->driver->close(p->keep);
    pthread_mutex_destroy(&p->lock);
    pthread_mutex_destroy(&p->writers.lock);
    free(p->url);
    free(p->shown);
    free(p->file);
    free(p);
}

/* The first connection tells whether the address is any good. */
static struct err *first_connection(struct db_pool *p, struct arena *a)
{
    TRY(p->kind == DB_SQLITE ? sqlite_pool(p, a) : postgres_pool(p, a));
    struct db *db;
    TRY(p->driver->connect(p, a, &db));
    p->idle = db;
    p->n_idle = 1;
    if (p->memory)
        TRY(p->driver->connect(p, a, &p->keep));
    return NULL;
}

struct err *db_pool_connect(struct arena *a, const char *url, bool create, struct db_pool **out)
{
    struct db_pool *p = db_get(sizeof *p);
    p->kind = is_postgres(url) ? DB_POSTGRES : DB_SQLITE;
    p->driver = p->kind == DB_SQLITE ? &sqlite_driver : &postgres_driver;
    p->url = db_copy(url);
    p->create = create;
    pthread_mutex_init(&p->lock, NULL);
    pthread_mutex_init(&p->writers.lock, NULL);
    struct err *e = first_connection(p, a);
    if (e != NULL) {
        pool_free(p);
        return e;
    }
    *out = p;
    return NULL;
}

void db_pool_close(struct db_pool *p)
{
    if (p == NULL)
        return;
    assert(p->taken == 0);
    pool_free(p);
}

enum db_kind db_pool_kind(const struct db_pool *p)
{
    return p->kind;
}

const char *db_pool_url(const struct db_pool *p)
{
    return p->shown;
}

struct err *db_pool_take(struct db_pool *p, struct arena *a, struct db **out)
{
    pthread_mutex_lock(&p->lock);
    struct db *db = p->idle;
    if (db != NULL) {
        p->idle = db->next;
        p->n_idle--;
    }
    p->taken++;
    pthread_mutex_unlock(&p->lock);
    struct err *e = db == NULL ? p->driver->connect(p, a, &db) : NULL;
    if (e != NULL) {
        pthread_mutex_lock(&p->lock);
        p->taken--;
        pthread_mutex_unlock(&p->lock);
        return e;
    }
    db->next = NULL;
    *out = db;
    return NULL;
}

void db_give(struct db *db)
{
    if (db == NULL)
        return;
    struct db_pool *p = db->pool;
    assert(!db->in_tx && db->open_rows == 0);
    db->driver->idle(db);
    pthread_mutex_lock(&p->lock);
    p->taken--;
    bool keep = p->n_idle < IDLE_MOST;
    if (keep) {
        db->next = p->idle;
        p->idle = db;
        p->n_idle++;
    }
    pthread_mutex_unlock(&p->lock);
    if (!keep)
        p->driver->close(db);
}

enum db_kind db_kind(const struct db *db)
{
    return db->pool->kind;
}

struct db_pool *db_pool_of(const struct db *db)
{
    return db->pool;
}
