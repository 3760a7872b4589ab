/* rules_cases.h: what holds for rules and findings on either database; included by one test binary a database. */
#include "rules_world.h"

static struct rules_refreshed refresh(struct house *h)
{
    struct rules_refreshed r;
    OK(rules_refresh(h->rules, h->db, h->a, 0, 0, &r));
    return r;
}

/* The only finding of the rule, NULL when there is none. */
static struct row *finding(struct house *h, const char *rule)
{
    db_scope struct db_tx tx = {0};
    struct row *r = NULL;
    int64_t id, n;
    struct db_val args[] = {db_text(rule)};
    OK(db_begin_read(h->db, h->a, &tx));
    OK(db_one_int(&tx, "SELECT count(*) FROM rules_finding WHERE rule = ?1", args, 1, 0, &n));
    OK(db_one_int(&tx, "SELECT max(id) FROM rules_finding WHERE rule = ?1", args, 1, 0, &id));
    if (n == 0)
        return NULL;
    assert_int_equal(n, 1);
    OK(record_read(&tx, &findings_finding, &officer, id, &r));
    return r;
}

static void is(const struct row *r, const char *field, const char *value)
{
    const char *v = row_text(r, field);
    if (value == NULL ? v != NULL : v == NULL || strcmp(v, value) != 0)
        fail_msg("%s is '%s', not '%s'", field, v == NULL ? "NULL" : v, value == NULL ? "NULL" : value);
}

/* ---- cases and the demo district ---- */
static void every_case_of_every_rule_holds(void **state)
{
    struct house *h = *state;
    int passed, failed;
    struct buf out = BUF(h->a);
    clean(h->db, h->a);
    OK(rules_test(h->a, test_url(), &out, &passed, &failed));
    if (failed != 0)
        fail_msg("%s", buf_str(&out));
    assert_true(passed > 400);
}

static void a_check_finds_exactly_what_was_planted(void **state)
{
    struct house *h = *state;
    struct lines want = planted(h, 1500), got = {0};
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_run run;
    struct rules_ask ask = {.gaps = true};
    OK(rules_judge(r.set, r.root, h->a, &ask, &run));
    for (int64_t i = 0; i < run.n; i++)
        *VEC_PUSH(&got, h->a) =
            arena_printf(h->a, "%s %s %s", run.hits[i].rule->text->id, kind_of(run.hits[i].rule->subject),
                         facts_key(h->a, r.root, run.hits[i].rule->subject, run.hits[i].where.at));
    qsort(got.p, got.n, sizeof *got.p, by_text);
    for (size_t i = 0; i < want.n && i < got.n; i++)
        assert_string_equal(got.p[i], want.p[i]);
    assert_int_equal(got.n, want.n);
    assert_int_equal(run.n_gaps, 0);
    end(&r);
}

/* Every rule for every member alone, and since when: true on that day and not the day before. */
static void one_at_a_time_equals_everyone_and_since_is_the_first_day(void **state)
{
    struct house *h = *state;
    planted(h, 600);
    load(h);
    struct reading r;
    begin(h, &r);
    static const int days[][3] = {{2026, 11, 25}, {2024, 2, 29}, {2019, 3, 3}, {2028, 7, 1}};
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        arena_scope struct arena *a = arena_new();
        facts_scope const struct facts_root *root = NULL;
        OK(facts_at_day(r.root, a, date_make(days[d][0], days[d][1], days[d][2]), &root));
        struct rules_run all;
        struct rules_ask ask = {.since = true, .gaps = true};
        OK(rules_judge(r.set, root, a, &ask, &all));
        int64_t hits = 0, unknown = 0;
        for (int s = 0; s < facts_registered(); s++)
            for (int b = 0; facts_declared(s)->owner == NULL && b < facts_blocks(root, s); b++)
                for (int i = 0; i < facts_block(root, s, b)->tables[s].n; i++) {
                    arena_scope struct arena *one = arena_new();
                    struct rules_run run;
                    struct rules_ask of = {.subject = s, .id = facts_block(root, s, b)->tables[s].ids[i]};
                    OK(rules_judge(r.set, root, one, &of, &run));
                    hits += run.n;
                    unknown += run.unknown;
                }
        assert_int_equal(hits, all.n);
        assert_int_equal(unknown, all.unknown);
        for (int64_t i = 0; i < all.n; i++) {
            const struct rules_hit *hit = &all.hits[i];
            enum tri on, before;
            if (!date_is(hit->since))
                continue;
            OK(rules_truth(hit->rule, root, a, hit->where.owner, hit->where.id, hit->since, &on, NULL));
            OK(rules_truth(hit->rule, root, a, hit->where.owner, hit->where.id, date_add_days(hit->since, -1), &before,
                           NULL));
            assert_int_equal(on, TRI_TRUE);
            assert_int_not_equal(before, TRI_TRUE);
        }
    }
    end(&r);
}

