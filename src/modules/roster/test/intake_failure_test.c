/* intake_failure_test.c: the k-th database call fails while an import is written, while texts are answered and while
 * posts are made: people are there whole or not at all, the sequence has no gap, and doing it again completes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "roster/intake_stage.h"
#include "roster/roster.h"
#include "roster/words.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

enum { PEOPLE = 3, CALLS_MOST = 2000 };

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    char dir[40];
    const char *files[PEOPLE];
    int64_t stage;
};

static void write_form(struct world *w, int i)
{
    w->files[i] = arena_printf(w->a, "%s/%d.lrmx", w->dir, i);
    FILE *f = fopen(w->files[i], "w");
    assert_non_null(f);
    fprintf(f,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Person><XingMing>白简%s</XingMing><XingBie>男</XingBie>"
            "<ChuShengNianYue>19750%d</ChuShengNianYue><XianRenZhiWu>示例区示例局党组书记、局长</XianRenZhiWu>"
            "<JianLi>1996.07--2010.03  示例区示例局科员（其间：2001.09--2003.07虚岭大学学习）\n"
            "2010.03--           示例区示例局党组书记、局长</JianLi></Person>",
            i == 0   ? ""
            : i == 1 ? "一"
                     : "二",
            i + 1);
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(w->a));
    OK(db_pool_open(w->a, ":memory:", true, &w->pool));
    OK(db_take(w->pool, w->a, &w->db));
    OK(record_migrate(w->db, w->a, true));
    snprintf(w->dir, sizeof w->dir, "/tmp/qf-intake.XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    for (int i = 0; i < PEOPLE; i++)
        write_form(w, i);
    OK(intake_stage_forms(w->db, w->a, &who_console, w->files, w->files, PEOPLE, &w->stage));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < PEOPLE; i++)
        unlink(w->files[i]);
    rmdir(w->dir);
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
    return 0;
}

static int64_t count(struct world *w, const char *sql)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(w->db, w->a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, 0, &n));
    return n;
}

/* Every row has its newest revision, every change its place, every person his whole resume. */
static void agree(struct world *w)
{
    assert_int_equal(count(w, "SELECT count(*) FROM change"), count(w, "SELECT max(seq) FROM change"));
    assert_int_equal(count(w, "SELECT count(*) FROM revision WHERE change NOT IN (SELECT id FROM change)"), 0);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member m WHERE m.rev <> (SELECT max(rev) FROM revision r"
                              " WHERE r.record = 'roster.member' AND r.row = m.id)"),
                     0);
    int64_t people = count(w, "SELECT count(*) FROM roster_member");
    assert_int_equal(count(w, "SELECT count(*) FROM roster_resume"), people * 3);
    assert_int_equal(count(w, "SELECT count(*) FROM revision WHERE record = 'roster.resume'"), people * 3);
}

/* Runs the step with the k-th call failing, k = 0, 1, 2 ..., until it succeeds. */
static void until_it_succeeds(struct world *w, struct err *(*step)(struct world *w, struct arena *a))
{
    for (int64_t k = 0;; k++) {
        assert_true(k < CALLS_MOST);
        arena_scope struct arena *a = arena_new();
        db_fail_at(k);
        struct err *e = step(w, a);
        db_fail_at(-1);
        agree(w);
        if (e == NULL)
            return;
        assert_int_equal(e->kind, ERR_FAULT);
    }
}

static struct err *write_stage(struct world *w, struct arena *a)
{
    struct intake_written out;
    return intake_stage_write(w->db, a, &who_console, w->stage, &out);
}

static struct err *answer(struct world *w, struct arena *a)
{
    change_scope struct change c = {0};
    TRY(change_begin(w->db, a, &who_console, "words", &c));
    TRY(words_confirm(&c, &(struct words_answer){.text = "示例区示例局党组书记、局长",
                                                 .titles = "党组书记、局长",
                                                 .unit_name = "示例局",
                                                 .level = "1A41",
                                                 .leading = true,
                                                 .main = true}));
    return change_commit(&c);
}

static struct err *make_posts(struct world *w, struct arena *a)
{
    int64_t posts;
    return words_apply(w->db, a, &who_console, &posts);
}

static void an_import_that_fails_leaves_whole_people_and_can_go_on(void **state)
{
    struct world *w = *state;
    until_it_succeeds(w, write_stage);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member"), PEOPLE);
    until_it_succeeds(w, answer);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_alias"), 1);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_unit"), 1);
    until_it_succeeds(w, make_posts);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_post WHERE current = 1"), PEOPLE);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member WHERE unit IS NULL"), 0);
}

static void a_dry_run_that_fails_writes_no_record(void **state)
{
    struct world *w = *state;
    int64_t changes = count(w, "SELECT count(*) FROM change");
    for (int64_t k = 0;; k++) {
        assert_true(k < CALLS_MOST);
        int64_t stage;
        arena_scope struct arena *a = arena_new();
        db_fail_at(k);
        struct err *e = intake_stage_forms(w->db, a, &who_console, w->files, w->files, PEOPLE, &stage);
        db_fail_at(-1);
        assert_int_equal(count(w, "SELECT count(*) FROM change"), changes);
        if (e == NULL)
            break;
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {T(an_import_that_fails_leaves_whole_people_and_can_go_on),
                                       T(a_dry_run_that_fails_writes_no_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
