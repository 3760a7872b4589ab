/* stress_cases.h: what both engines must bear: many rows in flat memory, statements inside statements, every call
 * failing once, readers beside a writer. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>

#include "db/test/try.h"

#define COUNT_TO                                                                    \
    "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ?1) " \
    "SELECT n, 'some text that makes the row longer ' || n AS name FROM g"

/* Kilobytes this process holds. */
static long resident(void)
{
    long pages = 0, all = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld", &all, &pages), 2);
    fclose(f);
    return pages * 4;
}

/* Reads a million rows; with a further query at the first one if asked. Returns by how many kB memory grew at most. */
static long read_a_million(struct db *db, struct arena *a, bool nested)
{
    enum { N = 1000000 };
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows r = {0};
    struct db_val v = db_int(N);
    OK(db_query(&tx, COUNT_TO, &v, 1, &r));
    long before = resident(), most = before;
    int64_t sum = 0, rows = 0;
    for (bool more;;) {
        OK(db_next(&r, &more));
        if (!more)
            break;
        sum += db_col_int(&r, 0);
        if (rows++ == 0 && nested) {
            int64_t one_more;
            OK(db_one_int(&tx, "SELECT 41 + 1", NULL, 0, -1, &one_more));
            assert_int_equal(db_col_int(&r, 0), 1); /* the row being looked at stays */
            assert_string_equal(db_col_name(&r, 1), "name");
        }
        if (rows % 50000 == 0) {
            char want[64];
            snprintf(want, sizeof want, "some text that makes the row longer %lld", (long long)rows);
            assert_string_equal(db_col_text(&r, 1), want);
            long now = resident();
            most = now > most ? now : most;
        }
    }
    assert_true(sum == (int64_t)N * (N + 1) / 2);
    return most - before;
}

/* AddressSanitizer keeps what was freed for a while. */
#ifdef __SANITIZE_ADDRESS__
enum { FLAT_KB = 600 * 1024 };
#else
enum { FLAT_KB = 24 * 1024 };
#endif

static void a_million_rows_stream_in_flat_memory(void **state)
{
    (void)state;
    struct opened o = opened(NULL);
    for (int nested = 0; nested <= 1; nested++) {
        long grew = read_a_million(o.db, o.a, nested);
        if (grew > FLAT_KB)
            fail_msg("%ld kB more", grew);
    }
    closed(&o);
}

static void statements_run_inside_statements(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY, up BIGINT, n BIGINT)");
    script(o.db, o.a,
           "INSERT INTO t WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 300)"
           " SELECT n, n / 2, 0 FROM g");
    static const char below[] = "SELECT id FROM t WHERE up = ?1 ORDER BY id";
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        db_rows_scope struct db_rows outer = {0};
        int seen = 0;
        bool more;
        OK(db_query(&tx, "SELECT id FROM t ORDER BY id", NULL, 0, &outer));
        OK(db_next(&outer, &more));
        for (; more; seen++) {
            struct db_val up = db_int(db_col_int(&outer, 0));
            db_rows_scope struct db_rows r = {0}, again = {0};
            OK(db_query(&tx, below, &up, 1, &r));
            OK(db_next(&r, &more));
            if (more) {
                struct db_val first = db_int(db_col_int(&r, 0));
                assert_int_equal(first.i, up.i * 2);
                OK(db_query(&tx, below, &first, 1, &again)); /* the same statement, still open above */
                OK(db_next(&again, &more));
                if (more)
                    assert_int_equal(db_col_int(&again, 0), first.i * 2);
                OK(db_run(&tx, "UPDATE t SET n = n + 1 WHERE id = ?1", &first, 1, NULL));
                OK(db_next(&r, &more));
                if (more)
                    assert_int_equal(db_col_int(&r, 0), first.i + 1);
            }
            OK(db_next(&outer, &more));
        }
        assert_int_equal(seen, 300);
        OK(db_commit(&tx));
    }
    assert_int_equal(one(o.db, o.a, "SELECT sum(n) FROM t"), 150);
    closed(&o);
}

static void rows_left_unread_do_no_harm(void **state)
{
    (void)state;
    struct opened o = opened(NULL);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(o.db, o.a, &tx));
    for (int i = 0; i < 3; i++) {
        db_rows_scope struct db_rows r = {0};
        struct db_val v = db_int(20000);
        bool more;
        int64_t n;
        OK(db_query(&tx, COUNT_TO, &v, 1, &r));
        OK(db_next(&r, &more));
        if (i == 1) /* and spooled ones */
            OK(db_one_int(&tx, "SELECT 1", NULL, 0, -1, &n));
        OK(db_next(&r, &more));
        assert_int_equal(db_col_int(&r, 0), 2);
        if (i == 2)
            db_end(&tx); /* the end comes first */
    }
    OK(db_begin_read(o.db, o.a, &tx));
    db_end(&tx);
    closed(&o);
}

