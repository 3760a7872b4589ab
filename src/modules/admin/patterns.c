/* patterns.c: what the audit administrator sees of the log: who read how much, when, in what office and on what ground,
 * and what is out of the ordinary; never whose file it was. He asks a reader, and question and answer stay on record.
 */
#include "admin/reads.h"

#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/clock.h"
#include "base/vec.h"
#include "modules/admin/queries.h"
#include "record/codes.h"
#include "view/view.h"

enum { DAYS = 7, DAYS_MOST = 366, HOURS = 24, MANY_AN_HOUR = 30, MANY_EXPORTED = 100, OPENS = 7, CLOSES = 20 };
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

static const struct field note_fields[] = {
    {"account", FIELD_REF, .to = "auth.account", .required = true, .index = true},
    {"pattern", FIELD_TEXT, .max = 200, .required = true},
    {"question", FIELD_LONG, .max = 2000, .required = true},
    {"asked_by", FIELD_TEXT, .max = 60},
    {"asked_on", FIELD_DATE},
    {"answer", FIELD_LONG, .max = 4000},
    {"answered_on", FIELD_DATE},
    {0}};
const struct record admin_read_note = {.name = "admin.read_note",
                                       .fields = note_fields,
                                       .title = "pattern",
                                       .order = "id",
                                       .purpose = "admin.purpose.read_note",
                                       .basis = "PIPL-51",
                                       .readers = "audit",
                                       .keep = "admin.read_note",
                                       .keep_from = "answered_on",
                                       .class = CLASS_INTERNAL,
                                       .guarded = true,
                                       .quiet = true};

/* ---- counting ---- */
enum count { N_READ, N_SEARCH, N_EXPORT, N_PRINT, N_RUN, N_REASON, N_ALL, COUNTS };
static const char *const kinds[] = {"read", "search", "export", "print", "run", "reason"};
static const char *const grounds[] = {"routine", "matter", "reason", "console"};

struct reader { /* an account in one office */
    int64_t account;
    const char *name, *role;
    int64_t n[COUNTS], exported, outside, relative, busiest; /* busiest: files in one hour */
    int64_t hour, in_hour;
};
struct day {
    int64_t day, n;
};
struct odd {
    const struct reader *of;
    const char *key;
    int64_t n, hour; /* hour 0: none */
};
struct patterns {
    struct req *rq;
    struct date from, to;
    int64_t since, until, shift;
    VEC(struct reader *) readers;
    VEC(struct day) days;
    VEC(struct odd) odd;
    int64_t hours[HOURS], by_ground[4];
    struct admin_q_repeated *repeated;
    int n_repeated;
    struct admin_q_notes *notes;
    int n_notes;
};

