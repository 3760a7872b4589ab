/* own_cases.h: a district's own rules and editions: what is refused and why, and what is kept; included by one test
 * binary a database. */
#include "findings/carry.h"
#include "rules_world.h"

#define HEAD                                                   \
    "id      LOCAL-1\n"                                        \
    "title   任职满五年 | five years in one post\n"       \
    "group   local 本区规定 | Local rules\n"               \
    "basis   本区规定第一条 | Local rules, article 1\n" \
    "force   2020-01-01 ..\n"                                  \
    "about   post\n"                                           \
    "asks    unit\n"                                           \
    "effect  remind\n"                                         \
    "seen    text\n"
#define TAIL                                                     \
    "say     已满 {years(since, today)} 年 | five years on\n" \
    "clear   说明 | give reasons\n"
static const char good[] = HEAD "when    current and since + years($limit) <= today\n"
                                "param   limit 5 years, 第一条 | article 1\n" TAIL;
static const char cases[] = "given u roster.unit name=示例区政府 kind=local_government\n"
                            "given m roster.member name=甲 status=in_office unit=u\n"
                            "case hit 满五年\n"
                            "given x roster.post member=m unit=u title=副区长 current=yes from_on=2016-05-18\n"
                            "on 2026-11-25 hit x\n"
                            "case miss 未满\n"
                            "given x roster.post member=m unit=u title=副区长 current=yes from_on=2025-05-18\n"
                            "on 2026-11-25 miss x\n"
                            "case boundary 当日\n"
                            "given x roster.post member=m unit=u title=副区长 current=yes from_on=2020-05-18\n"
                            "on 2025-05-17 miss x\n"
                            "on 2025-05-18 hit x\n"
                            "case unknown 没有日期\n"
                            "given x roster.post member=m unit=u title=副区长 current=yes\n"
                            "on 2026-11-25 missing x since\n";

static const char *arg(const struct err *e, const char *name)
{
    for (int i = 0; i < ERR_ARGS; i++)
        if (e->args[i].name != NULL && strcmp(e->args[i].name, name) == 0)
            return e->args[i].value;
    return "";
}

static void refused(struct house *h, const char *text, const char *with, const char *field, const char *key)
{
    const char *id;
    struct err *e = rules_own_check(h->a, text, with, &id);
    assert_non_null(e);
    assert_string_equal(e->say, key);
    assert_string_equal(e->field, field);
    for (enum lang l = 0; l < LANGS; l++) /* and there is a sentence for it */
        assert_true(strlen(text_get(l, key)) > 4);
}

static const char *without(struct house *h, const char *text, const char *piece, const char *instead)
{
    const char *at = strstr(text, piece);
    assert_non_null(at);
    return arena_printf(h->a, "%.*s%s%s", (int)(at - text), text, instead, at + strlen(piece));
}

static void what_does_not_read_or_agree_is_refused_with_its_place(void **state)
{
    struct house *h = *state;
    const char *id = NULL;
    OK(rules_own_check(h->a, good, cases, &id));
    assert_string_equal(id, "LOCAL-1");
    refused(h, without(h, good, "effect  remind", "effect  punish"), cases, "text", "rules.value");
    struct err *e = rules_own_check(h->a, without(h, good, "effect  remind", "effect  punish"), cases, &id);
    assert_string_equal(arg(e, "line"), "8");
    assert_string_equal(arg(e, "column"), "9");
    refused(h, without(h, good, "title ", "titl "), cases, "text", "rules.syntax");
    refused(h, without(h, good, ", 第一条 | article 1", ""), cases, "text", "rules.citation");
    refused(h, arena_printf(h->a, "%sedition\nforce 2019-01-01 ..\n", good), cases, "text", "rules.editions");
    refused(h, without(h, good, "since + years", "sincee + years"), cases, "text", "expr.unknown_name");
    refused(h, good, without(h, cases, "2026-11-25 miss x", "2026-11-25 hit x"), "cases", "rules.case_differs");
    e = rules_own_check(h->a, good, without(h, cases, "2026-11-25 miss x", "2026-11-25 hit x"), &id);
    assert_string_equal(arg(e, "line"), "8");
    assert_string_equal(arg(e, "got"), "miss");
    refused(h, good, without(h, cases, "case unknown 没有日期", "case hit 没有日期"), "cases", "rules.case_lacks");
    refused(h, good, without(h, cases, "kind=local_government", "kind=castle"), "cases", "rules.case_row");
    refused(h, good, "nonsense\n", "cases", "rules.syntax");
    const char *two = arena_printf(h->a, "%sedition\nforce 2024-01-01 ..\nparam limit 6 years, 第二条 | article 2\n",
                                   without(h, good, "2020-01-01 ..", "2020-01-01 .. 2023-12-31"));
    refused(h, two, cases, "cases", "rules.case_differs");
}

static void save_own(struct house *h, const char *rule, const char *text, int64_t rev)
{
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_save_own(&c, rule, text, cases, NULL, rev));
    OK(change_commit(&c));
}

