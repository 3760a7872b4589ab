/* why_view.c: a finding and its reasons in words. */
#include <string.h>

#include "base/clock.h"
#include "findings/why.h"
#include "record/codes.h"
#include "roster/roster.h"
#include "view/view.h"

static const char *day(struct req *rq, struct date d)
{
    struct buf b = BUF(rq->arena);
    view_date(&b, rq->lang, d);
    return buf_str(&b);
}

static const char *code(struct req *rq, const char *list, const char *value)
{
    return codes_label(list, value, rq->lang == LANG_EN);
}

/* ---- the trace ---- */
static const char *truth_word(struct req *rq, const struct expr_value *v)
{
    return tr(rq, v->state == EXPR_UNKNOWN            ? "findings.truth.unknown"
                  : v->state == EXPR_HAS && v->n != 0 ? "findings.truth.true"
                                                      : "findings.truth.false");
}

static const char *param_words(struct req *rq, const struct rules_param *p, int64_t n)
{
    const char *unit = p->unit == NULL ? NULL : arena_printf(rq->arena, "findings.unit.%s", p->unit);
    const char *number = arena_printf(rq->arena, "%lld", (long long)n);
    return unit == NULL ? number : text_format(rq->arena, rq->lang, unit, "n", number, NULL);
}

static const struct rules_param *param_of(const struct why *w, const char *name, int *at)
{
    const struct rules_edition *e = w->hit.stretch->of;
    for (*at = 0; *at < e->n_params; ++*at)
        if (strcmp(e->params[*at].name, name) == 0)
            return &e->params[*at];
    return NULL;
}

static const char *value_words(struct req *rq, const struct why *w, const struct expr_trace *t)
{
    int at;
    const struct rules_param *p = t->param == NULL ? NULL : param_of(w, t->param, &at);
    if (p != NULL && t->value.state == EXPR_HAS && t->value.type == EXPR_INT)
        return param_words(rq, p, t->value.n);
    if (t->piece != EXPR_PIECE_FACT)
        return rules_words(rq->arena, rq->lang, &t->value);
    const struct fact *f = &facts_declared(t->subject)->facts[t->fact];
    const char *s = telling_value(rq->arena, rq->lang, f, t->value);
    bool in_scope;
    if (s == NULL && f->to != NULL)
        s = face_name(w->names, rq->arena, rq->lang, record_find(f->to), t->value.n, &in_scope);
    return s != NULL ? s : rules_words(rq->arena, rq->lang, &t->value);
}

/* The sign between the sides of a comparison: the one outside all brackets; NULL for `in` and `between`. */
static const char *sign_of(const char *text)
{
    static const struct {
        const char *sign, *shown;
    } signs[] = {{" <= ", "≤"}, {" >= ", "≥"}, {" != ", "≠"}, {" < ", "<"}, {" > ", ">"}, {" = ", "="}};
    int depth = 0;
    for (const char *s = text; *s != '\0'; s++) {
        depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
        for (size_t i = 0; depth == 0 && i < sizeof signs / sizeof *signs; i++)
            if (strncmp(s, signs[i].sign, strlen(signs[i].sign)) == 0)
                return signs[i].shown;
    }
    return NULL;
}

static const char *compared(struct req *rq, const struct expr_trace *t)
{
    const char *sign = sign_of(t->text), *left = rules_words(rq->arena, rq->lang, &t->left);
    if (sign == NULL)
        return left;
    return arena_printf(rq->arena, "%s %s %s", left, sign, rules_words(rq->arena, rq->lang, &t->right));
}

/* The fields a computed fact is made of, with their values: "出生年月 1970-03；档案出生年月 1968-03". */
static const char *made_of(struct req *rq, const struct why *w, const struct fact *f, const struct row *row)
{
    struct buf b = BUF(rq->arena);
    for (const char *s = f->from; s != NULL && *s != '\0';) {
        size_t n = strcspn(s, " ");
        int field = record_field(row->of, arena_strndup(rq->arena, s, n));
        s += n + strspn(s + n, " ");
        if (field < 0 || !face_shown(row->of, field, rq->who))
            continue;
        const char *v = face_value(rq->arena, rq->lang, row->of, field, row->v[field], w->names);
        buf_printf(&b, "%s%s %s", b.n == 0 ? "" : text_sign(rq->lang, SIGN_SEMICOLON),
                   face_label(rq->arena, rq->lang, row->of, field), v == NULL ? tr(rq, "findings.empty_field") : v);
    }
    return b.n == 0 ? NULL : buf_str(&b);
}

