/* form_resume.c: the grammar of the resume (formats.md 1.5).
 *
 *   line    = indent period | indent bracket | indent words | blank
 *   period  = date separator [end] blanks text
 *   date    = 4 digits [. ． 。 - / 年] 1-2 digits [月] [day], half- or full-width
 *   separator = run of dashes, ～, 至; end = date, 至今, 今, 现在, 目前, 现 or nothing
 *   bracket = （[其间：]date separator [end] text；...）  belongs to the period it follows
 *
 * Lines that begin no period continue the one before; after a blank line they are notes. Brackets are matched over line
 * ends before nested periods are taken out, so a wrapped bracket is whole. A bracket without dates stays in the text.
 * Nothing is sorted or merged in silence: gaps, overlaps and repairs are warnings. */
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "roster/form_text.h"

enum { HANGING = 6, FAR_APART = 7, LOOK_AHEAD = 4000 };

static int at(const char *s, int *used)
{
    return utf8_get(s, SIZE_MAX, used);
}

static bool dash(int c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2500 || c == 0x2501 || c == 0x2212 || c == 0xFF0D ||
           c == 0xFE63 || c == 0xFE58 || c == '~' || c == 0xFF5E || c == 0x301C || c == 0x223C || c == 0x02DC ||
           c == 0x2192 || c == '_' || c == 0xFF3F || c == 0x4E00 /* 一 for a dash */;
}

static bool opens(int c)
{
    return c == '(' || c == 0xFF08 || c == '[' || c == 0xFF3B || c == 0x3010 || c == 0x3014;
}
static bool closes(int c)
{
    return c == ')' || c == 0xFF09 || c == ']' || c == 0xFF3D || c == 0x3011 || c == 0x3015;
}

static const char *skip_blanks(const char *s, int *columns)
{
    int used, n = 0;
    for (int c; utf8_blank(c = at(s, &used)) || c == '\n'; s += used)
        n += c == 0x3000 ? 2 : c == '\t' ? 8 : 1;
    if (columns != NULL)
        *columns = n;
    return s;
}

/* A run of at most `most` digits; -1 when there is none or a longer one. */
static int digits(const char **s, int most, int *n)
{
    int v = 0, used;
    const char *p = *s;
    *n = 0;
    for (int d; (d = utf8_digit(at(p, &used))) >= 0; p += used) {
        if (++*n > most)
            return -1;
        v = v * 10 + d;
    }
    if (*n == 0)
        return -1;
    *s = p;
    return v;
}

struct stamp {
    struct date date;
    bool wrong; /* digits that are no date: 1975.13 */
    bool year_only;
};

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
    while (utf8_blank(c = at(p, &used)))
        p += used;
    *mark = c;
    if (c == 0x5E74 /* 年 */ || c == '/' || c == 0xFF0F) {
        p += used;
    } else if (c == '.' || c == 0xFF0E || c == 0x3002 || c == 0xB7 || c == ',' || c == 0xFF0C || c == 0x3001 ||
               c == 0x2022) {
        for (; at(p, &used) == c || at(p, &used) == '.'; p += used)
            ;
    } else if (c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2014 || c == 0xFF0D) {
        p += used;
        if (dash(at(p, &used)))
            return s;
    } else {
        return s;
    }
    while (utf8_blank(at(p, &used)))
        p += used;
    return p;
}

/* The day after a month, if the same mark and one or two digits follow: 2011.09.15. */
static const char *day_part(const char *s, int mark, int *day)
{
    int used, n;
    const char *p = s;
    if (mark != 0x5E74) {
        if (at(p, &used) != mark)
            return s;
        p += used;
    }
    int d = digits(&p, 2, &n);
    if (d < 1 || d > 31)
        return s;
    if (at(p, &used) == 0x65E5 || at(p, &used) == 0x53F7) /* 日 号 */
        p += used;
    else if (mark == 0x5E74 || dash(mark)) {
        int c = at(p, &used);
        if (!(dash(mark) && mark != 0x4E00 && (utf8_blank(c) || c == '\0' || dash(c) || c == 0x81F3)))
            return s;
    }
    *day = d;
    return p;
}

