/* correct_pages.c: see correct_pages.h. A person is named by his number here (the last part of his page's address) or
 * by his citizen id. */
#include "roster/correct_pages.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "face/show.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/correct.h"
#include "roster/roster.h"

struct page {
    struct req *rq;
    struct row *member, *with; /* with NULL: not named yet */
    struct row **rows, **theirs;
    int n, n_theirs;
    struct face_names *names;
};

/* A person by what was typed. ERR_INVALID at the field, when there is none in scope. */
static struct err *find(struct req *rq, struct db_tx *tx, const char *field, const char *typed, struct row **out)
{
    int64_t id = 0;
    char *end = NULL;
    size_t n = strlen(typed);
    if (n >= 15) {
        struct roster_q_member_by_citizen_id *m;
        int found;
        const char *number;
        TRY(record_parse(rq->arena, &roster_member, record_field(&roster_member, "citizen_id"), typed, &number));
        TRY(roster_q_member_by_citizen_id(tx, number, &rq->who->scope, &m, &found));
        id = found == 1 ? m->id : 0;
    } else {
        id = strtoll(typed, &end, 10);
        id = n > 0 && *end == '\0' ? id : 0;
    }
    struct err *e = id <= 0 ? ERR(rq->arena, ERR_MISSING, "nobody") : record_read(tx, &roster_member, rq->who, id, out);
    if (e == NULL || e->kind != ERR_MISSING)
        return e;
    return err_field(err_say(ERR(rq->arena, ERR_INVALID, "no person '%.40s'", typed), "roster.correct.nobody", "typed",
                             arena_strdup(rq->arena, typed), NULL),
                     field);
}

static const char *typed_text(const char *s)
{
    return s == NULL ? "" : s + strspn(s, " \t\r\n");
}

/* Rows of several records, those of one after the other. */
static struct err *names_of(struct page *p, struct db_tx *tx, struct row **rows, int n)
{
    for (int from = 0, to; from < n; from = to) {
        for (to = from; to < n && rows[to]->of == rows[from]->of; to++)
            ;
        TRY(face_names_of_rows(p->names, tx, rows + from, to - from, NULL, 0));
    }
    return NULL;
}

static struct err *read_page(struct page *p, const char *with)
{
    struct req *rq = p->rq;
    struct err *nobody = NULL;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &roster_member, rq->who, rq->id, &p->member));
    TRY(req_shows(rq, &tx, p->member));
    TRY(correct_rows(&tx, rq->who, rq->id, &p->rows, &p->n));
    if (*with != '\0')
        nobody = find(rq, &tx, "with", with, &p->with);
    if (nobody == NULL && p->with != NULL)
        TRY(correct_rows(&tx, rq->who, p->with->id, &p->theirs, &p->n_theirs));
    p->names = face_names_new(rq->arena, rq->who);
    TRY(names_of(p, &tx, p->rows, p->n));
    if (p->with != NULL) {
        TRY(names_of(p, &tx, p->theirs, p->n_theirs));
        TRY(face_names_of_rows(p->names, &tx, &p->with, 1, NULL, 0));
    }
    TRY(face_names_of_rows(p->names, &tx, &p->member, 1, NULL, 0));
    TRY(db_commit(&tx));
    return nobody;
}

/* What a row says on one line. */
static const char *words(const struct page *p, const struct row *r)
{
    struct req *rq = p->rq;
    struct buf b = BUF(rq->arena);
    json_t *all = face_row_words(rq->arena, rq->lang, r, rq->who, p->names), *one;
    size_t i;
    json_array_foreach(all, i, one)
    {
        const char *value = json_string_value(json_object_get(one, "value"));
        if (value != NULL && *value != '\0')
            buf_printf(&b, "%s%s", b.n > 0 ? " · " : "", value);
    }
    json_decref(all);
    return buf_str(&b);
}

static json_t *person(const struct row *m)
{
    const char *post = row_text(m, "post_text");
    return json_pack("{s:I, s:s, s:s}", "id", (json_int_t)m->id, "name", row_text(m, "name"), "post",
                     post == NULL ? "" : post);
}

