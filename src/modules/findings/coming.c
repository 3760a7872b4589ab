/* coming.c: GET /coming: what will fall due in the coming months by the present records: by week and month, by category
 * and unit, each number with its rows. Nothing is kept; a look is logged as a reading of everyone in scope. */
#include <string.h>

#include "base/clock.h"
#include "findings/tried.h"
#include "modules/findings/queries.h"
#include "roster/roster.h"

enum { MONTHS = 12, WEEKS = 13, ROWS = 50, UNITS_SHOWN = 20 };
enum { A_RULE, A_CATEGORY, A_UNIT, A_FROM, A_TO, A_PAGE, ASKED };
static const char *const names[ASKED] = {"rule", "category", "unit", "from", "to", "page"};

struct coming {
    struct req *rq;
    const char *asked[ASKED];
    struct date from, to; /* both included; DATE_UNKNOWN: not asked */
    int64_t first, last;  /* places of the unit asked for; last 0: not asked */
    const char *unit_name;
    struct reading r;
    const struct rules_hit *hits; /* in order of day */
    int64_t n;
    const struct rules_hit *shown; /* of the page */
    int n_shown;
    int64_t total, page;
    struct face_names *names;
};

/* ---- asked ---- */
static struct err *wrong(struct req *rq, const char *field, const char *key)
{
    return err_field(err_say(ERR(rq->arena, ERR_INVALID, "%s", field), key, NULL), field);
}

static struct err *take_asked(struct coming *c)
{
    size_t n;
    const struct pair *all = req_query_all(c->rq, &n);
    struct err *bad = NULL;
    for (size_t i = 0; i < n; i++) {
        int k = 0;
        while (k < ASKED && strcmp(names[k], all[i].name) != 0)
            k++;
        if (k == ASKED && strcmp(all[i].name, "lang") != 0)
            err_join(&bad, err_field(err_say(ERR(c->rq->arena, ERR_INVALID, "filter '%.40s'", all[i].name),
                                             "findings.no_filter", "name", all[i].name, NULL),
                                     all[i].name));
        else if (k < ASKED && *all[i].value != '\0')
            c->asked[k] = all[i].value;
    }
    if (c->asked[A_FROM] != NULL)
        err_join(&bad, roster_day(c->rq->arena, "from", c->asked[A_FROM], true, &c->from));
    if (c->asked[A_TO] != NULL)
        err_join(&bad, roster_day(c->rq->arena, "to", c->asked[A_TO], true, &c->to));
    if (bad == NULL && date_is(c->from) && date_is(c->to) && c->to.v < c->from.v)
        err_join(&bad, wrong(c->rq, "to", "findings.coming.backwards"));
    c->page = c->asked[A_PAGE] == NULL ? 1 : strtoll(c->asked[A_PAGE], NULL, 10);
    if (c->page < 1 || c->page > 100000)
        err_join(&bad, wrong(c->rq, "page", "findings.coming.no_page"));
    return bad;
}

static struct err *read_unit(struct coming *c)
{
    struct findings_q_unit_range *u = NULL;
    if (c->asked[A_UNIT] == NULL)
        return NULL;
    TRY(findings_q_unit_range(&c->r.tx, strtoll(c->asked[A_UNIT], NULL, 10), &c->rq->who->scope, &u));
    if (u == NULL)
        return wrong(c->rq, "unit", "findings.coming.no_unit");
    c->first = u->first;
    c->last = u->last;
    c->unit_name = u->name;
    return NULL;
}

/* ---- which rows ---- */
/* but: one condition left out, -1 none; dates count as one. */
static bool fits(const struct coming *c, const struct rules_hit *h, int but)
{
    if (but != A_CATEGORY && c->asked[A_CATEGORY] != NULL && strcmp(c->asked[A_CATEGORY], h->rule->text->group) != 0)
        return false;
    if (but != A_FROM && ((date_is(c->from) && h->since.v < c->from.v) || (date_is(c->to) && h->since.v > c->to.v)))
        return false;
    if (but == A_UNIT || c->last == 0)
        return true;
    int64_t place = facts_place(c->r.root, h->rule->subject, h->where.at);
    return place >= c->first && place < c->last;
}

