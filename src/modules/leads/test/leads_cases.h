/* leads_cases.h: channels, clocks, outcomes of leads, the sealed reporter and the receipt, on any database. */
#include "care/test/care_world.h"

#include <unistd.h>

#include "base/keys.h"
#include "leads/leads.h"
#include "modules/leads/queries.h"

static struct who petitions, audit, custodian;
static int64_t petition_channel, audit_channel, discipline_channel, public_channel;
static char keys[64];

static int64_t channel(const char *name, const char *source)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "test", &c));
    struct row *r = row_new(a, &leads_channel);
    row_set(r, "name", name);
    row_set(r, "source", source);
    row_set(r, "basis", "PET-2022-30-1");
    row_set(r, "office", "示例局");
    row_set(r, "contact", "某科");
    row_set(r, "from_on", "2026-01-01");
    OK(record_save(&c, &leads_channel, r, 0));
    OK(change_commit(&c));
    return r->id;
}

static int set_up_leads(void **state)
{
    snprintf(keys, sizeof keys, "/tmp/leads-keys-XXXXXX");
    if (set_up(state) != 0 || mkdtemp(keys) == NULL)
        return 1;
    keys_use(NULL, keys);
    petition_channel = channel("信访移送", "petitions");
    audit_channel = channel("审计移送", "audit");
    discipline_channel = channel("纪委回复", "discipline");
    public_channel = channel("公开页面", "public");
    petitions = office(11, "信访辛", "contact");
    petitions.branch = "petitions";
    audit = office(12, "审计壬", "contact");
    audit.branch = "audit";
    petitions.sees = audit.sees = CLASS_INTERNAL;
    custodian = office(13, "保管癸", "custodian");
    custodian.sees = CLASS_SEALED;
    return 0;
}

static int tear_down_leads(void **state)
{
    keys_use(NULL, NULL);
    unlink(arena_printf(a, "%s/seal", keys));
    rmdir(keys);
    return tear_down(state);
}

static struct row *lead_row(int64_t through, const char *number, const char *kind)
{
    struct row *r = row_new(a, &leads_lead);
    row_set_int(a, r, "channel", through);
    row_set(r, "number", number);
    row_set(r, "kind", kind);
    row_set(r, "about", "某干部（示例局）");
    row_set(r, "summary", "反映其推诿拖延。");
    row_set(r, "received_on", "2026-03-02");
    return r;
}

static int64_t delivered(const struct who *who, int64_t through, const char *number)
{
    int64_t id;
    OK(try_open(who, &lead_flow, "deliver", lead_row(through, number, "style"), &id));
    return id;
}

static int64_t accepted(void)
{
    int64_t id = delivered(&petitions, petition_channel, "信 1");
    take(&supervision, id, "accept", "member", text_of(person), NULL);
    return id;
}

static bool sees(const struct who *who, int64_t id)
{
    struct flow_matter *m;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    return flow_look(&tx, who, id, &m) == NULL;
}

/* ---- channels ---- */
static void a_department_delivers_through_its_own_channels_only(void **state)
{
    (void)state;
    int64_t id;
    refused_as(try_open(&audit, &lead_flow, "deliver", lead_row(petition_channel, "审 1", "duty"), &id),
               "leads.other_channel");
    refused_as(try_open(&supervision, &lead_flow, "enter", lead_row(public_channel, "公 1", "duty"), &id),
               "leads.other_channel");
    refused_as(try_open(&who_public, &lead_flow, "report", lead_row(audit_channel, "公 1", "duty"), &id),
               "leads.other_channel");
    refused_as(try_open(&secretary, &lead_flow, "deliver", lead_row(audit_channel, "书 1", "duty"), &id),
               "flow.not_your_office");
    id = delivered(&petitions, petition_channel, "信 1");
    assert_true(sees(&petitions, id));
    assert_true(sees(&supervision, id));
    assert_false(sees(&audit, id));
    assert_false(sees(&secretary, id));
    assert_false(sees(&custodian, id));
}

static void discipline_brings_its_reply_and_no_clues(void **state)
{
    (void)state;
    int64_t id;
    struct who desk = office(14, "纪检", "contact");
    desk.branch = "discipline";
    refused_as(try_open(&desk, &lead_flow, "deliver", lead_row(discipline_channel, "纪 1", "clean"), &id),
               "leads.only_reply");
    refused_as(try_open(&petitions, &lead_flow, "deliver", lead_row(petition_channel, "信 1", "reply"), &id),
               "leads.only_reply");
    OK(try_open(&desk, &lead_flow, "deliver", lead_row(discipline_channel, "纪 1", "reply"), &id));
}

