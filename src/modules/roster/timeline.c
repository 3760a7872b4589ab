/* timeline.c: what happened to a person, by date, newest first, and the band of posts over the years. All kinds look
 * alike: nothing here is darker than anything else. */
#include <stdlib.h>
#include <string.h>

#include "record/codes.h"
#include "roster/facts.h"
#include "roster/portrait.h"
#include "roster/roster.h"
#include "roster/telling.h"
#include "view/view.h"

struct line { /* being made */
    const struct portrait *p;
    struct event *all;
    int n;
};

static const char *text_of(const struct portrait *p, const struct row *r, const char *field)
{
    int at = record_field(r->of, field);
    if (!face_shown(r->of, at, p->rq->who))
        return NULL;
    return p->names == NULL ? r->v[at] : face_value(p->rq->arena, p->rq->lang, r->of, at, r->v[at], p->names);
}

static const char *joined(const struct portrait *p, const char *const *parts, int n)
{
    struct buf b = BUF(p->rq->arena);
    for (int i = 0; i < n; i++)
        if (parts[i] != NULL && *parts[i] != '\0')
            buf_printf(&b, "%s%s", b.n > 0 ? " · " : "", parts[i]);
    return b.n > 0 ? buf_str(&b) : NULL;
}

static void add(struct line *l, struct date on, const char *icon, const struct row *r, const char *text,
                const char *sub)
{
    struct arena *a = l->p->rq->arena;
    if (!date_is(on) || date_first(on).v > l->p->day.v)
        return;
    l->all[l->n++] = (struct event){
        on, icon, text, sub, arena_printf(a, "%s/%lld", face_path(a, r->of), (long long)r->id), r->of, r->id};
}

#define SAY(key, ...) tr(l->p->rq, key, __VA_ARGS__)

static const char *or_unknown(const struct portrait *p, const char *s)
{
    return s == NULL ? text_get(p->rq->lang, "roster.unknown") : s;
}

static void add_post(struct line *l, const struct row *r)
{
    const char *parts[] = {text_of(l->p, r, "from_basis"), text_of(l->p, r, "from_doc"),
                           text_of(l->p, r, "probation_outcome")};
    add(l, row_date(r, "from_on"), "view/icon-briefcase", r,
        SAY("roster.event.post", "what", or_unknown(l->p, text_of(l->p, r, "title"))), joined(l->p, parts, 3));
}

static void add_education(struct line *l, const struct row *r)
{
    const char *what[] = {text_of(l->p, r, "education"), text_of(l->p, r, "degree")};
    const char *parts[] = {text_of(l->p, r, "mode"), text_of(l->p, r, "school"), text_of(l->p, r, "major")};
    add(l, row_date(r, "to_on"), "view/icon-school", r,
        SAY("roster.event.education", "what", or_unknown(l->p, joined(l->p, what, 2))), joined(l->p, parts, 3));
}

/* A period of the resume that says no more than the post that began with it stays out. */
static void add_resume(struct line *l, const struct row *r)
{
    struct date from = row_date(r, "from_on");
    const char *text = row_text(r, "text");
    for (int i = 0; i < l->p->parts[PART_POST].n; i++) {
        const struct row *post = l->p->parts[PART_POST].rows[i];
        const char *title = row_text(post, "title");
        bool same = title != NULL && text != NULL && strcmp(title, text) == 0;
        if (same || (date_is(from) && date_eq(row_date(post, "from_on"), from) != TRI_FALSE))
            return;
    }
    add(l, from, "view/icon-file-text", r, or_unknown(l->p, text_of(l->p, r, "text")), NULL);
}

static void add_award(struct line *l, const struct row *r)
{
    const char *parts[] = {text_of(l->p, r, "organ"), text_of(l->p, r, "document")};
    add(l, row_date(r, "awarded_on"), "view/icon-award", r, or_unknown(l->p, text_of(l->p, r, "name")),
        joined(l->p, parts, 2));
}

static void add_measure(struct line *l, const struct row *r)
{
    const char *parts[] = {text_of(l->p, r, "organ"), text_of(l->p, r, "document")};
    add(l, row_date(r, "decided_on"), "view/icon-scale", r,
        SAY("roster.event.measure", "what", or_unknown(l->p, text_of(l->p, r, "kind"))), joined(l->p, parts, 2));
}

static void add_appraisal(struct line *l, const struct row *r)
{
    int64_t year = row_int(r, "year");
    const char *grade = or_unknown(l->p, text_of(l->p, r, "grade"));
    if (year > 0)
        add(l, date_make((int)year, 0, 0), "view/icon-star", r,
            SAY("roster.event.appraisal", "year", row_text(r, "year"), "what", grade), text_of(l->p, r, "document"));
}

static void add_rank(struct line *l, const struct row *r)
{
    add(l, row_date(r, "from_on"), "view/icon-certificate", r,
        SAY("roster.event.rank", "what", or_unknown(l->p, text_of(l->p, r, "rank"))), text_of(l->p, r, "document"));
}

