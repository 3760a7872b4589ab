/* check.c: what the names of an expression mean, of which type each piece is, and over whose rows it runs. A code or a
 * parameter takes its type from what it stands beside. */
#include "expr/node.h"

#include <string.h>

struct checker {
    struct arena *a;
    const struct expr_world *w;
    const char *const *params;
    const char *text;
};

static struct err *check(const struct checker *c, struct node *n, int scope);

static struct err *fail(const struct checker *c, const struct node *n, const char *key)
{
    int at = n->at, next = at;
    struct token t = {0};
    struct err *e = expr_lex(c->a, c->text, &next, &t);
    return expr_fail(c->a, c->text, at, e == NULL ? next - at : 0, key, NULL, NULL);
}

int expr_fact_find(const struct expr_subject *s, const char *name)
{
    for (int i = 0; i < s->n_facts; i++)
        if (strcmp(s->facts[i].name, name) == 0)
            return i;
    return -1;
}

static int subject_find(const struct expr_world *w, const char *name)
{
    for (int i = 0; i < w->n_subjects; i++)
        if (strcmp(w->subjects[i]->name, name) == 0)
            return i;
    return -1;
}

int expr_owner_of(const struct expr_world *w, int subject)
{
    const char *owner = w->subjects[subject]->owner;
    return owner == NULL ? -1 : subject_find(w, owner);
}

static void set_fact(const struct checker *c, struct node *n, int subject, int fact)
{
    const struct expr_fact *f = &c->w->subjects[subject]->facts[fact];
    n->op = N_FACT;
    n->subject = n->level = subject;
    n->fact = fact;
    n->type = f->type;
    n->codes = f->type == EXPR_CODE ? f->codes : NULL;
}

/* A name is a fact of the scope, `owner.fact` one of its owner; any other bare name may still be a code. */
static struct err *check_name(const struct checker *c, struct node *n, int scope)
{
    int subject = scope;
    if (n->owner != NULL) {
        int owner = expr_owner_of(c->w, scope);
        if (owner >= 0 && strcmp(n->owner, c->w->subjects[owner]->name) == 0)
            subject = owner;
        else if (strcmp(n->owner, c->w->subjects[scope]->name) != 0)
            return fail(c, n, "expr.unknown_owner");
    }
    int fact = expr_fact_find(c->w->subjects[subject], n->text);
    if (fact >= 0) {
        set_fact(c, n, subject, fact);
        return NULL;
    }
    if (n->owner != NULL)
        return fail(c, n, "expr.unknown_name");
    n->pending = true;
    return NULL;
}

static struct err *check_param(const struct checker *c, struct node *n)
{
    for (int i = 0; c->params != NULL && c->params[i] != NULL; i++)
        if (strcmp(c->params[i], n->text) == 0) {
            n->pending = true;
            return NULL;
        }
    return fail(c, n, "expr.unknown_param");
}

static const char *want_key(enum expr_type type)
{
    switch (type) {
    case EXPR_BOOL: return "expr.want_condition";
    case EXPR_INT: return "expr.want_number";
    case EXPR_DATE: return "expr.want_date";
    case EXPR_SPAN: return "expr.want_span";
    default: return "expr.types";
    }
}

static struct err *settle_code(const struct checker *c, struct node *n, const char *codes, int scope)
{
    bool ordered;
    int position = c->w->code(codes, n->text, &ordered);
    if (position <= 0 || position > INT16_MAX)
        return fail(c, n, "expr.code");
    bool plain = n->op == N_NAME;
    if (!plain) { /* quoted: would it read the same without the quotes? */
        int at = 0;
        struct token t = {0};
        struct err *bad = expr_lex(c->a, n->text, &at, &t);
        plain = bad == NULL && t.kind == T_NAME && n->text[at] == '\0' && !expr_word_reserved(n->text) &&
                expr_fact_find(c->w->subjects[scope], n->text) < 0;
    }
    n->op = N_CODE;
    n->bare = plain;
    n->n = position;
    n->pending = false;
    n->type = EXPR_CODE;
    n->codes = codes;
    return NULL;
}

