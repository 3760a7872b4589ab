/* prove.c: one revision with all that leads from it to a signed checkpoint, as a text that needs no database. */
#include <string.h>

#include "record/inner.h"
#include "record/log.h"

/* The change of the revision that is asked for, and where the revision stands in it. */
struct place {
    int64_t change, n, rev, seq, at;
};

static struct err *place_of(struct db_tx *tx, const char *record, int64_t row, int64_t rev, struct place *out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(record), db_int(row), db_int(rev)};
    TRY(db_query(tx,
                 "SELECT r.change, r.n, r.rev, c.seq, c.at, CASE WHEN r.body IS NULL THEN 1 ELSE 0 END FROM revision r "
                 "JOIN change c ON c.id = r.change"
                 " WHERE r.record = ?1 AND r.row = ?2 AND (?3 = 0 OR r.rev = ?3) ORDER BY r.rev DESC LIMIT 1",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "no %s %lld%s", record, (long long)row, rev == 0 ? "" : " of that revision");
    *out = (struct place){db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2), db_col_int(&rows, 3),
                          db_col_int(&rows, 4)};
    if (db_col_int(&rows, 5) != 0)
        return ERR(tx->arena, ERR_MISSING, "the content of %s %lld revision %lld was erased", record, (long long)row,
                   (long long)out->rev);
    return NULL;
}

static void line(struct buf *b, const char *name, const void *bytes, size_t n)
{
    buf_printf(b, "%s ", name);
    ledger_base64(b, bytes, n);
    buf_putc(b, '\n');
}

/* salt and content, or the commitment of what was erased. Returns the commitment. */
static struct ledger_hash content(struct log *l, struct buf *to, const struct buf *salted, const char *name)
{
    struct ledger_hash h;
    ledger_digest(l->h, salted->p, salted->n, &h);
    if (to != NULL) {
        line(to, arena_printf(l->tx->arena, "%s-salt", name), salted->p, LEDGER_SALT);
        line(to, name, salted->p + LEDGER_SALT, salted->n - LEDGER_SALT);
    }
    return h;
}

static struct ledger_hash stored(const struct db_rows *rows, int col)
{
    size_t n;
    const void *p = db_col_blob(rows, col, &n);
    struct ledger_hash h = {{0}};
    if (p != NULL && n == LEDGER_HASH)
        memcpy(h.b, p, LEDGER_HASH);
    return h;
}

static struct err *head(struct log *l, const struct place *p, struct buf *out, struct ledger_hash *commitment)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(p->change)};
    TRY(db_query(l->tx, "SELECT back, account, office, role, actor, what, salt, commitment FROM change WHERE id = ?1",
                 args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    size_t n;
    const void *salt = db_col_blob(&rows, 6, &n);
    if (salt == NULL) {
        *commitment = stored(&rows, 7);
        return NULL;
    }
    struct buf b = BUF(l->tx->arena);
    buf_add(&b, salt, n);
    ledger_head_bytes(&b, &(struct ledger_head){db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2),
                                                db_col_text(&rows, 3), db_col_text(&rows, 4), db_col_text(&rows, 5)});
    *commitment = content(l, out, &b, "head");
    return NULL;
}

/* The commitments of the change's revisions, and the content of ours. */
static struct err *revisions(struct log *l, const struct place *p, struct buf *out, struct buf *list, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(p->change)};
    TRY(db_query(l->tx, "SELECT n, record, row, rev, body, salt, commitment FROM revision WHERE change = ?1 ORDER BY n",
                 args, 1, &rows));
    struct buf b = BUF(l->tx->arena);
    for (bool more = true;; (*n_out)++) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct ledger_hash h = stored(&rows, 6);
        size_t n;
        const void *salt = db_col_blob(&rows, 5, &n);
        if (salt != NULL) {
            buf_clear(&b);
            buf_add(&b, salt, n);
            ledger_revision_bytes(&b, db_col_text(&rows, 1), db_col_int(&rows, 2), db_col_int(&rows, 3),
                                  db_col_text(&rows, 4), db_col_bytes(&rows, 4));
            h = content(l, db_col_int(&rows, 0) == p->n ? out : NULL, &b, "content");
        }
        if (db_col_int(&rows, 0) == p->n)
            buf_printf(out, "number %d\n", *n_out);
        line(list, "commitment", h.b, sizeof h.b);
    }
}

/* The key that signed it, from those on record. */
static struct err *signed_by(struct db_tx *tx, const char *note, const char **vkey)
{
    struct ledger_note n;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT vkey FROM kernel_signer WHERE ended = 0 ORDER BY id DESC", NULL, 0, &rows));
    *vkey = NULL;
    for (bool more = true; *vkey == NULL;) {
        struct ledger_signer s;
        TRY(db_next(&rows, &more));
        if (!more)
            return ERR(tx->arena, ERR_FAULT, "no key on record signed the checkpoint");
        if (ledger_note_read(note, &n) && ledger_vkey_read(db_col_text(&rows, 0), &s) &&
            ledger_note_signed(&n, &s, NULL))
            *vkey = arena_strdup(tx->arena, db_col_text(&rows, 0));
    }
    return NULL;
}

struct err *log_prove(struct db_tx *tx, const char *record, int64_t row, int64_t rev, char **out)
{
    struct log l;
    struct place p = {0};
    struct log_checkpoint cp = {0};
    struct buf b = BUF(tx->arena), list = BUF(tx->arena);
    struct ledger_hash h = {{0}};
    struct ledger_path path;
    const char *vkey = NULL;
    int n = 1;
    TRY(log_open(tx, &l));
    TRY(place_of(tx, record, row, rev, &p));
    TRY(log_covering(tx, p.seq, &cp));
    if (cp.id == 0)
        return err_say(ERR(tx->arena, ERR_CONFLICT,
                           "no checkpoint covers change %lld yet; make one with qingfeng checkpoint", (long long)p.seq),
                       "log.no_checkpoint", NULL);
    TRY(signed_by(tx, cp.note, &vkey));
    buf_printf(&b, "qingfeng-proof/v1\nhash %s\nseq %lld\nat %lld\n", l.hash, (long long)p.seq, (long long)p.at);
    TRY(head(&l, &p, &b, &h));
    line(&list, "commitment", h.b, sizeof h.b);
    TRY(revisions(&l, &p, &b, &list, &n));
    TRY(ledger_inclusion(log_subtree, &l, (uint64_t)p.seq - 1, (uint64_t)cp.size, &path));
    buf_add(&b, list.p, list.n);
    for (int i = 0; i < path.n; i++)
        line(&b, "path", path.at[i].b, LEDGER_HASH);
    buf_printf(&b, "vkey %s\n\n%s", vkey, cp.note);
    *out = buf_str(&b);
    return NULL;
}
