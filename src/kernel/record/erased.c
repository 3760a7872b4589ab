/* erased.c: the list of erasures that stands outside the database, in the folder of keys: a restore of an older backup
 * would bring back what was erased since. Each line names a revision or a head by its commitment, which says nothing
 * about what it was; lines are closed in batches, each chained to the one before and signed. */
#include <stdlib.h>
#include <string.h>

#include "base/keys.h"
#include "record/inner.h"
#include "record/trust.h"
#include "record/verify.h"

static const char file[] = "ledger.erasures", first[] = "qingfeng-erasures/1\n";
enum { CHAIN = 44 + 1 };

struct line {
    const char *record;
    int64_t row, rev;
    struct ledger_hash commitment;
};
struct list {
    VEC(struct line) lines;
    char chain[CHAIN];
    size_t whole; /* bytes up to the end of the last closed batch */
};

static char *batch_text(struct arena *a, const char *chain)
{
    return arena_printf(a, "qingfeng erasures\n%s\n", chain);
}

static void chained(struct arena *a, char chain[CHAIN], const char *lines, size_t n)
{
    struct buf b = BUF(a), text = BUF(a);
    struct ledger_hash h;
    buf_puts(&b, chain);
    buf_add(&b, lines, n);
    ledger_digest(ledger_hasher(a, "sha256"), b.p, b.n, &h);
    ledger_base64(&text, h.b, sizeof h.b);
    memcpy(chain, buf_str(&text), CHAIN);
}

/* "- RECORD ROW REV COMMITMENT" */
static bool line_read(struct arena *a, const char *s, struct line *out)
{
    size_t n;
    const char *blank = strchr(s + 2, ' ');
    char *end;
    if (s[0] != '-' || s[1] != ' ' || blank == NULL)
        return false;
    out->record = arena_strndup(a, s + 2, (size_t)(blank - s - 2));
    out->row = strtoll(blank + 1, &end, 10);
    out->rev = strtoll(end, &end, 10);
    return *end == ' ' && ledger_unbase64(end + 1, strcspn(end + 1, "\n"), out->commitment.b, LEDGER_HASH, &n) &&
           n == LEDGER_HASH;
}

static struct err *closed(struct arena *a, struct list *l, const char *lines, const char *close)
{
    size_t n = strcspn(close, "\n");
    struct ledger_note note;
    bool right = false;
    chained(a, l->chain, lines, (size_t)(close - lines));
    char *text = batch_text(a, l->chain);
    if (ledger_note_read(arena_printf(a, "%s\n%.*s\n", text, (int)n - 2, close + 2), &note))
        TRY(trust_signed(a, &note, &right));
    return right ? NULL
                 : ERR(a, ERR_FAULT, "the list of erasures '%s' was changed: a batch is not the one that was signed",
                       file);
}

static struct err *list_read(struct arena *a, const char *text, struct list *l)
{
    *l = (struct list){.chain = ""};
    if (text == NULL)
        return NULL;
    if (strncmp(text, first, sizeof first - 1) != 0)
        return ERR(a, ERR_FAULT, "the list of erasures does not begin as one");
    const char *batch = text + sizeof first - 1, *end;
    size_t kept = 0;
    l->whole = sizeof first - 1;
    for (const char *p = batch; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        if (p[0] == '=') {
            TRY(closed(a, l, batch, p));
            batch = end + 1;
            kept = l->lines.n;
            l->whole = (size_t)(batch - text);
        } else if (!line_read(a, p, VEC_PUSH(&l->lines, a))) {
            return ERR(a, ERR_FAULT, "a line of the list of erasures cannot be read: '%.80s'",
                       arena_strndup(a, p, (size_t)(end - p)));
        }
    }
    l->lines.n = kept; /* a batch that was cut off was not signed; it is written again from the database */
    return NULL;
}

struct err *erased_text(struct arena *a, char **out)
{
    size_t n;
    *out = NULL;
    return keys_dir() == NULL ? NULL : keys_get(a, file, out, &n);
}

/* ---- bringing the list up to date ---- */
static int by_commitment(const void *x, const void *y)
{
    return memcmp(&((const struct line *)x)->commitment, &((const struct line *)y)->commitment, LEDGER_HASH);
}

static const char missing_sql[] =
    "SELECT r.record, r.row, r.rev, r.commitment FROM kernel_erasure e JOIN revision r ON r.record = e.record"
    " AND r.row = e.row AND r.rev BETWEEN e.first AND e.last WHERE e.ended = 0 AND r.commitment IS NOT NULL"
    " UNION ALL SELECT 'change', c.seq, 0, c.commitment FROM kernel_erasure e JOIN change c ON c.seq = e.row"
    " WHERE e.ended = 0 AND e.record = 'change' AND c.commitment IS NOT NULL";

