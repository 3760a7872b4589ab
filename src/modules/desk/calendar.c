/* calendar.c: /admin/calendar: the years of working days that are there, what is missing, and loading a year. A text is
 * loaded whole or not at all; deadlines are counted anew at once. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/vec.h"
#include "desk/desk.h"
#include "modules/desk/queries.h"
#include "record/calendar.h"
#include "record/codes.h"
#include "view/view.h"

enum { ERRORS_MOST = 20 };

struct day {
    const char *iso, *kind, *name, *document;
    struct date date;
};
struct days {
    struct day *p;
    size_t n, cap;
};

/* ---- the page ---- */
static int working_days(const struct calendar *cal, int year)
{
    return calendar_working_between(cal, date_make(year - 1, 12, 31), date_make(year, 12, 31));
}

static json_t *year_json(struct req *rq, const struct calendar *cal, int year, int last)
{
    bool whole = calendar_loaded(cal, year);
    int off = calendar_named(cal, year, false), work = calendar_named(cal, year, true);
    const char *state = whole ? "whole" : off + work > 0 ? "part" : year < last ? "gap" : "next";
    return json_pack("{si si si si ss ss sb}", "year", year, "off", off, "work", work, "working",
                     working_days(cal, year), "state", state, "say",
                     tr(rq, arena_printf(rq->arena, "desk.calendar.%s", state)), "whole", whole);
}

static struct err *page_data(struct req *rq, json_t **out)
{
    const struct calendar *cal;
    int first = 0, last = 0, next = date_year(rq->today) + 1;
    json_t *years = json_array();
    *out = json_pack("{so}", "years", years);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(rq->db, rq->arena, &tx));
    TRY(calendar_read(&tx, &cal));
    calendar_years(cal, &first, &last);
    for (int year = last > next ? last : next; year >= first; year--)
        json_array_append_new(years, year_json(rq, cal, year, last));
    rq->labels = json_pack("{sb}", "may_load", req_may(rq, "admin.kernel.day.write"));
    json_object_set_new(rq->labels, "typed", view_text_json(rq->method == POST ? req_form(rq, "text") : NULL));
    return NULL;
}

static struct err *page(struct req *rq, const struct err *wrong)
{
    json_t *data;
    struct err *e = page_data(rq, &data);
    if (e != NULL) {
        json_decref(data);
        return e;
    }
    const char *n = req_query(rq, "days"), *moved = req_query(rq, "moved");
    if (n != NULL && moved != NULL && n[strspn(n, "0123456789")] == '\0' && moved[strspn(moved, "0123456789")] == '\0')
        json_object_set_new(rq->labels, "loaded", json_string(tr(rq, "desk.calendar.loaded", "n", n, "moved", moved)));
    return wrong != NULL ? respond_form(rq, "desk/calendar", data, wrong) : respond_page(rq, "desk/calendar", data);
}

struct err *desk_calendar(struct req *rq)
{
    return page(rq, NULL);
}

/* ---- loading ---- */
static void wrong_line(struct req *rq, int line, const char *key, const char *word, struct err **all)
{
    const char *why = tr(rq, key, "word", word == NULL ? "" : word);
    err_join(all, err_field(err_say(ERR(rq->arena, ERR_INVALID, "line %d", line), "desk.calendar.line", "line",
                                    arena_printf(rq->arena, "%d", line), "why", why, NULL),
                            "text"));
}

/* The next cell of a line; tabs or commas between. NULL after the last. */
static char *cell(char **line)
{
    char *s = strsep(line, *line != NULL && strchr(*line, '\t') != NULL ? "\t" : ",\t");
    if (s == NULL)
        return NULL;
    s += strspn(s, " \r");
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\r'))
        s[--n] = '\0';
    return s;
}

static bool seen(const struct days *days, const struct day *d)
{
    for (size_t i = 0; i < days->n; i++)
        if (days->p[i].date.v == d->date.v)
            return true;
    return false;
}

