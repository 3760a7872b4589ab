/* report_command.c: `qingfeng report`: the figures of a year, of everybody, for programs and for the terminal. */
#include <stdio.h>

#include "auth/access.h"
#include "auth/auth.h"
#include "base/cli.h"
#include "base/clock.h"
#include "figures/figures.h"
#include "view/view.h"

struct report {
    struct arena *a;
    const char *url, *as;
    int64_t year, unit;
    bool json;
};

static struct err *scope_of(struct db_tx *tx, int64_t unit, struct scope *out)
{
    struct scope whole = *out;
    int64_t from, to;
    if (unit == 0)
        return NULL;
    TRY(record_tree_range(tx, record_find("roster.unit"), unit, &from, &to));
    out->n = 0;
    for (int i = 0; i < whole.n; i++) {
        int64_t f = whole.ranges[i].from > from ? whole.ranges[i].from : from;
        int64_t t = whole.ranges[i].to < to ? whole.ranges[i].to : to;
        if (f < t) {
            out->ranges[out->n].from = f;
            out->ranges[out->n++].to = t;
        }
    }
    return NULL;
}

static void print(const struct report *r, const json_t *data)
{
    struct buf b = BUF(r->a);
    const json_t *times = json_object_get(data, "persons_times"), *persons = json_object_get(data, "persons");
    if (r->json) {
        view_json(&b, data);
        puts(buf_str(&b));
        return;
    }
    printf("%lld\n", (long long)r->year);
    for (int k = 0; figures_kinds[k].name != NULL; k++)
        printf("%-18s %6lld person-times %6lld persons\n", figures_kinds[k].name,
               (long long)json_integer_value(json_object_get(times, figures_kinds[k].name)),
               (long long)json_integer_value(json_object_get(persons, figures_kinds[k].name)));
}

static struct err *count(const struct report *r, struct db *db)
{
    const struct who *who;
    TRY(record_migrate(db, r->a, false));
    TRY(account_acts(db, r->a, r->as, "figures.read", &who));
    if (r->unit != 0 && who->sees < CLASS_CASE) /* as on the page: who could subtract one unit from the rest */
        return ERR(r->a, ERR_DENIED, "account '%s' sees its whole scope only, without --unit", r->as);
    struct figures_ask ask = {.scope = who->scope,
                              .sees = who->sees,
                              .barred = who_barred_text(r->a, who),
                              .lost = -1,
                              .year = r->year,
                              .unit = r->unit,
                              .kind = -1,
                              .of_unit = -1};
    json_t *data;
    TRY(access_note_command(
        db, r->a, who,
        (struct access){.kind = ACCESS_RUN, .asked = arena_printf(r->a, "report %lld", (long long)r->year)}));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, r->a, &tx));
    TRY(scope_of(&tx, r->unit, &ask.scope));
    TRY(figures_data(&tx, &ask, clock_today(), &data));
    print(r, data);
    json_decref(data);
    return NULL;
}

static struct err *run(struct report *r, int argc, char **argv)
{
    struct db_pool *pool;
    struct db *db = NULL;
    const struct cli_option options[] = {{"db", CLI_TEXT, &r->url, true},    {"year", CLI_INT, &r->year, true},
                                         {"unit", CLI_INT, &r->unit, false}, {"json", CLI_FLAG, &r->json, false},
                                         {"as", CLI_TEXT, &r->as, false},    {0}};
    TRY(cli_parse(r->a, argc, argv, options, 0, 0, NULL, NULL));
    if (r->year < 1949 || r->year > 9999)
        return err_field(ERR(r->a, ERR_INVALID, "--year wants a year, for example 2016"), "usage");
    TRY(db_pool_open(r->a, r->url, false, &pool));
    struct err *e = db_take(pool, r->a, &db);
    if (e == NULL)
        e = count(r, db);
    db_give(db);
    db_pool_close(pool);
    return e;
}

int figures_report_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    struct report r = {.a = a};
    return cli_end("report", run(&r, argc, argv));
}
