/* district.c: one district's plan: which bodies it has, who sits where, and each person's core. Nobody's month of
 * retirement lies in the seventh month from now, so that "within six months" has one meaning only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "demo/cases.h"

enum { RETIRE_SOON = 6 };

void demo_rng(const struct district *d, int person, int what, struct rng *out)
{
    uint64_t number = (uint64_t)(d->first_index + person);
    rng_seed(out, d->seed * 0x9E3779B97F4A7C15U ^ (number * 8 + (uint64_t)what + 1) * 0xBF58476D1CE4E5B9U);
}

int demo_retirement(const struct person *p)
{
    if (p->base_age == 0)
        return 0;
    int old = p->birth + 12 * p->base_age, n = old - 2025 * 12;
    if (n < 0)
        return old;
    int delay = p->base_age == 50 ? n / 2 + 1 : n / 4 + 1, most = p->base_age == 50 ? 60 : 36;
    return old + (delay < most ? delay : most);
}

const char *demo_node(int months)
{
    return months > 6 && months <= 12   ? "RET-NODE-12"
           : months > 1 && months <= 3  ? "RET-NODE-3"
           : months == 0 || months == 1 ? "RET-NODE-1"
                                        : NULL;
}

/* ---- units and seats ---- */
static int units_wanted(int n)
{
    int units = n / 10 < 15 ? 15 : n / 10;
    return units > demo_n_bodies ? demo_n_bodies : units;
}

int demo_form_bodies(int64_t n)
{
    return n >= 250 && n < 600 ? 40 : 0;
}

static void make_unit(struct district *d, struct unit *u, const struct body *b, struct rng *r)
{
    u->body = b;
    u->name = arena_printf(d->arena, b->name, d->name, d->name);
    u->short_name = arena_printf(d->arena, b->short_name, d->name);
    u->parent = -1;
    if (strcmp(b->kind, "township") == 0)
        u->division = arena_printf(d->arena, "%s%03d", d->code, 101 + (int)(u - d->units));
    for (int i = 0; i < d->n_units && b->under != NULL; i++)
        if (strcmp(d->units[i].short_name, arena_printf(d->arena, b->under, d->name)) == 0)
            u->parent = i;
    for (int l = 0; l < LEVELS; l++)
        u->approved[l] = -1;
    for (int s = 0; s < b->pattern->n; s++) {
        const struct slot *slot = &b->pattern->slots[s];
        u->filled[s] = slot->n - (slot->n > 1 && rng_chance(r, 180));
        u->leaders += u->filled[s];
        u->approved[slot->level] = (u->approved[slot->level] < 0 ? 0 : u->approved[slot->level]) + slot->n;
    }
    u->old_quota = rng_chance(r, 150);
}

static void choose_units(struct district *d, struct rng *r)
{
    int wanted = d->bodies > 0 ? d->bodies : units_wanted(d->n);
    d->units = arena_array(d->arena, struct unit, demo_n_bodies);
    for (int i = 0; i < demo_n_bodies; i++)
        if (demo_bodies[i].keep <= wanted - 7) {
            make_unit(d, &d->units[d->n_units], &demo_bodies[i], r);
            d->n_units++;
        }
}

static void seat(struct district *d)
{
    int leaders = 0, weight = 0;
    for (int i = 0; i < d->n_units; i++) {
        leaders += d->units[i].leaders;
        weight += d->units[i].body->weight;
    }
    d->people = arena_array(d->arena, struct person, d->n);
    int staff = d->n - leaders, at = 0, given = 0, before = 0;
    for (int i = 0; i < d->n_units; i++) {
        struct unit *u = &d->units[i];
        before += u->body->weight;
        int reached = (int)((int64_t)staff * before / weight);
        u->staff = reached - given;
        given = reached;
        u->first = at;
        for (int s = 0; s < u->body->pattern->n; s++)
            for (int k = 0; k < u->filled[s]; k++)
                d->people[at++] = (struct person){.unit = i, .slot = s, .other = -1};
        for (int k = 0; k < u->staff; k++)
            d->people[at++] = (struct person){.unit = i, .slot = -1, .other = -1};
    }
}

/* ---- cores ---- */
struct ages {
    int lo, hi; /* years */
};

