/* session_test.c: passwords, accounts and sessions on SQLite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../record/test/agree.h"
#include "auth/auth.h"
#include "base/clock.h"

#define OK(call)                                                                \
    do {                                                                        \
        struct err *ok_err_ = (call);                                           \
        if (ok_err_ != NULL)                                                    \
            fail_msg("%s: %s [%s]", #call, ok_err_->detail, ok_err_->trail[0]); \
    } while (0)

static const struct field unit_fields[] = {{"name", FIELD_TEXT}, {"parent", FIELD_REF, .to = "roster.unit"}, {0}};
static const struct record unit_record = {.name = "roster.unit",
                                          .fields = unit_fields,
                                          .tree = "parent",
                                          .purpose = "test",
                                          .basis = "test",
                                          .readers = "test",
                                          .keep = "test",
                                          .keep_from = "test"};
static const struct field office_fields[] = {OFFICE_FIELDS, {0}};
static const struct record office_record = {.name = OFFICE_RECORD,
                                            .fields = office_fields,
                                            .purpose = "test",
                                            .basis = "test",
                                            .readers = "test",
                                            .keep = "test",
                                            .keep_from = "test"};
static const struct auth_role roles[] = {
    {"supervision", OFFICE_DISTRICT, CLASS_CASE, .signs = true, .may = "roster.*.read roster.*.export findings.*"},
    {"party_secretary", OFFICE_UNIT, CLASS_PERSONAL, .may = "roster.member.read"},
    {"member", OFFICE_NOWHERE, CLASS_PERSONAL, .may = "rules.read"},
    {"security", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true, .may = "admin.office.*"},
    {0}};

static struct arena *a;
static struct db_pool *pool;
static struct db *db;
static char *password;
static int64_t officer, office;

static struct err *come_in(const char *username, const char *typed, char *token)
{
    return session_begin(db, a, &(struct session_try){username, typed, "192.0.2.1", "test"}, token);
}

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    record_register(&account_record);
    record_register(&setting_record);
    record_register(&unit_record);
    record_register(&office_record);
    auth_roles_use(roles);
    auth_relatives_use(NULL);
    OK(record_init(a));
    OK(db_pool_open(a, ":memory:", true, &pool));
    OK(db_take(pool, a, &db));
    OK(record_migrate(db, a, true));
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    OK(account_create(&c, "officer", "监督科", 0, &password, &officer));
    OK(office_give(&c, officer, "supervision", 0, NULL, &office));
    OK(setting_put(&c, "second_factor", "offered"));
    OK(setting_put(&c, "session_idle", "720"));
    OK(setting_put(&c, "session_longest", "72"));
    OK(change_commit(&c));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(db);
    db_pool_close(pool);
    arena_free(a);
    return 0;
}

static void the_right_password_opens_a_session_that_ends(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    OK(come_in("officer", password, token));
    const struct who *who = NULL;
    OK(session_who(db, a, token, &who));
    assert_non_null(who);
    assert_string_equal(who->role, "supervision");
    OK(session_end(db, a, token));
    OK(session_who(db, a, token, &who));
    assert_null(who);
}

static void a_wrong_name_or_password_says_the_same(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    struct err *one = come_in("officer", "wrong", token), *two = come_in("nobody", "wrong", token);
    assert_non_null(one);
    assert_non_null(two);
    assert_int_equal(one->kind, ERR_LOGIN);
    assert_string_equal(one->say, two->say);
    assert_string_equal(one->detail, two->detail);
}

static void a_command_acts_as_an_account_or_as_the_console(void **state)
{
    (void)state;
    const struct who *who = NULL;
    OK(account_who(db, a, NULL, &who));
    assert_ptr_equal(who, &who_console);
    OK(account_who(db, a, "officer", &who));
    assert_string_equal(who->role, "supervision");
    assert_true(who->account > 0);
    struct err *e = account_who(db, a, "nobody", &who);
    assert_non_null(e);
    assert_string_equal(e->field, "usage");
}

static void an_idle_session_is_nobodys(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    const struct who *who = NULL;
    clock_fix(1000000000);
    OK(come_in("officer", password, token));
    clock_fix(1000000000 + (int64_t)11 * 3600 * 1000);
    OK(session_who(db, a, token, &who));
    assert_non_null(who);
    clock_fix(1000000000 + (int64_t)24 * 3600 * 1000);
    OK(session_who(db, a, token, &who));
    assert_null(who);
}

static void the_token_itself_is_not_stored(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    OK(come_in("officer", password, token));
    db_scope struct db_tx tx = {0};
    OK(db_begin_read(db, a, &tx));
    struct db_val args[] = {db_text(token)};
    int64_t n;
    OK(db_one_int(&tx, "SELECT count(*) FROM auth_login WHERE token = ?1", args, 1, 0, &n));
    assert_int_equal(n, 0);
}

/* Each try on a day of its own, so that failures before do not make it wait. */
static struct err *come(void *token, struct db *one, struct arena *t)
{
    static int day;
    clock_fix((int64_t)1000000000 + (int64_t)day++ * 25 * 3600 * 1000);
    return session_begin(one, t, &(struct session_try){"officer", password, "192.0.2.1", NULL}, token);
}

