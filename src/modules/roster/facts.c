/* facts.c: the roster's subjects as data: which fields become columns, which facts are computed. Facts about measures
 * carry the class of a case; they serve rules, never filters of people who may not read them. */
#include "roster/facts.h"

#include <string.h>

#include "record/codes.h"
#include "roster/roster.h"

struct roster_codes roster_codes;

static void find_codes(void);

/* ---- units, quotas, what a unit's levels hold ---- */
static const struct fact unit_facts[] = {{"kind", EXPR_CODE, .field = "kind"},
                                         {"node", EXPR_CODE, .field = "node"},
                                         {"level", EXPR_CODE, .field = "level"},
                                         {"parent", EXPR_REF, .field = "parent", .blank = FACT_BLANK_NONE},
                                         {"seat", EXPR_INT, .field = "seat"},
                                         {"sectors", EXPR_INT},
                                         {"division", EXPR_INT},
                                         {"planned", EXPR_BOOL},
                                         {0}};

/* Bits of roster.sector: few enough for a number. */
static void unit_row(struct facts_row *r)
{
    const struct code_list *l = codes_list("roster.sector");
    int64_t bits = 0;
    for (const char *p = facts_text(r, 0); p != NULL && *p != '\0';) {
        size_t n = strcspn(p, " ");
        for (int i = 1; i < 32 && i <= codes_count(l); i++)
            if (strncmp(codes_code(l, i), p, n) == 0 && codes_code(l, i)[n] == '\0')
                bits |= INT64_C(1) << (i - 1);
        p += n + strspn(p + n, " ");
    }
    facts_put(r, UNIT_SECTORS, bits);
    facts_put(r, UNIT_DIVISION, roster_division(facts_text(r, 1)));
}

/* Are approved numbers of posts on record? */
static void unit_fixed(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &roster_quota_facts);
    int8_t *planned = facts_out(s, &roster_unit_facts, UNIT_PLANNED);
    for (int i = s->from; i < s->to; i++)
        planned[i] = t->first[i + 1] > t->first[i];
}

const struct facts_subject roster_unit_facts = {.name = "unit",
                                                .record = "roster.unit",
                                                .facts = unit_facts,
                                                .reads = "sectors division",
                                                .row = unit_row,
                                                .fixed = unit_fixed,
                                                .seat = "seat",
                                                .named = "name",
                                                .initials = roster_initials,
                                                .looked_up = true};

static const struct fact quota_facts[] = {{"level", EXPR_CODE, .field = "level"},
                                          {"approved", EXPR_INT, .field = "approved"},
                                          {"from", EXPR_DATE, .field = "from_on", .blank = FACT_BLANK_NONE},
                                          {"to", EXPR_DATE, .field = "to_on", .blank = FACT_BLANK_NONE},
                                          {0}};
const struct facts_subject roster_quota_facts = {
    .name = "quota", .record = "roster.quota", .owner = "unit", .key = "unit", .order = "from", .facts = quota_facts};

/* The quota of a level on a day is the sum of those in force; unknown where none is on record. */
static void levels_of_day(const struct facts_span *s)
{
    const struct expr_table *sums = facts_table(s, &roster_unit_level_facts),
                            *quotas = facts_table(s, &roster_quota_facts);
    const int16_t *level = facts_in(s, &roster_unit_level_facts, SUM_LEVEL);
    const int32_t *filled = facts_in(s, &roster_unit_level_facts, SUM_FILLED);
    int32_t *approved = facts_out(s, &roster_unit_level_facts, SUM_APPROVED);
    int32_t *over = facts_out(s, &roster_unit_level_facts, SUM_OVER);
    const int16_t *of = facts_in(s, &roster_quota_facts, QUOTA_LEVEL);
    const int32_t *posts = facts_in(s, &roster_quota_facts, QUOTA_APPROVED);
    const int32_t *from = facts_in(s, &roster_quota_facts, QUOTA_FROM),
                  *to = facts_in(s, &roster_quota_facts, QUOTA_TO);
    for (int i = s->from; i < s->to; i++)
        for (int j = sums->first[i]; j < sums->first[i + 1]; j++) {
            approved[j] = EXPR_INT_UNKNOWN;
            for (int q = quotas->first[i]; q < quotas->first[i + 1]; q++)
                if (of[q] == level[j] && posts[q] >= 0 && roster_holds(from[q], to[q], s->day) == 1)
                    approved[j] = posts[q] + (approved[j] < 0 ? 0 : approved[j]);
            over[j] = approved[j] < 0 ? EXPR_INT_UNKNOWN : filled[j] > approved[j] ? filled[j] - approved[j] : 0;
        }
}

