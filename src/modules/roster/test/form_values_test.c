/* form_values_test.c: dates, names, parties, appraisals, photos of the form, one case a line. */
#include "roster/form_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"

struct pair {
    const char *text, *expected;
};

static void check(const struct pair *cases, size_t n, const char *(*told)(struct arena *a, const char *text))
{
    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        arena_scope struct arena *a = arena_new();
        const char *got = told(a, cases[i].text);
        if (strcmp(got, cases[i].expected) != 0) {
            print_error("%s\n  want %s\n  have %s\n", cases[i].text, cases[i].expected, got);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}
#define CHECK(cases, told) check(cases, sizeof(cases) / sizeof *(cases), told)

static const char *date_told(struct arena *a, const char *text)
{
    struct date d;
    bool ok = form_date(form_clean(a, text), &d);
    char iso[DATE_TEXT];
    return !ok ? "wrong" : arena_strdup(a, date_is(d) ? date_iso(d, iso) : "none");
}

static void dates_are_as_precise_as_written(void **state)
{
    (void)state;
    static const struct pair cases[] = {
        {"197503", "1975-03"},
        {"19750312", "1975-03-12"},
        {"1975", "1975"},
        {"1975.03", "1975-03"},
        {"1975.3", "1975-03"},
        {"1973.5", "1973-05"},
        {"1975-3-12", "1975-03-12"},
        {"1975/03/12", "1975-03-12"},
        {"1975年3月", "1975-03"},
        {"1975年03月12日", "1975-03-12"},
        {"1975年", "1975"},
        {"１９７５．０３", "1975-03"},
        {"1975。03", "1975-03"},
        {"1975 . 03", "1975-03"},
        {"一九七五年三月", "1975-03"},
        {"二〇〇〇年十二月二十五日", "2000-12-25"},
        {"1975.03（50岁）", "1975-03"},
        {"1975.03\n（50岁）", "1975-03"},
        {"1975-03-15 00:00:00", "1975-03-15"},
        {"1975-03-15T08:30:00", "1975-03-15"},
        {"1975年3月生", "1975-03"},
        {"19753", "1975-03"},
        {"1975.0315", "1975-03-15"},
        {"197500", "1975"},
        {"19750300", "1975-03"},
        {" 197503 ", "1975-03"},
        {"\xEF\xBB\xBF"
         "197503",
         "1975-03"},
        {"", "none"},
        {"1975.13", "wrong"},
        {"197513", "wrong"},
        {"1975.02.30", "wrong"},
        {"75.03", "wrong"},
        {"不详", "wrong"},
        {"1975.03-1976.05", "wrong"},
        {"1975315", "wrong"},
        {"0975.03", "wrong"},
        {"9999.01", "wrong"},
        {"50岁", "wrong"},
        {"1975.03x", "wrong"},
        {"197503150", "wrong"},
    };
    CHECK(cases, date_told);
}

static const char *name_told(struct arena *a, const char *text)
{
    bool doubtful;
    const char *name = form_name(a, text, &doubtful);
    return arena_printf(a, "%s%s", name == NULL ? "none" : name, doubtful ? " ?" : "");
}

static void names_lose_their_padding_and_keep_their_dots(void **state)
{
    (void)state;
    static const struct pair cases[] = {
        {"林  样", "林样"},
        {"林　　例", "林例"},
        {"欧阳 样本", "欧阳样本"},
        {"阿布都•测试", "阿布都·测试"},
        {"买买提?例", "买买提·例"},
        {"买买提？例", "买买提·例"},
        {"买买提。样例", "买买提·样例"},
        {"买买提．样例", "买买提·样例"},
        {"买买提 · 样例", "买买提·样例"},
        {"买买提・样例", "买买提·样例"},
        {"Ana  Exemplo", "Ana Exemplo"},
        {"章\xE2\x80\x8B测安", "章测安"},
        {"\xEF\xBB\xBF章测安", "章测安"},
        {"章\n测安", "章测安"},
        {"张?明", "张·明 ?"},
        {"王?", "王? ?"},
        {"样例𠮷", "样例𠮷"},
        {" \n ", "none"},
    };
    CHECK(cases, name_told);
}

static const char *party_told(struct arena *a, const char *text)
{
    struct form *f = arena_new_of(a, struct form);
    form_party(a, f, text);
    char iso[DATE_TEXT];
    struct buf b = BUF(a);
    buf_puts(&b, date_is(f->cpc_joined) ? date_iso(f->cpc_joined, iso) : "-");
    for (int i = 0; i < f->n_parties; i++)
        buf_printf(&b, " %s", f->parties[i]);
    for (size_t i = 0; i < f->warnings.n; i++)
        buf_printf(&b, " !%s", form_doubt_name(f->warnings.p[i].doubt));
    return buf_str(&b);
}

static void parties_and_the_day_of_joining_are_told_apart(void **state)
{
    (void)state;
    static const struct pair cases[] = {
        {"199612", "1996-12"},
        {"1996.12", "1996-12"},
        {"1996年12月", "1996-12"},
        {"民建", "- 民建"},
        {"民建；民盟", "- 民建 民盟"},
        {"九三；民建；民盟", "- 九三学社 民建 民盟"},
        {"200108；民建", "2001-08 民建"},
        {"200108；民建；民革", "2001-08 民建 民革"},
        {"民建200108", "2001-08 民建"},
        {"民建2001.08", "2001-08 民建"},
        {"(民建)", "- 民建"},
        {"（民建、民盟）", "- 民建 民盟"},
        {"无党派", "- 无党派"},
        {"无党派人士", "- 无党派"},
        {"农工", "- 农工党"},
        {"农工民主党", "- 农工党"},
        {"中国致公党", "- 致公党"},
        {"九三学社", "- 九三学社"},
        {"台盟;民革", "- 台盟 民革"},
        {"中共党员 1996.12", "1996-12"},
        {"群众", "-"},
        {"", "-"},
        {"1996.13", "- !party_unreadable"},
        {"2023.06（预备）", "2023-06 !party_unreadable"},
        {"某会", "- !party_unreadable"},
        {"199612；200108", "1996-12 !party_unreadable"},
        {"民建；民建", "- 民建"},
    };
    CHECK(cases, party_told);
}

static const char *appraisal_told(struct arena *a, const char *text)
{
    struct form *f = arena_new_of(a, struct form);
    f->age_as_of = date_make(2025, 6, 30);
    form_appraisal(a, f, text);
    struct buf b = BUF(a);
    for (size_t i = 0; i < f->n_appraisal; i++)
        buf_printf(&b, "%s%d %s", i > 0 ? ", " : "", f->appraisal[i].year, f->appraisal[i].grade);
    for (size_t i = 0; i < f->warnings.n; i++)
        buf_printf(&b, " !%s", form_doubt_name(f->warnings.p[i].doubt));
    return buf_str(&b);
}

static void appraisals_are_one_row_a_year(void **state)
{
    (void)state;
    static const struct pair cases[] = {
        {"2022年度优秀；2023年度称职；2024年度称职。", "2022 优秀, 2023 称职, 2024 称职"},
        {"2021—2023年度均为称职，2024年度优秀。", "2021 称职, 2022 称职, 2023 称职, 2024 优秀"},
        {"2021-2023年均称职", "2021 称职, 2022 称职, 2023 称职"},
        {"2021年至2023年年度考核均为优秀", "2021 优秀, 2022 优秀, 2023 优秀"},
        {"2021－23年度称职", "2021 称职, 2022 称职, 2023 称职"},
        {"2022、2023年度称职，2024年度基本称职", "2022 称职, 2023 称职, 2024 基本称职"},
        {"2022年度不称职；2023年度不定等次；2024年度未参加考核", "2022 不称职, 2023 不定等次, 2024 不进行考核"},
        {"2022年度合格；2023年度基本合格；2024年度不合格", "2022 合格, 2023 基本合格, 2024 不合格"},
        {"优秀：2022年、2023年；称职：2024年", "2022 优秀, 2023 优秀, 2024 称职"},
        {"２０２２年度 优 秀", "2022 优秀"},
        {"二〇二三年度称职", "2023 称职"},
        {"近三年年度考核均为称职", "2022 称职, 2023 称职, 2024 称职 !appraisal_relative"},
        {"近3年均为优秀。", "2022 优秀, 2023 优秀, 2024 优秀 !appraisal_relative"},
        {"近三年考核：2022年优秀，2023年、2024年称职", "2022 优秀, 2023 称职, 2024 称职"},
        {"2022、2023、2024年连续三年优秀", "2022 优秀, 2023 优秀, 2024 优秀"},
        {"2023年度优秀，2023年度称职", "2023 优秀 !appraisal_conflict"},
        {"2023年度被立案调查尚未结案年度考核不确定等次", "2023 不定等次"},
        {"2024年度", " !appraisal_unreadable"},
        {"2024年度良好", " !appraisal_unreadable"},
        {"无", ""},
        {"", ""},
        {"新任", " !appraisal_unreadable"},
    };
    CHECK(cases, appraisal_told);
}

static void texts_keep_their_lines_and_lose_what_is_not_seen(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    assert_string_equal(form_clean(a, " \n 甲；  \r\n乙 \r丙<BR />丁&lt;br/&gt;戊\\r\\n己\v庚\xE2\x80\x8B\n\n "),
                        "甲；\n乙\n丙\n丁\n戊\n己\n庚");
    assert_null(form_clean(a, "\r\n  \xE3\x80\x80\t\r\n"));
    assert_null(form_clean(a, NULL));
    static const char *const blank[] = {NULL, "", " \t\n", "\xE3\x80\x80<br/>&nbsp;\\r\\n",
                                        "\xE2\x80\x8B\v\x7F&lt;br&gt;"};
    for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) {
        assert_null(form_clean(a, blank[i]));
        assert_true(form_blank(blank[i]));
    }
    static const char *const says[] = {"甲", " \n 甲", "<b>", "&lt;", "\\t", "\xFF", "&nbsp;0"};
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        assert_non_null(form_clean(a, says[i]));
        assert_false(form_blank(says[i]));
    }
}