static void a_rule_says_when_it_changes_next(void **state)
{
    struct house *h = *state;
    int64_t m = save(h, &roster_member, "name", "甲", "status", "1", NULL);
    save(h, &roster_measure, "member", id_text(h, m), "kind", "party_warning", "decided_on", "2026-03-01", NULL);
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_run run;
    struct rules_ask ask = {.rule = "DISC-W", .since = true};
    OK(rules_judge(r.set, r.root, h->a, &ask, &run));
    assert_int_equal(run.n, 1);
    struct date next;
    OK(rules_next(&run.hits[0], r.root, h->a, facts_day(r.root), 40, &next));
    assert_int_equal(next.v, date_make(2027, 3, 1).v);
    OK(rules_next(&run.hits[0], r.root, h->a, date_make(2026, 1, 1), 40, &next));
    assert_int_equal(next.v, date_make(2026, 3, 1).v);
    OK(rules_next(&run.hits[0], r.root, h->a, date_make(2027, 3, 2), 40, &next));
    assert_int_equal(next.v, DATE_NONE.v);
    end(&r);
}

/* ---- findings ---- */
static void a_finding_opens_once(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    adopt_all(h);
    load(h);
    assert_int_equal(refresh(h).opened, 1);
    struct row *f = finding(h, "APPT-XCH-1");
    is(f, "state", "opened");
    is(f, "since", "2026-05-18");
    is(f, "edition", "2006-06-10");
    is(f, "kind", "roster.post");
    is(f, "subject", id_text(h, p.post));
    is(f, "member", id_text(h, p.member));
    is(f, "unit", id_text(h, p.unit));
    is(f, "effect", "warn");
    is(f, "asks", "unit");
    is(f, "category", "tenure");
    is(f, "opened_on", "2026-11-25");
    is(f, "facts",
       "{\"current\":true,\"member.status\":\"1\",\"office_kind\":\"local_government\",\"since\":\"2016-05-18\"}");
    struct rules_refreshed again = refresh(h);
    assert_int_equal(again.opened + again.renewed + again.ceased + again.moved, 0);
    assert_int_equal(finding(h, "APPT-XCH-1")->rev, f->rev);
    today(2026, 11, 26);
    again = refresh(h);
    assert_int_equal(again.opened + again.renewed + again.ceased, 0);
}

static void hold_at_most(struct house *h, const char *class)
{
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(setting_put(&c, "class_most", class));
    OK(change_commit(&c));
}

/* The rule reads facts of class personal. */
static void the_judge_writes_nothing_more_secret_than_allowed(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    hold_at_most(h, "internal");
    assert_int_equal(refresh(h).opened, 0);
    hold_at_most(h, "personal");
    assert_int_equal(refresh(h).opened, 1);
    hold_at_most(h, "internal");
    struct rules_refreshed again = refresh(h);
    assert_int_equal(again.opened + again.renewed + again.ceased, 0); /* what is kept stays */
    is(finding(h, "APPT-XCH-1"), "state", "opened");
}

static void close_it(struct house *h, struct row *f, enum rules_ending how, const char *reasons)
{
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_close_finding(&c, f->id, f->rev, how, reasons));
    OK(change_commit(&c));
}

