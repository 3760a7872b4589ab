/* facts.c: the roster's subjects as data: which fields become columns, which facts are computed. Facts about measures
 * carry the class of a case; they serve rules, never filters of people who may not read them. */
#include "roster/facts.h"

#include <string.h>

#include "record/codes.h"
#include "roster/roster.h"

struct roster_codes roster_codes;

/* ---- units, quotas, what a unit's levels hold ---- */
static const struct fact unit_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"},
    {"node", EXPR_CODE, .field = "node"},
    {"level", EXPR_CODE, .field = "level"},
    {"parent", EXPR_REF, .field = "parent", .blank = FACT_BLANK_NONE},
    {"seat", EXPR_INT, .field = "seat"},
    {0}};
const struct facts_subject roster_unit_facts = {.name = "unit",
                                                .record = "roster.unit",
                                                .facts = unit_facts,
                                                .seat = "seat",
                                                .named = "name",
                                                .initials = roster_initials,
                                                .looked_up = true};

static const struct fact quota_facts[] = {
    {"level", EXPR_CODE, .field = "level"},
    {"approved", EXPR_INT, .field = "approved"},
    {"from", EXPR_DATE, .field = "from_on", .blank = FACT_BLANK_NONE},
    {"to", EXPR_DATE, .field = "to_on", .blank = FACT_BLANK_NONE},
    {0}};
const struct facts_subject roster_quota_facts = {.name = "quota",
                                                 .record = "roster.quota",
                                                 .owner = "unit",
                                                 .key = "unit",
                                                 .order = "from",
                                                 .facts = quota_facts};

/* The quota of a level on a day is the sum of those in force; unknown where none is on record. */
static void levels_of_day(const struct facts_span *s)
{
    const struct expr_table *sums = facts_table(s, &roster_unit_level_facts), *quotas = facts_table(s, &roster_quota_facts);
    const int16_t *level = facts_in(s, &roster_unit_level_facts, SUM_LEVEL);
    const int32_t *filled = facts_in(s, &roster_unit_level_facts, SUM_FILLED);
    int32_t *approved = facts_out(s, &roster_unit_level_facts, SUM_APPROVED);
    int32_t *over = facts_out(s, &roster_unit_level_facts, SUM_OVER);
    const int16_t *of = facts_in(s, &roster_quota_facts, QUOTA_LEVEL);
    const int32_t *posts = facts_in(s, &roster_quota_facts, QUOTA_APPROVED);
    const int32_t *from = facts_in(s, &roster_quota_facts, QUOTA_FROM), *to = facts_in(s, &roster_quota_facts, QUOTA_TO);
    for (int i = s->from; i < s->to; i++)
        for (int j = sums->first[i]; j < sums->first[i + 1]; j++) {
            approved[j] = EXPR_INT_UNKNOWN;
            for (int q = quotas->first[i]; q < quotas->first[i + 1]; q++)
                if (of[q] == level[j] && posts[q] >= 0 && roster_holds(from[q], to[q], s->day) == 1)
                    approved[j] = posts[q] + (approved[j] < 0 ? 0 : approved[j]);
            over[j] = approved[j] < 0 ? EXPR_INT_UNKNOWN : filled[j] > approved[j] ? filled[j] - approved[j] : 0;
        }
}

static const struct fact level_facts[] = {
    {"level", EXPR_CODE, .codes = "roster.level"},
    {"filled", EXPR_INT, .when = FACT_OF_DAY},
    {"approved", EXPR_INT, .when = FACT_OF_DAY},
    {"over", EXPR_INT, .when = FACT_OF_DAY},
    {0}};
const struct facts_subject roster_unit_level_facts = {.name = "unit_level",
                                                      .kind = "roster.unit_level",
                                                      .owner = "unit",
                                                      .facts = level_facts,
                                                      .of_day = levels_of_day,
                                                      .base = "quota",
                                                      .count_of = "post",
                                                      .count_when = "fills",
                                                      .count_owner = "unit",
                                                      .count_by = "level",
                                                      .counted = "filled"};

/* Positions whose function is closed to kin of the body's leaders. */
static const struct fact guarded_facts[] = {{"function", EXPR_CODE, .field = "function"}, {0}};
const struct facts_subject roster_guarded_facts = {.name = "guarded_position",
                                                   .record = "roster.position",
                                                   .facts = guarded_facts,
                                                   .only = "function",
                                                   .looked_up = true};

