/* list.c: GET /MODULE/NAME: the rows asked for, as JSON or as a page (list_view.c). */
#include "face/list.h"

#include "auth/access.h"
#include "face/filter.h"

#include <string.h>

/* One condition chosen field by field: the address with it is the answer, so that the state always stands there. */
static struct err *add_condition(struct req *rq, struct list *l, bool *added)
{
    const char *field = req_query(rq, "add.field"), *op = req_query(rq, "add.op");
    const char *value = req_query(rq, "add.value"), *group = req_query(rq, "add.group");
    *added = field != NULL && *field != '\0';
    if (!*added)
        return NULL;
    op = op == NULL ? "" : op;
    const char *name = arena_printf(rq->arena, "%s%s%s%s%s", field, *op == '\0' ? "" : ".", op,
                                    group == NULL || *group == '\0' ? "" : "~", group == NULL ? "" : group);
    struct err *e = face_cond_add(rq->arena, &l->q, name, value == NULL ? "" : value);
    if (e != NULL)
        e->field = "add.value";
    return e;
}

/* The address without the boxes that choose one more condition. */
static struct err *read_query(struct req *rq, const struct record *rec, struct list *l)
{
    size_t n, kept = 0;
    const struct pair *all = req_query_all(rq, &n);
    struct pair *own = arena_array(rq->arena, struct pair, n + 1);
    for (size_t i = 0; i < n; i++)
        if (strncmp(all[i].name, "add.", 4) != 0)
            own[kept++] = all[i];
    return face_query_read(rq->arena, rec, rq->who, own, kept, &l->q);
}

static const char *place(struct req *rq, const struct list *l, const char *after, const char *before)
{
    if (after == NULL && before == NULL)
        return NULL;
    struct face_query q = l->q;
    q.after = after;
    q.before = before;
    return face_address(rq->arena, &q, l->path, true);
}

static struct err *answer_json(struct req *rq, const struct list *l)
{
    struct buf b = BUF(rq->arena);
    buf_puts(&b, "{\"rows\":[");
    for (int i = 0; i < l->page.n; i++) {
        const struct row *r = l->page.rows[i];
        buf_puts(&b, i > 0 ? ",{\"id\":" : "{\"id\":");
        buf_int(&b, r->id);
        buf_puts(&b, ",\"rev\":");
        buf_int(&b, r->rev);
        for (int c = 0; c < l->q.n_cols; c++) {
            const struct field *f = &r->of->fields[l->q.cols[c]];
            buf_puts(&b, ",\"");
            buf_puts(&b, f->name);
            buf_puts(&b, "\":");
            face_value_json(&b, f, r->v[l->q.cols[c]]);
        }
        buf_puts(&b, r->ended ? ",\"ended\":true}" : "}");
    }
    buf_puts(&b, "],\"total\":");
    buf_int(&b, l->page.total);
    buf_printf(&b, ",\"total_exact\":%s", l->page.total_exact ? "true" : "false");
    if (l->q.filter != NULL) {
        buf_puts(&b, ",\"unknown\":");
        buf_int(&b, l->q.unknown);
    }
    buf_puts(&b, ",\"next\":");
    buf_json(&b, l->next);
    buf_puts(&b, ",\"prev\":");
    buf_json(&b, l->prev);
    buf_putc(&b, '}');
    return respond_json_text(rq, &b);
}

/* What the page shows beside the rows: names of rows referred to by them and by the conditions. */
static struct err *fetch_names(struct req *rq, struct db_tx *tx, struct list *l)
{
    l->names = face_names_new(rq->arena, rq->who);
    TRY(face_names_of_rows(l->names, tx, l->page.rows, l->page.n, l->q.cols, l->q.n_cols));
    for (int i = 0; i < l->q.n_conds; i++) {
        const struct face_cond *c = &l->q.conds[i];
        const struct field *f = &l->q.rec->fields[c->field];
        for (int v = 0; v < c->n && f->type == FIELD_REF && c->op != FACE_HAS; v++)
            TRY(face_names_of(l->names, tx, record_find(f->to), strtoll(c->values[v], NULL, 10)));
    }
    return NULL;
}

/* The words of a name looked for: in the whole row, or in the name of the person a row belongs to. */
static const char *words_of(const struct face_query *q, bool *narrowed)
{
    const char *words = q->search;
    for (int i = 0; i < q->n_conds; i++) {
        const struct field *f = &q->rec->fields[q->conds[i].field];
        if (f->type != FIELD_REF || !access_is_person(record_find(f->to)))
            continue;
        *narrowed = true;
        if (q->conds[i].op == FACE_HAS && q->conds[i].n > 0 && words == NULL)
            words = q->conds[i].values[0];
    }
    return words;
}

/* Whoever asks for a name searches; a list of many shows whose files are the day's work. */
static struct err *log_rows(struct req *rq, struct db_tx *tx, const struct list *l)
{
    bool narrowed = false;
    const char *words = words_of(&l->q, &narrowed);
    if (l->q.rec->concerns == NULL && !access_is_person(l->q.rec)) {
        req_shows_nothing(rq);
        return NULL;
    }
    if (l->q.sealed != FACE_LIVE) /* opening the sealed file is a read, whatever is found */
        return req_shows_many(rq, tx,
                              &(struct access){.kind = ACCESS_READ,
                                               .ground = ACCESS_ROUTINE,
                                               .record = l->q.rec->name,
                                               .n = l->page.n,
                                               .asked = face_address(rq->arena, &l->q, "", true)});
    if (words == NULL && !narrowed) {
        int64_t *ids = arena_array(rq->arena, int64_t, l->page.n + 1);
        for (int i = 0; i < l->page.n; i++)
            ids[i] = access_file_of(l->page.rows[i]);
        req_met(rq, ids, (size_t)l->page.n);
    }
    return req_searches(rq, tx, words, l->page.total);
}

static struct err *read_rows(struct req *rq, struct list *l)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(face_filter_use(&tx, &l->q));
    TRY(face_list(&tx, &l->q, &l->page));
    TRY(log_rows(rq, &tx, l));
    if (!rq->json)
        TRY(fetch_names(rq, &tx, l));
    return db_commit(&tx);
}

struct err *face_list_page(struct req *rq)
{
    struct list l = {.names = face_names_new(rq->arena, rq->who)};
    const struct record *rec;
    bool added = false;
    TRY(face_ask_record(rq, &rec));
    l.path = face_path(rq->arena, rec);
    struct err *e = read_query(rq, rec, &l);
    if (e == NULL)
        e = add_condition(rq, &l, &added);
    if (e == NULL && added) {
        l.q.after = l.q.before = NULL;
        return respond_see_other(rq, "%s", face_address(rq->arena, &l.q, l.path, false));
    }
    if (e == NULL)
        e = read_rows(rq, &l);
    if (e != NULL && (rq->json || e->kind != ERR_INVALID))
        return e;
    if (e == NULL) {
        l.next = place(rq, &l, l.page.next, NULL);
        l.prev = place(rq, &l, NULL, l.page.prev);
    }
    if (rq->json)
        return answer_json(rq, &l);
    l.wrong = e != NULL;
    rq->labels = face_list_labels(rq, &l);
    face_anchors(rq, e);
    if (rq->htmx)
        respond_header(rq, "HX-Push-Url", face_address(rq->arena, &l.q, l.path, true));
    return e != NULL ? respond_form(rq, "face/list", json_object(), e) : respond_page(rq, "face/list", json_object());
}
