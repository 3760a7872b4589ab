/* record_cases.h: what holds for records on either database; included by one test binary a database. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "agree.h"
#include "record/codes.h"
#include "record/record.h"

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
static const struct field person_fields[] = {{"name", FIELD_TEXT, .required = true, .max = 4},
                                             {"place", FIELD_REF, .to = "test.place"},
                                             {"born", FIELD_PDATE},
                                             {"sex", FIELD_CODE, .codes = "gb2261.1_sex"},
                                             {"number", FIELD_TEXT, .unique = true},
                                             {"kind", FIELD_TEXT, .by_default = "plain"},
                                             {0}};
static const struct record person = {.name = "test.person", .fields = person_fields, .unit = "place", DECLARED};
static const struct field note_fields[] = {{"person", FIELD_REF, .to = "test.person", .required = true},
                                           {"text", FIELD_LONG},
                                           {"n", FIELD_INT},
                                           {"secret", FIELD_LONG, .class = CLASS_CASE},
                                           {0}};
static const struct record note = {
    .name = "test.note", .fields = note_fields, .concerns = "person", .order = "n", DECLARED};

static const struct field log_fields[] = {{"what", FIELD_TEXT}, {"said", FIELD_TEXT, .class = CLASS_CASE}, {0}};
static const struct record log_record = {.name = "test.log", .fields = log_fields, .quiet = true, DECLARED};

struct world {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
};

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    w->a = arena_new();
    record_register(&place);
    record_register(&person);
    record_register(&note);
    record_register(&log_record);
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
    db_give(w->db);
    db_pool_close(w->pool);
    arena_free(w->a);
    free(w);
    return 0;
}

static int64_t place_new(struct world *w, const char *name, int64_t parent)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    struct row *r = row_new(w->a, &place);
    row_set(r, "name", name);
    if (parent != 0)
        row_set_int(w->a, r, "parent", parent);
    OK(record_save(&c, &place, r, 0));
    OK(change_commit(&c));
    return r->id;
}

static struct row *person_new(struct world *w, const char *name, int64_t at)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    struct row *r = row_new(w->a, &person);
    row_set(r, "name", name);
    row_set(r, "born", "1975-03");
    if (at != 0)
        row_set_int(w->a, r, "place", at);
    OK(record_save(&c, &person, r, 0));
    OK(change_commit(&c));
    return r;
}

static struct row *reread(struct world *w, const struct record *rec, int64_t id)
{
    db_scope struct db_tx tx = {0};
    struct row *r = NULL;
    OK(db_begin_read(w->db, w->a, &tx));
    OK(record_read(&tx, rec, &who_console, id, &r));
    return r;
}

static void a_saved_row_reads_back_with_its_history(void **state)
{
    struct world *w = *state;
    clock_fix(1000000);
    struct row *r = person_new(w, "甲", 0);
    clock_fix(2000000);
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, "corrected", &c));
        row_set(r, "name", "乙");
        row_set(r, "kind", NULL);
        OK(record_save(&c, &person, r, 1));
        OK(change_commit(&c));
    }
    struct row *now = reread(w, &person, r->id);
    assert_string_equal(row_text(now, "name"), "乙");
    assert_null(row_text(now, "kind"));
    assert_int_equal(now->rev, 2);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    struct revision *h;
    int n;
    OK(record_history(&tx, &person, &who_console, r->id, 10, &h, &n));
    assert_int_equal(n, 2);
    assert_string_equal(h[0].what, "corrected");
    assert_null(row_text(h[0].row, "kind"));
    assert_string_equal(row_text(h[1].row, "name"), "甲");
    assert_string_equal(row_text(h[1].row, "kind"), "plain");
    struct row *then;
    OK(record_as_of(&tx, &person, &who_console, r->id, 1500000, &then));
    assert_string_equal(row_text(then, "name"), "甲");
    struct err *e = record_as_of(&tx, &person, &who_console, r->id, 500000, &then);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_MISSING);
}

static void a_stale_save_is_a_conflict_and_writes_nothing(void **state)
{
    struct world *w = *state;
    struct row *r = person_new(w, "丙", 0);
    for (int i = 0; i < 2; i++) {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        struct row *mine = row_copy(w->a, r);
        row_set(mine, "name", i == 0 ? "丁" : "戊");
        struct err *e = record_save(&c, &person, mine, 1);
        if (i == 0) {
            OK(e);
            OK(change_commit(&c));
        } else {
            assert_non_null(e);
            assert_int_equal(e->kind, ERR_CONFLICT);
            assert_string_equal(e->say, "record.conflict");
        }
    }
    assert_string_equal(row_text(reread(w, &person, r->id), "name"), "丁");
}

static void all_field_errors_come_at_once(void **state)
{
    struct world *w = *state;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    struct row *r = row_new(w->a, &person);
    row_set(r, "name", "名字太长了");
    row_set(r, "born", "1975-13");
    row_set(r, "sex", "7");
    row_set(r, "place", "999999");
    int n = 0;
    for (struct err *e = record_save(&c, &person, r, 0); e != NULL; e = e->next, n++)
        assert_int_equal(e->kind, ERR_INVALID);
    assert_int_equal(n, 4);
}

static void a_unique_value_is_refused_the_second_time(void **state)
{
    struct world *w = *state;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    for (int i = 0; i < 2; i++) {
        struct row *r = row_new(w->a, &person);
        row_set(r, "name", "己");
        row_set(r, "number", "U1");
        struct err *e = record_save(&c, &person, r, 0);
        if (i == 0)
            OK(e);
        else
            assert_string_equal(e->say, "field.unique");
    }
}

static int errors_of(const struct err *e)
{
    int n = 0;
    for (; e != NULL; e = e->next)
        n++;
    return n;
}

static void a_check_says_what_would_refuse_a_new_row_and_writes_nothing(void **state)
{
    struct world *w = *state;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    struct row *r = row_new(w->a, &person);
    row_set(r, "name", "甲乙丙丁戊");
    row_set_int(w->a, r, "place", 999);
    assert_int_equal(errors_of(record_check(&c, r, NULL)), 2);
    assert_int_equal(errors_of(record_check(&c, r, "place")), 1);
    row_set(r, "name", "甲");
    assert_null(record_check(&c, r, "place"));
    row_set(r, "place", NULL);
    OK(record_save(&c, &person, r, 0));
    struct row *t = row_new(w->a, &note);
    assert_int_equal(errors_of(record_check(&c, t, NULL)), 1);
    assert_null(record_check(&c, t, "person"));
    row_set_int(w->a, t, "person", r->id);
    assert_null(record_check(&c, t, NULL)); /* though only this change knows him */
    OK(record_end(&c, &person, r->id, 1, "entered in error"));
    assert_int_equal(errors_of(record_check(&c, t, NULL)), 1);
    assert_int_equal(c.n, 2);
}