static struct err *run(struct coming *c)
{
    struct rules_ask ask = {.scope = &c->rq->who->scope, .rule = c->asked[A_RULE], .sees = (int)c->rq->who->sees};
    struct rules_hit *all;
    int64_t n, k = 0;
    TRY(rules_ahead(c->r.set, c->r.root, c->rq->arena, &ask, MONTHS, &all, &n));
    for (int64_t i = 0; i < n; i++)
        if (tried_seen(c->rq, &all[i]))
            all[k++] = all[i];
    c->hits = all;
    c->n = k;
    struct rules_hit *shown = arena_array(c->rq->arena, struct rules_hit, ROWS);
    for (int64_t i = 0; i < k; i++) {
        if (!fits(c, &all[i], -1))
            continue;
        if (c->total / ROWS == c->page - 1)
            shown[c->n_shown++] = all[i];
        c->total++;
    }
    c->shown = shown;
    return NULL;
}

static const char *address(const struct coming *c, int but, const char *value, int also, const char *other)
{
    struct buf b = BUF(c->rq->arena);
    char sign = '?';
    buf_puts(&b, "/coming");
    for (int k = 0; k < ASKED; k++) {
        const char *v = k == but ? value : k == also ? other : k == A_PAGE ? NULL : c->asked[k];
        if (v == NULL)
            continue;
        buf_printf(&b, "%c%s=", sign, names[k]);
        face_escape(&b, v);
        sign = '&';
    }
    return buf_str(&b);
}

/* ---- figures: {.., n, href} ---- */
static json_t *figure(const char *key, const char *value, int64_t n, const char *href)
{
    return json_pack("{s:s, s:I, s:s}", key, value, "n", (json_int_t)n, "href", href);
}

static int64_t count_between(const struct coming *c, struct date from, struct date to)
{
    int64_t n = 0;
    for (int64_t i = 0; i < c->n; i++)
        n += c->hits[i].since.v >= from.v && c->hits[i].since.v <= to.v && fits(c, &c->hits[i], A_FROM);
    return n;
}

static json_t *stretch(const struct coming *c, struct date from, struct date to)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    date_iso(from, a);
    date_iso(to, b);
    json_t *o = figure("from", a, count_between(c, from, to), address(c, A_FROM, a, A_TO, b));
    json_object_set_new(o, "to", json_string(b));
    return o;
}

/* From tomorrow: weeks from Monday, the first one shorter; months of the calendar. */
static json_t *weeks(const struct coming *c)
{
    json_t *all = json_array();
    struct date from = date_add_days(facts_day(c->r.root), 1);
    for (int i = 0; i < WEEKS; i++) {
        struct date to = date_add_days(from, 7 - date_weekday(from));
        json_array_append_new(all, stretch(c, from, to));
        from = date_add_days(to, 1);
    }
    return all;
}

static json_t *months(const struct coming *c)
{
    json_t *all = json_array();
    struct date from = date_add_days(facts_day(c->r.root), 1), end = date_add_months(facts_day(c->r.root), MONTHS);
    while (from.v <= end.v) {
        struct date next = date_add_months(date_make(date_year(from), date_month(from), 1), 1),
                    to = next.v > end.v ? end : date_add_days(next, -1);
        json_array_append_new(all, stretch(c, from, to));
        from = next;
    }
    return all;
}

static json_t *categories(const struct coming *c)
{
    json_t *all = json_array();
    for (int i = 0; i < rules_count(c->r.set); i++) {
        const char *group = rules_at(c->r.set, i)->text->group;
        bool known = false;
        int64_t n = 0;
        for (int k = 0; k < i; k++)
            known |= strcmp(rules_at(c->r.set, k)->text->group, group) == 0;
        for (int64_t k = 0; k < c->n && !known; k++)
            n += strcmp(c->hits[k].rule->text->group, group) == 0 && fits(c, &c->hits[k], A_CATEGORY);
        if (n > 0)
            json_array_append_new(all, figure("category", group, n, address(c, A_CATEGORY, group, -1, NULL)));
    }
    return all;
}

struct unit_count {
    int64_t unit, n;
};