static void closed_with_reasons_stays_closed_for_the_same_facts(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    adopt_all(h);
    load(h);
    refresh(h);
    close_it(h, finding(h, "APPT-XCH-1"), RULES_REASONS, "工程竣工前不宜交流");
    assert_int_equal(refresh(h).renewed, 0);
    struct row *f = finding(h, "APPT-XCH-1");
    is(f, "state", "closed");
    is(f, "ended_as", "reasons");
    is(f, "closed_by", "秦守正");
    is(f, "closed_on", "2026-11-25");
    set(h, &roster_member, p.member, "birth", "1970-04"); /* no fact of its trace */
    assert_int_equal(refresh(h).renewed, 0);
    set(h, &roster_post, p.post, "from_on", "2016-04-18");
    assert_int_equal(refresh(h).renewed, 1);
    f = finding(h, "APPT-XCH-1");
    is(f, "state", "opened");
    is(f, "since", "2026-04-18");
    is(f, "reasons", NULL);
    is(f, "ended_as", NULL);
}

static void what_is_no_longer_so_closes_itself_and_opens_again(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    adopt_all(h);
    load(h);
    refresh(h);
    set(h, &roster_post, p.post, "from_on", "2017-05-18");
    assert_int_equal(refresh(h).ceased, 1);
    struct row *f = finding(h, "APPT-XCH-1");
    is(f, "state", "closed");
    is(f, "ended_as", "ceased");
    is(f, "closed_by", "judge");
    is(f, "changed", "{\"since\":[\"2016-05-18\",\"2017-05-18\"]}");
    assert_int_equal(refresh(h).ceased, 0);
    today(2027, 5, 18);
    assert_int_equal(refresh(h).renewed, 1);
    is(finding(h, "APPT-XCH-1"), "state", "opened");
    {
        change_scope struct change c = {0};
        struct row *post = read_row(h, &roster_post, p.post);
        OK(change_begin(h->db, h->a, &officer, "test", &c));
        OK(record_end(&c, &roster_post, p.post, post->rev, "录错了人"));
        OK(change_commit(&c));
    }
    assert_int_equal(refresh(h).ceased, 1);
    is(finding(h, "APPT-XCH-1"), "changed", "{\"gone\":[false,true]}");
}

static void persons_answer_take_up_and_close(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    refresh(h);
    struct row *f = finding(h, "APPT-XCH-1");
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_take_up(&c, f->id, f->rev));
    OK(rules_answer(&c, f->id, f->rev + 1, "服从安排"));
    struct err *e = rules_close_finding(&c, f->id, f->rev + 2, RULES_REASONS, "  ");
    assert_non_null(e);
    assert_string_equal(e->field, "reasons");
    e = rules_close_finding(&c, f->id, f->rev, RULES_REASONS, "x");
    assert_int_equal(e->kind, ERR_CONFLICT);
    OK(rules_close_finding(&c, f->id, f->rev + 2, RULES_CORRECTED, "已更正"));
    e = rules_answer(&c, f->id, f->rev + 3, "再答");
    assert_int_equal(e->kind, ERR_CONFLICT);
    OK(change_commit(&c));
    f = finding(h, "APPT-XCH-1");
    is(f, "handler", "秦守正");
    is(f, "reply", "服从安排");
    is(f, "replied_by", "秦守正");
    is(f, "ended_as", "corrected");
}

