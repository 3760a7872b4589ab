/* db_cases.h: what both engines must do alike: values, transactions, statements. */
#include "db/test/try.h"

static void committed_rows_come_back_with_their_types(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT, n BIGINT, b " BLOB_TYPE ")");
    static const char insert[] = "INSERT INTO t (id, name, n, b) VALUES (?1, ?2, ?3, ?4)";
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        int64_t changed;
        struct db_val v[] = {db_int(1), db_textn("清风--", 6), db_int(INT64_MIN), db_blob("\0\xff\\x", 4)};
        OK(db_run(&tx, insert, v, 4, &changed));
        assert_int_equal(changed, 1);
        struct db_val w[] = {db_int(2), db_text(NULL), db_null(), db_blob(NULL, 0)};
        OK(db_run(&tx, insert, w, 4, NULL));
        struct db_val x[] = {db_int(3), db_text(""), db_int(INT64_MAX), db_blob("", 0)};
        OK(db_run(&tx, insert, x, 4, NULL));
        OK(db_run(&tx, "UPDATE t SET n = n WHERE id > 1", NULL, 0, &changed));
        assert_int_equal(changed, 2);
        OK(db_commit(&tx));
    }
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        db_rows_scope struct db_rows r = {0};
        OK(db_query(&tx, "SELECT id, name, n, b, n IS NULL AS none FROM t ORDER BY id", NULL, 0, &r));
        assert_int_equal(db_cols(&r), 5);
        assert_string_equal(db_col_name(&r, 1), "name");
        bool more;
        OK(db_next(&r, &more));
        assert_true(more);
        assert_string_equal(db_col_text(&r, 1), "清风");
        assert_int_equal(db_col_bytes(&r, 1), 6);
        assert_true(db_col_int(&r, 2) == INT64_MIN);
        assert_string_equal(db_col(&r, 1, false).p, "清风");
        assert_true(db_col(&r, 2, true).i == INT64_MIN);
        assert_int_equal(db_col_int(&r, 4), 0);
        size_t n;
        const void *b = db_col_blob(&r, 3, &n);
        assert_int_equal(n, 4);
        assert_memory_equal(b, "\0\xff\\x", 4);
        OK(db_next(&r, &more));
        assert_true(more && db_col_null(&r, 1) && db_col_null(&r, 3));
        assert_null(db_col_text(&r, 1));
        assert_int_equal(db_col_int(&r, 2), 0);
        assert_int_equal(db_col(&r, 2, true).type, DB_NULL);
        assert_int_equal(db_col_int(&r, 4), 1);
        assert_null(db_col_blob(&r, 3, &n));
        OK(db_next(&r, &more));
        assert_true(more && !db_col_null(&r, 1) && !db_col_null(&r, 3));
        assert_string_equal(db_col_text(&r, 1), "");
        assert_true(db_col_int(&r, 2) == INT64_MAX);
        assert_non_null(db_col_blob(&r, 3, &n));
        assert_int_equal(n, 0);
        for (int i = 0; i < 3; i++) { /* the end stays the end */
            OK(db_next(&r, &more));
            assert_false(more);
        }
        assert_true(db_col_null(&r, 1));
        assert_null(db_col_text(&r, 1));
        OK(db_commit(&tx)); /* rows read to the end are not in its way */
    }
    closed(&o);
}

static void what_is_not_committed_is_undone(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_run(&tx, "INSERT INTO t (id) VALUES (1)", NULL, 0, NULL));
        OK(db_script(&tx, "CREATE TABLE u (id BIGINT)"));
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 0);
    script(o.db, o.a, "INSERT INTO t (id) VALUES (1); INSERT INTO t (id) VALUES (2); CREATE TABLE u (id BIGINT)");
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 2);
    closed(&o);
}

static void a_reader_keeps_its_view_while_another_writes(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY); INSERT INTO t VALUES (1)");
    struct db *other;
    OK(db_take(o.pool, o.a, &other));
    {
        db_scope struct db_tx tx = {0};
        int64_t n;
        OK(db_begin_read(o.db, o.a, &tx));
        OK(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, -1, &n));
        script(other, o.a, "INSERT INTO t VALUES (2)");
        assert_int_equal(one(other, o.a, "SELECT count(*) FROM t"), 2);
        OK(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, -1, &n));
        assert_int_equal(n, 1);
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 2);
    db_give(other);
    closed(&o);
}

static void a_read_transaction_never_writes(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        REFUSED(db_run(&tx, "INSERT INTO t VALUES (1)", NULL, 0, NULL), ERR_FAULT);
    }
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        REFUSED(db_script(&tx, "CREATE TABLE u (id BIGINT)"), ERR_FAULT);
    }
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows r = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        REFUSED(db_query(&tx, "DELETE FROM t RETURNING id", NULL, 0, &r), ERR_FAULT);
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 0);
    closed(&o);
}

