/* signin_cases.h: what attackers try at the door, the second factor, one-time codes, resets and programs' tokens; run
 * on both databases. The file that includes it says test_url() and clean(). */
#ifndef QF_AUTH_TEST_SIGNIN_CASES_H
#define QF_AUTH_TEST_SIGNIN_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../record/test/agree.h"
#include "auth/auth.h"
#include "auth/code.h"
#include "auth/token.h"
#include "base/clock.h"
#include "base/keys.h"

#define OK AGREE_OK
#define T0 ((int64_t)1800000000000)
#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)

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
    {"supervision", OFFICE_DISTRICT, CLASS_CASE, .signs = true, .may = "roster.*.read roster.*.write"},
    {"system", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true, .may = "auth.reset.decide"},
    {"security", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true, .may = "auth.*"},
    {"audit", OFFICE_NOWHERE, CLASS_INTERNAL, .administrator = true, .may = "auth.reset.read"},
    {0}};

static struct arena *a;
static struct db_pool *pool;
static struct db *db;
static char *password, folder[32];
static int64_t officer, office, town, village, elsewhere;

static int64_t unit(struct change *c, const char *name, int64_t parent)
{
    struct row *r = row_new(a, &unit_record);
    row_set(r, "name", name);
    if (parent != 0)
        row_set_int(a, r, "parent", parent);
    OK(record_save(c, &unit_record, r, 0));
    return r->id;
}

static void fill(void)
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    int64_t root = unit(&c, "示例区", 0);
    town = unit(&c, "清溪镇", root);
    village = unit(&c, "小村", town);
    elsewhere = unit(&c, "别镇", root);
    OK(account_create(&c, "officer", "监督科", 0, &password, &officer));
    OK(office_give(&c, officer, "supervision", town, NULL, &office));
    OK(setting_put(&c, "second_factor", "offered"));
    OK(change_commit(&c));
}

static int setup(void **state)
{
    (void)state;
    static const struct record *const records[] = {&account_record, &setting_record, &unit_record, &office_record,
                                                   &code_record,    &reset_record,   &token_record};
    a = arena_new();
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        record_register(records[i]);
    auth_roles_use(roles);
    auth_relatives_use(NULL);
    memcpy(folder, "/tmp/qf-signin-XXXXXX", 22);
    assert_non_null(mkdtemp(folder));
    keys_use(NULL, folder);
    clock_fix(T0);
    OK(record_init(a));
    OK(db_pool_open(a, test_url(), true, &pool));
    OK(db_take(pool, a, &db));
    clean(db, a);
    OK(record_migrate(db, a, true));
    fill();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    clock_fix(-1);
    db_give(db);
    db_pool_close(pool);
    unlink(arena_printf(a, "%s/seal", folder));
    rmdir(folder);
    keys_use(NULL, NULL);
    arena_free(a);
    return 0;
}

/* ---- steps the cases are made of ---- */

static struct err *come_in(const char *username, const char *typed, const char *address, char *token)
{
    return session_begin(db, a, &(struct session_try){username, typed, address, "test"}, token);
}

static void assert_says(const struct err *e, const char *key)
{
    if (e == NULL || e->say == NULL || strcmp(e->say, key) != 0)
        fail_msg("not %s but %s", key, e == NULL ? "success" : e->say != NULL ? e->say : e->detail);
}

static enum session_need need(const char *token)
{
    struct session s;
    OK(session_find(db, a, token, &s));
    assert_non_null(s.id);
    return s.need;
}

static bool nobodys(const char *token)
{
    struct session s;
    OK(session_find(db, a, token, &s));
    return s.id == NULL;
}

static const struct who *who_of(const char *token)
{
    const struct who *who;
    OK(session_who(db, a, token, &who));
    return who;
}

static char *code_now(const unsigned char *secret)
{
    char *code = arena_alloc(a, TOTP_CODE);
    totp_code(secret, clock_now_ms() / TOTP_STEP_MS, code);
    return code;
}

