/* import_columns.c: pages of the wizard beside its dry run: the columns of a roster, a choice for everybody, the sheet
 * of what is wrong. */
#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "face/show.h"
#include "roster/import_pages.h"
#include "roster/intake_rows.h"
#include "roster/roster.h"
#include "view/view.h"

enum { SAMPLES = 3 };

static struct err *read_stage(struct req *rq, struct db_tx *tx, struct load_stage *s, struct intake_layout *l)
{
    TRY(load_stage_read(tx, rq->who, INTAKE_STAGE, rq->id, s));
    return intake_rows_layout(tx, rq->id, l);
}

static const char *means_name(struct req *rq, int m)
{
    return text_get(rq->lang, arena_printf(rq->arena, "roster.table.col.%s", table_means_key(m)));
}

static json_t *choices(struct req *rq, int chosen)
{
    json_t *list = json_array();
    for (int m = 0; m < table_means_count(); m++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "key", table_means_key(m), "label", means_name(rq, m),
                                              "chosen", m == chosen));
    return list;
}

/* The first cells below the header. */
static struct err *samples(struct req *rq, struct db_tx *tx, const struct intake_layout *l, struct load_row *rows,
                           int *n_out)
{
    struct load_stage_item *items;
    int n, used = 0;
    TRY(load_stage_items(tx, rq->id, NULL, (int64_t)l->last, SAMPLES, &items, &n));
    for (int i = 0; i < n; i++)
        used += intake_row_read(rq->arena, &items[i], &rows[used]);
    *n_out = used;
    return NULL;
}

static struct err *columns_page(struct req *rq, const struct intake_layout *typed, const struct err *bad)
{
    struct load_stage stage;
    struct intake_layout l;
    struct load_row rows[SAMPLES];
    int n_rows = 0, unused = 0;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(read_stage(rq, &tx, &stage, &l));
        TRY(samples(rq, &tx, &l, rows, &n_rows));
        TRY(req_shows_many(rq, &tx, &(struct access){.record = INTAKE_STAGE, .row = rq->id, .n = n_rows}));
    }
    if (typed != NULL)
        l = *typed;
    json_t *data_columns = json_array(), *shown = json_array();
    for (int i = 0; i < l.n; i++) {
        json_t *cells = json_array();
        for (int k = 0; k < n_rows; k++)
            json_array_append_new(cells, json_string((size_t)i < rows[k].n ? rows[k].cells[i].text : ""));
        unused += l.means[i] < 0;
        json_array_append_new(data_columns,
                              json_pack("{s:s, s:o}", "head", l.heads[i], "means",
                                        l.means[i] < 0 ? json_null() : json_string(table_means_key(l.means[i]))));
        json_array_append_new(shown, json_pack("{s:i, s:s, s:o, s:o}", "i", i, "head", l.heads[i], "samples", cells,
                                               "choices", choices(rq, l.means[i])));
    }
    json_t *data = json_pack("{s:I, s:s, s:s, s:b, s:o}", "id", (json_int_t)rq->id, "name", stage.name, "state",
                             stage.state, "known", l.known, "columns", data_columns);
    rq->labels =
        json_pack("{s:o, s:I, s:i, s:i}", "columns", shown, "first", (json_int_t)l.first, "n", l.n, "unused", unused);
    return bad == NULL ? respond_page(rq, "roster/import-columns", data)
                       : respond_form(rq, "roster/import-columns", data, bad);
}

struct err *roster_import_columns(struct req *rq)
{
    return columns_page(rq, NULL, NULL);
}

static struct err *keep_columns(struct req *rq, struct intake_layout *l)
{
    struct load_stage stage;
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "roster columns", &c));
    TRY(read_stage(rq, &c.tx, &stage, l));
    if (strcmp(stage.state, "open") != 0)
        return ERR(rq->arena, ERR_CONFLICT, "import %lld is written", (long long)rq->id);
    for (int i = 0; i < l->n; i++)
        l->means[i] = table_means_find(req_form(rq, arena_printf(rq->arena, "means.%d", i)));
    TRY(intake_layout_keep(&c, l));
    return change_commit(&c);
}

struct err *roster_import_columns_keep(struct req *rq)
{
    struct intake_layout l = {0};
    struct err *e = keep_columns(rq, &l);
    if (e != NULL && e->kind == ERR_INVALID)
        return columns_page(rq, &l, e);
    TRY(e);
    TRY(err_part(intake_rows_try(rq->db, rq->arena, rq->who, rq->id, &l)));
    return respond_see_other(rq, "/roster/import/%lld", (long long)rq->id);
}

