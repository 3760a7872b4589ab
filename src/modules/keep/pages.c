/* pages.c: erasures to confirm and how far each is; backups and how to restore. An administrator sees numbers and
 * counts, and opens nothing; whoever knows the file finds the way to each text that names the person. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "face/face.h"
#include "keep/keep.h"
#include "modules/keep/queries.h"
#include "view/view.h"
#include "web/web.h"

#define AGREES "keep.erasure.agree" /* the second person */
#define ASKS "keep.erasure.ask"     /* whoever knows the file */

static const char *typed(struct req *rq, const char *name)
{
    const char *s = req_form(rq, name);
    return s == NULL ? "" : s;
}

static int64_t number(const char *s)
{
    char *end;
    long long n = s == NULL ? 0 : strtoll(s, &end, 10);
    return s == NULL || *end != '\0' ? 0 : n;
}

static const char *record_label(struct req *rq, const char *name)
{
    const struct record *rec = record_find(name);
    return rec != NULL                        ? face_record_label(rq->lang, rec)
           : strcmp(name, "change") == 0      ? text_get(rq->lang, "keep.place.change")
           : strcmp(name, "kernel.file") == 0 ? text_get(rq->lang, "keep.place.files")
                                              : name;
}

/* Where a row can be read and, by who may, corrected; NULL: it has no page of its own. */
static json_t *way_to(struct req *rq, const char *record, int64_t row)
{
    const struct record *rec = record_find(record);
    if (!req_may(rq, ASKS) || rec == NULL || rec->guarded || rec->list == NULL)
        return json_null();
    char *path = arena_printf(rq->arena, "/%s/%lld", record, (long long)row);
    for (char *p = path; *p != '\0'; p++)
        if (*p == '.')
            *p = '/';
    return json_string(path);
}

/* ---- all requests ---- */
static struct err *requests_form(struct req *rq, const struct err *e)
{
    struct keep_q_requests *rows;
    int n;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(keep_q_requests(&tx, &rows, &n));
    db_end(&tx);
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{sI ss ss sI ss ss ss ss ss ss ss so}", "id", (json_int_t)rows[i].id,
                                              "record", rows[i].record, "label", record_label(rq, rows[i].record),
                                              "row", (json_int_t)rows[i].row, "ground", rows[i].ground, "citation",
                                              rows[i].citation, "state", rows[i].state, "marked_on", rows[i].marked_on,
                                              "first", rows[i].first_name, "second", rows[i].second_name, "done_on",
                                              rows[i].done_on, "path", way_to(rq, rows[i].record, rows[i].row)));
    rq->labels = json_pack("{sb}", "any", n > 0);
    json_t *data = json_pack("{so sb ss ss ss}", "requests", list, "ask", req_may(rq, ASKS), "row", typed(rq, "row"),
                             "ground", typed(rq, "ground"), "citation", typed(rq, "citation"));
    return e != NULL ? respond_form(rq, "keep/erasures", data, e) : respond_page(rq, "keep/erasures", data);
}

struct err *erasures_page(struct req *rq)
{
    return requests_form(rq, NULL);
}

static struct err *ask(struct req *rq, int64_t *id)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "erasure asked for", &c));
    TRY(request_ask(&c, "roster.member", number(typed(rq, "row")), typed(rq, "ground"), typed(rq, "citation"), id));
    return change_commit(&c);
}

struct err *erasures_ask(struct req *rq)
{
    int64_t id = 0;
    struct err *e = ask(rq, &id);
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT ? requests_form(rq, e) : e;
    return respond_see_other(rq, "/keep/erasure/%lld", (long long)id);
}

/* ---- one request ---- */
static json_t *counts_json(struct req *rq, const char *counts)
{
    json_t *list = json_array(), *all = json_loads(counts == NULL ? "{}" : counts, 0, NULL), *of, *n;
    const char *record;
    for (int k = 0; k < PLACE_KINDS; k++) {
        of = json_object_get(all, place_names[k]);
        json_object_foreach(of, record, n) json_array_append_new(
            list, json_pack("{ss ss ss sI}", "kind", tr(rq, arena_printf(rq->arena, "keep.place.%s", place_names[k])),
                            "record", record, "label", record_label(rq, record), "n", json_integer_value(n)));
    }
    json_decref(all);
    return list;
}

static json_t *quotes_json(struct req *rq, const struct places *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->v.n; i++) {
        const struct place *at = &p->v.p[i];
        if (at->kind == PLACE_QUOTE)
            json_array_append_new(list, json_pack("{ss ss sI sI so}", "record", at->record, "label",
                                                  record_label(rq, at->record), "row", (json_int_t)at->row, "rev",
                                                  (json_int_t)at->first, "path", way_to(rq, at->record, at->row)));
    }
    return list;
}

