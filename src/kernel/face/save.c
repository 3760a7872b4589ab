/* save.c: new rows, changed rows, rows entered in error. Everything goes through record_save and record_end; what
 * cannot be saved comes back with every error at once and every text as typed. */
#include "auth/access.h"
#include "face/form.h"
#include "face/sql.h"

#include <stdlib.h>
#include <string.h>

/* Errors get the label of their field, so that the summary on top reads well. */
static void add_labels(struct req *rq, const struct record *rec, struct err *e)
{
    for (; e != NULL; e = e->next) {
        int at = e->field == NULL ? -1 : record_field(rec, e->field);
        for (int i = 0; at >= 0 && i < ERR_ARGS; i++)
            if (e->args[i].name == NULL) {
                e->args[i].name = "label";
                e->args[i].value = face_label(rq->arena, rq->lang, rec, at);
                break;
            }
    }
}

/* ---- pages ---- */
static json_t *page_labels(struct req *rq, const struct row *row, struct face_names *names)
{
    struct arena *a = rq->arena;
    const char *path = face_path(a, row->of);
    json_t *o = json_pack("{s:s, s:s}", "record", face_record_label(rq->lang, row->of), "list", path);
    if (row->rev == 0) {
        json_object_set_new(o, "action", json_string(path));
        json_object_set_new(o, "title",
                            json_string(tr(rq, "face.title.new", "record", face_record_label(rq->lang, row->of))));
        json_object_set_new(o, "back", json_string(path));
        return o;
    }
    const char *own = arena_printf(a, "%s/%lld", path, (long long)row->id);
    const char *name = face_row_name(a, rq->lang, row, names);
    json_object_set_new(o, "action", json_string(own));
    json_object_set_new(o, "back", json_string(own));
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "rev", json_integer(row->rev));
    json_object_set_new(o, "title", json_string(tr(rq, "face.title.edit", "name", name)));
    return o;
}

static struct err *names_of_row(struct req *rq, struct db_tx *tx, struct row *row, struct face_names **out)
{
    *out = face_names_new(rq->arena, rq->who);
    return face_names_of_rows(*out, tx, &row, 1, NULL, 0);
}

/* The form of a row: as it is, or with what was typed and why it cannot be. conflict: what others changed meanwhile. */
static struct err *form_page(struct req *rq, struct row *row, const struct form *f, struct err *e, json_t *conflict)
{
    struct face_names *names;
    db_scope struct db_tx tx = {0};
    struct err *failed = db_begin_read(rq->db, rq->arena, &tx);
    if (failed == NULL)
        failed = names_of_row(rq, &tx, row, &names);
    if (failed == NULL && row->rev != 0)
        failed = req_shows(rq, &tx, row);
    if (failed != NULL) {
        json_decref(conflict);
        return failed;
    }
    db_end(&tx);
    json_t *labels = page_labels(rq, row, names);
    json_object_set_new(labels, "fields", face_form_fields(rq, row, f, names, e));
    face_put_text(labels, "what", f == NULL ? NULL : f->what);
    if (conflict != NULL)
        json_object_set_new(labels, "conflict", conflict);
    rq->labels = labels;
    json_t *data = face_row_json(row, rq->who, NULL, 0);
    if (e == NULL)
        return respond_page(rq, "face/form", data);
    add_labels(rq, row->of, e);
    face_anchors(rq, e);
    return respond_form(rq, "face/form", data, e);
}

struct err *face_new_page(struct req *rq)
{
    const struct record *rec;
    TRY(face_ask_record(rq, &rec));
    struct row *row = row_new(rq->arena, rec);
    struct form f = {.rec = rec, .typed = arena_array(rq->arena, const char *, record_fields(rec))};
    size_t n;
    const struct pair *p = req_query_all(rq, &n);
    for (size_t i = 0; i < n; i++) {
        int at = record_field(rec, p[i].name);
        if (at >= 0 && face_form_writes(rec, at, rq->who))
            f.typed[at] = p[i].value;
    }
    db_scope struct db_tx tx = {0};
    struct err *wrong = NULL;
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(face_form_apply(&tx, rq->who, &f, row,
                        &wrong)); /* given references get their names; a wrong one stands as given */
    for (int i = 0; i < record_fields(rec); i++)
        if (row->v[i] != NULL)
            f.typed[i] = NULL;
    db_end(&tx);
    return form_page(rq, row, &f, NULL, NULL);
}

/* The row as it is; one taken out of use is not written any more. */
static struct err *read_row(struct req *rq, const struct record *rec, struct row **out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, rec, rq->who, rq->id, out));
    if ((*out)->ended)
        return err_say(ERR(rq->arena, ERR_CONFLICT, "%s %lld was entered in error", rec->name, (long long)rq->id),
                       "face.ended_row", NULL);
    return NULL;
}

struct err *face_edit_page(struct req *rq)
{
    const struct record *rec;
    struct row *row;
    TRY(face_ask_record(rq, &rec));
    TRY(read_row(rq, rec, &row));
    return form_page(rq, row, NULL, NULL, NULL);
}

