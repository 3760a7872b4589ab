/* batch_cases.h: an import is taken back: what nobody touched is as before, what was changed since is asked about. */
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
#include "base/rand.h"
#include "roster/batch.h"
#include "roster/intake_stage.h"
#include "roster/roster.h"

#define OK AGREE_OK

enum { OLD = 8, NEW = 8, EDITS = 20 };

static struct arena *a;
static struct db_pool *pool;
static struct db *db;
static char path[64];
static struct batch_undone done; /* of the last undo */

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    clock_init();
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    OK(record_init(a));
    OK(db_pool_open(a, test_url(), true, &pool));
    OK(db_take(pool, a, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    db_fail_at(-1);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

/* People first .. last - 1 as forms, in their first or second wording, imported through a stage; the batch. */
static int64_t import(int first, int last, int wording)
{
    const char *files[OLD + NEW];
    int64_t stage, batch;
    struct intake_written w;
    for (int i = first; i < last; i++) {
        (void)snprintf(path, sizeof path, "/tmp/qf-batch-XXXXXX");
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        FILE *f = fdopen(fd, "w");
        fprintf(
            f,
            "<Person><XingMing>白第%d</XingMing><XingBie>男</XingBie><ChuShengNianYue>1975%02d</ChuShengNianYue>"
            "<JianKangZhuangKuang>%s</JianKangZhuangKuang><XianRenZhiWu>示例区示例局第%d副局长</XianRenZhiWu><JianLi>"
            "1996.07--2010.03  示例区示例局科员\n2010.03--         示例区示例局%s</JianLi><NianDuKaoHeJieGuo>2024年度%s"
            "</NianDuKaoHeJieGuo></Person>",
            i, i % 12 + 1, wording == 1 ? "健康" : "一般", i, wording == 1 ? "副局长" : "副局长、二级主任科员",
            wording == 1 ? "称职" : "优秀");
        fclose(f);
        files[i - first] = arena_strdup(a, path);
    }
    OK(intake_stage_forms(db, a, &who_console, files, files, last - first, &stage));
    OK(intake_stage_write(db, a, &who_console, stage, &w));
    assert_int_equal(w.people, last - first);
    for (int i = first; i < last; i++)
        unlink(files[i - first]);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(db_one_int(&tx, "SELECT max(id) FROM roster_batch", NULL, 0, 0, &batch));
    return batch;
}

static const struct record *const kept_of[] = {&roster_member, &roster_resume, &roster_appraisal};
enum { RECORDS = 3, ROWS = 200 };

struct snapshot {
    struct row *rows[RECORDS][ROWS]; /* by id; NULL: none */
};

static struct snapshot *look(void)
{
    struct snapshot *s = arena_new_of(a, struct snapshot);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    for (int r = 0; r < RECORDS; r++)
        for (int64_t id = 1; id < ROWS; id++) {
            struct err *e = record_read(&tx, kept_of[r], &who_console, id, &s->rows[r][id]);
            if (e != NULL)
                s->rows[r][id] = NULL;
        }
    return s;
}

static bool alike(const struct row *x, const struct row *y)
{
    if (x == NULL || y == NULL)
        return x == y;
    for (int f = 0; x->of->fields[f].name != NULL; f++)
        if (!agree_same(x->v[f], y->v[f]))
            return false;
    return x->ended == y->ended;
}

static int64_t owner(const struct row *r)
{
    return r->of == &roster_member ? r->id : row_int(r, "member");
}

/* A later edit of a random live row; *member: whose file. */
static void edit(struct rng *g, const struct snapshot *s, bool edited[RECORDS][ROWS])
{
    static const char *const fields[RECORDS] = {"note", "text", "document"};
    for (;;) {
        int r = rng_below(g, RECORDS), id = rng_range(g, 1, ROWS - 1);
        if (s->rows[r][id] == NULL || s->rows[r][id]->ended)
            continue;
        struct row *now;
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "later", &c));
        OK(record_read(&c.tx, kept_of[r], &who_console, id, &now));
        row_set(now, fields[r], arena_printf(a, "后来改的%d", rng_below(g, 1000000)));
        OK(record_save(&c, kept_of[r], now, now->rev));
        OK(change_commit(&c));
        edited[r][id] = true;
        return;
    }
}