/* The officer has a second factor afterwards; token is his open session. */
static void enrol(char *token, unsigned char *secret)
{
    OK(come_in("officer", password, "192.0.2.1", token));
    OK(second_offer(db, a, token, secret));
    OK(second_enrol(db, a, token, code_now(secret), token));
}

/* ---- failed attempts ---- */

static void guesses_wait_longer_and_longer(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    int64_t at = T0, waited = 0;
    for (int i = 0; i < 5; i++)
        assert_says(come_in("officer", "wrong", "192.0.2.1", token), "auth.wrong");
    for (int i = 0; i < 6; i++) {
        int64_t from = at;
        while (true) {
            struct err *e = come_in("officer", "wrong", "192.0.2.1", token);
            if (strcmp(e->say, "auth.wrong") == 0)
                break;
            assert_string_equal(e->say, "auth.later");
            at += 10 * SECOND;
            clock_fix(at);
        }
        assert_true(at - from > waited);
        waited = at - from;
    }
    assert_true(waited > 10 * MINUTE);
}

static void the_right_password_waits_too_and_then_opens(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    for (int i = 0; i < 5; i++)
        assert_says(come_in("officer", "wrong", "192.0.2.1", token), "auth.wrong");
    assert_says(come_in("officer", password, "192.0.2.1", token), "auth.later");
    clock_fix(T0 + 31 * SECOND);
    OK(come_in("officer", password, "192.0.2.1", token));
    for (int i = 0; i < 5; i++)
        assert_says(come_in("officer", "wrong", "192.0.2.1", token), "auth.wrong"); /* counted anew */
}

static void a_flood_from_one_address_locks_out_nobody_elsewhere(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    for (int i = 0; i < 2000; i++) {
        clock_fix(T0 + i * 10 * SECOND);
        struct err *e = come_in("officer", "wrong", "203.0.113.7", token);
        assert_non_null(e);
    }
    OK(come_in("officer", password, "192.0.2.1", token));
}

static void guesses_from_everywhere_spare_where_the_person_is_known(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    OK(come_in("officer", password, "192.0.2.1", token));
    for (int i = 0; i < 40; i++)
        assert_non_null(come_in("officer", "wrong", arena_printf(a, "198.51.100.%d", i), token));
    assert_says(come_in("officer", password, "198.51.100.200", token), "auth.later");
    OK(come_in("officer", password, "192.0.2.1", token));
    clock_fix(T0 + 6 * MINUTE);
    OK(come_in("officer", password, "198.51.100.200", token));
}

static void an_address_that_tries_many_names_waits_and_a_network_is_one_address(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    struct err *e = NULL;
    for (int i = 0; i < 60; i++)
        e = come_in(arena_printf(a, "name%d", i), "wrong", arena_printf(a, "2001:db8:1:2::%x", i), token);
    assert_says(e, "auth.later");
    assert_says(come_in("another", "wrong", "2001:db8:1:3::1", token), "auth.wrong");
}

static void unknown_and_disabled_names_answer_like_known_ones(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    {
        struct row *r;
        change_scope struct change c = {0};
        const struct who all = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
        OK(change_begin(db, a, &who_console, NULL, &c));
        int64_t id, code_account;
        char *made;
        OK(account_create(&c, "gone", "离任", 0, &made, &id));
        OK(record_read(&c.tx, &account_record, &all, id, &r));
        row_set(r, "disabled", "1");
        OK(record_save(&c, &account_record, r, r->rev));
        OK(account_issue(&c, "waiting", "未登录", 0, &code_account));
        OK(change_commit(&c));
    }
    static const char *const names[] = {"officer", "nobody", "gone", "waiting"};
    for (int i = 0; i < 4; i++) {
        for (int n = 0; n < 5; n++)
            assert_says(come_in(names[i], i == 3 ? "none" : "wrong", arena_printf(a, "192.0.2.%d", i), token),
                        "auth.wrong");
        assert_says(come_in(names[i], "wrong", arena_printf(a, "192.0.2.%d", i), token), "auth.later");
    }
}

