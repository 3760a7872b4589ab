/* change.c: one change is one transaction and one place in the gapless, commit-ordered sequence; the feed reads it
 * back. SQLite: the writer lock makes newest place + 1 certain from the start. PostgreSQL: revisions hang on an id of
 * their own; the place is taken by the last statement before COMMIT, so places are handed out in commit order. */
#include "record/inner.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"

/* Ids of one record known to be free inside this change. */
struct free_ids {
    const struct record *rec;
    int64_t next;
};

/* PostgreSQL: a change whose place is taken at the commit. */
struct waiting {
    int64_t id;
    const struct who *who;
    const char *what;
    struct ledger_hash *commitments; /* room for the head, then n */
    int n;
};

enum { NEAR = 8 };
struct near {
    const struct record *rec;
    int64_t id, scope;
};

struct change_state {
    struct near near[NEAR];
    int next_near;
    VEC(struct free_ids) ids;
    VEC(struct waiting) waiting;
    bool mark;   /* one is set in this transaction */
    bool inside; /* by this change, which alone may go back to it */
    int marked;  /* revisions at the mark */
    struct leaf_state leaf;
    bool class_asked; /* class_most is the setting as it stood at the first save */
    enum class class_most;
};

struct err *change_class_most(struct change *c, enum class *out)
{
    struct change_state *s = c->state;
    if (!s->class_asked) {
        TRY(setting_class_most(&c->tx, &s->class_most));
        s->class_asked = true;
    }
    *out = s->class_most;
    return NULL;
}

struct err *change_bulk(struct change *c)
{
    enum class most;
    c->bulk = true;
    return change_class_most(c, &most);
}

struct leaf_state *change_leaf(struct change *c)
{
    return &c->state->leaf;
}

void near_put(struct change *c, const struct record *rec, int64_t id, int64_t scope)
{
    struct change_state *s = c->state;
    for (int i = 0; i < NEAR; i++)
        if (s->near[i].rec == rec && s->near[i].id == id) {
            s->near[i].scope = scope;
            return;
        }
    s->near[s->next_near] = (struct near){rec, id, scope};
    s->next_near = (s->next_near + 1) % NEAR;
}

bool near_find(const struct change *c, const struct record *rec, int64_t id, int64_t *scope_out)
{
    const struct change_state *s = c->state;
    for (int i = 0; i < NEAR; i++)
        if (s->near[i].rec == rec && s->near[i].id == id) {
            *scope_out = s->near[i].scope;
            return true;
        }
    return false;
}

void near_forget(struct change *c)
{
    memset(c->state->near, 0, sizeof c->state->near);
}

/* The change's id, and by which hash the log of this database is kept. */
static struct err *change_id(struct change *c)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(
        &c->tx,
        db_kind(c->tx.db) == DB_SQLITE
            ? "SELECT coalesce(max(id), 0) + 1, (SELECT value FROM kernel_meta WHERE name = 'hash') FROM change"
            : "SELECT nextval('change_id'), (SELECT value FROM kernel_meta WHERE name = 'hash')",
        NULL, 0, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    c->id = db_col_int(&rows, 0);
    return leaf_begin(c, db_col_text(&rows, 1));
}

struct err *change_begin(struct db *db, struct arena *a, const struct who *who, const char *what, struct change *out)
{
    if (who->readonly)
        return ERR(a, ERR_DENIED, "account %lld may only read", (long long)who->account);
    struct change c = {.who = who, .what = what, .state = arena_new_of(a, struct change_state)};
    TRY(db_begin_write(db, a, &c.tx));
    c.at = clock_now_ms(); /* only now: who waited for the writers' lock must not write a time before theirs */
    struct err *e = change_id(&c);
    if (e != NULL) {
        db_end(&c.tx);
        return err_via(e, ERR_HERE);
    }
    *out = c;
    return NULL;
}

