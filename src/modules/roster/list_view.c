/* list_view.c: what the page of the roster shows: views, query bar, chips, heads, cells. Every state is an address. */
#include <pthread.h>
#include <string.h>

#include "face/query.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/people.h"
#include "roster/telling.h"
#include "view/view.h"

enum { BOXES = 16 };

struct page {
    struct req *rq;
    struct arena *a;
    const struct people *p;
    const struct people_rows *r;
};

static void put(json_t *o, const char *name, const char *s)
{
    if (s != NULL && *s != '\0')
        json_object_set_new(o, name, json_string(s));
}

static const struct fact *fact_at(const struct page *v, int fact)
{
    return &facts_declared(v->p->subject)->facts[fact];
}

static const char *name_of(const struct page *v, int fact)
{
    return v->p->world->subjects[v->p->subject]->facts[fact].name;
}

static const char *label(const struct page *v, int fact)
{
    return telling_fact(v->a, v->rq->lang, v->p->subject, fact);
}

static const char *plain(const struct page *v, struct people p)
{
    p.after = p.before = NULL;
    return people_address(v->a, &p, false);
}

/* ---- views ---- */
static json_t *views(const struct page *v)
{
    json_t *all = json_array();
    const char *key, *filter;
    struct date today = v->rq->today;
    for (int i = 0; (filter = people_view_filter(v->a, today, i, &key)) != NULL; i++) {
        struct people p = {.limit = PEOPLE_ROWS, .world = v->p->world, .subject = v->p->subject};
        struct expr *e;
        p.filter = *filter == '\0' ? NULL : filter;
        if (p.filter != NULL && expr_parse(v->a, p.world, p.subject, filter, NULL, &e) == NULL)
            p.filter = expr_text(v->a, e);
        const char *href = people_address(v->a, &p, false);
        struct people mine = *v->p;
        mine.n_sort = 0;
        mine.columns = false;
        mine.limit = PEOPLE_ROWS;
        json_t *o =
            json_pack("{s:s, s:s, s:I}", "text", text_get(v->rq->lang, arena_printf(v->a, "roster.view.%s", key)),
                      "href", href, "n", (json_int_t)v->r->views[i]);
        json_object_set_new(o, "count", json_pack("{s:I}", "n", (json_int_t)v->r->views[i]));
        if (strcmp(plain(v, mine), href) == 0)
            put(o, "current", "page");
        json_array_append_new(all, o);
    }
    return all;
}

/* ---- the query bar ---- */
static json_t *option(const char *value, const char *text, bool chosen)
{
    return json_pack("{s:s, s:s, s:b}", "value", value, "text", text, "chosen", chosen);
}

static json_t *unit_options(const struct page *v)
{
    json_t *all = json_array();
    int64_t open[64] = {0};
    int top = 0;
    for (int i = 0; i < v->r->n_units; i++) {
        const struct roster_q_units *u = &v->r->units[i];
        while (top > 0 && open[top - 1] != u->parent)
            top--;
        struct buf indent = BUF(v->a);
        for (int k = 0; k < top && k < 8; k++)
            buf_puts(&indent, "　");
        if (top < 63)
            open[top++] = u->id;
        json_array_append_new(all, option(arena_printf(v->a, "%lld", (long long)u->id),
                                          arena_printf(v->a, "%s%s", buf_str(&indent), u->name), v->p->unit == u->id));
    }
    return all;
}

static const char *unit_name(const struct page *v, int64_t id)
{
    for (int i = 0; i < v->r->n_units; i++)
        if (v->r->units[i].id == id)
            return v->r->units[i].name;
    return arena_printf(v->a, "#%lld", (long long)id);
}

static json_t *level_options(const struct page *v)
{
    json_t *all = json_array();
    int fact = facts_fact(v->p->subject, "level");
    const struct code_list *l = codes_list(v->p->world->subjects[v->p->subject]->facts[fact].codes);
    for (int i = codes_count(l); i >= 1; i--)
        json_array_append_new(all, option(codes_key(l, i), codes_name(l, i, v->rq->lang == LANG_EN),
                                          v->p->level != NULL && strcmp(v->p->level, codes_key(l, i)) == 0));
    return all;
}

