/* parse.c: from text to tree by recursive descent; the grammar stands in doc/expressions.md. Names get their meaning in
 * check.c. */
#include "expr/node.h"

#include <string.h>

#include "base/vec.h"

struct parser {
    struct arena *a;
    const char *text;
    int next; /* byte after the token */
    struct token tok;
    int depth, nodes;
};

struct call {
    const char *name;
    enum node_op op;
    int least, most; /* arguments */
};
static const struct call calls[] = {
    {"has", N_HAS, 1, 1},
    {"known", N_KNOWN, 1, 1},
    {"years", N_YEARS, 1, 2},
    {"months", N_MONTHS, 1, 2},
    {"days", N_DAYS, 1, 2},
    {"year", N_YEAR, 1, 1},
    {"month", N_MONTH, 1, 1},
    {"min", N_MIN, 2, 8},
    {"max", N_MAX, 2, 8},
    {"percent", N_PERCENT, 2, 2},
    {"percent_near", N_PERCENT_NEAR, 2, 2},
    {"percent_up", N_PERCENT_UP, 2, 2},
    {"any", N_ANY, 1, 1},
    {"all", N_ALL, 1, 1},
    {"count", N_COUNT, 1, 1},
    {"first", N_FIRST, 1, 1},
    {"last", N_LAST, 1, 1},
};

static struct err *parse_or(struct parser *p, struct node **out);

static struct err *advance(struct parser *p)
{
    return expr_lex(p->a, p->text, &p->next, &p->tok);
}

static struct err *unexpected(struct parser *p)
{
    return expr_fail(p->a, p->text, p->tok.at, p->tok.len, p->tok.kind == T_END ? "expr.end" : "expr.syntax", NULL,
                     NULL);
}

static bool at_sign(const struct parser *p, int sign)
{
    return p->tok.kind == T_SIGN && p->tok.n == sign;
}

static bool at_word(const struct parser *p, const char *word)
{
    return p->tok.kind == T_NAME && strcmp(p->tok.text, word) == 0;
}

static struct err *expect(struct parser *p, int sign)
{
    return at_sign(p, sign) ? advance(p) : unexpected(p);
}

static struct err *node_make(struct parser *p, enum node_op op, int at, int n_kids, struct node **out)
{
    if (++p->nodes > EXPR_NODES_MOST)
        return expr_fail(p->a, p->text, at, 0, "expr.limit", NULL, NULL);
    struct node *n = arena_new_of(p->a, struct node);
    *n = (struct node){.op = op, .at = at, .level = LEVEL_CONST, .subject = -1, .fact = -1, .n_kids = n_kids};
    if (n_kids > 0)
        n->kids = arena_array(p->a, struct node *, n_kids);
    *out = n;
    return NULL;
}

/* first(rows: value [where condition] [by date]) and last(): the three kids. */
static struct err *parse_pick(struct parser *p, struct node *n)
{
    TRY(parse_or(p, &n->kids[0]));
    static const char *const words[] = {"", "where", "by"};
    for (int i = 1; i <= 2; i++)
        if (at_word(p, words[i])) {
            TRY(advance(p));
            TRY(parse_or(p, &n->kids[i]));
        }
    return NULL;
}

/* After the name and the bracket. */
static struct err *parse_rows(struct parser *p, const struct call *c, int at, struct node **out)
{
    struct node *n;
    bool pick = c->op == N_FIRST || c->op == N_LAST;
    TRY(node_make(p, c->op, at, pick ? 3 : 1, &n));
    if (p->tok.kind != T_NAME || expr_word_reserved(p->tok.text))
        return unexpected(p);
    n->text = c->name;
    n->owner = p->tok.text; /* the rows' name until checked */
    n->n = p->tok.at;
    TRY(advance(p));
    TRY(expect(p, ':'));
    if (pick)
        TRY(parse_pick(p, n));
    else
        TRY(parse_or(p, &n->kids[0]));
    TRY(expect(p, ')'));
    *out = n;
    return NULL;
}

/* One or more expressions separated by commas, after the bracket; takes the closing one. */
static struct err *parse_list(struct parser *p, int most, struct node **kids, int *n_out)
{
    int n = 0;
    TRY(parse_or(p, &kids[n++]));
    while (n < most && at_sign(p, ',')) {
        TRY(advance(p));
        TRY(parse_or(p, &kids[n++]));
    }
    TRY(expect(p, ')'));
    *n_out = n;
    return NULL;
}

