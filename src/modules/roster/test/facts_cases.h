/* facts_cases.h: what holds for the roster's columns on either database; included by one test binary a database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "facts/facts.h"
#include "record/codes.h"
#include "roster/facts.h"
#include "roster/roster.h"

#define OK(call)                                                                                          \
    do {                                                                                                  \
        struct err *ok_err_ = (call);                                                                     \
        if (ok_err_ != NULL)                                                                              \
            fail_msg("%s:%d %s: %s [%s]", __FILE__, __LINE__, #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

enum { UNITS = 24, MEMBERS = 1300 };
struct house {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
    struct facts *facts;
    struct rng rng;
    int64_t units[400], members[4000], positions[20];
    int n_units, n_members, n_positions;
    struct change change;
};

static bool periods(const void *ctx, const char *name, struct date day, int32_t *out)
{
    static const struct {
        const char *name;
        int months;
    } all[] = {{"DISC-W.period", 12},        {"DISC-SW.period", 18},       {"DISC-REMOVE.period", 24},
               {"DISC-PROB2.period", 24},    {"ADM-2020-08-1.period", 6},  {"ADM-2020-08-2.period", 12},
               {"ADM-2020-08-3.period", 18}, {"ADM-2020-08-4.period", 24}, {"ADM-2020-08-1.most", 48}};
    (void)ctx;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0 && (strstr(name, "most") == NULL || day.v < date_make(2020, 7, 1).v)) {
            *out = all[i].months;
            return true;
        }
    return false;
}

/* ---- writing ---- */
static const char *text(struct house *h, const char *fmt, ...) LIKE_PRINTF(2, 3);
static const char *text(struct house *h, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = arena_vprintf(h->a, fmt, ap);
    va_end(ap);
    return s;
}

static const char *day_text(struct house *h, int from, int to)
{
    return text(h, "%04d-%02d-%02d", rng_range(&h->rng, from, to), rng_range(&h->rng, 1, 12),
                rng_range(&h->rng, 1, 28));
}

static const char *code_text(struct house *h, const char *list)
{
    const struct code_list *l = codes_list(list);
    return codes_code(l, rng_range(&h->rng, 1, codes_count(l)));
}

static const char *chance(struct house *h, int per_mille)
{
    return rng_chance(&h->rng, per_mille) ? "1" : "0";
}

static const char *id_text(struct house *h, int64_t id)
{
    return text(h, "%lld", (long long)id);
}

static int64_t any_unit(struct house *h)
{
    return h->units[rng_below(&h->rng, h->n_units)];
}

static int64_t any_member(struct house *h)
{
    return h->members[rng_below(&h->rng, h->n_members)];
}

static int64_t save(struct house *h, const struct record *rec, ...) /* name, value, ..., NULL */
{
    struct row *r = row_new(h->a, rec);
    va_list ap;
    va_start(ap, rec);
    for (const char *name; (name = va_arg(ap, const char *)) != NULL;)
        row_set(r, name, va_arg(ap, const char *));
    va_end(ap);
    OK(record_save(&h->change, rec, r, 0));
    return r->id;
}

static void begin(struct house *h)
{
    OK(change_begin(h->db, h->a, &who_console, "test", &h->change));
}

static void commit(struct house *h)
{
    OK(change_commit(&h->change));
    change_end(&h->change);
}

static void add_unit(struct house *h, int64_t parent)
{
    h->units[h->n_units] =
        save(h, &roster_unit, "name", text(h, "示例单位%d", h->n_units), "kind", code_text(h, "roster.office_kind"),
             "parent", parent == 0 ? NULL : id_text(h, parent), "seat", text(h, "%d", h->n_units), NULL);
    h->n_units++;
}

