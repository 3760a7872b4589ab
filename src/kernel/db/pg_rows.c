/* pg_rows.c: rows of a query, one at a time, in flat memory. They stream in single-row mode (measured: 5.5 million
 * rows/s where a cursor fetching 2 000 gave 3.7). A connection carries one statement at a time, so when a further call
 * comes in between, the rows still on their way are spooled: to memory up to SPOOL_MEMORY, then to a temporary file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temp.h"
#include "db/pg.h"

enum { SPOOL_MEMORY = 4 << 20, OID_BYTEA = 17 };

struct pg_rows {
    struct pg *c;
    char *sql;       /* owned */
    PGresult *first; /* came with the answer, not yet handed out */
    PGresult *cur;   /* the row being looked at, while streaming */
    PGresult *shape; /* names and types, once spooled */
    int n_cols;
    bool ended; /* nothing more comes from the server */
    bool spooled, on_row;
    struct {
        char *p;
        size_t n, cap, at;
        FILE *file;
    } spool;
    char **value; /* of the row being looked at, once spooled; NULL pointers are SQL NULL */
    int *length;
    char *row;
    size_t row_cap;
    struct blob {
        char *p;
        size_t cap;
    } * blobs;
};

static struct pg_rows *rows_of(const struct db_rows *rows)
{
    return rows->impl;
}

static void grow(char **p, size_t *cap, size_t want)
{
    if (want <= *cap)
        return;
    size_t n = *cap < 1024 ? 1024 : *cap;
    while (n < want)
        n *= 2;
    char *q = realloc(*p, n);
    if (q == NULL)
        abort();
    *p = q;
    *cap = n;
}

/* The next row from the server, or NULL at the end. */
static struct err *receive(struct pg_rows *r, struct arena *a, PGresult **out)
{
    PGresult *got = PQgetResult(r->c->h);
    ExecStatusType st = PQresultStatus(got);
    if (got != NULL && st == PGRES_SINGLE_TUPLE) {
        *out = got;
        return NULL;
    }
    r->ended = true;
    r->c->streaming = NULL;
    struct err *e = NULL;
    if (st != PGRES_TUPLES_OK)
        e = st == PGRES_COMMAND_OK ? ERR(a, ERR_FAULT, "a statement without rows was queried (%s)", db_short(a, r->sql))
                                   : pg_err(r->c, a, ERR_HERE, got, r->sql);
    if (e == NULL && r->shape == NULL && r->n_cols == 0) {
        r->n_cols = PQnfields(got);
        r->shape = got;
    } else if (e == NULL || st == PGRES_COMMAND_OK) {
        PQclear(got);
    }
    while ((got = PQgetResult(r->c->h)) != NULL)
        PQclear(got);
    *out = NULL;
    return e;
}

static void rows_free(struct pg_rows *r)
{
    PQclear(r->first);
    PQclear(r->cur);
    PQclear(r->shape);
    if (r->spool.file != NULL)
        fclose(r->spool.file);
    for (int i = 0; r->blobs != NULL && i < r->n_cols; i++)
        free(r->blobs[i].p);
    free(r->blobs);
    free(r->spool.p);
    free(r->value);
    free(r->length);
    free(r->row);
    free(r->sql);
    free(r);
}

struct err *pg_rows_begin(struct db_tx *tx, const char *sql, struct db_rows *out)
{
    struct pg *c = pg_of(tx->db);
    struct pg_rows *r = db_get(sizeof *r);
    r->c = c;
    r->sql = db_copy(sql);
    c->streaming = r;
    struct err *e = receive(r, tx->arena, &r->first);
    if (e != NULL) {
        rows_free(r);
        return e;
    }
    if (r->first != NULL)
        r->n_cols = PQnfields(r->first);
    out->impl = r;
    return NULL;
}

static struct err *spool_failed(struct arena *a)
{
    return err_disk(a, errno, "a temporary file");
}

