/* care_cases.h: the procedures of care on any database. */
#include "care/test/care_world.h"

static int64_t open_by(const struct who *who, const struct flow *f, const char *step, ...)
{
    int64_t id;
    va_list ap;
    struct row *r = row_new(a, record_find(f->name));
    row_set_int(a, r, "member", person);
    va_start(ap, step);
    fill(r, ap);
    va_end(ap);
    OK(try_open(who, f, step, r, &id));
    return id;
}

static int64_t admonished(void)
{
    int64_t id = open_by(&supervision, &admonition_flow, "propose", "ground", "8", "cause", "漏报", "material",
                         "示核〔2026〕7号", "source", "daily", NULL);
    take(&supervision, id, "tell", NULL);
    OK(try_sign(&minister, id));
    take(&self, id, "receive", NULL);
    take(&self, id, "reply", "reply", "说明", NULL);
    take(&supervision, id, "decide", "form", "letter", "finding", "成立", NULL);
    OK(try_sign(&minister, id));
    return id;
}

/* ---- admonition ---- */
static void an_admonition_is_approved_by_the_party_secretary_only(void **state)
{
    (void)state;
    int64_t id = admonished();
    refused_as(try_sign(&minister, id), "flow.not_your_signature");
    assert_int_equal(try_sign(&discipline, id)->kind, ERR_MISSING); /* not even to be seen */
    assert_int_equal(count("SELECT count(*) FROM roster_measure"), 0);
    OK(try_sign(&secretary, id));
    state_is(id, "decided");
    struct flow_matter *m = look(id);
    assert_string_equal(row_text(m->content, "decided_on"), "2026-03-02");
    assert_int_equal(count("SELECT count(*) FROM roster_measure WHERE kind = 'admonition' AND"
                           " decided_on = '2026-03-02' AND document IS NOT NULL AND cancelled_on IS NULL"),
                     1);
    assert_int_equal(
        count("SELECT count(*) FROM flow_notice WHERE recipient = 'role:party_secretary' AND kind = 'decide'"), 1);
}

static void nobody_is_admonished_unheard_or_without_a_ground(void **state)
{
    (void)state;
    struct row *r = row_new(a, &care_admonition);
    int64_t id;
    row_set_int(a, r, "member", person);
    row_set(r, "cause", "漏报");
    struct err *e = try_open(&supervision, &admonition_flow, "propose", r, &id);
    assert_non_null(e);
    assert_string_equal(e->field, "ground");
    id = open_by(&supervision, &admonition_flow, "propose", "ground", "8", "cause", "漏报", "material", "号", "source",
                 "daily", NULL);
    take(&supervision, id, "tell", NULL);
    OK(try_sign(&minister, id));
    take(&self, id, "receive", NULL);
    assert_non_null(try_take(&supervision, id, "decide", look(id)->content));
    state_is(id, "received");
}

static void the_look_back_comes_after_six_months(void **state)
{
    (void)state;
    int64_t id = admonished();
    OK(try_sign(&secretary, id));
    take(&self, id, "receive_decision", NULL);
    take(&self, id, "review", "review", "检查", NULL);
    state_is(id, "running");
    assert_string_equal(row_text(look(id)->row, "due_on"), "2026-09-02");
    struct row *r = row_copy(a, look(id)->content);
    row_set(r, "checked", "已改正");
    refused_as(try_take(&supervision, id, "check", r), "flow.when_false");
    on_day("2026-09-02");
    OK(try_take(&supervision, id, "check", r));
    state_is(id, "done");
}

static void the_district_sets_the_days_of_the_self_review(void **state)
{
    (void)state;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "test", &c));
        OK(setting_put(&c, "care.review_days", "10"));
        OK(change_commit(&c));
    }
    int64_t id = admonished();
    OK(try_sign(&secretary, id));
    take(&self, id, "receive_decision", NULL);
    struct flow_matter *m = look(id);
    assert_string_equal(m->dues[m->n_dues - 1].name, "review");
    assert_int_equal(m->dues[m->n_dues - 1].due.n, 10);
}