static struct ages ages_of(const struct person *p, const struct slot *s, struct rng *r)
{
    static const int bands[][3] = {{23, 29, 150}, {30, 34, 170}, {35, 39, 180}, {40, 44, 150},
                                   {45, 49, 140}, {50, 54, 120}, {55, 59, 90}};
    switch (p->kase) {
    case CASE_TERMS:
    case CASE_TERMS_ONE:
    case CASE_TERM_LEFT:
    case CASE_TERM_MOVES:
    case CASE_EXCHANGE:
    case CASE_EXCHANGE_NEARLY: return (struct ages){50, 56};
    case CASE_TERM:
    case CASE_TERM_NEARLY: return (struct ages){50, 54};
    case CASE_SW_2015: return (struct ages){42, 54};
    case CASE_KIN_LINE: return s != NULL ? (struct ages){52, 55} : (struct ages){26, 29};
    case CASE_KIN_UNIT:
    case CASE_KIN_PROPOSED:
    case CASE_KIN_REFUSED: return (struct ages){33, 38};
    case CASE_OVER_QUOTA:
    case CASE_NO_QUOTA: return (struct ages){40, 48};
    default: break;
    }
    if (s != NULL)
        return s->level == LEVEL_COUNTY          ? (struct ages){46, 57}
               : s->level == LEVEL_DEPUTY_COUNTY ? (struct ages){42, 56}
               : s->level == LEVEL_SECTION       ? (struct ages){37, 55}
                                                 : (struct ages){31, 54};
    if (p->kase != CASE_NONE)
        return (struct ages){32, 52};
    int at = rng_below(r, 1000), i = 0;
    while (at >= bands[i][2])
        at -= bands[i++][2];
    return (struct ages){bands[i][0], bands[i][1]};
}

static int base_age_of(const struct district *d, const struct person *p, const struct slot *s)
{
    if (p->male)
        return 60;
    if (p->kase == CASE_RETIRE_50 || strcmp(d->units[p->unit].body->staff, "A1") == 0)
        return 50;
    return s != NULL && s->level >= LEVEL_DEPUTY_COUNTY ? 60 : 55;
}

/* A birth whose month of retirement is `month`: later births never retire sooner. */
static void retire_in(struct person *p, int month)
{
    p->birth = month - 12 * p->base_age - 70;
    while (demo_retirement(p) < month)
        p->birth++;
    if (demo_retirement(p) > month) /* the steps leave months out: the last one before */
        p->birth--;
}

static void retired(struct person *p, int now, struct rng *r)
{
    if (p->kase == CASE_ENT_OLD || p->kase == CASE_SOC_OLD)
        p->birth = now - rng_range(r, 71 * 12, 74 * 12);
    else
        retire_in(p, now - (p->kase == CASE_ENT_FILING ? rng_range(r, 40, 60) : rng_range(r, 2, 30)));
    p->status = STATUS_RETIRED;
    p->status_month = demo_retirement(p);
}

static void birth_and_status(const struct district *d, struct person *p, struct rng *r, const struct slot *s)
{
    int now = month_of(d->today);
    struct ages ages = ages_of(p, s, r);
    p->birth = now - rng_range(r, ages.lo * 12, ages.hi * 12 + 11);
    p->birth_day = rng_range(r, 1, 28);
    p->base_age = base_age_of(d, p, s);
    p->status = STATUS_IN_OFFICE;
    if (demo_pensioner(p->kase) || (p->kase == CASE_KIN_RETIRED && p->male)) {
        retired(p, now, r);
    } else if (p->kase == CASE_RETIRE_PAST) {
        retire_in(p, now - rng_range(r, 1, 5));
    } else if (p->kase == CASE_RETIRE_50 || p->kase == CASE_RETIRE_OTHER) {
        retire_in(p, now + rng_range(r, 1, RETIRE_SOON - 1));
    } else if (p->kase >= CASE_NODE_12 && p->kase <= CASE_NODE_1) {
        retire_in(p, now + (p->kase == CASE_NODE_12 ? 10 : p->kase == CASE_NODE_3 ? 3 : 1));
    } else if (p->kase == CASE_RETIRE_LATER) {
        retire_in(p, now + RETIRE_SOON + 2);
        while (demo_retirement(p) <= now + RETIRE_SOON + 1)
            p->birth++;
    } else {
        if (p->kase == CASE_NONE && s == NULL && !d->forms && rng_chance(r, 30))
            retired(p, now, r);
        else if (p->kase == CASE_NONE && s == NULL && now - p->birth > 30 * 12 && !d->forms && rng_chance(r, 9)) {
            p->status = rng_chance(r, 700) ? STATUS_LEFT : STATUS_DECEASED;
            p->status_month = now - rng_range(r, 2, 40);
        }
        int month;
        while (p->status == STATUS_IN_OFFICE && ((month = demo_retirement(p)) < now || month == now + RETIRE_SOON + 1))
            p->birth += month < now ? rng_range(r, 7, 150) : 5;
    }
}

