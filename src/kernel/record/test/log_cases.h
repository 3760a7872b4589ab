/* log_cases.h: what holds for the log on either database; included by one test binary a database. */
#include <pthread.h>
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
#include "base/keys.h"
#include "record/log.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

#define DECLARED .purpose = "p", .basis = "b", .readers = "r", .keep = "k", .keep_from = "closed"
static const struct field place_fields[] = {
    {"name", FIELD_TEXT, .required = true}, {"parent", FIELD_REF, .to = "test.place"}, {0}};
static const struct record place = {.name = "test.place", .fields = place_fields, .tree = "parent", DECLARED};
static const struct field person_fields[] = {{"name", FIELD_TEXT, .required = true},
                                             {"place", FIELD_REF, .to = "test.place"},
                                             {"kind", FIELD_TEXT, .by_default = "plain"},
                                             {"n", FIELD_INT},
                                             {0}};
static const struct record person = {.name = "test.person", .fields = person_fields, .unit = "place", DECLARED};
static const struct field note_fields[] = {
    {"person", FIELD_REF, .to = "test.person", .required = true}, {"text", FIELD_LONG}, {0}};
static const struct record note = {.name = "test.note", .fields = note_fields, .concerns = "person", DECLARED};

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    char keys[40];
    char said[2000]; /* the differences of the last verification */
    struct log_verified v;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    record_register(&place);
    record_register(&person);
    record_register(&note);
    snprintf(w->keys, sizeof w->keys, "/tmp/qf-log-test.XXXXXX");
    if (mkdtemp(w->keys) == NULL)
        return 1;
    keys_use(NULL, w->keys);
    OK(record_init(w->a));
    OK(db_pool_open(w->a, test_url(), true, &w->pool));
    OK(db_take(w->pool, w->a, &w->db));
    clean(w->db, w->a);
    OK(record_migrate(w->db, w->a, true));
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    clock_fix(-1);
    static const char *const files[] = {"ledger.key", "ledger.vkeys", "ledger.newest"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(arena_printf(w->a, "%s/%s", w->keys, files[i]));
    rmdir(w->keys);
    keys_use(NULL, NULL);
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
    return 0;
}

static void note_difference(void *ctx, const struct log_difference *d)
{
    struct world *w = ctx;
    size_t n = strlen(w->said);
    snprintf(w->said + n, sizeof w->said - n, "%s %lld %s: %s\n", d->table, (long long)d->id, d->field ? d->field : "-",
             d->why);
}

static int64_t differences(struct world *w)
{
    w->said[0] = '\0';
    OK(log_verify(w->db, w->a, note_difference, w, &w->v));
    return w->v.differences;
}

static void sound(struct world *w)
{
    if (differences(w) != 0)
        fail_msg("%s", w->said);
}

static void tamper(struct world *w, const char *sql)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_write(w->db, w->a, &tx));
    OK(db_script(&tx, sql));
    OK(db_commit(&tx));
}

static void found(struct world *w, const char *want)
{
    differences(w);
    if (strstr(w->said, want) == NULL)
        fail_msg("'%s' is not among: %s", want, w->said);
}

static struct err *save(struct change *c, const struct record *rec, const char *const *values, int64_t *id)
{
    struct row *r = row_new(c->tx.arena, rec);
    for (; *values != NULL; values += 2)
        row_set(r, values[0], values[1]);
    TRY(record_save(c, rec, r, 0));
    *id = r->id;
    return NULL;
}
#define V(...) ((const char *const[]){__VA_ARGS__, NULL})

static char *ref(struct world *w, int64_t id)
{
    return arena_printf(w->a, "%lld", (long long)id);
}