static struct err *request_form(struct req *rq, const struct err *e)
{
    static const struct who everywhere = {.name = "keep", .role = "console", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
    struct row *r = NULL;
    struct places p = {0};
    const char *counts = NULL;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(record_read(&tx, &keep_request, &everywhere, rq->id, &r));
    const char *state = row_text(r, "state");
    bool done = strcmp(state, "done") == 0, side = req_may(rq, ASKS);
    if (side && !done) /* what lies outside his scope is not there for him */
        TRY(record_read(&tx, record_find(row_text(r, "record")), rq->who, row_int(r, "row"), &(struct row *){0}));
    if (done || strcmp(state, "withdrawn") == 0) {
        counts = row_text(r, "erased");
    } else {
        TRY(request_places(&tx, r, &p));
        TRY(request_counts(rq->arena, &p, &counts));
    }
    db_end(&tx);
    bool turn = side ? strcmp(state, "open") == 0
                     : req_may(rq, AGREES) && strcmp(state, "first") == 0 && row_int(r, "first_by") != rq->who->account;
    bool waits = strcmp(state, "open") == 0 || strcmp(state, "first") == 0 || strcmp(state, "confirmed") == 0;
    rq->labels = json_pack("{sb sb sb sb ss}", "turn", turn, "withdraw", waits && (side || req_may(rq, AGREES)),
                           "decide", side && p.n[PLACE_QUOTE] > 0, "confirmed", strcmp(state, "confirmed") == 0,
                           "label", record_label(rq, row_text(r, "record")));
    json_t *data = json_pack(
        "{sI ss sI ss ss ss ss ss* ss* ss* so so sI}", "id", (json_int_t)rq->id, "record", row_text(r, "record"), "row",
        (json_int_t)row_int(r, "row"), "ground", row_text(r, "ground"), "citation", row_text(r, "citation"), "state",
        state, "marked_on", row_text(r, "marked_on"), "first", row_text(r, "first_name"), "second",
        row_text(r, "second_name"), "done_on", row_text(r, "done_on"), "places", counts_json(rq, counts), "quotes",
        quotes_json(rq, &p), "undecided", (json_int_t)p.n[PLACE_QUOTE]);
    json_object_set_new(data, "path", done ? json_null() : way_to(rq, row_text(r, "record"), row_int(r, "row")));
    return e != NULL ? respond_form(rq, "keep/erasure", data, e) : respond_page(rq, "keep/erasure", data);
}

struct err *erasure_page(struct req *rq)
{
    return request_form(rq, NULL);
}

static struct err *answer(struct req *rq)
{
    bool agree = strcmp(typed(rq, "answer"), "agree") == 0, side = req_may(rq, ASKS);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, agree ? "erasure confirmed" : "erasure not agreed to", &c));
    TRY(agree ? request_agree(&c, rq->id, side) : request_withdraw(&c, rq->id));
    return change_commit(&c);
}

static struct err *answered(struct req *rq, struct err *e)
{
    if (e != NULL)
        return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_DENIED ? request_form(rq, e) : e;
    return respond_see_other(rq, "/keep/erasure/%lld", (long long)rq->id);
}

struct err *erasure_answer(struct req *rq)
{
    if (!req_may(rq, ASKS) && !req_may(rq, AGREES))
        return ERR(rq->arena, ERR_DENIED, "only reads erasures");
    return answered(rq, answer(rq));
}

static struct err *decide(struct req *rq)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "a text that names the person", &c));
    TRY(request_decide(&c, rq->id, typed(rq, "record"), number(typed(rq, "row")), number(typed(rq, "rev")),
                       typed(rq, "choice"), typed(rq, "ground")));
    return change_commit(&c);
}

struct err *erasure_decide(struct req *rq)
{
    return answered(rq, decide(rq));
}

/* ---- backups ---- */
struct err *backups_page(struct req *rq)
{
    struct keep_q_backups *rows;
    struct keep_q_restores *back;
    int n, n_back;
    char at[CLOCK_TEXT], made[CLOCK_TEXT], today[DATE_TEXT];
    date_iso(rq->today, today);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(keep_q_backups(&tx, &rows, &n));
    TRY(keep_q_restores(&tx, &back, &n_back));
    db_end(&tx);
    json_t *list = json_array(), *restores = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{sI ss ss ss sI sI sb}", "id", (json_int_t)rows[i].id, "at",
                                              clock_local(rows[i].at, at), "file", rows[i].file, "until", rows[i].until,
                                              "mb", (json_int_t)((rows[i].size >> 20) + 1), "changes",
                                              (json_int_t)rows[i].changes, "over", strcmp(rows[i].until, today) < 0));
    for (int i = 0; i < n_back; i++)
        json_array_append_new(restores, json_pack("{ss ss sI sI}", "at", clock_local(back[i].at, at), "made",
                                                  clock_local(back[i].made, made), "size", (json_int_t)back[i].size,
                                                  "cut_size", (json_int_t)back[i].cut_size));
    rq->labels = json_pack("{sb sb}", "any", n > 0, "restored", n_back > 0);
    return respond_page(rq, "keep/backups", json_pack("{so so}", "backups", list, "restores", restores));
}
