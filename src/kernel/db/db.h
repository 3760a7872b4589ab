/* db.h: one interface to SQLite and PostgreSQL. SQL text is written once for both: parameters are ?1, ?2 ... (the
 * PostgreSQL driver rewrites them), each connection keeps what it prepared, keyed by the text.
 *
 * A connection serves one thread at a time. SQLite: writers queue in order in the process (a fair lock before BEGIN
 * IMMEDIATE), a read transaction is never upgraded, WAL, synchronous=FULL. PostgreSQL: read transactions are REPEATABLE
 * READ, so that a count and its rows agree.
 *
 * Errors: ERR_BUSY when the other side holds the lock too long; ERR_CONFLICT for a unique key or a serialisation
 * failure; ERR_LIMIT when the disk is full (SQLITE_FULL, 53100); everything else ERR_FAULT with the engine's text. */
#ifndef QF_DB_DB_H
#define QF_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum db_kind { DB_SQLITE, DB_POSTGRES };

struct db_pool; /* all connections of one database */
struct db;      /* one connection */

/* url: a file path or ":memory:" (SQLite; each ":memory:" pool is its own database, shared by its connections), or
 * postgresql://... . create: make the file if absent; without it a missing file is ERR_MISSING. out is owned. */
struct err *db_pool_open(struct arena *a, const char *url, bool create, struct db_pool **out) MUST_USE;
void db_pool_close(struct db_pool *p); /* takes NULL; every connection was given back */
enum db_kind db_pool_kind(const struct db_pool *p);
const char *db_pool_url(const struct db_pool *p); /* borrowed; without password */

/* A connection from the pool, opened when none is idle; give it back with db_give. */
struct err *db_take(struct db_pool *p, struct arena *a, struct db **out) MUST_USE;
void db_give(struct db *db); /* takes NULL */
enum db_kind db_kind(const struct db *db);
struct db_pool *db_pool_of(const struct db *db);

struct db_tx {
    struct db *db;
    struct arena *arena; /* of the transaction's errors and texts */
    bool write, open;
};
struct err *db_begin_read(struct db *db, struct arena *a, struct db_tx *out) MUST_USE;
struct err *db_begin_write(struct db *db, struct arena *a, struct db_tx *out) MUST_USE;
struct err *db_commit(struct db_tx *tx) MUST_USE;
void db_end(struct db_tx *tx); /* rolls back unless committed; safe twice and on {0} */
#define db_scope __attribute__((cleanup(db_end)))

struct db_val {
    enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
    int64_t i;
    const void *p; /* borrowed until the call returns */
    size_t n;
    bool ended; /* p[n] is a NUL and there is none before (db_text) */
};
static inline struct db_val db_null(void)
{
    return (struct db_val){.type = DB_NULL};
}
static inline struct db_val db_int(int64_t i)
{
    return (struct db_val){.type = DB_INT, .i = i};
}
struct db_val db_text(const char *s); /* NULL gives SQL NULL */
struct db_val db_textn(const char *s, size_t n);
struct db_val db_blob(const void *p, size_t n);

/* Runs a statement that gives no rows. changed, if not NULL, gets the number of rows touched. */
struct err *db_run(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, int64_t *changed) MUST_USE;
/* Several statements separated by ';' without parameters (schema steps). */
struct err *db_script(struct db_tx *tx, const char *sql) MUST_USE;

/* Rows of a query, one at a time, in flat memory on both engines (10 million rows must stream). */
struct db_rows {
    struct db_tx *tx;
    void *impl;
};
struct err *db_query(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args,
                     struct db_rows *out) MUST_USE;
/* *more is false at the end, and the rows are given back then. Texts of the row before are gone. */
struct err *db_next(struct db_rows *rows, bool *more) MUST_USE;
bool db_col_null(const struct db_rows *rows, int col);        /* columns from 0 */
int64_t db_col_int(const struct db_rows *rows, int col);      /* 0 for NULL */
const char *db_col_text(const struct db_rows *rows, int col); /* NULL for NULL; borrowed until db_next */
/* Value and type at once, for loops over millions of columns: number says which of DB_INT and DB_TEXT is wanted. The
 * text ends with a NUL; its length is not given. */
struct db_val db_col(const struct db_rows *rows, int col, bool number);
const void *db_col_blob(const struct db_rows *rows, int col, size_t *n_out);
size_t db_col_bytes(const struct db_rows *rows, int col); /* length of the text */
int db_cols(const struct db_rows *rows);
const char *db_col_name(const struct db_rows *rows, int col);
void db_rows_end(struct db_rows *rows); /* safe twice and on {0} */
#define db_rows_scope __attribute__((cleanup(db_rows_end)))

/* The first column of the only row as a number; `none` when there is no row or it is NULL. */
struct err *db_one_int(struct db_tx *tx, const char *sql, const struct db_val *args, int n_args, int64_t none,
                       int64_t *out) MUST_USE;

/* What stands there: names of the columns of a table in order, n = 0 when there is no such table. */
struct err *db_table_columns(struct db_tx *tx, const char *table, const char *const **out, int *n_out) MUST_USE;
struct err *db_has_index(struct db_tx *tx, const char *index, bool *out) MUST_USE;

/* PostgreSQL: send without waiting for each answer until db_pipeline_end, which reports the first error; SQLite:
 * nothing. Inside, only db_run with changed == NULL. */
struct err *db_pipeline_begin(struct db_tx *tx) MUST_USE;
struct err *db_pipeline_end(struct db_tx *tx) MUST_USE;

/* What was deleted or overwritten leaves the database's own files: SQLite rewrites the file and empties the WAL
 * (ERR_BUSY while somebody else reads an older state), PostgreSQL rewrites every table and its statistics. Its WAL and
 * the disk's own leftovers are beyond it (doc/retention.md). Not inside a transaction. */
struct err *db_tidy(struct db *db, struct arena *a) MUST_USE;
/* A SQLite file that nobody has open is put into its one file, without a WAL beside it. ERR_BUSY when somebody has. A
 * file that is no database is left as it is. */
struct err *db_file_alone(struct arena *a, const char *file) MUST_USE;

/* Tests: the k-th later database call of this process (from 0) fails with ERR_FAULT "injected"; -1 turns it off.
 * db_calls counts the calls made. */
void db_fail_at(int64_t k);
int64_t db_calls(void);

#endif