/* Two places, people with notes in changes of their own, one taken back to a mark, a file, an ending, a move. */
static void fill(struct world *w, int people)
{
    int64_t top, low, other, p, n, file;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "fill", &c));
    OK(save(&c, &place, V("name", "区"), &top));
    OK(save(&c, &place, V("name", "局", "parent", ref(w, top)), &low));
    OK(save(&c, &place, V("name", "办", "parent", ref(w, top)), &other));
    for (int i = 0; i < people; i++) {
        OK(change_next(&c, i % 2 ? "one more" : NULL));
        OK(save(&c, &person, V("name", "甲", "place", ref(w, low)), &p));
        OK(change_mark(&c));
        OK(save(&c, &note, V("person", ref(w, p), "text", "“ 引 \" 号”\n"), &n));
        if (i % 3 == 0)
            OK(change_back(&c));
    }
    OK(file_put(&c, "bytes", 5, "text/plain", &file));
    OK(change_commit(&c));
    if (people < 2)
        return;
    OK(change_begin(w->db, w->a, &who_console, "later", &c));
    struct row *r;
    OK(record_read(&c.tx, &person, &who_console, 1, &r));
    row_set(r, "place", ref(w, other));
    OK(record_save(&c, &person, r, 1));
    OK(record_end(&c, &person, 2, 1, "entered in error"));
    OK(record_read(&c.tx, &place, &who_console, low, &r));
    row_set(r, "parent", ref(w, other));
    OK(record_save(&c, &place, r, 1));
    OK(change_commit(&c));
}

static void everything_on_record_agrees_with_the_log(void **state)
{
    struct world *w = *state;
    sound(w);
    fill(w, 10);
    sound(w);
    assert_int_equal(w->v.changes, 12);
    bool made;
    OK(checkpoint_make(w->db, w->a, &made));
    assert_true(made);
    OK(checkpoint_make(w->db, w->a, &made));
    assert_false(made); /* the only change since is the checkpoint's own */
    sound(w);
    assert_int_equal(w->v.checkpoints, 1);
    assert_int_equal(w->v.files, 1);
    assert_true(w->v.keys);
}

static void nodes_are_kept_from_256_changes_on(void **state)
{
    struct world *w = *state;
    fill(w, 600);
    OK(checkpoint_make(w->db, w->a, NULL));
    sound(w);
    tamper(w, "UPDATE ledger_node SET hash = (SELECT leaf FROM change WHERE seq = 1) WHERE place = 1");
    found(w, "ledger_node 1 hash: ");
}

static void a_time_that_steps_back_is_on_record(void **state)
{
    struct world *w = *state;
    int64_t id;
    for (int i = 0; i < 3; i++) {
        clock_fix(1700000000000 - i * (i == 2 ? 500 : 0));
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        OK(save(&c, &place, V("name", "区"), &id));
        OK(change_commit(&c));
    }
    sound(w);
    assert_int_equal(w->v.steps_back, 1);
    tamper(w, "UPDATE change SET back = 0 WHERE seq = 3");
    found(w, "change 3 back: ");
    found(w, "change 3 leaf: ");
}

static void what_is_changed_added_or_deleted_is_named(void **state)
{
    struct world *w = *state;
    fill(w, 5);
    OK(checkpoint_make(w->db, w->a, NULL));
    tamper(w, "UPDATE test_person SET name = '乙' WHERE id = 3");
    found(w, "test_person 3 name: ");
    tamper(w, "UPDATE test_person SET name = '甲' WHERE id = 3; UPDATE test_person SET scope = scope + 1 WHERE id = 4");
    found(w, "test_person 4 scope: ");
    tamper(w, "UPDATE test_person SET scope = scope - 1 WHERE id = 4");
    sound(w);
    tamper(w, "UPDATE test_person SET rev = 1, place = (SELECT id FROM test_place WHERE name = '局') WHERE id = 1");
    found(w, "test_person 1 -: the row of revision 2 is not there");
    tamper(w, "DELETE FROM test_note WHERE id = (SELECT max(id) FROM test_note)");
    found(w, "test_note ");
    tamper(w, "UPDATE revision SET body = '{\"name\":\"乙\"}' WHERE record = 'test.person' AND row = 5 AND rev = 1");
    found(w, "test.person 5/1");
    found(w, "test_person 5 ");
    tamper(w, "UPDATE kernel_file SET type = 'text/html'");
    found(w, "kernel_file 1 hash: ");
}

