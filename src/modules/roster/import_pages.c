/* import_pages.c: the import wizard. A dry run is staged, looked at, decided item by item or left as proposed, and
 * written once; nothing reaches the records before. Everything works without script: each page is one form. */
#include "roster/import_pages.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/clock.h"
#include "face/show.h"
#include "roster/batch_pages.h"
#include "roster/intake_rows.h"
#include "roster/roster.h"
#include "view/view.h"

enum { ITEMS_A_PAGE = 20 };
static const char *const kinds[] = {"new", "changed", "unchanged", "doubtful", "refused"};

/* ---- the first page ---- */
static struct err *home(struct req *rq, const struct err *bad)
{
    struct load_stage *stages;
    json_t *batches = NULL;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(load_stage_list(&tx, rq->who, INTAKE_STAGE, &stages, &n));
        TRY(batch_list(rq, &tx, &batches));
    }
    json_t *list = json_array(), *shown = json_array();
    for (int i = 0; i < n; i++) {
        char at[CLOCK_TEXT], local[CLOCK_TEXT];
        json_array_append_new(list,
                              json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)stages[i].id, "name", stages[i].name,
                                        "state", stages[i].state, "begun", clock_iso(stages[i].begun, at)));
        json_array_append_new(
            shown, json_pack("{s:I, s:s, s:s, s:s, s:b}", "id", (json_int_t)stages[i].id, "name", stages[i].name, "at",
                             clock_local(stages[i].begun, local), "state",
                             text_get(rq->lang, strcmp(stages[i].state, "open") == 0 ? "roster.import.state.open"
                                                                                     : "roster.import.state.written"),
                             "open", strcmp(stages[i].state, "open") == 0));
    }
    json_t *data = json_pack("{s:o}", "imports", list);
    rq->labels = json_pack("{s:o, s:b, s:b, s:o}", "imports", shown, "any", n > 0, "some", json_array_size(batches) > 0,
                           "batches", batches);
    const char *undone = req_query(rq, "undone"), *kept = req_query(rq, "kept");
    if (undone != NULL)
        json_object_set_new(
            rq->labels, "undone",
            json_string(tr(rq, "roster.batch.was_undone", "rows", undone, "kept", kept == NULL ? "0" : kept)));
    return bad == NULL ? respond_page(rq, "roster/import", data) : respond_form(rq, "roster/import", data, bad);
}

struct err *roster_import_home(struct req *rq)
{
    return home(rq, NULL);
}

static struct err *try_staged(struct req *rq, int64_t stage)
{
    struct intake_layout l;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(intake_rows_layout(&tx, stage, &l));
    }
    return intake_rows_try(rq->db, rq->arena, rq->who, stage, &l);
}

/* A roster whose columns were confirmed before is tried at once. */
static struct err *upload_table(struct req *rq, const char *path, const char *name, int64_t *stage, bool *known)
{
    TRY(intake_rows_stage(rq->db, rq->arena, rq->who, path, name, stage, known));
    return *known ? err_part(try_staged(rq, *stage)) : NULL;
}

struct err *roster_import_upload(struct req *rq)
{
    size_t n;
    const struct upload *up = req_files(rq, &n);
    const char **paths = arena_array(rq->arena, const char *, n + 1),
               **names = arena_array(rq->arena, const char *, n + 1);
    int used = 0;
    for (size_t i = 0; i < n; i++)
        if (up[i].size > 0) {
            paths[used] = up[i].path;
            names[used++] = up[i].filename[0] != '\0' ? up[i].filename : "?";
        }
    if (used == 0)
        return home(
            rq,
            err_field(err_say(ERR(rq->arena, ERR_INVALID, "no file was sent"), "roster.import.no_file", NULL), "file"));
    int64_t stage;
    bool table = false, known = true;
    for (int i = 0; i < used && !table; i++)
        table = intake_is_table(paths[i], names[i]);
    if (table && used > 1)
        return home(rq, err_field(err_say(ERR(rq->arena, ERR_INVALID, "a roster among %d files", used),
                                          "roster.table.alone", NULL),
                                  "file"));
    if (table)
        TRY(upload_table(rq, paths[0], names[0], &stage, &known));
    else
        TRY(intake_stage_forms(rq->db, rq->arena, rq->who, paths, names, used, &stage));
    if (rq->json) {
        respond_status(rq, 201);
        return respond_json(rq, json_pack("{s:I}", "id", (json_int_t)stage));
    }
    return respond_see_other(rq, known ? "/roster/import/%lld" : "/roster/import/%lld/columns", (long long)stage);
}