/* One box of "more conditions", by the type of the fact. */
static json_t *more_box(const struct page *v, int fact)
{
    const struct expr_fact *f = &v->p->world->subjects[v->p->subject]->facts[fact];
    json_t *o = json_pack("{s:s, s:s}", "name", arena_printf(v->a, "f.%s", f->name), "label", label(v, fact));
    if (f->type == EXPR_CODE) {
        json_t *options = json_array();
        const struct code_list *l = codes_list(f->codes);
        for (int i = 1; i <= codes_count(l); i++)
            json_array_append_new(options, option(codes_code(l, i), codes_name(l, i, v->rq->lang == LANG_EN), false));
        json_object_set_new(o, "choose", json_pack("{s:o}", "options", options));
    } else if (f->type == EXPR_BOOL) {
        json_object_set_new(o, "choose",
                            json_pack("{s:[o, o]}", "options", option("y", text_get(v->rq->lang, "face.yes"), false),
                                      option("n", text_get(v->rq->lang, "face.no"), false)));
    } else {
        json_object_set_new(
            o, "between",
            json_pack("{s:b, s:s}", "date", f->type == EXPR_DATE, "hint", f->type == EXPR_DATE ? "1975.03" : ""));
    }
    return o;
}

/* The boxes follow from declarations alone: made once for each language and set of facts a person may ask about. */
static struct boxes {
    json_t *all;
    enum lang lang;
    uint64_t facts[2];
} boxes[BOXES];
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static json_t *make_more(const struct page *v, const uint64_t facts[2])
{
    json_t *all = json_array();
    for (int i = 0; i < v->p->world->subjects[v->p->subject]->n_facts; i++)
        if (facts[i / 64] >> i % 64 & 1)
            json_array_append_new(all, more_box(v, i));
    return all;
}

static json_t *more(const struct page *v)
{
    uint64_t facts[2] = {0};
    json_t *all = NULL;
    for (int i = 0; i < v->p->world->subjects[v->p->subject]->n_facts && i < 128; i++)
        if (people_may_ask(v->p, v->rq->who, i) && i != MEMBER_AGE && i != MEMBER_LEVEL && i != MEMBER_SEAT)
            facts[i / 64] |= (uint64_t)1 << i % 64;
    pthread_mutex_lock(&making);
    for (int i = 0; i < BOXES && all == NULL; i++) {
        struct boxes *b = &boxes[i];
        if (b->all == NULL)
            *b = (struct boxes){make_more(v, facts), v->rq->lang, {facts[0], facts[1]}};
        if (b->lang == v->rq->lang && memcmp(b->facts, facts, sizeof facts) == 0)
            all = json_incref(b->all);
    }
    pthread_mutex_unlock(&making);
    return all != NULL ? all : make_more(v, facts);
}

/* ---- chips ---- */
struct parts {
    struct arena *a;
    const char *text[PEOPLE_PARTS];
    int n;
};

static void note_part(void *ctx, const char *text)
{
    struct parts *s = ctx;
    if (s->n < PEOPLE_PARTS)
        s->text[s->n++] = arena_strdup(s->a, text);
}

static void chip(const struct page *v, json_t *all, const char *words, struct people without)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "text", words, "href", plain(v, without), "remove",
                          tr(v->rq, "roster.list.remove", "what", words), "more", json_array_size(all) > 0);
    json_array_append_new(all, o);
}

