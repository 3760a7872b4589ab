/* letter.c: GET /care/letter: inquiries, reminders, letters of concern, admonitions, measures, talks and visits counted
 * by kind and state, for a year and a unit; every count opens its rows. Scope and recusal hold for counts as for rows;
 * what ended without a mark is in neither. JSON on the same address. */
#include <stdlib.h>
#include <string.h>

#include "care/care.h"
#include "desk/desk.h"
#include "face/show.h"
#include "modules/care/queries.h"
#include "view/view.h"

enum { PAGE = 50, YEARS = 6 };

struct letters {
    const char *kind, *state; /* "": all */
    int64_t unit, year, before;
    struct scope scope;
    const char *since, *until;
    struct care_q_letter_counts *counts;
    struct care_q_letter_rows *rows;
    int n_counts, n;
    bool more;
    struct face_names *names;
    const struct calendar *cal;
    json_t *units; /* to choose from */
};

static int64_t whole(struct req *rq, const char *name, int64_t none)
{
    const char *v = req_query(rq, name);
    return v == NULL || *v == '\0' ? none : strtoll(v, NULL, 10);
}

static const char *word(struct req *rq, const char *name)
{
    const char *v = req_query(rq, name);
    return v == NULL ? "" : v;
}

/* The reader's ranges within one unit's. */
static struct scope within(const struct scope *s, int64_t from, int64_t to)
{
    struct scope out = {0};
    for (int i = 0; i < s->n; i++) {
        int64_t low = s->ranges[i].from > from ? s->ranges[i].from : from;
        int64_t high = s->ranges[i].to < to ? s->ranges[i].to : to;
        if (low < high) {
            out.ranges[out.n].from = low;
            out.ranges[out.n++].to = high;
        }
    }
    return out;
}

/* The scope asked for: the reader's own, or that part of it which one unit is. */
struct err *care_scope(struct req *rq, struct db_tx *tx, int64_t unit, struct scope *out)
{
    int64_t from, to;
    *out = rq->who->scope;
    if (unit == 0)
        return NULL;
    TRY(record_tree_range(tx, record_find("roster.unit"), unit, &from, &to));
    *out = within(&rq->who->scope, from, to);
    return NULL;
}

json_t *care_units(struct req *rq, struct db_tx *tx, int64_t chosen, struct err **e)
{
    struct care_q_units *u;
    int n;
    *e = care_q_units(tx, &rq->who->scope, &u, &n);
    json_t *all = json_array();
    for (int i = 0; *e == NULL && i < n; i++)
        json_array_append_new(all, json_pack("{s:I, s:s, s:b}", "id", (json_int_t)u[i].id, "name", u[i].name, "chosen",
                                             u[i].id == chosen));
    return all;
}

/* Counts without those of persons the reader must not handle. */
static struct err *without_barred(struct req *rq, struct db_tx *tx, struct letters *l)
{
    for (int b = 0; b < rq->who->n_barred; b++) {
        struct care_q_letter_counts_of *of;
        int n;
        TRY(care_q_letter_counts_of(tx, &l->scope, rq->who->barred[b], l->since, l->until, &of, &n));
        for (int i = 0; i < n; i++)
            for (int k = 0; k < l->n_counts; k++)
                if (strcmp(of[i].flow, l->counts[k].flow) == 0 && strcmp(of[i].state, l->counts[k].state) == 0)
                    l->counts[k].n -= of[i].n;
    }
    return NULL;
}

static struct err *read_letters(struct req *rq, struct letters *l)
{
    l->kind = word(rq, "kind");
    l->state = word(rq, "state");
    l->unit = whole(rq, "unit", 0);
    l->year = whole(rq, "year", date_year(rq->today));
    l->before = whole(rq, "before", INT64_MAX);
    l->since = arena_printf(rq->arena, "%04lld-01-01", (long long)l->year);
    l->until = arena_printf(rq->arena, "%04lld-01-01", (long long)l->year + 1);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(calendar_read(&tx, &l->cal));
    TRY(care_scope(rq, &tx, l->unit, &l->scope));
    TRY(care_q_letter_counts(&tx, &l->scope, l->since, l->until, &l->counts, &l->n_counts));
    TRY(without_barred(rq, &tx, l));
    TRY(care_q_letter_rows(&tx, &l->scope, l->kind, l->state, l->since, l->until, l->before, &l->rows, &l->n));
    l->more = l->n > PAGE;
    l->n = l->more ? PAGE : l->n;
    struct err *e;
    l->units = care_units(rq, &tx, l->unit, &e);
    TRY(e);
    l->names = face_names_new(rq->arena, rq->who);
    for (int i = 0; i < l->n; i++)
        if (l->rows[i].member != 0)
            TRY(face_names_of(l->names, &tx, record_find("roster.member"), l->rows[i].member));
    return l->unit == 0 ? NULL : face_names_of(l->names, &tx, record_find("roster.unit"), l->unit);
}

static const char *address(struct req *rq, const struct letters *l, const char *kind, const char *state, int64_t year)
{
    const char *unit = l->unit == 0 ? "" : arena_printf(rq->arena, "&unit=%lld", (long long)l->unit);
    return arena_printf(rq->arena, "/care/letter?year=%lld%s%s%s%s%s", (long long)year, unit,
                        *kind == '\0' ? "" : "&kind=", kind, *state == '\0' ? "" : "&state=", state);
}

