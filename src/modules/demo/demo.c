/* demo.c: the command `demo`: makes the tables, fills them district by district, one change a person, and says what it
 * made and what it planted. */
#include "demo/demo.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "demo/inner.h"
#include "modules/demo/queries.h"
#include "record/log.h"
#include "roster/roster.h"
#include "rules/finding.h"
#include "web/module.h"

enum { BATCH = 250 /* people a transaction */, DISTRICT = 5000 };

struct filler {
    struct writer w;
    struct demo_stats stats;
    FILE *planted;
    struct arena *batch;  /* of one transaction; its errors live as long as the caller's arena */
    bool progress, house; /* house: units, positions and approved posts only */
    int64_t began;
};

static void plant(void *ctx, const struct planted *p)
{
    struct filler *f = ctx;
    int i = 0;
    while (i < f->stats.n_rules && strcmp(f->stats.rules[i].rule, p->rule) != 0)
        i++;
    if (i == f->stats.n_rules) {
        f->stats.rules[i].rule = p->rule;
        f->stats.n_rules++;
    }
    f->stats.rules[i].n++;
    f->stats.planted++;
    if (f->planted != NULL)
        fprintf(f->planted, "{\"rule\":\"%s\",\"kind\":\"%s\",\"id\":\"%s\"}\n", p->rule, p->kind, p->id);
}

static struct err *write_people(struct filler *f, struct db *db, struct district *d, int from, int to)
{
    arena_reset(f->batch);
    change_scope struct change c = {0};
    TRY(change_begin(db, f->batch, &who_console, "demo", &c));
    TRY(change_bulk(&c));
    f->w.change = &c;
    for (int i = from; i < to; i++) {
        TRY(db_pipeline_begin(&c.tx));
        f->w.sending = true;
        TRY(demo_write_person(&f->w, d, i));
        f->w.sending = false;
        TRY(db_pipeline_end(&c.tx));
        TRY(change_next(&c, "demo"));
    }
    return change_commit(&c);
}

static struct err *write_house(struct filler *f, struct db *db, struct district *d)
{
    arena_reset(f->batch);
    change_scope struct change c = {0};
    TRY(change_begin(db, f->batch, &who_console, "demo", &c));
    TRY(change_bulk(&c));
    f->w.change = &c;
    TRY(demo_write_house(&f->w, d));
    return change_commit(&c);
}

static void tell(const struct filler *f, int64_t done, int64_t of)
{
    int64_t us = clock_mono_us() - f->began;
    fprintf(stderr, "demo: %lld of %lld, %.1f s\n", (long long)done, (long long)of, (double)us / 1e6);
}

static struct err *fill_district(struct filler *f, struct db *db, struct district *d, int n, const int64_t times[CASES])
{
    demo_district_make(d, n, times);
    TRY(write_house(f, db, d));
    for (int from = 0; from < n && !f->house; from += BATCH)
        TRY(write_people(f, db, d, from, from + BATCH < n ? from + BATCH : n));
    f->stats.units += d->n_units + 1;
    f->stats.members += f->house ? 0 : n;
    return NULL;
}

static struct err *fill(struct filler *f, struct db *db, struct arena *a, int64_t n, uint64_t seed)
{
    int64_t times[CASES], first = 1;
    int districts = (int)((n + DISTRICT / 2) / DISTRICT);
    if (districts < 1)
        districts = 1;
    TRY(demo_case_times(a, n, districts, times));
    if (!f->house) {
        change_scope struct change c = {0};
        TRY(change_begin(db, a, &who_console, "demo", &c));
        TRY(record_reserve(&c, &roster_member, n, &first));
        TRY(change_commit(&c));
    }
    for (int i = 0; i < districts; i++) {
        arena_scope struct arena *of_district = arena_new();
        int64_t from = n * i / districts, to = n * (i + 1) / districts;
        struct district d = {.arena = of_district,
                             .seed = seed,
                             .today = clock_today(),
                             .index = i,
                             .of = districts,
                             .first_member = first + from,
                             .first_index = from,
                             .lean = n > 50000,
                             .forms = f->house,
                             .bodies = f->house ? demo_form_bodies(n) : 0};
        TRY(fill_district(f, db, &d, (int)(to - from), times));
        if (f->progress && districts > 1)
            tell(f, to, n);
    }
    return NULL;
}

static void end_batch(void *p)
{
    arena_free(p);
}

/* The people carry ids of an invented area, which a real district does not let through. */
static struct err *let_invented_through(struct db *db, struct arena *a)
{
    change_scope struct change c = {0};
    if (record_find("rules.param") == NULL)
        return NULL;
    TRY(change_begin(db, a, &who_console, "demo", &c));
    struct row *r = row_new(a, &rules_param_record);
    row_set(r, "rule", "ID-CHECK");
    row_set(r, "name", "invented");
    row_set(r, "value", "1");
    row_set(r, "from_on", "1949-10-01");
    row_set(r, "citation", "演示数据的身份号码都是虚构的");
    row_set(r, "set_by", "demo");
    TRY(record_save(&c, &rules_param_record, r, 0));
    return change_commit(&c);
}

