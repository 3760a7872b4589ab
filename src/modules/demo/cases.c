/* cases.c: which people a district's planted cases fall on. Most fall on anybody; some need a leader, a pair in one
 * body, or a body with a lower one. A person carries one case at most. */
#include "demo/cases.h"

#include <string.h>

enum who_for {
    ANYBODY,
    STAFF,
    OLD_WORKER,
    REGULATOR,
    SERVANT,
    NOBODY /* placed by hand */,
    FEW /* so are these, and there are few such leaders */
};

static const struct {
    const char *name;
    bool hit;
    enum who_for who;
    int per; /* one more for so many people */
} cases[CASES] = {
    [CASE_W] = {"warning", true, ANYBODY, 2500},
    [CASE_W_OVER] = {"warning over", false, ANYBODY, 5000},
    [CASE_W_CANCELLED] = {"warning cancelled", false, ANYBODY, 9000},
    [CASE_SW] = {"serious warning", true, ANYBODY, 3000},
    [CASE_SW_OVER] = {"serious warning over", false, ANYBODY, 6000},
    [CASE_SW_2015] = {"serious warning of 2015", false, ANYBODY, 9000},
    [CASE_REMOVE] = {"removal from party posts", true, STAFF, 5000},
    [CASE_REMOVE_OVER] = {"removal over", false, STAFF, 9000},
    [CASE_ADD] = {"second party sanction", true, ANYBODY, 6000},
    [CASE_ADD_OVER] = {"second party sanction over", false, ANYBODY, 9000},
    [CASE_ADM1] = {"administrative warning", true, ANYBODY, 4000},
    [CASE_ADM1_OVER] = {"administrative warning over", false, ANYBODY, 6000},
    [CASE_ADM2] = {"demerit", true, ANYBODY, 4000},
    [CASE_ADM2_OVER] = {"demerit over", false, ANYBODY, 6000},
    [CASE_ADM3] = {"major demerit", true, ANYBODY, 5000},
    [CASE_ADM3_OVER] = {"major demerit over", false, ANYBODY, 9000},
    [CASE_ADM4] = {"demotion or removal", true, STAFF, 5000},
    [CASE_ADM4_OVER] = {"demotion or removal over", false, STAFF, 9000},
    [CASE_PROB2] = {"rights restored", true, STAFF, 6000},
    [CASE_PROB2_OVER] = {"rights restored long ago", false, STAFF, 9000},
    [CASE_TIP] = {"admonition", true, ANYBODY, 5000},
    [CASE_TIP_OVER] = {"admonition over", false, ANYBODY, 9000},
    [CASE_ORG_TRANSFER] = {"change of post", true, STAFF, 6000},
    [CASE_ORG_TRANSFER_OVER] = {"change of post over", false, STAFF, 9000},
    [CASE_ORG_LEAVE] = {"ordered to resign", true, STAFF, 6000},
    [CASE_ORG_LEAVE_OVER] = {"ordered to resign, over", false, STAFF, 9000},
    [CASE_ORG_DEMOTION] = {"demotion", true, STAFF, 6000},
    [CASE_ORG_DEMOTION_OVER] = {"demotion over", false, STAFF, 9000},
    [CASE_ORG_AND] = {"change of post and warning", true, ANYBODY, 9000},
    [CASE_PROB] = {"probation within the party", true, STAFF, 6000},
    [CASE_EXPEL] = {"expelled", true, STAFF, 9000},
    [CASE_EXPEL_OVER] = {"expelled long ago", false, STAFF, 9000},
    [CASE_ADM_TWO] = {"two administrative sanctions", true, ANYBODY, 9000},
    [CASE_ADM_UNFILED] = {"sanction not in the archive", true, ANYBODY, 5000},
    [CASE_ADM_UNDONE] = {"demotion not carried out", true, STAFF, 6000},
    [CASE_TIP_EXCELLENT] = {"admonished and excellent", true, ANYBODY, 6000},
    [CASE_TERM_LEFT] = {"left within the term", true, NOBODY, 6000},
    [CASE_TERM_MOVES] = {"moved twice in a term", true, NOBODY, 6000},
    [CASE_PROBATION_SOON] = {"probation ends soon", true, NOBODY, 4000},
    [CASE_TERMS] = {"two terms in one post", true, NOBODY, 3000},
    [CASE_TERMS_ONE] = {"one term and a short one", false, NOBODY, 5000},
    [CASE_PROBATION] = {"probation not assessed", true, NOBODY, 2500},
    [CASE_EXCHANGE] = {"ten years in one post", true, NOBODY, 3000},
    [CASE_EXCHANGE_NEARLY] = {"ten years less a day", false, NOBODY, 5000},
    [CASE_TERM] = {"fifteen years at one level", true, NOBODY, 3000},
    [CASE_TERM_NEARLY] = {"fifteen years less a month", false, NOBODY, 5000},
    [CASE_KIN_UNIT] = {"kin in one unit", true, NOBODY, 2500},
    [CASE_KIN_LINE] = {"kin in a line of command", true, NOBODY, 3000},
    [CASE_KIN_PROPOSED] = {"kin not confirmed", false, NOBODY, 5000},
    [CASE_KIN_REFUSED] = {"kin refused", false, NOBODY, 9000},
    [CASE_KIN_RETIRED] = {"kin retired", false, NOBODY, 5000},
    [CASE_KIN_FIRM] = {"family firm in the field", true, NOBODY, 5000},
    [CASE_KIN_FIRM_OTHER] = {"family firm elsewhere", false, NOBODY, 6000},
    [CASE_HOME_COUNTY] = {"principal in the home county", true, FEW, 9000},
    [CASE_HOME_TOWN] = {"principal in the home township", true, FEW, 9000},
    [CASE_ABOVE] = {"above the plan", true, NOBODY, 6000},
    [CASE_FIRM] = {"post in a firm", true, ANYBODY, 2000},
    [CASE_FIRM_ENDED] = {"post in a firm ended", false, ANYBODY, 4000},
    [CASE_FIRM_RETIRED] = {"post in a firm of a retired", false, STAFF, 4000},
    [CASE_ENT_FIELD] = {"firm of the former field", true, REGULATOR, 6000},
    [CASE_ENT_CONSENT] = {"firm without consent", true, STAFF, 6000},
    [CASE_ENT_FILING] = {"firm not filed", true, STAFF, 6000},
    [CASE_ENT_TWO] = {"two firms", true, STAFF, 6000},
    [CASE_ENT_TERMS] = {"firm, third term", true, STAFF, 6000},
    [CASE_ENT_OLD] = {"firm at seventy", true, STAFF, 6000},
    [CASE_ENT_PAID] = {"firm pays", true, STAFF, 6000},
    [CASE_SOC_RETIRED] = {"post in a society of a retired", false, STAFF, 6000},
    [CASE_SOC_CONSENT] = {"society without consent", true, STAFF, 6000},
    [CASE_SOC_TWO] = {"two societies", true, STAFF, 6000},
    [CASE_SOC_TERMS] = {"society, third term", true, STAFF, 6000},
    [CASE_SOC_OLD] = {"society at seventy", true, STAFF, 6000},
    [CASE_SOC_ROLE] = {"legal representative of a society", true, STAFF, 6000},
    [CASE_SOC_PAID] = {"society pays", true, STAFF, 6000},
    [CASE_SOC_HEAD] = {"heads a society", true, FEW, 9000},
    [CASE_SOC_HEAD_APPROVED] = {"heads a society, approved", false, FEW, 9000},
    [CASE_OVER_QUOTA] = {"post over quota", true, NOBODY, 2500},
    [CASE_NO_QUOTA] = {"post without quota", false, NOBODY, 5000},
    [CASE_RANK_EARLY] = {"rank too early", true, SERVANT, 5000},
    [CASE_RANK_EARLY_HIGH] = {"high rank too early", true, SERVANT, 9000},
    [CASE_SHARE] = {"too many excellent", true, NOBODY, 9000},
    [CASE_SHARE_AGREED] = {"many excellent, agreed", false, FEW, 9000},
    [CASE_RETIRE_PAST] = {"retirement passed", true, STAFF, 3000},
    [CASE_RETIRE_50] = {"retirement, base 50", true, OLD_WORKER, 4000},
    [CASE_NODE_12] = {"retirement in nine months", true, STAFF, 9000},
    [CASE_NODE_3] = {"retirement in three months", true, STAFF, 9000},
    [CASE_NODE_1] = {"retirement next month", true, STAFF, 9000},
    [CASE_RETIRE_LATER] = {"retirement in the eighth month", false, STAFF, 5000},
    [CASE_RETIRE_OTHER] = {"retirement otherwise set", false, STAFF, 9000},
    [CASE_AGE_BIRTH] = {"birth in conflict", true, ANYBODY, 2000},
    [CASE_AGE_WORK] = {"start of work in conflict", true, ANYBODY, 3000},
    [CASE_AGE_PARTY] = {"party entry in conflict", true, ANYBODY, 3000},
    [CASE_AGE_RECOGNISED] = {"conflict recognised", false, ANYBODY, 3000},
    [CASE_AGE_YEAR] = {"paper gives the year", false, ANYBODY, 3000},
    [CASE_AUDIT_PLACE] = {"principal of a place not audited", true, NOBODY, 6000},
    [CASE_AUDIT_BODY] = {"principal of a body not audited", true, NOBODY, 5000},
    [CASE_AUDIT_FIRM] = {"head of a firm not audited", true, FEW, 9000},
    [CASE_AUDIT_JOINT] = {"not audited jointly", true, NOBODY, 6000},
    [CASE_LEFT_UNAUDITED] = {"left and not audited", true, NOBODY, 6000},
    [CASE_ONE_POST] = {"one post at the level below", true, FEW, 9000},
    [CASE_SHORT_DEPUTY] = {"too short as deputy", true, FEW, 9000},
    [CASE_SHORT_LOWER] = {"too short at the level below", true, FEW, 9000},
    [CASE_SKIP] = {"a level skipped", true, FEW, 9000},
    [CASE_SCHOOL] = {"county level without college", true, FEW, 9000},
    [CASE_PARTY_AGE] = {"too short in the party", true, FEW, 9000},
    [CASE_YOUNG_WORK] = {"at work at fifteen", true, ANYBODY, 5000},
    [CASE_YOUNG_PARTY] = {"in the party at sixteen", true, ANYBODY, 5000},
    [CASE_RESUME_END] = {"resume ends early", true, ANYBODY, 4000},
    [CASE_GAP] = {"gap in the resume", true, ANYBODY, 2500},
    [CASE_OVERLAP] = {"overlap in the resume", true, ANYBODY, 3000},
    [CASE_FILE] = {"file incomplete", true, ANYBODY, 2000},
    [CASE_FILE_UNSEEN] = {"file not checked", false, ANYBODY, 4000},
    [CASE_FILE_NO_PARTY] = {"no party papers needed", false, STAFF, 5000},
    [CASE_ID_DIGIT] = {"id: check character", true, ANYBODY, 2500},
    [CASE_ID_BIRTH] = {"id: birth", true, ANYBODY, 3000},
    [CASE_ID_SEX] = {"id: sex", true, ANYBODY, 5000},
    [CASE_ID_MONTH] = {"id: birth to the month", false, ANYBODY, 5000},
};