static int index_of(const char *const *names, int n, const char *name)
{
    int i = 0;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

static struct reader *reader_of(struct patterns *p, const struct admin_q_patterns *r)
{
    struct reader *last = p->readers.n > 0 ? p->readers.p[p->readers.n - 1] : NULL;
    if (last != NULL && last->account == r->account && strcmp(last->role, r->role) == 0)
        return last; /* rows come in this order */
    struct arena *a = p->rq->arena;
    struct reader *x = arena_new_of(a, struct reader);
    *x = (struct reader){.account = r->account, .role = arena_strdup(a, r->role), .hour = -1};
    x->name = r->name == NULL ? text_get(p->rq->lang, "admin.reads.console") : arena_strdup(a, r->name);
    *VEC_PUSH(&p->readers, a) = x;
    return x;
}

static void odd_add(struct patterns *p, const struct reader *x, const char *key, int64_t n, int64_t hour)
{
    *VEC_PUSH(&p->odd, p->rq->arena) = (struct odd){x, key, n, hour};
}

/* An hour of a reader is over: was it a busy one? */
static void close_hour(struct patterns *p, struct reader *x)
{
    if (x->in_hour > x->busiest)
        x->busiest = x->in_hour;
    if (x->in_hour > MANY_AN_HOUR)
        odd_add(p, x, "admin.odd.many", x->in_hour, x->hour);
    x->in_hour = 0;
}

static bool outside_office_hours(int64_t hour)
{
    int64_t of_day = hour % HOURS;
    int weekday = date_weekday(date_from_days(hour / HOURS));
    return of_day < OPENS || of_day >= CLOSES || weekday >= 6;
}

static void day_add(struct patterns *p, int64_t day, int64_t n)
{
    for (size_t i = 0; i < p->days.n; i++)
        if (p->days.p[i].day == day) {
            p->days.p[i].n += n;
            return;
        }
    *VEC_PUSH(&p->days, p->rq->arena) = (struct day){day, n};
}

static struct err *take(void *ctx, const struct admin_q_patterns *r)
{
    struct patterns *p = ctx;
    struct reader *x = reader_of(p, r);
    int kind = index_of(kinds, N_ALL, r->kind), ground = index_of(grounds, 4, r->ground);
    if (x->hour != r->hour) {
        close_hour(p, x);
        x->hour = r->hour;
    }
    x->n[kind] += r->n;
    x->n[N_ALL] += r->n;
    x->relative += r->relative;
    x->in_hour += kind == N_READ ? r->files : 0;
    x->outside += outside_office_hours(r->hour) && x->account != 0 ? r->n : 0;
    p->hours[r->hour % HOURS] += r->n;
    if (ground < 4)
        p->by_ground[ground] += r->n;
    day_add(p, r->hour / HOURS, r->n);
    if (kind == N_EXPORT) {
        x->exported += r->shown;
        if (r->shown > MANY_EXPORTED)
            odd_add(p, x, "admin.odd.export", r->shown, r->hour);
    }
    return NULL;
}

static struct err *count(struct patterns *p, struct db_tx *tx)
{
    TRY(admin_q_patterns(tx, p->since, p->until, p->shift, take, p));
    for (size_t i = 0; i < p->readers.n; i++) {
        struct reader *x = p->readers.p[i];
        close_hour(p, x);
        if (x->outside > 0)
            odd_add(p, x, "admin.odd.outside", x->outside, 0);
        if (x->relative > 0)
            odd_add(p, x, "admin.odd.relative", x->relative, 0);
    }
    TRY(admin_q_repeated(tx, p->since, p->until, &p->repeated, &p->n_repeated));
    return admin_q_notes(tx, 0, &p->notes, &p->n_notes);
}

/* ---- showing ---- */
static const char *hour_text(struct arena *a, int64_t hour)
{
    char iso[DATE_TEXT];
    if (hour == 0)
        return NULL;
    return arena_printf(a, "%s %02d:00", date_iso(date_from_days(hour / HOURS), iso), (int)(hour % HOURS));
}

static json_t *readers_json(const struct patterns *p, bool words)
{
    json_t *all = json_array();
    for (size_t i = 0; i < p->readers.n; i++) {
        const struct reader *x = p->readers.p[i];
        json_t *o =
            json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "account", (json_int_t)x->account,
                      "reader", x->name, "role", x->role, "all", (json_int_t)x->n[N_ALL], "exported",
                      (json_int_t)x->exported, "outside", (json_int_t)x->outside, "busiest", (json_int_t)x->busiest,
                      "read", (json_int_t)x->n[N_READ], "search", (json_int_t)x->n[N_SEARCH], "export",
                      (json_int_t)x->n[N_EXPORT], "print", (json_int_t)x->n[N_PRINT], "run", (json_int_t)x->n[N_RUN]);
        json_object_set_new(o, "reason", json_integer(x->n[N_REASON]));
        if (words)
            json_object_set_new(
                o, "role",
                view_text_json(x->account == 0 ? NULL : codes_label("auth.role", x->role, p->rq->lang == LANG_EN)));
        json_array_append_new(all, o);
    }
    return all;
}

