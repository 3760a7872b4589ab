/* clock.c: deadlines. They begin with a state, stop and go on with reasons, end as met or missed; a ladder tells whom
 * it names before and after the end. Every number a page shows is a field of the deadline's row. */
#include <stdlib.h>
#include <string.h>

#include "flow/inner.h"

enum { CHUNK = 100 };     /* deadlines told of in one commit */
enum { RECOUNTED = 100 }; /* and counted anew */

const struct who who_public = {.name = "public", .role = "public", .scope = SCOPE_ALL, .sees = CLASS_SEALED};
const struct who who_clock = {.name = "clock", .role = "clock", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

/* The end with the days it stood still. */
static struct due end_of(const struct calendar *cal, struct date start, int n, enum due_unit unit, int paused)
{
    if (paused == 0)
        return calendar_due(cal, start, n, unit);
    if (unit == DUE_WORKING_DAYS || unit == DUE_DAYS) {
        struct due due = calendar_due(cal, start, n + paused, unit);
        due.n = n;
        return due;
    }
    struct due due = calendar_due(cal, start, n, unit), more = calendar_due(cal, due.plain, paused, DUE_DAYS);
    due.plain = more.plain;
    due.day = more.day;
    due.provisional = due.provisional || more.provisional;
    return due;
}

/* ---- the ladder ---- */
struct rung {
    int offset; /* days after the end; negative: before */
    const char *to;
};

static bool next_rung(struct arena *a, const char **ladder, struct rung *out)
{
    char *word;
    if (!flow_next_word(a, ladder, &word, NULL))
        return false;
    char *colon = strchr(word, ':');
    out->offset = (int)strtol(word, NULL, 10);
    out->to = colon == NULL ? "owner" : colon + 1;
    return true;
}

/* The next day after `today` on which something is to be done about it. */
static struct date tell_on(struct arena *a, const char *ladder, struct date end, bool missed, struct date today)
{
    struct date next = missed ? DATE_NONE : date_add_days(end, 1);
    struct rung r;
    if (date_is(next) && next.v <= today.v)
        next = date_add_days(today, 1); /* it was late already when it began */
    while (next_rung(a, &ladder, &r)) {
        struct date day = date_add_days(end, r.offset);
        if (day.v > today.v && (!date_is(next) || day.v < next.v))
            next = day;
    }
    return next;
}

static void put_end(struct arena *a, struct row *r, const struct due *due)
{
    row_set_date(a, r, "plain_on", due->plain);
    row_set_date(a, r, "due_on", due->day);
    row_set_int(a, r, "skipped", due->skipped);
    row_set(r, "provisional", due->provisional ? "1" : "0");
}

static void put_tell(struct arena *a, struct row *r, bool missed)
{
    struct date day = tell_on(a, row_text(r, "ladder"), row_date(r, "due_on"), missed, clock_today());
    if (date_is(day))
        row_set_date(a, r, "tell_on", day);
    else
        row_set(r, "tell_on", NULL);
}

/* ---- beginning and ending with a state ---- */
/* The declared length, or what the district set in its place. */
static struct err *length_of(struct db_tx *tx, const struct flow_due *d, int *out)
{
    const char *set = NULL;
    *out = d->n;
    if (d->param == NULL)
        return NULL;
    TRY(setting_get(tx, d->param, NULL, &set));
    char *end = NULL;
    long n = set == NULL ? 0 : strtol(set, &end, 10);
    if (set != NULL && *end == '\0' && n > 0 && n <= 10000)
        *out = (int)n;
    return NULL;
}

static struct err *begin(struct change *c, struct flow_matter *m, const struct flow_due *d, struct date start)
{
    struct arena *a = c->tx.arena;
    const struct calendar *cal;
    TRY(calendar_read(&c->tx, &cal));
    int n;
    TRY(length_of(&c->tx, d, &n));
    struct due due = end_of(cal, start, n, d->unit, 0);
    struct row *r = row_new(a, &flow_deadline_record);
    row_set_int(a, r, "matter", m->id);
    row_set(r, "name", d->name);
    row_set(r, "basis", d->basis);
    row_set(r, "state", "running");
    row_set_date(a, r, "start_on", start);
    row_set_int(a, r, "n", n);
    row_set(r, "unit", due_unit_name(d->unit));
    row_set(r, "ladder", d->ladder);
    put_end(a, r, &due);
    put_tell(a, r, false);
    TRY(record_save(c, &flow_deadline_record, r, 0));
    return look_dues(&c->tx, m);
}

struct err *clock_enter(struct change *c, struct flow_matter *m, struct date on)
{
    const struct flow_due *d = flow_due_of(m->flow, m->state->due);
    struct date start = on;
    if (d == NULL)
        return NULL;
    for (int i = 0; i < m->n_dues; i++) /* a receipt told in a state that stays */
        if (strcmp(m->dues[i].name, d->name) == 0 && row_text(m->dues[i].row, "ended_on") == NULL)
            return NULL;
    if (strcmp(d->from, "receipt") == 0)
        start = row_date(m->row, "receipt_on");
    else if (strncmp(d->from, "step:", 5) == 0)
        start = done_of(m, d->from + 5) == NULL ? on : done_of(m, d->from + 5)->on;
    else if (strcmp(d->from, "entered") != 0)
        start = row_date(m->content, d->from);
    return date_is_full(start) ? begin(c, m, d, start)
                               : NULL; /* no clock runs before the day it counts from is known */
}

static struct err *save_due(struct change *c, const struct flow_deadline *d)
{
    return record_save(c, &flow_deadline_record, d->row, d->rev);
}

static bool is(const struct flow_deadline *d, const char *state)
{
    return strcmp(d->state, state) == 0;
}

struct err *clock_leave(struct change *c, struct flow_matter *m)
{
    for (int i = 0; i < m->n_dues; i++) {
        struct flow_deadline *d = &m->dues[i];
        if (row_text(d->row, "ended_on") != NULL)
            continue;
        bool late = is(d, "missed") || (is(d, "running") && d->due.day.v < clock_today().v);
        row_set(d->row, "state", late ? "missed" : "met");
        row_set_date(c->tx.arena, d->row, "ended_on", clock_today());
        row_set(d->row, "tell_on", NULL);
        row_set(d->row, "paused_on", NULL);
        TRY(save_due(c, d));
    }
    return look_dues(&c->tx, m);
}

struct err *clock_stop(struct change *c, struct flow_matter *m)
{
    for (int i = 0; i < m->n_dues; i++) {
        struct flow_deadline *d = &m->dues[i];
        if (!is(d, "running"))
            continue;
        row_set(d->row, "state", "paused");
        row_set_date(c->tx.arena, d->row, "paused_on", clock_today());
        row_set(d->row, "tell_on", NULL);
        TRY(save_due(c, d));
    }
    return look_dues(&c->tx, m);
}

struct err *clock_go_on(struct change *c, struct flow_matter *m)
{
    struct arena *a = c->tx.arena;
    const struct calendar *cal;
    TRY(calendar_read(&c->tx, &cal));
    for (int i = 0; i < m->n_dues; i++) {
        struct flow_deadline *d = &m->dues[i];
        if (!is(d, "paused"))
            continue;
        struct date from = row_date(d->row, "paused_on"), today = clock_today();
        int stood = d->due.unit == DUE_WORKING_DAYS ? calendar_working_between(cal, from, today)
                                                    : (int)(date_to_days(today) - date_to_days(from));
        struct due due = end_of(cal, d->due.start, d->due.n, d->due.unit, d->paused + stood);
        row_set(d->row, "state", "running");
        row_set_int(a, d->row, "paused", d->paused + stood);
        row_set(d->row, "paused_on", NULL);
        put_end(a, d->row, &due);
        put_tell(a, d->row, false);
        TRY(save_due(c, d));
    }
    return look_dues(&c->tx, m);
}

void clock_show(struct arena *a, struct flow_matter *m)
{
    const struct flow_deadline *near = NULL;
    for (int i = 0; i < m->n_dues && m->state->wait != FLOW_END; i++) {
        const struct flow_deadline *d = &m->dues[i];
        bool counts = is(d, "running") || (is(d, "missed") && m->state->due != NULL &&
                                           strcmp(d->name, m->state->due) == 0 && row_text(d->row, "ended_on") == NULL);
        if (counts && (near == NULL || d->due.day.v < near->due.day.v))
            near = d;
    }
    row_set(m->row, "due", near == NULL ? NULL : near->name);
    row_set(m->row, "provisional", near != NULL && near->due.provisional ? "1" : "0");
    if (near == NULL)
        row_set(m->row, "due_on", NULL);
    else
        row_set_date(a, m->row, "due_on", near->due.day);
}

/* ---- every day ---- */
static const struct flow_step *step_by_clock(const struct flow_matter *m, const char *due)
{
    if (m->state->due == NULL || strcmp(m->state->due, due) != 0)
        return NULL;
    for (const struct flow_step *s = m->flow->steps; s->name != NULL; s++)
        if (need_from(m, s) && flow_word(s->by, "clock", NULL))
            return s;
    return NULL;
}

static struct err *climb(struct change *c, struct flow_matter *m, struct flow_deadline *d, struct date today,
                         struct flow_ticked *out)
{
    struct arena *a = c->tx.arena;
    struct rung r;
    int before = c->n;
    for (const char *p = row_text(d->row, "ladder"); next_rung(a, &p, &r);) {
        struct date day = date_add_days(d->due.day, r.offset);
        if (day.v > today.v)
            continue;
        TRY(notice_send(c, m, r.to, r.offset <= 0 ? "due_soon" : "overdue",
                        arena_printf(a, "due %lld %d %d", (long long)d->id, d->due.day.v, r.offset)));
        out->told += c->n > before;
        before = c->n;
    }
    return NULL;
}

static struct err *tick(struct change *c, int64_t matter, int64_t deadline, struct date today, struct flow_ticked *out)
{
    struct flow_matter *m;
    struct flow_deadline *d = NULL;
    TRY(look_clock(&c->tx, matter, &m));
    for (int i = 0; i < m->n_dues; i++)
        if (m->dues[i].id == deadline)
            d = &m->dues[i];
    if (d == NULL)
        return ERR(c->tx.arena, ERR_FAULT, "deadline %lld is not of matter %lld", (long long)deadline,
                   (long long)matter);
    TRY(climb(c, m, d, today, out));
    const struct flow_step *s = NULL;
    if (is(d, "running") && d->due.day.v < today.v) {
        row_set(d->row, "state", "missed");
        out->missed++;
        bool stands = row_int(m->row, "pending") != 0 || row_int(m->row, "merged") != 0;
        s = stands ? NULL : step_by_clock(m, d->name);
    }
    put_tell(c->tx.arena, d->row, strcmp(row_text(d->row, "state"), "missed") == 0);
    TRY(save_due(c, d));
    if (s == NULL)
        return NULL;
    out->taken++;
    return flow_take(c, matter, m->rev, s->name, &(struct flow_input){.blocked = ""});
}

struct pair {
    int64_t deadline, matter;
};
struct pairs {
    struct pair *p;
    size_t n, cap;
};

static struct err *due_now(struct db *db, struct arena *a, struct date today, struct pairs *out)
{
    char iso[DATE_TEXT];
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(date_iso(today, iso)), db_int(CHUNK)};
    TRY(db_query(&tx,
                 "SELECT id, matter FROM flow_deadline WHERE tell_on <= ?1 AND ended = 0 ORDER BY tell_on, id LIMIT ?2",
                 args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        *VEC_PUSH(out, a) = (struct pair){db_col_int(&rows, 0), db_col_int(&rows, 1)};
    }
}

/* Each its own place in the sequence, all in one commit. A conflict means another server did it. */
static struct err *tick_all(struct db *db, struct arena *a, const struct pairs *all, struct date today,
                            struct flow_ticked *out)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_clock, "clock", &c));
    for (size_t i = 0; i < all->n; i++) {
        TRY(tick(&c, all->p[i].matter, all->p[i].deadline, today, out));
        TRY(change_next(&c, "clock"));
    }
    return change_commit(&c);
}

