/* merge_cases.h: several matters become one and are taken apart again; departments named by the content; a matter the
 * person concerned does not see. On any database. */
#include "auth/test/signing.h"
#include "flow/test/flow_world.h"

static int64_t tip_by(const struct who *who, const char *number, int64_t of)
{
    int64_t id;
    struct row *r = row_new(a, &tip_record);
    row_set(r, "number", number);
    if (of != 0)
        row_set_int(a, r, "member", of);
    OK(open_as(who, &tip_flow, "bring", r, &id));
    return id;
}

static int64_t accepted(const struct who *who, const char *number)
{
    int64_t id = tip_by(who, number, 0);
    OK(take(&supervision, id, "accept", "member", text_of(person)));
    return id;
}

static struct err *merge(const struct who *who, int64_t id, int64_t into)
{
    int64_t rev = look(id, &who_console)->rev;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_merge(&c, id, rev, into, "同一件事"));
    return change_commit(&c);
}

static struct err *split(const struct who *who, int64_t id)
{
    int64_t rev = look(id, &who_console)->rev;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_split(&c, id, rev, "不是同一件事"));
    return change_commit(&c);
}

static struct err *approve(int64_t id)
{
    struct flow_matter *m = look(id, &who_console);
    const struct flow_signed *s = &m->signs[m->n_signs - 1];
    change_scope struct change c = {0};
    struct who signer = signing(&minister);
    TRY(change_begin(db, a, &signer, "test", &c));
    TRY(flow_answer(&c, s->id, s->rev, true, "所见文本", NULL));
    return change_commit(&c);
}

static const char *last_step(int64_t id)
{
    struct flow_matter *m = look(id, &who_console);
    return m->done[m->n_done - 1].step;
}

static void merged_matters_end_together_and_keep_their_numbers(void **state)
{
    (void)state;
    int64_t first = accepted(&petitions, "信 1"), second = accepted(&audit, "审 2"),
            third = accepted(&supervision, "监 3");
    OK(merge(&supervision, second, first));
    OK(merge(&supervision, third, first));
    assert_int_equal(row_int(look(first, &supervision)->row, "along"), 2);
    assert_null(row_text(look(second, &supervision)->row, "waits"));
    assert_string_equal(last_step(second), "merge");
    assert_string_equal(last_step(first), "merge_in");
    refused(take(&supervision, second, "close", "result", "查实"), "flow.merged");
    OK(take(&supervision, first, "close", "result", "查实"));
    state_is(second, "handling"); /* nothing before the signature */
    OK(approve(first));
    const int64_t all[] = {first, second, third};
    const char *const numbers[] = {"信 1", "审 2", "监 3"};
    for (int i = 0; i < 3; i++) {
        struct flow_matter *m = look(all[i], &who_console);
        assert_string_equal(m->state->name, "done");
        assert_string_equal(row_text(m->row, "outcome"), "done");
        assert_string_equal(row_text(m->content, "result"), "查实");
        assert_string_equal(row_text(m->content, "number"), numbers[i]);
        assert_string_equal(m->done[m->n_done - 1].step, "close");
        assert_string_equal(due_of(m, "decide")->state, "met");
    }
    assert_int_equal(hook_calls, 1); /* decided once */
    assert_int_equal(
        count("SELECT count(*) FROM flow_notice WHERE kind = 'close' AND recipient = 'role:contact:audit'"), 1);
    refused(split(&supervision, second), "flow.not_merged");
}

static void a_split_matter_goes_on_from_where_it_stood(void **state)
{
    (void)state;
    int64_t first = accepted(&petitions, "信 1"), second = tip_by(&audit, "审 2", person);
    OK(merge(&supervision, second, first));
    on_day("2026-03-10");
    OK(split(&supervision, second));
    struct flow_matter *m = look(second, &supervision);
    assert_string_equal(m->state->name, "received");
    assert_non_null(row_text(m->row, "waits"));
    assert_int_equal(row_int(m->row, "merged"), 0);
    assert_int_equal(row_int(look(first, &supervision)->row, "along"), 0);
    assert_string_equal(last_step(second), "split");
    assert_string_equal(last_step(first), "split_off");
    due_is(second, "sort", "running", "2026-03-17"); /* from the day it came, merged or not */
    OK(take(&supervision, second, "accept", NULL, NULL));
    OK(take(&supervision, first, "close", "result", "查实"));
    OK(approve(first));
    state_is(second, "handling");
    OK(merge(&supervision, accepted(&supervision, "监 3"), second));
}

