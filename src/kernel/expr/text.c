/* text.c: an expression in its one canonical spelling: single spaces, plain signs, ISO dates, brackets only where the
 * tree needs them. Parsing it gives the same tree. */
#include "expr/node.h"

#include <string.h>

#include "base/buf.h"

struct writer {
    struct buf *b;
    const struct expr_world *w;
};

/* How tightly a piece binds; a part that binds less needs brackets. */
enum { BIND_OR, BIND_AND, BIND_NOT, BIND_COMPARE, BIND_SUM, BIND_WHOLE };

static int binding(const struct node *n)
{
    switch (n->op) {
    case N_OR: return BIND_OR;
    case N_AND: return BIND_AND;
    case N_NOT: return n->kids[0]->op == N_IN || n->kids[0]->op == N_BETWEEN ? BIND_COMPARE : BIND_NOT;
    case N_ADD:
    case N_SUB: return BIND_SUM;
    default: return n->op >= N_EQ && n->op <= N_BETWEEN ? BIND_COMPARE : BIND_WHOLE;
    }
}

static void write_node(const struct writer *w, const struct node *n, int scope, int least);

static void write_list(const struct writer *w, struct node *const *kids, int n, int scope)
{
    buf_putc(w->b, '(');
    for (int i = 0; i < n; i++) {
        if (i > 0)
            buf_puts(w->b, ", ");
        write_node(w, kids[i], scope, BIND_OR);
    }
    buf_putc(w->b, ')');
}

static void write_rows(const struct writer *w, const struct node *n)
{
    static const char *const words[] = {"", " where ", " by "};
    buf_printf(w->b, "%s(%s: ", n->text, w->w->subjects[n->subject]->name);
    for (int i = 0; i < n->n_kids; i++)
        if (n->kids[i] != NULL) {
            buf_puts(w->b, words[i]);
            write_node(w, n->kids[i], n->subject, BIND_OR);
        }
    buf_putc(w->b, ')');
}

static void write_chain(const struct writer *w, const struct node *n, int scope)
{
    for (int i = 0; i < n->n_kids; i++) {
        if (i > 0)
            buf_puts(w->b, n->op == N_AND ? " and " : " or ");
        write_node(w, n->kids[i], scope, n->op == N_AND ? BIND_NOT : BIND_AND);
    }
}

/* `in` and `between`, with the `not` that may stand before them. */
static void write_among(const struct writer *w, const struct node *n, bool negated, int scope)
{
    write_node(w, n->kids[0], scope, BIND_SUM);
    buf_puts(w->b, negated ? " not" : "");
    if (n->op == N_IN) {
        buf_puts(w->b, " in ");
        write_list(w, n->kids + 1, n->n_kids - 1, scope);
        return;
    }
    buf_puts(w->b, " between ");
    write_node(w, n->kids[1], scope, BIND_SUM);
    buf_puts(w->b, " and ");
    write_node(w, n->kids[2], scope, BIND_SUM);
}

static void write_pair(const struct writer *w, const struct node *n, const char *sign, int scope, int right)
{
    write_node(w, n->kids[0], scope, BIND_SUM);
    buf_puts(w->b, sign);
    write_node(w, n->kids[1], scope, right);
}

static void write_leaf(const struct writer *w, const struct node *n, int scope)
{
    char date[DATE_TEXT];
    switch (n->op) {
    case N_BOOL: buf_puts(w->b, n->n ? "true" : "false"); break;
    case N_INT: buf_int(w->b, n->n); break;
    case N_DATE: buf_puts(w->b, date_iso((struct date){(int32_t)n->n}, date)); break;
    case N_CODE: buf_printf(w->b, n->bare ? "%s" : "'%s'", n->text); break;
    case N_TODAY: buf_puts(w->b, "today"); break;
    case N_PARAM: buf_printf(w->b, "$%s", n->text); break;
    default:
        if (n->subject != scope)
            buf_printf(w->b, "%s.", w->w->subjects[n->subject]->name);
        buf_puts(w->b, w->w->subjects[n->subject]->facts[n->fact].name);
        break;
    }
}

static void write_plain(const struct writer *w, const struct node *n, int scope)
{
    static const char *const signs[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    if (n->op <= N_FACT)
        write_leaf(w, n, scope);
    else if (n->op == N_AND || n->op == N_OR)
        write_chain(w, n, scope);
    else if (n->op == N_NOT && binding(n) == BIND_COMPARE)
        write_among(w, n->kids[0], true, scope);
    else if (n->op == N_NOT) {
        buf_puts(w->b, "not ");
        write_node(w, n->kids[0], scope, BIND_NOT);
    } else if (n->op <= N_GE)
        write_pair(w, n, signs[n->op - N_EQ], scope, BIND_SUM);
    else if (n->op == N_IN || n->op == N_BETWEEN)
        write_among(w, n, false, scope);
    else if (n->op == N_ADD || n->op == N_SUB)
        write_pair(w, n, n->op == N_ADD ? " + " : " - ", scope, BIND_WHOLE);
    else if (expr_is_rows(n->op))
        write_rows(w, n);
    else {
        buf_puts(w->b, n->text);
        write_list(w, n->kids, n->n_kids, scope);
    }
}

static void write_node(const struct writer *w, const struct node *n, int scope, int least)
{
    bool brackets = binding(n) < least;
    if (brackets)
        buf_putc(w->b, '(');
    write_plain(w, n, scope);
    if (brackets)
        buf_putc(w->b, ')');
}

char *expr_node_text(struct arena *a, const struct expr_world *w, const struct node *n, int scope)
{
    struct buf b = BUF(a);
    write_node(&(struct writer){.b = &b, .w = w}, n, scope, BIND_OR);
    return buf_str(&b);
}

char *expr_text(struct arena *a, const struct expr *e)
{
    return expr_node_text(a, e->world, e->root, e->subject);
}

void expr_conjuncts(struct arena *a, const struct expr *e, void (*fn)(void *ctx, const char *text), void *ctx)
{
    const struct node *root = e->root;
    if (root->op != N_AND) {
        fn(ctx, expr_text(a, e));
        return;
    }
    for (int i = 0; i < root->n_kids; i++) {
        struct buf b = BUF(a);
        write_node(&(struct writer){.b = &b, .w = e->world}, root->kids[i], e->subject, BIND_OR);
        fn(ctx, buf_str(&b));
    }
}
