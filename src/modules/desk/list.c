/* list.c: GET /desk: what waits for whoever is signed in, in due order; `show` signing, mine. JSON on the same address.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "desk/desk.h"
#include "desk/page.h"
#include "face/show.h"
#include "modules/desk/queries.h"
#include "view/view.h"

enum { PAGE = 50 };
enum which { WAITING, SIGNING, MINE, VIEWS };
static const char *const views[VIEWS] = {"waiting", "signing", "mine"};

/* One line, whichever statement it came from. */
struct line {
    int64_t id, member, unit, sign;
    const char *flow, *title, *state, *due, *sign_name, *step, *waits;
    struct date due_on;
    bool provisional, paused;
};
/* What the three statements have in common. */
#define MATTER(r)                                                                                                   \
    .id = (r).id, .member = (r).member, .unit = (r).unit, .flow = (r).flow, .title = (r).title, .state = (r).state, \
    .due = (r).due, .due_on = (r).due_on, .provisional = (r).provisional != 0

struct desk {
    struct db_tx tx;
    enum which which;
    const char *low, *high; /* the range of `waits` this office reads */
    struct line *lines;
    int n;
    bool more;
    int64_t total, late, signing;
    struct face_names *names;
    const struct calendar *cal;
    json_t *notes; /* of leaves; owned until they are labels */
    int64_t *colleagues;
    const char **colleague_names;
    int n_colleagues;
};

static void range(struct req *rq, struct desk *d)
{
    char word[FLOW_OFFICE_TEXT];
    flow_office(rq->who, word);
    d->low = arena_printf(rq->arena, "%s ", word);
    d->high = arena_printf(rq->arena, "%s!", word);
}

static void push(struct req *rq, struct desk *d, struct line l)
{
    if (l.member != 0 && who_barred(rq->who, l.member))
        return; /* a relative's matter, or one's own: not on this desk */
    if (d->n == PAGE)
        d->more = true;
    else
        d->lines[d->n++] = l;
}

static struct err *waiting(struct req *rq, struct desk *d)
{
    const char *after = req_query(rq, "after"), *at = after == NULL ? NULL : strchr(after, '~');
    /* from the beginning: of this desk, or SQLite would begin before all others */
    const char *waits = at == NULL ? d->low : arena_strndup(rq->arena, after, (size_t)(at - after));
    struct desk_q_waiting *rows;
    int n;
    char iso[DATE_TEXT];
    TRY(desk_q_waiting(&d->tx, &rq->who->scope, d->low, d->high, rq->who->account, date_iso(rq->today, iso), waits,
                       at == NULL ? 0 : strtoll(at + 1, NULL, 10), &rows, &n));
    for (int i = 0; i < n; i++)
        push(rq, d, (struct line){MATTER(rows[i]), .waits = rows[i].waits, .paused = date_is(rows[i].paused_on)});
    return NULL;
}

static struct err *signing(struct req *rq, struct desk *d)
{
    struct desk_q_signing *rows;
    int n;
    TRY(desk_q_signing(&d->tx, &rq->who->scope, d->low, d->high, &rows, &n));
    for (int i = 0; i < n; i++)
        push(
            rq, d,
            (struct line){MATTER(rows[i]), .sign = rows[i].sign, .sign_name = rows[i].sign_name, .step = rows[i].step});
    d->signing = n;
    return NULL;
}

static struct err *mine(struct req *rq, struct desk *d)
{
    struct desk_q_mine *rows;
    int n;
    TRY(desk_q_mine(&d->tx, &rq->who->scope, rq->who->account, &rows, &n));
    for (int i = 0; i < n; i++)
        push(rq, d, (struct line){MATTER(rows[i]), .paused = date_is(rows[i].paused_on)});
    return NULL;
}

static struct err *counts(struct req *rq, struct desk *d)
{
    char iso[DATE_TEXT];
    struct desk_q_waiting_count *n;
    date_iso(rq->today, iso);
    TRY(desk_q_waiting_count(&d->tx, &rq->who->scope, d->low, d->high, rq->who->account, iso, &n));
    d->total = n->n;
    d->late = n->late;
    if (d->which != SIGNING) {
        struct desk_q_signing *rows;
        int count;
        TRY(desk_q_signing(&d->tx, &rq->who->scope, d->low, d->high, &rows, &count));
        d->signing = count;
    }
    return NULL;
}