static void a_failed_call_leaves_only_the_end(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY, n BIGINT NOT NULL); INSERT INTO t VALUES (1, 1)");
    struct db_val v[] = {db_int(1)};
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_run(&tx, "INSERT INTO t VALUES (2, 2)", NULL, 0, NULL));
        REFUSED(db_run(&tx, "INSERT INTO t (id, n) VALUES (?1, 5)", v, 1, NULL), ERR_CONFLICT);
        REFUSED(db_run(&tx, "INSERT INTO t VALUES (3, 3)", NULL, 0, NULL), ERR_FAULT);
        REFUSED(db_commit(&tx), ERR_FAULT);
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 1);
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        REFUSED(db_run(&tx, "INSERT INTO t (id) VALUES (4)", NULL, 0, NULL), ERR_FAULT); /* NOT NULL */
        db_end(&tx);
        REFUSED(db_run(&tx, "INSERT INTO t VALUES (3, 3)", NULL, 0, NULL), ERR_FAULT);
        db_end(&tx);
    }
    script(o.db, o.a, "INSERT INTO t VALUES (2, 2)");
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 2);
    closed(&o);
}

static void misuse_is_refused_with_a_reason(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)");
    const struct db_val v[] = {db_int(1), db_textn("a\0b", 3)};
    struct {
        const char *sql;
        int n;
        enum err_kind kind;
        const char *part;
    } bad[] = {{"INSERT INTO t (id, name) VALUES (?1, ?2)", 1, ERR_FAULT, "1 parameters given, 2 wanted"},
               {"INSERT INTO t (id) VALUES (?1)", 2, ERR_FAULT, "2 parameters given, 1 wanted"},
               {"INSERT INTO t (id, name) VALUES (?1, ?2)", 2, ERR_INVALID, "parameter 2: a text with a NUL byte"},
               {"SELECT id FROM t", 0, ERR_FAULT, "a statement that gives rows was run"},
               {"INSERT INTO missing VALUES (1)", 0, ERR_FAULT, "missing"},
               {"INSER INTO t VALUES (1)", 0, ERR_FAULT, "syntax error"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        struct err *e = db_run(&tx, bad[i].sql, v, bad[i].n, NULL);
        assert_non_null(e);
        assert_int_equal(e->kind, bad[i].kind);
        if (strstr(e->detail, bad[i].part) == NULL)
            fail_msg("%s: %s", bad[i].sql, e->detail);
    }
    {
        db_scope struct db_tx tx = {0}, second = {0};
        db_rows_scope struct db_rows r = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        REFUSED(db_begin_read(o.db, o.a, &second), ERR_FAULT);
        REFUSED(db_query(&tx, "DELETE FROM t", NULL, 0, &r), ERR_FAULT);
    }
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows r = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_query(&tx, "SELECT id FROM t", NULL, 0, &r));
        REFUSED(db_commit(&tx), ERR_FAULT); /* rows are open */
    }
    closed(&o);
}

static void question_marks_in_texts_are_texts(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (a BIGINT, \"b?2\" TEXT)");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        struct db_val v[] = {db_int(7), db_text("x?1'")};
        OK(db_run(&tx, "INSERT INTO t (a, \"b?2\") VALUES (?1, ?2)", v, 2, NULL));
        OK(db_commit(&tx));
    }
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(o.db, o.a, &tx));
    db_rows_scope struct db_rows r = {0};
    struct db_val v[] = {db_int(7), db_text("it's ?9")};
    OK(db_query(&tx,
                "SELECT a, 'it''s ?9' AS s, \"b?2\" -- not ?4\n FROM t /* nor ?5 */\n"
                " WHERE a = ?1 AND a + 0 = ?1 AND 'it''s ?9' = ?2",
                v, 2, &r));
    bool more;
    OK(db_next(&r, &more));
    assert_true(more);
    assert_string_equal(db_col_text(&r, 1), "it's ?9");
    assert_string_equal(db_col_text(&r, 2), "x?1'");
    db_rows_end(&r);
    db_end(&tx);
    closed(&o);
}

static void one_number_is_read_or_its_lack(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (n BIGINT); INSERT INTO t VALUES (NULL)");
    {
        db_scope struct db_tx tx = {0};
        int64_t n = 5;
        OK(db_begin_read(o.db, o.a, &tx));
        OK(db_one_int(&tx, "SELECT n FROM t", NULL, 0, -7, &n));
        assert_int_equal(n, -7);
        OK(db_one_int(&tx, "SELECT n FROM t WHERE n > 0", NULL, 0, -8, &n));
        assert_int_equal(n, -8);
        OK(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, -9, &n));
        assert_int_equal(n, 1);
        REFUSED(db_one_int(&tx, "SELECT n FROM t UNION ALL SELECT n FROM t", NULL, 0, 0, &n), ERR_FAULT);
        assert_int_equal(n, 1);
    }
    closed(&o);
}