/* ---- clocks ---- */
static void last_due_is(int64_t id, const char *name, const char *basis, const char *day)
{
    char iso[DATE_TEXT];
    struct flow_matter *m = look(id);
    const struct flow_deadline *d = &m->dues[m->n_dues - 1];
    assert_string_equal(d->name, name);
    assert_string_equal(d->basis, basis);
    assert_string_equal(date_iso(d->due.day, iso), day);
}

static void its_clocks_are_those_of_letters_and_visits(void **state)
{
    (void)state;
    on_day("2026-03-05");
    int64_t id = delivered(&petitions, petition_channel, "信 1");
    last_due_is(id, "sort", "PET-2022-22", "2026-03-17"); /* 15 days from the day it was received */
    on_day("2026-03-10");
    take(&supervision, id, "accept", "member", text_of(person), NULL);
    last_due_is(id, "decide", "PET-2022-34", "2026-05-09");
    take(&supervision, id, "route", "routed_to", "audit", "asked", "请核实费用", NULL);
    assert_true(sees(&audit, id));
    assert_null(row_text(look(id)->content, "department_reply"));
    on_day("2026-03-20");
    take(&audit, id, "reply", "department_reply", "已核实", NULL);
    last_due_is(id, "decide", "PET-2022-34", "2026-05-09"); /* the department's time is no more time */
    take(&supervision, id, "extend", NULL);
    state_is(id, "handling");
    assert_int_equal(try_sign(&supervision, id)->kind, ERR_DENIED);
    OK(try_sign(&minister, id));
    last_due_is(id, "decide_more", "PET-2022-34", "2026-06-08");
    assert_int_equal(count("SELECT count(*) FROM flow_notice WHERE recipient = 'role:contact:petitions' AND kind IN"
                           " ('accept', 'extend')"),
                     2);
}

static void nothing_is_received_on_a_day_to_come(void **state)
{
    (void)state;
    int64_t id;
    struct row *r = lead_row(petition_channel, "信 1", "style");
    row_set(r, "received_on", "2026-03-03");
    struct err *e = try_open(&petitions, &lead_flow, "deliver", r, &id);
    refused_as(e, "flow.day_ahead");
    assert_string_equal(e->field, "received_on");
}

static void the_district_sets_its_own_lengths(void **state)
{
    (void)state;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, "test", &c));
        OK(setting_put(&c, "leads.sort_days", "7"));
        OK(change_commit(&c));
    }
    last_due_is(delivered(&petitions, petition_channel, "信 1"), "sort", "PET-2022-22", "2026-03-09");
}

/* ---- outcomes ---- */
static void an_inquiry_is_drafted_in_the_offices_words(void **state)
{
    (void)state;
    int64_t id = accepted();
    struct row *r = row_copy(a, look(id)->content);
    row_set(r, "outcome", "inquiry");
    row_set(r, "finding", "需向本人了解");
    row_set(r, "answer", "已受理，将按程序了解。");
    struct err *e = try_take(&supervision, id, "close", r);
    assert_string_equal(e->field, "put");
    row_set(r, "put", "请说明来访接待情况。");
    OK(try_take(&supervision, id, "close", r));
    state_is(id, "closed");
    int64_t next = row_int(look(id)->content, "next_matter");
    struct flow_matter *m = look(next);
    assert_string_equal(m->flow->name, "care.inquiry");
    assert_string_equal(m->state->name, "drafted"); /* the minister decides whether it goes out */
    assert_int_equal(m->member, person);
    assert_string_equal(row_text(m->content, "cause"), "请说明来访接待情况。");
    assert_string_equal(row_text(m->content, "source"), "petition");
    assert_string_equal(row_text(m->content, "aspect"), "style");
    assert_string_equal(row_text(look(id)->content, "outcome"), "inquiry");
}

static void without_a_named_cadre_nothing_is_drafted(void **state)
{
    (void)state;
    int64_t id = delivered(&petitions, petition_channel, "信 1");
    take(&supervision, id, "accept", NULL);
    struct row *r = row_copy(a, look(id)->content);
    row_set(r, "outcome", "reminder");
    row_set(r, "finding", "核实");
    row_set(r, "answer", "答复");
    row_set(r, "put", "请注意");
    refused_as(try_take(&supervision, id, "close", r), "leads.next_member");
}

