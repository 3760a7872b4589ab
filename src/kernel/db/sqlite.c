/* sqlite.c: the embedded database. WAL and synchronous=FULL: what was committed survives a power cut, readers and the
 * writer do not wait for each other. Strings are compared by bytes and LIKE heeds case, as on PostgreSQL with "C".
 * Pages are not mapped: a mapped page counts as resident in every connection that touched it. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/driver.h"

/* Cache: small for readers; a transaction of many rows gets the bulk size until its connection goes idle. */
#define CACHE_SMALL "PRAGMA cache_size=-2048"
#define CACHE_BULK "PRAGMA cache_size=-8192"
enum { BULK_RUNS = 400, BUSY_MS = 10000 };

struct sq {
    struct db db;
    sqlite3 *h;
    sqlite3_stmt *begin_read, *begin_write, *commit, *rollback;
    int runs; /* of this transaction */
    bool bulk;
    int64_t busy_since;
};

static struct sq *sq_of(struct db *db)
{
    return (struct sq *)db;
}

static struct err *sq_err(struct sq *c, struct arena *a, const char *here, const char *sql)
{
    int rc = sqlite3_extended_errcode(c->h);
    const char *text = sqlite3_errmsg(c->h), *what = sql == NULL ? "" : db_short(a, sql);
    bool io = (rc & 255) == SQLITE_IOERR;
    bool no_space = (rc & 255) == SQLITE_FULL || (io && sqlite3_system_errno(c->h) == ENOSPC);
    if (no_space)
        return err_say(err_make(a, ERR_LIMIT, here, "sqlite %d: %s (%s)", rc, text, what), "db.disk_full", NULL);
    if (io) /* a quota, a file system gone read-only, a disk that dies: SQLite does not keep which */
        return err_say(err_make(a, ERR_FAULT, here, "sqlite %d: %s (%s)", rc, text, what), "db.disk_refuses", NULL);
    if ((rc & 255) == SQLITE_BUSY || (rc & 255) == SQLITE_LOCKED)
        return err_say(err_make(a, ERR_BUSY, here, "sqlite %d: %s (%s)", rc, text, what), "db.busy", NULL);
    bool taken = rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY || rc == SQLITE_CONSTRAINT_ROWID;
    return err_make(a, taken ? ERR_CONFLICT : ERR_FAULT, here, "sqlite %d: %s (%s)", rc, text, what);
}

/* Another process writes: try again often, since SQLite keeps no queue. */
static int on_busy(void *p, int times)
{
    struct sq *c = p;
    int64_t now = clock_mono_us();
    if (times == 0)
        c->busy_since = now;
    if (now - c->busy_since > BUSY_MS * INT64_C(1000))
        return 0;
    int64_t ms = 1 + times / 16;
    nanosleep(&(struct timespec){.tv_nsec = (ms < 10 ? ms : 10) * 1000000}, NULL);
    return 1;
}

static void drop_stmt(struct db *db, void *h)
{
    (void)db;
    sqlite3_finalize(h);
}

static void sq_close(struct db *db)
{
    struct sq *c = sq_of(db);
    stmts_clear(&db->stmts, db);
    sqlite3_stmt *own[] = {c->begin_read, c->begin_write, c->commit, c->rollback};
    for (int i = 0; i < 4; i++)
        sqlite3_finalize(own[i]);
    sqlite3_close(c->h);
    free(c);
}

static struct err *not_usable(struct sq *c, struct arena *a)
{
    int rc = sqlite3_extended_errcode(c->h);
    struct err *e = sq_err(c, a, ERR_HERE, c->db.pool->shown);
    if ((rc & 255) == SQLITE_NOTADB || (rc & 255) == SQLITE_CORRUPT) {
        e->kind = ERR_INVALID;
        return err_say(e, "db.not_a_database", "file", arena_strdup(a, c->db.pool->shown), NULL);
    }
    return err_say(e, "db.cannot_open", "file", arena_strdup(a, c->db.pool->shown), NULL);
}

static bool use_wal(struct sq *c)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(c->h, "PRAGMA journal_mode=WAL", -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
    return sqlite3_finalize(s) == SQLITE_OK && ok;
}

