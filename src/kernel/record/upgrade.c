/* upgrade.c: schema 1 kept changes without leaves. Each gets the leaf it would have had, from what stands in the
 * database at the upgrade; one more change, "kernel.leaves", says that those before it rest on that alone. */
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "record/inner.h"

enum { AT_ONCE = 200 }; /* changes read before they are written */

static const char sqlite_aside[] = "DROP INDEX IF EXISTS revision_row;"
                                   "DROP INDEX IF EXISTS change_seq;"
                                   "ALTER TABLE change RENAME TO change_v1;"
                                   "ALTER TABLE revision RENAME TO revision_v1;";
static const char postgres_aside[] = "DROP INDEX IF EXISTS revision_row;"
                                     "ALTER TABLE change RENAME TO change_v1;"
                                     "ALTER TABLE revision RENAME TO revision_v1;"
                                     "ALTER TABLE change_v1 DROP CONSTRAINT change_pkey;"
                                     "ALTER TABLE change_v1 DROP CONSTRAINT change_seq_key;"
                                     "ALTER TABLE revision_v1 DROP CONSTRAINT revision_pkey;"
                                     "ALTER TABLE change_counter ADD COLUMN at bigint NOT NULL DEFAULT 0;";

struct err *upgrade_aside(struct db_tx *tx)
{
    return db_script(tx, db_kind(tx->db) == DB_SQLITE ? sqlite_aside : postgres_aside);
}

struct upgrade {
    struct db_tx *tx;
    struct ledger_hasher *h;
    struct buf room;
    int64_t before; /* when the change before was made; 0: none */
};

struct old_revision {
    const char *record, *body;
    int64_t n, row, rev;
};

struct old_change {
    int64_t id, seq, at, account;
    const char *actor, *what;
    VEC(struct old_revision) revisions;
};

static struct err *write_revision(struct upgrade *u, int64_t change, const struct old_revision *r,
                                  struct ledger_hash *commitment)
{
    uint8_t salt[LEDGER_SALT];
    rand_bytes(salt, sizeof salt);
    buf_clear(&u->room);
    buf_add(&u->room, salt, sizeof salt);
    ledger_revision_bytes(&u->room, r->record, r->row, r->rev, r->body, strlen(r->body));
    ledger_digest(u->h, u->room.p, u->room.n, commitment);
    struct db_val args[] = {db_int(change), db_int(r->n),     db_text(r->record),        db_int(r->row),
                            db_int(r->rev), db_text(r->body), db_blob(salt, sizeof salt)};
    return db_run(u->tx,
                  "INSERT INTO revision (change, n, record, row, rev, body, salt) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  args, 7, NULL);
}

static struct err *write_change(struct upgrade *u, struct arena *a, const struct old_change *c)
{
    struct ledger_hash *commitments = arena_array(a, struct ledger_hash, c->revisions.n + 1), leaf;
    for (size_t i = 0; i < c->revisions.n; i++)
        TRY(write_revision(u, c->id, &c->revisions.p[i], &commitments[i + 1]));
    const struct ledger_head head = {.back = u->before > c->at ? u->before - c->at : 0,
                                     .account = c->account,
                                     .role = "",
                                     .actor = c->actor,
                                     .what = c->what};
    uint8_t salt[LEDGER_SALT];
    rand_bytes(salt, sizeof salt);
    buf_clear(&u->room);
    buf_add(&u->room, salt, sizeof salt);
    ledger_head_bytes(&u->room, &head);
    ledger_digest(u->h, u->room.p, u->room.n, &commitments[0]);
    buf_clear(&u->room);
    ledger_leaf(u->h, &u->room, c->seq, c->at, commitments, c->revisions.n + 1, &leaf);
    u->before = c->at;
    struct db_val args[] = {db_int(c->id),
                            db_int(c->seq),
                            db_int(c->at),
                            db_int(c->account),
                            db_text(c->actor),
                            db_text(c->what),
                            db_int(head.back),
                            db_blob(salt, sizeof salt),
                            db_blob(leaf.b, sizeof leaf.b)};
    return db_run(u->tx,
                  "INSERT INTO change (id, seq, at, account, actor, what, office, role, back, salt, leaf)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, '', ?7, ?8, ?9)",
                  args, 9, NULL);
}

typedef VEC(struct old_change) old_changes;

/* The changes with places after `after`, at most AT_ONCE, with their revisions. */
static struct err *read_some(struct upgrade *u, struct arena *a, int64_t after, old_changes *out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(after), db_int(after + AT_ONCE)};
    TRY(db_query(u->tx,
                 "SELECT c.id, c.seq, c.at, c.account, c.actor, c.what, r.n, r.record, r.row, r.rev, r.body"
                 " FROM change_v1 c JOIN revision_v1 r ON r.change = c.id"
                 " WHERE c.seq > ?1 AND c.seq <= ?2 ORDER BY c.seq, r.n",
                 args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        if (out->n == 0 || out->p[out->n - 1].seq != db_col_int(&rows, 1))
            *VEC_PUSH(out, a) =
                (struct old_change){db_col_int(&rows, 0),
                                    db_col_int(&rows, 1),
                                    db_col_int(&rows, 2),
                                    db_col_int(&rows, 3),
                                    arena_strdup(a, db_col_text(&rows, 4)),
                                    db_col_null(&rows, 5) ? NULL : arena_strdup(a, db_col_text(&rows, 5)),
                                    {0}};
        *VEC_PUSH(&out->p[out->n - 1].revisions, a) =
            (struct old_revision){arena_strdup(a, db_col_text(&rows, 7)), arena_strdup(a, db_col_text(&rows, 10)),
                                  db_col_int(&rows, 6), db_col_int(&rows, 8), db_col_int(&rows, 9)};
    }
}

/* Files had no revisions: the change that says so commits to them. */
static struct err *read_files(struct upgrade *u, struct arena *a, struct old_change *into)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(u->tx, "SELECT id, hash, type, size FROM kernel_file ORDER BY id", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        const char *hash = arena_strdup(a, db_col_text(&rows, 1)), *type = arena_strdup(a, db_col_text(&rows, 2));
        *VEC_PUSH(&into->revisions, a) =
            (struct old_revision){FILE_RECORD, file_body(a, hash, type, db_col_int(&rows, 3)),
                                  (int64_t)into->revisions.n, db_col_int(&rows, 0), 1};
    }
}