static int most_first(const void *a, const void *b)
{
    const struct unit_count *x = a, *y = b;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : x->unit < y->unit ? -1 : x->unit > y->unit;
}

static int by_unit(const void *a, const void *b)
{
    const struct unit_count *x = a, *y = b;
    return x->unit < y->unit ? -1 : x->unit > y->unit;
}

static json_t *units(struct coming *c)
{
    json_t *all = json_array();
    struct unit_count *u = arena_array(c->rq->arena, struct unit_count, c->n + 1);
    int n = 0, k = 0;
    for (int64_t i = 0; i < c->n; i++)
        if (fits(c, &c->hits[i], A_UNIT))
            u[n++] = (struct unit_count){tried_unit(c->r.root, &c->hits[i]), 1};
    qsort(u, (size_t)n, sizeof *u, by_unit);
    for (int i = 0; i < n; i++) {
        if (i > 0 && u[i].unit == u[k - 1].unit)
            u[k - 1].n++;
        else
            u[k++] = u[i];
    }
    qsort(u, (size_t)k, sizeof *u, most_first);
    for (int i = 0; i < k && json_array_size(all) < UNITS_SHOWN; i++) {
        const char *id = arena_printf(c->rq->arena, "%lld", (long long)u[i].unit);
        if (u[i].unit != 0)
            json_array_append_new(all, figure("unit", id, u[i].n, address(c, A_UNIT, id, -1, NULL)));
    }
    return all;
}

/* ---- words ---- */
static const char *day_words(struct req *rq, const char *iso, bool month)
{
    struct date d = DATE_UNKNOWN;
    struct buf b = BUF(rq->arena);
    if (!date_parse(iso, &d))
        return iso;
    view_date(&b, rq->lang, month ? date_make(date_year(d), date_month(d), 0) : d);
    return buf_str(&b);
}

static void name_stretches(const struct coming *c, json_t *all, bool month)
{
    size_t i;
    json_t *o;
    json_array_foreach(all, i, o)
    {
        const char *from = json_string_value(json_object_get(o, "from")),
                   *to = json_string_value(json_object_get(o, "to"));
        const char *name = month ? day_words(c->rq, from, true)
                                 : tr(c->rq, "findings.coming.span", "from", day_words(c->rq, from, false), "to",
                                      day_words(c->rq, to, false));
        json_object_set_new(o, "name", json_string(name));
        json_object_set_new(o, "now",
                            json_boolean(c->asked[A_FROM] != NULL && c->asked[A_TO] != NULL &&
                                         strcmp(c->asked[A_FROM], from) == 0 && strcmp(c->asked[A_TO], to) == 0));
    }
}

static json_t *chip(const struct coming *c, const char *text, int but, int also)
{
    return json_pack("{s:s, s:s, s:s}", "text", text, "href", address(c, but, NULL, also, NULL), "remove",
                     tr(c->rq, "findings.remove", "text", text));
}

static json_t *chips(const struct coming *c)
{
    json_t *all = json_array();
    struct req *rq = c->rq;
    if (c->asked[A_CATEGORY] != NULL)
        json_array_append_new(all, chip(c, category_name(c->r.set, rq->lang, c->asked[A_CATEGORY]), A_CATEGORY, -1));
    if (c->asked[A_RULE] != NULL)
        json_array_append_new(all, chip(c,
                                        arena_printf(rq->arena, "%s %s", c->asked[A_RULE],
                                                     rule_title(c->r.set, rq->lang, c->asked[A_RULE], rq->today)),
                                        A_RULE, -1));
    if (c->unit_name != NULL)
        json_array_append_new(all, chip(c, tr(rq, "findings.in_unit", "name", c->unit_name), A_UNIT, -1));
    if (c->asked[A_FROM] != NULL || c->asked[A_TO] != NULL) {
        const char *from = c->asked[A_FROM] == NULL ? "" : day_words(rq, c->asked[A_FROM], false);
        const char *to = c->asked[A_TO] == NULL ? "" : day_words(rq, c->asked[A_TO], false);
        json_array_append_new(all, chip(c, tr(rq, "findings.coming.span", "from", from, "to", to), A_FROM, A_TO));
    }
    return all;
}

