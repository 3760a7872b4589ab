/* tried_cases.h: what runs that keep nothing tell: coming days, drafts; included by one test binary a database. */
#include "rules_world.h"

/* What falls due within a year: on its day and not the day before; and whatever holds at the end of a month and did not
 * hold today is among it. */
static void what_falls_due_is_told_with_its_day(void **state)
{
    struct house *h = *state;
    planted(h, 600);
    adopt_all(h);
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_hit *due;
    int64_t n, found = 0;
    OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){0}, 12, &due, &n));
    assert_true(n > 10);
    for (int64_t i = 0; i < n; i++) {
        enum tri on, before, today;
        const struct facts_hit *w = &due[i].where;
        OK(rules_truth(due[i].rule, r.root, h->a, w->owner, w->id, due[i].since, &on, NULL));
        OK(rules_truth(due[i].rule, r.root, h->a, w->owner, w->id, date_add_days(due[i].since, -1), &before, NULL));
        OK(rules_truth(due[i].rule, r.root, h->a, w->owner, w->id, facts_day(r.root), &today, NULL));
        assert_int_equal(on, TRI_TRUE);
        assert_int_not_equal(before, TRI_TRUE);
        assert_int_not_equal(today, TRI_TRUE);
        assert_true(i == 0 || due[i - 1].since.v <= due[i].since.v);
    }
    for (int m = 1; m <= 12; m++) {
        arena_scope struct arena *a = arena_new();
        facts_scope const struct facts_root *root = NULL;
        OK(facts_at_day(r.root, a, date_add_months(facts_day(r.root), m), &root));
        struct rules_run all;
        OK(rules_judge(r.set, root, a, &(struct rules_ask){0}, &all));
        for (int64_t i = 0; i < all.n; i++) {
            enum tri today;
            const struct rules_hit *x = &all.hits[i];
            OK(rules_truth(x->rule, r.root, a, x->where.owner, x->where.id, facts_day(r.root), &today, NULL));
            bool told = today == TRI_TRUE;
            for (int64_t k = 0; k < n && !told; k++)
                told = due[k].rule == x->rule && due[k].where.id == x->where.id && due[k].since.v <= facts_day(root).v;
            assert_true(told);
            found += today != TRI_TRUE;
        }
    }
    assert_true(found > 0);
    end(&r);
}

/* A narrow scope finds of the same what lies inside it. */
static void a_narrow_scope_finds_its_part(void **state)
{
    struct house *h = *state;
    planted(h, 600);
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_hit *all, *some;
    int64_t n, m, inside = 0, from = INT64_MAX;
    OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){0}, 12, &all, &n));
    for (int64_t i = 0; i < n; i++) { /* from the place of somebody in the middle on */
        int64_t place = facts_place(r.root, all[i].rule->subject, all[i].where.at);
        from = i == n / 2 ? place : from;
    }
    struct scope scope = {1, {{from, INT64_MAX - 1}}};
    OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){.scope = &scope}, 12, &some, &m));
    for (int64_t i = 0, k = 0; i < n; i++) {
        if (!facts_sees(r.root, all[i].rule->subject, all[i].where.at, &scope))
            continue;
        bool found = false;
        for (k = 0; k < m && !found; k++)
            found = some[k].rule == all[i].rule && some[k].where.id == all[i].where.id &&
                    some[k].since.v == all[i].since.v && some[k].where.at.row == all[i].where.at.row;
        assert_true(found);
        inside++;
    }
    assert_int_equal(inside, m);
    assert_true(m > 0 && m < n);
    end(&r);
}

/* What is kept between looks is that of unchanged blocks only: after changes it equals a look that keeps nothing. */
static void what_is_kept_ahead_follows_every_change(void **state)
{
    struct house *h = *state;
    planted(h, 300);
    struct person p = ten_years(h);
    load(h);
    static const char *const since[] = {"2017-02-03", "2010-01-01", "2017-05-06"};
    const struct scope nothing_kept = {1, {{1, INT64_MAX - 1}}};
    for (int i = 0; i < 3; i++) {
        struct reading r;
        struct rules_hit *kept, *anew;
        int64_t n, m;
        set(h, &roster_post, p.post, "from_on", since[i]);
        begin(h, &r);
        for (int twice = 0; twice < 2; twice++) {
            OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){0}, 12, &kept, &n));
            OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){.scope = &nothing_kept}, 12, &anew, &m));
            assert_int_equal(n, m);
            for (int64_t k = 0; k < n; k++) {
                assert_int_equal(kept[k].where.id, anew[k].where.id);
                assert_int_equal(kept[k].since.v, anew[k].since.v);
            }
        }
        bool due = false;
        for (int64_t k = 0; k < n; k++)
            due |= kept[k].where.id == p.post && strcmp(kept[k].rule->text->id, "APPT-XCH-1") == 0;
        assert_int_equal(due, i != 1);
        end(&r);
    }
}

