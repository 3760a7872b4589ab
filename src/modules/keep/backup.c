/* backup.c: `backup`: everything in the log, as one transaction sees it, sealed to a passphrase in a file that says in
 * its name when it was made and when it is to go. Readers and writers are not held up. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "base/sealed.h"
#include "base/vec.h"
#include "keep/keep.h"
#include "record/copy.h"

enum { DAYS = 90, SECRET = 32 };

static const struct field fields[] = {{"at", FIELD_INT, .required = true, .index = true}, /* UTC ms */
                                      {"file", FIELD_TEXT, .max = 1000, .required = true},
                                      {"until", FIELD_DATE, .required = true},
                                      {"size", FIELD_INT, .required = true}, /* bytes */
                                      {"changes", FIELD_INT, .required = true},
                                      {"why", FIELD_TEXT, .max = 20, .required = true},
                                      {0}};
const struct record keep_backup = {.name = "keep.backup",
                                   .fields = fields,
                                   .title = "file",
                                   .list = "at file until size changes",
                                   .order = "at",
                                   .purpose = "keep.purpose.backup",
                                   .basis = "kernel.basis.own",
                                   .readers = "system audit",
                                   .keep = "keep.backup",
                                   .keep_from = "until",
                                   .guarded = true,
                                   .quiet = true};

static struct err *put(void *ctx, const void *p, size_t n)
{
    return sealed_write(ctx, p, n);
}

/* qingfeng-20261125T093000Z-until-20270223.backup */
static char *name_of(struct arena *a, const char *dir, const char *what, int64_t made, const char *until)
{
    char at[CLOCK_TEXT];
    struct buf b = BUF(a);
    buf_printf(&b, "%s/qingfeng-%s", dir, strcmp(what, "upgrade") == 0 ? "before-upgrade-" : "");
    for (const char *p = clock_iso(made, at); *p != '\0'; p++)
        if (*p != '-' && *p != ':')
            buf_putc(&b, *p);
    buf_printf(&b, "-until-%.4s%.2s%.2s.backup", until, until + 5, until + 8);
    return buf_str(&b);
}

/* Names only numbers: it may lie beside the backups. */
static struct err *erasures_beside(struct db *db, struct arena *a, const char *dir)
{
    char *text;
    TRY(erased_keep(db, a));
    TRY(erased_text(a, &text));
    if (text == NULL)
        return NULL;
    char *path = arena_printf(a, "%s/qingfeng.erasures", dir), *part = arena_printf(a, "%s.part", path);
    FILE *f = fopen(part, "we");
    bool bad = f == NULL || fputs(text, f) == EOF || fflush(f) != 0 || fsync(fileno(f)) != 0;
    int why = errno;
    if (f != NULL && fclose(f) != 0)
        bad = true;
    return bad || rename(part, path) != 0 ? err_disk(a, why, path) : NULL;
}

static struct err *on_record(struct db *db, struct arena *a, const struct backup *b, const char *what)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, what, &c));
    struct row *r = row_new(a, &keep_backup);
    row_set_int(a, r, "at", b->made);
    row_set(r, "file", b->path);
    row_set(r, "until", b->until);
    row_set_int(a, r, "size", b->size);
    row_set_int(a, r, "changes", b->held.changes);
    row_set(r, "why", what);
    TRY(record_save(&c, &keep_backup, r, 0));
    return change_commit(&c);
}

static struct err *written(struct db *db, struct arena *a, const char *pass, struct backup *b)
{
    struct sealed_out *out;
    struct sealed_head head = {.made = b->made};
    struct copy_count held;
    struct stat st;
    memcpy(head.until, b->until, sizeof head.until);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(sealed_create(a, b->path, &head, pass, &out));
    TRY(copy_out(&tx, put, out, &held));
    TRY(sealed_close(out));
    b->size = stat(b->path, &st) == 0 ? st.st_size : 0;
    b->held.tables = held.tables;
    b->held.rows = held.rows;
    b->held.changes = held.changes;
    return NULL;
}

static struct err *folder(struct arena *a, const char *dir)
{
    struct stat st;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_disk(a, errno, dir);
    return stat(dir, &st) == 0 && S_ISDIR(st.st_mode) ? NULL : ERR(a, ERR_INVALID, "'%s' is not a folder", dir);
}

struct err *backup_make(struct db *db, struct arena *a, const char *dir, const char *what, const char *until,
                        const char *pass, struct backup *out)
{
    char day[DATE_TEXT];
    struct backup b = {.made = clock_now_ms()};
    if (until == NULL)
        until = date_iso(date_add_days(clock_day_of(b.made), DAYS), day);
    snprintf(b.until, sizeof b.until, "%s", until);
    TRY(folder(a, dir));
    b.path = name_of(a, dir, what, b.made, b.until);
    arena_scope struct arena *work = arena_new(); /* what was half written goes with it */
    TRY(err_keep(a, written(db, work, pass, &b)));
    *out = b;
    return NULL;
}