/* ---- looked at again ---- */
static void a_review_is_done_by_others_and_a_cancelled_bar_never_counted(void **state)
{
    (void)state;
    int64_t id = admonished();
    OK(try_sign(&secretary, id));
    take(&self, id, "receive_decision", NULL);
    int64_t appeal = open_by(&self, &appeal_flow, "ask", "about", text_of(id), "objection", "不属应报告范围", NULL);
    state_is(id, "reviewing"); /* nothing is suspended */
    struct row *r = row_copy(a, look(appeal)->content);
    row_set(r, "answer", "不属应报告范围");
    refused_as(try_take(&supervision, appeal, "cancel", r), "flow.other_handler");
    assert_int_equal(try_take(&secretary, appeal, "cancel", r)->kind, ERR_MISSING);
    OK(try_take(&colleague, appeal, "cancel", r));
    state_is(appeal, "cancelled");
    state_is(id, "cancelled");
    assert_int_equal(count("SELECT count(*) FROM roster_measure WHERE cancelled_on = '2026-03-02'"), 1);
}

static void a_complaint_goes_to_who_did_not_review(void **state)
{
    (void)state;
    int64_t id = admonished();
    OK(try_sign(&secretary, id));
    take(&self, id, "receive_decision", NULL);
    int64_t appeal = open_by(&self, &appeal_flow, "ask", "about", text_of(id), "objection", "不服", NULL);
    take(&colleague, appeal, "uphold", "answer", "维持", NULL);
    take(&self, appeal, "complain", "complaint", "仍不服", NULL);
    struct row *r = row_copy(a, look(appeal)->content);
    row_set(r, "ruling", "撤销");
    refused_as(try_take(&colleague, appeal, "rule_cancel", r), "flow.other_person");
    refused_as(try_take(&supervision, appeal, "rule_cancel", r), "flow.other_handler");
    OK(try_take(&discipline, appeal, "rule_cancel", r));
    state_is(id, "cancelled");
}

static void another_persons_decision_cannot_be_objected_to(void **state)
{
    (void)state;
    int64_t id = admonished(), out;
    int64_t other = make(&roster_member, "name", "另一人", "status", "1", "unit", text_of(unit));
    struct who stranger = self;
    stranger.member = other;
    struct row *r = row_new(a, &care_appeal);
    row_set_int(a, r, "member", other);
    row_set_int(a, r, "about", id);
    row_set(r, "objection", "不服");
    refused_as(try_open(&stranger, &appeal_flow, "ask", r, &out), "care.appeal.other");
}

/* ---- measures ---- */
static void each_measure_has_its_period(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *until, *step, *then;
    } all[] = {{"org_transfer", "2027-03-01", "receive_decision", "in_force"},
               {"org_dismissal", "2028-03-01", "receive_decision", "in_force"},
               {"org_demotion", "2028-03-01", "receive_decision", "in_force"},
               {"org_suspension", NULL, "suspend", "suspended"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        int64_t id = open_by(&supervision, &measure_flow, "propose", "kind", all[i].kind, "cause", "事实", "verified",
                             "属实", NULL);
        take(&supervision, id, "tell", NULL);
        OK(try_sign(&minister, id));
        take(&self, id, "receive", NULL);
        take(&self, id, "waive", NULL);
        take(&supervision, id, "decide", "finding", "成立", "meeting", "常委会第3次会议", NULL);
        OK(try_sign(&minister, id));
        OK(try_sign(&secretary, id));
        take(&self, id, all[i].step, NULL);
        state_is(id, all[i].then);
        const char *until = row_text(look(id)->content, "until_on");
        if (all[i].until == NULL)
            assert_null(until);
        else
            assert_string_equal(until, all[i].until);
    }
    assert_int_equal(count("SELECT count(*) FROM roster_measure"), 4);
}

/* ---- talks ---- */
static void each_promise_of_a_talk_is_a_task_with_its_day(void **state)
{
    (void)state;
    open_by(&minister, &talk_flow, "record", "kind", "yearly", "held_on", "2026-02-20", "held_by", "部长丙", "said",
            "谈了工作", "promise", "培训", "promise_by", "2026-06-30", "promise_3", "体检", "promise_3_by",
            "2026-07-31", NULL);
    assert_int_equal(count("SELECT count(*) FROM flow_matter WHERE flow = 'care.promise' AND owner = 'supervision' AND"
                           " due_on IN ('2026-06-30', '2026-07-31')"),
                     2);
    struct row *r = row_new(a, &care_talk);
    int64_t id;
    row_set_int(a, r, "member", person);
    row_set(r, "kind", "yearly");
    row_set(r, "held_on", "2026-02-20");
    row_set(r, "held_by", "部长丙");
    row_set(r, "said", "谈了工作");
    row_set(r, "promise", "没有日期");
    struct err *e = try_open(&minister, &talk_flow, "record", r, &id);
    assert_non_null(e);
    assert_string_equal(e->field, "promise_by");
}

