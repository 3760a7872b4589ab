/* rows.c: writes one person's file: the person, posts held, resume and schooling; around.c writes the rest. */
#include <string.h>

#include "base/buf.h"
#include "demo/put.h"
#include "roster/roster.h"

struct err *put_of(struct file *f, const struct record *rec, struct row **out)
{
    TRY(put_row(f->w, rec, f->scope, out));
    row_set(*out, "member", f->id_text);
    return NULL;
}

void put_plant(struct file *f, const char *rule, const char *kind, int64_t id)
{
    struct planted p = {rule, kind, put_int(f->a, id)};
    f->w->plant(f->w->ctx, &p);
}

static const char *politics_code(const struct person *p)
{
    static const char *const other[] = {"04", "05", "06", "07", "10"};
    switch (p->politics) {
    case POLITICS_PARTY: return "01";
    case POLITICS_LEAGUE: return "03";
    case POLITICS_OTHER: return other[p->birth % 5];
    case POLITICS_MASSES: break;
    }
    return "13";
}

static const char *papers(struct file *f)
{
    static const char *const drop[] = {"1", "3", "4", "9", "6"};
    bool party = f->p->politics == POLITICS_PARTY;
    bool lacks = f->p->kase == CASE_FILE || f->p->kase == CASE_FILE_UNSEEN;
    const char *without = lacks ? drop[rng_below(f->r, party ? 5 : 4)] : "";
    static const char *const all[] = {"1", "2", "3", "4", "5", "6", "7", "9"};
    struct buf b = BUF(f->a);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], without) != 0 && (*all[i] != '6' || party))
            buf_printf(&b, "%s%s", b.n > 0 ? " " : "", all[i]);
    return buf_str(&b);
}

static int work_month(const struct file *f)
{
    return f->p->kase == CASE_YOUNG_WORK ? f->p->birth + 15 * 12 : f->l->work_start;
}

static int party_month(const struct file *f)
{
    return f->p->kase == CASE_YOUNG_PARTY ? f->p->birth + 16 * 12 : f->l->party_joined;
}

/* The three ages as the archive's papers say them, and what was recognised. */
static void put_ages(struct file *f, struct row *m)
{
    const struct person *p = f->p;
    int birth = p->birth, work = work_month(f), party = party_month(f);
    if (p->kase == CASE_AGE_BIRTH || p->kase == CASE_AGE_RECOGNISED)
        birth += rng_chance(f->r, 500) ? -11 : -25;
    if (p->kase == CASE_AGE_WORK)
        work += rng_range(f->r, 3, 9);
    if (p->kase == CASE_AGE_PARTY)
        party -= 13;
    PUT(m, "birth_filed", p->kase == CASE_AGE_YEAR ? put_int(f->a, birth / 12) : put_month(f->a, birth));
    PUT(m, "work_start_filed", put_month(f->a, work));
    PUT(m, "party_joined_filed", party > 0 ? put_month(f->a, party) : NULL);
    if (p->kase == CASE_AGE_RECOGNISED) {
        PUT(m, "recognised_on", put_date(f->a, date_add_days(f->d->today, -rng_range(f->r, 100, 900))));
        PUT(m, "recognised_doc",
            arena_printf(f->a, "%.6s组认〔%d〕%d号", f->d->name, date_year(f->d->today) - 1, rng_range(f->r, 1, 40)));
    }
    if (p->kase == CASE_AGE_BIRTH || p->kase == CASE_AGE_WORK || p->kase == CASE_AGE_PARTY)
        put_plant(f, "ARCH-2018-AUD-2", "roster.member", f->id);
}

