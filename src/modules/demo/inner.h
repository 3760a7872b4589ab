/* inner.h: what the files of the demo share: the house's plan, a person's core and a person's life.
 *
 * One district at a time stands in memory (some 5 000 people), so a million costs no more than five thousand. A
 * person's core (name, birth, unit, case) is made with the district; the life is made from it when it is written, by a
 * seeded sequence of its own, so that what a relative's file says of somebody is what his own file says. */
#ifndef QF_DEMO_INNER_H
#define QF_DEMO_INNER_H

#include <stdio.h>

#include "base/date.h"
#include "base/rand.h"
#include "record/record.h"

enum level { LEVEL_NONE, LEVEL_CLERK, LEVEL_DEPUTY_SECTION, LEVEL_SECTION, LEVEL_DEPUTY_COUNTY, LEVEL_COUNTY, LEVELS };
const char *demo_level(enum level l); /* code of roster.level; NULL for none */

/* ---- months as whole numbers: year * 12 + month - 1 ---- */
static inline int month_of(struct date d)
{
    return date_year(d) * 12 + date_month(d) - 1;
}
static inline struct date month_date(int m, int day)
{
    return date_make(m / 12, m % 12 + 1, day);
}

/* ---- what is planted; names as in README.md ---- */
enum case_kind {
    CASE_NONE,
    CASE_W,
    CASE_W_OVER,
    CASE_W_CANCELLED,
    CASE_SW,
    CASE_SW_OVER,
    CASE_SW_2015,
    CASE_REMOVE,
    CASE_REMOVE_OVER,
    CASE_ADD,
    CASE_ADD_OVER,
    CASE_ADM1,
    CASE_ADM1_OVER,
    CASE_ADM2,
    CASE_ADM2_OVER,
    CASE_ADM3,
    CASE_ADM3_OVER,
    CASE_ADM4,
    CASE_ADM4_OVER,
    CASE_PROB2,
    CASE_PROB2_OVER,
    CASE_TIP,
    CASE_TIP_OVER,
    CASE_ORG_TRANSFER,
    CASE_ORG_TRANSFER_OVER,
    CASE_ORG_LEAVE,
    CASE_ORG_LEAVE_OVER,
    CASE_ORG_DEMOTION,
    CASE_ORG_DEMOTION_OVER,
    CASE_ORG_AND,
    CASE_PROB,
    CASE_EXPEL,
    CASE_EXPEL_OVER,
    CASE_ADM_TWO,
    CASE_ADM_UNFILED,
    CASE_ADM_UNDONE,
    CASE_TIP_EXCELLENT, /* the last of the measures */
    CASE_PROBATION,
    CASE_PROBATION_SOON,
    CASE_TERMS,
    CASE_TERMS_ONE,
    CASE_TERM_LEFT,
    CASE_TERM_MOVES,
    CASE_EXCHANGE,
    CASE_EXCHANGE_NEARLY,
    CASE_TERM,
    CASE_TERM_NEARLY,
    CASE_AUDIT_PLACE, /* long in the post, no audit */
    CASE_AUDIT_BODY,
    CASE_AUDIT_FIRM,
    CASE_AUDIT_JOINT,
    CASE_LEFT_UNAUDITED,
    CASE_ONE_POST, /* promotions from here */
    CASE_SHORT_DEPUTY,
    CASE_SHORT_LOWER,
    CASE_SKIP,
    CASE_SCHOOL,
    CASE_PARTY_AGE, /* to here */
    CASE_KIN_UNIT,
    CASE_KIN_LINE,
    CASE_KIN_PROPOSED,
    CASE_KIN_REFUSED,
    CASE_KIN_RETIRED,
    CASE_KIN_FIRM,
    CASE_KIN_FIRM_OTHER,
    CASE_HOME_COUNTY,
    CASE_HOME_TOWN,
    CASE_ABOVE,
    CASE_FIRM,
    CASE_FIRM_ENDED,
    CASE_FIRM_RETIRED, /* pensioners from here */
    CASE_ENT_FIELD,
    CASE_ENT_CONSENT,
    CASE_ENT_FILING,
    CASE_ENT_TWO,
    CASE_ENT_TERMS,
    CASE_ENT_OLD,
    CASE_ENT_PAID,
    CASE_SOC_RETIRED,
    CASE_SOC_CONSENT,
    CASE_SOC_TWO,
    CASE_SOC_TERMS,
    CASE_SOC_OLD,
    CASE_SOC_ROLE,
    CASE_SOC_PAID, /* to here */
    CASE_SOC_HEAD,
    CASE_SOC_HEAD_APPROVED,
    CASE_OVER_QUOTA,
    CASE_NO_QUOTA,
    CASE_RANK_EARLY,
    CASE_RANK_EARLY_HIGH,
    CASE_SHARE, /* of a body */
    CASE_SHARE_AGREED,
    CASE_RETIRE_PAST,
    CASE_RETIRE_50,
    CASE_NODE_12,
    CASE_NODE_3,
    CASE_NODE_1,
    CASE_RETIRE_LATER,
    CASE_RETIRE_OTHER,
    CASE_AGE_BIRTH,
    CASE_AGE_WORK,
    CASE_AGE_PARTY,
    CASE_AGE_RECOGNISED,
    CASE_AGE_YEAR,
    CASE_YOUNG_WORK,
    CASE_YOUNG_PARTY,
    CASE_RESUME_END,
    CASE_GAP,
    CASE_OVERLAP,
    CASE_FILE,
    CASE_FILE_UNSEEN,
    CASE_FILE_NO_PARTY,
    CASE_ID_DIGIT,
    CASE_ID_BIRTH,
    CASE_ID_SEX,
    CASE_ID_MONTH,
    CASES
};

