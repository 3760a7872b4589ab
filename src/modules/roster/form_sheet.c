/* form_sheet.c: see form_sheet.h. */
#include "roster/form_sheet.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { LARGEST = 28, SMALLEST = 10, RESUME_SMALLEST = 18, RESUME_LONG = 21, INSIDE = 148 /* twips: left and right */ };
enum { RESUME_WIDTH = 8609, RESUME_HEIGHT = 7133, MORE_HEIGHT = 13000, KIN_ROW = 697, DATES_EM = 9, JOINER = 0x2060 };

/* twips */
static const struct {
    int width, height;
    bool left; /* set from the left, with a margin inside */
    const char *key;
} place[SHEET_CELLS] = {[CELL_NAME] = {1305, 709, false, "name"},
                        [CELL_SEX] = {1302, 709, false, "sex"},
                        [CELL_BIRTH] = {1330, 709, false, "birth"},
                        [CELL_ETHNICITY] = {1305, 692, false, "ethnicity"},
                        [CELL_NATIVE] = {1302, 692, false, "native_place"},
                        [CELL_BIRTH_PLACE] = {1330, 692, false, "birth_place"},
                        [CELL_PARTY] = {1305, 680, false, "party"},
                        [CELL_WORK] = {1302, 680, false, "work_start"},
                        [CELL_RETIRE] = {1330, 680, false, "retire_due"},
                        [CELL_HEALTH] = {1305, 680, false, "health"},
                        [CELL_TITLE] = {1302, 680, false, "title"},
                        [CELL_EXPERTISE] = {1330, 680, false, "expertise"},
                        [CELL_FULL_EDUCATION] = {2365, 346, false, "full_education"},
                        [CELL_FULL_DEGREE] = {2365, 346, false, "full_degree"},
                        [CELL_FULL_SCHOOL] = {3388, 346, true, "full_school"},
                        [CELL_FULL_DEGREE_SCHOOL] = {3388, 346, true, "full_school"},
                        [CELL_IN_EDUCATION] = {2365, 346, false, "in_education"},
                        [CELL_IN_DEGREE] = {2365, 346, false, "in_degree"},
                        [CELL_IN_SCHOOL] = {3388, 346, true, "in_school"},
                        [CELL_IN_DEGREE_SCHOOL] = {3388, 346, true, "in_school"},
                        [CELL_POST] = {7068, 679, true, "post"},
                        [CELL_PROPOSED] = {7068, 679, true, "proposed"},
                        [CELL_REMOVED] = {7068, 679, true, "removed"},
                        [CELL_AWARDS] = {8679, 1418, true, "awards"},
                        [CELL_APPRAISAL] = {8679, 1021, true, "appraisal"},
                        [CELL_REASON] = {8679, 1361, true, "reason"}};

/* ---- how much room a text takes; hundredths of an em, rather too wide than too narrow ---- */
static int width_of(int c)
{
    if (c == JOINER)
        return 0;
    if (c >= 0x250)
        return 100;
    if (c >= 'A' && c <= 'Z')
        return 76;
    return c == ' ' || c == '.' || c == '-' ? 40 : 64;
}

/* Characters that may not begin a line take the one before along. */
static bool clings(int c)
{
    static const int list[] = {0xFF0C, 0x3002, 0x3001, 0xFF1B, 0xFF1A, 0xFF09, 0x201D, 0x300B, 0x3009, 0xFF01, 0xFF1F};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (c == list[i])
            return true;
    return false;
}

/* Lines of a text where a line holds `room` hundredths of an em. */
static int lines_of(const char *text, int room)
{
    int lines = 1, w = 0, used;
    for (const char *s = text; *s != '\0'; s += used) {
        int c = utf8_get(s, SIZE_MAX, &used), add = width_of(c);
        if (c == '\n') {
            lines++;
            w = 0;
            continue;
        }
        if (w + add > room) {
            lines++;
            w = clings(c) ? 100 : 0;
        }
        w += add;
    }
    return lines;
}

static int room(int width, int size)
{
    return (width / 10 - 2) * 100 / size; /* twips / 10 are half points */
}

/* The largest size at which the text fits, 0: none. */
static int fit(const char *text, int width, int height)
{
    for (int size = LARGEST; size >= SMALLEST; size--)
        if (lines_of(text, room(width, size)) * size * 114 <= (height / 10 - 3) * 100)
            return size;
    return 0;
}

static struct sheet_text fitted(const char *text, int width, int height, bool *over)
{
    struct sheet_text t = {.text = text == NULL ? "" : text};
    t.size = fit(t.text, width, height);
    *over = t.size == 0;
    if (t.size == 0)
        t.size = SMALLEST;
    return t;
}

static void put(struct sheet *s, enum sheet_cell c, const char *text)
{
    bool over;
    int width = place[c].width;
    if (!s->v4 && c == CELL_TITLE)
        width = 2368;
    if (!s->v4 && c == CELL_EXPERTISE)
        width = 2645;
    s->cells[c] = fitted(text, width - (place[c].left ? INSIDE : 0), place[c].height, &over);
    if (over)
        s->over[s->n_over++] = place[c].key;
}

