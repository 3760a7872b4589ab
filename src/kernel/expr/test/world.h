/* world.h: a small world for the tests, the fuzzer and the examples of doc/expressions.md: members with posts held and
 * appraisals, and unit levels that own nothing. Included by one file each. */
#ifndef QF_EXPR_TEST_WORLD_H
#define QF_EXPR_TEST_WORLD_H

#include <stdio.h>
#include <string.h>

#include "expr/expr.h"

enum { MEMBER, POST, APPRAISAL, UNIT_LEVEL, N_WORLD_SUBJECTS };

static const struct expr_fact member_facts[] = {
    {"birth", EXPR_DATE},
    {"joined", EXPR_DATE, .class = 1},
    {"worked_since", EXPR_DATE},
    {"sex", EXPR_CODE, .codes = "sex"},
    {"level", EXPR_CODE, .codes = "level"},
    {"hours", EXPR_INT},
    {"retired", EXPR_BOOL},
    {"unit", EXPR_REF, .to = "roster.unit"},
    {"bar_until", EXPR_DATE, .class = 3, .of_day = true},
};
static const struct expr_fact post_facts[] = {
    {"kind", EXPR_CODE, .codes = "post_kind"},
    {"level", EXPR_CODE, .codes = "level"},
    {"since", EXPR_DATE},
    {"until", EXPR_DATE},
    {"current", EXPR_BOOL},
    {"leading", EXPR_BOOL},
    {"unit", EXPR_REF, .to = "roster.unit"},
    {"rank", EXPR_INT},
};
static const struct expr_fact appraisal_facts[] = {
    {"year", EXPR_INT, .class = 2},
    {"grade", EXPR_CODE, .codes = "grade", .class = 2},
    {"decided", EXPR_DATE, .class = 2},
};
static const struct expr_fact unit_level_facts[] = {
    {"level", EXPR_CODE, .codes = "level"},
    {"approved", EXPR_INT},
    {"actual", EXPR_INT},
};
#define FACTS_OF(f) .facts = f, .n_facts = sizeof f / sizeof *f
static const struct expr_subject member_subject = {"member", "roster.member", NULL, FACTS_OF(member_facts)};
static const struct expr_subject post_subject = {"post", "roster.post", "member", FACTS_OF(post_facts)};
static const struct expr_subject appraisal_subject = {"appraisal", "roster.appraisal", "member",
                                                      FACTS_OF(appraisal_facts)};
static const struct expr_subject unit_level_subject = {"unit_level", "roster.unit_level", NULL,
                                                       FACTS_OF(unit_level_facts)};
static const struct expr_subject *const world_subjects[] = {&member_subject, &post_subject, &appraisal_subject,
                                                            &unit_level_subject};

/* Lists with their keys in order; codes are the positions with two digits. */
static const struct {
    const char *list;
    bool ordered;
    const char *keys[8];
} world_lists[] = {
    {"sex", false, {"male", "female"}},
    {"level", true, {"staff", "section_deputy", "section", "county_deputy", "county", "bureau_deputy"}},
    {"post_kind", false, {"township_head", "bureau_head", "deputy_head", "clerk", "today", "since"}},
    {"grade", true, {"fail", "basic", "competent", "excellent"}},
};

static int world_code(const char *list, const char *text, bool *ordered)
{
    for (size_t i = 0; i < sizeof world_lists / sizeof *world_lists; i++) {
        if (strcmp(world_lists[i].list, list) != 0)
            continue;
        *ordered = world_lists[i].ordered;
        for (int k = 0; k < 8 && world_lists[i].keys[k] != NULL; k++) {
            char code[4] = {'0', (char)('1' + k), '\0'};
            if (strcmp(world_lists[i].keys[k], text) == 0 || strcmp(code, text) == 0)
                return k + 1;
        }
        return 0;
    }
    *ordered = false;
    return 0;
}

static const struct expr_world test_world = {
    .subjects = world_subjects, .n_subjects = N_WORLD_SUBJECTS, .code = world_code};
static const char *const world_params[] = {"limit", "from", "least", "on", "unset", NULL};

/* $limit 10, $from 2015-03, $least section, $on true; $unset is not set. */
static inline bool world_param(const void *ctx, const char *name, struct date day, struct expr_param *out)
{
    (void)ctx, (void)day;
    static const struct {
        const char *name;
        struct expr_param value;
    } set[] = {{"limit", {EXPR_INT, 10}},
               {"from", {EXPR_DATE, 2015 << 9 | 3 << 5}},
               {"least", {EXPR_CODE, 3}},
               {"on", {EXPR_BOOL, 1}}};
    for (size_t i = 0; i < sizeof set / sizeof *set; i++)
        if (strcmp(set[i].name, name) == 0) {
            *out = set[i].value;
            return true;
        }
    return false;
}

