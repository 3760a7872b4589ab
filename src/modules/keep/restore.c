/* restore.c: `restore`: a backup beside the database it is to replace, verified there, and only then put in its place.
 * The one before stays under a name of its own. Killed at any moment, either the old database stands or the new. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "base/sealed.h"
#include "keep/keep.h"
#include "record/copy.h"

struct restore {
    struct arena *a;
    const char *url, *backup, *pass, *erasures;
    bool replace;
    struct sealed_head head;
    struct sealed_in *in;
    struct copy_count count;
    struct log_verified v;
    int64_t erased, now;
    bool new_folder;
};

static struct err *get(void *ctx, void *p, size_t n)
{
    return sealed_read(ctx, p, n);
}

static void differs(void *ctx, const struct log_difference *d)
{
    (void)ctx;
    fprintf(stderr, "%s %lld%s%s: %s\n", d->table, (long long)d->id, d->field == NULL ? "" : " ",
            d->field == NULL ? "" : d->field, d->why);
}

/* The list beside the backup, from whoever took a later one; the folder's own comes on top. */
static struct err *erased_since(struct restore *r, struct db *db)
{
    int64_t n = 0;
    char *text;
    TRY(erased_text(r->a, &text));
    if (text != NULL)
        TRY(erased_again(db, r->a, text, &r->erased));
    const char *slash = strrchr(r->backup, '/');
    const char *path = r->erasures != NULL ? r->erasures
                       : slash == NULL
                           ? "qingfeng.erasures"
                           : arena_printf(r->a, "%.*s/qingfeng.erasures", (int)(slash - r->backup), r->backup);
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return r->erasures == NULL && errno == ENOENT ? NULL
                                                      : ERR(r->a, ERR_INVALID, "'%s': %s", path, strerror(errno));
    struct buf b = {.arena = r->a, .most = 1 << 28};
    char piece[1 << 16];
    for (size_t got; (got = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(&b, piece, got);
    fclose(f);
    TRY(erased_again(db, r->a, buf_str(&b), &n));
    r->erased += n;
    return NULL;
}

/* Everything into an empty database, and everything checked. */
static struct err *filled(struct restore *r, struct db *db)
{
    bool whole = false;
    TRY(copy_in(db, r->a, get, r->in, &r->count));
    TRY(sealed_at_end(r->in, &whole));
    if (!whole)
        return ERR(r->a, ERR_INVALID, "'%s' has bytes behind its end", r->backup);
    TRY(log_restored(db, r->a, r->head.made, r->now, &r->new_folder));
    TRY(erased_since(r, db));
    TRY(log_verify(db, r->a, differs, r, &r->v));
    if (r->v.differences > 0)
        return ERR(r->a, ERR_INVALID, "the content of '%s' differs from its log in %lld places; nothing was replaced",
                   r->backup, (long long)r->v.differences);
    return NULL;
}

/* After it stands in its place: the folder of keys holds the newest checkpoint of this log again. */
static struct err *settled(struct restore *r)
{
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(r->a, r->url, false, &pool));
    struct err *e = db_take(pool, r->a, &db);
    if (e == NULL)
        e = checkpoint_make(db, r->a, NULL);
    if (e == NULL)
        e = erased_keep(db, r->a);
    db_give(db);
    db_pool_close(pool);
    return e;
}

/* ---- SQLite: a file beside, two names ---- */
static void away(struct arena *a, const char *file)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        unlink(arena_printf(a, "%s%s", file, tails[i]));
}

static struct err *fresh_file(struct restore *r, const char *fresh)
{
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(r->a, fresh, true, &pool));
    struct err *e = db_take(pool, r->a, &db);
    if (e == NULL)
        e = filled(r, db);
    db_give(db);
    db_pool_close(pool);
    return e == NULL ? db_file_alone(r->a, fresh) : e;
}

static struct err *file_replaced(struct restore *r, const char *fresh)
{
    bool there = access(r->url, F_OK) == 0;
    if (there) {
        char *before = arena_printf(r->a, "%s.replaced-%lld", r->url, (long long)r->now / 1000);
        TRY(db_file_alone(r->a, r->url));
        if (link(r->url, before) != 0)
            return err_disk(r->a, errno, before);
        printf("the database before stands in %s; remove it when it is not needed any more\n", before);
    }
    unlink(arena_printf(r->a, "%s-wal", r->url)); /* of a database that was no longer one */
    unlink(arena_printf(r->a, "%s-shm", r->url));
    return rename(fresh, r->url) == 0 ? NULL : err_disk(r->a, errno, r->url);
}

static struct err *into_file(struct restore *r)
{
    char *fresh = arena_printf(r->a, "%s.restoring", r->url);
    if (access(r->url, F_OK) == 0) {
        if (!r->replace)
            return err_field(
                ERR(r->a, ERR_CONFLICT, "'%s' is there; restore --replace puts the backup in its place", r->url),
                "usage");
        TRY(db_file_alone(r->a, r->url));
    }
    away(r->a, fresh);
    struct err *e = fresh_file(r, fresh);
    if (e == NULL)
        e = file_replaced(r, fresh);
    if (e != NULL)
        away(r->a, fresh);
    return e;
}

