/* facts_post.c: facts of rows: posts held, measures, kin. Rows of a cadre stand in order of their first
 * day, unknown ones first. */
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/roster.h"

/* ---- posts held ---- */
enum { HALF_A_TERM = 30 }; /* months: half of five years or more counts as a term (TERM-2006-1, TERM-2006-6) */
enum { TERM_YEARS = 5 };

/* Did he leave before the end of the term (TERM-2006-5) with no reason on record? */
int8_t roster_post_left(struct facts_row *r, const char *term_began, const char *reason)
{
    struct date began, to = {(int32_t)facts_got(r, POST_TO)};
    if (term_began == NULL || reason != NULL || to.v == EXPR_DATE_NONE)
        return 0;
    if (!date_parse(term_began, &began) || !date_is(to))
        return EXPR_BOOL_UNKNOWN;
    struct date first = date_add_months(date_first(began), TERM_YEARS * 12);
    if (date_last(to).v < first.v)
        return 1;
    return date_first(to).v >= date_add_months(date_last(began), TERM_YEARS * 12).v ? 0 : EXPR_BOOL_UNKNOWN;
}

struct post_columns {
    const int64_t *unit;
    const int32_t *position, *since, *to;
    const int8_t *term, *leading, *occupies;
    const int16_t *level;
};

static int32_t terms_before(const struct post_columns *c, int first, int j)
{
    if (c->term[j] != 1)
        return EXPR_INT_NONE;
    if (c->position[j] <= 0)
        return EXPR_INT_UNKNOWN;
    int n = 0;
    for (int b = first; b < j; b++)
        n += c->term[b] == 1 && c->position[b] == c->position[j] && c->since[b] > 0 && c->to[b] > 0 &&
             date_months_between((struct date){c->since[b]}, (struct date){c->to[b]}) >= HALF_A_TERM;
    return n;
}

/* What is wrong with a leading post by the plan of posts: its level is above that of its position; or it stands on no
 * position and takes no approved number, though the unit has some. */
static int16_t plan_fault(const struct facts_span *s, const struct post_columns *c, int j)
{
    int64_t planned = 0, has_plan = 0;
    if (c->leading[j] != 1)
        return EXPR_CODE_NONE;
    if (c->position[j] > 0 && facts_lookup(s, &roster_position_facts, c->position[j], POSITION_LEVEL, &planned))
        return planned <= 0 || c->level[j] <= 0 ? EXPR_CODE_UNKNOWN
               : c->level[j] > planned          ? (int16_t)roster_codes.plan_above
                                                : EXPR_CODE_NONE;
    if (c->occupies[j] == 1 || c->unit[j] <= 0 ||
        !facts_lookup(s, &roster_unit_facts, c->unit[j], UNIT_PLANNED, &has_plan) || has_plan != 1)
        return EXPR_CODE_NONE;
    return (int16_t)roster_codes.plan_outside;
}

void roster_post_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_post_facts;
    const struct expr_table *t = facts_table(s, of);
    struct post_columns c = {.unit = facts_in(s, of, POST_UNIT),
                             .position = facts_in(s, of, POST_POSITION),
                             .since = facts_in(s, of, POST_SINCE),
                             .to = facts_in(s, of, POST_TO),
                             .term = facts_in(s, of, POST_TERM),
                             .leading = facts_in(s, of, POST_LEADING),
                             .occupies = facts_in(s, of, POST_OCCUPIES),
                             .level = facts_in(s, of, POST_LEVEL)};
    int16_t *kind = facts_out(s, of, POST_OFFICE_KIND);
    int32_t *terms = facts_out(s, of, POST_TERMS_BEFORE);
    int16_t *fault = facts_out(s, of, POST_PLAN_FAULT);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            int64_t k = 0;
            kind[j] = c.unit[j] > 0 && facts_lookup(s, &roster_unit_facts, c.unit[j], UNIT_KIND, &k) ? (int16_t)k : 0;
            terms[j] = terms_before(&c, t->first[i], j);
            fault[j] = plan_fault(s, &c, j);
        }
}