static void tables_and_indexes_are_found(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (b BIGINT, a TEXT, \"order\" BIGINT); CREATE INDEX t_a ON t (a);"
                             "CREATE VIEW v AS SELECT a, b FROM t");
    {
        db_scope struct db_tx tx = {0};
        const char *const *names;
        int n;
        bool has;
        OK(db_begin_read(o.db, o.a, &tx));
        OK(db_table_columns(&tx, "t", &names, &n));
        assert_int_equal(n, 3);
        assert_string_equal(names[0], "b");
        assert_string_equal(names[2], "order");
        OK(db_table_columns(&tx, "v", &names, &n));
        assert_int_equal(n, 2);
        OK(db_table_columns(&tx, "none", &names, &n));
        assert_int_equal(n, 0);
        OK(db_has_index(&tx, "t_a", &has));
        assert_true(has);
        OK(db_has_index(&tx, "t_b", &has));
        assert_false(has);
        OK(db_has_index(&tx, "t", &has));
        assert_false(has);
    }
    closed(&o);
}

static void many_statements_and_reused_buffers_are_kept_apart(void **state)
{
    (void)state;
    struct opened o = opened(NULL);
    for (int round = 0; round < 2; round++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        char sql[64]; /* the same pointer, another text each time */
        for (int i = 0; i < 500; i++) {
            int64_t n;
            snprintf(sql, sizeof sql, "SELECT %d + 1000000", i);
            OK(db_one_int(&tx, sql, NULL, 0, -1, &n));
            assert_int_equal(n, i + 1000000);
        }
    }
    closed(&o);
}

static void a_changed_table_is_read_anew(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (a BIGINT); INSERT INTO t VALUES (1)");
    struct db *other;
    OK(db_take(o.pool, o.a, &other));
    static const char all[] = "SELECT * FROM t";
    assert_int_equal(one(o.db, o.a, all), 1);
    script(other, o.a, "ALTER TABLE t ADD COLUMN b BIGINT");
    for (int i = 0; i < 2; i++) { /* PostgreSQL may refuse its old plan once; then it is made anew */
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        int64_t n;
        struct err *e = db_one_int(&tx, all, NULL, 0, -1, &n);
        if (e != NULL && (i == 1 || db_kind(o.db) == DB_SQLITE))
            fail_msg("%s", e->detail);
    }
    db_give(other);
    closed(&o);
}

static void sent_statements_all_arrive(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY, name TEXT)");
    enum { N = 5000 };
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_pipeline_begin(&tx));
        for (int i = 0; i < N; i++) {
            char name[32];
            snprintf(name, sizeof name, "name %d", i);
            struct db_val v[] = {db_int(i), db_text(name)};
            OK(db_run(&tx, "INSERT INTO t (id, name) VALUES (?1, ?2)", v, 2, NULL));
        }
        OK(db_pipeline_end(&tx));
        int64_t n;
        OK(db_one_int(&tx, "SELECT count(*) FROM t", NULL, 0, -1, &n));
        assert_int_equal(n, N);
        OK(db_commit(&tx));
    }
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t WHERE name = 'name ' || id"), N);
    closed(&o);
}

static void a_failure_while_sending_is_reported_and_undone(void **state)
{
    (void)state;
    struct opened o = opened("CREATE TABLE t (id BIGINT PRIMARY KEY)");
    static const char insert[] = "INSERT INTO t (id) VALUES (?1)";
    for (int round = 0; round < 3; round++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_pipeline_begin(&tx));
        struct err *e = NULL;
        for (int i = 0; i < 3000 && e == NULL; i++) {
            struct db_val v = db_int(i == 1500 ? 1 : i);
            e = db_run(&tx, insert, &v, 1, NULL);
        }
        if (round == 0)
            continue; /* the end comes while sending */
        if (e == NULL)
            e = db_pipeline_end(&tx);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_CONFLICT);
        REFUSED(db_commit(&tx), ERR_FAULT);
    }
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows r = {0};
        OK(db_begin_write(o.db, o.a, &tx));
        OK(db_pipeline_begin(&tx));
        REFUSED(db_query(&tx, "SELECT id FROM t", NULL, 0, &r), ERR_FAULT);
    }
    script(o.db, o.a, "INSERT INTO t VALUES (1)");
    assert_int_equal(one(o.db, o.a, "SELECT count(*) FROM t"), 1);
    closed(&o);
}

#define DB_CASES                                                                                                    \
    cmocka_unit_test(committed_rows_come_back_with_their_types), cmocka_unit_test(what_is_not_committed_is_undone), \
        cmocka_unit_test(a_reader_keeps_its_view_while_another_writes),                                             \
        cmocka_unit_test(a_read_transaction_never_writes), cmocka_unit_test(a_failed_call_leaves_only_the_end),     \
        cmocka_unit_test(misuse_is_refused_with_a_reason), cmocka_unit_test(question_marks_in_texts_are_texts),     \
        cmocka_unit_test(one_number_is_read_or_its_lack), cmocka_unit_test(tables_and_indexes_are_found),           \
        cmocka_unit_test(many_statements_and_reused_buffers_are_kept_apart),                                        \
        cmocka_unit_test(a_changed_table_is_read_anew), cmocka_unit_test(sent_statements_all_arrive),               \
        cmocka_unit_test(a_failure_while_sending_is_reported_and_undone)
