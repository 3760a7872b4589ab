/* pick.c: proposals while a reference is typed: GET /face/pick?record=roster.unit&q=... The form works without it: a
 * name or a number may be typed. */
#include "auth/access.h"
#include "face/inner.h"

#include <string.h>

enum { PROPOSALS = 20 };

/* What tells rows of one name apart: the next column of the record's list. */
static const char *beside(struct req *rq, const struct row *r, struct face_names *names)
{
    struct face_query own;
    face_query_init(rq->arena, r->of, rq->who, &own);
    for (int i = 0; i < own.n_cols; i++)
        if (own.cols[i] != face_title_field(r->of) && r->v[own.cols[i]] != NULL)
            return face_value(rq->arena, rq->lang, r->of, own.cols[i], r->v[own.cols[i]], names);
    return NULL;
}

/* For htmx: the options of the data list. */
static struct err *answer_options(struct req *rq, const struct face_page *p, struct face_names *names)
{
    struct buf b = BUF(rq->arena);
    for (int i = 0; i < p->n; i++) {
        const char *more = beside(rq, p->rows[i], names);
        buf_printf(&b, "<option value=\"%lld ", (long long)p->rows[i]->id);
        buf_html(&b, face_row_name(rq->arena, rq->lang, p->rows[i], names));
        buf_puts(&b, "\">");
        buf_html(&b, more == NULL ? "" : more);
        buf_puts(&b, "</option>\n");
    }
    return respond_bytes(rq, "text/html; charset=utf-8", b.p == NULL ? "" : b.p, b.n);
}

static struct err *answer_json(struct req *rq, const struct face_page *p, struct face_names *names)
{
    json_t *rows = json_array();
    for (int i = 0; i < p->n; i++)
        json_array_append_new(rows, json_pack("{s:I, s:s, s:s?}", "id", (json_int_t)p->rows[i]->id, "name",
                                              face_row_name(rq->arena, rq->lang, p->rows[i], names), "beside",
                                              beside(rq, p->rows[i], names)));
    return respond_json(rq, json_pack("{s:o}", "rows", rows));
}

/* Rows whose name is the text, then those whose name contains it; without a name of words: whatever a search finds. */
static struct err *propose(struct req *rq, struct db_tx *tx, const struct record *rec, const char *text,
                           struct face_page *out)
{
    const struct field *title = &rec->fields[face_title_field(rec)];
    struct face_query q;
    struct face_page exact = {0}, more = {0};
    face_query_init(rq->arena, rec, rq->who, &q);
    q.limit = PROPOSALS;
    bool words =
        face_op_fits(title, FACE_HAS) && title->type != FIELD_REF && face_sees(rec, face_title_field(rec), rq->who);
    if (*text != '\0' && words) {
        struct face_query is = q;
        TRY(face_cond_add(rq->arena, &is, arena_printf(rq->arena, "%s.eq", title->name), text));
        TRY(face_list(tx, &is, &exact));
        TRY(face_cond_add(rq->arena, &q, arena_printf(rq->arena, "%s.has", title->name), text));
    } else if (*text != '\0') {
        q.search = text;
    }
    TRY(face_list(tx, &q, &more));
    struct row **rows = arena_array(rq->arena, struct row *, 2 * PROPOSALS);
    int n = 0;
    for (int i = 0; i < exact.n; i++)
        rows[n++] = exact.rows[i];
    for (int i = 0; i < more.n && n < PROPOSALS; i++) {
        bool there = false;
        for (int j = 0; j < exact.n; j++)
            there |= exact.rows[j]->id == more.rows[i]->id;
        if (!there)
            rows[n++] = more.rows[i];
    }
    *out = (struct face_page){.rows = rows, .n = n};
    return NULL;
}

struct err *face_pick_json(struct req *rq)
{
    const char *name = req_query(rq, "record"), *field = req_query(rq, "field"), *text = req_query(rq, "q");
    const struct record *rec = name == NULL ? NULL : record_find(name);
    if (rec == NULL || rec->list == NULL)
        return ERR(rq->arena, ERR_MISSING, "'%.60s' is no record", name == NULL ? "" : name);
    if (!face_ask_may(rq, rec, "read"))
        return ERR(rq->arena, ERR_DENIED, "%s is not read by this office", rec->name);
    if (text == NULL && field != NULL)
        text = req_query(rq, field); /* htmx sends the box under its own name */
    struct face_page page = {0};
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(propose(rq, &tx, rec, text == NULL ? "" : text, &page));
    TRY(req_searches(rq, &tx, access_is_person(rec) ? text : NULL, page.n));
    struct face_names *names = face_names_new(rq->arena, rq->who);
    TRY(face_names_of_rows(names, &tx, page.rows, page.n, NULL, 0));
    TRY(db_commit(&tx));
    return rq->htmx ? answer_options(rq, &page, names) : answer_json(rq, &page, names);
}