static const char *number(struct arena *a, int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static json_t *odd_json(const struct patterns *p)
{
    struct arena *a = p->rq->arena;
    json_t *all = json_array();
    for (size_t i = 0; i < p->odd.n; i++) {
        const struct odd *x = &p->odd.p[i];
        const char *when = hour_text(a, x->hour);
        json_array_append_new(all, json_pack("{s:I, s:s, s:s, s:I, s:s, s:b}", "account", (json_int_t)x->of->account,
                                             "reader", x->of->name, "pattern", strrchr(x->key, '.') + 1, "n",
                                             (json_int_t)x->n, "text",
                                             tr(p->rq, x->key, "n", number(a, x->n), "when", when == NULL ? "" : when),
                                             "asked", x->of->account != 0));
    }
    for (int i = 0; i < p->n_repeated; i++) {
        const struct admin_q_repeated *r = &p->repeated[i];
        json_array_append_new(
            all, json_pack("{s:I, s:s, s:s, s:I, s:s, s:b}", "account", (json_int_t)r->account, "reader",
                           r->name == NULL ? "" : r->name, "pattern", "repeated", "n", (json_int_t)r->files, "text",
                           tr(p->rq, "admin.odd.repeated", "n", number(a, r->n), "files", number(a, r->files)), "asked",
                           r->account != 0));
    }
    return all;
}

static json_t *notes_json(const struct admin_q_notes *notes, int n)
{
    json_t *all = json_array();
    for (int i = 0; i < n; i++) {
        json_t *o =
            json_pack("{s:I, s:I, s:I, s:s, s:s, s:s}", "id", (json_int_t)notes[i].id, "rev", (json_int_t)notes[i].rev,
                      "account", (json_int_t)notes[i].account, "pattern", notes[i].pattern, "question",
                      notes[i].question, "asked_by", notes[i].asked_by == NULL ? "" : notes[i].asked_by);
        json_object_set_new(o, "reader", view_text_json(notes[i].name));
        json_object_set_new(o, "asked_on", view_date_json(notes[i].asked_on));
        json_object_set_new(o, "answer", view_text_json(notes[i].answer));
        json_object_set_new(o, "answered_on", view_date_json(notes[i].answered_on));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *times_json(const struct patterns *p)
{
    json_t *hours = json_array(), *days = json_array(), *by = json_array();
    char iso[DATE_TEXT];
    for (int i = 0; i < HOURS; i++)
        if (p->hours[i] > 0)
            json_array_append_new(hours, json_pack("{s:i, s:I}", "hour", i, "n", (json_int_t)p->hours[i]));
    for (struct date d = p->from; d.v <= p->to.v; d = date_add_days(d, 1))
        for (size_t i = 0; i < p->days.n; i++)
            if (p->days.p[i].day == date_to_days(d))
                json_array_append_new(
                    days, json_pack("{s:s, s:I}", "day", date_iso(d, iso), "n", (json_int_t)p->days.p[i].n));
    for (int i = 0; i < 4; i++)
        if (p->by_ground[i] > 0)
            json_array_append_new(by, json_pack("{s:s, s:I, s:s}", "ground", grounds[i], "n",
                                                (json_int_t)p->by_ground[i], "text",
                                                codes_label("auth.read_ground", grounds[i], p->rq->lang == LANG_EN)));
    return json_pack("{s:o, s:o, s:o}", "hours", hours, "days", days, "grounds", by);
}

static struct err *day_asked(struct req *rq, const char *name, struct date *out)
{
    const char *typed = req_query(rq, name), *iso = NULL;
    if (typed == NULL || *typed == '\0')
        return NULL;
    struct err *e = record_parse(rq->arena, &admin_read_note, record_field(&admin_read_note, "asked_on"), typed, &iso);
    if (e == NULL && (iso == NULL || !date_parse(iso, out)))
        e = ERR(rq->arena, ERR_INVALID, "no day: %.20s", typed);
    return err_field(e, name);
}

static struct err *period(struct patterns *p)
{
    p->to = p->rq->today;
    p->from = date_add_days(p->to, 1 - DAYS);
    TRY(day_asked(p->rq, "from", &p->from));
    TRY(day_asked(p->rq, "to", &p->to));
    int64_t days = date_to_days(p->to) - date_to_days(p->from);
    if (days < 0 || days >= DAYS_MOST)
        return err_field(
            err_say(ERR(p->rq->arena, ERR_INVALID, "%lld days", (long long)days), "admin.reads.period", NULL), "to");
    p->since = clock_day_end(date_add_days(p->from, -1)) + 1;
    p->until = clock_day_end(p->to) + 1;
    p->shift = date_to_days(p->from) * DAY_MS - p->since;
    return NULL;
}

static struct err *show(struct req *rq, const struct err *wrong)
{
    struct patterns p = {.rq = rq};
    char from[DATE_TEXT], to[DATE_TEXT];
    TRY(period(&p));
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(count(&p, &tx));
    }
    json_t *times = times_json(&p);
    json_t *data = json_pack("{s:s, s:s, s:o, s:o, s:O, s:o}", "from", date_iso(p.from, from), "to", date_iso(p.to, to),
                             "readers", readers_json(&p, false), "exceptional", odd_json(&p), "times", times, "notes",
                             notes_json(p.notes, p.n_notes));
    rq->labels = json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "readers", readers_json(&p, true), "odd",
                           odd_json(&p), "times", times, "notes", notes_json(p.notes, p.n_notes), "any",
                           p.readers.n > 0, "any_odd", p.odd.n + (size_t)p.n_repeated > 0, "any_notes", p.n_notes > 0);
    return wrong == NULL ? respond_page(rq, "admin/reads", data) : respond_form(rq, "admin/reads", data, wrong);
}

struct err *reads_patterns(struct req *rq)
{
    return show(rq, NULL);
}

/* ---- asking and answering ---- */
static struct err *save_question(struct req *rq)
{
    const char *account = req_form(rq, "account"), *pattern = req_form(rq, "pattern");
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "admin.asked", &c));
    struct row *r = row_new(rq->arena, &admin_read_note);
    row_set(r, "account", account);
    row_set(r, "pattern", pattern);
    row_set(r, "question", req_form(rq, "question"));
    row_set(r, "asked_by", rq->who->name);
    row_set_date(rq->arena, r, "asked_on", rq->today);
    TRY(record_save(&c, &admin_read_note, r, 0));
    return change_commit(&c);
}

