/* correct.c: GET and POST /my/correct?record=&row=: the person asks that a row of his file be put right. */
#include <stdlib.h>

#include "auth/access.h"
#include "desk/desk.h"
#include "face/show.h"
#include "own/own.h"
#include "view/view.h"

struct asked {
    const struct record *rec;
    struct row *row;
    const char *stands; /* the row in words, as the person sees it */
    const char *wanted;
};

static struct err *in_words(struct req *rq, struct db_tx *tx, const struct row *row, const struct who *reader,
                            const char **out)
{
    struct buf b = BUF(rq->arena);
    struct face_names *names = face_names_new(rq->arena, reader);
    TRY(face_names_of_rows(names, tx, &(struct row *){(struct row *)row}, 1, NULL, 0));
    json_t *words = face_row_words(rq->arena, LANG_ZH, row, reader, names), *w;
    size_t i;
    json_array_foreach(words, i, w)
    {
        if (b.n < 3000)
            buf_printf(&b, "%s%s%s\n", json_string_value(json_object_get(w, "label")), text_sign(LANG_ZH, SIGN_COLON),
                       json_string_value(json_object_get(w, "value")));
    }
    json_decref(words);
    *out = buf_str(&b);
    return NULL;
}

/* The row asked about, when it is of the person's own file. */
static struct err *read_asked(struct req *rq, struct asked *out)
{
    struct who reader;
    TRY(own_reader(rq, &reader));
    const char *record = req_query(rq, "record"), *row = req_query(rq, "row");
    record = record != NULL ? record : req_form(rq, "record");
    row = row != NULL ? row : req_form(rq, "row");
    out->rec = record == NULL ? NULL : record_find(record);
    if (out->rec == NULL || row == NULL || !own_is_file(out->rec) || out->rec->class > reader.sees)
        return ERR(rq->arena, ERR_MISSING, "no record '%.40s'", record == NULL ? "" : record);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, out->rec, &reader, strtoll(row, NULL, 10), &out->row));
    if (access_file_of(out->row) != reader.member)
        return ERR(rq->arena, ERR_MISSING, "%s %s is not of member %lld", record, row, (long long)reader.member);
    return in_words(rq, &tx, out->row, &reader, &out->stands);
}

static struct err *answer(struct req *rq, const struct asked *x, const struct err *wrong)
{
    rq->labels = json_pack("{s:s, s:s, s:s}", "record", face_record_label(rq->lang, x->rec), "record_name",
                           x->rec->name, "stands", x->stands);
    json_object_set_new(rq->labels, "wanted", view_text_json(x->wanted));
    json_t *data = json_pack("{s:s, s:I, s:I}", "record", x->rec->name, "row", (json_int_t)x->row->id, "rev",
                             (json_int_t)x->row->rev);
    return wrong == NULL ? respond_page(rq, "own/correct", data) : respond_form(rq, "own/correct", data, wrong);
}

struct err *own_correct_page(struct req *rq)
{
    struct asked x = {0};
    TRY(read_asked(rq, &x));
    return answer(rq, &x, NULL);
}

static struct err *open_matter(struct req *rq, const struct asked *x, int64_t *matter)
{
    struct arena *a = rq->arena;
    struct row *r = row_new(a, &own_correction);
    struct flow_file file;
    struct flow_input in = {.values = r, .blocked = ""};
    row_set_int(a, r, "member", rq->who->member);
    row_set(r, "record", x->rec->name);
    row_set_int(a, r, "row", x->row->id);
    row_set_int(a, r, "seen", x->row->rev);
    row_set(r, "stands", x->stands);
    row_set(r, "wanted", x->wanted);
    TRY(desk_upload(rq, "paper.evidence", &file, &in));
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, a, rq->who, "own.asked", &c));
    TRY(flow_open(&c, &correction_flow, "ask", &in, face_record_label(LANG_ZH, x->rec), matter));
    return change_commit(&c);
}

struct err *own_correct(struct req *rq)
{
    struct asked x = {0};
    int64_t matter = 0;
    TRY(read_asked(rq, &x));
    x.wanted = req_form(rq, "wanted");
    struct err *e = open_matter(rq, &x, &matter);
    if (e != NULL && e->kind == ERR_INVALID)
        return answer(rq, &x, e);
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)matter);
}
