/* whatif.c: /whatif: a changed parameter, a draft rule or a new edition, another day, tried over everyone in scope: who
 * would be touched, who freed, each with its trace. A reason is asked and the run logged as a reading of that many
 * files; nothing else is written. */
#include <string.h>

#include "auth/access.h"
#include "base/clock.h"
#include "findings/tried.h"
#include "roster/roster.h"

enum { ROWS = 50, DRAFT_MOST = 20000 };
static const char *const kinds[] = {"param", "text", "day"};
enum { PARAM, TEXT, DAY, KINDS };

struct whatif {
    struct req *rq;
    int kind;
    const char *rule, *name, *value, *text, *day_text, *reason;
    int64_t page;
    struct date day;
    struct reading r;
    const struct rules_rule *draft;
    struct rules_tried t;
    bool ran;
};

/* ---- asked ---- */
static const char *sent(struct req *rq, const char *name)
{
    json_t *body;
    const char *s;
    if (rq->method == GET)
        s = req_query(rq, name);
    else if (rq->body == NULL)
        s = req_form(rq, name);
    else {
        if (req_json(rq, &body) != NULL)
            return NULL;
        json_t *v = json_object_get(body, name);
        s = json_is_integer(v)             ? arena_printf(rq->arena, "%lld", (long long)json_integer_value(v))
            : json_string_value(v) == NULL ? NULL
                                           : arena_strdup(rq->arena, json_string_value(v));
    }
    return s == NULL || *s == '\0' ? NULL : s;
}

static void take(struct whatif *w)
{
    const char *what = sent(w->rq, "what"), *page = sent(w->rq, "page");
    for (int i = 0; i < KINDS; i++)
        if (what != NULL && strcmp(what, kinds[i]) == 0)
            w->kind = i;
    w->rule = sent(w->rq, "rule");
    w->name = sent(w->rq, "name");
    w->value = sent(w->rq, "value");
    w->text = sent(w->rq, "text");
    w->day_text = sent(w->rq, "day");
    w->reason = sent(w->rq, "reason");
    w->page = page == NULL ? 1 : strtoll(page, NULL, 10);
    if (w->page < 1 || w->page > 1000000)
        w->page = 1;
}

static struct err *lacks(struct whatif *w, const char *field)
{
    return err_field(err_say(ERR(w->rq->arena, ERR_INVALID, "no %s", field), "field.required", NULL), field);
}

/* The rule whose parameter or text is changed, when the person may see what it reads. */
static struct err *find_rule(struct whatif *w, const struct rules_rule **out)
{
    *out = w->rule == NULL ? NULL : rules_find(w->r.set, w->rule);
    if (*out == NULL)
        return w->rule == NULL ? lacks(w, "rule")
                               : err_field(err_say(ERR(w->rq->arena, ERR_INVALID, "no rule '%.60s'", w->rule),
                                                   "rules.no_rule", "rule", w->rule, NULL),
                                           "rule");
    return NULL;
}

static struct err *may_read(struct whatif *w, const struct rules_rule *r, const char *field)
{
    if (r->class <= w->rq->who->sees)
        return NULL;
    return err_field(err_say(ERR(w->rq->arena, ERR_INVALID, "rule %s reads class %d", r->text->id, (int)r->class),
                             "findings.whatif.too_secret", NULL),
                     field);
}

static struct err *make_draft(struct whatif *w)
{
    const struct rules_rule *r;
    struct err *e;
    switch (w->kind) {
    case PARAM:
        TRY(find_rule(w, &r));
        TRY(may_read(w, r, "rule"));
        if (w->name == NULL || w->value == NULL)
            return lacks(w, w->name == NULL ? "name" : "value");
        return rules_draft_value(w->rq->arena, r, w->name, w->value, &w->draft);
    case TEXT:
        if (w->text == NULL)
            return lacks(w, "text");
        if (strlen(w->text) > DRAFT_MOST)
            return err_field(err_say(ERR(w->rq->arena, ERR_INVALID, "long"), "findings.whatif.long", NULL), "text");
        e = rules_draft(w->rq->arena, w->r.set, w->text, &w->draft);
        if (e != NULL)
            return err_field(e, "text");
        return may_read(w, w->draft, "text");
    default:
        if (w->day_text == NULL)
            return lacks(w, "day");
        TRY(roster_day(w->rq->arena, "day", w->day_text, true, &w->day));
        return w->rule == NULL ? NULL : find_rule(w, &r);
    }
}

/* A draft may be tried on another day as well. */
static struct err *other_day(struct whatif *w)
{
    return w->kind == DAY || w->day_text == NULL ? NULL : roster_day(w->rq->arena, "day", w->day_text, true, &w->day);
}