struct err *reads_ask(struct req *rq)
{
    struct err *e = save_question(rq);
    if (e != NULL && e->kind == ERR_INVALID)
        return show(rq, e);
    TRY(e);
    return respond_see_other(rq, "/admin/reads");
}

static struct err *questions(struct req *rq, const struct err *wrong)
{
    struct admin_q_notes *notes;
    int n;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(rq->db, rq->arena, &tx));
        TRY(admin_q_notes(&tx, rq->who->account == 0 ? -1 : rq->who->account, &notes, &n));
    }
    rq->labels = json_pack("{s:o, s:b}", "notes", notes_json(notes, n), "any", n > 0);
    json_t *data = json_pack("{s:o}", "rows", notes_json(notes, n));
    return wrong == NULL ? respond_page(rq, "admin/questions", data) : respond_form(rq, "admin/questions", data, wrong);
}

struct err *reads_questions(struct req *rq)
{
    return questions(rq, NULL);
}

static struct err *save_answer(struct req *rq)
{
    struct row *r;
    const char *answer = req_form(rq, "answer");
    change_scope struct change c = {0};
    TRY(change_begin(rq->db, rq->arena, rq->who, "admin.answered", &c));
    TRY(record_read(&c.tx, &admin_read_note, rq->who, rq->id, &r));
    if (row_int(r, "account") != rq->who->account)
        return ERR(rq->arena, ERR_MISSING, "question %lld is put to another", (long long)rq->id);
    if (row_text(r, "answer") != NULL)
        return err_say(ERR(rq->arena, ERR_CONFLICT, "question %lld is answered", (long long)rq->id),
                       "admin.reads.answered", NULL);
    TRY(record_need(rq->arena, "answer", answer));
    row_set(r, "answer", answer);
    row_set_date(rq->arena, r, "answered_on", rq->today);
    TRY(record_save(&c, &admin_read_note, r, r->rev));
    return change_commit(&c);
}

struct err *reads_answer(struct req *rq)
{
    struct err *e = save_answer(rq);
    if (e != NULL && (e->kind == ERR_INVALID || e->kind == ERR_CONFLICT))
        return questions(rq, e);
    TRY(e);
    return respond_see_other(rq, "/reads/questions");
}
