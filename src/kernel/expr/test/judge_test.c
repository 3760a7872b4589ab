/* judge_test.c: judging a block gives what judging each row gives, and both give what counting every day gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expr/test/random.h"

static const char *const tri_names[] = {"false", "true", "unknown"};

static struct expr *parsed(struct arena *a, int subject, const char *text)
{
    struct expr *e;
    struct err *bad = expr_parse(a, &test_world, subject, text, world_params, &e);
    if (bad != NULL)
        fail_msg("%s: %s", text, bad->detail);
    return e;
}

/* $limit and so on: half the runs see a parameter's value missing or of the wrong type. */
static bool odd_param(const void *ctx, const char *name, struct date day, struct expr_param *out)
{
    int odd = *(const int *)ctx;
    if (odd % 7 == 6 || !world_param(NULL, name, day, out))
        return false;
    if (odd % 7 == 5)
        out->type = EXPR_REF;
    if (odd % 7 == 4)
        out->value = out->type == EXPR_INT ? NON : out->type == EXPR_BOOL ? EXPR_BOOL_NONE : -1;
    return true;
}

static void a_block_is_judged_like_its_rows(void **state)
{
    (void)state;
    struct rng r;
    rng_seed(&r, random_seed());
    struct arena *kept = arena_new();
    struct expr_scratch scratch = {.arena = kept};
    int true_rows = 0, rows = 0, unknown_rows = 0;
    for (int n = 0; n < 800; n++) {
        arena_scope struct arena *a = arena_new();
        struct expr_block block = random_block(a, &r);
        int subject = n % 5 == 0 ? UNIT_LEVEL : n % 5 < 3 ? MEMBER : POST;
        struct buf b = BUF(a);
        random_condition(&r, &b, subject, 2 + n % 4);
        struct expr *e;
        struct err *odd = expr_parse(a, &test_world, subject, buf_str(&b), world_params, &e);
        if (odd != NULL && strcmp(odd->say, "expr.limit") == 0)
            continue; /* rows within rows within rows */
        e = parsed(a, subject, buf_str(&b));
        struct expr_env env = {.today = WORLD_TODAY, .param = odd_param, .param_ctx = &n};
        int count = block.tables[subject].n;
        uint8_t *tri = arena_alloc(a, (size_t)count);
        expr_plan_judge(expr_plan_make(a, e, &env), &block, &scratch, tri);
        for (int row = 0; row < count; row++) {
            struct expr_value v = {0};
            struct expr_trace *trace;
            struct err *bad = expr_eval(a, e, &env, &block, row, &v, row < 3 ? &trace : NULL);
            if (bad != NULL) {
                assert_string_equal(bad->say, "expr.param_type");
                continue;
            }
            int want = v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.n != 0 ? TRI_TRUE : TRI_FALSE;
            if (want != tri[row])
                fail_msg("case %d row %d of %s: one by one %s, in the block %s\n%s", n, row,
                         world_subjects[subject]->name, tri_names[want], tri_names[tri[row]], buf_str(&b));
            rows++;
            true_rows += want == TRI_TRUE;
            unknown_rows += want == TRI_UNKNOWN;
        }
        char *text = expr_text(a, e);
        assert_string_equal(expr_text(a, parsed(a, subject, text)), text);
    }
    printf("# %d rows, %d true, %d unknown\n", rows, true_rows, unknown_rows);
    arena_free(kept);
}

/* A date side of a comparison: a fact or a constant, perhaps moved. */
struct side {
    int32_t v; /* packed; 0 unknown, -1 none */
    bool constant;
    int months, days;
};

static int64_t moved(int64_t day, const struct side *s)
{
    struct date d = date_from_days(day);
    d = date_add_months(d, s->months);
    return date_to_days(d) + s->days;
}

static bool holds(const char *sign, int64_t x, int64_t y)
{
    switch (sign[0]) {
    case '=': return x == y;
    case '!': return x != y;
    case '<': return sign[1] == '=' ? x <= y : x < y;
    default: return sign[1] == '=' ? x >= y : x > y;
    }
}

