/* query_sql.c: from a statement as written to the text the database gets: names become ?N, comments and superfluous
 * space go, the scope becomes one range or several. Statements that would write are refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"

enum { RANGES = 8 }; /* SCOPE_RANGES of record/who.h; the generated code checks that they agree */

/* The end of the string, quoted name or comment that begins at s; s if none does. */
static const char *past_quoted(const char *s)
{
    const char *end;
    if (*s == '\'' || *s == '"') {
        end = strchr(s + 1, *s);
        return end == NULL ? s + strlen(s) : end + 1;
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*')
        return (end = strstr(s + 2, "*/")) == NULL ? s + strlen(s) : end + 2;
    return s;
}

static bool word_is(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static void check_word(struct query *q, const char *s, size_t n, bool after_dot, int line)
{
    static const char *const writes[] = {"insert", "update", "delete", "merge",  "truncate", "drop",   "alter",
                                         "create", "grant",  "revoke", "attach", "pragma",   "vacuum", "into"};
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        if (word_is(s, n, writes[i]))
            bad(line, "%s: \"%.*s\": queries only read, rows are written by record_save", q->name, (int)n, s);
    if (!after_dot && n > 7 && strncasecmp(s + n - 7, "_member", 7) == 0)
        q->people = true;
}

/* One body on its way to its final text. */
struct render {
    struct query *q;
    enum engine engine;
    bool ranges; /* several ranges of units instead of one */
    bool used[FIELDS_MOST], scoped, limited;
    int depth;
    struct text out;
};

static int line_of(const struct render *r, const char *at)
{
    int line = r->q->body_line[r->engine];
    for (const char *s = r->q->body[r->engine].p; s < at; s++)
        line += *s == '\n';
    return line;
}

static const char *skip_space(const char *s)
{
    return s + strspn(s, " \t\n");
}

/* X >= :scope_from AND X < :scope_to stands for "in one of the ranges of the scope". s is behind :scope_from. Returns
 * where the text goes on. */
static const char *scope_pair(struct render *r, const char *s)
{
    int line = line_of(r, s);
    size_t n = r->out.n;
    char *o = r->out.p;
    while (n > 0 && o[n - 1] == ' ')
        n--;
    bool fits = n > 2 && o[n - 1] == '=' && o[n - 2] == '>';
    for (n -= fits ? 2 : 0; fits && n > 0 && o[n - 1] == ' ';)
        n--;
    size_t from = n;
    while (from > 0 && (in_word(o[from - 1]) || o[from - 1] == '.'))
        from--;
    size_t len = n - from;
    s = skip_space(s);
    fits = fits && len > 0 && strncasecmp(s, "AND", 3) == 0 && isspace((unsigned char)s[3]);
    if (fits) {
        s = skip_space(s + 3);
        fits = strncmp(s, o + from, len) == 0;
        s = skip_space(s + (fits ? len : 0));
        fits = fits && s[0] == '<' && s[1] != '=';
        s = skip_space(s + fits);
        fits = fits && strncmp(s, ":scope_to", 9) == 0 && !in_word(s[9]);
    }
    if (!fits) {
        bad(line, "%s: the scope must read: X >= :scope_from AND X < :scope_to", r->q->name);
        return s;
    }
    char *x = copy(o + from, len);
    r->out.n = from;
    int k = r->q->n_in + 1;
    put(&r->out, "%s", r->ranges ? "(" : "");
    for (int i = 0; i < (r->ranges ? RANGES : 1); i++, k += 2)
        put(&r->out, "%s%s >= ?%d AND %s < ?%d", i == 0 ? "" : " OR ", x, k, x, k + 1);
    put(&r->out, "%s", r->ranges ? ")" : "");
    r->scoped = true;
    free(x);
    return s + 9;
}

static const char *parameter(struct render *r, const char *s)
{
    const struct query *q = r->q;
    size_t n = 1;
    while (in_word(s[n]))
        n++;
    if (word_is(s, n, ":scope_from") && q->scope_at >= 0)
        return scope_pair(r, s + n);
    for (int i = 0; i < q->n_in; i++)
        if (word_is(s + 1, n - 1, q->in[i].name)) {
            r->used[i] = true;
            put(&r->out, "?%d", i + 1);
            return s + n;
        }
    bad(line_of(r, s), "%s: \"%.*s\" is not among its inputs", q->name, (int)n, s);
    return s + n;
}

static const char *one_word(struct render *r, const char *s)
{
    size_t n = 0;
    while (in_word(s[n]))
        n++;
    bool after_dot = r->out.n > 0 && r->out.p[r->out.n - 1] == '.';
    if (!r->ranges)
        check_word(r->q, s, n, after_dot, line_of(r, s));
    if (r->depth == 0 && (word_is(s, n, "limit") || word_is(s, n, "fetch")))
        r->limited = true;
    add(&r->out, s, n);
    return s + n;
}

static void space(struct text *t)
{
    if (t->n > 0 && t->p[t->n - 1] != ' ')
        add(t, " ", 1);
}

/* One step of the body's text: s is at what comes next. */
static const char *render_step(struct render *r, const char *s)
{
    const char *past = past_quoted(s);
    if (past != s) {
        if (*s == '\'' || *s == '"')
            add(&r->out, s, (size_t)(past - s));
        else
            space(&r->out);
        return past;
    }
    if (isspace((unsigned char)*s)) {
        space(&r->out);
        return s + 1;
    }
    if (s[0] == ':' && s[1] == ':') {
        add(&r->out, s, 2);
        return s + 2;
    }
    if (*s == ':' && (isalpha((unsigned char)s[1]) || s[1] == '_'))
        return parameter(r, s);
    if (in_word(*s))
        return one_word(r, s);
    if (*s == '?' && isdigit((unsigned char)s[1]))
        bad(line_of(r, s), "%s: parameters have names: write :name, not ?%c", r->q->name, s[1]);
    r->depth += *s == '(' ? 1 : *s == ')' ? -1 : 0;
    add(&r->out, s, 1);
    return s + 1;
}

static void render(struct render *r)
{
    struct query *q = r->q;
    const char *s = q->body[r->engine].p;
    int line = q->body_line[r->engine];
    while (*s != '\0') {
        if (*s == ';') {
            if (*skip_space(s + 1) != '\0')
                bad(line_of(r, s), "%s: more than one statement", q->name);
            break;
        }
        s = render_step(r, s);
    }
    while (r->out.n > 0 && r->out.p[r->out.n - 1] == ' ')
        r->out.p[--r->out.n] = '\0';
    size_t first = 0;
    while (first < r->out.n && in_word(r->out.p[first]))
        first++;
    if (!word_is(r->out.p, first, "select") && !word_is(r->out.p, first, "with"))
        bad(line, "%s: a query begins with SELECT or WITH", q->name);
    for (int i = 0; i < q->n_in; i++)
        if (!r->used[i])
            bad(q->in_line, "%s: the input \"%s\" is not used%s", q->name, q->in[i].name,
                !q->split             ? ""
                : r->engine == SQLITE ? " by the statement for sqlite"
                                      : " by the statement for postgres");
    if (q->scope_at >= 0 && !r->scoped)
        bad(q->in_line, "%s: the scope is not used: write X >= :scope_from AND X < :scope_to", q->name);
    if (q->shape == MANY && !r->limited)
        put(&r->out, " LIMIT %ld", q->limit + 1);
}

static void check_head(struct query *q)
{
    if (q->shape == NO_SHAPE && q->out_line == 0)
        bad(q->line, "%s: no \"out:\" line", q->name);
    if (q->shape == MANY && q->limit == 0)
        bad(q->line, "%s: \"many\" needs a line \"limit: N\"", q->name);
    if (q->shape != MANY && q->limit != 0)
        bad(q->line, "%s: only \"many\" has a limit", q->name);
    if (q->scope_at >= 0 && q->excused)
        bad(q->line, "%s: takes a scope and says it takes none", q->name);
}

/* The four texts of a query: by engine, for one range and for several. */
void render_all(struct query *q, struct text out[2][2])
{
    check_head(q);
    for (int e = SQLITE; e <= POSTGRES; e++) {
        if (q->body[e].p == NULL) {
            bad(q->line, "%s: no statement%s", q->name, !q->split ? "" : e == SQLITE ? " for sqlite" : " for postgres");
            return;
        }
        for (int several = 0; several <= (q->scope_at >= 0); several++) {
            int before = errors;
            struct render r = {.q = q, .engine = (enum engine)e, .ranges = several};
            render(&r);
            out[e][several] = r.out;
            if (errors > before)
                return; /* not the same again for the other texts */
        }
    }
    if (q->people && q->scope_at < 0 && !q->excused)
        bad(q->line, "%s is over people: it takes \"scope\", or says \"-- scope: none, because ...\"", q->name);
}
