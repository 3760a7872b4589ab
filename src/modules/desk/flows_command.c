/* flows_command.c: `flows --json` lists the procedures; `flows --check` examines them, with --db also the stored
 * versions that have open matters. */
#include "desk/flows_command.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/cli.h"
#include "flow/flow.h"
#include "view/messages.h"

static int states(const struct flow *f)
{
    int n = 0;
    while (f->states[n].name != NULL)
        n++;
    return n;
}

static int steps(const struct flow *f)
{
    int n = 0;
    while (f->steps[n].name != NULL)
        n++;
    return n;
}

static void list(struct arena *a, bool json)
{
    struct buf b = BUF(a);
    for (int i = 0; i < flow_count(); i++) {
        const struct flow *f = flow_at(i);
        if (json)
            buf_printf(&b, "{\"id\":\"%s\",\"states\":%d,\"transitions\":%d,\"version\":\"%s\"}\n", f->name, states(f),
                       steps(f), flow_version_hash(a, f));
        else
            buf_printf(&b, "%-24s %2d %2d %.12s %s\n", f->name, states(f), steps(f), flow_version_hash(a, f),
                       text_get(LANG_ZH, f->name));
    }
    fputs(buf_str(&b), stdout);
}

static struct err *check_stored(struct arena *a, const char *url)
{
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(a, url, false, &pool));
    struct err *e = db_take(pool, a, &db);
    if (e == NULL) {
        db_scope struct db_tx tx = {0};
        e = db_begin_read(db, a, &tx);
        if (e == NULL)
            e = flow_versions_check(&tx);
    }
    db_give(db);
    db_pool_close(pool);
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv, int *bad)
{
    const char *url = NULL;
    bool check = false, json = false;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, false}, {"check", CLI_FLAG, &check, false}, {"json", CLI_FLAG, &json, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    if (!check) {
        list(a, json);
        return NULL;
    }
    struct err *all = NULL;
    for (int i = 0; i < flow_count(); i++)
        flow_check(a, flow_at(i), &all);
    if (all == NULL && url != NULL)
        TRY(check_stored(a, url));
    for (const struct err *e = all; e != NULL; e = e->next, ++*bad)
        printf("%s\n", text_err(a, LANG_ZH, e));
    if (all == NULL)
        printf("%d flows: nothing wrong\n", flow_count());
    return NULL;
}

int flows_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    int bad = 0, status = cli_end("flows", run(a, argc, argv, &bad));
    return status != CLI_OK ? status : bad > 0 ? CLI_DIFFERENCES : CLI_OK;
}