static struct err *set_up(struct sq *c, struct arena *a)
{
    sqlite3_busy_handler(c->h, on_busy, c);
    sqlite3_extended_result_codes(c->h, 1);
    sqlite3_db_config(c->h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(c->h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (!use_wal(c))
        return not_usable(c, a);
    const char *pragmas =
        "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=OFF; PRAGMA case_sensitive_like=ON;"
        "PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=8192; PRAGMA journal_size_limit=67108864; " CACHE_SMALL;
    if (sqlite3_exec(c->h, pragmas, NULL, NULL, NULL) != SQLITE_OK)
        return not_usable(c, a);
    struct {
        sqlite3_stmt **out;
        const char *sql;
    } own[] = {{&c->begin_read, "BEGIN"},
               {&c->begin_write, "BEGIN IMMEDIATE"},
               {&c->commit, "COMMIT"},
               {&c->rollback, "ROLLBACK"}};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (sqlite3_prepare_v3(c->h, own[i].sql, -1, SQLITE_PREPARE_PERSISTENT, own[i].out, NULL) != SQLITE_OK)
            return not_usable(c, a);
    return NULL;
}

static struct err *sq_connect(struct db_pool *p, struct arena *a, struct db **out)
{
    struct sq *c = db_get(sizeof *c);
    c->db = (struct db){.pool = p, .driver = &sqlite_driver, .stmts = {.drop = drop_stmt}};
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    flags |= p->memory ? SQLITE_OPEN_CREATE : 0;
    int rc = sqlite3_open_v2(p->file, &c->h, flags, p->memory ? MEMORY_VFS : NULL);
    struct err *e = rc == SQLITE_OK ? set_up(c, a) : not_usable(c, a);
    if (e != NULL) {
        sq_close(&c->db);
        return e;
    }
    *out = &c->db;
    return NULL;
}

/* A new file is the owner's alone: it will hold personal files. SQLite gives -wal and -shm the same mode. */
static struct err *need_file(struct db_pool *p, struct arena *a)
{
    struct stat st;
    if (stat(p->url, &st) == 0)
        return S_ISREG(st.st_mode) ? NULL
                                   : err_say(ERR(a, ERR_INVALID, "\"%s\" is not a file", p->url), "db.not_a_database",
                                             "file", arena_strdup(a, p->url), NULL);
    if (errno == ENOENT && !p->create)
        return err_say(ERR(a, ERR_MISSING, "no file \"%s\"", p->url), "db.no_file", "file", arena_strdup(a, p->url),
                       NULL);
    int fd = errno == ENOENT ? open(p->url, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return err_say(ERR(a, errno == ENOSPC ? ERR_LIMIT : ERR_FAULT, "\"%s\": %s", p->url, strerror(errno)),
                       errno == ENOSPC ? "db.disk_full" : "db.cannot_open", "file", arena_strdup(a, p->url), NULL);
    close(fd);
    return NULL;
}

static void once(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* else every allocation of every thread takes one lock */
    sqlite3_initialize();
    memory_register();
}

/* What stands before an @ may hold a password. */
static struct err *not_an_address(struct arena *a, const char *url)
{
    const char *secret = strrchr(url, '@');
    const char *shown =
        secret == NULL ? arena_strdup(a, url) : arena_printf(a, "%.*s...%s", (int)strcspn(url, ":/"), url, secret);
    return err_say(ERR(a, ERR_INVALID, "\"%s\" is neither a file nor postgresql://...", shown), "db.bad_url", "url",
                   shown, NULL);
}

struct err *sqlite_pool(struct db_pool *p, struct arena *a)
{
    static pthread_once_t first = PTHREAD_ONCE_INIT;
    static _Atomic int n;
    pthread_once(&first, once);
    p->shown = db_copy(p->url);
    if (strcmp(p->url, ":memory:") == 0) {
        p->memory = true;
        p->file = db_copy(arena_printf(a, "/memory/%d", atomic_fetch_add(&n, 1)));
        return NULL;
    }
    p->file = db_copy(p->url);
    if (strstr(p->url, "://") != NULL || strncmp(p->url, "file:", 5) == 0 || *p->url == '\0')
        return not_an_address(a, p->url);
    return need_file(p, a);
}

static struct err *step_own(struct sq *c, struct arena *a, sqlite3_stmt *s)
{
    int rc = sqlite3_step(s);
    struct err *e = rc == SQLITE_DONE ? NULL : sq_err(c, a, ERR_HERE, sqlite3_sql(s));
    sqlite3_reset(s);
    return e;
}

static struct err *sq_begin(struct db *db, struct arena *a, bool write)
{
    struct sq *c = sq_of(db);
    c->runs = 0;
    if (!write)
        return step_own(c, a, c->begin_read);
    TRY(writers_enter(&db->pool->writers, a));
    struct err *e = step_own(c, a, c->begin_write);
    if (e != NULL)
        writers_leave(&db->pool->writers);
    return e;
}

static struct err *sq_commit(struct db *db, struct arena *a)
{
    struct sq *c = sq_of(db);
    TRY(step_own(c, a, c->commit));
    if (db->write)
        writers_leave(&db->pool->writers);
    return NULL;
}

static void sq_rollback(struct db *db)
{
    struct sq *c = sq_of(db);
    if (!sqlite3_get_autocommit(c->h)) { /* a full disk may have rolled back already */
        sqlite3_step(c->rollback);
        sqlite3_reset(c->rollback);
    }
    if (db->write)
        writers_leave(&db->pool->writers);
}

static void sq_idle(struct db *db)
{
    struct sq *c = sq_of(db);
    if (c->bulk)
        sqlite3_exec(c->h, CACHE_SMALL, NULL, NULL, NULL);
    c->bulk = false;
}

static struct err *prepared(struct db_tx *tx, const char *sql, int n_args, struct stmt **out)
{
    struct db *db = tx->db;
    struct sq *c = sq_of(db);
    struct stmt *s = stmts_find(&db->stmts, sql);
    if (s == NULL) {
        sqlite3_stmt *h = NULL;
        const char *rest = "";
        if (sqlite3_prepare_v3(c->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &h, &rest) != SQLITE_OK)
            return sq_err(c, tx->arena, ERR_HERE, sql);
        if (h == NULL || rest[strspn(rest, " \t\r\n;")] != '\0') {
            sqlite3_finalize(h);
            return ERR(tx->arena, ERR_FAULT, "not one statement (%s)", db_short(tx->arena, sql));
        }
        s = stmts_add(&db->stmts, db, sql, h);
        s->readonly = sqlite3_stmt_readonly(h);
        s->n_params = sqlite3_bind_parameter_count(h);
        s->n_cols = sqlite3_column_count(h);
    }
    if (s->n_params != n_args)
        return db_bad_args(tx->arena, sql, s->n_params, n_args);
    if (!s->readonly && !tx->write)
        return ERR(tx->arena, ERR_FAULT, "a write in a read transaction (%s)", db_short(tx->arena, sql));
    *out = s;
    return NULL;
}

/* keep: the values outlive the statement's run, so that they need not be copied. */
static struct err *bind(struct db_tx *tx, struct stmt *s, const struct db_val *args, int n, bool keep)
{
    sqlite3_stmt *h = s->h;
    sqlite3_destructor_type how = keep ? SQLITE_STATIC : SQLITE_TRANSIENT;
    int rc = SQLITE_OK;
    for (int i = 0; i < n && rc == SQLITE_OK; i++) {
        const struct db_val *v = &args[i];
        switch (v->type) {
        case DB_NULL: rc = sqlite3_bind_null(h, i + 1); break;
        case DB_INT: rc = sqlite3_bind_int64(h, i + 1, v->i); break;
        case DB_TEXT:
            if (db_has_nul(v))
                return ERR(tx->arena, ERR_INVALID, "parameter %d: a text with a NUL byte", i + 1);
            rc = sqlite3_bind_text64(h, i + 1, v->p, v->n, how, SQLITE_UTF8);
            break;
        case DB_BLOB: rc = sqlite3_bind_blob64(h, i + 1, v->n == 0 ? "" : v->p, v->n, how); break;
        }
    }
    return rc == SQLITE_OK ? NULL : sq_err(sq_of(tx->db), tx->arena, ERR_HERE, s->sql);
}

static struct err *sq_run(struct db_tx *tx, const char *sql, const struct db_val *args, int n, int64_t *changed)
{
    struct sq *c = sq_of(tx->db);
    struct stmt *s;
    TRY(prepared(tx, sql, n, &s));
    if (s->n_cols != 0)
        return ERR(tx->arena, ERR_FAULT, "a statement that gives rows was run (%s)", db_short(tx->arena, sql));
    TRY(bind(tx, s, args, n, true));
    int rc = sqlite3_step(s->h);
    struct err *e = NULL;
    if (rc != SQLITE_DONE)
        e = sq_err(c, tx->arena, ERR_HERE, sql);
    else if (changed != NULL)
        *changed = s->readonly ? 0 : sqlite3_changes64(c->h);
    sqlite3_reset(s->h);
    if (++c->runs == BULK_RUNS && !c->bulk)
        c->bulk = sqlite3_exec(c->h, CACHE_BULK, NULL, NULL, NULL) == SQLITE_OK;
    return e;
}

static struct err *sq_script(struct db_tx *tx, const char *sql)
{
    struct sq *c = sq_of(tx->db);
    int rc = sqlite3_exec(c->h, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return sq_err(c, tx->arena, ERR_HERE, sql);
    if (sqlite3_get_autocommit(c->h))
        return ERR(tx->arena, ERR_FAULT, "a script ended the transaction (%s)", db_short(tx->arena, sql));
    return NULL;
}

static struct err *sq_query(struct db_tx *tx, const char *sql, const struct db_val *args, int n, struct db_rows *out)
{
    struct stmt *s;
    TRY(prepared(tx, sql, n, &s));
    TRY(bind(tx, s, args, n, false));
    if (s->n_cols == 0)
        return ERR(tx->arena, ERR_FAULT, "a statement without rows was queried (%s)", db_short(tx->arena, sql));
    s->busy = true;
    out->impl = s;
    return NULL;
}

static struct stmt *stmt_of(const struct db_rows *rows)
{
    return rows->impl;
}

static struct err *sq_next(struct db_rows *rows, bool *more)
{
    struct stmt *s = stmt_of(rows);
    int rc = sqlite3_step(s->h);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return sq_err(sq_of(rows->tx->db), rows->tx->arena, ERR_HERE, s->sql);
    *more = rc == SQLITE_ROW;
    return NULL;
}

static void sq_rows_end(struct db_rows *rows)
{
    struct stmt *s = stmt_of(rows);
    sqlite3_reset(s->h);
    if (s->n_params > 0)
        sqlite3_clear_bindings(s->h); /* they may be long */
    s->busy = false;
}

static bool sq_null(const struct db_rows *rows, int col)
{
    return sqlite3_column_type(stmt_of(rows)->h, col) == SQLITE_NULL;
}

/* One look at the column. SQLite calls such a value unprotected: it may be read where, as here, no other thread uses
 * the connection meanwhile. */
static struct db_val sq_col(const struct db_rows *rows, int col, bool number)
{
    sqlite3_value *v = sqlite3_column_value(stmt_of(rows)->h, col);
    if (sqlite3_value_type(v) == SQLITE_NULL)
        return db_null();
    return number ? db_int(sqlite3_value_int64(v)) : (struct db_val){.type = DB_TEXT, .p = sqlite3_value_text(v)};
}

static int64_t sq_int(const struct db_rows *rows, int col)
{
    return sqlite3_column_int64(stmt_of(rows)->h, col);
}

static const char *sq_text(const struct db_rows *rows, int col)
{
    return (const char *)sqlite3_column_text(stmt_of(rows)->h, col);
}

static const void *sq_blob(const struct db_rows *rows, int col, size_t *n_out)
{
    sqlite3_stmt *h = stmt_of(rows)->h;
    if (sqlite3_column_type(h, col) == SQLITE_NULL) {
        *n_out = 0;
        return NULL;
    }
    const void *p = sqlite3_column_blob(h, col);
    *n_out = (size_t)sqlite3_column_bytes(h, col);
    return p == NULL ? "" : p;
}

static size_t sq_bytes(const struct db_rows *rows, int col)
{
    return (size_t)sqlite3_column_bytes(stmt_of(rows)->h, col);
}

static int sq_cols(const struct db_rows *rows)
{
    return sqlite3_column_count(stmt_of(rows)->h);
}

static const char *sq_name(const struct db_rows *rows, int col)
{
    return sqlite3_column_name(stmt_of(rows)->h, col);
}

static struct err *sq_nothing(struct db_tx *tx)
{
    (void)tx;
    return NULL;
}

/* Pages that were rebuilt may hold what stood in them before, so the whole file is written anew. */
static struct err *sq_tidy(struct db *db, struct arena *a)
{
    struct sq *c = sq_of(db);
    TRY(writers_enter(&db->pool->writers, a));
    stmts_clear(&db->stmts, db); /* an open statement would refuse the VACUUM */
    int rc = sqlite3_exec(c->h, "VACUUM", NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_wal_checkpoint_v2(c->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    struct err *e = rc == SQLITE_OK ? NULL : sq_err(c, a, ERR_HERE, "VACUUM");
    writers_leave(&db->pool->writers);
    return e;
}

struct err *db_file_alone(struct arena *a, const char *file)
{
    sqlite3 *h = NULL;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_open_v2(file, &h, SQLITE_OPEN_READWRITE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(h, "PRAGMA journal_mode=DELETE", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    bool open = rc == SQLITE_BUSY || rc == SQLITE_LOCKED ||
                (rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0);
    sqlite3_finalize(s);
    sqlite3_close(h);
    return open ? ERR(a, ERR_BUSY, "'%s' is open in another process; stop the server first", file) : NULL;
}

const struct db_driver sqlite_driver = {
    .connect = sq_connect,
    .close = sq_close,
    .idle = sq_idle,
    .begin = sq_begin,
    .commit = sq_commit,
    .rollback = sq_rollback,
    .run = sq_run,
    .script = sq_script,
    .query = sq_query,
    .next = sq_next,
    .rows_end = sq_rows_end,
    .col_null = sq_null,
    .col = sq_col,
    .col_int = sq_int,
    .col_text = sq_text,
    .col_blob = sq_blob,
    .col_bytes = sq_bytes,
    .cols = sq_cols,
    .col_name = sq_name,
    .pipeline_begin = sq_nothing,
    .pipeline_end = sq_nothing,
    .tidy = sq_tidy,
    .columns_sql = "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
    .index_sql = "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?1",
};