static void add_post(struct house *h, int64_t member)
{
    bool current = rng_chance(&h->rng, 500);
    const char *from = day_text(h, 1995, 2022);
    save(h, &roster_post, "member", id_text(h, member), "title", "示例职务", "unit",
         rng_chance(&h->rng, 900) ? id_text(h, any_unit(h)) : NULL, "position",
         rng_chance(&h->rng, 300) ? id_text(h, h->positions[rng_below(&h->rng, h->n_positions)]) : NULL, "level",
         rng_chance(&h->rng, 900) ? code_text(h, "roster.level") : NULL, "leading_post", chance(h, 500), "main",
         chance(h, 700), "from_on", rng_chance(&h->rng, 100) ? NULL : from, "to_on",
         current ? NULL : day_text(h, 2023, 2025), "current", current ? "1" : "0", "occupies_quota", chance(h, 700),
         "term_began", rng_chance(&h->rng, 300) ? from : NULL, "from_doc", "示例文号", NULL);
}

static void add_kin(struct house *h, int64_t member)
{
    int64_t other = any_member(h);
    save(h, &roster_family, "member", id_text(h, member), "relation", rng_chance(&h->rng, 500) ? "wife" : "son", "name",
         "某人", "other", rng_chance(&h->rng, 800) && other != member ? id_text(h, other) : NULL, "kin",
         rng_chance(&h->rng, 700) ? "confirmed" : "proposed", NULL);
}

static void add_measure(struct house *h, int64_t member)
{
    save(h, &roster_measure, "member", id_text(h, member), "kind", code_text(h, "roster.measure_kind"), "decided_on",
         day_text(h, 2015, 2024), NULL);
}

static void add_member(struct house *h)
{
    static const char *const names[] = {"张三", "李四", "单某", "欧阳示例", "王某某", "钱示范"};
    int year = rng_range(&h->rng, 1962, 1995);
    int64_t m = save(
        h, &roster_member, "name", names[rng_below(&h->rng, 6)], "sex", chance(h, 500)[0] == '1' ? "1" : "2", "birth",
        rng_chance(&h->rng, 300) ? text(h, "%d-%02d", year, rng_range(&h->rng, 1, 12)) : day_text(h, year, year),
        "work_start", day_text(h, year + 18, year + 24), "politics", code_text(h, "roster.politics"), "ethnicity",
        rng_chance(&h->rng, 900) ? "01" : "03", "status", rng_chance(&h->rng, 900) ? "1" : "2", "seat",
        text(h, "%d", rng_below(&h->rng, 50)), "base_age", rng_chance(&h->rng, 700) ? "60" : "55",
        "managed_by_district", chance(h, 500), NULL);
    h->members[h->n_members++] = m;
    for (int i = rng_below(&h->rng, 4); i > 0; i--)
        add_post(h, m);
    if (rng_chance(&h->rng, 300))
        add_kin(h, m);
    if (rng_chance(&h->rng, 100))
        add_measure(h, m);
    if (rng_chance(&h->rng, 500))
        save(h, &roster_education, "member", id_text(h, m), "mode", "1", "education_level",
             code_text(h, "roster.education_level"), NULL);
    if (rng_chance(&h->rng, 500))
        save(h, &roster_resume, "member", id_text(h, m), "text", "示例经历", "from_on", "2001-07", "to_on", "2008-03",
             NULL);
    if (rng_chance(&h->rng, 500))
        save(h, &roster_resume, "member", id_text(h, m), "text", "示例经历", "from_on",
             text(h, "2008-%02d", rng_range(&h->rng, 1, 12)), "open", "1", NULL);
    if (rng_chance(&h->rng, 300))
        save(h, &roster_rank, "member", id_text(h, m), "rank", code_text(h, "roster.rank"), "from_on",
             day_text(h, 2015, 2024), NULL);
}

