/* records.c: the roster's records, declared. The kernel makes everything else from them. Lengths are those of the
 * official form's editor where the form has the field. Checks across fields stand in check.c. */
#include "roster/roster.h"

#include "roster/check.h"

#define READERS "supervision personnel"
#define FILE_ENDS "member_left" /* the event a personal file's retention counts from */

/* ---- the house: units, quotas, positions ---- */
static const struct field unit_fields[] = {
    {"name", FIELD_TEXT, .max = 100, .required = true, .index = true},
    {"short_name", FIELD_TEXT, .max = 50},
    {"former_names", FIELD_LONG, .max = 1000}, /* one a line */
    {"parent", FIELD_REF, .to = "roster.unit"},
    {"kind", FIELD_CODE, .codes = "roster.office_kind", .required = true},
    {"node", FIELD_CODE, .codes = "roster.node"},
    {"level", FIELD_CODE, .codes = "roster.level"},
    {"division", FIELD_TEXT, .max = 9}, /* of its administrative division: six digits, nine of a township */
    {"credit_code", FIELD_CREDIT_CODE},
    {"seat", FIELD_INT, .max = 6},
    {"sectors", FIELD_TEXT, .max = 200}, /* codes of roster.sector it regulates, separated by blanks */
    {"mandate", FIELD_LONG, .max = 4000},
    {"closed_on", FIELD_DATE},
    {0},
};
const struct record roster_unit = {.name = "roster.unit",
                                   .fields = unit_fields,
                                   .tree = "parent",
                                   .list = "name kind level parent seat",
                                   .order = "seat name",
                                   .purpose = "roster.purpose.unit",
                                   .basis = "POST-2",
                                   .readers = READERS,
                                   .keep = "roster.unit",
                                   .keep_from = "closed_on",
                                   .check = roster_check_unit};

static const struct field quota_fields[] = {
    {"unit", FIELD_REF, .to = "roster.unit", .required = true, .index = true},
    {"level", FIELD_CODE, .codes = "roster.level", .required = true},
    {"approved", FIELD_INT, .max = 5, .required = true},
    {"from_on", FIELD_DATE},
    {"to_on", FIELD_DATE},
    {"document", FIELD_TEXT, .max = 100},
    {"note", FIELD_TEXT, .max = 200},
    {0},
};
const struct record roster_quota = {.name = "roster.quota",
                                    .fields = quota_fields,
                                    .unit = "unit",
                                    .list = "unit level approved from_on to_on document",
                                    .order = "unit level from_on",
                                    .purpose = "roster.purpose.quota",
                                    .basis = "POST-1",
                                    .readers = READERS,
                                    .keep = "roster.quota",
                                    .keep_from = "to_on",
                                    .check = roster_check_period};

/* A larger share of a grade than the rule's, agreed to for a year. */
static const struct field grade_share_fields[] = {
    {"unit", FIELD_REF, .to = "roster.unit", .required = true, .index = true},
    {"year", FIELD_INT, .max = 4, .required = true},
    {"grade", FIELD_CODE, .codes = "roster.grade", .required = true},
    {"share", FIELD_INT, .max = 3}, /* per cent of those assessed */
    {"agreed_on", FIELD_DATE},
    {"document", FIELD_TEXT, .max = 100},
    {0},
};
const struct record roster_grade_share = {.name = "roster.grade_share",
                                          .fields = grade_share_fields,
                                          .unit = "unit",
                                          .list = "unit year grade share agreed_on document",
                                          .order = "unit -year",
                                          .purpose = "roster.purpose.grade_share",
                                          .basis = "CSA-2020-SHARE",
                                          .readers = READERS,
                                          .keep = "roster.grade_share",
                                          .keep_from = "agreed_on"};