/* A date at *s. */
static bool read_stamp(const char **s, struct stamp *out)
{
    *out = (struct stamp){0};
    const char *p = *s;
    int n, used, y = digits(&p, 8, &n), mark;
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
        if (at(p, &used) == 0x6708) /* 月 */
            p += used;
        *s = p;
        return true;
    }
    const char *month = year_mark(p, &mark);
    int m = -1, d = 0;
    if (month != p) {
        const char *q = month;
        m = digits(&q, 2, &n);
        if (m >= 0) {
            p = q;
            if (at(p, &used) == 0x6708) {
                p += used;
                if (at(p, &used) == 0x4EFD) /* 月份 */
                    p += used;
            }
            if (mark != '/' || at(p, &used) == '/')
                p = day_part(p, mark, &d);
        } else if (mark == 0x5E74) {
            p += 3; /* 1993年 */
        }
    }
    stamp_set(out, y, m, d);
    *s = p;
    return true;
}

static bool word(const char **s, const char *w)
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
        if (word(&p, whole[i])) {
            (void)word(&p, "为止");
            *s = p;
            return true;
        }
    if (word(&p, "今") || word(&p, "现")) {
        int used, c = at(p, &used);
        if (c == '\0' || c == '\n' || utf8_blank(c) || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C) {
            *s = p;
            return true;
        }
    }
    return false;
}

struct head {
    struct stamp start, end;
    bool open;    /* to date, by a word or by nothing */
    bool no_mark; /* nothing stood between the dates, or behind the first */
    bool by_word; /* an end was written: a date or 至今 */
    const char *text;
};

static const char *skip_lead(const char *s)
{
    int used;
    for (int c; (c = at(s, &used)) != 0; s += used)
        if (!(utf8_blank(c) || c == '\n' || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C || c == 0x3001 ||
              c == ';' || c == 0xFF1B || c == '.' || c == 0x3002))
            break;
    return s;
}

/* Whether an end follows 至 or 到, which else begin the text: 到示例局工作. */
static bool leads_to_end(const char *s)
{
    int used, c = at(s = skip_blanks(s, NULL), &used);
    return utf8_digit(c) >= 0 || (dash(c) && c != 0x4E00) || strncmp(s, "现在", 6) == 0 || strncmp(s, "目前", 6) == 0;
}

