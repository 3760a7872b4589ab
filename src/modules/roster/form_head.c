/* form_head.c: see form_head.h; the grammar stands in form_resume.c. */
#include "roster/form_head.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum { LEAD_MOST = 64, FAR_APART = 7 }; /* blanks behind a separator that say no end date stands there */

int head_char(const char *s, int *used)
{
    return utf8_get(s, SIZE_MAX, used);
}

static bool dash(int c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2500 || c == 0x2501 || c == 0x2212 || c == 0xFF0D ||
           c == 0xFE63 || c == 0xFE58 || c == '~' || c == 0xFF5E || c == 0x301C || c == 0x223C || c == 0x02DC ||
           c == 0x2192 || c == '_' || c == 0xFF3F || c == 0x4E00 /* 一 for a dash */;
}

bool head_opens(int c)
{
    return c == '(' || c == 0xFF08 || c == '[' || c == 0xFF3B || c == 0x3010 || c == 0x3014;
}
bool head_closes(int c)
{
    return c == ')' || c == 0xFF09 || c == ']' || c == 0xFF3D || c == 0x3011 || c == 0x3015;
}

const char *head_skip_blanks(const char *s, int *columns)
{
    int used, n = 0;
    for (int c; utf8_blank(c = head_char(s, &used)) || c == '\n'; s += used)
        n += c == 0x3000 ? 2 : c == '\t' ? 8 : 1;
    if (columns != NULL)
        *columns = n;
    return s;
}

/* A run of at most `most` digits; -1 when there is none or a longer one. */
int head_digits(const char **s, int most, int *n)
{
    int v = 0, used;
    const char *p = *s;
    *n = 0;
    for (int d; (d = utf8_digit(head_char(p, &used))) >= 0; p += used) {
        if (++*n > most)
            return -1;
        v = v * 10 + d;
    }
    if (*n == 0)
        return -1;
    *s = p;
    return v;
}

static void stamp_set(struct stamp *out, int y, int m, int d)
{
    out->year_only = m < 0;
    if (m < 0)
        m = 0;
    else if (m == 0)
        out->wrong = true;
    if (y < 1900 || y > 2100 || !date_valid(y, m, d))
        out->wrong = true;
    out->date = out->wrong ? DATE_UNKNOWN : date_make(y, m, d);
}

/* Between year and month: one or more dots, one dash or slash, 年. Returns past it, or s. *mark is what stood there. */
static const char *year_mark(const char *s, int *mark)
{
    int used, c;
    const char *p = s;
    while (utf8_blank(c = head_char(p, &used)))
        p += used;
    *mark = c;
    if (c == 0x5E74 /* 年 */ || c == '/' || c == 0xFF0F) {
        p += used;
    } else if (c == '.' || c == 0xFF0E || c == 0x3002 || c == 0xB7 || c == ',' || c == 0xFF0C || c == 0x3001 ||
               c == 0x2022) {
        for (; head_char(p, &used) == c || head_char(p, &used) == '.'; p += used)
            ;
    } else if (c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2014 || c == 0xFF0D) {
        p += used;
        if (dash(head_char(p, &used)))
            return s;
    } else {
        return s;
    }
    while (utf8_blank(head_char(p, &used)))
        p += used;
    return p;
}

/* The day after a month, if the same mark and one or two digits follow: 2011.09.15. */
static const char *day_part(const char *s, int mark, int *day)
{
    int used, n;
    const char *p = s;
    if (mark != 0x5E74) {
        if (head_char(p, &used) != mark)
            return s;
        p += used;
    }
    int d = head_digits(&p, 2, &n);
    if (d < 1 || d > 31)
        return s;
    if (head_char(p, &used) == 0x65E5 || head_char(p, &used) == 0x53F7) /* 日 号 */
        p += used;
    else if (mark == 0x5E74 || dash(mark)) {
        int c = head_char(p, &used);
        if (!(dash(mark) && mark != 0x4E00 && (utf8_blank(c) || c == '\0' || dash(c) || c == 0x81F3)))
            return s;
    }
    *day = d;
    return p;
}

/* A date at *s. */
bool head_stamp(const char **s, struct stamp *out)
{
    *out = (struct stamp){0};
    const char *p = *s;
    int n, used, y = head_digits(&p, 8, &n), mark;
    if (y < 0 || n == 7 || n < 4)
        return false;
    if (n == 8 || n == 6 || n == 5) {
        int m = n == 8   ? y / 100 % 100
                : n == 6 ? y % 100
                         : y % 10,
            year = n == 8   ? y / 10000
                   : n == 6 ? y / 100
                            : y / 10;
        stamp_set(out, year, m, n == 8 ? y % 100 : 0);
        if (head_char(p, &used) == 0x6708) /* 月 */
            p += used;
        *s = p;
        return true;
    }
    const char *month = year_mark(p, &mark);
    int m = -1, d = 0;
    if (month != p) {
        const char *q = month;
        m = head_digits(&q, 2, &n);
        if (m >= 0) {
            p = q;
            if (head_char(p, &used) == 0x6708) {
                p += used;
                if (head_char(p, &used) == 0x4EFD) /* 月份 */
                    p += used;
            }
            if (mark != '/' || head_char(p, &used) == '/')
                p = day_part(p, mark, &d);
        } else if (mark == 0x5E74) {
            p += 3; /* 1993年 */
        }
    }
    stamp_set(out, y, m, d);
    *s = p;
    return true;
}

