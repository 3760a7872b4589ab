/* around.c: what stands around a career: family, appraisals, rank and awards, sanctions, posts outside. */
#include <string.h>

#include "demo/put.h"
#include "roster/roster.h"

/* ---- family ---- */
/* The firm of the spouse: in a sector the body regulates, or elsewhere. */
static void put_firm(struct file *f, const struct relative *t, struct row *row)
{
    bool in_field = f->p->kase == CASE_KIN_FIRM,
         spouse = !strcmp(t->relation, "wife") || !strcmp(t->relation, "husband");
    if (!spouse || (!in_field && f->p->kase != CASE_KIN_FIRM_OTHER))
        return;
    const char *all = f->d->units[f->p->unit].body->sectors;
    PUT(row, "firm", demo_firm(f->a, f->r));
    PUT(row, "firm_sector", in_field ? arena_printf(f->a, "%.*s", (int)strcspn(all, " "), all) : "other");
    PUT(row, "firm_role", "法定代表人");
    if (in_field)
        put_plant(f, "KIN-7", "roster.kin", row->id);
}

static struct err *put_relative(struct file *f, const struct relative *t, int seat)
{
    const struct person *p = f->p;
    struct row *row;
    TRY(put_of(f, &roster_family, &row));
    PUT(row, "relation", t->relation);
    PUT(row, "name", t->name);
    PUT(row, "birth", put_month(f->a, t->birth));
    PUT(row, "politics", t->politics);
    PUT(row, "work", t->work);
    PUT(row, "deceased", t->deceased ? "1" : "0");
    PUT(row, "seat", put_int(f->a, seat));
    put_firm(f, t, row);
    if (t->cadre) {
        PUT(row, "other", put_int(f->a, f->d->first_member + p->other));
        PUT(row, "kin",
            p->kase == CASE_KIN_PROPOSED  ? "proposed"
            : p->kase == CASE_KIN_REFUSED ? "refused"
                                          : "confirmed");
        if (p->kase == CASE_KIN_UNIT || p->kase == CASE_KIN_LINE)
            put_plant(f, "KIN-1", "roster.kin", row->id);
    }
    return put_save(f->w, row);
}

struct err *put_family(struct file *f)
{
    struct relative all[RELATIVES_MOST];
    int n = demo_family(f->a, f->d, (int)(f->p - f->d->people), f->l, all);
    for (int i = 0; i < n; i++)
        TRY(put_relative(f, &all[i], i + 1));
    return NULL;
}

/* ---- appraisals, rank, awards ---- */
static struct err *put_appraisals(struct file *f)
{
    struct grade all[GRADES_MOST];
    int n = demo_grades(f->d, (int)(f->p - f->d->people), f->l, all);
    for (int i = 0; i < n; i++) {
        struct row *row;
        TRY(put_of(f, &roster_appraisal, &row));
        PUT(row, "year", put_int(f->a, all[i].year));
        PUT(row, "grade", all[i].code);
        TRY(put_save(f->w, row));
    }
    return NULL;
}

static struct err *put_award(struct file *f, int year)
{
    static const struct {
        const char *kind, *name, *organ;
    } awards[] = {{"commendation", "嘉奖", "委"}, {"merit_third", "记三等功", "委"}, {"title", "先进工作者", "政府"}};
    int i = rng_below(f->r, 3);
    struct row *row;
    TRY(put_of(f, &roster_award, &row));
    PUT(row, "kind", awards[i].kind);
    PUT(row, "name", arena_printf(f->a, "%d年度%s", year, awards[i].name));
    PUT(row, "awarded_on", put_month(f->a, (year + 1) * 12 + rng_range(f->r, 0, 5)));
    PUT(row, "organ", arena_printf(f->a, "%s%s", f->d->name, awards[i].organ));
    return put_save(f->w, row);
}

