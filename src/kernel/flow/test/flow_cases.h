/* flow_cases.h: the engine on any database; test_url() and clean() come from the including file. */
#include "auth/test/signing.h"
#include "flow/test/flow_world.h"

/* ---- small words of its own ---- */
static int64_t letter_for(int64_t of, bool grave)
{
    int64_t id;
    struct row *r = row_new(a, &letter_record);
    row_set_int(a, r, "member", of);
    row_set(r, "cause", "反映的问题");
    row_set(r, "grave", grave ? "1" : "0");
    OK(open_as(&supervision, &letter_flow, "draft", r, &id));
    return id;
}

/* The first wanted signature of this name that can be given now. */
static struct err *sign(const struct who *who, int64_t id, const char *name, bool given)
{
    struct flow_matter *m = look(id, &who_console);
    const struct flow_signed *s = NULL;
    for (int i = 0; i < m->n_signs && s == NULL; i++)
        if (strcmp(m->signs[i].sign, name) == 0 && strcmp(m->signs[i].state, "wanted") == 0)
            s = &m->signs[i];
    if (s == NULL)
        fail_msg("no signature '%s' is wanted", name);
    change_scope struct change c = {0};
    struct who signer = signing(who);
    TRY(change_begin(db, a, &signer, "test", &c));
    TRY(flow_answer(&c, s->id, s->rev, given, "所见文本", given ? NULL : "不妥"));
    return change_commit(&c);
}

static int64_t received_letter(bool grave)
{
    int64_t id = letter_for(person, grave);
    OK(take(&supervision, id, "send", NULL, NULL));
    OK(sign(&minister, id, "approve", true));
    OK(take(&self, id, "receive", NULL, NULL));
    return id;
}

/* ---- declarations ---- */
static void a_declaration_and_its_json_are_the_same(void **state)
{
    (void)state;
    struct flow *back;
    const char *json = flow_json(a, &long_flow);
    OK(flow_read(a, json, &back));
    assert_string_equal(flow_json(a, back), json);
    assert_string_equal(flow_step_of(back, "recommend")->signs, "secretary discipline last");
    assert_int_equal(flow_due_of(back, "shown")->unit, DUE_WORKING_DAYS);
}

static void check_says(struct flow_state *states, struct flow_step *steps, const char *say)
{
    struct err *all = NULL;
    struct flow f = letter_flow;
    f.states = states;
    f.steps = steps;
    flow_check(a, &f, &all);
    for (struct err *e = all; e != NULL; e = e->next)
        if (strcmp(e->say, say) == 0)
            return;
    fail_msg("%s was not found wrong, but %s", say, all == NULL ? "nothing" : all->detail);
}

static void every_fault_of_a_declaration_is_named(void **state)
{
    (void)state;
    struct flow_state s[8];
    struct flow_step t[10];
#define FRESH (memcpy(s, letter_states, sizeof s), memcpy(t, letter_steps, sizeof t))
    FRESH, s[0].due = NULL, check_says(s, t, "flow.check.due");
    FRESH, s[0].owner = NULL, check_says(s, t, "flow.check.owner");
    FRESH, s[0].owner = "emperor", check_says(s, t, "flow.check.role");
    FRESH, s[1].owner = "supervision", check_says(s, t, "flow.check.person");
    FRESH, s[4].due = "close", check_says(s, t, "flow.check.end");
    FRESH, t[1].to = "nowhere", check_says(s, t, "flow.check.to");
    FRESH, t[1].from = "clear", check_says(s, t, "flow.check.from");
    FRESH, t[1].signs = "nobody", check_says(s, t, "flow.check.sign");
    FRESH, t[1].fields = "nothing!", check_says(s, t, "flow.check.field");
    FRESH, t[1].rules = "NO-SUCH", check_says(s, t, "flow.check.rule");
    FRESH, t[1].effects = "hook:lost", check_says(s, t, "flow.check.hook");
    FRESH, t[1].effects = "fireworks", check_says(s, t, "flow.check.effect");
    FRESH, t[1].when = "grave and and", check_says(s, t, "flow.check.when");
    FRESH, t[7].other_than = "nothing", check_says(s, t, "flow.check.step");
    FRESH, t[7].to = "clear", check_says(s, t, "flow.check.unreachable");
    FRESH, t[2].to = "sent", t[8].from = "drafted", check_says(s, t, "flow.check.dead_end");
#undef FRESH
}

