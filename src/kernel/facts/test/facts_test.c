/* facts_test.c: columns of a small declared world: what becomes of values, when hooks run, what failures leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "facts/facts.h"
#include "record/codes.h"

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err *ok_err_ = (call);                                                              \
        if (ok_err_ != NULL)                                                                       \
            fail_msg("line %d: %s: %s [%s]", __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

#define DECLARED .purpose = "p", .basis = "b", .readers = "r", .keep = "k", .keep_from = "closed"

static const struct field place_fields[] = {
    {"name", FIELD_TEXT, .required = true}, {"parent", FIELD_REF, .to = "test.place"}, {0}};
static const struct record place = {.name = "test.place", .fields = place_fields, .tree = "parent", DECLARED};
static const struct field person_fields[] = {{"name", FIELD_TEXT, .required = true},
                                             {"place", FIELD_REF, .to = "test.place"},
                                             {"born", FIELD_PDATE},
                                             {"sex", FIELD_CODE, .codes = "gb2261.1_sex", .class = CLASS_PERSONAL},
                                             {"seat", FIELD_INT},
                                             {0}};
static const struct record person = {.name = "test.person", .fields = person_fields, .unit = "place", DECLARED};
static const struct field job_fields[] = {{"person", FIELD_REF, .to = "test.person", .required = true},
                                          {"from_on", FIELD_PDATE},
                                          {"to_on", FIELD_DATE},
                                          {"good", FIELD_BOOL},
                                          {"friend", FIELD_REF, .to = "test.person", .index = true},
                                          {0}};
static const struct record job = {.name = "test.job", .fields = job_fields, .concerns = "person", DECLARED};

enum { PLACE_PARENT };
enum { PERSON_BORN, PERSON_SEX, PERSON_SEAT, PERSON_LETTERS, PERSON_JOBS, PERSON_AGE };
enum { JOB_FROM, JOB_TO, JOB_GOOD, JOB_FRIEND, JOB_LIMIT, JOB_FRIEND_AGE };
extern const struct facts_subject people, jobs;

static const struct fact place_facts[] = {{"parent", EXPR_REF, .field = "parent", .blank = FACT_BLANK_NONE}, {0}};
static const struct facts_subject places = {.name = "place", .record = "test.place", .facts = place_facts};

static void person_row(struct facts_row *r)
{
    facts_put(r, PERSON_LETTERS, (int64_t)strlen(facts_text(r, 0)));
}

static void person_fixed(const struct facts_span *s)
{
    int32_t *n = facts_out(s, &people, PERSON_JOBS);
    const struct expr_table *t = facts_table(s, &jobs);
    for (int i = s->from; i < s->to; i++)
        n[i] = t->first[i + 1] - t->first[i];
}

static void person_of_day(const struct facts_span *s)
{
    const int32_t *born = facts_in(s, &people, PERSON_BORN);
    int32_t *age = facts_out(s, &people, PERSON_AGE);
    for (int i = s->from; i < s->to; i++)
        age[i] = born[i] > 0 ? date_years_between((struct date){born[i]}, s->day) : EXPR_INT_UNKNOWN;
}

static const struct fact person_facts[] = {{"born", EXPR_DATE, .field = "born"},
                                           {"sex", EXPR_CODE, .field = "sex"},
                                           {"seat", EXPR_INT, .field = "seat", .blank = FACT_BLANK_NONE},
                                           {"letters", EXPR_INT, .class = CLASS_INTERNAL},
                                           {"jobs", EXPR_INT},
                                           {"age", EXPR_INT, .when = FACT_OF_DAY},
                                           {0}};
const struct facts_subject people = {.name = "person",
                                     .record = "test.person",
                                     .facts = person_facts,
                                     .reads = "name",
                                     .row = person_row,
                                     .fixed = person_fixed,
                                     .of_day = person_of_day,
                                     .seat = "seat",
                                     .named = "name"};

static void job_fixed(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &jobs);
    const int32_t *from = facts_in(s, &jobs, JOB_FROM);
    int32_t *limit = facts_out(s, &jobs, JOB_LIMIT);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++)
        if (!facts_param(s, "limit", (struct date){from[j]}, &limit[j]))
            limit[j] = EXPR_INT_UNKNOWN;
}

static void job_linked(const struct facts_span *s)
{
    const struct expr_table *t = facts_table(s, &jobs);
    const int64_t *friend = facts_in(s, &jobs, JOB_FRIEND);
    int32_t *age = facts_out(s, &jobs, JOB_FRIEND_AGE);
    for (int j = t->first[s->from]; j < t->first[s->to]; j++) {
        int64_t v = EXPR_INT_NONE;
        if (friend[j] > 0 && !facts_peek(s, &people, friend[j], PERSON_AGE, &v))
            v = EXPR_INT_UNKNOWN;
        age[j] = (int32_t)v;
    }
}

static const struct fact job_facts[] = {{"from", EXPR_DATE, .field = "from_on"},
                                        {"to", EXPR_DATE, .field = "to_on", .blank = FACT_BLANK_NONE},
                                        {"good", EXPR_BOOL, .field = "good", .blank = FACT_BLANK_NO},
                                        {"friend", EXPR_REF, .field = "friend", .blank = FACT_BLANK_NONE},
                                        {"limit", EXPR_INT},
                                        {"friend_age", EXPR_INT, .when = FACT_OF_DAY},
                                        {0}};
const struct facts_subject jobs = {.name = "job",
                                   .record = "test.job",
                                   .owner = "person",
                                   .key = "person",
                                   .order = "from",
                                   .facts = job_facts,
                                   .fixed = job_fixed,
                                   .linked = job_linked,
                                   .link = "friend"};

static int limit_now = 5;

static bool param(const void *ctx, const char *name, struct date day, int32_t *out)
{
    (void)ctx;
    (void)name;
    *out = limit_now;
    return date_is(day);
}

struct town {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct facts *facts;
    int64_t house, anna, bert;
};

static int64_t save(struct town *t, const struct record *rec, int64_t id, ...) /* name, value, ..., NULL */
{
    change_scope struct change c = {0};
    struct row *r = row_new(t->a, rec);
    OK(change_begin(t->db, t->a, &who_console, "test", &c));
    if (id != 0)
        OK(record_read(&c.tx, rec, &who_console, id, &r));
    va_list ap;
    va_start(ap, id);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    OK(record_save(&c, rec, r, r->rev));
    OK(change_commit(&c));
    return r->id;
}

