/* form_text.c: cleaning of texts, names and dates of the form (doc/forms.md). */
#include "roster/form_text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { WARNINGS_MOST = 200 };

const char *form_doubt_name(enum form_doubt d)
{
    static const char *const names[FORM_DOUBTS] = {"encoding_differs",   "characters_lost",
                                                   "control_characters", "markup_repaired",
                                                   "element_twice",      "list_wrong",
                                                   "name_missing",       "name_doubtful",
                                                   "sex_unreadable",     "date_unreadable",
                                                   "party_unreadable",   "appraisal_unreadable",
                                                   "appraisal_conflict", "appraisal_relative",
                                                   "resume_unreadable",  "resume_joined",
                                                   "resume_bracket",     "resume_end_missing",
                                                   "resume_reversed",    "resume_gap",
                                                   "resume_overlap",     "family_death",
                                                   "id_wrong",           "id_old",
                                                   "id_birth",           "id_sex",
                                                   "photo_unreadable",   "photo_large"};
    return names[d];
}

void form_warn(struct arena *a, struct form *f, enum form_doubt doubt, const char *field, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *detail = arena_vprintf(a, fmt, ap);
    va_end(ap);
    int used; /* a precision may have cut a character in two */
    for (size_t n = strlen(detail); n > 0 && utf8_before(detail, n, &used) == UTF8_BAD && used == 1;)
        detail[--n] = '\0';
    if (f->warnings.n >= WARNINGS_MOST)
        return;
    for (size_t i = 0; i < f->warnings.n; i++) {
        const struct form_warning *w = &f->warnings.p[i];
        if (w->doubt == doubt && strcmp(w->field, field) == 0 && strcmp(w->detail, detail) == 0)
            return;
    }
    *VEC_PUSH(&f->warnings, a) = (struct form_warning){.doubt = doubt, .field = field, .detail = detail};
}

/* Bytes of a line break that stands at s as text: <br>, <br />, &lt;br/&gt;, \r\n, \n, \r. 0: none. */
static size_t written_break(const char *s)
{
    if (*s == '\\') {
        if (strncmp(s, "\\r\\n", 4) == 0)
            return 4;
        return s[1] == 'n' || s[1] == 'r' ? 2 : 0;
    }
    bool escaped = *s == '&' && strncmp(s, "&lt;", 4) == 0;
    size_t n = escaped ? 4 : *s == '<' ? 1 : 0;
    if (n == 0)
        return 0;
    n += s[n] == '/';
    if (strncasecmp(s + n, "br", 2) != 0)
        return 0;
    n += 2;
    while (s[n] == ' ' || s[n] == '/')
        n++;
    if (escaped)
        return strncmp(s + n, "&gt;", 4) == 0 ? n + 4 : 0;
    return s[n] == '>' ? n + 1 : 0;
}

static void cut_blanks_behind(struct buf *b)
{
    int used;
    while (b->n > 0 && utf8_blank(utf8_before(b->p, b->n, &used)))
        b->n -= (size_t)used;
    if (b->p != NULL)
        b->p[b->n] = '\0';
}

char *form_clean(struct arena *a, const char *raw)
{
    if (raw == NULL)
        return NULL;
    struct buf b = BUF(a);
    int used;
    for (const char *s = raw; *s != '\0'; s += used) {
        size_t skip = written_break(s);
        if (skip > 0) {
            cut_blanks_behind(&b);
            buf_putc(&b, '\n');
            used = (int)skip;
            continue;
        }
        if (*s == '&' && strncmp(s, "&nbsp;", 6) == 0) {
            buf_putc(&b, ' ');
            used = 6;
            continue;
        }
        int c = utf8_get(s, SIZE_MAX, &used);
        if (utf8_line_end(c)) {
            if (c == '\r' && s[1] == '\n')
                used = 2;
            cut_blanks_behind(&b);
            buf_putc(&b, '\n');
        } else if (c == UTF8_BAD) {
            buf_puts(&b, "\xEF\xBF\xBD");
        } else if (c == 0xA0) { /* HTML's no-break space */
            buf_putc(&b, ' ');
        } else if (!utf8_hidden(c)) {
            buf_add(&b, s, (size_t)used);
        }
    }
    cut_blanks_behind(&b);
    while (b.n > 0 && b.p[b.n - 1] == '\n') {
        b.p[--b.n] = '\0';
        cut_blanks_behind(&b);
    }
    char *p = buf_str(&b);
    for (int c; (c = utf8_get(p, SIZE_MAX, &used)) != 0 && (c == '\n' || utf8_blank(c));)
        p += used;
    return *p == '\0' ? NULL : p;
}