static struct err *spool_flush(struct pg_rows *r, struct arena *a)
{
    int fd;
    if (r->spool.file == NULL) {
        TRY(temp_open(a, temp_folder(), &fd));
        r->spool.file = fdopen(fd, "w+");
        if (r->spool.file == NULL) {
            struct err *e = spool_failed(a);
            close(fd);
            return e;
        }
    }
    if (fwrite(r->spool.p, 1, r->spool.n, r->spool.file) != r->spool.n)
        return spool_failed(a);
    r->spool.n = 0;
    return NULL;
}

/* A row: its length without this word, the length of each value (-1: NULL), the values with a NUL behind each. */
static struct err *spool_row(struct pg_rows *r, struct arena *a, const PGresult *row)
{
    size_t n = sizeof(int32_t) * (size_t)r->n_cols;
    for (int i = 0; i < r->n_cols; i++)
        n += PQgetisnull(row, 0, i) ? 0 : (size_t)PQgetlength(row, 0, i) + 1;
    grow(&r->spool.p, &r->spool.cap, r->spool.n + sizeof(uint64_t) + n);
    char *at = r->spool.p + r->spool.n;
    uint64_t size = n;
    memcpy(at, &size, sizeof size);
    char *lengths = at + sizeof size, *value = lengths + sizeof(int32_t) * (size_t)r->n_cols;
    for (int i = 0; i < r->n_cols; i++) {
        int32_t len = PQgetisnull(row, 0, i) ? -1 : PQgetlength(row, 0, i);
        memcpy(lengths + sizeof len * (size_t)i, &len, sizeof len);
        if (len < 0)
            continue;
        memcpy(value, PQgetvalue(row, 0, i), (size_t)len + 1);
        value += len + 1;
    }
    r->spool.n += sizeof size + n;
    return r->spool.n > SPOOL_MEMORY ? spool_flush(r, a) : NULL;
}

struct err *pg_quiet(struct pg *c, struct arena *a)
{
    struct pg_rows *r = c->streaming;
    if (r == NULL)
        return NULL;
    r->spooled = true;
    const PGresult *any = r->cur != NULL ? r->cur : r->first;
    r->shape = PQcopyResult(any, PG_COPYRES_ATTRS);
    for (PGresult *row = r->first;;) {
        if (row == NULL)
            TRY(receive(r, a, &row));
        if (row == NULL)
            break;
        r->first = NULL;
        struct err *e = spool_row(r, a, row);
        PQclear(row);
        row = NULL;
        if (e != NULL)
            return err_via(e, ERR_HERE);
    }
    if (r->spool.file != NULL) {
        TRY(spool_flush(r, a));
        if (fflush(r->spool.file) != 0)
            return spool_failed(a);
        rewind(r->spool.file);
    }
    return NULL;
}

/* The bytes of the next spooled row; NULL at the end. */
static struct err *unspool(struct pg_rows *r, struct arena *a, char **out)
{
    uint64_t size = 0;
    *out = NULL;
    if (r->spool.file == NULL) {
        if (r->spool.at >= r->spool.n)
            return NULL;
        memcpy(&size, r->spool.p + r->spool.at, sizeof size);
        *out = r->spool.p + r->spool.at + sizeof size;
        r->spool.at += sizeof size + size;
        return NULL;
    }
    size_t got = fread(&size, 1, sizeof size, r->spool.file);
    if (got == 0 && feof(r->spool.file))
        return NULL;
    if (got == sizeof size) {
        grow(&r->row, &r->row_cap, size);
        if (fread(r->row, 1, size, r->spool.file) == size) {
            *out = r->row;
            return NULL;
        }
    }
    return spool_failed(a);
}

static struct err *next_spooled(struct pg_rows *r, struct arena *a)
{
    PQclear(r->cur);
    r->cur = NULL;
    if (r->value == NULL) {
        r->value = db_get(sizeof *r->value * (size_t)r->n_cols);
        r->length = db_get(sizeof *r->length * (size_t)r->n_cols);
    }
    char *row;
    TRY(unspool(r, a, &row));
    r->on_row = row != NULL;
    if (row == NULL)
        return NULL;
    char *value = row + sizeof(int32_t) * (size_t)r->n_cols;
    for (int i = 0; i < r->n_cols; i++) {
        int32_t len;
        memcpy(&len, row + sizeof len * (size_t)i, sizeof len);
        r->value[i] = len < 0 ? NULL : value;
        r->length[i] = len < 0 ? 0 : len;
        value += len + 1;
    }
    return NULL;
}