static const struct field position_fields[] = {
    {"unit", FIELD_REF, .to = "roster.unit", .required = true, .index = true},
    {"name", FIELD_TEXT, .max = 100, .required = true},
    {"level", FIELD_CODE, .codes = "roster.level"},
    {"leading_post", FIELD_BOOL},                         /* 领导职务 */
    {"chief", FIELD_CODE, .codes = "roster.chief"},       /* 正职 or 副职 */
    {"function", FIELD_CODE, .codes = "roster.function"}, /* functions closed to kin of the body's leaders (KIN-1) */
    {"counts_in_quota", FIELD_BOOL},
    {"closed_home", FIELD_CODE, .codes = "roster.home_rule"}, /* not for people of that place (KIN-8, KIN-9) */
    {"seat", FIELD_INT, .max = 6},
    {"closed_on", FIELD_DATE},
    {0},
};
const struct record roster_position = {.name = "roster.position",
                                       .fields = position_fields,
                                       .unit = "unit",
                                       .title = "name",
                                       .list = "unit name level leading_post chief counts_in_quota",
                                       .order = "unit seat name",
                                       .purpose = "roster.purpose.position",
                                       .basis = "POST-1",
                                       .readers = READERS,
                                       .keep = "roster.position",
                                       .keep_from = "closed_on"};

/* ---- the cadre ---- */
static const struct field member_fields[] = {
    {"name", FIELD_TEXT, .max = 36, .required = true, .index = true},
    {"name_pinyin", FIELD_COMPUTED, .max = 100, .index = true},
    {"sex", FIELD_CODE, .codes = "roster.sex"},
    {"birth", FIELD_PDATE},
    {"ethnicity", FIELD_CODE, .codes = "gb3304_ethnic"},
    {"native_place", FIELD_TEXT, .max = 36},
    {"birth_place", FIELD_TEXT, .max = 36},
    {"home_place", FIELD_TEXT, .max = 36, .basis = "KIN-8"},   /* 成长地 */
    {"home_division", FIELD_TEXT, .max = 9, .basis = "KIN-8"}, /* its code, as units have it */
    {"citizen_id", FIELD_CITIZEN_ID, .unique = true},
    {"politics", FIELD_CODE, .codes = "roster.politics"},
    {"party_joined", FIELD_PDATE},
    {"other_parties", FIELD_TEXT, .max = 36},
    {"work_start", FIELD_PDATE},
    {"health", FIELD_TEXT, .max = 36, .basis = "PIPL-28"},
    {"title", FIELD_TEXT, .max = 180},                       /* 专业技术职务 */
    {"expertise", FIELD_TEXT, .max = 220},                   /* 熟悉专业有何专长 */
    {"post_text", FIELD_TEXT, .max = 650},                   /* 现任职务, as written */
    {"unit", FIELD_REF, .to = "roster.unit", .index = true}, /* of the present main post; kept by the program */
    {"seat", FIELD_INT, .max = 6},                           /* place within the unit */
    {"rank_text", FIELD_TEXT, .max = 60},                    /* 职级, as written */
    {"post_since", FIELD_PDATE},                             /* 任现职时间 and the like, as a roster says them */
    {"level_since", FIELD_PDATE},
    {"rank_since", FIELD_PDATE},
    {"category", FIELD_CODE, .codes = "roster.category"},
    {"status", FIELD_CODE, .codes = "roster.status", .required = true},
    {"status_on", FIELD_PDATE}, /* since when, where it is not in office */
    {"managed_by_district", FIELD_BOOL},
    {"base_age", FIELD_INT, .max = 2, .basis = "RET-2025-1"}, /* 60, 55 or 50 */
    {"base_age_ground", FIELD_TEXT, .max = 200, .basis = "RET-WOMEN-CL"},
    {"retire_override", FIELD_PDATE, .basis = "RET-2025-3"},
    {"birth_filed", FIELD_PDATE, .basis = "ARCH-2018-AUD-2"}, /* what the archive's earliest papers say */
    {"work_start_filed", FIELD_PDATE, .basis = "ARCH-2018-AUD-2"},
    {"party_joined_filed", FIELD_PDATE, .basis = "ARCH-2018-AUD-2"},
    {"recognised_on", FIELD_DATE, .basis = "ARCH-2018-AUD-5"}, /* birth, work_start, party_joined were recognised */
    {"recognised_doc", FIELD_TEXT, .max = 100, .basis = "ARCH-2018-AUD-5"},
    {"papers", FIELD_TEXT, .max = 60}, /* codes of roster.paper_kind in the archive, separated by blanks */
    {"papers_checked_on", FIELD_DATE}, /* NULL: nobody has looked, so nothing is missing yet */
    {"photo", FIELD_FILE, .basis = "PIPL-28"},
    {"resume_text", FIELD_LONG, .max = 20000}, /* the form's own texts, kept as they came */
    {"awards_text", FIELD_LONG, .max = 1200},
    {"appraisal_text", FIELD_LONG, .max = 900},
    {"note", FIELD_LONG, .max = 2000},
    {"merged_into", FIELD_COMPUTED, .max = 20}, /* number of the file this one was entered twice of (correct.h) */
    {0},
};
const struct record roster_member = {.name = "roster.member",
                                     .fields = member_fields,
                                     .unit = "unit",
                                     .list = "name unit post_text sex birth ethnicity work_start party_joined status",
                                     .order = "unit seat name",
                                     .purpose = "roster.purpose.member",
                                     .basis = "PIPL-13",
                                     .readers = READERS,
                                     .keep = "roster.member",
                                     .keep_from = FILE_ENDS,
                                     .class = CLASS_PERSONAL,
                                     .derive = roster_derive_member,
                                     .check = roster_check_member};

