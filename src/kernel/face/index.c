/* index.c: GET /records: every record's list, form, import and export in one place, by module: what a person may read,
 * with what he may do. */
#include "face/inner.h"

#include <string.h>

static json_t *address(const struct req *rq, const struct record *rec, const char *what, const char *tail)
{
    if (!face_ask_may(rq, rec, what))
        return json_null();
    return json_string(arena_printf(rq->arena, "%s%s", face_path(rq->arena, rec), tail));
}

static json_t *record_row(const struct req *rq, const struct record *rec)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "record", rec->name, "list", address(rq, rec, "read", ""), "new",
                     address(rq, rec, "write", "/new"), "import", address(rq, rec, "import", "/import"), "export",
                     address(rq, rec, "export", "/export"));
}

static const char *module_name(struct arena *a, const struct record *rec)
{
    return arena_strndup(a, rec->name, strcspn(rec->name, "."));
}

static const char *module_label(const struct req *rq, const char *module)
{
    const char *key = arena_printf(rq->arena, "%s.module", module);
    return text_has(rq->lang, key) ? text_get(rq->lang, key) : module;
}

/* The records of one module; NULL when this person may read none. */
static json_t *rows_of(const struct req *rq, const char *module, bool labels)
{
    json_t *rows = json_array();
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        if (rec->list == NULL || strcmp(module_name(rq->arena, rec), module) != 0 || !face_ask_may(rq, rec, "read"))
            continue;
        json_t *row = record_row(rq, rec);
        if (labels) {
            json_object_set_new(row, "label", json_string(face_record_label(rq->lang, rec)));
            json_object_set_new(row, "purpose", json_string(text_get(rq->lang, rec->purpose)));
        }
        json_array_append_new(rows, row);
    }
    if (json_array_size(rows) > 0)
        return rows;
    json_decref(rows);
    return NULL;
}

struct err *face_records_page(struct req *rq)
{
    json_t *data = json_array(), *shown = json_array(), *seen = json_object();
    for (int i = 0; i < record_count(); i++) {
        const char *module = module_name(rq->arena, record_at(i));
        json_t *rows = json_object_get(seen, module) != NULL ? NULL : rows_of(rq, module, false);
        if (rows == NULL)
            continue;
        json_object_set_new(seen, module, json_true());
        json_array_append_new(data, json_pack("{s:s, s:o}", "module", module, "records", rows));
        if (!rq->json)
            json_array_append_new(shown, json_pack("{s:s, s:s, s:o}", "module", module, "label",
                                                   module_label(rq, module), "rows", rows_of(rq, module, true)));
    }
    json_decref(seen);
    rq->labels = json_pack("{s:o}", "modules", shown);
    return respond_page(rq, "face/records", json_pack("{s:o}", "modules", data));
}
