/* pg.h: what the files of the PostgreSQL driver share: pg_connect.c (addresses, errors), pg_rows.c (reading) and
 * postgres.c (statements, transactions). */
#ifndef QF_DB_PG_H
#define QF_DB_PG_H

#include <libpq-fe.h>
#include <stdio.h>

#include "db/driver.h"

struct pg_stmt {
    char name[16];
    int n_params;
};

struct pg {
    struct db db;
    PGconn *h;
    struct pg_rows *streaming; /* rows still coming in; a further call spools them first */
    unsigned last_name;
    bool stale;          /* which statements the server knows is not sure: begin anew */
    char (*dropped)[16]; /* statements given up here, still known to the server */
    size_t n_dropped, dropped_cap;
    int sent; /* into the pipeline since it was last emptied */
    struct {
        const char **value;
        int *length, *format;
        char (*number)[24];
        char *text; /* copies of texts without a NUL behind them */
        size_t cap, text_cap;
    } args;
};

static inline struct pg *pg_of(struct db *db)
{
    return (struct pg *)db;
}

/* A new connection to the pool's address with this program's settings. */
struct err *pg_dial(struct db_pool *p, struct arena *a, PGconn **out) MUST_USE;
/* The error of a result (freed) or, without one, of the connection. */
struct err *pg_err(struct pg *c, struct arena *a, const char *here, PGresult *r, const char *sql) MUST_USE;

/* Reading. The statement has been sent and asked for single rows. */
struct err *pg_rows_begin(struct db_tx *tx, const char *sql, struct db_rows *out) MUST_USE;
/* Makes the connection free for a further statement. */
struct err *pg_quiet(struct pg *c, struct arena *a) MUST_USE;
struct err *pg_rows_next(struct db_rows *rows, bool *more) MUST_USE;
void pg_rows_end(struct db_rows *rows);
bool pg_col_null(const struct db_rows *rows, int col);
int64_t pg_col_int(const struct db_rows *rows, int col);
const char *pg_col_text(const struct db_rows *rows, int col);
const void *pg_col_blob(const struct db_rows *rows, int col, size_t *n_out);
size_t pg_col_bytes(const struct db_rows *rows, int col);
int pg_cols(const struct db_rows *rows);
const char *pg_col_name(const struct db_rows *rows, int col);

#endif