/* ---- tokens of sessions ---- */

static void a_token_known_before_is_worth_nothing_after_each_step(void **state)
{
    (void)state;
    char token[SESSION_TOKEN], before[SESSION_TOKEN];
    unsigned char secret[TOTP_SECRET];
    OK(come_in("officer", password, "192.0.2.1", token));
    memcpy(before, token, SESSION_TOKEN);
    OK(second_offer(db, a, token, secret));
    OK(second_enrol(db, a, token, code_now(secret), token));
    assert_true(nobodys(before));
    memcpy(before, token, SESSION_TOKEN);
    OK(session_renew(db, a, token, token));
    assert_true(nobodys(before));
    assert_non_null(who_of(token));
}

static void forged_tokens_are_nobodys(void **state)
{
    (void)state;
    char token[SESSION_TOKEN], hash[65];
    OK(come_in("officer", password, "192.0.2.1", token));
    {
        db_scope struct db_tx tx = {0};
        db_rows_scope struct db_rows rows = {0};
        bool more;
        OK(db_begin_read(db, a, &tx));
        OK(db_query(&tx, "SELECT token FROM auth_login", NULL, 0, &rows));
        OK(db_next(&rows, &more));
        memcpy(hash, db_col_text(&rows, 0), 65);
    }
    assert_true(nobodys(hash)); /* what the table holds opens nothing */
    assert_true(nobodys(""));
    assert_true(nobodys("' OR 1 = 1 --"));
    for (int i = 0; i < 64; i++) {
        char was = token[i];
        token[i] = was == '0' ? '1' : '0';
        assert_true(nobodys(token));
        token[i] = was;
    }
    assert_non_null(who_of(token));
}

static void sessions_end_by_idleness_and_by_age(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    OK(come_in("officer", password, "192.0.2.1", token));
    clock_fix(T0 + 121 * MINUTE);
    assert_true(nobodys(token));
    OK(come_in("officer", password, "192.0.2.1", token));
    for (int i = 0; i < 12 * 60 - 1; i += 15) {
        clock_fix(T0 + (121 + i) * MINUTE);
        assert_non_null(who_of(token));
    }
    clock_fix(T0 + (121 + 12 * 60 + 1) * MINUTE);
    assert_true(nobodys(token));
}

static void one_ends_ones_own_sessions_only(void **state)
{
    (void)state;
    char one[SESSION_TOKEN], two[SESSION_TOKEN], three[SESSION_TOKEN];
    struct session *list;
    int n;
    OK(come_in("officer", password, "192.0.2.1", one));
    OK(come_in("officer", password, "192.0.2.2", two));
    OK(come_in("officer", password, "192.0.2.3", three));
    OK(session_list(db, a, officer, &list, &n));
    assert_int_equal(n, 3);
    OK(session_close(db, a, officer + 1, list[0].id, NULL));
    OK(session_list(db, a, officer, &list, &n));
    assert_int_equal(n, 3);
    OK(session_close(db, a, officer, who_of(two)->session, NULL));
    assert_true(nobodys(two));
    OK(session_close(db, a, officer, NULL, who_of(one)->session));
    assert_true(nobodys(three));
    assert_non_null(who_of(one));
}

/* ---- the second factor ---- */

static void with_a_second_factor_the_password_alone_opens_nothing(void **state)
{
    (void)state;
    char token[SESSION_TOKEN], other[SESSION_TOKEN];
    unsigned char secret[TOTP_SECRET];
    enrol(token, secret);
    OK(come_in("officer", password, "192.0.2.2", other));
    assert_int_equal(need(other), SESSION_CODE);
    assert_null(who_of(other));
    assert_says(session_prove(db, a, other, password, "192.0.2.2", other), "auth.code_wrong");
    assert_says(session_prove(db, a, other, code_now(secret), "192.0.2.2", other), "auth.code_wrong"); /* replayed */
    clock_fix(T0 + 30 * SECOND);
    OK(session_prove(db, a, other, code_now(secret), "192.0.2.2", other));
    assert_non_null(who_of(other));
    OK(come_in("officer", password, "192.0.2.2", token));
    assert_says(session_prove(db, a, token, code_now(secret), "192.0.2.2", token),
                "auth.code_wrong"); /* in another session */
}