static struct err *names(struct req *rq, struct desk *d)
{
    d->names = face_names_new(rq->arena, rq->who);
    for (int i = 0; i < d->n; i++) {
        if (d->lines[i].member != 0)
            TRY(face_names_of(d->names, &d->tx, record_find("roster.member"), d->lines[i].member));
        if (d->lines[i].unit != 0)
            TRY(face_names_of(d->names, &d->tx, record_find("roster.unit"), d->lines[i].unit));
    }
    return NULL;
}

/* ---- the two faces ---- */
static json_t *line_data(const struct line *l)
{
    json_t *o = json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)l->id, "flow", l->flow, "title", l->title, "state",
                          l->state);
    json_object_set_new(o, "member", view_id_json(l->member));
    json_object_set_new(o, "unit", view_id_json(l->unit));
    json_object_set_new(o, "due", view_text_json(l->due));
    json_object_set_new(o, "due_on", view_date_json(l->due_on));
    json_object_set_new(o, "provisional", json_boolean(l->provisional));
    if (l->sign != 0) {
        json_object_set_new(o, "sign", json_integer(l->sign));
        json_object_set_new(o, "step", json_string(l->step));
    }
    return o;
}

static json_t *desk_data(struct req *rq, const struct desk *d)
{
    json_t *rows = json_array();
    for (int i = 0; i < d->n; i++)
        json_array_append_new(rows, line_data(&d->lines[i]));
    json_t *o = json_pack("{s:s, s:o, s:I, s:b, s:I}", "show", views[d->which], "rows", rows, "total",
                          (json_int_t)(d->which == WAITING ? d->total : d->n), "total_exact", d->total <= 5000, "late",
                          (json_int_t)d->late);
    const struct line *last = d->n > 0 ? &d->lines[d->n - 1] : NULL;
    json_object_set_new(o, "next",
                        d->more && last->waits != NULL
                            ? json_string(arena_printf(rq->arena, "%s~%lld", last->waits, (long long)last->id))
                            : json_null());
    return o;
}

static const char *who_is_it(struct req *rq, const struct desk *d, const struct line *l)
{
    bool in_scope;
    const struct record *of = record_find(l->member != 0 ? "roster.member" : "roster.unit");
    int64_t id = l->member != 0 ? l->member : l->unit;
    return id == 0 ? NULL : face_name(d->names, rq->arena, rq->lang, of, id, &in_scope);
}

static json_t *line_labels(struct req *rq, const struct desk *d, const struct line *l)
{
    struct arena *a = rq->arena;
    const struct flow *f = flow_find(l->flow);
    const struct flow_state *s = f == NULL ? NULL : flow_state_of(f, l->state);
    json_t *o = json_pack("{s:s, s:s, s:s}", "title", l->title, "kind", desk_flow_name(rq->lang, l->flow), "state",
                          desk_state_name(a, rq->lang, l->flow, l->state));
    if (l->sign == 0) /* what is to be signed is signed one by one */
        json_object_set_new(o, "tick", json_integer(l->id));
    json_object_set_new(o, "href",
                        json_string(l->sign != 0
                                        ? arena_printf(a, "/desk/%lld/sign/%lld", (long long)l->id, (long long)l->sign)
                                        : desk_path(a, l->id)));
    json_object_set_new(o, "who", view_text_json(who_is_it(rq, d, l)));
    if (l->sign != 0)
        json_object_set_new(
            o, "sign",
            json_string(tr(rq, "desk.sign_for", "sign", desk_sign_name(a, rq->lang, l->flow, l->sign_name), "step",
                           desk_step_name(a, rq->lang, l->flow, l->step))));
    if (date_is(l->due_on)) {
        const struct due due = {.day = l->due_on, .plain = l->due_on, .provisional = l->provisional};
        bool person = s != NULL && s->wait == FLOW_PERSON;
        struct desk_light light = desk_light(a, rq->lang, d->cal, &due, l->paused, person, rq->today);
        json_object_set_new(o, "light",
                            json_pack("{s:s, s:s, s:b, s:b}", "text", light.text, "look", light.look, "over",
                                      strcmp(light.look, "over") == 0, "wait", strcmp(light.look, "wait") == 0));
        json_object_set_new(o, "due",
                            view_text_json(l->due == NULL ? NULL : desk_due_name(a, rq->lang, l->flow, l->due)));
    }
    const struct flow_due *due = f == NULL || l->due == NULL ? NULL : flow_due_of(f, l->due);
    json_object_set_new(o, "basis", view_text_json(due == NULL ? NULL : due->basis));
    return o;
}