/* ---- a choice for everybody ---- */
static void field_choice(json_t *list, const char *key, const char *label)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "key", key, "label", label));
}

json_t *roster_import_wide_fields(struct req *rq)
{
    json_t *list = json_array();
    field_choice(list, "*", text_get(rq->lang, "roster.import.wide.every"));
    for (int s = 0; s < INTAKE_SETS; s++) {
        const struct record *of = intake_set_record((enum intake_set)s);
        field_choice(list, arena_printf(rq->arena, "%s.*", strchr(of->name, '.') + 1), face_record_label(rq->lang, of));
    }
    for (int f = 0; roster_member.fields[f].name != NULL; f++)
        if (roster_member.fields[f].type != FIELD_COMPUTED && roster_member.fields[f].type != FIELD_REF)
            field_choice(list, arena_printf(rq->arena, "member.%s", roster_member.fields[f].name),
                         face_label(rq->arena, rq->lang, &roster_member, f));
    return list;
}

static bool known_field(struct req *rq, const char *what)
{
    json_t *list = roster_import_wide_fields(rq), *o;
    size_t i;
    bool found = false;
    json_array_foreach(list, i, o) found |= strcmp(json_string_value(json_object_get(o, "key")), what) == 0;
    json_decref(list);
    return found;
}

struct err *roster_import_wide(struct req *rq)
{
    static const char *const kinds[] = {"new", "changed", "doubtful"};
    const char *show = req_form(rq, "show"), *side = req_form(rq, "side"), *what = req_form(rq, "what");
    struct intake_wide w = {0};
    for (size_t i = 0; show != NULL && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(show, kinds[i]) == 0)
            w.kind = kinds[i];
    bool leave = side != NULL && (strcmp(side, "leave") == 0 || strcmp(side, "unleave") == 0);
    if (w.kind == NULL || side == NULL || (!leave && (what == NULL || !known_field(rq, what))))
        return ERR(rq->arena, ERR_INVALID, "no such choice for everybody");
    w.pattern = leave ? NULL : what;
    w.on = strcmp(side, "ours") == 0 || strcmp(side, "leave") == 0;
    int64_t n;
    TRY(intake_stage_wide(rq->db, rq->arena, rq->who, rq->id, &w, &n));
    if (rq->json)
        return respond_json(rq, json_pack("{s:I}", "people", (json_int_t)n));
    return respond_see_other(rq, "/roster/import/%lld?show=%s&chosen=%lld", (long long)rq->id, w.kind, (long long)n);
}

/* ---- the person's own sheet back ---- */
struct out {
    struct req *rq;
    struct intake_errors x;
    enum doc_table_kind kind;
};

static struct err *write_out(void *ctx, int fd)
{
    struct out *o = ctx;
    const struct doc_table_options options = {0};
    TRY(doc_table_begin(o->rq->arena, o->kind, &options, doc_sink_fd(&fd), &o->x.table));
    return intake_rows_errors(o->rq->db, o->rq->arena, o->rq->who, o->rq->id, &o->x);
}

struct err *roster_import_errors(struct req *rq)
{
    const char *format = req_query(rq, "format"), *rows = req_query(rq, "rows");
    struct out o = {.rq = rq,
                    .x = {.lang = rq->lang, .all = rows != NULL && strcmp(rows, "all") == 0},
                    .kind = format != NULL && strcmp(format, "csv") == 0 ? DOC_CSV : DOC_XLSX};
    struct load_stage stage;
    struct load_stage_kind *k;
    int64_t people = 0;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(load_stage_read(&tx, rq->who, INTAKE_STAGE, rq->id, &stage));
        TRY(load_stage_kinds(&tx, rq->id, &k, &n));
        for (int i = 0; i < n; i++)
            people += k[i].n;
        TRY(req_shows_many(rq, &tx, &(struct access){.record = INTAKE_STAGE, .row = rq->id, .n = people}));
    }
    const char *dot = strrchr(stage.name, '.');
    int stem = dot == NULL ? (int)strlen(stage.name) : (int)(dot - stage.name);
    const char *name = arena_printf(rq->arena, "%.*s %s%s", stem, stage.name, text_get(rq->lang, "roster.import.why"),
                                    doc_table_ending(o.kind));
    return respond_stream(rq, doc_table_mime(o.kind), name, write_out, &o);
}
