/* facts_member.c: facts of a cadre: what the own row says, what the rows say together, and what holds on a day. */
#include <stdlib.h>
#include <string.h>

#include "base/ids.h"
#include "roster/facts.h"
#include "roster/roster.h"

/* ---- the own row ---- */
enum {
    READ_ID,
    READ_RETIRE,
    READ_BIRTH_FILED,
    READ_WORK_FILED,
    READ_PARTY_FILED,
    READ_PAPERS,
    READ_CHECKED,
    READ_NATIVE,
    READ_BIRTH_PLACE,
    READ_PHOTO,
    READ_HEALTH,
    READ_HOME
};

/* What is wrong with the citizen id first. An invented area is told as such; the rule says whether that is wrong. */
static void read_id(struct facts_row *r)
{
    const char *id = facts_text(r, READ_ID);
    struct ids_citizen read;
    struct date born, birth = {(int32_t)facts_got(r, MEMBER_BIRTH)};
    bool male;
    if (id == NULL)
        return;
    int64_t fault = EXPR_CODE_NONE, sex = facts_got(r, MEMBER_SEX);
    bool right = ids_citizen_read(id, strlen(id), DATE_UNKNOWN, &read) && roster_id_parts(read.value, &born, &male);
    enum ids_area area = right ? ids_area(read.value, true) : IDS_AREA_KNOWN;
    if (!right)
        fault = roster_codes.id_check;
    else if (date_is(birth) && date_eq(birth, born) == TRI_FALSE)
        fault = roster_codes.id_birth;
    else if (sex > 0 && sex != (male ? roster_codes.male : roster_codes.female))
        fault = roster_codes.id_sex;
    else if (area == IDS_AREA_INVENTED || area == IDS_AREA_UNKNOWN)
        fault = area == IDS_AREA_UNKNOWN ? roster_codes.id_area : roster_codes.id_invented;
    facts_put(r, MEMBER_ID_FAULT, fault);
}

/* The first day of the month. */
static void read_retirement(struct facts_row *r)
{
    const char *set = facts_text(r, READ_RETIRE);
    struct date d, birth = {(int32_t)facts_got(r, MEMBER_BIRTH)};
    int64_t sex = facts_got(r, MEMBER_SEX), base = facts_got(r, MEMBER_BASE_AGE);
    if (base <= 0 && sex == roster_codes.male)
        base = 60; /* the one base age of men: RET-2025-1 */
    if (set == NULL || !date_parse(set, &d))
        d = base > 0 && sex > 0 ? roster_retirement(birth, sex == roster_codes.male, (int)base) : DATE_UNKNOWN;
    bool month = date_is(d) && date_month(d) != 0;
    facts_put(r, MEMBER_RETIRES, month ? date_make(date_year(d), date_month(d), 1).v : EXPR_DATE_UNKNOWN);
}

/* Do record and archive share no day? Unknown when only the archive says something. */
static void read_differs(struct facts_row *r, int own, int filed, int out)
{
    const char *text = facts_text(r, filed);
    struct date a = {(int32_t)facts_got(r, own)}, b;
    int64_t v = 0;
    if (text != NULL && date_parse(text, &b))
        v = !date_is(a) ? EXPR_BOOL_UNKNOWN : date_last(a).v < date_first(b).v || date_last(b).v < date_first(a).v;
    facts_put(r, out, v);
}

/* Categories everybody's archive has; none while nobody has looked. */
static void read_papers(struct facts_row *r)
{
    static const int needed[] = {1, 3, 4, 9};
    enum { PARTY_PAPERS = 6, KINDS = 11 };
    bool there[KINDS] = {false};
    int64_t politics = facts_got(r, MEMBER_POLITICS);
    facts_put(r, MEMBER_PAPERS_LACKING, EXPR_INT_NONE);
    if (facts_text(r, READ_CHECKED) == NULL)
        return;
    for (const char *p = facts_text(r, READ_PAPERS); p != NULL && *p != '\0';) {
        char *end;
        long kind = strtol(p, &end, 10);
        if (end == p)
            break;
        if (kind > 0 && kind < KINDS)
            there[kind] = true;
        p = end + strspn(end, " ");
    }
    int n = politics == roster_codes.party_member && !there[PARTY_PAPERS];
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        n += !there[needed[i]];
    facts_put(r, MEMBER_PAPERS_LACKING, n);
}