/* ---- running ---- */
static int64_t only_seen(struct whatif *w, struct rules_hit *hits, int64_t n)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++)
        if (tried_seen(w->rq, &hits[i]))
            hits[k++] = hits[i];
    return k;
}

static struct err *run(struct whatif *w)
{
    const char *reason = NULL;
    struct err *e = make_draft(w);
    err_join(&e, other_day(w));
    struct err *bad = access_reason(w->rq->arena, w->reason == NULL ? "" : w->reason, &reason);
    err_join(&e, bad != NULL ? bad : reason == NULL ? lacks(w, "reason") : NULL);
    TRY(e);
    const char *asked = w->draft != NULL ? w->draft->text->id : w->day_text;
    TRY(tried_log(w->rq, &w->r, arena_printf(w->rq->arena, "what if: %s %s", kinds[w->kind], asked), reason));
    struct rules_ask ask = {
        .scope = &w->rq->who->scope, .rule = w->kind == DAY ? w->rule : NULL, .sees = (int)w->rq->who->sees};
    TRY(rules_try(rules_shared(), w->r.set, w->r.root, w->rq->arena, &ask, w->draft, w->day, &w->t));
    w->t.n_touched = only_seen(w, w->t.touched, w->t.n_touched);
    w->t.n_freed = only_seen(w, w->t.freed, w->t.n_freed);
    w->ran = true;
    return NULL;
}

/* ---- rows ---- */
/* Who is freed is told by what would be: the draft's trace for his row, in which the condition no longer holds. */
static struct err *freed_trace(struct whatif *w, struct rules_hit h, struct date day, json_t *row, json_t *label)
{
    struct rules_hit then = h;
    struct face_names *none = face_names_new(w->rq->arena, w->rq->who);
    enum tri t;
    json_t *data = NULL, *words = NULL;
    then.rule = w->draft != NULL && w->draft->subject == h.rule->subject ? w->draft : h.rule;
    TRY(rules_truth(then.rule, w->r.root, w->rq->arena, h.where.owner, h.where.id, day, &t, &then.stretch));
    if (then.stretch == NULL)
        return NULL;
    struct err *e = tried_row(w->rq, w->r.root, &then, day, none, &data, &words);
    if (e != NULL)
        return e->kind == ERR_MISSING ? NULL : e;
    json_object_set(row, "would_be", json_object_get(data, "trace"));
    json_object_set(label, "trace", json_object_get(words, "trace"));
    json_object_set_new(row, "would_be_unknown", json_boolean(t == TRI_UNKNOWN));
    json_object_set_new(label, "unknown", json_boolean(t == TRI_UNKNOWN));
    json_decref(data);
    json_decref(words);
    return NULL;
}

static struct err *rows(struct whatif *w, bool touched, json_t *data, json_t *labels)
{
    const struct rules_hit *all = touched ? w->t.touched : w->t.freed;
    int64_t total = touched ? w->t.n_touched : w->t.n_freed, from = (w->page - 1) * ROWS;
    int n = from >= total ? 0 : total - from > ROWS ? ROWS : (int)(total - from);
    struct date day = date_is(w->day) ? w->day : facts_day(w->r.root);
    const struct facts_root *root = touched && w->t.root != NULL ? w->t.root : w->r.root;
    struct face_names *names;
    TRY(tried_names(w->rq, &w->r.tx, root, all + from, n, &names));
    for (int i = 0; i < n; i++) {
        json_t *row, *label;
        TRY(tried_row(w->rq, root, &all[from + i], touched ? day : facts_day(w->r.root), names, &row, &label));
        json_array_append_new(data, row);
        json_array_append_new(labels, label);
        if (!touched)
            TRY(freed_trace(w, all[from + i], day, row, label));
    }
    return NULL;
}

static struct err *put_results(struct whatif *w, json_t *data, json_t *labels)
{
    json_t *touched = json_array(), *freed = json_array(), *l_touched = json_array(), *l_freed = json_array();
    char iso[DATE_TEXT];
    date_iso(date_is(w->day) ? w->day : facts_day(w->r.root), iso);
    json_object_update_new(data,
                           json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "day", iso, "touched",
                                     (json_int_t)w->t.n_touched, "freed", (json_int_t)w->t.n_freed, "same",
                                     (json_int_t)w->t.same, "unknown_now", (json_int_t)w->t.unknown_now, "unknown_then",
                                     (json_int_t)w->t.unknown_then, "touched_rows", touched, "freed_rows", freed));
    struct err *e = rows(w, true, touched, l_touched);
    if (e == NULL)
        e = rows(w, false, freed, l_freed);
    int64_t most = w->t.n_touched > w->t.n_freed ? w->t.n_touched : w->t.n_freed;
    json_t *o =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:s, s:o, s:o, s:b, s:b}", "touched", (json_int_t)w->t.n_touched, "freed",
                  (json_int_t)w->t.n_freed, "same", (json_int_t)w->t.same, "unknown_now", (json_int_t)w->t.unknown_now,
                  "unknown_then", (json_int_t)w->t.unknown_then, "day", iso, "touched_rows", l_touched, "freed_rows",
                  l_freed, "any_touched", w->t.n_touched > 0, "any_freed", w->t.n_freed > 0);
    json_object_set_new(o, "page", json_integer(w->page));
    if (w->page > 1)
        json_object_set_new(o, "prev", json_integer(w->page - 1));
    if (w->page * ROWS < most)
        json_object_set_new(o, "next", json_integer(w->page + 1));
    json_object_set_new(labels, "result", o);
    return e;
}