static void what_cannot_be_merged_is_refused_with_the_reason(void **state)
{
    (void)state;
    int64_t first = accepted(&petitions, "信 1"), second = accepted(&audit, "审 2"), third = accepted(&audit, "审 3");
    refused(merge(&supervision, first, first), "flow.merge_other");
    refused(merge(&supervision, tip_by(&audit, "审 4", other), first), "flow.merge_other");
    assert_int_equal(merge(&petitions, first, second)->kind, ERR_DENIED);
    assert_int_equal(merge(&cadres, first, second)->kind, ERR_DENIED);
    OK(merge(&supervision, second, first));
    refused(merge(&supervision, third, second), "flow.merge_chain");
    refused(merge(&supervision, first, third), "flow.merge_chain");
    refused(merge(&supervision, second, third), "flow.merge_chain");
    OK(take(&supervision, first, "close", "result", "查实"));
    refused(merge(&supervision, third, first), "flow.pending");
    OK(take(&supervision, third, "route", "branch", "audit"));
    refused(merge(&supervision, third, accepted(&audit, "审 5")), "flow.merge_state");
    struct err *e;
    {
        int64_t rev = look(second, &who_console)->rev;
        change_scope struct change c = {0};
        OK(change_begin(db, a, &supervision, "test", &c));
        e = flow_split(&c, second, rev, NULL);
    }
    assert_string_equal(e->field, "reasons");
}

static void a_department_sees_what_it_brought_and_what_is_put_to_it(void **state)
{
    (void)state;
    struct flow_matter *m;
    int64_t id = accepted(&petitions, "信 1");
    db_scope struct db_tx tx = {0};
    assert_string_equal(row_text(look(id, &petitions)->content, "number"), "信 1");
    OK(take(&supervision, id, "route", "branch", "audit"));
    look(id, &audit);
    assert_string_equal(row_text(look(id, &audit)->row, "owner"), "contact:audit");
    assert_int_equal(count("SELECT count(*) FROM flow_matter WHERE waits LIKE 'contact:audit %' AND ended = 0"), 1);
    assert_int_equal(
        count("SELECT count(*) FROM flow_notice WHERE kind = 'route' AND recipient = 'role:contact:audit'"), 1);
    struct who publicity = office(11, "宣传癸", "contact", "publicity");
    OK(db_begin_read(db, a, &tx));
    assert_int_equal(flow_look(&tx, &publicity, id, &m)->kind, ERR_MISSING);
    assert_int_equal(flow_look(&tx, &self, id, &m)->kind, ERR_MISSING); /* nor does the person it is about */
    db_end(&tx);
    refused(take(&petitions, id, "reply", NULL, NULL), "flow.not_your_office");
    OK(take(&audit, id, "reply", NULL, NULL));
    due_is(id, "decide", "running",
           "2026-05-06"); /* 60 days from acceptance (1 May is a holiday), not from the reply */
}

static void a_broken_declaration_of_merging_is_named(void **state)
{
    (void)state;
    struct flow f = letter_flow;
    struct err *all = NULL;
    f.merges = "drafted";
    flow_check(a, &f, &all);
    refused(all, "flow.check.merge"); /* someone could be decided against unheard */
    f = letter_flow;
    f.hidden = true;
    all = NULL;
    flow_check(a, &f, &all);
    refused(all, "flow.check.hidden");
    f = tip_flow;
    f.merges = "done";
    all = NULL;
    flow_check(a, &f, &all);
    refused(all, "flow.check.to");
}

/* ---- at random ---- */
enum { TIPS = 5 };

static void sound(const struct flow_matter *m)
{
    int64_t *along, into = row_int(m->row, "merged");
    int n, open = 0;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(flow_merged(&tx, m->id, &along, &n));
    db_end(&tx);
    bool end = m->state->wait == FLOW_END;
    assert_int_equal(row_int(m->row, "along"), n);
    assert_int_equal(row_text(m->row, "waits") != NULL, !end && into == 0 && row_int(m->row, "pending") == 0);
    for (int i = 0; i < m->n_dues; i++)
        open += row_text(m->dues[i].row, "ended_on") == NULL;
    assert_int_equal(open, end ? 0 : 1); /* no deadline is lost, none is left */
    if (into != 0) {
        struct flow_matter *to = look(into, &who_console);
        assert_int_equal(row_int(to->row, "merged"), 0);
        assert_string_equal(to->state->wait == FLOW_END ? to->state->name : "", end ? m->state->name : "");
    }
}