/* By trying every day of x against every day of y; a constant y is the period it names. */
static enum tri by_every_day(const char *sign, struct side x, struct side y)
{
    if (x.v == 0 || y.v == 0)
        return TRI_UNKNOWN;
    if (x.v == -1 || y.v == -1)
        return sign[0] == '!' ? TRI_TRUE : TRI_FALSE;
    int64_t x_from = date_to_days(date_first((struct date){x.v})), x_to = date_to_days(date_last((struct date){x.v}));
    int64_t y_from = date_to_days(date_first((struct date){y.v})), y_to = date_to_days(date_last((struct date){y.v}));
    bool some = false, every = true;
    for (int64_t i = x_from; i <= x_to; i++) {
        int64_t day = moved(i, &x), first = moved(y_from, &y), last = moved(y_to, &y);
        if (y.constant) {
            bool in = day >= first && day <= last;
            bool ok = sign[0] == '='   ? in
                      : sign[0] == '!' ? !in
                                       : holds(sign, day, (sign[0] == '<') == (sign[1] != '=') ? first : last);
            some |= ok;
            every &= ok;
            continue;
        }
        for (int64_t j = y_from; j <= y_to; j++) {
            bool ok = holds(sign, day, moved(j, &y));
            some |= ok;
            every &= ok;
        }
    }
    return every ? TRI_TRUE : some ? TRI_UNKNOWN : TRI_FALSE;
}

static struct side random_side(struct rng *r, bool constant, bool plain)
{
    struct side s = {.constant = constant};
    int mark = constant ? 0 : random_mark(r);
    do
        s.v = mark == 0 ? random_date(r) : mark == 1 ? -1 : 0;
    while (mark == 0 && (date_year((struct date){s.v}) < 1900 || date_year((struct date){s.v}) > 2100));
    if (!plain && rng_chance(r, 600))
        s.months = rng_range(r, -30, 130);
    if (!plain && rng_chance(r, 300))
        s.days = rng_range(r, -70, 70);
    return s;
}

static void write_side(struct buf *b, const struct side *s, const char *fact)
{
    char iso[DATE_TEXT];
    buf_puts(b, s->constant ? date_iso((struct date){s->v}, iso) : fact);
    if (s->months != 0)
        buf_printf(b, " + months(%d)", s->months);
    if (s->days != 0)
        buf_printf(b, " - days(%d)", -s->days);
}

static void dates_compare_as_all_their_days_do(void **state)
{
    (void)state;
    static const char *const signs[] = {"=", "!=", "<", "<=", ">", ">="};
    struct rng r;
    rng_seed(&r, random_seed());
    int seen[3] = {0};
    for (int n = 0; n < 6000; n++) {
        arena_scope struct arena *a = arena_new();
        const char *sign = signs[rng_below(&r, 6)];
        bool constant = rng_chance(&r, 600);
        struct side x = random_side(&r, false, rng_below(&r, 2)), y = random_side(&r, constant, rng_below(&r, 2));
        struct buf b = BUF(a);
        write_side(&b, &x, "birth");
        buf_printf(&b, " %s ", sign);
        write_side(&b, &y, "joined");
        const void *cols[9] = {&x.v, &y.v};
        const struct expr_table tables[N_WORLD_SUBJECTS] = {{.n = 1, .cols = cols}};
        const struct expr_block block = {tables};
        struct expr *e = parsed(a, MEMBER, buf_str(&b));
        struct expr_value v;
        uint8_t tri[1];
        assert_null(expr_eval(a, e, &world_env, &block, 0, &v, NULL));
        expr_judge(e, &world_env, &block, a, tri);
        enum tri got = v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.n != 0 ? TRI_TRUE : TRI_FALSE;
        enum tri want = by_every_day(sign, x, y);
        char xs[DATE_TEXT], ys[DATE_TEXT];
        /* 2026 less two years never is 2024-02-29, day by day; the language takes all of 2024 */
        if ((sign[0] == '=' || sign[0] == '!') && (x.months != 0 || y.months != 0) && got == TRI_UNKNOWN)
            want = TRI_UNKNOWN;
        if (got != want || tri[0] != want)
            fail_msg("case %d: %s with %s and %s: every day %s, one %s, block %s", n, buf_str(&b),
                     date_iso((struct date){x.v}, xs), date_iso((struct date){y.v}, ys), tri_names[want],
                     tri_names[got], tri_names[tri[0]]);
        seen[want]++;
    }
    printf("# %d false, %d true, %d unknown\n", seen[0], seen[1], seen[2]);
}