struct err *demo_case_times(struct arena *a, int64_t n, int districts, int64_t times[CASES])
{
    if (n < 120 || n > 5000000)
        return err_say(ERR(a, ERR_INVALID, "members is %lld, not 120 to 5000000", (long long)n), "demo.size", NULL);
    memset(times, 0, sizeof *times * CASES);
    for (int k = CASE_NONE + 1; k < CASES; k++) {
        int64_t least = n < 400 || cases[k].who == FEW ? 1 : cases[k].hit ? 3 : 2;
        times[k] = least + n / cases[k].per;
    }
    /* eight principals and deputies a district hold posts the ten-year rule is about */
    if (times[CASE_EXCHANGE] + times[CASE_EXCHANGE_NEARLY] > 5 * (int64_t)districts) {
        times[CASE_EXCHANGE] = 3 * (int64_t)districts;
        times[CASE_EXCHANGE_NEARLY] = 2 * (int64_t)districts;
    }
    return NULL;
}

/* A walk over the district's people that meets each once, in an order that looks like chance. */
struct walk {
    struct district *d;
    int at, step, left;
};

static int gcd(int a, int b)
{
    return b == 0 ? a : gcd(b, a % b);
}

static void walk_begin(struct walk *w, struct district *d)
{
    *w = (struct walk){d, d->n / 3, d->n * 5 / 13 + 1, d->n};
    while (gcd(w->step, d->n) != 1)
        w->step++;
}