static void put_retirement(struct file *f, struct row *m)
{
    const struct person *p = f->p;
    int month = demo_retirement(p), now = month_of(f->d->today);
    PUT(m, "base_age", put_int(f->a, p->base_age));
    if (!p->male && p->base_age == 60)
        PUT(m, "base_age_ground", "县处级女干部（组通字〔2015〕14号）");
    if (p->kase == CASE_RETIRE_OTHER) {
        PUT(m, "retire_override", put_month(f->a, month + 30));
        return;
    }
    if (p->status != STATUS_IN_OFFICE || month > now + 12)
        return;
    const char *node = demo_node(month - now);
    if (node != NULL)
        put_plant(f, node, "roster.member", f->id);
    if (month > now + 6)
        return;
    put_plant(f, p->base_age == 50 ? "RET-2025-2" : "RET-2025-1", "roster.member", f->id);
    if (month < now)
        put_plant(f, "RET-2025-6", "roster.member", f->id);
}

static void put_identity(struct file *f, struct row *m)
{
    const struct person *p = f->p;
    char id[19];
    demo_citizen_id(f->d, p, id);
    bool day_known = p->kase != CASE_ID_MONTH && rng_chance(f->r, 250);
    PUT(m, "name", p->name);
    PUT(m, "name_pinyin", roster_initials(f->a, p->name));
    PUT(m, "sex", p->male ? "1" : "2");
    PUT(m, "birth", put_date(f->a, month_date(p->birth, day_known ? p->birth_day : 0)));
    PUT(m, "ethnicity", arena_printf(f->a, "%02d", p->ethnicity));
    PUT(m, "citizen_id", arena_strdup(f->a, id));
    if (p->kase == CASE_ID_DIGIT || p->kase == CASE_ID_BIRTH || p->kase == CASE_ID_SEX)
        put_plant(f, "ID-CHECK", "roster.member", f->id);
}

/* Cases about the cadre as a whole. */
static void plant_member(struct file *f)
{
    static const struct {
        enum case_kind k;
        const char *rule;
    } all[] = {{CASE_ONE_POST, "APPT-2019-08-2"},     {CASE_SHORT_DEPUTY, "APPT-2019-08-3A"},
               {CASE_SHORT_LOWER, "APPT-2019-08-3B"}, {CASE_SKIP, "APPT-2019-09-1"},
               {CASE_SCHOOL, "APPT-2019-08-4"},       {CASE_YOUNG_WORK, "ARCH-AGE-WORK"},
               {CASE_HOME_COUNTY, "KIN-8"},           {CASE_HOME_TOWN, "KIN-9"},
               {CASE_YOUNG_PARTY, "ARCH-AGE-PARTY"},  {CASE_RESUME_END, "ARCH-RESUME-END"},
               {CASE_TERM_MOVES, "TERM-2006-2"},      {CASE_TERM, "TERM-2006-4"},
               {CASE_FILE, "ARCH-FILE-INCOMPLETE"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].k == f->p->kase)
            put_plant(f, all[i].rule, "roster.member", f->id);
}

static struct err *put_member(struct file *f)
{
    static const char *const status[] = {NULL, "1", "2", "3", "4"};
    const struct person *p = f->p;
    const struct life *l = f->l;
    struct row *m = row_new(f->a, &roster_member);
    m->id = f->id;
    m->scope = f->scope;
    put_identity(f, m);
    PUT(m, "native_place", l->native);
    PUT(m, "birth_place", l->birth_place);
    PUT(m, "home_place", l->home);
    PUT(m, "home_division", l->home_division);
    PUT(m, "politics", politics_code(p));
    PUT(m, "party_joined", party_month(f) > 0 ? put_month(f->a, party_month(f)) : NULL);
    PUT(m, "work_start", put_month(f->a, work_month(f)));
    PUT(m, "health", rng_chance(f->r, 960) ? "健康" : "一般");
    PUT(m, "post_text", l->post_text);
    PUT(m, "unit", put_int(f->a, f->d->units[p->unit].id));
    PUT(m, "seat", put_int(f->a, (int)(p - f->d->people) - f->d->units[p->unit].first + 1));
    PUT(m, "rank_text", l->rank_text);
    PUT(m, "category", p->kase == CASE_RETIRE_50 ? "A1" : f->d->units[p->unit].body->staff);
    PUT(m, "status", status[p->status]);
    PUT(m, "status_on", p->status == STATUS_IN_OFFICE ? NULL : put_month(f->a, p->status_month));
    PUT(m, "managed_by_district", p->slot >= 0 ? "1" : "0");
    put_retirement(f, m);
    put_ages(f, m);
    PUT(m, "papers", papers(f));
    PUT(m, "papers_checked_on",
        p->kase == CASE_FILE_UNSEEN ? NULL : put_date(f->a, date_add_days(f->d->today, -rng_range(f->r, 60, 800))));
    plant_member(f);
    return put_save(f->w, m);
}

