/* db.c: every call of db.h that can fail passes here: it is counted, may be made to fail by a test, and is refused when
 * the transaction has ended or has failed. After a failed call a transaction can only be ended: PostgreSQL knows no
 * other way, and SQLite must not behave better than it. */
#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "db/driver.h"

/* Calls are counted by lanes: threads that read millions of rows do not wait for one cache line. */
enum { LANES = 32 };
static struct {
    _Alignas(64) _Atomic int64_t n;
} lanes[LANES];
static _Atomic int next_lane;
static __thread int my_lane = -1;
static _Atomic bool armed;
static _Atomic int64_t left;

void db_fail_at(int64_t k)
{
    atomic_store(&left, k);
    atomic_store(&armed, k >= 0);
}

int64_t db_calls(void)
{
    int64_t n = 0;
    for (int i = 0; i < LANES; i++)
        n += atomic_load_explicit(&lanes[i].n, memory_order_relaxed);
    return n;
}

/* Counts the call; true when it is the one to fail. */
static bool injected(void)
{
    if (__builtin_expect(my_lane < 0, 0))
        my_lane = atomic_fetch_add(&next_lane, 1) % LANES;
    atomic_fetch_add_explicit(&lanes[my_lane].n, 1, memory_order_relaxed);
    if (__builtin_expect(!atomic_load_explicit(&armed, memory_order_relaxed), 1))
        return false;
    if (atomic_fetch_sub(&left, 1) != 0)
        return false;
    atomic_store(&armed, false);
    return true;
}

#define INJECT(a)                                   \
    do {                                            \
        if (injected())                             \
            return ERR((a), ERR_FAULT, "injected"); \
    } while (0)

void *db_get(size_t n)
{
    void *p = calloc(1, n);
    if (p == NULL) {
        fputs("qingfeng: out of memory\n", stderr);
        abort();
    }
    return p;
}

char *db_copy(const char *s)
{
    size_t n = strlen(s) + 1;
    return memcpy(db_get(n), s, n);
}

