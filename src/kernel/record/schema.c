/* schema.c: tables of the kernel and of every record. The schema only grows: tables, columns and indexes are added. */
#include "record/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/embed.h"

/* Raised when an older program could no longer read what a newer one writes. */
#define SCHEMA_VERSION 2
enum { SCHEMA_LEDGER = 2 }; /* the first whose changes have leaves */

static const char kernel_sqlite[] =
    "CREATE TABLE IF NOT EXISTS kernel_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS change (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL,"
    " account INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT, office INTEGER NOT NULL, role TEXT NOT NULL,"
    " back INTEGER NOT NULL, salt BLOB, leaf BLOB NOT NULL, commitment BLOB);"
    "CREATE TABLE IF NOT EXISTS revision (change INTEGER NOT NULL, n INTEGER NOT NULL, record TEXT NOT NULL,"
    " row INTEGER NOT NULL, rev INTEGER NOT NULL, body TEXT, salt BLOB, commitment BLOB,"
    " PRIMARY KEY (change, n)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS ledger_node (level INTEGER NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL,"
    " PRIMARY KEY (level, place)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS kernel_file (id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, type TEXT NOT NULL,"
    " size INTEGER NOT NULL, bytes BLOB NOT NULL);";
static const char kernel_postgres[] =
    "CREATE TABLE IF NOT EXISTS kernel_meta (name text COLLATE \"C\" PRIMARY KEY, value text COLLATE \"C\" NOT NULL);"
    "CREATE TABLE IF NOT EXISTS change_counter (one int PRIMARY KEY CHECK (one = 1), n bigint NOT NULL,"
    " at bigint NOT NULL);"
    "INSERT INTO change_counter VALUES (1, 0, 0) ON CONFLICT DO NOTHING;"
    "CREATE SEQUENCE IF NOT EXISTS change_id;"
    "CREATE TABLE IF NOT EXISTS change (id bigint PRIMARY KEY, seq bigint NOT NULL UNIQUE, at bigint NOT NULL,"
    " account bigint NOT NULL, actor text COLLATE \"C\" NOT NULL, what text COLLATE \"C\", office bigint NOT NULL,"
    " role text COLLATE \"C\" NOT NULL, back bigint NOT NULL, salt bytea, leaf bytea NOT NULL, commitment bytea);"
    "CREATE TABLE IF NOT EXISTS revision (change bigint NOT NULL, n int NOT NULL, record text COLLATE \"C\" NOT NULL,"
    " row bigint NOT NULL, rev bigint NOT NULL, body text COLLATE \"C\", salt bytea, commitment bytea,"
    " PRIMARY KEY (change, n));"
    "CREATE TABLE IF NOT EXISTS ledger_node (level int NOT NULL, place bigint NOT NULL, hash bytea NOT NULL,"
    " PRIMARY KEY (level, place));"
    "CREATE SEQUENCE IF NOT EXISTS kernel_file_id;"
    "CREATE TABLE IF NOT EXISTS kernel_file (id bigint PRIMARY KEY DEFAULT nextval('kernel_file_id'),"
    " hash text COLLATE \"C\" NOT NULL UNIQUE, type text COLLATE \"C\" NOT NULL, size bigint NOT NULL,"
    " bytes bytea NOT NULL);";
static const char revision_index[] = "CREATE UNIQUE INDEX IF NOT EXISTS revision_row ON revision (record, row, rev)";

static const char *column_type(enum db_kind kind, const struct field *f)
{
    if (kind == DB_SQLITE)
        return field_is_number(f) ? "INTEGER" : "TEXT";
    return field_is_number(f) ? "bigint" : "text COLLATE \"C\"";
}

/* On SQLite rows that belong to a person are stored together: a file is read, and columns are loaded, in key order. */
static bool clustered(enum db_kind kind, const struct record *rec)
{
    return kind == DB_SQLITE && rec->concerns != NULL && rec->fields[record_field(rec, rec->concerns)].required;
}