void roster_post_of_day(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_post_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *from = facts_in(s, of, POST_SINCE), *to = facts_in(s, of, POST_TO);
    const int8_t *occupies = facts_in(s, of, POST_OCCUPIES);
    int8_t *current = facts_out(s, of, POST_CURRENT), *fills = facts_out(s, of, POST_FILLS);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++) {
        current[j] = roster_holds(from[j], to[j], s->day);
        fills[j] = current[j] == 1 && occupies[j] == 1;
    }
}

/* ---- measures ---- */
void roster_measure_row(struct facts_row *r)
{
    struct date d;
    const char *effective = facts_text(r, 0);
    int64_t start = facts_got(r, MEASURE_DECIDED), kind = facts_got(r, MEASURE_KIND);
    if (kind > 0 && roster_codes.bar[kind % MEASURE_KINDS_MOST] == BAR_PARTY && effective != NULL &&
        date_parse(effective, &d))
        start = d.v;
    facts_put(r, MEASURE_START, start);
}

struct measures {
    const int16_t *kind;
    const int32_t *decided, *start, *restored, *cancelled;
    int32_t *ends, *extended;
};

static enum roster_bar bar_of(const struct measures *m, int j)
{
    return m->kind[j] > 0 ? roster_codes.bar[m->kind[j] % MEASURE_KINDS_MOST] : BAR_NO;
}

/* From when the rest of a running party period is added: regulations on party discipline, 2023, article 21 (DISC-ADD).
 */
static bool party_adds(struct date start)
{
    return start.v >= date_make(2024, 1, 1).v;
}

/* The first day after the sanction's own period. */
static int32_t own_end(const struct facts_span *s, const struct measures *m, int j)
{
    int kind = m->kind[j] % MEASURE_KINDS_MOST;
    struct date start = {m->start[j]}, from = {roster_codes.from_restored[kind] ? m->restored[j] : start.v};
    int32_t months;
    if (!date_is_full(start) || !date_is_full(from) || !facts_param(s, roster_codes.period[kind], start, &months))
        return EXPR_DATE_UNKNOWN;
    return date_add_months(from, months).v;
}

/* The day up to which the rest of an older period of the same system is added: own end and what was left of the
 * furthest one on the day this one began. Older measures stand before, so each is extended already. */
static int32_t extended(const struct facts_span *s, const struct measures *m, int first, int j)
{
    struct date start = {m->start[j]}, end = {m->ends[j]};
    enum roster_bar bar = bar_of(m, j);
    int32_t most = 0, furthest = 0;
    bool adds = bar == BAR_PARTY ? party_adds(start)
                : bar == BAR_ADM ? facts_param(s, "ADM-2020-08-1.most", start, &most)
                                 : false; /* of others the longest governs (ORG-2021-MAX) */
    if (!date_is_full(end) || !adds)
        return end.v;
    for (int b = first; b < j; b++) {
        if (bar_of(m, b) != bar || m->cancelled[b] != EXPR_DATE_NONE || m->start[b] <= 0)
            continue;
        if (m->extended[b] == EXPR_DATE_UNKNOWN)
            return EXPR_DATE_UNKNOWN;
        furthest = m->extended[b] > furthest ? m->extended[b] : furthest;
    }
    if (furthest <= start.v)
        return end.v;
    int64_t rest = date_to_days((struct date){furthest}) - date_to_days(start);
    struct date to = date_add_days(end, (int)rest), cap = date_add_months(start, most);
    return most > 0 && to.v > cap.v ? cap.v : to.v;
}

/* Other administrative sanctions of the same day that were not taken back (ADM-2020-15). */
static int32_t together(const struct measures *m, int first, int end, int j)
{
    int n = 0;
    if (bar_of(m, j) != BAR_ADM || m->decided[j] <= 0)
        return 0;
    for (int b = first; b < end; b++)
        n += b != j && bar_of(m, b) == BAR_ADM && m->decided[b] == m->decided[j] && m->cancelled[b] == EXPR_DATE_NONE;
    return n;
}

