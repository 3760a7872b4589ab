/* sign_test.c: a signature over HTTP, with real sessions: who signs shows a second factor within the same form, loses
 * nothing he typed over it, and no program signs for him. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../kernel/web/test/house.h"
#include "../../../program.h"
#include "admin/admin.h"
#include "auth/test/signing.h"
#include "auth/token.h"
#include "base/keys.h"
#include "care/care.h"
#include "demo/demo.h"
#include "demo/inner.h"
#include "flow/flow.h"
#include "view/view.h"

enum { MINUTE = 60000 };

static char folder[] = "/tmp/qf-sign-XXXXXX";
static const char *minister;
static int64_t sign;

static void wait(int64_t ms)
{
    clock_fix(clock_now_ms() + ms);
}

static const struct who *who_of(const char *username)
{
    const struct who *who;
    OK(account_who(h.db, h.a, username, &who));
    return who;
}

static int serve(void **state)
{
    (void)state;
    struct demo_stats stats;
    house_begin(date_make(2026, 11, 25));
    assert_non_null(mkdtemp(folder));
    keys_use(NULL, folder);
    OK(program_init(h.a));
    house_database(":memory:", NULL);
    OK(demo_fill(h.db, h.a, 150, 1, &(struct demo_how){0}, &stats));
    FILE *none = fopen("/dev/null", "we");
    OK(demo_accounts(h.db, h.a, none));
    fclose(none);
    OK(flow_versions_store(h.db, h.a));
    {
        change_scope struct change c = {0};
        OK(change_begin(h.db, h.a, &who_console, "test", &c));
        OK(setting_put(&c, "second_factor", "offered"));
        OK(change_commit(&c));
    }
    house_columns();
    OK(view_init(h.a));
    house_serve((struct web_config){.modules = program_modules, .auth = admin_web_auth, .page_threads = 1});
    return 0;
}

/* An inquiry letter that waits for the minister; its path. */
static const char *waiting_letter(struct arena *a)
{
    int64_t matter;
    struct row *r = row_new(a, &care_inquiry);
    row_set_int(a, r, "member", 1);
    row_set(r, "aspect", "duty");
    row_set(r, "source", "audit");
    row_set(r, "cause", "分三次采购的原因");
    change_scope struct change c = {0};
    OK(change_begin(h.db, a, who_of("supervision"), "test", &c));
    OK(flow_open(&c, flow_find("care.inquiry"), "draft", &(struct flow_input){.values = r, .blocked = ""}, "函询",
                 &matter));
    OK(flow_take(&c, matter, 2, "send", &(struct flow_input){.blocked = ""}));
    OK(change_commit(&c));
    sign = house_number("SELECT max(id) FROM flow_sign");
    return arena_printf(a, "/desk/%lld/sign/%lld", (long long)matter, (long long)sign);
}

static bool state_is(const char *state)
{
    return house_number(arena_printf(h.a, "SELECT count(*) FROM flow_sign WHERE id = %lld AND state = '%s'",
                                     (long long)sign, state)) == 1;
}

static void shows(const struct reply *r, int status, const char *text)
{
    if (r->status != status || strstr(r->body, text) == NULL)
        fail_msg("%d without '%s': %s", r->status, text, r->body);
}

static const char *code_of(struct arena *a, const unsigned char secret[TOTP_SECRET])
{
    char code[TOTP_CODE];
    totp_code(secret, clock_now_ms() / TOTP_STEP_MS, code);
    return arena_strdup(a, code);
}

#define OPINION "%E6%8B%9F%E5%90%8C%E6%84%8F" /* 拟同意 */

static void without_an_authenticator_the_page_leads_to_one_and_nothing_is_signed(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *path = waiting_letter(a), *cookie = house_session("minister", false);
    struct reply r = house_get(a, cookie, path, "Accept-Language: en\r\n");
    shows(&r, 200, arena_printf(a, "href=\"/login/second?next=%s\"", path));
    assert_null(strstr(r.body, "value=\"give\""));
    r = house_form(a, cookie, "/account", path, "rev=1&answer=give");
    assert_int_equal(r.status, 422);
    assert_true(state_is("wanted"));
}