static void nobody_is_visited_who_did_not_agree(void **state)
{
    (void)state;
    int64_t id = open_by(&supervision, &visit_flow, "announce", "kind", "home", "occasion", "greeting", "planned_on",
                         "2026-03-20", "visitors", "监督甲", NULL);
    struct row *r = row_copy(a, look(id)->content);
    row_set(r, "held_on", "2026-03-02");
    row_set(r, "seen", "记录");
    refused_as(try_take(&supervision, id, "visit", r), "flow.not_now");
    struct flow_ticked t;
    on_day("2026-03-11");
    OK(flow_clock_run(db, a, clock_today(), &t));
    state_is(id, "lapsed");
}

/* ---- cleared names ---- */
#define MARK "雁字回时"
/* What was put to a person who proved clear stands in its own matter and nowhere else: every column of every table that
 * is not the matter's own is searched after each of 20 runs through the inquiry, by chance. */
static int64_t marked_outside(void)
{
    int64_t n = 0;
    for (int i = 0; i < record_count(); i++) {
        const struct record *rec = record_at(i);
        if (strncmp(rec->name, "flow.", 5) == 0 || strcmp(rec->name, "care.inquiry") == 0)
            continue;
        for (int f = 0; f < record_fields(rec); f++)
            if (rec->fields[f].type == FIELD_TEXT || rec->fields[f].type == FIELD_LONG)
                n += count(arena_printf(a, "SELECT count(*) FROM %s WHERE \"%s\" LIKE '%%" MARK "%%'",
                                        record_table(a, rec), rec->fields[f].name));
    }
    return n;
}

static int64_t rows_of_persons(void)
{
    int64_t n = 0;
    for (int i = 0; i < record_count(); i++)
        if (strncmp(record_at(i)->name, "roster.", 7) == 0 || strncmp(record_at(i)->name, "rules.", 6) == 0)
            n += count(arena_printf(a, "SELECT count(*) FROM %s", record_table(a, record_at(i))));
    return n;
}

static int64_t inquiry(bool again)
{
    int64_t id =
        open_by(&supervision, &inquiry_flow, "draft", "aspect", "duty", "cause", MARK, "source", "daily", NULL);
    for (int round = 0; round < (again ? 2 : 1); round++) {
        if (round == 0)
            take(&supervision, id, "send", NULL);
        else
            take(&supervision, id, "ask_again", "second", MARK, NULL);
        OK(try_sign(&minister, id));
        take(&self, id, "receive", NULL);
        take(&self, id, "reply", "reply", MARK, NULL);
    }
    return id;
}

static void an_inquiry_closed_as_clear_leaves_no_mark(void **state)
{
    (void)state;
    int64_t before = rows_of_persons();
    unsigned chance = 20260302;
    for (int i = 0; i < 20; i++) {
        chance = chance * 1103515245u + 12345u;
        int64_t id = inquiry((chance >> 16 & 1) != 0);
        take(&supervision, id, "clear", "finding", MARK, NULL);
        OK(try_sign(&minister, id));
        state_is(id, "clear");
        assert_int_equal(row_int(look(id)->row, "unmarked"), 1);
        assert_null(row_text(look(id)->row, "waits"));
        struct flow_matter *m;
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(flow_look(&tx, &supervision, id, &m));
        OK(flow_look(&tx, &self, id, &m));
        assert_int_equal(flow_look(&tx, &colleague, id, &m)->kind, ERR_MISSING);
        db_end(&tx);
    }
    assert_int_equal(rows_of_persons(), before);
    assert_int_equal(marked_outside(), 0);
}

static void a_false_claim_is_noted_where_it_stood(void **state)
{
    (void)state;
    int64_t id = inquiry(false);
    take(&supervision, id, "clear", "finding", "不实", NULL);
    OK(try_sign(&minister, id));
    int64_t told = count("SELECT count(DISTINCT recipient) FROM flow_notice");
    int64_t letter = open_by(&supervision, &clearing_flow, "draft", "claim", "举报内容", "found", "查无此事", "about",
                             text_of(id), "places", "局党组会", NULL);
    take(&supervision, letter, "send", NULL);
    OK(try_sign(&minister, letter));
    struct flow_matter *m = look(id);
    assert_string_equal(m->done[m->n_done - 1].step, "remark");
    assert_string_equal(m->done[m->n_done - 1].reasons, "查无此事");
    assert_int_equal(count("SELECT count(*) FROM flow_notice WHERE kind = 'remark'"), told);
    state_is(id, "clear");
}

