/* commands.c: verify, keys and prove, and what all commands of this folder need. */
#include "ledger/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"

struct err *ledger_with_db(struct arena *a, const char *url, const char *keys,
                           struct err *(*fn)(void *ctx, struct arena *a, struct db *db), void *ctx)
{
    keys_use(url, keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, url, false, &pool));
    struct db *db = NULL;
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = fn(ctx, a, db);
    db_give(db);
    db_pool_close(pool);
    return e;
}

enum { FILE_MOST = 64 << 20 };

struct err *ledger_read(struct arena *a, const char *path, char **out)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (f == NULL)
        return ERR(a, ERR_MISSING, "'%s': %s", path, strerror(errno));
    struct buf b = {.arena = a, .most = FILE_MOST};
    char piece[65536];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_add(&b, piece, n);
    bool bad = ferror(f) != 0;
    if (f != stdin)
        fclose(f);
    if (bad)
        return ERR(a, ERR_FAULT, "'%s' cannot be read", path);
    if (b.over || (b.n > 0 && memchr(b.p, '\0', b.n) != NULL))
        return ERR(a, ERR_INVALID, "'%s' is no text of ours", path);
    *out = buf_str(&b);
    return NULL;
}

struct err *ledger_write(struct arena *a, const char *path, const char *text)
{
    FILE *f = path == NULL ? stdout : fopen(path, "wb");
    if (f == NULL)
        return err_disk(a, errno, path);
    bool bad = fputs(text, f) == EOF || fflush(f) != 0;
    int why = errno;
    if (f != stdout && fclose(f) != 0)
        bad = true;
    return bad ? err_disk(a, why, path == NULL ? "stdout" : path) : NULL;
}

/* ---- verify ---- */
struct verify_run {
    struct buf out; /* JSON of the differences */
    bool json;
    struct log_verified v;
};

static void differs(void *ctx, const struct log_difference *d)
{
    struct verify_run *r = ctx;
    if (!r->json) {
        printf("%s %lld%s%s: %s\n", d->table, (long long)d->id, d->field == NULL ? "" : " ",
               d->field == NULL ? "" : d->field, d->why);
        return;
    }
    buf_printf(&r->out, "%s{\"table\":", r->out.n == 0 ? "" : ",");
    buf_json(&r->out, d->table);
    buf_printf(&r->out, ",\"id\":%lld,\"field\":", (long long)d->id);
    buf_json(&r->out, d->field);
    buf_puts(&r->out, ",\"why\":");
    buf_json(&r->out, d->why);
    buf_putc(&r->out, '}');
}

static void tell(struct verify_run *r, struct arena *a)
{
    const struct log_verified *v = &r->v;
    struct buf root = BUF(a);
    ledger_base64(&root, v->root.b, LEDGER_HASH);
    if (r->json) {
        printf("{\"ok\":%s,\"changes\":%lld,\"revisions\":%lld,\"rows\":%lld,\"files\":%lld,\"checkpoints\":%lld,"
               "\"erased\":%lld,\"steps_back\":%lld,\"restores\":%lld,\"leaves_since\":%lld,\"hash\":\"%s\",\"root\":"
               "\"%s\",\"keys\":%s,"
               "\"differences\":[%s]}\n",
               v->differences == 0 ? "true" : "false", (long long)v->changes, (long long)v->revisions,
               (long long)v->rows, (long long)v->files, (long long)v->checkpoints, (long long)v->erased,
               (long long)v->steps_back, (long long)v->restores, (long long)v->leaves_since, v->hash, buf_str(&root),
               v->keys ? "true" : "false", buf_str(&r->out));
        return;
    }
    printf("%lld changes, %lld revisions, %lld rows, %lld files, %lld checkpoints: %lld differences\n",
           (long long)v->changes, (long long)v->revisions, (long long)v->rows, (long long)v->files,
           (long long)v->checkpoints, (long long)v->differences);
    if (v->erased > 0 || v->steps_back > 0)
        printf("%lld contents erased on record; time stepped back %lld times, on record\n", (long long)v->erased,
               (long long)v->steps_back);
    if (v->leaves_since > 1)
        printf("changes 1 to %lld were made before changes had leaves; change %lld gave them theirs\n",
               (long long)v->leaves_since - 1, (long long)v->leaves_since);
    printf("%s root %s\n", v->hash, buf_str(&root));
    if (!v->keys)
        puts("there was no folder of keys: signatures were checked only against the keys on record");
}

