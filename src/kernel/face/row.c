/* row.c: one row to read, as it is or as the records had it on a past day, and how it came to be so. */
#include "face/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { HISTORY_MOST = 200 };

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *link_of(struct req *rq, const struct field *f, const char *value, struct face_names *names)
{
    if (f->type != FIELD_REF || value == NULL)
        return NULL;
    const struct record *to = record_find(f->to);
    int64_t id = strtoll(value, NULL, 10);
    bool in_scope;
    face_name(names, rq->arena, rq->lang, to, id, &in_scope);
    return in_scope && to->list != NULL ? arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, to), (long long)id)
                                        : NULL;
}

static json_t *pairs(struct req *rq, const struct row *row, struct face_names *names)
{
    json_t *all = json_array();
    for (int i = 0; i < record_fields(row->of); i++) {
        if (!face_shown(row->of, i, rq->who))
            continue;
        const struct field *f = &row->of->fields[i];
        json_t *o = json_pack("{s:s, s:b}", "label", face_label(rq->arena, rq->lang, row->of, i), "long",
                              f->type == FIELD_LONG);
        json_object_set_new(o, "value", view_text_json(face_value(rq->arena, rq->lang, row->of, i, row->v[i], names)));
        json_object_set_new(o, "href", view_text_json(link_of(rq, f, row->v[i], names)));
        json_array_append_new(all, o);
    }
    return all;
}

/* Lists of other records that hang on this row: a person's posts, a unit's positions. */
static json_t *hanging(struct req *rq, const struct row *row)
{
    json_t *all = json_array();
    for (int i = 0; i < record_count(); i++) {
        const struct record *r = record_at(i);
        const char *by = r->concerns != NULL ? r->concerns : r->unit != NULL ? r->unit : r->tree;
        if (r->list == NULL || by == NULL || !face_ask_may(rq, r, "read"))
            continue;
        int at = record_field(r, by);
        if (strcmp(r->fields[at].to, row->of->name) != 0 || !face_shown(r, at, rq->who))
            continue;
        const char *op = face_is_tree_ref(&r->fields[at]) ? ".eq" : "";
        json_array_append_new(all, json_pack("{s:s, s:s}", "text", face_record_label(rq->lang, r), "href",
                                             arena_printf(rq->arena, "%s?%s%s=%lld", face_path(rq->arena, r), by, op,
                                                          (long long)row->id)));
    }
    if (json_array_size(all) > 0)
        return json_pack("{s:o}", "links", all);
    json_decref(all);
    return json_null();
}

static json_t *row_labels(struct req *rq, const struct row *row, struct face_names *names)
{
    struct arena *a = rq->arena;
    const char *list = face_path(a, row->of), *own = arena_printf(a, "%s/%lld", list, (long long)row->id);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "record", face_record_label(rq->lang, row->of), "list", list, "path",
                          own, "name", face_row_name(a, rq->lang, row, names));
    json_object_set_new(o, "rev", json_integer(row->rev));
    return o;
}

static void row_acts(struct req *rq, const struct row *row, const char *path, json_t *labels)
{
    if (row->ended || !face_ask_may(rq, row->of, "write"))
        return;
    face_put_text(labels, "edit", arena_printf(rq->arena, "%s/edit", path));
    face_put_text(labels, "end", arena_printf(rq->arena, "%s/end", path));
}

/* What the page knows of the past it shows. */
struct past {
    struct date day;
    int64_t at_ms;
    bool not_yet; /* there was no such row by then */
};

static struct err *read_past(struct req *rq, struct db_tx *tx, const struct record *rec, struct past *p,
                             struct row **row)
{
    TRY(face_ask_at(rq, &p->day, &p->at_ms));
    TRY(record_read(tx, rec, rq->who, rq->id, row));
    if (p->at_ms == 0)
        return NULL;
    struct err *e = record_as_of(tx, rec, rq->who, rq->id, p->at_ms, row);
    p->not_yet = e != NULL && e->kind == ERR_MISSING;
    return p->not_yet && !rq->json ? NULL : e;
}

struct err *face_row_page(struct req *rq)
{
    const struct record *rec;
    struct row *row;
    struct past past = {0};
    struct revision *last;
    int n;
    TRY(face_ask_record(rq, &rec));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(read_past(rq, &tx, rec, &past, &row));
    TRY(req_shows(rq, &tx, row));
    if (rq->json)
        return respond_json(rq, face_row_json(row, rq->who, NULL, 0));
    struct face_names *names = face_names_new(rq->arena, rq->who);
    TRY(face_names_of_rows(names, &tx, &row, 1, NULL, 0));
    TRY(record_history(&tx, rec, rq->who, rq->id, 1, &last, &n));
    TRY(db_commit(&tx));
    json_t *o = row_labels(rq, row, names);
    const char *path = json_string_value(json_object_get(o, "path"));
    json_object_set_new(o, "pairs", past.not_yet ? json_array() : pairs(rq, row, names));
    json_object_set_new(o, "hanging", hanging(rq, row));
    face_put_text(o, "history", arena_printf(rq->arena, "%s/history", path));
    char iso[DATE_TEXT];
    if (past.at_ms != 0)
        json_object_set_new(o, "past",
                            json_pack("{s:s, s:b}", "day", date_iso(past.day, iso), "not_yet", past.not_yet));
    else
        row_acts(rq, row, path, o);
    if (n > 0)
        json_object_set_new(
            o, "last",
            json_pack("{s:I, s:s, s:I}", "at", (json_int_t)last->at, "by", last->actor, "seq", (json_int_t)last->seq));
    json_object_set_new(o, "ended",
                        row->ended ? json_pack("{s:s?}", "reason", n > 0 ? last->reason : NULL) : json_null());
    rq->labels = o;
    return respond_page(rq, "face/row", face_row_json(row, rq->who, NULL, 0));
}

