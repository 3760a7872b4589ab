/* copy.c: see copy.h. A piece is a letter and what belongs to it: "C" schema version, "T" a table with its columns, "R"
 * a row of it, "E" how many tables, rows and changes there were. Numbers are 8 bytes, lengths 4, highest byte first. */
#include "record/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/inner.h"
#include "record/verify.h"

enum { PIECE = 1 << 16, COLUMNS_MOST = 400, VALUE_MOST = 1 << 30, ROWS_A_COMMIT = 2000 };
enum column { COLUMN_NUMBER = 'n', COLUMN_TEXT = 't', COLUMN_BYTES = 'b' };

struct table {
    const char *name;
    int n;
    const char *columns[COLUMNS_MOST];
    enum column types[COLUMNS_MOST];
};

/* ---- out ---- */
struct out {
    struct db_tx *tx;
    copy_put_fn *put;
    void *ctx;
    struct buf b;
    struct copy_count *count;
};

static void add_number(struct buf *b, int64_t n, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        buf_putc(b, (char)((uint64_t)n >> (8 * i) & 255));
}

static void add_bytes(struct buf *b, const void *p, size_t n)
{
    add_number(b, (int64_t)n, 4);
    buf_add(b, p, n);
}

static struct err *drained(struct out *o, size_t least)
{
    if (o->b.n < least || o->b.n == 0)
        return NULL;
    TRY(o->put(o->ctx, o->b.p, o->b.n));
    buf_clear(&o->b);
    return NULL;
}

static enum column column_of(const char *type)
{
    if (strstr(type, "int") != NULL)
        return COLUMN_NUMBER;
    return strcmp(type, "blob") == 0 || strcmp(type, "bytea") == 0 ? COLUMN_BYTES : COLUMN_TEXT;
}

/* By name, each with its columns in their order. The counter of PostgreSQL follows from the changes. */
static struct err *tables_read(struct db_tx *tx, struct table **out, int *n_out)
{
    VEC(struct table) v = {0};
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx,
                 db_kind(tx->db) == DB_SQLITE
                     ? "SELECT m.name, p.name, lower(p.type) FROM sqlite_master m JOIN pragma_table_info(m.name) p"
                       " WHERE m.type = 'table' ORDER BY m.name, p.cid"
                     : "SELECT CAST(c.relname AS text), CAST(t.attname AS text),"
                       " CAST(format_type(t.atttypid, NULL) AS text) FROM pg_class c"
                       " JOIN pg_attribute t ON t.attrelid = c.oid WHERE c.relkind = 'r' AND t.attnum > 0"
                       " AND NOT t.attisdropped AND c.relnamespace = (SELECT oid FROM pg_namespace"
                       " WHERE nspname = current_schema()) ORDER BY c.relname, t.attnum",
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        const char *name = db_col_text(&rows, 0);
        if (!verify_inside(name) || strcmp(name, "change_counter") == 0)
            continue;
        if (v.n == 0 || strcmp(v.p[v.n - 1].name, name) != 0)
            VEC_PUSH(&v, tx->arena)->name = arena_strdup(tx->arena, name);
        struct table *t = &v.p[v.n - 1];
        if (t->n == COLUMNS_MOST)
            return ERR(tx->arena, ERR_FAULT, "the table %s has over %d columns", name, COLUMNS_MOST);
        t->types[t->n] = column_of(db_col_text(&rows, 2));
        t->columns[t->n++] = arena_strdup(tx->arena, db_col_text(&rows, 1));
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

static void add_value(struct buf *b, const struct db_rows *rows, int i, enum column type)
{
    if (db_col_null(rows, i)) {
        buf_putc(b, 0);
        return;
    }
    buf_putc(b, (char)type);
    if (type == COLUMN_NUMBER) {
        add_number(b, db_col_int(rows, i), 8);
    } else if (type == COLUMN_TEXT) {
        const char *s = db_col_text(rows, i);
        add_bytes(b, s, db_col_bytes(rows, i));
    } else {
        size_t n;
        const void *p = db_col_blob(rows, i, &n);
        add_bytes(b, p, n);
    }
}

static struct err *table_out(struct out *o, const struct table *t)
{
    struct buf sql = BUF(o->tx->arena);
    buf_putc(&o->b, 'T');
    add_bytes(&o->b, t->name, strlen(t->name));
    add_number(&o->b, t->n, 4);
    for (int i = 0; i < t->n; i++) {
        add_bytes(&o->b, t->columns[i], strlen(t->columns[i]));
        buf_putc(&o->b, (char)t->types[i]);
        buf_printf(&sql, "%s%s", i == 0 ? "SELECT " : ", ", t->columns[i]);
    }
    buf_printf(&sql, " FROM %s", t->name);
    o->count->tables++;
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(o->tx, buf_str(&sql), NULL, 0, &rows));
    for (bool more = true;; o->count->rows++) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        buf_putc(&o->b, 'R');
        for (int i = 0; i < t->n; i++)
            add_value(&o->b, &rows, i, t->types[i]);
        TRY(drained(o, PIECE));
    }
}

