/* erase_command.c: `erase --plan MEMBER` lists every place; `erase REQUEST` carries out what two persons confirmed. The
 * erasure is one change; what comes after it (the list outside, the database's own files) may be repeated. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "auth/auth.h"
#include "base/cli.h"
#include "base/clock.h"
#include "base/keys.h"
#include "keep/keep.h"

struct erase {
    const char *url, *keys, *record, *as;
    int64_t plan, request;
    bool json, list;
    const struct who *who;
};

static const struct who everywhere = {.name = "console", .role = "console", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

static struct err *tell_counts(struct arena *a, const struct erase *x, const struct places *p)
{
    const char *counts = NULL;
    TRY(request_counts(a, p, &counts));
    if (x->json)
        puts(counts);
    for (int k = 0; k < PLACE_KINDS && !x->json; k++)
        for (size_t i = 0; i < p->v.n; i++) {
            const struct place *at = &p->v.p[i];
            int64_t n = 0, before = 0;
            for (size_t j = 0; j < p->v.n; j++)
                if ((int)p->v.p[j].kind == k && (int)at->kind == k && strcmp(p->v.p[j].record, at->record) == 0) {
                    n += k == PLACE_OUTSIDE ? p->v.p[j].row : 1;
                    before += j < i;
                }
            if (n > 0 && before == 0)
                printf("%s %s %lld\n", place_names[k], at->record, (long long)n);
        }
    for (size_t i = 0; x->list && i < p->v.n; i++)
        printf("%s %s %lld %lld-%lld\n", place_names[p->v.p[i].kind], p->v.p[i].record, (long long)p->v.p[i].row,
               (long long)p->v.p[i].first, (long long)p->v.p[i].last);
    return NULL;
}

static struct err *plan(struct arena *a, struct db *db, const struct erase *x)
{
    struct places p;
    const struct record *rec = record_find(x->record);
    if (rec == NULL)
        return err_field(ERR(a, ERR_INVALID, "there is no record '%s'; qingfeng fields lists them", x->record),
                         "usage");
    {
        struct row *row;
        db_scope struct db_tx own = {0};
        TRY(db_begin_read(db, a, &own));
        if (x->who->account != 0) /* the console also finds what is left of a row that is gone */
            TRY(record_read(&own, rec, x->who, x->plan, &row));
    }
    TRY(access_note_command(db, a, x->who,
                            (struct access){.kind = ACCESS_READ,
                                            .member = access_is_person(rec) ? x->plan : 0,
                                            .record = rec->name,
                                            .row = x->plan,
                                            .n = 1,
                                            .asked = "erase --plan"}));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(places_find(&tx, rec, x->plan, &p));
    return tell_counts(a, x, &p);
}

/* ---- carrying out ---- */
static struct err *erased(struct arena *a, struct db *db, const struct erase *x)
{
    struct row *r = NULL;
    struct places p;
    const char *counts = NULL;
    struct who by = everywhere; /* in his name; what is erased was confirmed by two others */
    by.account = x->who->account;
    by.name = x->who->name;
    by.role = x->who->role;
    by.office = x->who->office;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &by, arena_printf(a, "erasure, request %lld", (long long)x->request), &c));
    TRY(record_read(&c.tx, &keep_request, &everywhere, x->request, &r));
    const char *state = row_text(r, "state");
    if (strcmp(state, "done") == 0)
        return NULL; /* cut off behind it: what follows is done once more */
    if (strcmp(state, "confirmed") != 0)
        return ERR(a, ERR_CONFLICT, "request %lld is not confirmed by two persons (it is '%s')", (long long)x->request,
                   state);
    TRY(request_places(&c.tx, r, &p));
    if (p.n[PLACE_QUOTE] > 0)
        return ERR(a, ERR_CONFLICT,
                   "%lld texts of others name the person and are not decided; the page of request %lld lists them",
                   (long long)p.n[PLACE_QUOTE], (long long)x->request);
    TRY(places_erase(&c, &p));
    TRY(request_counts(a, &p, &counts));
    row_set(r, "state", "done");
    row_set_date(a, r, "done_on", clock_today());
    row_set(r, "erased", counts);
    TRY(record_save(&c, &keep_request, r, r->rev));
    TRY(change_commit(&c));
    return tell_counts(a, x, &p);
}

static void still_there(struct arena *a, const char *pattern)
{
    glob_t g = {0};
    if (glob(arena_printf(a, "%s", pattern), 0, NULL, &g) == 0)
        for (size_t i = 0; i < g.gl_pathc; i++)
            printf("remove, for it was not touched: %s\n", g.gl_pathv[i]);
    globfree(&g);
}

/* Copies that no erasure reaches: who keeps them must know until when. */
static struct err *copies(struct arena *a, struct db *db, const struct erase *x)
{
    char day[DATE_TEXT];
    db_scope struct db_tx tx = {0};
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(date_iso(clock_today(), day))};
    TRY(db_begin_read(db, a, &tx));
    TRY(db_query(&tx, "SELECT file, until FROM keep_backup WHERE until >= ?1 AND ended = 0 ORDER BY id", args, 1,
                 &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        printf("backup, to be removed after %s; a restore of it erases again: %s\n", db_col_text(&rows, 1),
               db_col_text(&rows, 0));
    }
    if (db_kind(db) == DB_SQLITE)
        still_there(a, arena_printf(a, "%s.replaced-*", x->url));
    if (keys_dir() != NULL)
        still_there(a, arena_printf(a, "%s/upgrades/*.backup", keys_dir()));
    return NULL;
}

static struct err *carried_out(struct arena *a, struct db *db, const struct erase *x)
{
    TRY(erased(a, db, x));
    TRY(erased_keep(db, a));
    TRY(db_tidy(db, a));
    TRY(checkpoint_make(db, a, NULL));
    puts("erased; the database's files were written anew");
    return copies(a, db, x);
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    struct erase x = {.record = "roster.member"};
    char **rest, *end = NULL;
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &x.url, true},     {"keys", CLI_TEXT, &x.keys, false},
                                         {"plan", CLI_INT, &x.plan, false},  {"record", CLI_TEXT, &x.record, false},
                                         {"json", CLI_FLAG, &x.json, false}, {"list", CLI_FLAG, &x.list, false},
                                         {"as", CLI_TEXT, &x.as, false},     {0}};
    TRY(cli_parse(a, argc, argv, options, 0, 1, &rest, &n));
    if (n == 1)
        x.request = strtoll(rest[0], &end, 10);
    if ((n == 1) == (x.plan != 0) || (n == 1 && (*end != '\0' || x.request <= 0)))
        return err_field(ERR(a, ERR_INVALID, "erase wants --plan MEMBER, or the number of a confirmed request"),
                         "usage");
    keys_use(x.url, x.keys);
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(a, x.url, false, &pool));
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = record_migrate(db, a, false);
    if (e == NULL)
        e = account_acts(db, a, x.as, n == 1 ? "keep.erasure.carry" : "keep.erasure.ask", &x.who);
    if (e == NULL)
        e = n == 1 ? carried_out(a, db, &x) : plan(a, db, &x);
    db_give(db);
    db_pool_close(pool);
    return e;
}

int erase_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("erase", run(a, argc, argv));
}
