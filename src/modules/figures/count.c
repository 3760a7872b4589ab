/* count.c: matters read once and counted by month, unit, channel and outcome. A number and the rows it opens come from
 * the same reading with the same conditions. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "figures/figures.h"
#include "modules/figures/queries.h"
#include "view/view.h"

const struct figures_kind figures_kinds[] = {
    {"reminders", "care.reminder", CLASS_CASE},
    {"inquiries", "care.inquiry", CLASS_CASE},
    {"admonitions", "care.admonition", CLASS_CASE, .in_sum = true},
    {"talks", "care.talk", CLASS_PERSONAL, .in_sum = true},
    {"visits", "care.visit", CLASS_PERSONAL},
    {"leads", "leads.lead", CLASS_CASE, .pieces = true, .outcomes = "leads.outcome"},
    {"talks_admonitions", NULL, CLASS_CASE},
    {0}};

int figures_kind_find(const char *name)
{
    for (int i = 0; name != NULL && figures_kinds[i].name != NULL; i++)
        if (strcmp(figures_kinds[i].name, name) == 0)
            return i;
    return -1;
}

int figures_sum(void)
{
    int i = 0;
    while (figures_kinds[i].flow != NULL)
        i++;
    return i;
}

/* ---- reading ---- */
struct reading {
    struct arena *a;
    const struct figures_ask *ask;
    struct figures_matters *out;
};

static bool of_kind(const struct figures_ask *ask, int kind)
{
    if (ask->opens && figures_kinds[kind].class > ask->sees)
        return false;
    return ask->kind < 0 || ask->kind == kind || (ask->kind == figures_sum() && figures_kinds[kind].in_sum);
}

static bool is_asked(const struct figures_ask *ask, const struct figures_matter *m)
{
    return of_kind(ask, m->kind) && (ask->month == 0 || date_month(m->day) == ask->month) &&
           (ask->of_unit < 0 || m->unit == ask->of_unit) &&
           (ask->channel == NULL || strcmp(m->channel, ask->channel) == 0) &&
           (ask->outcome == NULL || strcmp(m->outcome, ask->outcome) == 0);
}

static struct err *take(void *ctx, const struct figures_q_matters *r)
{
    const struct reading *x = ctx;
    struct figures_matter m = {.id = r->id,
                               .member = r->member,
                               .unit = r->unit,
                               .place = r->place,
                               .kind = 0,
                               .day = r->counted_on,
                               .channel = r->channel == NULL ? "-" : r->channel,
                               .outcome = r->outcome == NULL ? "-" : r->outcome};
    while (figures_kinds[m.kind].flow != NULL && strcmp(figures_kinds[m.kind].flow, r->flow) != 0)
        m.kind++;
    if (figures_kinds[m.kind].flow == NULL || !is_asked(x->ask, &m))
        return NULL;
    m.title = arena_strdup(x->a, r->title);
    m.state = arena_strdup(x->a, r->state);
    m.unit_name = r->unit_name == NULL ? "-" : arena_strdup(x->a, r->unit_name);
    m.channel = arena_strdup(x->a, m.channel);
    m.outcome = arena_strdup(x->a, m.outcome);
    *VEC_PUSH(x->out, x->a) = m;
    return NULL;
}

struct err *figures_read(struct db_tx *tx, const struct figures_ask *ask, struct figures_matters *out)
{
    struct reading x = {tx->arena, ask, out};
    *out = (struct figures_matters){0};
    return figures_q_matters(tx, &ask->scope, arena_printf(tx->arena, "%04lld-01-01", (long long)ask->year),
                             arena_printf(tx->arena, "%04lld-01-01", (long long)ask->year + 1), ask->barred, ask->lost,
                             take, &x);
}

/* ---- counting ---- */
struct entry { /* one matter in one group */
    const char *key;
    int kind;
    int64_t member;
    const struct figures_matter *of;
};
struct entries {
    struct entry *p;
    size_t n, cap;
};
struct cell {
    int64_t times, persons; /* -1: withheld */
};
struct group {
    const struct figures_matter *of; /* one of its matters; NULL: none */
    const char *key;
    struct cell cells[FIGURES_KINDS_MOST];
};
struct groups {
    struct group *p;
    size_t n, cap;
};

