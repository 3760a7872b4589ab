/* eval_test.c: what expressions mean, case by case, on the sample world, and the trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/test/world.h"

struct eval_case {
    int row;
    const char *text, *value;
};

static struct expr *parsed(struct arena *a, int subject, const char *text)
{
    struct expr *e;
    struct err *bad = expr_parse(a, &test_world, subject, text, world_params, &e);
    if (bad != NULL)
        fail_msg("%s: %s", text, bad->detail);
    return e;
}

static void check(int subject, const struct eval_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        arena_scope struct arena *a = arena_new();
        struct expr *e = parsed(a, subject, cases[i].text);
        struct expr_value v;
        struct expr_trace *trace;
        char text[40];
        assert_null(expr_eval(a, e, &world_env, &world_block, cases[i].row, &v, &trace));
        if (strcmp(world_show(v, text), cases[i].value) != 0)
            fail_msg("row %d: %s is %s, not %s", cases[i].row, cases[i].text, world_show(v, text), cases[i].value);
        if (v.type == EXPR_BOOL) {
            uint8_t tri[EXPR_BLOCK];
            expr_judge(e, &world_env, &world_block, a, tri);
            static const char *const names[] = {"false", "true", "unknown"};
            if (strcmp(names[tri[cases[i].row]], cases[i].value) != 0)
                fail_msg("row %d: %s is judged %s", cases[i].row, cases[i].text, names[tri[cases[i].row]]);
        }
    }
}
#define CHECK(subject, ...)                                    \
    do {                                                       \
        const struct eval_case cases[] = {__VA_ARGS__};        \
        check((subject), cases, sizeof cases / sizeof *cases); \
    } while (0)

static void none_is_false_and_unknown_spreads(void **state)
{
    (void)state;
    CHECK(MEMBER, {1, "joined < today", "false"}, {1, "joined >= today", "false"}, {1, "joined = today", "false"},
          {1, "joined != today", "true"}, {2, "joined < today", "unknown"}, {2, "joined != today", "unknown"},
          {2, "not joined < today", "unknown"}, {1, "not joined < today", "true"}, {1, "has(joined)", "false"},
          {2, "has(joined)", "unknown"}, {1, "known(joined)", "true"}, {2, "known(joined)", "false"},
          {0, "has(joined)", "true"}, {1, "joined between 1990-01 and today", "false"},
          {1, "joined not between 1990-01 and today", "true"}, {2, "level in (section, county)", "false"},
          {2, "level not in (section, county)", "true"}, {2, "sex in (male, female)", "unknown"},
          {0, "hours = $unset", "unknown"}, {0, "joined", "1988-07-01"}, {1, "joined", "none"},
          {2, "joined", "unknown"});
}

static void truth_has_three_values(void **state)
{
    (void)state;
    CHECK(MEMBER, {2, "true and has(joined)", "unknown"}, {2, "false and has(joined)", "false"},
          {2, "has(joined) and false", "false"}, {2, "true or has(joined)", "true"},
          {2, "false or has(joined)", "unknown"}, {2, "retired", "false"}, {2, "not retired", "true"},
          {2, "retired = false", "true"}, {2, "has(retired)", "false"}, {0, "retired != $on", "true"},
          {2, "has(joined) = true", "unknown"}, {2, "known(joined < today)", "false"});
}

static void partial_dates_are_their_intervals(void **state)
{
    (void)state;
    CHECK(MEMBER, {0, "birth < 1966-12-01", "true"}, {0, "birth <= 1966-11-30", "true"},
          {0, "birth <= 1966-11-29", "unknown"}, {0, "birth <= 1966-10-31", "false"},
          {0, "birth < 1966-11-01", "false"}, {0, "birth <= 1966-11-01", "unknown"},
          {0, "birth = 1966-11-05", "unknown"}, {0, "birth = 1966-12", "false"}, {0, "birth != 1966-12", "true"},
          {0, "birth > 1966-10", "true"}, {1, "worked_since >= 1997-01-02", "unknown"},
          {1, "worked_since >= 1997-01-01", "true"}, {1, "worked_since > 1997-01-01", "unknown"},
          {1, "worked_since between 1996-12 and 1998-01", "true"}, {1, "birth = 1975-03-12", "true"},
          {0, "birth in (1966-11-05, 1975-03-12)", "unknown"});
    CHECK(POST, {2, "since < member.worked_since", "false"}, {2, "since > member.worked_since", "true"},
          {2, "since = since", "unknown"}, {1, "since = since", "true"}, {0, "since <= until", "true"},
          {2, "since <= until", "false"}, {3, "since <= until", "unknown"});
}

static void a_written_period_is_meant_as_a_whole(void **state)
{
    (void)state;
    CHECK(MEMBER, {0, "birth <= 1966-11", "true"}, {0, "birth >= 1966-11", "true"}, {0, "birth < 1966-11", "false"},
          {0, "birth > 1966-11", "false"}, {0, "birth = 1966-11", "true"}, {0, "birth != 1966", "false"},
          {0, "birth = 1966", "true"}, {0, "birth in (1965, 1966)", "true"},
          {0, "birth between 1960 and 1966-11", "true"}, {1, "worked_since = 1997-03", "unknown"},
          {1, "worked_since <= 1997-03", "unknown"}, {1, "birth = 1975-03", "true"}, {0, "1966-11 >= birth", "true"},
          {0, "1967 > birth", "true"}, {0, "joined < $from", "true"}, {1, "birth <= $from - years(40)", "true"},
          {1, "birth > $from - years(40)", "false"}, {1, "joined = 1966", "false"}, {2, "birth = 1966", "unknown"});
}

static void spans_move_dates_within_the_month(void **state)
{
    (void)state;
    CHECK(
        MEMBER, {2, "worked_since + months(1)", "1990-02-28"}, {2, "worked_since + years(2) + months(1)", "1992-02-29"},
        {2, "worked_since + (years(1) + days(1))", "1991-02-01"}, {2, "worked_since - days(31)", "1989-12-31"},
        {0, "birth + months(2)", "1967-01"}, {0, "birth + years(60) <= today", "unknown"},
        {0, "birth + years(60) <= 2026-11-30", "true"}, {0, "birth + years($limit)", "1976-11"},
        {1, "worked_since + years(1)", "1998"}, {1, "worked_since + months(6)", "unknown"},
        {1, "worked_since + months(6) <= 1998-06-30", "true"}, {1, "worked_since + months(6) <= 1998-06-29", "unknown"},
        {0, "birth + days(1)", "1966"}, {0, "birth + days(30) <= 1966-12-30", "true"},
        {2, "birth + years(1)", "unknown"}, {1, "joined + years(1)", "none"}, {0, "joined + years($unset)", "unknown"},
        {0, "today + years(9000)", "9999-12-31"}, {0, "today - years(9000)", "0001-01-01"},
        {0, "joined + months(hours)", "1996-07-01"}, {0, "joined - days(hours)", "1988-03-27"},
        {0, "years(1) + months(2) - days(3)", "14m-3d"});
    CHECK(POST, {1, "since + years($limit) <= today", "true"}, {1, "since + years($limit)", "2026-05-18"},
          {2, "since + years($limit) <= today", "true"}, {2, "since + years(11) <= today", "unknown"});
}

static void completed_counts_go_by_months_where_a_day_lacks(void **state)
{
    (void)state;
    CHECK(MEMBER, {0, "years(birth, today)", "60"}, {0, "years(birth, 2026-10-31)", "59"},
          {1, "years(birth, 2026-03-11)", "50"}, {1, "years(birth, 2026-03-12)", "51"},
          {1, "years(birth, 2026-03)", "51"}, {1, "years(worked_since, today)", "unknown"},
          {1, "years(worked_since, 2026-12-31)", "unknown"}, {1, "months(worked_since, today)", "unknown"},
          {2, "years(birth, today)", "unknown"}, {1, "years(joined, today)", "none"},
          {2, "months(worked_since, 1990-02-28)", "1"}, {2, "months(worked_since, 1990-02-27)", "0"},
          {2, "days(worked_since, 1990-03-01)", "29"}, {0, "days(birth, today)", "unknown"},
          {2, "years(worked_since, 1980-01-31)", "-10"}, {1, "years(worked_since + months(6), joined) > 1", "unknown"},
          {1, "years(worked_since, joined) > 1", "false"}, {0, "year(birth)", "1966"}, {0, "month(birth)", "11"},
          {1, "month(worked_since)", "unknown"}, {1, "year(worked_since)", "1997"}, {1, "year(joined)", "none"});
}

static void numbers_and_extremes(void **state)
{
    (void)state;
    CHECK(MEMBER, {0, "hours + 4 - $limit", "90"}, {1, "hours + 1", "unknown"}, {0, "hours + 2147483647", "unknown"},
          {0, "hours between 90 and 96", "true"}, {0, "hours in (95, 96)", "true"}, {0, "min(hours, 50, 60)", "50"},
          {0, "max(hours, 50)", "96"}, {1, "max(hours, 50)", "unknown"}, {1, "max(joined, birth)", "1975-03-12"},
          {1, "min(joined, joined)", "none"}, {0, "max(birth, 1966)", "1966"},
          {0, "max(birth, 1966-11-30)", "1966-11-30"}, {0, "min(birth, 1966-11-30)", "1966-11"},
          {0, "percent(hours, 20)", "19"}, {0, "percent_near(hours, 20)", "19"}, {0, "percent_up(hours, 20)", "20"},
          {0, "percent(0 - hours, 20)", "-20"}, {0, "unit = 7", "true"}, {1, "unit in (7, 9)", "false"},
          {2, "unit = 7", "false"}, {2, "unit", "none"});
    CHECK(UNIT_LEVEL, {0, "actual > approved", "true"}, {1, "actual > approved", "false"}, {1, "approved", "none"},
          {1, "actual - approved", "none"});
}

static void rows_are_asked_together(void **state)
{
    (void)state;
    CHECK(MEMBER, {0, "any(post: current and leading)", "true"}, {1, "any(post: leading and not current)", "unknown"},
          {2, "any(post: true)", "false"}, {2, "all(post: false)", "true"}, {1, "all(post: leading)", "unknown"},
          {0, "all(post: leading)", "false"}, {0, "count(appraisal: grade = excellent)", "2"},
          {1, "count(appraisal: grade >= basic)", "unknown"}, {1, "count(appraisal: grade >= basic) >= 1", "true"},
          {1, "count(appraisal: grade >= basic) >= 2", "unknown"}, {1, "count(appraisal: grade >= basic) > 2", "false"},
          {1, "count(appraisal: grade >= basic) + 0 >= 1", "unknown"}, {2, "count(post: true)", "0"},
          {0, "last(post: level)", "county_deputy"}, {0, "first(post: level)", "staff"},
          {2, "last(post: level)", "none"}, {1, "last(post: kind by since)", "unknown"},
          {0, "last(post: kind by since)", "bureau_head"}, {0, "last(post: kind by until)", "clerk"},
          {1, "last(post: unit by until)", "unknown"}, {1, "last(post: unit where current by since)", "8"},
          {0, "last(post: unit where rank > 5)", "none"}, {0, "first(post: since) + years(1)", "1987-08"},
          {0, "last(appraisal: grade by decided) = excellent", "true"}, {1, "any(post: level = member.level)", "true"},
          {0, "years(last(post: since where current), today) >= 10", "true"});
    CHECK(POST, {1, "member.birth < since", "true"}, {1, "count(appraisal: grade = excellent) = 2", "true"},
          {0, "any(post: current) and not current", "true"}, {3, "since > member.birth", "unknown"},
          {2, "any(appraisal: any(post: kind = clerk) and grade = basic)", "true"});
}

static void values_of_columns_meet_each_other(void **state)
{
    (void)state;
    CHECK(POST, {1, "unit = member.unit", "true"}, {3, "unit = member.unit", "unknown"},
          {2, "level != member.level", "false"}, {0, "level < member.level", "true"}, {0, "level <= level", "true"},
          {1, "last(post: unit) = unit", "true"}, {3, "first(post: level where leading) = level", "false"},
          {0, "member.joined < since", "false"}, {0, "last(post: kind) = kind", "false"},
          {2, "years(member.birth, since) >= 39", "unknown"}, {1, "years(member.birth, since) >= 49", "true"},
          {0, "has(member.unit) and known(unit)", "true"}, {0, "rank < member.hours", "true"},
          {1, "rank + member.hours = 98", "true"}, {0, "all(post: unit = 7)", "true"});
    CHECK(MEMBER, {0, "joined + (years(hours) - months(hours)) > 2076-06-30", "true"},
          {0, "joined + (years(hours) - (months(hours) + days(hours))) < 2076-04-01", "true"},
          {1, "joined + years(hours) < today", "unknown"}, {0, "has(count(post: leading))", "true"},
          {1, "has(count(post: leading))", "unknown"}, {1, "known(count(post: leading))", "false"},
          {0, "first(post: unit) = last(post: unit)", "true"}, {1, "first(post: level) > last(post: level)", "true"},
          {0, "(hours > 1) = (retired = false)", "true"}, {1, "years(2000, birth) > 1", "unknown"},
          {0, "months(birth + months(6), 1967-07-31) = 2", "true"},
          {0, "years(birth + days(400), today) > 50", "unknown"}, {0, "retired = (hours > $unset)", "unknown"},
          {0, "level in (staff, $unset)", "unknown"}, {0, "level in (county_deputy, $unset)", "true"},
          {0, "all(post: $unset > 3)", "unknown"});
}

static void check_trace(int subject, int row, const char *text, const char *const *lines)
{
    arena_scope struct arena *a = arena_new();
    struct expr_value v;
    struct expr_trace *t;
    char value[40], left[40], right[40], line[400];
    assert_null(expr_eval(a, parsed(a, subject, text), &world_env, &world_block, row, &v, &t));
    for (; t != NULL && *lines != NULL; t = t->next, lines++) {
        int n = snprintf(line, sizeof line, "%d %s: %s", t->depth, t->text, world_show(t->value, value));
        if (t->compared)
            n += snprintf(line + n, sizeof line - (size_t)n, " [%s|%s]", world_show(t->left, left),
                          world_show(t->right, right));
        if (t->row_id != 0)
            n += snprintf(line + n, sizeof line - (size_t)n, " #%d", (int)t->row_id);
        if (t->fact >= 0)
            n += snprintf(line + n, sizeof line - (size_t)n, " %s.%s", world_subjects[t->subject]->name,
                          world_subjects[t->subject]->facts[t->fact].name);
        if (t->param != NULL)
            snprintf(line + n, sizeof line - (size_t)n, " param");
        assert_string_equal(line, *lines);
    }
    assert_null(t);
    assert_null(*lines);
}

static void the_trace_names_every_value_used(void **state)
{
    (void)state;
    check_trace(POST, 1, "leading and current and since+years($limit) <= today",
                (const char *const[]){"0 leading and current and since + years($limit) <= today: true",
                                      "1 leading: true #202 post.leading", "1 current: true #202 post.current",
                                      "1 since + years($limit) <= today: true [2026-05-18|2026-11-23]",
                                      "2 since: 2016-05-18 #202 post.since", "2 $limit: 10 param",
                                      "2 today: 2026-11-23", NULL});
    check_trace(MEMBER, 1, "any(post: leading and not current)",
                (const char *const[]){"0 any(post: leading and not current): unknown",
                                      "1 leading and not current: unknown #204", "2 leading: unknown #204 post.leading",
                                      "2 not current: true", "3 current: false #204 post.current", NULL});
    check_trace(MEMBER, 0, "count(appraisal: grade = excellent) >= 2",
                (const char *const[]){
                    "0 count(appraisal: grade = excellent) >= 2: true [2|2]",
                    "1 count(appraisal: grade = excellent): 2", "2 grade = excellent: true [excellent|excellent] #301",
                    "3 grade: excellent #301 appraisal.grade", "2 grade = excellent: true [excellent|excellent] #303",
                    "3 grade: excellent #303 appraisal.grade", NULL});
    check_trace(POST, 1, "years(since, today)",
                (const char *const[]){"0 years(since, today): 10", "1 since: 2016-05-18 #202 post.since",
                                      "1 today: 2026-11-23", NULL});
    check_trace(POST, 2, "last(appraisal: grade by decided) = fail or has(until)",
                (const char *const[]){"0 last(appraisal: grade by decided) = fail or has(until): unknown",
                                      "1 last(appraisal: grade by decided) = fail: unknown [unknown|fail]",
                                      "2 last(appraisal: grade by decided): unknown", "3 grade: basic #304",
                                      "4 grade: basic #304 appraisal.grade",
                                      "4 decided: 2025-01-20 #304 appraisal.decided", "3 grade: unknown #305",
                                      "4 grade: unknown #305 appraisal.grade",
                                      "4 decided: unknown #305 appraisal.decided", "1 has(until): false",
                                      "2 until: none #203 post.until", NULL});
}

static void a_parameter_of_another_type_is_an_error(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct expr_value v;
    struct err *e = expr_eval(a, parsed(a, MEMBER, "birth < $limit"), &world_env, &world_block, 0, &v, NULL);
    assert_non_null(e);
    assert_string_equal(e->say, "expr.param_type");
    assert_string_equal(e->args[0].value, "$limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_false_and_unknown_spreads),
        cmocka_unit_test(truth_has_three_values),
        cmocka_unit_test(partial_dates_are_their_intervals),
        cmocka_unit_test(a_written_period_is_meant_as_a_whole),
        cmocka_unit_test(spans_move_dates_within_the_month),
        cmocka_unit_test(completed_counts_go_by_months_where_a_day_lacks),
        cmocka_unit_test(numbers_and_extremes),
        cmocka_unit_test(rows_are_asked_together),
        cmocka_unit_test(values_of_columns_meet_each_other),
        cmocka_unit_test(the_trace_names_every_value_used),
        cmocka_unit_test(a_parameter_of_another_type_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