static enum politics politics_of(const struct person *p, const struct slot *s, int now, struct rng *r)
{
    int age = (now - p->birth) / 12;
    if (p->party_needed || p->kase == CASE_AGE_PARTY)
        return POLITICS_PARTY;
    if (p->kase == CASE_FILE_NO_PARTY || p->kase == CASE_EXPEL || p->kase == CASE_EXPEL_OVER)
        return POLITICS_MASSES;
    if (rng_chance(r, s != NULL ? 965 : 760))
        return POLITICS_PARTY;
    if (age < 28)
        return POLITICS_LEAGUE;
    return rng_chance(r, 200) ? POLITICS_OTHER : POLITICS_MASSES;
}

static const char *job_of(const struct district *d, const struct person *p, const struct slot *s, struct rng *r)
{
    static const char *const offices[] = {"办公室",   "综合科",   "政工科", "法规科", "人事科",
                                          "业务一科", "业务二科", "财务科", "督查科"};
    const struct unit *u = &d->units[p->unit];
    if (s != NULL) {
        const char *head = *u->body->head != '\0' ? u->body->head : d->name + strlen(d->name) - 3;
        return arena_printf(d->arena, s->title, head);
    }
    if (p->kase == CASE_OVER_QUOTA || p->kase == CASE_NO_QUOTA)
        return strcmp(u->body->kind, "township") == 0 ? "副镇长" : "党组成员、副职领导";
    int age = (month_of(d->today) - p->birth) / 12;
    const char *office = offices[rng_below(r, (int)(sizeof offices / sizeof *offices))];
    if (strcmp(u->body->staff, "B1") == 0)
        return age > 38 ? "审判员" : "法官助理";
    if (strcmp(u->body->staff, "B2") == 0)
        return age > 38 ? "检察员" : "检察官助理";
    if (strstr(u->short_name, "公安局") != NULL && rng_chance(r, 800))
        return rng_chance(r, 120) ? "派出所副所长" : "民警";
    bool office_does = strcmp(office, "办公室") == 0;
    if (age >= 36 && rng_chance(r, 260))
        return arena_printf(d->arena, "%s%s", office, office_does ? "主任" : "科长");
    if (age >= 31 && rng_chance(r, 240))
        return arena_printf(d->arena, "%s%s", office, office_does ? "副主任" : "副科长");
    return rng_chance(r, 700) ? arena_printf(d->arena, "%s科员", office) : "科员";
}

static void make_core(struct district *d, int i)
{
    struct person *p = &d->people[i];
    const struct slot *s = p->slot < 0 ? NULL : &d->units[p->unit].body->pattern->slots[p->slot];
    struct rng r;
    if (d->forms && (demo_pensioner(p->kase) || p->kase == CASE_KIN_RETIRED))
        p->kase = p->relation != NULL ? CASE_KIN_UNIT : CASE_NONE;
    if (d->forms && p->kase == CASE_RESUME_END)
        p->kase = CASE_NONE;
    demo_rng(d, i, 0, &r);
    int women = s == NULL ? 420 : s->level >= LEVEL_DEPUTY_COUNTY ? 220 : 280;
    p->male = !rng_chance(&r, women);
    if (p->relation != NULL) /* what the other is says what this one is */
        p->male = strcmp(p->relation, "husband") != 0;
    else if (p->kase == CASE_RETIRE_50)
        p->male = false;
    else if (p->kase >= CASE_TERMS && p->kase <= CASE_TERM_NEARLY)
        p->male = true; /* old enough for the years, far from retirement */
    p->party_needed = (p->kase >= CASE_W && p->kase <= CASE_ADD_OVER) || p->kase == CASE_PROB2 ||
                      p->kase == CASE_PROB2_OVER || p->kase == CASE_PROB || p->kase == CASE_ORG_AND ||
                      p->kase == CASE_PARTY_AGE || p->kase == CASE_YOUNG_PARTY;
    p->ethnicity = demo_ethnicity(&r);
    birth_and_status(d, p, &r, s);
    p->name = demo_name(d->arena, &r, p->male, p->ethnicity);
    p->politics = politics_of(p, s, month_of(d->today), &r);
    p->job = job_of(d, p, s, &r);
    p->id_serial = rng_below(&r, 500) * 2 + p->male;
}