/* A post held from a day to a day. from_on is the day of the decision (APPT-TIME-1); without from_doc it blocks
 * nothing. */
static const struct field post_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"position", FIELD_REF, .to = "roster.position"},
    {"unit", FIELD_REF, .to = "roster.unit", .index = true},
    {"title", FIELD_TEXT, .max = 324, .required = true}, /* as written */
    {"level", FIELD_CODE, .codes = "roster.level"},
    {"leading_post", FIELD_BOOL},
    {"chief", FIELD_CODE, .codes = "roster.chief"},
    {"main", FIELD_BOOL},
    {"from_on", FIELD_PDATE},
    {"from_doc", FIELD_TEXT, .max = 100},
    {"from_basis", FIELD_CODE, .codes = "roster.appointment_basis"},
    {"to_on", FIELD_PDATE},
    {"to_doc", FIELD_TEXT, .max = 100},
    {"to_reason", FIELD_CODE, .codes = "roster.leave_reason", .basis = "TERM-2006-5"},
    {"current", FIELD_BOOL},
    {"on_probation", FIELD_BOOL},    /* 试用期; falls when the assessment is recorded */
    {"probation_until", FIELD_DATE}, /* last day of the period */
    {"probation_outcome", FIELD_TEXT, .max = 200},
    {"term_began", FIELD_PDATE},
    {"occupies_quota", FIELD_BOOL},
    {"seat", FIELD_INT, .max = 6},
    {0},
};
const struct record roster_post = {.name = "roster.post",
                                   .fields = post_fields,
                                   .concerns = "member",
                                   .title = "title",
                                   .list = "member title unit level from_on to_on current",
                                   .order = "member from_on",
                                   .purpose = "roster.purpose.post",
                                   .basis = "APPT-TIME-1",
                                   .readers = READERS,
                                   .keep = "roster.post",
                                   .keep_from = FILE_ENDS,
                                   .class = CLASS_PERSONAL,
                                   .check = roster_check_post,
                                   .saved = roster_post_saved};

static const struct field resume_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"from_on", FIELD_PDATE},
    {"to_on", FIELD_PDATE},
    {"open", FIELD_BOOL}, /* to date */
    {"text", FIELD_TEXT, .max = 1000, .required = true},
    {"under", FIELD_REF, .to = "roster.resume"}, /* 其间: its outer period */
    {"note", FIELD_BOOL},                        /* a paragraph without dates after the last period */
    {"seat", FIELD_INT, .max = 4},
    {0},
};
const struct record roster_resume = {.name = "roster.resume",
                                     .fields = resume_fields,
                                     .concerns = "member",
                                     .title = "text",
                                     .list = "member from_on to_on text",
                                     .order = "member seat",
                                     .purpose = "roster.purpose.resume",
                                     .basis = "ARCH-2018-AUD-2",
                                     .readers = READERS,
                                     .keep = "roster.resume",
                                     .keep_from = FILE_ENDS,
                                     .class = CLASS_PERSONAL,
                                     .check = roster_check_period};

