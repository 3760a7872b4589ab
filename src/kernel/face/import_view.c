/* import_view.c: see import_view.h. */
#include "face/import_view.h"

#include <stdlib.h>
#include <string.h>

#include "view/view.h"

/* ---- notes of rows ---- */
static void free_json(void *p)
{
    json_decref(p);
}

static json_t *note_of(struct arena *a, const struct import_row *r, const char *part)
{
    json_t *note = r->note == NULL ? NULL : json_loads(r->note, 0, NULL);
    if (note != NULL)
        arena_defer(a, free_json, note);
    return json_object_get(note, part);
}

/* The cell a field was read from; "" when there is none. */
static const char *cell_of(const struct import *m, const struct import_row *r, int field)
{
    for (int i = 0; i < m->n_cols && i < r->n_cells; i++)
        if (m->mapping[i] == field)
            return r->cells[i].text;
    return "";
}

static const char *row_name(const struct import *m, const struct import_row *r)
{
    const char *name = cell_of(m, r, face_title_field(m->rec));
    for (int i = 0; i < m->n_cols && i < r->n_cells && *name == '\0'; i++)
        if (m->mapping[i] >= 0)
            name = r->cells[i].text;
    return name;
}

static int field_of(const struct import *m, const char *name)
{
    return name == NULL ? COLUMN_NONE : strcmp(name, "id") == 0 ? COLUMN_ID : record_field(m->rec, name);
}

static const char *label_of(struct req *rq, const struct import *m, const char *name)
{
    int at = field_of(m, name);
    return at == COLUMN_ID ? text_get(rq->lang, "face.id") : at < 0 ? "" : face_label(rq->arena, rq->lang, m->rec, at);
}

const char *face_import_why(struct req *rq, struct arena *a, const struct import *m, const struct import_row *r)
{
    struct buf b = BUF(a);
    for (struct err *e = face_import_errors_read(a, note_of(a, r, "errors")); e != NULL; e = e->next) {
        const char *label = label_of(rq, m, e->field);
        buf_printf(&b, "%s%s%s%s", b.n > 0 ? "\n" : "", label, *label == '\0' ? "" : text_sign(rq->lang, SIGN_COLON),
                   text_err(a, rq->lang, e));
    }
    return buf_str(&b);
}

struct err *face_import_names(struct db_tx *tx, struct import_step *s)
{
    const char *name;
    json_t *pair;
    for (int i = 0; i < s->n; i++) {
        json_t *changed = note_of(tx->arena, &s->rows[i], "changes"); /* the macro asks for it again and again */
        json_object_foreach(changed, name, pair)
        {
            int at = record_field(s->m.rec, name);
            if (at < 0 || s->m.rec->fields[at].type != FIELD_REF)
                continue;
            for (size_t k = 0; k < 2; k++) {
                const char *id = json_string_value(json_array_get(pair, k));
                if (id != NULL)
                    TRY(face_names_of(s->names, tx, record_find(s->m.rec->fields[at].to), strtoll(id, NULL, 10)));
            }
        }
    }
    return NULL;
}

/* ---- the first step ---- */
json_t *face_import_file_labels(struct req *rq, const struct record *rec)
{
    const char *list = face_path(rq->arena, rec);
    json_t *fields = json_array();
    for (int i = 0; i < record_fields(rec); i++)
        if (face_form_writes(rec, i, rq->who))
            json_array_append_new(fields, json_pack("{s:s, s:b}", "label", face_label(rq->arena, rq->lang, rec, i),
                                                    "required", rec->fields[i].required));
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "record", face_record_label(rq->lang, rec), "list", list, "action",
                     arena_printf(rq->arena, "%s/import", list), "title",
                     tr(rq, "face.import.title", "record", face_record_label(rq->lang, rec)), "fields", fields);
}

/* ---- columns ---- */
static json_t *options(struct req *rq, const struct import *m, int chosen)
{
    json_t *all = json_array();
    json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", "id", "text", text_get(rq->lang, "face.id"),
                                         "chosen", chosen == COLUMN_ID));
    for (int i = 0; i < record_fields(m->rec); i++)
        if (face_form_writes(m->rec, i, rq->who))
            json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", m->rec->fields[i].name, "text",
                                                 face_label(rq->arena, rq->lang, m->rec, i), "chosen", chosen == i));
    return all;
}