/* ---- the house ---- */
static void open_house(struct house *h, int members)
{
    clock_fix(clock_now_ms());
    OK(db_pool_open(h->a, test_url(), true, &h->pool));
    OK(db_take(h->pool, h->a, &h->db));
    clean(h->db, h->a);
    OK(record_migrate(h->db, h->a, true));
    begin(h);
    for (int i = 0; i < UNITS; i++)
        add_unit(h, i == 0 ? 0 : h->units[rng_below(&h->rng, i)]);
    for (h->n_positions = 0; h->n_positions < 10; h->n_positions++)
        h->positions[h->n_positions] = save(h, &roster_position, "unit", id_text(h, any_unit(h)), "name", "示例岗位",
                                            "function", h->n_positions % 2 ? "audit" : NULL, NULL);
    for (int i = 0; i < 40; i++)
        save(h, &roster_quota, "unit", id_text(h, any_unit(h)), "level", code_text(h, "roster.level"), "approved", "3",
             "to_on", i % 5 == 0 ? "2026-12-31" : NULL, NULL);
    for (int i = 0; i < members; i++)
        add_member(h);
    commit(h);
    OK(facts_open(h->a, h->pool, 2, periods, NULL, &h->facts));
    OK(facts_wait(h->facts, h->a));
}

static int setup_all(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct expr_world *w;
    for (const struct record *const *r = roster_records; *r != NULL; r++)
        record_register(*r);
    for (const struct facts_subject *const *s = roster_subjects; *s != NULL; s++)
        facts_register(*s);
    OK(record_init(a));
    OK(facts_world(a, &w));
    arena_free(a);
    return 0;
}

static int setup(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    h->a = arena_new();
    rng_seed(&h->rng, 20261125);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    struct house *h = *state;
    facts_close(h->facts);
    db_give(h->db);
    db_pool_close(h->pool);
    clock_fix(-1);
    arena_free(h->a);
    free(h);
    return 0;
}

/* ---- comparing two roots, however their blocks are cut ---- */
struct walk {
    const struct facts_root *root;
    int subject, block, row;
};

static bool next(struct walk *w, struct facts_at *at)
{
    while (w->block < facts_blocks(w->root, w->subject)) {
        const struct expr_table *t = &facts_block(w->root, w->subject, w->block)->tables[w->subject];
        if (w->row < t->n) {
            *at = (struct facts_at){w->block, w->row++};
            return true;
        }
        w->block++;
        w->row = 0;
    }
    return false;
}

static void same_value(const struct facts_root *x, struct facts_at a, const struct facts_root *y, struct facts_at b,
                       int subject, int fact)
{
    struct expr_value v = facts_value(x, subject, a, fact), w = facts_value(y, subject, b, fact);
    if (v.state != w.state || v.n != w.n)
        fail_msg("%s %lld of %lld: %s is %d %lld, cold %d %lld", facts_declared(subject)->name,
                 (long long)facts_id(x, subject, a), (long long)facts_owner_id(x, subject, a),
                 facts_declared(subject)->facts[fact].name, (int)v.state, (long long)v.n, (int)w.state, (long long)w.n);
}

static void same_subject(const struct facts_root *x, const struct facts_root *y, int subject)
{
    struct walk v = {x, subject, 0, 0}, w = {y, subject, 0, 0};
    struct facts_at a, b;
    assert_int_equal(facts_rows(x, subject), facts_rows(y, subject));
    while (next(&v, &a)) {
        assert_true(next(&w, &b));
        assert_int_equal(facts_id(x, subject, a), facts_id(y, subject, b));
        assert_int_equal(facts_owner_id(x, subject, a), facts_owner_id(y, subject, b));
        assert_int_equal(facts_place(x, subject, a), facts_place(y, subject, b));
        for (int f = 0; facts_declared(subject)->facts[f].name != NULL; f++)
            same_value(x, a, y, b, subject, f);
    }
    assert_false(next(&w, &b));
}

static void same_roots(const struct facts_root *x, const struct facts_root *y)
{
    assert_int_equal(facts_day(x).v, facts_day(y).v);
    for (int i = 0; i < facts_registered(); i++)
        same_subject(x, y, i);
}

static const struct facts_root *read_root(struct house *h, struct facts *f)
{
    db_scope struct db_tx tx = {0};
    const struct facts_root *r = NULL;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(facts_read(f, &tx, &r));
    return r;
}