/* "任职：副区长" */
static const char *source_name(struct req *rq, const struct why *w, const struct why_source *s)
{
    return arena_printf(rq->arena, "%s%s%s", face_record_label(rq->lang, s->of->of), text_sign(rq->lang, SIGN_COLON),
                        face_row_name(rq->arena, rq->lang, s->of, w->names));
}

/* "任职：副区长，第 2 次修订，白简录入" */
static void put_source(struct req *rq, const struct why *w, const struct expr_trace *t, json_t *o)
{
    const struct why_source *s = why_source_of(w, t);
    if (s == NULL || s->of == NULL) {
        json_object_set_new(o, "source",
                            json_string(tr(rq, s == NULL ? "findings.computed" : "findings.out_of_sight")));
        return;
    }
    const char *name = source_name(rq, w, s);
    const char *document = why_document(s), *rev = arena_printf(rq->arena, "%lld", (long long)s->of->rev);
    json_object_set_new(o, "source", json_string(name));
    json_object_set_new(o, "href", view_text_json(why_href(rq, s)));
    json_object_set_new(o, "document", view_text_json(document));
    const struct fact *f = &facts_declared(t->subject)->facts[t->fact];
    json_object_set_new(o, "made_of", view_text_json(made_of(rq, w, f, s->of)));
    json_object_set_new(o, "rows_href", view_text_json(why_rows(rq, w, t)));
    if (s->last != NULL)
        json_object_set_new(o, "revision", json_string(tr(rq, "findings.revision", "n", rev, "by", s->last->actor)));
}

static void put_param_source(struct req *rq, const struct why *w, const char *name, json_t *o)
{
    int at;
    const struct rules_param *p = param_of(w, name, &at);
    if (p == NULL)
        return;
    const struct findings_q_values *set = why_value(w, &w->hit.stretch->values[at]);
    json_object_set_new(o, "source", json_string(tr(rq, "findings.param", "name", name)));
    json_object_set_new(o, "href", json_string(arena_printf(rq->arena, "/rules/%s#params", w->rule->text->id)));
    json_object_set_new(o, "document", view_text_json(set == NULL ? p->citation[rq->lang] : set->citation));
    json_object_set_new(o, "revision",
                        json_string(set == NULL
                                        ? tr(rq, "findings.param_shipped")
                                        : tr(rq, "findings.param_set", "by", set->set_by == NULL ? "" : set->set_by,
                                             "day", day(rq, set->from_on))));
}

static json_t *trace_row(struct req *rq, const struct why *w, const struct expr_trace *t, int subject)
{
    bool condition = t->value.type == EXPR_BOOL && t->piece != EXPR_PIECE_FACT;
    json_t *o = json_pack("{s:s, s:b, s:b, s:b}", "text", t->text, "top", t->depth == 0, "d1", t->depth == 1, "d2",
                          t->depth >= 2);
    const char *words = t->piece == EXPR_PIECE_ALL     ? tr(rq, "findings.piece.all")
                        : t->piece == EXPR_PIECE_ANY   ? tr(rq, "findings.piece.any")
                        : t->piece == EXPR_PIECE_FACT  ? telling_fact(rq->arena, rq->lang, t->subject, t->fact)
                        : t->piece == EXPR_PIECE_TODAY ? tr(rq, "findings.piece.today")
                        : t->piece == EXPR_PIECE_PARAM ? tr(rq, "findings.param", "name", t->param)
                                                       : telling_condition(rq->arena, rq->lang, subject, t->text);
    json_object_set_new(o, "words", json_string(words));
    if (t->piece == EXPR_PIECE_COMPARE)
        json_object_set_new(o, "value", json_string(compared(rq, t)));
    else if (!condition)
        json_object_set_new(o, "value", json_string(value_words(rq, w, t)));
    if (condition || (t->piece == EXPR_PIECE_FACT && t->value.type == EXPR_BOOL)) {
        json_object_set_new(o, "truth", json_string(truth_word(rq, &t->value)));
        json_object_set_new(o, "yes", json_boolean(t->value.state == EXPR_HAS && t->value.n != 0));
    }
    if (t->piece == EXPR_PIECE_FACT)
        put_source(rq, w, t, o);
    else if (t->param != NULL)
        put_param_source(rq, w, t->param, o);
    return o;
}