static struct err *read_names(struct coming *c, json_t *of_units)
{
    size_t i;
    json_t *o;
    TRY(tried_names(c->rq, &c->r.tx, c->r.root, c->shown, c->n_shown, &c->names));
    json_array_foreach(of_units, i, o)
    {
        TRY(face_names_of(c->names, &c->r.tx, &roster_unit,
                          strtoll(json_string_value(json_object_get(o, "unit")), NULL, 10)));
    }
    return NULL;
}

static void name_figures(const struct coming *c, json_t *of_units, json_t *of_kinds)
{
    size_t i;
    json_t *o;
    json_array_foreach(of_units, i, o)
    {
        bool in;
        int64_t id = strtoll(json_string_value(json_object_get(o, "unit")), NULL, 10);
        const char *name = face_name(c->names, c->rq->arena, c->rq->lang, &roster_unit, id, &in);
        json_object_set_new(o, "name", json_string(name == NULL ? "" : name));
    }
    json_array_foreach(of_kinds, i, o)
    {
        const char *group = json_string_value(json_object_get(o, "category"));
        json_object_set_new(o, "name", json_string(category_name(c->r.set, c->rq->lang, group)));
    }
}

static json_t *pager(const struct coming *c)
{
    json_t *o = json_object();
    if (c->page > 1)
        json_object_set_new(
            o, "prev",
            json_string(address(c, A_PAGE, arena_printf(c->rq->arena, "%lld", (long long)c->page - 1), -1, NULL)));
    if (c->page * ROWS < c->total)
        json_object_set_new(
            o, "next",
            json_string(address(c, A_PAGE, arena_printf(c->rq->arena, "%lld", (long long)c->page + 1), -1, NULL)));
    return o;
}

/* Copies of the figures with names for people; rows with sentence and trace. */
static struct err *answer(struct coming *c)
{
    json_t *data = json_pack("{s:I, s:i}", "total", (json_int_t)c->total, "months", MONTHS);
    json_t *of_weeks = weeks(c), *of_months = months(c), *of_kinds = categories(c), *of_units = units(c);
    json_object_set_new(data, "weeks", json_deep_copy(of_weeks));
    json_object_set_new(data, "by_month", json_deep_copy(of_months));
    json_object_set_new(data, "categories", json_deep_copy(of_kinds));
    json_object_set_new(data, "units", json_deep_copy(of_units));
    json_t *rows = json_array(), *labels = json_array();
    struct err *e = read_names(c, of_units);
    for (int i = 0; i < c->n_shown && e == NULL; i++) {
        json_t *row, *label;
        e = tried_row(c->rq, c->r.root, &c->shown[i], c->shown[i].since, c->names, &row, &label);
        if (e != NULL)
            break;
        json_object_set_new(row, "day", view_date_json(c->shown[i].since));
        json_object_set_new(label, "day", view_date_json(c->shown[i].since));
        json_array_append_new(rows, row);
        json_array_append_new(labels, label);
    }
    json_object_set_new(data, "rows", rows);
    json_t *go = pager(c);
    json_object_update(data, go);
    name_stretches(c, of_weeks, false);
    name_stretches(c, of_months, true);
    if (e == NULL)
        name_figures(c, of_units, of_kinds);
    c->rq->labels =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:b}", "weeks", of_weeks, "months", of_months, "kinds",
                  of_kinds, "units", of_units, "rows", labels, "chips", chips(c), "pager", go, "total",
                  tr(c->rq, "findings.coming.total", "n", arena_printf(c->rq->arena, "%lld", (long long)c->total)),
                  "none", c->n_shown == 0, "table", c->n_shown > 0);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    db_end(&c->r.tx);
    return respond_page(c->rq, "findings/coming", data);
}

struct err *findings_coming(struct req *rq)
{
    struct coming c = {.rq = rq};
    struct err *e = take_asked(&c);
    if (e != NULL)
        return e;
    TRY(reading_begin(rq, &c.r));
    e = read_unit(&c);
    if (e == NULL)
        e = run(&c);
    if (e == NULL)
        e = tried_log(rq, &c.r, rq->target, NULL);
    if (e == NULL)
        e = answer(&c);
    reading_end(&c.r);
    return e;
}