static const struct field education_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"mode", FIELD_CODE, .codes = "roster.education_mode"}, /* a roster's one column may not say it */
    {"education", FIELD_TEXT, .max = 54},                   /* as printed: 大学, 研究生, 省委党校大学 */
    {"education_level", FIELD_CODE, .codes = "roster.education_level"},
    {"degree", FIELD_TEXT, .max = 54},
    {"degree_level", FIELD_CODE, .codes = "roster.degree_level"},
    {"school", FIELD_TEXT, .max = 90},        /* school, department and major of the 学历 */
    {"degree_school", FIELD_TEXT, .max = 90}, /* of the 学位 where it differs */
    {"major", FIELD_TEXT, .max = 90},
    {"from_on", FIELD_PDATE},
    {"to_on", FIELD_PDATE},
    {0},
};
const struct record roster_education = {.name = "roster.education",
                                        .fields = education_fields,
                                        .concerns = "member",
                                        .title = "education",
                                        .list = "member mode education degree school to_on",
                                        .order = "member mode to_on",
                                        .purpose = "roster.purpose.education",
                                        .basis = "ARCH-2018-AUD-2",
                                        .readers = READERS,
                                        .keep = "roster.education",
                                        .keep_from = FILE_ENDS,
                                        .class = CLASS_PERSONAL,
                                        .check = roster_check_period};

/* A family member or important relation. other and kin make it a fact: the relative is a cadre too. */
static const struct field family_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"relation", FIELD_CODE, .codes = "roster.relation"},
    {"relation_text", FIELD_TEXT, .max = 20}, /* 称谓 as written, where the list has no such word */
    {"name", FIELD_TEXT, .max = 36},
    {"birth", FIELD_PDATE},
    {"politics", FIELD_TEXT, .max = 36},
    {"work", FIELD_TEXT, .max = 248}, /* 工作单位及职务 */
    {"deceased", FIELD_BOOL},
    {"other", FIELD_REF, .to = "roster.member", .index = true},
    {"kin", FIELD_CODE, .codes = "roster.kin_state"},
    {"firm", FIELD_TEXT, .max = 100, .basis = "KIN-7"},
    {"firm_sector", FIELD_CODE, .codes = "roster.sector", .basis = "KIN-7"},
    {"firm_role", FIELD_TEXT, .max = 50, .basis = "KIN-7"},
    {"seat", FIELD_INT, .max = 4},
    {0},
};
const struct record roster_family = {.name = "roster.family",
                                     .fields = family_fields,
                                     .concerns = "member",
                                     .title = "name",
                                     .list = "member relation name birth work other kin",
                                     .order = "member seat",
                                     .purpose = "roster.purpose.family",
                                     .basis = "KIN-1",
                                     .readers = READERS,
                                     .keep = "roster.family",
                                     .keep_from = FILE_ENDS,
                                     .class = CLASS_PERSONAL,
                                     .check = roster_check_family};

static const struct field award_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"kind", FIELD_CODE, .codes = "roster.award_kind"},
    {"name", FIELD_TEXT, .max = 200, .required = true},
    {"awarded_on", FIELD_PDATE},
    {"organ", FIELD_TEXT, .max = 100},
    {"document", FIELD_TEXT, .max = 100},
    {"cancelled_on", FIELD_DATE},
    {0},
};
const struct record roster_award = {.name = "roster.award",
                                    .fields = award_fields,
                                    .concerns = "member",
                                    .title = "name",
                                    .list = "member kind name awarded_on organ",
                                    .order = "member awarded_on",
                                    .purpose = "roster.purpose.award",
                                    .basis = "ARCH-2018-CAT",
                                    .readers = READERS,
                                    .keep = "roster.award",
                                    .keep_from = FILE_ENDS,
                                    .class = CLASS_PERSONAL};

/* Sanctions and organisational measures. The period counts from effective_on where it is known, else from decided_on.
 */
static const struct field measure_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"kind", FIELD_CODE, .codes = "roster.measure_kind", .required = true},
    {"cause", FIELD_LONG, .max = 2000},
    {"organ", FIELD_TEXT, .max = 100},
    {"document", FIELD_TEXT, .max = 100},
    {"decided_on", FIELD_DATE, .required = true},
    {"effective_on", FIELD_DATE},
    {"probation_until", FIELD_DATE},    /* 留党察看 */
    {"rights_restored_on", FIELD_DATE}, /* after it */
    {"cancelled_on", FIELD_DATE},       /* changed or taken back: it never counted (ADM-2020-60) */
    {"ended_note", FIELD_TEXT, .max = 300},
    {"filed_on", FIELD_DATE, .basis = "ADM-2020-54-1"},    /* the decision lies in the archive */
    {"executed_on", FIELD_DATE, .basis = "ADM-2020-54-2"}, /* post and pay were changed */
    {0},
};
const struct record roster_measure = {.name = "roster.measure",
                                      .fields = measure_fields,
                                      .concerns = "member",
                                      .title = "kind",
                                      .list = "member kind decided_on organ document",
                                      .order = "member decided_on",
                                      .purpose = "roster.purpose.measure",
                                      .basis = "ADM-2020-54-1",
                                      .readers = "supervision",
                                      .keep = "roster.measure",
                                      .keep_from = FILE_ENDS,
                                      .class = CLASS_CASE,
                                      .check = roster_check_measure};

