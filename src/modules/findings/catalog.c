/* catalog.c: GET /rules: every rule with its state and how many it concerns; GET /rules/{rule}: its text, editions,
 * parameters, cases, and the forms by which a district decides about it. */
#include <string.h>

#include "auth/access.h"
#include "findings/diff.h"
#include "findings/pages.h"
#include "modules/findings/queries.h"
#include "record/codes.h"
#include "rules/case.h"

/* ---- counts ---- */
struct counts {
    struct findings_q_by_rule *open;
    int n_open;
    struct rules_run run;
};

/* A rule on trial tried over everyone is a reading of that many files. */
static struct err *log_run(struct req *rq, struct reading *r, const char *rule)
{
    bool trial = false;
    for (int i = 0; i < rules_count(r->set); i++) {
        const struct rules_rule *one = rules_at(r->set, i);
        trial |= one->state == RULES_TRIAL && (rule == NULL || strcmp(one->text->id, rule) == 0);
    }
    if (!trial)
        return NULL;
    struct facts_page all;
    struct facts_select q = {.subject = facts_subject("member"), .scope = &rq->who->scope};
    TRY(facts_list(r->root, rq->arena, &q, &all));
    return req_shows_many(rq, &r->tx, &(struct access){.kind = ACCESS_RUN, .n = all.total, .asked = rule});
}

static struct err *count(struct req *rq, struct reading *r, const char *rule, struct counts *out)
{
    struct rules_ask ask = {.scope = &rq->who->scope, .rule = rule};
    TRY(findings_q_by_rule(&r->tx, &rq->who->scope, rq->who->sees, who_barred_text(rq->arena, rq->who), &out->open,
                           &out->n_open));
    TRY(log_run(rq, r, rule));
    return rules_judge(r->set, r->root, rq->arena, &ask, &out->run);
}

static int64_t hits_of(const struct counts *c, const struct rules_rule *r)
{
    int64_t n = 0;
    for (int64_t i = 0; i < c->run.n; i++)
        n += c->run.hits[i].rule == r;
    return n;
}

static int64_t open_of(const struct counts *c, const char *rule)
{
    for (int i = 0; i < c->n_open; i++)
        if (strcmp(c->open[i].rule, rule) == 0)
            return c->open[i].n;
    return 0;
}

/* Rules whose facts this person may not see give no numbers either. */
static bool counted(const struct req *rq, const struct rules_rule *r)
{
    return r->class <= rq->who->sees && r->state != RULES_OFF && r->state != RULES_BROKEN;
}

/* ---- data ---- */
static json_t *rule_data(struct req *rq, const struct rules_rule *r, const struct counts *c)
{
    const struct rules_edition *e = rules_edition_now(r, rq->today);
    json_t *o = json_pack("{s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", r->text->id, "title",
                          two_texts(e->title), "group", r->text->group, "effect", rules_effect_name(e->effect), "acts",
                          rules_effect_name(rules_acts(r, e)), "asks", rules_asks_name(e->asks), "seen",
                          rules_seen_name(e->seen), "state", rules_state_name(r->state), "changed", r->changed);
    json_object_set_new(o, "from", view_date_json(r->text->editions[0].from));
    json_object_set_new(o, "to", view_date_json(r->text->editions[r->text->n_editions - 1].to));
    json_object_set_new(o, "by", view_text_json(r->by));
    json_object_set_new(o, "on", view_date_json(r->on));
    json_object_set_new(o, "hits", counted(rq, r) ? json_integer(hits_of(c, r)) : json_null());
    json_object_set_new(o, "open", json_integer(open_of(c, r->text->id)));
    return o;
}

static json_t *edition_data(const struct rules_edition *e)
{
    json_t *params = json_array();
    for (int i = 0; i < e->n_params; i++) {
        json_t *p = json_pack("{s:s, s:o}", "name", e->params[i].name, "citation", two_texts(e->params[i].citation));
        json_object_set_new(p, "value", view_text_json(e->params[i].value));
        json_object_set_new(p, "unit", view_text_json(e->params[i].unit));
        json_array_append_new(params, p);
    }
    json_t *o = json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:o}", "title", two_texts(e->title), "basis",
                          two_texts(e->basis), "effect", rules_effect_name(e->effect), "asks", rules_asks_name(e->asks),
                          "seen", rules_seen_name(e->seen), "when", e->when.s, "params", params);
    json_object_set_new(o, "from", view_date_json(e->from));
    json_object_set_new(o, "to", view_date_json(e->to));
    return o;
}