static void a_log_cut_short_is_found_by_the_folder_of_keys(void **state)
{
    struct world *w = *state;
    fill(w, 3);
    OK(checkpoint_make(w->db, w->a, NULL));
    tamper(w, "DELETE FROM revision WHERE record = 'kernel.checkpoint' OR record = 'kernel.signer';"
              "DELETE FROM change WHERE what = 'checkpoint' OR what = 'later';"
              "DELETE FROM revision WHERE rev = 2; DELETE FROM kernel_checkpoint; DELETE FROM kernel_signer");
    found(w, "the log ends before the checkpoint");
}

static void a_checkpoint_taken_away_or_signed_by_a_stranger_is_found(void **state)
{
    struct world *w = *state;
    fill(w, 3);
    OK(checkpoint_make(w->db, w->a, NULL));
    fill(w, 1);
    OK(checkpoint_make(w->db, w->a, NULL));
    OK(checkpoint_rotate(w->db, w->a, &who_console));
    sound(w);
    assert_true(w->v.checkpoints >= 3);
    tamper(w, "UPDATE kernel_checkpoint SET note = replace(note, 'qingfeng/', 'qingfenh/') WHERE id = 1");
    found(w, "kernel_checkpoint 1 note: no key of ours");
    tamper(w, "DELETE FROM kernel_checkpoint WHERE id = 1");
    found(w, "kernel_checkpoint 1 -: ");
    tamper(w, "UPDATE kernel_signer SET vkey = 'a+b+c' WHERE id = 1");
    found(w, "kernel_signer 1 vkey: ");
}

static void erased_content_is_accepted_when_a_change_names_it(void **state)
{
    struct world *w = *state;
    fill(w, 5);
    OK(checkpoint_make(w->db, w->a, NULL));
    char *before = NULL, *proof = NULL;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(w->db, w->a, &tx));
        OK(log_prove(&tx, "test.note", 2, 0, &before));
    }
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "erasure", &c));
    OK(log_erase(&c, "test.note", 2, 1, 1));
    OK(log_erase(&c, "test.person", 1, 1, 1)); /* an old state; the row stays */
    OK(log_erase(&c, "kernel.file", 1, 1, 1));
    OK(log_erase_head(&c, 2));
    assert_int_equal(log_erase(&c, "test.note", 99, 1, 9)->kind, ERR_MISSING);
    OK(change_commit(&c));
    sound(w);
    assert_int_equal(w->v.erased, 4);
    struct revision *history;
    int n;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(w->db, w->a, &tx));
        assert_int_equal(log_prove(&tx, "test.note", 2, 0, &proof)->kind, ERR_MISSING);
        OK(record_history(&tx, &person, &who_console, 1, 10, &history, &n));
        assert_int_equal(n, 1);
    }
    OK(checkpoint_make(w->db, w->a, NULL));
    tamper(w, "UPDATE revision SET body = NULL, salt = NULL, commitment = (SELECT leaf FROM change WHERE seq = 1)"
              " WHERE record = 'test.person' AND row = 3 AND rev = 1");
    found(w, "no erasure names it");
    tamper(w, "DELETE FROM kernel_erasure");
    found(w, "kernel_erasure 1 -: ");
}

