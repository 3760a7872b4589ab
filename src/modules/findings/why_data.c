/* why_data.c: a finding and its reasons as programs get them: ids, codes, days; no words of either language but the
 * clause's own. */
#include <string.h>

#include "base/clock.h"
#include "findings/why.h"

static const char *const truths[] = {"false", "true", "unknown"};

/* A JSON text written by rules_value_json and the like. */
static json_t *parsed(const char *text)
{
    json_t *v = text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);
    return v == NULL ? json_null() : v;
}

static json_t *value(struct req *rq, const struct expr_value *v)
{
    struct buf b = BUF(rq->arena);
    rules_value_json(&b, v);
    return parsed(buf_str(&b));
}

static json_t *source(struct req *rq, const struct why *w, const struct expr_trace *t)
{
    const struct why_source *s = why_source_of(w, t);
    const struct facts_subject *subject = facts_declared(t->subject);
    json_t *o = json_pack("{s:s, s:s, s:I}", "subject", subject->name, "fact", subject->facts[t->fact].name, "row",
                          (json_int_t)t->row_id);
    json_object_set_new(o, "field", view_text_json(subject->facts[t->fact].field));
    json_object_set_new(o, "href", view_text_json(why_href(rq, s)));
    json_object_set_new(o, "rows", view_text_json(why_rows(rq, w, t)));
    if (s != NULL && s->of != NULL) {
        char iso[CLOCK_TEXT];
        json_object_set_new(o, "rev", json_integer(s->of->rev));
        json_object_set_new(o, "document", view_text_json(why_document(s)));
        json_object_set_new(o, "by", view_text_json(s->last == NULL ? NULL : s->last->actor));
        json_object_set_new(o, "at", view_text_json(s->last == NULL ? NULL : clock_iso(s->last->at, iso)));
    }
    return o;
}

static json_t *node(struct req *rq, const struct why *w, const struct expr_trace *t)
{
    json_t *o = json_pack("{s:i, s:s}", "depth", t->depth, "text", t->text);
    json_object_set_new(o, "value", value(rq, &t->value));
    if (t->piece == EXPR_PIECE_COMPARE) {
        json_object_set_new(o, "left", value(rq, &t->left));
        json_object_set_new(o, "right", value(rq, &t->right));
    }
    if (t->piece == EXPR_PIECE_FACT)
        json_object_set_new(o, "from", source(rq, w, t));
    if (t->param != NULL)
        json_object_set_new(o, "param", json_string(t->param));
    return o;
}

static json_t *param(const struct why *w, int i)
{
    const struct rules_stretch *s = w->hit.stretch;
    const struct rules_param *p = &s->of->params[i];
    const struct findings_q_values *set = why_value(w, &s->values[i]);
    json_t *o = json_pack("{s:s}", "name", p->name);
    json_object_set_new(o, "value", s->values[i].set ? json_integer(s->values[i].value.value) : json_null());
    json_object_set_new(o, "unit", view_text_json(p->unit));
    json_object_set_new(o, "set_by", view_text_json(set == NULL ? NULL : set->set_by));
    json_object_set_new(o, "from", view_date_json(set == NULL ? s->of->from : set->from_on));
    json_object_set_new(o, "citation", set == NULL ? two_texts(p->citation) : json_string(set->citation));
    return o;
}

static json_t *clause(const struct why *w)
{
    const struct rules_stretch *s = w->hit.stretch;
    if (s == NULL)
        return json_null();
    json_t *o =
        json_pack("{s:o, s:s, s:s, s:s}", "basis", two_texts(s->of->basis), "seen", rules_seen_name(s->of->seen),
                  "effect", rules_effect_name(s->of->effect), "acts", rules_effect_name(rules_acts(w->rule, s->of)));
    json_object_set_new(o, "from", view_date_json(s->of->from));
    json_object_set_new(o, "to", view_date_json(s->of->to));
    json_object_set_new(o, "when", json_string(s->of->when.s));
    json_object_set_new(o, "at", view_text_json(w->rule->text->at.s));
    return o;
}

static json_t *tries(const struct why *w)
{
    json_t *all = json_array();
    for (int i = 0; i < w->n_tries; i++) {
        const struct why_try *t = &w->tries[i];
        json_t *o = json_pack("{s:s, s:i, s:s}", "param", t->param->name, "value", t->value, "holds",
                              t->unknown ? "unknown" : truths[t->holds]);
        json_object_set_new(o, "next", view_date_json(t->next));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *history(const struct why *w)
{
    json_t *all = json_array();
    for (int i = 0; i < w->n_history; i++) {
        char iso[CLOCK_TEXT];
        const struct revision *h = &w->history[i];
        json_t *o =
            json_pack("{s:I, s:s, s:s}", "rev", (json_int_t)h->rev, "at", clock_iso(h->at, iso), "by", h->actor);
        json_object_set_new(o, "state", view_text_json(row_text(h->row, "state")));
        json_object_set_new(o, "ended_as", view_text_json(row_text(h->row, "ended_as")));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *own(const struct row *f)
{
    static const char *const texts[] = {"rule",       "missing",    "kind",      "subject",   "category",
                                        "effect",     "asks",       "state",     "ended_as",  "since",
                                        "edition",    "judged_on",  "opened_on", "handler",   "reply",
                                        "replied_by", "replied_on", "reasons",   "closed_by", "closed_on"};
    json_t *o = json_pack("{s:I, s:I}", "id", (json_int_t)f->id, "rev", (json_int_t)f->rev);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_object_set_new(o, texts[i], view_text_json(row_text(f, texts[i])));
    static const char *const refs[] = {"member", "unit"};
    for (int i = 0; i < 2; i++)
        json_object_set_new(o, refs[i], view_id_json(row_int(f, refs[i])));
    json_object_set_new(o, "facts", parsed(row_text(f, "facts")));
    json_object_set_new(o, "changed", parsed(row_text(f, "changed")));
    return o;
}

static json_t *waiting(const struct row *f)
{
    json_t *all = json_array();
    for (const char *s = row_text(f, "waiting"); s != NULL && *s != '\0';) {
        size_t n = strcspn(s, " ");
        json_array_append_new(all, json_stringn(s, n));
        s += n + strspn(s + n, " ");
    }
    return all;
}

json_t *why_data(struct req *rq, const struct why *w)
{
    json_t *o = own(w->f), *trace = json_array(), *params = json_array();
    bool missing = row_text(w->f, "missing") != NULL;
    for (const struct expr_trace *t = w->trace; t != NULL; t = t->next)
        json_array_append_new(trace, node(rq, w, t));
    for (int i = 0; w->hit.stretch != NULL && i < w->hit.stretch->of->n_params; i++)
        json_array_append_new(params, param(w, i));
    json_object_set_new(o, "day", view_date_json(facts_day(w->r.root)));
    json_object_set_new(o, "holds", missing ? json_null() : json_string(truths[w->now]));
    json_object_set_new(o, "next", view_date_json(w->next));
    json_object_set_new(o, "clause", clause(w));
    json_object_set_new(o, "trace", trace);
    json_object_set_new(o, "params", params);
    json_object_set_new(o, "tries", tries(w));
    json_object_set_new(o, "waiting", waiting(w->f));
    json_object_set_new(o, "history", history(w));
    return o;
}
