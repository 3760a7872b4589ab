/* page.c: GET /figures: the report of a year as it stands now, with charts, tables and the reports saved earlier. */
#include <stdlib.h>
#include <string.h>

#include "care/care.h"
#include "desk/desk.h"
#include "figures/figures.h"
#include "modules/figures/queries.h"
#include "record/codes.h"
#include "view/view.h"

enum { YEARS = 10, FIRST_YEAR = 1949 };

/* ---- what is asked for ---- */
static int64_t whole(struct req *rq, const char *name, int64_t none)
{
    const char *v = req_query(rq, name), *typed = v != NULL ? v : req_form(rq, name);
    return typed == NULL || *typed == '\0' ? none : strtoll(typed, NULL, 10);
}

static const char *word(struct req *rq, const char *name)
{
    const char *v = req_query(rq, name);
    return v == NULL || *v == '\0' ? NULL : v;
}

/* A lead may name neither person nor unit: it counts for the office that covers the whole house. */
static struct err *stand_lost(struct req *rq, struct db_tx *tx, struct figures_ask *ask)
{
    struct figures_q_root *root;
    if (ask->unit != 0 || !req_may(rq, "leads.lead.read"))
        return NULL;
    TRY(figures_q_root(tx, &root));
    if (scope_has(&ask->scope, root->place))
        ask->lost = root->place;
    return NULL;
}

struct err *figures_asked(struct req *rq, struct db_tx *tx, struct figures_ask *out)
{
    bool all = rq->who->sees >= CLASS_CASE; /* others could subtract one unit from the rest */
    *out = (struct figures_ask){.sees = rq->who->sees,
                                .barred = who_barred_text(rq->arena, rq->who),
                                .lost = -1,
                                .year = whole(rq, "year", date_year(rq->today)),
                                .unit = all ? whole(rq, "unit", 0) : 0,
                                .kind = figures_kind_find(word(rq, "kind")),
                                .month = (int)whole(rq, "month", 0),
                                .of_unit = whole(rq, "in", -1),
                                .channel = word(rq, "channel"),
                                .outcome = word(rq, "outcome")};
    if (out->year < FIRST_YEAR || out->year > date_year(rq->today))
        return err_field(
            err_say(ERR(rq->arena, ERR_INVALID, "year %lld", (long long)out->year), "figures.bad_year", NULL), "year");
    TRY(care_scope(rq, tx, out->unit, &out->scope));
    return all ? stand_lost(rq, tx, out) : NULL;
}

/* ---- the report in words ---- */
const char *figures_channel_label(struct req *rq, const char *channel)
{
    bool english = rq->lang == LANG_EN;
    if (channel == NULL || strcmp(channel, "-") == 0)
        return text_get(rq->lang, "figures.no_channel");
    const char *list = codes_find(codes_list("care.source"), channel) > 0 ? "care.source" : "leads.source";
    return codes_label(list, channel, english);
}

const char *figures_outcome_label(struct req *rq, int kind, const char *outcome)
{
    const struct figures_kind *k = &figures_kinds[kind];
    if (outcome == NULL || strcmp(outcome, "-") == 0)
        return text_get(rq->lang, "figures.open");
    return k->outcomes != NULL ? codes_label(k->outcomes, outcome, rq->lang == LANG_EN)
                               : desk_state_name(rq->arena, rq->lang, k->flow, outcome);
}

struct words {
    struct req *rq;
    const json_t *data;
    const char *base; /* address of all rows; NULL: numbers open nothing */
    bool withheld;    /* something is */
};

static const char *shown(struct req *rq, int64_t n)
{
    struct buf b = BUF(rq->arena);
    view_number(&b, n);
    return buf_str(&b);
}

static const char *kind_label(struct req *rq, int kind)
{
    return text_get(rq->lang, arena_printf(rq->arena, "figures.kind.%s", figures_kinds[kind].name));
}