/* ---- ids are unique: who shares a birthday in one district draws again ---- */
static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* What the id says, with the slip a case plants. */
static int id_month(const struct person *p)
{
    return p->kase == CASE_ID_BIRTH ? p->birth - 14 : p->birth;
}

static int id_serial(const struct person *p)
{
    return p->kase == CASE_ID_SEX ? p->id_serial ^ 1 : p->id_serial;
}

static void part_ids(struct district *d)
{
    int64_t *all = arena_array(d->arena, int64_t, d->n);
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < d->n; i++) {
            const struct person *p = &d->people[i];
            all[i] = (((int64_t)id_month(p) * 32 + p->birth_day) * 1000 + id_serial(p)) << 20 | i;
        }
        qsort(all, (size_t)d->n, sizeof *all, by_number);
        for (int i = 1; i < d->n; i++)
            if (all[i] >> 20 == all[i - 1] >> 20) {
                struct person *p = &d->people[all[i] & 0xFFFFF];
                p->id_serial = (p->id_serial + 2) % 1000;
                again = true;
            }
    }
}

void demo_citizen_id(const struct district *d, const struct person *p, char out[19])
{
    int month = id_month(p);
    char text[40];
    snprintf(text, sizeof text, "%.6s%04d%02d%02d%03d", d->code, month / 12, month % 12 + 1, p->birth_day,
             id_serial(p));
    memcpy(out, text, 17);
    out[17] = ids_citizen_check(text);
    if (p->kase == CASE_ID_DIGIT)
        out[17] = out[17] == 'X' ? '0' : out[17] == '9' ? 'X' : (char)(out[17] + 1);
    out[18] = '\0';
}

/* ---- kin in bodies apart ---- */
static bool apart(const struct district *d, const struct person *a, const struct person *b)
{
    const struct unit *u = &d->units[a->unit], *v = &d->units[b->unit];
    return a->unit != b->unit && u->parent != b->unit && v->parent != a->unit;
}

static void link_kin(struct district *d)
{
    int half = d->n / 2;
    for (int i = 0; i < half; i++) {
        struct person *a = &d->people[i], *b = &d->people[i + half];
        struct rng r;
        demo_rng(d, i, 1, &r);
        if (!rng_chance(&r, 120) || a->slot >= 0 || b->slot >= 0 || a->kase != CASE_NONE || b->kase != CASE_NONE ||
            a->other >= 0 || b->other >= 0 || !apart(d, a, b))
            continue;
        int older = (b->birth - a->birth) / 12; /* a is older by */
        if (a->male != b->male && abs(older) <= 4 && a->birth < month_of(d->today) - 27 * 12 &&
            b->birth < month_of(d->today) - 27 * 12) {
            a->relation = a->male ? "wife" : "husband";
            b->relation = b->male ? "wife" : "husband";
        } else if (!a->male && older >= 23 && older <= 34) {
            a->relation = b->male ? "son" : "daughter";
            b->relation = "mother";
        } else {
            continue;
        }
        a->other = i + half;
        b->other = i;
    }
}

void demo_district_make(struct district *d, int n, const int64_t times[CASES])
{
    struct rng r;
    rng_seed(&r, d->seed ^ ((uint64_t)d->index + 1) * 0x94D049BB133111EBU);
    d->n = n;
    d->n_units = 0;
    demo_place(d->arena, d->index, &d->name, &d->city, &d->code);
    choose_units(d, &r);
    seat(d);
    demo_cases_place(d, times);
    for (int i = 0; i < n; i++)
        make_core(d, i);
    demo_best_place(d, times);
    part_ids(d);
    link_kin(d);
}
