/* list.c: GET /lead: leads the reader may see, newest first, by source, kind, year and whether they are open; a
 * department sees its own. POST /lead/merge makes one matter of those ticked. JSON on both addresses. */
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "desk/desk.h"
#include "face/show.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"
#include "record/codes.h"
#include "view/view.h"

enum { PAGE = 50, YEARS = 6, PICKS = 50 };
static const char *const shows[] = {"open", "ended", "all", NULL};

struct list {
    const char *source, *kind, *show;
    int64_t year, before; /* year 0: every year */
    struct leads_q_leads *rows;
    int n;
    bool more;
    struct face_names *names;
    const struct calendar *cal;
};

static const char *word(struct req *rq, const char *name, const char *none)
{
    const char *v = req_query(rq, name);
    return v == NULL || *v == '\0' ? none : v;
}

static struct err *read_list(struct req *rq, struct list *l)
{
    char office[FLOW_OFFICE_TEXT];
    l->source = word(rq, "source", "");
    l->kind = word(rq, "kind", "");
    l->show = shows[0];
    for (int i = 0; shows[i] != NULL; i++)
        if (strcmp(word(rq, "show", ""), shows[i]) == 0)
            l->show = shows[i];
    l->year = strtoll(word(rq, "year", "0"), NULL, 10);
    l->before = strtoll(word(rq, "before", "9223372036854775807"), NULL, 10);
    const char *since = l->year == 0 ? "" : arena_printf(rq->arena, "%04lld-01-01", (long long)l->year);
    const char *until = l->year == 0 ? "9999-12-31" : arena_printf(rq->arena, "%04lld-01-01", (long long)l->year + 1);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(calendar_read(&tx, &l->cal));
    TRY(leads_q_leads(&tx, &rq->who->scope, rq->who->branch == NULL ? "" : flow_office(rq->who, office),
                      who_barred_text(rq->arena, rq->who), l->source, l->kind, l->show, since, until, l->before,
                      &l->rows, &l->n));
    l->more = l->n > PAGE;
    l->n = l->more ? PAGE : l->n;
    l->names = face_names_new(rq->arena, rq->who);
    for (int i = 0; i < l->n && rq->who->branch == NULL; i++)
        if (l->rows[i].member != 0)
            TRY(face_names_of(l->names, &tx, record_find("roster.member"), l->rows[i].member));
    return NULL;
}

static const char *address(struct req *rq, const struct list *l, const char *show)
{
    return arena_printf(rq->arena, "/lead?show=%s&source=%s&kind=%s&year=%lld", show, l->source, l->kind,
                        (long long)l->year);
}

static json_t *options(struct req *rq, const char *list, const char *chosen)
{
    json_t *all = json_array();
    const struct code_list *codes = codes_list(list);
    for (int i = 1; i <= codes_count(codes); i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:b}", "value", codes_code(codes, i), "text",
                                             codes_name(codes, i, rq->lang == LANG_EN), "chosen",
                                             strcmp(codes_code(codes, i), chosen) == 0));
    return all;
}

static bool may_merge(const struct req *rq)
{
    return rq->who->branch == NULL && req_may(rq, "leads.list.write");
}

static bool merges(const struct leads_q_leads *r)
{
    return r->merged == 0 && flow_word(lead_flow.merges, r->state, NULL);
}

static json_t *row_label(struct req *rq, const struct list *l, const struct leads_q_leads *r)
{
    bool in_scope, en = rq->lang == LANG_EN;
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:b, s:b, s:b}", "title", r->title, "href", desk_path(rq->arena, r->id),
                  "state", desk_state_name(rq->arena, rq->lang, lead_flow.name, r->state), "kind",
                  codes_label("leads.kind", r->kind, en), "received_on", view_date_json(r->received_on), "can_pick",
                  may_merge(rq) && merges(r), "goes_along", r->merged != 0, "takes", r->along > 0);
    json_object_set_new(o, "id", json_integer(r->id));
    json_object_set_new(o, "along", json_integer(r->along));
    json_object_set_new(o, "channel", view_text_json(r->channel));
    json_object_set_new(o, "sealed", json_boolean(r->sealed != 0));
    json_object_set_new(o, "outcome",
                        view_text_json(r->outcome == NULL ? NULL : codes_label("leads.outcome", r->outcome, en)));
    json_object_set_new(o, "who",
                        view_text_json(r->member == 0 || rq->who->branch != NULL
                                           ? NULL
                                           : face_name(l->names, rq->arena, rq->lang, record_find("roster.member"),
                                                       r->member, &in_scope)));
    if (date_is(r->due_on)) {
        const struct due due = {.day = r->due_on, .plain = r->due_on, .provisional = r->provisional != 0};
        struct desk_light light =
            desk_light(rq->arena, rq->lang, l->cal, &due, date_is(r->paused_on), false, rq->today);
        json_object_set_new(o, "light", json_pack("{s:s, s:s}", "text", light.text, "look", light.look));
    }
    return o;
}