static void a_missing_fact_is_told_once_with_the_rules_that_wait(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    set(h, &roster_post, p.post, "from_on", NULL);
    set(h, &roster_member, p.member, "citizen_id", NULL);
    adopt_all(h);
    load(h);
    struct reading r;
    begin(h, &r);
    struct rules_run run;
    struct rules_ask ask = {.gaps = true};
    OK(rules_judge(r.set, r.root, h->a, &ask, &run));
    int posts = 0;
    for (int64_t i = 0; i < run.n_gaps; i++)
        posts += run.gaps[i].id == p.post && run.gaps[i].subject == facts_subject("post");
    assert_int_equal(posts, 1);
    end(&r);
    refresh(h);
    db_scope struct db_tx tx = {0};
    int64_t id;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(db_one_int(&tx, "SELECT max(id) FROM rules_finding WHERE missing = 'post.since'", NULL, 0, 0, &id));
    db_end(&tx);
    struct row *f = read_row(h, &findings_finding, id);
    is(f, "rule", "MISSING");
    is(f, "waiting", "APPT-XCH-1");
    is(f, "kind", "roster.post");
    is(f, "subject", id_text(h, p.post));
    is(f, "asks", "archives");
    is(f, "effect", "remind");
    set(h, &roster_post, p.post, "from_on", "2020-01-01");
    assert_true(refresh(h).ceased >= 1);
    f = read_row(h, &findings_finding, id);
    is(f, "ended_as", "ceased");
}

static void a_fact_that_went_missing_keeps_its_finding_open(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    adopt_all(h);
    load(h);
    refresh(h);
    set(h, &roster_post, p.post, "from_on", NULL);
    assert_int_equal(refresh(h).ceased, 0);
    is(finding(h, "APPT-XCH-1"), "state", "opened");
}

static void findings_move_with_the_person(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    int64_t other = save(h, &roster_unit, "name", "示例区委", "kind", "local_committee", NULL);
    adopt_all(h);
    load(h);
    refresh(h);
    close_it(h, finding(h, "APPT-XCH-1"), RULES_REASONS, "x");
    set(h, &roster_member, p.member, "unit", id_text(h, other));
    assert_int_equal(refresh(h).moved, 1);
    struct row *f = finding(h, "APPT-XCH-1");
    is(f, "unit", id_text(h, other));
    assert_int_equal(f->scope, read_row(h, &roster_unit, other)->scope);
    is(f, "state", "closed");
    assert_int_equal(refresh(h).moved, 0);
}

static void one_person_is_brought_in_line_alone(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h), q = ten_years_at(h, p.unit, ID_B);
    adopt_all(h);
    load(h);
    struct rules_refreshed done;
    OK(rules_refresh(h->rules, h->db, h->a, facts_subject("member"), q.member, &done));
    assert_int_equal(done.opened, 1);
    is(finding(h, "APPT-XCH-1"), "member", id_text(h, q.member));
    assert_int_equal(refresh(h).opened, 1);
}

static void the_keeper_follows_what_is_written(void **state)
{
    struct house *h = *state;
    adopt_all(h);
    load(h);
    struct rules_keeper *k = rules_keeper_start(h->rules, h->pool, 10);
    assert_non_null(k);
    struct person p = ten_years(h);
    struct row *f = NULL;
    for (int i = 0; i < 3000 && (f = finding(h, "APPT-XCH-1")) == NULL; i++)
        usleep(10000);
    is(f, "state", "opened");
    set(h, &roster_post, p.post, "from_on", "2020-01-01");
    for (int i = 0; i < 3000 && row_text(f, "ended_as") == NULL; i++) {
        usleep(10000);
        f = finding(h, "APPT-XCH-1");
    }
    is(f, "ended_as", "ceased");
    rules_keeper_stop(k);
}

/* ---- adoption and parameters ---- */
static void decide(struct house *h,
                   struct err *(*fn)(struct change *, const struct rules_set *, const char *, const char *),
                   const char *rule, const char *reasons)
{
    struct reading r;
    begin(h, &r);
    change_scope struct change c = {0};
    db_end(&r.tx);
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(fn(&c, r.set, rule, reasons));
    OK(change_commit(&c));
    end(&r);
}

static struct err *adopt(struct change *c, const struct rules_set *s, const char *rule, const char *reasons)
{
    return rules_adopt(c, s, rule, reasons, false);
}

static struct err *adopt_read(struct change *c, const struct rules_set *s, const char *rule, const char *reasons)
{
    return rules_adopt(c, s, rule, reasons, true);
}

static enum rules_state state_of(struct house *h, const char *rule)
{
    struct reading r;
    begin(h, &r);
    enum rules_state s = rules_find(r.set, rule)->state;
    end(&r);
    return s;
}