static void the_hash_is_chosen_while_the_log_is_empty(void **state)
{
    struct world *w = *state;
    assert_int_equal(log_choose_hash(w->db, w->a, "md5")->kind, ERR_INVALID);
    OK(log_choose_hash(w->db, w->a, "sm3"));
    fill(w, 3);
    OK(checkpoint_make(w->db, w->a, NULL));
    sound(w);
    assert_string_equal(w->v.hash, "sm3");
    assert_int_equal(log_choose_hash(w->db, w->a, "sha256")->kind, ERR_CONFLICT);
    tamper(w, "UPDATE kernel_meta SET value = 'sha256' WHERE name = 'hash'");
    found(w, "change 1 leaf: ");
    tamper(w, "UPDATE kernel_meta SET value = 'md5' WHERE name = 'hash'");
    found(w, "kernel_meta 0 hash: ");
}

static void tables_and_triggers_of_strangers_are_named(void **state)
{
    struct world *w = *state;
    tamper(w, "CREATE TABLE mine (x int); CREATE VIEW spy AS SELECT * FROM change;");
    found(w, "mine 0 -: this table");
    found(w, "spy 0 -: this view");
}

/* Each call of the database fails once: afterwards log and tables agree, and the work can be done. */
static void a_checkpoint_or_an_erasure_that_fails_leaves_a_sound_log(void **state)
{
    struct world *w = *state;
    fill(w, 30);
    for (int work = 0; work < 3; work++)
        for (int64_t k = 0;; k++) {
            arena_scope struct arena *a = arena_new();
            change_scope struct change c = {0};
            db_fail_at(k);
            struct err *e = NULL;
            if (work == 0)
                e = checkpoint_make(w->db, a, NULL);
            else if (work == 1)
                e = checkpoint_rotate(w->db, a, &who_console);
            else if ((e = change_begin(w->db, a, &who_console, "erasure", &c)) == NULL &&
                     (e = log_erase(&c, "test.note", 2, 1, 1)) == NULL)
                e = change_commit(&c);
            db_fail_at(-1);
            change_end(&c);
            sound(w);
            if (e == NULL)
                break;
            assert_int_equal(e->kind, ERR_FAULT);
            assert_true(k < 600);
        }
}

/* ---- several writers ---- */
enum { WRITERS = 4, CHANGES = 25 };
static void *write_many(void *arg)
{
    struct world *w = arg;
    struct arena *a = arena_new();
    struct db *db;
    OK(db_take(w->pool, a, &db));
    for (int i = 0; i < CHANGES; i++) {
        int64_t id;
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "beside others", &c));
        OK(save(&c, &note, V("person", "1", "text", "x"), &id));
        if (i % 5 == 0) {
            OK(change_next(&c, "and again"));
            OK(save(&c, &note, V("person", "3", "text", "y"), &id));
        }
        OK(change_commit(&c));
    }
    db_give(db);
    arena_free(a);
    return NULL;
}

static void several_writers_make_one_log_without_a_gap(void **state)
{
    struct world *w = *state;
    fill(w, 5);
    pthread_t t[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, write_many, w), 0);
    for (int i = 0; i < 5; i++)
        OK(checkpoint_make(w->db, w->a, NULL));
    for (int i = 0; i < WRITERS; i++)
        pthread_join(t[i], NULL);
    OK(checkpoint_make(w->db, w->a, NULL));
    sound(w);
    assert_int_equal(w->v.changes, 7 + WRITERS * (CHANGES + CHANGES / 5) + w->v.checkpoints);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(everything_on_record_agrees_with_the_log),
                                       T(nodes_are_kept_from_256_changes_on),
                                       T(a_time_that_steps_back_is_on_record),
                                       T(what_is_changed_added_or_deleted_is_named),
                                       T(a_log_cut_short_is_found_by_the_folder_of_keys),
                                       T(a_checkpoint_taken_away_or_signed_by_a_stranger_is_found),
                                       T(erased_content_is_accepted_when_a_change_names_it),
                                       T(the_hash_is_chosen_while_the_log_is_empty),
                                       T(tables_and_triggers_of_strangers_are_named),
                                       T(a_checkpoint_or_an_erasure_that_fails_leaves_a_sound_log),
                                       T(several_writers_make_one_log_without_a_gap)};
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
