/* batch_pages.c: see batch_pages.h. The dry run is read anew each time; nothing is staged. */
#include "roster/batch_pages.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "face/show.h"
#include "modules/roster/queries.h"
#include "roster/batch.h"
#include "roster/roster.h"
#include "view/view.h"

enum { QUESTIONS = 200 };

struct err *batch_of_stage(struct db_tx *tx, int64_t stage, int64_t *out)
{
    struct db_val args[] = {db_int(stage)};
    *out = 0;
    return db_one_int(tx, "SELECT id FROM roster_batch WHERE stage = ?1 AND undone IS NULL AND last IS NOT NULL", args,
                      1, 0, out);
}

struct err *batch_list(struct req *rq, struct db_tx *tx, json_t **out)
{
    struct roster_q_batches *all;
    int n;
    json_t *list = json_array();
    TRY(roster_q_batches(tx, &all, &n));
    for (int i = 0; i < n; i++) {
        bool undo = all[i].undoes != 0;
        const char *state = undo                 ? "roster.batch.state.undo"
                            : all[i].undone == 1 ? "roster.batch.state.undone"
                            : all[i].last == 0   ? "roster.batch.state.writing"
                                                 : "roster.batch.state.in";
        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:b}", "id", (json_int_t)all[i].id, "name", all[i].name,
                                              "state", text_get(rq->lang, state), "may_undo",
                                              !undo && all[i].undone != 1 && all[i].last != 0));
    }
    *out = list;
    return NULL;
}

struct page {
    struct req *rq;
    struct row *batch;
    int64_t counts[BATCH_KINDS];
    int64_t people; /* new ones that go */
    json_t *questions, *data;
    json_t *lines; /* of the question at hand; borrowed */
    int shown;
};

/* ---- one question ---- */
static json_t *state(struct req *rq, const struct row *r, int field)
{
    return r == NULL ? json_null() : view_text_json(face_value(rq->arena, rq->lang, r->of, field, r->v[field], NULL));
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static const char *value_at(const struct row *r, int field)
{
    return r == NULL ? NULL : r->v[field];
}

/* The fields in which the three states differ: before the import, after it, now. */
static void add_lines(const struct page *p, const struct batch_row *r)
{
    struct req *rq = p->rq;
    const struct record *rec = r->was.rec;
    for (int f = 0; rec->fields[f].name != NULL; f++) {
        const char *now = value_at(r->now, f), *after = value_at(r->was.after, f), *before = value_at(r->was.before, f);
        bool differs = !same(now, after) || (r->was.before != NULL && !same(before, after));
        if (!differs || !face_shown(rec, f, rq->who))
            continue;
        json_array_append_new(p->lines,
                              json_pack("{s:s, s:o, s:o, s:o}", "what",
                                        tr(rq, "roster.batch.line", "record", face_record_label(rq->lang, rec), "field",
                                           face_label(rq->arena, rq->lang, rec, f)),
                                        "before", state(rq, r->was.before, f), "after", state(rq, r->was.after, f),
                                        "now", state(rq, r->now, f)));
    }
}

static json_t *question(const struct page *p, const struct batch_row *r, json_t *lines)
{
    struct req *rq = p->rq;
    const struct record *rec = r->was.rec;
    const char *key = arena_printf(rq->arena, "%s:%lld:%lld", rec->name, (long long)r->was.row, (long long)r->mark);
    int64_t member = rec == &roster_member ? r->was.row : row_int(r->now, "member");
    return json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:o, s:i}", "key", key, "record", face_record_label(rq->lang, rec),
                     "name", face_row_name(rq->arena, rq->lang, r->now, NULL), "member", (json_int_t)member,
                     "new_person", rec == &roster_member && r->was.rev == 1, "cited",
                     r->cited_by == NULL ? json_null() : json_string(face_record_label(rq->lang, r->cited_by)), "lines",
                     lines, "n", p->shown);
}

