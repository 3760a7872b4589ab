/* import_command.c: `qingfeng import --db URL [--dry-run] [--accept all|valid|none] [--json] [--errors OUT [--all]]
 * FILE...`. Forms and rosters go in as one change a person; people share a commit until it holds 500 rows, so memory
 * stays flat and a killed import leaves whole persons. --accept valid (the default) writes new and changed people and
 * leaves refused and doubtful ones out; all writes nothing unless everybody can be written; none is a dry run. */
#include "roster/import_command.h"

#include <stdio.h>
#include <string.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "base/cli.h"
#include "base/keys.h"
#include "record/log.h"
#include "roster/batch.h"
#include "roster/form_ahead.h"
#include "roster/intake_rows.h"
#include "roster/lrmx.h"
#include "view/messages.h"

enum { ROWS_A_COMMIT = 500 };

struct run {
    struct arena *a;
    struct db *db;
    const struct who *who;
    bool write, json;
    int64_t batch;
    const char *what; /* of its changes */
    struct import_tally tally;
    struct arena *chunk; /* of the open commit */
    struct change change;
    int rows;
    const char *errors; /* the file for what was refused; NULL: none */
    struct intake_errors bad;
    const struct load_row *row; /* of the table being read */
};

static struct err *commit(struct run *r)
{
    struct err *e = NULL;
    if (r->chunk != NULL) {
        e = change_commit(&r->change);
        if (e != NULL) /* what it says must outlive the chunk */
            e = err_keep(r->a, e);
        change_end(&r->change);
        arena_free(r->chunk);
        r->chunk = NULL;
    }
    r->rows = 0;
    return e;
}

static struct err *begin(struct run *r)
{
    if (r->chunk != NULL)
        return change_next(&r->change, r->what);
    r->chunk = arena_new();
    struct err *e = change_begin(r->db, r->chunk, r->who, r->what, &r->change);
    if (e != NULL) {
        e = err_keep(r->a, e);
        arena_free(r->chunk);
        r->chunk = NULL;
    }
    return e;
}

static struct err *tell(struct run *r, struct arena *a, const struct intake *in, const struct intake_result *result)
{
    r->tally.people++;
    r->tally.of[result->kind]++;
    if (r->json)
        puts(intake_json(a, in, result));
    if (result->kind == INTAKE_REFUSED)
        for (const struct err *e = in->refused; e != NULL; e = e->next)
            fprintf(stderr, "%s%s%s: refused: %s\n", in->file, in->entry ? ": " : "", in->entry ? in->entry : "",
                    e->detail);
    else if (result->kind == INTAKE_DOUBTFUL)
        fprintf(stderr, "%s%s%s: doubtful: %s\n", in->file, in->entry ? ": " : "", in->entry ? in->entry : "",
                result->doubt);
    if (r->bad.table == NULL)
        return NULL;
    return intake_errors_row(a, &r->bad, r->row, in, result->kind, result->doubt);
}

static struct err *compare_only(struct run *r, struct arena *fresh, const struct intake *in)
{
    db_scope struct db_tx tx = {0};
    struct intake_result result;
    TRY(db_begin_read(r->db, fresh, &tx));
    TRY(intake_compare(&tx, r->who, in, 0, &result));
    return tell(r, fresh, in, &result);
}

static struct err *write_one(struct run *r, struct arena *fresh, struct intake *in)
{
    struct intake_result result;
    int64_t member;
    TRY(begin(r));
    TRY(intake_compare(&r->change.tx, r->who, in, 0, &result));
    if (result.kind == INTAKE_NEW || result.kind == INTAKE_CHANGED) {
        struct err *e = intake_apply(&r->change, in, &result, &member);
        if (e != NULL && e->kind != ERR_INVALID)
            return e;
        if (e != NULL) {
            in->refused = e;
            result.kind = INTAKE_REFUSED;
        } else {
            r->tally.written++;
            result.member = member;
        }
    }
    TRY(tell(r, fresh, in, &result));
    r->rows += r->change.n;
    return r->rows >= ROWS_A_COMMIT ? commit(r) : NULL;
}

static struct err *each(void *p, struct arena *fresh, struct intake *in)
{
    struct run *r = p;
    return r->write ? write_one(r, fresh, in) : compare_only(r, fresh, in);
}

/* ---- rosters ---- */
static struct err *one_row(struct run *r, struct arena *fresh, const struct intake_layout *l, const char *path)
{
    struct intake *in = intake_of_row(fresh, l, r->row);
    if (in == NULL)
        return r->bad.table == NULL ? NULL : intake_errors_row(fresh, &r->bad, r->row, NULL, INTAKE_UNCHANGED, NULL);
    in->file = path;
    return r->write ? write_one(r, fresh, in) : compare_only(r, fresh, in);
}

static struct err *read_table(struct run *r, struct arena *a, const char *path)
{
    struct intake_sheet s;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(r->db, a, &tx));
        TRY(intake_sheet_open(&tx, a, path, &s));
    }
    if (r->bad.table != NULL)
        TRY(intake_errors_head(&r->bad, &s.layout));
    for (int i = 0; i < s.layout.n; i++)
        if (s.layout.means[i] < 0 && *s.layout.heads[i] != '\0')
            fprintf(stderr, "%s: column not used: %s\n", path, s.layout.heads[i]);
    for (;;) {
        arena_scope struct arena *fresh = arena_new();
        TRY(intake_sheet_next(&s, &r->row));
        if (r->row == NULL)
            return NULL;
        struct err *e = one_row(r, fresh, &s.layout, path);
        if (e != NULL)
            return err_keep(a, e);
    }
}