static struct err *table_create(struct db_tx *tx, const struct known *k)
{
    enum db_kind kind = db_kind(tx->db);
    const char *num = kind == DB_SQLITE ? "INTEGER" : "bigint";
    struct buf b = BUF(tx->arena);
    bool together = clustered(kind, k->rec);
    buf_printf(&b, "CREATE TABLE %s (id %s%s, rev %s NOT NULL, ended %s NOT NULL, scope %s NOT NULL", k->table, num,
               together ? " NOT NULL" : " PRIMARY KEY", num, num, num);
    if (k->rec->tree != NULL)
        buf_printf(&b, ", scope_to %s", num);
    for (int i = 0; i < k->n_fields; i++)
        buf_printf(&b, ", %s %s%s", k->rec->fields[i].name, column_type(kind, &k->rec->fields[i]),
                   together && strcmp(k->rec->fields[i].name, k->rec->concerns) == 0 ? " NOT NULL" : "");
    if (together)
        buf_printf(&b, ", PRIMARY KEY (%s, id)) WITHOUT ROWID", k->rec->concerns);
    else
        buf_putc(&b, ')');
    TRY(db_run(tx, buf_str(&b), NULL, 0, NULL));
    if (kind == DB_POSTGRES)
        TRY(db_run(tx, arena_printf(tx->arena, "CREATE SEQUENCE IF NOT EXISTS %s_id", k->table), NULL, 0, NULL));
    return NULL;
}

static bool has(const char *const *names, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static struct err *table_grow(struct db_tx *tx, const struct known *k, const char *const *cols, int n)
{
    for (int i = 0; i < k->n_fields; i++) {
        const struct field *f = &k->rec->fields[i];
        if (has(cols, n, f->name))
            continue;
        const char *sql =
            f->was != NULL && has(cols, n, f->was)
                ? arena_printf(tx->arena, "ALTER TABLE %s RENAME COLUMN %s TO %s", k->table, f->was, f->name)
                : arena_printf(tx->arena, "ALTER TABLE %s ADD COLUMN %s %s%s", k->table, f->name,
                               column_type(db_kind(tx->db), f),
                               f->by_default == NULL ? "" /* rows on record have it: their revisions say so */
                                                     : arena_printf(tx->arena, " DEFAULT '%s'", f->by_default));
        TRY(db_run(tx, sql, NULL, 0, NULL));
    }
    return NULL;
}

static struct err *index_make(struct db_tx *tx, const struct known *k, const char *what, const char *on, bool drop)
{
    const char *name = arena_printf(tx->arena, "%s_by_%s", k->table, what);
    if (drop)
        return db_run(tx, arena_printf(tx->arena, "DROP INDEX IF EXISTS %s", name), NULL, 0, NULL);
    bool there = false;
    TRY(db_has_index(tx, name, &there));
    if (there)
        return NULL;
    return db_run(tx, arena_printf(tx->arena, "CREATE INDEX %s ON %s (%s)", name, k->table, on), NULL, 0, NULL);
}

/* Every index of a record: owner first, then what the declaration asks for. drop: takes them away for a bulk load. */
static struct err *indexes(struct db_tx *tx, const struct known *k, bool drop)
{
    bool together = clustered(db_kind(tx->db), k->rec);
    if (together)
        TRY(index_make(tx, k, "id", "id", drop));
    for (int i = 0; i < k->n_fields; i++) {
        const struct field *f = &k->rec->fields[i];
        bool owner = k->rec->concerns != NULL && strcmp(f->name, k->rec->concerns) == 0;
        if (owner && together)
            continue;
        bool parent = k->rec->tree != NULL && strcmp(f->name, k->rec->tree) == 0;
        if (owner || parent || f->index || f->unique)
            TRY(index_make(tx, k, f->name, owner ? arena_printf(tx->arena, "%s, id", f->name) : f->name, drop));
    }
    if (k->rec->unit != NULL || k->rec->tree != NULL)
        TRY(index_make(tx, k, "scope", "scope, id", drop));
    for (const char *const *x = k->rec->indexes; x != NULL && *x != NULL; x++)
        TRY(db_run(tx,
                   drop ? arena_printf(tx->arena, "DROP INDEX IF EXISTS %.*s", (int)strcspn(*x, " "), *x)
                        : arena_printf(tx->arena, "CREATE INDEX IF NOT EXISTS %s", *x),
                   NULL, 0, NULL));
    return NULL;
}

const char *schema_version(void)
{
#define TEXT2(n) #n
#define TEXT(n) TEXT2(n)
    return TEXT(SCHEMA_VERSION);
}

/* version: 0 for an empty database. */
static struct err *check_version(struct db_tx *tx, bool create, int64_t *version)
{
    *version = 0;
    const char *const *cols;
    int n;
    TRY(db_table_columns(tx, "kernel_meta", &cols, &n));
    if (n == 0)
        return create ? NULL
                      : err_say(ERR(tx->arena, ERR_MISSING, "the database holds no Qingfeng tables"), "record.empty_db",
                                NULL);
    TRY(db_one_int(tx, "SELECT CAST(value AS bigint) FROM kernel_meta WHERE name = 'schema'", NULL, 0, 0, version));
    if (*version > SCHEMA_VERSION)
        return err_say(ERR(tx->arena, ERR_CONFLICT, "the database has schema %lld, this program knows %d",
                           (long long)*version, SCHEMA_VERSION),
                       "record.newer", NULL);
    return NULL;
}

/* What no record declares: steps "-- step" separated in MODULE/schema.sql, common to both engines, safe to repeat. */
static struct err *module_schemas(struct db_tx *tx)
{
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        size_t n = strlen(e->name);
        if (n > 11 && strcmp(e->name + n - 11, "/schema.sql") == 0)
            TRY(db_script(tx, (const char *)e->bytes));
    }
    return NULL;
}

