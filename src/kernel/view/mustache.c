/* mustache.c: renders compiled templates. Indentation of partials and blocks is laid on while writing; where there is
 * none, a text is one copy. */
#include "view/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "record/codes.h"
#include "view/mustache_node.h"
#include "view/view.h"

struct render {
    struct buf *out;
    const struct mustache *m;
    json_t *stack[MUSTACHE_DEPTH + 8];
    int depth;                                  /* contexts on the stack */
    int nested;                                 /* partials, parents and blocks inside each other */
    const struct node *parents[MUSTACHE_DEPTH]; /* whose blocks fill places, outermost first */
    int n_parents;
    struct key indent; /* before each line */
    size_t strip;      /* blanks to take off each line first */
    bool begun;        /* the indentation of the next line is already written */
};

static struct err *render_nodes(struct render *r, const struct nodes *nodes);

/* ---- values ---- */

static json_t *lookup(const struct render *r, const struct path *path)
{
    if (path->n == 0)
        return r->stack[r->depth - 1];
    json_t *v = NULL;
    for (int i = r->depth - 1; i >= 0 && v == NULL; i--)
        v = json_object_getn(r->stack[i], path->keys[0].s, path->keys[0].n); /* NULL unless an object */
    for (int k = 1; k < path->n && v != NULL; k++)
        v = json_object_getn(v, path->keys[k].s, path->keys[k].n);
    return v;
}

static bool truthy(const json_t *v)
{
    switch (v == NULL ? JSON_NULL : json_typeof(v)) {
    case JSON_NULL:
    case JSON_FALSE: return false;
    case JSON_ARRAY: return json_array_size(v) > 0;
    case JSON_STRING: return json_string_length(v) > 0;
    case JSON_INTEGER: return json_integer_value(v) != 0;
    case JSON_REAL: return json_real_value(v) != 0;
    default: return true;
    }
}