static struct err *parse_call(struct parser *p, struct token name, struct node **out)
{
    const struct call *c = NULL;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, name.text) == 0)
            c = &calls[i];
    if (c == NULL)
        return expr_fail(p->a, p->text, name.at, name.len, "expr.unknown_function", NULL, NULL);
    TRY(advance(p));
    if (expr_is_rows(c->op))
        return parse_rows(p, c, name.at, out);
    struct node *n;
    TRY(node_make(p, c->op, name.at, c->most, &n));
    n->text = c->name;
    TRY(parse_list(p, c->most, n->kids, &n->n_kids));
    if (n->n_kids < c->least)
        return expr_fail(p->a, p->text, name.at, name.len, "expr.arguments", NULL, NULL);
    *out = n;
    return NULL;
}

static struct err *parse_name(struct parser *p, struct node **out)
{
    struct token name = p->tok;
    if (at_word(p, "true") || at_word(p, "false")) {
        TRY(node_make(p, N_BOOL, name.at, 0, out));
        (*out)->n = name.text[0] == 't';
        return advance(p);
    }
    if (at_word(p, "today")) {
        TRY(node_make(p, N_TODAY, name.at, 0, out));
        return advance(p);
    }
    if (expr_word_reserved(name.text))
        return unexpected(p);
    TRY(advance(p));
    if (at_sign(p, '('))
        return parse_call(p, name, out);
    TRY(node_make(p, N_NAME, name.at, 0, out));
    (*out)->text = name.text;
    if (at_sign(p, '.')) {
        TRY(advance(p));
        if (p->tok.kind != T_NAME || expr_word_reserved(p->tok.text))
            return unexpected(p);
        (*out)->owner = name.text;
        (*out)->text = p->tok.text;
        return advance(p);
    }
    return NULL;
}

static struct err *parse_primary(struct parser *p, struct node **out)
{
    struct token t = p->tok;
    if (at_sign(p, '(')) {
        TRY(advance(p));
        TRY(parse_or(p, out));
        return expect(p, ')');
    }
    if (at_sign(p, '-')) { /* only a number may be negative; anything else is 0 - x */
        TRY(advance(p));
        if (p->tok.kind != T_INT)
            return unexpected(p);
        TRY(node_make(p, N_INT, t.at, 0, out));
        (*out)->n = -p->tok.n;
        return advance(p);
    }
    if (t.kind == T_NAME)
        return parse_name(p, out);
    if (t.kind != T_INT && t.kind != T_DATE && t.kind != T_QUOTED && t.kind != T_PARAM)
        return unexpected(p);
    enum node_op op = t.kind == T_INT ? N_INT : t.kind == T_DATE ? N_DATE : t.kind == T_QUOTED ? N_CODE : N_PARAM;
    TRY(node_make(p, op, t.at, 0, out));
    (*out)->n = op == N_INT || op == N_DATE ? t.n : 0;
    (*out)->text = t.text;
    return advance(p);
}

static struct err *parse_sum(struct parser *p, struct node **out)
{
    TRY(parse_primary(p, out));
    for (int terms = 1; at_sign(p, '+') || at_sign(p, '-'); terms++) {
        if (terms == EXPR_DEPTH_MOST)
            return expr_fail(p->a, p->text, p->tok.at, 0, "expr.limit", NULL, NULL);
        struct node *n;
        TRY(node_make(p, at_sign(p, '+') ? N_ADD : N_SUB, p->tok.at, 2, &n));
        n->kids[0] = *out;
        TRY(advance(p));
        TRY(parse_primary(p, &n->kids[1]));
        *out = n;
    }
    return NULL;
}

static struct err *parse_in(struct parser *p, struct node *value, struct node **out)
{
    enum { ITEMS_MOST = 200 };
    struct node *items[ITEMS_MOST], *n;
    int at = p->tok.at, count = 0;
    TRY(advance(p));
    TRY(expect(p, '('));
    TRY(parse_list(p, ITEMS_MOST, items, &count));
    TRY(node_make(p, N_IN, at, count + 1, &n));
    n->kids[0] = value;
    memcpy(n->kids + 1, items, sizeof *items * (size_t)count);
    *out = n;
    return NULL;
}