enum by { BY_NOTHING, BY_MONTH, BY_UNIT, BY_CHANNEL, BY_OUTCOME };

static const char *key_of(struct arena *a, enum by by, const struct figures_matter *m)
{
    switch (by) {
    case BY_NOTHING: return "";
    case BY_MONTH: return arena_printf(a, "%04d-%02d", date_year(m->day), date_month(m->day));
    case BY_UNIT: return arena_printf(a, "%020lld %lld", (long long)m->place, (long long)m->unit);
    case BY_CHANNEL: return m->channel;
    case BY_OUTCOME: return arena_printf(a, "%d %s", m->kind, m->outcome);
    }
    return "";
}

static int entry_order(const void *x, const void *y)
{
    const struct entry *l = x, *r = y;
    int c = strcmp(l->key, r->key);
    if (c == 0)
        c = (l->kind > r->kind) - (l->kind < r->kind);
    return c != 0 ? c : (l->member > r->member) - (l->member < r->member);
}

static struct group *group_of(struct arena *a, struct groups *g, const struct entry *e)
{
    if (g->n == 0 || strcmp(g->p[g->n - 1].key, e->key) != 0)
        *VEC_PUSH(g, a) = (struct group){.of = e->of, .key = e->key};
    return &g->p[g->n - 1];
}

static struct groups count(struct arena *a, const struct figures_matters *all, enum by by)
{
    struct entries e = {0};
    struct groups g = {0};
    for (size_t i = 0; i < all->n; i++) {
        const struct figures_matter *m = &all->p[i];
        const char *key = key_of(a, by, m);
        *VEC_PUSH(&e, a) = (struct entry){key, m->kind, m->member, m};
        if (figures_kinds[m->kind].in_sum && by != BY_OUTCOME)
            *VEC_PUSH(&e, a) = (struct entry){key, figures_sum(), m->member, m};
    }
    if (e.n > 0)
        qsort(e.p, e.n, sizeof *e.p, entry_order);
    for (size_t i = 0; i < e.n; i++) {
        struct cell *c = &group_of(a, &g, &e.p[i])->cells[e.p[i].kind];
        bool same = i > 0 && strcmp(e.p[i].key, e.p[i - 1].key) == 0 && e.p[i].kind == e.p[i - 1].kind &&
                    e.p[i].member == e.p[i - 1].member;
        c->times++;
        c->persons += !same && e.p[i].member != 0;
    }
    return g;
}

int64_t figures_persons(struct arena *a, const struct figures_matters *all)
{
    struct entries e = {0};
    int64_t n = 0;
    for (size_t i = 0; i < all->n; i++)
        *VEC_PUSH(&e, a) = (struct entry){"", 0, all->p[i].member, NULL};
    if (e.n > 0)
        qsort(e.p, e.n, sizeof *e.p, entry_order);
    for (size_t i = 0; i < e.n; i++)
        n += e.p[i].member != 0 && (i == 0 || e.p[i].member != e.p[i - 1].member);
    return n;
}

/* ---- what may not be told ----
 * Of a kind whose matters the reader may not open, either every group of a table has none or at least FIGURES_FEW, or
 * the kind is withheld from the whole table: what is left could be subtracted otherwise. */
static bool few(const struct cell *c)
{
    return (c->times > 0 && c->times < FIGURES_FEW) || (c->persons > 0 && c->persons < FIGURES_FEW);
}

static void withhold(struct groups *g, int kind)
{
    for (size_t i = 0; i < g->n; i++)
        g->p[i].cells[kind] = (struct cell){-1, -1};
}

static void withhold_few(struct groups *g, enum class sees)
{
    for (int k = 0; figures_kinds[k].name != NULL; k++) {
        bool small = false;
        for (size_t i = 0; i < g->n; i++)
            small = small || few(&g->p[i].cells[k]);
        if (!small || figures_kinds[k].class <= sees)
            continue;
        withhold(g, k);
        if (figures_kinds[k].in_sum)
            withhold(g, figures_sum());
    }
}

