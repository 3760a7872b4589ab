/* truth.c: one rule for one row: the stretch the date of the fact chooses, and the truth there. Equal to what a run
 * over everyone finds (the test compares both). */
#include "rules/inner.h"

#include <string.h>

/* The interval of a date that is known in part. */
static bool overlaps(const struct rules_stretch *s, struct date first, struct date last)
{
    return (!date_is(s->from) || s->from.v <= last.v) && (!date_is(s->to) || first.v <= s->to.v);
}

static bool within(const struct rules_stretch *s, struct date first, struct date last)
{
    return (!date_is(s->from) || s->from.v <= first.v) && (!date_is(s->to) || last.v <= s->to.v);
}

static struct err *when_truth(const struct rules_stretch *s, struct arena *a, const struct expr_block *b, int row,
                              struct date day, enum tri *out)
{
    struct expr_env env = stretch_env(s, day);
    struct expr_value v;
    TRY(expr_eval(a, s->when, &env, b, row, &v, NULL));
    *out = v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.state == EXPR_HAS && v.n != 0 ? TRI_TRUE : TRI_FALSE;
    return NULL;
}

static struct err *at_value(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row,
                            struct date day, struct expr_value *out)
{
    struct expr_env env = {.today = day};
    return expr_eval(a, r->code->at, &env, b, row, out, NULL);
}

/* The date chooses no single stretch: unknown if any that is possible is not false. */
static struct err *undecided(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row,
                             struct date day, const struct date *first, const struct date *last, enum tri *out)
{
    *out = TRI_FALSE;
    for (int i = 0; i < r->n_stretches && *out == TRI_FALSE; i++) {
        if (first != NULL && !overlaps(&r->stretches[i], *first, *last))
            continue;
        TRY(when_truth(&r->stretches[i], a, b, row, day, out));
    }
    if (*out == TRI_TRUE)
        *out = TRI_UNKNOWN;
    return NULL;
}

struct err *row_truth(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row, struct date day,
                      enum tri *out, const struct rules_stretch **stretch_out)
{
    const struct rules_stretch *s = NULL;
    *out = TRI_FALSE;
    if (r->code->at == NULL) {
        s = rules_stretch_of(r, day);
    } else {
        struct expr_value at;
        TRY(at_value(r, a, b, row, day, &at));
        struct date d = {(int32_t)at.n}, first, last;
        if (at.state == EXPR_UNKNOWN)
            TRY(undecided(r, a, b, row, day, NULL, NULL, out));
        if (at.state == EXPR_HAS) {
            first = date_first(d), last = date_last(d);
            for (int i = 0; i < r->n_stretches && s == NULL; i++)
                if (within(&r->stretches[i], first, last))
                    s = &r->stretches[i];
            if (s == NULL)
                TRY(undecided(r, a, b, row, day, &first, &last, out));
        }
    }
    if (s != NULL)
        TRY(when_truth(s, a, b, row, day, out));
    if (stretch_out != NULL)
        *stretch_out = s;
    return NULL;
}

/* ---- what is missing ---- */
static bool is_partial(const struct expr_trace *t)
{
    return t->piece == EXPR_PIECE_FACT && t->value.state == EXPR_HAS && t->value.type == EXPR_DATE &&
           !date_is_full((struct date){(int32_t)t->value.n});
}

/* The node after t and all its parts. */
static const struct expr_trace *past(const struct expr_trace *t)
{
    const struct expr_trace *n = t->next;
    while (n != NULL && n->depth > t->depth)
        n = n->next;
    return n;
}

/* Facts below an unknown piece: those not on record; when all are, those known in part. */
static void tell(const struct expr_trace *t, gap_fn *fn, void *ctx)
{
    bool told = false, condition = false;
    const struct expr_trace *end = past(t);
    for (const struct expr_trace *n = t->next; n != end;) {
        bool open = n->value.state == EXPR_UNKNOWN;
        if (open && n->value.type == EXPR_BOOL && n->piece != EXPR_PIECE_FACT) {
            tell(n, fn, ctx);
            condition = true;
            n = past(n);
            continue;
        }
        if (n->piece == EXPR_PIECE_FACT && open) {
            fn(ctx, n->subject, n->fact, n->row_id);
            told = true;
        }
        /* a part that is decided has nothing to do with it */
        n = n->value.type == EXPR_BOOL && !open ? past(n) : n->next;
    }
    for (const struct expr_trace *n = t->next; n != end && !told && !condition; n = n->next)
        if (is_partial(n))
            fn(ctx, n->subject, n->fact, n->row_id);
}

static void tell_trace(const struct expr_trace *t, gap_fn *fn, void *ctx)
{
    if (t == NULL || t->value.state != EXPR_UNKNOWN)
        return;
    if (t->piece == EXPR_PIECE_FACT)
        fn(ctx, t->subject, t->fact, t->row_id);
    else
        tell(t, fn, ctx);
}

static struct err *gaps_of(struct arena *a, const struct expr *e, const struct expr_env *env,
                           const struct expr_block *b, int row, gap_fn *fn, void *ctx)
{
    struct expr_value v;
    struct expr_trace *t = NULL;
    TRY(expr_eval(a, e, env, b, row, &v, &t));
    tell_trace(t, fn, ctx);
    return NULL;
}

struct err *row_gaps(const struct rules_rule *r, struct arena *a, const struct expr_block *b, int row, struct date day,
                     gap_fn *fn, void *ctx)
{
    enum tri truth;
    const struct rules_stretch *s;
    TRY(row_truth(r, a, b, row, day, &truth, &s));
    if (truth != TRI_UNKNOWN)
        return NULL;
    if (s != NULL) {
        struct expr_env env = stretch_env(s, day);
        return gaps_of(a, s->when, &env, b, row, fn, ctx);
    }
    /* the date that would choose the edition: not on record, or both sides of a change */
    for (int i = 0; i < r->n_stretches; i++) {
        struct expr_env env = stretch_env(&r->stretches[i], day);
        struct expr_value v;
        struct expr_trace *t = NULL;
        TRY(expr_eval(a, r->stretches[i].all, &env, b, row, &v, &t));
        if (v.state != EXPR_UNKNOWN)
            continue;
        tell_trace(t, fn, ctx);
    }
    return NULL;
}