static void adopt(struct house *h, const char *rule)
{
    struct reading r;
    begin(h, &r);
    db_end(&r.tx);
    change_scope struct change c = {0};
    OK(change_begin(h->db, h->a, &officer, "test", &c));
    OK(rules_adopt(&c, r.set, rule, NULL, true));
    OK(change_commit(&c));
    end(&r);
}

static void a_kept_rule_is_on_trial_until_it_is_adopted(void **state)
{
    struct house *h = *state;
    ten_years(h);
    load(h);
    save_own(h, "LOCAL-1", good, 0);
    struct reading r;
    begin(h, &r);
    const struct rules_rule *rule = rules_find(r.set, "LOCAL-1");
    assert_non_null(rule);
    assert_int_equal(rule->state, RULES_TRIAL);
    assert_true(rule->own > 0);
    assert_null(rule->pack);
    end(&r);
    struct rules_refreshed n;
    OK(rules_refresh(h->rules, h->db, h->a, 0, 0, &n));
    assert_int_equal(n.opened, 0);
    adopt(h, "LOCAL-1");
    OK(rules_refresh(h->rules, h->db, h->a, 0, 0, &n));
    assert_int_equal(n.opened, 1);
    /* a later text waits while the adopted one is judged */
    save_own(h, "LOCAL-1", without(h, good, "limit 5", "limit 20"), 1);
    begin(h, &r);
    rule = rules_find(r.set, "LOCAL-1");
    assert_true(rule->changed);
    assert_int_equal(rule->stretches[0].values[0].value.value, 5);
    end(&r);
    adopt(h, "LOCAL-1");
    OK(rules_refresh(h->rules, h->db, h->a, 0, 0, &n));
    assert_int_equal(n.ceased, 1);
}

static void an_own_text_of_a_shipped_rule_waits_beside_the_adopted_one(void **state)
{
    struct house *h = *state;
    adopt_all(h);
    load(h);
    struct reading r;
    begin(h, &r);
    const char *pack = rules_find(r.set, "APPT-XCH-1")->text->source;
    const char *own = without(h, pack, "limit 10", "limit 8");
    end(&r);
    save_own(h, "APPT-XCH-1", own, 0);
    begin(h, &r);
    const struct rules_rule *rule = rules_find(r.set, "APPT-XCH-1");
    assert_true(rule->changed);
    assert_string_equal(rule->own_pack, pack);
    assert_string_equal(rule->pack->source, pack);
    assert_int_equal(rule->stretches[0].values[0].value.value, 10);
    end(&r);
    {
        change_scope struct change c = {0};
        OK(change_begin(h->db, h->a, &officer, "test", &c));
        struct err *e = rules_drop_own(&c, "APPT-XCH-1", NULL);
        assert_string_equal(e->field, "reasons");
        OK(rules_drop_own(&c, "APPT-XCH-1", "暂不采用"));
        OK(change_commit(&c));
    }
    begin(h, &r);
    rule = rules_find(r.set, "APPT-XCH-1");
    assert_false(rule->changed);
    assert_int_equal(rule->own, 0);
    end(&r);
}

/* What one district wrote and set goes to another, is checked there, and is on trial. */
static void own_texts_and_parameters_are_carried_over(void **state)
{
    struct house *h = *state;
    char path[] = "/tmp/qf-carry-XXXXXX";
    close(mkstemp(path));
    struct house there = {.a = h->a};
    OK(db_pool_open(h->a, path, true, &there.pool));
    OK(db_take(there.pool, h->a, &there.db));
    OK(record_migrate(there.db, h->a, true));
    save_own(&there, "LOCAL-1", good, 0);
    save(&there, &rules_param_record, "rule", "APPT-XCH-1", "name", "limit", "value", "9", "from_on", "2020-01-01",
         "citation", "示委办〔2020〕1号", NULL);
    db_give(there.db);
    db_pool_close(there.pool);
    FILE *f = tmpfile();
    OK(carry_out(h->a, path, NULL, f));
    const char *carried = arena_printf(h->a, "/proc/self/fd/%d", fileno(f));
    struct buf said = BUF(h->a);
    struct carried dry = {.said = &said}, in = {.said = &said};
    OK(carry_in(h->a, path, carried, true, &dry));
    OK(carry_in(h->a, path, carried, false, &in));
    assert_int_equal(dry.refused + in.refused, 0);
    assert_int_equal(dry.taken, 2);
    assert_int_equal(in.taken, 2);
    rewind(f);
    fputs("{\"qingfeng_rules\": 2}", f);
    fflush(f);
    struct err *e = carry_in(h->a, path, carried, false, &in);
    assert_int_equal(e->kind, ERR_INVALID);
    fclose(f);
    unlink(path);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_does_not_read_or_agree_is_refused_with_its_place),
        T(a_kept_rule_is_on_trial_until_it_is_adopted),
        T(an_own_text_of_a_shipped_rule_waits_beside_the_adopted_one),
        T(own_texts_and_parameters_are_carried_over),
    };
    return cmocka_run_group_tests(tests, setup_all, NULL);
}