static void a_save_that_changes_nothing_writes_nothing(void **state)
{
    struct world *w = *state;
    struct row *r = person_new(w, "庚", 0);
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    OK(record_save(&c, &person, r, 1));
    assert_int_equal(c.n, 0);
    assert_int_equal(r->rev, 1);
    OK(change_commit(&c));
    assert_int_equal(c.seq, 0);
}

static int64_t last(struct world *w)
{
    db_scope struct db_tx tx = {0};
    int64_t seq = -1;
    OK(db_begin_read(w->db, w->a, &tx));
    OK(change_last(&tx, &seq));
    return seq;
}

static void the_sequence_has_no_gap_when_changes_fail(void **state)
{
    struct world *w = *state;
    int64_t before = last(w);
    person_new(w, "辛", 0);
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        struct row *r = row_new(w->a, &person);
        row_set(r, "name", "壬");
        OK(record_save(&c, &person, r, 0)); /* and is given up */
    }
    person_new(w, "癸", 0);
    assert_int_equal(last(w), before + 2);
}

static void several_changes_share_a_commit_and_keep_their_places(void **state)
{
    struct world *w = *state;
    int64_t before = last(w), ids[3];
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, "first", &c));
        for (int i = 0; i < 3; i++) {
            if (i > 0)
                OK(change_next(&c, "next"));
            struct row *r = row_new(w->a, &person);
            row_set(r, "name", "未");
            OK(record_save(&c, &person, r, 0));
            ids[i] = r->id;
        }
        OK(change_next(&c, "empty"));
        OK(change_commit(&c));
    }
    assert_int_equal(last(w), before + 3);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    for (int i = 0; i < 3; i++) {
        struct revision *h;
        int n;
        OK(record_history(&tx, &person, &who_console, ids[i], 10, &h, &n));
        assert_int_equal(n, 1);
        assert_int_equal(h[0].seq, before + 1 + i);
        assert_string_equal(h[0].what, i == 0 ? "first" : "next");
    }
}