/* The cases of the text that stands: the district's own, else the pack's. */
static struct err *cases_of(struct req *rq, const struct reading *r, const struct rules_rule *rule,
                            struct case_file **out)
{
    const char *text = rules_cases_of(rq->arena, rule->text->id);
    struct row *row;
    if (rule->own != 0) {
        TRY(record_read((struct db_tx *)&r->tx, &rules_own_record, rq->who, rule->own, &row));
        text = row_text(row, "cases");
    }
    *out = NULL;
    return text == NULL
               ? NULL
               : case_read(rq->arena, arena_printf(rq->arena, "%s.case", rule->text->id), text, strlen(text), out);
}

static const char *const kinds[] = {"hit", "miss", "boundary", "unknown", "edition"};

struct shown {
    const struct rules_rule *rule;
    struct reading r;
    struct counts counts;
    struct case_file *cases;
    struct findings_q_values *values;
    int n_values;
};

static json_t *values_data(const struct shown *x)
{
    json_t *all = json_array();
    for (int i = 0; i < x->n_values; i++) {
        json_t *o = json_pack("{s:I, s:s}", "id", (json_int_t)x->values[i].id, "name", x->values[i].name);
        json_object_set_new(o, "value", view_text_json(x->values[i].value));
        json_object_set_new(o, "from", view_date_json(x->values[i].from_on));
        json_object_set_new(o, "citation", view_text_json(x->values[i].citation));
        json_object_set_new(o, "set_by", view_text_json(x->values[i].set_by));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *page_data(struct req *rq, const struct shown *x)
{
    json_t *o = rule_data(rq, x->rule, &x->counts), *editions = json_array(), *cases = json_array();
    const struct rules_text *t = x->rule->text;
    for (int i = 0; i < t->n_editions; i++)
        json_array_append_new(editions, edition_data(&t->editions[i]));
    for (int i = 0; x->cases != NULL && i < x->cases->n; i++)
        json_array_append_new(cases, json_pack("{s:s, s:s, s:i}", "kind", kinds[x->cases->cases[i].kind], "title",
                                               x->cases->cases[i].title, "expects", x->cases->cases[i].n_lines));
    json_object_set_new(o, "about", json_string(t->about.s));
    json_object_set_new(o, "at", view_text_json(t->at.s));
    json_object_set_new(o, "editions", editions);
    json_object_set_new(o, "values", values_data(x));
    json_object_set_new(o, "cases", cases);
    json_object_set_new(o, "text", json_string(t->source));
    json_object_set_new(o, "shipped",
                        x->rule->changed && x->rule->shipped != NULL ? json_string(x->rule->shipped->source)
                                                                     : json_null());
    json_object_set_new(o, "own", json_boolean(x->rule->own != 0));
    json_object_set_new(o, "reasons", view_text_json(x->rule->reasons));
    json_object_set_new(o, "clause_read", view_date_json(x->rule->clause_read));
    return o;
}

/* ---- words ---- */
static const char *state_words(struct req *rq, const struct rules_rule *r)
{
    return tr(rq, arena_printf(rq->arena, "findings.rule_state.%s", rules_state_name(r->state)));
}

static json_t *rule_label(struct req *rq, const struct rules_rule *r, const struct counts *c)
{
    bool english = rq->lang == LANG_EN;
    const struct rules_edition *e = rules_edition_now(r, rq->today);
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", r->text->id, "title", e->title[rq->lang],
                          "group", r->text->group_name[rq->lang], "effect",
                          codes_label("rules.effect", rules_effect_name(rules_acts(r, e)), english), "asks",
                          codes_label("rules.asks", rules_asks_name(e->asks), english), "seen",
                          tr(rq, arena_printf(rq->arena, "findings.seen_short.%s", rules_seen_name(e->seen))), "state",
                          state_words(rq, r), "changed", r->changed);
    json_object_set_new(o, "by", view_text_json(r->by));
    json_object_set_new(o, "on", view_date_json(r->on));
    json_object_set_new(o, "hits", counted(rq, r) ? json_pack("{s:I}", "n", (json_int_t)hits_of(c, r)) : json_null());
    int64_t open = open_of(c, r->text->id);
    json_object_set_new(o, "open", open > 0 ? json_pack("{s:I}", "n", (json_int_t)open) : json_null());
    return o;
}

/* Rules by group, in the order of their first rule. */
static json_t *groups(struct req *rq, const struct rules_set *s, const struct counts *c)
{
    json_t *all = json_array();
    for (int i = 0; i < rules_count(s); i++) {
        const struct rules_rule *r = rules_at(s, i);
        json_t *into = NULL, *g;
        size_t k;
        json_array_foreach(all, k, g)
        {
            if (strcmp(json_string_value(json_object_get(g, "code")), r->text->group) == 0)
                into = g;
        }
        if (into == NULL) {
            into = json_pack("{s:s, s:s, s:o}", "code", r->text->group, "name", r->text->group_name[rq->lang], "rules",
                             json_array());
            json_array_append_new(all, into);
        }
        json_array_append_new(json_object_get(into, "rules"), rule_label(rq, r, c));
    }
    return all;
}

static const char *param_text(struct req *rq, const char *value, const char *unit)
{
    if (value == NULL)
        return tr(rq, "findings.param_empty");
    return unit == NULL
               ? value
               : text_format(rq->arena, rq->lang, arena_printf(rq->arena, "findings.unit.%s", unit), "n", value, NULL);
}

static json_t *params_label(struct req *rq, const struct rules_edition *e)
{
    json_t *all = json_array();
    for (int i = 0; i < e->n_params; i++)
        json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "name", e->params[i].name, "value",
                                             param_text(rq, e->params[i].value, e->params[i].unit), "citation",
                                             e->params[i].citation[rq->lang]));
    return all;
}