static void only_adopted_rules_open_findings(void **state)
{
    struct house *h = *state;
    ten_years(h);
    load(h);
    assert_int_equal(state_of(h, "APPT-XCH-1"), RULES_TRIAL);
    assert_int_equal(refresh(h).opened, 0);
    decide(h, adopt, "APPT-XCH-1", NULL);
    assert_int_equal(state_of(h, "APPT-XCH-1"), RULES_ADOPTED);
    assert_int_equal(refresh(h).opened, 1);
    is(finding(h, "APPT-XCH-1"), "effect", "warn");
    decide(h, rules_off, "APPT-XCH-1", "本区另有规定");
    assert_int_equal(refresh(h).withdrawn, 1);
    is(finding(h, "APPT-XCH-1"), "ended_as", "withdrawn");
    decide(h, rules_on_trial, "APPT-XCH-1", NULL);
    assert_int_equal(refresh(h).opened, 0);
    decide(h, adopt, "APPT-XCH-1", NULL);
    assert_int_equal(refresh(h).renewed, 1);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *x = rules_find(r.set, "APPT-XCH-1");
    assert_string_equal(x->by, "秦守正");
    assert_int_equal(x->on.v, date_make(2026, 11, 25).v);
    end(&r);
}

static void turning_a_rule_off_needs_reasons(void **state)
{
    struct house *h = *state;
    load(h);
    struct reading r;
    begin(h, &r);
    db_end(&r.tx);
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    struct err *e = rules_off(&c, r.set, "APPT-XCH-1", "");
    assert_non_null(e);
    assert_string_equal(e->field, "reasons");
    e = rules_off(&c, r.set, "NO-RULE", "x");
    assert_int_equal(e->kind, ERR_MISSING);
    end(&r);
}

static void below_the_text_nothing_blocks_until_somebody_read_it(void **state)
{
    struct house *h = *state;
    adopt_all(h);
    load(h);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *post = rules_find(r.set, "POST-1"), *w = rules_find(r.set, "DISC-W");
    assert_int_equal(rules_acts(post, rules_edition_now(post, clock_today())), RULES_WARN);
    assert_int_equal(rules_acts(w, rules_edition_now(w, clock_today())), RULES_BLOCK);
    end(&r);
    decide(h, adopt_read, "POST-1", NULL);
    begin(h, &r);
    post = rules_find(r.set, "POST-1");
    assert_int_equal(rules_acts(post, rules_edition_now(post, clock_today())), RULES_BLOCK);
    end(&r);
}

/* The adopted text differs from the shipped one, as after an upgrade. */
static void an_upgrade_stays_with_the_adopted_text(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    struct reading r;
    begin(h, &r);
    const char *source = rules_find(r.set, "APPT-XCH-1")->shipped->source;
    end(&r);
    struct buf text = BUF(h->a);
    const char *ten = strstr(source, "limit 10");
    buf_add(&text, source, (size_t)(ten - source));
    buf_puts(&text, "limit 12");
    buf_puts(&text, ten + 8);
    db_scope struct db_tx tx = {0};
    int64_t id;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(db_one_int(&tx, "SELECT id FROM rules_adoption WHERE rule = 'APPT-XCH-1'", NULL, 0, 0, &id));
    db_end(&tx);
    set(h, &rules_adoption_record, id, "text", buf_str(&text));
    assert_int_equal(refresh(h).opened, 0);
    begin(h, &r);
    assert_true(rules_find(r.set, "APPT-XCH-1")->changed);
    assert_int_equal(rules_find(r.set, "APPT-XCH-1")->state, RULES_ADOPTED);
    end(&r);
    decide(h, adopt, "APPT-XCH-1", NULL);
    assert_int_equal(refresh(h).opened, 1);
    set(h, &rules_adoption_record, id, "text", "id APPT-XCH-1\nwhen nonsense\n");
    assert_int_equal(state_of(h, "APPT-XCH-1"), RULES_BROKEN);
    assert_int_equal(refresh(h).withdrawn, 0);
}