static struct err *table(struct run *r, const char *path)
{
    arena_scope struct arena *a = arena_new();
    struct err *e = read_table(r, a, path);
    r->row = NULL;
    return e == NULL ? NULL : err_keep(r->a, e);
}

static struct err *forms(struct run *r, char **files, int n)
{
    if (r->bad.table != NULL)
        TRY(intake_errors_head(&r->bad, NULL));
    return form_each_ahead(r->a, (const char *const *)files, (size_t)n, each, r);
}

static struct err *all_files(struct run *r, char **files, int n)
{
    int from = 0;
    for (int i = 0; i <= n; i++) {
        bool is_table = i < n && intake_is_table(files[i], files[i]);
        if (i < n && !is_table)
            continue;
        if (i > from)
            TRY(forms(r, files + from, i - from));
        if (i < n)
            TRY(table(r, files[i]));
        from = i + 1;
    }
    return NULL;
}

static struct err *errors_begin(struct run *r, struct arena *a, struct doc_sink *sink)
{
    size_t n = strlen(r->errors);
    bool xlsx = n > 5 && strcmp(r->errors + n - 5, ".xlsx") == 0;
    const struct doc_table_options options = {0};
    TRY(doc_sink_file(a, r->errors, sink));
    return doc_table_begin(a, xlsx ? DOC_XLSX : DOC_CSV, &options, *sink, &r->bad.table);
}

/* The files once, with the sheet of errors written anew. */
static struct err *files_once(struct run *r, char **files, int n)
{
    if (r->errors == NULL)
        return all_files(r, files, n);
    arena_scope struct arena *a = arena_new();
    struct doc_sink sink;
    struct err *e = errors_begin(r, a, &sink);
    if (e == NULL)
        e = all_files(r, files, n);
    if (e == NULL)
        e = doc_table_end(r->bad.table);
    if (e == NULL)
        e = doc_sink_keep(a, &sink);
    r->bad.table = NULL;
    return e == NULL ? NULL : err_keep(r->a, e);
}

static struct err *go_through(struct run *r, char **files, int n)
{
    struct err *e = files_once(r, files, n);
    if (e != NULL && r->chunk != NULL) {
        e = err_keep(r->a, e);
        change_end(&r->change);
        arena_free(r->chunk);
        r->chunk = NULL;
    }
    TRY(e);
    return commit(r);
}

static void total(const struct run *r, bool wrote)
{
    const struct import_tally *t = &r->tally;
    fprintf(stderr,
            "%lld people: %lld new, %lld changed, %lld unchanged, %lld refused, %lld doubtful; %lld written%s\n",
            (long long)t->people, (long long)t->of[INTAKE_NEW], (long long)t->of[INTAKE_CHANGED],
            (long long)t->of[INTAKE_UNCHANGED], (long long)t->of[INTAKE_REFUSED], (long long)t->of[INTAKE_DOUBTFUL],
            (long long)t->written, wrote ? "" : " (dry run)");
}

static struct err *import(struct run *r, const char *accept, bool dry, char **files, int n)
{
    bool all = strcmp(accept, "all") == 0, none = strcmp(accept, "none") == 0;
    if (!all && !none && strcmp(accept, "valid") != 0)
        return err_field(ERR(r->a, ERR_INVALID, "--accept wants all, valid or none"), "usage");
    bool json = r->json;
    if (all && !dry) {
        r->json = false;
        TRY(go_through(r, files, n));
        int64_t left = r->tally.of[INTAKE_REFUSED] + r->tally.of[INTAKE_DOUBTFUL];
        total(r, false);
        if (left > 0)
            return ERR(r->a, ERR_INVALID,
                       "%lld people cannot be written, so nothing was; mend them or use --accept valid",
                       (long long)left);
        r->tally = (struct import_tally){0};
        r->json = json;
    }
    r->write = !dry && !none;
    if (r->write)
        TRY(batch_begin(r->db, r->a, r->who, n == 1 ? files[0] : arena_printf(r->a, "%s +%d", files[0], n - 1), 0,
                        &r->batch));
    r->what = batch_what(r->a, r->batch, NULL);
    TRY(go_through(r, files, n));
    if (r->write)
        TRY(batch_end(r->db, r->a, r->who, r->batch, true));
    total(r, r->write);
    return NULL;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *accept = "valid", *as = NULL;
    const char *errors = NULL, *keys = NULL;
    bool dry = false, json = false, all = false;
    char **files;
    int n;
    const struct cli_option options[] = {
        {"db", CLI_TEXT, &url, true},     {"dry-run", CLI_FLAG, &dry, false}, {"accept", CLI_TEXT, &accept, false},
        {"json", CLI_FLAG, &json, false}, {"as", CLI_TEXT, &as, false},       {"errors", CLI_TEXT, &errors, false},
        {"all", CLI_FLAG, &all, false},   {"keys", CLI_TEXT, &keys, false},   {0}};
    TRY(cli_parse(a, argc, argv, options, 1, -1, &files, &n));
    keys_use(url, keys);
    struct db_pool *pool;
    TRY(db_pool_open(a, url, false, &pool));
    struct run r = {.a = a, .json = json, .errors = errors, .bad = {.lang = LANG_ZH, .all = all}};
    struct err *e = db_take(pool, a, &r.db);
    if (e == NULL)
        e = record_migrate(r.db, a, false);
    if (e == NULL)
        e = account_acts(r.db, a, as, "roster.member.import", &r.who);
    if (e == NULL)
        e = import(&r, accept, dry, files, n);
    if (e == NULL && r.write)
        e = checkpoint_make(r.db, a, NULL);
    db_give(r.db);
    db_pool_close(pool);
    return e;
}

int import_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("import", run(a, argc, argv));
}