/* Was the cadre graded excellent for the year of an admonition (TIP-2015-ADM-6)? */
static int8_t excellent_then(const struct facts_span *s, const struct measures *m, int i, int j)
{
    const struct expr_table *t = facts_table(s, &roster_appraisal_facts);
    const int32_t *year = facts_in(s, &roster_appraisal_facts, APPRAISAL_YEAR);
    const int16_t *grade = facts_in(s, &roster_appraisal_facts, APPRAISAL_GRADE);
    if (m->kind[j] != roster_codes.admonition || m->decided[j] <= 0)
        return 0;
    for (int k = t->first[i]; k < t->first[i + 1]; k++)
        if (grade[k] == roster_codes.excellent && year[k] == date_year((struct date){m->decided[j]}))
            return 1;
    return 0;
}

void roster_measure_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_measure_facts;
    const struct expr_table *t = facts_table(s, of);
    struct measures m = {facts_in(s, of, MEASURE_KIND),        facts_in(s, of, MEASURE_DECIDED),
                         facts_in(s, of, MEASURE_START),       facts_in(s, of, MEASURE_RESTORED),
                         facts_in(s, of, MEASURE_CANCELLED),   facts_out(s, of, MEASURE_ENDS),
                         facts_out(s, of, MEASURE_EXTENDED_TO)};
    int32_t *others = facts_out(s, of, MEASURE_TOGETHER);
    int8_t *excellent = facts_out(s, of, MEASURE_EXCELLENT);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            others[j] = together(&m, t->first[i], t->first[i + 1], j);
            excellent[j] = excellent_then(s, &m, i, j);
            bool period = m.kind[j] > 0 && roster_codes.period[m.kind[j] % MEASURE_KINDS_MOST] != NULL;
            m.ends[j] = m.extended[j] = EXPR_DATE_NONE;
            if (m.kind[j] == EXPR_CODE_UNKNOWN) {
                m.ends[j] = m.extended[j] = EXPR_DATE_UNKNOWN;
            } else if (period) {
                m.ends[j] = own_end(s, &m, j);
                m.extended[j] = extended(s, &m, t->first[i], j);
            }
        }
}

/* ---- kin who are cadres too ---- */
struct seat { /* where one of the two sits */
    int64_t unit, leading, function, status;
};

static bool sees(const struct facts_span *s, int64_t id, struct seat *out)
{
    const struct facts_subject *m = &roster_member_facts;
    return facts_peek(s, m, id, MEMBER_UNIT, &out->unit) && facts_peek(s, m, id, MEMBER_LEADING, &out->leading) &&
           facts_peek(s, m, id, MEMBER_FUNCTION, &out->function) && facts_peek(s, m, id, MEMBER_STATUS, &out->status);
}

/* Does one hold a leading post in the other's unit or above it? */
static bool leads(const struct facts_span *s, const struct seat *high, const struct seat *low)
{
    return high->leading == 1 && facts_within(s, &roster_unit_facts, low->unit, high->unit);
}

/* The body a unit belongs to: rules on "the same unit" mean it, not one of its sections. */
int64_t roster_body_of(const struct facts_span *s, int64_t unit)
{
    enum { DEPTH = 8 };
    for (int i = 0; i < DEPTH; i++) {
        int64_t kind = 0, up = 0;
        if (!facts_lookup(s, &roster_unit_facts, unit, UNIT_KIND, &kind) || kind != roster_codes.internal_unit ||
            !facts_lookup(s, &roster_unit_facts, unit, UNIT_PARENT, &up) || up <= 0)
            break;
        unit = up;
    }
    return unit;
}