static void log_new(struct world *w, struct change *c, const char *what)
{
    struct row *r = row_new(w->a, &log_record);
    row_set(r, "what", what);
    OK(record_save(c, &log_record, r, 0));
}

static void several_persons_share_a_commit_under_their_own_names(void **state)
{
    struct world *w = *state;
    static const struct who one = {.account = 7, .name = "甲", .scope = SCOPE_ALL}, two = {8, "乙", .scope = SCOPE_ALL};
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &one, NULL, &c));
        log_new(w, &c, "1");
        OK(change_next_by(&c, &two, NULL));
        log_new(w, &c, "2");
        OK(change_commit(&c));
    }
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    for (int i = 1; i <= 2; i++) {
        struct revision *h;
        int n;
        OK(record_history(&tx, &log_record, &who_console, i, 10, &h, &n));
        assert_string_equal(h[0].actor, i == 1 ? "甲" : "乙");
    }
}

static void a_log_stirs_nothing(void **state)
{
    struct world *w = *state;
    int64_t before = last(w), seq;
    bool stirred = true;
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        log_new(w, &c, "read");
        OK(change_commit(&c));
    }
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(w->db, w->a, &tx));
        OK(change_stirred(&tx, before, &stirred, &seq));
    }
    assert_false(stirred);
    assert_int_equal(seq, before + 1);
    person_new(w, "子", 0);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(change_stirred(&tx, before, &stirred, &seq));
    assert_true(stirred);
    assert_int_equal(seq, before + 2);
}

static void going_back_to_a_mark_undoes_only_what_came_after(void **state)
{
    struct world *w = *state;
    int64_t before = last(w);
    int64_t kept;
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        struct row *r = row_new(w->a, &person), *gone = row_new(w->a, &person);
        row_set(r, "name", "申");
        row_set(gone, "name", "酉");
        OK(record_save(&c, &person, r, 0));
        kept = r->id;
        OK(change_mark(&c));
        OK(record_save(&c, &person, gone, 0));
        OK(change_back(&c));
        struct row *again = row_new(w->a, &person);
        row_set(again, "name", "戌");
        OK(record_save(&c, &person, again, 0));
        assert_int_equal(c.n, 2);
        OK(change_commit(&c));
    }
    assert_int_equal(last(w), before + 1);
    assert_string_equal(row_text(reread(w, &person, kept), "name"), "申");
}