static json_t *cell(struct words *w, int kind, const json_t *times, const json_t *persons, const char *more)
{
    struct req *rq = w->rq;
    json_t *o = json_pack("{s:s, s:s}", "label", kind_label(rq, kind), "measure",
                          text_get(rq->lang, figures_kinds[kind].pieces ? "figures.pieces" : "figures.times"));
    int64_t n = json_integer_value(times);
    if (json_is_null(times)) {
        w->withheld = true;
        json_object_set_new(o, "withheld", json_true());
        return o;
    }
    if (n == 0) {
        json_object_set_new(o, "zero", json_true());
        return o;
    }
    json_object_set_new(o, "n", json_string(shown(rq, n)));
    json_object_set_new(o, "p", json_string(shown(rq, json_integer_value(persons))));
    if (w->base != NULL && figures_kinds[kind].class <= rq->who->sees)
        json_object_set_new(
            o, "href", json_string(arena_printf(rq->arena, "%s&kind=%s%s", w->base, figures_kinds[kind].name, more)));
    return o;
}

static json_t *cell_of(struct words *w, int kind, const json_t *group, const char *more)
{
    const char *name = figures_kinds[kind].name;
    return cell(w, kind, json_object_get(json_object_get(group, "persons_times"), name),
                json_object_get(json_object_get(group, "persons"), name), more);
}

/* What heads a row, and the conditions that open its matters. */
static const char *row_label(struct words *w, const char *by, const json_t *g, const char **more)
{
    struct arena *a = w->rq->arena;
    const json_t *v = json_object_get(g, by);
    if (strcmp(by, "month") == 0) {
        struct buf b = BUF(a);
        struct date month = DATE_UNKNOWN;
        if (date_parse(json_string_value(v), &month))
            view_date(&b, w->rq->lang, month);
        *more = arena_printf(a, "&month=%d", date_month(month));
        return buf_str(&b);
    }
    if (strcmp(by, "unit") == 0) {
        const char *name = json_string_value(json_object_get(g, "name"));
        *more = arena_printf(a, "&in=%lld", (long long)json_integer_value(v));
        return json_is_null(v) ? tr(w->rq, "figures.no_unit") : name;
    }
    *more = arena_printf(a, "&channel=%s", json_is_null(v) ? "-" : json_string_value(v));
    return figures_channel_label(w->rq, json_string_value(v));
}

static json_t *table(struct words *w, const char *by, bool chart)
{
    struct req *rq = w->rq;
    json_t *rows = json_array(), *heads = json_array();
    const json_t *groups = json_object_get(w->data, arena_printf(rq->arena, "by_%s", by));
    for (int k = 0; figures_kinds[k].flow != NULL; k++)
        json_array_append_new(heads, json_string(kind_label(rq, k)));
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *g = json_array_get(groups, i);
        const char *more = "", *label = row_label(w, by, g, &more);
        json_t *cells = json_array();
        for (int k = 0; figures_kinds[k].flow != NULL; k++)
            json_array_append_new(cells, cell_of(w, k, g, more));
        json_array_append_new(rows, json_pack("{s:s, s:o}", "label", label, "cells", cells));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:b, s:b, s:o}", "id", by, "title",
                     text_get(rq->lang, arena_printf(rq->arena, "figures.by.%s", by)), "head",
                     text_get(rq->lang, arena_printf(rq->arena, "figures.%s", by)), "heads", heads, "chart", chart,
                     "any", json_array_size(rows) > 0, "rows", rows);
}

static json_t *outcomes(struct words *w)
{
    struct req *rq = w->rq;
    json_t *all = json_array();
    const json_t *groups = json_object_get(w->data, "by_outcome");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *g = json_array_get(groups, i);
        const char *outcome = json_string_value(json_object_get(g, "outcome"));
        int k = figures_kind_find(json_string_value(json_object_get(g, "kind")));
        if (k < 0)
            continue;
        const char *say = figures_outcome_label(rq, k, outcome);
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:o}", "kind", kind_label(rq, k), "outcome", say, "cell",
                                        cell(w, k, json_object_get(g, "persons_times"), json_object_get(g, "persons"),
                                             arena_printf(rq->arena, "&outcome=%s", outcome == NULL ? "-" : outcome))));
    }
    return all;
}

