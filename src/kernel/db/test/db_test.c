/* db_test.c: the SQLite driver: what both engines share, and what is its own: files, the writers' queue, a full disk.
 */
#include "db/test/sqlite_pool.h"
#include "db/test/db_cases.h"
#include "db/test/stress_cases.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/driver.h"

static char dir[] = "/tmp/qf-db.XXXXXX";

static const char *at(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", dir, name);
}

static void what_was_committed_is_in_the_file(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *path = at(a, "kept.db");
    for (int i = 1; i <= 2; i++) {
        struct db_pool *p;
        struct db *db;
        OK(db_pool_open(a, path, i == 1, &p));
        assert_string_equal(db_pool_url(p), path);
        assert_int_equal(db_pool_kind(p), DB_SQLITE);
        OK(db_take(p, a, &db));
        assert_ptr_equal(db_pool_of(db), p);
        script(db, a, i == 1 ? "CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (1)" : "INSERT INTO t VALUES (2)");
        assert_int_equal(one(db, a, "SELECT count(*) FROM t"), i);
        assert_int_equal(one(db, a, "PRAGMA synchronous"), 2);
        db_give(db);
        db_pool_close(p);
        assert_int_equal(access(at(a, "kept.db-wal"), F_OK), -1); /* all is in the file itself */
    }
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_wrong_address_is_told_apart(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int fd = open(at(a, "text.db"), O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd,
                           "this is no database, but long enough to look at: "
                           "............................................................................",
                           120),
                     120);
    close(fd);
    struct {
        const char *url, *say;
        bool create;
        enum err_kind kind;
    } wrong[] = {{at(a, "none.db"), "db.no_file", false, ERR_MISSING},
                 {dir, "db.not_a_database", true, ERR_INVALID},
                 {at(a, "text.db"), "db.not_a_database", true, ERR_INVALID},
                 {at(a, "none/none.db"), "db.cannot_open", true, ERR_FAULT},
                 {"mysql://root:secret@host/base", "db.bad_url", true, ERR_INVALID},
                 {"file:x.db?vfs=unix", "db.bad_url", true, ERR_INVALID},
                 {"", "db.bad_url", true, ERR_INVALID}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct db_pool *p;
        struct err *e = db_pool_open(a, wrong[i].url, wrong[i].create, &p);
        assert_non_null(e);
        assert_int_equal(e->kind, wrong[i].kind);
        assert_string_equal(e->say, wrong[i].say);
        assert_null(strstr(e->detail, "secret"));
        for (int n = 0; n < ERR_ARGS && e->args[n].name != NULL; n++)
            assert_null(strstr(e->args[n].value, "secret"));
    }
    assert_int_equal(access(at(a, "none.db"), F_OK), -1);
}

static void a_full_disk_saves_nothing_and_says_so(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO t VALUES (0, 'kept')");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_script(&tx, "PRAGMA max_page_count = 40"));
        char text[1000];
        memset(text, 'x', sizeof text);
        struct err *e = NULL;
        for (int i = 1; i < 1000 && e == NULL; i++) {
            struct db_val v[] = {db_int(i), db_textn(text, sizeof text)};
            e = db_run(&tx, "INSERT INTO t (id, text) VALUES (?1, ?2)", v, 2, NULL);
        }
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_LIMIT);
        assert_string_equal(e->say, "db.disk_full");
        REFUSED(db_commit(&tx), ERR_FAULT);
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 1);
    script(o.db, o.a, "PRAGMA max_page_count = 4000; INSERT INTO t VALUES (1, 'again')");
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 2);
    closed(&o);
}

/* SQLite writes a journal that outgrew SQLITE_CONFIG_STMTJRNL_SPILL to its file in one piece, and its file layer writes
 * less than 128 KiB at a time: with a spill of 4 MiB these pages ended as "disk full". */
static void many_pages_changed_since_a_savepoint_are_no_full_disk(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct db_pool *p;
    struct db *db;
    OK(db_pool_open(a, at(a, "pages.db"), true, &p));
    OK(db_take(p, a, &db));
    script(db, a,
           "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)"
           " INSERT INTO t SELECT i, hex(zeroblob(1800)) FROM n");
    script(db, a, "SAVEPOINT s; UPDATE t SET text = text || 'gone'; ROLLBACK TO s; UPDATE t SET text = text || 'new'");
    assert_int_equal(one(db, a, "SELECT count(*) FROM t WHERE length(text) = 3603"), 1100);
    db_give(db);
    db_pool_close(p);
}