/* Fields the form asks of everyone; four more are rows. */
enum { OWN_FIELDS = 12, ASKED = OWN_FIELDS + 4 };

static void count_filled(struct facts_row *r)
{
    static const int own[] = {MEMBER_SEX,        MEMBER_BIRTH,        MEMBER_ETHNICITY, MEMBER_POLITICS,
                              MEMBER_WORK_START, MEMBER_PARTY_JOINED, MEMBER_CATEGORY};
    static const int texts[] = {READ_ID, READ_NATIVE, READ_BIRTH_PLACE, READ_PHOTO, READ_HEALTH};
    int n = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        n += facts_got(r, own[i]) != 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        n += facts_text(r, texts[i]) != NULL;
    facts_put(r, MEMBER_OWN_FILLED, n);
}

int64_t roster_division(const char *text)
{
    size_t n = text == NULL ? 0 : strspn(text, "0123456789");
    long v = n == 6 || n == 9 ? strtol(text, NULL, 10) : 0;
    if (v <= 0 || text[n] != '\0')
        return EXPR_INT_UNKNOWN;
    return n == 6 ? v * 1000 : v <= INT32_MAX ? v : EXPR_INT_UNKNOWN;
}

void roster_member_row(struct facts_row *r)
{
    int64_t politics = facts_got(r, MEMBER_POLITICS);
    if (facts_got(r, MEMBER_PARTY_JOINED) == 0 && politics != 0 && politics != roster_codes.party_member &&
        politics != roster_codes.party_probationary)
        facts_put(r, MEMBER_PARTY_JOINED, EXPR_DATE_NONE);
    read_id(r);
    read_retirement(r);
    read_differs(r, MEMBER_BIRTH, READ_BIRTH_FILED, MEMBER_BIRTH_DIFFERS);
    read_differs(r, MEMBER_WORK_START, READ_WORK_FILED, MEMBER_WORK_DIFFERS);
    read_differs(r, MEMBER_PARTY_JOINED, READ_PARTY_FILED, MEMBER_PARTY_DIFFERS);
    read_papers(r);
    facts_put(r, MEMBER_HOME, roster_division(facts_text(r, READ_HOME)));
    count_filled(r);
}

/* ---- what the rows say together ---- */
static void education_of(const struct facts_span *s, int i)
{
    const struct facts_subject *of = &roster_education_facts, *m = &roster_member_facts;
    const struct expr_table *t = facts_table(s, of);
    const int16_t *mode = facts_in(s, of, EDUCATION_MODE), *level = facts_in(s, of, EDUCATION_LEVEL);
    const int16_t *degree = facts_in(s, of, EDUCATION_DEGREE);
    int16_t best = 0, full = 0, deg = 0;
    for (int j = t->first[i]; j < t->first[i + 1]; j++) {
        best = level[j] > best ? level[j] : best;
        deg = degree[j] > deg ? degree[j] : deg;
        full = mode[j] == roster_codes.full_time && level[j] > full ? level[j] : full;
    }
    ((int16_t *)facts_out(s, m, MEMBER_EDUCATION))[i] = best;
    ((int16_t *)facts_out(s, m, MEMBER_FULL_TIME))[i] = full;
    ((int16_t *)facts_out(s, m, MEMBER_DEGREE))[i] = deg;
}

static bool has_month(int32_t v)
{
    return v > 0 && date_month((struct date){v}) != 0;
}

/* Whole months between the end of what came before and a period's begin, or over both; beginning in the month after or
 * before is neither. */
static int months_apart(int32_t reached, int32_t from)
{
    struct date a = {reached}, b = {from};
    int n = (date_year(b) - date_year(a)) * 12 + date_month(b) - date_month(a);
    return n > 1 ? n - 1 : n < -1 ? n + 1 : 0;
}

/* The longest gap and overlap between outer periods; a year alone says nothing about them. Unknown when a period has no
 * begin, none when there is no period. Periods stand in order of their begin. */
