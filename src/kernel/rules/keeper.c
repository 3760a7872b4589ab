/* keeper.c: a thread that keeps findings in line: when the sequence moved, when a rule or parameter changed (which
 * moves the sequence too), and when a new day began. Logs of reads move it as well and are passed over. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "rules/finding.h"

struct rules_keeper {
    struct rules *rules;
    struct db_pool *pool;
    int every_ms;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    int64_t seq; /* findings are in line with this place and day */
    struct date day;
};

static struct err *look(struct rules_keeper *k, struct db *db, struct arena *a, bool *worked)
{
    int64_t seq;
    bool stirred;
    struct date day = clock_today();
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(change_stirred(&tx, k->seq, &stirred, &seq));
    }
    if (!stirred && day.v == k->day.v) {
        k->seq = seq;
        return NULL;
    }
    struct rules_refreshed done;
    *worked = true;
    TRY(rules_refresh(k->rules, db, a, 0, 0, &done));
    TRY(rules_ahead_ready(k->rules, db, a));
    if (done.opened + done.renewed + done.ceased + done.withdrawn > 0)
        log_line(LOG_INFO, "findings: %lld opened, %lld renewed, %lld no longer so, %lld of rules no longer used",
                 (long long)done.opened, (long long)done.renewed, (long long)done.ceased, (long long)done.withdrawn);
    k->seq = seq; /* what it wrote itself is looked at once more, and found in line */
    k->day = day;
    return NULL;
}

static bool look_once(struct rules_keeper *k)
{
    bool worked = false;
    arena_scope struct arena *a = arena_new();
    struct db *db = NULL;
    struct err *e = db_take(k->pool, a, &db);
    if (e == NULL)
        e = look(k, db, a, &worked);
    db_give(db);
    if (e != NULL && e->kind != ERR_BUSY && e->kind != ERR_CONFLICT)
        log_err("keeping findings", e);
    return worked;
}

enum { NICE = 10 };

static void *run(void *arg)
{
    struct rules_keeper *k = arg;
    setpriority(PRIO_PROCESS, (id_t)gettid(),
                NICE); /* judging everybody takes seconds; who asks for a page goes first */
    pthread_mutex_lock(&k->lock);
    while (!k->stop) {
        pthread_mutex_unlock(&k->lock);
        if (look_once(k))
            malloc_trim(0); /* judging everybody takes memory for a moment only */
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += k->every_ms / 1000;
        until.tv_nsec += (long)(k->every_ms % 1000) * 1000000;
        if (until.tv_nsec >= 1000000000)
            until.tv_sec++, until.tv_nsec -= 1000000000;
        pthread_mutex_lock(&k->lock);
        while (!k->stop && pthread_cond_timedwait(&k->wake, &k->lock, &until) != ETIMEDOUT)
            ;
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

struct rules_keeper *rules_keeper_start(struct rules *r, struct db_pool *pool, int every_ms)
{
    struct rules_keeper *k = calloc(1, sizeof *k);
    if (k == NULL)
        abort();
    *k = (struct rules_keeper){.rules = r, .pool = pool, .every_ms = every_ms, .seq = -1};
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, NULL);
    if (pthread_create(&k->thread, NULL, run, k) != 0) {
        free(k);
        return NULL;
    }
    return k;
}

void rules_keeper_stop(struct rules_keeper *k)
{
    if (k == NULL)
        return;
    pthread_mutex_lock(&k->lock);
    k->stop = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    pthread_cond_destroy(&k->wake);
    pthread_mutex_destroy(&k->lock);
    free(k);
}