static void codes_are_not_guessed_without_end(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    unsigned char secret[TOTP_SECRET];
    enrol(token, secret);
    int waits = 0;
    for (int i = 0; i < 100; i++) {
        struct err *e = session_prove(db, a, token, arena_printf(a, "%06d", i), "192.0.2.1", token);
        assert_non_null(e);
        waits += strcmp(e->say, "auth.later") == 0;
    }
    assert_true(waits >= 95);
}

static void a_required_second_factor_comes_before_everything(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    unsigned char secret[TOTP_SECRET];
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        OK(setting_put(&c, "second_factor", "required"));
        OK(change_commit(&c));
    }
    OK(come_in("officer", password, "192.0.2.1", token));
    assert_int_equal(need(token), SESSION_ENROL);
    assert_null(who_of(token));
    OK(second_offer(db, a, token, secret));
    assert_says(second_enrol(db, a, token, "000000", token), "auth.code_wrong");
    OK(second_enrol(db, a, token, code_now(secret), token));
    assert_non_null(who_of(token));
}

static void freshness_lasts_five_minutes_in_its_own_session(void **state)
{
    (void)state;
    char token[SESSION_TOKEN];
    OK(come_in("officer", password, "192.0.2.1", token));
    assert_true(auth_fresh(who_of(token)));
    clock_fix(T0 + 5 * MINUTE + 1);
    assert_false(auth_fresh(who_of(token)));
    assert_says(session_prove(db, a, token, "wrong", "192.0.2.1", token), "auth.password_wrong");
    OK(session_prove(db, a, token, password, "192.0.2.1", token));
    assert_true(auth_fresh(who_of(token)));
    assert_false(auth_fresh(&who_console));
    assert_false(auth_fresh(NULL));
}

static void a_new_password_ends_the_other_sessions(void **state)
{
    (void)state;
    char one[SESSION_TOKEN], two[SESSION_TOKEN];
    OK(come_in("officer", password, "192.0.2.1", one));
    OK(come_in("officer", password, "192.0.2.2", two));
    assert_says(session_password(db, a, one, "wrong", "rain on old roofs", one), "auth.password_wrong");
    assert_says(session_password(db, a, one, password, "short", one), "auth.password.short");
    assert_says(session_password(db, a, one, password, password, one), "auth.password.same");
    OK(session_password(db, a, one, password, "rain on old roofs", one));
    assert_true(nobodys(two));
    assert_non_null(who_of(one));
    assert_says(come_in("officer", password, "192.0.2.1", two), "auth.wrong");
    OK(come_in("officer", "rain on old roofs", "192.0.2.1", two));
}

/* ---- passwords ---- */

static void weak_passwords_are_told_why(void **state)
{
    (void)state;
    static const struct {
        const char *password, *say;
    } cases[] = {{"", "auth.password.short"},
                 {"elevenchars", "auth.password.short"},
                 {"一二三四五六七八九十一", "auth.password.short"},
                 {"Password1234", "auth.password.common"},
                 {"aaaaaaaaaaaa", "auth.password.common"},
                 {"abcdefghijklmno", "auth.password.common"},
                 {"987654321098", "auth.password.common"},
                 {"xyxyxyxyxyxyxy", "auth.password.common"},
                 {"wangming19751", "auth.password.name"},
                 {"王明王明王明王明王明王明", "auth.password.name"},
                 {"WangMing-2024!", "auth.password.name"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_says(password_check(a, cases[i].password, "wangming", "王明"), cases[i].say);
    OK(password_check(a, "rain on old roofs", "wangming", "王明"));
    OK(password_check(a, "春江潮水连海平海上明月共潮生", "wangming", "王明"));
    char *most = arena_alloc(a, 202);
    for (int i = 0; i < 201; i++)
        most[i] = (char)('!' + i * 7 % 90);
    most[201] = '\0';
    assert_says(password_check(a, most, "wangming", "王明"), "auth.password.long");
}

/* ---- one-time codes ---- */

static struct person_form form(const char *code, const char *username, const char *name)
{
    return (struct person_form){code, username, name, "rain on old roofs", "rain on old roofs"};
}
static const struct session_try here = {.address = "192.0.2.1", .device = "test"};

static void codes_print(struct setup_code out[SETUP_ROLES])
{
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, "init", &c));
    OK(setup_codes(&c, out));
    OK(change_commit(&c));
}