static void filter_chips(const struct page *v, json_t *all)
{
    struct parts s = {.a = v->a};
    if (v->p->own == NULL)
        return;
    expr_conjuncts(v->a, v->p->own, note_part, &s);
    for (int i = 0; i < s.n; i++) {
        struct people p = *v->p;
        struct buf rest = BUF(v->a);
        for (int k = 0; k < s.n; k++)
            if (k != i) {
                bool brackets = strstr(s.text[k], " or ") != NULL && s.n > 2;
                buf_printf(&rest, brackets ? "%s(%s)" : "%s%s", rest.n > 0 ? " and " : "", s.text[k]);
            }
        p.filter = buf_str(&rest);
        chip(v, all, telling_condition(v->a, v->rq->lang, v->p->subject, s.text[i]), p);
    }
}

static json_t *chips(const struct page *v)
{
    json_t *all = json_array();
    struct people p = *v->p;
    if (v->p->name != NULL) {
        p.name = NULL;
        chip(v, all, tr(v->rq, "roster.list.chip.name", "value", v->p->name), p);
    }
    if (v->p->unit > 0) {
        p = *v->p;
        p.unit = 0;
        chip(v, all, tr(v->rq, "roster.list.chip.unit", "value", unit_name(v, v->p->unit)), p);
    }
    if (v->p->body > 0) {
        p = *v->p;
        p.body = 0;
        chip(v, all, tr(v->rq, "roster.list.chip.body", "value", unit_name(v, v->p->body)), p);
    }
    if (v->p->level != NULL) {
        p = *v->p;
        p.level = NULL;
        const char *part = arena_printf(v->a, "level = '%s'", v->p->level);
        chip(v, all, telling_condition(v->a, v->rq->lang, v->p->subject, part), p);
    }
    if (v->p->age_from != NULL) {
        p = *v->p;
        p.age_from = NULL;
        chip(v, all, tr(v->rq, "roster.list.chip.age_from", "value", v->p->age_from), p);
    }
    if (v->p->age_to != NULL) {
        p = *v->p;
        p.age_to = NULL;
        chip(v, all, tr(v->rq, "roster.list.chip.age_to", "value", v->p->age_to), p);
    }
    filter_chips(v, all);
    if (date_is(v->p->day)) {
        struct buf day = BUF(v->a);
        view_date(&day, v->rq->lang, v->p->day);
        p = *v->p;
        p.day = DATE_UNKNOWN;
        chip(v, all, tr(v->rq, "roster.list.chip.day", "value", buf_str(&day)), p);
    }
    return all;
}

static const char *typed(const struct page *v, const char *name, const char *own)
{
    const char *s = v->r->wrong != NULL ? req_query(v->rq, name) : NULL;
    return s != NULL ? s : own == NULL ? "" : own;
}

/* What is wrong with the box of that name, in words. */
static const char *wrong_of(const struct page *v, const char *field)
{
    for (const struct err *e = v->r->wrong; e != NULL; e = e->next)
        if (e->field != NULL && strcmp(e->field, field) == 0) {
            struct err one = *e;
            one.next = NULL;
            return text_err(v->a, v->rq->lang, &one);
        }
    return NULL;
}

