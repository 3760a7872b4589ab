/* export.c: rows of a query as a table file. The first column is the row's number, by which an import finds it again;
 * codes and references stand by name, dates with dots, as people write them. */
#include "face/export.h"

#include <string.h>

#include "base/clock.h"

static const struct field export_fields[] = {
    {"record", FIELD_COMPUTED, .max = 100, .required = true, .index = true},
    {"by", FIELD_COMPUTED, .max = 100},
    {"day", FIELD_COMPUTED, .max = 10, .index = true},
    {"count", FIELD_COMPUTED, .max = 20},
    {"format", FIELD_COMPUTED, .max = 10},
    {"reason", FIELD_COMPUTED, .max = 1000},
    {"conditions", FIELD_COMPUTED, .max = 20000, .class = CLASS_PERSONAL}, /* an address may hold names */
    {"columns", FIELD_COMPUTED, .max = 4000},
    {0}};
const struct record face_export_record = {.name = "face.export",
                                          .fields = export_fields,
                                          .list = "record by day count format reason",
                                          .order = "-day record",
                                          .purpose = "face.purpose.export",
                                          .basis = "PIPL-51",
                                          .readers = "supervision security",
                                          .keep = "face.export",
                                          .keep_from = "day",
                                          .class = CLASS_INTERNAL};

bool face_export_personal(const struct face_query *q)
{
    for (int i = 0; i < q->n_cols; i++)
        if (record_field_class(q->rec, q->cols[i]) >= CLASS_PERSONAL)
            return true;
    return false;
}

static char *column_names(struct arena *a, const struct face_query *q)
{
    struct buf b = BUF(a);
    for (int i = 0; i < q->n_cols; i++)
        buf_printf(&b, "%s%s", i > 0 ? " " : "", q->rec->fields[q->cols[i]].name);
    return buf_str(&b);
}

struct face_taken face_export_taken(struct arena *a, const struct face_query *q, int64_t rows)
{
    return (struct face_taken){q->who, q->rec, face_address(a, q, "", false), column_names(a, q), rows};
}

struct err *face_export_note(struct db *db, struct arena *a, const struct face_taken *t, const char *format,
                             const char *reason)
{
    char day[DATE_TEXT];
    struct who by = *t->who; /* who only reads may still be told on */
    by.readonly = false;
    by.scope = (struct scope)SCOPE_ALL;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &by, reason, &c));
    struct row *r = row_new(a, &face_export_record);
    row_set(r, "record", t->rec->name);
    row_set(r, "by", t->who->name);
    row_set(r, "day", date_iso(clock_today(), day));
    row_set_int(a, r, "count", t->rows);
    row_set(r, "format", format);
    row_set(r, "reason", reason);
    row_set(r, "conditions", t->conditions);
    row_set(r, "columns", t->columns);
    TRY(record_save(&c, &face_export_record, r, 0));
    return change_commit(&c);
}

struct writing {
    const struct export *x;
    struct db_tx *tx;
    struct doc_table *table;
    int64_t rows;
};

static struct err *write_heads(struct writing *w)
{
    const struct face_query *q = w->x->q;
    struct arena *a = w->tx->arena;
    struct doc_cell *cells = arena_array(a, struct doc_cell, q->n_cols + 1);
    cells[0].text = text_get(w->x->lang, "face.id");
    for (int i = 0; i < q->n_cols; i++)
        cells[i + 1].text = face_label(a, w->x->lang, q->rec, q->cols[i]);
    return doc_table_row(w->table, cells, (size_t)q->n_cols + 1);
}

static const char *dotted(struct arena *a, const char *value)
{
    struct date d;
    char dots[DATE_TEXT];
    return date_parse(value, &d) ? arena_strdup(a, date_dots(d, dots)) : value;
}

static struct doc_cell cell_of(const struct writing *w, struct arena *a, const struct row *r, int at,
                               struct face_names *names)
{
    const struct field *f = &r->of->fields[at];
    const char *v = r->v[at];
    if (v == NULL)
        return (struct doc_cell){0};
    if (f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY)
        return (struct doc_cell){DOC_NUMBER, v};
    if (f->type == FIELD_DATE || f->type == FIELD_PDATE)
        return (struct doc_cell){DOC_TEXT, dotted(a, v)};
    return (struct doc_cell){DOC_TEXT, face_value(a, w->x->lang, r->of, at, v, names)};
}

static struct err *write_rows(void *ctx, struct arena *a, struct row **rows, int n)
{
    struct writing *w = ctx;
    const struct face_query *q = w->x->q;
    struct face_names *names = face_names_new(a, q->who);
    TRY(face_names_of_rows(names, w->tx, rows, n, q->cols, q->n_cols));
    struct doc_cell *cells = arena_array(a, struct doc_cell, q->n_cols + 1);
    struct buf id = BUF(a);
    for (int i = 0; i < n; i++) {
        if (w->x->keep != NULL && !w->x->keep(w->x->ctx, rows[i]->id))
            continue;
        id.n = 0;
        buf_int(&id, rows[i]->id);
        cells[0] = (struct doc_cell){DOC_NUMBER, buf_str(&id)};
        for (int c = 0; c < q->n_cols; c++)
            cells[c + 1] = cell_of(w, a, rows[i], q->cols[c], names);
        TRY(doc_table_row(w->table, cells, (size_t)q->n_cols + 1));
        w->rows++;
    }
    return NULL;
}

struct err *face_export_write(struct db_tx *tx, const struct export *x, struct doc_sink to, int64_t *rows_out)
{
    struct writing w = {.x = x, .tx = tx};
    const struct doc_table_options options = {
        .header = 1, .sheet = face_record_label(x->lang, x->q->rec), .carries = x->carries};
    TRY(doc_table_begin(tx->arena, x->kind, &options, to, &w.table));
    TRY(write_heads(&w));
    TRY(face_each(tx, x->q, write_rows, &w));
    TRY(doc_table_end(w.table));
    *rows_out = w.rows;
    return NULL;
}
