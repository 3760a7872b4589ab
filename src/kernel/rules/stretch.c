/* stretch.c: the life of a rule cut into stretches of one edition and one set of parameters, so that a run is a plain
 * pass for each: where `at` asks for the date of the fact, the stretch's days stand as a condition around the rule's
 * own. */
#include "rules/inner.h"

#include <string.h>

#include "base/vec.h"

static bool param_of(const void *ctx, const char *name, struct date day, struct expr_param *out)
{
    (void)day; /* the stretch is the one of that day */
    const struct rules_stretch *s = ctx;
    for (int i = 0; i < s->of->n_params; i++)
        if (strcmp(s->of->params[i].name, name) == 0) {
            *out = s->values[i].value;
            return s->values[i].set;
        }
    return false;
}

struct expr_env stretch_env(const struct rules_stretch *s, struct date day)
{
    return (struct expr_env){.today = day, .param = param_of, .param_ctx = s};
}

struct cuts {
    struct date *p;
    size_t n, cap;
};

static void cut_at(struct arena *a, struct cuts *cuts, struct date d)
{
    size_t i = cuts->n;
    while (i > 0 && cuts->p[i - 1].v > d.v)
        i--;
    if (i > 0 && cuts->p[i - 1].v == d.v)
        return;
    *VEC_PUSH(cuts, a) = d;
    memmove(cuts->p + i + 1, cuts->p + i, sizeof *cuts->p * (cuts->n - 1 - i));
    cuts->p[i] = d;
}

/* The first day of the newest edition up to this one that writes the parameter itself: what a district set before that
 * day no longer holds. */
static struct date written_on(const struct rules_text *t, int edition, const char *name)
{
    for (int e = edition; e > 0; e--) {
        const struct rules_edition *ed = &t->editions[e];
        for (int i = 0; i < ed->n_params; i++)
            if (ed->params[i].own && strcmp(ed->params[i].name, name) == 0)
                return ed->from;
    }
    return DATE_UNKNOWN; /* before every day */
}

static struct rules_value value_on(const struct rules_rule *r, int edition, int param, struct date day,
                                   const struct param_row *rows, int n)
{
    const struct edition_code *ec = &r->code->editions[edition];
    const char *name = r->text->editions[edition].params[param].name;
    struct date least = written_on(r->text, edition, name);
    struct rules_value v = {.value = ec->values[param], .set = ec->set[param]};
    for (int i = 0; i < n; i++) {
        if (strcmp(rows[i].name, name) != 0 || rows[i].from.v > day.v || rows[i].from.v < least.v)
            continue;
        v.row = rows[i].row;
        v.set = rows[i].value != NULL && compile_value(r->code, r->text, edition, param, rows[i].value, &v.value);
    }
    return v;
}

/* The condition with the days of the stretch around it. */
static struct err *around(struct arena *a, const struct rules_rule *r, struct rules_stretch *s)
{
    s->all = s->when;
    if (r->code->at == NULL || (!date_is(s->from) && !date_is(s->to)))
        return NULL;
    struct buf b = BUF(a);
    char iso[DATE_TEXT];
    if (date_is(s->from))
        buf_printf(&b, "(%s) >= %s and ", r->text->at.s, date_iso(s->from, iso));
    if (date_is(s->to))
        buf_printf(&b, "(%s) <= %s and ", r->text->at.s, date_iso(s->to, iso));
    buf_printf(&b, "(%s)", s->of->when.s);
    const char **names = arena_array(a, const char *, s->of->n_params + 1);
    for (int i = 0; i < s->of->n_params; i++)
        names[i] = s->of->params[i].name;
    return expr_parse(a, r->code->world, r->subject, buf_str(&b), names, &s->all);
}

struct stretch_list {
    struct rules_stretch *p;
    size_t n, cap;
};

static struct err *edition_stretches(struct arena *a, const struct rules_rule *r, int edition,
                                     const struct param_row *rows, int n, struct stretch_list *out)
{
    const struct rules_edition *ed = &r->text->editions[edition];
    const struct edition_code *ec = &r->code->editions[edition];
    struct cuts cuts = {0};
    cut_at(a, &cuts, date_is(ed->from) ? ed->from : DATE_UNKNOWN);
    for (int i = 0; i < n; i++)
        if (rows[i].from.v > cuts.p[0].v && (!date_is(ed->to) || rows[i].from.v <= ed->to.v))
            cut_at(a, &cuts, rows[i].from);
    for (size_t i = 0; i < cuts.n; i++) {
        struct rules_value *values = arena_array(a, struct rules_value, ed->n_params + 1);
        struct rules_stretch s = {.from = date_is(cuts.p[i]) ? cuts.p[i] : DATE_NONE,
                                  .to = i + 1 < cuts.n ? date_add_days(cuts.p[i + 1], -1) : ed->to,
                                  .edition = edition,
                                  .values = values,
                                  .of = ed,
                                  .when = ec->when,
                                  .ready = true};
        for (int k = 0; k < ed->n_params; k++) {
            values[k] = value_on(r, edition, k, cuts.p[i], rows, n);
            s.ready &= values[k].set || !ec->needed[k];
        }
        TRY(around(a, r, &s));
        *VEC_PUSH(out, a) = s;
    }
    return NULL;
}

struct err *stretches_make(struct arena *a, struct rules_rule *r, const struct param_row *rows, int n)
{
    while (n > 0 && strcmp(rows->rule, r->text->id) != 0)
        rows++, n--;
    int own = 0;
    while (own < n && strcmp(rows[own].rule, r->text->id) == 0)
        own++;
    struct stretch_list list = {0};
    for (int i = 0; i < r->text->n_editions; i++)
        TRY(edition_stretches(a, r, i, rows, own, &list));
    r->stretches = list.p;
    r->n_stretches = (int)list.n;
    return NULL;
}

static bool holds(const struct rules_stretch *s, struct date day)
{
    return (!date_is(s->from) || s->from.v <= day.v) && (!date_is(s->to) || day.v <= s->to.v);
}

const struct rules_stretch *rules_stretch_of(const struct rules_rule *r, struct date day)
{
    for (int i = 0; i < r->n_stretches; i++)
        if (holds(&r->stretches[i], day))
            return &r->stretches[i];
    return NULL;
}

const struct rules_edition *rules_edition_now(const struct rules_rule *r, struct date day)
{
    const struct rules_stretch *s = rules_stretch_of(r, day);
    return s != NULL ? s->of : &r->text->editions[r->text->n_editions - 1];
}

const struct rules_rule *rules_with_value(struct arena *a, const struct rules_rule *r, const char *param, int32_t value)
{
    struct rules_rule *out = arena_new_of(a, struct rules_rule);
    struct rules_stretch *list = arena_array(a, struct rules_stretch, r->n_stretches + 1);
    *out = *r;
    for (int i = 0; i < r->n_stretches; i++) {
        const struct rules_edition *ed = r->stretches[i].of;
        struct rules_value *values = arena_array(a, struct rules_value, ed->n_params + 1);
        list[i] = r->stretches[i];
        list[i].values = values;
        for (int k = 0; k < ed->n_params; k++) {
            values[k] = r->stretches[i].values[k];
            if (strcmp(ed->params[k].name, param) == 0)
                values[k] = (struct rules_value){.value = {EXPR_INT, value}, .set = true};
        }
    }
    out->stretches = list;
    return out;
}

bool rules_needs(const struct rules_rule *r, int edition, int param)
{
    return r->code->editions[edition].needed[param];
}