struct err *pg_rows_next(struct db_rows *rows, bool *more)
{
    struct pg_rows *r = rows_of(rows);
    if (r->spooled) {
        TRY(next_spooled(r, rows->tx->arena));
        *more = r->on_row;
        return NULL;
    }
    PGresult *row = r->first;
    r->first = NULL;
    if (row == NULL && !r->ended)
        TRY(receive(r, rows->tx->arena, &row));
    PQclear(r->cur);
    r->cur = row;
    r->on_row = *more = row != NULL;
    return NULL;
}

/* Rows not read are thrown away: cancelling would fail the transaction. */
void pg_rows_end(struct db_rows *rows)
{
    struct pg_rows *r = rows_of(rows);
    if (!r->ended) {
        for (PGresult *got; (got = PQgetResult(r->c->h)) != NULL;)
            PQclear(got);
        r->c->streaming = NULL;
    }
    rows_free(r);
}

/* Asking for a column where there is no row is our mistake; as with SQLite it reads as NULL. */
static const char *value_of(const struct pg_rows *r, int col, int *length)
{
    *length = 0;
    if (!r->on_row || col < 0 || col >= r->n_cols)
        return NULL;
    if (r->cur == NULL) {
        *length = r->length[col];
        return r->value[col];
    }
    if (PQgetisnull(r->cur, 0, col))
        return NULL;
    *length = PQgetlength(r->cur, 0, col);
    return PQgetvalue(r->cur, 0, col);
}

bool pg_col_null(const struct db_rows *rows, int col)
{
    int n;
    return value_of(rows_of(rows), col, &n) == NULL;
}

int64_t pg_col_int(const struct db_rows *rows, int col)
{
    int n;
    const char *s = value_of(rows_of(rows), col, &n);
    if (s == NULL)
        return 0;
    if (*s == 't')
        return 1; /* a truth value, which SQLite gives as 1 */
    bool minus = *s == '-';
    uint64_t v = 0;
    for (s += minus; *s >= '0' && *s <= '9'; s++)
        v = v * 10 + (uint64_t)(*s - '0');
    return minus ? (int64_t)(0 - v) : (int64_t)v;
}

const char *pg_col_text(const struct db_rows *rows, int col)
{
    int n;
    return value_of(rows_of(rows), col, &n);
}

size_t pg_col_bytes(const struct db_rows *rows, int col)
{
    int n;
    value_of(rows_of(rows), col, &n);
    return (size_t)n;
}

/* Where the columns' names and types stand; NULL once neither row nor shape is there. */
static const PGresult *shape_of(const struct pg_rows *r)
{
    return r->cur != NULL ? r->cur : r->first != NULL ? r->first : r->shape;
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

const void *pg_col_blob(const struct db_rows *rows, int col, size_t *n_out)
{
    struct pg_rows *r = rows_of(rows);
    int n;
    const char *s = value_of(r, col, &n);
    *n_out = (size_t)n;
    if (s == NULL || PQftype(shape_of(r), col) != OID_BYTEA || n < 2 || s[0] != '\\' || s[1] != 'x')
        return s;
    if (r->blobs == NULL)
        r->blobs = db_get(sizeof *r->blobs * (size_t)r->n_cols);
    struct blob *b = &r->blobs[col];
    size_t bytes = (size_t)(n - 2) / 2;
    grow(&b->p, &b->cap, bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        b->p[i] = (char)(digit(s[2 + 2 * i]) << 4 | digit(s[3 + 2 * i]));
    *n_out = bytes;
    return b->p;
}

int pg_cols(const struct db_rows *rows)
{
    return rows_of(rows)->n_cols;
}

const char *pg_col_name(const struct db_rows *rows, int col)
{
    return PQfname(shape_of(rows_of(rows)), col);
}
