/* db_pg_test.c: the PostgreSQL driver against the server QF_PG_URL names (make unit-pg starts one): what both engines
 * share, and what is its own: addresses, lost connections, the meaning of SQLSTATEs. */
#include "db/test/pg_pool.h"
#include "db/test/db_cases.h"
#include "db/test/stress_cases.h"

/* Ends the server's side of db's connection. */
static void cut_off(struct opened *o, struct db *other)
{
    int64_t pid = one(o->db, o->a, "SELECT pg_backend_pid()");
    db_scope struct db_tx tx = {0};
    struct db_val v = db_int(pid);
    int64_t n;
    OK(db_begin_read(other, o->a, &tx));
    OK(db_one_int(&tx, "SELECT count(*) FROM pg_stat_activity WHERE pid = ?1 AND pg_terminate_backend(?1, 5000)", &v, 1,
                  0, &n));
    assert_int_equal(n, 1);
}

static void a_connection_lost_while_idle_is_made_anew(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT); INSERT INTO t VALUES (1)");
    struct db *other;
    OK(db_take(o.pool, o.a, &other));
    for (int i = 0; i < 3; i++) {
        cut_off(&o, other);
        assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 1);
    }
    db_give(other);
    closed(&o);
}

static void a_connection_lost_in_between_undoes_the_transaction(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT)");
    struct db *other;
    OK(db_take(o.pool, o.a, &other));
    for (int i = 0; i < 4; i++) {
        int64_t pid = one(o.db, o.a, "SELECT pg_backend_pid()"), n;
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_run(&tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL));
        {
            db_scope struct db_tx kill = {0};
            struct db_val v = db_int(pid);
            OK(db_begin_read(other, o.a, &kill));
            OK(db_one_int(&kill, "SELECT pg_terminate_backend(?1, 5000)", &v, 1, 0, &n));
        }
        struct err *e;
        if (i == 0) {
            REFUSED(db_run(&tx, "INSERT INTO t VALUES (2)", NULL, 0, NULL), ERR_BUSY);
        } else if (i == 1) {
            REFUSED(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, 0, &n), ERR_BUSY);
        } else if (i == 2) {
            OK(db_pipeline_begin(&tx));
            e = db_run(&tx, "INSERT INTO t VALUES (2)", NULL, 0, NULL);
            if (e == NULL)
                e = db_pipeline_end(&tx);
            assert_non_null(e);
            assert_int_equal(e->kind, ERR_BUSY);
        } else {
            e = db_commit(&tx); /* whether it was done cannot be known here */
            assert_non_null(e);
            assert_int_equal(e->kind, ERR_FAULT);
            assert_string_equal(e->say, "db.commit_unknown");
        }
        db_end(&tx);
        assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 0);
    }
    db_give(other);
    closed(&o);
}

static void sqlstates_have_their_kinds(void **state)
{
    (void)state;
    struct opened o = opened(NULL);
    struct {
        const char *state, *say;
        enum err_kind kind;
    } known[] = {{"23505", NULL, ERR_CONFLICT},        {"40001", NULL, ERR_CONFLICT},  {"40P01", NULL, ERR_CONFLICT},
                 {"53100", "db.disk_full", ERR_LIMIT}, {"53200", "db.busy", ERR_BUSY}, {"55P03", "db.busy", ERR_BUSY},
                 {"57P03", "db.busy", ERR_BUSY},       {"08006", "db.busy", ERR_BUSY}, {"57014", "db.busy", ERR_BUSY},
                 {"22021", NULL, ERR_INVALID},         {"23502", NULL, ERR_FAULT},     {"42P01", NULL, ERR_FAULT}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        const char *sql = arena_printf(o.a,
                                       "DO $$ BEGIN RAISE EXCEPTION 'as told' USING ERRCODE = '%s',"
                                       " DETAIL = 'Key (name)=(secret)'; END $$",
                                       known[i].state);
        struct err *e = db_script(&tx, sql);
        assert_non_null(e);
        assert_int_equal(e->kind, known[i].kind);
        assert_true((e->say == NULL) == (known[i].say == NULL));
        if (e->say != NULL)
            assert_string_equal(e->say, known[i].say);
        assert_non_null(strstr(e->detail, "as told"));
    }
    closed(&o);
}

static void values_of_rows_stay_out_of_errors(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT, name TEXT UNIQUE); INSERT INTO t VALUES (1, 'secret')");
    {
        db_scope struct db_tx tx = {0};
        struct db_val v = db_text("secret");
        OK(db_begin_write(o.db, o.a, &tx));
        struct err *e = db_run(&tx, "INSERT INTO t VALUES (2, ?1)", &v, 1, NULL);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_CONFLICT);
        assert_null(strstr(e->detail, "secret"));
    }
    closed(&o);
}

static void a_wrong_address_is_told_apart_and_hides_the_password(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *url = getenv("QF_PG_URL");
    assert_non_null(url);
    const char *host = strstr(url, "host=");
    assert_non_null(host);
    struct {
        const char *url, *say;
        enum err_kind kind;
    } wrong[] = {
        {"postgresql://me:secret@127.0.0.1:1/base", "db.no_server", ERR_BUSY},
        {"postgresql://me:secret@/base?host=/nowhere", "db.no_server", ERR_BUSY},
        {arena_printf(a, "postgresql://postgres:secret@/no_such_base?%s", host), "db.no_database", ERR_MISSING},
        {arena_printf(a, "postgresql://nobody:secret@/qf?%s", host), "db.refused", ERR_FAULT},
        {"postgresql://me:secret@[host/base", "db.bad_url", ERR_INVALID},
        {"postgresql://me:secret@host/base?nonsense=1", "db.bad_url", ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct db_pool *p;
        struct err *e = db_pool_open(a, wrong[i].url, false, &p);
        assert_non_null(e);
        if (e->kind != wrong[i].kind || strcmp(e->say, wrong[i].say) != 0)
            fail_msg("%s: %s %s %s", wrong[i].url, err_kind_name(e->kind), e->say, e->detail);
        assert_null(strstr(e->detail, "secret"));
        for (int n = 0; n < ERR_ARGS && e->args[n].name != NULL; n++)
            assert_null(strstr(e->args[n].value, "secret"));
    }
    struct db_pool *p;
    OK(db_pool_open(a, arena_printf(a, "postgresql://postgres:secret@/qf?%s&password=secret", host), false, &p));
    assert_int_equal(db_pool_kind(p), DB_POSTGRES);
    assert_string_equal(db_pool_url(p), arena_printf(a, "postgresql://postgres@/qf?%s", host));
    db_pool_close(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DB_CASES,
        STRESS_CASES,
        cmocka_unit_test(a_connection_lost_while_idle_is_made_anew),
        cmocka_unit_test(a_connection_lost_in_between_undoes_the_transaction),
        cmocka_unit_test(sqlstates_have_their_kinds),
        cmocka_unit_test(values_of_rows_stay_out_of_errors),
        cmocka_unit_test(a_wrong_address_is_told_apart_and_hides_the_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