/* ---- posts ---- */
static const char *post_date(struct file *f, const struct span *s, struct date d)
{
    return date_is(d) ? put_date(f->a, s->day_known ? d : month_date(month_of(d), 0)) : NULL;
}

/* Why a post with a term ended. */
static void leave_reason(struct file *f, const struct span *s, struct row *row)
{
    enum { NEARLY_A_TERM = 55 };
    if (!s->term || s->current || !date_is(s->to))
        return;
    if (date_months_between(s->from, s->to) >= NEARLY_A_TERM)
        PUT(row, "to_reason", "term");
    else if (f->p->kase != CASE_TERM_LEFT)
        PUT(row, "to_reason", "special");
    else
        put_plant(f, "TERM-2006-5", "roster.post", row->id);
}

static struct err *put_post(struct file *f, const struct span *s, const struct span *next)
{
    const struct unit *u = &f->d->units[s->unit];
    struct row *row;
    TRY(put_of(f, &roster_post, &row));
    int64_t position = s->slot >= 0 ? u->position[s->slot] : s->main ? u->staff_position : 0;
    if (s->slot < 0 && s->leading) /* a deputy beyond the plan, a seat beside the main post */
        position = 0;
    PUT(row, "position", position == 0 ? NULL : put_int(f->a, position));
    PUT(row, "unit", put_int(f->a, u->id));
    PUT(row, "title", s->title);
    bool above = f->p->kase == CASE_ABOVE && s->current && s->main;
    PUT(row, "level", demo_level(above ? s->level + 1 : s->level));
    PUT(row, "leading_post", s->leading ? "1" : "0");
    PUT(row, "chief", s->leading ? (s->chief ? "1" : "3") : "Z");
    PUT(row, "main", s->main ? "1" : "0");
    PUT(row, "from_on", post_date(f, s, s->from));
    if (s->leading)
        PUT(row, "from_doc",
            arena_printf(f->a, "%.6s委组任〔%d〕%d号", f->d->name, date_year(s->from), rng_range(f->r, 1, 160)));
    PUT(row, "from_basis", s->leading ? (s->elected ? "3" : "1") : "5");
    PUT(row, "to_on", next != NULL ? post_date(f, next->leading ? next : s, s->to) : post_date(f, s, s->to));
    PUT(row, "current", s->current ? "1" : "0");
    PUT(row, "on_probation", s->on_probation ? "1" : "0");
    PUT(row, "probation_until", put_date(f->a, s->probation_until));
    if (s->leading && !s->elected && !s->on_probation && s->main)
        PUT(row, "probation_outcome", "考核合格，正式任职");
    PUT(row, "term_began", s->term ? post_date(f, s, s->from) : NULL);
    leave_reason(f, s, row);
    PUT(row, "occupies_quota", s->quota && s->current && !above ? "1" : "0");
    if (s->current && s->main) {
        if (f->p->kase == CASE_EXCHANGE)
            put_plant(f, "APPT-XCH-1", "roster.post", row->id);
        if (f->p->kase == CASE_TERMS)
            put_plant(f, "TERM-2006-3", "roster.post", row->id);
        if (f->p->kase == CASE_PROBATION)
            put_plant(f, "APPT-2019-PROB-2", "roster.post", row->id);
        if (f->p->kase == CASE_PROBATION_SOON)
            put_plant(f, "APPT-2019-PROB-1", "roster.post", row->id);
    }
    if (above)
        put_plant(f, "SUP-3CHAO-1A", "roster.post", row->id);
    if (f->p->kase == CASE_NO_QUOTA && s->current && s->main)
        put_plant(f, "SUP-3CHAO-1B", "roster.post", row->id);
    if (f->p->kase == CASE_PARTY_AGE && s->current && !s->main)
        put_plant(f, "APPT-2019-08-7", "roster.post", row->id);
    f->w->posts++;
    return put_save(f->w, row);
}