/* ---- the letter ---- */
static void a_letter_goes_its_way_to_a_clear_end(void **state)
{
    (void)state;
    int64_t id = letter_for(person, false);
    due_is(id, "send", "running", "2026-03-09");
    OK(take(&supervision, id, "send", NULL, NULL));
    state_is(id, "drafted"); /* not before the minister signed */
    OK(sign(&minister, id, "approve", true));
    state_is(id, "sent");
    due_is(id, "send", "met", "2026-03-09");
    on_day("2026-03-05");
    OK(take(&self, id, "receive", NULL, NULL));
    due_is(id, "reply", "running", "2026-03-26");
    on_day("2026-03-10");
    OK(take(&self, id, "reply", "reply", "情况说明"));
    due_is(id, "reply", "met", "2026-03-26");
    OK(take(&colleague, id, "clear", "finding", "予以了结"));
    struct flow_matter *m = look(id, &supervision);
    assert_int_equal(m->state->wait, FLOW_END);
    assert_string_equal(row_text(m->row, "outcome"), "clear");
    assert_string_equal(row_text(m->row, "unmarked"), "1");
    assert_null(row_text(m->row, "waits"));
    assert_int_equal(m->n_done, 5);
    assert_string_equal(row_text(m->content, "reply"), "情况说明");
    assert_int_equal(count("SELECT count(*) FROM flow_notice WHERE recipient LIKE 'member:%'"), 2);
}

static void what_is_not_declared_is_refused_with_a_reason(void **state)
{
    (void)state;
    int64_t id = letter_for(person, true);
    refused(take(&minister, id, "send", NULL, NULL), "flow.not_your_office");
    refused(take(&supervision, id, "clear", "finding", "没有问题"), "flow.not_now");
    refused(take(&supervision, id, "vanish", NULL, NULL), "flow.no_step");
    OK(take(&supervision, id, "send", NULL, NULL));
    refused(take(&supervision, id, "send", NULL, NULL), "flow.pending");
    refused(sign(&supervision, id, "approve", true), "flow.not_your_office");
    OK(sign(&minister, id, "approve", false));
    state_is(id, "drafted"); /* a refused signature leaves it where it was */
    OK(take(&supervision, id, "send", NULL, NULL));
    OK(sign(&minister, id, "approve", true));
    refused(take(&supervision, id, "withdraw", NULL, NULL), "field.required");
    OK(take(&supervision, id, "withdraw", "reasons", "发错了人"));
    refused(take(&supervision, id, "withdraw", "reasons", "再来一次"), "flow.not_now");
}

static void a_stale_page_moves_nothing(void **state)
{
    (void)state;
    int64_t id = letter_for(person, false), rev = look(id, &supervision)->rev;
    OK(take(&supervision, id, "withdraw", "reasons", "作废"));
    change_scope struct change c = {0};
    OK(change_begin(db, a, &supervision, "test", &c));
    refused(flow_take(&c, id, rev, "send", &(struct flow_input){.blocked = ""}), "flow.moved");
}

static void nobody_is_decided_against_unheard(void **state)
{
    (void)state;
    int64_t id = received_letter(true);
    refused(take(&colleague, id, "admonish", "reasons", "情节严重"), "flow.unheard");
    on_day("2026-03-23");
    struct flow_ticked t;
    OK(flow_clock_run(db, a, clock_today(), &t));
    refused(take(&colleague, id, "admonish", "reasons", "情节严重"), "flow.unheard");
    on_day("2026-03-24"); /* the window ended yesterday: 15 working days after 03-02 */
    OK(flow_clock_run(db, a, clock_today(), &t));
    assert_int_equal(t.missed, 1);
    assert_int_equal(t.taken, 1);
    state_is(id, "answered");
    refused(take(&supervision, id, "admonish", "reasons", "情节严重"), "flow.other_person");
    OK(take(&colleague, id, "admonish", "reasons", "情节严重"));
    assert_int_equal(hook_calls, 1);
}

