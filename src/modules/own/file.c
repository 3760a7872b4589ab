/* file.c: GET /my/file: what is on record about the person, row by row, each with a way to ask that it be put right. */
#include "auth/access.h"
#include "face/filter.h"
#include "face/show.h"
#include "own/own.h"
#include "view/view.h"

enum { ROWS_MOST = 300 };

bool own_is_file(const struct record *rec)
{
    if (rec->guarded || rec->list == NULL)
        return false;
    if (access_is_person(rec))
        return true;
    return rec->concerns != NULL && access_is_person(record_find(rec->fields[record_field(rec, rec->concerns)].to));
}

static struct err *rows_of(struct db_tx *tx, const struct record *rec, const struct who *reader, struct row ***rows,
                           int *n)
{
    if (rec->concerns != NULL)
        return record_of(tx, rec, reader, rec->concerns, reader->member, ROWS_MOST, rows, n);
    *rows = arena_array(tx->arena, struct row *, 1);
    *n = 1;
    return record_read(tx, rec, reader, reader->member, &(*rows)[0]);
}

static json_t *row_labels(struct req *rq, const struct row *r, const struct who *reader, struct face_names *names)
{
    return json_pack("{s:o, s:s}", "fields", face_row_words(rq->arena, rq->lang, r, reader, names), "ask",
                     arena_printf(rq->arena, "/my/correct?record=%s&row=%lld", r->of->name, (long long)r->id));
}

static json_t *row_data(const struct row *r, const struct who *reader)
{
    json_t *o = json_pack("{s:I, s:I}", "id", (json_int_t)r->id, "rev", (json_int_t)r->rev);
    for (int i = 0; i < record_fields(r->of); i++)
        if (face_shown(r->of, i, reader))
            json_object_set_new(o, r->of->fields[i].name, view_text_json(r->v[i]));
    return o;
}

static struct err *one_record(struct req *rq, struct db_tx *tx, const struct record *rec, const struct who *reader,
                              json_t *data, json_t *labels)
{
    struct row **rows;
    int n;
    int64_t *lapsed;
    int n_lapsed, kept = 0;
    TRY(face_lapsed_ids(tx, rec, &lapsed, &n_lapsed));
    TRY(rows_of(tx, rec, reader, &rows, &n));
    for (int i = 0; i < n; i++)
        if (!face_lapsed_has(lapsed, n_lapsed, rows[i]->id))
            rows[kept++] = rows[i];
    n = kept;
    struct face_names *names = face_names_new(rq->arena, reader);
    TRY(face_names_of_rows(names, tx, rows, n, NULL, 0));
    json_t *of = json_array(), *list = json_array();
    for (int i = 0; i < n; i++) {
        json_array_append_new(of, row_data(rows[i], reader));
        json_array_append_new(list, row_labels(rq, rows[i], reader, names));
    }
    json_object_set_new(data, rec->name, of);
    json_array_append_new(labels, json_pack("{s:s, s:s, s:o, s:b}", "name", rec->name, "label",
                                            face_record_label(rq->lang, rec), "rows", list, "any", n > 0));
    return NULL;
}

struct err *own_file(struct req *rq)
{
    struct who reader;
    TRY(own_reader(rq, &reader));
    json_t *data = json_object(), *labels = json_array();
    db_scope struct db_tx tx = {0};
    struct err *e = db_begin_read(rq->db, rq->arena, &tx);
    for (int i = 0; e == NULL && i < record_count(); i++)
        if (own_is_file(record_at(i)) && record_at(i)->class <= reader.sees)
            e = one_record(rq, &tx, record_at(i), &reader, data, labels);
    rq->labels = json_pack("{s:o}", "records", labels);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    db_end(&tx);
    return respond_page(rq, "own/file", json_pack("{s:I, s:o}", "member", (json_int_t)reader.member, "records", data));
}
