/* calendar.c: the days that are not what their weekday says, and the ends of periods. */
#include "record/calendar.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/vec.h"

static const struct field fields[] = {{"day", FIELD_DATE, .required = true, .unique = true},
                                      {"kind", FIELD_CODE, .codes = "record.day_kind", .required = true},
                                      {"name", FIELD_TEXT, .max = 60, .required = true},
                                      {"document", FIELD_TEXT, .max = 200},
                                      {0}};

const struct record day_record = {.name = "kernel.day",
                                  .fields = fields,
                                  .title = "name",
                                  .list = "day kind name document",
                                  .order = "day",
                                  .purpose = "kernel.purpose.day",
                                  .basis = "kernel.basis.own",
                                  .readers = "supervision system",
                                  .keep = "kernel.keep.setting",
                                  .keep_from = "change"};

struct special {
    int32_t day; /* days since 1970-01-01 */
    bool working;
    const char *name;
};
struct calendar {
    const struct special *days; /* in order of day */
    size_t n;
};

static int by_day(const void *a, const void *b)
{
    const struct special *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

/* ---- the shipped table: date, kind, name; first line is the head ---- */
static struct arena *kept; /* as long as the process */
static struct calendar shipped;

static void read_line(const char *line, struct special *out)
{
    struct date d;
    const char *kind = strchr(line, '\t'), *name = kind == NULL ? NULL : strchr(kind + 1, '\t');
    char *day = kind == NULL ? NULL : arena_strndup(kept, line, (size_t)(kind - line));
    if (name == NULL || !date_parse(day, &d))
        abort(); /* the build carries a broken table */
    *out = (struct special){(int32_t)date_to_days(d), strncmp(kind + 1, "workday", 7) == 0,
                            arena_strndup(kept, name + 1, strcspn(name + 1, "\r\n"))};
}

static void read_shipped(void)
{
    kept = arena_new();
    VEC(struct special) days = {0};
    const char *p = strchr(embed_get("holidays.tsv", NULL), '\n');
    while (p != NULL && p[1] != '\0') {
        read_line(p + 1, VEC_PUSH(&days, kept));
        p = strchr(p + 1, '\n');
    }
    shipped = (struct calendar){days.p, days.n};
}

const struct calendar *calendar_shipped(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_shipped);
    return &shipped;
}

/* ---- with the district's own ---- */
struct specials {
    struct special *p;
    size_t n, cap;
};

static const struct special *find(const struct calendar *c, int64_t day)
{
    struct special key = {.day = (int32_t)day};
    return c->n == 0 ? NULL : bsearch(&key, c->days, c->n, sizeof key, by_day);
}

static struct err *read_own(struct db_tx *tx, struct specials *own)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT day, kind, name FROM kernel_day WHERE ended = 0 ORDER BY day", NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct date d;
        if (!date_parse(db_col_text(&rows, 0), &d))
            return ERR(tx->arena, ERR_FAULT, "kernel.day '%s'", db_col_text(&rows, 0));
        *VEC_PUSH(own, tx->arena) =
            (struct special){(int32_t)date_to_days(d), strcmp(db_col_text(&rows, 1), "workday") == 0,
                             arena_strdup(tx->arena, db_col_text(&rows, 2))};
    }
}

struct err *calendar_read(struct db_tx *tx, const struct calendar **out)
{
    const struct calendar *base = calendar_shipped();
    struct specials all = {0};
    TRY(read_own(tx, &all));
    if (all.n == 0) {
        *out = base;
        return NULL;
    }
    const struct calendar own = {all.p, all.n};
    struct specials both = {0};
    for (size_t i = 0; i < base->n; i++)
        if (find(&own, base->days[i].day) == NULL)
            *VEC_PUSH(&both, tx->arena) = base->days[i];
    for (size_t i = 0; i < own.n; i++)
        *VEC_PUSH(&both, tx->arena) = own.days[i];
    qsort(both.p, both.n, sizeof *both.p, by_day);
    struct calendar *c = arena_new_of(tx->arena, struct calendar);
    *c = (struct calendar){both.p, both.n};
    *out = c;
    return NULL;
}

/* ---- asking ---- */
static bool off(const struct calendar *c, int year, int month, int day)
{
    const struct special *s = find(c, date_to_days(date_make(year, month, day)));
    return s != NULL && !s->working;
}

/* Every yearly notice names New Year's Day and National Day; a single day a district added is no year. */
bool calendar_loaded(const struct calendar *c, int year)
{
    return off(c, year, 1, 1) && off(c, year, 10, 1);
}

int calendar_named(const struct calendar *c, int year, bool working)
{
    int n = 0;
    int64_t from = date_to_days(date_make(year, 1, 1)), to = date_to_days(date_make(year, 12, 31));
    for (size_t i = 0; i < c->n; i++)
        n += c->days[i].day >= from && c->days[i].day <= to && c->days[i].working == working;
    return n;
}

bool calendar_years(const struct calendar *c, int *first, int *last)
{
    if (c->n == 0)
        return false;
    *first = date_year(date_from_days(c->days[0].day));
    *last = date_year(date_from_days(c->days[c->n - 1].day));
    return true;
}

static bool working(const struct calendar *c, int64_t day)
{
    const struct special *s = find(c, day);
    return s != NULL ? s->working : date_weekday(date_from_days(day)) <= 5;
}

bool calendar_working(const struct calendar *c, struct date d)
{
    return working(c, date_to_days(d));
}

const char *calendar_name(const struct calendar *c, struct date d)
{
    const struct special *s = find(c, date_to_days(d));
    return s == NULL ? NULL : s->name;
}

struct date calendar_next_working(const struct calendar *c, struct date d)
{
    int64_t day = date_to_days(d);
    while (!working(c, day))
        day++;
    return date_from_days(day);
}

int calendar_working_between(const struct calendar *c, struct date from, struct date to)
{
    int n = 0;
    for (int64_t day = date_to_days(from) + 1, last = date_to_days(to); day <= last; day++)
        n += working(c, day);
    return n;
}

/* ---- ends of periods ---- */
struct due calendar_due(const struct calendar *c, struct date start, int n, enum due_unit unit)
{
    struct due due = {.start = start, .n = n, .unit = unit};
    int64_t day = date_to_days(start);
    switch (unit) {
    case DUE_WORKING_DAYS:
        for (int left = n; left > 0;) {
            if (working(c, ++day))
                left--;
            else
                due.skipped++;
        }
        due.plain = date_from_days(day);
        break;
    case DUE_DAYS: due.plain = date_add_days(start, n); break;
    case DUE_MONTHS: due.plain = date_add_months(start, n); break;
    case DUE_YEARS: due.plain = date_add_months(start, 12 * n); break;
    }
    due.day = calendar_next_working(c, due.plain);
    int from = date_year(unit == DUE_WORKING_DAYS ? date_add_days(start, 1) : due.plain);
    for (int year = from; year <= date_year(due.day); year++)
        due.provisional = due.provisional || !calendar_loaded(c, year);
    return due;
}

int due_left(const struct due *due, struct date d)
{
    return (int)(date_to_days(due->day) - date_to_days(d));
}

static const char *const units[] = {"working_days", "days", "months", "years"};

const char *due_unit_name(enum due_unit unit)
{
    return units[unit];
}

int due_unit_find(const char *name)
{
    for (int i = 0; i < (int)(sizeof units / sizeof *units); i++)
        if (strcmp(units[i], name) == 0)
            return i;
    return -1;
}