static const struct fact level_facts[] = {{"level", EXPR_CODE, .codes = "roster.level"},
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

/* ---- shares of the grades of last year's appraisal ---- */
static const struct fact grade_share_facts[] = {{"grade", EXPR_CODE, .field = "grade"},
                                                {"year", EXPR_INT, .field = "year"},
                                                {"share", EXPR_INT, .field = "share"},
                                                {0}};
const struct facts_subject roster_grade_share_facts = {
    .name = "grade_share", .record = "roster.grade_share", .owner = "unit", .key = "unit", .facts = grade_share_facts};

static void grades_of_day(const struct facts_span *s)
{
    const struct facts_subject *of = &roster_unit_grade_facts, *base = &roster_grade_share_facts;
    const struct expr_table *sums = facts_table(s, of), *shares = facts_table(s, base);
    const int16_t *grade = facts_in(s, of, GRADE_GRADE), *for_grade = facts_in(s, base, SHARE_GRADE);
    const int32_t *given = facts_in(s, of, GRADE_GIVEN), *year = facts_in(s, base, SHARE_YEAR);
    const int32_t *share = facts_in(s, base, SHARE_PERCENT);
    int32_t *graded = facts_out(s, of, GRADE_GRADED), *agreed = facts_out(s, of, GRADE_AGREED);
    int32_t *end = facts_out(s, of, GRADE_YEAR_END), last = date_year(s->day) - 1;
    for (int i = s->from; i < s->to; i++) {
        int all = 0;
        for (int j = sums->first[i]; j < sums->first[i + 1]; j++)
            all += given[j];
        for (int j = sums->first[i]; j < sums->first[i + 1]; j++) {
            graded[j] = all;
            agreed[j] = EXPR_INT_NONE;
            end[j] = date_make(last, 12, 31).v;
            for (int k = shares->first[i]; k < shares->first[i + 1]; k++)
                if (for_grade[k] == grade[j] && year[k] == last)
                    agreed[j] = share[k];
        }
    }
}

static const struct fact unit_grade_facts[] = {
    {"grade", EXPR_CODE, .codes = "roster.grade"}, {"given", EXPR_INT, .when = FACT_OF_DAY},
    {"graded", EXPR_INT, .when = FACT_OF_DAY},     {"agreed", EXPR_INT, .when = FACT_OF_DAY},
    {"year_end", EXPR_DATE, .when = FACT_OF_DAY},  {0}};
const struct facts_subject roster_unit_grade_facts = {.name = "unit_grade",
                                                      .kind = "roster.unit_grade",
                                                      .owner = "unit",
                                                      .facts = unit_grade_facts,
                                                      .of_day = grades_of_day,
                                                      .base = "grade_share",
                                                      .count_of = "member",
                                                      .count_when = "graded",
                                                      .count_owner = "graded_in",
                                                      .count_by = "last_grade",
                                                      .counted = "given"};

/* What the plan of posts says of each: the function closed to kin of the body's leaders, the level, whom it is closed
 * to. */
static const struct fact position_facts[] = {
    {"function", EXPR_CODE, .field = "function", .blank = FACT_BLANK_NONE},
    {"level", EXPR_CODE, .field = "level"},
    {"closed_home", EXPR_CODE, .field = "closed_home", .blank = FACT_BLANK_NONE},
    {0}};
const struct facts_subject roster_position_facts = {
    .name = "position", .record = "roster.position", .facts = position_facts, .looked_up = true};

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
    {"seat", EXPR_INT, .field = "seat"},
    {"recognised", EXPR_DATE, .field = "recognised_on", .blank = FACT_BLANK_NONE},
    {"birth_differs", EXPR_BOOL, PERSONAL, .from = "birth birth_filed"},
    {"work_start_differs", EXPR_BOOL, PERSONAL, .from = "work_start work_start_filed"},
    {"party_joined_differs", EXPR_BOOL, PERSONAL, .from = "party_joined party_joined_filed"},
    {"id_fault", EXPR_CODE, .codes = "roster.id_fault", PERSONAL, .from = "citizen_id birth sex"},
    {"retires", EXPR_DATE, PERSONAL, .from = "birth sex base_age retire_override"},
    {"home", EXPR_INT, PERSONAL, .from = "home_division"},
    {"papers_lacking", EXPR_INT, PERSONAL, .from = "papers papers_checked_on politics"},
    {"fields_filled", EXPR_INT, PERSONAL},
    {"completeness", EXPR_INT, PERSONAL},
    {"education_level", EXPR_CODE, .codes = "roster.education_level", PERSONAL, .rows = "roster.education"},
    {"full_time_level", EXPR_CODE, .codes = "roster.education_level", PERSONAL},
    {"degree_level", EXPR_CODE, .codes = "roster.degree_level", PERSONAL},
    {"resume_gap", EXPR_INT, PERSONAL, .unit = "months", .rows = "roster.resume"},
    {"resume_overlap", EXPR_INT, PERSONAL, .unit = "months", .rows = "roster.resume"},
    {"resume_end", EXPR_DATE, PERSONAL, .rows = "roster.resume"},
    {"age", EXPR_INT, .when = FACT_OF_DAY, PERSONAL, .unit = "years"},
    {"unit", EXPR_REF, .to = "roster.unit", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"office_kind", EXPR_CODE, .codes = "roster.office_kind", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"level", EXPR_CODE, .codes = "roster.level", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"leading", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"chief", EXPR_CODE, .codes = "roster.chief", .when = FACT_OF_DAY, PERSONAL},
    {"function", EXPR_CODE, .codes = "roster.function", .when = FACT_OF_DAY, PERSONAL},
    {"post_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"years_in_post", EXPR_INT, .when = FACT_OF_DAY, PERSONAL, .unit = "years"},
    {"level_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"leading_from", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"rank", EXPR_CODE, .codes = "roster.rank", .when = FACT_OF_DAY, PERSONAL},
    {"rank_since", EXPR_DATE, .when = FACT_OF_DAY, PERSONAL},
    {"bar_until", EXPR_DATE, .when = FACT_OF_DAY, .class = CLASS_CASE, .rows = "roster.measure"},
    {"home_conflict", EXPR_CODE, .codes = "roster.home_rule", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.post"},
    {"last_grade", EXPR_CODE, .codes = "roster.grade", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.appraisal"},
    {"graded_in", EXPR_REF, .to = "roster.unit", .when = FACT_OF_DAY, PERSONAL, .rows = "roster.appraisal"},
    {"graded", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .rows = "roster.appraisal"},
    {0}};
const struct facts_subject roster_member_facts = {
    .name = "member",
    .record = "roster.member",
    .facts = member_facts,
    .reads = "citizen_id retire_override birth_filed work_start_filed party_joined_filed papers papers_checked_on "
             "native_place birth_place photo health home_division",
    .row = roster_member_row,
    .prepare = find_codes,
    .fixed = roster_member_fixed,
    .of_day = roster_members_of_day,
    .seat = "seat",
    .named = "name",
    .initials = roster_initials,
    .name_order = roster_name_order};

/* ---- rows of a cadre ---- */
#define ROWS(called, rec) .name = called, .record = rec, .owner = "member", .key = "member"

static void post_row(struct facts_row *r)
{
    if (facts_got(r, POST_TO) == EXPR_DATE_UNKNOWN && facts_number(r, 0) == 1)
        facts_put(r, POST_TO, EXPR_DATE_NONE);
    facts_put(r, POST_DOCUMENTED, facts_text(r, 1) != NULL);
    facts_put(r, POST_ASSESSED, facts_text(r, 2) != NULL);
    facts_put(r, POST_TERM, facts_text(r, 3) != NULL);
    int64_t position = facts_number(r, 4); /* kept in four bytes: there are as many rows as posts ever held */
    if (position > 0 && position <= INT32_MAX)
        facts_put(r, POST_POSITION, position);
    facts_put(r, POST_LEFT_UNEXPLAINED, roster_post_left(r, facts_text(r, 3), facts_text(r, 5)));
}

static const struct fact post_facts[] = {
    {"unit", EXPR_REF, .field = "unit"},
    {"position", EXPR_INT, PERSONAL},
    {"level", EXPR_CODE, .field = "level"},
    {"leading", EXPR_BOOL, .field = "leading_post"},
    {"chief", EXPR_CODE, .field = "chief"},
    {"main", EXPR_BOOL, .field = "main"},
    {"since", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on"},
    {"on_probation", EXPR_BOOL, .field = "on_probation", .blank = FACT_BLANK_NO},
    {"probation_until", EXPR_DATE, .field = "probation_until"},
    {"assessed", EXPR_BOOL, PERSONAL, .from = "probation_outcome"},
    {"occupies_quota", EXPR_BOOL, .field = "occupies_quota", .blank = FACT_BLANK_NO},
    {"documented", EXPR_BOOL, PERSONAL, .from = "from_doc"},
    {"has_term", EXPR_BOOL, PERSONAL},
    {"office_kind", EXPR_CODE, .codes = "roster.office_kind", PERSONAL, .from = "unit"},
    {"terms_before", EXPR_INT, PERSONAL, .from = "position term_began", .rows = "roster.post"},
    {"plan_fault", EXPR_CODE, .codes = "roster.plan_fault", PERSONAL,
     .from = "position level leading_post occupies_quota"},
    {"left_unexplained", EXPR_BOOL, PERSONAL, .from = "term_began to_on to_reason"},
    {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "from_on to_on current"},
    {"fills", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "current occupies_quota"},
    {0}};
const struct facts_subject roster_post_facts = {ROWS("post", "roster.post"),
                                                .order = "since",
                                                .facts = post_facts,
                                                .reads =
                                                    "current from_doc probation_outcome term_began position to_reason",
                                                .row = post_row,
                                                .fixed = roster_post_fixed,
                                                .of_day = roster_post_of_day};

static void period_row(struct facts_row *r)
{
    if (facts_got(r, PERIOD_TO) == EXPR_DATE_UNKNOWN && facts_number(r, 0) == 1)
        facts_put(r, PERIOD_TO, EXPR_DATE_NONE);
    facts_put(r, PERIOD_NESTED, facts_number(r, 1) != 0);
}

static const struct fact period_facts[] = {{"from", EXPR_DATE, .field = "from_on"},
                                           {"to", EXPR_DATE, .field = "to_on"},
                                           {"nested", EXPR_BOOL, PERSONAL},
                                           {"note", EXPR_BOOL, .field = "note", .blank = FACT_BLANK_NO},
                                           {0}};
const struct facts_subject roster_period_facts = {ROWS("period", "roster.resume"), .order = "from",
                                                  .facts = period_facts, .reads = "open under", .row = period_row};

static const struct fact education_facts[] = {{"mode", EXPR_CODE, .field = "mode"},
                                              {"level", EXPR_CODE, .field = "education_level"},
                                              {"degree_level", EXPR_CODE, .field = "degree_level"},
                                              {"to", EXPR_DATE, .field = "to_on"},
                                              {0}};
const struct facts_subject roster_education_facts = {ROWS("education", "roster.education"), .order = "to",
                                                     .facts = education_facts};

static void kin_row(struct facts_row *r)
{
    const char *relation = facts_text(r, 0), *kin = facts_text(r, 1);
    facts_put(r, KIN_NEAR, roster_codes.near[roster_kin_of(relation)]);
    facts_put(r, KIN_HOUSEHOLD, relation == NULL ? EXPR_BOOL_UNKNOWN : roster_household(relation));
    facts_put(r, KIN_CONFIRMED, kin != NULL && strcmp(kin, "confirmed") == 0);
}

static const struct fact kin_facts[] = {{"near", EXPR_CODE, .codes = "roster.kinship", PERSONAL, .from = "relation"},
                                        {"other", EXPR_REF, .field = "other", .blank = FACT_BLANK_NONE},
                                        {"confirmed", EXPR_BOOL, PERSONAL, .from = "kin"},
                                        {"deceased", EXPR_BOOL, .field = "deceased", .blank = FACT_BLANK_NO},
                                        {"sector", EXPR_CODE, .field = "firm_sector", .blank = FACT_BLANK_NONE},
                                        {"household", EXPR_BOOL, PERSONAL, .from = "relation"},
                                        {"same_unit", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "other"},
                                        {"in_line", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "other"},
                                        {"sensitive", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "other"},
                                        {"regulated", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "firm_sector"},
                                        {0}};
const struct facts_subject roster_kin_facts = {
    ROWS("kin", "roster.family"), .kind = "roster.kin", .facts = kin_facts, .reads = "relation kin", .row = kin_row,
    .linked = roster_kin_linked,  .link = "other"};

#define CASE .class = CLASS_CASE
static const struct fact measure_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"},
    {"decided", EXPR_DATE, .field = "decided_on"},
    {"start", EXPR_DATE, CASE, .from = "effective_on decided_on"},
    {"probation_until", EXPR_DATE, .field = "probation_until"},
    {"restored", EXPR_DATE, .field = "rights_restored_on"},
    {"cancelled", EXPR_DATE, .field = "cancelled_on", .blank = FACT_BLANK_NONE},
    {"filed", EXPR_DATE, .field = "filed_on", .blank = FACT_BLANK_NONE},
    {"executed", EXPR_DATE, .field = "executed_on", .blank = FACT_BLANK_NONE},
    {"ends", EXPR_DATE, CASE, .from = "kind effective_on decided_on"},
    {"extended_to", EXPR_DATE, CASE, .from = "kind effective_on decided_on", .rows = "roster.measure"},
    {"together", EXPR_INT, CASE, .from = "kind decided_on", .rows = "roster.measure"},
    {"excellent", EXPR_BOOL, CASE, .from = "kind decided_on", .rows = "roster.appraisal"},
    {0}};
const struct facts_subject roster_measure_facts = {ROWS("measure", "roster.measure"),
                                                   .lapsed = "has(cancelled) or extended_to <= today",
                                                   .order = "start",
                                                   .facts = measure_facts,
                                                   .reads = "effective_on",
                                                   .row = roster_measure_row,
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

/* Months at the rank before, half a year more for each year graded excellent there (RANK-2019-EXC). */
static int32_t served(const struct facts_span *s, int i, struct date from, struct date to)
{
    const struct facts_subject *of = &roster_appraisal_facts;
    const struct expr_table *t = facts_table(s, of);
    const int32_t *year = facts_in(s, of, APPRAISAL_YEAR);
    const int16_t *grade = facts_in(s, of, APPRAISAL_GRADE);
    enum { HALF_A_YEAR = 6 };
    if (!date_is(from) || !date_is(to) || date_month(from) == 0 || date_month(to) == 0)
        return EXPR_INT_UNKNOWN;
    int months = date_months_between(from, to);
    for (int j = t->first[i]; j < t->first[i + 1]; j++)
        if (grade[j] == roster_codes.excellent && year[j] >= date_year(from) && year[j] < date_year(to))
            months += HALF_A_YEAR;
    return months;
}

static void ranks_fixed(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &roster_rank_facts);
    const int32_t *from = facts_in(s, &roster_rank_facts, RANK_FROM);
    int32_t *out = facts_out(s, &roster_rank_facts, RANK_SERVED);
    for (int i = s->from; i < s->to; i++)
        for (int j = t->first[i]; j < t->first[i + 1]; j++)
            out[j] =
                j == t->first[i] ? EXPR_INT_NONE : served(s, i, (struct date){from[j - 1]}, (struct date){from[j]});
}

static const struct fact rank_facts[] = {{"rank", EXPR_CODE, .field = "rank"},
                                         {"from", EXPR_DATE, .field = "from_on"},
                                         {"to", EXPR_DATE, .field = "to_on", .blank = FACT_BLANK_NONE},
                                         {"served", EXPR_INT, PERSONAL, .unit = "months", .rows = "roster.rank"},
                                         {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL},
                                         {0}};
const struct facts_subject roster_rank_facts = {ROWS("rank", "roster.rank"), .order = "from", .facts = rank_facts,
                                                .fixed = ranks_fixed, .of_day = ranks_of_day};

static void outside_row(struct facts_row *r)
{
    if (facts_got(r, OUTSIDE_TO) == EXPR_DATE_UNKNOWN && facts_got(r, OUTSIDE_FINISHED) != 1)
        facts_put(r, OUTSIDE_TO, EXPR_DATE_NONE);
}

/* A post that is over though nobody knows since when is over today. */
static void outside_of_day(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &roster_outside_facts);
    const int32_t *since = facts_in(s, &roster_outside_facts, OUTSIDE_SINCE);
    const int32_t *to = facts_in(s, &roster_outside_facts, OUTSIDE_TO);
    int8_t *current = facts_out(s, &roster_outside_facts, OUTSIDE_CURRENT);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++)
        current[j] = to[j] == EXPR_DATE_UNKNOWN ? 0 : roster_holds(since[j], to[j], s->day);
}

static const struct fact outside_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"},
    {"since", EXPR_DATE, .field = "from_on"},
    {"to", EXPR_DATE, .field = "to_on"},
    {"finished", EXPR_BOOL, .field = "finished", .blank = FACT_BLANK_NO},
    {"paid", EXPR_BOOL, .field = "paid"},
    {"approved", EXPR_DATE, .field = "approved_on", .blank = FACT_BLANK_NONE},
    {"sector", EXPR_CODE, .field = "sector"},
    {"leads", EXPR_BOOL, .field = "leads", .blank = FACT_BLANK_NO},
    {"special", EXPR_CODE, .field = "special", .blank = FACT_BLANK_NONE},
    {"terms", EXPR_INT, .field = "terms"},
    {"left", EXPR_DATE, PERSONAL, .rows = "roster.post"},
    {"former_field", EXPR_BOOL, PERSONAL, .from = "sector", .rows = "roster.post"},
    {"current", EXPR_BOOL, .when = FACT_OF_DAY, PERSONAL, .from = "from_on to_on finished"},
    {0}};
const struct facts_subject roster_outside_facts = {
    ROWS("outside", "roster.outside"), .order = "since",        .facts = outside_facts, .row = outside_row,
    .fixed = roster_outside_fixed,     .of_day = outside_of_day};

static const struct fact audit_facts[] = {
    {"kind", EXPR_CODE, .field = "kind"}, {"done", EXPR_DATE, .field = "done_on", .blank = FACT_BLANK_NONE}, {0}};
const struct facts_subject roster_audit_facts = {ROWS("audit", "roster.audit"), .order = "done", .facts = audit_facts};

static int position_of(const char *list, const char *key)
{
    return codes_find(codes_list(list), key);
}

static void measure_kinds(void)
{
    static const struct {
        const char *kind;
        enum roster_bar bar;
        const char *period;
    } all[] = {{"party_warning", BAR_PARTY, "DISC-W.period"},
               {"party_serious_warning", BAR_PARTY, "DISC-SW.period"},
               {"party_removal", BAR_PARTY, "DISC-REMOVE.period"},
               {"party_probation", BAR_PARTY, "DISC-PROB2.period"},
               {"expelled", BAR_OTHER, "DISC-EXPEL.period"}, /* nothing is added to it */
               {"adm_warning", BAR_ADM, "ADM-2020-08-1.period"},
               {"adm_demerit", BAR_ADM, "ADM-2020-08-2.period"},
               {"adm_serious_demerit", BAR_ADM, "ADM-2020-08-3.period"},
               {"adm_demotion", BAR_ADM, "ADM-2020-08-4.period"},
               {"adm_removal", BAR_ADM, "ADM-2020-08-4.period"},
               {"admonition", BAR_OTHER, "TIP-2015-ADM-7.period"},
               {"org_transfer", BAR_OTHER, "ORG-2021-P1.period"},
               {"org_ordered_resignation", BAR_OTHER, "ORG-2021-P2B.period"},
               {"org_dismissal", BAR_OTHER, "ORG-2021-P2B.period"},
               {"org_demotion", BAR_OTHER, "ORG-2021-P3.period"}};
    struct roster_codes *c = &roster_codes;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int at = position_of("roster.measure_kind", all[i].kind) % MEASURE_KINDS_MOST;
        c->bar[at] = all[i].bar;
        c->period[at] = all[i].period;
    }
    c->from_restored[position_of("roster.measure_kind", "party_probation") % MEASURE_KINDS_MOST] = true;
}