static struct err *leave(void *token, struct db *one, struct arena *t)
{
    return session_end(one, t, token);
}

static struct err *hire(void *ctx, struct db *one, struct arena *t)
{
    (void)ctx;
    char *made;
    change_scope struct change c = {0};
    TRY(change_begin(one, t, &who_console, NULL, &c));
    int64_t id;
    TRY(account_create(&c, "second", "教育科", 0, &made, &id));
    TRY(office_give(&c, id, "supervision", 0, NULL, &id));
    return change_commit(&c);
}

static void accounts_and_sessions_survive_every_failing_call(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    const struct who *who = NULL;
    assert_true(agree_fail_each(pool, &(struct agree_work){come, token, .many = true}) > 3);
    OK(session_who(db, a, token, &who));
    assert_non_null(who);
    assert_true(agree_fail_each(pool, &(struct agree_work){leave, token}) > 1);
    OK(session_who(db, a, token, &who));
    assert_null(who);
    assert_true(agree_fail_each(pool, &(struct agree_work){hire}) > 3);
}

/* ---- offices ---- */
static void capabilities_are_patterns_of_the_role(void **state)
{
    (void)state;
    const struct who who = {.account = 1, .role = "supervision"}, none = {.account = 1, .role = "none"};
    const struct who own = {.account = 1, .role = "none", .member = 7};
    assert_true(auth_may(&who, "roster.member.read"));
    assert_true(auth_may(&who, "findings.close"));
    assert_false(auth_may(&who, "roster.member.write"));
    assert_false(auth_may(&who, "roster.member.reader"));
    assert_false(auth_may(&who, "admin.office.write"));
    assert_false(auth_may(&none, "roster.member.read"));
    assert_false(auth_may(NULL, "roster.member.read"));
    assert_true(auth_may(&own, "my.file"));
    assert_false(auth_may(&who, "my.file"));
    assert_true(auth_may(&who_console, "roster.member.write"));
}

static int64_t unit_new(struct change *c, const char *name, int64_t parent)
{
    struct row *r = row_new(a, &unit_record);
    row_set(r, "name", name);
    if (parent != 0)
        row_set_int(a, r, "parent", parent);
    OK(record_save(c, &unit_record, r, 0));
    return r->id;
}

static void hold_day(int64_t id, const char *field, const char *day)
{
    struct row *r;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    OK(record_read(&c.tx, &office_record, &who_console, id, &r));
    row_set(r, field, day);
    OK(record_save(&c, &office_record, r, r->rev));
    OK(change_commit(&c));
}