/* ---- whole or not at all ---- */
static void a_failed_call_leaves_no_half_review(void **state)
{
    (void)state;
    int64_t id = admonished();
    OK(try_sign(&secretary, id));
    take(&self, id, "receive_decision", NULL);
    int64_t appeal = open_by(&self, &appeal_flow, "ask", "about", text_of(id), "objection", "不服", NULL);
    struct row *r = row_copy(a, look(appeal)->content);
    row_set(r, "answer", "撤销");
    int64_t rev = look(appeal)->rev;
    for (int64_t k = 0;; k++) {
        struct err *e;
        {
            change_scope struct change c = {0};
            db_fail_at(k);
            e = change_begin(db, a, &colleague, "test", &c);
            if (e == NULL)
                e = flow_take(&c, appeal, rev, "cancel", &(struct flow_input){.values = r, .blocked = ""});
            if (e == NULL)
                e = change_commit(&c);
            db_fail_at(-1);
        }
        bool done = e == NULL;
        state_is(appeal, done ? "cancelled" : "asked");
        state_is(id, done ? "cancelled" : "reviewing");
        assert_int_equal(count("SELECT count(*) FROM roster_measure WHERE cancelled_on IS NOT NULL"), done);
        if (done) {
            assert_true(k > 20);
            return;
        }
    }
}

static struct err *write_to_three(const int64_t *members)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &supervision, "test", &c));
    for (int i = 0; i < 3; i++) {
        int64_t matter;
        struct row *r = row_new(a, &care_concern);
        row_set_int(a, r, "member", members[i]);
        row_set(r, "occasion", "festival");
        row_set(r, "body", "望廉洁过节");
        row_set(r, "node", "festival 2026-04-05");
        TRY(flow_open(&c, &concern_flow, "send", &(struct flow_input){.values = r, .blocked = ""}, "节日提醒",
                      &matter));
    }
    return change_commit(&c);
}

static void one_act_writes_to_all_or_to_nobody(void **state)
{
    (void)state;
    int64_t members[3];
    for (int i = 0; i < 3; i++)
        members[i] = make(&roster_member, "name", "同事", "status", "1", "unit", text_of(unit));
    for (int64_t k = 0;; k++) {
        db_fail_at(k);
        struct err *e = write_to_three(members);
        db_fail_at(-1);
        assert_int_equal(count("SELECT count(*) FROM flow_matter WHERE flow = 'care.concern'"), e == NULL ? 3 : 0);
        assert_int_equal(count("SELECT count(*) FROM flow_document"), e == NULL ? 3 : 0);
        if (e == NULL) {
            assert_true(k > 20);
            return;
        }
    }
}

/* ---- by chance ---- */
static const struct flow *const all_flows[] = {&inquiry_flow,  &admonition_flow, &measure_flow, &appeal_flow,
                                               &reminder_flow, &concern_flow,    &talk_flow,    &promise_flow,
                                               &visit_flow,    &clearing_flow};
static struct rng dice;

static const char *some_day(const char *field)
{
    static char iso[DATE_TEXT];
    bool ahead = strcmp(field, "held_on") != 0;
    return arena_strdup(a,
                        date_iso(ahead ? date_add_days(clock_today(), rng_range(&dice, 1, 60)) : clock_today(), iso));
}

/* What a form would bring: something in every field of the step that may stay empty or not. */
static struct row *typed(const struct flow_step *s, const struct row *content, int64_t decided)
{
    struct row *r = row_copy(a, content);
    char *name;
    for (const char *p = s->fields; flow_next_word(a, &p, &name, NULL);) {
        const struct field *f = &r->of->fields[record_field(r->of, name)];
        if (f->type == FIELD_CODE) {
            const struct code_list *l = codes_list(f->codes);
            row_set(r, name, codes_code(l, rng_range(&dice, 1, codes_count(l))));
        } else if (f->type == FIELD_DATE) {
            row_set(r, name, some_day(name));
        } else if (f->type == FIELD_TEXT || f->type == FIELD_LONG) {
            row_set(r, name, "文字");
        } else if (strcmp(name, "member") == 0) {
            row_set_int(a, r, name, person);
        } else if (strcmp(name, "about") == 0) {
            row_set_int(a, r, name, decided);
        }
    }
    return r;
}

