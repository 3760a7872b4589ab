/* verify.c: everything that stands in the database against the log. Each revision and each change's head is hashed anew
 * and put together to the leaf of its change. */
#include "record/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void verify_differs(struct verify *v, const char *table, int64_t id, const char *field, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct log_difference d = {table, field, id, arena_vprintf(v->row, fmt, ap)};
    va_end(ap);
    v->out->differences++;
    v->fn(v->ctx, &d);
}

struct tally *verify_tally(struct verify *v, const char *record)
{
    if (v->last_tally < v->tallies.n && strcmp(v->tallies.p[v->last_tally].name, record) == 0)
        return &v->tallies.p[v->last_tally];
    for (size_t i = 0; i < v->tallies.n; i++)
        if (strcmp(v->tallies.p[i].name, record) == 0)
            return &v->tallies.p[v->last_tally = i];
    struct tally *t = VEC_PUSH(&v->tallies, v->a);
    *t = (struct tally){{0}, 0};
    snprintf(t->name, sizeof t->name, "%s", record);
    v->last_tally = v->tallies.n - 1;
    return t;
}

struct err *verify_erased(struct verify *v, const char *record, int64_t row, int64_t rev, bool *out)
{
    int64_t n;
    struct db_val args[] = {db_text(record), db_int(row), db_int(rev)};
    TRY(db_one_int(v->tx,
                   "SELECT count(*) FROM kernel_erasure WHERE record = ?1 AND row = ?2 AND first <= ?3 AND last >= ?3"
                   " AND ended = 0",
                   args, 3, 0, &n));
    *out = n > 0;
    return NULL;
}

/* ---- changes: columns of the query ---- */
enum {
    C_ID,
    C_SEQ,
    C_AT,
    C_ACCOUNT,
    C_ACTOR,
    C_WHAT,
    C_OFFICE,
    C_ROLE,
    C_BACK,
    C_SALT,
    C_LEAF,
    C_COMMITMENT,
    R_N,
    R_RECORD,
    R_ROW,
    R_REV,
    R_BODY,
    R_SALT,
    R_COMMITMENT
};
static const char changes_sql[] =
    "SELECT c.id, c.seq, c.at, c.account, c.actor, c.what, c.office, c.role, c.back, c.salt, c.leaf, c.commitment,"
    " r.n, r.record, r.row, r.rev, r.body, r.salt, r.commitment"
    " FROM change c LEFT JOIN revision r ON r.change = c.id ORDER BY c.id, r.n";

/* The change whose revisions are being read. */
struct current {
    int64_t id, seq, at;
    struct ledger_hash leaf;
    VEC(struct ledger_hash) commitments;
    struct buf bytes, who; /* being hashed; the rows it is about, for the difference */
    bool open;
};

static bool blob_is(const struct db_rows *rows, int col, size_t want, const void **out)
{
    size_t n;
    *out = db_col_blob(rows, col, &n);
    return *out != NULL && n == want;
}

static struct err *close_current(struct verify *v, struct current *c)
{
    struct ledger_hash leaf;
    if (!c->open)
        return NULL;
    ledger_leaf(v->log.h, &c->bytes, c->seq, c->at, c->commitments.p, c->commitments.n, &leaf);
    if (!ledger_same(&leaf, &c->leaf))
        verify_differs(v, "change", c->seq, "leaf", "the change no longer gives its leaf; it is about%s%s",
                       buf_str(&c->who), c->who.over ? " ..." : "");
    if (c->commitments.n == 1)
        verify_differs(v, "change", c->seq, NULL, "its revisions are gone");
    c->open = false;
    return NULL;
}

/* The head, or its commitment where it was erased. */
static struct err *open_current(struct verify *v, struct current *c, const struct db_rows *rows)
{
    const void *salt, *leaf, *commitment;
    c->id = db_col_int(rows, C_ID);
    c->seq = db_col_int(rows, C_SEQ);
    c->at = db_col_int(rows, C_AT);
    c->open = true;
    c->commitments.n = 0;
    buf_clear(&c->who);
    v->out->changes++;
    struct ledger_hash *h = VEC_PUSH(&c->commitments, v->a);
    memset(&c->leaf, 0, sizeof c->leaf);
    if (blob_is(rows, C_LEAF, LEDGER_HASH, &leaf))
        memcpy(c->leaf.b, leaf, LEDGER_HASH);
    if (!db_col_null(rows, C_WHAT) && strcmp(db_col_text(rows, C_WHAT), UPGRADE_LEAVES) == 0)
        v->out->leaves_since = c->seq;
    if (blob_is(rows, C_SALT, LEDGER_SALT, &salt)) {
        buf_clear(&c->bytes);
        buf_add(&c->bytes, salt, LEDGER_SALT);
        ledger_head_bytes(&c->bytes, &(struct ledger_head){db_col_int(rows, C_BACK), db_col_int(rows, C_ACCOUNT),
                                                           db_col_int(rows, C_OFFICE), db_col_text(rows, C_ROLE),
                                                           db_col_text(rows, C_ACTOR), db_col_text(rows, C_WHAT)});
        ledger_digest(v->log.h, c->bytes.p, c->bytes.n, h);
        if (!db_col_null(rows, C_COMMITMENT))
            verify_differs(v, "change", c->seq, "commitment", "a commitment stands beside its content");
        return NULL;
    }
    bool named = false;
    memset(h, 0, sizeof *h);
    if (blob_is(rows, C_COMMITMENT, LEDGER_HASH, &commitment))
        memcpy(h->b, commitment, LEDGER_HASH);
    if (db_col_int(rows, C_ACCOUNT) == 0 && db_col_int(rows, C_OFFICE) == 0 && db_col_null(rows, C_WHAT) &&
        db_col_bytes(rows, C_ACTOR) == 0 && db_col_bytes(rows, C_ROLE) == 0)
        TRY(verify_erased(v, "change", c->seq, 0, &named));
    if (!named)
        verify_differs(v, "change", c->seq, "salt", "who made it cannot be checked, and no erasure names it");
    v->out->erased++;
    return NULL;
}

