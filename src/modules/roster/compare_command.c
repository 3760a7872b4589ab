/* compare_command.c: `qingfeng compare --db URL [--as USERNAME] [--json] [--out FILE.zip --reason TEXT] FILE...`: forms
 * beside the records. Nothing is written to the records (theirs go in through `import`). --out: the same forms with the
 * values of the records where those have one and it differs; what the records do not hold (proposed posts, unknown
 * elements) stays as it was in the file. Whoever is not on record, or a question, stays as he was too. */
#include "roster/compare_command.h"

#include <stdio.h>
#include <string.h>

#include "auth/access.h"
#include "auth/auth.h"
#include "base/clock.h"
#include "base/cli.h"
#include "base/keys.h"
#include "doc/pack.h"
#include "face/export.h"
#include "roster/form_pages.h"
#include "roster/import_command.h"
#include "roster/lrmx.h"
#include "roster/roster.h"

struct run {
    struct arena *a;
    struct db *db;
    const struct who *who;
    bool json;
    struct doc_pack *pack; /* NULL: none asked for */
    int64_t of[INTAKE_KINDS], people, written;
};

/* Fields of a form that the records do not keep. */
static bool of_the_file(enum form_field f)
{
    static const enum form_field list[] = {RAW_PROPOSED,  RAW_REMOVED,   RAW_REASON,    RAW_REPORTING_UNIT,
                                           RAW_AGE_LIMIT, RAW_AGE_AS_OF, RAW_FILLED_ON, RAW_FILLED_BY,
                                           RAW_VERSION,   RAW_RETIRE_DUE};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (f == list[i])
            return true;
    return false;
}

static bool reads_the_same(struct arena *a, const char *x, const char *y)
{
    const char *p = form_squeeze(a, x), *q = form_squeeze(a, y);
    return p == q || (p != NULL && q != NULL && strcmp(p, q) == 0);
}

/* The file's texts, with the records' where they differ. */
static struct form_raw *overlay(struct arena *a, const struct form_raw *theirs, const struct form_raw *ours)
{
    struct form_raw *raw = arena_new_of(a, struct form_raw);
    *raw = *theirs;
    for (int i = 0; i < RAW_FIELDS; i++)
        if (!of_the_file(i) && !form_blank(ours->v[i]) && !reads_the_same(a, theirs->v[i], ours->v[i]))
            raw->v[i] = ours->v[i];
    if (ours->kin.n > 0)
        raw->kin = ours->kin;
    if (ours->n_photo > 0) {
        raw->photo = ours->photo;
        raw->n_photo = ours->n_photo;
    }
    return raw;
}

static struct err *corrected(struct run *r, struct db_tx *tx, struct form *f, int64_t member)
{
    struct row *m;
    struct form *own;
    const struct form_wish wish = {.day = clock_today()};
    TRY(record_read(tx, &roster_member, r->who, member, &m));
    TRY(form_of_member(tx, r->who, m, &wish, &own));
    f->raw = overlay(tx->arena, f->raw, own->raw);
    r->written++;
    return NULL;
}

static struct err *each(void *p, struct arena *fresh, const struct form_item *item)
{
    struct run *r = p;
    struct intake_result result;
    struct intake *in = intake_of_item(fresh, item);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(r->db, fresh, &tx));
    TRY(intake_compare(&tx, r->who, in, 0, &result));
    r->people++;
    r->of[result.kind]++;
    if (r->json)
        puts(intake_json(fresh, in, &result));
    if (r->pack == NULL || item->form == NULL)
        return NULL;
    if (result.kind == INTAKE_CHANGED)
        TRY(corrected(r, &tx, item->form, result.member));
    struct buf b = BUF(fresh);
    form_write(&b, item->form);
    const char *name = item->form->name == NULL ? "_" : item->form->name;
    return doc_pack_add(r->pack, form_file_name(fresh, r->people, name, ".lrmx"), b.p, b.n);
}

static struct err *note(struct run *r, const char *reason)
{
    const struct access x = {.kind = ACCESS_EXPORT,
                             .ground = r->who->account == 0 ? ACCESS_CONSOLE : ACCESS_REASONED,
                             .record = roster_member.name,
                             .n = r->written,
                             .reason = reason};
    const struct face_taken taken = {r->who, &roster_member, "", "form", r->written};
    TRY(access_note(r->db, r->a, r->who, &x));
    return face_export_note(r->db, r->a, &taken, "lrmx", reason);
}

static struct err *go(struct run *r, const char *out, const char *reason, char **files, int n)
{
    struct doc_sink to;
    if (out != NULL) {
        TRY(doc_sink_file(r->a, out, &to));
        TRY(doc_pack_begin(r->a, to, &r->pack));
    }
    TRY(form_each(r->a, (const char *const *)files, (size_t)n, each, r));
    if (out != NULL) {
        TRY(doc_pack_end(r->pack));
        TRY(note(r, reason));
        TRY(doc_sink_keep(r->a, &to));
    }
    fprintf(stderr,
            "%lld people: %lld not on record, %lld differ, %lld alike, %lld refused, %lld doubtful; %lld corrected\n",
            (long long)r->people, (long long)r->of[INTAKE_NEW], (long long)r->of[INTAKE_CHANGED],
            (long long)r->of[INTAKE_UNCHANGED], (long long)r->of[INTAKE_REFUSED], (long long)r->of[INTAKE_DOUBTFUL],
            (long long)r->written);
    return NULL;
}

static struct err *run(struct arena *a, int argc, char **argv)
{
    const char *url = NULL, *as = NULL, *out = NULL, *reason = NULL;
    bool json = false;
    char **files;
    int n;
    const struct cli_option options[] = {{"db", CLI_TEXT, &url, true},         {"as", CLI_TEXT, &as, false},
                                         {"json", CLI_FLAG, &json, false},     {"out", CLI_TEXT, &out, false},
                                         {"reason", CLI_TEXT, &reason, false}, {0}};
    TRY(cli_parse(a, argc, argv, options, 1, -1, &files, &n));
    if (out != NULL && reason == NULL)
        return err_field(ERR(a, ERR_INVALID, "--out takes personal data out: say why with --reason"), "usage");
    keys_use(url, NULL);
    struct db_pool *pool;
    TRY(db_pool_open(a, url, false, &pool));
    struct run r = {.a = a, .json = json};
    struct err *e = db_take(pool, a, &r.db);
    if (e == NULL)
        e = record_migrate(r.db, a, false);
    if (e == NULL)
        e = account_acts(r.db, a, as, out != NULL ? "roster.member.export" : "roster.member.import", &r.who);
    if (e == NULL)
        e = go(&r, out, reason, files, n);
    db_give(r.db);
    db_pool_close(pool);
    return e;
}

int compare_command(int argc, char **argv)
{
    arena_scope struct arena *a = arena_new();
    return cli_end("compare", run(a, argc, argv));
}
