/* due.c: GET /care/due: who stands before a node of his career in these days (found by rules, or by dates of posts and
 * ranks) or before a festival; POST: one act writes to those ticked, a letter of concern each, each its own matter with
 * its own trace. Nobody is written to twice about the same. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "care/care.h"
#include "desk/desk.h"
#include "modules/care/queries.h"
#include "record/codes.h"
#include "rules/rules.h"
#include "view/view.h"

enum { AHEAD = 30, BACK = 30 };

struct node {
    const char *key, *occasion, *name, *unit, *what;
    int64_t member;
    struct date on;
    bool picked;
};
struct dues {
    VEC(struct node) nodes;
    struct scope scope;
    int64_t unit;
    const char *festival; /* its name, NULL: none in the coming days */
    struct date festival_on;
    const char *body, *title;
    int n_picked;
    json_t *units; /* to choose from */
};

static void add(struct req *rq, struct dues *d, struct node n)
{
    if (!who_barred(rq->who, n.member))
        *VEC_PUSH(&d->nodes, rq->arena) = n;
}

static const char *occasion_of(const char *rule)
{
    return strncmp(rule, "APPT-2019-PROB", 14) == 0 ? "probation"
           : strncmp(rule, "RET-", 4) == 0          ? "retirement"
           : strncmp(rule, "TERM-", 5) == 0         ? "term"
                                                    : "other";
}

static struct err *findings(struct req *rq, struct db_tx *tx, struct dues *d)
{
    struct care_q_due_findings *f;
    int n;
    rules_scope const struct rules_set *set = NULL;
    if (rules_shared() != NULL)
        TRY(rules_read(rules_shared(), tx, &set));
    TRY(care_q_due_findings(tx, &d->scope, rq->who->sees, &f, &n));
    for (int i = 0; i < n; i++) {
        const struct rules_rule *r = set == NULL ? NULL : rules_find(set, f[i].rule);
        const char *what = r == NULL ? f[i].rule : rules_edition_now(r, rq->today)->title[rq->lang];
        add(rq, d,
            (struct node){.key = arena_printf(rq->arena, "finding %lld", (long long)f[i].id),
                          .occasion = occasion_of(f[i].rule),
                          .name = f[i].name,
                          .unit = f[i].unit,
                          .what = arena_strdup(rq->arena, what),
                          .member = f[i].member,
                          .on = f[i].since});
    }
    return NULL;
}

static struct err *dates(struct req *rq, struct db_tx *tx, struct dues *d)
{
    char since[DATE_TEXT], until[DATE_TEXT];
    struct care_q_due_posts *p;
    struct care_q_due_ranks *r;
    int n;
    date_iso(date_add_days(rq->today, -BACK), since);
    date_iso(date_add_days(rq->today, AHEAD), until);
    TRY(care_q_due_posts(tx, &d->scope, since, until, &p, &n));
    for (int i = 0; i < n; i++)
        add(rq, d,
            (struct node){.key = arena_printf(rq->arena, "post %lld", (long long)p[i].id),
                          .occasion = p[i].taken ? "taking_office" : "leaving_office",
                          .name = p[i].name,
                          .unit = p[i].unit,
                          .what = p[i].title,
                          .member = p[i].member,
                          .on = p[i].taken ? p[i].from_on : p[i].to_on});
    TRY(care_q_due_ranks(tx, &d->scope, since, until, &r, &n));
    for (int i = 0; i < n; i++)
        add(rq, d,
            (struct node){.key = arena_printf(rq->arena, "rank %lld", (long long)r[i].id),
                          .occasion = "promotion",
                          .name = r[i].name,
                          .unit = r[i].unit,
                          .what = codes_label("roster.rank", r[i].rank, rq->lang == LANG_EN),
                          .member = r[i].member,
                          .on = r[i].from_on});
    return NULL;
}

/* The first day off with a name in the coming days; its cadres only within one unit: a group, not the whole district.
 */
static struct err *festival(struct req *rq, struct db_tx *tx, struct dues *d)
{
    const struct calendar *cal;
    struct care_q_due_festival *f;
    char iso[DATE_TEXT];
    int n;
    TRY(calendar_read(tx, &cal));
    for (int i = 0; i <= AHEAD && d->festival == NULL; i++) {
        d->festival_on = date_add_days(rq->today, i);
        if (!calendar_working(cal, d->festival_on))
            d->festival = calendar_name(cal, d->festival_on);
    }
    if (d->festival == NULL || d->unit == 0)
        return NULL;
    const char *key = arena_printf(rq->arena, "festival %s", date_iso(d->festival_on, iso));
    TRY(care_q_due_festival(tx, &d->scope, key, &f, &n));
    for (int i = 0; i < n; i++)
        add(rq, d,
            (struct node){.key = key,
                          .occasion = "festival",
                          .name = f[i].name,
                          .unit = f[i].unit,
                          .what = d->festival,
                          .member = f[i].member,
                          .on = d->festival_on});
    return NULL;
}

static struct err *read_dues(struct req *rq, struct dues *d, const char *unit)
{
    d->unit = unit == NULL ? 0 : strtoll(unit, NULL, 10);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    struct err *e;
    d->units = care_units(rq, &tx, d->unit, &e);
    TRY(e);
    TRY(care_scope(rq, &tx, d->unit, &d->scope));
    TRY(findings(rq, &tx, d));
    TRY(dates(rq, &tx, d));
    return festival(rq, &tx, d);
}