static void put_labels(struct req *rq, const struct list *l)
{
    json_t *rows = json_array(), *tabs = json_array(), *years = json_array();
    bool any_pick = false;
    const struct flow_matter none = {0};
    bool may_open = flow_holds(rq->who, &none, "contact supervision");
    for (int i = 0; i < l->n; i++) {
        json_array_append_new(rows, row_label(rq, l, &l->rows[i]));
        any_pick = any_pick || (may_merge(rq) && merges(&l->rows[i]));
    }
    for (int i = 0; shows[i] != NULL; i++)
        json_array_append_new(tabs, json_pack("{s:s, s:s, s:b}", "text",
                                              tr(rq, arena_printf(rq->arena, "leads.show.%s", shows[i])), "href",
                                              address(rq, l, shows[i]), "here", strcmp(l->show, shows[i]) == 0));
    for (int64_t y = date_year(rq->today); y > date_year(rq->today) - YEARS; y--)
        json_array_append_new(years, json_pack("{s:I, s:b}", "value", (json_int_t)y, "chosen", y == l->year));
    rq->labels =
        json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:s}", "any", l->n > 0, "rows", rows, "tabs", tabs, "years",
                  years, "sources", options(rq, "leads.source", l->source), "kinds", options(rq, "leads.kind", l->kind),
                  "may_merge", any_pick, "may_open", may_open, "show", l->show);
    json_object_set_new(rq->labels, "department", json_boolean(rq->who->branch != NULL));
    const char *typed = req_form(rq, "reasons");
    json_object_set_new(rq->labels, "typed_reasons", view_text_json(typed));
    if (l->more)
        json_object_set_new(rq->labels, "next",
                            json_string(arena_printf(rq->arena, "%s&before=%lld", address(rq, l, l->show),
                                                     (long long)l->rows[PAGE - 1].id)));
}

static struct err *answer(struct req *rq, const struct err *wrong)
{
    struct list l = {0};
    TRY(read_list(rq, &l));
    put_labels(rq, &l);
    json_t *rows = json_array();
    for (int i = 0; i < l.n; i++) {
        const struct leads_q_leads *r = &l.rows[i];
        json_t *o = json_pack("{s:I, s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:b}", "id", (json_int_t)r->id, "rev",
                              (json_int_t)r->rev, "title", r->title, "state", r->state, "kind", r->kind, "received_on",
                              view_date_json(r->received_on), "due_on", view_date_json(r->due_on), "merged_into",
                              view_id_json(r->merged), "merged", (json_int_t)r->along, "sealed", r->sealed != 0);
        json_object_set_new(o, "member", rq->who->branch != NULL ? json_null() : view_id_json(r->member));
        json_object_set_new(o, "channel", view_text_json(r->channel));
        json_object_set_new(o, "source", view_text_json(r->source));
        json_object_set_new(o, "outcome", view_text_json(r->outcome));
        json_array_append_new(rows, o);
    }
    json_t *data = json_pack("{s:s, s:o}", "show", l.show, "rows", rows);
    return wrong == NULL ? respond_page(rq, "leads/list", data) : respond_form(rq, "leads/list", data, wrong);
}

struct err *leads_list(struct req *rq)
{
    return answer(rq, NULL);
}

/* ---- making one of several ---- */
struct picks {
    int64_t ids[PICKS];
    int n;
};

static void pick(struct picks *p, int64_t id)
{
    int at = p->n;
    if (id == 0 || p->n == PICKS)
        return;
    for (; at > 0 && p->ids[at - 1] > id; at--)
        p->ids[at] = p->ids[at - 1];
    p->ids[at] = id;
    p->n++;
}

static struct err *take(struct req *rq, struct picks *p, const char **reasons)
{
    if (rq->body != NULL) {
        json_t *body, *v;
        size_t i;
        TRY(req_json(rq, &body));
        json_array_foreach(json_object_get(body, "matters"), i, v) pick(p, json_integer_value(v));
        *reasons = json_string_value(json_object_get(body, "reasons"));
        return NULL;
    }
    size_t n;
    const struct pair *all = req_form_all(rq, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, "pick") == 0)
            pick(p, strtoll(all[i].value, NULL, 10));
    *reasons = req_form(rq, "reasons");
    return NULL;
}

/* The earliest takes the others in: its number was given first. */
static struct err *merge_all(struct req *rq, const struct picks *p, const char *reasons)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "leads.merged", &c));
    for (int i = 1; i < p->n; i++) {
        struct flow_matter *m;
        TRY(flow_look(&c.tx, rq->who, p->ids[i], &m));
        if (strcmp(m->flow->name, lead_flow.name) != 0)
            return ERR(rq->arena, ERR_MISSING, "matter %lld is no lead", (long long)p->ids[i]);
        TRY(flow_merge(&c, p->ids[i], m->rev, p->ids[0], reasons));
    }
    return change_commit(&c);
}

struct err *leads_merge(struct req *rq)
{
    struct picks p = {0};
    const char *reasons = NULL;
    TRY(take(rq, &p, &reasons));
    struct err *e = record_need(rq->arena, "reasons", reasons);
    if (p.n < 2)
        err_join(&e, err_field(err_say(ERR(rq->arena, ERR_INVALID, "%d leads picked", p.n), "leads.merge.two", NULL),
                               "pick"));
    if (e == NULL)
        e = merge_all(rq, &p, reasons);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return answer(rq, e);
    TRY(e);
    return respond_see_other(rq, "/desk/%lld", (long long)p.ids[0]);
}