static void set_param(struct house *h, const char *rule, const char *name, const char *value, struct date from)
{
    struct reading r;
    begin(h, &r);
    db_end(&r.tx);
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_set_param(&c, r.set, rule, name, value, from, "示委发〔2026〕1号"));
    OK(change_commit(&c));
    end(&r);
}

static void parameters_hold_from_their_day(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    set_param(h, "APPT-XCH-1", "limit", "12", date_make(2026, 1, 1));
    assert_int_equal(refresh(h).opened, 0);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *x = rules_find(r.set, "APPT-XCH-1");
    assert_int_equal(x->n_stretches, 2);
    assert_int_equal(rules_stretch_of(x, date_make(2025, 12, 31))->values[0].value.value, 10);
    assert_int_equal(rules_stretch_of(x, date_make(2025, 12, 31))->values[0].row, 0);
    assert_int_equal(rules_stretch_of(x, date_make(2026, 1, 1))->values[0].value.value, 12);
    assert_true(rules_stretch_of(x, date_make(2026, 1, 1))->values[0].row > 0);
    int32_t v;
    assert_true(rules_param(h->rules, "APPT-XCH-1.limit", date_make(2026, 5, 1), &v));
    assert_int_equal(v, 12);
    assert_true(rules_param(h->rules, "APPT-XCH-1.limit", date_make(2020, 5, 1), &v));
    assert_int_equal(v, 10);
    assert_false(rules_param(h->rules, "APPT-XCH-1.limit", date_make(2001, 5, 1), &v));
    end(&r);
    set_param(h, "APPT-XCH-1", "limit", "9", date_make(2026, 6, 1));
    assert_int_equal(refresh(h).opened, 1);
    is(finding(h, "APPT-XCH-1"), "since", "2026-06-01");
    set_param(h, "APPT-XCH-1", "limit", "11", date_make(2026, 6, 1));
    assert_int_equal(refresh(h).ceased, 1);
    db_scope struct db_tx tx = {0};
    struct revision *past;
    int n;
    int64_t id;
    OK(db_begin_read(h->db, h->a, &tx));
    OK(db_one_int(&tx, "SELECT max(id) FROM rules_param", NULL, 0, 0, &id));
    OK(record_history(&tx, &rules_param_record, &officer, id, 10, &past, &n));
    assert_int_equal(n, 2);
    is(past[0].row, "value", "11");
    is(past[1].row, "value", "9");
    is(past[0].row, "set_by", "秦守正");
}

static void an_empty_parameter_makes_its_rule_wait(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    refresh(h);
    set_param(h, "APPT-XCH-1", "limit", NULL, date_make(2026, 1, 1));
    struct reading r;
    begin(h, &r);
    struct rules_run run;
    struct rules_ask ask = {.gaps = true};
    OK(rules_judge(r.set, r.root, h->a, &ask, &run));
    bool waits = false; /* beside those shipped empty */
    for (int i = 0; i < run.n_waiting; i++)
        waits |= strcmp(run.waiting[i]->text->id, "APPT-XCH-1") == 0;
    assert_true(waits);
    end(&r);
    assert_int_equal(refresh(h).ceased, 0);
    is(finding(h, "APPT-XCH-1"), "state", "opened");
}

static void a_parameter_that_does_not_fit_is_refused(void **state)
{
    struct house *h = *state;
    load(h);
    struct reading r;
    begin(h, &r);
    db_end(&r.tx);
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    struct date day = date_make(2026, 1, 1);
    struct err *e = rules_set_param(&c, r.set, "APPT-XCH-1", "limit", "ten", day, "x");
    assert_non_null(e);
    assert_string_equal(e->field, "value");
    e = rules_set_param(&c, r.set, "APPT-XCH-1", "years", "10", day, "x");
    assert_string_equal(e->field, "name");
    e = rules_set_param(&c, r.set, "APPT-XCH-1", "limit", "10", day, "");
    assert_string_equal(e->field, "citation");
    e = rules_set_param(&c, r.set, "APPT-XCH-1", "limit", "10", date_make(2026, 1, 0), "x");
    assert_string_equal(e->field, "from_on");
    end(&r);
}

