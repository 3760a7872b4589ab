/* verify_rows.c: each row as it stands against its newest revision, its scope against the unit or person it hangs on,
 * stored files against their hash. A row whose bytes as a revision equal the revision needs no more; the others are
 * compared field by field. */
#include <string.h>

#include "base/hash.h"
#include "record/verify.h"

enum { ROWS_AN_ARENA = 64 };

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct err *by_field(struct verify *v, const struct known *k, const struct row *row, const char *body)
{
    struct row *then = NULL;
    struct err *e = body_read(v->row, k->rec, body, &then, NULL);
    if (e != NULL) {
        verify_differs(v, k->table, row->id, NULL, "revision %lld cannot be read", (long long)row->rev);
        return NULL;
    }
    for (int i = 0; i < k->n_fields; i++)
        if (!same(row->v[i], then->v[i]))
            verify_differs(v, k->table, row->id, k->rec->fields[i].name, "it differs from revision %lld",
                           (long long)row->rev);
    if (row->ended != then->ended)
        verify_differs(v, k->table, row->id, "ended", "it differs from revision %lld", (long long)row->rev);
    return NULL;
}

/* Where the scope of a row comes from: the row it concerns, else its unit (save.c, scope_of). */
static void scope_sql(struct arena *a, const struct record *rec, struct buf *joins, struct buf *value)
{
    const char *const by[] = {rec->concerns, rec->tree != NULL ? NULL : rec->unit};
    buf_puts(value, rec->tree != NULL ? "t.scope" : "coalesce(CASE");
    for (int i = 0; i < 2 && rec->tree == NULL; i++) {
        if (by[i] == NULL)
            continue;
        const char *to = known_of(record_find(rec->fields[record_field(rec, by[i])].to))->table;
        buf_printf(joins, " LEFT JOIN %s s%d ON s%d.id = t.%s", to, i, i, by[i]);
        buf_printf(value, " WHEN t.%s IS NOT NULL THEN s%d.scope", by[i], i);
    }
    if (rec->tree == NULL)
        buf_printf(value, "%s END, -1)", rec->concerns == NULL && rec->unit == NULL ? " WHEN 1 = 1 THEN -1" : "");
    (void)a;
}

static const char *rows_sql(struct arena *a, const struct known *k)
{
    struct buf cols = BUF(a), joins = BUF(a), scope = BUF(a);
    buf_puts(&cols, "t.id, t.rev, t.ended, t.scope");
    for (int i = 0; i < k->n_fields; i++)
        buf_printf(&cols, ", t.%s", k->rec->fields[i].name);
    scope_sql(a, k->rec, &joins, &scope);
    return arena_printf(a,
                        "SELECT %s, %s, r.body, r.rev FROM %s t LEFT JOIN revision r ON r.record = ?1 AND r.row = t.id"
                        " AND r.rev = t.rev%s",
                        buf_str(&cols), buf_str(&scope), k->table, buf_str(&joins));
}

static struct err *row_right(struct verify *v, const struct known *k, const struct db_rows *rows)
{
    struct row *row = record_take(v->row, k->rec, rows, 0);
    int after = 4 + k->n_fields;
    const char *body = db_col_text(rows, after + 1);
    v->out->rows++;
    if (db_col_int(rows, after) != row->scope)
        verify_differs(v, k->table, row->id, "scope", "it is not that of the unit or person it hangs on");
    if (body == NULL) {
        verify_differs(v, k->table, row->id, NULL,
                       db_col_null(rows, after + 2) ? "there is no revision %lld of it"
                                                    : "revision %lld of it was erased",
                       (long long)row->rev);
        return NULL;
    }
    if (row->ended || strcmp(body_write(v->row, row, NULL), body) != 0)
        return by_field(v, k, row, body);
    return NULL;
}

/* Revisions that are newer than the row, or whose row is gone. Asked only when the numbers do not agree. */
static struct err *rows_missing(struct verify *v, const char *record, const char *table, bool revs)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(record)};
    const char *sql = arena_printf(
        v->a,
        "SELECT r.row, max(r.rev), max(CASE WHEN r.body IS NULL THEN r.rev ELSE 0 END) FROM revision r"
        " WHERE r.record = ?1 AND NOT EXISTS (SELECT 1 FROM %s t WHERE t.id = r.row%s) GROUP BY r.row ORDER BY r.row",
        table, revs ? " AND t.rev >= r.rev" : "");
    TRY(db_query(v->tx, sql, args, 1, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        int64_t rev = db_col_int(&rows, 1);
        if (db_col_int(&rows, 2) != rev) /* else the newest was erased, and the row with it */
            verify_differs(v, table, db_col_int(&rows, 0), NULL, "the row of revision %lld is not there",
                           (long long)rev);
    }
}