/* ---- the cadre ---- */
#define PERSONAL .class = CLASS_PERSONAL
static const struct fact member_facts[] = {
    {"sex", EXPR_CODE, .field = "sex"},
    {"birth", EXPR_DATE, .field = "birth"},
    {"ethnicity", EXPR_CODE, .field = "ethnicity"},
    {"politics", EXPR_CODE, .field = "politics"},
    {"party_joined", EXPR_DATE, .field = "party_joined"},
    {"work_start", EXPR_DATE, .field = "work_start"},
    {"category", EXPR_CODE, .field = "category"},
    {"status", EXPR_CODE, .field = "status"},
    {"managed_by_district", EXPR_BOOL, .field = "managed_by_district"},
    {"base_age", EXPR_INT, .field = "base_age", .unit = "years"},
    {"birth_filed", EXPR_DATE, .field = "birth_filed"},
    {"work_start_filed", EXPR_DATE, .field = "work_start_filed"},
    {"party_joined_filed", EXPR_DATE, .field = "party_joined_filed"},
    {"seat", EXPR_INT, .field = "seat"},
    {"recognised", EXPR_BOOL, PERSONAL},
    {"id_given", EXPR_BOOL, PERSONAL},
    {"id_right", EXPR_BOOL, PERSONAL},
    {"id_birth", EXPR_DATE, PERSONAL},
    {"id_sex", EXPR_CODE, .codes = "roster.sex", PERSONAL},
    {"retires", EXPR_DATE, PERSONAL},
    {"papers", EXPR_INT, PERSONAL},
    {"paper_vitae", EXPR_BOOL, PERSONAL},
    {"paper_autobiography", EXPR_BOOL, PERSONAL},
    {"paper_appraisals", EXPR_BOOL, PERSONAL},
    {"paper_education", EXPR_BOOL, PERSONAL},
    {"paper_review", EXPR_BOOL, PERSONAL},
    {"paper_party", EXPR_BOOL, PERSONAL},
    {"paper_awards", EXPR_BOOL, PERSONAL},
    {"paper_sanctions", EXPR_BOOL, PERSONAL},
    {"paper_appointment", EXPR_BOOL, PERSONAL},
    {"paper_other", EXPR_BOOL, PERSONAL},
    {"fields_filled", EXPR_INT, PERSONAL},
    {"completeness", EXPR_INT, PERSONAL},
    {"education_level", EXPR_CODE, .codes = "roster.education_level", PERSONAL},
    {"full_time_level", EXPR_CODE, .codes = "roster.education_level", PERSONAL},
    {"degree_level", EXPR_CODE, .codes = "roster.degree_level", PERSONAL},
    {"resume_gap", EXPR_INT, PERSONAL, .unit = "months"},
    {"resume_overlap", EXPR_INT, PERSONAL, .unit = "months"},
    {"resume_end", EXPR_DATE, PERSONAL},
    {"age", EXPR_INT, .when = FACT_OF_DAY, PERSONAL, .unit = "years"},
    {"unit", EXPR_REF, .to = "roster.unit", .when = FACT_OF_DAY, PERSONAL},
    {"office_kind", EXPR_CODE, .codes = "roster.office_kind", .when = FACT_OF_DAY, PERSONAL},
    {"level", EXPR_CODE, .codes = "roster.level", .when = FACT_OF_DAY, PERSONAL},
    {"leading", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {"chief", EXPR_CODE, .codes = "roster.chief", .when = FACT_OF_DAY, PERSONAL},
    {"function", EXPR_CODE, .codes = "roster.function", .when = FACT_OF_DAY, PERSONAL},
    {"post_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL},
    {"years_in_post", EXPR_INT, .when = FACT_OF_DAY, PERSONAL, .unit = "years"},
    {"level_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL},
    {"leading_months", EXPR_INT, .when = FACT_OF_DAY, PERSONAL, .unit = "months"},
    {"rank", EXPR_CODE, .codes = "roster.rank", .when = FACT_OF_DAY, PERSONAL},
    {"rank_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL},
    {"bar_until", EXPR_DATE, .when = FACT_OF_DAY, .class = CLASS_CASE},
    {0}};
const struct facts_subject roster_member_facts = {
    .name = "member",
    .record = "roster.member",
    .facts = member_facts,
    .reads = "citizen_id retire_override recognised_on papers papers_checked_on native_place birth_place photo health",
    .row = roster_member_row,
    .fixed = roster_member_fixed,
    .of_day = roster_members_of_day,
    .seat = "seat",
    .named = "name",
    .initials = roster_initials};

/* ---- rows of a cadre ---- */
#define ROWS(called, rec) .name = called, .record = rec, .owner = "member", .key = "member"

static void post_row(struct facts_row *r)
{
    const char *current = facts_text(r, 0);
    if (facts_got(r, POST_TO) == EXPR_DATE_UNKNOWN && current != NULL && *current == '1')
        facts_put(r, POST_TO, EXPR_DATE_NONE);
    facts_put(r, POST_DOCUMENTED, facts_text(r, 1) != NULL);
}

static const struct fact post_facts[] = {
    {"unit", EXPR_REF, .field = "unit"},
    {"position", EXPR_REF, .field = "position"},
    {"level", EXPR_CODE, .field = "level"},
    {"leading", EXPR_BOOL, .field = "leading"},
    {"chief", EXPR_CODE, .field = "chief"},
    {"main", EXPR_BOOL, .field = "main"},
    {"from", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on"},
    {"basis", EXPR_CODE, .field = "from_basis"},
    {"on_probation", EXPR_BOOL, .field = "on_probation", .blank = FACT_BLANK_NO},
    {"probation_until", EXPR_DATE, .field = "probation_until", .blank = FACT_BLANK_NONE},
    {"occupies_quota", EXPR_BOOL, .field = "occupies_quota", .blank = FACT_BLANK_NO},
    {"documented", EXPR_BOOL, PERSONAL},
    {"office_kind", EXPR_CODE, .codes = "roster.office_kind", PERSONAL},
    {"since", EXPR_DATE, PERSONAL},
    {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {"fills", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {0}};
const struct facts_subject roster_post_facts = {ROWS("post", "roster.post"),
                                                .order = "from",
                                                .facts = post_facts,
                                                .reads = "current from_doc",
                                                .row = post_row,
                                                .fixed = roster_post_fixed,
                                                .of_day = roster_post_of_day};

static void period_row(struct facts_row *r)
{
    const char *open = facts_text(r, 0);
    if (facts_got(r, PERIOD_TO) == EXPR_DATE_UNKNOWN && open != NULL && *open == '1')
        facts_put(r, PERIOD_TO, EXPR_DATE_NONE);
    facts_put(r, PERIOD_NESTED, facts_text(r, 1) != NULL);
}

static const struct fact period_facts[] = {
    {"from", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on"},
    {"nested", EXPR_BOOL, PERSONAL},
    {"note", EXPR_BOOL, .field = "note", .blank = FACT_BLANK_NO},
    {"gap", EXPR_INT, PERSONAL, .unit = "months"},
    {"overlap", EXPR_INT, PERSONAL, .unit = "months"},
    {0}};
const struct facts_subject roster_period_facts = {ROWS("period", "roster.resume"),
                                                  .order = "from",
                                                  .facts = period_facts,
                                                  .reads = "open under",
                                                  .row = period_row,
                                                  .fixed = roster_period_fixed};

static const struct fact education_facts[] = {
    {"mode", EXPR_CODE, .field = "mode"},
    {"level", EXPR_CODE, .field = "education_level"},
    {"degree_level", EXPR_CODE, .field = "degree_level"},
    {"to", EXPR_DATE, .field = "to_on"},
    {0}};
const struct facts_subject roster_education_facts = {ROWS("education", "roster.education"), .order = "to",
                                                     .facts = education_facts};

static void kin_row(struct facts_row *r)
{
    const char *relation = facts_text(r, 0), *kin = facts_text(r, 1);
    facts_put(r, KIN_KINSHIP, roster_codes.kinship[roster_kin_of(relation)]);
    facts_put(r, KIN_CONFIRMED, kin != NULL && strcmp(kin, "confirmed") == 0);
}

static const struct fact kin_facts[] = {
    {"kinship", EXPR_CODE, .codes = "roster.kinship", PERSONAL},
    {"other", EXPR_REF, .field = "other", .blank = FACT_BLANK_NONE},
    {"confirmed", EXPR_BOOL, PERSONAL},
    {"deceased", EXPR_BOOL, .field = "deceased", .blank = FACT_BLANK_NO},
    {"sector", EXPR_CODE, .field = "firm_sector", .blank = FACT_BLANK_NONE},
    {"same_unit", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {"in_line", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {"sensitive", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {0}};
const struct facts_subject roster_kin_facts = {ROWS("kin", "roster.family"),
                                               .facts = kin_facts,
                                               .reads = "relation kin",
                                               .row = kin_row,
                                               .linked = roster_kin_linked,
                                               .link = "other"};

static void measure_row(struct facts_row *r)
{
    if (facts_got(r, MEASURE_EFFECTIVE) == EXPR_DATE_UNKNOWN)
        facts_put(r, MEASURE_EFFECTIVE, facts_got(r, MEASURE_DECIDED));
}

#define CASE .class = CLASS_CASE
static const struct fact measure_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"},
    {"decided", EXPR_DATE, .field = "decided_on"},
    {"effective", EXPR_DATE, .field = "effective_on"},
    {"probation_until", EXPR_DATE, .field = "probation_until", .blank = FACT_BLANK_NONE},
    {"restored", EXPR_DATE, .field = "rights_restored_on", .blank = FACT_BLANK_NONE},
    {"cancelled", EXPR_DATE, .field = "cancelled_on", .blank = FACT_BLANK_NONE},
    {"carry", EXPR_INT, CASE, .unit = "days"},
    {"ends", EXPR_DATE, CASE},
    {0}};
const struct facts_subject roster_measure_facts = {ROWS("measure", "roster.measure"),
                                                   .order = "effective",
                                                   .facts = measure_facts,
                                                   .row = measure_row,
                                                   .fixed = roster_measure_fixed};

static const struct fact appraisal_facts[] = {
    {"year", EXPR_INT, .field = "year"}, {"grade", EXPR_CODE, .field = "grade"}, {0}};
const struct facts_subject roster_appraisal_facts = {ROWS("appraisal", "roster.appraisal"), .order = "year",
                                                     .facts = appraisal_facts};

static void ranks_of_day(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &roster_rank_facts);
    const int32_t *from = facts_in(s, &roster_rank_facts, RANK_FROM), *to = facts_in(s, &roster_rank_facts, RANK_TO);
    int8_t *current = facts_out(s, &roster_rank_facts, RANK_CURRENT);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++)
        current[j] = roster_holds(from[j], to[j], s->day);
}

static const struct fact rank_facts[] = {
    {"rank", EXPR_CODE, .field = "rank"},
    {"from", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on", .blank = FACT_BLANK_NONE},
    {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {0}};
const struct facts_subject roster_rank_facts = {ROWS("rank", "roster.rank"), .order = "from", .facts = rank_facts,
                                                .of_day = ranks_of_day};

static void outside_row(struct facts_row *r)
{
    const char *over = facts_text(r, 0);
    if (facts_got(r, OUTSIDE_TO) == EXPR_DATE_UNKNOWN && (over == NULL || *over != '1'))
        facts_put(r, OUTSIDE_TO, EXPR_DATE_NONE);
}

/* A post that is over though nobody knows since when is over today. */
static void outside_of_day(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &roster_outside_facts);
    const int32_t *from = facts_in(s, &roster_outside_facts, OUTSIDE_FROM);
    const int32_t *to = facts_in(s, &roster_outside_facts, OUTSIDE_TO);
    int8_t *current = facts_out(s, &roster_outside_facts, OUTSIDE_CURRENT);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++)
        current[j] = to[j] == EXPR_DATE_UNKNOWN ? 0 : roster_holds(from[j], to[j], s->day);
}

static const struct fact outside_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"},
    {"from", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on"},
    {"paid", EXPR_BOOL, .field = "paid"},
    {"approved", EXPR_DATE, .field = "approved_on", .blank = FACT_BLANK_NONE},
    {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
    {0}};
const struct facts_subject roster_outside_facts = {ROWS("outside", "roster.outside"),
                                                   .order = "from",
                                                   .facts = outside_facts,
                                                   .reads = "ended",
                                                   .row = outside_row,
                                                   .of_day = outside_of_day};

static int position_of(const char *list, const char *key)
{
    return codes_find(codes_list(list), key);
}

static void measure_kinds(void)
{
    static const char *const bars[] = {"party_warning",   "party_serious_warning", "party_removal", "party_probation",
                                       "expelled",        "adm_warning",           "adm_demerit",   "adm_serious_demerit",
                                       "adm_demotion",    "adm_removal",           "org_suspension", "org_transfer",
                                       "org_ordered_resignation", "org_dismissal", "org_demotion",  "admonition"};
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        int at = position_of("roster.measure_kind", bars[i]);
        roster_codes.barring[at & 63] = true;
        roster_codes.party_kind[at & 63] = i < 5;
    }
}

void roster_facts_register(void)
{
    static const struct facts_subject *const all[] = {
        &roster_unit_facts,    &roster_quota_facts,     &roster_unit_level_facts, &roster_guarded_facts,
        &roster_member_facts,  &roster_post_facts,      &roster_period_facts,     &roster_education_facts,
        &roster_kin_facts,     &roster_measure_facts,   &roster_appraisal_facts,  &roster_rank_facts,
        &roster_outside_facts};
    static const char *const kinships[] = {NULL, "spouse", "direct", "collateral", "affinity", "none"};
    codes_init();
    struct roster_codes *c = &roster_codes;
    c->male = position_of("roster.sex", "male");
    c->female = position_of("roster.sex", "female");
    c->party_member = position_of("roster.politics", "party_member");
    c->party_probationary = position_of("roster.politics", "party_probationary");
    c->in_office = position_of("roster.status", "in_office");
    c->full_time = position_of("roster.education_mode", "full_time");
    for (int i = 1; i < 6; i++)
        c->kinship[i] = position_of("roster.kinship", kinships[i]);
    measure_kinds();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        facts_register(all[i]);
}
