/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

int utf8_get(const char *s, size_t n, int *used)
{
    const unsigned char *p = (const unsigned char *)s;
    *used = 1;
    if (p[0] < 0x80)
        return p[0];
    int len = p[0] >= 0xF5 ? 0 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 0;
    if (len == 0)
        return UTF8_BAD;
    int c = p[0] & (0x7F >> len);
    for (int i = 1; i < len; i++) {
        if ((size_t)i >= n || (p[i] & 0xC0) != 0x80)
            return UTF8_BAD;
        c = c << 6 | (p[i] & 0x3F);
    }
    static const int least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[len] || (c >= 0xD800 && c < 0xE000) || c > 0x10FFFF)
        return UTF8_BAD;
    *used = len;
    return c;
}

int utf8_before(const char *s, size_t at, int *used)
{
    size_t from = at - 1;
    while (from > 0 && at - from < 4 && ((unsigned char)s[from] & 0xC0) == 0x80)
        from--;
    int c = utf8_get(s + from, at - from, used);
    if ((size_t)*used == at - from)
        return c;
    *used = 1;
    return UTF8_BAD;
}

void utf8_put(struct buf *b, int c)
{
    char t[4];
    if (c < 0x80) {
        buf_putc(b, (char)c);
    } else if (c < 0x800) {
        t[0] = (char)(0xC0 | c >> 6), t[1] = (char)(0x80 | (c & 0x3F));
        buf_add(b, t, 2);
    } else if (c < 0x10000) {
        t[0] = (char)(0xE0 | c >> 12), t[1] = (char)(0x80 | (c >> 6 & 0x3F)), t[2] = (char)(0x80 | (c & 0x3F));
        buf_add(b, t, 3);
    } else {
        t[0] = (char)(0xF0 | c >> 18), t[1] = (char)(0x80 | (c >> 12 & 0x3F));
        t[2] = (char)(0x80 | (c >> 6 & 0x3F)), t[3] = (char)(0x80 | (c & 0x3F));
        buf_add(b, t, 4);
    }
}

bool utf8_blank(int c)
{
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
           c == 0x205F;
}

bool utf8_line_end(int c)
{
    return (c >= '\n' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool utf8_hidden(int c)
{
    if (utf8_line_end(c) || c == '\t')
        return false;
    return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x180E;
}

bool utf8_han(int c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x3FFFF) ||
           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xE000 && c <= 0xF8FF) || c == 0x3007 || c == 0x3005;
}

int utf8_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 0xFF10 && c <= 0xFF19 ? c - 0xFF10 : -1;
}

size_t utf8_length(const char *s)
{
    size_t n = 0;
    int used;
    for (; *s != '\0'; s += used, n++)
        utf8_get(s, SIZE_MAX, &used);
    return n;
}

bool utf8_empty(const char *s)
{
    return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}