static void an_unfounded_lead_leaves_no_mark_and_is_answered(void **state)
{
    (void)state;
    int64_t id = accepted(), n;
    struct leads_q_leads *rows;
    int n_rows;
    struct row *r = row_copy(a, look(id)->content);
    row_set(r, "outcome", "unfounded");
    row_set(r, "finding", "不实");
    row_set(r, "answer", "经核查，反映不实。");
    refused_as(try_take(&supervision, id, "close", r), "flow.when_false");
    OK(try_take(&supervision, id, "clear", r));
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(leads_q_leads(&tx, &supervision.scope, "", ",", "", "", "all", "", "9999", INT64_MAX, &rows, &n_rows));
    }
    assert_int_equal(n_rows, 0);
    assert_false(sees(&minister, id));
    assert_true(sees(&petitions, id)); /* who delivered it reads the answer */
    n = count("SELECT count(*) FROM flow_notice WHERE recipient = 'role:contact:petitions' AND kind = 'clear'");
    assert_int_equal(n, 1);
}

static void the_person_concerned_never_sees_it(void **state)
{
    (void)state;
    int64_t id = accepted();
    assert_false(sees(&self, id));
    assert_int_equal(count("SELECT count(*) FROM flow_notice WHERE recipient LIKE 'member:%'"), 0);
    struct who officer = supervision; /* also not when he holds an office himself, nor does a relative of his */
    officer.member = person;
    assert_false(sees(&officer, id));
    struct who relative = supervision;
    relative.barred = &person;
    relative.n_barred = 1;
    assert_false(sees(&relative, id));
}

/* ---- the reporter ---- */
static int64_t content_of(int64_t matter)
{
    return look(matter)->content->id;
}

static void seal(int64_t lead, const char *name, const char *contact)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &petitions, "test", &c));
    OK(leads_seal(&c, lead, name, contact));
    OK(change_commit(&c));
}

static struct err *unseal(const struct who *who, int64_t lead, const char **name)
{
    const char *contact;
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(leads_unseal(&c, lead, name, &contact));
    return change_commit(&c);
}

/* How many values of any column of any table hold the text. */
static int64_t anywhere(const char *text)
{
    static const char *const others[] = {"revision", "change", "kernel_file", "auth_attempt", "kernel_meta"};
    int64_t found = 0;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    for (int i = 0; i < record_count() + (int)(sizeof others / sizeof *others); i++) {
        const char *const *columns;
        int n;
        const char *table = i < record_count() ? record_table(a, record_at(i)) : others[i - record_count()];
        OK(db_table_columns(&tx, table, &columns, &n));
        for (int k = 0; k < n; k++) {
            int64_t hits;
            struct db_val args[] = {db_text(arena_printf(a, "%%%s%%", text))};
            if (strcmp(columns[k], "bytes") == 0 || strcmp(columns[k], "leaf") == 0 || strcmp(columns[k], "salt") == 0)
                continue;
            OK(db_one_int(&tx,
                          arena_printf(a, "SELECT count(*) FROM %s WHERE CAST(%s AS TEXT) LIKE ?1", table, columns[k]),
                          args, 1, 0, &hits));
            found += hits;
        }
    }
    return found;
}

static void nobody_but_the_custodian_reads_the_reporter(void **state)
{
    (void)state;
    const char *name = NULL;
    int64_t lead = content_of(accepted());
    seal(lead, "虚构反映人", "0599-1234567");
    assert_int_equal(anywhere("虚构反映人"), 0); /* no table, no revision holds it */
    assert_int_equal(anywhere("0599-1234567"), 0);
    assert_true(anywhere("信 1") > 0); /* the search finds what is there */
    const struct who *const others[] = {&supervision, &colleague, &minister, &secretary,
                                        &discipline,  &petitions, &self,     &audit};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct err *e = unseal(others[i], lead, &name);
        refused_as(e, "leads.sealed");
        assert_null(strstr(e->detail, "虚构"));
        assert_null(name);
    }
    assert_int_equal(count("SELECT count(*) FROM leads_look"), 0);
    OK(unseal(&custodian, lead, &name));
    assert_string_equal(name, "虚构反映人");
    assert_int_equal(count("SELECT count(*) FROM leads_look WHERE account = 13 AND role = 'custodian'"), 1);
}