/* ---- values ---- */
static const char *dots(struct arena *a, struct date d)
{
    char t[DATE_TEXT];
    if (!date_is(d))
        return NULL;
    if (date_day(d) != 0)
        d = date_make(date_year(d), date_month(d), 0);
    return arena_strdup(a, date_dots(d, t));
}

static const char *age(struct arena *a, struct date birth, struct date on)
{
    if (!date_is(birth) || date_month(birth) == 0 || !date_is(on))
        return NULL;
    int years = date_years_between(birth, on);
    return years < 0 ? NULL : arena_printf(a, "%d", years);
}

static const char *with_age(struct arena *a, struct date d, const char *years)
{
    const char *day = dots(a, d);
    return day == NULL || years == NULL ? day : arena_printf(a, "%s\n（%s岁）", day, years);
}

/* Two characters are set apart: 白　简. */
static const char *wide_name(struct arena *a, const char *name)
{
    int used;
    if (name == NULL || utf8_length(name) != 2 || !utf8_han(utf8_get(name, SIZE_MAX, &used)))
        return name;
    return arena_printf(a, "%.*s　%s", used, name, name + used);
}

/* Four characters stand in two lines of two. */
static const char *in_two(struct arena *a, const char *s)
{
    int n, all = 0;
    if (s == NULL || utf8_length(s) != 4 || strchr(s, '\n') != NULL)
        return s;
    for (int i = 0; i < 2; i++, all += n)
        (void)utf8_get(s + all, SIZE_MAX, &n);
    return arena_printf(a, "%.*s\n%s", all, s, s + all);
}

static const char *party(struct arena *a, const struct form *f)
{
    struct buf b = BUF(a);
    if (date_is(f->cpc_joined))
        buf_puts(&b, dots(a, f->cpc_joined));
    for (int i = 0; i < f->n_parties; i++)
        buf_printf(&b, "%s%s", b.n > 0 ? "；" : "", f->parties[i]);
    return b.n > 0 ? buf_str(&b) : f->party_text;
}

static void head(struct arena *a, struct sheet *s, const struct form *f, struct date on)
{
    put(s, CELL_NAME, wide_name(a, f->name));
    put(s, CELL_SEX, f->sex);
    put(s, CELL_BIRTH, date_is(f->birth) ? with_age(a, f->birth, age(a, f->birth, on)) : f->birth_text);
    put(s, CELL_ETHNICITY, f->ethnicity);
    put(s, CELL_NATIVE, f->native_place);
    put(s, CELL_BIRTH_PLACE, f->birth_place);
    put(s, CELL_PARTY, party(a, f));
    put(s, CELL_WORK, date_is(f->work_start) ? dots(a, f->work_start) : f->work_start_text);
    put(s, CELL_RETIRE, with_age(a, f->retire_due, age(a, f->birth, f->retire_due)));
    put(s, CELL_HEALTH, f->health);
    put(s, CELL_TITLE, f->title);
    put(s, CELL_EXPERTISE, f->expertise);
    const struct form_education *e[2] = {&f->fulltime, &f->inservice};
    for (int i = 0; i < 2; i++) {
        enum sheet_cell c = i == 0 ? CELL_FULL_EDUCATION : CELL_IN_EDUCATION;
        put(s, c, e[i]->education);
        put(s, c + 1, e[i]->degree);
        put(s, c + 2, e[i]->education_school);
        put(s, c + 3, e[i]->degree_school);
    }
}

/* ---- the resume ---- */
static const char *bracket(struct arena *a, const struct form_period *p)
{
    struct buf b = BUF(a);
    char t[DATE_TEXT];
    buf_puts(&b, p->text == NULL ? "" : p->text);
    for (size_t i = 0; i < p->n_nested; i++) {
        const struct form_nested *n = &p->nested[i];
        buf_puts(&b, i == 0 ? "（其间：" : "；");
        buf_puts(&b, date_dots(n->start, t));
        buf_puts(&b, "\u2060-\u2060-"); /* word joiners: a period is not broken */
        if (date_is(n->end))
            buf_printf(&b, "\u2060%s", date_dots(n->end, t));
        buf_puts(&b, n->text);
    }
    buf_puts(&b, p->n_nested > 0 ? "）" : "");
    return buf_str(&b);
}

static void periods(struct arena *a, struct sheet *s, const struct form *f)
{
    s->periods = arena_array(a, struct sheet_period, f->n_resume + f->n_notes + 2);
    for (size_t i = 0; i < f->n_resume; i++) {
        const struct form_period *p = &f->resume[i];
        char from[DATE_TEXT], to[DATE_TEXT];
        date_dots(p->start, from);
        date_dots(p->end, to);
        s->periods[s->n_periods++] = (struct sheet_period){
            arena_printf(a, "%s%s%s", from, p->end.v == DATE_UNKNOWN.v ? "" : "--", to), bracket(a, p)};
    }
    for (size_t i = 0; i < f->n_notes; i++)
        s->periods[s->n_periods++] = (struct sheet_period){NULL, f->notes[i]};
    if (s->n_periods == 0 && f->resume_text != NULL)
        s->periods[s->n_periods++] = (struct sheet_period){NULL, f->resume_text};
}