/* Gives n the type asked for if its own is still open, else demands that it is that one. */
static struct err *settle(const struct checker *c, struct node *n, enum expr_type type, const char *codes, int scope)
{
    if (n->pending && (n->op == N_NAME || n->op == N_CODE)) {
        if (type == EXPR_CODE)
            return settle_code(c, n, codes, scope);
        return fail(c, n, n->op == N_NAME ? "expr.unknown_name" : want_key(type));
    }
    if (n->pending) {
        if (type == EXPR_REF || type == EXPR_SPAN)
            return fail(c, n, "expr.types");
        n->pending = false;
        n->type = type;
        n->codes = codes;
        return NULL;
    }
    if (n->op == N_INT && type == EXPR_REF) { /* a row's number */
        n->type = EXPR_REF;
        return NULL;
    }
    if (n->op == N_INT && type == EXPR_DATE && n->n >= 1000 && n->n <= 9999) { /* a year */
        n->op = N_DATE;
        n->type = EXPR_DATE;
        n->n = date_make((int)n->n, 0, 0).v;
        return NULL;
    }
    if (n->type != type)
        return fail(c, n, want_key(type));
    if (type == EXPR_CODE && strcmp(n->codes, codes) != 0)
        return fail(c, n, "expr.code_lists");
    return NULL;
}

/* All of them of one type, taken from the first whose type is sure. */
static struct err *settle_alike(const struct checker *c, struct node **kids, int n, int scope)
{
    struct node *sure = NULL;
    for (int i = 0; i < n; i++)
        if (!kids[i]->pending && (sure == NULL || sure->op == N_INT))
            sure = kids[i];
    if (sure == NULL) {
        for (int i = 0; i < n; i++)
            if (kids[i]->op == N_NAME)
                return fail(c, kids[i], "expr.unknown_name");
        return fail(c, kids[0], "expr.types");
    }
    for (int i = 0; i < n; i++)
        TRY(settle(c, kids[i], sure->type, sure->codes, scope));
    return NULL;
}

static struct err *check_compare(const struct checker *c, struct node *n, int scope)
{
    TRY(settle_alike(c, n->kids, n->n_kids, scope));
    const struct node *first = n->kids[0];
    bool equality = n->op == N_EQ || n->op == N_NE || n->op == N_IN, ordered = true;
    if (first->type == EXPR_SPAN || (!equality && (first->type == EXPR_BOOL || first->type == EXPR_REF)))
        return fail(c, n, "expr.types");
    if (!equality && first->type == EXPR_CODE) {
        c->w->code(first->codes, "", &ordered);
        if (!ordered)
            return fail(c, n, "expr.order");
    }
    n->type = EXPR_BOOL;
    return NULL;
}

static struct err *check_sum(const struct checker *c, struct node *n, int scope)
{
    struct node *left = n->kids[0], *right = n->kids[1];
    if (left->pending)
        TRY(settle(c, left, right->pending || right->type == EXPR_INT ? EXPR_INT : EXPR_DATE, NULL, scope));
    else if (left->op == N_INT && !right->pending && right->type == EXPR_SPAN)
        TRY(settle(c, left, EXPR_DATE, NULL, scope)); /* a year */
    n->type = left->type;
    if (left->type == EXPR_INT)
        return settle(c, right, EXPR_INT, NULL, scope);
    if (left->type == EXPR_DATE || left->type == EXPR_SPAN)
        return settle(c, right, EXPR_SPAN, NULL, scope);
    return fail(c, left, "expr.types");
}

static struct err *check_minmax(const struct checker *c, struct node *n, int scope)
{
    TRY(settle_alike(c, n->kids, n->n_kids, scope));
    n->type = n->kids[0]->type;
    return n->type == EXPR_INT || n->type == EXPR_DATE ? NULL : fail(c, n, "expr.types");
}

static struct err *check_call(const struct checker *c, struct node *n, int scope)
{
    enum expr_type want = EXPR_DATE;
    n->type = EXPR_INT;
    switch (n->op) {
    case N_HAS:
    case N_KNOWN:
        n->type = EXPR_BOOL;
        if (n->kids[0]->op == N_NAME)
            return fail(c, n->kids[0], "expr.unknown_name");
        return n->kids[0]->pending || n->kids[0]->type == EXPR_SPAN ? fail(c, n->kids[0], "expr.types") : NULL;
    case N_MIN:
    case N_MAX: return check_minmax(c, n, scope);
    case N_YEARS:
    case N_MONTHS:
    case N_DAYS:
        if (n->n_kids == 1) {
            n->type = EXPR_SPAN;
            want = EXPR_INT;
        }
        break;
    case N_PERCENT:
    case N_PERCENT_NEAR:
    case N_PERCENT_UP: want = EXPR_INT; break;
    default: break; /* year() and month() of a date */
    }
    for (int i = 0; i < n->n_kids; i++)
        TRY(settle(c, n->kids[i], want, NULL, scope));
    return NULL;
}