static void add_outside(struct line *l, const struct row *r)
{
    const char *parts[] = {text_of(l->p, r, "name"), text_of(l->p, r, "role")};
    add(l, row_date(r, "from_on"), "view/icon-route", r,
        SAY("roster.event.outside", "what", or_unknown(l->p, joined(l->p, parts, 2))), text_of(l->p, r, "document"));
}

static void add_audit(struct line *l, const struct row *r)
{
    const char *parts[] = {text_of(l->p, r, "kind"), text_of(l->p, r, "unit")};
    add(l, row_date(r, "done_on"), "view/icon-certificate", r,
        SAY("roster.event.audit", "what", or_unknown(l->p, joined(l->p, parts, 2))), text_of(l->p, r, "document"));
}

static void add_nothing(struct line *l, const struct row *r)
{
    (void)l;
    (void)r;
}

static int newest_first(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->on.v != y->on.v)
        return x->on.v > y->on.v ? -1 : 1;
    if (x->of != y->of)
        return record_index(x->of) < record_index(y->of) ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

int portrait_events(const struct portrait *p, struct event **out)
{
    static void (*const add_row[PARTS])(struct line *, const struct row *) = {
        add_post,    add_education, add_resume, add_nothing, add_award,
        add_measure, add_appraisal, add_rank,   add_outside, add_audit};
    struct line l = {.p = p};
    int most = 1;
    for (int i = 0; i < PARTS; i++)
        most += p->parts[i].n;
    l.all = arena_array(p->rq->arena, struct event, most);
    for (int i = 0; i < PARTS; i++)
        for (int k = 0; k < p->parts[i].n; k++)
            add_row[i](&l, p->parts[i].rows[k]);
    qsort(l.all, (size_t)l.n, sizeof *l.all, newest_first);
    *out = l.all;
    return l.n;
}

/* ---- the band ---- */
enum { WIDE = 722, LEAST_LABEL = 26, CHAR = 12 };
struct stretch {
    int from, to; /* months */
    const char *text;
    bool study, now;
};
struct band {
    const struct portrait *p;
    struct stretch all[64];
    int n;
};

static int month_of(struct date d)
{
    return date_year(d) * 12 + (date_month(d) > 0 ? date_month(d) - 1 : 0);
}

static void stretch(struct band *b, struct date from, struct date to, bool open, const char *text, bool study)
{
    struct date day = b->p->day;
    bool now = open || (date_is(to) && date_first(to).v > day.v);
    if (!date_is(from) || date_first(from).v > day.v || b->n == 64 || (!now && !date_is(to)))
        return;
    int last = now ? month_of(day) + 1 : month_of(to);
    if (last > month_of(from))
        b->all[b->n++] = (struct stretch){month_of(from), last, text, study, now && !study};
}

static bool free_of_others(const struct band *b, int n, struct date from)
{
    for (int i = 0; i < n; i++)
        if (date_is(from) && month_of(from) >= b->all[i].from && month_of(from) < b->all[i].to)
            return false;
    return true;
}

static void collect(struct band *b)
{
    const struct portrait *p = b->p;
    bool any_main = false;
    for (int i = 0; i < p->parts[PART_POST].n; i++)
        any_main |= row_int(p->parts[PART_POST].rows[i], "main") == 1;
    for (int i = 0; i < p->parts[PART_POST].n; i++) {
        const struct row *r = p->parts[PART_POST].rows[i];
        if (!any_main || row_int(r, "main") == 1)
            stretch(b, row_date(r, "from_on"), row_date(r, "to_on"), row_int(r, "current") == 1, row_text(r, "title"),
                    false);
    }
    int posts = b->n;
    for (int i = 0; i < p->parts[PART_EDUCATION].n; i++) {
        const struct row *r = p->parts[PART_EDUCATION].rows[i];
        const char *mode = row_text(r, "mode");
        if (mode != NULL && codes_find(codes_list("roster.education_mode"), mode) == roster_codes.full_time &&
            free_of_others(b, b->n, row_date(r, "from_on")))
            stretch(b, row_date(r, "from_on"), row_date(r, "to_on"), false, row_text(r, "education"), true);
    }
    int known = b->n;
    for (int i = 0; i < p->parts[PART_RESUME].n; i++) { /* before posts were recorded */
        const struct row *r = p->parts[PART_RESUME].rows[i];
        if (row_text(r, "under") == NULL && row_int(r, "note") != 1 &&
            free_of_others(b, known, row_date(r, "from_on")) && posts < 60)
            stretch(b, row_date(r, "from_on"), row_date(r, "to_on"), row_int(r, "open") == 1, row_text(r, "text"),
                    false);
    }
}

static int by_begin(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    return x->from != y->from ? x->from - y->from : x->to - y->to;
}

/* As much of the end of a text as fits: 示例区水务局党组书记、局长 says most at its end. */
static const char *fitting(struct arena *a, const char *s, double width)
{
    int most = (int)(width / CHAR) - 1, n = 0;
    if (width < LEAST_LABEL || s == NULL)
        return "";
    for (const char *p = s; *p != '\0'; p++)
        n += ((unsigned char)*p & 0xC0) != 0x80;
    if (n <= most)
        return s;
    int skip = n - most + 1;
    if (most < 4)
        return "";
    for (; *s != '\0' && skip > 0; s++)
        if (((unsigned char)s[1] & 0xC0) != 0x80)
            skip--;
    return arena_printf(a, "…%s", s);
}

