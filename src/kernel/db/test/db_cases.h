/* db_cases.h: what both engines must do alike. db_test.c and db_pg_test.c include it. */
#include "db/test/try.h"

static void committed_rows_come_back_with_their_types(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct db_pool *p = fresh_pool(a);
    struct db *db;
    OK(db_take(p, a, &db));
    script(db, a, "CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, n BIGINT, b " BLOB_TYPE ")");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(db, a, &tx));
        int64_t changed;
        struct db_val v[] = {db_int(1), db_textn("\xe6\xb8\x85\xe9\xa3\x8e--", 6), db_int(INT64_MIN),
                             db_blob("\0\xff\\x", 4)};
        OK(db_run(&tx, "INSERT INTO t (id, name, n, b) VALUES (?1, ?2, ?3, ?4)", v, 4, &changed));
        assert_int_equal(changed, 1);
        struct db_val w[] = {db_int(2), db_text(NULL), db_null(), db_blob(NULL, 0)};
        OK(db_run(&tx, "INSERT INTO t (id, name, n, b) VALUES (?1, ?2, ?3, ?4)", w, 4, &changed));
        OK(db_commit(&tx));
    }
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows r = {0};
    OK(db_query(&tx, "SELECT id, name, n, b FROM t ORDER BY id", NULL, 0, &r));
    bool more;
    OK(db_next(&r, &more));
    assert_true(more);
    assert_int_equal(db_cols(&r), 4);
    assert_string_equal(db_col_name(&r, 1), "name");
    assert_string_equal(db_col_text(&r, 1), "\xe6\xb8\x85\xe9\xa3\x8e");
    assert_int_equal(db_col_bytes(&r, 1), 6);
    assert_true(db_col_int(&r, 2) == INT64_MIN);
    size_t n;
    const void *b = db_col_blob(&r, 3, &n);
    assert_int_equal(n, 4);
    assert_memory_equal(b, "\0\xff\\x", 4);
    OK(db_next(&r, &more));
    assert_true(more);
    assert_true(db_col_null(&r, 1));
    assert_null(db_col_text(&r, 1));
    assert_int_equal(db_col_int(&r, 2), 0);
    assert_null(db_col_blob(&r, 3, &n));
    OK(db_next(&r, &more));
    assert_false(more);
    db_rows_end(&r);
    db_end(&tx);
    db_give(db);
    db_pool_close(p);
}

static void what_is_not_committed_is_undone(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct db_pool *p = fresh_pool(a);
    struct db *db;
    OK(db_take(p, a, &db));
    script(db, a, "CREATE TABLE t (id BIGINT PRIMARY KEY)");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(db, a, &tx));
        OK(db_run(&tx, "INSERT INTO t (id) VALUES (1)", NULL, 0, NULL));
    }
    assert_int_equal(one(db, a, "SELECT count(*) FROM t"), 0);
    script(db, a, "INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (2)");
    assert_int_equal(one(db, a, "SELECT count(*) FROM t"), 2);
    db_give(db);
    db_pool_close(p);
}