json_t *figures_labels(struct req *rq, const json_t *data, bool href)
{
    struct words w = {.rq = rq, .data = data};
    int64_t unit = json_integer_value(json_object_get(data, "unit"));
    const char *of = unit == 0 ? "" : arena_printf(rq->arena, "&unit=%lld", (long long)unit);
    if (href)
        w.base = arena_printf(rq->arena, "/figures/rows?year=%lld%s",
                              (long long)json_integer_value(json_object_get(data, "year")), of);
    static const char *const tiles[] = {"reminders", "inquiries", "talks_admonitions", "visits", "leads"};
    json_t *figs = json_array(), *tables = json_array();
    for (size_t i = 0; i < sizeof tiles / sizeof *tiles; i++)
        json_array_append_new(figs, cell_of(&w, figures_kind_find(tiles[i]), data, ""));
    json_array_append_new(tables, table(&w, "month", true));
    json_array_append_new(tables, table(&w, "unit", false));
    json_array_append_new(tables, table(&w, "channel", false));
    json_t *ends = outcomes(&w);
    return json_pack("{s:o, s:o, s:o, s:b, s:b, s:O}", "figs", figs, "tables", tables, "outcomes", ends, "any_outcome",
                     json_array_size(ends) > 0, "any_withheld", w.withheld, "year", json_object_get(data, "year"));
}

/* ---- the page ---- */
struct page {
    struct figures_ask ask;
    struct figures_q_saved *saved;
    int n_saved;
    json_t *units, *data;
};

static struct err *read_page(struct req *rq, struct page *p)
{
    struct err *e;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(figures_asked(rq, &tx, &p->ask));
    TRY(figures_q_saved(&tx, &rq->who->scope, (int64_t)rq->who->sees, rq->who->account, rq->who->n_barred == 0,
                        &p->saved, &p->n_saved));
    p->units = care_units(rq, &tx, p->ask.unit, &e);
    TRY(e);
    return figures_data(&tx, &p->ask, rq->today, &p->data);
}

static void put_choices(struct req *rq, const struct page *p)
{
    json_t *years = json_array(), *saved = json_array();
    for (int64_t y = date_year(rq->today); y > date_year(rq->today) - YEARS || y >= p->ask.year; y--)
        json_array_append_new(years, json_pack("{s:I, s:b}", "year", (json_int_t)y, "chosen", y == p->ask.year));
    for (int i = 0; i < p->n_saved; i++)
        json_array_append_new(saved, json_pack("{s:I, s:I, s:s, s:o, s:s}", "id", (json_int_t)p->saved[i].id, "year",
                                               (json_int_t)p->saved[i].year, "unit", p->saved[i].unit_name, "made_on",
                                               view_date_json(p->saved[i].made_on), "made_by", p->saved[i].made_by));
    json_object_set_new(rq->labels, "years", years);
    json_object_set_new(rq->labels, "saved", saved);
    json_object_set_new(rq->labels, "any_saved", json_boolean(p->n_saved > 0));
    json_object_set_new(rq->labels, "unit", view_id_json(p->ask.unit));
    json_object_set_new(rq->labels, "may_save", json_boolean(req_may(rq, "figures.save")));
    json_object_set_new(rq->labels, "may_choose", json_boolean(rq->who->sees >= CLASS_CASE));
    json_object_set(rq->labels, "units", p->units);
}

struct err *figures_page(struct req *rq)
{
    struct page p = {0};
    struct err *e = read_page(rq, &p);
    if (e == NULL) {
        rq->labels = figures_labels(rq, p.data, true);
        put_choices(rq, &p);
    }
    json_decref(p.units);
    if (e != NULL) {
        json_decref(p.data);
        return err_via(e, ERR_HERE);
    }
    return respond_page(rq, "figures/figures", p.data);
}
