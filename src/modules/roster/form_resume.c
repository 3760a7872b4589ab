/* form_resume.c: the grammar of the resume (doc/forms.md).
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
#include "roster/form_head.h"
#include "roster/form_text.h"

enum { HANGING = 6, LOOK_AHEAD = 4000, TEXT_MOST = 64 << 10 /* a long resume has 10 KB */ };

struct lines {
    struct arena *arena;
    struct form *form;
    VEC(struct form_period) periods;
    VEC(const char *) notes;
    struct buf text; /* of the period or note being gathered */
    int depth;       /* brackets open at its end */
    struct head head;
    enum { NOTHING, IN_PERIOD, IN_NOTE } in;
    int base; /* columns before the first period line */
    bool any;
};

static void add_text(struct lines *l, const char *s)
{
    struct buf *b = &l->text;
    int used;
    unsigned char last = b->n > 0 ? (unsigned char)b->p[b->n - 1] : 0;
    unsigned char first = (unsigned char)*s;
    bool word_before = last < 0x80 && last > ' ' && last != '(' && last != '-';
    bool word_after = first < 0x80 && ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z'));
    if (b->n > 0 && word_before && word_after)
        buf_putc(b, ' ');
    buf_puts(b, s);
    for (int c; (c = head_char(s, &used)) != 0; s += used)
        l->depth = head_opens(c) ? l->depth + 1 : head_closes(c) && l->depth > 0 ? l->depth - 1 : l->depth;
    while (b->n > 0 && utf8_blank(utf8_before(b->p, b->n, &used)))
        b->n -= (size_t)used;
    if (b->p != NULL)
        b->p[b->n] = '\0';
}

static void begin_text(struct lines *l)
{
    l->text = BUF(l->arena);
    l->depth = 0;
}