bool form_blank(const char *raw)
{
    int used = 0;
    for (const char *s = raw == NULL ? "" : raw; *s != '\0'; s += used) {
        used = (int)written_break(s);
        if (used > 0)
            continue;
        if (*s == '&' && strncmp(s, "&nbsp;", 6) == 0) {
            used = 6;
            continue;
        }
        int c = utf8_get(s, SIZE_MAX, &used);
        if (c == UTF8_BAD || !(utf8_line_end(c) || utf8_blank(c) || utf8_hidden(c)))
            return false;
    }
    return true;
}

char *form_squeeze(struct arena *a, const char *raw)
{
    char *clean = form_clean(a, raw), *to = clean;
    if (clean == NULL)
        return NULL;
    int used;
    for (const char *s = clean; *s != '\0'; s += used) {
        int c = utf8_get(s, SIZE_MAX, &used);
        if (c == '\n' || utf8_blank(c))
            continue;
        memmove(to, s, (size_t)used);
        to += used;
    }
    *to = '\0';
    return clean;
}

enum { DOT = 0xB7 };

/* Whether c stands for the dot inside a name: always, or only between Han. */
static bool dot_always(int c)
{
    return c == DOT || c == 0x2022 || c == 0x30FB || c == 0xFF65 || c == 0x2027 || c == 0x2219 || c == 0x22C5 ||
           c == 0x25CF || c == 0x2E31 || c == 0x2024 || c == 0x387;
}
static bool dot_between_han(int c)
{
    return c == '?' || c == 0xFF1F || c == 0x3002 || c == 0xFF0E || c == '.' || c == 0xFF61 || c == UTF8_BAD;
}

char *form_name(struct arena *a, const char *raw, bool *doubtful)
{
    *doubtful = false;
    const char *s = form_clean(a, raw);
    if (s == NULL)
        return NULL;
    struct buf b = BUF(a);
    int before = 0, used;
    bool gap = false, asked = false;
    for (; *s != '\0'; s += used) {
        int c = utf8_get(s, SIZE_MAX, &used);
        if (utf8_blank(c) || c == '\n') {
            gap = true;
            continue;
        }
        int ignored, next = utf8_get(s + used, SIZE_MAX, &ignored);
        if (dot_always(c) || (dot_between_han(c) && utf8_han(before) && utf8_han(next))) {
            asked |= c == '?' || c == 0xFF1F || c == UTF8_BAD;
            if (before != DOT)
                utf8_put(&b, DOT);
            before = DOT;
            gap = false;
            continue;
        }
        *doubtful |= dot_between_han(c) && c != '.';
        if (gap && before != 0 && before < 0x250 && c < 0x250 && before != DOT)
            buf_putc(&b, ' '); /* names in Latin letters keep theirs */
        gap = false;
        buf_add(&b, s, (size_t)used);
        before = c;
    }
    *doubtful |= asked && utf8_length(buf_str(&b)) <= 3; /* 张?明: more likely a character the encoding lacks */
    return buf_str(&b);
}

