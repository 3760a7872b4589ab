/* list_pieces.c: see list_pieces.h. */
#include "roster/list_pieces.h"

#include <pthread.h>
#include <string.h>

#include "record/codes.h"
#include "roster/facts.h"
#include "roster/telling.h"

enum { BOXES = 16, FACTS = 128 };

struct boxes { /* for one set of facts a person may ask for */
    uint64_t facts[FACTS / 64];
    json_t *more;
    const struct stencil *columns;
};

static struct kept {
    const struct stencil *row, *option, *levels;
    struct list_column column[FACTS];
    struct boxes boxes[BOXES];
    int n_boxes;
} all_kept[LANGS];
static struct {
    struct arena *arena;
    struct date day;
    const char *address[LIST_VIEWS];
} views;
static struct arena *forever; /* lives as long as the program */
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

struct maker {
    enum lang lang;
    const struct people *p;
    struct arena *a;
};

static const struct expr_fact *fact_of(const struct maker *m, int fact)
{
    return &m->p->world->subjects[m->p->subject]->facts[fact];
}

static bool has(const uint64_t facts[FACTS / 64], int fact)
{
    return facts[fact / 64] >> fact % 64 & 1;
}

static json_t *option(const char *value, const char *text, const char *chosen)
{
    return json_pack("{s:s, s:s, s:s}", "value", value, "text", text, "chosen", chosen);
}

/* ---- boxes of "more conditions" ---- */
static json_t *code_options(const struct maker *m, const char *list)
{
    json_t *all = json_array();
    const struct code_list *l = codes_list(list);
    for (int i = 1; i <= codes_count(l); i++)
        json_array_append_new(all, option(codes_code(l, i), codes_name(l, i, m->lang == LANG_EN), ""));
    return json_pack("{s:o}", "options", all);
}

/* One box, by the type of the fact. */
static json_t *more_box(const struct maker *m, int fact)
{
    const struct expr_fact *f = fact_of(m, fact);
    json_t *o = json_pack("{s:s, s:s}", "name", arena_printf(m->a, "f.%s", f->name), "label",
                          telling_fact(m->a, m->lang, m->p->subject, fact));
    if (f->type == EXPR_CODE)
        json_object_set_new(o, "choose", code_options(m, f->codes));
    else if (f->type == EXPR_BOOL)
        json_object_set_new(o, "choose",
                            json_pack("{s:[o, o]}", "options", option("y", text_get(m->lang, "face.yes"), ""),
                                      option("n", text_get(m->lang, "face.no"), "")));
    else
        json_object_set_new(o, "between", json_pack("{s:s}", "hint", f->type == EXPR_DATE ? "1975.03" : ""));
    return o;
}

static struct err *make_boxes(const struct maker *m, const uint64_t facts[FACTS / 64], struct boxes *out)
{
    json_t *more = json_array(), *columns = json_array();
    for (int i = 0; i < m->p->world->subjects[m->p->subject]->n_facts && i < FACTS; i++) {
        if (!has(facts, i))
            continue;
        json_array_append_new(columns, json_pack("{s:s, s:s, s:s}", "name", fact_of(m, i)->name, "text",
                                                 telling_fact(m->a, m->lang, m->p->subject, i), "shown",
                                                 view_hole_html(m->a, i)));
        if (i != MEMBER_AGE && i != MEMBER_LEVEL && i != MEMBER_SEAT) /* these stand in the bar itself */
            json_array_append_new(more, more_box(m, i));
    }
    const struct stencil *s;
    struct buf html = BUF(m->a);
    struct err *e =
        view_stencil(m->a, m->lang, "roster/member-columns", json_pack("{s:o}", "all", columns), &out->columns);
    struct err *too = view_stencil(m->a, m->lang, "roster/member-more", json_pack("{s:o}", "more", more), &s);
    if (e != NULL || too != NULL)
        return e != NULL ? e : too;
    view_stencil_put(&html, s, NULL);
    out->more = json_string_nocheck(buf_str(&html));
    memcpy(out->facts, facts, sizeof out->facts);
    return NULL;
}

static struct err *boxes_of(const struct maker *m, const struct who *who, struct kept *k, struct list_pieces *out)
{
    uint64_t facts[FACTS / 64] = {0};
    for (int i = 0; i < m->p->world->subjects[m->p->subject]->n_facts && i < FACTS; i++)
        if (people_may_ask(m->p, who, i))
            facts[i / 64] |= (uint64_t)1 << i % 64;
    struct boxes *b = k->boxes;
    while (b < k->boxes + k->n_boxes && memcmp(b->facts, facts, sizeof facts) != 0)
        b++;
    if (b == k->boxes + k->n_boxes) {
        if (k->n_boxes == BOXES) /* more kinds of readers than there are classes */
            b = k->boxes;
        TRY(make_boxes(m, facts, b));
        k->n_boxes = b - k->boxes == k->n_boxes ? k->n_boxes + 1 : k->n_boxes;
    }
    out->more = b->more;
    out->columns = b->columns;
    return NULL;
}