static void resume_of(const struct facts_span *s, int i)
{
    const struct facts_subject *of = &roster_period_facts, *m = &roster_member_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *from = facts_in(s, of, PERIOD_FROM), *to = facts_in(s, of, PERIOD_TO);
    const int8_t *nested = facts_in(s, of, PERIOD_NESTED), *note = facts_in(s, of, PERIOD_NOTE);
    int32_t gap = EXPR_INT_NONE, overlap = EXPR_INT_NONE, reached = EXPR_DATE_UNKNOWN;
    bool open_begin = false;
    for (int j = t->first[i]; j < t->first[i + 1]; j++) {
        if (nested[j] == 1 || note[j] == 1)
            continue;
        int apart = has_month(reached) && has_month(from[j]) ? months_apart(reached, from[j]) : 0;
        open_begin |= !has_month(from[j]);
        gap = apart > gap ? apart : gap < 0 ? 0 : gap;
        overlap = -apart > overlap ? -apart : overlap < 0 ? 0 : overlap;
        if (to[j] == EXPR_DATE_NONE || (reached != EXPR_DATE_NONE && to[j] > reached))
            reached = to[j];
    }
    ((int32_t *)facts_out(s, m, MEMBER_GAP))[i] = open_begin ? EXPR_INT_UNKNOWN : gap;
    ((int32_t *)facts_out(s, m, MEMBER_OVERLAP))[i] = open_begin ? EXPR_INT_UNKNOWN : overlap;
    ((int32_t *)facts_out(s, m, MEMBER_RESUME_END))[i] = reached;
}

static int has_rows(const struct facts_span *s, const struct facts_subject *of, int i)
{
    const struct expr_table *t = facts_table(s, of);
    return t->first[i + 1] > t->first[i];
}

void roster_member_fixed(const struct facts_span *s)
{
    const int32_t *own = facts_in(s, &roster_member_facts, MEMBER_OWN_FILLED);
    int32_t *complete = facts_out(s, &roster_member_facts, MEMBER_COMPLETENESS);
    for (int i = s->from; i < s->to; i++) {
        education_of(s, i);
        resume_of(s, i);
        int rows = has_rows(s, &roster_education_facts, i) + has_rows(s, &roster_period_facts, i) +
                   has_rows(s, &roster_kin_facts, i) + has_rows(s, &roster_post_facts, i);
        complete[i] = (own[i] + rows) * 100 / ASKED;
    }
}

/* ---- of a day ---- */
/* A cadre's rows: what member_of_day may look at. */
struct member_rows {
    int32_t birth;
    int n_posts;
    const int64_t *unit;
    const int32_t *position, *from, *to;
    const int16_t *level, *chief, *kind;
    const int8_t *leading, *main, *current;
    int n_ranks;
    const int16_t *rank;
    const int32_t *rank_from;
    const int8_t *rank_current;
    int n_measures;
    const int32_t *start, *cancelled, *extended;
};
struct member_facts {
    int32_t age, post_since, years_in_post, level_since, leading_from, rank_since, bar_until;
    int64_t unit, position;
    int16_t kind, level, chief, rank;
    int8_t leading;
};

/* The present main post: said to be main before others, then the higher level, then the earlier. */
static int present_post(const struct member_rows *r)
{
    int best = -1;
    for (int j = 0; j < r->n_posts; j++) {
        if (r->current[j] != 1)
            continue;
        if (best < 0 || (r->main[j] == 1) > (r->main[best] == 1) ||
            ((r->main[j] == 1) == (r->main[best] == 1) && r->level[j] > r->level[best]))
            best = j;
    }
    return best;
}

static struct date moved_back(struct date d, struct date from, struct date to)
{
    if (date_is_full(d) && date_is_full(from) && date_is_full(to))
        return date_add_days(d, (int)(date_to_days(from) - date_to_days(to)));
    return date_add_months(d, -date_months_between(from, to));
}

/* Posts of the level before the one at `last`, held up to `until`: what they lasted, each day once, put before `until`.
 */