static json_t *trace(struct req *rq, const struct why *w)
{
    enum { DEEP = 62 };
    int subjects[DEEP] = {0};
    json_t *all = json_array();
    for (const struct expr_trace *t = w->trace; t != NULL; t = t->next) {
        int depth = t->depth < DEEP - 1 ? t->depth : DEEP - 2, here = depth == 0 ? w->rule->subject : subjects[depth];
        subjects[depth + 1] = t->piece == EXPR_PIECE_ROW ? t->subject : here;
        json_array_append_new(all, trace_row(rq, w, t, here));
    }
    return all;
}

/* ---- history ---- */
static const char *event(struct req *rq, const struct revision *now, const struct revision *before)
{
    const char *state = row_text(now->row, "state"), *was = before == NULL ? NULL : row_text(before->row, "state");
    const char *how = row_text(now->row, "ended_as"), *handler = row_text(now->row, "handler");
    if (was == NULL)
        return tr(rq, "findings.event.opened");
    if (strcmp(state, was) == 0 && handler != NULL && strcmp(handler, now->actor) != 0 &&
        (row_text(before->row, "handler") == NULL || strcmp(handler, row_text(before->row, "handler")) != 0))
        return tr(rq, "findings.event.handed", "name", handler);
    if (strcmp(state, was) == 0)
        return handler != NULL && row_text(before->row, "handler") == NULL ? tr(rq, "findings.event.taken")
                                                                           : tr(rq, "findings.event.changed");
    if (strcmp(state, "closed") == 0)
        return tr(rq, "findings.event.closed", "how", how == NULL ? "" : code(rq, "rules.ending", how));
    return tr(rq, strcmp(state, "answered") == 0 ? "findings.event.answered" : "findings.event.reopened");
}

static json_t *history(struct req *rq, const struct why *w)
{
    json_t *all = json_array();
    for (int i = 0; i < w->n_history; i++) {
        const struct revision *h = &w->history[i], *before = i + 1 < w->n_history ? h + 1 : NULL;
        struct date d = clock_day_of(h->at);
        const char *when = arena_printf(rq->arena, "%02d.%02d", date_month(d), date_day(d));
        bool judge = strcmp(h->actor, rules_judge_who.name) == 0;
        json_t *o = json_pack("{s:s, s:I, s:s, s:s}", "when", when, "at", (json_int_t)h->at, "by",
                              judge ? tr(rq, "findings.judge") : h->actor, "what", event(rq, h, before));
        bool closed = strcmp(row_text(h->row, "state"), "closed") == 0;
        bool same = before != NULL && strcmp(row_text(before->row, "state"), row_text(h->row, "state")) == 0;
        json_object_set_new(o, "reasons", view_text_json(closed && !same ? row_text(h->row, "reasons") : NULL));
        json_array_append_new(all, o);
    }
    return all;
}

/* What had changed when it closed itself: "任职起：2016.05.18 → 2017.05.18". */
static json_t *changed(struct req *rq, const struct why *w)
{
    json_t *all = json_array(),
           *in = json_loads(row_text(w->f, "changed") == NULL ? "{}" : row_text(w->f, "changed"), 0, NULL);
    const char *name;
    json_t *pair;
    json_object_foreach(in, name, pair)
    {
        struct buf was = BUF(rq->arena), is = BUF(rq->arena);
        view_json(&was, json_array_get(pair, 0));
        view_json(&is, json_array_get(pair, 1));
        bool gone = strcmp(name, "gone") == 0;
        int fact = w->rule == NULL ? -1 : facts_fact(w->rule->subject, name);
        const char *label = gone       ? tr(rq, "findings.gone")
                            : fact < 0 ? name
                                       : telling_fact(rq->arena, rq->lang, w->rule->subject, fact);
        json_array_append_new(all, json_pack("{s:s, s:b, s:s, s:s}", "label", label, "gone", gone, "was", buf_str(&was),
                                             "now", buf_str(&is)));
    }
    json_decref(in);
    return all;
}

/* ---- beside it ---- */
static const char *named(struct req *rq, const struct why *w, const char *field, const char *record, const char **href)
{
    bool in_scope = false;
    int64_t id = row_int(w->f, field);
    *href = NULL;
    if (id == 0)
        return NULL;
    const char *s = face_name(w->names, rq->arena, rq->lang, record_find(record), id, &in_scope);
    if (in_scope)
        *href = arena_printf(rq->arena, "%s/%lld", face_path(rq->arena, record_find(record)), (long long)id);
    return s;
}

