/* face_export_page.c: taking rows out over the web: what, in which form, and why. */
#include "face/export.h"

#include <string.h>

#include "base/clock.h"
#include "face/filter.h"
#include "face/list.h"
#include "view/view.h"

struct asked {
    struct face_query q;
    const struct record *rec;
    const char *path, *address; /* of the export; with the conditions */
    int64_t rows;
    struct face_names *names;
};

/* All columns this person sees, in the order of the declaration. */
static void all_columns(struct arena *a, struct face_query *q)
{
    q->cols = arena_array(a, int, record_fields(q->rec));
    q->n_cols = 0;
    for (int i = 0; i < record_fields(q->rec); i++)
        if (face_shown(q->rec, i, q->who))
            q->cols[q->n_cols++] = i;
}

static struct err *read_asked(struct req *rq, struct asked *x)
{
    size_t n;
    TRY(face_ask_record(rq, &x->rec));
    const struct pair *p = req_query_all(rq, &n);
    TRY(face_query_read(rq->arena, x->rec, rq->who, p, n, &x->q));
    x->q.after = x->q.before = NULL;
    x->q.exact = true;
    x->path = arena_printf(rq->arena, "%s/export", face_path(rq->arena, x->rec));
    struct face_query plain = x->q;
    plain.exact = false;
    x->address = face_address(rq->arena, &plain, x->path, false);
    struct face_query one = x->q;
    struct face_page page;
    one.limit = 1;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(face_filter_use(&tx, &one));
    x->q.ids = one.ids;
    TRY(face_list(&tx, &one, &page));
    x->rows = page.total;
    x->names = face_names_new(rq->arena, rq->who);
    for (int i = 0; i < x->q.n_conds; i++) {
        const struct face_cond *c = &x->q.conds[i];
        const struct field *f = &x->rec->fields[c->field];
        for (int v = 0; v < c->n && f->type == FIELD_REF && c->op != FACE_HAS; v++)
            TRY(face_names_of(x->names, &tx, record_find(f->to), strtoll(c->values[v], NULL, 10)));
    }
    return db_commit(&tx);
}

static json_t *conditions(struct req *rq, const struct asked *x)
{
    json_t *all = json_array();
    if (x->q.search != NULL)
        json_array_append_new(all, json_string(tr(rq, "face.chip.q", "value", x->q.search)));
    if (x->q.filter != NULL)
        json_array_append_new(all, json_string(x->q.filter));
    for (int i = 0; i < x->q.n_conds; i++)
        json_array_append_new(all, json_string(face_cond_words(rq->arena, rq->lang, &x->q, &x->q.conds[i], x->names)));
    return all;
}

static struct err *ask_page(struct req *rq, struct asked *x, const struct err *e)
{
    struct face_query plain = x->q, all = x->q;
    struct buf n = BUF(rq->arena);
    all_columns(rq->arena, &all);
    plain.exact = false;
    view_number(&n, x->rows);
    const char *list = face_path(rq->arena, x->rec), *reason = req_form(rq, "reason"), *cols = req_form(rq, "cols"),
               *format = req_form(rq, "format");
    bool csv = format != NULL && strcmp(format, "csv") == 0, whole = cols != NULL && strcmp(cols, "all") == 0;
    rq->labels = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:i, s:i}", "record", face_record_label(rq->lang, x->rec), "list",
        list, "back", face_address(rq->arena, &plain, list, false), "action", x->address, "title",
        tr(rq, "face.export.title", "record", face_record_label(rq->lang, x->rec), "n", buf_str(&n)), "personal",
        face_export_personal(&all), "csv", csv, "whole", whole, "shown_cols", x->q.n_cols, "all_cols", all.n_cols);
    json_object_set_new(rq->labels, "conditions", conditions(rq, x));
    face_put_text(rq->labels, "reason", reason);
    face_put_text(rq->labels, "bad", e == NULL ? NULL : text_err(rq->arena, rq->lang, e));
    json_t *data = json_pack("{s:I}", "rows", (json_int_t)x->rows);
    return e == NULL ? respond_page(rq, "face/export", data) : respond_form(rq, "face/export", data, e);
}

struct err *face_export_page(struct req *rq)
{
    struct asked x;
    TRY(read_asked(rq, &x));
    return ask_page(rq, &x, NULL);
}

struct out {
    struct req *rq;
    struct export x;
    const char *reason;
};

static struct err *write_rows(const struct out *o, int fd, int64_t *rows)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(o->rq->db, o->rq->arena, &tx));
    TRY(face_export_write(&tx, &o->x, doc_sink_fd(&fd), rows));
    return db_commit(&tx);
}

/* Noted when the file is whole and before anybody gets it. */
static struct err *write_out(void *ctx, int fd)
{
    const struct out *o = ctx;
    int64_t rows;
    TRY(write_rows(o, fd, &rows));
    return face_export_note(o->rq->db, o->rq->arena, o->x.q, o->x.kind, o->reason, rows);
}

struct err *face_export_post(struct req *rq)
{
    struct asked x;
    char day[DATE_TEXT];
    TRY(read_asked(rq, &x));
    const char *cols = req_form(rq, "cols"), *format = req_form(rq, "format"), *reason = req_form(rq, "reason");
    if (cols != NULL && strcmp(cols, "all") == 0)
        all_columns(rq->arena, &x.q);
    if (reason != NULL)
        reason += strspn(reason, " \t\r\n");
    if (face_export_personal(&x.q) && (reason == NULL || *reason == '\0')) {
        struct err *e = err_say(ERR(rq->arena, ERR_INVALID, "an export of personal data needs a reason"),
                                "face.export_reason", NULL);
        return ask_page(rq, &x, err_field(e, "reason"));
    }
    struct out o = {rq, {.q = &x.q, .lang = rq->lang, .kind = DOC_XLSX}, reason};
    if (format != NULL && strcmp(format, "csv") == 0)
        o.x.kind = DOC_CSV;
    const char *name = arena_printf(rq->arena, "%s %s%s", face_record_label(rq->lang, x.rec), date_iso(rq->today, day),
                                    doc_table_ending(o.x.kind));
    return respond_stream(rq, doc_table_mime(o.x.kind), name, write_out, &o);
}