/* ---- cells ---- */
static struct err *make_cell(const struct maker *m, int fact, bool quiet, const char *note, const struct stencil **out)
{
    bool number = fact_of(m, fact)->type == EXPR_INT, hide = fact == MEMBER_SEX || fact == MEMBER_PARTY_JOINED;
    const char *class = arena_printf(m->a, "%s%s%s", number ? " num" : "", hide ? " hide-c" : "", quiet ? " mute" : "");
    json_t *o = json_pack("{s:s, s:s, s:s}", "label", telling_fact(m->a, m->lang, m->p->subject, fact), "text",
                          view_hole(m->a, LIST_VALUE), "class", *class == ' ' ? class + 1 : class);
    if (note != NULL)
        json_object_set_new(o, note, json_string(view_hole(m->a, LIST_NOTE)));
    return view_stencil(m->a, m->lang, "roster/member-cell", o, out);
}

static struct err *make_column(const struct maker *m, int fact, struct list_column *out)
{
    struct list_column c;
    for (int quiet = 0; quiet < 2; quiet++) {
        TRY(make_cell(m, fact, quiet, NULL, &c.plain[quiet]));
        TRY(make_cell(m, fact, quiet, "mute", &c.beside[quiet]));
        TRY(make_cell(m, fact, quiet, "sub", &c.below[quiet]));
    }
    *out = c;
    return NULL;
}

/* ---- rows and choices ---- */
static struct err *make_row(const struct maker *m, const struct stencil **out)
{
    json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "id", view_hole(m->a, LIST_ID), "from", view_hole(m->a, LIST_FROM),
                          "name", view_hole(m->a, LIST_NAME), "post", view_hole(m->a, LIST_POST));
    return view_stencil(m->a, m->lang, "roster/member-row", o, out);
}

static struct err *make_option(const struct maker *m, const struct stencil **out)
{
    json_t *one = option(view_hole(m->a, LIST_OPTION_VALUE), view_hole(m->a, LIST_OPTION_TEXT),
                         view_hole_html(m->a, LIST_OPTION_CHOSEN));
    return view_stencil(m->a, m->lang, "roster/options", json_pack("{s:[o]}", "options", one), out);
}

static struct err *make_levels(const struct maker *m, const struct stencil **out)
{
    json_t *all = json_array();
    const struct code_list *l = codes_list(fact_of(m, MEMBER_LEVEL)->codes);
    for (int i = codes_count(l); i >= 1; i--)
        json_array_append_new(all,
                              option(codes_key(l, i), codes_name(l, i, m->lang == LANG_EN), view_hole_html(m->a, i)));
    return view_stencil(m->a, m->lang, "roster/options", json_pack("{s:o}", "options", all), out);
}

/* ---- views ---- */
static void make_views(const struct maker *m, struct date today)
{
    const char *key, *filter;
    struct arena *a = arena_new();
    memset(views.address, 0, sizeof views.address);
    for (int i = 0; i < LIST_VIEWS && (filter = people_view_filter(a, today, i, &key)) != NULL; i++) {
        struct people p = {.limit = PEOPLE_ROWS, .world = m->p->world, .subject = m->p->subject};
        struct expr *e;
        if (*filter != '\0')
            p.filter = expr_parse(a, p.world, p.subject, filter, NULL, &e) == NULL ? expr_text(a, e) : filter;
        views.address[i] = people_address(a, &p, false);
    }
    arena_free(views.arena);
    views.arena = a;
    views.day = today;
}

static struct err *collect(const struct maker *m, struct req *rq, struct list_pieces *out)
{
    struct kept *k = &all_kept[m->lang];
    if (k->row == NULL) {
        TRY(make_levels(m, &k->levels));
        TRY(make_option(m, &k->option));
        TRY(make_row(m, &k->row));
    }
    out->row = k->row;
    out->option = k->option;
    out->levels = k->levels;
    TRY(boxes_of(m, rq->who, k, out));
    for (int i = 0; i < m->p->n_cols; i++) {
        struct list_column *c = &k->column[m->p->cols[i]];
        if (c->plain[0] == NULL)
            TRY(make_column(m, m->p->cols[i], c));
        out->column[i] = c;
    }
    if (views.day.v != rq->today.v)
        make_views(m, rq->today);
    for (int i = 0; i < LIST_VIEWS && views.address[i] != NULL; i++)
        out->view[i] = arena_strdup(rq->arena, views.address[i]); /* tomorrow they are others */
    return NULL;
}

struct err *list_pieces(struct req *rq, const struct people *p, struct list_pieces *out)
{
    pthread_mutex_lock(&making);
    if (forever == NULL)
        forever = arena_new();
    struct maker m = {rq->lang, p, forever};
    *out = (struct list_pieces){0};
    struct err *e = collect(&m, rq, out);
    pthread_mutex_unlock(&making);
    return e;
}
