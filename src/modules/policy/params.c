/* params.c: GET /policy/params: every parameter of every rule, with where it stands and what the district set. */
#include <string.h>

#include "modules/policy/queries.h"
#include "policy/policy.h"
#include "rules/rules.h"
#include "view/view.h"

struct params {
    struct req *rq;
    struct policy_q_values *set;
    int n_set;
};

static json_t *history(const struct params *p, const char *rule, const char *name)
{
    json_t *all = json_array();
    for (int i = 0; i < p->n_set; i++) {
        const struct policy_q_values *v = &p->set[i];
        if (strcmp(v->rule, rule) != 0 || strcmp(v->name, name) != 0)
            continue;
        json_t *o = json_pack("{s:s?, s:s, s:s?}", "value", v->value, "citation", v->citation, "by", v->set_by);
        json_object_set_new(o, "from", view_date_json(v->from_on));
        json_array_append_new(all, o);
    }
    return all;
}

/* The value in force today: the district's, else the text's; null where it is empty. */
static json_t *in_force(const struct rules_rule *r, const struct rules_param *p, int at, struct date day)
{
    const struct rules_stretch *s = rules_stretch_of(r, day);
    if (s == NULL || !s->values[at].set)
        return s == NULL ? view_text_json(p->value) : json_null();
    return s->values[at].row == 0                 ? view_text_json(p->value)
           : s->values[at].value.type == EXPR_INT ? json_string(p->value == NULL ? "" : p->value)
                                                  : view_text_json(p->value);
}

static json_t *row_of(const struct params *x, const struct rules_rule *r, const struct rules_edition *e, int i)
{
    struct req *rq = x->rq;
    const struct rules_param *p = &e->params[i];
    json_t *o = json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s}", "rule", r->text->id, "title", e->title[rq->lang], "name",
                          p->name, "value", p->value, "unit", p->unit, "citation", p->citation[rq->lang]);
    const struct rules_stretch *s = rules_stretch_of(r, rq->today);
    json_t *past = history(x, r->text->id, p->name), *now = in_force(r, p, i, rq->today);
    if (s != NULL && s->values[i].set && s->values[i].row != 0 && s->values[i].value.type == EXPR_INT) {
        json_decref(now);
        now = json_string(arena_printf(rq->arena, "%d", s->values[i].value.value));
    }
    json_object_set_new(o, "empty", json_boolean(json_is_null(now)));
    json_object_set_new(o, "now", now);
    json_object_set_new(o, "set", json_array_size(past) > 0 ? json_pack("{s:O}", "all", past) : json_null());
    json_decref(past);
    return o;
}

struct err *policy_params(struct req *rq)
{
    struct params x = {.rq = rq};
    db_scope struct db_tx tx = {0};
    const struct rules_set *s rules_scope = NULL;
    bool empty = req_query(rq, "empty") != NULL;
    if (rules_shared() == NULL)
        return ERR(rq->arena, ERR_FAULT, "this server has no rules");
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(rules_read(rules_shared(), &tx, &s));
    TRY(policy_q_values(&tx, &x.set, &x.n_set));
    json_t *rows = json_array();
    int n_empty = 0;
    for (int i = 0; i < rules_count(s); i++) {
        const struct rules_rule *r = rules_at(s, i);
        const struct rules_edition *e = rules_edition_now(r, rq->today);
        for (int k = 0; k < e->n_params; k++) {
            json_t *o = row_of(&x, r, e, k);
            n_empty += json_is_true(json_object_get(o, "empty"));
            if (!empty || json_is_true(json_object_get(o, "empty")))
                json_array_append(rows, o);
            json_decref(o);
        }
    }
    rq->labels = json_pack("{s:b, s:i}", "only_empty", empty, "n_empty", n_empty);
    db_end(&tx);
    return respond_page(rq, "policy/params",
                        json_pack("{s:o, s:I}", "rows", rows, "total", (json_int_t)json_array_size(rows)));
}