static bool suits(const struct district *d, const struct person *p, enum who_for who)
{
    if (p->kase != CASE_NONE)
        return false;
    bool worker = strcmp(d->units[p->unit].body->staff, "A1") == 0;
    if (who == OLD_WORKER)
        return p->slot < 0 && (worker || d->n_units < demo_n_bodies);
    if (who == SERVANT)
        return p->slot < 0 && strcmp(d->units[p->unit].body->staff, "1") == 0 &&
               strstr(d->units[p->unit].body->name, "公安") == NULL;
    if (who == REGULATOR)
        return p->slot < 0 && d->units[p->unit].body->sectors != NULL;
    return who == ANYBODY || p->slot < 0;
}

static struct person *walk_next(struct walk *w, enum who_for who)
{
    while (w->left-- > 0) {
        w->at = (w->at + w->step) % w->d->n;
        if (suits(w->d, &w->d->people[w->at], who))
            return &w->d->people[w->at];
    }
    return NULL;
}

int64_t demo_share(const struct district *d, int64_t times)
{
    return times * (d->index + 1) / d->of - times * d->index / d->of;
}

static const struct slot *slot_of(const struct district *d, const struct person *p)
{
    return p->slot < 0 ? NULL : &d->units[p->unit].body->pattern->slots[p->slot];
}