/* ---- counts: a row a kind, in it a link a state ---- */
static json_t *counts_labels(struct req *rq, const struct letters *l)
{
    json_t *all = json_array();
    for (int i = 0; i < l->n_counts;) {
        const char *flow = l->counts[i].flow;
        json_t *states = json_array();
        int64_t sum = 0;
        for (; i < l->n_counts && strcmp(l->counts[i].flow, flow) == 0; i++) {
            if (l->counts[i].n <= 0)
                continue;
            sum += l->counts[i].n;
            json_array_append_new(states, json_pack("{s:s, s:s, s:I}", "text",
                                                    desk_state_name(rq->arena, rq->lang, flow, l->counts[i].state),
                                                    "href", address(rq, l, flow, l->counts[i].state, l->year), "n",
                                                    (json_int_t)l->counts[i].n));
        }
        if (sum == 0) {
            json_decref(states);
            continue;
        }
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:I, s:o}", "kind", desk_flow_name(rq->lang, flow), "href",
                                        address(rq, l, flow, "", l->year), "n", (json_int_t)sum, "states", states));
    }
    return all;
}

static json_t *rows_labels(struct req *rq, const struct letters *l)
{
    json_t *all = json_array();
    for (int i = 0; i < l->n; i++) {
        const struct care_q_letter_rows *r = &l->rows[i];
        bool in_scope;
        if (r->member != 0 && who_barred(rq->who, r->member))
            continue;
        json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o}", "title", r->title, "href", desk_path(rq->arena, r->id),
                              "kind", desk_flow_name(rq->lang, r->flow), "state",
                              desk_state_name(rq->arena, rq->lang, r->flow, r->state), "opened_on",
                              view_date_json(r->opened_on));
        json_object_set_new(o, "who",
                            view_text_json(r->member == 0
                                               ? NULL
                                               : face_name(l->names, rq->arena, rq->lang, record_find("roster.member"),
                                                           r->member, &in_scope)));
        if (date_is(r->due_on) && !date_is(r->closed_on)) {
            const struct due due = {.day = r->due_on, .plain = r->due_on, .provisional = r->provisional != 0};
            struct desk_light light =
                desk_light(rq->arena, rq->lang, l->cal, &due, date_is(r->paused_on), false, rq->today);
            json_object_set_new(o, "light", json_pack("{s:s, s:s}", "text", light.text, "look", light.look));
        }
        json_array_append_new(all, o);
    }
    return all;
}

static void put_labels(struct req *rq, const struct letters *l)
{
    json_t *counts = counts_labels(rq, l), *rows = rows_labels(rq, l), *years = json_array();
    bool in_scope;
    for (int64_t y = date_year(rq->today); y > date_year(rq->today) - YEARS; y--)
        json_array_append_new(years, json_pack("{s:s, s:s, s:b}", "text", arena_printf(rq->arena, "%lld", (long long)y),
                                               "href", address(rq, l, l->kind, l->state, y), "here", y == l->year));
    rq->labels = json_pack("{s:b, s:b, s:o, s:o, s:o, s:s}", "any", json_array_size(rows) > 0, "any_count",
                           json_array_size(counts) > 0, "counts", counts, "rows", rows, "years", years, "all",
                           address(rq, l, "", "", l->year));
    if (*l->kind != '\0' && flow_find(l->kind) != NULL)
        json_object_set_new(rq->labels, "chosen",
                            json_string(*l->state == '\0'
                                            ? desk_flow_name(rq->lang, l->kind)
                                            : arena_printf(rq->arena, "%s%s%s", desk_flow_name(rq->lang, l->kind),
                                                           text_sign(rq->lang, SIGN_LIST),
                                                           desk_state_name(rq->arena, rq->lang, l->kind, l->state))));
    json_object_set_new(rq->labels, "units", l->units);
    json_object_set_new(rq->labels, "year", json_integer(l->year));
    if (l->unit != 0)
        json_object_set_new(
            rq->labels, "unit",
            view_text_json(face_name(l->names, rq->arena, rq->lang, record_find("roster.unit"), l->unit, &in_scope)));
    if (l->more)
        json_object_set_new(
            rq->labels, "next",
            json_string(arena_printf(rq->arena, "%s&before=%lld", address(rq, l, l->kind, l->state, l->year),
                                     (long long)l->rows[PAGE - 1].id)));
}

struct err *care_letter(struct req *rq)
{
    struct letters l = {0};
    struct err *e = read_letters(rq, &l);
    if (e != NULL) {
        json_decref(l.units);
        return err_via(e, ERR_HERE);
    }
    put_labels(rq, &l);
    json_t *counts = json_array(), *rows = json_array();
    for (int i = 0; i < l.n_counts; i++)
        if (l.counts[i].n > 0)
            json_array_append_new(counts, json_pack("{s:s, s:s, s:I}", "kind", l.counts[i].flow, "state",
                                                    l.counts[i].state, "n", (json_int_t)l.counts[i].n));
    for (int i = 0; i < l.n; i++) {
        const struct care_q_letter_rows *r = &l.rows[i];
        if (r->member == 0 || !who_barred(rq->who, r->member))
            json_array_append_new(rows,
                                  json_pack("{s:I, s:s, s:s, s:I, s:o, s:o, s:o}", "id", (json_int_t)r->id, "kind",
                                            r->flow, "state", r->state, "member", (json_int_t)r->member, "opened_on",
                                            view_date_json(r->opened_on), "due_on", view_date_json(r->due_on),
                                            "closed_on", view_date_json(r->closed_on)));
    }
    return respond_page(rq, "care/letter",
                        json_pack("{s:I, s:o, s:o}", "year", (json_int_t)l.year, "counts", counts, "rows", rows));
}