/* Writes the row of a change, with its leaf. before: when the change before it was made, 0 for the first. */
static struct err *write_change(struct change *c, const struct waiting *w, int64_t seq, int64_t before)
{
    const struct ledger_head head = {.back = before > c->at ? before - c->at : 0,
                                     .account = w->who->account,
                                     .office = w->who->office,
                                     .role = w->who->role == NULL ? "" : w->who->role,
                                     .actor = w->who->name,
                                     .what = w->what};
    uint8_t salt[LEDGER_SALT];
    struct ledger_hash leaf;
    leaf_close(c, &head, seq, w->commitments, w->n, salt, &leaf);
    struct db_val args[] = {db_int(w->id),
                            db_int(seq),
                            db_int(c->at),
                            db_int(head.account),
                            db_text(head.actor),
                            db_text(head.what),
                            db_int(head.office),
                            db_text(head.role),
                            db_int(head.back),
                            db_blob(salt, sizeof salt),
                            db_blob(leaf.b, sizeof leaf.b)};
    return db_run(&c->tx,
                  "INSERT INTO change (id, seq, at, account, actor, what, office, role, back, salt, leaf)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                  args, 11, NULL);
}

/* Gives the change its place (SQLite) or notes that it waits for one. */
static struct err *close_change(struct change *c)
{
    if (c->n == 0)
        return NULL;
    struct waiting w = {c->id, c->who, c->what, leaf_commitments(c), c->n};
    if (db_kind(c->tx.db) == DB_POSTGRES) {
        *VEC_PUSH(&c->state->waiting, c->tx.arena) = w;
        return NULL;
    }
    int64_t before = c->at; /* of those before it in the same transaction */
    if (c->seq == 0) {
        struct db_val args[] = {db_int(c->id - 1)};
        TRY(db_one_int(&c->tx, "SELECT at FROM change WHERE id = ?1", args, 1, 0, &before));
    }
    c->seq = c->id;
    return write_change(c, &w, c->id, before);
}

struct err *change_next(struct change *c, const char *what)
{
    return change_next_by(c, c->who, what);
}

struct err *change_next_by(struct change *c, const struct who *who, const char *what)
{
    TRY(close_change(c));
    if (c->n > 0) {
        if (db_kind(c->tx.db) == DB_SQLITE)
            c->id++;
        else
            TRY(change_id(c));
    }
    c->n = 0;
    c->state->inside = false;
    c->who = who;
    c->what = what;
    return NULL;
}

/* The last statements before COMMIT: nothing waits for the counter longer than this. The time is asked when the counter
 * is ours, so that times go with places. */
static struct err *take_places(struct change *c)
{
    struct change_state *s = c->state;
    if (s->waiting.n == 0)
        return NULL;
    struct db_val by[] = {db_int((int64_t)s->waiting.n)};
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(&c->tx, "UPDATE change_counter SET n = n + CAST(?1 AS bigint) RETURNING n, at", by, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(c->tx.arena, ERR_FAULT, "the row of change_counter is gone");
    c->seq = db_col_int(&rows, 0);
    int64_t before = db_col_int(&rows, 1);
    db_rows_end(&rows);
    c->at = clock_now_ms();
    TRY(db_pipeline_begin(&c->tx));
    for (size_t i = 0; i < s->waiting.n; i++) {
        TRY(write_change(c, &s->waiting.p[i], c->seq - (int64_t)(s->waiting.n - 1 - i), before));
        before = c->at;
    }
    struct db_val at[] = {db_int(c->at)};
    TRY(db_run(&c->tx, "UPDATE change_counter SET at = ?1", at, 1, NULL));
    return db_pipeline_end(&c->tx);
}

struct err *change_commit(struct change *c)
{
    TRY(close_change(c));
    TRY(take_places(c));
    return db_commit(&c->tx);
}

struct err *change_mark(struct change *c)
{
    c->state->marked = c->n;
    if (c->state->mark) /* else they pile up, and each page written is noted for all of them */
        TRY(db_run(&c->tx, "RELEASE SAVEPOINT mark", NULL, 0, NULL));
    c->state->mark = c->state->inside = true;
    return db_run(&c->tx, "SAVEPOINT mark", NULL, 0, NULL);
}

struct err *change_back(struct change *c)
{
    assert(c->state->inside);
    c->n = c->state->marked;
    leaf_back(c, c->n);
    c->state->ids.n = 0; /* ids handed out since are free again */
    near_forget(c);
    return db_run(&c->tx, "ROLLBACK TO SAVEPOINT mark", NULL, 0, NULL);
}

void change_end(struct change *c)
{
    db_end(&c->tx);
}

static struct free_ids *ids_of(struct change *c, const struct record *rec)
{
    struct change_state *s = c->state;
    for (size_t i = 0; i < s->ids.n; i++)
        if (s->ids.p[i].rec == rec)
            return &s->ids.p[i];
    struct free_ids *f = VEC_PUSH(&s->ids, c->tx.arena);
    *f = (struct free_ids){.rec = rec};
    return f;
}

struct err *record_reserve(struct change *c, const struct record *rec, int64_t n, int64_t *first)
{
    const struct known *k = known_of(rec);
    struct arena *a = c->tx.arena;
    if (db_kind(c->tx.db) == DB_POSTGRES) {
        if (n == 1)
            return db_one_int(&c->tx, arena_printf(a, "SELECT nextval('%s_id')", k->table), NULL, 0, 0, first);
        int64_t last; /* a block is for bulk loads of an empty database: nobody else draws ids meanwhile */
        struct db_val args[] = {db_int(n)};
        TRY(db_one_int(
            &c->tx,
            arena_printf(a, "SELECT setval('%s_id', nextval('%s_id') + CAST(?1 AS bigint) - 1)", k->table, k->table),
            args, 1, 0, &last));
        *first = last - n + 1;
        return NULL;
    }
    struct free_ids *f = ids_of(c, rec);
    if (f->next == 0)
        TRY(db_one_int(&c->tx, /* an erased row's number stays its own */
                       arena_printf(a,
                                    "SELECT max(id) + 1 FROM (SELECT max(id) AS id FROM %s UNION ALL"
                                    " SELECT max(row) FROM kernel_erasure WHERE record = '%s')",
                                    k->table, rec->name),
                       NULL, 0, 1, &f->next));
    *first = f->next;
    f->next += n;
    return NULL;
}

struct err *change_last(struct db_tx *tx, int64_t *seq_out)
{
    return db_one_int(tx, "SELECT max(seq) FROM change", NULL, 0, 0, seq_out);
}

static const char *quiet_names(struct arena *a)
{
    struct buf b = BUF(a);
    buf_puts(&b, "'" FILE_RECORD "'");
    for (int i = 0; i < record_count(); i++)
        if (record_at(i)->quiet)
            buf_printf(&b, ", '%s'", record_at(i)->name);
    return buf_str(&b);
}

/* PostgreSQL plans without knowing ?1 and would hash all revisions there are: an upper bound makes it expect few
 * changes, and a subquery that cannot be flattened (OFFSET 0) has their revisions looked up one change at a time. */
static const char *feed_sql(enum db_kind kind)
{
#define FEED(revisions)                                                                                       \
    "SELECT c.seq, r.record, r.row, r.rev, r.body,"                                                           \
    " (SELECT p.body FROM revision p WHERE p.record = r.record AND p.row = r.row AND p.rev = r.rev - 1)"      \
    " FROM change c CROSS JOIN " revisions                                                                    \
    " WHERE c.seq > ?1 AND c.seq <= (SELECT max(seq) FROM change) AND r.change = c.id AND r.body IS NOT NULL" \
    " ORDER BY c.seq, r.n"
    return kind == DB_SQLITE ? FEED("revision r")
                             : FEED("LATERAL (SELECT * FROM revision WHERE change = c.id OFFSET 0) r");
#undef FEED
}

struct err *change_stirred(struct db_tx *tx, int64_t after_seq, bool *out, int64_t *last_out)
{
    bool sqlite = db_kind(tx->db) == DB_SQLITE;
    int64_t found;
    struct db_val args[] = {db_int(after_seq)};
    TRY(change_last(tx, last_out));
    TRY(db_one_int(
        tx,
        arena_printf(tx->arena,
                     "SELECT c.seq FROM change c CROSS JOIN %s WHERE c.seq > ?1"
                     " AND c.seq <= (SELECT max(seq) FROM change)%s AND r.record NOT IN (%s) LIMIT 1",
                     sqlite ? "revision r" : "LATERAL (SELECT record FROM revision WHERE change = c.id OFFSET 0) r",
                     sqlite ? " AND r.change = c.id" : "", quiet_names(tx->arena)),
        args, 1, 0, &found));
    *out = found != 0;
    return NULL;
}

struct err *change_feed(struct db_tx *tx, int64_t after_seq, struct err *(*fn)(void *ctx, const struct feed_entry *e),
                        void *ctx)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(after_seq)};
    TRY(db_query(tx, feed_sql(db_kind(tx->db)), args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct feed_entry e = {.seq = db_col_int(&rows, 0),
                               .rec = record_find(db_col_text(&rows, 1)),
                               .row = db_col_int(&rows, 2),
                               .rev = db_col_int(&rows, 3),
                               .body = db_col_text(&rows, 4),
                               .before = db_col_text(&rows, 5)};
        TRY(fn(ctx, &e));
    }
}
