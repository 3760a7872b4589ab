/* jobs_cases.h: jobs on any database; test_url() and clean() come from the including file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "jobs/jobs.h"
#include "record/test/agree.h"

static struct arena *a;
static struct db_pool *pool;
static struct db *db, *other;
static int runs;
static bool fails;

static struct err *count(struct db *with, struct arena *mine)
{
    (void)with;
    __atomic_add_fetch(&runs, 1, __ATOMIC_SEQ_CST);
    return fails ? ERR(mine, ERR_FAULT, "meant to fail") : NULL;
}
static const struct job one = {"test.count", 60, count};
static const struct job *const all[] = {&one, NULL};

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    AGREE_OK(record_init(a));
    AGREE_OK(db_pool_open(a, test_url(), true, &pool));
    AGREE_OK(db_take(pool, a, &db));
    clean(db, a);
    AGREE_OK(record_migrate(db, a, true));
    AGREE_OK(db_take(pool, a, &other));
    runs = 0;
    fails = false;
    clock_fix(1800000000000);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(other);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static int due(struct db *with)
{
    int ran;
    AGREE_OK(jobs_run_due(with, a, all, &ran));
    return ran;
}

static void a_job_comes_round(void **state)
{
    (void)state;
    assert_int_equal(due(db), 1);
    assert_int_equal(due(db), 0);
    assert_int_equal(due(other), 0);
    clock_fix(1800000059999);
    assert_int_equal(due(other), 0);
    clock_fix(1800000060000);
    assert_int_equal(due(other), 1);
    assert_int_equal(runs, 2);
}

static void a_failed_job_comes_round_too(void **state)
{
    (void)state;
    fails = true;
    assert_int_equal(due(db), 1);
    assert_int_equal(due(db), 0);
    clock_fix(1800000060000);
    fails = false;
    assert_int_equal(due(db), 1);
}

static void a_job_cut_off_is_run_again_after_its_lease(void **state)
{
    (void)state;
    assert_int_equal(due(db), 1);
    {
        db_scope struct db_tx tx = {0}; /* as a killed server leaves it */
        AGREE_OK(db_begin_write(db, a, &tx));
        AGREE_OK(db_run(&tx, "UPDATE job_state SET due = 0, lease = 1800000300000", NULL, 0, NULL));
        AGREE_OK(db_commit(&tx));
    }
    clock_fix(1800000299000);
    assert_int_equal(due(db), 0);
    clock_fix(1800000300000);
    assert_int_equal(due(db), 1);
}

static void a_clock_set_back_a_day_stops_no_job(void **state)
{
    (void)state;
    assert_int_equal(due(db), 1);
    clock_fix(1800000000000 - 86400000);
    assert_int_equal(due(db), 1);
    assert_int_equal(due(db), 0);
    clock_fix(1800000000000 - 86400000 + 60000);
    assert_int_equal(due(db), 1);
}

/* What waits for others has a thread of its own: the house goes on while it hangs. */
static pthread_mutex_t hang = PTHREAD_MUTEX_INITIALIZER;
static struct err *hangs(struct db *with, struct arena *mine)
{
    (void)with;
    (void)mine;
    pthread_mutex_lock(&hang);
    pthread_mutex_unlock(&hang);
    return NULL;
}
static const struct job other_side = {"test.hang", 60, hangs, .apart = true};
static const struct job *const both[] = {&other_side, &one, NULL};

static void a_job_that_hangs_apart_holds_up_nothing(void **state)
{
    (void)state;
    db_give(other);
    other = NULL;
    pthread_mutex_lock(&hang);
    struct jobs *j = jobs_start(pool, both);
    assert_non_null(j);
    while (__atomic_load_n(&runs, __ATOMIC_SEQ_CST) == 0)
        sched_yield();
    pthread_mutex_unlock(&hang);
    jobs_stop(j);
    AGREE_OK(db_take(pool, a, &other));
}

static void *race(void *with)
{
    int ran;
    arena_scope struct arena *mine = arena_new();
    struct err *e = jobs_run_due(with, mine, all, &ran);
    return e == NULL ? NULL : (void *)1;
}

static void two_servers_run_it_once(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        pthread_t t;
        void *bad;
        clock_fix(1800000000000 + i * 60000);
        assert_int_equal(pthread_create(&t, NULL, race, other), 0);
        assert_null(race(db));
        assert_int_equal(pthread_join(t, &bad), 0);
        assert_null(bad);
        assert_int_equal(runs, i + 1);
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {CASE(a_job_comes_round),
                                       CASE(a_failed_job_comes_round_too),
                                       CASE(a_job_cut_off_is_run_again_after_its_lease),
                                       CASE(two_servers_run_it_once),
                                       CASE(a_clock_set_back_a_day_stops_no_job),
                                       CASE(a_job_that_hangs_apart_holds_up_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