static void about(struct current *c, const char *record, int64_t row, int64_t rev)
{
    if (c->who.n < c->who.most - 80)
        buf_printf(&c->who, " %s %lld/%lld", record, (long long)row, (long long)rev);
    else
        c->who.over = true;
}

static struct err *revision(struct verify *v, struct current *c, const struct db_rows *rows)
{
    const char *record = db_col_text(rows, R_RECORD), *body = db_col_text(rows, R_BODY);
    int64_t row = db_col_int(rows, R_ROW), rev = db_col_int(rows, R_REV);
    const void *salt, *commitment;
    about(c, record, row, rev);
    v->out->revisions++;
    verify_tally(v, record)->revisions++;
    struct ledger_hash *h = VEC_PUSH(&c->commitments, v->a);
    if (body != NULL && blob_is(rows, R_SALT, LEDGER_SALT, &salt)) {
        buf_clear(&c->bytes);
        buf_add(&c->bytes, salt, LEDGER_SALT);
        ledger_revision_bytes(&c->bytes, record, row, rev, body, db_col_bytes(rows, R_BODY));
        ledger_digest(v->log.h, c->bytes.p, c->bytes.n, h);
        if (!db_col_null(rows, R_COMMITMENT))
            verify_differs(v, "revision", c->seq, "commitment",
                           "%s %lld revision %lld: a commitment beside its content", record, (long long)row,
                           (long long)rev);
        return NULL;
    }
    bool named = false;
    memset(h, 0, sizeof *h);
    if (blob_is(rows, R_COMMITMENT, LEDGER_HASH, &commitment))
        memcpy(h->b, commitment, LEDGER_HASH);
    if (body == NULL && db_col_null(rows, R_SALT))
        TRY(verify_erased(v, record, row, rev, &named));
    if (!named)
        verify_differs(v, "revision", c->seq, "body",
                       "the content of %s %lld revision %lld is gone, and no erasure names it", record, (long long)row,
                       (long long)rev);
    v->out->erased++;
    return NULL;
}

/* Revisions of no change: asked only when the numbers do not agree. */
static struct err *orphans(struct verify *v)
{
    int64_t n;
    TRY(db_one_int(v->tx, "SELECT count(*) FROM revision", NULL, 0, 0, &n));
    if (n == v->out->revisions)
        return NULL;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx,
                 "SELECT r.record, r.row, r.rev FROM revision r WHERE NOT EXISTS"
                 " (SELECT 1 FROM change c WHERE c.id = r.change) ORDER BY r.change, r.n",
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        verify_differs(v, "revision", db_col_int(&rows, 1), NULL, "revision %lld of %s belongs to no change",
                       (long long)db_col_int(&rows, 2), db_col_text(&rows, 0));
    }
}

struct err *verify_changes(struct verify *v)
{
    struct current c = {.bytes = BUF(v->a), .who = {.arena = v->a, .most = 400}};
    {
        db_rows_scope struct db_rows rows = {0};
        TRY(db_query(v->tx, changes_sql, NULL, 0, &rows));
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            if (!c.open || db_col_int(&rows, C_ID) != c.id) {
                TRY(close_current(v, &c));
                TRY(open_current(v, &c, &rows));
            }
            if (!db_col_null(&rows, R_N))
                TRY(revision(v, &c, &rows));
        }
    }
    TRY(close_current(v, &c));
    return orphans(v);
}

static struct err *all(struct verify *v)
{
    TRY(verify_schema(v));
    TRY(verify_changes(v));
    TRY(verify_tree(v));
    TRY(verify_erasures(v));
    TRY(db_one_int(v->tx, "SELECT count(*) FROM kernel_restore WHERE ended = 0", NULL, 0, 0, &v->out->restores));
    return verify_rows(v);
}

struct err *log_verify(struct db *db, struct arena *a, void (*fn)(void *ctx, const struct log_difference *d), void *ctx,
                       struct log_verified *out)
{
    db_scope struct db_tx tx = {0};
    arena_scope struct arena *row = arena_new();
    *out = (struct log_verified){0};
    struct verify v = {.tx = &tx, .a = a, .row = row, .out = out, .fn = fn, .ctx = ctx};
    TRY(db_begin_read(db, a, &tx));
    struct err *e = log_open(&tx, &v.log);
    out->hash = v.log.hash == NULL ? "" : v.log.hash;
    if (e != NULL && e->kind == ERR_FAULT && v.log.tx != NULL) { /* nothing else can be checked */
        verify_differs(&v, "kernel_meta", 0, "hash", "it names no hash that there is");
        return NULL;
    }
    TRY(e);
    return all(&v);
}