/* ---- PostgreSQL: a schema beside, two names ---- */
#define FRESH "qingfeng_restoring"

static struct err *say(struct restore *r, struct db *db, const char *sql)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, r->a, &tx));
    TRY(db_script(&tx, sql));
    return db_commit(&tx);
}

static struct err *look(struct restore *r, struct db *db, const char **schema, bool *holds)
{
    db_scope struct db_tx tx = {0};
    db_rows_scope struct db_rows rows = {0};
    int64_t others;
    bool more;
    TRY(db_begin_read(db, r->a, &tx));
    TRY(db_one_int(&tx,
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND application_name = 'qingfeng' AND pid <> pg_backend_pid()",
                   NULL, 0, 0, &others));
    if (others > 0)
        return ERR(r->a, ERR_BUSY, "a server is working with this database; stop it first");
    TRY(db_query(&tx,
                 "SELECT quote_ident(current_schema()), (SELECT count(*) FROM pg_class c JOIN pg_namespace n"
                 " ON n.oid = c.relnamespace WHERE n.nspname = current_schema())",
                 NULL, 0, &rows));
    TRY(db_next(&rows, &more));
    if (!more || db_col_null(&rows, 0))
        return ERR(r->a, ERR_INVALID, "the database has no schema to restore into");
    *schema = arena_strdup(r->a, db_col_text(&rows, 0));
    *holds = db_col_int(&rows, 1) > 0;
    return NULL;
}

static struct err *schema_replaced(struct restore *r, struct db *db, const char *schema, bool holds)
{
    char *before = arena_printf(r->a, "qingfeng_replaced_%lld", (long long)r->now / 1000);
    TRY(say(r, db,
            holds ? arena_printf(r->a, "ALTER SCHEMA %s RENAME TO %s; ALTER SCHEMA " FRESH " RENAME TO %s", schema,
                                 before, schema)
                  : arena_printf(r->a, "DROP SCHEMA %s; ALTER SCHEMA " FRESH " RENAME TO %s", schema, schema)));
    if (holds)
        printf("the tables before stand in the schema %s; drop it when it is not needed any more\n", before);
    return NULL;
}

static struct err *into_schema(struct restore *r, struct db *db)
{
    const char *schema = NULL;
    bool holds = false;
    TRY(look(r, db, &schema, &holds));
    if (holds && !r->replace)
        return err_field(
            ERR(r->a, ERR_CONFLICT, "the database is not empty; restore --replace puts the backup in its place"),
            "usage");
    TRY(say(r, db, "DROP SCHEMA IF EXISTS " FRESH " CASCADE; CREATE SCHEMA " FRESH "; SET search_path TO " FRESH));
    struct err *e = filled(r, db);
    if (e == NULL)
        e = schema_replaced(r, db, schema, holds);
    if (e != NULL) {
        struct err *ignored = say(r, db, "DROP SCHEMA IF EXISTS " FRESH " CASCADE");
        (void)ignored; /* the next restore drops it */
    }
    return e;
}

static struct err *into_server(struct restore *r)
{
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(r->a, r->url, false, &pool));
    struct err *e = db_take(pool, r->a, &db);
    if (e == NULL)
        e = into_schema(r, db);
    db_give(db);
    db_pool_close(pool);
    return e;
}

/* ---- the command ---- */
static struct err *run(struct arena *a, int argc, char **argv)
{
    struct restore r = {.a = a, .now = clock_now_ms()};
    const char *keys = NULL, *file = NULL;
    char **rest, at[CLOCK_TEXT];
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &r.url, true},
                                         {"keys", CLI_TEXT, &keys, false},
                                         {"passphrase-file", CLI_TEXT, &file, false},
                                         {"erasures", CLI_TEXT, &r.erasures, false},
                                         {"replace", CLI_FLAG, &r.replace, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 1, 1, &rest, &n));
    r.backup = rest[0];
    keys_use(r.url, keys);
    TRY(sealed_open(a, r.backup, &r.head, &r.in));
    TRY(passphrase_read(a, file, false, &r.pass));
    TRY(sealed_unlock(r.in, r.pass));
    bool server = strncmp(r.url, "postgresql://", 13) == 0 || strncmp(r.url, "postgres://", 11) == 0;
    TRY(server ? into_server(&r) : into_file(&r));
    TRY(settled(&r));
    printf(
        "restored the backup of %s: %lld changes, %lld rows, verified; %lld contents erased since were erased again\n",
        clock_iso(r.head.made, at), (long long)r.count.changes, (long long)r.count.rows, (long long)r.erased);
    if (r.new_folder)
        puts("the folder of keys was new and took over the keys on record: compare them with a printed strip");
    return NULL;
}

int restore_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("restore", run(a, argc, argv));
}
