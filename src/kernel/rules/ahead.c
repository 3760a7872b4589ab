/* ahead.c: what will fall due: rows for which a rule is not true today and becomes true on a coming day, by the present
 * records. */
#include "base/vec.h"
#include "rules/inner.h"

/* What is followed through the days: a rule with the stretch in force on each day; or, where the date of a fact chooses
 * the stretch, one of its stretches. */
struct course {
    const struct rules_rule *rule;
    const struct rules_stretch *only; /* NULL: the one of the day */
};

static const struct expr *when_on(const void *ctx, struct date day, struct expr_env *env)
{
    const struct course *c = ctx;
    const struct rules_stretch *s = c->only != NULL ? c->only : rules_stretch_of(c->rule, day);
    if (s == NULL || !s->ready)
        return NULL;
    *env = stretch_env(s, day);
    return s->all;
}

/* Can the passing of days alone make it true? */
static bool turns(const struct rules_rule *r)
{
    bool day = r->code->at == NULL && r->n_stretches > 1;
    for (int i = 0; i < r->n_stretches; i++)
        day |= expr_of_day(r->stretches[i].all);
    return day || (r->code->at == NULL && r->n_stretches == 1 && date_is(r->stretches[0].from));
}

struct courses {
    struct course *p;
    size_t n, cap;
};

static void add_courses(const struct rules_rule *r, struct arena *a, struct courses *out)
{
    if (!turns(r))
        return;
    if (r->code->at == NULL) {
        *VEC_PUSH(out, a) = (struct course){r, NULL};
        return;
    }
    for (int i = 0; i < r->n_stretches; i++)
        if (r->stretches[i].ready)
            *VEC_PUSH(out, a) = (struct course){r, &r->stretches[i]};
}

/* Only a run over everybody is kept: another looks through fewer. */
static bool everybody(const struct rules_ask *ask)
{
    const struct scope *s = ask->scope;
    return ask->rule == NULL && (s == NULL || (s->n == 1 && s->ranges[0].from <= 0 && s->ranges[0].to == INT64_MAX));
}

struct err *rules_ahead(const struct rules_set *s, const struct facts_root *root, struct arena *a,
                        const struct rules_ask *ask, int months, struct rules_hit **out, int64_t *n_out)
{
    static const struct scope everyone = SCOPE_ALL;
    struct courses courses = {0};
    if (ask->rule != NULL && rules_find(s, ask->rule) == NULL)
        return err_say(ERR(a, ERR_MISSING, "no rule '%.60s'", ask->rule), "rules.no_rule", "rule", ask->rule, NULL);
    int64_t key = 0;
    struct facts_memo *memo = everybody(ask) ? set_memo(s, &key) : NULL;
    struct rules_ask wide = *ask;
    if (memo != NULL)
        wide.sees = 0; /* all rules, so that what is kept serves every office */
    for (int i = 0; i < rules_count(s); i++)
        if (run_asks(s, &wide, rules_at(s, i)))
            add_courses(rules_at(s, i), a, &courses);
    struct facts_coming *jobs = arena_array(a, struct facts_coming, courses.n + 1);
    for (size_t i = 0; i < courses.n; i++)
        jobs[i] = (struct facts_coming){courses.p[i].rule->subject, when_on, &courses.p[i]};
    struct facts_turn *turns = NULL;
    int64_t n = 0;
    TRY(facts_ahead(root, a, ask->scope == NULL ? &everyone : ask->scope, jobs, (int)courses.n, months, memo, key,
                    &turns, &n));
    struct rules_hit *hits = arena_array(a, struct rules_hit, n + 1);
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        const struct course *c = &courses.p[turns[i].job];
        if (!run_asks(s, ask, c->rule))
            continue;
        hits[k++] = (struct rules_hit){c->rule, c->only != NULL ? c->only : rules_stretch_of(c->rule, turns[i].day),
                                       turns[i].where, turns[i].day};
    }
    *out = hits;
    *n_out = k;
    return NULL;
}

struct err *rules_ahead_ready(struct rules *r, struct db *db, struct arena *a)
{
    rules_scope const struct rules_set *set = NULL;
    facts_scope const struct facts_root *root = NULL;
    struct rules_hit *hits;
    int64_t n;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(rules_read_all(r, &tx, &set, &root));
    db_end(&tx);
    return rules_ahead(set, root, a, &(struct rules_ask){0}, RULES_AHEAD, &hits, &n);
}