struct found {
    struct batch_choice *choices;
    int n, kinds[BATCH_KINDS], held;
};

static struct err *gather(void *ctx, struct db_tx *tx, const struct batch_row *r)
{
    struct found *f = ctx;
    (void)tx;
    f->held += r->held;
    if (r->held)
        return NULL;
    f->kinds[r->kind]++;
    if (r->kind == BATCH_CHANGED || r->kind == BATCH_CITED)
        f->choices[f->n++] = (struct batch_choice){r->was.rec, r->was.row, r->mark};
    return NULL;
}

static struct found dry_run(int64_t batch)
{
    struct found f = {.choices = arena_array(a, struct batch_choice, ROWS)};
    struct row *b;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(record_read(&tx, &roster_batch, &who_console, batch, &b));
    OK(batch_each(&tx, &who_console, b, gather, &f));
    return f;
}

/* What should stand: each row the second import wrote is back, unless it was edited, or is of a new person of whose
 * file something was. */
static void assert_undone(const struct snapshot *before, const struct snapshot *imported, const struct snapshot *edited,
                          bool touched[RECORDS][ROWS], bool all)
{
    struct snapshot *now = look();
    bool person[ROWS] = {false};
    for (int r = 0; r < RECORDS; r++)
        for (int id = 1; id < ROWS; id++)
            if (touched[r][id])
                person[owner(edited->rows[r][id])] = true;
    for (int r = 0; r < RECORDS; r++)
        for (int id = 1; id < ROWS; id++) {
            const struct row *x = imported->rows[r][id], *want;
            if (x == NULL)
                continue;
            bool is_new = before->rows[r][id] == NULL, of_new = before->rows[0][owner(x)] == NULL;
            if (of_new && (all || !person[owner(x)])) {
                assert_true(now->rows[r][id]->ended);
                continue;
            }
            if (of_new) {
                want = edited->rows[r][id];
            } else if (is_new) {
                assert_int_equal(now->rows[r][id]->ended, all || !touched[r][id]);
                continue;
            } else {
                want = touched[r][id] ? edited->rows[r][id] : before->rows[r][id];
            }
            if (all && !of_new) /* the import's fields are back, later edits of others stand */
                for (int f = 0; x->of->fields[f].name != NULL; f++) {
                    bool by_import = !agree_same(before->rows[r][id]->v[f], x->v[f]);
                    assert_true(agree_same(now->rows[r][id]->v[f],
                                           by_import ? before->rows[r][id]->v[f] : edited->rows[r][id]->v[f]));
                }
            else if (!alike(now->rows[r][id], want) && !(touched[r][id] && alike(before->rows[r][id], x)))
                fail_msg("%s %d is neither as before nor as edited", kept_of[r]->name, id);
        }
}

static void undo_after_edits(uint64_t seed, bool all)
{
    struct rng g;
    bool touched[RECORDS][ROWS] = {{false}};
    rng_seed(&g, seed);
    import(0, OLD, 1);
    struct snapshot *before = look();
    int64_t batch = import(OLD / 2, OLD + NEW, 2);
    struct snapshot *imported = look();
    for (int i = 0; i < EDITS; i++)
        edit(&g, imported, touched);
    struct snapshot *edited = look();
    struct found f = dry_run(batch);
    assert_true(f.n > 0 && f.kinds[BATCH_BACK] > 0);
    OK(batch_undo(db, a, &who_console, batch, f.choices, all ? f.n : 0, &done));
    assert_int_equal(done.kept, all ? 0 : f.n);
    assert_int_equal(done.refused, 0);
    print_message("seed %llu: %d back, %d asked\n", (unsigned long long)seed, f.kinds[BATCH_BACK], f.n);
    assert_undone(before, imported, edited, touched, all);
}