struct err *put_yearly(struct file *f)
{
    TRY(put_appraisals(f));
    if (f->d->lean)
        return NULL;
    if (f->l->rank != NULL) {
        struct row *row;
        if (f->l->rank_before != NULL) {
            TRY(put_of(f, &roster_rank, &row));
            PUT(row, "rank", f->l->rank_before);
            PUT(row, "from_on", put_month(f->a, f->l->rank_from - f->l->rank_before_months));
            PUT(row, "to_on", put_month(f->a, f->l->rank_from));
            TRY(put_save(f->w, row));
        }
        TRY(put_of(f, &roster_rank, &row));
        PUT(row, "rank", f->l->rank);
        PUT(row, "from_on", put_month(f->a, f->l->rank_from));
        if (f->l->rank_before != NULL)
            put_plant(f, f->p->kase == CASE_RANK_EARLY ? "RANK-2019-Y1" : "RANK-2019-Y2", "roster.rank", row->id);
        TRY(put_save(f->w, row));
    }
    int last = date_year(f->d->today) - 2, years = last - f->l->work_start / 12;
    if (years > 3 && rng_chance(f->r, 160))
        TRY(put_award(f, last - rng_below(f->r, years < 8 ? years : 8)));
    return NULL;
}

/* ---- sanctions and measures ---- */
struct measure {
    const char *kind;
    struct date on;
    int months; /* of its period */
    struct date cancelled;
};

static const char *organ_of(struct file *f, const char *kind)
{
    return arena_printf(f->a, "%s%s", f->d->name,
                        strncmp(kind, "adm_", 4) == 0                                      ? "监察委员会"
                        : strncmp(kind, "org_", 4) == 0 || strcmp(kind, "admonition") == 0 ? "委组织部"
                                                                                           : "纪律检查委员会");
}

static bool excellent_in(struct file *f, int year)
{
    struct grade all[GRADES_MOST];
    int n = demo_grades(f->d, (int)(f->p - f->d->people), f->l, all);
    for (int i = 0; i < n; i++)
        if (all[i].year == year)
            return strcmp(all[i].code, "1") == 0;
    return false;
}

/* An administrative sanction goes into the archive; a heavy one changes post and pay. */
static void carried_out(struct file *f, const struct measure *m, struct row *row)
{
    bool heavy = strcmp(m->kind, "adm_demotion") == 0 || strcmp(m->kind, "adm_removal") == 0;
    if (strncmp(m->kind, "adm_", 4) != 0)
        return;
    if (f->p->kase == CASE_ADM_UNFILED)
        put_plant(f, "ADM-2020-54-1", "roster.measure", row->id);
    else
        PUT(row, "filed_on", put_date(f->a, date_add_days(m->on, 15)));
    if (heavy && f->p->kase == CASE_ADM_UNDONE)
        put_plant(f, "ADM-2020-54-2", "roster.measure", row->id);
    else if (heavy)
        PUT(row, "executed_on", put_date(f->a, date_add_days(m->on, 12)));
}

static struct err *put_measure(struct file *f, const struct measure *m, const char *rule)
{
    struct row *row;
    TRY(put_of(f, &roster_measure, &row));
    PUT(row, "kind", m->kind);
    PUT(row, "cause", "违反工作纪律");
    PUT(row, "organ", organ_of(f, m->kind));
    PUT(row, "document", arena_printf(f->a, "%.6s纪〔%d〕%d号", f->d->name, date_year(m->on), rng_range(f->r, 1, 60)));
    PUT(row, "decided_on", put_date(f->a, m->on));
    PUT(row, "effective_on", put_date(f->a, m->on));
    PUT(row, "cancelled_on", put_date(f->a, m->cancelled));
    if (strcmp(m->kind, "party_probation") == 0) {
        struct date until = date_add_months(m->on, 12);
        PUT(row, "probation_until", put_date(f->a, until));
        if (date_le(f->d->today, until) == TRI_FALSE)
            PUT(row, "rights_restored_on", put_date(f->a, date_add_days(until, 1)));
    }
    if (date_is(m->cancelled))
        PUT(row, "ended_note", "复查后撤销");
    carried_out(f, m, row);
    if (strcmp(m->kind, "admonition") == 0 && excellent_in(f, date_year(m->on)) &&
        date_le(date_make(2015, 6, 26), m->on) == TRI_TRUE)
        put_plant(f, "TIP-2015-ADM-6", "roster.measure", row->id);
    if (rule != NULL)
        put_plant(f, rule, "roster.measure", row->id);
    if (f->p->kase == CASE_ORG_LEAVE && date_le(date_add_months(m->on, 12), f->d->today) == TRI_FALSE)
        put_plant(f, "ORG-2021-P2A", "roster.measure", row->id);
    return put_save(f->w, row);
}

