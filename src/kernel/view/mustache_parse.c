/* mustache_parse.c: templates into nodes, after the Mustache specification 1.4. Texts of the reserved names become
 * plain text here, so that a page spends nothing on them. */
#include <assert.h>
#include <string.h>

#include "view/mustache_node.h"
#include "view/view.h"

struct parser {
    struct mustache_set *set;
    const char *name; /* of the template */
    const char *src, *end, *at;
    struct key open, close; /* delimiters */
    struct key unknown;     /* a code list nobody has */
};

struct tag {
    char kind;        /* 0: a value */
    const char *from; /* its first byte */
    struct key body;  /* trimmed */
};

enum inside { INSIDE_NOTHING, INSIDE_SECTION, INSIDE_PARENT /* only blocks count */, INSIDE_ARGUMENT };

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool space(char c)
{
    return blank(c) || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static struct key trim(const char *from, const char *to)
{
    while (from < to && space(*from))
        from++;
    while (to > from && space(to[-1]))
        to--;
    return (struct key){from, (size_t)(to - from)};
}

static bool key_is(struct key a, struct key b)
{
    return a.n == b.n && memcmp(a.s, b.s, a.n) == 0;
}

static struct err *wrong(struct parser *p, const char *at, const char *what, struct key tag)
{
    int line = 1;
    for (const char *c = p->src; c < at; c++)
        line += *c == '\n';
    return ERR(p->set->arena, ERR_FAULT, "template %s line %d: %s: '%.*s'", p->name, line, what,
               (int)(tag.n < 60 ? tag.n : 60), tag.s);
}

static const char *seek(const char *from, const char *end, struct key what)
{
    return from <= end ? memmem(from, (size_t)(end - from), what.s, what.n) : NULL;
}

/* ---- lines ---- */

/* Where the line of `at` begins when only blanks stand before `at` in it, else NULL. */
static const char *blanks_before(const struct parser *p, const char *at)
{
    while (at > p->src && blank(at[-1]))
        at--;
    return at == p->src || at[-1] == '\n' ? at : NULL;
}

/* Where the next line begins when only blanks follow `at` in its line, else NULL. */
static const char *blanks_after(const struct parser *p, const char *at)
{
    while (at < p->end && blank(*at))
        at++;
    if (at + 1 < p->end && at[0] == '\r' && at[1] == '\n')
        return at + 2;
    if (at < p->end && *at == '\n')
        return at + 1;
    return at == p->end ? at : NULL;
}

static struct key blanks_at(const struct parser *p, const char *at)
{
    const char *to = at;
    while (to < p->end && blank(*to))
        to++;
    return (struct key){at, (size_t)(to - at)};
}

static bool line_begins(const struct parser *p, const char *at)
{
    return at == p->src || at[-1] == '\n';
}

/* ---- nodes ---- */

static struct node *push(struct parser *p, struct nodes *to, struct node node)
{
    struct node *n = VEC_PUSH(to, p->set->arena);
    *n = node;
    return n;
}

static void push_text(struct parser *p, struct nodes *to, const char *s, size_t n, bool bol)
{
    struct node *last = to->n > 0 ? &to->p[to->n - 1] : NULL;
    if (last == NULL || last->op != OP_TEXT || (n == 0 && bol)) {
        if (n > 0 || bol)
            push(p, to, (struct node){.op = OP_TEXT, .text = {s, n}, .bol = bol});
        return;
    }
    if (last->text.s + last->text.n == s) {
        last->text.n += n;
        return;
    }
    char *both = arena_alloc(p->set->arena, last->text.n + n + 1);
    memcpy(both, last->text.s, last->text.n);
    memcpy(both + last->text.n, s, n);
    last->text = (struct key){both, last->text.n + n};
}

/* Takes n blanks off the end of the last node, a text. */
static void drop_blanks(struct nodes *to, size_t n)
{
    if (n == 0)
        return;
    struct node *last = &to->p[to->n - 1];
    assert(last->op == OP_TEXT && last->text.n >= n);
    last->text.n -= n;
    if (last->text.n == 0)
        to->n--;
}

static struct path path_of(struct parser *p, struct key name)
{
    struct path path = {0};
    if (name.n == 1 && name.s[0] == '.')
        return path;
    int n = 1;
    for (size_t i = 0; i < name.n; i++)
        n += name.s[i] == '.';
    path.keys = arena_array(p->set->arena, struct key, n);
    const char *from = name.s, *end = name.s + name.n;
    for (;;) {
        const char *dot = memchr(from, '.', (size_t)(end - from));
        path.keys[path.n++] = (struct key){from, (size_t)((dot != NULL ? dot : end) - from)};
        if (dot == NULL)
            return path;
        from = dot + 1;
    }
}

static const struct {
    const char *prefix;
    enum form form;
} forms[] = {{"as_date.", FORM_DATE},     {"as_long_date.", FORM_LONG_DATE}, {"as_time.", FORM_TIME},
             {"as_number.", FORM_NUMBER}, {"as_name.", FORM_NAME},           {"as_code.", FORM_CODE}};

static bool starts(struct key name, const char *prefix)
{
    size_t n = strlen(prefix);
    return name.n > n && memcmp(name.s, prefix, n) == 0;
}

/* A value, perhaps of a reserved form: as_date.sent_on. */
static struct node value_node(struct parser *p, struct key name, bool raw, bool bol)
{
    struct node node = {.op = OP_VALUE, .raw = raw, .bol = bol};
    for (size_t i = 0; p->set->lang != LANGS && i < sizeof forms / sizeof *forms; i++)
        if (starts(name, forms[i].prefix)) {
            size_t skip = strlen(forms[i].prefix);
            name.s += skip;
            name.n -= skip;
            node.form = forms[i].form;
            const char *colon = memrchr(name.s, ':', name.n);
            if (node.form == FORM_CODE && colon != NULL) {
                struct key list = {name.s, (size_t)(colon - name.s)};
                node.codes = codes_list(arena_strndup(p->set->arena, list.s, list.n));
                if (node.codes == NULL)
                    p->unknown = list;
                name.n -= (size_t)(colon + 1 - name.s);
                name.s = colon + 1;
            }
            break;
        }
    node.path = path_of(p, name);
    return node;
}

/* The text of a key as nodes: its words as they are, each {name} as a value. */
static void push_message(struct parser *p, struct nodes *to, struct key key, bool raw, bool bol)
{
    struct arena *a = p->set->arena;
    const char *say = text_get(p->set->lang, arena_strndup(a, key.s, key.n));
    push_text(p, to, "", 0, bol);
    while (*say != '\0') {
        size_t n = strcspn(say, "{"), len = say[n] == '{' ? strcspn(say + n + 1, "{}") : 0;
        bool slot = say[n] == '{' && say[n + 1 + len] == '}' && len > 0;
        if (!slot && say[n] == '{')
            n++;
        struct buf b = BUF(a);
        if (raw)
            buf_add(&b, say, n);
        else
            buf_html(&b, arena_strndup(a, say, n));
        push_text(p, to, buf_str(&b), b.n, false);
        say += n;
        if (slot) {
            push(p, to, value_node(p, (struct key){say + 1, len}, false, false));
            say += len + 2;
        }
    }
}

static void push_asset(struct parser *p, struct nodes *to, struct key name, bool bol)
{
    const char *path = view_asset_path(arena_strndup(p->set->arena, name.s, name.n));
    path = path != NULL ? path : "";
    push_text(p, to, path, strlen(path), bol);
}

static void push_value(struct parser *p, struct nodes *to, struct key name, bool raw, bool bol)
{
    if (p->set->lang != LANGS && starts(name, "asset.")) {
        push_asset(p, to, (struct key){name.s + 6, name.n - 6}, bol);
        return;
    }
    if (p->set->lang != LANGS && starts(name, "t."))
        push_message(p, to, (struct key){name.s + 2, name.n - 2}, raw, bol);
    else
        push(p, to, value_node(p, name, raw, bol));
}

/* ---- tags ---- */

/* Reads the tag whose opening delimiter stands at `from`; p->at is then behind it. */
static struct err *read_tag(struct parser *p, const char *from, struct tag *out)
{
    const char *body = from + p->open.n;
    struct key close = p->close;
    *out = (struct tag){.from = from};
    if (body < p->end && memchr("#^/!>&<$={", *body, 10) != NULL)
        out->kind = *body++;
    if (out->kind == '{') {
        char *triple = arena_alloc(p->set->arena, close.n + 1);
        triple[0] = '}';
        memcpy(triple + 1, close.s, close.n);
        close = (struct key){triple, close.n + 1};
    }
    const char *to = seek(body, p->end, close);
    if (to == NULL)
        return wrong(p, from, "a tag is not closed", trim(from, p->end));
    p->at = to + close.n;
    if (out->kind == '=' && (to == body || *--to != '='))
        return wrong(p, from, "delimiters want a closing =", trim(from, p->at));
    out->body = trim(body, to);
    if (out->kind == '!' || out->kind == '=')
        return NULL;
    struct key name = out->body;
    if (name.n > 0 && name.s[0] == '*' && (out->kind == '>' || out->kind == '<'))
        name = trim(name.s + 1, name.s + name.n);
    bool good = name.n > 0;
    for (size_t i = 0; i < name.n; i++)
        good = good && !space(name.s[i]);
    return good || out->kind == '/' ? NULL : wrong(p, from, "a tag wants one name", trim(from, p->at));
}

static struct err *set_delimiters(struct parser *p, const struct tag *tag)
{
    const char *s = tag->body.s, *end = s + tag->body.n, *gap = s;
    while (gap < end && !space(*gap))
        gap++;
    struct key open = {s, (size_t)(gap - s)}, close = trim(gap, end);
    bool good =
        open.n > 0 && close.n > 0 && memchr(open.s, '=', open.n) == NULL && memchr(close.s, '=', close.n) == NULL;
    for (size_t i = 0; i < close.n; i++)
        good = good && !space(close.s[i]);
    if (!good)
        return wrong(p, tag->from, "two delimiters without = are wanted", tag->body);
    p->open = open;
    p->close = close;
    return NULL;
}

static struct err *find_partial(struct parser *p, const struct tag *tag, struct node *node)
{
    if (tag->body.s[0] == '*') {
        node->dynamic = true;
        node->path = path_of(p, trim(tag->body.s + 1, tag->body.s + tag->body.n));
        return NULL;
    }
    TRY(mustache_load(p->set, arena_strndup(p->set->arena, tag->body.s, tag->body.n), &node->partial));
    if (node->partial == NULL && p->set->lang != LANGS)
        return wrong(p, tag->from, "no template has that name", tag->body);
    return NULL;
}

static struct err *parse_partial(struct parser *p, struct nodes *to, const struct tag *tag, struct node node)
{
    TRY(find_partial(p, tag, &node));
    const struct nodes *in = node.partial != NULL && node.partial->ready ? &node.partial->nodes : NULL;
    if (in != NULL && in->n == 1 && in->p[0].op == OP_TEXT && !node.standalone &&
        memchr(in->p[0].text.s, '\n', in->p[0].text.n) == NULL)
        push_text(p, to, in->p[0].text.s, in->p[0].text.n, node.bol); /* icons become part of the text */
    else
        push(p, to, node);
    return NULL;
}

static struct err *parse_until(struct parser *p, struct nodes *out, const struct tag *opened, enum inside inside);

/* {{#a}}..{{/a}}, {{^a}}..{{/a}} and {{$a}}..{{/a}} where it is a place to fill. */
static struct err *parse_section(struct parser *p, struct nodes *to, const struct tag *tag, bool standalone)
{
    struct node node = {.op = tag->kind == '#' ? OP_SECTION : tag->kind == '^' ? OP_INVERTED : OP_BLOCK};
    if (node.op == OP_BLOCK) {
        const char *line = blanks_before(p, tag->from);
        node.text = tag->body;
        node.standalone = standalone;
        node.indent = standalone ? blanks_at(p, p->at) : line != NULL ? blanks_at(p, line) : (struct key){0};
    } else {
        node.path = path_of(p, tag->body);
    }
    TRY(parse_until(p, &node.kids, tag, INSIDE_SECTION));
    push(p, to, node);
    return NULL;
}

/* {{<parent}}{{$a}}..{{/a}}{{/parent}}: only its blocks count. Standalone when nothing else is in the lines where it
 * begins and ends; then the blanks before it, the end of the last text, are its indentation. */
static struct err *parse_parent(struct parser *p, struct nodes *to, const struct tag *tag, bool bol)
{
    struct node node = {.op = OP_PARENT, .bol = bol};
    TRY(find_partial(p, tag, &node));
    TRY(parse_until(p, &node.kids, tag, INSIDE_PARENT));
    const char *line = blanks_before(p, tag->from), *next = blanks_after(p, p->at);
    if (line != NULL && next != NULL) {
        node.standalone = true;
        node.indent = (struct key){line, (size_t)(tag->from - line)};
        node.bol = false;
        drop_blanks(to, node.indent.n);
        p->at = next;
    }
    push(p, to, node);
    return NULL;
}

/* A block that fills a place of the parent around it. */
static struct err *parse_argument(struct parser *p, struct nodes *to, const struct tag *tag)
{
    struct node node = {.op = OP_BLOCK, .text = tag->body};
    const char *next = blanks_after(p, p->at);
    if (next != NULL && next > p->at && next[-1] == '\n') {
        p->at = next;
        node.standalone = true;
        node.indent = blanks_at(p, next);
    }
    TRY(parse_until(p, &node.kids, tag, INSIDE_ARGUMENT));
    push(p, to, node);
    return NULL;
}

static struct err *parse_tag(struct parser *p, struct nodes *to, const struct tag *tag, enum inside inside)
{
    const char *line = blanks_before(p, tag->from), *next = blanks_after(p, p->at);
    bool may_stand_alone = tag->kind != 0 && strchr("{&<", tag->kind) == NULL && inside != INSIDE_PARENT;
    bool standalone = may_stand_alone && line != NULL && next != NULL;
    struct node partial = {.op = OP_PARTIAL, .standalone = standalone};
    bool bol = !standalone && line_begins(p, tag->from);
    if (standalone) {
        partial.indent = (struct key){line, (size_t)(tag->from - line)};
        drop_blanks(to, partial.indent.n);
        p->at = next;
    }
    partial.bol = bol;
    if (bol && tag->kind != 0 && strchr("{&><", tag->kind) == NULL)
        push_text(p, to, tag->from, 0, true);
    switch (tag->kind) {
    case 0: push_value(p, to, tag->body, false, bol); return NULL;
    case '{':
    case '&': push_value(p, to, tag->body, true, bol); return NULL;
    case '!': return NULL;
    case '=': return set_delimiters(p, tag);
    case '>': return parse_partial(p, to, tag, partial);
    case '<': return parse_parent(p, to, tag, bol);
    case '$':
        if (inside == INSIDE_PARENT)
            return parse_argument(p, to, tag);
        return parse_section(p, to, tag, standalone);
    default: return parse_section(p, to, tag, standalone);
    }
}

/* The end of a section or block: a line of its own vanishes. */
static void close_line(struct parser *p, struct nodes *to, const struct tag *tag, enum inside inside)
{
    const char *line = blanks_before(p, tag->from), *next = blanks_after(p, p->at);
    if (line != NULL && (next != NULL || inside == INSIDE_ARGUMENT)) {
        drop_blanks(to, (size_t)(tag->from - line));
        if (inside != INSIDE_ARGUMENT)
            p->at = next;
    } else if (line_begins(p, tag->from)) {
        push_text(p, to, tag->from, 0, true);
    }
}

/* Everything up to {{/opened}}, or to the end of the template when opened is NULL. */
static struct err *parse_until(struct parser *p, struct nodes *out, const struct tag *opened, enum inside inside)
{
    struct nodes ignored = {0};
    for (;;) {
        const char *from = seek(p->at, p->end, p->open);
        const char *stop = from != NULL ? from : p->end;
        if (stop > p->at)
            push_text(p, inside == INSIDE_PARENT ? &ignored : out, p->at, (size_t)(stop - p->at),
                      line_begins(p, p->at));
        if (from == NULL)
            break;
        struct tag tag;
        TRY(read_tag(p, from, &tag));
        if (tag.kind == '/') {
            if (opened == NULL || !key_is(tag.body, opened->body))
                return wrong(p, from, "closes what is not open", tag.body);
            if (inside != INSIDE_PARENT)
                close_line(p, out, &tag, inside);
            return NULL;
        }
        TRY(parse_tag(p, inside == INSIDE_PARENT && tag.kind != '$' ? &ignored : out, &tag, inside));
        if (p->unknown.n > 0)
            return wrong(p, from, "no code list has that name", p->unknown);
    }
    return opened != NULL ? wrong(p, opened->from, "is never closed", opened->body) : NULL;
}

/* ---- the set ---- */

struct mustache_set *mustache_set_new(struct arena *a, enum lang lang, mustache_source_fn *source, const void *ctx)
{
    struct mustache_set *set = arena_new_of(a, struct mustache_set);
    *set = (struct mustache_set){.arena = a, .lang = lang, .source = source, .ctx = ctx};
    return set;
}

static unsigned slot_of(const char *name, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)name[i]) * 16777619u;
    return h % SET_SLOTS;
}

const struct mustache *mustache_find(const struct mustache_set *set, const char *name)
{
    const struct mustache *m = set->slots[slot_of(name, strlen(name))];
    while (m != NULL && strcmp(m->name, name) != 0)
        m = m->next;
    return m;
}

struct err *mustache_load(struct mustache_set *set, const char *name, const struct mustache **out)
{
    *out = mustache_find(set, name);
    if (*out != NULL)
        return NULL;
    size_t n;
    const char *src = set->source(set->ctx, name, &n);
    if (src == NULL)
        return NULL;
    struct mustache *m = arena_new_of(set->arena, struct mustache);
    struct mustache **slot = &set->slots[slot_of(name, strlen(name))];
    *m = (struct mustache){.set = set, .name = arena_strdup(set->arena, name), .next = *slot};
    *slot = m;
    struct parser p = {
        .set = set, .name = m->name, .src = src, .at = src, .end = src + n, .open = {"{{", 2}, .close = {"}}", 2}};
    TRY(parse_until(&p, &m->nodes, NULL, INSIDE_NOTHING));
    m->ready = true;
    *out = m;
    return NULL;
}
