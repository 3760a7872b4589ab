/* try.c: what if: rules as they are and as they would be, judged over everyone and compared. Both runs list their hits
 * in one order, so the difference is one pass. */
#include "rules/inner.h"

#include <string.h>

#include "base/vec.h"

/* ---- drafts ---- */
struct err *rules_draft(struct arena *a, const struct rules_set *s, const char *text, const struct rules_rule **out)
{
    return set_draft(a, s, text, out);
}

struct err *rules_draft_value(struct arena *a, const struct rules_rule *r, const char *name, const char *value,
                              const struct rules_rule **out)
{
    struct rules_rule *d = arena_new_of(a, struct rules_rule);
    struct rules_stretch *list = arena_array(a, struct rules_stretch, r->n_stretches + 1);
    bool known = false;
    *d = *r;
    for (int i = 0; i < r->n_stretches; i++) {
        const struct rules_edition *ed = r->stretches[i].of;
        struct rules_value *values = arena_array(a, struct rules_value, ed->n_params + 1);
        list[i] = r->stretches[i];
        list[i].values = values;
        list[i].ready = true;
        for (int k = 0; k < ed->n_params; k++) {
            values[k] = r->stretches[i].values[k];
            if (strcmp(ed->params[k].name, name) == 0) {
                known = true;
                values[k].set = true;
                if (!compile_value(r->code, r->text, list[i].edition, k, value, &values[k].value))
                    return err_field(
                        err_say(ERR(a, ERR_INVALID, "%s of %s cannot be '%.40s'", name, r->text->id, value),
                                "rules.param_value", "value", value, NULL),
                        "value");
            }
            list[i].ready &= values[k].set || !rules_needs(r, list[i].edition, k);
        }
    }
    if (!known)
        return err_field(err_say(ERR(a, ERR_INVALID, "rule %s has no parameter '%.40s'", r->text->id, name),
                                 "rules.no_param", "name", name, NULL),
                         "name");
    d->stretches = list;
    *out = d;
    return NULL;
}

/* ---- the columns as they would be ---- */
struct params { /* the draft's own, and the district's for all others */
    struct rules *rules;
    const struct rules_rule *draft;
};

static bool param_as_drafted(const void *ctx, const char *name, struct date day, int32_t *out)
{
    const struct params *p = ctx;
    const char *id = p->draft->text->id;
    size_t n = strlen(id);
    if (strncmp(name, id, n) != 0 || name[n] != '.')
        return rules_param(p->rules, name, day, out);
    const struct rules_stretch *s = date_is(day) ? rules_stretch_of(p->draft, date_first(day)) : NULL;
    return s != NULL && value_in(s, name + n + 1, out);
}

static struct err *root_then(struct rules *r, const struct facts_root *root, struct arena *a,
                             const struct rules_rule *draft, struct date day, const struct facts_root **out)
{
    if (draft != NULL && r != NULL && rules_feeds_facts(r, draft->text->id)) {
        struct params *p = arena_new_of(a, struct params);
        *p = (struct params){r, draft};
        return facts_with_params(root, a, day, param_as_drafted, p, out);
    }
    return day.v == facts_day(root).v ? NULL : facts_at_day(root, a, day, out);
}

/* ---- comparing ---- */
/* Hits of both runs in one order. The rows of a sum may stand elsewhere on another day. */
static int order(const struct rules_hit *x, const struct rules_hit *y)
{
    int c = x->rule == y->rule ? 0 : strcmp(x->rule->text->id, y->rule->text->id);
    if (c != 0)
        return c;
    if (x->where.at.block != y->where.at.block)
        return x->where.at.block - y->where.at.block;
    if (facts_declared(x->rule->subject)->count_of != NULL)
        return x->where.id < y->where.id ? -1 : x->where.id > y->where.id;
    return x->where.at.row - y->where.at.row;
}

static void compare(const struct rules_run *now, const struct rules_run *then, struct arena *a, struct rules_tried *out)
{
    out->touched = arena_array(a, struct rules_hit, then->n + 1);
    out->freed = arena_array(a, struct rules_hit, now->n + 1);
    for (int64_t i = 0, k = 0; i < now->n || k < then->n;) {
        int c = i == now->n ? 1 : k == then->n ? -1 : order(&now->hits[i], &then->hits[k]);
        if (c < 0)
            out->freed[out->n_freed++] = now->hits[i];
        else if (c > 0)
            out->touched[out->n_touched++] = then->hits[k];
        else
            out->same++;
        i += c <= 0;
        k += c >= 0;
    }
    out->unknown_now = now->unknown;
    out->unknown_then = then->unknown;
}

/* A rule that is off finds nobody now. A draft about other rows than the rule frees all and touches all anew. */
static struct err *judge_now(const struct rules_set *s, const struct facts_root *root, struct arena *a,
                             const struct rules_ask *ask, const struct rules_rule *draft, struct rules_run *out)
{
    struct rules_ask one = *ask;
    const struct rules_rule *r = draft == NULL ? NULL : rules_find(s, draft->text->id);
    *out = (struct rules_run){0};
    if (draft != NULL && (r == NULL || r->state == RULES_OFF || r->state == RULES_BROKEN))
        return NULL;
    if (draft != NULL)
        one.rule = draft->text->id;
    return rules_judge(s, root, a, &one, out);
}

struct err *rules_try(struct rules *r, const struct rules_set *s, const struct facts_root *root, struct arena *a,
                      const struct rules_ask *ask, const struct rules_rule *draft, struct date day,
                      struct rules_tried *out)
{
    struct rules_run now, then;
    struct rules_ask of_draft = *ask;
    *out = (struct rules_tried){0};
    TRY(judge_now(s, root, a, ask, draft, &now));
    TRY(root_then(r, root, a, draft, date_is(day) ? day : facts_day(root), &out->root));
    const struct facts_root *on = out->root != NULL ? out->root : root;
    if (draft != NULL)
        of_draft.rule = draft->text->id;
    struct err *e = rules_judge(draft != NULL ? set_of_one(a, s, draft) : s, on, a, &of_draft, &then);
    if (e != NULL) {
        rules_tried_end(out);
        return e;
    }
    compare(&now, &then, a, out);
    return NULL;
}

void rules_tried_end(struct rules_tried *t)
{
    facts_end(t->root);
    t->root = NULL;
}