/* Who waits in the pool's queue. */
static int waiting(struct db_pool *p)
{
    pthread_mutex_lock(&p->writers.lock);
    int n = p->writers.waiting;
    pthread_mutex_unlock(&p->writers.lock);
    return n;
}

struct writer {
    struct db_pool *pool;
    pthread_t thread;
    int number;
    atomic_int *served;
    int order;
};

static void *write_once(void *p)
{
    struct writer *w = p;
    struct arena *a = arena_new();
    struct db *db;
    OK(db_take(w->pool, a, &db));
    {
        db_scope struct db_tx tx = {0};
        struct db_val v = db_int(w->number);
        OK(db_begin_write(db, a, &tx));
        w->order = atomic_fetch_add(w->served, 1);
        OK(db_run(&tx, "INSERT INTO t (id) VALUES (?1)", &v, 1, NULL));
        if (w->number % 3 != 0) /* some give up */
            OK(db_commit(&tx));
    }
    db_give(db);
    arena_free(a);
    return NULL;
}

static void writers_are_served_in_the_order_they_came(void **state)
{
    (void)state;
    enum { N = 12 };
    struct opened o = opened("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    struct writer w[N];
    atomic_int served = 0;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        for (int i = 0; i < N; i++) {
            w[i] = (struct writer){.pool = o.pool, .number = i, .served = &served};
            assert_int_equal(pthread_create(&w[i].thread, NULL, write_once, &w[i]), 0);
            while (waiting(o.pool) != i + 1)
                usleep(200);
        }
        assert_int_equal(atomic_load(&served), 0);
        OK(db_commit(&tx));
    }
    for (int i = 0; i < N; i++)
        pthread_join(w[i].thread, NULL);
    for (int i = 0; i < N; i++)
        assert_int_equal(w[i].order, i);
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 8);
    closed(&o);
}

static void a_second_write_by_the_same_thread_is_refused_at_once(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    struct db *other;
    OK(db_take(o.pool, o.a, &other));
    for (int i = 0; i < 2; i++) {
        db_scope struct db_tx tx = {0}, second = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        REFUSED(db_begin_write(other, o.a, &second), ERR_FAULT);
    }
    db_give(other);
    closed(&o);
}

struct race {
    const char *path;
    int n;
};

static void *add_many(void *p)
{
    struct race *r = p;
    struct arena *a = arena_new();
    struct db_pool *pool;
    struct db *db;
    OK(db_pool_open(a, r->path, false, &pool));
    OK(db_take(pool, a, &db));
    for (int i = 0; i < r->n; i++)
        script(db, a, "UPDATE t SET n = n + 1");
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return NULL;
}

/* As two programs on one file: each has a queue of its own and SQLite's lock between them. */
static void two_pools_on_one_file_wait_for_each_other(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct db_pool *p;
    struct db *db;
    OK(db_pool_open(a, at(a, "race.db"), true, &p));
    OK(db_take(p, a, &db));
    script(db, a, "CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (0)");
    struct race r = {at(a, "race.db"), 50};
    pthread_t t[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&t[i], NULL, add_many, &r), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    assert_int_equal(one(db, a, "SELECT n FROM t"), 100);
    db_give(db);
    db_pool_close(p);
}

static void memory_databases_are_apart_and_end_with_their_pool(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (1)"), p = opened(NULL);
    struct db *more[3];
    for (int i = 0; i < 3; i++) {
        OK(db_take(o.pool, o.a, &more[i]));
        assert_int_equal(one(more[i], o.a, "SELECT count(*) FROM t"), 1);
    }
    for (int i = 0; i < 3; i++)
        db_give(more[i]);
    assert_int_equal(one(p.db, p.a, "SELECT count(*) FROM sqlite_master"), 0);
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    closed(&p);
    closed(&o);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) == NULL;
}

static int drop_dir(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_CASES,
        STRESS_CASES,
        cmocka_unit_test(what_was_committed_is_in_the_file),
        cmocka_unit_test(a_wrong_address_is_told_apart),
        cmocka_unit_test(a_full_disk_saves_nothing_and_says_so),
        cmocka_unit_test(many_pages_changed_since_a_savepoint_are_no_full_disk),
        cmocka_unit_test(writers_are_served_in_the_order_they_came),
        cmocka_unit_test(a_second_write_by_the_same_thread_is_refused_at_once),
        cmocka_unit_test(two_pools_on_one_file_wait_for_each_other),
        cmocka_unit_test(memory_databases_are_apart_and_end_with_their_pool),
    };
    return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