/* ---- the house ---- */
enum {
    SLOT_ELECTED = 1,  /* no probation */
    SLOT_STANDING = 2, /* also 区委常委 */
    SLOT_VICE = 4,     /* also 区委副书记 */
    SLOT_COUNTY = 8,   /* closed to natives: principal of a county */
    SLOT_TOWN = 16     /* closed to natives: principal of a township */
};
struct slot {
    const char *title; /* %s stands for the body's head word */
    enum level level;
    int n;
    bool chief;
    int flags;
    const char *function; /* roster.function or NULL */
};
struct pattern {
    const struct slot *slots;
    int n;
};
struct body {
    const char *name, *short_name; /* %s: the district's name */
    const char *kind;
    const struct pattern *pattern;
    const char *head;
    const char *under; /* short_name of its parent body, or NULL: the district */
    enum level level;
    int keep;          /* kept in districts of at least this many bodies */
    int weight;        /* share of the staff */
    const char *staff; /* category of its staff */
    const char *sectors, *former;
};
extern const struct body demo_bodies[];
extern const int demo_n_bodies;

enum { SLOTS_MOST = 12, TOWNS_MOST = 12 };

struct unit {
    const struct body *body;
    const char *name, *short_name; /* arena */
    int parent;                    /* index in the district; -1: the district's node */
    const char *division;          /* code of a township, NULL for others */
    int64_t id, scope;
    int64_t position[SLOTS_MOST], staff_position;
    int filled[SLOTS_MOST];
    int first, leaders, staff; /* its people: leaders first */
    int approved[LEVELS];      /* -1: no quota */
    enum case_kind grades;     /* more graded excellent than the share allows, or CASE_NONE */
    bool old_quota;            /* an older, lower quota that ended stands beside it */
};

/* ---- people ---- */
enum politics { POLITICS_PARTY, POLITICS_LEAGUE, POLITICS_OTHER, POLITICS_MASSES };
static inline bool demo_pensioner(enum case_kind k)
{
    return k >= CASE_FIRM_RETIRED && k <= CASE_SOC_PAID;
}
static inline bool demo_promoted(enum case_kind k)
{
    return k >= CASE_ONE_POST && k <= CASE_PARTY_AGE;
}
enum { STATUS_IN_OFFICE = 1, STATUS_RETIRED, STATUS_LEFT, STATUS_DECEASED };

struct person {
    int unit; /* index of its unit */
    int slot; /* in the unit's pattern; -1: staff */
    enum case_kind kase;
    int other;            /* index of a relative who is a cadre too, or -1 */
    const char *relation; /* what the other is to this person; key of roster.relation */
    bool male, party_needed;
    bool best;     /* excellent last year */
    int ethnicity; /* code of gb3304 as a number */
    enum politics politics;
    int birth, birth_day; /* month, day */
    int base_age;
    int status, status_month;
    int id_serial;    /* the three digits of order in the citizen id */
    const char *name; /* arena of the district */
    const char *job;  /* title without the unit; arena */
};

struct district {
    struct arena *arena;
    uint64_t seed;
    struct date today;
    int index, of;                  /* this one, of how many */
    const char *name, *city, *code; /* 示例区, 无定市, 990103 */
    int64_t city_unit, node, node_scope;
    struct unit *units;
    int n_units;
    struct person *people;
    int n;
    int64_t first_member; /* id of people[0] */
    int64_t first_index;  /* number of people[0] among all */
    bool lean;            /* a million: fewer rows a person */
    bool forms;           /* for forms: everybody is in office */
    int bodies;           /* how many bodies; 0: by the number of people */
};

/* How often each case is planted, over all districts: fills times[CASES]. ERR_INVALID when n is too small. */
struct err *demo_case_times(struct arena *a, int64_t n, int districts, int64_t times[CASES]) MUST_USE;