static void find_codes(void)
{
    static const char *const near[] = {NULL, "spouse", "direct", "collateral", "affinity", "none"};
    struct roster_codes *c = &roster_codes;
    c->male = position_of("roster.sex", "male");
    c->female = position_of("roster.sex", "female");
    c->party_member = position_of("roster.politics", "party_member");
    c->party_probationary = position_of("roster.politics", "party_probationary");
    c->in_office = position_of("roster.status", "in_office");
    c->full_time = position_of("roster.education_mode", "full_time");
    c->id_check = position_of("roster.id_fault", "check");
    c->id_birth = position_of("roster.id_fault", "birth");
    c->id_sex = position_of("roster.id_fault", "sex");
    c->id_area = position_of("roster.id_fault", "area");
    c->id_invented = position_of("roster.id_fault", "invented");
    c->internal_unit = position_of("roster.office_kind", "internal_unit");
    c->plan_above = position_of("roster.plan_fault", "above");
    c->plan_outside = position_of("roster.plan_fault", "outside");
    c->home_city = position_of("roster.home_rule", "city");
    c->home_township = position_of("roster.home_rule", "township");
    static const char *const servants[] = {
        "general", "technical",  "enforcement", "reference_body",  "reference_institution",
        "judge",   "procurator", "police",      "police_technical"};
    for (size_t i = 0; i < sizeof servants / sizeof *servants; i++)
        c->servants |= UINT64_C(1) << position_of("roster.category", servants[i]);
    c->not_assessed = position_of("roster.grade", "not_assessed");
    c->on_leave = position_of("roster.grade", "not_assessed_leave");
    c->excellent = position_of("roster.grade", "excellent");
    c->admonition = position_of("roster.measure_kind", "admonition");
    for (int i = 1; i < 6; i++)
        c->near[i] = position_of("roster.kinship", near[i]);
    measure_kinds();
}

const struct facts_subject *const roster_subjects[] = {&roster_unit_facts,
                                                       &roster_quota_facts,
                                                       &roster_unit_level_facts,
                                                       &roster_grade_share_facts,
                                                       &roster_unit_grade_facts,
                                                       &roster_position_facts,
                                                       &roster_member_facts,
                                                       &roster_post_facts,
                                                       &roster_period_facts,
                                                       &roster_education_facts,
                                                       &roster_kin_facts,
                                                       &roster_measure_facts,
                                                       &roster_appraisal_facts,
                                                       &roster_rank_facts,
                                                       &roster_outside_facts,
                                                       &roster_audit_facts,
                                                       NULL};