/* ---- saving ---- */
/* A program gets the row back: that reading is logged before anything is written, so that the answer cannot fail
 * afterwards. Without a ground what he sends is kept all the same, and the row is not shown. */
static struct err *log_answer(struct req *rq, const struct row *row, bool *shown)
{
    *shown = true;
    if (!rq->json)
        return NULL;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    struct err *e = req_shows(rq, &tx, row);
    db_end(&tx);
    *shown = e == NULL;
    if (e != NULL && e->kind != ERR_DENIED)
        return e;
    if (e == NULL && rq->shown != NULL)
        TRY(access_note(rq->db, rq->arena, rq->who, rq->shown));
    rq->shown = NULL;
    req_shows_nothing(rq);
    return NULL;
}

static struct err *saved(struct req *rq, const struct row *row, int status, bool shown)
{
    if (!rq->json)
        return respond_see_other(rq, "%s/%lld", face_path(rq->arena, row->of), (long long)row->id);
    respond_status(rq, status);
    if (shown)
        return respond_json(rq, face_row_json(row, rq->who, NULL, 0));
    return respond_json(rq, json_pack("{s:I, s:I}", "id", (json_int_t)row->id, "rev", (json_int_t)row->rev));
}

/* Applies and saves inside one change. *wrong: what the person must mend; the change is then given up. */
static struct err *apply_and_save(struct req *rq, const struct form *f, struct row *row, int64_t rev,
                                  struct err **wrong)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, f->what, &c));
    struct row *tried = row_copy(rq->arena, row);
    TRY(face_form_save(&c, f, tried, rev, wrong));
    if (*wrong != NULL)
        return NULL;
    TRY(change_commit(&c));
    *row = *tried;
    return NULL;
}

struct err *face_create_post(struct req *rq)
{
    const struct record *rec;
    struct form f;
    struct err *wrong;
    TRY(face_ask_record(rq, &rec));
    TRY(face_form_take(rq, rec, &f));
    struct row *row = row_new(rq->arena, rec);
    TRY(apply_and_save(rq, &f, row, 0, &wrong));
    if (wrong == NULL)
        return saved(rq, row, 201, true); /* he just typed it himself */
    return form_page(rq, row, &f, wrong, NULL);
}

/* ---- somebody was faster ---- */
static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* What a typed text would become, for comparing; the text itself when it cannot be read. */
static struct err *canonical(struct db_tx *tx, const struct who *who, const struct form *f, const struct row *seen,
                             const char **out)
{
    struct row *mine = row_copy(tx->arena, seen);
    struct err *wrong = NULL;
    TRY(face_form_apply(tx, who, f, mine, &wrong));
    for (int i = 0; i < record_fields(f->rec); i++)
        out[i] = f->typed[i] != NULL && face_form_has_error(wrong, f->rec->fields[i].name) ? f->typed[i] : mine->v[i];
    return NULL;
}

/* The three states: what the person saw, what he wrote, what stands now. */
struct clash {
    struct row *seen, *now;
    const char **mine;
    struct face_names *names;
    struct revision *last;
};

static struct err *clash_read(struct req *rq, const struct form *f, struct clash *out)
{
    db_scope struct db_tx tx = {0};
    struct revision *all;
    int n;
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, f->rec, rq->who, rq->id, &out->now));
    TRY(record_history(&tx, f->rec, rq->who, rq->id, 200, &all, &n));
    out->seen = out->now;
    for (int i = 0; i < n; i++)
        if (all[i].rev == f->rev)
            out->seen = all[i].row;
    out->last = n > 0 ? &all[0] : NULL;
    out->mine = arena_array(rq->arena, const char *, record_fields(f->rec));
    TRY(canonical(&tx, rq->who, f, out->seen, out->mine));
    struct row *mine = row_copy(rq->arena, out->now);
    for (int i = 0; i < record_fields(f->rec); i++) /* names of what he chose; a text that is no number names nothing */
        mine->v[i] = out->mine[i];
    struct row *rows[] = {out->now, out->seen, mine};
    out->names = face_names_new(rq->arena, rq->who);
    return face_names_of_rows(out->names, &tx, rows, 3, NULL, 0);
}

static json_t *clash_rows(struct req *rq, const struct form *f, const struct clash *k)
{
    json_t *all = json_array();
    for (int i = 0; i < record_fields(f->rec); i++) {
        if (!face_form_writes(f->rec, i, rq->who) || same(k->seen->v[i], k->now->v[i]))
            continue;
        bool both = f->typed[i] != NULL && !same(k->mine[i], k->seen->v[i]) && !same(k->mine[i], k->now->v[i]);
        const char *was = face_value(rq->arena, rq->lang, f->rec, i, k->seen->v[i], k->names);
        const char *now = face_value(rq->arena, rq->lang, f->rec, i, k->now->v[i], k->names);
        const char *mine = face_value(rq->arena, rq->lang, f->rec, i, k->mine[i], k->names);
        json_t *o = json_pack("{s:s, s:b}", "label", face_label(rq->arena, rq->lang, f->rec, i), "both", both);
        json_object_set_new(o, "was", view_text_json(was));
        json_object_set_new(o, "now", view_text_json(now));
        json_object_set_new(o, "mine", view_text_json(both ? mine : NULL));
        json_array_append_new(all, o);
    }
    return all;
}

