/* address.c: the query of a list as the address it has, and back into pairs. */
#include "face/query.h"

#include <string.h>

#include "base/vec.h"

void face_escape(struct buf *b, const char *s)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~,*", c) != NULL) {
            buf_putc(b, *s);
        } else {
            buf_putc(b, '%');
            buf_putc(b, hex[c >> 4]);
            buf_putc(b, hex[c & 15]);
        }
    }
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *unescape(struct arena *a, const char *s, size_t n)
{
    struct buf b = BUF(a);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '%' && i + 2 < n && hex_of(s[i + 1]) >= 0 && hex_of(s[i + 2]) >= 0) {
            char c = (char)(hex_of(s[i + 1]) << 4 | hex_of(s[i + 2]));
            if (c != '\0')
                buf_putc(&b, c);
            i += 2;
        } else {
            buf_putc(&b, s[i] == '+' ? ' ' : s[i]);
        }
    }
    return buf_str(&b);
}

const struct pair *face_pairs(struct arena *a, const char *text, size_t *n_out)
{
    VEC(struct pair) v = {0};
    while (*text != '\0') {
        size_t n = strcspn(text, "&"), at = strcspn(text, "=&");
        if (n > 0) {
            struct pair *p = VEC_PUSH(&v, a);
            p->name = unescape(a, text, at);
            p->value = at < n ? unescape(a, text + at + 1, n - at - 1) : "";
        }
        text += n + (text[n] == '&');
    }
    *n_out = v.n;
    return v.p;
}

static void put(struct buf *b, const char *name, const char *value)
{
    buf_putc(b, strchr(buf_str(b), '?') == NULL ? '?' : '&');
    face_escape(b, name);
    buf_putc(b, '=');
    face_escape(b, value);
}

/* Would FIELD=value alone be read as this operator? */
static bool bare(const struct face_cond *c, const struct field *f)
{
    if (face_reserved(f->name))
        return false;
    if (f->type == FIELD_REF && c->op == FACE_HAS) {
        for (int i = 0; i < c->n; i++)
            if (c->values[i][strspn(c->values[i], "0123456789")] == '\0')
                return false;
        return true;
    }
    return c->op == face_op_default(f);
}

char *face_cond_name(struct arena *a, const struct face_query *q, const struct face_cond *c)
{
    const struct field *f = &q->rec->fields[c->field];
    struct buf b = BUF(a);
    buf_puts(&b, f->name);
    if (!bare(c, f))
        buf_printf(&b, ".%s", face_op_name(c->op));
    if (c->group > 0)
        buf_printf(&b, "~%d", c->group);
    return buf_str(&b);
}

char *face_sort_text(struct arena *a, const struct face_query *q)
{
    struct buf b = BUF(a);
    for (int i = 0; i < q->n_sort; i++)
        buf_printf(&b, "%s%s%s", i > 0 ? "," : "", q->sort[i].desc ? "-" : "", q->rec->fields[q->sort[i].field].name);
    return buf_str(&b);
}

static char *cols_text(struct arena *a, const struct face_query *q)
{
    struct buf b = BUF(a);
    for (int i = 0; i < q->n_cols; i++)
        buf_printf(&b, "%s%s", i > 0 ? "," : "", q->rec->fields[q->cols[i]].name);
    return buf_str(&b);
}

char *face_address(struct arena *a, const struct face_query *q, const char *path, bool place)
{
    struct buf b = BUF(a);
    buf_puts(&b, path);
    if (q->search != NULL)
        put(&b, "q", q->search);
    for (int i = 0; i < q->n_conds; i++) {
        const struct face_cond *c = &q->conds[i];
        const char *name = face_cond_name(a, q, c);
        if (c->n == 0)
            put(&b, name, "1");
        for (int v = 0; v < c->n; v++)
            put(&b, name, c->values[v]);
    }
    if (q->filter != NULL)
        put(&b, "filter", q->filter);
    if (q->ended != FACE_LIVE)
        put(&b, "ended", q->ended == FACE_ALL ? "all" : "only");
    if (q->sealed != FACE_LIVE)
        put(&b, "sealed", q->sealed == FACE_ALL ? "all" : "only");
    if (q->sorted)
        put(&b, "sort", face_sort_text(a, q));
    if (q->columns)
        put(&b, "cols", cols_text(a, q));
    if (q->limit != FACE_ROWS)
        put(&b, "limit", arena_printf(a, "%d", q->limit));
    if (q->exact)
        put(&b, "count", "exact");
    if (place && q->after != NULL)
        put(&b, "after", q->after);
    if (place && q->before != NULL)
        put(&b, "before", q->before);
    return buf_str(&b);
}
