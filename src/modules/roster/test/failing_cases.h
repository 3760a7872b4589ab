/* failing_cases.h: each call of the database fails once while people come in, columns are confirmed and words become
 * posts: every person is wholly before or after, and trying again completes the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../kernel/record/test/agree.h"
#include "base/clock.h"
#include "roster/intake_rows.h"
#include "roster/roster.h"
#include "roster/words.h"

#define OK AGREE_OK

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    char path[64];
    const char *files[3];
    int64_t stage;
    int people;
    struct intake_written written;
    const struct words_open *open;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    clock_init();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(w->a));
    OK(db_pool_open(w->a, test_url(), true, &w->pool));
    OK(db_take(w->pool, w->a, &w->db));
    clean(w->db, w->a);
    OK(record_migrate(w->db, w->a, true));
    (void)snprintf(w->path, sizeof w->path, "/tmp/qf-failing-XXXXXX");
    int fd = mkstemp(w->path);
    assert_true(fd >= 0);
    close(fd);
    static const char *const samples[] = {"01-baseline-3.2", "03-nested-resume", "08-long-family"};
    for (int i = 0; i < 3; i++)
        w->files[i] = arena_printf(w->a, "%s/test/lrmx-samples/%s.lrmx", getenv("QF_ROOT"), samples[i]);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    db_fail_at(-1);
    unlink(w->path);
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
    return 0;
}

static int64_t count(struct world *w, const char *sql)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    return agree_count(&tx, sql);
}

/* A stage is seen only when everything is in it. */
static void only_whole_stages_are_seen(void *ctx, bool done)
{
    struct world *w = ctx;
    struct load_stage *stages;
    int n;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(load_stage_list(&tx, &who_console, INTAKE_STAGE, &stages, &n));
    assert_int_equal(n, done ? 1 : 0);
}

/* Who is written is noted as written in the same commit. */
static void people_and_notes_agree(void *ctx, bool done)
{
    (void)done;
    assert_int_equal(count(ctx, "SELECT count(*) FROM roster_member"),
                     count(ctx, "SELECT count(*) FROM load_stage_item WHERE kind = 'written'"));
}

static struct err *stage_files(void *ctx, struct db *db, struct arena *a)
{
    struct world *w = ctx;
    return intake_stage_forms(db, a, &who_console, w->files, w->files, 3, &w->stage);
}

static struct err *write_stage(void *ctx, struct db *db, struct arena *a)
{
    struct world *w = ctx;
    return intake_stage_write(db, a, &who_console, w->stage, &w->written);
}

static int failing(struct world *w, struct err *(*go)(void *ctx, struct db *db, struct arena *a), int step,
                   void (*check)(void *ctx, bool done))
{
    return agree_fail_each(w->pool,
                           &(struct agree_work){.go = go, .ctx = w, .step = step, .many = true, .check = check});
}

static void forms_come_in_whole_or_not_at_all(void **state)
{
    struct world *w = *state;
    assert_true(failing(w, stage_files, 1, only_whole_stages_are_seen) > 10);
    assert_true(failing(w, write_stage, 1, people_and_notes_agree) > 30);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member"), 3);
    assert_int_equal(count(w, "SELECT count(*) FROM change"), 3 + 2); /* the batch begins and ends */
    int64_t revisions = count(w, "SELECT count(*) FROM revision");
    OK(write_stage(w, w->db, w->a));
    assert_int_equal(count(w, "SELECT count(*) FROM revision"), revisions);
}

static void put_roster(struct world *w, int people)
{
    FILE *f = fopen(w->path, "w");
    assert_non_null(f);
    fputs("姓名,出生年月,现任职务\n", f);
    for (int i = 0; i < people; i++)
        fprintf(f, "江%d,19%02d.03,示例局局长\n", i, 50 + i % 40);
    assert_int_equal(fclose(f), 0);
    w->people = people;
}

static struct err *stage_roster(void *ctx, struct db *db, struct arena *a)
{
    struct world *w = ctx;
    bool known;
    return intake_rows_stage(db, a, &who_console, w->path, "册.csv", &w->stage, &known);
}

static struct err *keep_columns(void *ctx, struct db *db, struct arena *a)
{
    const struct world *w = ctx;
    struct intake_layout l;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "roster columns", &c));
    TRY(intake_rows_layout(&c.tx, w->stage, &l));
    TRY(intake_layout_keep(&c, &l));
    return change_commit(&c);
}