static void warm_equals_cold(struct house *h)
{
    struct facts *cold;
    OK(facts_open(h->a, h->pool, 2, periods, NULL, &cold));
    OK(facts_wait(cold, h->a));
    const struct facts_root *x facts_scope = read_root(h, h->facts);
    const struct facts_root *y facts_scope = read_root(h, cold);
    assert_int_equal(facts_seq(x), facts_seq(y));
    same_roots(x, y);
    facts_end(y);
    y = NULL;
    facts_close(cold);
}

/* ---- random changes ---- */
static struct row *some_row(struct house *h, const struct record *rec)
{
    int64_t id;
    struct row *r = NULL;
    struct db_val args[] = {db_int(rng_below(&h->rng, 100000))};
    OK(db_one_int(&h->change.tx,
                  text(h, "SELECT id FROM %s WHERE ended = 0 ORDER BY (id * 7919 + ?1) %% 10007, id LIMIT 1",
                       record_table(h->a, rec)),
                  args, 1, 0, &id));
    OK(record_read(&h->change.tx, rec, &who_console, id, &r));
    return r;
}

static void edit(struct house *h, const struct record *rec, const char *field, const char *value)
{
    struct row *r = some_row(h, rec);
    row_set(r, field, value);
    OK(record_save(&h->change, rec, r, r->rev));
}

static void drop(struct house *h, const struct record *rec)
{
    struct row *r = some_row(h, rec);
    OK(record_end(&h->change, rec, r->id, r->rev, "试验"));
}

static bool below(struct house *h, int64_t unit, int64_t of)
{
    for (int depth = 0; unit != 0 && depth < 20; depth++) {
        if (unit == of)
            return true;
        struct row *r = NULL;
        OK(record_read(&h->change.tx, &roster_unit, &who_console, unit, &r));
        unit = row_int(r, "parent");
    }
    return unit != 0;
}

static int depth_of(struct house *h, int64_t unit)
{
    int depth = 0;
    for (; unit != 0 && depth < 20; depth++) {
        struct row *r = NULL;
        OK(record_read(&h->change.tx, &roster_unit, &who_console, unit, &r));
        unit = row_int(r, "parent");
    }
    return depth;
}

static void move_unit(struct house *h)
{
    int64_t to = any_unit(h);
    struct row *r = some_row(h, &roster_unit);
    if (below(h, to, r->id) || depth_of(h, to) > 3)
        return;
    row_set(r, "parent", id_text(h, to));
    struct err *e = record_save(&h->change, &roster_unit, r, r->rev);
    if (e != NULL) /* six levels are the most; the test does not look how deep the moved one reaches */
        assert_int_equal(e->kind, ERR_LIMIT);
}

static void change_something(struct house *h)
{
    struct row *r;
    switch (rng_below(&h->rng, 21)) {
    case 0: add_member(h); break;
    case 1: edit(h, &roster_member, "birth", day_text(h, 1960, 1995)); break;
    case 2: add_post(h, any_member(h)); break;
    case 3:
        r = some_row(h, &roster_post);
        row_set(r, "current", "0");
        row_set(r, "to_on", day_text(h, 2025, 2026));
        OK(record_save(&h->change, &roster_post, r, r->rev));
        break;
    case 4: drop(h, &roster_post); break;
    case 5: edit(h, &roster_post, "member", id_text(h, any_member(h))); break;
    case 6: add_kin(h, any_member(h)); break;
    case 7: edit(h, &roster_family, "kin", "refused"); break;
    case 8: add_measure(h, any_member(h)); break;
    case 9: edit(h, &roster_measure, "cancelled_on", "2025-01-01"); break;
    case 10: edit(h, &roster_unit, "kind", code_text(h, "roster.office_kind")); break;
    case 11:
        if (h->n_units < 60)
            add_unit(h, h->units[0]);
        break;
    case 12: edit(h, &roster_quota, "approved", text(h, "%d", rng_below(&h->rng, 9))); break;
    case 13: edit(h, &roster_quota, "unit", id_text(h, any_unit(h))); break;
    case 14: edit(h, &roster_post, "unit", id_text(h, any_unit(h))); break;
    case 15: edit(h, &roster_position, "function", rng_chance(&h->rng, 500) ? "finance" : NULL); break;
    case 16: edit(h, &roster_member, "unit", id_text(h, any_unit(h))); break;
    case 17: edit(h, &roster_post, "level", code_text(h, "roster.level")); break;
    case 19: move_unit(h); break;
    case 18: edit(h, &roster_member, "name", "司马示例"); break;
    default: edit(h, &roster_resume, "to_on", text(h, "2009-%02d", rng_range(&h->rng, 1, 12))); break;
    }
}

