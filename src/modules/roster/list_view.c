/* list_view.c: what the page of the roster shows: views, query bar, chips, heads, cells. Every state is an address. */
#include <string.h>

#include "face/query.h"
#include "modules/roster/queries.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/list_pieces.h"
#include "roster/people.h"
#include "roster/telling.h"
#include "view/view.h"

struct page {
    struct req *rq;
    struct arena *a;
    const struct people *p;
    const struct people_rows *r;
    struct list_pieces pieces;
};

static void put(json_t *o, const char *name, const char *s)
{
    if (s != NULL && *s != '\0')
        json_object_set_new(o, name, json_string(s));
}

/* HTML as a value: made here of texts that are known to be UTF-8, and too long to be looked through again. */
static json_t *html_json(const char *html)
{
    return json_string_nocheck(html);
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
    const char *key;
    struct people mine = *v->p;
    mine.n_sort = 0;
    mine.columns = false;
    mine.limit = PEOPLE_ROWS;
    const char *here = plain(v, mine);
    for (int i = 0; i < LIST_VIEWS && v->pieces.view[i] != NULL; i++) {
        people_view_filter(v->a, v->rq->today, i, &key);
        json_t *o =
            json_pack("{s:s, s:s, s:{s:I}}", "text", text_get(v->rq->lang, arena_printf(v->a, "roster.view.%s", key)),
                      "href", v->pieces.view[i], "count", "n", (json_int_t)v->r->views[i]);
        if (strcmp(here, v->pieces.view[i]) == 0)
            put(o, "current", "page");
        json_array_append_new(all, o);
    }
    return all;
}

/* ---- the query bar ---- */
static json_t *unit_options(const struct page *v)
{
    struct buf html = BUF(v->a), id = BUF(v->a), text = BUF(v->a);
    int64_t open[64] = {0};
    int top = 0;
    for (int i = 0; i < v->r->n_units; i++) {
        const struct roster_q_units *u = &v->r->units[i];
        while (top > 0 && open[top - 1] != u->parent)
            top--;
        buf_clear(&text);
        for (int k = 0; k < top && k < 8; k++)
            buf_puts(&text, "　");
        buf_puts(&text, u->name);
        if (top < 63)
            open[top++] = u->id;
        buf_clear(&id);
        buf_int(&id, u->id);
        view_stencil_put(&html, v->pieces.option,
                         (const char *[]){[LIST_OPTION_VALUE] = buf_str(&id),
                                          [LIST_OPTION_TEXT] = buf_str(&text),
                                          [LIST_OPTION_CHOSEN] = v->p->unit == u->id ? LIST_CHOSEN : NULL});
    }
    return html_json(buf_str(&html));
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
    struct buf html = BUF(v->a);
    const struct code_list *l = codes_list(v->p->world->subjects[v->p->subject]->facts[MEMBER_LEVEL].codes);
    const char **chosen = arena_array(v->a, const char *, codes_count(l) + 1);
    if (v->p->level != NULL)
        chosen[codes_find(l, v->p->level)] = LIST_CHOSEN;
    view_stencil_put(&html, v->pieces.levels, chosen);
    return html_json(buf_str(&html));
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
    json_object_set(o, "more", v->pieces.more);
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
    struct people p = *v->p;
    struct buf html = BUF(v->a);
    const char **checked = arena_array(v->a, const char *, p.world->subjects[p.subject]->n_facts);
    for (int c = 0; c < p.n_cols; c++)
        checked[p.cols[c]] = LIST_CHECKED;
    view_stencil_put(&html, v->pieces.columns, checked);
    p.columns = false;
    return json_pack("{s:o, s:o}", "all", html_json(buf_str(&html)), "hidden", hidden_pairs(v, p));
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
        buf_puts(&b, i == 0 ? "" : text_sign(v->rq->lang, SIGN_LIST));
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
                        json_pack("{s:s, s:s, s:s}", "forms_href", people_forms_address(v->a, v->p), "href",
                                  people_export_address(v->a, v->p), "text",
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
        json_object_set_new(x, "table",
                            json_pack("{s:o, s:o}", "heads", heads(v), "rows",
                                      html_json(people_rows_html(v->rq, v->p, v->r, &v->pieces))));
    } else {
        struct people bare = {.limit = v->p->limit, .world = v->p->world, .subject = v->p->subject};
        json_object_set_new(x, "none", json_pack("{s:s}", "loosen", people_address(v->a, &bare, false)));
    }
    json_object_set_new(x, "sizes", sizes(v));
    if (req_may(v->rq, "face.view.use"))
        put(x, "keep", face_view_address(v->a, people_address(v->a, v->p, false)));
    put(x, "next", r->next);
    put(x, "prev", r->prev);
    json_object_set_new(o, "list", x);
}

json_t *people_conditions(struct req *rq, const struct people *p, const struct people_rows *r)
{
    const struct page v = {.rq = rq, .a = rq->arena, .p = p, .r = r};
    json_t *words = json_array(), *all = chips(&v), *c;
    size_t i;
    json_array_foreach(all, i, c) json_array_append(words, json_object_get(c, "text"));
    json_decref(all);
    return words;
}

struct err *people_labels(struct req *rq, const struct people *p, const struct people_rows *r, json_t **out)
{
    struct page v = {.rq = rq, .a = rq->arena, .p = p, .r = r};
    TRY(list_pieces(rq, p, &v.pieces));
    json_t *o = json_object();
    json_object_set_new(o, "views", views(&v));
    json_object_set_new(o, "query", query_bar(&v));
    if (req_may(rq, "roster.member.write") && !rq->who->readonly)
        put(o, "new", "/roster/member/new");
    if (r->wrong == NULL)
        put_rows(&v, o);
    *out = o;
    return NULL;
}