static void random_mergers_lose_nothing(void **state)
{
    (void)state;
    const char *more = getenv("QF_FLOW_RUNS");
    int runs = more == NULL ? 200 : (int)strtol(more, NULL, 10), day = 0;
    unsigned seed = 20261125;
    int64_t ids[TIPS] = {0};
    for (int i = 0; i < runs * 3; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned dice = seed >> 8;
        int at = (int)(dice % TIPS), to = (int)(dice / 8 % TIPS);
        for (int k = 0; k < TIPS; k++)
            if (ids[k] == 0 || look(ids[k], &who_console)->state->wait == FLOW_END)
                ids[k] = tip_by(k % 2 ? &petitions : &audit, text_of(i * TIPS + k), person);
        if (dice % 11 == 0) {
            struct flow_ticked t;
            say((int64_t)(20514 + ++day) * 86400000 + 4 * 3600000);
            OK(flow_clock_run(db, a, clock_today(), &t));
        }
        const struct flow_step *s = &tip_steps[1 + dice / 64 % 6];
        struct err *e = NULL;
        struct flow_matter *m = look(ids[at], &who_console);
        if (row_int(m->row, "pending") != 0 && dice % 2)
            e = approve(ids[at]);
        else if (dice % 3 == 0)
            e = merge(&supervision, ids[at], ids[to]);
        else if (dice % 3 == 1 && dice / 512 % 2)
            e = split(&supervision, ids[at]);
        else
            e = take(strcmp(s->name, "reply") == 0 ? &audit : &supervision, ids[at], s->name,
                     s->reasons                      ? "reasons"
                     : strcmp(s->name, "route") == 0 ? "branch"
                     : strcmp(s->name, "close") == 0 ? "result"
                                                     : NULL,
                     strcmp(s->name, "route") == 0 ? "audit" : "文字");
        if (e != NULL)
            assert_int_not_equal(e->kind, ERR_FAULT);
        for (int k = 0; k < TIPS; k++)
            sound(look(ids[k], &who_console));
        if (i % 10 == 9) {
            arena_free(a);
            a = arena_new();
        }
    }
    assert_true(count("SELECT count(*) FROM flow_step WHERE step = 'merge'") > runs / 8);
    assert_true(count("SELECT count(*) FROM flow_step WHERE step = 'split'") > runs / 40);
}

/* Merging, splitting and ending two by one step: each whole or not at all, whichever call fails. */
static void a_failed_call_leaves_both_matters_before_or_after(void **state)
{
    (void)state;
    int64_t first = accepted(&petitions, "信 1"), second = accepted(&audit, "审 2");
    static const char *const acts[] = {"merge", "split", "merge", "drop"};
    for (int i = 0; i < 4; i++)
        for (int64_t k = 0;; k++) {
            struct flow_matter *one = look(first, &who_console), *two = look(second, &who_console);
            struct err *e;
            {
                change_scope struct change c = {0};
                db_fail_at(k);
                e = change_begin(db, a, &supervision, "test", &c);
                if (e == NULL && strcmp(acts[i], "merge") == 0)
                    e = flow_merge(&c, second, two->rev, first, "理由");
                else if (e == NULL && strcmp(acts[i], "split") == 0)
                    e = flow_split(&c, second, two->rev, "理由");
                else if (e == NULL)
                    e = flow_take(&c, first, one->rev, "drop",
                                  &(struct flow_input){.reasons = "理由", .values = one->content, .blocked = ""});
                if (e == NULL)
                    e = change_commit(&c);
                db_fail_at(-1);
            }
            struct flow_matter *now = look(first, &who_console), *then = look(second, &who_console);
            sound(now);
            sound(then);
            if (e == NULL) {
                assert_true(k > 10);
                break;
            }
            assert_int_equal(now->n_done + then->n_done, one->n_done + two->n_done);
            assert_int_equal(now->rev + then->rev, one->rev + two->rev);
        }
    state_is(second, "dropped");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {CASE(merged_matters_end_together_and_keep_their_numbers),
                                       CASE(a_split_matter_goes_on_from_where_it_stood),
                                       CASE(what_cannot_be_merged_is_refused_with_the_reason),
                                       CASE(a_department_sees_what_it_brought_and_what_is_put_to_it),
                                       CASE(a_broken_declaration_of_merging_is_named),
                                       CASE(random_mergers_lose_nothing),
                                       CASE(a_failed_call_leaves_both_matters_before_or_after)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
