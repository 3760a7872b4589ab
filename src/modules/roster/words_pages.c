/* words_pages.c: the page from words to posts: each distinct post text once, with how many people bear it and what is
 * proposed; the officer corrects, ticks and confirms in bulk. */
#include <stdlib.h>
#include <string.h>

#include "face/show.h"
#include "record/codes.h"
#include "roster/import_pages.h"
#include "roster/roster.h"
#include "roster/words.h"
#include "view/view.h"

enum { TEXTS_A_PAGE = 50 };

/* The choices of a code list with one chosen; empty first. */
static json_t *options(enum lang lang, const char *list, const char *chosen)
{
    const struct code_list *l = codes_list(list);
    json_t *out = json_array();
    for (int i = 1; i <= codes_count(l); i++)
        json_array_append_new(out, json_pack("{s:s, s:s, s:b}", "value", codes_code(l, i), "text",
                                             codes_name(l, i, lang == LANG_EN), "chosen",
                                             chosen != NULL && strcmp(chosen, codes_code(l, i)) == 0));
    return out;
}

static json_t *shown(struct req *rq, const struct words_open *o, int i)
{
    return json_pack("{s:i, s:s, s:s, s:I, s:s, s:b, s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "i", i, "text",
                     o->text, "titles", o->titles, "people", (json_int_t)o->people, "unit_name",
                     o->unit_name == NULL ? "" : o->unit_name, "unit_new", o->unit == 0 && o->unit_name != NULL, "unit",
                     o->unit == 0 ? "" : arena_printf(rq->arena, "%lld", (long long)o->unit), "parent",
                     (json_int_t)o->new_parent, "kind", o->new_kind == NULL ? "" : o->new_kind, "unit_levels",
                     options(rq->lang, "roster.level", o->new_level), "levels",
                     options(rq->lang, "roster.level", o->level), "chiefs", options(rq->lang, "roster.chief", o->chief),
                     "kinds", options(rq->lang, "roster.office_kind", o->new_kind), "leading", o->leading, "main",
                     o->main, "set_aside", o->set_aside);
}

static struct err *page(struct req *rq, const struct err *bad)
{
    struct words_open *open;
    int n;
    struct words_counts counts;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(words_open_list(&tx, rq->who, TEXTS_A_PAGE, &open, &n, &counts));
    }
    json_t *rows = json_array(), *people = json_array();
    for (int i = 0; i < n; i++) {
        json_array_append_new(rows, json_pack("{s:s, s:I, s:s, s:o, s:I, s:o, s:o, s:b, s:b, s:b}", "text",
                                              open[i].text, "people", (json_int_t)open[i].people, "titles",
                                              open[i].titles, "unit_name", view_text_json(open[i].unit_name), "unit",
                                              (json_int_t)open[i].unit, "level", view_text_json(open[i].level), "chief",
                                              view_text_json(open[i].chief), "leading", open[i].leading, "main",
                                              open[i].main, "set_aside", open[i].set_aside));
        json_array_append_new(people, shown(rq, &open[i], i));
    }
    json_t *data =
        json_pack("{s:o, s:I, s:I}", "rows", rows, "total", (json_int_t)counts.open, "ready", (json_int_t)counts.ready);
    const char *made = req_query(rq, "made");
    rq->labels = json_pack("{s:o, s:I, s:i, s:b, s:I, s:o}", "rows", people, "total", (json_int_t)counts.open, "shown",
                           n, "any", n > 0, "ready", (json_int_t)counts.ready, "made", view_text_json(made));
    return bad == NULL ? respond_page(rq, "roster/words", data) : respond_form(rq, "roster/words", data, bad);
}

struct err *roster_words_page(struct req *rq)
{
    return page(rq, NULL);
}

static const char *given(struct req *rq, const char *name, int i)
{
    const char *s = req_form(rq, arena_printf(rq->arena, "%s.%d", name, i));
    return s == NULL || *s == '\0' ? NULL : s;
}

static int64_t number(const char *s)
{
    return s == NULL ? 0 : strtoll(s, NULL, 10);
}

static struct words_answer answer_of(struct req *rq, int i)
{
    return (struct words_answer){.text = given(rq, "text", i),
                                 .titles = given(rq, "titles", i),
                                 .unit_name = given(rq, "unit_name", i),
                                 .kind = given(rq, "kind", i),
                                 .unit_level = given(rq, "unit_level", i),
                                 .level = given(rq, "level", i),
                                 .chief = given(rq, "chief", i),
                                 .unit = number(given(rq, "unit", i)),
                                 .parent = number(given(rq, "parent", i)),
                                 .leading = given(rq, "leading", i) != NULL,
                                 .main = given(rq, "main", i) != NULL,
                                 .quota = given(rq, "leading", i) != NULL,
                                 .set_aside = given(rq, "set_aside", i) != NULL};
}

/* Answers of one round: bodies first, so that their internal units find them. */
static struct err *confirm_round(struct req *rq, struct change *c, bool internal, int *n_out)
{
    const struct code_list *kinds = codes_list("roster.office_kind");
    size_t pairs;
    const struct pair *p = req_form_all(rq, &pairs);
    for (size_t i = 0; i < pairs; i++) {
        if (strcmp(p[i].name, "ok") != 0)
            continue;
        int k = (int)number(p[i].value);
        struct words_answer w = answer_of(rq, k);
        bool inner = w.kind != NULL && strcmp(w.kind, codes_code(kinds, codes_find(kinds, "internal_unit"))) == 0;
        if (w.text == NULL || inner != internal)
            continue;
        /* the name was corrected: the number proposed for the old name no longer counts */
        const char *proposed = given(rq, "proposed", k);
        if (w.unit != 0 && (proposed == NULL || w.unit_name == NULL || strcmp(proposed, w.unit_name) != 0))
            w.unit = 0;
        TRY(words_confirm(c, &w));
        ++*n_out;
    }
    return NULL;
}

/* One change for all answers of a page; units named alike are made once. */
static struct err *confirm(struct req *rq, int *n_out)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "words to posts", &c));
    TRY(confirm_round(rq, &c, false, n_out));
    TRY(confirm_round(rq, &c, true, n_out));
    return change_commit(&c);
}

struct err *roster_words_answers(struct req *rq)
{
    int n = 0;
    struct err *e = confirm(rq, &n);
    if (e != NULL && e->kind == ERR_INVALID)
        return page(rq, e);
    TRY(e);
    int64_t posts;
    TRY(err_part(words_apply(rq->db, rq->arena, rq->who, &posts)));
    if (rq->json)
        return respond_json(rq, json_pack("{s:i, s:I}", "answers", n, "posts", (json_int_t)posts));
    return respond_see_other(rq, "/roster/words?made=%lld", (long long)posts);
}
