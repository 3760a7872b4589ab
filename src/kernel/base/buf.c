/* buf.c: see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static bool room(struct buf *b, size_t n)
{
    if (b->most != 0 && n > b->most - b->n) {
        b->over = true;
        return false;
    }
    if (b->n + n + 1 > b->cap) {
        size_t cap = b->cap < 128 ? 128 : b->cap * 2;
        while (cap < b->n + n + 1)
            cap *= 2;
        char *p = arena_room(b->arena, cap);
        if (b->n > 0)
            memcpy(p, b->p, b->n);
        b->p = p;
        b->cap = cap;
    }
    return true;
}

void buf_add_slowly(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !room(b, n))
        return;
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0)
        return;
    if ((size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
        return;
    }
    if (!room(b, (size_t)n))
        return;
    va_start(ap, fmt);
    vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
}

void buf_int(struct buf *b, int64_t n)
{
    char t[24], *p = t + sizeof t;
    uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--p = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    if (n < 0)
        *--p = '-';
    buf_add(b, p, (size_t)(t + sizeof t - p));
}

void buf_json(struct buf *b, const char *s)
{
    if (s == NULL) {
        buf_puts(b, "null");
        return;
    }
    buf_putc(b, '"');
    for (;;) {
        size_t n = 0;
        while ((unsigned char)s[n] >= 0x20 && s[n] != '"' && s[n] != '\\')
            n++;
        buf_add(b, s, n);
        s += n;
        unsigned char c = (unsigned char)*s;
        if (c == '\0')
            break;
        if (c == '\n')
            buf_puts(b, "\\n");
        else if (c == '"' || c == '\\')
            buf_putc(b, '\\'), buf_putc(b, (char)c);
        else
            buf_printf(b, "\\u%04x", c);
        s++;
    }
    buf_putc(b, '"');
}

void buf_html(struct buf *b, const char *s)
{
    static const unsigned char special[256] = {[0] = 6, ['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5};
    static const char *const names[] = {"", "&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (;;) {
        size_t n = 0;
        while (special[(unsigned char)s[n]] == 0)
            n++;
        buf_add(b, s, n);
        if (s[n] == '\0')
            return;
        buf_puts(b, names[special[(unsigned char)s[n]]]);
        s += n + 1;
    }
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    if (b->p != NULL)
        *b->p = '\0';
}

void buf_room(struct buf *b, size_t n)
{
    if (b->p != NULL)
        return;
    b->p = arena_room(b->arena, n + 1);
    b->cap = n + 1;
    *b->p = '\0';
}

char *buf_str(struct buf *b)
{
    if (b->p == NULL)
        b->p = arena_alloc(b->arena, b->cap = 16);
    return b->p;
}