static int32_t without_gaps(const struct member_rows *r, int16_t level, int first_of_last)
{
    struct date out = {r->from[first_of_last]};
    int32_t reached = 0;
    for (int j = 0; j < first_of_last; j++) {
        if (r->leading[j] != 1 || r->level[j] != level || r->from[j] <= 0 || r->to[j] <= 0)
            continue;
        int32_t from = r->from[j] > reached ? r->from[j] : reached;
        int32_t to = r->to[j] < r->from[first_of_last] ? r->to[j] : r->from[first_of_last];
        if (to <= from)
            continue;
        out = moved_back(out, (struct date){from}, (struct date){to});
        reached = to;
    }
    return out.v;
}

/* The day from which all leading posts at the present leading posts' level would count without gaps. The present ones
 * count from the earliest of them on. */
static int32_t leading_from(const struct member_rows *r)
{
    int best = -1, first = -1;
    for (int j = 0; j < r->n_posts; j++)
        if (r->current[j] == 1 && r->leading[j] == 1 && (best < 0 || r->level[j] > r->level[best]))
            best = j;
    if (best < 0)
        return EXPR_DATE_NONE;
    if (r->level[best] <= 0)
        return EXPR_DATE_UNKNOWN;
    for (int j = 0; j < r->n_posts; j++)
        if (r->current[j] == 1 && r->leading[j] == 1 && r->level[j] == r->level[best]) {
            if (r->from[j] <= 0)
                return EXPR_DATE_UNKNOWN;
            first = first < 0 ? j : first;
        }
    return without_gaps(r, r->level[best], first);
}

static int32_t level_since(const struct member_rows *r, int16_t level, struct date day)
{
    for (int j = 0; j < r->n_posts; j++)
        if (r->level[j] == level && r->from[j] > 0 && r->from[j] <= day.v)
            return r->from[j];
    return EXPR_DATE_UNKNOWN;
}

static void rank_of_day(const struct member_rows *r, struct member_facts *out)
{
    out->rank = EXPR_CODE_NONE;
    out->rank_since = EXPR_DATE_NONE;
    for (int j = 0; j < r->n_ranks; j++)
        if (r->rank_current[j] == 1 && r->rank[j] > out->rank) {
            out->rank = r->rank[j];
            out->rank_since = r->rank_from[j];
        }
}

/* The last day's morrow of the bars in force; none when there is none, unknown when a period is not set. */
static int32_t bar_until(const struct member_rows *r, struct date day)
{
    int32_t until = EXPR_DATE_NONE;
    for (int j = 0; j < r->n_measures; j++) {
        if (r->cancelled[j] != EXPR_DATE_NONE || r->start[j] > day.v || r->extended[j] == EXPR_DATE_NONE)
            continue;
        if (r->extended[j] == EXPR_DATE_UNKNOWN)
            return EXPR_DATE_UNKNOWN;
        if (r->extended[j] > day.v && r->extended[j] > until)
            until = r->extended[j];
    }
    return until;
}

static void member_of_day(const struct member_rows *r, struct date day, struct member_facts *out)
{
    struct date birth = {r->birth};
    out->age = date_is(birth) ? date_years_between(birth, day) : EXPR_INT_UNKNOWN;
    rank_of_day(r, out);
    out->leading_from = leading_from(r);
    out->bar_until = r->n_measures == 0 ? EXPR_DATE_NONE : bar_until(r, day);
    int p = present_post(r);
    if (p < 0) {
        out->unit = out->position = 0;
        out->kind = out->level = out->chief = 0;
        out->leading = EXPR_BOOL_UNKNOWN;
        out->post_since = out->level_since = 0;
        out->years_in_post = EXPR_INT_UNKNOWN;
        return;
    }
    out->unit = r->unit[p];
    out->position = r->position[p];
    out->kind = r->kind[p];
    out->level = r->level[p];
    out->chief = r->chief[p];
    out->leading = r->leading[p];
    out->post_since = r->from[p];
    out->years_in_post = r->from[p] > 0 ? date_years_between((struct date){r->from[p]}, day) : EXPR_INT_UNKNOWN;
    out->level_since = r->level[p] > 0 ? level_since(r, r->level[p], day) : 0;
}