static struct err *tell_restores(struct arena *a, struct db *db)
{
    char from[CLOCK_TEXT], at[CLOCK_TEXT];
    db_scope struct db_tx tx = {0};
    db_rows_scope struct db_rows rows = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(db_query(&tx, "SELECT at, made, size, cut_size FROM kernel_restore WHERE ended = 0 ORDER BY id", NULL, 0,
                 &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        printf("%s: restored from the backup of %s, on record: set back to %lld changes; ",
               clock_iso(db_col_int(&rows, 0), at), clock_iso(db_col_int(&rows, 1), from),
               (long long)db_col_int(&rows, 2));
        if (db_col_null(&rows, 3))
            puts("how many there were is not known");
        else
            printf("the newest checkpoint before had %lld\n", (long long)db_col_int(&rows, 3));
    }
}

static struct err *verify_db(void *ctx, struct arena *a, struct db *db)
{
    struct verify_run *r = ctx;
    TRY(log_verify(db, a, differs, r, &r->v));
    tell(r, a);
    return r->json || r->v.restores == 0 ? NULL : tell_restores(a, db);
}

int verify_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *url = NULL, *keys = NULL;
    struct verify_run r = {.out = BUF(a)};
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, true}, {"keys", CLI_TEXT, &keys, false}, {"json", CLI_FLAG, &r.json, false}, {0}};
    struct err *e = cli_parse(a, argc, argv, options, 0, 0, NULL, NULL);
    if (e == NULL)
        e = ledger_with_db(a, url, keys, verify_db, &r);
    return e != NULL ? cli_end("verify", e) : r.v.differences > 0 ? CLI_DIFFERENCES : CLI_OK;
}

/* ---- keys rotate ---- */
static struct err *rotate_db(void *ctx, struct arena *a, struct db *db)
{
    (void)ctx;
    TRY(record_migrate(db, a, false));
    if (keys_dir() == NULL)
        return err_field(ERR(a, ERR_INVALID, "name the folder of keys with --keys DIR"), "usage");
    return checkpoint_rotate(db, a, &who_console);
}

int keys_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *url = NULL, *keys = NULL;
    char **rest;
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, true}, {"keys", CLI_TEXT, &keys, false}, {0}};
    struct err *e = cli_parse(a, argc, argv, options, 1, 1, &rest, &n);
    if (e == NULL && strcmp(rest[0], "rotate") != 0)
        e = err_field(ERR(a, ERR_INVALID, "keys knows only: rotate"), "usage");
    if (e == NULL)
        e = ledger_with_db(a, url, keys, rotate_db, NULL);
    return cli_end("keys", e);
}

/* ---- prove ---- */
struct prove_run {
    const char *record, *out;
    int64_t id, rev;
};

static struct err *prove_db(void *ctx, struct arena *a, struct db *db)
{
    struct prove_run *r = ctx;
    char *proof = NULL;
    TRY(record_migrate(db, a, false));
    TRY(checkpoint_make(db, a, NULL));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(log_prove(&tx, r->record, r->id, r->rev, &proof));
    return ledger_write(a, r->out, proof);
}

int prove_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    const char *url = NULL, *keys = NULL;
    struct prove_run r = {0};
    char **rest, *end = NULL;
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, true},
                                         {"keys", CLI_TEXT, &keys, false},
                                         {"out", CLI_TEXT, &r.out, false},
                                         {"rev", CLI_INT, &r.rev, false},
                                         {0}};
    struct err *e = cli_parse(a, argc, argv, options, 2, 2, &rest, &n);
    if (e == NULL) {
        r.record = rest[0];
        r.id = strtoll(rest[1], &end, 10);
        if (end == rest[1] || *end != '\0' || r.id <= 0)
            e = err_field(ERR(a, ERR_INVALID, "'%s' is no id of a row", rest[1]), "usage");
        else if (record_find(r.record) == NULL && strcmp(r.record, "kernel.file") != 0)
            e = err_field(ERR(a, ERR_INVALID, "there is no record '%s'; qingfeng fields lists them", r.record),
                          "usage");
    }
    if (e == NULL)
        e = ledger_with_db(a, url, keys, prove_db, &r);
    return cli_end("prove", e);
}