static json_t *query_bar(const struct page *v)
{
    char dots[DATE_TEXT];
    const struct people *p = v->p;
    json_t *o = json_object(), *list = chips(v);
    struct people bare = {.limit = p->limit, .world = p->world, .subject = p->subject, .n_sort = p->n_sort};
    memcpy(bare.sort, p->sort, sizeof bare.sort);
    bare.columns = p->columns;
    memcpy(bare.cols, p->cols, sizeof bare.cols);
    bare.n_cols = p->n_cols;
    size_t n;
    const struct pair *hidden = face_pairs(v->a, people_state(v->a, &bare), &n);
    json_t *kept = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(kept, json_pack("{s:s, s:s}", "name", hidden[i].name, "value", hidden[i].value));
    if (p->body > 0)
        json_array_append_new(
            kept, json_pack("{s:s, s:s}", "name", "body", "value", arena_printf(v->a, "%lld", (long long)p->body)));
    json_object_set_new(o, "hidden", kept);
    json_object_set_new(o, "name", json_string(typed(v, "q", p->name)));
    json_object_set_new(o, "age_from", json_string(typed(v, "age_from", p->age_from)));
    json_object_set_new(o, "age_to", json_string(typed(v, "age_to", p->age_to)));
    json_object_set_new(o, "as_of", json_string(typed(v, "as_of", date_is(p->day) ? date_dots(p->day, dots) : "")));
    json_object_set_new(o, "today", json_string(date_dots(v->rq->today, dots)));
    json_object_set_new(o, "filter", json_string(typed(v, "filter", p->filter)));
    put(o, "filter_bad", wrong_of(v, "filter"));
    put(o, "age_from_bad", wrong_of(v, "age_from"));
    put(o, "age_to_bad", wrong_of(v, "age_to"));
    put(o, "as_of_bad", wrong_of(v, "as_of"));
    if (!v->r->many)
        json_object_set_new(o, "units", json_pack("{s:o}", "options", unit_options(v)));
    else
        json_object_set_new(
            o, "unit_id",
            json_pack("{s:s}", "value", p->unit > 0 ? arena_printf(v->a, "%lld", (long long)p->unit) : ""));
    json_object_set_new(o, "levels", level_options(v));
    json_object_set_new(o, "more", more(v));
    json_object_set_new(o, "open", json_boolean(wrong_of(v, "filter") != NULL));
    if (json_array_size(list) > 0)
        json_object_set_new(o, "chosen",
                            json_pack("{s:O, s:s}", "chips", list, "clear", people_address(v->a, &bare, false)));
    put(o, "expression", p->when == NULL ? NULL : expr_text(v->a, p->when));
    json_decref(list);
    return o;
}

/* ---- heads ---- */
static const char *sorted_by(const struct page *v, int fact)
{
    struct people p = *v->p;
    bool first = p.n_sort > 0 && p.sort[0].fact == fact, usual = p.n_sort == 0 && fact == FACTS_BY_ROSTER;
    struct facts_sort sort[FACTS_SORTS] = {{fact, first ? !p.sort[0].desc : usual}};
    int n = 1;
    for (int i = 0; i < v->p->n_sort && n < FACTS_SORTS; i++)
        if (v->p->sort[i].fact != fact)
            sort[n++] = v->p->sort[i];
    memcpy(p.sort, sort, sizeof sort);
    p.n_sort = n;
    return plain(v, p);
}

static json_t *head(const struct page *v, const char *text, int fact)
{
    const struct people *p = v->p;
    bool usual = p->n_sort == 0 && fact == FACTS_BY_ROSTER, first = p->n_sort > 0 && p->sort[0].fact == fact;
    json_t *o = json_pack("{s:s, s:s}", "text", text, "href", sorted_by(v, fact));
    if (first || usual) {
        bool desc = first && p->sort[0].desc;
        put(o, "sort", desc ? "descending" : "ascending");
        put(o, "arrow", desc ? " ↓" : " ↑");
    }
    return o;
}

static json_t *heads(const struct page *v)
{
    json_t *all = json_array();
    json_array_append_new(all, head(v, text_get(v->rq->lang, "roster.member.name"), FACTS_BY_NAME));
    json_array_append_new(all, head(v, text_get(v->rq->lang, "roster.list.unit_post"), FACTS_BY_ROSTER));
    for (int i = 0; i < v->p->n_cols; i++)
        json_array_append_new(all, head(v, label(v, v->p->cols[i]), v->p->cols[i]));
    return all;
}

/* ---- cells ---- */
static struct expr_value value(const struct page *v, struct facts_at at, int fact)
{
    return facts_value(v->r->root, v->p->subject, at, fact);
}

static const char *shown(const struct page *v, struct facts_at at, int fact)
{
    struct expr_value x = value(v, at, fact);
    return telling_value(v->a, v->rq->lang, fact_at(v, fact), x);
}

