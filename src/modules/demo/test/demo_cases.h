/* demo_cases.h: what holds for the fictitious district on either database; included by one test binary a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/auth.h"
#include "base/clock.h"
#include "base/vec.h"
#include "demo/demo.h"
#include "roster/facts.h"
#include "roster/roster.h"
#include "rules/rules.h"

#define OK(call)                                                                                          \
    do {                                                                                                  \
        struct err *ok_err_ = (call);                                                                     \
        if (ok_err_ != NULL)                                                                              \
            fail_msg("%s:%d %s: %s [%s]", __FILE__, __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

struct house {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    char *planted; /* the lines */
    size_t n_planted;
    struct demo_stats stats;
};

static int setup_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct expr_world *w;
    record_register(&account_record);
    record_register(&rules_param_record);
    record_register(&rules_adoption_record);
    record_register(&rules_own_record);
    record_register(&rules_judged_record);
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    for (const struct facts_subject *const *s = roster_subjects; *s != NULL; s++)
        facts_register(*s);
    OK(record_init(a));
    OK(facts_world(a, &w));
    arena_free(a);
    return 0;
}

/* A noon in Shanghai. */
static void on_day(int year, int month, int day)
{
    clock_fix((date_to_days(date_make(year, month, day)) * 24 + 4) * 3600 * 1000);
}

static void open_house_at(struct house *h, const char *url)
{
    h->a = arena_new();
    OK(db_pool_open(h->a, url, true, &h->pool));
    OK(db_take(h->pool, h->a, &h->db));
    if (strcmp(url, test_url()) == 0)
        clean(h->db, h->a);
    OK(record_migrate(h->db, h->a, true));
}

static void open_house(struct house *h)
{
    open_house_at(h, test_url());
}

static void fill_house(struct house *h, int64_t members, uint64_t seed)
{
    FILE *to = open_memstream(&h->planted, &h->n_planted);
    OK(demo_fill(h->db, h->a, members, seed, &(struct demo_how){.planted = to}, &h->stats));
    assert_int_equal(fclose(to), 0);
}

static void close_house(struct house *h)
{
    db_give(h->db);
    db_pool_close(h->pool);
    arena_free(h->a);
    free(h->planted);
    clock_fix(-1);
}

/* ---- same seed, same rows ---- */
static uint64_t hash_text(uint64_t h, const char *s)
{
    for (; s != NULL && *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001B3U;
    return (h ^ 0xFF) * 0x100000001B3U;
}

/* Every row of every table of the roster and every revision's bytes. */
static uint64_t hash_house(struct house *h)
{
    uint64_t hash = 0xCBF29CE484222325U;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h->db, h->a, &tx));
    VEC(const char *) queries = {0};
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        *VEC_PUSH(&queries, h->a) = arena_printf(h->a, "SELECT * FROM %s ORDER BY id", record_table(h->a, *r));
    *VEC_PUSH(&queries, h->a) = "SELECT c.seq, r.n, r.record, r.row, r.rev, r.body FROM change c"
                                " JOIN revision r ON r.change = c.id ORDER BY c.seq, r.n";
    for (size_t q = 0; q < queries.n; q++) {
        db_rows_scope struct db_rows rows = {0};
        OK(db_query(&tx, queries.p[q], NULL, 0, &rows));
        for (bool more = true;;) {
            OK(db_next(&rows, &more));
            if (!more)
                break;
            for (int i = 0; i < db_cols(&rows); i++)
                hash = hash_text(hash, db_col_text(&rows, i));
        }
    }
    return hash;
}

static void the_same_seed_makes_the_same_rows(void **state)
{
    (void)state;
    uint64_t hashes[3];
    static const uint64_t seeds[] = {7, 7, 8};
    for (int i = 0; i < 3; i++) {
        struct house h = {0};
        on_day(2026, 11, 25);
        open_house(&h);
        fill_house(&h, 400, seeds[i]);
        hashes[i] = hash_house(&h);
        close_house(&h);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[0] != hashes[2]);
}

static void the_rows_are_those_of_sqlite(void **state)
{
    (void)state;
    struct house here = {0}, sqlite = {0};
    on_day(2026, 11, 25);
    open_house(&here);
    open_house_at(&sqlite, ":memory:");
    fill_house(&here, 900, 5);
    fill_house(&sqlite, 900, 5);
    assert_true(hash_house(&here) == hash_house(&sqlite));
    assert_string_equal(here.planted, sqlite.planted);
    close_house(&sqlite);
    close_house(&here);
}

/* ---- what is planted is what is found ---- */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char **lines_of(struct arena *a, char *text, size_t *n_out)
{
    VEC(char *) v = {0};
    for (char *line = strtok_r(text, "\n", &text); line != NULL; line = strtok_r(NULL, "\n", &text))
        *VEC_PUSH(&v, a) = line;
    qsort(v.p, v.n, sizeof *v.p, by_text);
    *n_out = v.n;
    return v.p;
}

