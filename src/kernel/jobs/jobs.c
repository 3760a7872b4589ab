/* jobs.c: leases and the threads. */
#include "jobs/jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

enum { LEASE_MS = 600000, LOOK_SECONDS = 5 };

/* A due time further off than the job's period, or a lease longer than leases are (and a lease more, for clocks of two
 * servers), was written by a clock that has been set back since: it does not hold, or the job would stand still until
 * that time comes again. */
static int64_t latest_due(const struct job *j, int64_t now)
{
    return now + (int64_t)j->every_seconds * 1000 + LEASE_MS;
}

static int64_t latest_lease(int64_t now)
{
    return now + 2 * LEASE_MS;
}

/* Is the job due, and mine to run? The row is written in the same statement that asks, so one server alone gets it. */
static struct err *take(struct db *db, struct arena *a, const struct job *j, bool *mine)
{
    int64_t now = clock_now_ms(), changed = 0;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val fresh[] = {db_text(j->name)};
    TRY(db_run(&tx, "INSERT INTO job_state (name, due, lease) VALUES (?1, 0, 0) ON CONFLICT (name) DO NOTHING", fresh,
               1, NULL));
    struct db_val args[] = {db_int(now + LEASE_MS), db_text(j->name), db_int(now), db_int(latest_due(j, now)),
                            db_int(latest_lease(now))};
    TRY(db_run(&tx,
               "UPDATE job_state SET lease = ?1 WHERE name = ?2 AND (due <= ?3 OR due > ?4)"
               " AND (lease <= ?3 OR lease > ?5)",
               args, 5, &changed));
    *mine = changed == 1;
    return db_commit(&tx);
}

static struct err *give_back(struct db *db, struct arena *a, const struct job *j, const struct err *e)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    struct db_val args[] = {db_text(j->name), db_int(clock_now_ms() + (int64_t)j->every_seconds * 1000),
                            db_text(e == NULL ? NULL : e->detail)};
    TRY(db_run(&tx, "UPDATE job_state SET lease = 0, due = ?2, said = ?3 WHERE name = ?1", args, 3, NULL));
    return db_commit(&tx);
}

/* A look without writing first: most looks find nothing due. */
static struct err *due(struct db *db, struct arena *a, const struct job *j, bool *out)
{
    int64_t then, now = clock_now_ms();
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    struct db_val args[] = {db_text(j->name), db_int(now), db_int(latest_due(j, now)), db_int(latest_lease(now))};
    TRY(db_one_int(&tx,
                   "SELECT count(*) FROM job_state WHERE name = ?1"
                   " AND ((due > ?2 AND due <= ?3) OR (lease > ?2 AND lease <= ?4))",
                   args, 4, 0, &then));
    *out = then == 0;
    return NULL;
}

struct err *jobs_run_due(struct db *db, struct arena *a, const struct job *const *jobs, int *ran_out)
{
    *ran_out = 0;
    for (; *jobs != NULL; jobs++) {
        arena_scope struct arena *mine = arena_new();
        bool is_due = false, taken = false;
        struct err *e = due(db, mine, *jobs, &is_due);
        if (e == NULL && is_due)
            e = take(db, mine, *jobs, &taken);
        if (e == NULL && taken) {
            struct err *failed = (*jobs)->run(db, mine);
            if (failed != NULL)
                log_line(LOG_ERROR, "job %s: %s", (*jobs)->name, failed->detail);
            e = give_back(db, mine, *jobs, failed);
            ++*ran_out;
        }
        if (e != NULL)
            return err_keep(a, e);
    }
    return NULL;
}

/* One thread for the jobs of the house, one for those that wait for others. */
enum { HOUSE, APART, THREADS };
struct line {
    struct jobs *of;
    pthread_t thread;
    const struct job **jobs; /* ends with NULL; owned */
    bool runs;
};
struct jobs {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    struct db_pool *pool;
    struct line lines[THREADS];
};

static void look(struct jobs *j, const struct job *const *jobs)
{
    arena_scope struct arena *a = arena_new();
    struct db *db = NULL;
    int ran = 0;
    struct err *e = db_take(j->pool, a, &db);
    if (e == NULL)
        e = jobs_run_due(db, a, jobs, &ran);
    if (e != NULL)
        log_line(LOG_ERROR, "jobs: %s", e->detail);
    db_give(db);
}

static void *loop(void *arg)
{
    struct line *l = arg;
    struct jobs *j = l->of;
    pthread_mutex_lock(&j->lock);
    while (!j->stop) {
        pthread_mutex_unlock(&j->lock);
        look(j, l->jobs);
        pthread_mutex_lock(&j->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_SECONDS;
        if (!j->stop)
            pthread_cond_timedwait(&j->wake, &j->lock, &until);
    }
    pthread_mutex_unlock(&j->lock);
    return NULL;
}

/* Those of the jobs that belong to this line. False when there is no room for them. */
static bool share(struct line *l, const struct job *const *jobs, bool apart)
{
    size_t n = 0, all = 0;
    while (jobs[all] != NULL)
        all++;
    l->jobs = calloc(all + 1, sizeof *l->jobs);
    for (size_t i = 0; l->jobs != NULL && i < all; i++)
        if (jobs[i]->apart == apart)
            l->jobs[n++] = jobs[i];
    return l->jobs != NULL;
}

struct jobs *jobs_start(struct db_pool *pool, const struct job *const *jobs)
{
    struct jobs *j = calloc(1, sizeof *j);
    bool all = j != NULL;
    if (j == NULL)
        return NULL;
    j->pool = pool;
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->wake, NULL);
    for (int i = 0; i < THREADS && all; i++) {
        struct line *l = &j->lines[i];
        l->of = j;
        all = share(l, jobs, i == APART);
        l->runs = all && pthread_create(&l->thread, NULL, loop, l) == 0;
        all = l->runs;
    }
    if (all)
        return j;
    jobs_stop(j);
    return NULL;
}

void jobs_stop(struct jobs *j)
{
    if (j == NULL)
        return;
    pthread_mutex_lock(&j->lock);
    j->stop = true;
    pthread_cond_broadcast(&j->wake);
    pthread_mutex_unlock(&j->lock);
    for (int i = 0; i < THREADS; i++) {
        if (j->lines[i].runs)
            pthread_join(j->lines[i].thread, NULL);
        free(j->lines[i].jobs);
    }
    pthread_mutex_destroy(&j->lock);
    pthread_cond_destroy(&j->wake);
    free(j);
}