static struct err *each(void *ctx, struct db_tx *tx, const struct batch_row *r)
{
    struct page *p = ctx;
    bool asked = r->kind == BATCH_CHANGED || r->kind == BATCH_CITED;
    (void)tx;
    if (r->held) {
        if (p->lines != NULL && r->kind == BATCH_CHANGED)
            add_lines(p, r);
        return NULL;
    }
    p->lines = NULL;
    p->counts[r->kind]++;
    p->people += r->kind == BATCH_BACK && r->was.rec == &roster_member && r->was.rev == 1;
    if (!asked || p->shown++ >= QUESTIONS)
        return NULL;
    p->lines = json_array();
    add_lines(p, r);
    json_array_append_new(p->data,
                          json_pack("{s:s, s:I, s:s, s:I}", "record", r->was.rec->name, "row", (json_int_t)r->was.row,
                                    "kind", r->kind == BATCH_CITED ? "cited" : "changed", "mark", (json_int_t)r->mark));
    json_array_append_new(p->questions, question(p, r, p->lines));
    return NULL;
}

/* ---- the page ---- */
static struct who unscoped(const struct who *who)
{
    struct who by = *who; /* a batch belongs to no unit; its rows do */
    by.scope = (struct scope)SCOPE_ALL;
    return by;
}

static struct err *read_page(struct page *p)
{
    struct req *rq = p->rq;
    const struct who by = unscoped(rq->who);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &roster_batch, &by, rq->id, &p->batch));
    TRY(batch_may_undo(rq->arena, p->batch));
    TRY(batch_each(&tx, rq->who, p->batch, each, p));
    TRY(req_shows_many(rq, &tx, &(struct access){.record = roster_batch.name, .row = rq->id, .n = p->shown}));
    return db_commit(&tx);
}

static json_t *count(struct req *rq, const char *key, int64_t n)
{
    struct buf b = BUF(rq->arena);
    view_number(&b, n);
    return json_pack("{s:s, s:s, s:b}", "label", text_get(rq->lang, key), "n", buf_str(&b), "some", n > 0);
}

struct err *batch_undo_page(struct req *rq)
{
    struct page p = {.rq = rq, .questions = json_array(), .data = json_array()};
    struct err *e = read_page(&p);
    if (e != NULL) {
        json_decref(p.questions);
        json_decref(p.data);
        return e;
    }
    int64_t asked = p.counts[BATCH_CHANGED] + p.counts[BATCH_CITED];
    json_t *counts = json_array();
    json_array_append_new(counts, count(rq, "roster.batch.back", p.counts[BATCH_BACK]));
    json_array_append_new(counts, count(rq, "roster.batch.people", p.people));
    json_array_append_new(counts, count(rq, "roster.batch.asked", asked));
    json_array_append_new(counts, count(rq, "roster.batch.outside", p.counts[BATCH_OUTSIDE]));
    rq->labels =
        json_pack("{s:s, s:I, s:o, s:o, s:b, s:b}", "name", row_text(p.batch, "name"), "id", (json_int_t)rq->id,
                  "counts", counts, "questions", p.questions, "asked", asked > 0, "more", p.shown > QUESTIONS);
    return respond_page(rq, "roster/batch-undo",
                        json_pack("{s:I, s:s, s:I, s:I, s:I, s:o}", "id", (json_int_t)rq->id, "name",
                                  row_text(p.batch, "name"), "back", (json_int_t)p.counts[BATCH_BACK], "done",
                                  (json_int_t)p.counts[BATCH_DONE], "outside", (json_int_t)p.counts[BATCH_OUTSIDE],
                                  "questions", p.data));
}

static bool read_choice(struct arena *a, const char *s, struct batch_choice *out)
{
    size_t n = strcspn(s, ":");
    char *end;
    out->rec = record_find(arena_strndup(a, s, n));
    if (out->rec == NULL || s[n] != ':')
        return false;
    out->row = strtoll(s + n + 1, &end, 10);
    if (*end != ':')
        return false;
    out->mark = strtoll(end + 1, &end, 10);
    return *end == '\0';
}

struct err *batch_undo_post(struct req *rq)
{
    size_t n;
    int used = 0;
    const struct pair *pairs = req_form_all(rq, &n);
    struct batch_choice *choices = arena_array(rq->arena, struct batch_choice, n + 1);
    struct batch_undone done;
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, "back") == 0 && read_choice(rq->arena, pairs[i].value, &choices[used]))
            used++;
    TRY(err_part(batch_undo(rq->db, rq->arena, rq->who, rq->id, choices, used, &done)));
    if (rq->json)
        return respond_json(rq, json_pack("{s:I, s:I, s:I}", "rows", (json_int_t)done.rows, "kept",
                                          (json_int_t)done.kept, "refused", (json_int_t)done.refused));
    return respond_see_other(rq, "/roster/import?undone=%lld&kept=%lld", (long long)done.rows,
                             (long long)(done.kept + done.refused));
}