/* The setting that tells people, as a row with its revision: a change commits to something. */
static struct err *say_since(struct upgrade *u, struct arena *a, struct old_change *into)
{
    const char *since = arena_printf(a, "%lld", (long long)into->seq);
    struct row *r = row_new(a, &setting_record);
    row_set(r, "name", "leaves_since");
    row_set(r, "value", since);
    TRY(db_one_int(u->tx,
                   db_kind(u->tx->db) == DB_SQLITE ? "SELECT max(id) + 1 FROM kernel_setting"
                                                   : "SELECT nextval('kernel_setting_id')",
                   NULL, 0, 1, &r->id));
    struct db_val args[] = {db_int(r->id), db_text("leaves_since"), db_text(since)};
    TRY(db_run(u->tx, "INSERT INTO kernel_setting (id, rev, ended, scope, name, value) VALUES (?1, 1, 0, -1, ?2, ?3)",
               args, 3, NULL));
    *VEC_PUSH(&into->revisions, a) =
        (struct old_revision){setting_record.name, body_write(a, r, NULL), (int64_t)into->revisions.n, r->id, 1};
    return NULL;
}

static struct err *last_change(struct upgrade *u, struct arena *a, int64_t seq)
{
    struct old_change c = {.seq = seq + 1, .at = clock_now_ms(), .actor = "console", .what = UPGRADE_LEAVES};
    if (db_kind(u->tx->db) == DB_SQLITE)
        c.id = c.seq;
    else {
        TRY(db_one_int(u->tx, "SELECT nextval('change_id')", NULL, 0, 0, &c.id));
        struct db_val args[] = {db_int(c.seq), db_int(c.at)};
        TRY(db_run(u->tx, "UPDATE change_counter SET n = ?1, at = ?2", args, 2, NULL));
    }
    TRY(say_since(u, a, &c));
    TRY(read_files(u, a, &c));
    TRY(write_change(u, a, &c));
    return db_script(u->tx, "DROP TABLE change_v1; DROP TABLE revision_v1;");
}

struct err *upgrade_leaves(struct db_tx *tx)
{
    struct upgrade u = {.tx = tx, .h = ledger_hasher(tx->arena, "sha256"), .room = BUF(tx->arena)};
    int64_t last;
    TRY(db_one_int(tx, "SELECT max(seq) FROM change_v1", NULL, 0, 0, &last));
    arena_scope struct arena *some = arena_new();
    for (int64_t after = 0; after < last; after += AT_ONCE) {
        arena_reset(some);
        old_changes changes = {0};
        TRY(read_some(&u, some, after, &changes));
        for (size_t i = 0; i < changes.n; i++)
            TRY(write_change(&u, some, &changes.p[i]));
    }
    return last_change(&u, some, last);
}
