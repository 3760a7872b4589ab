/* serve.c: `qingfeng serve`: the web page until SIGTERM or SIGINT, which drain what is under way. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "base/cli.h"
#include "base/keys.h"
#include "base/log.h"
#include "desk/desk.h"
#include "facts/facts.h"
#include "flow/flow.h"
#include "jobs/jobs.h"
#include "program.h"
#include "record/record.h"
#include "rules/finding.h"
#include "view/view.h"
#include "web/web.h"

enum { PEM_MOST = 1 << 18 };
enum { FINDINGS_MS = 1000 }; /* how often findings are brought in line when something changed */

struct settings {
    const char *url, *host, *site, *keys, *tls_cert, *tls_key, *proxy;
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

/* A PEM file as a text in place of its name. */
static struct err *read_pem(struct arena *a, const char **name)
{
    char *text = arena_alloc(a, PEM_MOST + 1);
    FILE *f = fopen(*name, "re");
    size_t n = f != NULL ? fread(text, 1, PEM_MOST, f) : 0;
    if (f == NULL || ferror(f) || fgetc(f) != EOF) {
        int why = f == NULL || ferror(f) ? errno : EFBIG;
        if (f != NULL)
            fclose(f);
        return err_field(ERR(a, ERR_INVALID, "'%s': %s", *name, strerror(why)), "usage");
    }
    fclose(f);
    text[n] = '\0';
    if (strstr(text, "-----BEGIN ") == NULL)
        return err_field(ERR(a, ERR_INVALID, "'%s' is not a PEM file", *name), "usage");
    *name = text;
    return NULL;
}

static struct err *read_tls(struct arena *a, struct settings *s)
{
    unsigned char bytes[16];
    if ((s->tls_cert == NULL) != (s->tls_key == NULL))
        return err_field(ERR(a, ERR_INVALID, "--tls-cert and --tls-key go together"), "usage");
    if (s->proxy != NULL && inet_pton(AF_INET, s->proxy, bytes) != 1 && inet_pton(AF_INET6, s->proxy, bytes) != 1)
        return err_field(ERR(a, ERR_INVALID, "--behind-proxy wants an address, for example 127.0.0.1"), "usage");
    if (s->tls_cert == NULL)
        return NULL;
    TRY(read_pem(a, &s->tls_cert));
    return read_pem(a, &s->tls_key);
}

static struct err *prepare(struct arena *a, struct db_pool *pool, struct settings *s)
{
    struct db *db;
    TRY(db_take(pool, a, &db));
    struct err *e = record_migrate(db, a, false);
    if (e == NULL)
        e = flow_versions_store(db, a);
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
                                      .head = desk_head,
                                      .tls_cert = s->tls_cert,
                                      .tls_key = s->tls_key,
                                      .proxy = s->proxy,
                                      .site = s->site};
    struct web *web;
    TRY(web_start(a, &config, &web));
    printf("%s://%s:%d/\n", s->tls_key != NULL ? "https" : "http", s->host, web_port(web));
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
        struct jobs *jobs = jobs_start(pool, program_jobs(a));
        e = until_told(a, pool, s);
        jobs_stop(jobs);
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
                                         {"tls-cert", CLI_TEXT, &s.tls_cert, false},
                                         {"tls-key", CLI_TEXT, &s.tls_key, false},
                                         {"behind-proxy", CLI_TEXT, &s.proxy, false},
                                         {"keys", CLI_TEXT, &s.keys, false},
                                         {"next-free", CLI_FLAG, &s.next_free, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    TRY(listen_at(a, listen, &s));
    TRY(read_tls(a, &s));
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
