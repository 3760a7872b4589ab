/* compile.c: what the expressions of a rule mean: condition, date of the fact, values in its sentences. */
#include "rules/inner.h"

#include <string.h>

#include "base/vec.h"
#include "record/codes.h"

enum { HOLES_MOST = 20 };

struct use {
    enum expr_type type;
    const char *codes;
    bool used, clash;
};
struct uses {
    const struct rules_edition *ed;
    struct use *of; /* [param] */
    bool *needed;   /* marked when not NULL */
};

static void note_param(void *ctx, const char *name, enum expr_type type, const char *codes)
{
    struct uses *u = ctx;
    for (int i = 0; i < u->ed->n_params; i++)
        if (strcmp(u->ed->params[i].name, name) == 0) {
            struct use *x = &u->of[i];
            x->clash |= x->used && x->type != type;
            *x = (struct use){type, codes, true, x->clash};
            if (u->needed != NULL)
                u->needed[i] = true;
        }
}

static const char *const *names_of(struct arena *a, const struct rules_edition *ed)
{
    const char **names = arena_array(a, const char *, ed->n_params + 1);
    for (int i = 0; i < ed->n_params; i++)
        names[i] = ed->params[i].name;
    return names;
}

static struct err *parse(struct arena *a, const struct rules_code *c, const struct rules_text *t, struct rules_piece p,
                         size_t at, const char *text, const char *const *params, struct expr **out)
{
    struct err *e = expr_parse(a, c->world, c->subject, text, params, out);
    return e == NULL ? NULL : text_fail_expr(a, t->file, p, at, e);
}

/* Cuts a sentence at its braces. */
static struct err *compile_say(struct arena *a, const struct rules_code *c, const struct rules_text *t,
                               struct rules_piece p, const char *const *params, struct say *out)
{
    VEC(struct say_part) parts = {0};
    const char *s = p.s;
    while (*s != '\0') {
        size_t n = strcspn(s, "{}");
        if (n > 0)
            *VEC_PUSH(&parts, a) = (struct say_part){.text = text_flow(a, arena_printf(a, "%.*s", (int)n, s))};
        bool lead = n > 0 && parts.n > 1 && (*s == ' ' || *s == '\n'), tail = n > 0 && s[n] != '\0' && s[n - 1] == ' ';
        if (lead || tail) /* the blank beside a value is part of the sentence */
            parts.p[parts.n - 1].text =
                arena_printf(a, "%s%s%s", lead ? " " : "", parts.p[parts.n - 1].text, tail ? " " : "");
        s += n;
        if (*s == '\0')
            break;
        size_t at = (size_t)(s - p.s), end = strcspn(s, "}");
        if (*s == '}' || s[end] == '\0' || parts.n >= 2 * HOLES_MOST)
            return text_fail(a, t->file, p, at, "rules.brace");
        struct say_part part = {0};
        TRY(parse(a, c, t, p, at + 1, arena_strndup(a, s + 1, end - 1), params, &part.e));
        if (expr_type_of(part.e) == EXPR_SPAN)
            return text_fail(a, t->file, p, at, "rules.hole_type");
        *VEC_PUSH(&parts, a) = part;
        s += end + 1;
    }
    *out = (struct say){parts.p, (int)parts.n};
    return NULL;
}

static bool value_of(const struct use *use, const char *value, struct expr_param *out)
{
    struct date d;
    size_t digits = strspn(value, "0123456789");
    enum expr_type type = use->used ? use->type : EXPR_INT;
    *out = (struct expr_param){.type = type};
    switch (type) {
    case EXPR_INT:
        for (const char *s = value; *s >= '0' && *s <= '9'; s++)
            out->value = out->value * 10 + (*s - '0');
        return digits > 0 && digits <= 9 && value[digits] == '\0';
    case EXPR_DATE: return date_parse(value, &d) ? (out->value = d.v, true) : false;
    case EXPR_BOOL: out->value = strcmp(value, "true") == 0; return out->value != 0 || strcmp(value, "false") == 0;
    case EXPR_CODE: {
        bool ordered;
        out->value = codes_position(use->codes, value, &ordered);
        return out->value > 0;
    }
    default: return false;
    }
}

static struct use *uses_of(struct arena *a, const struct rules_code *c, const struct rules_edition *ed,
                           const struct edition_code *ec)
{
    (void)c;
    struct uses u = {ed, arena_array(a, struct use, ed->n_params + 1), ec->needed};
    expr_params(ec->when, note_param, &u);
    u.needed = NULL;
    for (int l = 0; l < LANGS; l++)
        for (int i = 0; i < ec->say[l].n; i++)
            if (ec->say[l].parts[i].e != NULL)
                expr_params(ec->say[l].parts[i].e, note_param, &u);
    return u.of;
}

bool compile_value(const struct rules_code *c, const struct rules_text *t, int edition, int param, const char *value,
                   struct expr_param *out)
{
    arena_scope struct arena *a = arena_new();
    return value_of(&uses_of(a, c, &t->editions[edition], &c->editions[edition])[param], value, out);
}

static struct err *compile_edition(struct arena *a, const struct rules_code *c, const struct rules_text *t, int i)
{
    const struct rules_edition *ed = &t->editions[i];
    struct edition_code *out = &c->editions[i];
    const char *const *params = names_of(a, ed);
    TRY(parse(a, c, t, ed->when, 0, ed->when.s, params, &out->when));
    if (expr_type_of(out->when) != EXPR_BOOL)
        return text_fail(a, t->file, ed->when, 0, "rules.not_condition");
    for (int l = 0; l < LANGS; l++)
        TRY(compile_say(a, c, t, ed->say[l], params, &out->say[l]));
    out->needed = arena_array(a, bool, ed->n_params + 1);
    out->values = arena_array(a, struct expr_param, ed->n_params + 1);
    out->set = arena_array(a, bool, ed->n_params + 1);
    struct use *uses = uses_of(a, c, ed, out);
    for (int k = 0; k < ed->n_params; k++) {
        const struct rules_param *p = &ed->params[k];
        out->set[k] = p->value != NULL;
        if (uses[k].clash || (p->value != NULL && !value_of(&uses[k], p->value, &out->values[k])))
            return text_fail(a, t->file, p->at, 0, "rules.param_type");
    }
    return NULL;
}

struct err *compile(struct arena *a, const struct expr_world *w, const struct rules_text *t, struct rules_code **out)
{
    struct rules_code *c = arena_new_of(a, struct rules_code);
    *c = (struct rules_code){.world = w, .subject = -1};
    for (int i = 0; i < w->n_subjects; i++)
        if (strcmp(w->subjects[i]->name, t->about.s) == 0)
            c->subject = i;
    if (c->subject < 0)
        return text_fail(a, t->file, t->about, 0, "rules.about");
    if (t->at.s != NULL) {
        TRY(parse(a, c, t, t->at, 0, t->at.s, NULL, &c->at));
        if (expr_type_of(c->at) != EXPR_DATE)
            return text_fail(a, t->file, t->at, 0, "rules.not_date");
    }
    c->editions = arena_array(a, struct edition_code, t->n_editions);
    c->class = c->at == NULL ? CLASS_OPEN : (enum class)expr_class(c->at, NULL);
    for (int i = 0; i < t->n_editions; i++) {
        TRY(compile_edition(a, c, t, i));
        int class = expr_class(c->editions[i].when, NULL);
        if (class > (int)c->class)
            c->class = (enum class) class;
    }
    *out = c;
    return NULL;
}