static void three_codes_make_three_people_once(void **state)
{
    (void)state;
    struct setup_code codes[SETUP_ROLES], later[SETUP_ROLES];
    char token[SESSION_TOKEN];
    codes_print(codes);
    struct person_form f = form(codes[0].text, "one", "甲一");
    OK(setup_person(db, a, &f, &here, token));
    assert_string_equal(who_of(token)->role, "system");
    f = form(codes[0].text, "two", "乙二");
    assert_says(setup_person(db, a, &f, &here, token), "auth.code_unknown");
    f = form(codes[1].text, "two", "甲一");
    assert_says(setup_person(db, a, &f, &here, token), "auth.setup.same_person");
    f = form(codes[1].text, "one", "乙二");
    assert_says(setup_person(db, a, &f, &here, token), "field.unique");
    codes_print(later);
    assert_null(later[0].text);
    f = form(codes[1].text, "two", "乙二");
    assert_says(setup_person(db, a, &f, &here, token), "auth.code_unknown"); /* void since the new ones */
    f.code = later[1].text;
    clock_fix(T0 + 7 * DAY + 1);
    assert_says(setup_person(db, a, &f, &here, token), "auth.code_unknown"); /* past its end */
    codes_print(later);
    f.code = later[1].text;
    OK(setup_person(db, a, &f, &here, token));
    f = form(later[2].text, "three", "丙三");
    OK(setup_person(db, a, &f, &here, token));
    db_scope struct db_tx tx = {0};
    bool done;
    OK(db_begin_read(db, a, &tx));
    OK(setup_done(&tx, &done));
    assert_true(done);
}

static char *issued(const char *username)
{
    char *code;
    int64_t id, until;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    OK(account_issue(&c, username, "新人", 0, &id));
    OK(code_make(&c, NULL, id, &code, &until));
    OK(change_commit(&c));
    return code;
}

static void a_slip_opens_its_own_account_once(void **state)
{
    (void)state;
    char token[SESSION_TOKEN], *one = issued("one"), *two = issued("two");
    assert_string_not_equal(one, two);
    struct person_form f = form(two, "one", "");
    assert_says(first_sign_in(db, a, &f, &here, token), "auth.code_unknown");
    f = form(two, "officer", "");
    assert_says(first_sign_in(db, a, &f, &here, token), "auth.code_unknown");
    f = form(one, "one", "");
    assert_says(setup_person(db, a, &f, &here, token), "auth.code_unknown"); /* not for a set-up */
    f.again = "something else";
    assert_says(first_sign_in(db, a, &f, &here, token), "auth.password.twice");
    f.again = f.password;
    OK(first_sign_in(db, a, &f, &here, token));
    assert_int_equal(need(token), SESSION_OPEN);
    assert_says(first_sign_in(db, a, &f, &here, token), "auth.code_unknown");
    OK(come_in("one", "rain on old roofs", "192.0.2.1", token));
    f = form(two, "two", "");
    clock_fix(T0 + 30 * DAY + 1);
    assert_says(first_sign_in(db, a, &f, &here, token), "auth.code_unknown");
}

/* ---- resets ---- */

