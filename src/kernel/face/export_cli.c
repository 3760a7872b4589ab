/* export_cli.c: `qingfeng export`: rows of a record into a file, or CSV on stdout. The filter is an address of a list
 * ("unit=3&from_on.from=2020"), or for subjects of rules an expression ("age >= 55"); a leading ? says it is an
 * address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/access.h"
#include "auth/auth.h"
#include "base/cli.h"
#include "base/clock.h"
#include "face/commands.h"
#include "face/export.h"
#include "face/filter.h"
#include "face/inner.h"
#include "rules/rules.h"

struct wish {
    const char *url, *record, *filter, *cols, *sort, *out, *reason, *as;
    bool english;
    const struct record *rec;
    const struct who *who;
};

/* Ids for which an expression is true, sorted. */
struct ids {
    int64_t *p;
    int n;
};

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool has_id(const void *ctx, int64_t id)
{
    const struct ids *ids = ctx;
    return bsearch(&id, ids->p, (size_t)ids->n, sizeof id, by_id) != NULL;
}

static struct err *judge(struct arena *a, struct db *db, const struct wish *w, struct ids *out)
{
    int64_t unknown;
    int64_t *lapsed;
    int n_lapsed, kept = 0;
    struct expr *when;
    TRY(face_filter_parse(a, w->rec, w->who, w->filter, &when));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(face_filter_ids(&tx, facts_shared(), w->rec, w->who, when, &out->p, &out->n, &unknown));
    TRY(face_lapsed_ids(&tx, w->rec, &lapsed, &n_lapsed));
    for (int i = 0; i < out->n; i++)
        if (!face_lapsed_has(lapsed, n_lapsed, out->p[i]))
            out->p[kept++] = out->p[i];
    out->n = kept;
    if (unknown > 0)
        fprintf(stderr, "export: %lld rows lack a fact of the filter and were left out\n", (long long)unknown);
    return NULL;
}

/* The columns of this process, while it runs: for an expression, and for what lapsed. */
struct columns {
    struct rules *rules;
    struct facts *facts;
};

static void columns_close(struct columns *c)
{
    facts_share(NULL);
    facts_close(c->facts);
    rules_close(c->rules);
}

static struct err *columns_open(struct arena *a, struct db_pool *pool, struct columns *c)
{
    bool parameters = record_find("rules.param") != NULL; /* facts may count with numbers that law sets */
    if (parameters)
        TRY(rules_open(a, pool, &c->rules));
    TRY(facts_open(a, pool, 0, parameters ? rules_param : NULL, c->rules, &c->facts));
    if (parameters)
        rules_use(c->rules, c->facts);
    facts_share(c->facts);
    return facts_wait(c->facts, a);
}

static struct err *query_of(struct arena *a, const struct wish *w, bool address, struct face_query *q)
{
    struct buf b = BUF(a);
    buf_printf(&b, "cols=%s", w->cols == NULL ? "*" : w->cols);
    if (w->sort != NULL)
        buf_printf(&b, "&sort=%s", w->sort);
    if (address)
        buf_printf(&b, "&%s", w->filter + (*w->filter == '?'));
    size_t n;
    const struct pair *p = face_pairs(a, buf_str(&b), &n);
    return face_query_read(a, w->rec, w->who, p, n, q);
}

static enum doc_table_kind kind_of(const char *out)
{
    size_t n = strlen(out);
    return n > 5 && strcmp(out + n - 5, ".xlsx") == 0 ? DOC_XLSX : DOC_CSV;
}

static struct err *count(struct arena *a, struct db *db, const struct face_query *q, int64_t *out)
{
    struct face_query one = *q;
    struct face_page page;
    db_scope struct db_tx tx = {0};
    one.limit = 1;
    one.exact = true;
    TRY(db_begin_read(db, a, &tx));
    TRY(face_list(&tx, &one, &page));
    *out = page.total;
    return NULL;
}

/* Who took it, when, what the log was: as what is taken out over the web carries it. */
static struct err *carries(struct db_tx *tx, const struct export *x, const char **out)
{
    const struct who *who = x->q->who;
    struct arena *a = tx->arena;
    int64_t seq, size;
    char at[CLOCK_TEXT];
    TRY(change_last(tx, &seq));
    TRY(access_checkpoint(tx, &size));
    const char *proof =
        text_format(a, x->lang, size > 0 ? "web.proof" : "web.proof.none", "seq",
                    arena_printf(a, "%lld", (long long)seq), "size", arena_printf(a, "%lld", (long long)size), NULL);
    *out = text_format(a, x->lang, "face.export.carries", "by", who->name, "unit", who->role, "at",
                       clock_local(clock_now_ms(), at), "proof", proof, NULL);
    return NULL;
}