/* Fields of the person in which the two differ. */
static json_t *differences(const struct page *p)
{
    struct req *rq = p->rq;
    json_t *all = json_array();
    for (int f = 0; roster_member.fields[f].name != NULL; f++) {
        const char *a = p->member->v[f], *b = p->with->v[f];
        if (roster_member.fields[f].type == FIELD_COMPUTED || !face_shown(&roster_member, f, rq->who) || b == NULL ||
            (a != NULL && strcmp(a, b) == 0))
            continue;
        json_array_append_new(all, json_pack("{s:s, s:s, s:s?, s:s, s:b}", "field", roster_member.fields[f].name,
                                             "label", face_label(rq->arena, rq->lang, &roster_member, f), "ours",
                                             face_value(rq->arena, rq->lang, &roster_member, f, a, p->names), "theirs",
                                             face_value(rq->arena, rq->lang, &roster_member, f, b, p->names), "fills",
                                             a == NULL));
    }
    return all;
}

static bool there(const struct page *p, const struct row *r)
{
    for (int i = 0; i < p->n; i++)
        if (correct_same(r, p->rows[i]))
            return true;
    return false;
}

static json_t *their_rows(const struct page *p)
{
    json_t *all = json_array();
    for (int i = 0; i < p->n_theirs; i++)
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:b}", "record", face_record_label(p->rq->lang, p->theirs[i]->of),
                                        "words", words(p, p->theirs[i]), "same", there(p, p->theirs[i])));
    return all;
}

static struct err *merge_show(struct page *p, const char *with, const struct err *wrong)
{
    struct req *rq = p->rq;
    const char *reason = req_form(rq, "reason");
    rq->labels = json_pack("{s:o, s:s, s:s}", "member", person(p->member), "typed", with, "reason",
                           reason == NULL ? "" : reason);
    if (p->with != NULL && p->with->id != p->member->id) {
        json_object_set_new(rq->labels, "with", person(p->with));
        json_object_set_new(rq->labels, "differences", differences(p));
        json_object_set_new(rq->labels, "rows", their_rows(p));
    }
    json_t *data =
        json_pack("{s:I, s:I}", "keep", (json_int_t)rq->id, "with", (json_int_t)(p->with == NULL ? 0 : p->with->id));
    return wrong == NULL ? respond_page(rq, "roster/merge", data) : respond_form(rq, "roster/merge", data, wrong);
}

static struct err *himself(const struct page *p)
{
    struct arena *a = p->rq->arena;
    if (p->with == NULL || p->with->id != p->member->id)
        return NULL;
    return err_field(err_say(ERR(a, ERR_INVALID, "the same person"), "roster.merge.self", NULL), "with");
}

struct err *merge_page(struct req *rq)
{
    struct page p = {.rq = rq};
    const char *with = typed_text(req_query(rq, "with"));
    struct err *wrong = read_page(&p, with);
    if (wrong != NULL && (wrong->kind != ERR_INVALID || p.member == NULL))
        return wrong;
    if (wrong == NULL)
        wrong = himself(&p);
    return merge_show(&p, with, wrong);
}

struct err *merge_post(struct req *rq)
{
    struct page p = {.rq = rq};
    size_t n;
    const char *with = typed_text(req_form(rq, "with"));
    const struct pair *pairs = req_form_all(rq, &n);
    bool *theirs = arena_array(rq->arena, bool, record_fields(&roster_member));
    for (size_t i = 0; i < n; i++) {
        int f = strcmp(pairs[i].name, "theirs") == 0 ? record_field(&roster_member, pairs[i].value) : -1;
        if (f >= 0 && roster_member.fields[f].type != FIELD_COMPUTED && face_shown(&roster_member, f, rq->who))
            theirs[f] = true;
    }
    struct err *wrong = read_page(&p, with);
    if (wrong != NULL && (wrong->kind != ERR_INVALID || p.member == NULL))
        return wrong;
    struct correct_done done;
    if (wrong == NULL)
        wrong = correct_merge(rq->db, rq->arena, rq->who,
                              &(struct correct_merge){.keep = rq->id,
                                                      .give_up = p.with == NULL ? 0 : p.with->id,
                                                      .theirs = theirs,
                                                      .reason = req_form(rq, "reason")},
                              &done);
    if (wrong != NULL && wrong->kind != ERR_INVALID)
        return wrong;
    if (wrong != NULL)
        return merge_show(&p, with, wrong);
    if (rq->json)
        return respond_json(rq, json_pack("{s:I, s:i, s:i, s:i}", "member", (json_int_t)done.member, "moved",
                                          done.moved, "same", done.same, "pointed", done.pointed));
    return respond_see_other(rq, "/roster/member/%lld", (long long)done.member);
}