static void years(struct buf *out, int from, int to, double scale)
{
    int step = (to - from) / 12 > 24 ? 5 : (to - from) / 12 > 12 ? 4 : 2;
    for (int y = (from / 12 / step + 1) * step; y * 12 < to - step * 3; y++)
        if (y % step == 0)
            buf_printf(out,
                       "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"26\" y2=\"31\"/><text class=\"yr-t\" x=\"%.1f\" y=\"43\" "
                       "text-anchor=\"middle\">%d</text>",
                       (y * 12 - from) * scale, (y * 12 - from) * scale, (y * 12 - from) * scale, y);
}

static const char *gap_words(const struct portrait *p, const struct band *b)
{
    int gaps = 0, end = b->all[0].to;
    for (int i = 1; i < b->n; i++) {
        gaps += b->all[i].from > end + 1;
        end = b->all[i].to > end ? b->all[i].to : end;
    }
    const char *n = arena_printf(p->rq->arena, "%d", gaps), *y = arena_printf(p->rq->arena, "%d", b->all[0].from / 12);
    return tr(p->rq, gaps == 0 ? "roster.band.whole" : "roster.band.gaps", "year", y, "n", n);
}

char *portrait_band(const struct portrait *p)
{
    struct band b = {.p = p};
    collect(&b);
    if (b.n == 0)
        return NULL;
    qsort(b.all, (size_t)b.n, sizeof *b.all, by_begin);
    int from = b.all[0].from, to = from;
    for (int i = 0; i < b.n; i++)
        to = b.all[i].to > to ? b.all[i].to : to;
    double scale = (double)(WIDE - 2) / (to - from);
    struct buf out = BUF(p->rq->arena);
    buf_puts(&out, "<svg class=\"band\" viewBox=\"0 0 722 48\" role=\"img\" aria-label=\"");
    buf_html(&out, gap_words(p, &b));
    buf_puts(&out, "\">");
    for (int i = 0; i < b.n; i++) {
        const struct stretch *s = &b.all[i];
        double x = (s->from - from) * scale + .5, w = (s->to - s->from) * scale - 1.5;
        w = w < 1 ? 1 : w;
        buf_printf(&out, "<rect class=\"%s\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"24\">",
                   s->study ? "study"
                   : s->now ? "pn"
                   : i % 2  ? "p2"
                            : "p",
                   x, w);
        buf_puts(&out, "<title>");
        buf_html(&out, s->text == NULL ? "" : s->text);
        buf_puts(&out, "</title></rect>");
        buf_printf(&out, "<text class=\"%s\" x=\"%.1f\" y=\"17.5\" text-anchor=\"middle\">", s->now ? "on" : "",
                   x + w / 2);
        buf_html(&out, fitting(p->rq->arena, s->text, w));
        buf_puts(&out, "</text>");
    }
    years(&out, from, to, scale);
    buf_puts(&out, "</svg>");
    return buf_str(&out);
}

/* ---- the month of retirement ---- */
static const char *dots(const struct portrait *p, struct date d)
{
    struct buf b = BUF(p->rq->arena);
    view_date(&b, p->rq->lang, d);
    return buf_str(&b);
}

const char *portrait_retirement(const struct portrait *p)
{
    struct arena *a = p->rq->arena;
    struct date birth = row_date(p->member, "birth");
    int base = (int)row_int(p->member, "base_age");
    struct expr_value sex = p->facts[MEMBER_SEX];
    const char *set = row_text(p->member, "retire_override");
    if (set != NULL)
        return tr(p->rq, "roster.retire.set", "month", text_of(p, p->member, "retire_override"));
    if (sex.state != EXPR_HAS)
        return NULL;
    bool male = sex.n == roster_codes.male;
    struct date got = roster_retirement(birth, male, base);
    if (!date_is(got))
        return NULL;
    struct date old = date_add_months(date_make(date_year(birth), date_month(birth), 0), 12 * base);
    int n = (date_year(old) - 2025) * 12 + date_month(old) - 1, delay = date_months_between(old, got);
    int age = date_months_between(date_make(date_year(birth), date_month(birth), 0), got);
    const char *who = text_get(p->rq->lang, male ? "roster.retire.man" : "roster.retire.woman");
    const char *base_text = arena_printf(a, "%d", base);
    if (n < 0)
        return tr(p->rq, "roster.retire.old", "who", who, "base", base_text, "old", dots(p, old));
    return tr(p->rq, "roster.retire.sum", "who", who, "base", base_text, "old", dots(p, old), "n",
              arena_printf(a, "%d", n + 1), "before", arena_printf(a, "%d", n), "each", base == 50 ? "2" : "4", "delay",
              arena_printf(a, "%d", delay), "month", dots(p, got), "age", telling_months(a, p->rq->lang, age));
}