static const char *text_of(struct town *t, int64_t id)
{
    return arena_printf(t->a, "%lld", (long long)id);
}

static int setup_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct expr_world *w;
    record_register(&place);
    record_register(&person);
    record_register(&job);
    facts_register(&places);
    facts_register(&people);
    facts_register(&jobs);
    OK(record_init(a));
    OK(facts_world(a, &w));
    arena_free(a);
    return 0;
}

static int setup(void **state)
{
    struct town *t = calloc(1, sizeof *t);
    t->a = arena_new();
    limit_now = 5;
    clock_fix(date_to_days(date_make(2026, 11, 25)) * INT64_C(86400000));
    OK(db_pool_open(t->a, ":memory:", true, &t->pool));
    OK(db_take(t->pool, t->a, &t->db));
    OK(record_migrate(t->db, t->a, true));
    t->house = save(t, &place, 0, "name", "house", NULL);
    t->anna = save(t, &person, 0, "name", "anna", "place", text_of(t, t->house), "born", "1975-03", "sex", "2", NULL);
    t->bert = save(t, &person, 0, "name", "bert", "born", "1980", "seat", "7", NULL);
    save(t, &job, 0, "person", text_of(t, t->anna), "from_on", "2011-05-01", "good", "1", "friend", text_of(t, t->bert),
         NULL);
    save(t, &job, 0, "person", text_of(t, t->anna), "from_on", "2001", "to_on", "2011-04-30", NULL);
    OK(facts_open(t->a, t->pool, 2, param, NULL, &t->facts));
    OK(facts_wait(t->facts, t->a));
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct town *t = *state;
    db_fail_at(-1);
    facts_close(t->facts);
    db_give(t->db);
    db_pool_close(t->pool);
    clock_fix(-1);
    arena_free(t->a);
    free(t);
    return 0;
}

static struct err *read_root(struct town *t, struct facts *f, const struct facts_root **out)
{
    db_scope struct db_tx tx = {0};
    TRY(db_begin_read(t->db, t->a, &tx));
    return facts_read(f, &tx, out);
}

static struct expr_value person_value(const struct facts_root *r, int64_t id, int fact)
{
    struct facts_at at;
    assert_true(facts_find(r, facts_subject("person"), id, &at));
    return facts_value(r, facts_subject("person"), at, fact);
}

static struct expr_value job_value(struct town *t, const struct facts_root *r, int nth, int fact)
{
    struct facts_at at;
    int subject = facts_subject("job");
    assert_true(facts_find(r, facts_subject("person"), t->anna, &at));
    const struct expr_table *jt = &facts_block(r, subject, at.block)->tables[subject];
    return facts_value(r, subject, (struct facts_at){at.block, jt->first[at.row] + nth}, fact);
}