/* Columns of the block, found once for all its cadres. */
struct columns {
    const struct expr_table *posts, *ranks, *measures;
    struct member_rows all;
    const int32_t *birth;
    int32_t *age, *post_since, *years_in_post, *level_since, *leading_from, *rank_since, *bar_until;
    int64_t *unit;
    int16_t *kind, *level, *chief, *rank, *function;
    int8_t *leading;
    const int32_t *home;
    int16_t *home_conflict;
};

static void find_columns(const struct facts_span *s, struct columns *c)
{
    const struct facts_subject *p = &roster_post_facts, *k = &roster_rank_facts, *m = &roster_measure_facts;
    const struct facts_subject *me = &roster_member_facts;
    c->posts = facts_table(s, p);
    c->ranks = facts_table(s, k);
    c->measures = facts_table(s, m);
    c->all = (struct member_rows){.unit = facts_in(s, p, POST_UNIT),
                                  .position = facts_in(s, p, POST_POSITION),
                                  .from = facts_in(s, p, POST_SINCE),
                                  .to = facts_in(s, p, POST_TO),
                                  .level = facts_in(s, p, POST_LEVEL),
                                  .chief = facts_in(s, p, POST_CHIEF),
                                  .kind = facts_in(s, p, POST_OFFICE_KIND),
                                  .leading = facts_in(s, p, POST_LEADING),
                                  .main = facts_in(s, p, POST_MAIN),
                                  .current = facts_in(s, p, POST_CURRENT),
                                  .rank = facts_in(s, k, RANK_RANK),
                                  .rank_from = facts_in(s, k, RANK_FROM),
                                  .rank_current = facts_in(s, k, RANK_CURRENT),
                                  .start = facts_in(s, m, MEASURE_START),
                                  .cancelled = facts_in(s, m, MEASURE_CANCELLED),
                                  .extended = facts_in(s, m, MEASURE_EXTENDED_TO)};
    c->birth = facts_in(s, me, MEMBER_BIRTH);
    c->age = facts_out(s, me, MEMBER_AGE);
    c->post_since = facts_out(s, me, MEMBER_POST_SINCE);
    c->years_in_post = facts_out(s, me, MEMBER_YEARS_IN_POST);
    c->level_since = facts_out(s, me, MEMBER_LEVEL_SINCE);
    c->leading_from = facts_out(s, me, MEMBER_LEADING_FROM);
    c->rank_since = facts_out(s, me, MEMBER_RANK_SINCE);
    c->bar_until = facts_out(s, me, MEMBER_BAR_UNTIL);
    c->unit = facts_out(s, me, MEMBER_UNIT);
    c->kind = facts_out(s, me, MEMBER_OFFICE_KIND);
    c->level = facts_out(s, me, MEMBER_LEVEL);
    c->chief = facts_out(s, me, MEMBER_CHIEF);
    c->rank = facts_out(s, me, MEMBER_RANK);
    c->function = facts_out(s, me, MEMBER_FUNCTION);
    c->leading = facts_out(s, me, MEMBER_LEADING);
    c->home = facts_in(s, me, MEMBER_HOME);
    c->home_conflict = facts_out(s, me, MEMBER_HOME_CONFLICT);
}

static void rows_of(const struct columns *c, int i, struct member_rows *r)
{
    const struct member_rows *a = &c->all;
    int p = c->posts->first[i], k = c->ranks->first[i], m = c->measures->first[i];
    *r = (struct member_rows){.birth = c->birth[i],
                              .n_posts = c->posts->first[i + 1] - p,
                              .unit = a->unit + p,
                              .position = a->position + p,
                              .from = a->from + p,
                              .to = a->to + p,
                              .level = a->level + p,
                              .chief = a->chief + p,
                              .kind = a->kind + p,
                              .leading = a->leading + p,
                              .main = a->main + p,
                              .current = a->current + p,
                              .n_ranks = c->ranks->first[i + 1] - k,
                              .rank = a->rank + k,
                              .rank_from = a->rank_from + k,
                              .rank_current = a->rank_current + k,
                              .n_measures = c->measures->first[i + 1] - m,
                              .start = a->start + m,
                              .cancelled = a->cancelled + m,
                              .extended = a->extended + m};
}