/* Ends a cadre with the whole file. */
static void end_member(struct house *h)
{
    int64_t last = h->members[--h->n_members];
    static const struct record *const files[] = {&roster_post,   &roster_family,    &roster_measure,
                                                 &roster_resume, &roster_education, &roster_rank};
    begin(h);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct row **rows;
        int n;
        OK(record_of(&h->change.tx, files[i], &who_console, "member", last, 50, &rows, &n));
        for (int k = 0; k < n; k++)
            OK(record_end(&h->change, files[i], rows[k]->id, rows[k]->rev, "试验"));
    }
    struct row *r = NULL;
    OK(record_read(&h->change.tx, &roster_member, &who_console, last, &r));
    OK(record_end(&h->change, &roster_member, last, r->rev, "试验"));
    commit(h);
}

static void refresh_equals_a_cold_load_after_200_random_changes_and_days(void **state)
{
    struct house *h = *state;
    enum { CHANGES = 200, LOOK_EVERY = 8 };
    open_house(h, MEMBERS);
    warm_equals_cold(h);
    int64_t now = clock_now_ms();
    for (int i = 0; i < CHANGES; i++) {
        begin(h);
        for (int k = rng_range(&h->rng, 1, 3); k > 0; k--)
            change_something(h);
        commit(h);
        if (i % 50 == 20)
            end_member(h);
        if (i % 40 == 30) { /* more than are read one by one, and a block that overflows */
            begin(h);
            for (int k = 0; k < 40; k++)
                add_member(h);
            commit(h);
        }
        if (rng_chance(&h->rng, 200)) {
            now += INT64_C(86400000) * rng_range(&h->rng, 1, 90);
            clock_fix(now);
        }
        facts_end(read_root(h, h->facts));
        if (i % LOOK_EVERY == 0)
            warm_equals_cold(h);
    }
    warm_equals_cold(h);
}

static void another_day_equals_the_clock_set_to_it(void **state)
{
    struct house *h = *state;
    open_house(h, 300);
    struct date day = date_make(2019, 5, 17);
    const struct facts_root *x = NULL, *r = read_root(h, h->facts);
    OK(facts_at_day(r, h->a, day, &x));
    clock_fix(date_to_days(day) * INT64_C(86400000));
    const struct facts_root *y = read_root(h, h->facts);
    same_roots(x, y);
    int member = facts_subject("member"), kin = facts_subject("kin");
    struct walk w = {y, member, 0, 0};
    struct facts_at at;
    while (next(&w, &at)) { /* each one alone */
        const struct expr_block *one, *of = facts_block(y, member, at.block);
        OK(facts_one_at_day(r, h->a, member, facts_id(y, member, at), day, &one));
        assert_int_equal(((const int32_t *)one->tables[member].cols[MEMBER_AGE])[0],
                         ((const int32_t *)of->tables[member].cols[MEMBER_AGE])[at.row]);
        assert_int_equal(((const int64_t *)one->tables[member].cols[MEMBER_UNIT])[0],
                         ((const int64_t *)of->tables[member].cols[MEMBER_UNIT])[at.row]);
        for (int j = 0; j < one->tables[kin].n; j++)
            assert_int_equal(((const int8_t *)one->tables[kin].cols[KIN_IN_LINE])[j],
                             ((const int8_t *)of->tables[kin].cols[KIN_IN_LINE])[of->tables[kin].first[at.row] + j]);
    }
    facts_end(x);
    facts_end(y);
    facts_end(r);
}