static struct err *put_posts(struct file *f)
{
    for (int i = 0; i < f->l->n_spans; i++)
        TRY(put_post(f, &f->l->spans[i], i + 1 < f->l->n_main ? &f->l->spans[i + 1] : NULL));
    if (f->p->kase == CASE_OVER_QUOTA) {
        const struct unit *u = &f->d->units[f->p->unit];
        const char *key = arena_printf(f->a, "%lld:%s", (long long)u->id, demo_level(LEVEL_DEPUTY_SECTION));
        struct planted p = {"POST-1", "roster.unit_level", key};
        f->w->plant(f->w->ctx, &p);
    }
    return NULL;
}

/* ---- resume and schooling ---- */
static struct err *put_period(struct file *f, const struct period *t, int seat, int64_t under, int64_t *id)
{
    struct row *row;
    TRY(put_of(f, &roster_resume, &row));
    PUT(row, "from_on", put_month(f->a, t->from));
    PUT(row, "to_on", t->to > 0 ? put_month(f->a, t->to) : NULL);
    PUT(row, "open", t->to > 0 ? "0" : "1");
    PUT(row, "text", t->text);
    PUT(row, "under", under > 0 ? put_int(f->a, under) : NULL);
    PUT(row, "note", "0");
    PUT(row, "seat", put_int(f->a, seat));
    *id = row->id;
    return put_save(f->w, row);
}

static struct err *put_resume(struct file *f)
{
    struct period all[PERIODS_MOST];
    int n = demo_periods(f->a, f->d, (int)(f->p - f->d->people), f->l, all);
    int64_t outer = 0, id = 0;
    for (int i = 0; i < n; i++) {
        TRY(put_period(f, &all[i], i + 1, all[i].within ? outer : 0, &id));
        if (!all[i].within)
            outer = id;
    }
    if (f->p->kase == CASE_GAP || f->p->kase == CASE_OVERLAP)
        put_plant(f, "ARCH-RESUME-GAP", "roster.member", f->id);
    return NULL;
}

static struct err *put_school(struct file *f, const struct schooling *s, const char *mode)
{
    struct row *row;
    TRY(put_of(f, &roster_education, &row));
    PUT(row, "mode", mode);
    PUT(row, "education", s->education);
    PUT(row, "education_level", s->level);
    PUT(row, "degree", s->degree);
    PUT(row, "degree_level", s->degree_level);
    PUT(row, "school", s->school);
    PUT(row, "major", s->major);
    PUT(row, "from_on", put_month(f->a, s->from));
    PUT(row, "to_on", put_month(f->a, s->to));
    return put_save(f->w, row);
}

static struct err *put_education(struct file *f)
{
    for (int i = f->d->lean ? f->l->n_full - 1 : 0; i < f->l->n_full; i++)
        TRY(put_school(f, &f->l->full[i], "1"));
    return f->l->later.to > 0 && !f->d->lean ? put_school(f, &f->l->later, "2") : NULL;
}

struct err *demo_write_person(struct writer *w, const struct district *d, int person)
{
    struct life l;
    struct rng r;
    struct file f = {.w = w,
                     .d = d,
                     .p = &d->people[person],
                     .l = &l,
                     .r = &r,
                     .a = w->change->tx.arena,
                     .id = d->first_member + person,
                     .scope = d->units[d->people[person].unit].scope};
    f.id_text = put_int(f.a, f.id);
    demo_life(f.a, d, person, &r, &l);
    TRY(put_member(&f));
    TRY(put_posts(&f));
    TRY(put_resume(&f));
    TRY(put_education(&f));
    TRY(put_family(&f));
    TRY(put_yearly(&f));
    TRY(put_measures(&f));
    TRY(put_audits(&f));
    return put_outside(&f);
}
