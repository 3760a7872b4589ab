/* expr.c: parsing as a whole, and what can be asked about a parsed expression. */
#include "expr/node.h"

#include <string.h>

struct err *expr_parse(struct arena *a, const struct expr_world *w, int subject, const char *text,
                       const char *const *params, struct expr **out)
{
    struct node *root;
    TRY(expr_parse_tree(a, text, &root));
    TRY(expr_check(a, w, subject, params, text, root));
    struct expr *e = arena_new_of(a, struct expr);
    *e = (struct expr){.world = w, .subject = subject, .root = root};
    *out = e;
    return NULL;
}

enum expr_type expr_type_of(const struct expr *e)
{
    return e->root->type;
}

/* Calls fn for every node, a node before its parts. */
static void walk(const struct node *n, void (*fn)(void *ctx, const struct node *n), void *ctx)
{
    fn(ctx, n);
    for (int i = 0; i < n->n_kids; i++)
        if (n->kids[i] != NULL)
            walk(n->kids[i], fn, ctx);
}

struct reading {
    const struct expr *e;
    const struct node *before; /* calls once each: stop at this node */
    bool seen, of_day;
    void (*fact)(void *ctx, int subject, int fact);
    void (*param)(void *ctx, const char *name, enum expr_type type, const char *codes);
    void *ctx;
    bool passed;
};

static bool same_reading(const struct node *a, const struct node *b)
{
    if (a->op != b->op)
        return false;
    return a->op == N_FACT ? a->subject == b->subject && a->fact == b->fact : strcmp(a->text, b->text) == 0;
}

static void note_seen(void *ctx, const struct node *n)
{
    struct reading *r = ctx;
    if (n == r->before)
        r->passed = true;
    if (!r->passed && (n->op == N_FACT || n->op == N_PARAM) && same_reading(n, r->before))
        r->seen = true;
}

/* True for the first node that reads this fact or parameter. */
static bool first_reading(const struct expr *e, const struct node *n)
{
    struct reading r = {.before = n};
    walk(e->root, note_seen, &r);
    return !r.seen;
}

static void note_reading(void *ctx, const struct node *n)
{
    const struct reading *r = ctx;
    if (n->op == N_FACT && r->fact != NULL && first_reading(r->e, n))
        r->fact(r->ctx, n->subject, n->fact);
    if (n->op == N_PARAM && r->param != NULL && first_reading(r->e, n))
        r->param(r->ctx, n->text, n->type, n->codes);
}

void expr_reads(const struct expr *e, void (*fn)(void *ctx, int subject, int fact), void *ctx)
{
    walk(e->root, note_reading, &(struct reading){.e = e, .fact = fn, .ctx = ctx});
}

void expr_params(const struct expr *e, void (*fn)(void *ctx, const char *name, enum expr_type type, const char *codes),
                 void *ctx)
{
    walk(e->root, note_reading, &(struct reading){.e = e, .param = fn, .ctx = ctx});
}

struct secrecy {
    const struct expr_world *w;
    int class;
    const char *fact;
};

static void note_fact_class(struct secrecy *s, const struct expr_fact *f)
{
    if (s->fact == NULL || f->class > s->class) {
        s->class = f->class;
        s->fact = f->name;
    }
}

/* That there are rows at all is as secret as the least secret fact of such a row. */
static void note_class(void *ctx, const struct node *n)
{
    struct secrecy *s = ctx;
    if (n->op == N_FACT)
        note_fact_class(s, &s->w->subjects[n->subject]->facts[n->fact]);
    if (!expr_is_rows(n->op))
        return;
    const struct expr_subject *rows = s->w->subjects[n->subject];
    const struct expr_fact *least = NULL;
    for (int i = 0; i < rows->n_facts; i++)
        if (least == NULL || rows->facts[i].class < least->class)
            least = &rows->facts[i];
    if (least != NULL)
        note_fact_class(s, least);
}

int expr_class(const struct expr *e, const char **fact_out)
{
    struct secrecy s = {.w = e->world};
    walk(e->root, note_class, &s);
    if (fact_out != NULL)
        *fact_out = s.fact;
    return s.class;
}

struct day_use {
    const struct expr_world *w;
    bool used;
};

static void note_day(void *ctx, const struct node *n)
{
    struct day_use *d = ctx;
    if (n->op == N_TODAY || (n->op == N_FACT && d->w->subjects[n->subject]->facts[n->fact].of_day))
        d->used = true;
}

bool expr_of_day(const struct expr *e)
{
    struct day_use d = {.w = e->world};
    walk(e->root, note_day, &d);
    return d.used;
}