/* The division a unit lies in: its own code or the nearest one above. 0: none is on record. */
static int64_t place_of(const struct facts_span *s, int64_t unit)
{
    enum { DEPTH = 12 };
    int64_t code = 0;
    for (int i = 0; i < DEPTH && unit > 0; i++) {
        if (facts_lookup(s, &roster_unit_facts, unit, UNIT_DIVISION, &code) && code > 0)
            return code;
        if (!facts_lookup(s, &roster_unit_facts, unit, UNIT_PARENT, &unit))
            break;
    }
    return 0;
}

/* The kind of place whose people may not hold the present post, where the cadre is one of them (KIN-8, KIN-9). */
static int16_t home_conflict(const struct facts_span *s, const struct member_facts *f, int32_t home)
{
    int64_t closed = EXPR_CODE_NONE;
    if (f->position <= 0 || !facts_lookup(s, &roster_position_facts, f->position, POSITION_CLOSED_HOME, &closed) ||
        closed <= 0)
        return EXPR_CODE_NONE;
    int64_t place = place_of(s, f->unit), part = closed == roster_codes.home_township ? 1
                                                 : closed == roster_codes.home_city   ? 100000
                                                                                      : 1000;
    if (place <= 0 || home <= 0)
        return EXPR_CODE_UNKNOWN;
    return place / part == home / part ? (int16_t)closed : EXPR_CODE_NONE;
}

/* The grade of the year before the day, and the body whose share of it he counts in: civil servants who lead nothing
 * and take part in the assessment. */
static void members_graded(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_appraisal_facts, *m = &roster_member_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *year = facts_in(s, of, APPRAISAL_YEAR);
    const int16_t *grade = facts_in(s, of, APPRAISAL_GRADE), *category = facts_in(s, m, MEMBER_CATEGORY);
    const int16_t *status = facts_in(s, m, MEMBER_STATUS);
    const int64_t *unit = facts_in(s, m, MEMBER_UNIT);
    const int8_t *leading = facts_in(s, m, MEMBER_LEADING);
    int16_t *last = facts_out(s, m, MEMBER_LAST_GRADE);
    int64_t *in = facts_out(s, m, MEMBER_GRADED_IN);
    int8_t *graded = facts_out(s, m, MEMBER_GRADED);
    for (int i = s->from; i < s->to; i++) {
        last[i] = EXPR_CODE_NONE;
        for (int j = t->first[i]; j < t->first[i + 1]; j++)
            if (year[j] == date_year(s->day) - 1)
                last[i] = grade[j];
        bool servant = category[i] > 0 && category[i] < 64 && (roster_codes.servants >> category[i] & 1) != 0;
        graded[i] = servant && status[i] == roster_codes.in_office && leading[i] == 0 && unit[i] > 0 && last[i] > 0 &&
                    last[i] != roster_codes.not_assessed && last[i] != roster_codes.on_leave;
        in[i] = graded[i] ? roster_body_of(s, unit[i]) : EXPR_REF_NONE;
    }
}

void roster_members_of_day(const struct facts_span *s)
{
    struct columns c;
    find_columns(s, &c);
    for (int i = s->from; i < s->to; i++) {
        struct member_rows r;
        struct member_facts f;
        rows_of(&c, i, &r);
        member_of_day(&r, s->day, &f);
        int64_t function = EXPR_CODE_NONE;
        if (f.position <= 0 || !facts_lookup(s, &roster_position_facts, f.position, POSITION_FUNCTION, &function))
            function = EXPR_CODE_NONE;
        c.age[i] = f.age;
        c.unit[i] = f.unit;
        c.kind[i] = f.kind;
        c.level[i] = f.level;
        c.leading[i] = f.leading;
        c.chief[i] = f.chief;
        c.function[i] = (int16_t)function;
        c.post_since[i] = f.post_since;
        c.years_in_post[i] = f.years_in_post;
        c.level_since[i] = f.level_since;
        c.leading_from[i] = f.leading_from;
        c.rank[i] = f.rank;
        c.rank_since[i] = f.rank_since;
        c.bar_until[i] = f.bar_until;
        c.home_conflict[i] = home_conflict(s, &f, c.home[i]);
    }
    members_graded(s);
}