static void a_signature_asks_for_a_code_and_keeps_what_was_typed(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    unsigned char secret[TOTP_SECRET];
    char token[SESSION_TOKEN];
    const char *path = waiting_letter(a), *cookie = house_session("minister", false);
    OK(second_offer(h.db, a, cookie, secret));
    OK(second_enrol(h.db, a, cookie, code_of(a, secret), token));
    minister = arena_strdup(h.a, token);
    wait(6 * MINUTE);
    struct reply r = house_get(a, minister, path, "");
    shows(&r, 200, "id=\"code\"");
    r = house_form(a, minister, path, path, "rev=1&answer=give&reasons=" OPINION);
    shows(&r, 422, "拟同意</textarea>");
    shows(&r, 422, "id=\"code-e\"");
    const char *code = code_of(a, secret), *wrong = strcmp(code, "123456") == 0 ? "654321" : "123456";
    r = house_form(a, minister, path, path, arena_printf(a, "rev=1&answer=give&reasons=%s&code=%s", OPINION, wrong));
    shows(&r, r.status, "拟同意</textarea>");
    shows(&r, r.status, "id=\"code-e\"");
    assert_true(state_is("wanted"));
    r = house_form(a, minister, path, path, arena_printf(a, "rev=1&answer=give&reasons=%s&code=%s", OPINION, code));
    assert_int_equal(r.status, 303);
    assert_true(state_is("given"));
    assert_int_equal(house_number("SELECT count(*) FROM change WHERE what = 'sign'"), 1); /* one leaf */
    assert_int_equal(house_number(arena_printf(a,
                                               "SELECT count(*) FROM flow_sign WHERE id = %lld AND role = 'minister'"
                                               " AND length(hash) = 64 AND shown LIKE '%%分三次采购%%'"
                                               " AND reasons = '拟同意'",
                                               (long long)sign)),
                     1);
    const char *set = reply_header(a, &r, "Set-Cookie");
    assert_non_null(set);
    minister = arena_strndup(h.a, set + strlen("qf_session="), SESSION_TOKEN - 1);
}

static void a_code_holds_five_minutes_and_works_once(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *path = waiting_letter(a);
    wait(4 * MINUTE);
    struct reply r = house_get(a, minister, path, "");
    shows(&r, 200, "value=\"give\"");
    assert_null(strstr(r.body, "id=\"code\""));
    wait(2 * MINUTE);
    r = house_form(a, minister, path, path, "rev=1&answer=refuse&reasons=" OPINION);
    shows(&r, 422, "id=\"code\"");
    assert_true(state_is("wanted"));
}

static void a_refusal_without_reasons_keeps_the_code_shown(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *path = waiting_letter(a), *cookie = house_session("minister", true);
    struct reply r = house_form(a, cookie, path, path, "rev=1&answer=refuse");
    shows(&r, 422, "id=\"reasons-e\"");
    r = house_form(a, cookie, path, path, "rev=1&answer=refuse&reasons=" OPINION);
    assert_int_equal(r.status, 303);
    assert_true(state_is("refused"));
}

static void a_programs_token_does_not_sign(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *path = waiting_letter(a);
    char *text;
    {
        struct who in_session = signing(who_of("minister"));
        change_scope struct change c = {0};
        OK(change_begin(h.db, a, &in_session, "test", &c));
        OK(token_make(&c, &(struct token_form){"signs", "desk.*", 0, date_make(2026, 12, 1)}, &text));
        OK(change_commit(&c));
    }
    static const char body[] = "{\"rev\":1,\"answer\":\"give\",\"code\":\"123456\"}";
    struct reply r = client_ask(a, h.port, "POST", path,
                                arena_printf(a,
                                             "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                             "Accept: application/json\r\n",
                                             text),
                                body, strlen(body));
    shows(&r, 403, text_format(a, LANG_ZH, "flow.person_signs", NULL));
    assert_true(state_is("wanted"));
}

static int end(void **state)
{
    unlink(arena_printf(h.a, "%s/seal", folder));
    rmdir(folder);
    keys_use(NULL, NULL);
    return house_end(state);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_authenticator_the_page_leads_to_one_and_nothing_is_signed),
        cmocka_unit_test(a_signature_asks_for_a_code_and_keeps_what_was_typed),
        cmocka_unit_test(a_code_holds_five_minutes_and_works_once),
        cmocka_unit_test(a_refusal_without_reasons_keeps_the_code_shown),
        cmocka_unit_test(a_programs_token_does_not_sign)};
    return cmocka_run_group_tests(tests, serve, end);
}