/* Chinese numerals at *s: 一九七五 or 十二. -1: none. digits: how many stood there. */
static int han_number(const char **s, int *digits)
{
    static const char *const one[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    int v = 0, last = -1, n = 0;
    bool ten = false;
    for (;;) {
        int d = -1;
        for (int i = 0; i < 10; i++)
            if (strncmp(*s, one[i], 3) == 0)
                d = i;
        if (strncmp(*s, "零", 3) == 0 || strncmp(*s, "○", 3) == 0)
            d = 0;
        if (d >= 0) {
            v = ten ? v + d : v * 10 + d;
            last = d;
        } else if (strncmp(*s, "十", 3) == 0 && !ten) {
            v = last > 0 ? v * 10 : 10;
            ten = true;
        } else {
            break;
        }
        n++;
        if (n > 4)
            return -1;
        *s += 3;
    }
    *digits = ten && n > 2 ? 2 : n; /* 二十五 is as wide as 25 */
    return n == 0 ? -1 : v;
}

/* Digits at *s, half- or full-width. */
static int plain_number(const char **s, int *digits)
{
    int v = 0, used;
    *digits = 0;
    for (int d; (d = utf8_digit(utf8_get(*s, SIZE_MAX, &used))) >= 0; *s += used) {
        if (++*digits > 8)
            return -1;
        v = v * 10 + d;
    }
    return *digits == 0 ? -1 : v;
}

static bool separates(int c)
{
    return c == '.' || c == 0xFF0E || c == 0x3002 || c == DOT || c == '-' || c == 0x2013 || c == 0x2014 ||
           c == 0xFF0D || c == 0x2212 || c == '/' || c == 0xFF0F || c == 0x5E74 /* 年 */ || c == 0x6708 /* 月 */ ||
           c == ',' || c == 0xFF0C || c == 0x3001 || c == '\\' || utf8_blank(c) || c == '\n';
}

/* What may stand behind a date without changing it: 日 号 月 年 份 生, a clock time, a bracket. */
static bool harmless(const char *s)
{
    int used, c;
    for (; (c = utf8_get(s, SIZE_MAX, &used)) != 0; s += used) {
        if (c == '(' || c == 0xFF08)
            return true;
        if (c == 'T' || c == ':' || utf8_digit(c) >= 0) {
            int h, m;
            char t[8] = "";
            snprintf(t, sizeof t, "%.5s", c == 'T' ? s + 1 : s);
            return sscanf(t, "%2d:%2d", &h, &m) == 2;
        }
        if (c != 0x65E5 && c != 0x53F7 && c != 0x4EFD && c != 0x751F && !separates(c))
            return false;
    }
    return true;
}

static bool compose(int y, int m, int d, struct date *out)
{
    if (m == 0)
        d = 0;
    if (y < 1850 || y > 2150 || !date_valid(y, m, d))
        return false;
    *out = date_make(y, m, d);
    return true;
}

bool form_date(const char *text, struct date *out)
{
    *out = DATE_UNKNOWN;
    if (text == NULL || *text == '\0')
        return true;
    int part[3] = {0}, width[3] = {0}, n = 0, used, c;
    const char *s = text, *behind = text;
    while (n < 3) {
        while ((c = utf8_get(s, SIZE_MAX, &used)) != 0 && separates(c))
            s += used;
        const char *from = s;
        int v = plain_number(&s, &width[n]);
        if (v < 0 && width[n] == 0)
            v = han_number(&s, &width[n]);
        if (v < 0) {
            s = from;
            break;
        }
        if (n > 0 && *s == ':') { /* the hours of a time */
            s = from;
            break;
        }
        part[n++] = v;
        behind = s;
    }
    if (n == 0 || !harmless(behind))
        return false;
    if (n == 1 && width[0] == 4)
        return compose(part[0], 0, 0, out);
    if (n == 1 && width[0] == 5) /* 19753 */
        return compose(part[0] / 10, part[0] % 10, 0, out);
    if (n == 1 && width[0] == 6)
        return compose(part[0] / 100, part[0] % 100, 0, out);
    if (n >= 1 && width[0] == 8)
        return compose(part[0] / 10000, part[0] / 100 % 100, part[0] % 100, out);
    if (width[0] != 4)
        return false;
    if (n == 2 && width[1] == 4)
        return compose(part[0], part[1] / 100, part[1] % 100, out);
    if (n >= 2 && (width[1] > 2 || width[2] > 2))
        return false;
    return n >= 2 && compose(part[0], part[1], part[2], out);
}

bool form_work_says_dead(const char *work)
{
    static const char *const words[] = {"去世", "死亡", "逝世", "已逝", "已故"};
    for (size_t i = 0; work != NULL && i < sizeof words / sizeof *words; i++)
        if (strstr(work, words[i]) != NULL)
            return true;
    return false;
}