static void death_is_what_the_five_words_say(void **state)
{
    (void)state;
    assert_true(form_work_says_dead("原工人（已去世）"));
    assert_true(form_work_says_dead("2019年逝世"));
    assert_true(form_work_says_dead("已逝"));
    assert_false(form_work_says_dead("病故"));
    assert_false(form_work_says_dead(NULL));
}

static void images_are_known_by_their_bytes(void **state)
{
    (void)state;
    static const unsigned char gif[] = "GIF89a\x3C\x00\x4B\x00\x00\x00";
    unsigned char bmp[30] = "BM";
    bmp[14] = 40, bmp[18] = 60, bmp[22] = 0xB5, bmp[23] = bmp[24] = bmp[25] = 0xFF; /* -75 rows */
    struct form_photo p;
    assert_true(form_photo_sniff(gif, sizeof gif, &p));
    assert_string_equal(p.kind, "gif");
    assert_int_equal(p.width, 60);
    assert_int_equal(p.height, 75);
    assert_true(form_photo_sniff(bmp, sizeof bmp, &p));
    assert_int_equal(p.height, 75);
    assert_false(form_photo_sniff("\xFF\xD8\xFF\xE0\x00", 5, &p));
    assert_string_equal(p.kind, "jpeg");
    assert_false(form_photo_sniff("hello", 5, &p));
    assert_null(p.kind);
    assert_string_equal(p.sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
}

static void base64_takes_white_space_and_nothing_else(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    void *p;
    size_t n;
    assert_true(form_base64(a, "data:image/png;base64, aGVs\r\n bG8= \n", &p, &n));
    assert_int_equal(n, 5);
    assert_memory_equal(p, "hello", 5);
    assert_false(form_base64(a, "aGVs!bG8=", &p, &n));
    assert_false(form_base64(a, "aG=Vs", &p, &n));
    assert_false(form_base64(a, "  ", &p, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_as_precise_as_written),
        cmocka_unit_test(names_lose_their_padding_and_keep_their_dots),
        cmocka_unit_test(parties_and_the_day_of_joining_are_told_apart),
        cmocka_unit_test(appraisals_are_one_row_a_year),
        cmocka_unit_test(texts_keep_their_lines_and_lose_what_is_not_seen),
        cmocka_unit_test(death_is_what_the_five_words_say),
        cmocka_unit_test(images_are_known_by_their_bytes),
        cmocka_unit_test(base64_takes_white_space_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