static void a_guard_over_the_content_refuses(void **state)
{
    (void)state;
    int64_t id = received_letter(false);
    OK(take(&self, id, "reply", "reply", "说明"));
    refused(take(&colleague, id, "admonish", "reasons", "不够严重"), "flow.when_false");
}

static void paper_is_entered_by_another_than_the_handler(void **state)
{
    (void)state;
    int64_t id = received_letter(false);
    struct row *values = row_copy(a, look(id, &who_console)->content);
    row_set(values, "reply", "书面答复");
    on_day("2026-03-11");
    struct flow_input in = {.values = values, .paper = true};
    refused(take_with(&supervision, id, "reply", in), "flow.paper_handler");
    refused(take_with(&minister, id, "reply", in), "flow.paper_office");
    refused(take_with(&colleague, id, "reply", in), "flow.scan_missing");
    const struct flow_file scan = {"scan", "答复.pdf", "application/pdf", "%PDF-1.4", 8};
    in.files = &scan;
    in.n_files = 1;
    refused(take_with(&colleague, id, "reply", in), "field.required");
    assert_true(date_parse("2026-03-20", &in.on));
    refused(take_with(&colleague, id, "reply", in), "flow.day_ahead");
    assert_true(date_parse("2026-03-09", &in.on));
    OK(take_with(&colleague, id, "reply", in));
    struct flow_matter *m = look(id, &self);
    const struct flow_done *d = done_of(m, "reply");
    assert_true(d->late && d->paper);
    assert_int_equal(d->entered_by, colleague.account);
    assert_int_equal(m->n_papers, 1);
}

static void only_who_may_sees_a_matter(void **state)
{
    (void)state;
    int64_t id = letter_for(person, false), rid;
    struct flow_matter *m;
    struct who stranger = self, kin = colleague, far = colleague;
    stranger.member = other;
    kin.barred = &person;
    kin.n_barred = 1;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(record_tree_range(&tx, &unit_record, west, &far.scope.ranges[0].from, &far.scope.ranges[0].to));
    const struct who *none[] = {&stranger, &kin, &far};
    for (int i = 0; i < 3; i++) {
        struct err *e = flow_look(&tx, none[i], id, &m);
        assert_non_null(e);
        assert_int_equal(e->kind, ERR_MISSING);
        db_end(&tx);
        OK(db_begin_read(db, a, &tx));
    }
    OK(flow_look(&tx, &self, id, &m));
    db_end(&tx);
    struct row *r = row_new(a, &letter_record);
    row_set_int(a, r, "member", person);
    row_set(r, "cause", "越权");
    struct err *e = open_as(&far, &letter_flow, "draft", r, &rid);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_MISSING);
}

/* ---- twelve states ---- */
static int64_t long_for(int64_t of)
{
    int64_t id;
    struct row *r = row_new(a, &long_record);
    row_set_int(a, r, "member", of);
    row_set(r, "note", "一次选任");
    OK(open_as(&supervision, &long_flow, "propose", r, &id));
    return id;
}

static void recommend(int64_t id)
{
    OK(take(&supervision, id, "recommend", NULL, NULL));
    OK(sign(&discipline, id, "discipline", true));
    OK(sign(&secretary, id, "secretary", true));
    OK(sign(&minister, id, "last", true));
}

static void signatures_stand_in_parallel_and_in_order(void **state)
{
    (void)state;
    int64_t id = long_for(person);
    OK(take(&supervision, id, "recommend", NULL, NULL));
    refused(sign(&minister, id, "last", true), "flow.sign_order");
    OK(sign(&discipline, id, "discipline", true));
    refused(sign(&minister, id, "last", true), "flow.sign_order");
    OK(sign(&secretary, id, "secretary", true));
    state_is(id, "proposed");
    OK(sign(&minister, id, "last", true));
    state_is(id, "recommended");
    assert_string_equal(look(id, &who_console)->signs[0].hash,
                        "e7a557bed856fa787137871a30fe543bde02b2a334513b291c2217c7ae59fd28");
}