/* ---- history ---- */
static json_t *change_json(const struct field *f, const char *before, const char *after)
{
    return json_pack("[o, o]", face_value_of(f, before), face_value_of(f, after));
}

static json_t *revision_json(struct req *rq, const struct revision *r, const struct row *before)
{
    char iso[CLOCK_TEXT];
    json_t *o = json_pack("{s:I, s:I, s:s, s:s, s:s?}", "rev", (json_int_t)r->rev, "seq", (json_int_t)r->seq, "at",
                          clock_iso(r->at, iso), "by", r->actor, "what", r->what);
    json_t *changes = json_object();
    for (int i = 0; i < record_fields(r->row->of); i++) {
        const char *was = before == NULL ? NULL : before->v[i];
        if (face_shown(r->row->of, i, rq->who) && !same(was, r->row->v[i]))
            json_object_set_new(changes, r->row->of->fields[i].name,
                                change_json(&r->row->of->fields[i], was, r->row->v[i]));
    }
    json_object_set_new(o, "changes", changes);
    if (r->row->ended)
        json_object_set_new(o, "ended", view_text_json(r->reason));
    return o;
}

static json_t *revision_labels(struct req *rq, const struct revision *r, const struct row *before,
                               struct face_names *names)
{
    json_t *rows = json_array();
    for (int i = 0; i < record_fields(r->row->of); i++) {
        const char *was = before == NULL ? NULL : before->v[i], *is = r->row->v[i];
        if (!face_shown(r->row->of, i, rq->who) || same(was, is))
            continue;
        json_t *o = json_pack("{s:s}", "label", face_label(rq->arena, rq->lang, r->row->of, i));
        json_object_set_new(o, "was", view_text_json(face_value(rq->arena, rq->lang, r->row->of, i, was, names)));
        json_object_set_new(o, "now", view_text_json(face_value(rq->arena, rq->lang, r->row->of, i, is, names)));
        json_array_append_new(rows, o);
    }
    bool changed = json_array_size(rows) > 0, ends = r->row->ended && (before == NULL || !before->ended);
    json_t *o =
        json_pack("{s:I, s:I, s:I, s:s, s:b, s:o, s:b}", "rev", (json_int_t)r->rev, "seq", (json_int_t)r->seq, "at",
                  (json_int_t)r->at, "by", r->actor, "first", r->rev == 1, "rows", rows, "changed", changed);
    json_object_set_new(o, "what", view_text_json(ends ? NULL : r->what));
    json_object_set_new(o, "ended", view_text_json(ends ? r->reason : NULL));
    return o;
}

/* Names of everything any revision referred to. */
static struct err *names_of_history(struct req *rq, struct db_tx *tx, const struct revision *all, int n,
                                    struct face_names **out)
{
    struct row **rows = arena_array(rq->arena, struct row *, n + 1);
    for (int i = 0; i < n; i++)
        rows[i] = all[i].row;
    *out = face_names_new(rq->arena, rq->who);
    return face_names_of_rows(*out, tx, rows, n, NULL, 0);
}

struct err *face_history_page(struct req *rq)
{
    const struct record *rec;
    struct row *row;
    struct revision *all;
    struct face_names *names;
    int n;
    TRY(face_ask_record(rq, &rec));
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, rec, rq->who, rq->id, &row));
    TRY(req_shows(rq, &tx, row));
    TRY(record_history(&tx, rec, rq->who, rq->id, HISTORY_MOST + 1, &all, &n));
    TRY(names_of_history(rq, &tx, all, n, &names));
    TRY(db_commit(&tx));
    json_t *rows = json_array(), *shown = json_array();
    int most = n > HISTORY_MOST ? HISTORY_MOST : n;
    for (int i = 0; i < most; i++) {
        const struct row *before = i + 1 < n ? all[i + 1].row : NULL;
        json_array_append_new(rows, revision_json(rq, &all[i], before));
        json_array_append_new(shown, revision_labels(rq, &all[i], before, names));
    }
    rq->labels = row_labels(rq, row, names);
    json_object_set_new(rq->labels, "revisions", shown);
    json_object_set_new(rq->labels, "older", json_boolean(n > most));
    return respond_page(rq, "face/history", json_pack("{s:I, s:o}", "id", (json_int_t)row->id, "rows", rows));
}