static json_t *view_tab(struct req *rq, const struct desk *d, enum which which, int64_t n)
{
    const char *key = arena_printf(rq->arena, "desk.view.%s", views[which]);
    json_t *o = json_pack("{s:s, s:s, s:b}", "text", tr(rq, key), "href",
                          arena_printf(rq->arena, "/desk?show=%s", views[which]), "here", d->which == which);
    if (n >= 0)
        json_object_set_new(o, "n", json_integer(n));
    return o;
}

/* Which flows this office may open a matter of. */
static json_t *openings(struct req *rq)
{
    json_t *all = json_array();
    const struct flow_matter none = {0};
    for (int i = 0; i < flow_count(); i++) {
        const struct flow *f = flow_at(i);
        for (const struct flow_step *s = f->steps; s->name != NULL; s++)
            if (*s->from == '\0' && flow_holds(rq->who, &none, s->by)) {
                json_array_append_new(all, json_pack("{s:s, s:s}", "text", desk_flow_name(rq->lang, f->name), "href",
                                                     desk_open_path(rq->arena, f->name, 0)));
                break;
            }
    }
    return all;
}

static void put_labels(struct req *rq, const struct desk *d)
{
    json_t *lines = json_array(), *tabs = json_array();
    for (int i = 0; i < d->n; i++)
        json_array_append_new(lines, line_labels(rq, d, &d->lines[i]));
    json_array_append_new(tabs, view_tab(rq, d, WAITING, d->total));
    json_array_append_new(tabs, view_tab(rq, d, SIGNING, d->signing));
    json_array_append_new(tabs, view_tab(rq, d, MINE, -1));
    json_t *openings_list = openings(rq);
    rq->labels = json_pack("{s:o, s:o, s:o, s:b, s:b}", "lines", lines, "tabs", tabs, "openings", openings_list, "any",
                           d->n > 0, "may_open", json_array_size(openings_list) > 0);
    json_object_set_new(rq->labels, "notes", d->notes);
    json_object_set_new(rq->labels, "colleagues",
                        desk_colleagues_json(d->colleagues, d->colleague_names, d->n_colleagues, req_form(rq, "to")));
    json_object_set_new(rq->labels, "any_colleague", json_boolean(d->n_colleagues > 0));
    json_object_set_new(rq->labels, "bulk",
                        json_boolean(d->which != SIGNING && d->n > 0 && req_may(rq, "desk.write") &&
                                     strcmp(rq->who->role, "member") != 0));
    if (d->which == WAITING && d->late > 0)
        json_object_set_new(rq->labels, "late",
                            json_string(tr(rq, "desk.late", "n", arena_printf(rq->arena, "%lld", (long long)d->late))));
    const struct line *last = d->n > 0 ? &d->lines[d->n - 1] : NULL;
    if (d->more && last->waits != NULL)
        json_object_set_new(rq->labels, "next",
                            json_string(arena_printf(rq->arena, "/desk?show=%s&after=%s~%lld", views[d->which],
                                                     last->waits, (long long)last->id)));
}

static struct err *read_desk(struct req *rq, struct desk *d)
{
    const char *show = req_query(rq, "show");
    for (int i = 0; i < VIEWS; i++)
        if (show != NULL && strcmp(show, views[i]) == 0)
            d->which = (enum which)i;
    range(rq, d);
    TRY(db_begin_read(rq->db, rq->arena, &d->tx));
    TRY(calendar_read(&d->tx, &d->cal));
    TRY(counts(rq, d));
    TRY(d->which == SIGNING ? signing(rq, d) : d->which == MINE ? mine(rq, d) : waiting(rq, d));
    TRY(desk_colleagues(&d->tx, rq->who, &d->colleagues, &d->colleague_names, &d->n_colleagues));
    TRY(desk_away_notes(rq, &d->tx, &d->notes));
    return names(rq, d);
}

static struct err *page(struct req *rq, const struct err *wrong)
{
    struct desk d = {.lines = arena_array(rq->arena, struct line, PAGE)};
    struct err *e = read_desk(rq, &d);
    db_end(&d.tx);
    if (e != NULL) {
        json_decref(d.notes);
        return e;
    }
    put_labels(rq, &d);
    json_t *data = desk_data(rq, &d);
    return wrong != NULL ? respond_form(rq, "desk/desk", data, wrong) : respond_page(rq, "desk/desk", data);
}

struct err *desk_list(struct req *rq)
{
    return page(rq, NULL);
}

struct err *desk_list_again(struct req *rq, const struct err *e)
{
    return page(rq, e);
}