struct err *flow_clock_run(struct db *db, struct arena *a, struct date today, struct flow_ticked *out)
{
    *out = (struct flow_ticked){0};
    for (;;) {
        arena_scope struct arena *mine = arena_new();
        struct pairs all = {0};
        struct flow_ticked now = {0};
        struct err *e = due_now(db, mine, today, &all);
        if (e == NULL && all.n > 0)
            e = tick_all(db, mine, &all, today, &now);
        if (e != NULL && e->kind == ERR_CONFLICT)
            return NULL;
        if (e != NULL)
            return err_keep(a, e);
        out->told += now.told;
        out->missed += now.missed;
        out->taken += now.taken;
        if (all.n < CHUNK)
            return NULL;
    }
}

/* ---- the calendar changed ---- */
static int by_matter(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return x->matter != y->matter ? (x->matter > y->matter) - (x->matter < y->matter)
                                  : (x->deadline > y->deadline) - (x->deadline < y->deadline);
}

static struct err *moved(struct db *db, struct arena *a, struct pairs *out)
{
    const struct calendar *cal;
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(db, a, &tx));
    TRY(calendar_read(&tx, &cal));
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(&tx,
                 "SELECT id, matter, start_on, n, unit, coalesce(paused, 0), due_on, coalesce(provisional, 0)"
                 " FROM flow_deadline WHERE tell_on > '' AND state = 'running' AND ended = 0",
                 NULL, 0, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        struct date start, day;
        int unit = due_unit_find(db_col_text(&rows, 4));
        if (unit < 0 || !date_parse(db_col_text(&rows, 2), &start) || !date_parse(db_col_text(&rows, 6), &day))
            return ERR(a, ERR_FAULT, "deadline %lld cannot be read", (long long)db_col_int(&rows, 0));
        struct due due = end_of(cal, start, (int)db_col_int(&rows, 3), (enum due_unit)unit, (int)db_col_int(&rows, 5));
        if (due.day.v != day.v || due.provisional != (db_col_int(&rows, 7) != 0))
            *VEC_PUSH(out, a) = (struct pair){db_col_int(&rows, 0), db_col_int(&rows, 1)};
    }
}