static bool local_body(const struct district *d, const struct person *p)
{
    const char *kind = d->units[p->unit].body->kind;
    return strcmp(kind, "local_committee") == 0 || strcmp(kind, "local_government") == 0;
}

static bool leader_suits(const struct district *d, const struct person *p, enum case_kind k)
{
    const struct slot *s = slot_of(d, p);
    if (s == NULL || p->kase != CASE_NONE || p->other >= 0)
        return false;
    if (k == CASE_EXCHANGE || k == CASE_EXCHANGE_NEARLY)
        return local_body(d, p);
    if (k == CASE_SHORT_DEPUTY)
        return s->level == LEVEL_COUNTY;
    if (k == CASE_SHORT_LOWER)
        return s->level == LEVEL_DEPUTY_COUNTY;
    if (k == CASE_HOME_COUNTY || k == CASE_HOME_TOWN)
        return (s->flags & (k == CASE_HOME_TOWN ? SLOT_TOWN : SLOT_COUNTY)) != 0;
    if (k == CASE_KIN_FIRM || k == CASE_KIN_FIRM_OTHER)
        return d->units[p->unit].body->sectors != NULL;
    if (k == CASE_AUDIT_PLACE)
        return s->chief && strcmp(d->units[p->unit].body->kind, "township") == 0;
    if (k == CASE_AUDIT_FIRM)
        return s->chief && strcmp(d->units[p->unit].body->kind, "state_firm") == 0;
    if (k == CASE_AUDIT_BODY || k == CASE_AUDIT_JOINT)
        return s->chief && s->level == LEVEL_SECTION &&
               strcmp(d->units[p->unit].body->kind, "government_department") == 0;
    if (k == CASE_ABOVE)
        return s->level == LEVEL_DEPUTY_SECTION && !s->chief;
    if (k == CASE_PARTY_AGE)
        return (s->flags & SLOT_STANDING) != 0;
    if (k == CASE_SOC_HEAD || k == CASE_SOC_HEAD_APPROVED || demo_promoted(k))
        return s->level >= LEVEL_DEPUTY_COUNTY;
    if (k == CASE_PROBATION || k == CASE_PROBATION_SOON)
        return s->level == LEVEL_DEPUTY_SECTION && (s->flags & SLOT_ELECTED) == 0;
    return s->level == LEVEL_SECTION && s->chief; /* the terms */
}

static void place_leaders(struct district *d, enum case_kind k, int64_t n)
{
    int step = d->n * 3 / 7 + 1;
    while (gcd(step, d->n) != 1)
        step++;
    for (int i = 0, at = k; i < d->n && n > 0; i++, at = (at + step) % d->n)
        if (leader_suits(d, &d->people[at % d->n], k)) {
            d->people[at % d->n].kase = k;
            n--;
        }
}

static void pair(struct district *d, int a, int b, enum case_kind k, const char *a_of_b, const char *b_of_a)
{
    struct person *p = &d->people[a], *q = &d->people[b];
    p->kase = q->kase = k;
    p->other = b;
    q->other = a;
    p->relation = b_of_a; /* what b is to a */
    q->relation = a_of_b;
}

/* Two of one body's staff who carry nothing yet. */
static bool two_staff(const struct district *d, const struct unit *u, int *a, int *b)
{
    int got = 0;
    for (int i = u->first + u->leaders; i < u->first + u->leaders + u->staff && got < 2; i++)
        if (d->people[i].kase == CASE_NONE && d->people[i].other < 0)
            *(got++ == 0 ? a : b) = i;
    return got == 2;
}

static void place_pairs(struct district *d, enum case_kind k, int64_t n)
{
    for (int i = 0, at = k * 5 % d->n_units; n > 0 && i < 3 * d->n_units; i++, at = (at + 1) % d->n_units) {
        int a, b;
        if (two_staff(d, &d->units[at], &a, &b)) {
            pair(d, a, b, k, "husband", "wife"); /* a is the husband of b */
            n--;
        }
    }
}