/* ---- lists ---- */
static struct expr *parse(struct house *h, int subject, const char *condition)
{
    const struct expr_world *w;
    struct expr *e;
    OK(facts_world(h->a, &w));
    OK(expr_parse(h->a, w, subject, condition, NULL, &e));
    return e;
}

/* The list page by page is the same as everything that matches, and its total the number of rows. */
static void pages_make_up_the_whole_list(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    int member = facts_subject("member");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    struct scope all = SCOPE_ALL;
    struct expr_env env = {.today = facts_day(r)};
    struct facts_select q = {.subject = member,
                             .filter = parse(h, member, "age >= 40 and sex = male and status = in_office"),
                             .env = &env,
                             .scope = &all,
                             .sort = {{MEMBER_LEVEL, true}, {MEMBER_BIRTH, false}},
                             .n_sort = 2,
                             .limit = 17};
    struct facts_page page;
    int64_t seen = 0, last_level = INT16_MAX;
    VEC(int64_t) ids = {0};
    do {
        OK(facts_list(r, h->a, &q, &page));
        for (int i = 0; i < page.n; i++) {
            struct expr_value v = facts_value(r, member, page.rows[i].at, MEMBER_LEVEL);
            int64_t level = v.state == EXPR_HAS ? v.n : -1;
            assert_true(level <= last_level);
            last_level = level;
            *VEC_PUSH(&ids, h->a) = page.rows[i].id;
        }
        seen += page.n;
        q.after = page.n > 0 ? page.cursors[page.n - 1] : NULL;
    } while (page.more);
    assert_int_equal(seen, page.total);
    struct facts_job job = {.subject = member, .when = q.filter, .env = &env};
    facts_judge(r, h->a, &all, &job, 1);
    assert_int_equal(job.hits.n, seen);
    q.before = true; /* back again from the last row */
    for (size_t at = ids.n - 1; page.n > 0;) {
        OK(facts_list(r, h->a, &q, &page));
        assert_int_equal(page.total, seen);
        for (int i = page.n - 1; i >= 0; i--)
            assert_int_equal(page.rows[i].id, ids.p[--at]);
        q.after = page.n > 0 ? page.cursors[0] : NULL;
        if (!page.more) {
            assert_int_equal(at, 0);
            break;
        }
    }
    q.after = "nonsense";
    assert_int_equal(facts_list(r, h->a, &q, &page)->kind, ERR_INVALID);
}

#include "names_cases.h"

static void a_scope_hides_who_is_outside(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    int member = facts_subject("member"), post = facts_subject("post");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    db_scope struct db_tx tx = {0};
    int64_t from, to, people, posts;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(record_tree_range(&tx, &roster_unit, h->units[1], &from, &to));
    struct scope scope = {1, {{from, to}}};
    struct db_val args[] = {db_int(from), db_int(to)};
    OK(db_one_int(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0 AND scope >= ?1 AND scope < ?2", args, 2, 0,
                  &people));
    OK(db_one_int(&tx, "SELECT count(*) FROM roster_post WHERE ended = 0 AND scope >= ?1 AND scope < ?2", args, 2, 0,
                  &posts));
    struct facts_page page;
    struct facts_select q = {.subject = member, .scope = &scope, .limit = 10};
    OK(facts_list(r, h->a, &q, &page));
    assert_true(people > 0);
    assert_int_equal(page.total, people);
    q.subject = post;
    OK(facts_list(r, h->a, &q, &page));
    assert_int_equal(page.total, posts);
    struct scope none = {0};
    q.scope = &none;
    OK(facts_list(r, h->a, &q, &page));
    assert_int_equal(page.total, 0);
}

/* Lists nothing narrows come from an order kept with the blocks; a filter everybody meets makes them be gone through.
 */