/* 409: what others changed beside what was typed. In the form below stands what the person changed himself, and what is
 * there now for the rest; saving it again is a decision taken with open eyes. */
static struct err *conflict_page(struct req *rq, struct form *f, struct err *e)
{
    struct clash k = {0};
    if (rq->json)
        return e;
    TRY(clash_read(rq, f, &k));
    json_t *conflict = json_pack("{s:o}", "rows", clash_rows(rq, f, &k));
    if (k.last != NULL) {
        face_put_text(conflict, "by", k.last->actor);
        json_object_set_new(conflict, "at", json_integer(k.last->at));
        face_put_text(conflict, "why", k.last->what);
    }
    for (int i = 0; i < record_fields(f->rec); i++)
        if (same(k.mine[i], k.seen->v[i]))
            f->typed[i] = NULL;
    return form_page(rq, k.now, f, e, conflict);
}

struct err *face_save_post(struct req *rq)
{
    const struct record *rec;
    struct form f;
    struct row *row;
    struct err *wrong;
    bool shown;
    TRY(face_ask_record(rq, &rec));
    TRY(face_form_take(rq, rec, &f));
    TRY(read_row(rq, rec, &row));
    int64_t now = row->rev;
    if (f.rev == 0)
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "no revision was sent"), "face.no_rev", NULL), "rev");
    if (now != f.rev)
        return conflict_page(rq, &f,
                             err_say(ERR(rq->arena, ERR_CONFLICT, "%s %lld is at revision %lld, not %lld", rec->name,
                                         (long long)row->id, (long long)now, (long long)f.rev),
                                     "record.conflict", NULL));
    TRY(log_answer(rq, row, &shown));
    TRY(apply_and_save(rq, &f, row, f.rev, &wrong));
    if (wrong == NULL)
        return saved(rq, row, 200, shown);
    if (wrong->kind == ERR_CONFLICT)
        return conflict_page(rq, &f, wrong);
    return form_page(rq, row, &f, wrong, NULL);
}

/* ---- entered in error ---- */
static struct err *ask_end(struct req *rq, struct row *row, const char *reason, const struct err *e)
{
    struct face_names *names;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(names_of_row(rq, &tx, row, &names));
    TRY(req_shows(rq, &tx, row));
    db_end(&tx);
    rq->labels = page_labels(rq, row, names);
    face_put_text(rq->labels, "reason", reason);
    if (e != NULL)
        face_put_text(rq->labels, "bad", text_err(rq->arena, rq->lang, e));
    json_t *data = face_row_json(row, rq->who, NULL, 0);
    return e == NULL ? respond_page(rq, "face/end", data) : respond_form(rq, "face/end", data, e);
}

struct err *face_end_page(struct req *rq)
{
    const struct record *rec;
    struct row *row;
    TRY(face_ask_record(rq, &rec));
    TRY(read_row(rq, rec, &row));
    return ask_end(rq, row, NULL, NULL);
}

/* The reason and the revision seen, from the form or JSON {"rev": 3, "reason": "..."}. */
static struct err *end_sent(struct req *rq, const char **reason, int64_t *rev)
{
    if (rq->body == NULL) {
        const char *text = req_form(rq, "rev");
        *reason = req_form(rq, "reason");
        *rev = text == NULL ? 0 : strtoll(text, NULL, 10);
        return NULL;
    }
    json_t *body;
    TRY(req_json(rq, &body));
    *reason = json_string_value(json_object_get(body, "reason"));
    *rev = json_integer_value(json_object_get(body, "rev"));
    return NULL;
}

static struct err *end_row(struct req *rq, const struct record *rec, int64_t rev, const char *reason)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, reason, &c));
    TRY(record_end(&c, rec, rq->id, rev, reason));
    return change_commit(&c);
}

struct err *face_end_post(struct req *rq)
{
    const struct record *rec;
    struct row *row;
    const char *reason = NULL;
    int64_t rev = 0;
    bool shown;
    TRY(face_ask_record(rq, &rec));
    TRY(end_sent(rq, &reason, &rev));
    TRY(read_row(rq, rec, &row));
    reason = reason == NULL ? "" : reason + strspn(reason, " \t\r\n");
    TRY(log_answer(rq, row, &shown));
    struct err *e = end_row(rq, rec, rev, reason);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return ask_end(rq, row, reason, e);
    TRY(e);
    row->ended = true;
    row->rev++;
    return saved(rq, row, 200, shown);
}
