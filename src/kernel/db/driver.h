/* driver.h: what the drivers, the pool and the dispatch of this folder share. Nobody outside includes it.
 * A driver makes no checks of use: db.c has seen that the transaction is open and has not failed. */
#ifndef QF_DB_DRIVER_H
#define QF_DB_DRIVER_H

#include <pthread.h>
#include <stddef.h>

#include "db/db.h"

/* One prepared statement of one connection. */
struct stmt {
    struct stmt *same; /* next in the bucket */
    char *sql;         /* owned */
    size_t hash;
    uint64_t used; /* when last; the smallest is given up first */
    bool busy;     /* its rows are being read */
    bool readonly;
    int n_params, n_cols;
    void *h; /* the driver's own: sqlite3_stmt, struct pg_stmt */
};

enum { STMTS_MOST = 160, STMT_BUCKETS = 256, STMT_POINTERS = 256 };

struct stmts {
    struct stmt *bucket[STMT_BUCKETS];
    struct {
        const char *at;
        struct stmt *s;
    } seen[STMT_POINTERS]; /* the same pointer is passed again and again */
    uint64_t clock;
    int n;
    void (*drop)(struct db *db, void *h);
};

/* The idle statement of that text, or NULL. */
struct stmt *stmts_find(struct stmts *all, const char *sql);
/* Remembers h under the text; gives up the statement used least when there are STMTS_MOST. */
struct stmt *stmts_add(struct stmts *all, struct db *db, const char *sql, void *h);
void stmts_forget(struct stmts *all, struct db *db, struct stmt *s);
void stmts_clear(struct stmts *all, struct db *db);

struct db_driver {
    struct err *(*connect)(struct db_pool *p, struct arena *a, struct db **out);
    void (*close)(struct db *db); /* frees it */
    void (*idle)(struct db *db);  /* it goes back to the pool */
    struct err *(*begin)(struct db *db, struct arena *a, bool write);
    struct err *(*commit)(struct db *db, struct arena *a);
    void (*rollback)(struct db *db);
    struct err *(*run)(struct db_tx *tx, const char *sql, const struct db_val *args, int n, int64_t *changed);
    struct err *(*script)(struct db_tx *tx, const char *sql);
    struct err *(*query)(struct db_tx *tx, const char *sql, const struct db_val *args, int n, struct db_rows *out);
    struct err *(*next)(struct db_rows *rows, bool *more);
    void (*rows_end)(struct db_rows *rows);
    bool (*col_null)(const struct db_rows *rows, int col);
    struct db_val (*col)(const struct db_rows *rows, int col, bool number); /* NULL: made of the next three */
    int64_t (*col_int)(const struct db_rows *rows, int col);
    const char *(*col_text)(const struct db_rows *rows, int col);
    const void *(*col_blob)(const struct db_rows *rows, int col, size_t *n_out);
    size_t (*col_bytes)(const struct db_rows *rows, int col);
    int (*cols)(const struct db_rows *rows);
    const char *(*col_name)(const struct db_rows *rows, int col);
    struct err *(*pipeline_begin)(struct db_tx *tx);
    struct err *(*pipeline_end)(struct db_tx *tx);
    struct err *(*tidy)(struct db *db, struct arena *a);
    const char *columns_sql, *index_sql; /* ?1 is the name */
};
extern const struct db_driver sqlite_driver, postgres_driver;

/* The head of each driver's connection. */
struct db {
    struct db_pool *pool;
    const struct db_driver *driver;
    struct db *next;    /* idle in the pool */
    struct stmts stmts; /* what it prepared */
    int open_rows;
    bool in_tx, write;
    bool failed; /* a call of this transaction failed: it can only be ended */
    bool pipeline;
};

/* Writers of one pool, first come first served. */
struct writers {
    pthread_mutex_t lock;
    struct waiter *first, *last;
    int waiting;
    bool held;
    pthread_t holder;
};
struct err *writers_enter(struct writers *w, struct arena *a);
void writers_leave(struct writers *w);

struct db_pool {
    enum db_kind kind;
    const struct db_driver *driver;
    char *url;       /* as given; a secret */
    char *shown;     /* without password */
    char *file;      /* SQLite: what to open */
    struct db *keep; /* an in-memory database lives as long as this connection */
    bool create, memory;
    pthread_mutex_t lock; /* of idle and taken */
    struct db *idle;
    int n_idle, taken;
    struct writers writers;
};

#define MEMORY_VFS "qf-memory"
void memory_register(void); /* once, after sqlite3_initialize */

/* db_pool_open and db_take behind the counting of calls. */
struct err *db_pool_connect(struct arena *a, const char *url, bool create, struct db_pool **out);
struct err *db_pool_take(struct db_pool *p, struct arena *a, struct db **out);

struct err *sqlite_pool(struct db_pool *p, struct arena *a);   /* checks the file, sets file and shown */
struct err *postgres_pool(struct db_pool *p, struct arena *a); /* sets shown */

void *db_get(size_t n);       /* zeroed; never NULL */
char *db_copy(const char *s); /* owned */
/* The statement's beginning, on one line, for an error's detail. */
const char *db_short(struct arena *a, const char *sql);
struct err *db_bad_args(struct arena *a, const char *sql, int want, int got);
/* A text with a NUL byte inside is refused: PostgreSQL cannot hold it. */
bool db_has_nul(const struct db_val *v);

#endif