/* The separator at s: dashes, 至, 到, blanks among them. *marks: dashes and words seen; *columns: blanks behind. */
static const char *separator(const char *s, int *marks, int *columns)
{
    int used, n;
    *marks = 0;
    *columns = 0;
    for (;;) {
        const char *p = skip_blanks(s, &n);
        int c = at(p, &used);
        bool words = (c == 0x81F3 || c == 0x5230) && leads_to_end(p + used); /* 至 到 */
        if (!dash(c) && !words) {
            *columns = n;
            return p;
        }
        if (c == 0x4E00 && utf8_digit(at(p + used, &n)) < 0 && !utf8_blank(at(p + used, &n)) &&
            !dash(at(p + used, &n))) {
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
    if (!read_stamp(&q, out) || *q != '\0' || out->wrong)
        return false;
    *s = p + 2 + n;
    return true;
}

/* Whether a bare year may end a period here: "1993--1997 text", not "2019.08-- 2020级学员". */
static bool year_ends(const char *behind)
{
    int used, c = at(behind, &used);
    return c == '\0' || c == '\n' || utf8_blank(c) || c == ':' || c == 0xFF1A || c == ',' || c == 0xFF0C || closes(c);
}

/* A period's head at s: date, separator, end. strict: inside text a lone date or a lost separator does not count. */
static bool read_head(const char *s, bool strict, struct head *h)
{
    *h = (struct head){0};
    (void)(word(&s, "自") || word(&s, "从"));
    if (!read_stamp(&s, &h->start))
        return false;
    int marks, columns, used;
    const char *after = separator(s, &marks, &columns), *p = after;
    if (marks == 0 && (word(&p, "起") || word(&p, "以来"))) {
        p = separator(p, &marks, &columns);
        h->open = h->by_word = true;
        h->text = skip_lead(p);
        return true;
    }
    bool far = columns >= FAR_APART;
    if (!far && end_word(&p)) {
        h->open = h->by_word = true;
    } else if (!far && (marks > 0 || (columns > 0 && !strict)) &&
               (read_stamp(&p, &h->end) || broken_year(&p, &h->end)) && (!h->end.year_only || year_ends(p))) {
        h->by_word = true;
        h->no_mark = marks == 0;
        (void)word(&p, "止");
    } else {
        p = after;
        h->end = (struct stamp){0};
        int c = at(p, &used);
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
    h->text = skip_lead(p);
    return true;
}

struct lines {
    struct arena *arena;
    struct form *form;
    VEC(struct form_period) periods;
    VEC(const char *) notes;
    struct buf text; /* of the period or note being gathered */
    struct head head;
    enum { NOTHING, IN_PERIOD, IN_NOTE } in;
    int base; /* columns before the first period line */
    bool any;
};

static void add_text(struct buf *b, const char *s)
{
    int used;
    unsigned char last = b->n > 0 ? (unsigned char)b->p[b->n - 1] : 0;
    unsigned char first = (unsigned char)*s;
    bool word_before = last < 0x80 && last > ' ' && last != '(' && last != '-';
    bool word_after = first < 0x80 && ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'));
    if (b->n > 0 && word_before && word_after)
        buf_putc(b, ' ');
    buf_puts(b, s);
    while (b->n > 0 && utf8_blank(utf8_before(b->p, b->n, &used)))
        b->n -= (size_t)used;
    if (b->p != NULL)
        b->p[b->n] = '\0';
}

static bool starts_marker(const char **s)
{
    static const char *const words[] = {"其间", "期间", "其中"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word(s, words[i])) {
            *s = skip_lead(*s);
            return true;
        }
    return false;
}

/* Past the bracket that closes the one at s; NULL when none does. */
static const char *bracket_end(const char *s)
{
    int depth = 0, used;
    for (int c; (c = at(s, &used)) != 0; s += used) {
        if (opens(c))
            depth++;
        else if (closes(c) && --depth == 0)
            return s + used;
    }
    return NULL;
}

/* Brackets open at the end of s. */
static int open_brackets(const char *s)
{
    int depth = 0, used;
    for (int c; (c = at(s, &used)) != 0; s += used)
        depth = opens(c) ? depth + 1 : closes(c) && depth > 0 ? depth - 1 : depth;
    return depth;
}

/* Whether a bracket left open before s is closed in it before the lines go on for long. */
static bool closes_later(const char *s)
{
    int depth = 0, used;
    for (const char *from = s; *s != '\0' && s - from < LOOK_AHEAD; s += used) {
        int c = at(s, &used);
        if (opens(c))
            depth++;
        else if (closes(c) && --depth < 0)
            return true;
    }
    return false;
}

typedef VEC(struct form_nested) nested_list;

static void trim(struct buf *b, const char *also)
{
    int used;
    while (b->n > 0) {
        int c = utf8_before(b->p, b->n, &used);
        b->p[b->n] = '\0';
        if (!utf8_blank(c) && c != '\n' && (also == NULL || strstr(also, b->p + b->n - used) == NULL))
            break;
        b->n -= (size_t)used;
        b->p[b->n] = '\0';
    }
}

static void push_nested(struct lines *l, nested_list *list, const struct head *h, const char *text)
{
    if (h->start.wrong || h->end.wrong)
        form_warn(l->arena, l->form, FORM_DATE_UNREADABLE, "resume", "%.60s", text);
    *VEC_PUSH(list, l->arena) =
        (struct form_nested){.start = h->start.date, .end = h->open ? DATE_NONE : h->end.date, .text = text};
}

/* The next ； or 。 at depth 0 that a nested period follows, or the end. */
static const char *item_end(const char *s)
{
    int depth = 0, used;
    for (int c; (c = at(s, &used)) != 0; s += used) {
        if (opens(c))
            depth++;
        else if (closes(c))
            depth--;
        if (depth > 0 ||
            !(c == ';' || c == 0xFF1B || c == 0x3002 || c == '\n' || c == ',' || c == 0xFF0C || c == 0x3001))
            continue;
        struct head h;
        const char *next = skip_lead(s + used);
        (void)starts_marker(&next);
        if (read_head(next, true, &h) && h.by_word)
            return s;
    }
    return s;
}

/* Content of a bracket (or of what follows an unbracketed 其间), n bytes. false: no nested period, all stays text. */
static bool read_nested(struct lines *l, const char *s, size_t n, nested_list *list)
{
    char *copy = arena_strndup(l->arena, s, n);
    const char *p = skip_lead(copy);
    (void)starts_marker(&p);
    struct head h;
    if (!read_head(p, true, &h))
        return false;
    size_t waiting = list->n; /* those whose text is to come: 1995.09--1998.06、2001.09--2003.06 studied */
    for (;;) {
        struct head next;
        const char *end = read_head(h.text, true, &next) && next.by_word ? h.text : item_end(h.text);
        struct buf text = BUF(l->arena);
        buf_add(&text, h.text, (size_t)(end - h.text));
        trim(&text, "；;。，,");
        push_nested(l, list, &h, buf_str(&text));
        if (text.n > 0) {
            for (size_t i = waiting; i < list->n; i++)
                list->p[i].text = text.p;
            waiting = list->n;
        }
        if (*end == '\0')
            return true;
        p = skip_lead(end);
        (void)starts_marker(&p);
        if (!read_head(p, true, &h))
            return true;
    }
}

/* Whether the text before ends an own statement, so that a period here is one of its own. */
static bool after_stop(const char *text, const char *s)
{
    int used;
    while (s > text) {
        int c = utf8_before(text, (size_t)(s - text), &used);
        if (utf8_blank(c) || c == '\n') {
            s -= used;
            continue;
        }
        return c == ';' || c == 0xFF1B || c == 0x3002;
    }
    return false;
}

static bool within(const struct head *h, const struct head *outer)
{
    if (!date_is(h->start.date) || !date_is(outer->start.date))
        return false;
    if (date_le(outer->start.date, h->start.date) == TRI_FALSE)
        return false;
    return outer->open || !date_is(outer->end.date) || date_le(outer->end.date, h->start.date) != TRI_TRUE;
}

/* Splits the gathered text into its own words and nested periods. */
static void take_apart(struct lines *l, const char *s, struct buf *own, nested_list *list)
{
    const char *text = s;
    size_t cut = SIZE_MAX; /* where the last nested period was taken out */
    int used;
    for (int c; (c = at(s, &used)) != 0;) {
        struct head h;
        if (opens(c)) {
            const char *end = bracket_end(s);
            const char *inside = s + used;
            if (end == NULL)
                form_warn(l->arena, l->form, FORM_RESUME_BRACKET, "resume", "%.90s", s);
            size_t n = end == NULL ? strlen(inside) : (size_t)(end - inside);
            if (end != NULL) {
                int last;
                utf8_before(inside, n, &last);
                n -= (size_t)last;
            }
            if (read_nested(l, inside, n, list)) {
                cut = own->n;
                s = end == NULL ? s + strlen(s) : end;
                continue;
            }
            n = end == NULL ? (size_t)used : (size_t)(end - s);
            buf_add(own, s, n);
            s += n;
            continue;
        }
        const char *p = s;
        bool marked = starts_marker(&p);
        if (marked && read_head(p, true, &h) && h.by_word) {
            const char *end = p;
            int depth = 0, w;
            for (int e; (e = at(end, &w)) != 0 && !(depth == 0 && e == 0x3002); end += w)
                depth += opens(e) ? 1 : closes(e) ? -1 : 0;
            if (read_nested(l, p, (size_t)(end - p), list)) {
                cut = own->n;
                s = end + (at(end, &w) == 0x3002 ? w : 0);
                continue;
            }
        }
        if (!marked && utf8_digit(c) >= 0 && after_stop(text, s) && read_head(s, true, &h) && h.by_word &&
            within(&h, &l->head)) {
            form_warn(l->arena, l->form, FORM_RESUME_JOINED, "resume", "%.60s", s);
            if (read_nested(l, s, strlen(s), list)) {
                cut = own->n;
                break;
            }
        }
        buf_add(own, s, (size_t)used);
        s += used;
    }
    if (cut == own->n) /* marks that led to it */
        trim(own, "，,、；;。");
}

/* A second period on the line of the first: where it starts, or NULL. */
static const char *second_period(const char *text)
{
    int depth = 0, used, before = 0;
    for (const char *s = text; *s != '\0'; s += used) {
        int c = at(s, &used);
        depth += opens(c) ? 1 : closes(c) && depth > 0 ? -1 : 0;
        struct head h;
        if (depth == 0 && s > text && utf8_digit(c) >= 0 && utf8_digit(before) < 0 &&
            (utf8_blank(before) || before == 0xFF1B || before == ';' || before == 0x3002) && read_head(s, true, &h))
            return s;
        before = c;
    }
    return NULL;
}

static void end_period(struct lines *l)
{
    while (l->in == IN_PERIOD) {
        const char *all = buf_str(&l->text), *next = second_period(all);
        struct head h = {0};
        if (next != NULL && (!read_head(next, true, &h) || within(&h, &l->head)))
            next = NULL;
        const char *text = next == NULL ? all : arena_strndup(l->arena, all, (size_t)(next - all));
        struct buf own = BUF(l->arena);
        nested_list list = {0};
        take_apart(l, text, &own, &list);
        trim(&own, next == NULL ? NULL : "；;");
        bool lost = l->head.start.wrong || l->head.end.wrong;
        if (lost)
            form_warn(l->arena, l->form, FORM_DATE_UNREADABLE, "resume", "%.60s", buf_str(&own));
        *VEC_PUSH(&l->periods, l->arena) =
            (struct form_period){.start = l->head.start.date,
                                 .end = l->head.open ? l->head.no_mark ? DATE_UNKNOWN : DATE_NONE : l->head.end.date,
                                 .text = buf_str(&own),
                                 .nested = list.p,
                                 .n_nested = list.n};
        if (l->head.no_mark)
            form_warn(l->arena, l->form, FORM_RESUME_END_MISSING, "resume", "%.60s", buf_str(&own));
        l->in = NOTHING;
        if (next != NULL) {
            form_warn(l->arena, l->form, FORM_RESUME_JOINED, "resume", "%.60s", next);
            l->head = h;
            l->text = BUF(l->arena);
            add_text(&l->text, h.text);
            l->in = IN_PERIOD;
        }
    }
}

static void end_any(struct lines *l)
{
    if (l->in == IN_PERIOD)
        end_period(l);
    if (l->in == IN_NOTE && l->text.n > 0)
        *VEC_PUSH(&l->notes, l->arena) = buf_str(&l->text);
    l->in = NOTHING;
    l->text = BUF(l->arena);
}

/* 1、 or ● before a date. */
static const char *skip_bullet(const char *s)
{
    int used, n;
    const char *p = s;
    int c = at(p, &used);
    if (c == 0x25CF || c == 0x25A0 || c == 0x25C6 || c == 0x25CB || c == '*' || c == 0xB7 || c == 0x2022) {
        p = skip_blanks(p + used, NULL);
    } else if (digits(&p, 2, &n) >= 0) {
        c = at(p, &used);
        if (c != '.' && c != 0x3001 && c != 0xFF0E && c != ')' && c != 0xFF09)
            return s;
        p = skip_blanks(p + used, NULL);
    }
    struct head h;
    return p != s && read_head(p, false, &h) ? p : s;
}

/* Whether a note goes on in the next line: it ends with a comma. */
static bool waits(struct buf *b)
{
    int used, c = b->n == 0 ? 0 : utf8_before(b->p, b->n, &used);
    return c == 0xFF0C || c == ',' || c == 0x3001;
}

/* One line, its rest of the text behind it (to see whether a bracket closes). blank_before: an empty line stood before.
 */
static void take_line(struct lines *l, const char *line, const char *rest, bool blank_before)
{
    int indent, used;
    const char *s = skip_blanks(line, &indent);
    s = skip_bullet(s);
    struct head h;
    bool hanging = l->any && indent >= l->base + HANGING;
    bool inside = l->in == IN_PERIOD && open_brackets(buf_str(&l->text)) > 0 && closes_later(rest);
    bool heads = !inside && read_head(s, false, &h);
    if (heads && hanging && l->in == IN_PERIOD && (h.no_mark || within(&h, &l->head))) {
        /* hanging under a period and within it: nested without its bracket */
        if (!h.no_mark) {
            buf_puts(&l->text, "（");
            add_text(&l->text, s);
            buf_puts(&l->text, "）");
            return;
        }
        heads = false;
    }
    if (heads) {
        end_any(l);
        if (!l->any)
            l->base = indent;
        l->any = true;
        l->head = h;
        l->in = IN_PERIOD;
        add_text(&l->text, h.text);
        return;
    }
    bool bracket = opens(at(s, &used));
    struct stamp stamp;
    const char *p = s;
    if (!inside && !hanging && read_stamp(&p, &stamp) && !stamp.year_only)
        form_warn(l->arena, l->form, FORM_RESUME_UNREADABLE, "resume", "%.60s", s);
    bool goes_on = l->in == IN_PERIOD ? !blank_before || bracket || hanging || inside
                                      : l->in == IN_NOTE && !blank_before && (hanging || waits(&l->text));
    if (bracket && l->in != IN_PERIOD && l->periods.n > 0) { /* after a note: still the last period's */
        struct lines again = *l;
        nested_list list = {0};
        struct buf own = BUF(l->arena);
        take_apart(&again, s, &own, &list);
        if (list.n > 0 && own.n == 0) {
            struct form_period *last = &l->periods.p[l->periods.n - 1];
            nested_list all = {0};
            for (size_t i = 0; i < last->n_nested; i++)
                *VEC_PUSH(&all, l->arena) = last->nested[i];
            for (size_t i = 0; i < list.n; i++)
                *VEC_PUSH(&all, l->arena) = list.p[i];
            last->nested = all.p;
            last->n_nested = all.n;
            return;
        }
    }
    if (!goes_on) {
        end_any(l);
        l->in = IN_NOTE;
    }
    add_text(&l->text, s);
}

static const char *iso(struct date d, char out[DATE_TEXT])
{
    return date_is(d) ? date_iso(d, out) : "?";
}

static void check_order(struct arena *a, struct form *f)
{
    char t[4][DATE_TEXT];
    for (size_t i = 0; i < f->n_resume; i++) {
        const struct form_period *p = &f->resume[i], *next = i + 1 < f->n_resume ? p + 1 : NULL;
        if (date_is(p->start) && date_is(p->end) && date_le(p->start, p->end) == TRI_FALSE)
            form_warn(a, f, FORM_RESUME_REVERSED, "resume", "%s--%s", iso(p->start, t[0]), iso(p->end, t[1]));
        for (size_t k = 0; k < p->n_nested; k++)
            if (date_is(p->nested[k].start) && date_is(p->nested[k].end) &&
                date_le(p->nested[k].start, p->nested[k].end) == TRI_FALSE)
                form_warn(a, f, FORM_RESUME_REVERSED, "resume", "%s--%s", iso(p->nested[k].start, t[0]),
                          iso(p->nested[k].end, t[1]));
        if (next == NULL)
            break;
        if (p->end.v == DATE_NONE.v)
            form_warn(a, f, FORM_RESUME_END_MISSING, "resume", "%s--", iso(p->start, t[0]));
        if (!date_is(p->end) || !date_is(next->start) || date_month(p->end) == 0 || date_month(next->start) == 0)
            continue;
        int months = date_months_between(date_make(date_year(p->end), date_month(p->end), 0),
                                         date_make(date_year(next->start), date_month(next->start), 0));
        if (months > 1)
            form_warn(a, f, FORM_RESUME_GAP, "resume", "%s--%s", iso(p->end, t[0]), iso(next->start, t[1]));
        if (months < 0)
            form_warn(a, f, FORM_RESUME_OVERLAP, "resume", "%s--%s", iso(next->start, t[0]), iso(p->end, t[1]));
    }
}

void form_resume(struct arena *a, struct form *f, const char *text)
{
    if (text == NULL)
        return;
    struct lines l = {.arena = a, .form = f, .text = BUF(a)};
    bool blank = false;
    for (const char *s = text, *end; *s != '\0'; s = *end == '\0' ? end : end + 1) {
        end = s + strcspn(s, "\n");
        const char *line = arena_strndup(a, s, (size_t)(end - s));
        if (*skip_blanks(line, NULL) == '\0') {
            blank = true;
            continue;
        }
        take_line(&l, line, s, blank);
        blank = false;
    }
    end_any(&l);
    f->resume = l.periods.p;
    f->n_resume = l.periods.n;
    f->notes = l.notes.p;
    f->n_notes = l.notes.n;
    if (f->n_resume == 0)
        form_warn(a, f, FORM_RESUME_UNREADABLE, "resume", "%.90s", text);
    check_order(a, f);
}