static void values_become_cells_and_blanks_say_what_they_mean(void **state)
{
    struct town *t = *state;
    const struct facts_root *r facts_scope = NULL;
    OK(read_root(t, t->facts, &r));
    assert_int_equal(person_value(r, t->anna, PERSON_BORN).n, date_make(1975, 3, 0).v);
    assert_int_equal(person_value(r, t->bert, PERSON_SEX).state, EXPR_UNKNOWN);
    assert_int_equal(person_value(r, t->anna, PERSON_SEAT).state, EXPR_NONE);
    assert_int_equal(person_value(r, t->bert, PERSON_SEAT).n, 7);
    assert_int_equal(person_value(r, t->anna, PERSON_LETTERS).n, 4);
    assert_int_equal(person_value(r, t->anna, PERSON_AGE).n, 51);
    assert_string_equal(codes_code(codes_list("gb2261.1_sex"), (int)person_value(r, t->anna, PERSON_SEX).n), "2");
    assert_int_equal(job_value(t, r, 0, JOB_FROM).n, date_make(2001, 0, 0).v); /* in order of the first day */
    assert_int_equal(job_value(t, r, 0, JOB_GOOD).n, 0);
    assert_int_equal(job_value(t, r, 1, JOB_TO).state, EXPR_NONE);
    assert_int_equal(job_value(t, r, 1, JOB_FRIEND_AGE).n, 46);
    struct facts_at at;
    assert_true(facts_find(r, facts_subject("person"), t->bert, &at));
    assert_int_equal(facts_place(r, facts_subject("person"), at), -1);
    assert_false(facts_find(r, facts_subject("person"), 99, &at));
}

static void the_world_tells_types_and_the_most_secret_class(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct expr_world *w;
    OK(facts_world(a, &w));
    const struct expr_subject *s = w->subjects[facts_subject("person")];
    assert_int_equal(s->facts[PERSON_SEX].class, CLASS_PERSONAL);
    assert_string_equal(s->facts[PERSON_SEX].codes, "gb2261.1_sex");
    assert_int_equal(s->facts[PERSON_LETTERS].class, CLASS_INTERNAL);
    assert_true(s->facts[PERSON_AGE].of_day);
    assert_string_equal(w->subjects[facts_subject("job")]->owner, "person");
    assert_int_equal(facts_subject_of_kind("test.job"), facts_subject("job"));
    arena_free(a);
}

static void whoever_links_to_a_changed_person_is_computed_again(void **state)
{
    struct town *t = *state;
    const struct facts_root *r facts_scope = NULL;
    save(t, &person, t->bert, "born", "1990", NULL);
    OK(read_root(t, t->facts, &r));
    assert_int_equal(job_value(t, r, 1, JOB_FRIEND_AGE).n, 36);
}

static void a_request_keeps_the_root_it_began_with(void **state)
{
    struct town *t = *state;
    const struct facts_root *before facts_scope = NULL, *after facts_scope = NULL;
    OK(read_root(t, t->facts, &before));
    int64_t cleo = save(t, &person, 0, "name", "cleo", NULL);
    OK(read_root(t, t->facts, &after));
    struct facts_at at;
    assert_false(facts_find(before, facts_subject("person"), cleo, &at));
    assert_true(facts_find(after, facts_subject("person"), cleo, &at));
    assert_int_equal(facts_seq(after), facts_seq(before) + 1);
    assert_int_equal(facts_rows(before, facts_subject("person")), 2);
}

static void what_stands_in_no_column_makes_no_new_columns(void **state)
{
    struct town *t = *state;
    const struct facts_root *before facts_scope = NULL, *after facts_scope = NULL;
    OK(read_root(t, t->facts, &before));
    int64_t seq = facts_seq(before);
    {
        change_scope struct change c = {0};
        arena_scope struct arena *a = arena_new();
        OK(change_begin(t->db, a, &who_console, NULL, &c));
        OK(setting_put(&c, "site", "x"));
        OK(change_commit(&c));
    }
    OK(read_root(t, t->facts, &after));
    assert_ptr_equal(before, after);
    assert_int_equal(facts_seq(after), seq + 1);
    assert_true(facts_version(after) <= seq);
}

static void two_holders_of_columns_see_each_others_commits(void **state)
{
    struct town *t = *state;
    struct facts *other;
    const struct facts_root *r facts_scope = NULL, *s facts_scope = NULL;
    OK(facts_open(t->a, t->pool, 1, param, NULL, &other));
    OK(facts_wait(other, t->a));
    save(t, &person, t->anna, "seat", "12", NULL);
    OK(read_root(t, t->facts, &r));
    OK(read_root(t, other, &s));
    assert_int_equal(person_value(r, t->anna, PERSON_SEAT).n, 12);
    assert_int_equal(person_value(s, t->anna, PERSON_SEAT).n, 12);
    facts_end(s);
    s = NULL;
    facts_close(other);
}

