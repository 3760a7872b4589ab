/* record_pg_test.c: records on PostgreSQL; QF_PG_URL is set by the test script. */
#include "db/test/on_pg.h"

static void the_feed_never_reads_all_revisions(void **state);
#define MORE_TESTS T(the_feed_never_reads_all_revisions)
#include "record_cases.h"

static int64_t rows_stepped(struct db_tx *tx)
{
    int64_t n = -1;
    OK(db_one_int(tx, "SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname IN ('revision', 'change')",
                  NULL, 0, -1, &n));
    return n;
}

/* After five executions the server keeps a plan made without the place that is asked for. */
static void the_feed_never_reads_all_revisions(void **state)
{
    struct world *w = *state;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    for (int i = 0; i < 1000; i++) {
        if (i > 0 && i % 2 == 0)
            OK(change_next(&c, NULL));
        OK(save_person(&c, "甲"));
    }
    OK(change_commit(&c));
    int64_t after = last(w) - 1;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    int n = 0;
    for (int i = 0; i < 8; i++)
        OK(change_feed(&tx, after, count_entry, &n));
    int64_t stepped = rows_stepped(&tx);
    db_end(&tx); /* before anything may fail */
    assert_int_equal(n, 16);
    assert_int_equal(stepped, 0);
}