static void untouched_rows_go_back_and_changed_ones_stay(void **state)
{
    (void)state;
    undo_after_edits(20261125, false);
}

static void what_was_asked_goes_back_when_chosen(void **state)
{
    (void)state;
    undo_after_edits(4711, true);
}

static void an_undo_is_a_batch_that_cannot_be_undone(void **state)
{
    (void)state;
    int64_t batch = import(0, 3, 1), undo;
    assert_int_equal(dry_run(batch).n, 0);
    OK(batch_undo(db, a, &who_console, batch, NULL, 0, &done));
    struct err *e = batch_undo(db, a, &who_console, batch, NULL, 0, &done);
    assert_int_equal(e->kind, ERR_CONFLICT);
    assert_string_equal(e->say, "roster.batch.undone.say");
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0"), 0);
        assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_resume WHERE ended = 0"), 0);
        OK(db_one_int(&tx, "SELECT id FROM roster_batch WHERE undoes IS NOT NULL", NULL, 0, 0, &undo));
    }
    e = batch_undo(db, a, &who_console, undo, NULL, 0, &done);
    assert_int_equal(e->kind, ERR_CONFLICT);
    assert_string_equal(e->say, "roster.batch.of_undo");
    import(0, 3, 1); /* as the sentence says */
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0"), 3);
}

static void a_new_person_others_refer_to_is_asked_about(void **state)
{
    (void)state;
    import(0, 1, 1);
    int64_t batch = import(1, 3, 1);
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "kin", &c));
    struct row *kin = row_new(a, &roster_family);
    row_set(kin, "member", "1");
    row_set(kin, "name", "白第1");
    row_set(kin, "other", "2");
    OK(record_save(&c, &roster_family, kin, 0));
    OK(change_commit(&c));
    struct found f = dry_run(batch);
    assert_int_equal(f.kinds[BATCH_CITED], 1);
    assert_int_equal(f.choices[0].row, 2);
    OK(batch_undo(db, a, &who_console, batch, NULL, 0, &done));
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0"), 2);
    assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_resume WHERE ended = 0 AND member = 2"), 2);
}

static void an_answer_to_what_changed_again_is_not_used(void **state)
{
    (void)state;
    bool touched[RECORDS][ROWS] = {{false}};
    struct rng g;
    rng_seed(&g, 3);
    int64_t batch = import(0, 1, 1);
    struct snapshot *s = look();
    edit(&g, s, touched);
    struct found f = dry_run(batch);
    assert_int_equal(f.n, 1);
    edit(&g, s, touched);
    OK(batch_undo(db, a, &who_console, batch, f.choices, f.n, &done));
    assert_int_equal(done.rows, 0);
    assert_int_equal(done.kept, 1);
}

static int64_t failing_batch;

static struct err *undo(void *ctx, struct db *d, struct arena *fresh)
{
    (void)ctx;
    return batch_undo(d, fresh, &who_console, failing_batch, NULL, 0, &done);
}

static void an_undo_broken_off_is_completed_by_trying_again(void **state)
{
    (void)state;
    failing_batch = import(0, 3, 1);
    assert_true(agree_fail_each(pool, &(struct agree_work){undo, NULL, .many = true}) > 10);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    assert_int_equal(agree_count(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0"), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(untouched_rows_go_back_and_changed_ones_stay), T(what_was_asked_goes_back_when_chosen),
        T(an_undo_is_a_batch_that_cannot_be_undone),     T(a_new_person_others_refer_to_is_asked_about),
        T(an_answer_to_what_changed_again_is_not_used),  T(an_undo_broken_off_is_completed_by_trying_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