static json_t *columns(struct req *rq, const struct import_step *s)
{
    json_t *all = json_array();
    for (int i = 0; i < s->m.n_cols; i++) {
        json_t *samples = json_array();
        for (int r = 0; r < s->n; r++)
            if (i < s->rows[r].n_cells && s->rows[r].cells[i].text[0] != '\0')
                json_array_append_new(samples, json_string(s->rows[r].cells[i].text));
        const char *name = arena_printf(rq->arena, "col.%d", i), *sent = req_form(rq, name);
        int chosen = sent == NULL ? s->m.mapping[i] : *sent == '\0' ? COLUMN_NONE : field_of(&s->m, sent);
        json_array_append_new(all, json_pack("{s:s, s:s, s:o, s:o}", "head", s->m.heads[i], "name", name, "samples",
                                             samples, "options", options(rq, &s->m, chosen)));
    }
    return all;
}

/* ---- the dry run ---- */
static json_t *errors(struct req *rq, const struct import *m, const struct import_row *r)
{
    json_t *all = json_array();
    for (struct err *e = face_import_errors_read(rq->arena, note_of(rq->arena, r, "errors")); e != NULL; e = e->next)
        json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "label", label_of(rq, m, e->field), "text",
                                             e->field == NULL ? "" : cell_of(m, r, field_of(m, e->field)), "say",
                                             text_err(rq->arena, rq->lang, e)));
    return all;
}