static void a_release_takes_three_people_and_ends_by_itself(void **state)
{
    (void)state;
    const char *name;
    int64_t lead = content_of(accepted()), id;
    seal(lead, "虚构反映人", NULL);
    struct row *r = row_new(a, &leads_release);
    row_set_int(a, r, "lead", lead);
    row_set(r, "purpose", "当面核实");
    OK(try_open(&supervision, &release_flow, "ask", r, &id));
    struct who both = minister; /* who asked holds the other office too */
    both.account = supervision.account;
    refused_as(try_take(&both, id, "approve", look(id)->content), "flow.other_person");
    refused_as(unseal(&supervision, lead, &name), "leads.sealed");
    take(&minister, id, "approve", NULL);
    both = custodian;
    both.account = minister.account;
    r = row_copy(a, look(id)->content);
    row_set(r, "until_on", "2026-03-06");
    refused_as(try_take(&both, id, "release", r), "flow.other_person");
    refused_as(unseal(&supervision, lead, &name), "leads.sealed");
    OK(try_take(&custodian, id, "release", r));
    OK(unseal(&supervision, lead, &name));
    assert_string_equal(name, "虚构反映人");
    refused_as(unseal(&colleague, lead, &name), "leads.sealed"); /* it names one person */
    refused_as(unseal(&minister, lead, &name), "leads.sealed");
    assert_int_equal(count("SELECT count(*) FROM leads_look WHERE release IS NOT NULL"), 1);
    on_day("2026-03-07");
    refused_as(unseal(&supervision, lead, &name), "leads.sealed");
}

static void an_identity_too_long_is_told_at_its_box(void **state)
{
    (void)state;
    char longest[400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    change_scope struct change c = {0};
    OK(change_begin(db, a, &petitions, "test", &c));
    struct err *e = leads_seal(&c, 1, NULL, longest);
    refused_as(e, "leads.reporter.long");
    assert_string_equal(e->field, "contact");
    assert_null(strstr(e->detail, "xxx"));
}

/* ---- the receipt ---- */
static void a_code_opens_its_lead_and_only_its_hash_is_kept(void **state)
{
    (void)state;
    const char *code, *again;
    int64_t id = accepted(), lead = content_of(id), found;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_public, "test", &c));
        OK(leads_receipt_give(&c, lead, "form 1", &code));
        OK(change_commit(&c));
    }
    assert_int_equal(strlen(code), 29); /* six groups of four of 31 letters: 118 bits */
    assert_int_equal(anywhere(code), 0);
    assert_int_equal(anywhere(arena_strndup(a, code, 9)), 0);
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_public, "test", &c));
        refused_as(leads_receipt_give(&c, lead, "form 1", &again), "leads.report.twice");
    }
    char *loud = arena_strdup(a, code);
    for (char *p = loud; *p != '\0'; p++)
        *p = *p == '-' ? ' ' : *p >= 'a' ? (char)(*p - 32) : *p;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(leads_receipt_find(&tx, loud, &found)); /* as somebody types it from paper */
    assert_int_equal(found, id);
    loud[3] = loud[3] == 'A' ? 'B' : 'A';
    assert_int_equal(leads_receipt_find(&tx, loud, &found)->kind, ERR_MISSING);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up_leads, tear_down_leads)
int main(void)
{
    const struct CMUnitTest tests[] = {CASE(a_department_delivers_through_its_own_channels_only),
                                       CASE(discipline_brings_its_reply_and_no_clues),
                                       CASE(its_clocks_are_those_of_letters_and_visits),
                                       CASE(nothing_is_received_on_a_day_to_come),
                                       CASE(the_district_sets_its_own_lengths),
                                       CASE(an_inquiry_is_drafted_in_the_offices_words),
                                       CASE(without_a_named_cadre_nothing_is_drafted),
                                       CASE(an_unfounded_lead_leaves_no_mark_and_is_answered),
                                       CASE(the_person_concerned_never_sees_it),
                                       CASE(nobody_but_the_custodian_reads_the_reporter),
                                       CASE(a_release_takes_three_people_and_ends_by_itself),
                                       CASE(an_identity_too_long_is_told_at_its_box),
                                       CASE(a_code_opens_its_lead_and_only_its_hash_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
