/* init.c: `qingfeng init`: an empty database and its first account, whose password is printed once. */
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "base/cli.h"
#include "base/keys.h"
#include "program.h"
#include "record/log.h"

static struct err *make(struct arena *a, struct db *db, const char *hash)
{
    TRY(record_migrate(db, a, true));
    if (hash != NULL)
        TRY(log_choose_hash(db, a, hash));
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "init", &c));
    int64_t accounts;
    TRY(db_one_int(&c.tx, "SELECT count(*) FROM auth_account", NULL, 0, 0, &accounts));
    if (accounts > 0) {
        fputs("qingfeng init: the database stands already; nothing was changed\n", stderr);
        return NULL;
    }
    char *password;
    int64_t account, office;
    TRY(account_create(&c, "supervision", "监督科", 0, &password, &account));
    TRY(office_give(&c, account, "supervision", 0, NULL, &office));
    TRY(setting_put(&c, "second_factor", "offered"));
    TRY(change_commit(&c));
    printf("username supervision\npassword %s\n", password);
    return NULL;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *hash = NULL, *keys = NULL;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, true}, {"hash", CLI_TEXT, &hash, false}, {"keys", CLI_TEXT, &keys, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    keys_use(url, keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, url, true, &pool));
    struct db *db = NULL;
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = make(a, db, hash);
    if (e == NULL)
        e = checkpoint_make(db, a, NULL);
    db_give(db);
    db_pool_close(pool);
    return e;
}

int init_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("init", run(a, argc, argv));
}