/* The rows' subject: owned by the scope, or beside it under the same owner. */
static struct err *check_rows(const struct checker *c, struct node *n, int scope)
{
    int owner = expr_owner_of(c->w, scope);
    if (owner < 0)
        owner = scope;
    int rows = subject_find(c->w, n->owner);
    if (rows < 0 || expr_owner_of(c->w, rows) != owner)
        return expr_fail(c->a, c->text, (int)n->n, (int)strlen(n->owner), "expr.unknown_rows", NULL, NULL);
    n->subject = rows;
    n->level = owner;
    for (int i = 0; i < n->n_kids; i++)
        if (n->kids[i] != NULL)
            TRY(check(c, n->kids[i], rows));
    bool pick = n->op == N_FIRST || n->op == N_LAST;
    if (!pick) {
        n->type = n->op == N_COUNT ? EXPR_INT : EXPR_BOOL;
        return settle(c, n->kids[0], EXPR_BOOL, NULL, rows);
    }
    struct node *value = n->kids[0];
    if (value->op == N_NAME)
        return fail(c, value, "expr.unknown_name");
    if (value->pending || value->type == EXPR_BOOL || value->type == EXPR_SPAN)
        return fail(c, value, "expr.types");
    n->type = value->type;
    n->codes = value->codes;
    if (n->kids[1] != NULL)
        TRY(settle(c, n->kids[1], EXPR_BOOL, NULL, rows));
    return n->kids[2] == NULL ? NULL : settle(c, n->kids[2], EXPR_DATE, NULL, rows);
}

/* A piece runs over the rows of its parts: the rows themselves where a part is about them, else their owners. */
static void set_level(const struct checker *c, struct node *n)
{
    for (int i = 0; i < n->n_kids; i++) {
        int level = n->kids[i]->level;
        if (level != LEVEL_CONST && (n->level == LEVEL_CONST || expr_owner_of(c->w, level) == n->level))
            n->level = level;
    }
}

static struct err *check(const struct checker *c, struct node *n, int scope)
{
    if (expr_is_rows(n->op))
        return check_rows(c, n, scope);
    for (int i = 0; i < n->n_kids; i++)
        TRY(check(c, n->kids[i], scope));
    set_level(c, n);
    switch (n->op) {
    case N_BOOL: n->type = EXPR_BOOL; return NULL;
    case N_INT: n->type = EXPR_INT; return NULL;
    case N_DATE:
    case N_TODAY: n->type = EXPR_DATE; return NULL;
    case N_CODE: n->pending = true; return NULL;
    case N_PARAM: return check_param(c, n);
    case N_NAME: return check_name(c, n, scope);
    case N_AND:
    case N_OR:
    case N_NOT:
        n->type = EXPR_BOOL;
        for (int i = 0; i < n->n_kids; i++)
            TRY(settle(c, n->kids[i], EXPR_BOOL, NULL, scope));
        return NULL;
    case N_ADD:
    case N_SUB: return check_sum(c, n, scope);
    default: return n->op >= N_HAS ? check_call(c, n, scope) : check_compare(c, n, scope);
    }
}

/* How deep rows are asked inside rows. Each level multiplies the work of judging one row, so it is limited. */
static int rows_depth(const struct node *n)
{
    int most = 0;
    for (int i = 0; i < n->n_kids; i++) {
        int depth = n->kids[i] == NULL ? 0 : rows_depth(n->kids[i]);
        most = depth > most ? depth : most;
    }
    return most + expr_is_rows(n->op);
}

struct err *expr_check(struct arena *a, const struct expr_world *w, int subject, const char *const *params,
                       const char *text, struct node *root)
{
    struct checker c = {.a = a, .w = w, .params = params, .text = text};
    TRY(check(&c, root, subject));
    if (rows_depth(root) > EXPR_ROWS_MOST)
        return fail(&c, root, "expr.limit");
    if (root->op == N_NAME)
        return fail(&c, root, "expr.unknown_name");
    return root->pending ? fail(&c, root, "expr.types") : NULL;
}