static json_t *changes(struct req *rq, const struct import_step *s, const struct import_row *r)
{
    json_t *all = json_array(), *pair, *changed = note_of(rq->arena, r, "changes");
    const char *name;
    json_object_foreach(changed, name, pair)
    {
        int at = record_field(s->m.rec, name);
        if (at < 0 || !face_shown(s->m.rec, at, rq->who))
            continue;
        const char *was = json_string_value(json_array_get(pair, 0)), *now = json_string_value(json_array_get(pair, 1));
        json_t *o = json_pack("{s:s}", "label", face_label(rq->arena, rq->lang, s->m.rec, at));
        json_object_set_new(o, "was", view_text_json(face_value(rq->arena, rq->lang, s->m.rec, at, was, s->names)));
        json_object_set_new(o, "now", view_text_json(face_value(rq->arena, rq->lang, s->m.rec, at, now, s->names)));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *shown_rows(struct req *rq, const struct import_step *s)
{
    json_t *all = json_array();
    const char *list = face_path(rq->arena, s->m.rec);
    for (int i = 0; i < s->n; i++) {
        const struct import_row *r = &s->rows[i];
        json_t *o = json_pack("{s:I, s:s, s:o, s:o}", "n", (json_int_t)r->n, "name", row_name(&s->m, r), "errors",
                              errors(rq, &s->m, r), "changes", changes(rq, s, r));
        json_object_set_new(o, "open",
                            r->id == 0 ? json_null()
                                       : json_string(arena_printf(rq->arena, "%s/%lld", list, (long long)r->id)));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *figures(struct req *rq, const struct import_step *s, const char *path)
{
    json_t *all = json_array();
    for (int i = 0; i < ROW_STATUSES; i++) {
        struct buf n = BUF(rq->arena);
        const char *name = face_import_status_name((enum import_status)i);
        view_number(&n, s->counts[i]);
        json_t *o =
            json_pack("{s:s, s:s, s:s}", "label", text_get(rq->lang, arena_printf(rq->arena, "face.import.%s", name)),
                      "n", buf_str(&n), "say", text_get(rq->lang, arena_printf(rq->arena, "face.import.%s_say", name)));
        json_object_set_new(o, "href",
                            s->counts[i] == 0 ? json_null()
                                              : json_string(arena_printf(rq->arena, "%s?status=%s#rows", path, name)));
        json_array_append_new(all, o);
    }
    return all;
}

static void tried(struct req *rq, const struct import_step *s, const char *path, json_t *o)
{
    const char *name = face_import_status_name(s->status);
    struct buf n = BUF(rq->arena), c = BUF(rq->arena);
    int64_t writes = s->counts[ROW_NEW] + s->counts[ROW_CHANGED];
    view_number(&n, writes);
    view_number(&c, s->counts[s->status]);
    json_object_set_new(o, "figures", figures(rq, s, path));
    json_object_set_new(o, "rows", shown_rows(rq, s));
    json_object_set_new(o, "refused", json_boolean(s->status == ROW_REFUSED));
    face_put_text(o, "rows_title", tr(rq, arena_printf(rq->arena, "face.import.%s_rows", name), "n", buf_str(&c)));
    if (s->m.state == IMPORT_TRIED && writes > 0)
        face_put_text(o, "write", tr(rq, "face.import.write", "n", buf_str(&n)));
    if (s->m.state == IMPORT_TRIED)
        face_put_text(o, "columns_again", arena_printf(rq->arena, "%s?step=columns", path));
    if (s->counts[ROW_REFUSED] > 0)
        face_put_text(o, "sheet", arena_printf(rq->arena, "%s/sheet", path));
    if (s->more)
        face_put_text(
            o, "next",
            arena_printf(rq->arena, "%s?status=%s&after=%lld#rows", path, name, (long long)s->rows[s->n - 1].n));
    json_object_set_new(o, "written", json_boolean(s->m.state == IMPORT_WRITTEN));
    face_put_text(o, "title",
                  tr(rq, s->m.state == IMPORT_WRITTEN ? "face.import.title_written" : "face.import.title_tried", "n",
                     buf_str(&n)));
}

json_t *face_import_step_labels(struct req *rq, const struct import_step *s)
{
    const char *list = face_path(rq->arena, s->m.rec);
    const char *path = arena_printf(rq->arena, "%s/import/%lld", list, (long long)s->m.id);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s}", "record", face_record_label(rq->lang, s->m.rec), "list", list,
                          "import", arena_printf(rq->arena, "%s/import", list), "action", path, "file", s->m.filename);
    json_object_set_new(o, "at_columns", json_boolean(s->columns));
    if (s->columns) {
        json_object_set_new(o, "columns", columns(rq, s));
        face_put_text(o, "title", text_get(rq->lang, "face.import.title_columns"));
    } else {
        tried(rq, s, path, o);
    }
    return o;
}

/* ---- JSON ---- */
json_t *face_import_step_json(struct req *rq, const struct import_step *s)
{
    static const char *const states[] = {"mapping", "tried", "written"};
    json_t *cols = json_array(), *counts = json_object(), *rows = json_array();
    for (int i = 0; i < s->m.n_cols; i++) {
        int at = s->m.mapping[i];
        json_array_append_new(cols, json_pack("{s:s, s:s?}", "head", s->m.heads[i], "field",
                                              at == COLUMN_ID ? "id"
                                              : at < 0        ? NULL
                                                              : s->m.rec->fields[at].name));
    }
    for (int i = 0; i < ROW_STATUSES; i++)
        json_object_set_new(counts, face_import_status_name((enum import_status)i),
                            json_integer((json_int_t)s->counts[i]));
    for (int i = 0; i < s->n && !s->columns; i++) {
        const struct import_row *r = &s->rows[i];
        json_t *o = json_pack("{s:I, s:s}", "n", (json_int_t)r->n, "status", face_import_status_name(r->status));
        if (r->id != 0)
            json_object_set_new(o, "id", json_integer((json_int_t)r->id));
        json_t *wrong = note_of(rq->arena, r, "errors"), *list = json_array(), *e;
        size_t k;
        json_array_foreach(wrong, k, e)
        {
            json_array_append_new(
                list, json_pack("{s:O, s:O}", "field", json_object_get(e, "field"), "say", json_object_get(e, "say")));
        }
        json_object_set_new(o, "errors", list);
        json_array_append_new(rows, o);
    }
    return json_pack("{s:I, s:s, s:s, s:o, s:o, s:o}", "id", (json_int_t)s->m.id, "state", states[s->m.state], "file",
                     s->m.filename, "columns", cols, "counts", counts, "rows", rows);
}