/* ---- one staged import ---- */
struct page {
    struct req *rq;
    struct load_stage stage;
    const char *show;
    int64_t counts[5], written, after, raw; /* raw: rows of a roster not tried yet */
    bool table;
    struct load_stage_item *items;
    int n;
};

static struct err *read_page(struct page *p)
{
    struct req *rq = p->rq;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(load_stage_read(&tx, rq->who, INTAKE_STAGE, rq->id, &p->stage));
    struct load_stage_kind *k;
    int n;
    TRY(load_stage_kinds(&tx, rq->id, &k, &n));
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < 5; j++)
            if (strcmp(k[i].kind, kinds[j]) == 0)
                p->counts[j] = k[i].n;
        if (strcmp(k[i].kind, "written") == 0)
            p->written = k[i].n;
        p->raw += strcmp(k[i].kind, "row") == 0 ? k[i].n : 0;
        p->table |= strcmp(k[i].kind, "title") == 0;
    }
    static const int first[] = {4, 3, 1, 0, 2}; /* what needs a person comes first */
    for (int j = 0; j < 5 && p->show == NULL; j++)
        if (p->counts[first[j]] > 0)
            p->show = kinds[first[j]];
    if (p->show == NULL)
        p->show = "written";
    return load_stage_items(&tx, rq->id, p->show, p->after, ITEMS_A_PAGE, &p->items, &p->n);
}

static struct row *row_of(const struct intake_result *r, int64_t id)
{
    for (int s = 0; s < INTAKE_SETS; s++)
        for (int i = 0; i < r->n_rows[s]; i++)
            if (r->rows[s][i]->id == id)
                return r->rows[s][i];
    return NULL;
}

static enum intake_set set_of(const struct record *rec)
{
    enum intake_set s = 0;
    while (s < INTAKE_SETS && intake_set_record(s) != rec)
        s++;
    return s;
}

/* What a difference is about, and both sides, for people. */
static json_t *diff_shown(struct req *rq, const struct intake *in, const struct intake_result *r,
                          const struct intake_diff *d)
{
    struct arena *a = rq->arena;
    const char *record = face_record_label(rq->lang, d->of), *what, *ours = NULL, *theirs = NULL;
    bool lacks = d->field < 0 && d->mine < 0;
    if (d->field >= 0) {
        what = face_label(a, rq->lang, d->of, d->field);
        if (d->of != &roster_member)
            what = arena_printf(a, "%s · %s", record, what);
        ours = face_value(a, rq->lang, d->of, d->field, d->ours, NULL);
        theirs = face_value(a, rq->lang, d->of, d->field, d->theirs, NULL);
    } else if (lacks) {
        what = text_format(a, rq->lang, "roster.import.lacks", "record", record, NULL);
        ours = face_row_name(a, rq->lang, row_of(r, d->row), NULL);
    } else {
        what = text_format(a, rq->lang, "roster.import.adds", "record", record, NULL);
        theirs = face_row_name(a, rq->lang, in->sets[set_of(d->of)].rows[d->mine], NULL);
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:b, s:b}", "key", intake_diff_key(a, d), "what", what, "ours",
                     view_text_json(ours), "theirs", view_text_json(theirs), "take", d->take, "lacks", lacks);
}

static json_t *diff_data(struct arena *a, const struct intake_diff *d)
{
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:b}", "key", intake_diff_key(a, d), "record", d->of->name, "row",
                     (json_int_t)d->row, "field",
                     d->field >= 0 ? json_string(d->of->fields[d->field].name) : json_null(), "ours",
                     view_text_json(d->ours), "theirs", view_text_json(d->theirs), "take", d->take);
}