/* A post that begins in spring makes its unit exceed its quota from that day. */
static void a_quota_exceeded_on_a_coming_day_falls_due(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    set(h, &roster_post, p.post, "occupies_quota", "1");
    save(h, &roster_quota, "unit", id_text(h, p.unit), "level", "1A32", "approved", "1", "from_on", "2010-01-01", NULL);
    int64_t m = save(h, &roster_member, "name", "乙", "status", "1", "sex", "1", "birth", "1980-03", NULL);
    save(h, &roster_post, "member", id_text(h, m), "unit", id_text(h, p.unit), "title", "副区长", "current", "1",
         "main", "1", "from_on", "2027-03-10", "level", "1A32", "occupies_quota", "1", NULL);
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_hit *due;
    int64_t n;
    OK(rules_ahead(r.set, r.root, h->a, &(struct rules_ask){.rule = "POST-1"}, 12, &due, &n));
    assert_int_equal(n, 1);
    assert_int_equal(due[0].since.v, date_make(2027, 3, 10).v);
    char *say;
    OK(rules_tell(h->a, LANG_ZH, &due[0], r.root, due[0].since, &say, NULL));
    assert_non_null(strstr(say, "1"));
    end(&r);
}

/* ---- what if ---- */
static struct rules_tried tried(struct house *h, struct reading *r, const struct rules_rule *draft, struct date day)
{
    struct rules_tried t;
    OK(rules_try(h->rules, r->set, r->root, h->a, &(struct rules_ask){0}, draft, day, &t));
    return t;
}

static void another_value_tells_who_is_touched_and_who_is_freed(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    load(h);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *now = rules_find(r.set, "APPT-XCH-1"), *draft;
    OK(rules_draft_value(h->a, now, "limit", "12", &draft));
    struct rules_tried t = tried(h, &r, draft, DATE_UNKNOWN);
    assert_int_equal(t.n_touched, 0);
    assert_int_equal(t.n_freed, 1);
    assert_int_equal(t.freed[0].where.id, p.post);
    rules_tried_end(&t);
    OK(rules_draft_value(h->a, now, "limit", "9", &draft));
    t = tried(h, &r, draft, DATE_UNKNOWN);
    assert_int_equal(t.n_touched + t.n_freed, 0);
    assert_int_equal(t.same, 1);
    rules_tried_end(&t);
    t = tried(h, &r, draft, date_make(2024, 1, 1)); /* by then seven years and a half */
    assert_int_equal(t.n_freed, 1);
    rules_tried_end(&t);
    struct err *e = rules_draft_value(h->a, now, "limit", "ten", &draft);
    assert_string_equal(e->field, "value");
    e = rules_draft_value(h->a, now, "limits", "10", &draft);
    assert_string_equal(e->field, "name");
    assert_int_equal(rules_find(r.set, "APPT-XCH-1")->stretches[0].values[0].value.value, 10);
    end(&r);
}

static const char draft_text[] = "id      LOCAL-1\n"
                                 "title   任职满五年 | five years in one post\n"
                                 "group   local 本区规定 | Local rules\n"
                                 "basis   本区规定第一条 | Local regulation, article 1\n"
                                 "force   2020-01-01 ..\n"
                                 "about   post\n"
                                 "asks    unit\n"
                                 "effect  remind\n"
                                 "seen    text\n"
                                 "when    current and since + years($limit) <= today\n"
                                 "param   limit 5 years, 第一条 | article 1\n"
                                 "say     已满 {years(since, today)} 年 | {years(since, today)} years\n"
                                 "clear   说明 | give reasons\n";

static void a_draft_is_tried_without_being_kept(void **state)
{
    struct house *h = *state;
    ten_years(h);
    load(h);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *draft;
    OK(rules_draft(h->a, r.set, draft_text, &draft));
    struct rules_tried t = tried(h, &r, draft, DATE_UNKNOWN);
    assert_int_equal(t.n_touched, 1);
    char *say;
    struct expr_trace *trace = NULL;
    OK(rules_tell(h->a, LANG_EN, &t.touched[0], r.root, facts_day(r.root), &say, &trace));
    assert_string_equal(say, "10 years");
    assert_non_null(trace);
    assert_null(rules_find(r.set, "LOCAL-1"));
    rules_tried_end(&t);
    struct err *e = rules_draft(h->a, r.set, "id LOCAL-1\nabout nobody\n", &draft);
    assert_int_equal(e->kind, ERR_INVALID);
    end(&r);
}

/* The bar of a warning is computed with the rule's own period: the draft's reaches it. */
static void a_draft_reaches_the_facts_made_with_its_parameters(void **state)
{
    struct house *h = *state;
    int64_t m = save(h, &roster_member, "name", "甲", "status", "1", NULL);
    save(h, &roster_measure, "member", id_text(h, m), "kind", "party_warning", "decided_on", "2025-03-01", NULL);
    load(h);
    struct reading r;
    struct facts_at at;
    begin(h, &r);
    const struct rules_rule *draft;
    OK(rules_draft_value(h->a, rules_find(r.set, "DISC-W"), "period", "36", &draft));
    struct rules_tried t = tried(h, &r, draft, DATE_UNKNOWN);
    assert_int_equal(t.n_touched, 1);
    assert_non_null(t.root);
    int member = facts_subject("member");
    assert_true(facts_find(t.root, member, m, &at));
    assert_int_equal(facts_value(t.root, member, at, facts_fact(member, "bar_until")).n, date_make(2028, 3, 1).v);
    assert_int_not_equal(facts_value(r.root, member, at, facts_fact(member, "bar_until")).n, date_make(2028, 3, 1).v);
    rules_tried_end(&t);
    end(&r);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_falls_due_is_told_with_its_day),
        T(a_narrow_scope_finds_its_part),
        T(what_is_kept_ahead_follows_every_change),
        T(a_quota_exceeded_on_a_coming_day_falls_due),
        T(another_value_tells_who_is_touched_and_who_is_freed),
        T(a_draft_is_tried_without_being_kept),
        T(a_draft_reaches_the_facts_made_with_its_parameters),
    };
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