/* A day so many months ago, `days` later. */
static struct date ago(struct file *f, int months, int days)
{
    return date_add_days(date_add_months(f->d->today, -months), days);
}

/* The first day on which a period of so many months began that is not over today: it is over tomorrow or soon after. */
static struct date began_last(struct file *f, int months)
{
    struct date on = ago(f, months, -3);
    while (date_le(date_add_months(on, months), f->d->today) == TRI_TRUE)
        on = date_add_days(on, 1);
    return on;
}

/* One sanction in force or over by a day, or NULL kind. */
static struct measure single(struct file *f, const char **rule)
{
    static const struct {
        enum case_kind running, over;
        const char *kind, *rule;
        int months;
    } kinds[] = {{CASE_W, CASE_W_OVER, "party_warning", "DISC-W", 12},
                 {CASE_SW, CASE_SW_OVER, "party_serious_warning", "DISC-SW", 18},
                 {CASE_REMOVE, CASE_REMOVE_OVER, "party_removal", "DISC-REMOVE", 24},
                 {CASE_ADM1, CASE_ADM1_OVER, "adm_warning", "ADM-2020-08-1", 6},
                 {CASE_ADM2, CASE_ADM2_OVER, "adm_demerit", "ADM-2020-08-2", 12},
                 {CASE_ADM3, CASE_ADM3_OVER, "adm_serious_demerit", "ADM-2020-08-3", 18},
                 {CASE_ADM4, CASE_ADM4_OVER, "adm_demotion", "ADM-2020-08-4", 24},
                 {CASE_TIP, CASE_TIP_OVER, "admonition", "TIP-2015-ADM-7", 6},
                 {CASE_ORG_TRANSFER, CASE_ORG_TRANSFER_OVER, "org_transfer", "ORG-2021-P1", 12},
                 {CASE_ORG_LEAVE, CASE_ORG_LEAVE_OVER, "org_ordered_resignation", "ORG-2021-P2B", 24},
                 {CASE_ORG_DEMOTION, CASE_ORG_DEMOTION_OVER, "org_demotion", "ORG-2021-P3", 24}};
    *rule = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct measure m = {.kind = kinds[i].kind, .months = kinds[i].months};
        if (kinds[i].running == CASE_ADM4 && f->id % 2 == 0)
            m.kind = "adm_removal";
        if (kinds[i].running == CASE_ORG_LEAVE && f->id % 2 == 0)
            m.kind = "org_dismissal";
        if (f->p->kase == kinds[i].running) {
            bool leave = f->p->kase == CASE_ORG_LEAVE, last_day = !leave && rng_chance(f->r, 300);
            m.on = last_day ? began_last(f, m.months) : ago(f, rng_range(f->r, 1, leave ? 11 : m.months - 1), 0);
            *rule = kinds[i].rule;
            return m;
        }
        if (f->p->kase == kinds[i].over) {
            m.on = date_add_days(began_last(f, m.months), -1 - rng_range(f->r, 0, 2));
            return m;
        }
    }
    return (struct measure){0};
}

/* Two party sanctions; what was left of the first is added to the second. */
static struct err *put_two(struct file *f, bool running)
{
    struct measure first = {"party_serious_warning", ago(f, running ? 20 : 38, 0), 18, DATE_UNKNOWN};
    struct measure second = {"party_warning", ago(f, running ? 14 : 34, 0), 12, DATE_UNKNOWN};
    TRY(put_measure(f, &first, NULL));
    return put_measure(f, &second, running ? "DISC-ADD" : NULL);
}

/* Two administrative sanctions of one day. */
static struct err *put_same_day(struct file *f)
{
    struct measure heavy = {"adm_demerit", ago(f, rng_range(f->r, 1, 5), 0), 12, DATE_UNKNOWN}, light = heavy;
    light.kind = "adm_warning";
    TRY(put_measure(f, &heavy, "ADM-2020-08-2"));
    put_plant(f, "ADM-2020-15", "roster.measure", f->w->ids[record_index(&roster_measure)].next - 1);
    TRY(put_measure(f, &light, "ADM-2020-08-1"));
    put_plant(f, "ADM-2020-15", "roster.measure", f->w->ids[record_index(&roster_measure)].next - 1);
    return NULL;
}