static json_t *editions_label(struct req *rq, const struct rules_rule *r)
{
    json_t *all = json_array();
    for (int i = 0; i < r->text->n_editions; i++) {
        const struct rules_edition *e = &r->text->editions[i];
        json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o, s:b}", "basis", e->basis[rq->lang], "seen",
                              tr(rq, arena_printf(rq->arena, "findings.seen_short.%s", rules_seen_name(e->seen))),
                              "when", e->when.s, "effect",
                              codes_label("rules.effect", rules_effect_name(e->effect), rq->lang == LANG_EN), "params",
                              params_label(rq, e), "now", e == rules_edition_now(r, rq->today));
        json_object_set_new(o, "from", view_date_json(e->from));
        json_object_set_new(o, "to", view_date_json(e->to));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *param_options(const struct rules_edition *e, const char *chosen)
{
    json_t *all = json_array();
    for (int i = 0; i < e->n_params; i++)
        put_option(all, e->params[i].name, e->params[i].name, chosen);
    return all;
}

static json_t *values_label(struct req *rq, const struct shown *x)
{
    json_t *all = json_array();
    for (int i = 0; i < x->n_values; i++) {
        const struct findings_q_values *v = &x->values[i];
        json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "name", v->name, "value",
                              v->value == NULL ? tr(rq, "findings.param_empty") : v->value, "citation", v->citation,
                              "by", v->set_by == NULL ? "" : v->set_by);
        json_object_set_new(o, "from", view_date_json(v->from_on));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *cases_label(struct req *rq, const struct shown *x)
{
    json_t *all = json_array();
    for (int i = 0; x->cases != NULL && i < x->cases->n; i++)
        json_array_append_new(
            all, json_pack("{s:s, s:s}", "kind",
                           tr(rq, arena_printf(rq->arena, "findings.case.%s", kinds[x->cases->cases[i].kind])), "title",
                           x->cases->cases[i].title));
    return all;
}

/* What came in a form that was refused. */
static void put_typed(struct req *rq, json_t *o)
{
    static const char *const names[] = {"reasons", "name", "value", "from_on", "citation", "deed"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *s = rq->method == POST && rq->body == NULL ? req_form(rq, names[i]) : NULL;
        json_object_set_new(o, arena_printf(rq->arena, "typed_%s", names[i]), view_text_json(s));
    }
}

/* What differs: the text in use from the one that stands to be adopted; the pack's from what it was when the district
 * saved its own. */
static void put_texts(struct req *rq, const struct shown *x, json_t *o)
{
    const struct rules_rule *r = x->rule;
    bool pack = r->own != 0 && r->pack != NULL && (r->own_pack == NULL || strcmp(r->own_pack, r->pack->source) != 0);
    json_object_set_new(o, "own", json_boolean(r->own != 0));
    if (r->changed && r->shipped != NULL)
        json_object_set_new(o, "differs",
                            json_pack("{s:o}", "lines", diff_lines(rq->arena, r->text->source, r->shipped->source)));
    if (pack)
        json_object_set_new(o, "pack_differs",
                            json_pack("{s:o}", "lines", diff_lines(rq->arena, r->own_pack, r->pack->source)));
}

static json_t *page_labels(struct req *rq, const struct shown *x)
{
    const struct rules_edition *e = rules_edition_now(x->rule, rq->today);
    json_t *o = rule_label(rq, x->rule, &x->counts);
    bool may = req_may(rq, "rules.write") && !rq->who->readonly;
    json_object_set_new(o, "basis", json_string(e->basis[rq->lang]));
    json_object_set_new(o, "clear", json_string(e->clear[rq->lang]));
    json_object_set_new(o, "editions", editions_label(rq, x->rule));
    json_object_set_new(o, "set", x->n_values > 0 ? json_pack("{s:o}", "values", values_label(rq, x)) : json_null());
    json_object_set_new(o, "cases", cases_label(rq, x));
    put_texts(rq, x, o);
    const char *typed = rq->method == POST && rq->body == NULL ? req_form(rq, "name") : NULL;
    json_object_set_new(o, "decide", json_boolean(may));
    json_object_set_new(o, "try", json_boolean(req_may(rq, "rules.try") && x->rule->class <= rq->who->sees));
    json_object_set_new(o, "params",
                        may && e->n_params > 0 ? json_pack("{s:o}", "options", param_options(e, typed)) : json_null());
    put_typed(rq, o);
    return o;
}

/* Rules that wait for a person: never decided about, with a text that is not the one in use, or whose pack moved on
 * under the district's own text. */
static json_t *waiting(struct req *rq, const struct rules_set *s)
{
    json_t *all = json_array();
    for (int i = 0; i < rules_count(s); i++) {
        const struct rules_rule *r = rules_at(s, i);
        bool pack =
            r->own != 0 && r->pack != NULL && (r->own_pack == NULL || strcmp(r->own_pack, r->pack->source) != 0);
        const char *why = r->state == RULES_BROKEN                   ? "findings.waits.broken"
                          : r->changed                               ? "findings.waits.changed"
                          : pack                                     ? "findings.waits.pack"
                          : r->state == RULES_TRIAL && r->by == NULL ? "findings.waits.new"
                                                                     : NULL;
        if (why != NULL)
            json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "id", r->text->id, "title",
                                                 rules_edition_now(r, rq->today)->title[rq->lang], "why", tr(rq, why)));
    }
    return all;
}