bool head_word(const char **s, const char *w)
{
    size_t n = strlen(w);
    if (strncmp(*s, w, n) != 0)
        return false;
    *s += n;
    return true;
}

/* 至今 and its kin. 今 and 现 alone only where nothing joins on, since 现任 is text. */
static bool end_word(const char **s)
{
    static const char *const whole[] = {"至今", "迄今", "现在", "目前", "今后"};
    const char *p = *s;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (head_word(&p, whole[i])) {
            (void)head_word(&p, "为止");
            *s = p;
            return true;
        }
    if (head_word(&p, "今") || head_word(&p, "现")) {
        int used, c = head_char(p, &used);
        if (c == '\0' || c == '\n' || utf8_blank(c) || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C) {
            *s = p;
            return true;
        }
    }
    return false;
}

const char *head_skip_lead(const char *s)
{
    int used;
    for (int c, n = 0; n < LEAD_MOST && (c = head_char(s, &used)) != 0; s += used, n++)
        if (!(utf8_blank(c) || c == '\n' || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C || c == 0x3001 ||
              c == ';' || c == 0xFF1B || c == '.' || c == 0x3002))
            break;
    return s;
}

/* Whether an end follows 至 or 到, which else begin the text: 到示例局工作. */
static bool leads_to_end(const char *s)
{
    int used, c = head_char(s = head_skip_blanks(s, NULL), &used);
    return utf8_digit(c) >= 0 || (dash(c) && c != 0x4E00) || strncmp(s, "现在", 6) == 0 || strncmp(s, "目前", 6) == 0;
}

/* The separator at s: dashes, 至, 到, blanks among them. *marks: dashes and words seen; *columns: blanks behind. */
static const char *separator(const char *s, int *marks, int *columns)
{
    int used, n;
    *marks = 0;
    *columns = 0;
    for (;;) {
        const char *p = head_skip_blanks(s, &n);
        int c = head_char(p, &used);
        bool words = (c == 0x81F3 || c == 0x5230) && leads_to_end(p + used); /* 至 到 */
        if (!dash(c) && !words) {
            *columns = n;
            return p;
        }
        if (c == 0x4E00 && utf8_digit(head_char(p + used, &n)) < 0 && !utf8_blank(head_char(p + used, &n)) &&
            !dash(head_char(p + used, &n))) {
            *columns = 0; /* 一 as a word: 一中教师 */
            return p;
        }
        ++*marks;
        s = p + used;
    }
}

/* RT's repair: 2011.09-2-015.07, a dash inside the year of the end. */
static bool broken_year(const char **s, struct stamp *out)
{
    const char *p = *s;
    char t[16];
    if (p[0] < '1' || p[0] > '2' || p[1] != '-')
        return false;
    size_t n = strspn(p + 2, "0123456789.");
    if (n < 6 || n > 7 || p[5] != '.')
        return false;
    t[0] = p[0];
    memcpy(t + 1, p + 2, n);
    t[n + 1] = '\0';
    const char *q = t;
    if (!head_stamp(&q, out) || *q != '\0' || out->wrong)
        return false;
    *s = p + 2 + n;
    return true;
}

/* Whether a bare year may end a period here: "1993--1997 text", not "2019.08-- 2020级学员". */
static bool year_ends(const char *behind)
{
    int used, c = head_char(behind, &used);
    return c == '\0' || c == '\n' || utf8_blank(c) || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C ||
           head_closes(c);
}

/* A period's head at s: date, separator, end. strict: inside text a lone date or a lost separator does not count. */
bool head_read(const char *s, bool strict, struct head *h)
{
    *h = (struct head){0};
    (void)(head_word(&s, "自") || head_word(&s, "从"));
    if (!head_stamp(&s, &h->start))
        return false;
    int marks, columns, used;
    const char *after = separator(s, &marks, &columns), *p = after;
    if (marks == 0 && (head_word(&p, "起") || head_word(&p, "以来"))) {
        p = separator(p, &marks, &columns);
        h->open = h->by_word = true;
        h->text = head_skip_lead(p);
        return true;
    }
    bool far = columns >= FAR_APART;
    if (!far && end_word(&p)) {
        h->open = h->by_word = true;
    } else if (!far && (marks > 0 || (columns > 0 && !strict)) &&
               (head_stamp(&p, &h->end) || broken_year(&p, &h->end)) && (!h->end.year_only || year_ends(p))) {
        h->by_word = true;
        h->no_mark = marks == 0;
        (void)head_word(&p, "止");
    } else {
        p = after;
        h->end = (struct stamp){0};
        int c = head_char(p, &used);
        if (marks > 0) {
            if (strict && columns < 2 && marks < 2)
                return false;
            h->open = true;
        } else if (strict || columns == 0 || h->start.year_only || c == '\0' || utf8_digit(c) >= 0) {
            return false;
        } else {
            h->open = h->no_mark = true;
        }
    }
    h->text = head_skip_lead(p);
    return true;
}
