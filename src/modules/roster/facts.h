/* facts.h: the roster's subjects. Expressions name them and their facts as facts_*.c declares them; C code of other
 * modules names them by these objects. */
#ifndef QF_ROSTER_FACTS_H
#define QF_ROSTER_FACTS_H

#include "facts/facts.h"

extern const struct facts_subject roster_unit_facts, roster_quota_facts, roster_unit_level_facts,
    roster_grade_share_facts, roster_unit_grade_facts, roster_position_facts, roster_member_facts, roster_post_facts,
    roster_period_facts, roster_education_facts, roster_kin_facts, roster_measure_facts, roster_appraisal_facts,
    roster_rank_facts, roster_outside_facts, roster_audit_facts;

/* All of them, owners before their rows; ends with NULL. Dated numbers asked of facts_param: "DISC-W.period" and the
 * like, the months of each sanction's period, and "ADM-2020-08-1.most", the months that added periods may reach (only
 * where they were added). */
extern const struct facts_subject *const roster_subjects[];

/* Order of facts: what hooks and tests name. */
enum { UNIT_KIND, UNIT_NODE, UNIT_LEVEL, UNIT_PARENT, UNIT_SEAT, UNIT_SECTORS, UNIT_DIVISION, UNIT_PLANNED };
enum { QUOTA_LEVEL, QUOTA_APPROVED, QUOTA_FROM, QUOTA_TO };
enum { SUM_LEVEL, SUM_FILLED, SUM_APPROVED, SUM_OVER };
enum { SHARE_GRADE, SHARE_YEAR, SHARE_PERCENT };
enum { GRADE_GRADE, GRADE_GIVEN, GRADE_GRADED, GRADE_AGREED, GRADE_YEAR_END };
enum { POSITION_FUNCTION, POSITION_LEVEL, POSITION_CLOSED_HOME };
enum {
    MEMBER_SEX,
    MEMBER_BIRTH,
    MEMBER_ETHNICITY,
    MEMBER_POLITICS,
    MEMBER_PARTY_JOINED,
    MEMBER_WORK_START,
    MEMBER_CATEGORY,
    MEMBER_STATUS,
    MEMBER_MANAGED,
    MEMBER_BASE_AGE,
    MEMBER_SEAT,
    MEMBER_RECOGNISED,
    MEMBER_BIRTH_DIFFERS,
    MEMBER_WORK_DIFFERS,
    MEMBER_PARTY_DIFFERS,
    MEMBER_ID_FAULT,
    MEMBER_RETIRES,
    MEMBER_HOME,
    MEMBER_PAPERS_LACKING,
    MEMBER_OWN_FILLED,
    MEMBER_COMPLETENESS,
    MEMBER_EDUCATION,
    MEMBER_FULL_TIME,
    MEMBER_DEGREE,
    MEMBER_GAP,
    MEMBER_OVERLAP,
    MEMBER_RESUME_END,
    MEMBER_AGE, /* of the day from here */
    MEMBER_UNIT,
    MEMBER_OFFICE_KIND,
    MEMBER_LEVEL,
    MEMBER_LEADING,
    MEMBER_CHIEF,
    MEMBER_FUNCTION,
    MEMBER_POST_SINCE,
    MEMBER_YEARS_IN_POST,
    MEMBER_LEVEL_SINCE,
    MEMBER_LEADING_FROM,
    MEMBER_RANK,
    MEMBER_RANK_SINCE,
    MEMBER_BAR_UNTIL,
    MEMBER_HOME_CONFLICT,
    MEMBER_LAST_GRADE,
    MEMBER_GRADED_IN,
    MEMBER_GRADED
};
enum {
    POST_UNIT,
    POST_POSITION,
    POST_LEVEL,
    POST_LEADING,
    POST_CHIEF,
    POST_MAIN,
    POST_SINCE,
    POST_TO,
    POST_ON_PROBATION,
    POST_PROBATION_UNTIL,
    POST_ASSESSED,
    POST_OCCUPIES,
    POST_DOCUMENTED,
    POST_TERM,
    POST_OFFICE_KIND,
    POST_TERMS_BEFORE,
    POST_PLAN_FAULT,
    POST_LEFT_UNEXPLAINED,
    POST_CURRENT,
    POST_FILLS
};
enum { PERIOD_FROM, PERIOD_TO, PERIOD_NESTED, PERIOD_NOTE };
enum { EDUCATION_MODE, EDUCATION_LEVEL, EDUCATION_DEGREE, EDUCATION_TO };
enum {
    KIN_NEAR,
    KIN_OTHER_MEMBER,
    KIN_CONFIRMED,
    KIN_DECEASED,
    KIN_SECTOR,
    KIN_HOUSEHOLD,
    KIN_SAME_UNIT,
    KIN_IN_LINE,
    KIN_SENSITIVE,
    KIN_REGULATED
};
enum {
    MEASURE_KIND,
    MEASURE_DECIDED,
    MEASURE_START,
    MEASURE_PROBATION_UNTIL,
    MEASURE_RESTORED,
    MEASURE_CANCELLED,
    MEASURE_FILED,
    MEASURE_EXECUTED,
    MEASURE_ENDS,
    MEASURE_EXTENDED_TO,
    MEASURE_TOGETHER,
    MEASURE_EXCELLENT
};
enum { APPRAISAL_YEAR, APPRAISAL_GRADE };
enum { RANK_RANK, RANK_FROM, RANK_TO, RANK_SERVED, RANK_CURRENT };
enum {
    OUTSIDE_KIND,
    OUTSIDE_SINCE,
    OUTSIDE_TO,
    OUTSIDE_FINISHED,
    OUTSIDE_PAID,
    OUTSIDE_APPROVED,
    OUTSIDE_SECTOR,
    OUTSIDE_LEADS,
    OUTSIDE_SPECIAL,
    OUTSIDE_TERMS,
    OUTSIDE_LEFT,
    OUTSIDE_FORMER_FIELD,
    OUTSIDE_CURRENT
};