static struct err *put_both(struct file *f)
{
    struct measure moved = {"org_transfer", ago(f, 3, 0), 12, DATE_UNKNOWN};
    struct measure warned = {"party_warning", ago(f, 2, 0), 12, DATE_UNKNOWN};
    TRY(put_measure(f, &moved, "ORG-2021-P1"));
    put_plant(f, "ORG-2021-MAX", "roster.member", f->id);
    return put_measure(f, &warned, "DISC-W");
}

/* Long over, as many files have one. */
static struct err *put_old(struct file *f)
{
    static const char *const kinds[] = {
        "party_warning", "party_serious_warning", "adm_warning", "adm_demerit", "admonition", "criticism"};
    struct date on = ago(f, rng_range(f->r, 60, 150), rng_below(f->r, 28));
    if (month_of(on) < f->l->work_start + 24)
        return NULL;
    bool party = f->p->politics == POLITICS_PARTY && f->l->party_joined < month_of(on);
    struct measure m = {.kind = kinds[rng_range(f->r, party ? 0 : 2, 5)], .on = on};
    return put_measure(f, &m, NULL);
}

struct err *put_measures(struct file *f)
{
    const char *rule;
    struct measure m = single(f, &rule);
    switch (f->p->kase) {
    case CASE_W_CANCELLED: m = (struct measure){"party_warning", ago(f, 5, 0), 12, ago(f, 2, 0)}; break;
    case CASE_SW_2015: m = (struct measure){.kind = "party_serious_warning", .on = date_make(2015, 12, 31)}; break;
    case CASE_PROB2:
        m = (struct measure){.kind = "party_probation", .on = ago(f, 12 + rng_range(f->r, 1, 22), 0)};
        rule = "DISC-PROB2";
        break;
    case CASE_PROB:
        m = (struct measure){.kind = "party_probation", .on = ago(f, rng_range(f->r, 1, 11), 0)};
        rule = "DISC-PROB";
        break;
    case CASE_EXPEL:
        m = (struct measure){.kind = "expelled", .on = ago(f, rng_range(f->r, 1, 59), 0)};
        rule = "DISC-EXPEL";
        break;
    case CASE_EXPEL_OVER: m = (struct measure){.kind = "expelled", .on = ago(f, 61, 0)}; break;
    case CASE_ADM_UNFILED: m = (struct measure){.kind = "adm_warning", .on = ago(f, 8, 0)}; break;
    case CASE_ADM_UNDONE: m = (struct measure){.kind = "adm_demotion", .on = ago(f, 26, 0)}; break;
    case CASE_TIP_EXCELLENT: m = (struct measure){.kind = "admonition", .on = demo_admonished(f->d)}; break;
    case CASE_ADM_TWO: return put_same_day(f);
    case CASE_ORG_AND: return put_both(f);
    case CASE_PROB2_OVER: m = (struct measure){.kind = "party_probation", .on = ago(f, 37, 0)}; break;
    case CASE_ADD:
    case CASE_ADD_OVER: return put_two(f, f->p->kase == CASE_ADD);
    case CASE_NONE:
        if (rng_chance(f->r, 14))
            return put_old(f);
        break;
    default: break;
    }
    return m.kind == NULL ? NULL : put_measure(f, &m, rule);
}

/* ---- posts outside ---- */
struct outside {
    bool firm, paid, approved, leads;
    const char *role, *sector, *special, *rule; /* rule: planted on this row */
    int terms, began, ended;                    /* months ago; days ago, 0: still held */
};

