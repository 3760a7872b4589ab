/* value.c: values of fields: canonical form, what people type, how they are bound. */
#include "record/inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "record/codes.h"

bool field_is_number(const struct field *f)
{
    return f->type == FIELD_INT || f->type == FIELD_BOOL || f->type == FIELD_REF || f->type == FIELD_FILE;
}

struct db_val field_bind(const struct field *f, const char *value)
{
    if (value == NULL)
        return db_null();
    return field_is_number(f) ? db_int(strtoll(value, NULL, 10)) : db_text(value);
}

const char *field_take(struct arena *a, const struct field *f, const struct db_rows *rows, int col)
{
    if (db_col_null(rows, col))
        return NULL;
    if (!field_is_number(f))
        return arena_strndup(a, db_col_text(rows, col), db_col_bytes(rows, col));
    struct buf b = BUF(a);
    buf_int(&b, db_col_int(rows, col));
    return buf_str(&b);
}

/* Characters of UTF-8 text, -1 when it is not UTF-8. */
static int characters(const char *s)
{
    int n = 0;
    while (*s != '\0') {
        unsigned char c = (unsigned char)*s;
        int len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
        if (len == 0)
            return -1;
        for (int i = 1; i < len; i++)
            if (((unsigned char)s[i] & 0xc0) != 0x80)
                return -1;
        s += len;
        n++;
    }
    return n;
}

static struct err *bad(struct arena *a, const struct field *f, const char *value, const char *say)
{
    struct err *e = ERR(a, ERR_INVALID, "field %s: '%.60s' is refused (%s)", f->name, value, say);
    return err_field(err_say(e, say, "value", value, "list", f->codes ? f->codes : "", NULL), f->name);
}

static bool whole_number(const char *s, int most)
{
    size_t n = strspn(s + (*s == '-'), "0123456789");
    return n > 0 && n <= (size_t)(most > 0 ? most : 15) && s[n + (*s == '-')] == '\0';
}

static bool decimal(const char *s, int places)
{
    s += *s == '-';
    size_t n = strspn(s, "0123456789");
    if (n == 0 || n > 15)
        return false;
    s += n;
    if (*s == '\0')
        return true;
    n = *s == '.' ? strspn(s + 1, "0123456789") : 0;
    return n > 0 && n <= (size_t)places && s[n + 1] == '\0';
}

/* Marks that turn the direction of what follows (U+202A-202E, U+2066-2069): with them a text reads as another one. */
static bool turns_direction(const char *p)
{
    unsigned char last = p[0] == '\xe2' && (p[1] == '\x80' || p[1] == '\x81') ? (unsigned char)p[2] : 0;
    return p[0] == '\xe2' && (p[1] == '\x80' ? last >= 0xaa && last <= 0xae : last >= 0xa6 && last <= 0xa9);
}

static struct err *check_text(struct arena *a, const struct field *f, const char *value)
{
    int most = f->max > 0 ? f->max : f->type == FIELD_LONG ? 20000 : 200;
    int n = characters(value);
    if (n < 0)
        return bad(a, f, "", "field.encoding");
    if (n > most)
        return err_field(err_say(ERR(a, ERR_INVALID, "field %s: %d characters, at most %d", f->name, n, most),
                                 "field.long", "n", arena_printf(a, "%d", n), "most", arena_printf(a, "%d", most),
                                 NULL),
                         f->name);
    for (const char *p = value; *p != '\0'; p++)
        if (((unsigned char)*p < 0x20 && !(f->type == FIELD_LONG && (*p == '\n' || *p == '\t'))) || turns_direction(p))
            return bad(a, f, value, "field.control");
    return NULL;
}

struct err *value_check(struct arena *a, const struct field *f, const char *value)
{
    struct date d;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_LONG:
    case FIELD_COMPUTED: return check_text(a, f, value);
    case FIELD_INT: return whole_number(value, f->max) ? NULL : bad(a, f, value, "field.int");
    case FIELD_DECIMAL: return decimal(value, 4) ? NULL : bad(a, f, value, "field.decimal");
    case FIELD_MONEY: return decimal(value, 2) ? NULL : bad(a, f, value, "field.money");
    case FIELD_BOOL:
        return (*value == '0' || *value == '1') && value[1] == '\0' ? NULL : bad(a, f, value, "field.bool");
    case FIELD_DATE: return date_parse(value, &d) && date_is_full(d) ? NULL : bad(a, f, value, "field.date");
    case FIELD_PDATE: return date_parse(value, &d) ? NULL : bad(a, f, value, "field.pdate");
    case FIELD_CODE: {
        const struct code_list *l = codes_list(f->codes);
        int pos = codes_find(l, value);
        return pos > 0 && strcmp(codes_code(l, pos), value) == 0 ? NULL : bad(a, f, value, "field.code");
    }
    case FIELD_REF:
    case FIELD_FILE:
        return whole_number(value, 18) && *value != '-' && *value != '0' ? NULL : bad(a, f, value, "field.ref");
    case FIELD_CITIZEN_ID: {
        size_t n = strlen(value), d9 = strspn(value, "0123456789");
        bool ok = (n == 15 && d9 == 15) || (n == 18 && (d9 == 18 || (d9 == 17 && value[17] == 'X')));
        return ok ? NULL : bad(a, f, value, "field.citizen_id");
    }
    case FIELD_CREDIT_CODE:
        return strlen(value) == 18 && strspn(value, "0123456789ABCDEFGHJKLMNPQRTUWXY") == 18
                   ? NULL
                   : bad(a, f, value, "field.credit_code");
    }
    return NULL;
}

