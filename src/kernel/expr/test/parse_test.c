/* parse_test.c: spelling, types and the errors of the expression language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/test/world.h"

static struct err *parse(struct arena *a, int subject, const char *text, struct expr **out)
{
    return expr_parse(a, &test_world, subject, text, world_params, out);
}

static void check_text(int subject, const char *text, const char *canonical)
{
    arena_scope struct arena *a = arena_new();
    struct expr *e, *again;
    struct err *bad = parse(a, subject, text, &e);
    if (bad != NULL)
        fail_msg("%s: %s", text, bad->detail);
    assert_string_equal(expr_text(a, e), canonical);
    assert_null(parse(a, subject, canonical, &again));
    assert_string_equal(expr_text(a, again), canonical);
}

static void one_spelling_for_each_expression(void **state)
{
    (void)state;
    check_text(MEMBER, "not(retired)and hours>=90", "not retired and hours >= 90");
    check_text(MEMBER, "retired or (hours=1 and (hours != 2 and retired))",
               "retired or hours = 1 and hours != 2 and retired");
    check_text(MEMBER, "(retired or hours = 1) and true", "(retired or hours = 1) and true");
    check_text(MEMBER, "not (retired and hours = 1)", "not (retired and hours = 1)");
    check_text(MEMBER, "level in ( section,'04' , county )", "level in (section, '04', county)");
    check_text(MEMBER, "not level in (section)", "level not in (section)");
    check_text(MEMBER, "hours not between 1 and 2+3", "hours not between 1 and 2 + 3");
    check_text(MEMBER, "hours - (2 - 1) = 5 - 2 - 1", "hours - (2 - 1) = 5 - 2 - 1");
    check_text(MEMBER, "hours = -5 and hours - -5 > 0", "hours = -5 and hours - -5 > 0");
    check_text(MEMBER, "(hours > 1) = retired", "(hours > 1) = retired");
    check_text(MEMBER, "birth<=2016.01 and joined>1999-12-31", "birth <= 2016-01 and joined > 1999-12-31");
    check_text(POST, "since+years( $limit )<=today", "since + years($limit) <= today");
    check_text(POST, "member.birth < since and post.current", "member.birth < since and current");
    check_text(MEMBER, "member.birth < today", "birth < today");
    check_text(POST, "kind in (township_head, 'today', 'since', '03')",
               "kind in (township_head, 'today', 'since', '03')");
    check_text(MEMBER, "any(post:current and member.level=level)", "any(post: current and member.level = level)");
    check_text(MEMBER, "last(post: level where current by since) >= section",
               "last(post: level where current by since) >= section");
    check_text(POST, "count(appraisal: grade = excellent) >= 3", "count(appraisal: grade = excellent) >= 3");
    check_text(UNIT_LEVEL, "actual > percent_up(approved, 20)", "actual > percent_up(approved, 20)");
}

static void full_width_signs_are_read(void **state)
{
    (void)state;
    check_text(MEMBER, "（hours≥90　and level　in（section，county））", "hours >= 90 and level in (section, county)");
    check_text(MEMBER, "hours ＜＝ 5 or hours ≠ ＄limit", "hours <= 5 or hours != $limit");
    check_text(MEMBER, "any（post：kind ＝ ‘01’）", "any(post: kind = '01')");
}

static void types_follow_from_use(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum expr_type type;
    } cases[] = {
        {"birth + years(60)", EXPR_DATE},
        {"years(birth, today)", EXPR_INT},
        {"level", EXPR_CODE},
        {"years(1) + months(2)", EXPR_SPAN},
        {"unit", EXPR_REF},
        {"hours + $limit", EXPR_INT},
        {"retired = $on", EXPR_BOOL},
        {"last(post: unit)", EXPR_REF},
        {"max(birth, $from)", EXPR_DATE},
        {"count(post: $on)", EXPR_INT},
    };
    arena_scope struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct expr *e;
        assert_null(parse(a, MEMBER, cases[i].text, &e));
        assert_int_equal(expr_type_of(e), cases[i].type);
    }
}

static const char *arg(const struct err *e, const char *name)
{
    for (int i = 0; i < ERR_ARGS; i++)
        if (e->args[i].name != NULL && strcmp(e->args[i].name, name) == 0)
            return e->args[i].value;
    return "?";
}

static void check_error(int subject, const char *text, const char *key, const char *line, const char *column,
                        const char *near)
{
    arena_scope struct arena *a = arena_new();
    struct expr *e;
    struct err *bad = parse(a, subject, text, &e);
    if (bad == NULL)
        fail_msg("accepted: %s", text);
    assert_int_equal(bad->kind, ERR_INVALID);
    if (strcmp(bad->say, key) != 0 || strcmp(arg(bad, "line"), line) != 0 || strcmp(arg(bad, "column"), column) != 0 ||
        strcmp(arg(bad, "near"), near) != 0)
        fail_msg("%s: %s at %s:%s near '%s'", text, bad->say, arg(bad, "line"), arg(bad, "column"), arg(bad, "near"));
}

static void errors_point_at_the_column(void **state)
{
    (void)state;
    check_error(MEMBER, "", "expr.end", "1", "1", "");
    check_error(MEMBER, "hours >", "expr.end", "1", "8", "");
    check_error(MEMBER, "retired and\n  or hours = 1", "expr.syntax", "2", "3", "or");
    check_error(MEMBER, "hours < 1 < 2", "expr.syntax", "1", "11", "<");
    check_error(MEMBER, "hours = 10years", "expr.syntax", "1", "9", "10y");
    check_error(MEMBER, "hours = 1)", "expr.syntax", "1", "10", ")");
    check_error(MEMBER, "level in ()", "expr.syntax", "1", "11", ")");
    check_error(MEMBER, "hours == 1", "expr.syntax", "1", "8", "=");
    check_error(MEMBER, "hours * 2 = 1", "expr.character", "1", "7", "*");
    check_error(MEMBER, "（hours 》 2", "expr.character", "1", "8", "》");
    check_error(MEMBER, "level = 'section", "expr.quote", "1", "9", "'section");
    check_error(MEMBER, "level = ''", "expr.quote", "1", "9", "'");
    check_error(MEMBER, "birth < 2015-02-29", "expr.date", "1", "9", "2015-02-29");
    check_error(MEMBER, "birth < 1975.13", "expr.date", "1", "9", "1975.13");
    check_error(MEMBER, "hours < 99999999999", "expr.number", "1", "9", "99999999999");
    check_error(MEMBER, "hour < 9", "expr.unknown_name", "1", "1", "hour");
    check_error(MEMBER, "hours < $ 9", "expr.syntax", "1", "9", "$");
    check_error(MEMBER, "hours < - today", "expr.syntax", "1", "11", "today");
    check_error(MEMBER, "any(in: true)", "expr.syntax", "1", "5", "in");
    check_error(POST, "member.and = 1", "expr.syntax", "1", "8", "and");
    check_error(MEMBER, "hours not 5", "expr.syntax", "1", "11", "5");
    check_error(MEMBER, "hours between 1 or 2", "expr.syntax", "1", "17", "or");
    check_error(MEMBER, "level = '一二三四五六七八九十一二三四'", "expr.code", "1", "9", "'一二三四五六七八九十一二三");
}

static void names_must_mean_something(void **state)
{
    (void)state;
    check_error(MEMBER, "retired and hourz < 9", "expr.unknown_name", "1", "13", "hourz");
    check_error(MEMBER, "has(hourz)", "expr.unknown_name", "1", "5", "hourz");
    check_error(MEMBER, "hourz", "expr.unknown_name", "1", "1", "hourz");
    check_error(POST, "member.hourz = 1", "expr.unknown_name", "1", "1", "member");
    check_error(POST, "person.birth < today", "expr.unknown_owner", "1", "1", "person");
    check_error(MEMBER, "any(posts: current)", "expr.unknown_rows", "1", "5", "posts");
    check_error(MEMBER, "any(unit_level: actual > 1)", "expr.unknown_rows", "1", "5", "unit_level");
    check_error(MEMBER, "avg(hours) > 1", "expr.unknown_function", "1", "1", "avg");
    check_error(MEMBER, "hours > $least2", "expr.unknown_param", "1", "9", "$least2");
    check_error(MEMBER, "level = sections", "expr.code", "1", "9", "sections");
    check_error(MEMBER, "level in (section, '99')", "expr.code", "1", "20", "'99'");
    check_error(MEMBER, "any(post: since < birth)", "expr.unknown_name", "1", "19", "birth");
}

static void types_must_fit(void **state)
{
    (void)state;
    check_error(MEMBER, "birth < 5", "expr.want_date", "1", "9", "5");
    check_error(MEMBER, "hours < today", "expr.want_number", "1", "9", "today");
    check_error(MEMBER, "level = 5", "expr.types", "1", "9", "5");
    check_error(MEMBER, "hours = section", "expr.unknown_name", "1", "9", "section");
    check_error(MEMBER, "hours = 'a'", "expr.want_number", "1", "9", "'a'");
    check_error(MEMBER, "sex < female", "expr.order", "1", "5", "<");
    check_error(MEMBER, "retired < true", "expr.types", "1", "9", "<");
    check_error(MEMBER, "unit > 3", "expr.types", "1", "6", ">");
    check_error(MEMBER, "unit = $limit", "expr.types", "1", "8", "$limit");
    check_error(MEMBER, "hourz = hourz", "expr.unknown_name", "1", "1", "hourz");
    check_error(MEMBER, "level + 1 = 2", "expr.types", "1", "1", "level");
    check_error(MEMBER, "last(post: hourz)", "expr.unknown_name", "1", "12", "hourz");
    check_error(MEMBER, "max(level, level) = section", "expr.types", "1", "1", "max");
    check_error(MEMBER, "hours and retired", "expr.want_condition", "1", "1", "hours");
    check_error(MEMBER, "birth + 5 < today", "expr.want_span", "1", "9", "5");
    check_error(MEMBER, "years(birth) < 5", "expr.want_number", "1", "7", "birth");
    check_error(MEMBER, "years(birth, 5) < 5", "expr.want_date", "1", "14", "5");
    check_error(MEMBER, "years(1) = years(2)", "expr.types", "1", "10", "=");
    check_error(MEMBER, "min(hours) = 1", "expr.arguments", "1", "1", "min");
    check_error(MEMBER, "year(birth, today) = 1", "expr.syntax", "1", "11", ",");
    check_error(MEMBER, "count(post: rank) = 1", "expr.want_condition", "1", "13", "rank");
    check_error(MEMBER, "first(post: current)", "expr.types", "1", "13", "current");
    check_error(MEMBER, "$on = $limit", "expr.types", "1", "1", "$on");
    check_error(POST, "kind = level", "expr.code_lists", "1", "8", "level");
}

static void text_from_outside_is_limited(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct expr *e;
    enum { LONG = 20000 };
    char *text = arena_alloc(a, LONG + 1);
    static const char *const pieces[] = {"(", "not ", "1+", "a", "min(", "any(post:", "'", "-", "retired and "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        for (int n = 3000; n <= 16000; n += 13000) {
            int used = 0, len = (int)strlen(pieces[i]);
            while (used + len <= n) {
                memcpy(text + used, pieces[i], (size_t)len);
                used += len;
            }
            text[used] = '\0';
            assert_non_null(parse(a, MEMBER, text, &e));
        }
    }
    check_error(MEMBER, "any(post: any(post: any(post: current)))", "expr.limit", "1", "1", "any");
    memset(text, ' ', LONG);
    check_error(MEMBER, text, "expr.limit", "1", "1", "");
}

struct reads {
    char text[400];
};

static void add_read(void *ctx, int subject, int fact)
{
    struct reads *r = ctx;
    size_t n = strlen(r->text);
    snprintf(r->text + n, sizeof r->text - n, "%s.%s ", world_subjects[subject]->name,
             world_subjects[subject]->facts[fact].name);
}

static void add_param(void *ctx, const char *name, enum expr_type type, const char *codes)
{
    struct reads *r = ctx;
    size_t n = strlen(r->text);
    snprintf(r->text + n, sizeof r->text - n, "%s:%d:%s ", name, (int)type, codes != NULL ? codes : "");
}

static void an_expression_tells_what_it_reads(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct expr *e;
    struct reads r = {""}, p = {""};
    assert_null(parse(
        a, MEMBER, "hours > $limit and any(post: member.hours = $limit and level >= $least) and joined < $from", &e));
    expr_reads(e, add_read, &r);
    assert_string_equal(r.text, "member.hours post.level member.joined ");
    expr_params(e, add_param, &p);
    assert_string_equal(p.text, "limit:1: least:3:level from:2: ");
    const char *fact;
    assert_int_equal(expr_class(e, &fact), 1);
    assert_string_equal(fact, "joined");
    assert_false(expr_of_day(e));
    assert_null(parse(a, MEMBER, "count(appraisal: true) > 0 and has(joined)", &e));
    assert_int_equal(expr_class(e, &fact), 2);
    assert_string_equal(fact, "year");
    assert_null(parse(a, MEMBER, "has(bar_until)", &e));
    assert_true(expr_of_day(e));
    assert_null(parse(a, POST, "has(until) or member.birth < today", &e));
    assert_true(expr_of_day(e));
}

static void add_conjunct(void *ctx, const char *text)
{
    struct reads *seen = ctx;
    size_t n = strlen(seen->text);
    snprintf(seen->text + n, sizeof seen->text - n, "%s;", text);
}

static void conjuncts_are_the_parts_of_the_top_and(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct expr *e;
    struct reads seen = {""};
    assert_null(parse(a, MEMBER, "retired and (hours = 1 or hours = 2) and not (birth < today)", &e));
    expr_conjuncts(a, e, add_conjunct, &seen);
    assert_string_equal(seen.text, "retired;hours = 1 or hours = 2;not birth < today;");
    seen = (struct reads){""};
    assert_null(parse(a, MEMBER, "retired or hours = 1", &e));
    expr_conjuncts(a, e, add_conjunct, &seen);
    assert_string_equal(seen.text, "retired or hours = 1;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_spelling_for_each_expression),
        cmocka_unit_test(full_width_signs_are_read),
        cmocka_unit_test(types_follow_from_use),
        cmocka_unit_test(errors_point_at_the_column),
        cmocka_unit_test(names_must_mean_something),
        cmocka_unit_test(types_must_fit),
        cmocka_unit_test(text_from_outside_is_limited),
        cmocka_unit_test(an_expression_tells_what_it_reads),
        cmocka_unit_test(conjuncts_are_the_parts_of_the_top_and),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
