/* jobs.h: work that comes round: two threads of the server look after all jobs of the modules. Several servers on one
 * database share them: a job is run by who holds its lease, and is due again for all of them. A job that was cut off is
 * run again when its lease has run out, so what it does must be whole in chunks and harmless to repeat. */
#ifndef QF_JOBS_JOBS_H
#define QF_JOBS_JOBS_H

#include "db/db.h"

struct job {
    const char *name;
    int every_seconds;
    struct err *(*run)(struct db *db, struct arena *a);
    bool apart; /* waits for others than the database: has a thread with its like, so that nothing else waits */
};

/* Runs whatever is due now, once; how many ran. A job's own failure is logged and noted, not given back. */
struct err *jobs_run_due(struct db *db, struct arena *a, const struct job *const *jobs, int *ran_out) MUST_USE;

/* Threads that do so until stopped. jobs ends with NULL. NULL when one could not be started. */
struct jobs;
struct jobs *jobs_start(struct db_pool *pool, const struct job *const *jobs);
void jobs_stop(struct jobs *j); /* takes NULL; waits for the job under way */

#endif