/* What a pensioner does outside: consent, no pay, a field not his, except where the case says otherwise. */
static struct outside pensioner(struct file *f)
{
    static const struct {
        enum case_kind k;
        const char *rule;
    } rules[] = {{CASE_ENT_FIELD, "ENT-2013-2"},   {CASE_ENT_CONSENT, "ENT-2013-3"}, {CASE_ENT_FILING, "ENT-2013-4"},
                 {CASE_ENT_TERMS, "ENT-2013-6"},   {CASE_ENT_OLD, "ENT-2013-7"},     {CASE_ENT_PAID, "ENT-2013-8"},
                 {CASE_SOC_CONSENT, "SOC-2014-1"}, {CASE_SOC_TERMS, "SOC-2014-2B"},  {CASE_SOC_OLD, "SOC-2014-2C"},
                 {CASE_SOC_ROLE, "SOC-2014-3"},    {CASE_SOC_PAID, "SOC-2014-4"}};
    enum case_kind k = f->p->kase;
    bool firm = k < CASE_SOC_RETIRED;
    struct outside o = {.firm = firm, .role = firm ? "顾问" : "理事", .sector = firm ? "other" : NULL, .began = 1};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].k == k)
            o.rule = rules[i].rule;
    o.terms = k == CASE_ENT_TERMS || k == CASE_SOC_TERMS ? 3 : 1;
    o.paid = k == CASE_ENT_PAID || k == CASE_SOC_PAID;
    o.approved = k != CASE_ENT_CONSENT && k != CASE_ENT_FILING && k != CASE_SOC_CONSENT;
    if (k == CASE_SOC_ROLE)
        o.special = f->id % 2 == 0 ? "legal" : "founder";
    if (k == CASE_ENT_FIELD) {
        const char *all = f->d->units[f->p->unit].body->sectors;
        o.sector = arena_printf(f->a, "%.*s", (int)strcspn(all, " "), all);
    }
    return o;
}

static struct err *put_one_outside(struct file *f, const struct outside *o)
{
    struct row *row;
    TRY(put_of(f, &roster_outside, &row));
    PUT(row, "kind", o->firm ? "firm" : "society");
    PUT(row, "name", o->firm ? demo_firm(f->a, f->r) : arena_printf(f->a, "%s摄影家协会", f->d->name));
    PUT(row, "role", o->role);
    PUT(row, "sector", o->sector);
    PUT(row, "leads", o->leads ? "1" : "0");
    PUT(row, "special", o->special);
    PUT(row, "terms", put_int(f->a, o->terms));
    PUT(row, "from_on", put_date(f->a, ago(f, o->began, 0)));
    PUT(row, "paid", o->paid ? "1" : "0");
    if (o->ended > 0)
        PUT(row, "to_on", put_date(f->a, date_add_days(f->d->today, -o->ended)));
    PUT(row, "finished", o->ended > 0 ? "1" : "0");
    if (o->approved) {
        PUT(row, "approved_on", put_date(f->a, ago(f, o->began + 1, 0)));
        PUT(row, "document",
            arena_printf(f->a, "%.6s委组兼〔%d〕%d号", f->d->name, date_year(f->d->today) - 3, rng_range(f->r, 1, 30)));
    }
    if (o->rule != NULL)
        put_plant(f, o->rule, "roster.outside", row->id);
    return put_save(f->w, row);
}

struct err *put_outside(struct file *f)
{
    enum case_kind k = f->p->kase;
    struct outside o = {.firm = k == CASE_FIRM || k == CASE_FIRM_ENDED, .terms = 1, .began = rng_range(f->r, 14, 40)};
    o.role = o.firm ? "顾问" : "理事";
    if (demo_pensioner(k)) {
        o = pensioner(f);
    } else if (o.firm) {
        o.paid = true;
        o.rule = k == CASE_FIRM ? "ENT-2013-1" : NULL;
        o.ended = k == CASE_FIRM ? 0 : rng_range(f->r, 1, 30);
    } else if (k == CASE_SOC_HEAD || k == CASE_SOC_HEAD_APPROVED) {
        o.role = "会长";
        o.leads = true;
        o.approved = k == CASE_SOC_HEAD_APPROVED;
        o.rule = o.approved ? NULL : "SOC-1998-1";
    } else if (k == CASE_NONE && rng_chance(f->r, 10)) {
        o.approved = true;
    } else {
        return NULL;
    }
    if (k == CASE_ENT_TWO || k == CASE_SOC_TWO) {
        put_plant(f, k == CASE_ENT_TWO ? "ENT-2013-5" : "SOC-2014-2A", "roster.member", f->id);
        TRY(put_one_outside(f, &o));
    }
    return put_one_outside(f, &o);
}
