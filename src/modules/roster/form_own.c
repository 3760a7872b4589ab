/* form_own.c: the long texts of a form, from the rows of a file. A text kept from a form is taken as it came as long as
 * it says the same as the rows. */
#include <string.h>

#include "record/codes.h"
#include "roster/form_write.h"

enum { YEARS_PRINTED = 3, YEARS_MOST = 80 };

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_day(struct date a, struct date b)
{
    return a.v == b.v || (a.v <= 0 && b.v <= 0);
}

const char *form_digits(struct arena *a, struct date d)
{
    if (!date_is(d))
        return NULL;
    if (date_month(d) == 0)
        return arena_printf(a, "%04d", date_year(d));
    if (date_day(d) == 0)
        return arena_printf(a, "%04d%02d", date_year(d), date_month(d));
    return arena_printf(a, "%04d%02d%02d", date_year(d), date_month(d), date_day(d));
}

static bool flag(const struct row *r, const char *field)
{
    return same(row_text(r, field), "1");
}

/* ---- the resume ---- */
static bool same_period(const struct row *r, bool within, struct date start, struct date end, const char *text)
{
    return (row_text(r, "under") != NULL) == within && same_day(row_date(r, "from_on"), start) &&
           same_day(row_date(r, "to_on"), end) && flag(r, "open") == (end.v == DATE_NONE.v) && !flag(r, "note") &&
           same(row_text(r, "text"), text);
}

static bool says_the_rows(struct arena *a, const char *text, struct row *const *rows, int n)
{
    struct form f = {0};
    int at = 0;
    form_resume(a, &f, text);
    for (size_t i = 0; i < f.n_resume; i++) {
        const struct form_period *p = &f.resume[i];
        if (at >= n || !same_period(rows[at++], false, p->start, p->end, p->text))
            return false;
        for (size_t k = 0; k < p->n_nested; k++)
            if (at >= n || !same_period(rows[at++], true, p->nested[k].start, p->nested[k].end, p->nested[k].text))
                return false;
    }
    for (size_t i = 0; i < f.n_notes; i++)
        if (at >= n || !same(row_text(rows[at++], "text"), f.notes[i]))
            return false;
    return at == n;
}

static void dates(struct buf *b, const struct row *r)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    struct date end = row_date(r, "to_on");
    buf_puts(b, date_dots(row_date(r, "from_on"), from));
    if (date_is(end))
        buf_printf(b, "--%s", date_dots(end, to));
    else if (flag(r, "open"))
        buf_puts(b, "--");
}

/* What is nested in the period rows[i], in one bracket. */
static void nested(struct buf *b, struct row *const *rows, int n, int i)
{
    int some = 0;
    for (int k = 0; k < n; k++) {
        if (row_int(rows[k], "under") != rows[i]->id || row_text(rows[k], "under") == NULL)
            continue;
        buf_puts(b, some++ == 0 ? "（其间：" : "；");
        dates(b, rows[k]);
        buf_puts(b, row_text(rows[k], "text"));
    }
    if (some > 0)
        buf_puts(b, "）");
}

static const char *resume_of_rows(struct arena *a, struct row *const *rows, int n)
{
    struct buf b = BUF(a);
    for (int i = 0; i < n; i++) {
        if (row_text(rows[i], "under") != NULL || !date_is(row_date(rows[i], "from_on")))
            continue;
        dates(&b, rows[i]);
        buf_puts(&b, !date_is(row_date(rows[i], "to_on")) && flag(rows[i], "open") ? "         " : "  ");
        buf_puts(&b, row_text(rows[i], "text"));
        nested(&b, rows, n, i);
        buf_putc(&b, '\n');
    }
    bool blank = b.n == 0;
    for (int i = 0; i < n; i++) {
        if (row_text(rows[i], "under") != NULL || date_is(row_date(rows[i], "from_on")))
            continue;
        buf_puts(&b, blank ? "" : "\n");
        blank = true;
        buf_puts(&b, row_text(rows[i], "text"));
        buf_putc(&b, '\n');
    }
    return b.n == 0 ? NULL : buf_str(&b);
}

const char *form_own_resume(struct arena *a, const char *kept, struct row *const *rows, int n)
{
    return kept != NULL && says_the_rows(a, kept, rows, n) ? kept : resume_of_rows(a, rows, n);
}

/* ---- appraisals ---- */
static int year_at(struct row *const *rows, int n, int year)
{
    for (int i = 0; i < n; i++)
        if (row_int(rows[i], "year") == year)
            return i;
    return -1;
}

static const char *grade_of(const struct row *r)
{
    return codes_label("roster.grade", row_text(r, "grade"), false);
}

/* Every year the text names is on record with that grade, and none on record is later than the text's last. */
static bool says_the_years(struct arena *a, const char *text, struct row *const *rows, int n)
{
    struct form f = {0};
    int last = 0;
    form_appraisal(a, &f, text);
    for (size_t i = 0; i < f.n_appraisal; i++) {
        int at = year_at(rows, n, f.appraisal[i].year);
        if (at < 0 || !same(grade_of(rows[at]), f.appraisal[i].grade))
            return false;
        last = f.appraisal[i].year > last ? f.appraisal[i].year : last;
    }
    for (int i = 0; i < n; i++)
        if (row_int(rows[i], "year") > last)
            return false;
    return true;
}

const char *form_own_appraisal(struct arena *a, const char *kept, struct row *const *rows, int n)
{
    if (kept != NULL && says_the_years(a, kept, rows, n))
        return kept;
    int years[YEARS_MOST] = {0}, k = 0;
    for (int i = 0; i < n; i++) { /* the latest, in order */
        int year = (int)row_int(rows[i], "year"), at = k;
        if (k == YEARS_MOST)
            break;
        for (; at > 0 && years[at - 1] > year; at--)
            years[at] = years[at - 1];
        years[at] = year;
        k++;
    }
    struct buf b = BUF(a);
    for (int i = k > YEARS_PRINTED ? k - YEARS_PRINTED : 0; i < k; i++)
        buf_printf(&b, "%s%d年度%s", b.n > 0 ? "；" : "", years[i], grade_of(rows[year_at(rows, n, years[i])]));
    if (b.n == 0)
        return NULL;
    buf_puts(&b, "。");
    return buf_str(&b);
}

/* ---- awards ---- */
const char *form_own_awards(struct arena *a, const char *kept, struct row *const *rows, int n)
{
    if (kept != NULL)
        return kept;
    struct buf b = BUF(a);
    for (int i = 0; i < n; i++) {
        struct date on = row_date(rows[i], "awarded_on");
        const char *organ = row_text(rows[i], "organ");
        if (date_is(row_date(rows[i], "cancelled_on")))
            continue;
        buf_puts(&b, b.n > 0 ? "；" : "");
        if (date_is(on))
            buf_printf(&b, "%d年", date_year(on));
        if (date_is(on) && date_month(on) > 0)
            buf_printf(&b, "%d月", date_month(on));
        if (date_is(on))
            buf_puts(&b, "，");
        if (organ != NULL)
            buf_printf(&b, "经%s批准%s", organ, "，");
        buf_puts(&b, row_text(rows[i], "name"));
    }
    if (b.n == 0)
        return NULL;
    buf_puts(&b, "。");
    return buf_str(&b);
}