static json_t *candidates(struct req *rq, const struct intake_result *r, const struct intake_choice *c)
{
    json_t *list = json_array();
    for (int i = 0; i < r->n_candidates; i++)
        json_array_append_new(
            list,
            json_pack("{s:I, s:o, s:o, s:o, s:o, s:b}", "id", (json_int_t)r->candidates[i].id, "name",
                      view_text_json(r->candidates[i].name), "birth",
                      view_text_json(face_value(rq->arena, rq->lang, &roster_member,
                                                record_field(&roster_member, "birth"), r->candidates[i].birth, NULL)),
                      "post_text", view_text_json(r->candidates[i].post_text), "citizen_id",
                      view_text_json(r->candidates[i].citizen_id), "chosen", c->as == r->candidates[i].id));
    return list;
}

static json_t *refusals(struct req *rq, const struct intake *in)
{
    json_t *list = json_array();
    for (const struct err *e = in->refused; e != NULL; e = e->next) {
        int f = e->field == NULL ? -1 : record_field(&roster_member, e->field);
        json_array_append_new(list, json_pack("{s:o, s:s}", "field",
                                              f < 0 ? view_text_json(e->field)
                                                    : json_string(face_label(rq->arena, rq->lang, &roster_member, f)),
                                              "say", text_err(rq->arena, rq->lang, e)));
    }
    return list;
}

/* One person as he stands now beside the records: a fresh comparison, with the choices made so far. */
static struct err *item_shown(struct page *p, struct db_tx *tx, const struct load_stage_item *i, json_t *data,
                              json_t *shown)
{
    struct req *rq = p->rq;
    struct intake *in;
    struct intake_result r;
    struct intake_choice c;
    TRY(intake_unsaid(rq->arena, i->report != NULL ? i->report : i->said, &in));
    TRY(intake_choice_read(rq->arena, i->choice, &c));
    const char *name = in->member != NULL && row_text(in->member, "name") != NULL ? row_text(in->member, "name")
                       : i->label[0] != '\0'                                      ? i->label
                                                                                  : "—",
               *from = in->line > 0        ? text_format(rq->arena, rq->lang, "roster.table.line", "n",
                                                         arena_printf(rq->arena, "%d", in->line), NULL)
                       : in->entry != NULL ? in->entry
                       : in->file != NULL  ? in->file
                                           : "";
    if (strcmp(p->show, "written") == 0)
        r = (struct intake_result){.kind = INTAKE_UNCHANGED};
    else
        TRY(intake_compare(tx, rq->who, in, c.as, &r));
    intake_choose(rq->arena, &c, &r);
    json_t *diffs = json_array(), *lines = json_array();
    for (size_t k = 0; k < r.diffs.n; k++) {
        json_array_append_new(diffs, diff_data(rq->arena, &r.diffs.p[k]));
        json_array_append_new(lines, diff_shown(rq, in, &r, &r.diffs.p[k]));
    }
    json_array_append_new(data,
                          json_pack("{s:I, s:s, s:s, s:o, s:s, s:I, s:o}", "n", (json_int_t)i->n, "result", p->show,
                                    "file", in->file == NULL ? "" : in->file, "entry", view_text_json(in->entry),
                                    "name", name, "member", (json_int_t)r.member, "diffs", diffs));
    json_t *him = json_object();
    if (in->member != NULL) {
        static const char *const fields[] = {"birth", "post_text", "citizen_id"};
        for (size_t k = 0; k < 3; k++)
            json_object_set_new(
                him, fields[k],
                view_text_json(face_value(rq->arena, rq->lang, &roster_member, record_field(&roster_member, fields[k]),
                                          row_text(in->member, fields[k]), NULL)));
    }
    json_t *asked = r.n_candidates > 0 || (r.kind != INTAKE_NEW && c.as != 0) ? candidates(rq, &r, &c) : json_array();
    json_array_append_new(
        shown, json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:b, s:o}", "n", (json_int_t)i->n, "name",
                         name, "from", from, "him", him, "diffs", lines, "candidates", asked, "has_diffs",
                         r.diffs.n > 0, "errors", refusals(rq, in), "doubt",
                         r.doubt == NULL ? json_null() : json_string(text_get(rq->lang, r.doubt)), "leave", c.leave,
                         "as_new", c.as == -1, "member", r.member > 0 ? json_integer(r.member) : json_null()));
    return NULL;
}

