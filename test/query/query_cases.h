/* query_cases.h: functions the build made of queries.sql do as doc/queries.md says, on both engines. */
#include "db/test/try.h"
#include "test/query/queries.c"

static const char people[] =
    "CREATE TABLE q_member (id BIGINT PRIMARY KEY, name TEXT, born TEXT, leads BIGINT, path BIGINT);"
    "INSERT INTO q_member VALUES (1, 'an', '1970-01-02', 1, 10), (2, 'bo', '1980-05', 0, 20),"
    "(3, 'cy', NULL, 1, 30), (4, NULL, '1990', 0, 40), (5, 'di', '1999-12-31', 1, 50)";

static void one_gives_the_row_or_nothing(void **state)
{
    (void)state;
    struct opened o = opened(people);
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        struct query_q_find *row;
        OK(query_q_find(&tx, 2, &row));
        assert_int_equal(row->id, 2);
        assert_string_equal(row->name, "bo");
        assert_int_equal(row->born.v, date_make(1980, 5, 0).v);
        assert_false(row->leads);
        OK(query_q_find(&tx, 3, &row));
        assert_int_equal(row->born.v, DATE_UNKNOWN.v);
        assert_true(row->leads);
        OK(query_q_find(&tx, 4, &row));
        assert_null(row->name);
        OK(query_q_find(&tx, 9, &row));
        assert_null(row);
        struct query_q_both *both;
        REFUSED(query_q_both(&tx, &both), ERR_FAULT);
    }
    closed(&o);
}

static void many_keeps_to_scope_and_limit(void **state)
{
    (void)state;
    struct opened o = opened(people);
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        const struct scope none = {0}, all = SCOPE_ALL, low = {1, {{10, 21}}}, ends = {2, {{10, 11}, {40, 60}}};
        struct date day = date_make(2000, 1, 1);
        struct query_q_born_before *rows;
        int n;
        OK(query_q_born_before(&tx, day, &none, false, &rows, &n));
        assert_int_equal(n, 0);
        OK(query_q_born_before(&tx, day, &low, false, &rows, &n));
        assert_int_equal(n, 2);
        assert_string_equal(rows[1].name, "bo");
        OK(query_q_born_before(&tx, day, &ends, false, &rows, &n)); /* what lies between stays unseen */
        assert_int_equal(n, 3);
        assert_int_equal(rows[1].id, 4);
        OK(query_q_born_before(&tx, day, &all, true, &rows, &n));
        assert_int_equal(n, 2);
        OK(query_q_born_before(&tx, DATE_UNKNOWN, &all, false, &rows, &n));
        assert_int_equal(n, 0);
        REFUSED(query_q_born_before(&tx, day, &all, false, &rows, &n), ERR_LIMIT);
    }
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        struct query_q_oldest *rows;
        int n;
        OK(query_q_oldest(&tx, 2, &rows, &n));
        assert_int_equal(n, 2);
    }
    closed(&o);
}

struct walk {
    char names[64], engine[16];
    int stop;
};

static struct err *walk_one(void *context, const struct query_q_walk *row)
{
    struct walk *w = context;
    strcat(w->names, row->name == NULL ? "-" : row->name);
    strcpy(w->engine, row->engine);
    static struct err stopped;
    stopped = (struct err){.kind = ERR_DENIED};
    return --w->stop == 0 ? &stopped : NULL;
}

static struct err *never(void *context, const struct query_q_swapped *row)
{
    (void)context;
    (void)row;
    fail();
    return NULL;
}

static void each_calls_back_in_order_and_stops_at_an_error(void **state)
{
    (void)state;
    struct opened o = opened(people);
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        struct walk w = {0};
        OK(query_q_walk(&tx, NULL, walk_one, &w));
        assert_string_equal(w.names, "anbocy-di");
        assert_string_equal(w.engine, db_kind(o.db) == DB_SQLITE ? "sqlite" : "postgres");
        w = (struct walk){0};
        OK(query_q_walk(&tx, "%n", walk_one, &w));
        assert_string_equal(w.names, "an");
        OK(query_q_walk(&tx, "A%", walk_one, &w)); /* LIKE heeds case on both engines */
        assert_string_equal(w.names, "an");
        w = (struct walk){.stop = 2};
        REFUSED(query_q_walk(&tx, NULL, walk_one, &w), ERR_DENIED);
        assert_string_equal(w.names, "anbo");
    }
    closed(&o);
}

static void columns_in_another_order_are_refused(void **state)
{
    (void)state;
    struct opened o = opened(people);
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(o.db, o.a, &tx));
        REFUSED(query_q_swapped(&tx, never, NULL), ERR_FAULT);
    }
    closed(&o);
}

#define QUERY_CASES                                                                                  \
    cmocka_unit_test(one_gives_the_row_or_nothing), cmocka_unit_test(many_keeps_to_scope_and_limit), \
        cmocka_unit_test(each_calls_back_in_order_and_stops_at_an_error),                            \
        cmocka_unit_test(columns_in_another_order_are_refused)