static int period_lines(const struct sheet_period *p, int size, bool first_note)
{
    int all = room(RESUME_WIDTH - INSIDE, size);
    return first_note + lines_of(p->text, p->dates == NULL ? all : all - DATES_EM * 100);
}

/* How many periods from `from` on fit into a height at a size. */
static int that_fit(const struct sheet *s, int from, int size, int line, int height)
{
    int at = from, used = 0;
    for (; at < s->n_periods; at++) {
        bool note = s->periods[at].dates == NULL && at > 0 && s->periods[at - 1].dates != NULL;
        used += period_lines(&s->periods[at], size, note) * line;
        if (used > height - 260)
            break;
    }
    return at - from;
}

static void resume(struct arena *a, struct sheet *s, const struct form *f)
{
    periods(a, s, f);
    s->resume_size = LARGEST;
    s->resume_line = LARGEST * 14; /* 1.4 of 14 points, in twips */
    if (that_fit(s, 0, s->resume_size, s->resume_line, RESUME_HEIGHT) < s->n_periods)
        s->resume_line = LARGEST * 12;
    while (that_fit(s, 0, s->resume_size, s->resume_line, RESUME_HEIGHT) < s->n_periods &&
           s->resume_size >= RESUME_SMALLEST) {
        s->resume_size--;
        s->resume_line = s->resume_size * 12;
    }
    if (s->resume_size < RESUME_SMALLEST) {
        s->resume_size = RESUME_LONG;
        s->resume_line = RESUME_LONG * 12;
    }
    s->periods_here = that_fit(s, 0, s->resume_size, s->resume_line, RESUME_HEIGHT);
    for (int at = s->periods_here; at < s->n_periods && s->n_more < SHEET_MORE;) {
        int n = that_fit(s, at, s->resume_size, s->resume_line, MORE_HEIGHT);
        n = n == 0 ? 1 : n;
        s->more[s->n_more++] = (struct sheet_more){.period_from = at, .period_to = at + n};
        at += n;
    }
}

/* ---- the family ---- */
static void kin(struct arena *a, struct sheet *s, const struct form *f, struct date on)
{
    int n = (int)f->n_family;
    bool over = false;
    s->n_kin = n;
    s->kin_here = n > SHEET_KIN_MOST ? SHEET_KIN_MOST : n;
    s->kin_height = s->kin_here > SHEET_KIN ? SHEET_KIN * KIN_ROW / s->kin_here : KIN_ROW;
    s->kin = arena_array(a, struct sheet_kin, n + 1);
    for (int i = 0; i < n; i++) {
        const struct form_kin *k = &f->family[i];
        int h = i < s->kin_here ? s->kin_height : KIN_ROW;
        bool any[5];
        s->kin[i] = (struct sheet_kin){
            fitted(k->relation, 1092, h, &any[0]), fitted(wide_name(a, k->name), 1274, h, &any[1]),
            fitted(k->deceased ? "" : age(a, k->birth, on), 574, h, &any[2]),
            fitted(in_two(a, k->politics), 1008, h, &any[3]), fitted(k->work, 4731 - INSIDE, h, &any[4])};
        for (int j = 0; j < 5; j++)
            over |= any[j];
    }
    if (over)
        s->over[s->n_over++] = "family";
    for (int at = s->kin_here, rows = MORE_HEIGHT / KIN_ROW; at < n && s->n_more < SHEET_MORE; at += rows)
        s->more[s->n_more++] = (struct sheet_more){.kin_from = at, .kin_to = at + rows < n ? at + rows : n};
}

struct sheet *sheet_of_form(struct arena *a, const struct form *f, bool v4, struct date day)
{
    struct sheet *s = arena_new_of(a, struct sheet);
    struct date on = date_is(f->age_as_of) ? f->age_as_of : day, filled = f->filled_on;
    s->v4 = v4;
    s->name = f->name == NULL ? "" : f->name;
    head(a, s, f, on);
    put(s, CELL_POST, f->post);
    put(s, CELL_PROPOSED, f->proposed);
    put(s, CELL_REMOVED, f->removed);
    put(s, CELL_AWARDS, f->awards);
    put(s, CELL_APPRAISAL, f->appraisal_text);
    put(s, CELL_REASON, f->reason);
    resume(a, s, f);
    kin(a, s, f, on);
    s->reporting_unit = f->reporting_unit == NULL ? "" : f->reporting_unit;
    s->filled_by = f->filled_by == NULL ? "" : f->filled_by;
    s->day = !date_is_full(filled)
                 ? ""
                 : arena_printf(a, "%d年%d月%d日", date_year(filled), date_month(filled), date_day(filled));
    s->photo = f->photo;
    return s;
}