static json_t *figures(const struct page *p)
{
    json_t *list = json_array();
    for (int i = 0; i < 5; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:I, s:b, s:b}", "kind", kinds[i], "label",
                                        text_format(p->rq->arena, p->rq->lang,
                                                    arena_printf(p->rq->arena, "roster.import.%s", kinds[i]), NULL),
                                        "say",
                                        text_format(p->rq->arena, p->rq->lang,
                                                    arena_printf(p->rq->arena, "roster.import.%s.say", kinds[i]), NULL),
                                        "n", (json_int_t)p->counts[i], "some", p->counts[i] > 0, "here",
                                        strcmp(p->show, kinds[i]) == 0));
    return list;
}

static struct err *show_page(struct page *p, const struct err *bad)
{
    struct req *rq = p->rq;
    TRY(read_page(p));
    if (p->raw > 0 && bad == NULL && !rq->json)
        return respond_see_other(rq, "/roster/import/%lld/columns", (long long)rq->id);
    json_t *items = json_array(), *shown = json_array();
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        for (int i = 0; i < p->n; i++)
            TRY(item_shown(p, &tx, &p->items[i], items, shown));
        TRY(req_shows_many(rq, &tx, &(struct access){.record = INTAKE_STAGE, .row = rq->id, .n = p->n}));
    }
    int64_t last = p->n > 0 ? p->items[p->n - 1].n : 0;
    bool more = p->n == ITEMS_A_PAGE;
    json_t *counts = json_object();
    for (int i = 0; i < 5; i++)
        json_object_set_new(counts, kinds[i], json_integer(p->counts[i]));
    json_object_set_new(counts, "written", json_integer(p->written));
    json_t *data = json_pack("{s:I, s:s, s:s, s:o, s:s, s:o, s:o}", "id", (json_int_t)p->stage.id, "name",
                             p->stage.name, "state", p->stage.state, "counts", counts, "show", p->show, "items", items,
                             "next", more ? json_integer(last) : json_null());
    bool open = strcmp(p->stage.state, "open") == 0;
    int64_t ready = p->counts[0] + p->counts[1];
    rq->labels = json_pack("{s:o, s:o, s:b, s:I, s:I, s:o, s:I, s:b}", "figures", figures(p), "items", shown, "open",
                           open, "ready", (json_int_t)ready, "written", (json_int_t)p->written, "next",
                           more ? json_integer(last) : json_null(), "after", (json_int_t)p->after, "any", p->n > 0);
    json_object_set_new(rq->labels, arena_printf(rq->arena, "is_%s", p->show), json_true());
    bool asked = strcmp(p->show, "changed") == 0 || strcmp(p->show, "doubtful") == 0;
    json_object_set_new(rq->labels, "is_asked", json_boolean(asked));
    json_object_set_new(rq->labels, "is_plain", json_boolean(!asked && strcmp(p->show, "refused") != 0));
    json_object_set_new(rq->labels, "table", json_boolean(p->table));
    json_object_set_new(rq->labels, "trouble", json_boolean(p->counts[3] + p->counts[4] > 0));
    json_object_set_new(rq->labels, "wide", roster_import_wide_fields(rq));
    json_object_set_new(rq->labels, "can_widen", json_boolean(asked || (p->n > 0 && strcmp(p->show, "new") == 0)));
    json_object_set_new(rq->labels, "wide_done", view_text_json(req_query(rq, "chosen")));
    json_object_set_new(rq->labels, "heading",
                        json_string(text_get(rq->lang, arena_printf(rq->arena, "roster.import.heading.%s", p->show))));
    return bad == NULL ? respond_page(rq, "roster/import-stage", data)
                       : respond_form(rq, "roster/import-stage", data, bad);
}

static const char *kind_asked(const char *s)
{
    for (int i = 0; s != NULL && i < 5; i++)
        if (strcmp(s, kinds[i]) == 0)
            return kinds[i];
    return s != NULL && strcmp(s, "written") == 0 ? "written" : NULL;
}

