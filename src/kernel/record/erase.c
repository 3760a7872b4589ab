/* erase.c: the only door by which content leaves the log. What was there stays provable by its commitment; that it
 * went, and by whose decision, is a change of its own that names it. */
#include <string.h>

#include "record/inner.h"
#include "record/log.h"

static const struct field fields[] = {
    {"record", FIELD_TEXT, .max = 60, .required = true, .index = true}, /* "change": a head */
    {"row", FIELD_INT, .required = true, .index = true},                /* a head: its place */
    {"first", FIELD_INT, .required = true},
    {"last", FIELD_INT, .required = true},
    {"owner", FIELD_INT}, /* whom the row concerned, for those who hold it in columns */
    {0}};
const struct record erasure_record = {.name = "kernel.erasure",
                                      .fields = fields,
                                      .title = "record",
                                      .list = "record row first last",
                                      .order = "row",
                                      .purpose = "kernel.purpose.ledger",
                                      .basis = "kernel.basis.own",
                                      .readers = "audit system supervision",
                                      .keep = "kernel.keep.setting",
                                      .keep_from = "change",
                                      .guarded = true};

static struct err *name_it(struct change *c, const char *record, int64_t row, int64_t first, int64_t last,
                           int64_t owner)
{
    struct arena *a = c->tx.arena;
    struct row *r = row_new(a, &erasure_record);
    row_set(r, "record", record);
    row_set_int(a, r, "row", row);
    row_set_int(a, r, "first", first);
    row_set_int(a, r, "last", last);
    if (owner != 0)
        row_set_int(a, r, "owner", owner);
    return record_save(c, &erasure_record, r, 0);
}

struct found {
    int64_t change, n;
    struct ledger_hash commitment;
};

static struct err *find(struct log *l, const char *record, int64_t row, int64_t first, int64_t last, struct found **out,
                        int *n_out)
{
    struct arena *a = l->tx->arena;
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(record), db_int(row), db_int(first), db_int(last)};
    TRY(db_query(l->tx,
                 "SELECT change, n, rev, body, salt FROM revision WHERE record = ?1 AND row = ?2 AND rev >= ?3"
                 " AND rev <= ?4 AND body IS NOT NULL",
                 args, 4, &rows));
    VEC(struct found) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        struct found *f = VEC_PUSH(&v, a);
        struct buf b = BUF(a);
        size_t n;
        const void *salt = db_col_blob(&rows, 4, &n);
        *f = (struct found){db_col_int(&rows, 0), db_col_int(&rows, 1), {{0}}};
        if (salt != NULL)
            buf_add(&b, salt, n);
        ledger_revision_bytes(&b, record, row, db_col_int(&rows, 2), db_col_text(&rows, 3), db_col_bytes(&rows, 3));
        ledger_digest(l->h, b.p, b.n, &f->commitment);
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

/* The row as it stands, when its newest revision goes. */
static struct err *row_away(struct change *c, const char *record, int64_t row, int64_t first, int64_t last)
{
    const struct record *rec = record_find(record);
    const char *table = strcmp(record, FILE_RECORD) == 0 ? "kernel_file" : rec == NULL ? NULL : known_of(rec)->table;
    if (table == NULL)
        return NULL;
    struct db_val args[] = {db_int(row), db_int(first), db_int(last)};
    return db_run(&c->tx,
                  arena_printf(c->tx.arena, "DELETE FROM %s WHERE id = ?1 AND %s", table,
                               rec == NULL ? "1 BETWEEN ?2 AND ?3" : "rev BETWEEN ?2 AND ?3"),
                  args, 3, NULL);
}

static struct err *owner_of(struct change *c, const char *record, int64_t row, int64_t *out)
{
    const struct record *rec = record_find(record);
    struct db_val args[] = {db_int(row)};
    const char *by = rec == NULL ? NULL : rec->concerns != NULL ? rec->concerns : rec->tree == NULL ? rec->unit : NULL;
    if (by == NULL)
        return NULL;
    return db_one_int(&c->tx, arena_printf(c->tx.arena, "SELECT %s FROM %s WHERE id = ?1", by, known_of(rec)->table),
                      args, 1, 0, out);
}

struct err *log_erase(struct change *c, const char *record, int64_t row, int64_t first, int64_t last)
{
    struct arena *a = c->tx.arena;
    struct log l;
    struct found *f = NULL;
    int n = 0;
    TRY(log_open(&c->tx, &l));
    TRY(find(&l, record, row, first, last, &f, &n));
    if (n == 0)
        return ERR(a, ERR_MISSING, "%s %lld has no content in revisions %lld to %lld", record, (long long)row,
                   (long long)first, (long long)last);
    for (int i = 0; i < n; i++) {
        struct db_val args[] = {db_int(f[i].change), db_int(f[i].n), db_blob(f[i].commitment.b, LEDGER_HASH)};
        TRY(db_run(&c->tx, "UPDATE revision SET body = NULL, salt = NULL, commitment = ?3 WHERE change = ?1 AND n = ?2",
                   args, 3, NULL));
    }
    int64_t owner = 0;
    TRY(owner_of(c, record, row, &owner));
    TRY(row_away(c, record, row, first, last));
    near_forget(c);
    return name_it(c, record, row, first, last, owner);
}

struct err *log_erase_head(struct change *c, int64_t seq)
{
    struct arena *a = c->tx.arena;
    struct log l;
    TRY(log_open(&c->tx, &l));
    struct ledger_hash h;
    {
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {db_int(seq)};
        TRY(db_query(
            &c->tx,
            "SELECT back, account, office, role, actor, what, salt FROM change WHERE seq = ?1 AND salt IS NOT NULL",
            args, 1, &rows));
        bool more = false;
        size_t n;
        TRY(db_next(&rows, &more));
        if (!more)
            return ERR(a, ERR_MISSING, "change %lld is not there, or its head was erased", (long long)seq);
        struct buf b = BUF(a);
        const void *salt = db_col_blob(&rows, 6, &n);
        buf_add(&b, salt, n);
        ledger_head_bytes(&b,
                          &(struct ledger_head){db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2),
                                                db_col_text(&rows, 3), db_col_text(&rows, 4), db_col_text(&rows, 5)});
        ledger_digest(l.h, b.p, b.n, &h);
    }
    struct db_val args[] = {db_int(seq), db_blob(h.b, LEDGER_HASH)};
    TRY(db_run(&c->tx,
               "UPDATE change SET account = 0, office = 0, role = '', actor = '', what = NULL, salt = NULL,"
               " commitment = ?2 WHERE seq = ?1",
               args, 2, NULL));
    return name_it(c, "change", seq, 0, 0, 0);
}