static struct err *try_rows(void *ctx, struct db *db, struct arena *a)
{
    const struct world *w = ctx;
    struct intake_layout l;
    {
        db_scope struct db_tx tx = {0};
        TRY(db_begin_read(db, a, &tx));
        TRY(intake_rows_layout(&tx, w->stage, &l));
    }
    return intake_rows_try(db, a, &who_console, w->stage, &l);
}

static struct err *leave_everybody(void *ctx, struct db *db, struct arena *a)
{
    const struct world *w = ctx;
    int64_t n;
    return intake_stage_wide(db, a, &who_console, w->stage, &(struct intake_wide){.kind = "new", .on = true}, &n);
}

static struct err *take_everybody(void *ctx, struct db *db, struct arena *a)
{
    const struct world *w = ctx;
    int64_t n;
    return intake_stage_wide(db, a, &who_console, w->stage, &(struct intake_wide){.kind = "new"}, &n);
}

static void everybody_or_nobody_is_left(void *ctx, bool done)
{
    const struct world *w = ctx;
    assert_int_equal(count(ctx, "SELECT count(*) FROM load_stage_item WHERE choice LIKE '%\"leave\":true%'"),
                     done ? w->people : 0);
}

/* More people than one commit takes: those of the first stay, the others follow. */
static void a_roster_of_several_commits_is_completed_by_trying_again(void **state)
{
    struct world *w = *state;
    put_roster(w, 230);
    assert_true(failing(w, stage_roster, 53, only_whole_stages_are_seen) > 3);
    assert_true(agree_fail_each(w->pool, &(struct agree_work){keep_columns, w}) > 3);
    assert_true(failing(w, try_rows, 211, NULL) > 3);
    assert_int_equal(count(w, "SELECT count(*) FROM load_stage_item WHERE kind = 'new'"), w->people);
    assert_true(agree_fail_each(w->pool, &(struct agree_work){leave_everybody, w, .step = 17,
                                                              .check = everybody_or_nobody_is_left}) > 3);
    OK(take_everybody(w, w->db, w->a));
    assert_true(failing(w, write_stage, 307, people_and_notes_agree) > 3);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_member"), w->people);
    assert_int_equal(count(w, "SELECT count(*) FROM change"), w->people + 1 + 2);
}

static struct err *confirm(void *ctx, struct db *db, struct arena *a)
{
    const struct words_open *o = ((struct world *)ctx)->open;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, NULL, &c));
    TRY(words_confirm(&c, &(struct words_answer){.text = o->text,
                                                 .titles = o->titles,
                                                 .unit_name = o->unit_name,
                                                 .kind = o->new_kind,
                                                 .unit_level = o->new_level,
                                                 .leading = true,
                                                 .main = true}));
    return change_commit(&c);
}

static struct err *apply(void *ctx, struct db *db, struct arena *a)
{
    int64_t posts;
    (void)ctx;
    return words_apply(db, a, &who_console, &posts);
}

static void words_become_posts_whole_or_not_at_all(void **state)
{
    struct world *w = *state;
    put_roster(w, 3);
    OK(stage_roster(w, w->db, w->a));
    OK(try_rows(w, w->db, w->a));
    OK(write_stage(w, w->db, w->a));
    struct words_open *open;
    int n;
    struct words_counts counts;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(w->db, w->a, &tx));
        OK(words_open_list(&tx, &who_console, 10, &open, &n, &counts));
    }
    assert_int_equal(n, 1);
    w->open = open;
    assert_true(agree_fail_each(w->pool, &(struct agree_work){confirm, w}) > 5);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_unit"), 1);
    assert_true(agree_fail_each(w->pool, &(struct agree_work){apply, w, .many = true}) > 5);
    assert_int_equal(count(w, "SELECT count(*) FROM roster_post"), 3);
    OK(apply(w, w->db, w->a));
    assert_int_equal(count(w, "SELECT count(*) FROM roster_post"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(forms_come_in_whole_or_not_at_all, setup, teardown),
        cmocka_unit_test_setup_teardown(a_roster_of_several_commits_is_completed_by_trying_again, setup, teardown),
        cmocka_unit_test_setup_teardown(words_become_posts_whole_or_not_at_all, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
