/* facts_post.c: facts of rows: posts held, resume periods, measures, kin. Rows of a cadre stand in order of their first
 * day, unknown ones first. */
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/roster.h"

int8_t roster_holds(int32_t from, int32_t to, struct date day)
{
    if (to == EXPR_DATE_UNKNOWN)
        return EXPR_BOOL_UNKNOWN;
    if (from > 0 && date_first((struct date){from}).v > day.v)
        return 0;
    if (to == EXPR_DATE_NONE)
        return 1;
    if (date_last((struct date){to}).v <= day.v)
        return 0;
    return date_first((struct date){to}).v > day.v ? 1 : EXPR_BOOL_UNKNOWN;
}

/* ---- posts held ---- */
/* Held without a break: the same position again on the day, or in the month, the row before ended. */
static bool goes_on(int32_t before_to, int32_t from)
{
    if (before_to <= 0 || from <= 0)
        return false;
    return date_le((struct date){from}, (struct date){before_to}) != TRI_FALSE ||
           date_months_between((struct date){before_to}, (struct date){from}) <= 1;
}

void roster_post_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_post_facts;
    const struct expr_table *t = facts_table(s, of);
    const int64_t *unit = facts_in(s, of, POST_UNIT), *position = facts_in(s, of, POST_POSITION);
    const int32_t *from = facts_in(s, of, POST_FROM), *to = facts_in(s, of, POST_TO);
    int16_t *kind = facts_out(s, of, POST_OFFICE_KIND);
    int32_t *since = facts_out(s, of, POST_SINCE);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            int64_t k = 0;
            kind[j] = unit[j] > 0 && facts_lookup(s, &roster_unit_facts, unit[j], UNIT_KIND, &k) ? (int16_t)k : 0;
            since[j] = from[j];
            for (int before = j - 1; position[j] > 0 && before >= t->first[i]; before--)
                if (position[before] == position[j]) {
                    if (goes_on(to[before], from[j]) && since[before] > 0)
                        since[j] = since[before];
                    break;
                }
        }
}

void roster_post_of_day(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_post_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *from = facts_in(s, of, POST_FROM), *to = facts_in(s, of, POST_TO);
    const int8_t *occupies = facts_in(s, of, POST_OCCUPIES);
    int8_t *current = facts_out(s, of, POST_CURRENT), *fills = facts_out(s, of, POST_FILLS);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++) {
        current[j] = roster_holds(from[j], to[j], s->day);
        fills[j] = current[j] == 1 && occupies[j] == 1;
    }
}

/* ---- resume ---- */
/* Months between the end of what came before and the beginning of this period; 1 is the next month: no gap. */
static void beside(int32_t reached, int32_t from, int32_t *gap, int32_t *overlap)
{
    int n = date_months_between((struct date){reached}, (struct date){from});
    *gap = n > 0 ? n : 0;
    *overlap = n < 0 ? -n : 0;
}

static bool has_month(int32_t v)
{
    return v > 0 && date_month((struct date){v}) != 0;
}

/* Only the outer periods join; an undated one, or a year alone, says nothing about a gap. */
void roster_period_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_period_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *from = facts_in(s, of, PERIOD_FROM), *to = facts_in(s, of, PERIOD_TO);
    const int8_t *nested = facts_in(s, of, PERIOD_NESTED), *note = facts_in(s, of, PERIOD_NOTE);
    int32_t *gap = facts_out(s, of, PERIOD_GAP), *overlap = facts_out(s, of, PERIOD_OVERLAP);
    for (int i = s->from; i < s->to; i++) {
        int32_t reached = 0; /* the furthest end so far; none: an open one */
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            gap[j] = overlap[j] = EXPR_INT_NONE;
            if (nested[j] == 1 || note[j] == 1)
                continue;
            if (!has_month(from[j])) {
                gap[j] = overlap[j] = EXPR_INT_UNKNOWN;
                continue;
            }
            if (has_month(reached))
                beside(reached, from[j], &gap[j], &overlap[j]);
            else if (reached == EXPR_DATE_NONE)
                overlap[j] = 1; /* begins while one said to last to date goes on */
            if (to[j] == EXPR_DATE_NONE || (reached != EXPR_DATE_NONE && to[j] > reached))
                reached = to[j];
        }
    }
}

