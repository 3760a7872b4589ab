/* flow_world.h: offices, units, persons and small words for the tests of the engine; test_url() and clean() come from
 * the file that includes the cases. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/auth.h"
#include "flow/test/test_flows.h"
#include "record/test/agree.h"

#define OK AGREE_OK

static struct db_pool *pool;
static struct db *db;
static struct arena *a, *home; /* home: of the pool */
static int64_t root, east, west, person, other;

static const struct who who_test = {
    .account = 90, .name = "准备", .role = "supervision", .scope = SCOPE_ALL, .sees = CLASS_CASE};

static struct who office(int64_t account, const char *name, const char *role, const char *branch)
{
    struct who w = who_test;
    w.account = account;
    w.name = name;
    w.role = role;
    w.branch = branch;
    w.sees = branch == NULL ? CLASS_CASE : CLASS_INTERNAL;
    return w;
}

static struct who supervision, colleague, minister, secretary, discipline, archives, cadres, audit, petitions, self;

static void say(int64_t day_ms)
{
    clock_fix(day_ms);
}

static void on_day(const char *iso)
{
    struct date d;
    assert_true(date_parse(iso, &d));
    say(date_to_days(d) * 86400000 + 4 * 3600000);
}

static int64_t make(const struct record *rec, const char *f1, const char *v1, const char *f2, const char *v2)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "test", &c));
    struct row *r = row_new(a, rec);
    row_set(r, f1, v1);
    if (f2 != NULL)
        row_set(r, f2, v2);
    OK(record_save(&c, rec, r, 0));
    OK(change_commit(&c));
    return r->id;
}

static char *text_of(int64_t n)
{
    return arena_printf(a, "%lld", (long long)n);
}

static void offices(void)
{
    supervision = office(1, "监督甲", "supervision", NULL);
    colleague = office(2, "监督乙", "supervision", NULL);
    minister = office(3, "部长丙", "minister", NULL);
    secretary = office(4, "书记丁", "party_secretary", NULL);
    discipline = office(5, "纪检戊", "discipline_secretary", NULL);
    archives = office(6, "档案己", "archives", NULL);
    cadres = office(7, "干部庚", "cadre_officer", NULL);
    audit = office(8, "审计辛", "contact", "audit");
    petitions = office(10, "信访壬", "contact", "petitions");
    self = office(9, "某干部", "member", NULL);
    self.scope = (struct scope){0};
    self.member = person;
}

/* Whoever handles letters reads them all; a department reads what it takes part in. */
static const struct auth_role test_roles[] = {
    {"supervision", OFFICE_DISTRICT, CLASS_CASE, .signs = true, .may = "*"},
    {"minister", OFFICE_DISTRICT, CLASS_CASE, .signs = true, .may = "*"},
    {"party_secretary", OFFICE_UNIT, CLASS_CASE, .signs = true, .may = "*"},
    {"discipline_secretary", OFFICE_UNIT, CLASS_CASE, .signs = true, .may = "*"},
    {"archives", OFFICE_DISTRICT, CLASS_CASE, .may = "*"},
    {"cadre_officer", OFFICE_DISTRICT, CLASS_CASE, .may = "*"},
    {"contact", OFFICE_DISTRICT, CLASS_INTERNAL, .may = "*"},
    {"member", OFFICE_NOWHERE, CLASS_PERSONAL, .may = "*"},
    {0}};

static int set_up(void **state)
{
    (void)state;
    auth_roles_use(test_roles);
    a = arena_new();
    home = arena_new();
    static bool registered;
    if (!registered) {
        const struct record *all[] = {&unit_record,   &person_record, &account_record, &matter_record,
                                      &letter_record, &long_record,   &tip_record,     FLOW_RECORDS};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            record_register(all[i]);
        flow_hook_register(&test_hook);
        registered = true;
    }
    flow_register(&letter_flow);
    flow_register(&long_flow);
    flow_register(&tip_flow);
    OK(record_init(a));
    OK(flow_init(a));
    OK(db_pool_open(home, test_url(), true, &pool));
    OK(db_take(pool, home, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    on_day("2026-03-02");
    OK(flow_versions_store(db, a));
    root = make(&unit_record, "name", "示例区", NULL, NULL);
    east = make(&unit_record, "name", "东局", "parent", text_of(root));
    west = make(&unit_record, "name", "西局", "parent", text_of(root));
    person = make(&person_record, "name", "某干部", "unit", text_of(east));
    other = make(&person_record, "name", "另一人", "unit", text_of(west));
    offices();
    hook_calls = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    arena_free(home);
    return 0;
}

/* ---- small words for the tests ---- */
static struct flow_matter *look(int64_t id, const struct who *who)
{
    struct flow_matter *m;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(flow_look(&tx, who, id, &m));
    return m;
}

static struct err *open_as(const struct who *who, const struct flow *f, const char *step, struct row *content,
                           int64_t *out)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_open(&c, f, step, &(struct flow_input){.values = content, .blocked = ""}, "一件事", out));
    return change_commit(&c);
}

static struct err *take_with(const struct who *who, int64_t id, const char *step, struct flow_input in)
{
    int64_t rev = look(id, &who_console)->rev;
    change_scope struct change c = {0};
    in.blocked = in.blocked == NULL ? "" : in.blocked;
    TRY(change_begin(db, a, who, "test", &c));
    TRY(flow_take(&c, id, rev, step, &in));
    return change_commit(&c);
}

static struct err *take(const struct who *who, int64_t id, const char *step, const char *field, const char *value)
{
    struct flow_matter *m = look(id, &who_console);
    struct row *values = row_copy(a, m->content);
    if (field != NULL && strcmp(field, "reasons") != 0)
        row_set(values, field, value);
    return take_with(who, id, step,
                     (struct flow_input){.values = values,
                                         .reasons = field != NULL && strcmp(field, "reasons") == 0 ? value : NULL});
}

static void state_is(int64_t id, const char *state)
{
    assert_string_equal(look(id, &who_console)->state->name, state);
}

static void refused(struct err *e, const char *say)
{
    if (e == NULL)
        fail_msg("not refused; %s was due", say);
    if (e->say == NULL || strcmp(e->say, say) != 0)
        fail_msg("refused with %s (%s), not %s", e->say == NULL ? "nothing" : e->say, e->detail, say);
}

static const struct flow_deadline *due_of(const struct flow_matter *m, const char *name)
{
    for (int i = m->n_dues - 1; i >= 0; i--)
        if (strcmp(m->dues[i].name, name) == 0)
            return &m->dues[i];
    fail_msg("no deadline '%s'", name);
    return NULL;
}

static void due_is(int64_t id, const char *name, const char *state, const char *day)
{
    const struct flow_deadline *d = due_of(look(id, &who_console), name);
    char iso[DATE_TEXT];
    assert_string_equal(d->state, state);
    assert_string_equal(date_iso(d->due.day, iso), day);
}

static int64_t count(const char *sql)
{
    int64_t n;
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, 0, &n));
    return n;
}