static struct err *(*before_upgrade)(struct db *db, struct arena *a);

void record_upgrade_use(struct err *(*fn)(struct db *db, struct arena *a))
{
    before_upgrade = fn;
}

/* Would tables or columns be added to a database that holds something? */
static struct err *grows(struct db *db, struct arena *a, bool *out)
{
    const char *const *cols;
    int n;
    db_scope struct db_tx tx = {0};
    *out = false;
    TRY(db_begin_read(db, a, &tx));
    TRY(db_table_columns(&tx, "kernel_meta", &cols, &n));
    for (int i = 0; n > 0 && i < record_count() && !*out; i++) {
        const struct known *k = known_of(record_at(i));
        int have;
        TRY(db_table_columns(&tx, k->table, &cols, &have));
        for (int f = 0; f < k->n_fields && !*out; f++)
            *out = !has(cols, have, k->rec->fields[f].name);
    }
    return NULL;
}

struct err *record_migrate(struct db *db, struct arena *a, bool create)
{
    bool upgrade = false;
    if (before_upgrade != NULL)
        TRY(grows(db, a, &upgrade));
    if (upgrade)
        TRY(before_upgrade(db, a));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    int64_t version;
    TRY(check_version(&tx, create, &version));
    bool leaves = version > 0 && version < SCHEMA_LEDGER;
    if (leaves)
        TRY(upgrade_aside(&tx));
    TRY(db_script(&tx, db_kind(db) == DB_SQLITE ? kernel_sqlite : kernel_postgres));
    TRY(db_run(&tx, revision_index, NULL, 0, NULL));
    if (db_kind(db) == DB_SQLITE)
        TRY(db_run(&tx, "CREATE UNIQUE INDEX IF NOT EXISTS change_seq ON change (seq)", NULL, 0, NULL));
    for (int i = 0; i < record_count(); i++) {
        const struct known *k = known_of(record_at(i));
        const char *const *cols;
        int n;
        TRY(db_table_columns(&tx, k->table, &cols, &n));
        TRY(n == 0 ? table_create(&tx, k) : table_grow(&tx, k, cols, n));
        TRY(indexes(&tx, k, false));
    }
    if (leaves)
        TRY(upgrade_leaves(&tx));
    TRY(module_schemas(&tx));
    struct db_val args[] = {db_text(arena_printf(a, "%d", SCHEMA_VERSION))};
    TRY(db_run(&tx,
               "INSERT INTO kernel_meta (name, value) VALUES ('schema', ?1)"
               " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               args, 1, NULL));
    TRY(db_run(&tx, "INSERT INTO kernel_meta (name, value) VALUES ('hash', 'sha256') ON CONFLICT (name) DO NOTHING",
               NULL, 0, NULL));
    return db_commit(&tx);
}

static struct err *bulk(struct db *db, struct arena *a, bool drop)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    TRY(db_run(&tx, drop ? "DROP INDEX IF EXISTS revision_row" : revision_index, NULL, 0, NULL));
    for (int i = 0; i < record_count(); i++)
        TRY(indexes(&tx, known_of(record_at(i)), drop));
    return db_commit(&tx);
}

struct err *record_bulk_begin(struct db *db, struct arena *a)
{
    return bulk(db, a, true);
}

struct err *record_bulk_end(struct db *db, struct arena *a)
{
    return bulk(db, a, false);
}