struct err *demo_fill(struct db *db, struct arena *a, int64_t n, uint64_t seed, const struct demo_how *how,
                      struct demo_stats *out)
{
    struct filler f = {.planted = how->planted,
                       .progress = how->progress,
                       .house = how->house,
                       .batch = arena_new(),
                       .began = clock_mono_us()};
    arena_defer(a, end_batch, f.batch);
    f.w.plant = plant;
    f.w.ctx = &f;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        struct demo_q_people *people;
        TRY(demo_q_people(&tx, &people));
        if (people->n > 0)
            return err_say(ERR(a, ERR_CONFLICT, "%lld cadres stand in the database", (long long)people->n),
                           "demo.not_empty", NULL);
    }
    TRY(record_bulk_begin(db, a));
    struct err *e = fill(&f, db, a, n, seed);
    struct err *after = record_bulk_end(db, a);
    if (e != NULL)
        return e;
    TRY(after);
    TRY(let_invented_through(db, a));
    f.stats.rows = f.w.rows;
    f.stats.posts = f.w.posts;
    f.stats.districts = (n + DISTRICT / 2) / DISTRICT < 1 ? 1 : (n + DISTRICT / 2) / DISTRICT;
    *out = f.stats;
    return NULL;
}

/* ---- the command ---- */
static struct err *open_file(struct arena *a, const char *path, FILE **out)
{
    if (path == NULL)
        return NULL;
    *out = fopen(path, "we");
    return *out != NULL ? NULL : ERR(a, ERR_FAULT, "cannot write %s: %s", path, strerror(errno));
}

static struct err *close_file(struct arena *a, const char *path, FILE *f)
{
    if (f == NULL)
        return NULL;
    bool bad = ferror(f) != 0;
    return fclose(f) == 0 && !bad ? NULL : ERR(a, ERR_FAULT, "cannot write %s: %s", path, strerror(errno));
}

static void print_stats(const struct demo_stats *s, int64_t us)
{
    printf("members %lld\ndistricts %lld\nunits %lld\nposts %lld\nrows %lld\nseconds %.1f\nplanted %lld\n",
           (long long)s->members, (long long)s->districts, (long long)s->units, (long long)s->posts, (long long)s->rows,
           (double)us / 1e6, (long long)s->planted);
    for (int i = 0; i < s->n_rules; i++)
        printf("  %-22s %lld\n", s->rules[i].rule, (long long)s->rules[i].n);
}

/* The office's name, and every rule adopted by its invented policy section. */
static struct err *settle(struct db *db, struct arena *a)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "demo", &c));
    TRY(setting_put(&c, "site", "中共无定市示例区委组织部（虚构）"));
    TRY(setting_put(&c, "second_factor", "offered")); /* scripts and visitors sign in with the password alone */
    TRY(setting_put(&c, "reads_a_day", "100000"));    /* a newcomer and his programs look around freely */
    TRY(setting_put(&c, "reads_met", "unit"));
    TRY(rules_adopt_all(&c, "示例区委组织部政策法规科（虚构）"));
    return change_commit(&c);
}

struct asked {
    const char *keys;
    const char *url, *planted, *accounts;
    int64_t n, seed;
    bool house;
};

static struct err *make(struct arena *a, struct db *db, const struct asked *q)
{
    FILE *planted = NULL, *accounts = NULL;
    int64_t began = clock_mono_us();
    struct demo_stats stats;
    TRY(open_file(a, q->planted, &planted));
    struct demo_how how = {.planted = planted, .progress = true, .house = q->house};
    struct err *e = record_migrate(db, a, true);
    if (e == NULL)
        e = demo_fill(db, a, q->n, (uint64_t)q->seed, &how, &stats);
    if (e == NULL)
        e = settle(db, a);
    if (e == NULL && q->accounts != NULL)
        e = open_file(a, q->accounts, &accounts);
    if (e == NULL && accounts != NULL)
        e = demo_accounts(db, a, accounts);
    if (e == NULL)
        e = demo_leads(db, a);
    struct err *ends[] = {close_file(a, q->planted, planted), close_file(a, q->accounts, accounts)};
    for (int i = 0; i < 2 && e == NULL; i++)
        e = ends[i];
    if (e == NULL)
        e = checkpoint_make(db, a, NULL);
    if (e == NULL)
        print_stats(&stats, clock_mono_us() - began);
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    struct asked q = {0};
    const struct cli_option options[] = {{"db", CLI_TEXT, &q.url, true},
                                         {"members", CLI_INT, &q.n, true},
                                         {"seed", CLI_INT, &q.seed, true},
                                         {"planted", CLI_TEXT, &q.planted, false},
                                         {"accounts", CLI_TEXT, &q.accounts, false},
                                         {"house", CLI_FLAG, &q.house, false},
                                         {"keys", CLI_TEXT, &q.keys, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 0, NULL, NULL));
    keys_use(q.url, q.keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, q.url, true, &pool));
    struct db *db = NULL;
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = make(a, db, &q);
    db_give(db);
    db_pool_close(pool);
    return e;
}

int demo_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("demo", run(a, argc, argv));
}

const struct module demo_module = {
    .name = "demo",
    .commands = (const struct command[]){
        {"demo", "--db URL --members N --seed S [--planted FILE] [--accounts FILE] [--house]: a fictitious district",
         demo_command},
        {"demo-forms", "--members N --seed S --out FILE.zip [--planted FILE]: such a district as .lrmx forms",
         demo_forms_command},
        {0}}};