static const char *pick_of(struct req *rq, const struct node *n)
{
    return arena_printf(rq->arena, "%s %lld", n->key, (long long)n->member);
}

static json_t *nodes_json(struct req *rq, const struct dues *d, bool words)
{
    json_t *all = json_array();
    for (size_t i = 0; i < d->nodes.n; i++) {
        const struct node *n = &d->nodes.p[i];
        json_t *o = json_pack("{s:s, s:I, s:s, s:b}", "pick", pick_of(rq, n), "member", (json_int_t)n->member, "name",
                              n->name, "picked", n->picked);
        json_object_set_new(
            o, "occasion",
            json_string(words ? codes_label("care.occasion", n->occasion, rq->lang == LANG_EN) : n->occasion));
        json_object_set_new(o, "unit", view_text_json(n->unit));
        json_object_set_new(o, "what", view_text_json(n->what));
        json_object_set_new(o, "on", view_date_json(n->on));
        json_object_set_new(o, "n", json_integer((json_int_t)i + 1));
        json_array_append_new(all, o);
    }
    return all;
}

static struct err *answer(struct req *rq, const struct dues *d, const struct err *wrong)
{
    const char *sent = req_query(rq, "sent");
    rq->labels = json_pack("{s:o, s:b}", "nodes", nodes_json(rq, d, true), "any", d->nodes.n > 0);
    json_object_set_new(rq->labels, "festival", view_text_json(d->festival));
    json_object_set_new(rq->labels, "unit",
                        d->unit == 0 ? json_null() : json_string(arena_printf(rq->arena, "%lld", (long long)d->unit)));
    json_object_set(rq->labels, "units", d->units);
    json_object_set_new(rq->labels, "typed", view_text_json(d->body));
    json_object_set_new(rq->labels, "typed_title", view_text_json(d->title));
    if (sent != NULL)
        json_object_set_new(rq->labels, "sent", json_string(tr(rq, "care.due.sent", "n", sent)));
    json_t *data = json_pack("{s:o, s:I}", "due", nodes_json(rq, d, false), "unit_id", (json_int_t)d->unit);
    return wrong == NULL ? respond_page(rq, "care/due", data) : respond_form(rq, "care/due", data, wrong);
}

struct err *care_due_page(struct req *rq)
{
    struct dues d = {0};
    struct err *e = read_dues(rq, &d, req_query(rq, "unit"));
    if (e == NULL)
        e = answer(rq, &d, NULL);
    json_decref(d.units);
    return e;
}

/* Only who stands on the list is written to, whatever was sent. */
static void mark_picked(struct req *rq, struct dues *d)
{
    size_t n;
    const struct pair *all = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < d->nodes.n && strcmp(all[i].name, "pick") == 0; k++)
            if (!d->nodes.p[k].picked && strcmp(all[i].value, pick_of(rq, &d->nodes.p[k])) == 0) {
                d->nodes.p[k].picked = true;
                d->n_picked++;
            }
}

static struct err *lacks(struct req *rq, const struct dues *d)
{
    struct err *all = NULL;
    if (d->n_picked == 0)
        err_join(&all,
                 err_field(err_say(ERR(rq->arena, ERR_INVALID, "nobody was picked"), "care.due.nobody", NULL), "pick"));
    err_join(&all, record_need(rq->arena, "title", d->title));
    err_join(&all, record_need(rq->arena, "body", d->body));
    return all;
}

static struct err *write_to(struct change *c, struct req *rq, const struct dues *d, const struct node *n)
{
    int64_t matter;
    struct row *r = row_new(rq->arena, &care_concern);
    row_set_int(rq->arena, r, "member", n->member);
    row_set(r, "occasion", n->occasion);
    row_set(r, "body", d->body);
    row_set(r, "node", n->key);
    return flow_open(c, &concern_flow, "send", &(struct flow_input){.values = r, .blocked = ""}, d->title, &matter);
}

static struct err *write_all(struct req *rq, const struct dues *d)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "care.due.wrote", &c));
    for (size_t i = 0; i < d->nodes.n; i++)
        if (d->nodes.p[i].picked)
            TRY(write_to(&c, rq, d, &d->nodes.p[i]));
    return change_commit(&c);
}

static struct err *send_picked(struct req *rq, struct dues *d)
{
    TRY(read_dues(rq, d, req_form(rq, "unit")));
    d->body = req_form(rq, "body");
    d->title = req_form(rq, "title");
    mark_picked(rq, d);
    struct err *e = lacks(rq, d);
    if (e == NULL)
        e = write_all(rq, d);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_DENIED))
        return answer(rq, d, e);
    TRY(e);
    if (d->unit != 0)
        return respond_see_other(rq, "/care/due?unit=%lld&sent=%d", (long long)d->unit, d->n_picked);
    return respond_see_other(rq, "/care/due?sent=%d", d->n_picked);
}

struct err *care_due_send(struct req *rq)
{
    struct dues d = {0};
    struct err *e = send_picked(rq, &d);
    json_decref(d.units);
    return e;
}