static void going_back_past_the_beginning_of_a_change_is_our_mistake(void **state)
{
    struct world *w = *state;
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    OK(change_mark(&c));
    OK(change_next(&c, NULL));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        _exit(freopen("/dev/null", "w", stderr) == NULL || change_back(&c) != NULL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static struct err *count_entry(void *ctx, const struct feed_entry *e)
{
    int *n = ctx;
    assert_true(e->rec == &person || e->rec == &note);
    if (e->rec == &person && e->rev == 2)
        assert_non_null(e->before);
    ++*n;
    return NULL;
}

static void the_feed_gives_every_revision_after_a_place(void **state)
{
    struct world *w = *state;
    int64_t before = last(w);
    struct row *r = person_new(w, "子", 0);
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    row_set(r, "name", "丑");
    OK(record_save(&c, &person, r, 1));
    struct row *t = row_new(w->a, &note);
    row_set_int(w->a, t, "person", r->id);
    row_set(t, "text", "第一行\n\"第二行\"");
    OK(record_save(&c, &note, t, 0));
    OK(change_commit(&c));
    int n = 0;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    OK(change_feed(&tx, before, count_entry, &n));
    assert_int_equal(n, 3);
}

static void an_ended_row_keeps_its_reason_and_leaves_lists(void **state)
{
    struct world *w = *state;
    struct row *r = person_new(w, "寅", 0);
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    struct row *t = row_new(w->a, &note);
    row_set_int(w->a, t, "person", r->id);
    OK(record_save(&c, &note, t, 0));
    struct err *e = record_end(&c, &note, t->id, 1, "");
    assert_non_null(e);
    assert_string_equal(e->say, "record.reason");
    OK(record_end(&c, &note, t->id, 1, "录错了人"));
    struct row **rows;
    int n;
    OK(record_of(&c.tx, &note, &who_console, "person", r->id, 100, &rows, &n));
    assert_int_equal(n, 0);
    OK(change_commit(&c));
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    struct revision *h;
    OK(record_history(&tx, &note, &who_console, t->id, 10, &h, &n));
    assert_int_equal(n, 2);
    assert_string_equal(h[0].reason, "录错了人");
    assert_true(h[0].row->ended);
}

static void rows_outside_the_scope_are_missing(void **state)
{
    struct world *w = *state;
    int64_t root = place_new(w, "区", 0), a = place_new(w, "局", root), b = place_new(w, "镇", root);
    struct row *in_a = person_new(w, "卯", a);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    struct who clerk = {.account = 7, .name = "clerk", .role = "test", .scope = {.n = 1}};
    OK(record_tree_range(&tx, &place, b, &clerk.scope.ranges[0].from, &clerk.scope.ranges[0].to));
    struct row *r;
    struct err *e = record_read(&tx, &person, &clerk, in_a->id, &r);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_MISSING);
    OK(record_tree_range(&tx, &place, root, &clerk.scope.ranges[0].from, &clerk.scope.ranges[0].to));
    OK(record_read(&tx, &person, &clerk, in_a->id, &r));
}

static void a_moved_unit_takes_its_people_along_and_cycles_are_refused(void **state)
{
    struct world *w = *state;
    int64_t root = place_new(w, "甲区", 0), other = place_new(w, "乙区", 0), a = place_new(w, "局", root),
            sub = place_new(w, "科", a);
    struct row *p = person_new(w, "辰", sub);
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        struct row *t = row_new(w->a, &note);
        row_set_int(w->a, t, "person", p->id);
        OK(record_save(&c, &note, t, 0));
        struct row *u = NULL;
        OK(record_read(&c.tx, &place, &who_console, a, &u));
        row_set_int(w->a, u, "parent", sub);
        struct err *e = record_save(&c, &place, u, 1);
        assert_non_null(e);
        assert_string_equal(e->say, "record.tree_cycle");
    }
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, NULL, &c));
    struct row *t = row_new(w->a, &note);
    row_set_int(w->a, t, "person", p->id);
    OK(record_save(&c, &note, t, 0));
    struct row *u = NULL;
    OK(record_read(&c.tx, &place, &who_console, a, &u));
    row_set_int(w->a, u, "parent", other);
    OK(record_save(&c, &place, u, 1));
    int64_t from, to;
    OK(record_tree_range(&c.tx, &place, other, &from, &to));
    struct row *moved = NULL, *with = NULL;
    OK(record_read(&c.tx, &person, &who_console, p->id, &moved));
    OK(record_read(&c.tx, &note, &who_console, t->id, &with));
    assert_true(moved->scope > from && moved->scope < to);
    assert_int_equal(with->scope, moved->scope);
    OK(change_commit(&c));
}

static void a_failing_database_call_leaves_before_or_after(void **state)
{
    struct world *w = *state;
    struct row *p = person_new(w, "巳", 0);
    for (int64_t k = 0;; k++) {
        assert_true(k < 100);
        int64_t seq = last(w);
        struct err *e;
        {
            change_scope struct change c = {0};
            db_fail_at(k);
            e = change_begin(w->db, w->a, &who_console, NULL, &c);
            struct row *mine = row_copy(w->a, p);
            row_set(mine, "name", "午");
            if (e == NULL)
                e = record_save(&c, &person, mine, 1);
            if (e == NULL)
                e = change_commit(&c);
            db_fail_at(-1);
        }
        struct row *now = reread(w, &person, p->id);
        if (e == NULL) {
            assert_string_equal(row_text(now, "name"), "午");
            assert_int_equal(last(w), seq + 1);
            break;
        }
        assert_string_equal(row_text(now, "name"), "巳");
        assert_int_equal(now->rev, 1);
        assert_int_equal(last(w), seq);
    }
}