/* On PostgreSQL rows still on their way go to a temporary file when another call comes in between. */
static void rows_that_find_no_place_to_wait_are_told_and_the_connection_goes_on(void **state)
{
    (void)state;
    struct opened o = opened(NULL);
    const char *before = getenv("TMPDIR");
    setenv("TMPDIR", "/nonexistent", 1);
    struct err *e;
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows r = {0};
        struct db_val v = db_int(600000);
        bool more;
        int64_t n;
        OK(db_begin_read(o.db, o.a, &tx));
        OK(db_query(&tx, COUNT_TO, &v, 1, &r));
        OK(db_next(&r, &more));
        e = db_one_int(&tx, "SELECT 1", NULL, 0, -1, &n);
    }
    if (before != NULL)
        setenv("TMPDIR", before, 1);
    else
        unsetenv("TMPDIR");
    assert_true((e != NULL) == (db_kind(o.db) == DB_POSTGRES));
    if (e != NULL)
        assert_string_equal(e->say, "base.disk_refuses");
    assert_int_equal(one(o.db, o.a, "SELECT 7"), 7);
    closed(&o);
}

/* Every kind of call once. Returns the first failure. */
static struct err *use_all(struct db_pool *p, struct arena *a)
{
    struct db *db = NULL;
    TRY(db_take(p, a, &db));
    struct err *e = NULL;
    db_scope struct db_tx tx = {0};
    if ((e = db_begin_write(db, a, &tx)) == NULL) {
        db_rows_scope struct db_rows r = {0};
        const char *const *names;
        int n;
        int64_t i;
        bool yes;
        struct db_val v = db_int(1);
        if ((e = db_script(&tx, "CREATE TABLE u (id BIGINT)")) == NULL &&
            (e = db_run(&tx, "INSERT INTO t (id) VALUES (?1)", &v, 1, NULL)) == NULL &&
            (e = db_query(&tx, "SELECT id FROM t", NULL, 0, &r)) == NULL && (e = db_next(&r, &yes)) == NULL &&
            (e = db_next(&r, &yes)) == NULL &&
            (e = db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, -1, &i)) == NULL &&
            (e = db_table_columns(&tx, "t", &names, &n)) == NULL && (e = db_has_index(&tx, "t", &yes)) == NULL) {
            db_rows_end(&r);
            if ((e = db_pipeline_begin(&tx)) == NULL &&
                (e = db_run(&tx, "INSERT INTO u (id) VALUES (?1)", &v, 1, NULL)) == NULL &&
                (e = db_pipeline_end(&tx)) == NULL)
                e = db_commit(&tx);
        }
    }
    db_end(&tx);
    db_give(db);
    return e;
}

static void every_failing_call_leaves_nothing_open(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    int64_t before = db_calls(), calls = 0;
    int k = 0;
    for (struct err *e;; k++) {
        arena_scope struct arena *a = arena_new();
        db_fail_at(k);
        int64_t from = db_calls();
        e = use_all(o.pool, a);
        calls = db_calls() - from;
        db_fail_at(-1);
        bool there = one(o.db, o.a, "SELECT count(*) FROM t") == 1;
        assert_true(there == (e == NULL));
        if (e == NULL)
            break;
        assert_string_equal(e->detail, "injected");
        assert_int_equal(calls, k + 1);
    }
    assert_int_equal(k, 14);
    assert_int_equal(calls, 14);
    assert_true(db_calls() > before);
    db_fail_at(0);
    struct db_pool *p;
    REFUSED(db_pool_open(o.a, ":memory:", true, &p), ERR_FAULT);
    closed(&o);
}

struct crowd {
    struct db_pool *pool;
    atomic_bool done;
    atomic_int read;
};

/* Each commit adds a row and its number to the total: whoever reads sees both or neither. */
static void *watch(void *p)
{
    struct crowd *c = p;
    struct arena *a = arena_new();
    struct db *db;
    OK(db_take(c->pool, a, &db));
    int64_t last = 0;
    do {
        db_scope struct db_tx tx = {0};
        int64_t n, sum, total;
        OK(db_begin_read(db, a, &tx));
        OK(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, 0, &n));
        OK(db_one_int(&tx, "SELECT sum(id) FROM t", NULL, 0, 0, &sum));
        OK(db_one_int(&tx, "SELECT total FROM s", NULL, 0, 0, &total));
        assert_true(total == sum && sum == n * (n + 1) / 2 && n >= last);
        last = n;
        atomic_fetch_add(&c->read, 1);
    } while (!atomic_load(&c->done));
    db_give(db);
    arena_free(a);
    return NULL;
}

static void readers_beside_a_writer_see_whole_commits(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY); CREATE TABLE s (total BIGINT);"
                             "INSERT INTO s VALUES (0)");
    struct crowd c = {.pool = o.pool};
    pthread_t reader[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&reader[i], NULL, watch, &c), 0);
    for (int i = 1; i <= 300; i++) {
        db_scope struct db_tx tx = {0};
        struct db_val v = db_int(i);
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_run(&tx, "INSERT INTO t (id) VALUES (?1)", &v, 1, NULL));
        OK(db_run(&tx, "UPDATE s SET total = total + ?1", &v, 1, NULL));
        OK(db_commit(&tx));
    }
    atomic_store(&c.done, true);
    for (int i = 0; i < 4; i++)
        pthread_join(reader[i], NULL);
    assert_true(atomic_load(&c.read) >= 4);
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 300);
    closed(&o);
}

#define STRESS_CASES                                                                                            \
    cmocka_unit_test(a_million_rows_stream_in_flat_memory), cmocka_unit_test(statements_run_inside_statements), \
        cmocka_unit_test(rows_left_unread_do_no_harm),                                                          \
        cmocka_unit_test(rows_that_find_no_place_to_wait_are_told_and_the_connection_goes_on),                  \
        cmocka_unit_test(every_failing_call_leaves_nothing_open),                                               \
        cmocka_unit_test(readers_beside_a_writer_see_whole_commits)
