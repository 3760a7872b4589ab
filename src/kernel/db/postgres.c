/* postgres.c: statements and transactions on a PostgreSQL server. Read transactions are REPEATABLE READ, so that a
 * count and its rows agree; write transactions READ COMMITTED. Every value goes as text whose type the server infers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/pg.h"

enum { PIPELINE_MOST = 1024 };

#define BEGIN_READ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#define BEGIN_WRITE "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

/* The end of what begins at s and in which ? is no parameter: a string, a name in quotes, a comment; s if none does. */
static const char *past_quoted(const char *s)
{
    const char *end = NULL;
    if (*s == '\'' || *s == '"') {
        bool escapes = *s == '\'' && (s[-1] | 32) == 'e' && !isalnum((unsigned char)s[-2]) && s[-2] != '_';
        for (end = s + 1; *end != '\0' && *end != *s; end++)
            if (escapes && *end == '\\' && end[1] != '\0')
                end++;
        return *end == '\0' ? end : end + 1;
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*')
        return (end = strstr(s + 2, "*/")) == NULL ? s + strlen(s) : end + 2;
    return s;
}

/* ?N becomes $N. *n_out is the highest N. */
static const char *with_dollars(struct arena *a, const char *sql, int *n_out)
{
    struct buf b = BUF(a);
    buf_puts(&b, "  "); /* so that past_quoted may look back */
    buf_puts(&b, sql);
    char *s = buf_str(&b);
    *n_out = 0;
    for (char *c = s + 2; *c != '\0';) {
        const char *past = past_quoted(c);
        if (past != c) {
            c += past - c;
            continue;
        }
        if (*c == '?' && c[1] >= '0' && c[1] <= '9') {
            *c = '$';
            int n = (int)strtol(c + 1, NULL, 10);
            *n_out = n > *n_out ? n : *n_out;
        }
        c++;
    }
    return s + 2;
}

/* The server's side goes with the next begin: inside a failed transaction nothing can be run. */
static void drop_stmt(struct db *db, void *h)
{
    struct pg *c = pg_of(db);
    if (c->n_dropped == c->dropped_cap) {
        c->dropped_cap = c->dropped_cap == 0 ? 64 : c->dropped_cap * 2;
        c->dropped = realloc(c->dropped, c->dropped_cap * sizeof *c->dropped);
        if (c->dropped == NULL)
            abort();
    }
    memcpy(c->dropped[c->n_dropped++], ((struct pg_stmt *)h)->name, sizeof *c->dropped);
    free(h);
}

static void pg_close(struct db *db)
{
    struct pg *c = pg_of(db);
    stmts_clear(&db->stmts, db);
    PQfinish(c->h);
    free(c->dropped);
    free(c->args.value);
    free(c->args.length);
    free(c->args.format);
    free(c->args.number);
    free(c->args.text);
    free(c);
}

static struct err *pg_connect(struct db_pool *p, struct arena *a, struct db **out)
{
    struct pg *c = db_get(sizeof *c);
    c->db = (struct db){.pool = p, .driver = &postgres_driver, .stmts = {.drop = drop_stmt}};
    struct err *e = pg_dial(p, a, &c->h);
    if (e != NULL) {
        free(c);
        return e;
    }
    *out = &c->db;
    return NULL;
}

static struct err *redial(struct pg *c, struct arena *a)
{
    PGconn *fresh;
    TRY(pg_dial(c->db.pool, a, &fresh));
    stmts_clear(&c->db.stmts, &c->db);
    c->n_dropped = 0;
    c->stale = false;
    PQfinish(c->h);
    c->h = fresh;
    return NULL;
}

/* Runs a statement without parameters and rows. */
static struct err *plain(struct pg *c, struct arena *a, const char *sql)
{
    PGresult *r = PQexec(c->h, sql);
    ExecStatusType st = PQresultStatus(r);
    if (st != PGRES_COMMAND_OK && st != PGRES_TUPLES_OK && st != PGRES_EMPTY_QUERY)
        return pg_err(c, a, ERR_HERE, r, sql);
    PQclear(r);
    return NULL;
}

static struct err *forget_dropped(struct pg *c, struct arena *a)
{
    if (c->stale) {
        stmts_clear(&c->db.stmts, &c->db);
        TRY(plain(c, a, "DEALLOCATE ALL"));
        c->stale = false;
    } else if (c->n_dropped > 0) {
        struct buf b = BUF(a);
        for (size_t i = 0; i < c->n_dropped; i++)
            buf_printf(&b, "DEALLOCATE %s;", c->dropped[i]);
        TRY(plain(c, a, buf_str(&b)));
    }
    c->n_dropped = 0;
    return NULL;
}

static struct err *try_begin(struct pg *c, struct arena *a, bool write)
{
    TRY(forget_dropped(c, a));
    return plain(c, a, write ? BEGIN_WRITE : BEGIN_READ);
}

/* A connection that broke while idle (the server was restarted) is made anew: nothing is lost with it. */
static struct err *pg_begin(struct db *db, struct arena *a, bool write)
{
    struct pg *c = pg_of(db);
    if (PQstatus(c->h) == CONNECTION_BAD)
        TRY(redial(c, a));
    struct err *e = try_begin(c, a, write);
    if (e == NULL || PQstatus(c->h) != CONNECTION_BAD)
        return e;
    TRY(redial(c, a));
    return try_begin(c, a, write);
}

static struct err *pg_commit(struct db *db, struct arena *a)
{
    struct pg *c = pg_of(db);
    PGresult *r = PQexec(c->h, "COMMIT");
    if (PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0) {
        PQclear(r);
        return NULL;
    }
    if (PQresultStatus(r) == PGRES_COMMAND_OK) {
        PQclear(r);
        return ERR(a, ERR_FAULT, "the server rolled back instead of committing");
    }
    struct err *e = pg_err(c, a, ERR_HERE, r, "COMMIT");
    if (PQstatus(c->h) != CONNECTION_BAD)
        return e;
    /* it may have been done or not: "try again" would be a lie */
    e->kind = ERR_FAULT;
    e->say = NULL;
    return err_say(e, "db.commit_unknown", NULL);
}

static void leave_pipeline(struct pg *c)
{
    if (PQpipelineStatus(c->h) == PQ_PIPELINE_OFF)
        return;
    if (PQpipelineSync(c->h) == 1)
        for (;;) {
            PGresult *r = PQgetResult(c->h);
            bool end = PQresultStatus(r) == PGRES_PIPELINE_SYNC || PQstatus(c->h) == CONNECTION_BAD;
            PQclear(r);
            if (end)
                break;
        }
    PQexitPipelineMode(c->h);
    c->stale = true; /* which statements were prepared before the failure is not known */
}

static void pg_rollback(struct db *db)
{
    struct pg *c = pg_of(db);
    leave_pipeline(c);
    if (c->streaming != NULL) /* rows are still open; they read nothing more */
        for (PGresult *r; (r = PQgetResult(c->h)) != NULL;)
            PQclear(r);
    PQclear(PQexec(c->h, "ROLLBACK"));
}

static void pg_idle(struct db *db)
{
    (void)db;
}

/* Makes room for n values and total bytes of text. */
static void args_room(struct pg *c, size_t n, size_t total)
{
    if (n > c->args.cap) {
        size_t cap = n < 32 ? 32 : n * 2;
        free(c->args.value);
        free(c->args.length);
        free(c->args.format);
        free(c->args.number);
        c->args.value = db_get(cap * sizeof *c->args.value);
        c->args.length = db_get(cap * sizeof *c->args.length);
        c->args.format = db_get(cap * sizeof *c->args.format);
        c->args.number = db_get(cap * sizeof *c->args.number);
        c->args.cap = cap;
    }
    if (total > c->args.text_cap) {
        free(c->args.text);
        c->args.text = db_get(total * 2);
        c->args.text_cap = total * 2;
    }
}

static const char *number(int64_t n, char out[24])
{
    char *p = out + 23;
    *p = '\0';
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (n < 0)
        *--p = '-';
    return p;
}

static struct err *set_args(struct pg *c, struct arena *a, const struct db_val *args, int n)
{
    size_t total = 0;
    for (int i = 0; i < n; i++)
        total += args[i].type == DB_TEXT && !args[i].ended ? args[i].n + 1 : 0;
    args_room(c, (size_t)n, total);
    char *text = c->args.text;
    for (int i = 0; i < n; i++) {
        const struct db_val *v = &args[i];
        c->args.format[i] = v->type == DB_BLOB;
        c->args.length[i] = (int)v->n;
        switch (v->type) {
        case DB_NULL: c->args.value[i] = NULL; break;
        case DB_INT: c->args.value[i] = number(v->i, c->args.number[i]); break;
        case DB_BLOB: c->args.value[i] = v->n == 0 ? "" : v->p; break;
        case DB_TEXT:
            c->args.value[i] = v->p;
            if (v->ended)
                break;
            if (db_has_nul(v))
                return ERR(a, ERR_INVALID, "parameter %d: a text with a NUL byte", i + 1);
            c->args.value[i] = memcpy(text, v->p, v->n);
            text[v->n] = '\0';
            text += v->n + 1;
            break;
        }
    }
    return NULL;
}

static struct err *prepared(struct db_tx *tx, const char *sql, int n_args, struct stmt **out)
{
    struct pg *c = pg_of(tx->db);
    struct stmt *s = stmts_find(&c->db.stmts, sql);
    if (s == NULL) {
        arena_scope struct arena *tmp = arena_new();
        int n;
        const char *text = with_dollars(tmp, sql, &n);
        struct pg_stmt *h = db_get(sizeof *h);
        snprintf(h->name, sizeof h->name, "s%u", ++c->last_name);
        if (tx->db->pipeline) {
            if (PQsendPrepare(c->h, h->name, text, 0, NULL) != 1) {
                free(h);
                return pg_err(c, tx->arena, ERR_HERE, NULL, sql);
            }
        } else {
            PGresult *r = PQprepare(c->h, h->name, text, 0, NULL);
            if (PQresultStatus(r) != PGRES_COMMAND_OK) {
                free(h);
                return pg_err(c, tx->arena, ERR_HERE, r, sql);
            }
            PQclear(r);
        }
        s = stmts_add(&c->db.stmts, &c->db, sql, h);
        s->n_params = n;
    }
    if (s->n_params != n_args)
        return db_bad_args(tx->arena, sql, s->n_params, n_args);
    *out = s;
    return NULL;
}

/* A plan that no longer fits the tables is not used again. */
static struct err *failed(struct db_tx *tx, const char *here, PGresult *r, const char *sql)
{
    struct pg *c = pg_of(tx->db);
    const char *state = r == NULL ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
    if (state != NULL && (strncmp(state, "42", 2) == 0 || strcmp(state, "0A000") == 0 || strcmp(state, "26000") == 0))
        c->stale = true;
    return pg_err(c, tx->arena, here, r, sql);
}

/* Takes in every answer up to the synchronisation point; the first error, if any. */
static struct err *drain(struct db_tx *tx)
{
    struct pg *c = pg_of(tx->db);
    c->sent = 0;
    if (PQpipelineSync(c->h) != 1)
        return pg_err(c, tx->arena, ERR_HERE, NULL, "pipeline");
    struct err *e = NULL;
    for (;;) {
        PGresult *r = PQgetResult(c->h);
        ExecStatusType st = PQresultStatus(r);
        if (r != NULL && st == PGRES_FATAL_ERROR && e == NULL) {
            e = failed(tx, ERR_HERE, r, "pipeline");
            r = NULL;
        } else if (r != NULL && st == PGRES_TUPLES_OK && e == NULL) {
            e = ERR(tx->arena, ERR_FAULT, "a statement that gives rows was sent");
        }
        PQclear(r);
        if (PQstatus(c->h) == CONNECTION_BAD && e == NULL)
            e = pg_err(c, tx->arena, ERR_HERE, NULL, "pipeline");
        if (st == PGRES_PIPELINE_SYNC || PQstatus(c->h) == CONNECTION_BAD)
            return e;
    }
}

static struct err *pg_run(struct db_tx *tx, const char *sql, const struct db_val *args, int n, int64_t *changed)
{
    struct pg *c = pg_of(tx->db);
    if (tx->db->pipeline && changed != NULL)
        return ERR(tx->arena, ERR_FAULT, "the number of rows is asked for while sending (%s)",
                   db_short(tx->arena, sql));
    TRY(pg_quiet(c, tx->arena));
    struct stmt *s;
    TRY(prepared(tx, sql, n, &s));
    TRY(set_args(c, tx->arena, args, n));
    const char *name = ((struct pg_stmt *)s->h)->name;
    if (tx->db->pipeline) {
        if (PQsendQueryPrepared(c->h, name, n, c->args.value, c->args.length, c->args.format, 0) != 1)
            return pg_err(c, tx->arena, ERR_HERE, NULL, sql);
        return ++c->sent >= PIPELINE_MOST ? drain(tx) : NULL;
    }
    PGresult *r = PQexecPrepared(c->h, name, n, c->args.value, c->args.length, c->args.format, 0);
    ExecStatusType st = PQresultStatus(r);
    if (st != PGRES_COMMAND_OK && st != PGRES_TUPLES_OK)
        return failed(tx, ERR_HERE, r, sql);
    if (changed != NULL)
        *changed = strtoll(PQcmdTuples(r), NULL, 10);
    PQclear(r);
    if (st == PGRES_TUPLES_OK)
        return ERR(tx->arena, ERR_FAULT, "a statement that gives rows was run (%s)", db_short(tx->arena, sql));
    return NULL;
}

static struct err *pg_script(struct db_tx *tx, const char *sql)
{
    struct pg *c = pg_of(tx->db);
    TRY(pg_quiet(c, tx->arena));
    TRY(plain(c, tx->arena, sql));
    if (PQtransactionStatus(c->h) != PQTRANS_INTRANS)
        return ERR(tx->arena, ERR_FAULT, "a script ended the transaction (%s)", db_short(tx->arena, sql));
    return NULL;
}

static struct err *pg_query(struct db_tx *tx, const char *sql, const struct db_val *args, int n, struct db_rows *out)
{
    struct pg *c = pg_of(tx->db);
    TRY(pg_quiet(c, tx->arena));
    struct stmt *s;
    TRY(prepared(tx, sql, n, &s));
    TRY(set_args(c, tx->arena, args, n));
    const char *name = ((struct pg_stmt *)s->h)->name;
    if (PQsendQueryPrepared(c->h, name, n, c->args.value, c->args.length, c->args.format, 0) != 1 ||
        PQsetSingleRowMode(c->h) != 1)
        return pg_err(c, tx->arena, ERR_HERE, NULL, sql);
    struct err *e = pg_rows_begin(tx, sql, out);
    if (e != NULL && e->kind == ERR_FAULT)
        c->stale = true;
    return e;
}

static struct err *pipeline_begin(struct db_tx *tx)
{
    struct pg *c = pg_of(tx->db);
    c->sent = 0;
    return PQenterPipelineMode(c->h) == 1 ? NULL : pg_err(c, tx->arena, ERR_HERE, NULL, "pipeline");
}

static struct err *pipeline_end(struct db_tx *tx)
{
    struct pg *c = pg_of(tx->db);
    TRY(drain(tx));
    return PQexitPipelineMode(c->h) == 1 ? NULL : pg_err(c, tx->arena, ERR_HERE, NULL, "pipeline");
}

/* Statistics quote common values: they are made anew, then their own table. */
static struct err *pg_tidy(struct db *db, struct arena *a)
{
    struct pg *c = pg_of(db);
    TRY(plain(c, a, "VACUUM (FULL, ANALYZE)"));
    return plain(c, a, "VACUUM (FULL) pg_catalog.pg_statistic");
}

const struct db_driver postgres_driver = {
    .connect = pg_connect,
    .close = pg_close,
    .idle = pg_idle,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .run = pg_run,
    .script = pg_script,
    .query = pg_query,
    .next = pg_rows_next,
    .rows_end = pg_rows_end,
    .col_null = pg_col_null,
    .col_int = pg_col_int,
    .col_text = pg_col_text,
    .col_blob = pg_col_blob,
    .col_bytes = pg_col_bytes,
    .cols = pg_cols,
    .col_name = pg_col_name,
    .pipeline_begin = pipeline_begin,
    .pipeline_end = pipeline_end,
    .tidy = pg_tidy,
    .columns_sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(?1)) AND attnum > 0"
                   " AND NOT attisdropped ORDER BY attnum",
    .index_sql = "SELECT 1 FROM pg_class WHERE oid = to_regclass(quote_ident(?1)) AND relkind IN ('i', 'I')",
};