static const struct field appraisal_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"year", FIELD_INT, .max = 4, .required = true},
    {"grade", FIELD_CODE, .codes = "roster.grade", .required = true},
    {"document", FIELD_TEXT, .max = 100},
    {0},
};
const struct record roster_appraisal = {.name = "roster.appraisal",
                                        .fields = appraisal_fields,
                                        .concerns = "member",
                                        .title = "year",
                                        .list = "member year grade",
                                        .order = "member year",
                                        .purpose = "roster.purpose.appraisal",
                                        .basis = "ASSESS-2019-02",
                                        .readers = READERS,
                                        .keep = "roster.appraisal",
                                        .keep_from = FILE_ENDS,
                                        .class = CLASS_PERSONAL,
                                        .check = roster_check_appraisal};

static const struct field rank_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"rank", FIELD_CODE, .codes = "roster.rank", .required = true},
    {"from_on", FIELD_PDATE},
    {"to_on", FIELD_PDATE},
    {"document", FIELD_TEXT, .max = 100},
    {0},
};
const struct record roster_rank = {.name = "roster.rank",
                                   .fields = rank_fields,
                                   .concerns = "member",
                                   .title = "rank",
                                   .list = "member rank from_on to_on document",
                                   .order = "member from_on",
                                   .purpose = "roster.purpose.rank",
                                   .basis = "RANK-2019-SEQ",
                                   .readers = READERS,
                                   .keep = "roster.rank",
                                   .keep_from = FILE_ENDS,
                                   .class = CLASS_PERSONAL,
                                   .check = roster_check_period};

static const struct field outside_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"kind", FIELD_CODE, .codes = "roster.outside_kind", .required = true},
    {"name", FIELD_TEXT, .max = 100, .required = true},
    {"credit_code", FIELD_CREDIT_CODE},
    {"role", FIELD_TEXT, .max = 50},
    {"from_on", FIELD_PDATE},
    {"to_on", FIELD_PDATE},
    {"finished", FIELD_BOOL}, /* over, though the day may be unknown */
    {"paid", FIELD_BOOL},
    {"approved_on", FIELD_DATE},
    {"document", FIELD_TEXT, .max = 100},
    {"sector", FIELD_CODE, .codes = "roster.sector"},
    {"leads", FIELD_BOOL, .basis = "SOC-1998-1"}, /* 会长、秘书长 and the like */
    {"special", FIELD_CODE, .codes = "roster.outside_role", .basis = "SOC-2014-3"}, /* what a pensioner may not be */
    {"terms", FIELD_INT, .max = 2, .basis = "ENT-2013-6"}, /* terms running, the present one included */
    {0},
};
const struct record roster_outside = {.name = "roster.outside",
                                      .fields = outside_fields,
                                      .concerns = "member",
                                      .title = "name",
                                      .list = "member kind name role from_on to_on approved_on",
                                      .order = "member from_on",
                                      .purpose = "roster.purpose.outside",
                                      .basis = "ENT-2013-1",
                                      .readers = READERS,
                                      .keep = "roster.outside",
                                      .keep_from = FILE_ENDS,
                                      .class = CLASS_PERSONAL,
                                      .check = roster_check_period};

/* An audit of what a cadre answers for in a post. */
static const struct field audit_fields[] = {
    {"member", FIELD_REF, .to = "roster.member", .required = true},
    {"kind", FIELD_CODE, .codes = "roster.audit_kind", .required = true},
    {"unit", FIELD_REF, .to = "roster.unit"},
    {"from_on", FIELD_PDATE}, /* the years looked at */
    {"to_on", FIELD_PDATE},
    {"done_on", FIELD_DATE}, /* day of the report */
    {"organ", FIELD_TEXT, .max = 100},
    {"document", FIELD_TEXT, .max = 100},
    {0},
};
const struct record roster_audit = {.name = "roster.audit",
                                    .fields = audit_fields,
                                    .concerns = "member",
                                    .title = "kind",
                                    .list = "member kind unit from_on to_on done_on document",
                                    .order = "member done_on",
                                    .purpose = "roster.purpose.audit",
                                    .basis = "AUD-2019-04-1",
                                    .readers = READERS,
                                    .keep = "roster.audit",
                                    .keep_from = FILE_ENDS,
                                    .class = CLASS_PERSONAL,
                                    .check = roster_check_period};