struct err *copy_out(struct db_tx *tx, copy_put_fn *put, void *ctx, struct copy_count *out)
{
    struct table *tables = NULL;
    int n = 0;
    *out = (struct copy_count){0};
    struct out o = {.tx = tx, .put = put, .ctx = ctx, .b = BUF(tx->arena), .count = out};
    TRY(change_last(tx, &out->changes));
    TRY(tables_read(tx, &tables, &n));
    int64_t version;
    TRY(db_one_int(tx, "SELECT CAST(value AS bigint) FROM kernel_meta WHERE name = 'schema'", NULL, 0, 0, &version));
    buf_putc(&o.b, 'C');
    add_number(&o.b, version, 8);
    for (int i = 0; i < n; i++)
        TRY(table_out(&o, &tables[i]));
    buf_putc(&o.b, 'E');
    add_number(&o.b, out->tables, 8);
    add_number(&o.b, out->rows, 8);
    add_number(&o.b, out->changes, 8);
    return drained(&o, 1);
}

/* ---- in ---- */
struct in {
    struct db *db;
    struct arena *a, *row;
    copy_get_fn *get;
    void *ctx;
    struct copy_count *count;
    int64_t version; /* of the schema it was copied from */
    struct db_tx tx;
    struct table *t;
    const char *insert;
    int in_tx;    /* rows since the transaction began */
    bool sending; /* they are sent without waiting */
};

static struct err *no_copy(struct in *s)
{
    return ERR(s->a, ERR_INVALID, "the content is no copy of a database of ours");
}

static struct err *get_number(struct in *s, int bytes, int64_t *out)
{
    uint8_t b[8];
    uint64_t n = 0;
    TRY(s->get(s->ctx, b, (size_t)bytes));
    for (int i = 0; i < bytes; i++)
        n = n << 8 | b[i];
    *out = (int64_t)n;
    return NULL;
}

static struct err *get_bytes(struct in *s, struct arena *a, char **out, size_t *n_out)
{
    int64_t n = 0;
    TRY(get_number(s, 4, &n));
    if (n >= VALUE_MOST)
        return no_copy(s);
    *out = arena_room(a, (size_t)n + 1);
    (*out)[n] = '\0';
    *n_out = (size_t)n;
    return n == 0 ? NULL : s->get(s->ctx, *out, (size_t)n);
}

static struct err *committed(struct in *s)
{
    s->in_tx = 0;
    if (!s->tx.open)
        return NULL;
    if (s->sending)
        TRY(db_pipeline_end(&s->tx));
    s->sending = false;
    return db_commit(&s->tx);
}

/* The column as it is called now; a column that no declaration has any more is kept as it is. */
static struct err *column_there(struct in *s, int i, const char *const *has, int n_has)
{
    struct table *t = s->t;
    for (int k = 0; k < record_count(); k++) {
        const struct known *known = known_of(record_at(k));
        for (int f = 0; strcmp(known->table, t->name) == 0 && f < known->n_fields; f++)
            if (known->rec->fields[f].was != NULL && strcmp(known->rec->fields[f].was, t->columns[i]) == 0)
                t->columns[i] = known->rec->fields[f].name;
    }
    for (int k = 0; k < n_has; k++)
        if (strcmp(has[k], t->columns[i]) == 0)
            return NULL;
    return db_run(&s->tx,
                  arena_printf(s->a, "ALTER TABLE %s ADD COLUMN %s %s", t->name, t->columns[i],
                               t->types[i] == COLUMN_NUMBER ? "BIGINT" : "TEXT"),
                  NULL, 0, NULL);
}