static void to_discussed(int64_t id)
{
    const struct flow_file report = {"report", "审核.pdf", "application/pdf", "%PDF-1.4", 8};
    recommend(id);
    refused(take(&cadres, id, "inspect", "votes", "2"), "flow.when_false");
    OK(take(&cadres, id, "inspect", "votes", "5"));
    refused(take(&archives, id, "read_archives", NULL, NULL), "flow.paper_missing");
    OK(take_with(&archives, id, "read_archives", (struct flow_input){.files = &report, .n_files = 1}));
    OK(take(&archives, id, "ask_audit", NULL, NULL));
    refused(take(&cadres, id, "audit_reply", NULL, NULL), "flow.not_your_office");
    OK(take(&audit, id, "audit_reply", NULL, NULL));
    refused(take(&supervision, id, "discuss", NULL, NULL), "flow.other_person");
    OK(take(&colleague, id, "discuss", NULL, NULL));
    OK(sign(&cadres, id, "team", true));
    refused(sign(&cadres, id, "team", true), "flow.other_person"); /* two of three, each another person */
    OK(sign(&archives, id, "team", true));
    state_is(id, "discussed");
}

static void twelve_states_run_to_their_end(void **state)
{
    (void)state;
    int64_t id = long_for(person);
    to_discussed(id);
    OK(take(&minister, id, "show", "held_on", "2026-03-02"));
    due_is(id, "shown", "running", "2026-03-09");
    struct flow_ticked t;
    on_day("2026-03-10");
    OK(flow_clock_run(db, a, clock_today(), &t));
    state_is(id, "talked");
    refused(take(&minister, id, "appoint", NULL, NULL), "flow.other_person");
    struct who deputy = minister;
    deputy.account = 33;
    OK(take(&deputy, id, "appoint", NULL, NULL));
    state_is(id, "appointed");
}

static void a_matter_ends_on_the_version_it_began_with(void **state)
{
    (void)state;
    int64_t drafted = letter_for(person, false), received = received_letter(false), signing = letter_for(other, false);
    OK(take(&supervision, signing, "send", NULL, NULL));
    struct flow_state states[8];
    struct flow_step steps[10];
    memcpy(states, letter_states, sizeof states);
    memcpy(steps, letter_steps, sizeof steps);
    states[0].owner = "minister"; /* the new version drafts elsewhere, wants no signature and nobody withdraws */
    steps[0].by = steps[1].by = "minister";
    steps[1].signs = NULL;
    steps[8].by = "minister";
    struct flow newer = letter_flow;
    newer.states = states;
    newer.steps = steps;
    flow_register(&newer);
    OK(flow_versions_store(db, a));
    OK(flow_versions_store(db, a));
    assert_int_equal(count("SELECT count(*) FROM flow_version WHERE flow = 'test.letter'"), 2);
    OK(take(&supervision, drafted, "send", NULL, NULL));
    OK(sign(&minister, drafted, "approve", true));
    OK(sign(&minister, signing, "approve", true));
    OK(take(&self, received, "reply", "reply", "说明"));
    OK(take(&supervision, received, "clear", "finding", "了结"));
    int64_t fresh;
    struct row *r = row_new(a, &letter_record);
    row_set_int(a, r, "member", person);
    row_set(r, "cause", "新的");
    refused(open_as(&supervision, &newer, "draft", r, &fresh), "flow.not_your_office");
    OK(open_as(&minister, &newer, "draft", r, &fresh));
    OK(take(&minister, fresh, "send", NULL, NULL));
    state_is(fresh, "sent");
    OK(take(&supervision, drafted, "withdraw", "reasons", "旧版可以撤"));
    flow_register(&letter_flow);
}

/* ---- time ---- */
static void the_ladder_tells_each_once(void **state)
{
    (void)state;
    int64_t id = received_letter(false); /* reply until 2026-03-23 */
    struct flow_ticked t;
    int64_t before = count("SELECT count(*) FROM flow_notice");
    on_day("2026-03-17");
    OK(flow_clock_run(db, a, clock_today(), &t));
    assert_int_equal(t.told, 0);
    on_day("2026-03-18");
    OK(flow_clock_run(db, a, clock_today(), &t));
    OK(flow_clock_run(db, a, clock_today(), &t));
    assert_int_equal(count("SELECT count(*) FROM flow_notice"), before + 1);
    on_day("2026-03-30"); /* nobody ran it for days: what was missed is told, once */
    OK(flow_clock_run(db, a, clock_today(), &t));
    OK(flow_clock_run(db, a, clock_today(), &t));
    assert_int_equal(t.told + t.missed + t.taken, 0);
    assert_int_equal(count("SELECT count(*) FROM flow_notice"), before + 2);
    state_is(id, "answered");
}