static struct err *save_person(struct change *c, const char *name)
{
    struct row *r = row_new(c->tx.arena, &person);
    row_set(r, "name", name);
    return record_save(c, &person, r, 0);
}

/* Three people of a file, one place each; of the second, what came after the mark is taken back. */
static struct err *three_in_one_commit(void *ctx, struct db *db, struct arena *a)
{
    (void)ctx;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, "first", &c));
    TRY(save_person(&c, "甲"));
    TRY(change_next(&c, "second"));
    TRY(change_mark(&c));
    TRY(save_person(&c, "乙"));
    TRY(change_back(&c));
    TRY(save_person(&c, "丙"));
    TRY(change_next(&c, "empty"));
    TRY(change_mark(&c));
    TRY(save_person(&c, "丁"));
    TRY(change_back(&c));
    TRY(change_next(&c, "third"));
    TRY(save_person(&c, "戊"));
    return change_commit(&c);
}

static void changes_in_one_commit_stand_or_fall_together(void **state)
{
    struct world *w = *state;
    int64_t before = last(w);
    assert_true(agree_fail_each(w->pool, &(struct agree_work){three_in_one_commit}) > 10);
    assert_int_equal(last(w), before + 3);
}

/* A unit moves with its people; a person is ended; a setting is put; a file is kept. */
struct moving {
    int64_t unit, to, person;
};
static struct err *write_much(void *ctx, struct db *db, struct arena *a)
{
    struct moving *m = ctx;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who_console, NULL, &c));
    struct row *u, *p;
    TRY(record_read(&c.tx, &place, &who_console, m->unit, &u));
    row_set_int(a, u, "parent", m->to);
    TRY(record_save(&c, &place, u, u->rev));
    TRY(record_read(&c.tx, &person, &who_console, m->person, &p));
    TRY(record_end(&c, &person, p->id, p->rev, "entered in error"));
    TRY(setting_put(&c, "zone", "UTC"));
    int64_t file;
    TRY(file_put(&c, "photo", 5, "image/png", &file));
    TRY(setting_put(&c, "photo", arena_printf(a, "%lld", (long long)file)));
    return change_commit(&c);
}

static void moves_endings_settings_and_files_are_whole_or_not_there(void **state)
{
    struct world *w = *state;
    struct moving m = {.unit = place_new(w, "甲区", 0), .to = place_new(w, "乙区", 0)};
    m.person = person_new(w, "己", m.unit)->id;
    assert_true(agree_fail_each(w->pool, &(struct agree_work){write_much, &m}) > 10);
    assert_true(reread(w, &person, m.person)->ended);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    const char *v, *type;
    const void *bytes;
    size_t n;
    OK(setting_get(&tx, "photo", "0", &v));
    OK(file_get(&tx, strtoll(v, NULL, 10), &type, &bytes, &n));
    assert_int_equal(n, 5);
}

static void a_newer_database_is_refused_untouched(void **state)
{
    struct world *w = *state;
    db_scope struct db_tx tx = {0};
    OK(db_begin_write(w->db, w->a, &tx));
    OK(db_run(&tx, "UPDATE kernel_meta SET value = '999' WHERE name = 'schema'", NULL, 0, NULL));
    OK(db_commit(&tx));
    struct err *e = record_migrate(w->db, w->a, true);
    assert_non_null(e);
    assert_string_equal(e->say, "record.newer");
}

static void typed_values_are_understood_or_refused(void **state)
{
    struct world *w = *state;
    const struct {
        const char *field, *typed, *canonical;
    } cases[] = {{"born", "1975.3", "1975-03"},
                 {"born", "１９７５年３月", "1975-03"},
                 {"born", "19750312", "1975-03-12"},
                 {"born", "1975.13", NULL},
                 {"born", "1975.02.30", NULL},
                 {"sex", "男", "1"},
                 {"sex", "人", NULL},
                 {"name", "　甲 ", "甲"},
                 {"born", "75.3", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *out = "";
        struct err *e = record_parse(w->a, &person, record_field(&person, cases[i].field), cases[i].typed, &out);
        if (cases[i].canonical == NULL) {
            assert_non_null(e);
            assert_non_null(e->say);
        } else {
            OK(e);
            assert_string_equal(out, cases[i].canonical);
        }
    }
}

static void settings_are_kept_with_history(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 2; i++) {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        OK(setting_put(&c, "zone", i == 0 ? "Asia/Shanghai" : "UTC"));
        OK(change_commit(&c));
    }
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(w->db, w->a, &tx));
    const char *v;
    OK(setting_get(&tx, "zone", "none", &v));
    assert_string_equal(v, "UTC");
    OK(setting_get(&tx, "absent", "none", &v));
    assert_string_equal(v, "none");
}