static json_t *tries(struct req *rq, const struct why *w)
{
    json_t *all = json_array();
    for (int i = 0; i < w->n_tries; i++) {
        const struct why_try *t = &w->tries[i];
        const char *value = param_words(rq, t->param, t->value), *next = day(rq, t->next);
        const char *key = t->unknown ? "findings.try.unknown" : t->holds ? "findings.try.holds" : "findings.try.not";
        json_t *o = json_pack("{s:s, s:i, s:s}", "name", t->param->name, "n", t->value, "say",
                              tr(rq, key, "param", t->param->name, "value", value));
        if (date_is(t->next))
            json_object_set_new(
                o, "next", json_string(tr(rq, t->holds ? "findings.try.until" : "findings.try.from", "day", next)));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *waiting(struct req *rq, const struct why *w)
{
    json_t *all = json_array();
    for (const char *s = row_text(w->f, "waiting"); s != NULL && *s != '\0';) {
        size_t n = strcspn(s, " ");
        const char *id = arena_strndup(rq->arena, s, n);
        json_array_append_new(
            all, json_pack("{s:s, s:s}", "id", id, "title", rule_title(w->r.set, rq->lang, id, facts_day(w->r.root))));
        s += n + strspn(s + n, " ");
    }
    return all;
}

static const char *headline(struct req *rq, const struct why *w, const char *who)
{
    const char *what = w->now == TRI_TRUE && w->hit.stretch != NULL
                           ? rules_say(rq->arena, rq->lang, &w->hit, w->r.root)
                           : finding_title(rq->arena, w->r.set, rq->lang, w->f);
    return tr(rq, who == NULL ? "findings.why_of" : "findings.why", "who", who == NULL ? "" : who, "what", what);
}

static void put_clause(struct req *rq, const struct why *w, json_t *o)
{
    const struct rules_edition *e = w->rule == NULL          ? NULL
                                    : w->hit.stretch != NULL ? w->hit.stretch->of
                                                             : rules_edition_now(w->rule, facts_day(w->r.root));
    if (e == NULL)
        return;
    bool softened = rules_acts(w->rule, e) != e->effect;
    json_t *c = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "title", e->title[rq->lang], "basis", e->basis[rq->lang],
                          "seen", tr(rq, arena_printf(rq->arena, "findings.seen.%s", rules_seen_name(e->seen))), "when",
                          e->when.s, "rule", w->rule->text->id, "softened", softened);
    json_object_set_new(c, "from", view_text_json(date_is(e->from) ? day(rq, e->from) : NULL));
    json_object_set_new(c, "to", view_text_json(date_is(e->to) ? day(rq, e->to) : NULL));
    json_object_set_new(o, "clause", c);
    json_object_set_new(o, "clear", json_string(e->clear[rq->lang]));
    json_object_set_new(o, "acts", json_string(code(rq, "rules.effect", rules_effect_name(rules_acts(w->rule, e)))));
    json_object_set_new(
        o, "acts_say",
        json_string(tr(rq, arena_printf(rq->arena, "findings.acts.%s", rules_effect_name(rules_acts(w->rule, e))))));
}

/* The row of a missing fact, where it can be put right. */
static void put_missing(struct req *rq, const struct why *w, json_t *o)
{
    int subject, fact;
    if (!fact_named(row_text(w->f, "missing"), &subject, &fact))
        return;
    const struct why_source *s = w->n_sources > 0 ? &w->sources[0] : NULL;
    const char *href = why_href(rq, s);
    json_t *m = json_pack("{s:s}", "fact", telling_fact(rq->arena, rq->lang, subject, fact));
    json_object_set_new(m, "href", view_text_json(href));
    if (s != NULL && s->of != NULL)
        json_object_set_new(m, "row", json_string(source_name(rq, w, s)));
    json_object_set_new(m, "waiting", waiting(rq, w));
    json_object_set_new(o, "missing", m);
}

static void put_state(struct req *rq, const struct why *w, json_t *o)
{
    const struct row *f = w->f;
    bool closed = strcmp(row_text(f, "state"), "closed") == 0, missing = row_text(f, "missing") != NULL;
    json_object_set_new(o, "state", json_string(code(rq, "rules.state", row_text(f, "state"))));
    json_object_set_new(o, "ended_as", view_text_json(code(rq, "rules.ending", row_text(f, "ended_as"))));
    json_object_set_new(o, "asks", view_text_json(code(rq, "rules.asks", row_text(f, "asks"))));
    if (closed && strcmp(row_text(f, "closed_by"), rules_judge_who.name) == 0)
        json_object_set_new(o, "closed_by", json_string(tr(rq, "findings.judge")));
    json_object_set_new(o, "open", json_boolean(!closed));
    json_object_set_new(o, "gone", json_boolean(!closed && !missing && w->now == TRI_FALSE));
    json_object_set_new(o, "unknown", json_boolean(!missing && w->now == TRI_UNKNOWN));
    if (w->now == TRI_TRUE && date_is(w->next))
        json_object_set_new(o, "until", json_string(tr(rq, "findings.until", "day", day(rq, w->next))));
}

/* Whom it may be handed to, and what the person concerned reads of it. */
static void put_hands(struct req *rq, const struct why *w, json_t *o)
{
    json_t *all = json_array();
    const char *to = rq->method == POST && rq->body == NULL ? req_form(rq, "to") : NULL;
    for (int i = 0; i < w->n_handlers; i++)
        put_option(all, w->handlers[i].name, w->handlers[i].name, to);
    bool may = req_may(rq, "findings.write") && !rq->who->readonly && strcmp(row_text(w->f, "state"), "closed") != 0;
    json_object_set_new(o, "hands", may ? json_pack("{s:O}", "all", all) : json_null());
    json_decref(all);
    json_object_set_new(o, "due_on", view_date_json(row_date(w->f, "due_on")));
    json_object_set_new(o, "task", view_text_json(row_text(w->f, "task")));
    if (strcmp(row_text(w->f, "asks"), "person") == 0 && w->now == TRI_TRUE && w->hit.stretch != NULL)
        json_object_set_new(o, "person",
                            json_pack("{s:s, s:s, s:s}", "say", rules_say(rq->arena, rq->lang, &w->hit, w->r.root),
                                      "basis", w->hit.stretch->of->basis[rq->lang], "clear",
                                      w->hit.stretch->of->clear[rq->lang]));
}

/* What came in a form that was refused. */
static void put_typed(struct req *rq, json_t *o)
{
    static const char *const names[] = {"reply", "reasons", "task", "due_on"};
    for (int i = 0; i < 4; i++) {
        const char *s = rq->method == POST && rq->body == NULL ? req_form(rq, names[i]) : NULL;
        json_object_set_new(o, arena_printf(rq->arena, "typed_%s", names[i]), view_text_json(s));
    }
    const char *how = rq->method == POST && rq->body == NULL ? req_form(rq, "how") : NULL;
    json_object_set_new(o, "corrected", json_boolean(how != NULL && strcmp(how, "corrected") == 0));
}

json_t *why_labels(struct req *rq, const struct why *w)
{
    const char *member_href, *unit_href;
    const char *member = named(rq, w, "member", "roster.member", &member_href);
    const char *unit = named(rq, w, "unit", "roster.unit", &unit_href);
    json_t *o = json_pack("{s:s, s:s, s:s}", "title", headline(rq, w, member != NULL ? member : unit), "category",
                          category_name(w->r.set, rq->lang, row_text(w->f, "category")), "category_href",
                          arena_printf(rq->arena, "/findings?category=%s", row_text(w->f, "category")));
    json_object_set_new(o, "member", view_text_json(member));
    json_object_set_new(o, "member_href", view_text_json(member_href));
    json_object_set_new(o, "unit_name", view_text_json(unit));
    json_object_set_new(o, "unit_href", view_text_json(unit_href));
    json_object_set_new(o, "judged", json_string(tr(rq, "findings.judged", "day", day(rq, facts_day(w->r.root)))));
    put_clause(rq, w, o);
    if (row_text(w->f, "missing") != NULL)
        put_missing(rq, w, o);
    put_state(rq, w, o);
    put_typed(rq, o);
    put_hands(rq, w, o);
    if (w->trace != NULL)
        json_object_set_new(o, "trace", json_pack("{s:o}", "rows", trace(rq, w)));
    json_object_set_new(o, "tries", w->n_tries > 0 ? json_pack("{s:o}", "all", tries(rq, w)) : json_null());
    json_t *list = changed(rq, w);
    json_object_set_new(o, "changes", json_array_size(list) > 0 ? json_pack("{s:O}", "all", list) : json_null());
    json_decref(list);
    json_object_set_new(o, "history", history(rq, w));
    return o;
}