static struct err *kept(struct db *db, struct arena *a, const char *dir, const char *until, const char *pass,
                        struct backup *b)
{
    TRY(record_migrate(db, a, false));
    TRY(erasures_beside(db, a, dir));
    TRY(backup_make(db, a, dir, "backup", until, pass, b));
    return on_record(db, a, b, "backup");
}

struct err *backup_before_upgrade(struct db *db, struct arena *a)
{
    uint8_t secret[SECRET];
    struct backup b;
    struct buf pass = BUF(a);
    if (keys_dir() == NULL && db_kind(db) == DB_SQLITE)
        keys_use(db_pool_url(db_pool_of(db)), NULL);
    if (keys_dir() == NULL)
        return ERR(a, ERR_INVALID,
                   "this program is newer than the database; before the tables grow a backup is kept, and for its"
                   " passphrase it needs a folder of keys: name one with --keys DIR");
    TRY(keys_secret(a, "upgrade.secret", secret, sizeof secret));
    for (int i = 0; i < SECRET; i++)
        buf_printf(&pass, "%02x", secret[i]);
    buf_putc(&pass, '\n');
    TRY(keys_put(a, "upgrade.passphrase", pass.p, pass.n)); /* as restore --passphrase-file takes it */
    pass.p[--pass.n] = '\0';
    const char *dir = arena_printf(a, "%s/upgrades", keys_dir());
    return backup_make(db, a, dir, "upgrade", NULL, pass.p, &b);
}

/* ---- what has reached its end ---- */
static bool ends_before(const char *name, const char *today)
{
    const char *until = strstr(name, "-until-");
    size_t n = strlen(name);
    char day[9];
    if (strncmp(name, "qingfeng-", 9) != 0 || until == NULL || n < 7 || strcmp(name + n - 7, ".backup") != 0 ||
        strspn(until + 7, "0123456789") != 8)
        return false;
    snprintf(day, sizeof day, "%.4s%.2s%.2s", today, today + 5, today + 8);
    return strncmp(until + 7, day, 8) < 0;
}

struct err *backup_ended(struct arena *a, const char *dir, const char *today, const char ***out, int *n_out)
{
    DIR *d = opendir(dir);
    VEC(const char *) v = {0};
    if (d == NULL)
        return ERR(a, ERR_MISSING, "'%s': %s", dir, strerror(errno));
    for (struct dirent *x; (x = readdir(d)) != NULL;)
        if (ends_before(x->d_name, today))
            *VEC_PUSH(&v, a) = arena_strdup(a, x->d_name);
    closedir(d);
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

static struct err *prune(struct arena *a, const char *dir)
{
    char day[DATE_TEXT];
    const char **names = NULL;
    int n = 0;
    TRY(backup_ended(a, dir, date_iso(clock_today(), day), &names, &n));
    for (int i = 0; i < n; i++) {
        char *path = arena_printf(a, "%s/%s", dir, names[i]);
        if (unlink(path) != 0)
            return err_disk(a, errno, path);
        printf("removed %s\n", path);
    }
    return NULL;
}

/* ---- the command ---- */
static struct err *with_db(struct arena *a, const char *url, const char *dir, const char *until, const char *pass)
{
    struct db_pool *pool;
    struct db *db = NULL;
    struct backup b;
    TRY(db_pool_open(a, url, false, &pool));
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = kept(db, a, dir, until, pass, &b);
    db_give(db);
    db_pool_close(pool);
    if (e == NULL)
        printf("%s\n%lld changes, %lld rows, %lld bytes; to be removed after %s\n", b.path, (long long)b.held.changes,
               (long long)b.held.rows, (long long)b.size, b.until);
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *dir = NULL, *keys = NULL, *file = NULL, *until = NULL, *gone = NULL, *pass = NULL;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, false},
                                         {"out", CLI_TEXT, &dir, false},
                                         {"keys", CLI_TEXT, &keys, false},
                                         {"passphrase-file", CLI_TEXT, &file, false},
                                         {"until", CLI_TEXT, &until, false},
                                         {"prune", CLI_TEXT, &gone, false},
                                         {0}};
    struct date day;
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    if (gone != NULL && url == NULL)
        return prune(a, gone);
    if (url == NULL || dir == NULL)
        return err_field(ERR(a, ERR_INVALID, "backup wants --db URL and --out DIR, or --prune DIR"), "usage");
    if (until != NULL && (!date_parse(until, &day) || !date_is_full(day)))
        return err_field(ERR(a, ERR_INVALID, "--until wants a day, for example 2027-03-31"), "usage");
    keys_use(url, keys);
    TRY(passphrase_read(a, file, true, &pass));
    TRY(with_db(a, url, dir, until, pass));
    return gone == NULL ? NULL : prune(a, gone);
}

int backup_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("backup", run(a, argc, argv));
}