static struct err *parse_between(struct parser *p, struct node *value, struct node **out)
{
    struct node *n;
    TRY(node_make(p, N_BETWEEN, p->tok.at, 3, &n));
    TRY(advance(p));
    n->kids[0] = value;
    TRY(parse_sum(p, &n->kids[1]));
    if (!at_word(p, "and"))
        return unexpected(p);
    TRY(advance(p));
    TRY(parse_sum(p, &n->kids[2]));
    *out = n;
    return NULL;
}

static struct err *parse_not(struct parser *p, int at, struct node *of, struct node **out)
{
    struct node *n;
    TRY(node_make(p, N_NOT, at, 1, &n));
    n->kids[0] = of;
    *out = n;
    return NULL;
}

static struct err *parse_compare(struct parser *p, struct node **out)
{
    TRY(parse_sum(p, out));
    int at = p->tok.at;
    bool negated = at_word(p, "not");
    if (negated)
        TRY(advance(p));
    if (at_word(p, "in"))
        TRY(parse_in(p, *out, out));
    else if (at_word(p, "between"))
        TRY(parse_between(p, *out, out));
    else if (negated)
        return unexpected(p);
    if (negated)
        return parse_not(p, at, *out, out);
    static const struct {
        int sign;
        enum node_op op;
    } signs[] = {{'=', N_EQ}, {SIGN_NE, N_NE}, {'<', N_LT}, {SIGN_LE, N_LE}, {'>', N_GT}, {SIGN_GE, N_GE}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (at_sign(p, signs[i].sign)) {
            struct node *n;
            TRY(node_make(p, signs[i].op, at, 2, &n));
            n->kids[0] = *out;
            TRY(advance(p));
            TRY(parse_sum(p, &n->kids[1]));
            *out = n;
            break;
        }
    return NULL;
}

static struct err *parse_unary(struct parser *p, struct node **out)
{
    if (!at_word(p, "not"))
        return parse_compare(p, out);
    int at = p->tok.at;
    TRY(advance(p));
    if (++p->depth > EXPR_DEPTH_MOST)
        return expr_fail(p->a, p->text, at, 0, "expr.limit", NULL, NULL);
    struct node *of;
    TRY(parse_unary(p, &of));
    p->depth--;
    return parse_not(p, at, of, out);
}

struct chain {
    struct node **p;
    size_t n, cap;
};

/* Adds a part to a chain; a part that is itself such a chain is taken apart, so that a and (b and c) is one chain. */
static void chain_add(struct arena *a, enum node_op op, struct node *part, struct chain *parts)
{
    if (part->op != op) {
        *VEC_PUSH(parts, a) = part;
        return;
    }
    for (int i = 0; i < part->n_kids; i++)
        *VEC_PUSH(parts, a) = part->kids[i];
}

static struct err *parse_chain(struct parser *p, enum node_op op, const char *word,
                               struct err *(*part)(struct parser *, struct node **), struct node **out)
{
    int at = p->tok.at;
    TRY(part(p, out));
    if (!at_word(p, word))
        return NULL;
    struct chain parts = {0};
    chain_add(p->a, op, *out, &parts);
    while (at_word(p, word)) {
        TRY(advance(p));
        struct node *next;
        TRY(part(p, &next));
        chain_add(p->a, op, next, &parts);
    }
    struct node *n;
    TRY(node_make(p, op, at, 0, &n));
    n->kids = parts.p;
    n->n_kids = (int)parts.n;
    *out = n;
    return NULL;
}

static struct err *parse_and(struct parser *p, struct node **out)
{
    return parse_chain(p, N_AND, "and", parse_unary, out);
}

static struct err *parse_or(struct parser *p, struct node **out)
{
    if (++p->depth > EXPR_DEPTH_MOST)
        return expr_fail(p->a, p->text, p->tok.at, 0, "expr.limit", NULL, NULL);
    TRY(parse_chain(p, N_OR, "or", parse_and, out));
    p->depth--;
    return NULL;
}

struct err *expr_parse_tree(struct arena *a, const char *text, struct node **out)
{
    if (strlen(text) > EXPR_TEXT_MOST)
        return expr_fail(a, text, 0, 0, "expr.limit", NULL, NULL);
    struct parser p = {.a = a, .text = text};
    TRY(advance(&p));
    struct node *root;
    TRY(parse_or(&p, &root));
    if (p.tok.kind != T_END)
        return unexpected(&p);
    *out = root;
    return NULL;
}
