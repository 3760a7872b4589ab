/* ask.c: what a request is about, and values as JSON. */
#include "face/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct err *face_ask_record(struct req *rq, const struct record **out)
{
    const char *p = rq->path + (*rq->path == '/');
    size_t module = strcspn(p, "/");
    const char *name = p + module + (p[module] == '/');
    const struct record *rec =
        record_find(arena_printf(rq->arena, "%.*s.%.*s", (int)module, p, (int)strcspn(name, "/"), name));
    if (rec == NULL || rec->list == NULL)
        return ERR(rq->arena, ERR_MISSING, "%s names no record", rq->path);
    *out = rec;
    return NULL;
}

char *face_ask_capability(struct arena *a, const struct record *rec, const char *what)
{
    return arena_printf(a, "%s%s.%s", strncmp(rec->name, "kernel.", 7) == 0 ? "admin." : "", rec->name, what);
}

bool face_ask_may(const struct req *rq, const struct record *rec, const char *what)
{
    bool writes = strcmp(what, "write") == 0 || strcmp(what, "import") == 0;
    if (writes && (rq->who->readonly || !face_ask_writable(rec)))
        return false;
    return req_may(rq, face_ask_capability(rq->arena, rec, what));
}

bool face_ask_writable(const struct record *rec)
{
    for (const struct field *f = rec->fields; f->name != NULL && !rec->guarded; f++)
        if (f->type != FIELD_COMPUTED && f->type != FIELD_FILE && !f->gone)
            return true;
    return false;
}

struct err *face_ask_at(struct req *rq, struct date *day, int64_t *at_ms)
{
    static const struct field day_fields[] = {{"at", FIELD_DATE}, {0}};
    static const struct record day_record = {.name = "face.at", .fields = day_fields};
    const char *typed = req_query(rq, "at"), *iso = NULL;
    *at_ms = 0;
    *day = DATE_UNKNOWN;
    if (typed == NULL)
        return NULL;
    TRY(record_parse(rq->arena, &day_record, 0, typed, &iso));
    if (iso == NULL || !date_parse(iso, day))
        return NULL;
    *at_ms = clock_day_end(*day);
    return NULL;
}

void face_anchors(struct req *rq, struct err *e)
{
    for (; e != NULL && !rq->json; e = e->next)
        if (e->field != NULL)
            e->field = arena_printf(rq->arena, "f-%s", e->field);
}

void face_value_json(struct buf *b, const struct field *f, const char *value)
{
    if (value == NULL)
        buf_puts(b, "null");
    else if (f->type == FIELD_BOOL)
        buf_puts(b, *value == '1' ? "true" : "false");
    else if (f->type == FIELD_INT || f->type == FIELD_REF || f->type == FIELD_FILE)
        buf_int(b, strtoll(value, NULL, 10));
    else
        buf_json(b, value);
}

json_t *face_value_of(const struct field *f, const char *value)
{
    if (value == NULL)
        return json_null();
    if (f->type == FIELD_BOOL)
        return json_boolean(*value == '1');
    if (f->type == FIELD_INT || f->type == FIELD_REF || f->type == FIELD_FILE)
        return json_integer(strtoll(value, NULL, 10));
    return json_string(value);
}

json_t *face_row_json(const struct row *r, const struct who *who, const int *cols, int n_cols)
{
    json_t *o = json_object();
    int n = cols == NULL ? record_fields(r->of) : n_cols;
    json_object_set_new(o, "id", json_integer(r->id));
    json_object_set_new(o, "rev", json_integer(r->rev));
    if (r->ended)
        json_object_set_new(o, "ended", json_true());
    for (int i = 0; i < n; i++) {
        int f = cols == NULL ? i : cols[i];
        if (face_shown(r->of, f, who))
            json_object_set_new(o, r->of->fields[f].name, face_value_of(&r->of->fields[f], r->v[f]));
    }
    return o;
}

void face_put_text(json_t *o, const char *name, const char *s)
{
    if (s != NULL)
        json_object_set_new(o, name, json_string(s));
}