static void a_stopped_clock_goes_on_where_it_stood(void **state)
{
    (void)state;
    int64_t id = received_letter(false);
    due_is(id, "reply", "running", "2026-03-23");
    on_day("2026-03-09");
    {
        int64_t rev = look(id, &who_console)->rev;
        change_scope struct change c = {0};
        OK(change_begin(db, a, &supervision, "test", &c));
        OK(flow_pause(&c, id, rev, "本人住院"));
        OK(change_commit(&c));
    }
    due_is(id, "reply", "paused", "2026-03-23");
    on_day("2026-04-15");
    struct flow_ticked t;
    OK(flow_clock_run(db, a, clock_today(), &t));
    assert_int_equal(t.missed, 0);
    int64_t rev = look(id, &who_console)->rev;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &supervision, "test", &c));
    OK(flow_resume(&c, id, rev, "已出院"));
    OK(change_commit(&c));
    due_is(id, "reply", "running", "2026-04-29"); /* ten working days were left on 03-09 */
}

static void a_changed_calendar_moves_open_ends(void **state)
{
    (void)state;
    int64_t id = received_letter(false), moved;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "calendar", &c));
    struct row *r = row_new(a, &day_record);
    row_set(r, "day", "2026-03-23");
    row_set(r, "kind", "holiday");
    row_set(r, "name", "全区放假");
    OK(record_save(&c, &day_record, r, 0));
    OK(change_commit(&c));
    OK(flow_recount(db, a, &moved));
    assert_int_equal(moved, 1);
    due_is(id, "reply", "running", "2026-03-24");
    OK(flow_recount(db, a, &moved));
    assert_int_equal(moved, 0);
    assert_string_equal(row_text(look(id, &who_console)->row, "due_on"), "2026-03-24");
}

static void a_failed_recount_says_so_and_is_done_again(void **state)
{
    (void)state;
    int64_t id = received_letter(false), moved = 0;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "calendar", &c));
    struct row *r = row_new(a, &day_record);
    row_set(r, "day", "2026-03-23");
    row_set(r, "kind", "holiday");
    row_set(r, "name", "全区放假");
    OK(record_save(&c, &day_record, r, 0));
    OK(change_commit(&c));
    for (int64_t k = 0;; k++) {
        db_fail_at(k);
        struct err *e = flow_recount(db, a, &moved);
        db_fail_at(-1);
        if (e == NULL)
            break;
        assert_non_null(strstr(e->detail, "injected"));
        due_is(id, "reply", "running", "2026-03-23");
    }
    assert_int_equal(moved, 1);
    due_is(id, "reply", "running", "2026-03-24");
}

static void other_hands_and_corrections_leave_a_trace(void **state)
{
    (void)state;
    int64_t id = letter_for(person, false), rev = look(id, &who_console)->rev;
    struct row *values = row_copy(a, look(id, &who_console)->content), *wrong = row_copy(a, values);
    row_set(values, "cause", "更正后的问题");
    row_set_int(a, wrong, "member", other);
    change_scope struct change c = {0};
    OK(change_begin(db, a, &supervision, "test", &c));
    refused(flow_correct(&c, id, rev, values, " "), "field.required");
    refused(flow_correct(&c, id, rev, wrong, "换人"), "flow.other_file");
    OK(flow_correct(&c, id, rev, values, "写错了"));
    OK(change_commit(&c));
    struct flow_matter *m = look(id, &supervision);
    assert_string_equal(row_text(m->content, "cause"), "更正后的问题");
    assert_string_equal(m->done[m->n_done - 1].step, "correct");
}