static void read_line(struct req *rq, char *text, int line, struct days *out, struct err **all)
{
    struct day d = {0};
    char iso[DATE_TEXT];
    const char *day = cell(&text), *kind = cell(&text);
    d.name = cell(&text);
    d.document = cell(&text);
    if (day == NULL || *day == '\0')
        return;
    if (line == 1 && kind != NULL && (strcmp(kind, "kind") == 0 || strcmp(kind, "类型") == 0))
        return;
    if (!date_parse(day, &d.date) || !date_is_full(d.date)) {
        wrong_line(rq, line, "desk.calendar.no_day", day, all);
        return;
    }
    const char *value = NULL;
    struct err *e =
        record_parse(rq->arena, &day_record, record_field(&day_record, "kind"), kind == NULL ? "" : kind, &value);
    d.iso = arena_strdup(rq->arena, date_iso(d.date, iso));
    d.kind = value;
    if (e != NULL || value == NULL)
        wrong_line(rq, line, "desk.calendar.no_kind", kind, all);
    else if (strcmp(value, "workday") == 0 && date_weekday(d.date) <= 5)
        wrong_line(rq, line, "desk.calendar.weekday", d.iso, all);
    else if (d.name == NULL || *d.name == '\0')
        wrong_line(rq, line, "desk.calendar.no_name", NULL, all);
    else if (seen(out, &d))
        wrong_line(rq, line, "desk.calendar.twice", d.iso, all);
    else
        *VEC_PUSH(out, rq->arena) = d;
}

static struct err *text_of(struct req *rq, char **out)
{
    const struct upload *u = req_file(rq, "file");
    const char *typed = req_form(rq, "text");
    if (u == NULL || u->size == 0) {
        *out = arena_strdup(rq->arena, typed == NULL ? "" : typed);
        return NULL;
    }
    char *s = arena_alloc(rq->arena, (size_t)u->size + 1);
    for (int64_t at = 0; at < u->size;) {
        ssize_t n = pread(u->fd, s + at, (size_t)(u->size - at), at);
        if (n <= 0)
            return ERR(rq->arena, ERR_FAULT, "an upload cannot be read");
        at += n;
    }
    *out = strncmp(s, "\xef\xbb\xbf", 3) == 0 ? s + 3 : s;
    return NULL;
}

static struct err *read_days(struct req *rq, struct days *out, struct err **all)
{
    char *text;
    int line = 0, errors = 0;
    TRY(text_of(rq, &text));
    for (char *one; (one = strsep(&text, "\n")) != NULL && errors < ERRORS_MOST;) {
        struct err *mine = NULL;
        read_line(rq, one, ++line, out, &mine);
        errors += mine != NULL;
        err_join(all, mine);
    }
    if (out->n == 0 && *all == NULL)
        *all = err_field(err_say(ERR(rq->arena, ERR_INVALID, "no day"), "desk.calendar.empty", NULL), "text");
    return NULL;
}

static struct err *save_day(struct change *c, const struct day *d)
{
    struct desk_q_day_row *there;
    struct row *r = row_new(c->tx.arena, &day_record);
    TRY(desk_q_day_row(&c->tx, d->iso, &there));
    if (there != NULL)
        TRY(record_read(&c->tx, &day_record, c->who, there->id, &r));
    row_set(r, "day", d->iso);
    row_set(r, "kind", d->kind);
    row_set(r, "name", d->name);
    row_set(r, "document", d->document);
    return record_save(c, &day_record, r, r->rev);
}

static struct err *save_days(struct req *rq, const struct days *days, struct err **wrong)
{
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "calendar", &c));
    for (size_t i = 0; i < days->n; i++) {
        struct err *e = save_day(&c, &days->p[i]);
        if (e != NULL && e->kind == ERR_INVALID) {
            *wrong = e;
            return NULL;
        }
        TRY(e);
    }
    return change_commit(&c);
}

struct err *desk_calendar_load(struct req *rq)
{
    struct days days = {0};
    struct err *wrong = NULL;
    int64_t moved = 0;
    TRY(read_days(rq, &days, &wrong));
    if (wrong == NULL)
        TRY(save_days(rq, &days, &wrong));
    if (wrong != NULL)
        return page(rq, wrong);
    struct err *e = flow_recount(rq->db, rq->arena, &moved);
    if (e != NULL) /* the days stand; the job counts what is left */
        return err_say(e, "err.part", NULL);
    return respond_see_other(rq, "/admin/calendar?days=%zu&moved=%lld", days.n, (long long)moved);
}