static void put_escaped(struct buf *out, const char *s, size_t n)
{
    static const unsigned char special[256] = {['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5};
    static const struct key names[] = {{0}, {"&amp;", 5}, {"&lt;", 4}, {"&gt;", 4}, {"&quot;", 6}, {"&#39;", 5}};
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char which = special[(unsigned char)s[i]];
        if (which == 0)
            continue;
        buf_add(out, s + from, i - from);
        buf_add(out, names[which].s, names[which].n);
        from = i + 1;
    }
    buf_add(out, s + from, n - from);
}

/* The shortest decimal that reads back as the same number. */
static void put_real(struct buf *out, double d)
{
    char t[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(t, sizeof t, "%.*g", digits, d);
        if (strtod(t, NULL) == d)
            break;
    }
    buf_puts(out, t);
}

static void put_time(struct buf *out, enum lang lang, int64_t ms)
{
    char t[CLOCK_TEXT];
    const char *local = clock_local(ms, t);
    view_date(out, lang, clock_day_of(ms));
    const char *minute = strrchr(local, ' ');
    if (minute != NULL)
        buf_puts(out, minute);
}

/* A value as people write it. What the form does not fit is written plainly. */
static bool put_form(const struct render *r, const struct node *node, const json_t *v)
{
    enum lang lang = r->m->set->lang;
    struct date d;
    switch (node->form) {
    case FORM_DATE:
    case FORM_LONG_DATE:
        if (!json_is_string(v) || !date_parse(json_string_value(v), &d))
            return false;
        (node->form == FORM_DATE ? view_date : view_long_date)(r->out, lang, d);
        return true;
    case FORM_TIME:
        if (json_is_integer(v))
            put_time(r->out, lang, json_integer_value(v));
        return json_is_integer(v);
    case FORM_NUMBER:
        if (json_is_integer(v))
            view_number(r->out, json_integer_value(v));
        return json_is_integer(v);
    case FORM_NAME:
        if (!json_is_string(v) || strpbrk(json_string_value(v), "&<>\"'") != NULL)
            return false;
        view_name(r->out, json_string_value(v));
        return true;
    case FORM_CODE:
        if (json_is_string(v) && node->codes != NULL) {
            int pos = codes_find(node->codes, json_string_value(v));
            const char *name = pos > 0 ? codes_name(node->codes, pos, lang == LANG_EN) : json_string_value(v);
            put_escaped(r->out, name, strlen(name));
        }
        return json_is_string(v);
    default: return false;
    }
}

static void put_value(const struct render *r, const struct node *node)
{
    const json_t *v = lookup(r, &node->path);
    if (v == NULL || (node->form != FORM_PLAIN && put_form(r, node, v)))
        return;
    switch (json_typeof(v)) {
    case JSON_STRING:
        if (node->raw)
            buf_add(r->out, json_string_value(v), json_string_length(v));
        else
            put_escaped(r->out, json_string_value(v), json_string_length(v));
        break;
    case JSON_INTEGER: buf_int(r->out, json_integer_value(v)); break;
    case JSON_REAL: put_real(r->out, json_real_value(v)); break;
    case JSON_TRUE: buf_puts(r->out, "true"); break;
    case JSON_FALSE: buf_puts(r->out, "false"); break;
    default: break; /* null, lists and objects say nothing */
    }
}

/* ---- lines ---- */

static void begin_line(struct render *r)
{
    if (!r->begun)
        buf_add(r->out, r->indent.s, r->indent.n);
    r->begun = false;
}

static void put_text(struct render *r, const struct node *node)
{
    const char *s = node->text.s, *end = s + node->text.n;
    if (r->indent.n == 0 && r->strip == 0) {
        buf_add(r->out, s, node->text.n);
        return;
    }
    bool bol = node->bol;
    do {
        if (bol) {
            for (size_t i = 0; i < r->strip && s < end && (*s == ' ' || *s == '\t'); i++)
                s++;
            begin_line(r);
        }
        const char *eol = memchr(s, '\n', (size_t)(end - s));
        const char *next = eol != NULL ? eol + 1 : end;
        buf_add(r->out, s, (size_t)(next - s));
        s = next;
        bol = true;
    } while (s < end);
}

/* The indentation here plus blanks of the template, of which `strip` are taken off. */
static struct key deeper(const struct render *r, struct key blanks)
{
    size_t skip = blanks.n < r->strip ? blanks.n : r->strip, n = r->indent.n + blanks.n - skip;
    if (n == r->indent.n)
        return r->indent;
    char *both = arena_alloc(r->out->arena, n + 1);
    if (r->indent.n > 0) /* it may be NULL */
        memcpy(both, r->indent.s, r->indent.n);
    memcpy(both + r->indent.n, blanks.s + skip, blanks.n - skip);
    return (struct key){both, n};
}

/* ---- nodes ---- */

static struct err *too_deep(const struct render *r)
{
    return ERR(r->out->arena, ERR_LIMIT, "template %s goes deeper than %d", r->m->name, MUSTACHE_DEPTH);
}

static struct err *render_section(struct render *r, const struct node *node)
{
    json_t *v = lookup(r, &node->path);
    if (!truthy(v))
        return NULL;
    if (r->depth >= MUSTACHE_DEPTH)
        return too_deep(r);
    int depth = r->depth++;
    struct err *e = NULL;
    if (json_is_array(v)) {
        size_t n = json_array_size(v);
        for (size_t i = 0; i < n && e == NULL; i++) {
            r->stack[depth] = json_array_get(v, i);
            e = render_nodes(r, &node->kids);
        }
    } else {
        r->stack[depth] = v;
        e = render_nodes(r, &node->kids);
    }
    r->depth = depth;
    return e;
}

/* Nodes under another indentation; what was there before is there again afterwards. */
static struct err *render_inside(struct render *r, const struct nodes *nodes, struct key indent, size_t strip,
                                 bool begun)
{
    if (r->nested >= MUSTACHE_DEPTH)
        return too_deep(r);
    struct key indent_before = r->indent;
    size_t strip_before = r->strip;
    r->indent = indent;
    r->strip = strip;
    r->begun = begun;
    r->nested++;
    struct err *e = render_nodes(r, nodes);
    r->nested--;
    r->indent = indent_before;
    r->strip = strip_before;
    r->begun = false;
    return e;
}

static struct err *render_partial(struct render *r, const struct node *node)
{
    const struct mustache *m = node->partial;
    if (node->dynamic) {
        const json_t *name = lookup(r, &node->path);
        m = json_is_string(name) ? mustache_find(r->m->set, json_string_value(name)) : NULL;
    }
    if (node->bol)
        begin_line(r);
    if (m == NULL)
        return NULL;
    struct key indent = node->standalone ? deeper(r, node->indent) : (struct key){0};
    if (node->op == OP_PARTIAL)
        return render_inside(r, &m->nodes, indent, 0, false);
    if (r->n_parents >= MUSTACHE_DEPTH)
        return too_deep(r);
    r->parents[r->n_parents++] = node;
    struct err *e = render_inside(r, &m->nodes, indent, 0, false);
    r->n_parents--;
    return e;
}

static const struct node *argument(const struct node *parent, struct key name)
{
    for (size_t i = 0; i < parent->kids.n; i++) {
        const struct node *kid = &parent->kids.p[i];
        if (kid->op == OP_BLOCK && kid->text.n == name.n && memcmp(kid->text.s, name.s, name.n) == 0)
            return kid;
    }
    return NULL;
}

/* A place: filled by the outermost parent that has a block for it, else by what stands in it. */
static struct err *render_block(struct render *r, const struct node *site)
{
    const struct node *fill = NULL;
    int by = 0;
    while (by < r->n_parents && (fill = argument(r->parents[by], site->text)) == NULL)
        by++;
    if (fill == NULL)
        return render_nodes(r, &site->kids);
    bool lines = fill->kids.n > 0 && fill->kids.p[0].bol;
    struct key indent = deeper(r, site->indent);
    if (site->standalone && !lines)
        buf_add(r->out, indent.s, indent.n);
    int n_parents = r->n_parents; /* places inside the block are filled by parents outside of it */
    const struct node *hidden[MUSTACHE_DEPTH];
    memcpy(hidden, r->parents, sizeof *hidden * (size_t)n_parents);
    r->n_parents = by;
    struct err *e =
        render_inside(r, &fill->kids, indent, fill->standalone ? fill->indent.n : 0, lines && !site->standalone);
    memcpy(r->parents, hidden, sizeof *hidden * (size_t)n_parents);
    r->n_parents = n_parents;
    return e;
}

static struct err *render_nodes(struct render *r, const struct nodes *nodes)
{
    if (nodes->n == 0)
        return NULL;
    const struct node *end = nodes->p + nodes->n;
    for (const struct node *node = nodes->p; node < end; node++) {
        switch (node->op) {
        case OP_TEXT: put_text(r, node); break;
        case OP_VALUE:
            if (node->bol)
                begin_line(r);
            put_value(r, node);
            break;
        case OP_SECTION: TRY(render_section(r, node)); break;
        case OP_INVERTED:
            if (!truthy(lookup(r, &node->path)))
                TRY(render_nodes(r, &node->kids));
            break;
        case OP_PARTIAL:
        case OP_PARENT: TRY(render_partial(r, node)); break;
        case OP_BLOCK: TRY(render_block(r, node)); break;
        }
    }
    return NULL;
}

static void render_init(struct render *r, const struct mustache *m, json_t *const *contexts, int n, struct buf *out)
{
    r->out = out;
    r->m = m;
    r->depth = r->nested = r->n_parents = 0;
    r->indent = (struct key){0};
    r->strip = 0;
    r->begun = false;
    for (int i = 0; i < n; i++)
        r->stack[r->depth++] = contexts[i];
}

struct err *mustache_render(const struct mustache *m, json_t *const *contexts, int n_contexts, struct buf *out)
{
    struct render r;
    render_init(&r, m, contexts, n_contexts, out);
    return render_nodes(&r, &m->nodes);
}

static const struct node *parent_of(const struct mustache *m)
{
    for (size_t i = 0; i < m->nodes.n; i++)
        if (m->nodes.p[i].op == OP_PARENT)
            return &m->nodes.p[i];
    return NULL;
}

struct err *mustache_render_block(const struct mustache *m, const char *name, json_t *const *contexts, int n_contexts,
                                  struct buf *out, bool *found)
{
    struct render r;
    render_init(&r, m, contexts, n_contexts, out);
    struct key key = {name, strlen(name)};
    const struct node *fill = NULL, *parent = parent_of(m);
    for (; parent != NULL && (fill = argument(parent, key)) == NULL && r.n_parents < MUSTACHE_DEPTH;
         parent = parent->partial != NULL ? parent_of(parent->partial) : NULL)
        r.parents[r.n_parents++] = parent;
    *found = fill != NULL;
    if (fill == NULL)
        return NULL;
    return render_inside(&r, &fill->kids, (struct key){0}, fill->standalone ? fill->indent.n : 0, false);
}