/* In the matter's own history: which deadline, from which day to which. */
static struct err *moved_written(struct change *c, const struct flow_matter *m, const struct flow_deadline *d,
                                 struct date to)
{
    char was[DATE_TEXT], is_now[DATE_TEXT];
    if (to.v == d->due.day.v)
        return NULL; /* only no longer provisional */
    return change_written(c, m, "recount", NULL,
                          arena_printf(c->tx.arena, "{\"due\":\"%s\",\"from\":\"%s\",\"to\":\"%s\"}", d->name,
                                       date_iso(d->due.day, was), date_iso(to, is_now)));
}

static struct err *recount_one(struct change *c, const struct calendar *cal, const struct pair *p)
{
    struct flow_matter *m;
    TRY(look_clock(&c->tx, p->matter, &m));
    for (int i = 0; i < m->n_dues; i++) {
        struct flow_deadline *d = &m->dues[i];
        if (d->id != p->deadline || !is(d, "running"))
            continue;
        struct due due = end_of(cal, d->due.start, d->due.n, d->due.unit, d->paused);
        TRY(moved_written(c, m, d, due.day));
        put_end(c->tx.arena, d->row, &due);
        put_tell(c->tx.arena, d->row, false);
        d->due.day = due.day;
        d->due.provisional = due.provisional;
        TRY(save_due(c, d));
        clock_show(c->tx.arena, m);
        TRY(record_save(c, m->row->of, m->row, m->rev));
        return notice_send(c, m, "owner", "due_moved",
                           arena_printf(c->tx.arena, "moved %lld %d", (long long)d->id, due.day.v));
    }
    return NULL;
}

static struct err *recount_chunk(struct db *db, struct arena *a, const struct pair *p, size_t n)
{
    const struct calendar *cal;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_clock, "calendar", &c));
    TRY(calendar_read(&c.tx, &cal));
    for (size_t i = 0; i < n; i++) {
        TRY(recount_one(&c, cal, &p[i]));
        TRY(change_next(&c, "calendar"));
    }
    return change_commit(&c);
}

struct err *flow_recount(struct db *db, struct arena *a, int64_t *moved_out)
{
    struct pairs all = {0};
    TRY(moved(db, a, &all));
    if (all.n > 0) /* in the order in which their rows lie: each page of the tables is read once */
        qsort(all.p, all.n, sizeof *all.p, by_matter);
    for (size_t from = 0; from < all.n; from += RECOUNTED) {
        arena_scope struct arena *mine = arena_new();
        struct err *e = recount_chunk(db, mine, all.p + from, all.n - from < RECOUNTED ? all.n - from : RECOUNTED);
        if (e != NULL)
            return err_keep(a, e);
    }
    *moved_out = (int64_t)all.n;
    return NULL;
}