/* A note with a text of class case, or a log line with one; how it is refused, NULL: it is not. */
static const char *secret_said(struct world *w, const struct record *rec, const char *field, bool bulk, int64_t about)
{
    change_scope struct change c = {0};
    OK(change_begin(w->db, w->a, &who_console, "test", &c));
    c.bulk = bulk;
    struct row *r = row_new(w->a, rec);
    if (about != 0)
        row_set_int(w->a, r, "person", about);
    row_set(r, field, "来信反映");
    struct err *e = record_save(&c, rec, r, 0);
    return e == NULL ? NULL : e->say;
}

static void hold_at_most(struct world *w, const char *class)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_write(w->db, w->a, &tx));
    struct db_val args[] = {db_text(class)};
    OK(db_run(&tx, "UPDATE kernel_setting SET value = ?1 WHERE name = 'class_most'", args, 1, NULL));
    OK(db_commit(&tx));
}

static void nothing_more_secret_than_allowed_enters_by_any_way(void **state)
{
    struct world *w = *state;
    int64_t about = person_new(w, "甲", 0)->id;
    {
        change_scope struct change c = {0};
        OK(change_begin(w->db, w->a, &who_console, NULL, &c));
        struct err *e = setting_put(&c, "class_most", "secret");
        assert_non_null(e);
        assert_string_equal(e->say, "record.class_names");
        OK(setting_put(&c, "class_most", "case"));
        OK(change_commit(&c));
    }
    static const char *const classes[] = {"case", "personal", "perosnal", ""};
    static const char *const says[] = {NULL, "record.class_most", "record.class_unknown", "record.class_unknown"};
    for (int i = 0; i < 4; i++) {
        hold_at_most(w, classes[i]);
        const char *ways[] = {secret_said(w, &note, "secret", false, about),
                              secret_said(w, &note, "secret", true, about),
                              secret_said(w, &log_record, "said", false, 0)};
        for (int k = 0; k < 3; k++)
            if (says[i] == NULL ? ways[k] != NULL : ways[k] == NULL || strcmp(ways[k], says[i]) != 0)
                fail_msg("class_most '%s', way %d: %s", classes[i], k, ways[k] == NULL ? "taken" : ways[k]);
        assert_null(secret_said(w, &note, "text", false, about)); /* what is not secret enters */
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        T(a_saved_row_reads_back_with_its_history),
        T(a_stale_save_is_a_conflict_and_writes_nothing),
        T(all_field_errors_come_at_once),
        T(a_unique_value_is_refused_the_second_time),
        T(a_check_says_what_would_refuse_a_new_row_and_writes_nothing),
        T(a_save_that_changes_nothing_writes_nothing),
        T(the_sequence_has_no_gap_when_changes_fail),
        T(several_changes_share_a_commit_and_keep_their_places),
        T(several_persons_share_a_commit_under_their_own_names),
        T(a_log_stirs_nothing),
        T(going_back_to_a_mark_undoes_only_what_came_after),
        T(going_back_past_the_beginning_of_a_change_is_our_mistake),
        T(the_feed_gives_every_revision_after_a_place),
        T(an_ended_row_keeps_its_reason_and_leaves_lists),
        T(rows_outside_the_scope_are_missing),
        T(a_moved_unit_takes_its_people_along_and_cycles_are_refused),
        T(a_failing_database_call_leaves_before_or_after),
        T(typed_values_are_understood_or_refused),
        T(settings_are_kept_with_history),
        T(nothing_more_secret_than_allowed_enters_by_any_way),
        T(changes_in_one_commit_stand_or_fall_together),
        T(moves_endings_settings_and_files_are_whole_or_not_there),
        T(a_newer_database_is_refused_untouched),
#ifdef MORE_TESTS
        MORE_TESTS,
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