static struct err *decide(int64_t by, int64_t id, bool agreed, char **text)
{
    int64_t until;
    const struct who who = {.account = by, .name = "同意人", .role = "security", .scope = SCOPE_ALL};
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who, NULL, &c));
    TRY(reset_decide(&c, id, agreed, text, &until));
    return change_commit(&c);
}

static struct err *propose(int64_t by, int64_t account, int64_t *id)
{
    const struct who who = {.account = by, .name = "提出人", .role = "security", .scope = SCOPE_ALL};
    change_scope struct change c = {0};
    TRY(change_begin(db, a, &who, NULL, &c));
    TRY(reset_propose(&c, account, "手机丢失", id));
    return change_commit(&c);
}

static void a_reset_needs_two_and_ends_all_there_was(void **state)
{
    (void)state;
    char token[SESSION_TOKEN], *text = NULL, *made;
    unsigned char secret[TOTP_SECRET];
    int64_t one, two, id;
    enrol(token, secret);
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, &who_console, NULL, &c));
        OK(account_create(&c, "one", "甲一", 0, &made, &one));
        OK(account_create(&c, "two", "乙二", 0, &made, &two));
        OK(change_commit(&c));
    }
    assert_says(propose(officer, officer, &id), "auth.reset.own");
    OK(propose(one, officer, &id));
    assert_says(propose(two, officer, &id), "auth.reset.there");
    assert_says(decide(one, id, true, &text), "auth.reset.same");
    assert_says(decide(officer, id, true, &text), "auth.reset.same");
    assert_non_null(who_of(token));
    OK(decide(two, id, true, &text));
    assert_says(decide(two, id, true, &text), "auth.reset.decided");
    assert_true(nobodys(token));
    assert_says(come_in("officer", password, "192.0.2.1", token), "auth.wrong");
    struct person_form f = form(text, "officer", "");
    OK(first_sign_in(db, a, &f, &here, token));
    assert_int_equal(need(token), SESSION_OPEN); /* the second factor is gone */
    OK(propose(one, officer, &id));
    OK(decide(two, id, false, &text));
    assert_null(text);
    assert_non_null(who_of(token));
}

/* ---- programs' tokens ---- */

static struct err *token_for(const struct who *who, const struct token_form *f, char **text)
{
    change_scope struct change c = {0};
    TRY(change_begin(db, a, who, NULL, &c));
    TRY(token_make(&c, f, text));
    return change_commit(&c);
}

static const struct who *who_bears(const char *text)
{
    const struct who *who;
    OK(token_who(db, a, text, &who));
    return who;
}

static struct date day(int days)
{
    return date_add_days(clock_today(), days);
}

static void a_token_does_no_more_than_its_office_and_its_choice(void **state)
{
    (void)state;
    char session[SESSION_TOKEN], *text, *wide;
    OK(come_in("officer", password, "192.0.2.1", session));
    const struct who *who = who_of(session);
    struct token_form f = {"报表", "roster.*.read auth.*", village, day(30)};
    OK(token_for(who, &f, &text));
    const struct who *w = who_bears(text);
    assert_int_equal(w->account, officer);
    assert_true(auth_may(w, "roster.post.read"));
    assert_false(auth_may(w, "roster.post.write")); /* not chosen */
    assert_false(auth_may(w, "auth.reset.decide")); /* chosen, but not the office's */
    assert_false(auth_fresh(w));
    int64_t from, to;
    {
        db_scope struct db_tx tx = {0};
        OK(db_begin_read(db, a, &tx));
        OK(record_tree_range(&tx, &unit_record, town, &from, &to));
    }
    assert_true(scope_has(&who->scope, from));
    assert_false(scope_has(&w->scope, from)); /* the village only */
    assert_int_equal(w->scope.n, 1);
    f.unit = 0;
    OK(token_for(who, &f, &wide));
    assert_true(scope_has(&who_bears(wide)->scope, from));
    assert_int_equal(token_for(w, &f, &wide)->kind, ERR_DENIED); /* a token makes no token */
}