static void a_write_transaction_reads_what_was_committed_before_it(void **state)
{
    struct town *t = *state;
    change_scope struct change c = {0};
    struct row *row;
    OK(change_begin(t->db, t->a, &who_console, "test", &c));
    OK(record_read(&c.tx, &person, &who_console, t->anna, &row));
    row_set(row, "seat", "3");
    OK(record_save(&c, &person, row, row->rev));
    const struct facts_root *r facts_scope = NULL;
    OK(facts_read(t->facts, &c.tx, &r));
    assert_int_equal(person_value(r, t->anna, PERSON_SEAT).state, EXPR_NONE);
}

static void a_changed_parameter_is_seen_by_the_next_read(void **state)
{
    struct town *t = *state;
    const struct facts_root *r facts_scope = NULL, *s facts_scope = NULL;
    OK(read_root(t, t->facts, &r));
    limit_now = 8;
    facts_stale(t->facts);
    OK(read_root(t, t->facts, &s));
    assert_int_equal(job_value(t, r, 1, JOB_LIMIT).n, 5);
    assert_int_equal(job_value(t, s, 1, JOB_LIMIT).n, 8);
}

static void midnight_brings_the_new_day(void **state)
{
    struct town *t = *state;
    const struct facts_root *r facts_scope = NULL;
    clock_fix(date_to_days(date_make(2027, 3, 1)) * INT64_C(86400000));
    OK(read_root(t, t->facts, &r));
    assert_int_equal(facts_day(r).v, date_make(2027, 3, 1).v);
    assert_int_equal(person_value(r, t->anna, PERSON_AGE).n, 52);
    assert_int_equal(job_value(t, r, 1, JOB_FRIEND_AGE).n, 47);
}

static void a_failed_refresh_leaves_the_columns_as_they_were(void **state)
{
    struct town *t = *state;
    const struct facts_root *r facts_scope = NULL;
    save(t, &person, t->bert, "seat", "9", NULL);
    save(t, &job, 0, "person", text_of(t, t->bert), "from_on", "2020-01", NULL);
    int failures = 0;
    for (int k = 0; r == NULL; k++) {
        db_fail_at(k);
        struct err *e = read_root(t, t->facts, &r);
        db_fail_at(-1);
        failures += e != NULL;
        assert_true((e == NULL) == (r != NULL));
    }
    assert_true(failures > 5);
    assert_int_equal(person_value(r, t->bert, PERSON_SEAT).n, 9);
    assert_int_equal(person_value(r, t->bert, PERSON_JOBS).n, 1);
}

static void a_load_that_fails_says_why_and_tries_again(void **state)
{
    struct town *t = *state;
    struct facts *other;
    db_fail_at(6);
    OK(facts_open(t->a, t->pool, 1, param, NULL, &other));
    struct err *e = facts_wait(other, t->a);
    db_fail_at(-1);
    assert_non_null(e);
    assert_non_null(strstr(e->detail, "injected"));
    while (!facts_ready(other))
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    const struct facts_root *r = NULL;
    OK(read_root(t, other, &r));
    assert_int_equal(facts_rows(r, facts_subject("person")), 2);
    facts_end(r);
    facts_close(other);
}

static void a_full_block_makes_room_for_the_next(void **state)
{
    struct town *t = *state;
    enum { MANY = 2100 };
    const struct facts_root *r facts_scope = NULL;
    change_scope struct change c = {0};
    OK(change_begin(t->db, t->a, &who_console, "test", &c));
    for (int i = 0; i < MANY; i++) {
        struct row *row = row_new(t->a, &person);
        row_set(row, "name", "many");
        OK(record_save(&c, &person, row, 0));
    }
    OK(change_commit(&c));
    OK(read_root(t, t->facts, &r));
    int subject = facts_subject("person");
    assert_int_equal(facts_rows(r, subject), MANY + 2);
    assert_int_equal(facts_blocks(r, subject), 3);
    for (int b = 0; b < 3; b++)
        assert_true(facts_block(r, subject, b)->tables[subject].n <= EXPR_BLOCK);
    assert_true(facts_bytes(t->facts) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_become_cells_and_blanks_say_what_they_mean, setup, teardown),
        cmocka_unit_test(the_world_tells_types_and_the_most_secret_class),
        cmocka_unit_test_setup_teardown(whoever_links_to_a_changed_person_is_computed_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_keeps_the_root_it_began_with, setup, teardown),
        cmocka_unit_test_setup_teardown(what_stands_in_no_column_makes_no_new_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(two_holders_of_columns_see_each_others_commits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_write_transaction_reads_what_was_committed_before_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_changed_parameter_is_seen_by_the_next_read, setup, teardown),
        cmocka_unit_test_setup_teardown(midnight_brings_the_new_day, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failed_refresh_leaves_the_columns_as_they_were, setup, teardown),
        cmocka_unit_test_setup_teardown(a_load_that_fails_says_why_and_tries_again, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_block_makes_room_for_the_next, setup, teardown)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
