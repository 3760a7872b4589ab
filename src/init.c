/* init.c: `qingfeng init`: an empty database and the three one-time codes with which its administrators make their
 * accounts at /setup. There is no account and no password before. */
#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/code.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "program.h"
#include "record/log.h"

static struct err *print_codes(struct change *c)
{
    struct setup_code codes[SETUP_ROLES];
    char day[DATE_TEXT];
    TRY(setup_codes(c, codes));
    TRY(change_commit(c));
    for (int i = 0; i < SETUP_ROLES; i++)
        if (codes[i].text != NULL)
            printf("%s %s %s\n", codes[i].role, codes[i].text, date_iso(clock_day_of(codes[i].until), day));
        else
            fprintf(stderr, "qingfeng init: the %s administrator exists\n", codes[i].role);
    return NULL;
}

static struct err *make(struct arena *a, struct db *db, bool again, const char *hash)
{
    TRY(record_migrate(db, a, true));
    if (hash != NULL)
        TRY(log_choose_hash(db, a, hash));
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "init", &c));
    int64_t there;
    TRY(db_one_int(&c.tx, "SELECT (SELECT count(*) FROM auth_account) + (SELECT count(*) FROM auth_code)", NULL, 0, 0,
                   &there));
    if (there > 0 && !again) {
        fputs("qingfeng init: the database stands already; nothing was changed (--codes makes new one-time codes)\n",
              stderr);
        return NULL;
    }
    return print_codes(&c);
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *hash = NULL, *keys = NULL;
    bool codes = false;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, true},
                                         {"codes", CLI_FLAG, &codes, false},
                                         {"hash", CLI_TEXT, &hash, false},
                                         {"keys", CLI_TEXT, &keys, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    keys_use(url, keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, url, !codes, &pool));
    struct db *db = NULL;
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = make(a, db, codes, hash);
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