static char **found_in(struct house *h, size_t *n_out)
{
    struct rules *rules;
    struct facts *facts;
    const struct facts_root *root;
    const struct rules_set *set;
    struct rules_run run;
    OK(rules_open(h->a, h->pool, &rules));
    OK(facts_open(h->a, h->pool, 1, rules_param, rules, &facts));
    rules_use(rules, facts);
    OK(facts_wait(facts, h->a));
    VEC(char *) v = {0};
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(h->db, h->a, &tx));
        OK(facts_read(facts, &tx, &root));
        OK(rules_read(rules, &tx, &set));
        OK(rules_judge(set, root, h->a, &(struct rules_ask){.gaps = true}, &run));
        for (int64_t i = 0; i < run.n; i++) {
            const struct rules_hit *hit = &run.hits[i];
            const struct facts_subject *s = facts_declared(hit->rule->subject);
            *VEC_PUSH(&v, h->a) = arena_printf(h->a, "{\"rule\":\"%s\",\"kind\":\"%s\",\"id\":\"%s\"}",
                                               hit->rule->text->id, s->kind != NULL ? s->kind : s->record,
                                               facts_key(h->a, root, hit->rule->subject, hit->where.at));
        }
        for (int64_t i = 0; i < run.n_gaps; i++)
            print_message("not on record: %s.%s of %lld\n", facts_declared(run.gaps[i].subject)->name,
                          facts_declared(run.gaps[i].subject)->facts[run.gaps[i].fact].name, (long long)run.gaps[i].id);
        assert_int_equal(run.n_gaps, 0);
        rules_end(set);
        facts_end(root);
    }
    facts_close(facts);
    rules_close(rules);
    qsort(v.p, v.n, sizeof *v.p, by_text);
    *n_out = v.n;
    return v.p;
}

/* Tells each line that stands in one list only; how many there are. */
static int differences(char **planted, size_t n, char **found, size_t m)
{
    int differ = 0;
    for (size_t i = 0, k = 0; i < n || k < m;) {
        int order = i == n ? 1 : k == m ? -1 : strcmp(planted[i], found[k]);
        if (order != 0) {
            print_message("%s only: %s\n", order < 0 ? "planted" : "found", order < 0 ? planted[i] : found[k]);
            differ++;
        }
        i += order <= 0;
        k += order >= 0;
    }
    return differ;
}

static void check_house(int64_t members, uint64_t seed)
{
    struct house h = {0};
    size_t n, m;
    open_house(&h);
    fill_house(&h, members, seed);
    char **planted = lines_of(h.a, h.planted, &n), **found = found_in(&h, &m);
    assert_true(n > 60);
    assert_int_equal(differences(planted, n, found, m), 0);
    assert_int_equal(h.stats.planted, n);
    assert_int_equal(h.stats.members, members);
    close_house(&h);
}

static void the_check_finds_exactly_what_was_planted(void **state)
{
    (void)state;
    on_day(2026, 11, 25);
    check_house(3000, 1);
}

static void it_does_so_on_awkward_days(void **state)
{
    (void)state;
    static const int days[][3] = {{2027, 1, 1}, {2027, 3, 31}, {2028, 2, 29}, {2027, 8, 31}, {2026, 12, 31}};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        on_day(days[i][0], days[i][1], days[i][2]);
        check_house(450, 20 + i);
    }
}

static void a_filled_database_is_left_alone(void **state)
{
    (void)state;
    struct house h = {0};
    open_house(&h);
    fill_house(&h, 150, 3);
    uint64_t before = hash_house(&h);
    struct demo_stats stats;
    struct err *e = demo_fill(h.db, h.a, 150, 4, &(struct demo_how){0}, &stats);
    assert_non_null(e);
    assert_string_equal(e->say, "demo.not_empty");
    assert_true(hash_house(&h) == before);
    close_house(&h);
}

static void a_size_out_of_bounds_is_refused(void **state)
{
    (void)state;
    struct house h = {0};
    open_house(&h);
    struct demo_stats stats;
    struct err *e = demo_fill(h.db, h.a, 20, 4, &(struct demo_how){0}, &stats);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_INVALID);
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_makes_the_same_rows),        cmocka_unit_test(the_rows_are_those_of_sqlite),
        cmocka_unit_test(the_check_finds_exactly_what_was_planted), cmocka_unit_test(it_does_so_on_awkward_days),
        cmocka_unit_test(a_filled_database_is_left_alone),          cmocka_unit_test(a_size_out_of_bounds_is_refused),
    };
    return cmocka_run_group_tests_name("demo", tests, setup_all, NULL);
}