static void the_kept_order_lists_what_going_through_everybody_lists(void **state)
{
    struct house *h = *state;
    open_house(h, MEMBERS);
    int member = facts_subject("member");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h->db, h->a, &tx));
    struct expr_env env = {.today = facts_day(r)};
    struct scope scopes[3] = {SCOPE_ALL, {1}, {2}};
    for (int i = 0; i < 3; i++) /* two units that follow each other */
        OK(record_tree_range(&tx, &roster_unit, h->units[i == 0 ? 1 : 4 + i],
                             &scopes[i > 0 ? 2 : 1].ranges[i == 2].from, &scopes[i > 0 ? 2 : 1].ranges[i == 2].to));
    for (int i = 0; i < 3; i++) {
        struct facts_select kept = {.subject = member, .scope = &scopes[i], .env = &env, .limit = 37}, through;
        struct facts_page x, y;
        int64_t seen = 0;
        do {
            through = kept;
            through.filter = parse(h, member, "known(sex) or not known(sex)");
            OK(facts_list(r, h->a, &kept, &x));
            OK(facts_list(r, h->a, &through, &y));
            assert_true(x.total == y.total && x.n == y.n && x.more == y.more && x.total > 0);
            for (int k = 0; k < x.n; k++)
                assert_true(x.rows[k].id == y.rows[k].id && strcmp(x.cursors[k], y.cursors[k]) == 0);
            seen += kept.before ? -x.n : x.n;
            kept.before = kept.before || !x.more; /* to the end, and back again */
            kept.after = x.n > 0 ? x.cursors[kept.before ? 0 : x.n - 1] : kept.after;
        } while (x.more || seen > x.n);
    }
}