/* What stands small beside or under a value. */
static void beside(const struct page *v, struct facts_at at, int fact, json_t *o)
{
    struct expr_value x;
    struct date day = facts_day(v->r->root);
    if (fact == MEMBER_BIRTH && (x = value(v, at, MEMBER_AGE)).state == EXPR_HAS)
        put(o, "mute", tr(v->rq, "roster.age", "n", arena_printf(v->a, "%lld", (long long)x.n)));
    if (fact == MEMBER_EDUCATION && (x = value(v, at, MEMBER_DEGREE)).state == EXPR_HAS)
        put(o, "sub", shown(v, at, MEMBER_DEGREE));
    if (fact == MEMBER_RANK && (x = value(v, at, MEMBER_RANK_SINCE)).state == EXPR_HAS)
        put(o, "sub", shown(v, at, MEMBER_RANK_SINCE));
    x = value(v, at, fact);
    if ((fact == MEMBER_POST_SINCE || fact == MEMBER_LEVEL_SINCE || fact == MEMBER_LEADING_FROM) && x.state == EXPR_HAS)
        put(o, "sub", telling_months(v->a, v->rq->lang, date_months_between((struct date){(int32_t)x.n}, day)));
}

/* head: the column's name, one value for all its cells. */
static json_t *cell(const struct page *v, struct facts_at at, int fact, json_t *head)
{
    struct expr_value x = value(v, at, fact);
    json_t *o = json_object();
    json_object_set_nocheck(o, "label", head);
    json_object_set_new_nocheck(o, "text", json_string(shown(v, at, fact)));
    json_object_set_new_nocheck(o, "number", json_boolean(x.type == EXPR_INT));
    json_object_set_new_nocheck(o, "quiet", json_boolean(x.state != EXPR_HAS));
    if (fact == MEMBER_SEX || fact == MEMBER_PARTY_JOINED)
        put(o, "hide", "hide-c");
    beside(v, at, fact, o);
    return o;
}

static json_t *rows(const struct page *v)
{
    json_t *all = json_array(), **heads = arena_array(v->a, json_t *, v->p->n_cols + 1);
    struct buf state = BUF(v->a);
    for (int c = 0; c < v->p->n_cols; c++)
        heads[c] = json_string(label(v, v->p->cols[c]));
    face_escape(&state, people_state(v->a, v->p));
    for (int i = 0; i < v->r->page.n; i++) {
        const struct roster_q_member_line *line = v->r->lines[i];
        json_t *cells = json_array();
        for (int c = 0; c < v->p->n_cols; c++)
            json_array_append_new(cells, cell(v, v->r->page.rows[i].at, v->p->cols[c], heads[c]));
        json_t *o = json_pack("{s:s, s:s, s:o}", "name", line->name, "href",
                              arena_printf(v->a, "/roster/member/%lld?from=%s", (long long)line->id, buf_str(&state)),
                              "cells", cells);
        put(o, "post", people_post(v->rq->lang, line));
        json_array_append_new(all, o);
    }
    for (int c = 0; c < v->p->n_cols; c++)
        json_decref(heads[c]);
    return all;
}

/* ---- columns, pages ---- */
static json_t *hidden_pairs(const struct page *v, struct people p)
{
    json_t *kept = json_array();
    size_t n;
    const struct pair *all = face_pairs(v->a, people_state(v->a, &p), &n);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(kept, json_pack("{s:s, s:s}", "name", all[i].name, "value", all[i].value));
    return kept;
}

static json_t *columns(const struct page *v)
{
    json_t *all = json_array();
    struct people p = *v->p;
    for (int i = 0; i < v->p->world->subjects[v->p->subject]->n_facts; i++) {
        if (!people_may_ask(v->p, v->rq->who, i))
            continue;
        bool on = false;
        for (int c = 0; c < v->p->n_cols; c++)
            on |= v->p->cols[c] == i;
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:b}", "name", name_of(v, i), "text", label(v, i), "shown", on));
    }
    p.columns = false;
    return json_pack("{s:o, s:o}", "all", all, "hidden", hidden_pairs(v, p));
}

