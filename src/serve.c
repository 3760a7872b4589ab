/* serve.c: `qingfeng serve`: the web page until SIGTERM or SIGINT, which drain what is under way. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "base/cli.h"
#include "base/keys.h"
#include "base/log.h"
#include "facts/facts.h"
#include "program.h"
#include "record/record.h"
#include "rules/finding.h"
#include "view/view.h"
#include "web/web.h"

enum { FINDINGS_MS = 1000 }; /* how often findings are brought in line when something changed */

struct settings {
    const char *url, *host, *site, *keys;
    int port;
    bool next_free;
};

static struct err *listen_at(struct arena *a, const char *listen, struct settings *s)
{
    const char *colon = strrchr(listen, ':');
    char *end;
    long port = colon == NULL ? -1 : strtol(colon + 1, &end, 10);
    if (port < 0 || port > 65535 || *end != '\0' || colon == listen)
        return err_field(ERR(a, ERR_INVALID, "--listen wants HOST:PORT, for example 127.0.0.1:8080"), "usage");
    s->host = arena_strndup(a, listen, (size_t)(colon - listen));
    s->port = (int)port;
    return NULL;
}

static struct err *prepare(struct arena *a, struct db_pool *pool, struct settings *s)
{
    struct db *db;
    TRY(db_take(pool, a, &db));
    struct err *e = record_migrate(db, a, false);
    if (e == NULL) {
        db_scope struct db_tx tx = {0};
        e = db_begin_read(db, a, &tx);
        if (e == NULL)
            e = setting_get(&tx, "site", "", &s->site);
    }
    db_give(db);
    return e;
}

static struct err *until_told(struct arena *a, struct db_pool *pool, const struct settings *s)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    const struct web_config config = {.host = s->host,
                                      .port = s->port,
                                      .next_free = s->next_free,
                                      .pool = pool,
                                      .modules = program_modules,
                                      .auth = admin_web_auth,
                                      .site = s->site};
    struct web *web;
    TRY(web_start(a, &config, &web));
    printf("http://%s:%d/\n", s->host, web_port(web));
    fflush(stdout);
    int got;
    sigwait(&stop, &got);
    log_line(LOG_INFO, "stopping");
    return web_stop(web, a);
}

/* The server answers while the columns are still being loaded. */
static struct err *serve(struct arena *a, struct db_pool *pool, struct settings *s)
{
    TRY(prepare(a, pool, s));
    TRY(view_init(a));
    struct rules *rules;
    struct facts *facts;
    TRY(rules_open(a, pool, &rules));
    struct err *e = facts_open(a, pool, 0, rules_param, rules, &facts);
    if (e == NULL) {
        rules_use(rules, facts);
        facts_share(facts);
        rules_share(rules);
        struct rules_keeper *keeper = rules_keeper_start(rules, pool, FINDINGS_MS);
        e = until_told(a, pool, s);
        rules_keeper_stop(keeper);
        facts_close(facts);
    }
    rules_close(rules);
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    struct settings s = {0};
    const char *listen = "127.0.0.1:8080";
    const struct cli_option options[] = {{"db", CLI_TEXT, &s.url, true},
                                         {"listen", CLI_TEXT, &listen, false},
                                         {"keys", CLI_TEXT, &s.keys, false},
                                         {"next-free", CLI_FLAG, &s.next_free, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    TRY(listen_at(a, listen, &s));
    keys_use(s.url, s.keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, s.url, false, &pool));
    struct err *e = serve(a, pool, &s);
    db_pool_close(pool);
    return e;
}

int serve_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("serve", run(a, argc, argv));
}