/* The whole plan of district `index`: units, people with their cores, cases, kin. n people. */
void demo_district_make(struct district *d, int n, const int64_t times[CASES]);
/* How many bodies the districts behind n forms have; 0: by the number of people. */
int demo_form_bodies(int64_t n);
/* Names the district and its city; invented. */
void demo_place(struct arena *a, int index, const char **district, const char **city, const char **code);

/* ---- names ---- */
const char *demo_name(struct arena *a, struct rng *r, bool male, int ethnicity);
const char *demo_child_name(struct arena *a, struct rng *r, bool male, const char *father);
int demo_ethnicity(struct rng *r);
const char *demo_native(struct rng *r);
const char *demo_native_not(struct rng *r, const char *district);
const char *demo_firm(struct arena *a, struct rng *r);

/* ---- a life ---- */
struct span {
    int unit, slot;    /* slot -1: staff */
    const char *title; /* unit and post as written; arena */
    enum level level;
    bool leading, chief, main, current, quota, day_known;
    struct date from, to; /* full dates; to unknown for current ones */
    bool on_probation, term;
    struct date probation_until;
    bool elected;
};
enum { SPANS_MOST = 14 };
struct schooling {
    const char *education, *level, *degree, *degree_level, *school, *major;
    int from, to; /* months; to 0: none */
};
struct life {
    struct schooling full[2], later; /* later.to 0: none */
    int n_full;
    int work_start, party_joined; /* months; 0: never */
    struct span spans[SPANS_MOST];
    int n_spans; /* the main ones in order of time, then concurrent ones */
    int n_main;
    int child_birth[2], n_children;
    const char *rank, *rank_text, *title, *rank_before; /* rank_before: NULL, or held for rank_before_months */
    int rank_before_months;
    int rank_from;
    const char *post_text;
    const char *native, *birth_place, *home, *home_division;
};
/* 现任职务 in prose. */
const char *demo_post_text(struct arena *a, const struct district *d, const struct person *p);
/* The same life every time for the same person. */
void demo_life(struct arena *a, const struct district *d, int person, struct rng *r, struct life *out);

struct relative {
    const char *relation; /* key of roster.relation */
    const char *name, *politics, *work;
    int birth;
    bool deceased, cadre; /* cadre: it is people[other] */
};
enum { RELATIVES_MOST = 8, GRADES_MOST = 8 };
int demo_family(struct arena *a, const struct district *d, int person, const struct life *l,
                struct relative out[RELATIVES_MOST]);
struct period {
    int from, to; /* months; to 0: to date */
    const char *text;
    bool within; /* 其间: of the last one that is not */
};
enum { PERIODS_MOST = SPANS_MOST + 4 };
int demo_periods(struct arena *a, const struct district *d, int person, const struct life *l,
                 struct period out[PERIODS_MOST]);
struct grade {
    int year;
    const char *code; /* of roster.grade */
};
/* The last year with grades; the day of CASE_TIP_EXCELLENT, in the year before it. */
int demo_last_graded(const struct district *d);
struct date demo_admonished(const struct district *d);
bool demo_measured(const struct person *p);
/* Does he count in his body's share of grades? */
bool demo_counts_in_share(const struct district *d, const struct person *p);
int demo_grades(const struct district *d, int person, const struct life *l, struct grade out[GRADES_MOST]);

/* The citizen id as it stands in the file, with the slip a case plants; out has 19 bytes. */
void demo_citizen_id(const struct district *d, const struct person *p, char out[19]);
/* The rule of the node that lies so many months before the month of retirement, or NULL. */
const char *demo_node(int months);
/* The month of retirement, 0 when base age is not known. */
int demo_retirement(const struct person *p);
/* Sequence of person `i` for purpose `what`. */
void demo_rng(const struct district *d, int person, int what, struct rng *out);

/* An account for each role, its office at a sensible unit, one JSON line each: {"role", "username", "password"}; a
 * contact's also has "branch", a secretary's "unit", those of persons on record "member". */
struct err *demo_accounts(struct db *db, struct arena *a, FILE *to) MUST_USE;
/* Channels and a few leads (leads.c), after the accounts. */
struct err *demo_leads(struct db *db, struct arena *a) MUST_USE;

/* ---- writing ---- */
struct planted {
    const char *rule, *kind, *id;
};
enum { RECORDS_MOST = 64 };
struct writer {
    struct change *change;
    bool sending; /* rows go out without waiting for each answer */
    void (*plant)(void *ctx, const struct planted *f);
    void *ctx;
    int64_t province, city; /* units above the districts, once made */
    struct {
        int64_t next, end, used;
    } ids[RECORDS_MOST]; /* by record_index */
    int64_t rows, posts;
};
/* Units, positions and quotas of the district; fills their ids. One change. */
struct err *demo_write_house(struct writer *w, struct district *d) MUST_USE;
/* One person's whole file in the present change. */
struct err *demo_write_person(struct writer *w, const struct district *d, int person) MUST_USE;

#endif
