/* pinyin_test.c: the order of names: as ICU has it, but by the surname's own reading. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "base/buf.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "roster/pinyin.h"
#include "roster/roster.h"

static int order(const char *x, const char *y)
{
    int64_t a, b;
    bool begins = true;
    do {
        a = roster_name_order(&x, begins);
        b = roster_name_order(&y, begins);
        begins = false;
    } while (a == b && a != 0);
    return (a > b) - (a < b);
}

static void names_of_han_sort_as_icu_sorts_them(void **state)
{
    (void)state;
    enum { PAIRS = 20000 };
    UErrorCode status = U_ZERO_ERROR;
    UCollator *icu = ucol_open("zh@collation=pinyin", &status);
    struct rng rng;
    rng_seed(&rng, 20261125);
    assert_true(U_SUCCESS(status));
    struct arena *a = arena_new();
    for (int i = 0; i < PAIRS; i++) {
        struct buf names[2] = {BUF(a), BUF(a)};
        UChar wide[2][16];
        for (int k = 0; k < 2; k++) {
            buf_puts(&names[k], "林"); /* no surname with a reading of its own */
            for (int n = rng_range(&rng, 0, 8); n > 0; n--)
                utf8_put(&names[k], rng_range(&rng, 0x4E00, rng_chance(&rng, 500) ? 0x4E10 : 0x9FA5));
            u_strFromUTF8(wide[k], 16, NULL, buf_str(&names[k]), -1, &status);
        }
        int want = (int)ucol_strcoll(icu, wide[0], -1, wide[1], -1);
        int got = order(buf_str(&names[0]), buf_str(&names[1]));
        if (want != got)
            fail_msg("%s %s: %d, ICU %d", buf_str(&names[0]), buf_str(&names[1]), got, want);
        arena_reset(a);
    }
    ucol_close(icu);
    arena_free(a);
}

static void a_surname_sorts_by_its_own_reading(void **state)
{
    (void)state;
    static const char *const names[] = {"12",         "阿依古丽", "阿依古丽·买买提",
                                        "阿依古丽江", "白洁",     "单于一",
                                        "陈一",       "欧阳锋",   "区大同",
                                        "瓢一",       "朴一",     "求一",
                                        "仇一",       "善一",     "单一",
                                        "石一",       "孙一",     "谢一",
                                        "解一",       "增一",     "曾国",
                                        "掌一",       "长孙一",   "anna",
                                        "bob",        NULL};
    for (int i = 0; names[i + 1] != NULL; i++)
        if (order(names[i], names[i + 1]) >= 0)
            fail_msg("%s does not stand before %s", names[i], names[i + 1]);
}

/* Whatever a name begins with: only equal names are equal. */
static void different_names_are_never_equal(void **state)
{
    (void)state;
    static const char *const surnames[] = {"单", "善", "区", "欧", "曾", "增", "万俟", "万", "墨", "長", "长孙", "长"};
    enum { N = sizeof surnames / sizeof *surnames };
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            assert_int_equal(order(surnames[i], surnames[k]) == 0, i == k);
    assert_int_equal(order("单\tds", "单"), 0); /* a tab ends the name */
    assert_true(order("𠮷一", "𠮷二") != 0);
    assert_true(order("张三丰", "张三丰一") < 0);
    for (int c = ROSTER_HAN_FROM + 1; c < ROSTER_HAN_TO; c++)
        assert_true(roster_pinyin_order[c - ROSTER_HAN_FROM] < ROSTER_HAN_TO - ROSTER_HAN_FROM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_of_han_sort_as_icu_sorts_them),
                                       cmocka_unit_test(a_surname_sorts_by_its_own_reading),
                                       cmocka_unit_test(different_names_are_never_equal)};
    return cmocka_run_group_tests_name("pinyin", tests, NULL, NULL);
}
