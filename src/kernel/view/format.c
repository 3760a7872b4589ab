/* format.c: how people write dates, numbers and names, and `data` as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/view.h"

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

static void english_date(struct buf *out, struct date d, int letters)
{
    if (date_day(d) != 0)
        buf_printf(out, "%d ", date_day(d));
    if (date_month(d) != 0)
        buf_printf(out, "%.*s ", letters, months[date_month(d) - 1]);
    buf_printf(out, "%d", date_year(d));
}

/* 1975.03.12, without printf: a page writes a hundred of them. */
static void dotted_date(struct buf *out, struct date d)
{
    int year = date_year(d), month = date_month(d), day = date_day(d);
    char t[10] = {(char)('0' + year / 1000 % 10),
                  (char)('0' + year / 100 % 10),
                  (char)('0' + year / 10 % 10),
                  (char)('0' + year % 10),
                  '.',
                  (char)('0' + month / 10),
                  (char)('0' + month % 10),
                  '.',
                  (char)('0' + day / 10),
                  (char)('0' + day % 10)};
    buf_add(out, t, month == 0 ? 4 : day == 0 ? 7 : 10);
}

void view_date(struct buf *out, enum lang lang, struct date d)
{
    if (!date_is(d))
        return;
    if (lang == LANG_EN)
        english_date(out, d, 3);
    else
        dotted_date(out, d);
}

void view_long_date(struct buf *out, enum lang lang, struct date d)
{
    if (!date_is(d))
        return;
    if (lang == LANG_EN) {
        english_date(out, d, 20);
        return;
    }
    buf_printf(out, "%d年", date_year(d));
    if (date_month(d) != 0)
        buf_printf(out, "%d月", date_month(d));
    if (date_day(d) != 0)
        buf_printf(out, "%d日", date_day(d));
}

void view_number(struct buf *out, int64_t n)
{
    char t[24];
    int len = snprintf(t, sizeof t, "%lld", (long long)n);
    for (int i = 0; i < len; i++) {
        int left = len - i;
        if (i > 0 && left % 3 == 0 && t[i - 1] != '-')
            buf_puts(out, "\u202f");
        buf_putc(out, t[i]);
    }
}

/* Is this one Han character of three bytes (U+3400 to U+9FFF)? Rarer ones take four and count too. */
static size_t han(const unsigned char *s)
{
    if (s[0] >= 0xe3 && s[0] <= 0xe9 && (s[1] & 0xc0) == 0x80 && (s[2] & 0xc0) == 0x80)
        return s[0] == 0xe3 && s[1] < 0x90 ? 0 : 3;
    if (s[0] == 0xf0 && s[1] >= 0xa0 && (s[1] & 0xc0) == 0x80 && (s[2] & 0xc0) == 0x80 && (s[3] & 0xc0) == 0x80)
        return 4;
    return 0;
}

void view_name(struct buf *out, const char *name)
{
    size_t first = han((const unsigned char *)name);
    size_t second = first > 0 ? han((const unsigned char *)name + first) : 0;
    if (second == 0 || name[first + second] != '\0') {
        buf_puts(out, name);
        return;
    }
    buf_add(out, name, first);
    buf_puts(out, "　");
    buf_add(out, name + first, second);
}

/* ---- JSON ---- */

static void put_string(struct buf *out, const char *s, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    buf_putc(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, s + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            char two[2] = {'\\', (char)c};
            buf_add(out, two, 2);
        } else if (c == '\n') {
            buf_add(out, "\\n", 2);
        } else {
            char six[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            buf_add(out, six, 6);
        }
    }
    buf_add(out, s + from, n - from);
    buf_putc(out, '"');
}

static void put_number(struct buf *out, double d)
{
    char t[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(t, sizeof t, "%.*g", digits, d);
        if (strtod(t, NULL) == d)
            break;
    }
    buf_puts(out, t);
    if (strpbrk(t, ".e") == NULL)
        buf_puts(out, ".0");
}

static void put_object(struct buf *out, json_t *data)
{
    bool first = true;
    buf_putc(out, '{');
    for (void *it = json_object_iter(data); it != NULL; it = json_object_iter_next(data, it)) {
        if (!first)
            buf_putc(out, ',');
        first = false;
        const char *key = json_object_iter_key(it);
        put_string(out, key, strlen(key));
        buf_putc(out, ':');
        view_json(out, json_object_iter_value(it));
    }
    buf_putc(out, '}');
}

void view_json(struct buf *out, const json_t *data)
{
    switch (data == NULL ? JSON_NULL : json_typeof(data)) {
    case JSON_NULL: buf_puts(out, "null"); break;
    case JSON_TRUE: buf_puts(out, "true"); break;
    case JSON_FALSE: buf_puts(out, "false"); break;
    case JSON_INTEGER: buf_int(out, json_integer_value(data)); break;
    case JSON_REAL: put_number(out, json_real_value(data)); break;
    case JSON_STRING: put_string(out, json_string_value(data), json_string_length(data)); break;
    case JSON_ARRAY:
        buf_putc(out, '[');
        for (size_t i = 0; i < json_array_size(data); i++) {
            if (i > 0)
                buf_putc(out, ',');
            view_json(out, json_array_get(data, i));
        }
        buf_putc(out, ']');
        break;
    case JSON_OBJECT: put_object(out, (json_t *)data); break; /* jansson's iterators want a plain pointer */
    }
}

json_t *view_text_json(const char *s)
{
    return s == NULL ? json_null() : json_string(s);
}

json_t *view_date_json(struct date d)
{
    char iso[DATE_TEXT];
    return date_is(d) ? json_string(date_iso(d, iso)) : json_null();
}

json_t *view_id_json(int64_t id)
{
    return id == 0 ? json_null() : json_integer(id);
}