/* Completed months by trying: the most that can be added to a without passing b. */
static void completed_counts_are_what_can_be_added(void **state)
{
    (void)state;
    struct rng r;
    rng_seed(&r, random_seed());
    for (int n = 0; n < 3000; n++) {
        arena_scope struct arena *a = arena_new();
        int64_t base = date_to_days((struct date){D(2014, 1, 1)});
        struct date x = date_from_days(base + rng_below(&r, 1500)), y = date_from_days(base + rng_below(&r, 6000));
        if (x.v > y.v)
            continue;
        int months = 0;
        while (date_add_months(x, months + 1).v <= y.v)
            months++;
        const void *cols[9] = {&x.v, &y.v};
        const struct expr_table tables[N_WORLD_SUBJECTS] = {{.n = 1, .cols = cols}};
        const struct expr_block block = {tables};
        struct expr_value v;
        assert_null(expr_eval(a, parsed(a, MEMBER, "months(birth, joined)"), &world_env, &block, 0, &v, NULL));
        assert_int_equal(v.n, months);
        assert_null(expr_eval(a, parsed(a, MEMBER, "years(birth, joined)"), &world_env, &block, 0, &v, NULL));
        assert_int_equal(v.n, months / 12);
        assert_null(expr_eval(a, parsed(a, MEMBER, "days(birth, joined)"), &world_env, &block, 0, &v, NULL));
        assert_int_equal(v.n, date_to_days(y) - date_to_days(x));
    }
}

/* Comparisons that become bounds on the column: every date that matters, against the evaluator. */
static void bounds_agree_around_every_edge(void **state)
{
    (void)state;
    static const char *const texts[] = {"birth + years(10) <= today",
                                        "today < birth + months(1)",
                                        "birth - days(40) >= 2016-03-01",
                                        "birth <= 2016-02",
                                        "birth > 2016",
                                        "birth = 2016-02",
                                        "birth != 2016-02-29",
                                        "years(birth, today) >= 10",
                                        "years(birth, today) < 11",
                                        "months(2016-01-31, birth) <= 1",
                                        "days(birth, 2016-03-01) > 1",
                                        "year(birth) >= 2016",
                                        "max(birth, 2016-02) <= 2016-02",
                                        "min(birth + months(6), today) >= 2016-12-31",
                                        "birth between 2015-12-31 and 2016-02",
                                        "birth + years(9000) > today",
                                        "birth - years(9000) < 0002-01-01",
                                        "years(birth + months(1), 2027) = 10",
                                        "birth < $unset",
                                        "birth <= $from",
                                        "year(birth + months(6)) < 2017",
                                        "birth + (years(1) - days(1)) < 2017-03-01",
                                        "months(birth, 2016) >= 0"};
    enum { DAYS = 1200 };
    int32_t column[DAYS + 100];
    int n = 0;
    for (int i = 0; i < DAYS && n < EXPR_BLOCK - 60; i++)
        column[n++] = date_from_days(date_to_days((struct date){D(2014, 12, 25)}) + i * (i < 900 ? 1 : 5)).v;
    for (int m = 0; m < 36; m++)
        column[n++] = D(2014 + m / 12, m % 12 + 1, 0);
    for (int y = 2013; y < 2020; y++)
        column[n++] = D(y, 0, 0);
    static const int32_t ends[] = {
        0, -1, D(1, 1, 1), D(1, 1, 0), D(1, 0, 0), D(9999, 12, 31), D(9999, 12, 0), D(9999, 0, 0)};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        column[n++] = ends[i];
    assert_true(n <= EXPR_BLOCK);
    const void *cols[9] = {column};
    const struct expr_table tables[N_WORLD_SUBJECTS] = {{.n = n, .cols = cols}};
    const struct expr_block block = {tables};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        arena_scope struct arena *a = arena_new();
        struct expr *e = parsed(a, MEMBER, texts[i]);
        uint8_t tri[EXPR_BLOCK];
        expr_judge(e, &world_env, &block, a, tri);
        for (int row = 0; row < n; row++) {
            struct expr_value v;
            char iso[DATE_TEXT];
            assert_null(expr_eval(a, e, &world_env, &block, row, &v, NULL));
            int want = v.state == EXPR_UNKNOWN ? TRI_UNKNOWN : v.n != 0 ? TRI_TRUE : TRI_FALSE;
            if (want != tri[row])
                fail_msg("%s with %s: one %s, block %s", texts[i], date_iso((struct date){column[row]}, iso),
                         tri_names[want], tri_names[tri[row]]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_judged_like_its_rows),
        cmocka_unit_test(dates_compare_as_all_their_days_do),
        cmocka_unit_test(completed_counts_are_what_can_be_added),
        cmocka_unit_test(bounds_agree_around_every_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