/* One line of typed text: full-width ASCII and ideographic space made plain, blanks at both ends cut. */
static char *plain(struct arena *a, const char *s, bool narrow)
{
    struct buf b = BUF(a);
    while (*s != '\0') {
        const unsigned char *u = (const unsigned char *)s;
        if (u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80) {
            buf_putc(&b, ' ');
            s += 3;
        } else if (narrow && u[0] == 0xef && (u[1] == 0xbc || u[1] == 0xbd) && u[2] != 0) {
            int code = ((u[0] & 15) << 12 | (u[1] & 63) << 6 | (u[2] & 63)) - 0xfee0;
            if (code > 0x20 && code < 0x7f)
                buf_putc(&b, (char)code);
            else
                buf_add(&b, s, 3);
            s += 3;
        } else if (*s != '\r') {
            buf_putc(&b, *s++);
        } else {
            s++;
        }
    }
    char *t = buf_str(&b), *end = t + b.n;
    while (end > t && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\t'))
        *--end = '\0';
    while (*t == ' ' || *t == '\t' || *t == '\n')
        t++;
    return t;
}

/* 1975.3, 1975/03/12, 197503, 19750312, 1975年3月12日 -> ISO; NULL when it is none of these. */
static char *date_typed(struct arena *a, const char *s)
{
    int part[3] = {0}, n = 0, width[3] = {0};
    while (*s != '\0' && n < 3) {
        while (*s >= '0' && *s <= '9') {
            part[n] = part[n] * 10 + (*s++ - '0');
            if (++width[n] > 8)
                return NULL;
        }
        if (width[n] == 0)
            return NULL;
        n++;
        if (*s == '.' || *s == '-' || *s == '/')
            s++;
        else if (strncmp(s, "年", 3) == 0 || strncmp(s, "月", 3) == 0 || strncmp(s, "日", 3) == 0)
            s += 3;
        else if (*s != '\0')
            return NULL;
    }
    if (n == 1 && width[0] == 6)
        part[1] = part[0] % 100, part[0] /= 100, n = 2;
    else if (n == 1 && width[0] == 8)
        part[2] = part[0] % 100, part[1] = part[0] / 100 % 100, part[0] /= 10000, n = 3;
    if (*s != '\0' || part[0] < 1000 || !date_valid(part[0], part[1], part[2]) || (n > 1 && part[1] == 0))
        return NULL;
    char text[DATE_TEXT];
    return arena_strdup(a, date_iso(date_make(part[0], part[1], part[2]), text));
}

static char *without_blanks(struct arena *a, const char *s)
{
    char *t = arena_strdup(a, s), *to = t;
    for (; *s != '\0'; s++)
        if (*s != ' ' && *s != ',' && *s != '\t')
            *to++ = *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s;
    *to = '\0';
    return t;
}

struct err *record_parse(struct arena *a, const struct record *rec, int field, const char *typed, const char **out)
{
    const struct field *f = &rec->fields[field];
    bool words = f->type == FIELD_TEXT || f->type == FIELD_LONG || f->type == FIELD_COMPUTED;
    const char *s = plain(a, typed == NULL ? "" : typed, !words);
    if (*s == '\0') {
        *out = NULL;
        return NULL;
    }
    if (f->type == FIELD_DATE || f->type == FIELD_PDATE) {
        const char *d = date_typed(a, s);
        if (d == NULL)
            return bad(a, f, s, f->type == FIELD_DATE ? "field.date" : "field.pdate");
        s = d;
    } else if (f->type == FIELD_CODE) {
        const struct code_list *l = codes_list(f->codes);
        int pos = codes_find(l, s);
        if (pos == 0)
            pos = codes_find_name(l, s);
        if (pos > 0)
            s = codes_code(l, pos);
    } else if (f->type == FIELD_BOOL) {
        bool yes = strcmp(s, "1") == 0 || strcmp(s, "on") == 0 || strcmp(s, "是") == 0 || strcmp(s, "yes") == 0;
        bool no = strcmp(s, "0") == 0 || strcmp(s, "否") == 0 || strcmp(s, "no") == 0;
        s = yes ? "1" : no ? "0" : s;
    } else if (!words) {
        s = without_blanks(a, s);
    }
    TRY(value_check(a, f, s));
    *out = s;
    return NULL;
}

struct err *record_need(struct arena *a, const char *field, const char *text)
{
    if (!utf8_empty(text))
        return NULL;
    return err_field(err_say(ERR(a, ERR_INVALID, "%s is empty", field), "field.required", NULL), field);
}