static void bad_tokens_are_refused_field_by_field(void **state)
{
    (void)state;
    char session[SESSION_TOKEN], *text;
    OK(come_in("officer", password, "192.0.2.1", session));
    const struct who *who = who_of(session);
    struct token_form f = {"", "", elsewhere, day(367)};
    struct err *e = token_for(who, &f, &text);
    int n = 0;
    for (struct err *one = e; one != NULL; one = one->next)
        n++;
    assert_int_equal(n, 4);
    f = (struct token_form){"a", "roster.*.read", 0, day(-1)};
    assert_says(token_for(who, &f, &text), "auth.token.until_missing");
    f.until = DATE_UNKNOWN;
    assert_says(token_for(who, &f, &text), "auth.token.until_missing");
    f.until = day(366);
    OK(token_for(who, &f, &text));
}

static void a_token_ends_by_day_withdrawal_office_and_account(void **state)
{
    (void)state;
    char session[SESSION_TOKEN], *text, *other;
    struct token *list;
    int n;
    OK(come_in("officer", password, "192.0.2.1", session));
    const struct who *who = who_of(session);
    struct token_form f = {"报表", "roster.*.read", 0, day(10)};
    OK(token_for(who, &f, &text));
    OK(token_for(who, &f, &other));
    assert_null(who_bears(session));
    assert_null(who_bears(""));
    assert_true(nobodys(text));
    OK(token_list(db, a, officer, &list, &n));
    assert_int_equal(n, 2);
    {
        const struct who foreign = {.account = officer + 1, .name = "别人", .role = "supervision", .scope = SCOPE_ALL};
        change_scope struct change c = {0};
        OK(change_begin(db, a, &foreign, NULL, &c));
        assert_int_equal(token_revoke(&c, list[0].id)->kind, ERR_MISSING);
    }
    {
        change_scope struct change c = {0};
        OK(change_begin(db, a, who, NULL, &c));
        OK(token_revoke(&c, list[0].id));
        OK(change_commit(&c));
    }
    assert_null(who_bears(other));
    assert_non_null(who_bears(text));
    clock_fix(T0 + 11 * DAY);
    assert_null(who_bears(text));
    clock_fix(T0 + DAY);
    const struct who all = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
    struct row *r;
    change_scope struct change c = {0};
    OK(change_begin(db, a, &who_console, NULL, &c));
    OK(record_read(&c.tx, &office_record, &all, office, &r));
    row_set_date(a, r, "to_on", clock_day_of(T0));
    OK(record_save(&c, &office_record, r, r->rev));
    OK(change_commit(&c));
    assert_null(who_bears(text)); /* the office ended yesterday */
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {T(guesses_wait_longer_and_longer),
                                       T(the_right_password_waits_too_and_then_opens),
                                       T(a_flood_from_one_address_locks_out_nobody_elsewhere),
                                       T(guesses_from_everywhere_spare_where_the_person_is_known),
                                       T(an_address_that_tries_many_names_waits_and_a_network_is_one_address),
                                       T(unknown_and_disabled_names_answer_like_known_ones),
                                       T(a_token_known_before_is_worth_nothing_after_each_step),
                                       T(forged_tokens_are_nobodys),
                                       T(sessions_end_by_idleness_and_by_age),
                                       T(one_ends_ones_own_sessions_only),
                                       T(with_a_second_factor_the_password_alone_opens_nothing),
                                       T(codes_are_not_guessed_without_end),
                                       T(a_required_second_factor_comes_before_everything),
                                       T(freshness_lasts_five_minutes_in_its_own_session),
                                       T(a_new_password_ends_the_other_sessions),
                                       T(weak_passwords_are_told_why),
                                       T(three_codes_make_three_people_once),
                                       T(a_slip_opens_its_own_account_once),
                                       T(a_reset_needs_two_and_ends_all_there_was),
                                       T(a_token_does_no_more_than_its_office_and_its_choice),
                                       T(bad_tokens_are_refused_field_by_field),
                                       T(a_token_ends_by_day_withdrawal_office_and_account)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