static void judge_pair(const struct facts_span *s, const struct seat *me, const struct seat *other, int8_t out[3])
{
    out[0] = out[1] = out[2] = 0;
    if (me->status != roster_codes.in_office || other->status != roster_codes.in_office)
        return;
    if (me->unit <= 0 || other->unit <= 0) {
        out[0] = out[1] = out[2] = EXPR_BOOL_UNKNOWN;
        return;
    }
    out[0] = roster_body_of(s, me->unit) == roster_body_of(s, other->unit);
    out[1] = !out[0] && (leads(s, me, other) || leads(s, other, me));
    out[2] = (me->function > 0 && leads(s, other, me)) || (other->function > 0 && leads(s, me, other));
}

/* Is he on the team of a body that regulates the sector (KIN-7)? */
static int8_t regulates(const struct facts_span *s, int64_t unit, int8_t leading, int16_t sector)
{
    int64_t bits = 0;
    if (sector <= 0 || leading == 0)
        return 0;
    if (unit <= 0 || leading != 1 || !facts_lookup(s, &roster_unit_facts, roster_body_of(s, unit), UNIT_SECTORS, &bits))
        return EXPR_BOOL_UNKNOWN;
    return (int8_t)(bits >> (sector - 1) & 1);
}

void roster_kin_linked(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_kin_facts, *m = &roster_member_facts;
    const struct expr_table *t = facts_table(s, of);
    const int64_t *other = facts_in(s, of, KIN_OTHER_MEMBER), *unit = facts_in(s, m, MEMBER_UNIT);
    const int8_t *leading = facts_in(s, m, MEMBER_LEADING);
    const int16_t *function = facts_in(s, m, MEMBER_FUNCTION), *status = facts_in(s, m, MEMBER_STATUS);
    const int16_t *sector = facts_in(s, of, KIN_SECTOR);
    int8_t *cols[3], *regulated = facts_out(s, of, KIN_REGULATED);
    for (int k = 0; k < 3; k++)
        cols[k] = facts_out(s, of, KIN_SAME_UNIT + k);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            struct seat me = {unit[i], leading[i], function[i], status[i]}, he = {0};
            int8_t out[3] = {0, 0, 0};
            if (other[j] > 0 && sees(s, other[j], &he))
                judge_pair(s, &me, &he, out);
            regulated[j] = regulates(s, unit[i], leading[i], sector[j]);
            for (int k = 0; k < 3; k++)
                cols[k][j] = out[k];
        }
}

/* ---- posts outside: when the holder left office, and whether the firm lies in the field he looked after ---- */
struct left_office {
    int32_t on;      /* end of the last main post; none while one has no end */
    int64_t sectors; /* of that post's unit; -1: not on record */
};

static struct left_office left_office(const struct facts_span *s, int i)
{
    const struct facts_subject *of = &roster_post_facts;
    const struct expr_table *t = facts_table(s, of);
    const int64_t *unit = facts_in(s, of, POST_UNIT);
    const int32_t *to = facts_in(s, of, POST_TO);
    const int8_t *main = facts_in(s, of, POST_MAIN);
    struct left_office l = {EXPR_DATE_UNKNOWN, -1};
    for (int j = t->first[i]; j < t->first[i + 1]; j++) { /* in order of their first day */
        if (main[j] != 1)
            continue;
        l = (struct left_office){to[j], -1};
        if (unit[j] <= 0 || !facts_lookup(s, &roster_unit_facts, unit[j], UNIT_SECTORS, &l.sectors))
            l.sectors = -1;
    }
    return l;
}

void roster_outside_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_outside_facts;
    const struct expr_table *t = facts_table(s, of);
    const int16_t *sector = facts_in(s, of, OUTSIDE_SECTOR);
    int32_t *left = facts_out(s, of, OUTSIDE_LEFT);
    int8_t *field = facts_out(s, of, OUTSIDE_FORMER_FIELD);
    for (int i = s->from; i < s->to; i++) {
        if (t->first[i] == t->first[i + 1])
            continue;
        struct left_office l = left_office(s, i);
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            left[j] = l.on;
            field[j] = l.sectors < 0 || sector[j] <= 0 ? EXPR_BOOL_UNKNOWN : (int8_t)(l.sectors >> (sector[j] - 1) & 1);
        }
    }
}