/* Used between the files of this folder. */
void roster_post_fixed(const struct facts_span *s);
void roster_post_of_day(const struct facts_span *s);
int8_t roster_post_left(struct facts_row *r, const char *term_began, const char *reason);
/* A division code of six or nine digits as a number of nine; 0: not on record. */
int64_t roster_division(const char *text);
void roster_measure_row(struct facts_row *r);
void roster_measure_fixed(const struct facts_span *s);
void roster_member_row(struct facts_row *r);
void roster_member_fixed(const struct facts_span *s);
void roster_members_of_day(const struct facts_span *s);
int64_t roster_body_of(const struct facts_span *s, int64_t unit); /* the body a unit belongs to */
void roster_kin_linked(const struct facts_span *s);
void roster_outside_fixed(const struct facts_span *s);
/* EXPR_BOOL cell: does [from, to) hold the day? to: the last day is the day before; DATE_NONE: no end. */
static inline int8_t roster_holds(int32_t from, int32_t to, struct date day)
{
    if (to == EXPR_DATE_UNKNOWN)
        return EXPR_BOOL_UNKNOWN;
    if (from > day.v) /* a month or a year begins after the day exactly when its packed number is greater */
        return 0;
    if (to == EXPR_DATE_NONE)
        return 1;
    if (date_is_full((struct date){to}))
        return to > day.v;
    int part = date_month((struct date){to}) == 0 ? 9 : 5; /* bits below the year, below the month */
    if (to >> part != day.v >> part)
        return to >> part > day.v >> part;
    return date_last((struct date){to}).v <= day.v   ? 0
           : date_first((struct date){to}).v > day.v ? 1
                                                     : EXPR_BOOL_UNKNOWN;
}

/* Positions of codes that C needs. */
enum roster_bar { BAR_NO, BAR_PARTY, BAR_ADM, BAR_OTHER };
enum { MEASURE_KINDS_MOST = 64 };
struct roster_codes {
    int male, female, party_member, party_probationary, in_office, full_time, id_check, id_birth, id_sex, id_area,
        id_invented, internal_unit, excellent, admonition, home_city, home_township, plan_above, plan_outside,
        not_assessed, on_leave;
    uint64_t servants;                       /* categories of civil servants, by position */
    int near[6];                             /* by enum roster_kin; 0: unknown */
    enum roster_bar bar[MEASURE_KINDS_MOST]; /* of each kind of measure */
    const char *period[MEASURE_KINDS_MOST];  /* parameter with its months; NULL: it has no period */
    bool from_restored[MEASURE_KINDS_MOST];  /* the period begins when rights are restored */
};
extern struct roster_codes roster_codes;

#endif
