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

static struct arena *a;
static struct db_pool *pool;
static struct db *db;
static char *password;

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
    OK(record_init(a));
    OK(db_pool_open(a, ":memory:", true, &pool));
    OK(db_take(pool, a, &db));
    OK(record_migrate(db, a, true));
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    OK(account_create(&c, "officer", "监督科", "supervision", &password));
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
    const char *role;
    OK(session_who(db, a, token, &who, &role));
    assert_non_null(who);
    assert_string_equal(role, "supervision");
    OK(session_end(db, a, token));
    OK(session_who(db, a, token, &who, &role));
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
    const char *role;
    clock_fix(1000000000);
    OK(come_in("officer", password, token));
    clock_fix(1000000000 + (int64_t)11 * 3600 * 1000);
    OK(session_who(db, a, token, &who, &role));
    assert_non_null(who);
    clock_fix(1000000000 + (int64_t)24 * 3600 * 1000);
    OK(session_who(db, a, token, &who, &role));
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
    TRY(account_create(&c, "second", "教育科", "supervision", &made));
    return change_commit(&c);
}

static void accounts_and_sessions_survive_every_failing_call(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    const struct who *who = NULL;
    const char *role;
    assert_true(agree_fail_each(pool, &(struct agree_work){come, token, .many = true}) > 3);
    OK(session_who(db, a, token, &who, &role));
    assert_non_null(who);
    assert_true(agree_fail_each(pool, &(struct agree_work){leave, token}) > 1);
    OK(session_who(db, a, token, &who, &role));
    assert_null(who);
    assert_true(agree_fail_each(pool, &(struct agree_work){hire}) > 3);
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
                                       T(accounts_and_sessions_survive_every_failing_call)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