static struct err *one_record(struct verify *v, const struct known *k)
{
    int64_t revs = 0;
    {
        db_rows_scope struct db_rows rows = {0};
        struct db_val args[] = {db_text(k->rec->name)};
        TRY(db_query(v->tx, rows_sql(v->a, k), args, 1, &rows));
        int n = 0;
        for (bool more = true;;) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            revs += db_col_int(&rows, 1);
            TRY(row_right(v, k, &rows));
            if (++n % ROWS_AN_ARENA == 0)
                arena_reset(v->row);
        }
    }
    arena_reset(v->row);
    return revs == verify_tally(v, k->rec->name)->revisions ? NULL : rows_missing(v, k->rec->name, k->table, true);
}

/* ---- the tree: every unit inside its parent, at a place of its own (tree.c) ---- */
struct unit {
    int64_t id, from, to;
};
enum { DEEP = 16 };

static void unit_right(struct verify *v, const char *table, struct unit *open, int *n, struct unit u, int64_t parent)
{
    while (*n > 1 && open[*n - 1].to <= u.from)
        (*n)--;
    const struct unit *p = &open[*n - 1];
    int64_t part = (p->to - p->from) / 1024;
    bool right = part > 0 && p->id == parent && u.to - u.from == part && u.from >= p->from && u.to <= p->to &&
                 (u.from - p->from) % part == 0 && u.from > p->from;
    if (!right)
        verify_differs(v, table, u.id, "scope", "it does not lie in the unit above it");
    if (right && *n < DEEP)
        open[(*n)++] = u;
}

static struct err *tree_right(struct verify *v, const struct known *k)
{
    struct unit open[DEEP] = {{0, 0, (int64_t)1 << 60}};
    int n = 1;
    int64_t before = -1;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(v->tx,
                 arena_printf(v->a, "SELECT id, scope, scope_to, coalesce(%s, 0) FROM %s ORDER BY scope, id",
                              k->rec->tree, k->table),
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct unit u = {db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2)};
        if (u.from == before)
            verify_differs(v, k->table, u.id, "scope", "another unit has the same place");
        else
            unit_right(v, k->table, open, &n, u, db_col_int(&rows, 3));
        before = u.from;
    }
}

/* ---- files ---- */
static struct err *file_right(struct verify *v, const struct db_rows *rows)
{
    int64_t id = db_col_int(rows, 0);
    size_t n;
    const void *bytes = db_col_blob(rows, 4, &n);
    char hex[SHA256_HEX];
    sha256_hex(bytes == NULL ? "" : bytes, bytes == NULL ? 0 : n, hex);
    v->out->files++;
    if (!same(hex, db_col_text(rows, 1)))
        verify_differs(v, "kernel_file", id, "bytes", "they are not those of its hash");
    const char *body = db_col_text(rows, 5);
    if (body == NULL || db_col_null(rows, 1) || db_col_null(rows, 2) ||
        strcmp(file_body(v->row, db_col_text(rows, 1), db_col_text(rows, 2), db_col_int(rows, 3)), body) != 0)
        verify_differs(v, "kernel_file", id, "hash", "hash, type or size is not what was stored");
    return NULL;
}

static struct err *files(struct verify *v)
{
    int64_t n = 0;
    {
        db_rows_scope struct db_rows rows = {0};
        TRY(db_query(v->tx,
                     "SELECT f.id, f.hash, f.type, f.size, f.bytes, r.body FROM kernel_file f LEFT JOIN revision r"
                     " ON r.record = '" FILE_RECORD "' AND r.row = f.id AND r.rev = 1",
                     NULL, 0, &rows));
        for (bool more = true;; n++) {
            TRY(db_next(&rows, &more));
            if (!more)
                break;
            TRY(file_right(v, &rows));
            arena_reset(v->row);
        }
    }
    return n == verify_tally(v, FILE_RECORD)->revisions ? NULL : rows_missing(v, FILE_RECORD, "kernel_file", false);
}

struct err *verify_rows(struct verify *v)
{
    for (int i = 0; i < record_count(); i++) {
        const struct known *k = known_of(record_at(i));
        TRY(one_record(v, k));
        if (k->rec->tree != NULL)
            TRY(tree_right(v, k));
    }
    for (size_t i = 0; i < v->tallies.n; i++)
        if (record_find(v->tallies.p[i].name) == NULL && strcmp(v->tallies.p[i].name, FILE_RECORD) != 0)
            verify_differs(v, "revision", 0, "record", "this program knows no record '%s'", v->tallies.p[i].name);
    return files(v);
}