/* ---- the form ---- */
static json_t *rule_options(const struct whatif *w)
{
    json_t *all = json_array();
    for (int i = 0; i < rules_count(w->r.set); i++) {
        const struct rules_rule *r = rules_at(w->r.set, i);
        if (r->class <= w->rq->who->sees)
            put_option(all, r->text->id,
                       arena_printf(w->rq->arena, "%s %s", r->text->id,
                                    rules_edition_now(r, w->rq->today)->title[w->rq->lang]),
                       w->rule);
    }
    return all;
}

static json_t *views(const struct whatif *w)
{
    json_t *all = json_array();
    for (int i = 0; i < KINDS; i++)
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:b}", "href",
                                        arena_printf(w->rq->arena, "/whatif?what=%s%s%s", kinds[i],
                                                     w->rule == NULL ? "" : "&rule=", w->rule == NULL ? "" : w->rule),
                                        "text", tr(w->rq, arena_printf(w->rq->arena, "findings.whatif.%s", kinds[i])),
                                        "current", i == w->kind));
    return all;
}

static json_t *form(const struct whatif *w)
{
    const struct rules_rule *r = w->rule == NULL ? NULL : rules_find(w->r.set, w->rule);
    json_t *o =
        json_pack("{s:o, s:s, s:b, s:b, s:b, s:o}", "views", views(w), "what", kinds[w->kind], "is_param",
                  w->kind == PARAM, "is_text", w->kind == TEXT, "is_day", w->kind == DAY, "rules", rule_options(w));
    json_t *params = json_array();
    const struct rules_edition *e = r == NULL ? NULL : rules_edition_now(r, w->rq->today);
    for (int i = 0; e != NULL && i < e->n_params; i++) {
        const char *v = e->params[i].value == NULL ? tr(w->rq, "findings.param_empty") : e->params[i].value;
        json_array_append_new(params, json_pack("{s:s, s:s}", "name", e->params[i].name, "value", v));
    }
    json_object_set_new(o, "params", json_array_size(params) > 0 ? json_pack("{s:O}", "all", params) : json_null());
    json_decref(params);
    json_object_set_new(o, "name",
                        json_string(w->name != NULL                ? w->name
                                    : e != NULL && e->n_params > 0 ? e->params[0].name
                                                                   : ""));
    json_object_set_new(o, "value", json_string(w->value == NULL ? "" : w->value));
    json_object_set_new(o, "text", json_string(w->text != NULL ? w->text : r != NULL ? r->text->source : ""));
    json_object_set_new(o, "day", json_string(w->day_text == NULL ? "" : w->day_text));
    json_object_set_new(o, "reason", json_string(w->reason == NULL ? "" : w->reason));
    json_object_set_new(o, "rule", json_string(w->rule == NULL ? "" : w->rule));
    return o;
}

static struct err *answer(struct whatif *w, struct err *wrong)
{
    json_t *data = json_pack("{s:s}", "what", kinds[w->kind]), *labels = json_pack("{s:o}", "form", form(w));
    json_object_set_new(data, "rule", view_text_json(w->draft != NULL ? w->draft->text->id : w->rule));
    struct err *e = w->ran ? put_results(w, data, labels) : NULL;
    w->rq->labels = labels;
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    db_end(&w->r.tx);
    return wrong != NULL ? respond_form(w->rq, "findings/whatif", data, wrong)
                         : respond_page(w->rq, "findings/whatif", data);
}

static struct err *handle(struct req *rq, bool runs)
{
    struct whatif w = {.rq = rq};
    take(&w);
    TRY(reading_begin(rq, &w.r));
    struct err *e = NULL, *wrong = runs ? run(&w) : NULL;
    if (wrong != NULL && wrong->kind != ERR_INVALID)
        e = wrong;
    if (!w.ran)
        req_shows_nothing(rq);
    if (e == NULL)
        e = answer(&w, wrong);
    rules_tried_end(&w.t);
    reading_end(&w.r);
    return e;
}

struct err *findings_whatif(struct req *rq)
{
    return handle(rq, false);
}

struct err *findings_whatif_run(struct req *rq)
{
    return handle(rq, true);
}