static struct err *lines_missing(struct db_tx *tx, struct list *l, struct buf *out)
{
    struct arena *a = tx->arena;
    db_rows_scope struct db_rows rows = {0};
    if (l->lines.n > 0)
        qsort(l->lines.p, l->lines.n, sizeof *l->lines.p, by_commitment);
    TRY(db_query(tx, missing_sql, NULL, 0, &rows));
    for (bool more = true;;) {
        size_t n;
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct line x = {.row = db_col_int(&rows, 1), .rev = db_col_int(&rows, 2)};
        const void *p = db_col_blob(&rows, 3, &n);
        if (n != LEDGER_HASH)
            continue;
        memcpy(x.commitment.b, p, LEDGER_HASH);
        if (l->lines.n > 0 && bsearch(&x, l->lines.p, l->lines.n, sizeof x, by_commitment) != NULL)
            continue;
        buf_printf(out, "- %s %lld %lld ", arena_strdup(a, db_col_text(&rows, 0)), (long long)x.row, (long long)x.rev);
        ledger_base64(out, p, n);
        buf_putc(out, '\n');
    }
}

struct err *erased_keep(struct db *db, struct arena *a)
{
    struct list l;
    char *text, *note = NULL;
    struct buf more = BUF(a), all = BUF(a);
    if (keys_dir() == NULL)
        return NULL;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "list of erasures", &c)); /* one at a time */
    TRY(erased_text(a, &text));
    TRY(list_read(a, text, &l));
    TRY(lines_missing(&c.tx, &l, &more));
    if (more.n == 0)
        return NULL;
    chained(a, l.chain, more.p, more.n);
    char *what = batch_text(a, l.chain);
    TRY(trust_sign(&c, what, &note));
    if (text == NULL)
        buf_puts(&all, first);
    buf_add(&all, more.p, more.n);
    buf_printf(&all, "= %s", note + strlen(what) + 1);
    TRY(keys_append(a, file, text == NULL ? 0 : l.whole, all.p, all.n));
    return change_commit(&c); /* a key put on record by signing, mostly nothing */
}

/* ---- against a database that was set back ---- */
/* Does the content stand there that was erased? Only then: the same numbers may mean something else by now. */
static struct err *stands(struct log *log, const struct line *x, bool *out)
{
    struct arena *a = log->tx->arena;
    bool head = strcmp(x->record, "change") == 0, more;
    struct ledger_hash h;
    struct buf b = BUF(a);
    size_t n;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(x->row), db_text(x->record), db_int(x->rev)};
    *out = false;
    if (head)
        TRY(db_query(log->tx,
                     "SELECT salt, back, account, office, role, actor, what FROM change WHERE seq = ?1"
                     " AND salt IS NOT NULL",
                     args, 1, &rows));
    else
        TRY(db_query(log->tx,
                     "SELECT salt, body FROM revision WHERE row = ?1 AND record = ?2 AND rev = ?3 AND body IS NOT NULL",
                     args, 3, &rows));
    TRY(db_next(&rows, &more));
    if (!more)
        return NULL;
    const void *salt = db_col_blob(&rows, 0, &n);
    buf_add(&b, salt, n);
    if (head)
        ledger_head_bytes(&b,
                          &(struct ledger_head){db_col_int(&rows, 1), db_col_int(&rows, 2), db_col_int(&rows, 3),
                                                db_col_text(&rows, 4), db_col_text(&rows, 5), db_col_text(&rows, 6)});
    else
        ledger_revision_bytes(&b, x->record, x->row, x->rev, db_col_text(&rows, 1), db_col_bytes(&rows, 1));
    ledger_digest(log->h, b.p, b.n, &h);
    *out = ledger_same(&h, &x->commitment);
    return NULL;
}

struct err *erased_again(struct db *db, struct arena *a, const char *text, int64_t *n_out)
{
    struct list l;
    struct log log;
    TRY(list_read(a, text, &l));
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "erased since the backup", &c));
    TRY(log_open(&c.tx, &log));
    *n_out = 0;
    for (size_t i = 0; i < l.lines.n; i++) {
        const struct line *x = &l.lines.p[i];
        bool there;
        TRY(stands(&log, x, &there));
        if (!there)
            continue;
        TRY(strcmp(x->record, "change") == 0 ? log_erase_head(&c, x->row)
                                             : log_erase(&c, x->record, x->row, x->rev, x->rev));
        ++*n_out;
    }
    return change_commit(&c);
}

struct err *verify_erasures(struct verify *v)
{
    struct list l;
    char *text;
    TRY(erased_text(v->a, &text));
    struct err *e = list_read(v->a, text, &l);
    if (e != NULL) {
        verify_differs(v, "kernel_erasure", 0, NULL, "%s", e->detail);
        return NULL;
    }
    for (size_t i = 0; i < l.lines.n; i++) {
        const struct line *x = &l.lines.p[i];
        bool there;
        TRY(stands(&v->log, x, &there));
        if (there)
            verify_differs(v, "kernel_erasure", x->row, NULL, "%s %lld revision %lld was erased and is back", x->record,
                           (long long)x->row, (long long)x->rev);
    }
    return NULL;
}