/* ---- at random ---- */
static void sound(const struct flow_matter *m)
{
    bool clock = false;
    assert_non_null(flow_state_of(m->flow, m->state->name));
    for (int i = 0; i < m->n_dues; i++)
        clock = clock || row_text(m->dues[i].row, "ended_on") == NULL;
    const struct flow_due *d = flow_due_of(m->flow, m->state->due);
    bool wants = d != NULL && (strcmp(d->from, "receipt") != 0 || row_text(m->row, "receipt_on") != NULL);
    assert_int_equal(clock, wants);
    if (strcmp(m->state->name, "admonition") == 0)
        assert_true(need_heard(m));
    assert_int_equal(row_text(m->row, "waits") != NULL, m->state->wait != FLOW_END && row_int(m->row, "pending") == 0);
}

static void random_events_never_leave_the_declaration(void **state)
{
    (void)state;
    const struct who *all[] = {&supervision, &colleague, &minister, &self, &audit, &cadres};
    const char *more = getenv("QF_FLOW_RUNS");
    int runs = more == NULL ? 200 : (int)strtol(more, NULL, 10);
    unsigned seed = 20261125;
    int64_t id = 0;
    for (int i = 0, day = 0; i < runs * 5; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned dice = seed >> 8;
        if (id == 0 || look(id, &who_console)->state->wait == FLOW_END)
            id = letter_for(dice % 2 ? person : person, dice % 3 != 0);
        if (dice % 7 == 0) {
            struct flow_ticked t;
            day += 1 + (int)(dice % 9);
            say((int64_t)(20514 + day) * 86400000 + 4 * 3600000);
            OK(flow_clock_run(db, a, clock_today(), &t));
        }
        struct flow_matter *m = look(id, &who_console);
        const struct flow_step *s = &letter_steps[1 + dice / 64 % 8];
        struct err *e;
        if (m->n_signs > 0 && row_int(m->row, "pending") != 0 && dice % 2)
            e = sign(all[dice / 8 % 6], id, "approve", dice % 5 != 0);
        else
            e = take(all[dice / 8 % 6], id, s->name,
                     s->reasons          ? "reasons"
                     : s->fields != NULL ? "cause"
                                         : NULL,
                     "文字");
        if (e != NULL)
            assert_int_not_equal(e->kind, ERR_FAULT);
        sound(look(id, &who_console));
        if (i % 20 == 19) {
            arena_free(a);
            a = arena_new();
        }
    }
}

static void a_failed_call_leaves_a_matter_before_or_after(void **state)
{
    (void)state;
    int64_t id = received_letter(false);
    for (int64_t k = 0;; k++) {
        struct flow_matter *before = look(id, &who_console);
        struct row *values = row_copy(a, before->content);
        row_set(values, "reply", "说明");
        struct err *e;
        {
            change_scope struct change c = {0};
            db_fail_at(k);
            e = change_begin(db, a, &self, "test", &c);
            if (e == NULL)
                e = flow_take(&c, id, before->rev, "reply", &(struct flow_input){.values = values, .blocked = ""});
            if (e == NULL)
                e = change_commit(&c);
            db_fail_at(-1);
        }
        struct flow_matter *after = look(id, &who_console);
        sound(after);
        if (e == NULL) {
            assert_string_equal(after->state->name, "answered");
            assert_true(k > 10);
            return;
        }
        assert_int_equal(after->rev, before->rev);
        assert_int_equal(after->n_done, before->n_done);
        assert_string_equal(after->state->name, "received");
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_declaration_and_its_json_are_the_same),
        CASE(every_fault_of_a_declaration_is_named),
        CASE(a_letter_goes_its_way_to_a_clear_end),
        CASE(what_is_not_declared_is_refused_with_a_reason),
        CASE(a_stale_page_moves_nothing),
        CASE(nobody_is_decided_against_unheard),
        CASE(a_guard_over_the_content_refuses),
        CASE(paper_is_entered_by_another_than_the_handler),
        CASE(only_who_may_sees_a_matter),
        CASE(signatures_stand_in_parallel_and_in_order),
        CASE(twelve_states_run_to_their_end),
        CASE(a_matter_ends_on_the_version_it_began_with),
        CASE(the_ladder_tells_each_once),
        CASE(a_stopped_clock_goes_on_where_it_stood),
        CASE(a_changed_calendar_moves_open_ends),
        CASE(a_failed_recount_says_so_and_is_done_again),
        CASE(other_hands_and_corrections_leave_a_trace),
        CASE(random_events_never_leave_the_declaration),
        CASE(a_failed_call_leaves_a_matter_before_or_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