static const struct who *someone(void)
{
    const struct who *all[] = {&supervision, &colleague, &minister, &secretary, &discipline, &self};
    return all[rng_below(&dice, 6)];
}

static bool heard(const struct flow_matter *m)
{
    bool is = false;
    for (int i = 0; i < m->n_done; i++) {
        const char *step = m->done[i].step;
        is = is || strcmp(step, m->flow->hearing) == 0 || strcmp(step, m->flow->waiver) == 0 ||
             strcmp(step, "run_out") == 0;
    }
    return is;
}

/* In a declared state, with a clock while it is open, without one when it has ended, and nobody decided on unheard. */
static void sound(int64_t id)
{
    struct flow_matter *m = look(id);
    int running = 0;
    assert_non_null(flow_state_of(m->flow, m->state->name));
    for (int i = 0; i < m->n_dues; i++)
        running += row_text(m->dues[i].row, "ended_on") == NULL;
    if (m->state->wait == FLOW_END)
        assert_int_equal(running, 0);
    else if (strcmp(flow_due_of(m->flow, m->state->due)->from, "entered") == 0)
        assert_int_equal(running, 1);
    for (int i = 0; i < m->n_done; i++) {
        const struct flow_step *s = flow_step_of(m->flow, m->done[i].step);
        if (s != NULL && s->against && !m->done[i].void_)
            assert_true(heard(m));
    }
}

static void try_anything(int64_t id, int64_t decided)
{
    struct flow_matter *m = look(id);
    const struct flow_step *s;
    int n = 0;
    while (m->flow->steps[n].name != NULL)
        n++;
    if (row_int(m->row, "pending") != 0) {
        struct err *e = try_sign(someone(), id);
        assert_true(e == NULL || e->kind != ERR_FAULT);
        return;
    }
    do {
        s = &m->flow->steps[rng_below(&dice, n)];
    } while (!flow_word(s->from, m->state->name, NULL) && rng_below(&dice, 20) != 0);
    struct err *e = try_take(someone(), id, s->name, typed(s, m->content, decided));
    assert_true(e == NULL || e->kind != ERR_FAULT);
}

static void random_events_leave_every_matter_sound(void **state)
{
    (void)state;
    const char *more = getenv("QF_FLOW_RUNS");
    int runs = more == NULL ? 200 : (int)strtol(more, NULL, 10);
    struct date day = clock_today();
    rng_seed(&dice, 20261125);
    int64_t decided = admonished();
    OK(try_sign(&secretary, decided));
    for (int i = 0; i < runs; i++) {
        const struct flow *f = all_flows[i % (int)(sizeof all_flows / sizeof *all_flows)];
        const struct flow_step *s = &f->steps[0];
        int64_t id;
        OK(try_open(f == &appeal_flow ? &self : &supervision, f, s->name,
                    typed(s, row_new(a, record_find(f->name)), decided), &id));
        for (int k = 0; k < 30 && look(id)->state->wait != FLOW_END; k++) {
            if (rng_below(&dice, 8) == 0) {
                struct flow_ticked ticked;
                day = date_add_days(day, rng_range(&dice, 1, 12));
                clock_fix(date_to_days(day) * 86400000 + 4 * 3600000);
                OK(flow_clock_run(db, a, clock_today(), &ticked));
            }
            try_anything(id, decided);
            sound(id);
        }
        arena_free(a);
        a = arena_new();
    }
    /* the walk came far: every procedure ended, in more ways than one each */
    assert_int_equal(count("SELECT count(DISTINCT flow) FROM flow_matter WHERE closed_on IS NOT NULL"), 10);
    int64_t ways =
        count("SELECT count(*) FROM (SELECT DISTINCT flow, state FROM flow_matter WHERE closed_on IS NOT NULL)"
              " AS ends");
    assert_true(ways >= 20);
}