/* ---- measures ---- */
static int32_t later_day(struct date d, int days)
{
    return date_is_full(d) ? date_add_days(d, days).v : EXPR_DATE_UNKNOWN;
}

/* The rest of a party period running when this one began: whole days. Earlier measures stand before. */
static int32_t rest_of(const int16_t *kind, const int32_t *effective, const int32_t *cancelled, const int32_t *ends, int first,
                       int j)
{
    int32_t rest = 0;
    struct date start = {effective[j]};
    for (int b = first; b < j; b++) {
        if (!roster_codes.party_kind[kind[b] & 63] || cancelled[b] != EXPR_DATE_NONE || effective[b] <= 0)
            continue;
        if (ends[b] == EXPR_DATE_UNKNOWN)
            return EXPR_INT_UNKNOWN;
        int64_t days = date_to_days((struct date){ends[b]}) - date_to_days(start);
        if (days > rest)
            rest = (int32_t)days;
    }
    return rest;
}

/* carry: the rest of an earlier party period on the day this one began (DISC-ADD says whether it is added). ends: the
 * first day after the effect period, by the periods in force on its day; unknown where none is set. */
void roster_measure_fixed(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_measure_facts;
    const struct expr_table *t = facts_table(s, of);
    const struct code_list *kinds = codes_list("roster.measure_kind");
    const int16_t *kind = facts_in(s, of, MEASURE_KIND);
    const int32_t *effective = facts_in(s, of, MEASURE_EFFECTIVE), *cancelled = facts_in(s, of, MEASURE_CANCELLED);
    int32_t *carry = facts_out(s, of, MEASURE_CARRY), *ends = facts_out(s, of, MEASURE_ENDS);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            struct date start = {effective[j]};
            int32_t months = 0, adds = 0;
            bool party = roster_codes.party_kind[kind[j] & 63];
            carry[j] = !party ? 0 : !date_is_full(start) ? EXPR_INT_UNKNOWN
                                                         : rest_of(kind, effective, cancelled, ends, t->first[i], j);
            ends[j] = EXPR_DATE_UNKNOWN;
            if (kind[j] <= 0 || !date_is_full(start) || !facts_param(s, codes_key(kinds, kind[j]), start, &months))
                continue;
            struct date end = date_add_months(start, months);
            if (carry[j] != 0 && facts_param(s, "party_carry", start, &adds) && adds != 0)
                ends[j] = carry[j] == EXPR_INT_UNKNOWN ? EXPR_DATE_UNKNOWN : later_day(end, carry[j]);
            else
                ends[j] = end.v;
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

static bool leads(const struct facts_span *s, const struct seat *high, const struct seat *low)
{
    return high->leading == 1 && facts_within(s, &roster_unit_facts, low->unit, high->unit);
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
    out[0] = me->unit == other->unit;
    out[1] = me->unit != other->unit && (leads(s, me, other) || leads(s, other, me));
    out[2] = (me->function > 0 && leads(s, other, me)) || (other->function > 0 && leads(s, me, other));
}

void roster_kin_linked(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_kin_facts, *m = &roster_member_facts;
    const struct expr_table *t = facts_table(s, of);
    const int64_t *other = facts_in(s, of, KIN_OTHER_MEMBER), *unit = facts_in(s, m, MEMBER_UNIT);
    const int8_t *leading = facts_in(s, m, MEMBER_LEADING);
    const int16_t *function = facts_in(s, m, MEMBER_FUNCTION), *status = facts_in(s, m, MEMBER_STATUS);
    int8_t *cols[3];
    for (int k = 0; k < 3; k++)
        cols[k] = facts_out(s, of, KIN_SAME_UNIT + k);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++) {
            struct seat me = {unit[i], leading[i], function[i], status[i]}, he = {0};
            int8_t out[3] = {0, 0, 0};
            if (other[j] > 0 && sees(s, other[j], &he))
                judge_pair(s, &me, &he, out);
            for (int k = 0; k < 3; k++)
                cols[k][j] = out[k];
        }
}
