/* rows.c: GET /figures/rows: the matters behind one number, with their count. */
#include <stdlib.h>
#include <string.h>

#include "desk/desk.h"
#include "face/show.h"
#include "figures/figures.h"
#include "view/view.h"

enum { PAGE = 50 };

struct list {
    struct figures_ask ask;
    struct figures_matters all;
    size_t from, to;
    int64_t persons;
    struct face_names *names;
};

static struct err *read_rows(struct req *rq, struct list *l)
{
    const char *from = req_query(rq, "from");
    const struct record *member = record_find("roster.member");
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(figures_asked(rq, &tx, &l->ask));
    l->ask.opens = true;
    if (l->ask.kind >= 0 && figures_kinds[l->ask.kind].class > rq->who->sees)
        return err_say(ERR(rq->arena, ERR_DENIED, "rows of %s", figures_kinds[l->ask.kind].name), "figures.not_yours",
                       NULL);
    TRY(figures_read(&tx, &l->ask, &l->all));
    l->persons = figures_persons(rq->arena, &l->all);
    long long at = from == NULL ? 0 : strtoll(from, NULL, 10);
    l->from = at < 0 || (size_t)at > l->all.n ? 0 : (size_t)at;
    l->to = l->all.n - l->from > PAGE ? l->from + PAGE : l->all.n;
    l->names = face_names_new(rq->arena, rq->who);
    for (size_t i = l->from; i < l->to; i++)
        if (l->all.p[i].member != 0)
            TRY(face_names_of(l->names, &tx, member, l->all.p[i].member));
    return NULL;
}

/* What the matter is about is read by whoever may open it. */
static bool opens(struct req *rq, const struct figures_matter *m)
{
    return rq->who->sees >= CLASS_CASE && req_may(rq, arena_printf(rq->arena, "%s.read", figures_kinds[m->kind].flow));
}

static const char *state_of(struct req *rq, const struct figures_matter *m)
{
    return desk_state_name(rq->arena, rq->lang, figures_kinds[m->kind].flow, m->state);
}

static const char *kind_of(struct req *rq, int kind)
{
    return text_get(rq->lang, arena_printf(rq->arena, "figures.kind.%s", figures_kinds[kind].name));
}

/* The same conditions, from another row on. */
static const char *address(struct req *rq, size_t from)
{
    struct buf b = BUF(rq->arena);
    size_t n;
    const struct pair *all = req_query_all(rq, &n);
    buf_printf(&b, "/figures/rows?from=%zu", from);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, "from") != 0 && all[i].value[strcspn(all[i].value, "&#%+ \"<>")] == '\0')
            buf_printf(&b, "&%s=%s", all[i].name, all[i].value);
    return buf_str(&b);
}

/* ---- what the rows have in common, in words ---- */
static void condition(struct req *rq, json_t *list, const char *key, const char *value)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "label", text_get(rq->lang, key), "value", value));
}

static json_t *conditions(struct req *rq, const struct list *l)
{
    const struct figures_ask *q = &l->ask;
    const struct figures_matter *first = l->all.n > 0 ? &l->all.p[0] : NULL;
    json_t *all = json_array();
    condition(rq, all, "figures.year", arena_printf(rq->arena, "%lld", (long long)q->year));
    if (q->kind >= 0)
        condition(rq, all, "figures.kind", kind_of(rq, q->kind));
    if (q->month != 0)
        condition(rq, all, "figures.month", arena_printf(rq->arena, "%d", q->month));
    if (q->of_unit >= 0 && first != NULL)
        condition(rq, all, "figures.unit", q->of_unit == 0 ? tr(rq, "figures.no_unit") : first->unit_name);
    if (q->channel != NULL)
        condition(rq, all, "figures.channel", figures_channel_label(rq, q->channel));
    if (q->outcome != NULL && first != NULL)
        condition(rq, all, "figures.outcome", figures_outcome_label(rq, first->kind, q->outcome));
    return all;
}

static json_t *row_labels(struct req *rq, struct list *l, const struct figures_matter *m)
{
    bool in_scope;
    json_t *o = json_pack("{s:o, s:s, s:s, s:s}", "day", view_date_json(m->day), "kind", kind_of(rq, m->kind), "unit",
                          m->unit_name, "state", state_of(rq, m));
    json_object_set_new(o, "who",
                        view_text_json(m->member == 0 ? NULL
                                                      : face_name(l->names, rq->arena, rq->lang,
                                                                  record_find("roster.member"), m->member, &in_scope)));
    if (strcmp(m->channel, "-") != 0)
        json_object_set_new(o, "channel", json_string(figures_channel_label(rq, m->channel)));
    if (opens(rq, m)) {
        json_object_set_new(o, "title", json_string(m->title));
        json_object_set_new(o, "href", json_string(desk_path(rq->arena, m->id)));
    }
    return o;
}

static void put_labels(struct req *rq, struct list *l)
{
    json_t *rows = json_array();
    for (size_t i = l->from; i < l->to; i++)
        json_array_append_new(rows, row_labels(rq, l, &l->all.p[i]));
    rq->labels = json_pack(
        "{s:o, s:o, s:b, s:s}", "rows", rows, "conditions", conditions(rq, l), "any", l->to > l->from, "count",
        tr(rq, l->ask.kind >= 0 && figures_kinds[l->ask.kind].pieces ? "figures.count_pieces" : "figures.count", "n",
           arena_printf(rq->arena, "%zu", l->all.n), "p", arena_printf(rq->arena, "%lld", (long long)l->persons)));
    json_object_set_new(rq->labels, "back",
                        json_string(l->ask.unit == 0
                                        ? arena_printf(rq->arena, "/figures?year=%lld", (long long)l->ask.year)
                                        : arena_printf(rq->arena, "/figures?year=%lld&unit=%lld",
                                                       (long long)l->ask.year, (long long)l->ask.unit)));
    json_object_set_new(rq->labels, "pages", json_boolean(l->from > 0 || l->to < l->all.n));
    if (l->to < l->all.n)
        json_object_set_new(rq->labels, "next", json_string(address(rq, l->to)));
    if (l->from > 0)
        json_object_set_new(rq->labels, "before", json_string(address(rq, l->from > PAGE ? l->from - PAGE : 0)));
}

static json_t *row_data(struct req *rq, const struct figures_matter *m)
{
    json_t *o = json_pack("{s:I, s:s, s:I, s:o, s:o, s:s}", "id", (json_int_t)m->id, "kind",
                          figures_kinds[m->kind].name, "member", (json_int_t)m->member, "unit", view_id_json(m->unit),
                          "day", view_date_json(m->day), "state", m->state);
    json_object_set_new(o, "channel", view_text_json(strcmp(m->channel, "-") == 0 ? NULL : m->channel));
    json_object_set_new(o, "outcome", view_text_json(strcmp(m->outcome, "-") == 0 ? NULL : m->outcome));
    if (opens(rq, m))
        json_object_set_new(o, "title", json_string(m->title));
    return o;
}

struct err *figures_rows(struct req *rq)
{
    struct list l = {0};
    TRY(read_rows(rq, &l));
    put_labels(rq, &l);
    json_t *rows = json_array();
    for (size_t i = l.from; i < l.to; i++)
        json_array_append_new(rows, row_data(rq, &l.all.p[i]));
    json_t *data =
        json_pack("{s:I, s:I, s:o}", "total", (json_int_t)l.all.n, "persons", (json_int_t)l.persons, "rows", rows);
    json_object_set_new(data, "next", l.to < l.all.n ? json_string(address(rq, l.to)) : json_null());
    return respond_page(rq, "figures/rows", data);
}