/* ---- handlers ---- */
struct err *rules_page(struct req *rq)
{
    reading_scope struct reading r = {0};
    struct counts c = {0};
    TRY(reading_begin(rq, &r));
    TRY(count(rq, &r, NULL, &c));
    json_t *rows = json_array();
    for (int i = 0; i < rules_count(r.set); i++)
        json_array_append_new(rows, rule_data(rq, rules_at(r.set, i), &c));
    if (!rq->json) {
        json_t *wait = waiting(rq, r.set);
        rq->labels = json_pack("{s:o, s:b}", "groups", groups(rq, r.set, &c), "may",
                               req_may(rq, "rules.write") && !rq->who->readonly);
        if (json_array_size(wait) > 0)
            json_object_set_new(rq->labels, "waits",
                                json_pack("{s:O, s:I}", "all", wait, "n", (json_int_t)json_array_size(wait)));
        json_decref(wait);
    }
    db_end(&r.tx);
    return respond_page(rq, "findings/rules", json_pack("{s:o, s:i}", "rows", rows, "total", rules_count(r.set)));
}

static struct err *read_rule(struct req *rq, struct shown *x)
{
    const char *id = req_param(rq, "rule");
    TRY(reading_begin(rq, &x->r));
    x->rule = rules_find(x->r.set, id);
    if (x->rule == NULL)
        return err_say(ERR(rq->arena, ERR_MISSING, "no rule '%.60s'", id), "rules.no_rule", "rule", id, NULL);
    if (counted(rq, x->rule))
        TRY(count(rq, &x->r, id, &x->counts));
    TRY(cases_of(rq, &x->r, x->rule, &x->cases));
    return findings_q_values(&x->r.tx, id, &x->values, &x->n_values);
}