/* ---- from words to posts: one distinct post text, answered once by a person ---- */
static const struct field alias_fields[] = {
    {"text", FIELD_TEXT, .max = 324, .required = true, .unique = true},
    {"unit", FIELD_REF, .to = "roster.unit"},
    {"position", FIELD_REF, .to = "roster.position"},
    {"title", FIELD_TEXT, .max = 100}, /* the post's name without the unit */
    {"level", FIELD_CODE, .codes = "roster.level"},
    {"leading_post", FIELD_BOOL},
    {"chief", FIELD_CODE, .codes = "roster.chief"},
    {"main", FIELD_BOOL},
    {"occupies_quota", FIELD_BOOL},
    {"set_aside", FIELD_BOOL}, /* not a post: leave it unknown and do not ask again */
    {"confirmed_by", FIELD_TEXT, .max = 50},
    {"confirmed_on", FIELD_DATE},
    {0},
};
const struct record roster_alias = {.name = "roster.alias",
                                    .fields = alias_fields,
                                    .list = "text unit title level leading_post main confirmed_by",
                                    .order = "text",
                                    .purpose = "roster.purpose.alias",
                                    .basis = "PIPL-08",
                                    .readers = READERS,
                                    .keep = "roster.alias",
                                    .keep_from = "confirmed_on"};

/* ---- which column of a roster means what, confirmed once for each header ---- */
static const struct field layout_fields[] = {
    {"layout", FIELD_COMPUTED, .max = 64, .required = true, .unique = true, .index = true}, /* SHA-256 of its words */
    {"columns", FIELD_COMPUTED, .max = 20000}, /* JSON: [{"head", "means"}] */
    {"confirmed_by", FIELD_TEXT, .max = 50},
    {"confirmed_on", FIELD_DATE},
    {0},
};
const struct record roster_layout = {.name = "roster.layout",
                                     .fields = layout_fields,
                                     .list = "confirmed_on confirmed_by columns",
                                     .order = "confirmed_on",
                                     .purpose = "roster.purpose.layout",
                                     .basis = "PIPL-08",
                                     .readers = READERS,
                                     .keep = "roster.layout",
                                     .keep_from = "confirmed_on",
                                     .class = CLASS_INTERNAL};

/* ---- what came in together, and what took it back: written by the import only ---- */
static const struct field batch_fields[] = {
    {"name", FIELD_TEXT, .max = 300, .required = true},
    {"undoes", FIELD_REF, .to = "roster.batch", .index = true},
    {"undone", FIELD_BOOL},
    {"stage", FIELD_INT, .index = true},    /* of the wizard; NULL: by the command line */
    {"first", FIELD_INT, .required = true}, /* its changes stand above this place in the sequence */
    {"last", FIELD_INT},                    /* and up to this one; NULL: not finished */
    {0},
};
const struct record roster_batch = {.name = "roster.batch",
                                    .fields = batch_fields,
                                    .list = "name undoes undone",
                                    .order = "-first",
                                    .purpose = "roster.purpose.batch",
                                    .basis = "PIPL-08",
                                    .readers = READERS,
                                    .keep = "roster.batch",
                                    .keep_from = "first",
                                    .class = CLASS_INTERNAL,
                                    .guarded = true};

const struct record *const roster_records[] = {&roster_unit,
                                               &roster_quota,
                                               &roster_position,
                                               &roster_member,
                                               &roster_post,
                                               &roster_resume,
                                               &roster_education,
                                               &roster_family,
                                               &roster_award,
                                               &roster_measure,
                                               &roster_appraisal,
                                               &roster_rank,
                                               &roster_outside,
                                               &roster_audit,
                                               &roster_grade_share,
                                               &roster_alias,
                                               &roster_layout,
                                               &roster_batch,
                                               NULL};