static json_t *sizes(const struct page *v)
{
    static const int all_sizes[] = {20, 50, 100, 200};
    json_t *all = json_array();
    for (size_t i = 0; i < sizeof all_sizes / sizeof *all_sizes; i++) {
        struct people p = *v->p;
        p.limit = all_sizes[i];
        json_array_append_new(
            all, json_pack("{s:i, s:s, s:b}", "n", p.limit, "href", plain(v, p), "chosen", v->p->limit == p.limit));
    }
    return all;
}

static const char *order_words(const struct page *v)
{
    struct buf b = BUF(v->a);
    if (v->p->n_sort == 0)
        return text_get(v->rq->lang, "roster.list.own_order");
    for (int i = 0; i < v->p->n_sort; i++) {
        int fact = v->p->sort[i].fact;
        buf_puts(&b, i == 0 ? "" : v->rq->lang == LANG_EN ? ", " : "、");
        buf_puts(&b, fact == FACTS_BY_ROSTER ? text_get(v->rq->lang, "roster.list.unit_post")
                     : fact == FACTS_BY_NAME ? text_get(v->rq->lang, "roster.member.name")
                                             : label(v, fact));
        buf_puts(&b, v->p->sort[i].desc ? " ↓" : " ↑");
    }
    return tr(v->rq, "roster.list.sorted", "fields", buf_str(&b));
}

static const char *grouped(const struct page *v, int64_t n)
{
    struct buf b = BUF(v->a);
    view_number(&b, n);
    return buf_str(&b);
}

static void put_export(const struct page *v, json_t *x)
{
    if (v->r->page.total == 0 || !req_may(v->rq, "roster.member.export"))
        return;
    json_object_set_new(x, "export",
                        json_pack("{s:s, s:s}", "href", people_export_address(v->a, v->p), "text",
                                  tr(v->rq, "roster.list.export", "n", grouped(v, v->r->page.total))));
}

static void put_rows(const struct page *v, json_t *o)
{
    const struct people_rows *r = v->r;
    json_t *x = json_object();
    put(x, "total",
        tr(v->rq, r->page.total == 1 ? "roster.list.one" : "roster.list.total", "n", grouped(v, r->page.total)));
    put(x, "order", order_words(v));
    put_export(v, x);
    if (r->page.unknown > 0)
        put(x, "unknown", tr(v->rq, "roster.list.unjudged", "n", grouped(v, r->page.unknown)));
    json_object_set_new(x, "columns", columns(v));
    if (r->page.n > 0) {
        json_object_set_new(x, "table", json_pack("{s:o, s:o}", "heads", heads(v), "rows", rows(v)));
    } else {
        struct people bare = {.limit = v->p->limit, .world = v->p->world, .subject = v->p->subject};
        json_object_set_new(x, "none", json_pack("{s:s}", "loosen", people_address(v->a, &bare, false)));
    }
    json_object_set_new(x, "sizes", sizes(v));
    put(x, "next", r->next);
    put(x, "prev", r->prev);
    json_object_set_new(o, "list", x);
}

json_t *people_conditions(struct req *rq, const struct people *p, const struct people_rows *r)
{
    const struct page v = {rq, rq->arena, p, r};
    json_t *words = json_array(), *all = chips(&v), *c;
    size_t i;
    json_array_foreach(all, i, c) json_array_append(words, json_object_get(c, "text"));
    json_decref(all);
    return words;
}

json_t *people_labels(struct req *rq, const struct people *p, const struct people_rows *r)
{
    const struct page v = {rq, rq->arena, p, r};
    json_t *o = json_object();
    json_object_set_new(o, "views", views(&v));
    json_object_set_new(o, "query", query_bar(&v));
    if (req_may(rq, "roster.member.write") && !rq->who->readonly)
        put(o, "new", "/roster/member/new");
    if (r->wrong == NULL)
        put_rows(&v, o);
    return o;
}