#define D(y, m, d) ((y) << 9 | (m) << 5 | (d))
#define WORLD_TODAY ((struct date){D(2026, 11, 23)})
enum { UNK = EXPR_INT_UNKNOWN, NON = EXPR_INT_NONE };

/* Three members in one block: a full file, one with gaps, one nearly empty. */
static const int32_t member_birth[] = {D(1966, 11, 0), D(1975, 3, 12), 0};
static const int32_t member_joined[] = {D(1988, 7, 1), -1, 0};
static const int32_t member_worked[] = {D(1986, 8, 0), D(1997, 0, 0), D(1990, 1, 31)};
static const int16_t member_sex[] = {1, 2, 0};
static const int16_t member_level[] = {4, 3, -1};
static const int32_t member_hours[] = {96, UNK, 40};
static const int8_t member_retired[] = {0, 0, 3};
static const int64_t member_unit[] = {7, 8, -1};
static const int32_t member_bar[] = {-1, D(2027, 1, 15), 0};
static const int64_t member_ids[] = {101, 102, 103};

static const int16_t post_kind[] = {4, 2, 3, 4};
static const int16_t post_level[] = {1, 4, 3, 1};
static const int32_t post_since[] = {D(1986, 8, 0), D(2016, 5, 18), D(2015, 0, 0), 0};
static const int32_t post_until[] = {D(1996, 2, 29), -1, -1, D(2015, 1, 0)};
static const int8_t post_current[] = {0, 1, 1, 0};
static const int8_t post_leading[] = {0, 1, 1, 2};
static const int64_t post_unit[] = {7, 7, 8, 0};
static const int32_t post_rank[] = {1, 2, UNK, 1};
static const int64_t post_ids[] = {201, 202, 203, 204};
static const int16_t post_owner[] = {0, 0, 1, 1};
static const int32_t post_first[] = {0, 2, 4, 4};

static const int32_t appraisal_year[] = {2023, 2024, 2025, 2024, 2025};
static const int16_t appraisal_grade[] = {4, 3, 4, 2, 0};
static const int32_t appraisal_decided[] = {D(2024, 1, 0), D(2025, 1, 20), D(2026, 1, 16), D(2025, 1, 20), 0};
static const int64_t appraisal_ids[] = {301, 302, 303, 304, 305};
static const int16_t appraisal_owner[] = {0, 0, 0, 1, 1};
static const int32_t appraisal_first[] = {0, 3, 5, 5};

static const int16_t unit_level_level[] = {4, 3};
static const int32_t unit_level_approved[] = {3, NON};
static const int32_t unit_level_actual[] = {4, 2};
static const int64_t unit_level_ids[] = {401, 402};

static const struct expr_table world_tables[] = {
    {.n = 3,
     .ids = member_ids,
     .cols = (const void *const[]){member_birth, member_joined, member_worked, member_sex, member_level, member_hours,
                                   member_retired, member_unit, member_bar}},
    {.n = 4,
     .ids = post_ids,
     .owner = post_owner,
     .first = post_first,
     .cols = (const void *const[]){post_kind, post_level, post_since, post_until, post_current, post_leading, post_unit,
                                   post_rank}},
    {.n = 5,
     .ids = appraisal_ids,
     .owner = appraisal_owner,
     .first = appraisal_first,
     .cols = (const void *const[]){appraisal_year, appraisal_grade, appraisal_decided}},
    {.n = 2,
     .ids = unit_level_ids,
     .cols = (const void *const[]){unit_level_level, unit_level_approved, unit_level_actual}},
};
static const struct expr_block world_block = {world_tables};
static const struct expr_env world_env = {.today = WORLD_TODAY, .param = world_param};

/* A value as text: a number, an ISO date, a code's key, true, "10y2m3d", or none, unknown. */
static inline const char *world_show(struct expr_value v, char out[40])
{
    if (v.state != EXPR_HAS)
        return v.state == EXPR_NONE ? "none" : "unknown";
    if (v.type == EXPR_DATE)
        return date_iso((struct date){(int32_t)v.n}, out);
    if (v.type == EXPR_BOOL)
        return v.n != 0 ? "true" : "false";
    for (size_t i = 0; v.type == EXPR_CODE && i < sizeof world_lists / sizeof *world_lists; i++)
        if (strcmp(world_lists[i].list, v.codes) == 0)
            return world_lists[i].keys[v.n - 1];
    if (v.type == EXPR_SPAN)
        snprintf(out, 40, "%dm%dd", (int)v.n, (int)v.days);
    else
        snprintf(out, 40, "%lld", (long long)v.n);
    return out;
}

#endif