const char *db_short(struct arena *a, const char *sql)
{
    enum { MOST = 160 };
    sql += strspn(sql, " \t\r\n");
    size_t n = strlen(sql);
    char *s = arena_printf(a, "%.*s%s", MOST, sql, n > MOST ? "..." : "");
    for (char *c = s; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
    return s;
}

struct err *db_bad_args(struct arena *a, const char *sql, int want, int got)
{
    return ERR(a, ERR_FAULT, "%d parameters given, %d wanted (%s)", got, want, db_short(a, sql));
}

bool db_has_nul(const struct db_val *v)
{
    return v->type == DB_TEXT && !v->ended && memchr(v->p, '\0', v->n) != NULL;
}

struct db_val db_text(const char *s)
{
    if (s == NULL)
        return db_null();
    return (struct db_val){.type = DB_TEXT, .p = s, .n = strlen(s), .ended = true};
}

struct db_val db_textn(const char *s, size_t n)
{
    if (s == NULL)
        return db_null();
    return (struct db_val){.type = DB_TEXT, .p = s, .n = n};
}

struct db_val db_blob(const void *p, size_t n)
{
    if (p == NULL)
        return db_null();
    return (struct db_val){.type = DB_BLOB, .p = p, .n = n};
}

struct err *db_pool_open(struct arena *a, const char *url, bool create, struct db_pool **out)
{
    INJECT(a);
    return db_pool_connect(a, url, create, out);
}

struct err *db_take(struct db_pool *p, struct arena *a, struct db **out)
{
    INJECT(a);
    return db_pool_take(p, a, out);
}

static struct err *begin(struct db *db, struct arena *a, bool write, struct db_tx *out)
{
    INJECT(a);
    if (db->in_tx)
        return ERR(a, ERR_FAULT, "this connection already has a transaction open");
    TRY(db->driver->begin(db, a, write));
    db->in_tx = true;
    db->write = write;
    db->failed = db->pipeline = false;
    *out = (struct db_tx){.db = db, .arena = a, .write = write, .open = true};
    return NULL;
}

struct err *db_begin_read(struct db *db, struct arena *a, struct db_tx *out)
{
    return begin(db, a, false, out);
}

struct err *db_begin_write(struct db *db, struct arena *a, struct db_tx *out)
{
    return begin(db, a, true, out);
}

static struct err *fail(struct db_tx *tx, struct err *e)
{
    if (e != NULL)
        tx->db->failed = true;
    return e;
}

/* May the transaction be used? */
static struct err *usable(struct db_tx *tx)
{
    assert(tx->db != NULL);
    if (injected())
        return fail(tx, ERR(tx->arena, ERR_FAULT, "injected"));
    if (__builtin_expect(!tx->open || tx->db->failed, 0))
        return ERR(tx->arena, ERR_FAULT, "%s",
                   tx->open ? "an earlier call of this transaction failed" : "this transaction has ended");
    return NULL;
}

struct err *db_commit(struct db_tx *tx)
{
    TRY(usable(tx));
    struct db *db = tx->db;
    if (db->open_rows > 0 || db->pipeline)
        return fail(tx, ERR(tx->arena, ERR_FAULT, "commit while %s", db->pipeline ? "sending" : "reading rows"));
    TRY(fail(tx, db->driver->commit(db, tx->arena)));
    tx->open = db->in_tx = false;
    return NULL;
}

void db_end(struct db_tx *tx)
{
    if (!tx->open)
        return;
    tx->db->driver->rollback(tx->db);
    tx->open = tx->db->in_tx = tx->db->pipeline = false;
}

struct err *db_run(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, int64_t *changed)
{
    TRY(usable(tx));
    return fail(tx, tx->db->driver->run(tx, sql, args, n_args, changed));
}

struct err *db_script(struct db_tx *tx, const char *sql)
{
    TRY(usable(tx));
    if (!tx->write)
        return fail(tx, ERR(tx->arena, ERR_FAULT, "a script in a read transaction"));
    return fail(tx, tx->db->driver->script(tx, sql));
}

static struct err *query(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, struct db_rows *out)
{
    if (tx->db->pipeline)
        return fail(tx, ERR(tx->arena, ERR_FAULT, "a query while sending"));
    struct db_rows rows = {.tx = tx};
    TRY(fail(tx, tx->db->driver->query(tx, sql, args, n_args, &rows)));
    tx->db->open_rows++;
    *out = rows;
    return NULL;
}

struct err *db_query(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, struct db_rows *out)
{
    TRY(usable(tx));
    return query(tx, sql, args, n_args, out);
}

/* At the end the rows are given back: a commit may follow, and the connection may go to another thread. */
static struct err *next_row(struct db_rows *rows, bool *more)
{
    *more = false;
    if (rows->impl == NULL)
        return NULL;
    TRY(fail(rows->tx, rows->tx->db->driver->next(rows, more)));
    if (!*more)
        db_rows_end(rows);
    return NULL;
}

struct err *db_next(struct db_rows *rows, bool *more)
{
    TRY(usable(rows->tx));
    return next_row(rows, more);
}

void db_rows_end(struct db_rows *rows)
{
    if (rows->impl == NULL)
        return;
    rows->tx->db->driver->rows_end(rows);
    rows->tx->db->open_rows--;
    rows->impl = NULL;
}

bool db_col_null(const struct db_rows *rows, int col)
{
    return rows->impl == NULL ? true : rows->tx->db->driver->col_null(rows, col);
}

struct db_val db_col(const struct db_rows *rows, int col, bool number)
{
    if (rows->impl == NULL)
        return db_null();
    const struct db_driver *d = rows->tx->db->driver;
    if (d->col != NULL)
        return d->col(rows, col, number);
    if (d->col_null(rows, col))
        return db_null();
    return number ? db_int(d->col_int(rows, col)) : (struct db_val){.type = DB_TEXT, .p = d->col_text(rows, col)};
}

int64_t db_col_int(const struct db_rows *rows, int col)
{
    return rows->impl == NULL ? 0 : rows->tx->db->driver->col_int(rows, col);
}

const char *db_col_text(const struct db_rows *rows, int col)
{
    return rows->impl == NULL ? NULL : rows->tx->db->driver->col_text(rows, col);
}

const void *db_col_blob(const struct db_rows *rows, int col, size_t *n_out)
{
    *n_out = 0;
    return rows->impl == NULL ? NULL : rows->tx->db->driver->col_blob(rows, col, n_out);
}

size_t db_col_bytes(const struct db_rows *rows, int col)
{
    return rows->impl == NULL ? 0 : rows->tx->db->driver->col_bytes(rows, col);
}

int db_cols(const struct db_rows *rows)
{
    return rows->impl == NULL ? 0 : rows->tx->db->driver->cols(rows);
}

const char *db_col_name(const struct db_rows *rows, int col)
{
    return rows->impl == NULL ? "" : rows->tx->db->driver->col_name(rows, col);
}

/* Calls inside this file are not counted again: one entry, one call. */
struct err *db_one_int(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, int64_t none,
                       int64_t *out)
{
    TRY(usable(tx));
    db_rows_scope struct db_rows rows = {0};
    TRY(query(tx, sql, args, n_args, &rows));
    bool more;
    TRY(next_row(&rows, &more));
    if (!more) {
        *out = none;
        return NULL;
    }
    int64_t n = db_col_null(&rows, 0) ? none : db_col_int(&rows, 0);
    TRY(next_row(&rows, &more));
    if (more)
        return fail(tx, ERR(tx->arena, ERR_FAULT, "more than one row (%s)", db_short(tx->arena, sql)));
    *out = n;
    return NULL;
}

struct err *db_table_columns(struct db_tx *tx, const char *table, const char *const **out, int *n_out)
{
    TRY(usable(tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val name = db_text(table);
    TRY(query(tx, tx->db->driver->columns_sql, &name, 1, &rows));
    VEC(const char *) names = {0};
    for (bool more;;) {
        TRY(next_row(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&names, tx->arena) = arena_strdup(tx->arena, db_col_text(&rows, 0));
    }
    *out = names.p;
    *n_out = (int)names.n;
    return NULL;
}

struct err *db_has_index(struct db_tx *tx, const char *index, bool *out)
{
    TRY(usable(tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val name = db_text(index);
    TRY(query(tx, tx->db->driver->index_sql, &name, 1, &rows));
    return next_row(&rows, out);
}

struct err *db_tidy(struct db *db, struct arena *a)
{
    INJECT(a);
    assert(!db->in_tx && db->open_rows == 0);
    return db->driver->tidy(db, a);
}

struct err *db_pipeline_begin(struct db_tx *tx)
{
    TRY(usable(tx));
    if (tx->db->pipeline || tx->db->open_rows > 0)
        return fail(tx,
                    ERR(tx->arena, ERR_FAULT, "sending begun while %s", tx->db->pipeline ? "sending" : "reading rows"));
    TRY(fail(tx, tx->db->driver->pipeline_begin(tx)));
    tx->db->pipeline = true;
    return NULL;
}

struct err *db_pipeline_end(struct db_tx *tx)
{
    TRY(usable(tx));
    if (!tx->db->pipeline)
        return fail(tx, ERR(tx->arena, ERR_FAULT, "sending was not begun"));
    TRY(fail(tx, tx->db->driver->pipeline_end(tx)));
    tx->db->pipeline = false;
    return NULL;
}