/* ---- rows to their right owner ---- */
static bool was_ticked(struct req *rq, const char *key)
{
    size_t n;
    const struct pair *pairs = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, "row") == 0 && strcmp(pairs[i].value, key) == 0)
            return true;
    return false;
}

static struct err *move_show(struct page *p, const struct err *wrong)
{
    static const char *const fields[] = {"to", "name", "birth", "citizen_id", "reason"};
    struct req *rq = p->rq;
    json_t *rows = json_array(), *data = json_array();
    for (int i = 0; i < p->n; i++) {
        const struct row *r = p->rows[i];
        const char *key = arena_printf(rq->arena, "%s:%lld:%lld", r->of->name, (long long)r->id, (long long)r->rev);
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:i, s:b}", "key", key, "record",
                                              face_record_label(rq->lang, r->of), "words", words(p, r), "n", i,
                                              "ticked", was_ticked(rq, key)));
        json_array_append_new(data, json_string(key));
    }
    rq->labels = json_pack("{s:o, s:o}", "member", person(p->member), "rows", rows);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *s = req_form(rq, fields[i]);
        json_object_set_new(rq->labels, fields[i], json_string(s == NULL ? "" : s));
    }
    json_t *o = json_pack("{s:I, s:o}", "id", (json_int_t)rq->id, "rows", data);
    return wrong == NULL ? respond_page(rq, "roster/move", o) : respond_form(rq, "roster/move", o, wrong);
}

struct err *move_page(struct req *rq)
{
    struct page p = {.rq = rq};
    TRY(read_page(&p, ""));
    return move_show(&p, NULL);
}

/* The new person from what was typed. */
static struct err *typed_person(struct req *rq, struct row **out)
{
    static const char *const fields[] = {"name", "birth", "citizen_id"};
    struct err *all = NULL;
    const struct code_list *status = codes_list("roster.status");
    struct row *r = row_new(rq->arena, &roster_member);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *value, *typed = req_form(rq, fields[i]);
        struct err *e = record_parse(rq->arena, &roster_member, record_field(&roster_member, fields[i]),
                                     typed == NULL ? "" : typed, &value);
        if (e != NULL)
            err_join(&all, err_field(e, fields[i]));
        else
            row_set(r, fields[i], value);
    }
    row_set(r, "status", codes_code(status, codes_find(status, "in_office")));
    *out = r;
    return all;
}

static struct err *read_rows(struct page *p, struct correct_move *m)
{
    m->rows = arena_array(p->rq->arena, struct row *, p->n + 1);
    size_t n;
    const struct pair *pairs = req_form_all(p->rq, &n);
    for (size_t i = 0; i < n && m->n < p->n; i++) {
        if (strcmp(pairs[i].name, "row") != 0)
            continue;
        size_t at = strcspn(pairs[i].value, ":");
        char *end = NULL;
        struct row *r = arena_new_of(p->rq->arena, struct row);
        r->of = record_find(arena_strndup(p->rq->arena, pairs[i].value, at));
        r->id = pairs[i].value[at] == ':' ? strtoll(pairs[i].value + at + 1, &end, 10) : 0;
        r->rev = end != NULL && *end == ':' ? strtoll(end + 1, &end, 10) : 0;
        if (r->of != NULL && r->id > 0)
            m->rows[m->n++] = r;
    }
    return NULL;
}

static struct err *target(struct req *rq, struct correct_move *m)
{
    const char *to = typed_text(req_form(rq, "to"));
    struct row *owner = NULL;
    if (*to == '\0')
        return typed_person(rq, &m->person);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(find(rq, &tx, "to", to, &owner));
    m->to = owner->id;
    return db_commit(&tx);
}

struct err *move_post(struct req *rq)
{
    struct page p = {.rq = rq};
    struct correct_move m = {.from = rq->id, .reason = req_form(rq, "reason")};
    struct correct_done done;
    TRY(read_page(&p, ""));
    TRY(read_rows(&p, &m));
    struct err *wrong = target(rq, &m);
    if (wrong == NULL)
        wrong = correct_move(rq->db, rq->arena, rq->who, &m, &done);
    if (wrong != NULL && wrong->kind != ERR_INVALID)
        return wrong;
    if (wrong != NULL)
        return move_show(&p, wrong);
    if (rq->json)
        return respond_json(rq, json_pack("{s:I, s:i}", "member", (json_int_t)done.member, "moved", done.moved));
    return respond_see_other(rq, "/roster/member/%lld", (long long)done.member);
}
