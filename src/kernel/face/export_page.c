/* face_export_page.c: taking rows out over the web: what, in which form, and why. */
#include "face/export.h"

#include <string.h>

#include "auth/access.h"
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

void face_export_wish(const struct req *rq, struct face_export_wish *out)
{
    const char *cols = req_form(rq, "cols"), *format = req_form(rq, "format"), *reason = req_form(rq, "reason");
    *out = (struct face_export_wish){.kind = format != NULL && strcmp(format, "csv") == 0 ? DOC_CSV : DOC_XLSX,
                                     .reason = reason == NULL ? NULL : reason + strspn(reason, " \t\r\n"),
                                     .whole = cols != NULL && strcmp(cols, "all") == 0};
}

struct err *face_export_reason(struct req *rq, const struct face_export_wish *w, bool personal)
{
    if (!personal || (w->reason != NULL && *w->reason != '\0'))
        return NULL;
    struct err *e = ERR(rq->arena, ERR_INVALID, "an export of personal data needs a reason");
    return err_field(err_say(e, "face.export_reason", NULL), "reason");
}

struct err *face_export_ask(struct req *rq, const struct face_export_ask *x, const struct err *wrong)
{
    struct buf n = BUF(rq->arena);
    struct face_export_wish w;
    face_export_wish(rq, &w);
    view_number(&n, x->rows);
    rq->labels = json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s, s:s, s:o}", "record",
                           face_record_label(rq->lang, x->rec), "back", x->back, "action", x->action, "title",
                           tr(rq, "face.export.title", "record", face_record_label(rq->lang, x->rec), "n", buf_str(&n)),
                           "personal", x->personal, "csv", w.kind == DOC_CSV, "whole", w.whole, "cols_shown",
                           x->cols_shown, "cols_all", x->cols_all, "conditions", x->conditions);
    face_put_text(rq->labels, "reason", req_form(rq, "reason"));
    face_put_text(rq->labels, "bad", wrong == NULL ? NULL : text_err(rq->arena, rq->lang, wrong));
    json_t *data = json_pack("{s:I}", "rows", (json_int_t)x->rows);
    return wrong == NULL ? respond_page(rq, "face/export", data) : respond_form(rq, "face/export", data, wrong);
}

struct err *face_export_shows(struct req *rq, struct db_tx *tx, const struct face_taken *t, const char *reason)
{
    bool given = reason != NULL && *reason != '\0';
    return req_shows_many(rq, tx,
                          &(struct access){.kind = ACCESS_EXPORT,
                                           .ground = given ? ACCESS_REASONED : ACCESS_ROUTINE,
                                           .record = t->rec->name,
                                           .n = t->rows,
                                           .reason = reason,
                                           .asked = t->conditions});
}

struct err *face_export_carries(struct req *rq, struct db_tx *tx, const char **out)
{
    int64_t seq;
    char at[CLOCK_TEXT];
    TRY(change_last(tx, &seq));
    TRY(req_proof(rq, tx, seq));
    const char *unit = rq->unit != NULL ? rq->unit : rq->who->role;
    *out = tr(rq, "face.export.carries", "by", rq->who->name, "unit", unit, "at", clock_local(rq->now, at), "proof",
              rq->proof);
    return NULL;
}

const char *face_export_name(struct req *rq, const char *what, const char *ending)
{
    char at[CLOCK_TEXT];
    clock_local(rq->now, at);
    for (char *c = at; *c != '\0'; c++) /* as a part of a file's name */
        if (*c == ':' || *c == ' ')
            *c = *c == ':' ? '.' : '-';
    return arena_printf(rq->arena, "%s %s %s%s", what, at, rq->who->name, ending);
}

struct err *face_export_send(struct req *rq, const struct record *rec, enum doc_table_kind kind,
                             struct err *(*write)(void *ctx, int fd), void *ctx)
{
    const char *name = face_export_name(rq, face_record_label(rq->lang, rec), doc_table_ending(kind));
    return respond_stream(rq, doc_table_mime(kind), name, write, ctx);
}

static const char *columns_text(struct req *rq, const char *key, int n)
{
    return tr(rq, key, "n", arena_printf(rq->arena, "%d", n));
}

static struct err *ask_page(struct req *rq, struct asked *x, const struct err *e)
{
    struct face_query plain = x->q, all = x->q;
    all_columns(rq->arena, &all);
    plain.exact = false;
    const struct face_export_ask ask = {.rec = x->rec,
                                        .back = face_address(rq->arena, &plain, face_path(rq->arena, x->rec), false),
                                        .action = x->address,
                                        .conditions = conditions(rq, x),
                                        .cols_shown = columns_text(rq, "face.export.cols_shown", x->q.n_cols),
                                        .cols_all = columns_text(rq, "face.export.cols_all", all.n_cols),
                                        .personal = face_export_personal(&all),
                                        .rows = x->rows};
    return face_export_ask(rq, &ask, e);
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
    struct export x = o->x;
    TRY(face_export_carries(o->rq, &tx, &x.carries));
    TRY(face_export_write(&tx, &x, doc_sink_fd(&fd), rows));
    const struct face_taken taken = face_export_taken(o->rq->arena, o->x.q, *rows);
    TRY(face_export_shows(o->rq, &tx, &taken, o->reason));
    return db_commit(&tx);
}

/* Noted when the file is whole and before anybody gets it. */
static struct err *write_out(void *ctx, int fd)
{
    const struct out *o = ctx;
    int64_t rows;
    TRY(write_rows(o, fd, &rows));
    const struct face_taken taken = face_export_taken(o->rq->arena, o->x.q, rows);
    return face_export_note(o->rq->db, o->rq->arena, &taken, doc_table_ending(o->x.kind) + 1, o->reason);
}

struct err *face_export_post(struct req *rq)
{
    struct asked x;
    struct face_export_wish w;
    TRY(read_asked(rq, &x));
    face_export_wish(rq, &w);
    if (w.whole)
        all_columns(rq->arena, &x.q);
    struct err *e = face_export_reason(rq, &w, face_export_personal(&x.q));
    if (e != NULL)
        return ask_page(rq, &x, e);
    struct out o = {rq, {.q = &x.q, .lang = rq->lang, .kind = w.kind}, w.reason};
    return face_export_send(rq, x.rec, w.kind, write_out, &o);
}