static struct err *write_rows(struct arena *a, struct db *db, const struct export *x, struct doc_sink to, int64_t *rows)
{
    struct export carrying = *x;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(carries(&tx, x, &carrying.carries));
    TRY(face_export_write(&tx, &carrying, to, rows));
    return db_commit(&tx);
}

static struct err *note(struct db *db, struct arena *a, const struct face_taken *t, enum doc_table_kind kind,
                        const char *reason)
{
    const struct access x = {.kind = ACCESS_EXPORT,
                             .ground = t->who->account == 0 ? ACCESS_CONSOLE
                                       : reason != NULL     ? ACCESS_REASONED
                                                            : ACCESS_ROUTINE,
                             .record = t->rec->name,
                             .n = t->rows,
                             .reason = reason,
                             .asked = t->conditions};
    TRY(access_note(db, a, t->who, &x));
    return face_export_note(db, a, t, doc_table_ending(kind) + 1, reason);
}

/* What goes to stdout leaves while it is written, so it is noted before; a file gets its name when it is noted. */
static struct err *write_out(struct arena *a, struct db *db, const struct wish *w, const struct export *x, int64_t rows)
{
    static const int standard = STDOUT_FILENO;
    const char *reason = w->reason != NULL ? w->reason : w->filter;
    bool file = strcmp(w->out, "-") != 0;
    struct face_taken taken = face_export_taken(a, x->q, rows);
    struct doc_sink to = doc_sink_fd(&standard);
    if (file)
        TRY(doc_sink_file(a, w->out, &to));
    else
        TRY(note(db, a, &taken, x->kind, reason));
    TRY(write_rows(a, db, x, to, &taken.rows));
    if (file) {
        TRY(note(db, a, &taken, x->kind, reason));
        TRY(doc_sink_keep(a, &to));
    }
    fprintf(stderr, "%lld rows\n", (long long)taken.rows);
    return NULL;
}

static struct err *export_found(struct arena *a, struct db *db, const struct wish *w, int subject)
{
    struct face_query q;
    struct ids ids = {0};
    bool address = w->filter != NULL && subject < 0;
    TRY(query_of(a, w, address, &q));
    struct export x = {.q = &q, .lang = w->english ? LANG_EN : LANG_ZH, .kind = kind_of(w->out)};
    int64_t rows = 0;
    if (subject >= 0) {
        TRY(judge(a, db, w, &ids));
        x.keep = has_id;
        x.ctx = &ids;
        rows = ids.n;
    } else {
        TRY(count(a, db, &q, &rows));
    }
    return write_out(a, db, w, &x, rows);
}

static struct err *export_rows(struct arena *a, struct db_pool *pool, struct db *db, struct wish *w)
{
    struct columns columns = {0};
    w->rec = record_find(w->record);
    if (w->rec == NULL || w->rec->list == NULL) /* what has no list is nobody's to take out whole: accounts, sessions */
        return err_field(ERR(a, ERR_INVALID, "no record '%s'; qingfeng fields lists them", w->record), "usage");
    TRY(record_migrate(db, a, false));
    TRY(account_acts(db, a, w->as, face_ask_capability(a, w->rec, "export"), &w->who));
    int subject = w->filter == NULL || *w->filter == '?' ? -1 : face_subject(w->rec);
    if (subject < 0 && !face_lapses(w->rec))
        return export_found(a, db, w, subject);
    struct err *e = columns_open(a, pool, &columns);
    if (e == NULL)
        e = export_found(a, db, w, subject);
    columns_close(&columns);
    return e;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    struct wish w = {.out = "-"};
    char **rest;
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &w.url, true},
                                         {"filter", CLI_TEXT, &w.filter, false},
                                         {"cols", CLI_TEXT, &w.cols, false},
                                         {"sort", CLI_TEXT, &w.sort, false},
                                         {"out", CLI_TEXT, &w.out, false},
                                         {"reason", CLI_TEXT, &w.reason, false},
                                         {"as", CLI_TEXT, &w.as, false},
                                         {"english", CLI_FLAG, &w.english, false},
                                         {0}};
    TRY(cli_parse(a, argc, argv, options, 1, 1, &rest, &n));
    w.record = rest[0];
    struct db_pool *pool;
    struct db *db = NULL;
    TRY(db_pool_open(a, w.url, false, &pool));
    struct err *e = db_take(pool, a, &db);
    if (e == NULL)
        e = export_rows(a, pool, db, &w);
    db_give(db);
    db_pool_close(pool);
    return e;
}

int face_export_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("export", run(a, argc, argv));
}
