/* words_test.c: where a unit ends and a title begins; answers kept and reused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/codes.h"
#include "roster/roster.h"
#include "roster/words.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

static void texts_are_cut_into_units_and_titles(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"虚岭省无定市示例区示例局党组书记、局长", "虚岭省无定市示例区示例局|党组书记、局长"},
        {"示例区样例镇党委副书记、镇长", "示例区样例镇|党委副书记、镇长"},
        {"示例区委书记", "示例区委|书记"},
        {"区委常委、组织部部长", "区委|常委;组织部|部长"},
        {"样例镇党委书记，样例镇人大主席", "样例镇|党委书记;样例镇|人大主席"},
        {"示例局办公室主任（正股级）", "示例局办公室|主任（正股级）"},
        {"示例局副局长兼示例中心主任", "示例局|副局长;示例中心|主任"},
        {"示例局党组成员、副局长，四级调研员", "示例局|党组成员、副局长、四级调研员"},
        {"示例局党组成员、总工程师", "示例局|党组成员、总工程师"},
        {"区人大常委会副主任", "区人大常委会|副主任"},
        {"虚岭省无定市示例区纪委监委常委、监委委员", "虚岭省无定市示例区纪委监委|常委、监委委员"},
        {"示例区纪委副书记、监委副主任", "示例区纪委|副书记、监委副主任"},
        {"某处顾问", "某处顾问|"},
    };
    arena_scope struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct words_post p[WORDS_POSTS];
        int n = words_split(a, cases[i][0], p);
        char *got = arena_strdup(a, "");
        for (int k = 0; k < n; k++)
            got = arena_printf(a, "%s%s%s|%s", got, k > 0 ? ";" : "", p[k].unit, p[k].titles);
        assert_string_equal(got, cases[i][1]);
    }
}

static void a_place_in_front_is_not_part_of_the_name(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"虚岭省无定市示例区示例局", "示例局"}, {"示例区委", "委"},   {"区示例局", "示例局"},
        {"市场监督管理局", "市场监督管理局"},   {"示例局", "示例局"}, {"虚岭省无定市示例区", "示例区"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(words_without_place(cases[i][0]), cases[i][1]);
}

static void titles_say_who_leads(void **state)
{
    (void)state;
    assert_int_equal(words_role_of("党组书记、局长"), WORDS_CHIEF);
    assert_int_equal(words_role_of("党组成员、副局长"), WORDS_DEPUTY);
    assert_int_equal(words_role_of("党组成员"), WORDS_TEAM);
    assert_int_equal(words_role_of("科员"), WORDS_STAFF);
    assert_int_equal(words_role_of("四级调研员"), WORDS_RANK);
}

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
};

static int setup(void **state)
{
    static struct world w;
    w.a = arena_new();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(w.a));
    OK(db_pool_open(w.a, ":memory:", true, &w.pool));
    OK(db_take(w.pool, w.a, &w.db));
    OK(record_migrate(w.db, w.a, true));
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    return 0;
}

/* Two people with the same post text and a resume whose last period runs on. */
static void two_people_come(struct world *w)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    for (int i = 0; i < 2; i++) {
        struct row *m = row_new(w->a, &roster_member);
        row_set(m, "name", "白简");
        row_set(m, "status", "1");
        row_set(m, "post_text", "虚岭省无定市示例区示例局党组书记、局长");
        OK(record_save(&c, &roster_member, m, 0));
        struct row *p = row_new(w->a, &roster_resume);
        row_set_int(w->a, p, "member", m->id);
        row_set(p, "from_on", "2016-05");
        row_set(p, "open", "1");
        row_set(p, "text", "示例局党组书记、局长");
        OK(record_save(&c, &roster_resume, p, 0));
    }
    OK(change_commit(&c));
}

static int open_texts(struct world *w, struct words_open **open, int64_t ready)
{
    int n;
    struct words_counts counts;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(words_open_list(&tx, &who_console, 100, open, &n, &counts));
    assert_int_equal(n, counts.open);
    assert_int_equal(counts.ready, ready);
    return n;
}

static void confirm(struct world *w, const struct words_open *o)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    OK(words_confirm(&c, &(struct words_answer){.text = o->text,
                                                .titles = o->titles,
                                                .unit_name = o->unit_name,
                                                .kind = o->new_kind,
                                                .unit_level = o->new_level,
                                                .level = o->level,
                                                .chief = o->chief,
                                                .leading = true,
                                                .main = true}));
    OK(change_commit(&c));
}

static int64_t count(struct world *w, const char *sql)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(w->db, w->a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, 0, &n));
    return n;
}

static void an_answer_makes_posts_once_and_for_those_who_come_later(void **state)
{
    struct world *w = *state;
    struct words_open *open;
    int64_t posts;
    for (int round = 0; round < 2; round++) {
        two_people_come(w);
        int n = open_texts(w, &open, round == 0 ? 0 : 2);
        assert_int_equal(n, round == 0 ? 1 : 0);
        if (round == 0) {
            assert_int_equal(open[0].people, 2);
            assert_string_equal(open[0].unit_name, "示例局");
            assert_true(open[0].leading);
            confirm(w, &open[0]);
            assert_int_equal(open_texts(w, &open, 2), 0);
        }
        OK(words_apply(w->db, w->a, &who_console, &posts));
        assert_int_equal(posts, 2);
        OK(words_apply(w->db, w->a, &who_console, &posts));
        assert_int_equal(posts, 0);
    }
    assert_int_equal(count(w, "SELECT count(*) FROM roster_post WHERE from_on = '2016-05' AND from_doc IS NULL"), 4);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member WHERE unit IS NOT NULL"), 4);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cut_into_units_and_titles),
        cmocka_unit_test(a_place_in_front_is_not_part_of_the_name),
        cmocka_unit_test(titles_say_who_leads),
        cmocka_unit_test_setup_teardown(an_answer_makes_posts_once_and_for_those_who_come_later, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