/* The period of a sanction is a parameter that facts read too. */
static void a_parameter_reaches_the_columns(void **state)
{
    struct house *h = *state;
    int64_t m = save(h, &roster_member, "name", "甲", "status", "1", NULL);
    save(h, &roster_measure, "member", id_text(h, m), "kind", "party_warning", "decided_on", "2026-03-01", NULL);
    load(h);
    struct reading r;
    struct facts_at at;
    for (int i = 0; i < 2; i++) {
        begin(h, &r);
        assert_true(facts_find(r.root, facts_subject("member"), m, &at));
        struct expr_value v = facts_value(r.root, facts_subject("member"), at, MEMBER_BAR_UNTIL);
        assert_int_equal(v.n, i == 0 ? date_make(2027, 3, 1).v : date_make(2026, 12, 1).v);
        end(&r);
        set_param(h, "DISC-W", "period", "9", date_make(2026, 1, 1));
    }
}

/* ---- texts against the world ---- */
static void errors_in_expressions_name_the_file_line_and_column(void **state)
{
    struct house *h = *state;
    const struct expr_world *w;
    OK(facts_world(h->a, &w));
    static const char head[] =
        "id T-1\ntitle 试 | Try\ngroup trial 试 | Tries\nbasis x\nforce ..\nasks unit\neffect warn\n"
        "seen memory\nclear x | y\n"; /* nine lines */
    static const struct {
        const char *text, *line, *column;
    } bad[] = {{"about post\nwhen  current and\n      sinse <= today\nsay x | y\n", "12", "7"},
               {"about post\nwhen  current and 1\nsay x | y\n", "11", NULL},
               {"about post\nwhen  current\nsay 自{since} | since {sinse}\n", "12", "23"},
               {"about nobody\nwhen  current\nsay x | y\n", "10", "7"},
               {"about post\nat    current\nwhen  current\nsay x | y\n", "11", "7"},
               {"about post\nwhen  since\nsay x | y\n", "11", "7"},
               {"about post\nwhen  since + years($n) <= today\nsay x | y\n", "11", NULL},
               {"about post\nwhen  since + years($n) <= today\nparam n ten years, x\nsay x | y\n", "12", "7"},
               {"about post\nwhen  current\nsay {since | y\n", "12", "5"},
               {"about post\nwhen  current\nsay {years(3)} | y\n", "12", "5"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rules_text *t;
        struct rules_code *c;
        const char *s = arena_printf(h->a, "%s%s", head, bad[i].text);
        OK(text_read(h->a, "x/rules/T-1.rule", s, strlen(s), &t));
        struct err *e = compile(h->a, w, t, &c);
        assert_non_null(e);
        assert_string_equal(e->args[0].value, "x/rules/T-1.rule");
        assert_string_equal(e->args[1].value, bad[i].line);
        if (bad[i].column != NULL)
            assert_string_equal(e->args[2].value, bad[i].column);
    }
}

/* Whatever call of the database fails, findings and their history agree, and the next try finishes the work. */
static void a_failed_refresh_leaves_nothing_half_done(void **state)
{
    struct house *h = *state;
    ten_years(h);
    adopt_all(h);
    load(h);
    int failures = 0;
    for (int64_t k = 0; k < 200; k++) {
        arena_scope struct arena *a = arena_new();
        struct rules_refreshed r;
        db_fail_at(k);
        struct err *e = rules_refresh(h->rules, h->db, a, 0, 0, &r);
        db_fail_at(-1);
        db_scope struct db_tx tx = {0};
        int64_t rows, revisions;
        OK(db_begin_read(h->db, a, &tx));
        OK(db_one_int(&tx, "SELECT count(*) FROM rules_finding", NULL, 0, 0, &rows));
        OK(db_one_int(&tx, "SELECT count(*) FROM revision WHERE record = 'rules.finding'", NULL, 0, 0, &revisions));
        assert_int_equal(rows, revisions);
        if (e == NULL)
            break;
        failures++;
    }
    assert_true(failures > 5);
    is(finding(h, "APPT-XCH-1"), "state", "opened");
}

/* ---- what persons do, with each call of the database failing once ---- */
struct doing {
    int64_t id, rev;
    const struct rules_set *set;
};
static struct err *take_up_answer_close(void *ctx, struct db *db, struct arena *a)
{
    const struct doing *d = ctx;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &officer, "test", &c));
    TRY(rules_take_up(&c, d->id, d->rev));
    TRY(rules_answer(&c, d->id, d->rev + 1, "服从安排"));
    TRY(rules_close_finding(&c, d->id, d->rev + 2, RULES_REASONS, "已安排交流"));
    return change_commit(&c);
}

