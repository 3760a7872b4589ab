/* agree.h: for tests of any module: do the tables and what is kept of their history agree, and does work survive the
 * failure of each single call of the database? */
#ifndef QF_RECORD_TEST_AGREE_H
#define QF_RECORD_TEST_AGREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/inner.h"

#define AGREE_OK(call)                                                                                    \
    do {                                                                                                  \
        struct err *ok_err_ = (call);                                                                     \
        if (ok_err_ != NULL)                                                                              \
            fail_msg("%s:%d %s: %s [%s]", __FILE__, __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

static inline int64_t agree_count(struct db_tx *tx, const char *sql)
{
    int64_t n = 0;
    AGREE_OK(db_one_int(tx, sql, NULL, 0, 0, &n));
    return n;
}

static inline void agree_none(struct db_tx *tx, const char *what, const char *sql)
{
    int64_t n = agree_count(tx, sql);
    if (n != 0)
        fail_msg("%s: %lld", what, (long long)n);
}

static inline bool agree_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Every value of every row is what its newest revision says. */
static inline void agree_values(struct db_tx *tx, const struct record *rec)
{
    db_rows_scope struct db_rows rows = {0};
    const struct known *k = known_of(rec);
    AGREE_OK(db_query(tx,
                      arena_printf(tx->arena,
                                   "SELECT v.body, t.* FROM (SELECT %s FROM %s) t JOIN revision v"
                                   " ON v.record = '%s' AND v.row = t.id AND v.rev = t.rev",
                                   k->columns, k->table, rec->name),
                      NULL, 0, &rows));
    for (bool more = true;;) {
        AGREE_OK(db_next(&rows, &more));
        if (!more)
            return;
        struct row *now = record_take(tx->arena, rec, &rows, 1), *kept;
        AGREE_OK(body_read(tx->arena, rec, db_col_text(&rows, 0), &kept, NULL));
        assert_int_equal(now->ended, kept->ended);
        for (int i = 0; i < k->n_fields; i++)
            if (!agree_same(now->v[i], kept->v[i]))
                fail_msg("%s %lld, %s: '%s' in the table, '%s' in the history", rec->name, (long long)now->id,
                         rec->fields[i].name, now->v[i] == NULL ? "(null)" : now->v[i],
                         kept->v[i] == NULL ? "(null)" : kept->v[i]);
    }
}

static inline void agree_record(struct db_tx *tx, const struct record *rec)
{
    struct arena *a = tx->arena;
    const char *table = record_table(a, rec), *of = rec->name;
    agree_none(tx, arena_printf(a, "rows of %s whose revisions are not 1 to rev", of),
               arena_printf(a,
                            "SELECT count(*) FROM %s t WHERE t.rev <> (SELECT count(*) FROM revision v"
                            " WHERE v.record = '%s' AND v.row = t.id) OR t.rev <> (SELECT max(v.rev) FROM revision v"
                            " WHERE v.record = '%s' AND v.row = t.id)",
                            table, of, of));
    agree_none(tx, arena_printf(a, "revisions of %s without a row", of),
               arena_printf(a,
                            "SELECT count(*) FROM revision v WHERE v.record = '%s'"
                            " AND NOT EXISTS (SELECT 1 FROM %s t WHERE t.id = v.row)",
                            of, table));
    agree_values(tx, rec);
}

/* Every row of every registered record is what its newest revision says, with none missing; the places in the sequence
 * are 1 to n, and each holds revisions 1 to n. */
static inline void assert_agree(struct db *db)
{
    arena_scope struct arena *a = arena_new();
    db_scope struct db_tx tx = {0};
    AGREE_OK(db_begin_read(db, a, &tx));
    for (int i = 0; i < record_count(); i++)
        agree_record(&tx, record_at(i));
    int64_t changes = agree_count(&tx, "SELECT count(*) FROM change");
    assert_int_equal(agree_count(&tx, "SELECT max(seq) FROM change"), changes);
    assert_int_equal(agree_count(&tx, "SELECT count(DISTINCT seq) FROM change"), changes);
    agree_none(&tx, "places without a revision",
               "SELECT count(*) FROM change c WHERE NOT EXISTS (SELECT 1 FROM revision r WHERE r.change = c.id)");
    agree_none(&tx, "revisions without a place",
               "SELECT count(*) FROM revision r WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.id = r.change)");
    agree_none(&tx, "changes whose revisions are not counted through",
               "SELECT count(*) FROM (SELECT r.change FROM revision r GROUP BY r.change"
               " HAVING max(r.n) - min(r.n) + 1 <> count(*)) g");
    if (db_kind(db) == DB_POSTGRES)
        assert_int_equal(agree_count(&tx, "SELECT n FROM change_counter"), changes);
}

/* How much stands in the tables a change may touch, to see that a failure left nothing; arena. */
static inline char *agree_sizes(struct db *db, struct arena *a)
{
    static const char *const tables[] = {"change",     "revision",     "kernel_file", "load_stage", "load_stage_item",
                                         "auth_login", "auth_attempt", "auth_step",   NULL};
    db_scope struct db_tx tx = {0};
    char *said = arena_strdup(a, "");
    AGREE_OK(db_begin_read(db, a, &tx));
    for (int i = 0; tables[i] != NULL; i++) {
        const char *const *columns;
        int n;
        AGREE_OK(db_table_columns(&tx, tables[i], &columns, &n));
        if (n > 0)
            said = arena_printf(a, "%s %s %lld", said, tables[i],
                                (long long)agree_count(&tx, arena_printf(a, "SELECT count(*) FROM %s", tables[i])));
    }
    return said;
}

struct agree_work {
    /* The work, with a connection and an arena of this try. */
    struct err *(*go)(void *ctx, struct db *db, struct arena *a);
    void *ctx;
    int step;                            /* call 0, step, 2 step ... fails; 0 counts as 1 */
    bool many;                           /* it commits more than once: what is done before a failure may stay */
    void (*check)(void *ctx, bool done); /* looked at after each try; NULL: nothing more */
};
/* Fails the first call of the database, then the second ... until the work succeeds, on a connection that is given back
 * each time: nothing is left open or half done, and no failure is kept quiet. Returns the number of failures. */
static inline int agree_fail_each(struct db_pool *pool, const struct agree_work *w)
{
    int step = w->step == 0 ? 1 : w->step;
    for (int n = 0;; n++) {
        arena_scope struct arena *a = arena_new();
        struct db *db;
        AGREE_OK(db_take(pool, a, &db));
        char *before = agree_sizes(db, a);
        int64_t k = (int64_t)n * step, calls = db_calls();
        db_fail_at(k);
        struct err *e = w->go(w->ctx, db, a);
        db_fail_at(-1);
        bool failed = db_calls() - calls > k;
        assert_agree(db);
        if (e != NULL && strstr(e->detail, "injected") == NULL)
            fail_msg("call %lld: %s [%s]", (long long)k, e->detail, e->trail[0]);
        if (failed && e == NULL)
            fail_msg("the failure of call %lld is kept quiet", (long long)k);
        if (e != NULL && !w->many)
            assert_string_equal(agree_sizes(db, a), before);
        db_give(db);
        if (w->check != NULL)
            w->check(w->ctx, e == NULL);
        if (e == NULL)
            return n;
    }
}

#endif