/* A group of which nothing is left to tell is not named either. */
static bool tells(const struct group *g)
{
    for (int k = 0; figures_kinds[k].name != NULL; k++)
        if (g->cells[k].times > 0)
            return true;
    return false;
}

/* ---- as JSON ---- */
static json_t *number(int64_t n)
{
    return n < 0 ? json_null() : json_integer(n);
}

static void put_cells(json_t *o, const struct group *g)
{
    json_t *times = json_object(), *persons = json_object();
    for (int k = 0; figures_kinds[k].name != NULL; k++) {
        json_object_set_new(times, figures_kinds[k].name, number(g->cells[k].times));
        json_object_set_new(persons, figures_kinds[k].name, number(g->cells[k].persons));
    }
    json_object_set_new(o, "persons_times", times);
    json_object_set_new(o, "persons", persons);
}

static json_t *group_json(enum by by, const struct group *g)
{
    json_t *o = json_object();
    if (by == BY_MONTH) {
        json_object_set_new(o, "month", json_string(g->key));
    } else if (by == BY_UNIT) {
        json_object_set_new(o, "unit", view_id_json(g->of->unit));
        json_object_set_new(o, "name", json_string(g->of->unit_name));
    } else if (by == BY_CHANNEL) {
        json_object_set_new(o, "channel", strcmp(g->key, "-") == 0 ? json_null() : json_string(g->key));
    } else { /* of one kind */
        json_object_set_new(o, "kind", json_string(figures_kinds[g->of->kind].name));
        json_object_set_new(o, "outcome", strcmp(g->of->outcome, "-") == 0 ? json_null() : json_string(g->of->outcome));
        json_object_set_new(o, "persons_times", number(g->cells[g->of->kind].times));
        json_object_set_new(o, "persons", number(g->cells[g->of->kind].persons));
        return o;
    }
    put_cells(o, g);
    return o;
}

static json_t *groups_json(struct arena *a, const struct figures_matters *all, enum by by,
                           const struct figures_ask *ask)
{
    json_t *list = json_array();
    struct groups g = count(a, all, by);
    withhold_few(&g, ask->sees);
    size_t at = 0;
    for (int month = 1; by == BY_MONTH && month <= 12; month++) { /* every month, also without any */
        struct group none = {.key = arena_printf(a, "%04lld-%02d", (long long)ask->year, month)};
        bool there = at < g.n && strcmp(g.p[at].key, none.key) == 0;
        for (int k = 0; g.n > 0 && figures_kinds[k].name != NULL; k++)
            if (g.p[0].cells[k].times < 0)
                none.cells[k] = (struct cell){-1, -1};
        json_array_append_new(list, group_json(by, there ? &g.p[at] : &none));
        at += there;
    }
    for (; at < g.n; at++)
        if (tells(&g.p[at]))
            json_array_append_new(list, group_json(by, &g.p[at]));
    return list;
}

struct err *figures_data(struct db_tx *tx, const struct figures_ask *ask, struct date today, json_t **out)
{
    struct figures_matters all = {0};
    char iso[DATE_TEXT];
    TRY(figures_read(tx, ask, &all));
    struct groups sum = count(tx->arena, &all, BY_NOTHING);
    const struct group none = {0};
    withhold_few(&sum, ask->sees);
    json_t *o = json_pack("{s:I, s:s, s:o}", "year", (json_int_t)ask->year, "as_of", date_iso(today, iso), "unit",
                          view_id_json(ask->unit));
    put_cells(o, sum.n > 0 ? &sum.p[0] : &none);
    json_object_set_new(o, "by_month", groups_json(tx->arena, &all, BY_MONTH, ask));
    json_object_set_new(o, "by_unit", groups_json(tx->arena, &all, BY_UNIT, ask));
    json_object_set_new(o, "by_channel", groups_json(tx->arena, &all, BY_CHANNEL, ask));
    json_object_set_new(o, "by_outcome", groups_json(tx->arena, &all, BY_OUTCOME, ask));
    *out = o;
    return NULL;
}