static struct err *decide_much(void *ctx, struct db *db, struct arena *a)
{
    const struct doing *d = ctx;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &officer, "test", &c));
    TRY(rules_adopt(&c, d->set, "APPT-XCH-1", NULL, true));
    TRY(rules_off(&c, d->set, "DISC-W", "试用"));
    TRY(rules_set_param(&c, d->set, "DISC-W", "period", "9", date_make(2026, 1, 1), "试用"));
    return change_commit(&c);
}

static struct err *refresh_once(void *ctx, struct db *db, struct arena *a)
{
    struct rules_refreshed r;
    return rules_refresh(((struct house *)ctx)->rules, db, a, 0, 0, &r);
}

static void decisions_and_replies_are_whole_or_not_there(void **state)
{
    struct house *h = *state;
    struct person p = ten_years(h);
    adopt_all(h);
    load(h);
    assert_true(agree_fail_each(h->pool, &(struct agree_work){refresh_once, h, .many = true}) > 5);
    struct row *f = finding(h, "APPT-XCH-1");
    struct doing d = {.id = f->id, .rev = f->rev};
    assert_true(agree_fail_each(h->pool, &(struct agree_work){take_up_answer_close, &d}) > 5);
    is(finding(h, "APPT-XCH-1"), "state", "closed");
    struct reading r;
    begin(h, &r);
    d.set = r.set;
    db_end(&r.tx);
    assert_true(agree_fail_each(h->pool, &(struct agree_work){decide_much, &d}) > 5);
    end(&r);
    set(h, &roster_post, p.post, "current", "0"); /* the condition ceases: findings close and others open */
    assert_true(agree_fail_each(h->pool, &(struct agree_work){refresh_once, h, .many = true}) > 5);
    struct rules_refreshed again = refresh(h);
    assert_int_equal(again.opened + again.renewed + again.ceased + again.withdrawn + again.moved, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(every_case_of_every_rule_holds),
        T(a_check_finds_exactly_what_was_planted),
        T(one_at_a_time_equals_everyone_and_since_is_the_first_day),
        T(a_rule_says_when_it_changes_next),
        T(a_finding_opens_once),
        T(the_judge_writes_nothing_more_secret_than_allowed),
        T(closed_with_reasons_stays_closed_for_the_same_facts),
        T(what_is_no_longer_so_closes_itself_and_opens_again),
        T(persons_answer_take_up_and_close),
        T(a_missing_fact_is_told_once_with_the_rules_that_wait),
        T(a_fact_that_went_missing_keeps_its_finding_open),
        T(findings_move_with_the_person),
        T(one_person_is_brought_in_line_alone),
        T(the_keeper_follows_what_is_written),
        T(only_adopted_rules_open_findings),
        T(turning_a_rule_off_needs_reasons),
        T(below_the_text_nothing_blocks_until_somebody_read_it),
        T(an_upgrade_stays_with_the_adopted_text),
        T(parameters_hold_from_their_day),
        T(an_empty_parameter_makes_its_rule_wait),
        T(a_parameter_that_does_not_fit_is_refused),
        T(a_parameter_reaches_the_columns),
        T(errors_in_expressions_name_the_file_line_and_column),
        T(a_failed_refresh_leaves_nothing_half_done),
        T(decisions_and_replies_are_whole_or_not_there),
    };
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