static struct err *show(struct req *rq, const struct err *wrong)
{
    struct shown x = {0};
    struct err *e = read_rule(rq, &x);
    if (e == NULL) {
        json_t *data = page_data(rq, &x);
        rq->labels = rq->json ? NULL : page_labels(rq, &x);
        db_end(&x.r.tx);
        e = wrong != NULL ? respond_form(rq, "findings/rule", data, wrong) : respond_page(rq, "findings/rule", data);
    }
    reading_end(&x.r);
    return e;
}

struct err *rule_page(struct req *rq)
{
    return show(rq, NULL);
}

static struct err *done(struct req *rq, struct err *e)
{
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(rq, e);
    TRY(e);
    return respond_see_other(rq, "/rules/%s", req_param(rq, "rule"));
}

static struct err *decide(struct req *rq)
{
    reading_scope struct reading r = {0};
    const char *rule = req_param(rq, "rule"), *deed = req_form(rq, "deed"), *reasons = req_form(rq, "reasons");
    TRY(reading_begin(rq, &r));
    db_end(&r.tx);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "findings.decided", &c));
    bool read = req_form(rq, "clause_read") != NULL;
    deed = deed == NULL ? "" : deed;
    if (strcmp(deed, "adopt") == 0)
        TRY(rules_adopt(&c, r.set, rule, reasons, read));
    else if (strcmp(deed, "trial") == 0)
        TRY(rules_on_trial(&c, r.set, rule, reasons));
    else if (strcmp(deed, "off") == 0)
        TRY(rules_off(&c, r.set, rule, reasons));
    else
        return err_field(err_say(ERR(rq->arena, ERR_INVALID, "deed '%.20s'", deed), "findings.choose", NULL), "deed");
    return change_commit(&c);
}

struct err *own_drop(struct req *rq)
{
    struct err *e;
    {
        change_scope struct change c = {0};
        TRY(change_begin(rq->db, rq->arena, rq->who, "findings.own_dropped", &c));
        e = rules_drop_own(&c, req_param(rq, "rule"), req_form(rq, "reasons"));
        if (e == NULL)
            e = change_commit(&c);
    }
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return show(rq, e);
    TRY(e);
    return respond_see_other(rq, "/rules");
}

struct err *rule_decide(struct req *rq)
{
    return done(rq, decide(rq));
}

static struct err *set_param(struct req *rq)
{
    reading_scope struct reading r = {0};
    const char *name = req_form(rq, "name"), *value = req_form(rq, "value"), *from = req_form(rq, "from_on");
    const char *citation = req_form(rq, "citation"), *iso = NULL;
    struct date day = DATE_UNKNOWN;
    TRY(record_parse(rq->arena, &rules_param_record, record_field(&rules_param_record, "from_on"),
                     from == NULL ? "" : from, &iso));
    if (iso != NULL && !date_parse(iso, &day))
        return ERR(rq->arena, ERR_FAULT, "a canonical date '%s' does not read", iso);
    TRY(reading_begin(rq, &r));
    db_end(&r.tx);
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "findings.parameter_set", &c));
    TRY(rules_set_param(&c, r.set, req_param(rq, "rule"), name == NULL ? "" : name,
                        value == NULL || *value == '\0' ? NULL : value, day, citation));
    return change_commit(&c);
}

struct err *rule_param(struct req *rq)
{
    return done(rq, set_param(rq));
}