/* ---- what the pages read ---- */
static void pages_count_what_is_open_and_leave_out_what_was_cleared(void **state)
{
    (void)state;
    struct scope all = SCOPE_ALL, none = {0};
    struct care_q_letter_counts *n;
    struct care_q_letter_counts_of *of;
    struct care_q_letter_rows *rows;
    struct care_q_talked *talked;
    struct care_q_not_talked *left;
    int count_n, count_of, count_rows, count_left;
    int64_t id = inquiry(false);
    take(&supervision, id, "clear", "finding", "说明清楚", NULL);
    OK(try_sign(&minister, id));
    int64_t open = admonished();
    int64_t talk = open_by(&minister, &talk_flow, "record", "kind", "yearly", "held_on", "2026-02-20", "held_by",
                           "部长丙", "said", "谈了工作", NULL);
    make(&roster_member, "name", "另一人", "status", "1", "unit", text_of(unit));
    make(&care_plan, "year", "2026", "member", text_of(person), "leader", "部长丙");
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(care_q_letter_counts(&tx, &all, "2026-01-01", "2027-01-01", &n, &count_n));
    assert_int_equal(count_n, 2);
    assert_string_equal(n[0].flow, "care.admonition");
    assert_string_equal(n[1].flow, "care.talk");
    OK(care_q_letter_counts_of(&tx, &all, person, "2026-01-01", "2027-01-01", &of, &count_of));
    assert_int_equal(count_of, 2);
    OK(care_q_letter_counts(&tx, &none, "2026-01-01", "2027-01-01", &n, &count_n));
    assert_int_equal(count_n, 0);
    OK(care_q_letter_rows(&tx, &all, "", "", "2026-01-01", "2027-01-01", INT64_MAX, &rows, &count_rows));
    assert_int_equal(count_rows, 2);
    assert_int_equal(rows[0].id, talk);
    OK(care_q_letter_rows(&tx, &all, "care.admonition", "answered", "2026-01-01", "2027-01-01", INT64_MAX, &rows,
                          &count_rows));
    assert_int_equal(count_rows, 1);
    assert_int_equal(rows[0].id, open);
    OK(care_q_talked(&tx, &all, "2025-03-02", 2026, &talked));
    assert_int_equal(talked->in_office, 2);
    assert_int_equal(talked->talked, 1);
    assert_int_equal(talked->planned, 1);
    assert_int_equal(talked->planned_done, 1);
    OK(care_q_not_talked(&tx, &all, "2025-03-02", 0, &left, &count_left));
    assert_int_equal(count_left, 1);
    assert_string_equal(left[0].name, "另一人");
}

static void who_was_written_to_is_not_due_again(void **state)
{
    (void)state;
    struct scope all = SCOPE_ALL;
    struct care_q_due_posts *posts;
    struct care_q_due_ranks *ranks;
    struct care_q_due_findings *found;
    struct care_q_due_festival *feast;
    struct care_q_units *units;
    int n;
    int64_t post = make(&roster_post, "member", text_of(person), "title", "副局长", "from_on", "2026-02-25");
    for (int round = 0; round < 2; round++) {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(care_q_due_posts(&tx, &all, "2026-02-01", "2026-04-01", &posts, &n));
        assert_int_equal(n, 1 - round);
        OK(care_q_due_ranks(&tx, &all, "2026-02-01", "2026-04-01", &ranks, &n));
        assert_int_equal(n, 0);
        OK(care_q_due_findings(&tx, &all, CLASS_CASE, &found, &n));
        assert_int_equal(n, 0);
        OK(care_q_due_festival(&tx, &all, "festival 2026-04-05", &feast, &n));
        assert_int_equal(n, 1);
        OK(care_q_units(&tx, &all, &units, &n));
        assert_int_equal(n, 1);
        db_end(&tx);
        if (round == 0)
            open_by(&supervision, &concern_flow, "send", "occasion", "taking_office", "body", "望廉洁奉公", "node",
                    arena_printf(a, "post %lld", (long long)post), NULL);
    }
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_admonition_is_approved_by_the_party_secretary_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_admonished_unheard_or_without_a_ground, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_look_back_comes_after_six_months, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_district_sets_the_days_of_the_self_review, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_review_is_done_by_others_and_a_cancelled_bar_never_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_goes_to_who_did_not_review, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_persons_decision_cannot_be_objected_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_measure_has_its_period, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_promise_of_a_talk_is_a_task_with_its_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_visited_who_did_not_agree, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_inquiry_closed_as_clear_leaves_no_mark, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_false_claim_is_noted_where_it_stood, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_call_leaves_no_half_review, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_act_writes_to_all_or_to_nobody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_events_leave_every_matter_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_count_what_is_open_and_leave_out_what_was_cleared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_was_written_to_is_not_due_again, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("care", tests, NULL, NULL);
}