static bool starts_marker(const char **s)
{
    static const char *const words[] = {"其间", "期间", "其中"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (head_word(s, words[i])) {
            *s = head_skip_lead(*s);
            return true;
        }
    return false;
}

/* For each opening bracket of s the place behind the one that closes it, 0 when none does; one pass. Arena. */
static uint32_t *match_brackets(struct arena *a, const char *s)
{
    size_t n = strlen(s);
    uint32_t *behind = arena_array(a, uint32_t, n + 1), *open = arena_array(a, uint32_t, n + 1);
    size_t depth = 0;
    int used;
    for (size_t i = 0; i < n; i += (size_t)used) {
        int c = head_char(s + i, &used);
        if (head_opens(c))
            open[depth++] = (uint32_t)i;
        else if (head_closes(c) && depth > 0)
            behind[open[--depth]] = (uint32_t)(i + (size_t)used);
    }
    return behind;
}

/* Whether a bracket left open before s is closed in it before the lines go on for long. */
static bool closes_later(const char *s)
{
    int depth = 0, used;
    for (const char *from = s; *s != '\0' && s - from < LOOK_AHEAD; s += used) {
        int c = head_char(s, &used);
        if (head_opens(c))
            depth++;
        else if (head_closes(c) && --depth < 0)
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
    for (int c; (c = head_char(s, &used)) != 0; s += used) {
        if (head_opens(c))
            depth++;
        else if (head_closes(c))
            depth--;
        if (depth > 0 ||
            !(c == ';' || c == 0xFF1B || c == 0x3002 || c == '\n' || c == ',' || c == 0xFF0C || c == 0x3001))
            continue;
        struct head h;
        const char *next = head_skip_lead(s + used);
        (void)starts_marker(&next);
        if (head_read(next, true, &h) && h.by_word)
            return s;
    }
    return s;
}

/* Content of a bracket (or of what follows an unbracketed 其间), n bytes. false: no nested period, all stays text. */
static bool read_nested(struct lines *l, const char *s, size_t n, nested_list *list)
{
    char *copy = arena_strndup(l->arena, s, n);
    const char *p = head_skip_lead(copy);
    (void)starts_marker(&p);
    struct head h;
    if (!head_read(p, true, &h))
        return false;
    size_t waiting = list->n; /* those whose text is to come: 1995.09--1998.06、2001.09--2003.06 studied */
    for (;;) {
        struct head next;
        const char *end = head_read(h.text, true, &next) && next.by_word ? h.text : item_end(h.text);
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
        p = head_skip_lead(end);
        (void)starts_marker(&p);
        if (!head_read(p, true, &h))
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

/* Whether a period starts inside another: not in the month that ends it, where the next one takes over. */
static bool within(const struct head *h, const struct head *outer)
{
    if (!date_is(h->start.date) || !date_is(outer->start.date) || h->start.date.v < outer->start.date.v)
        return false;
    return outer->open || !date_is(outer->end.date) || h->start.date.v < outer->end.date.v;
}

/* Splits the gathered text into its own words and nested periods. */
static void take_apart(struct lines *l, const char *s, struct buf *own, nested_list *list)
{
    const char *text = s;
    size_t cut = SIZE_MAX; /* where the last nested period was taken out */
    const uint32_t *behind = match_brackets(l->arena, text);
    int used;
    for (int c; (c = head_char(s, &used)) != 0;) {
        struct head h;
        if (head_opens(c)) {
            const char *end = behind[s - text] == 0 ? NULL : text + behind[s - text];
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
        if (marked && head_read(p, true, &h) && h.by_word) {
            const char *end = p;
            int depth = 0, w;
            for (int e; (e = head_char(end, &w)) != 0 && !(depth == 0 && e == 0x3002); end += w)
                depth += head_opens(e) ? 1 : head_closes(e) ? -1 : 0;
            if (read_nested(l, p, (size_t)(end - p), list)) {
                cut = own->n;
                s = end + (head_char(end, &w) == 0x3002 ? w : 0);
                continue;
            }
        }
        if (!marked && utf8_digit(c) >= 0 && after_stop(text, s) && head_read(s, true, &h) && h.by_word &&
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
        int c = head_char(s, &used);
        depth += head_opens(c) ? 1 : head_closes(c) && depth > 0 ? -1 : 0;
        struct head h;
        if (depth == 0 && s > text && utf8_digit(c) >= 0 && utf8_digit(before) < 0 &&
            (utf8_blank(before) || before == 0xFF1B || before == ';' || before == 0x3002) && head_read(s, true, &h))
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
        if (next != NULL && (!head_read(next, true, &h) || within(&h, &l->head)))
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
            begin_text(l);
            add_text(l, h.text);
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
    begin_text(l);
}

/* 1、 or ● before a date. */
static const char *skip_bullet(const char *s)
{
    int used, n;
    const char *p = s;
    int c = head_char(p, &used);
    if (c == 0x25CF || c == 0x25A0 || c == 0x25C6 || c == 0x25CB || c == '*' || c == 0xB7 || c == 0x2022) {
        p = head_skip_blanks(p + used, NULL);
    } else if (head_digits(&p, 2, &n) >= 0) {
        c = head_char(p, &used);
        if (c != '.' && c != 0x3001 && c != 0xFF0E && c != ')' && c != 0xFF09)
            return s;
        p = head_skip_blanks(p + used, NULL);
    }
    struct head h;
    return p != s && head_read(p, false, &h) ? p : s;
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
    const char *s = head_skip_blanks(line, &indent);
    s = skip_bullet(s);
    struct head h;
    bool hanging = l->any && indent >= l->base + HANGING;
    bool inside = l->in == IN_PERIOD && l->depth > 0 && closes_later(rest);
    bool heads = !inside && head_read(s, false, &h);
    if (heads && hanging && l->in == IN_PERIOD && (h.no_mark || within(&h, &l->head))) {
        /* hanging under a period and within it: nested without its bracket */
        if (!h.no_mark) {
            buf_puts(&l->text, "（");
            add_text(l, s);
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
        add_text(l, h.text);
        return;
    }
    bool bracket = head_opens(head_char(s, &used));
    struct stamp stamp;
    const char *p = s;
    if (!inside && !hanging && head_stamp(&p, &stamp) && !stamp.year_only)
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
    add_text(l, s);
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
    if (strlen(text) > TEXT_MOST) {
        form_warn(a, f, FORM_RESUME_UNREADABLE, "resume", "%zu", strlen(text));
        return;
    }
    struct lines l = {.arena = a, .form = f, .text = BUF(a)};
    bool blank = false;
    for (const char *s = text, *end; *s != '\0'; s = *end == '\0' ? end : end + 1) {
        end = s + strcspn(s, "\n");
        const char *line = arena_strndup(a, s, (size_t)(end - s));
        if (*head_skip_blanks(line, NULL) == '\0') {
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