/* Changes without leaves, as schema 1 had them: they get theirs where such a database is upgraded (upgrade.c). */
static struct err *as_it_was(struct in *s)
{
    bool changes = strcmp(s->t->name, "change") == 0;
    struct buf b = BUF(s->a);
    if (s->version > 1 || (!changes && strcmp(s->t->name, "revision") != 0))
        return NULL;
    if (db_kind(s->db) != DB_SQLITE)
        return ERR(s->a, ERR_CONFLICT,
                   "the backup was made before changes had leaves; restore it into a SQLite file, and a backup of that"
                   " here");
    buf_printf(&b, "DROP TABLE %s; CREATE TABLE %s (", s->t->name, s->t->name);
    for (int i = 0; i < s->t->n; i++)
        buf_printf(&b, "%s%s %s", i == 0 ? "" : ", ", s->t->columns[i],
                   s->t->types[i] == COLUMN_NUMBER ? "INTEGER" : "TEXT");
    buf_printf(&b, ", PRIMARY KEY (%s))", changes ? "id" : "change, n");
    return db_script(&s->tx, buf_str(&b));
}

static struct err *columns_in(struct in *s, int n)
{
    size_t len = 0;
    for (int i = 0; i < n; i++) {
        char *column = NULL, type = 0;
        TRY(get_bytes(s, s->a, &column, &len));
        TRY(s->get(s->ctx, &type, 1));
        if (column[strspn(column, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
            return no_copy(s);
        s->t->columns[i] = column;
        s->t->types[i] = (enum column)type;
    }
    return NULL;
}

static struct err *table_in(struct in *s)
{
    size_t len = 0;
    int64_t n = 0;
    char *name = NULL;
    const char *const *has = NULL;
    int n_has = 0;
    TRY(committed(s));
    TRY(get_bytes(s, s->a, &name, &len));
    TRY(get_number(s, 4, &n));
    if (n < 1 || n > COLUMNS_MOST)
        return no_copy(s);
    *(s->t = arena_new_of(s->a, struct table)) = (struct table){.name = name, .n = (int)n};
    TRY(columns_in(s, (int)n));
    if (!verify_inside(name))
        return ERR(s->a, ERR_CONFLICT, "the backup holds a table '%.60s', which this program does not know", name);
    TRY(db_begin_write(s->db, s->a, &s->tx));
    TRY(as_it_was(s));
    TRY(db_table_columns(&s->tx, name, &has, &n_has));
    struct buf sql = BUF(s->a), places = BUF(s->a);
    for (int i = 0; i < s->t->n; i++) {
        TRY(column_there(s, i, has, n_has));
        buf_printf(&sql, "%s%s", i == 0 ? "" : ", ", s->t->columns[i]);
        buf_printf(&places, "%s?%d", i == 0 ? "" : ", ", i + 1);
    }
    s->insert = arena_printf(s->a, "INSERT INTO %s (%s) VALUES (%s)", name, buf_str(&sql), buf_str(&places));
    if (strcmp(name, "kernel_meta") == 0)
        TRY(db_run(&s->tx, "DELETE FROM kernel_meta", NULL, 0, NULL));
    s->count->tables++;
    return committed(s);
}

static struct err *value_in(struct in *s, struct db_val *out)
{
    char type = 0, *p = NULL;
    size_t n = 0;
    *out = db_null();
    TRY(s->get(s->ctx, &type, 1));
    if (type == COLUMN_NUMBER) {
        *out = db_int(0);
        return get_number(s, 8, &out->i);
    }
    if (type == 0)
        return NULL;
    if (type != COLUMN_TEXT && type != COLUMN_BYTES)
        return no_copy(s);
    TRY(get_bytes(s, s->row, &p, &n));
    *out = type == COLUMN_TEXT ? db_textn(p, n) : db_blob(p, n);
    return NULL;
}

static struct err *row_in(struct in *s)
{
    struct db_val v[COLUMNS_MOST];
    if (s->t == NULL)
        return no_copy(s);
    if (!s->tx.open) {
        TRY(db_begin_write(s->db, s->a, &s->tx));
        TRY(db_pipeline_begin(&s->tx));
        s->sending = true;
    }
    for (int i = 0; i < s->t->n; i++)
        TRY(value_in(s, &v[i]));
    TRY(db_run(&s->tx, s->insert, v, s->t->n, NULL));
    arena_reset(s->row);
    s->count->rows++;
    return ++s->in_tx < ROWS_A_COMMIT ? NULL : committed(s);
}

static struct err *end_in(struct in *s)
{
    int64_t tables = 0, rows = 0;
    TRY(committed(s));
    TRY(get_number(s, 8, &tables));
    TRY(get_number(s, 8, &rows));
    TRY(get_number(s, 8, &s->count->changes));
    if (tables != s->count->tables || rows != s->count->rows)
        return ERR(s->a, ERR_INVALID, "the backup says %lld rows, and %lld came", (long long)rows,
                   (long long)s->count->rows);
    return NULL;
}

/* PostgreSQL: numbers are given out behind the last. */
static struct err *sequence(struct db_tx *tx, const char *sequence, const char *table)
{
    int64_t ignored;
    return db_one_int(tx,
                      arena_printf(tx->arena, "SELECT setval('%s', coalesce((SELECT max(id) FROM %s), 0) + 1, false)",
                                   sequence, table),
                      NULL, 0, 0, &ignored);
}

/* SQLite: a change's number is its place; PostgreSQL's are given out before places are, and may differ. Over negative
 * numbers, since they must be unique at every step. */
static struct err *renumbered(struct db_tx *tx)
{
    int64_t n;
    TRY(db_one_int(tx, "SELECT count(*) FROM change WHERE id <> seq", NULL, 0, 0, &n));
    if (n == 0)
        return NULL;
    TRY(db_run(tx, "UPDATE revision SET change = -(SELECT seq FROM change WHERE id = revision.change)", NULL, 0, NULL));
    TRY(db_run(tx, "UPDATE revision SET change = -change", NULL, 0, NULL));
    TRY(db_run(tx, "UPDATE change SET id = -seq", NULL, 0, NULL));
    return db_run(tx, "UPDATE change SET id = -id", NULL, 0, NULL);
}

static struct err *sequences(struct db *db, struct arena *a)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    if (db_kind(db) == DB_SQLITE) {
        TRY(renumbered(&tx));
        return db_commit(&tx);
    }
    TRY(db_run(&tx,
               "UPDATE change_counter SET n = coalesce((SELECT max(seq) FROM change), 0),"
               " at = coalesce((SELECT at FROM change ORDER BY seq DESC LIMIT 1), 0)",
               NULL, 0, NULL));
    TRY(sequence(&tx, "change_id", "change"));
    TRY(sequence(&tx, "kernel_file_id", "kernel_file"));
    for (int i = 0; i < record_count(); i++) {
        const char *table = known_of(record_at(i))->table;
        TRY(sequence(&tx, arena_printf(a, "%s_id", table), table));
    }
    return db_commit(&tx);
}

static struct err *pieces(struct in *s)
{
    char letter = 0;
    TRY(s->get(s->ctx, &letter, 1));
    if (letter != 'C')
        return no_copy(s);
    TRY(get_number(s, 8, &s->version));
    if (s->version > strtoll(schema_version(), NULL, 10))
        return ERR(s->a, ERR_CONFLICT, "a newer program made it: schema %lld, this program knows %s",
                   (long long)s->version, schema_version());
    for (;;) {
        TRY(s->get(s->ctx, &letter, 1));
        if (letter == 'E')
            return end_in(s);
        if (letter != 'T' && letter != 'R')
            return no_copy(s);
        TRY(letter == 'T' ? table_in(s) : row_in(s));
    }
}

struct err *copy_in(struct db *db, struct arena *a, copy_get_fn *get, void *ctx, struct copy_count *out)
{
    arena_scope struct arena *row = arena_new();
    *out = (struct copy_count){0};
    struct in s = {.db = db, .a = a, .row = row, .get = get, .ctx = ctx, .count = out};
    TRY(record_migrate(db, a, true));
    TRY(record_bulk_begin(db, a));
    struct err *e = pieces(&s);
    db_end(&s.tx);
    TRY(e);
    TRY(record_bulk_end(db, a));
    TRY(record_migrate(db, a, false)); /* what this program has and the copy had not */
    return sequences(db, a);
}