struct err *roster_import_page(struct req *rq)
{
    const char *after = req_query(rq, "after");
    struct page p = {
        .rq = rq, .show = kind_asked(req_query(rq, "show")), .after = after == NULL ? 0 : strtoll(after, NULL, 10)};
    return show_page(&p, NULL);
}

/* ---- choices ---- */
/* The form of one person: key.N every difference shown, take.N those ticked, end.N rows to be ended, as.N, leave.N. */
static char *choice_of(struct req *rq, int64_t n)
{
    size_t pairs;
    const struct pair *p = req_form_all(rq, &pairs);
    struct arena *a = rq->arena;
    const char *key = arena_printf(a, "key.%lld", (long long)n), *take = arena_printf(a, "take.%lld", (long long)n),
               *end = arena_printf(a, "end.%lld", (long long)n);
    json_t *ours = json_array(), *ended = json_array();
    for (size_t i = 0; i < pairs; i++) {
        if (strcmp(p[i].name, end) == 0)
            json_array_append_new(ended, json_string(p[i].value));
        if (strcmp(p[i].name, key) != 0)
            continue;
        bool taken = false;
        for (size_t k = 0; k < pairs && !taken; k++)
            taken = strcmp(p[k].name, take) == 0 && strcmp(p[k].value, p[i].value) == 0;
        if (!taken)
            json_array_append_new(ours, json_string(p[i].value));
    }
    const char *as = req_form(rq, arena_printf(a, "as.%lld", (long long)n));
    json_t *o =
        json_pack("{s:I, s:b, s:o, s:o}", "as", (json_int_t)(as == NULL ? 0 : strtoll(as, NULL, 10)), "leave",
                  req_form(rq, arena_printf(a, "leave.%lld", (long long)n)) != NULL, "ours", ours, "end", ended);
    struct buf text = BUF(a);
    view_json(&text, o);
    json_decref(o);
    return buf_str(&text);
}

static struct err *keep_choices(struct req *rq)
{
    db_scope struct db_tx tx = {0};
    struct load_stage stage;
    size_t pairs;
    const struct pair *p = req_form_all(rq, &pairs);
    TRY(db_begin_write(rq->db, rq->arena, &tx));
    TRY(load_stage_read(&tx, rq->who, INTAKE_STAGE, rq->id, &stage));
    for (size_t i = 0; i < pairs; i++)
        if (strcmp(p[i].name, "item") == 0) {
            int64_t n = strtoll(p[i].value, NULL, 10);
            TRY(load_stage_item_set(&tx, rq->id, n, NULL, NULL, choice_of(rq, n)));
        }
    return db_commit(&tx);
}

struct err *roster_import_choose(struct req *rq)
{
    TRY(keep_choices(rq));
    const char *go = req_form(rq, "go"), *show = req_form(rq, "show"), *next = req_form(rq, "next");
    if (go == NULL || strcmp(go, "write") != 0)
        return respond_see_other(rq, "/roster/import/%lld?show=%s&after=%s", (long long)rq->id,
                                 kind_asked(show) == NULL ? "changed" : kind_asked(show), next == NULL ? "0" : next);
    struct intake_written w;
    TRY(err_part(intake_stage_write(rq->db, rq->arena, rq->who, rq->id, &w)));
    if (rq->json)
        return respond_json(rq, json_pack("{s:I, s:I, s:I}", "written", (json_int_t)w.people, "unchanged",
                                          (json_int_t)w.unchanged, "left", (json_int_t)w.left));
    return respond_see_other(rq, "/roster/import/%lld?show=written", (long long)rq->id);
}

struct err *roster_import_drop(struct req *rq)
{
    db_scope struct db_tx tx = {0};
    struct load_stage stage;
    TRY(db_begin_write(rq->db, rq->arena, &tx));
    TRY(load_stage_read(&tx, rq->who, INTAKE_STAGE, rq->id, &stage));
    TRY(load_stage_drop(&tx, rq->id));
    TRY(db_commit(&tx));
    return respond_see_other(rq, "/roster/import");
}