static void names_are_found_by_characters_and_by_initials(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    int member = facts_subject("member");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h->db, h->a, &tx));
    static const struct {
        const char *search, *like;
    } cases[] = {{"张三", "%张三%"}, {"zs", "张三"}, {"ZS", "张三"}, {"示例", "%示例%"}, {"oysl", "欧阳示例"},
                 {"sm", "单某"},     {"dm", "单某"}, {"三李", "x"},  {"s", "单某"},      {" 李四 ", "李四"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scope all = SCOPE_ALL;
        struct facts_page page;
        struct facts_select q = {.subject = member, .scope = &all, .search = cases[i].search, .limit = 5};
        struct db_val args[] = {db_text(cases[i].like)};
        int64_t n;
        OK(db_one_int(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0 AND name LIKE ?1", args, 1, 0, &n));
        OK(facts_list(r, h->a, &q, &page));
        if (page.total != n)
            fail_msg("%s: %lld, not %lld", cases[i].search, (long long)page.total, (long long)n);
    }
}

static void counts_add_up_to_the_total(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    int member = facts_subject("member");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    struct scope all = SCOPE_ALL;
    struct facts_select q = {.subject = member, .scope = &all};
    struct facts_by by[] = {{MEMBER_AGE, 5}, {MEMBER_SEX, 0}};
    struct facts_group *groups;
    int n;
    int64_t sum = 0;
    OK(facts_count(r, h->a, &q, by, 2, &groups, &n));
    for (int i = 0; i < n; i++) {
        sum += groups[i].n;
        assert_true(groups[i].by[0].state != EXPR_HAS || groups[i].by[0].n % 5 == 0);
    }
    assert_int_equal(sum, facts_rows(r, member));
}

static void a_quota_counts_present_posts_of_its_unit_and_level(void **state)
{
    struct house *h = *state;
    open_house(h, 400);
    int sum = facts_subject("unit_level");
    const struct facts_root *r facts_scope = read_root(h, h->facts);
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(h->db, h->a, &tx));
    struct walk w = {r, sum, 0, 0};
    struct facts_at at, found;
    int rows = 0;
    for (; next(&w, &at); rows++) {
        const char *key = facts_key(h->a, r, sum, at), *level = strchr(key, ':') + 1;
        struct db_val args[] = {db_int(facts_owner_id(r, sum, at)), db_text(level)};
        int64_t filled;
        OK(db_one_int(&tx,
                      "SELECT count(*) FROM roster_post WHERE ended = 0 AND unit = ?1 AND level = ?2 AND current = 1"
                      " AND occupies_quota = 1",
                      args, 2, 0, &filled));
        assert_int_equal(facts_value(r, sum, at, SUM_FILLED).n, filled);
        assert_true(facts_find_key(r, sum, key, &found));
        assert_int_equal(found.row, at.row);
    }
    assert_true(rows > 40);
}

/* ---- many threads ---- */
struct reader {
    struct house *h;
    atomic_bool *stop;
    atomic_int rounds;
    char wrong[200];
};

static void *compare_counts(void *p)
{
    struct reader *me = p;
    int member = facts_subject("member"), status = MEMBER_STATUS;
    struct scope all = SCOPE_ALL;
    while (!atomic_load(me->stop)) {
        struct arena *a = arena_new();
        struct db *db = NULL;
        struct db_tx tx = {0};
        const struct facts_root *r = NULL;
        int64_t n = -1;
        struct facts_by by = {status, 0};
        struct facts_group *groups = NULL;
        struct facts_select q = {.subject = member, .scope = &all};
        int n_groups = 0;
        struct err *e = db_take(me->h->pool, a, &db);
        e = e == NULL ? db_begin_read(db, a, &tx) : e;
        e = e == NULL ? facts_read(me->h->facts, &tx, &r) : e;
        e = e == NULL
                ? db_one_int(&tx, "SELECT count(*) FROM roster_member WHERE ended = 0 AND status = '2'", NULL, 0, 0, &n)
                : e;
        e = e == NULL ? facts_count(r, a, &q, &by, 1, &groups, &n_groups) : e;
        int64_t counted = 0;
        for (int i = 0; i < n_groups; i++)
            if (groups[i].by[0].n == 2)
                counted = groups[i].n;
        if (e != NULL && e->kind != ERR_BUSY)
            snprintf(me->wrong, sizeof me->wrong, "%s", e->detail);
        else if (e == NULL && counted != n)
            snprintf(me->wrong, sizeof me->wrong, "columns say %lld, rows %lld", (long long)counted, (long long)n);
        atomic_fetch_add(&me->rounds, 1);
        facts_end(r);
        db_end(&tx);
        db_give(db);
        arena_free(a);
    }
    return NULL;
}

static void readers_see_counts_and_rows_agree_during_commits(void **state)
{
    struct house *h = *state;
    enum { READERS = 8, COMMITS = 150 };
    open_house(h, 200);
    atomic_bool stop = false;
    struct reader readers[READERS] = {0};
    pthread_t threads[READERS];
    for (int i = 0; i < READERS; i++) {
        readers[i].h = h;
        readers[i].stop = &stop;
        assert_int_equal(pthread_create(&threads[i], NULL, compare_counts, &readers[i]), 0);
    }
    for (int i = 0; i < READERS; i++)
        while (atomic_load(&readers[i].rounds) == 0) /* all are at it before the first commit */
            usleep(1000);
    for (int i = 0; i < COMMITS; i++) {
        begin(h);
        edit(h, &roster_member, "status", rng_chance(&h->rng, 500) ? "1" : "2");
        commit(h);
    }
    atomic_store(&stop, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_string_equal(readers[i].wrong, "");
        assert_true(readers[i].rounds > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_make_up_the_whole_list, setup, teardown),
        cmocka_unit_test_setup_teardown(names_stand_in_the_order_of_pinyin, setup, teardown),
        cmocka_unit_test_setup_teardown(a_scope_hides_who_is_outside, setup, teardown),
        cmocka_unit_test_setup_teardown(the_kept_order_lists_what_going_through_everybody_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_found_by_characters_and_by_initials, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_add_up_to_the_total, setup, teardown),
        cmocka_unit_test_setup_teardown(a_quota_counts_present_posts_of_its_unit_and_level, setup, teardown),
        cmocka_unit_test_setup_teardown(another_day_equals_the_clock_set_to_it, setup, teardown),
        cmocka_unit_test_setup_teardown(readers_see_counts_and_rows_agree_during_commits, setup, teardown),
        cmocka_unit_test_setup_teardown(refresh_equals_a_cold_load_after_200_random_changes_and_days, setup, teardown)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