static void an_office_reaches_its_unit_from_its_first_day_to_its_last(void **state)
{
    (void)state;
    const struct who *who;
    char *made;
    int64_t account, id, root, town;
    clock_fix((date_to_days(date_make(2026, 3, 2)) * 24 + 4) * 3600 * 1000);
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        root = unit_new(&c, "示例区", 0);
        town = unit_new(&c, "东乡", root);
        OK(account_create(&c, "secretary", "书记", 0, &made, &account));
        OK(office_give(&c, account, "party_secretary", town, NULL, &id));
        OK(change_commit(&c));
    }
    db_scope struct db_tx tx = {0};
    int64_t from, to;
    OK(db_begin_read(db, a, &tx));
    OK(record_tree_range(&tx, &unit_record, town, &from, &to));
    db_end(&tx);
    OK(account_who(db, a, "secretary", &who));
    assert_int_equal(who->office, id);
    assert_int_equal(who->sees, CLASS_PERSONAL);
    assert_true(scope_has(&who->scope, from) && scope_has(&who->scope, to - 1));
    assert_false(scope_has(&who->scope, to) || scope_has(&who->scope, from - 1) || scope_has(&who->scope, -1));
    hold_day(id, "to_on", "2026-03-02");
    OK(account_who(db, a, "secretary", &who));
    assert_int_equal(who->office, id);
    clock_fix((date_to_days(date_make(2026, 3, 3)) * 24 + 4) * 3600 * 1000);
    OK(account_who(db, a, "secretary", &who));
    assert_int_equal(who->office, 0);
    assert_string_equal(who->role, "none");
    assert_int_equal(who->scope.n, 0);
    assert_false(auth_may(who, "roster.member.read"));
}

static struct err *cousins(struct db_tx *tx, int64_t member, int64_t **out, int *n_out)
{
    *out = arena_new_of(tx->arena, int64_t);
    **out = member + 1;
    *n_out = 1;
    return NULL;
}

static void a_cadre_without_office_has_his_own_file_and_his_relatives_are_barred(void **state)
{
    (void)state;
    const struct who *who;
    char *made;
    int64_t account;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        OK(account_create(&c, "cadre", "某干部", 41, &made, &account));
        OK(change_commit(&c));
    }
    auth_relatives_use(cousins);
    OK(account_who(db, a, "cadre", &who));
    assert_string_equal(who->role, "member");
    assert_int_equal(who->member, 41);
    assert_int_equal(who->scope.n, 0);
    assert_true(who_barred(who, 41) && who_barred(who, 42));
    assert_false(who_barred(who, 43));
}

static void a_session_acts_in_the_office_chosen(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    const struct who *who;
    int64_t second, unit;
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        unit = unit_new(&c, "示例区", 0);
        OK(office_give(&c, officer, "party_secretary", unit, NULL, &second));
        OK(change_commit(&c));
    }
    OK(come_in("officer", password, token));
    OK(session_who(db, a, token, &who));
    assert_int_equal(who->office, office);
    OK(session_office(db, a, who, second));
    OK(session_who(db, a, token, &who));
    assert_int_equal(who->office, second);
    assert_string_equal(who->role, "party_secretary");
    struct err *e = session_office(db, a, who, second + 100);
    assert_non_null(e);
    assert_int_equal(e->kind, ERR_MISSING);
    hold_day(second, "to_on", "2000-01-01");
    OK(session_who(db, a, token, &who));
    assert_int_equal(who->office, office);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {T(the_right_password_opens_a_session_that_ends),
                                       T(a_wrong_name_or_password_says_the_same),
                                       T(an_idle_session_is_nobodys),
                                       T(a_command_acts_as_an_account_or_as_the_console),
                                       T(the_token_itself_is_not_stored),
                                       T(capabilities_are_patterns_of_the_role),
                                       T(an_office_reaches_its_unit_from_its_first_day_to_its_last),
                                       T(a_cadre_without_office_has_his_own_file_and_his_relatives_are_barred),
                                       T(a_session_acts_in_the_office_chosen),
                                       T(accounts_and_sessions_survive_every_failing_call)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
