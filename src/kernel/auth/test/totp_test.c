/* totp_test.c: the vectors of RFC 6238 (appendix B, SHA-1, the last six of the eight digits) and RFC 4648, the window,
 * steps used once; sealed secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/seal.h"
#include "auth/totp.h"
#include "base/keys.h"

#define OK(call)                                        \
    do {                                                \
        struct err *ok_err_ = (call);                   \
        if (ok_err_ != NULL)                            \
            fail_msg("%s: %s", #call, ok_err_->detail); \
    } while (0)

static const unsigned char secret[TOTP_SECRET + 1] = "12345678901234567890";

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    static const struct {
        int64_t second;
        const char *code;
    } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                   {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char code[TOTP_CODE];
        totp_code(secret, vectors[i].second / 30, code);
        assert_string_equal(code, vectors[i].code);
        assert_int_equal(totp_match(secret, code, vectors[i].second * 1000, 0), vectors[i].second / 30);
    }
}

static void the_secret_is_written_in_base32(void **state)
{
    (void)state;
    char text[TOTP_TEXT];
    totp_text(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    arena_scope struct arena *a = arena_new();
    assert_string_equal(totp_address(a, secret, "清风", "li si"),
                        "otpauth://totp/%E6%B8%85%E9%A3%8E:li%20si?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        "&issuer=%E6%B8%85%E9%A3%8E");
}

static void a_code_is_right_one_step_either_side_and_once(void **state)
{
    (void)state;
    char code[TOTP_CODE];
    int64_t step = 1000, at = step * TOTP_STEP_MS;
    totp_code(secret, step, code);
    assert_int_equal(totp_match(secret, code, at - 1, 0), step);
    assert_int_equal(totp_match(secret, code, at + 2 * TOTP_STEP_MS - 1, 0), step);
    assert_int_equal(totp_match(secret, code, at + 2 * TOTP_STEP_MS, 0), 0);
    assert_int_equal(totp_match(secret, code, at - TOTP_STEP_MS - 1, 0), 0);
    assert_int_equal(totp_match(secret, code, at, step - 1), step);
    assert_int_equal(totp_match(secret, code, at, step), 0);
    assert_int_equal(totp_match(secret, code, at, step + 1), 0);
}

static void only_six_digits_are_a_code(void **state)
{
    (void)state;
    int64_t at = 59000;
    assert_int_equal(totp_match(secret, "287 082", at, 0), 1);
    static const char *const wrong[] = {"", "28708", "2870822", "28708a", "-87082", "287082 1", "２８７０８２"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(totp_match(secret, wrong[i], at, 0), 0);
}

static void what_is_sealed_opens_in_its_place_with_its_key_only(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    char dir[] = "/tmp/qf-seal-XXXXXX", out[21] = "", *sealed, *again;
    assert_non_null(mkdtemp(dir));
    keys_use(NULL, dir);
    OK(seal_close(a, "account 1", secret, 20, &sealed));
    OK(seal_close(a, "account 1", secret, 20, &again));
    assert_string_not_equal(sealed, again);
    OK(seal_open(a, "account 1", sealed, out, 20));
    assert_string_equal(out, (const char *)secret);
    assert_non_null(seal_open(a, "account 2", sealed, out, 20));
    assert_non_null(seal_open(a, "account 1", sealed, out, 19));
    for (size_t i = 0; sealed[i] != '\0'; i++) {
        char was = sealed[i];
        sealed[i] = was == '0' ? '1' : '0';
        assert_non_null(seal_open(a, "account 1", sealed, out, 20));
        sealed[i] = was;
    }
    OK(keys_put(a, "seal", "another key of thirty-two bytes.", 32));
    assert_non_null(seal_open(a, "account 1", sealed, out, 20));
    unlink(arena_printf(a, "%s/seal", dir));
    rmdir(dir);
    keys_use(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard), cmocka_unit_test(the_secret_is_written_in_base32),
        cmocka_unit_test(a_code_is_right_one_step_either_side_and_once), cmocka_unit_test(only_six_digits_are_a_code),
        cmocka_unit_test(what_is_sealed_opens_in_its_place_with_its_key_only)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