/* The head of a body and a child-in-law in a body below it. */
static void place_lines(struct district *d, int64_t n)
{
    for (int round = 0; round < 4 && n > 0; round++)
        for (int i = 0; i < d->n_units && n > 0; i++) {
            struct unit *low = &d->units[i];
            if (low->parent < 0)
                continue;
            struct unit *high = &d->units[low->parent];
            int boss = high->first + round, a, b;
            if (round < high->leaders && d->people[boss].kase == CASE_NONE && two_staff(d, low, &a, &b)) {
                pair(d, boss, a, CASE_KIN_LINE, "wifes_father", "son_in_law");
                n--;
            }
        }
}

/* One deputy more than approved, or one who takes no place; in bodies without a vacancy. */
static void place_quota(struct district *d, enum case_kind k, int64_t n)
{
    for (int i = 0, at = (k * 3 + 7) % d->n_units; n > 0 && i < d->n_units; i++, at = (at + 1) % d->n_units) {
        struct unit *u = &d->units[at];
        int a, b;
        bool taken = false; /* by the other of the two cases */
        for (int j = u->first; j < u->first + u->leaders + u->staff; j++)
            taken |= d->people[j].kase == CASE_OVER_QUOTA || d->people[j].kase == CASE_NO_QUOTA;
        if (taken || u->approved[LEVEL_DEPUTY_SECTION] < 1 || !two_staff(d, u, &a, &b))
            continue;
        u->approved[LEVEL_DEPUTY_SECTION] = 0;
        for (int s = 0; s < u->body->pattern->n; s++)
            if (u->body->pattern->slots[s].level == LEVEL_DEPUTY_SECTION)
                u->approved[LEVEL_DEPUTY_SECTION] += u->filled[s];
        d->people[a].kase = k;
        n--;
    }
}

void demo_cases_place(struct district *d, const int64_t times[CASES])
{
    static const enum case_kind leaders[] = {CASE_AUDIT_FIRM,
                                             CASE_AUDIT_PLACE,
                                             CASE_AUDIT_BODY,
                                             CASE_AUDIT_JOINT,
                                             CASE_LEFT_UNAUDITED,
                                             CASE_EXCHANGE,
                                             CASE_EXCHANGE_NEARLY,
                                             CASE_HOME_COUNTY,
                                             CASE_HOME_TOWN,
                                             CASE_KIN_FIRM,
                                             CASE_KIN_FIRM_OTHER,
                                             CASE_ABOVE,
                                             CASE_PARTY_AGE,
                                             CASE_SHORT_DEPUTY,
                                             CASE_SHORT_LOWER,
                                             CASE_ONE_POST,
                                             CASE_SKIP,
                                             CASE_SCHOOL,
                                             CASE_TERMS,
                                             CASE_TERMS_ONE,
                                             CASE_TERM_LEFT,
                                             CASE_TERM_MOVES,
                                             CASE_TERM,
                                             CASE_TERM_NEARLY,
                                             CASE_PROBATION,
                                             CASE_PROBATION_SOON,
                                             CASE_SOC_HEAD,
                                             CASE_SOC_HEAD_APPROVED};
    static const enum case_kind pairs[] = {CASE_KIN_UNIT, CASE_KIN_PROPOSED, CASE_KIN_REFUSED, CASE_KIN_RETIRED};
    for (size_t i = 0; i < sizeof leaders / sizeof *leaders; i++)
        place_leaders(d, leaders[i], demo_share(d, times[leaders[i]]));
    place_lines(d, demo_share(d, times[CASE_KIN_LINE]));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        place_pairs(d, pairs[i], demo_share(d, times[pairs[i]]));
    place_quota(d, CASE_OVER_QUOTA, demo_share(d, times[CASE_OVER_QUOTA]));
    place_quota(d, CASE_NO_QUOTA, demo_share(d, times[CASE_NO_QUOTA]));
    struct walk w;
    for (int who = SERVANT + 1; who-- > 0;) { /* the choosiest first */
        walk_begin(&w, d);
        for (int k = CASE_NONE + 1; k < CASES; k++)
            for (int64_t i = cases[k].who == (enum who_for)who ? demo_share(d, times[k]) : 0; i > 0; i--) {
                struct person *p = walk_next(&w, cases[k].who);
                if (p != NULL)
                    p->kase = k;
            }
    }
}
