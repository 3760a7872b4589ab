/* oidc_test.c: which ID tokens are believed. Keys and signatures are made here; a whole sign-in against a real provider
 * is test/journeys/oidc.journey.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjose/cjose.h>

#include "../../record/test/agree.h"
#include "auth/oidc.h"
#include "base/clock.h"

#define OK AGREE_OK
#define NOW INT64_C(1800000000)

static const struct oidc us = {.issuer = "https://login.example", .client = "qingfeng"};
static cjose_jwk_t *rsa, *ec, *other, *small, *shared;
static json_t *keys;
static struct arena *a;

static json_t *public_of(cjose_jwk_t *k, const char *kid)
{
    cjose_err ce;
    char *text = cjose_jwk_to_json(k, false, &ce);
    json_t *o = json_loads(text, 0, NULL);
    free(text);
    json_object_set_new(o, "kid", json_string(kid));
    return o;
}

static int begin(void **state)
{
    (void)state;
    cjose_err ce;
    a = arena_new();
    clock_init();
    clock_fix(NOW * 1000);
    rsa = cjose_jwk_create_RSA_random(2048, NULL, 0, &ce);
    other = cjose_jwk_create_RSA_random(2048, NULL, 0, &ce);
    small = cjose_jwk_create_RSA_random(1024, NULL, 0, &ce);
    ec = cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &ce);
    shared = cjose_jwk_create_oct_spec((const uint8_t *)"0123456789abcdef0123456789abcdef", 32, &ce);
    keys =
        json_pack("{s:[o, o, o, {s:s, s:s, s:s}]}", "keys", public_of(rsa, "r"), public_of(ec, "e"),
                  public_of(small, "s"), "kty", "oct", "kid", "o", "k", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY");
    return 0;
}

static int end(void **state)
{
    (void)state;
    json_decref(keys);
    cjose_jwk_t *all[] = {rsa, other, small, ec, shared};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        cjose_jwk_release(all[i]);
    clock_fix(-1);
    arena_free(a);
    return 0;
}

static json_t *claims(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "iss", us.issuer, "aud", us.client, "sub", "u-17", "nonce", "n1",
                     "exp", (json_int_t)(NOW + 300), "iat", (json_int_t)NOW);
}

/* claims is taken. kid NULL: none */
static const char *sign(cjose_jwk_t *key, const char *alg, const char *kid, json_t *c)
{
    cjose_err ce;
    const char *out;
    cjose_header_t *h = cjose_header_new(&ce);
    assert_true(cjose_header_set(h, "alg", alg, &ce));
    if (kid != NULL)
        assert_true(cjose_header_set(h, "kid", kid, &ce));
    char *text = json_dumps(c, 0);
    cjose_jws_t *jws = cjose_jws_sign(key, h, (const uint8_t *)text, strlen(text), &ce);
    assert_non_null(jws);
    assert_true(cjose_jws_export(jws, &out, &ce));
    const char *kept = arena_strdup(a, out);
    cjose_jws_release(jws);
    cjose_header_release(h);
    free(text);
    json_decref(c);
    return kept;
}

static void believed(const char *token)
{
    char *subject = NULL;
    OK(oidc_check(a, &us, keys, token, "n1", &subject));
    assert_string_equal(subject, "u-17");
}

static void refused(const char *token, const char *why)
{
    char *subject = NULL;
    struct err *e = oidc_check(a, &us, keys, token, "n1", &subject);
    if (e == NULL)
        fail_msg("believed, though it %s", why);
    if (strstr(e->detail, why) == NULL)
        fail_msg("'%s', not '%s'", e->detail, why);
    assert_int_equal(e->kind, ERR_LOGIN);
    assert_null(subject);
}

static void tokens_of_the_providers_keys_are_believed(void **state)
{
    (void)state;
    believed(sign(rsa, "RS256", "r", claims()));
    believed(sign(rsa, "PS256", "r", claims()));
    believed(sign(rsa, "RS512", NULL, claims()));
    believed(sign(ec, "ES256", "e", claims()));
    json_t *c = claims();
    json_object_set_new(c, "aud", json_pack("[s, s]", "another", us.client));
    json_object_set_new(c, "azp", json_string(us.client));
    believed(sign(rsa, "RS256", "r", c));
}

static void other_signatures_are_nobodys(void **state)
{
    (void)state;
    refused(sign(other, "RS256", "r", claims()), "none of the provider's keys");
    refused(sign(rsa, "RS256", "e", claims()), "none of the provider's keys");
    refused(sign(small, "RS256", "s", claims()), "none of the provider's keys");
    refused(sign(shared, "HS256", "o", claims()), "is signed by 'HS256'");
    refused("", "is none");
    refused("a.b", "is none");
    refused("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1LTE3In0.", "is");
    char *changed = arena_strdup(a, sign(rsa, "RS256", "r", claims()));
    char *dot = strchr(changed, '.') + 9;
    *dot = *dot == 'A' ? 'B' : 'A';
    refused(changed, "is signed by none");
    changed = arena_strdup(a, sign(rsa, "RS256", "r", claims()));
    *strrchr(changed, '.') = '\0';
    refused(changed, "is none");
}

static void other_claims_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *why;
    } texts[] = {{"iss", "https://login.example/", "another issuer"},
                 {"iss", NULL, "another issuer"},
                 {"aud", "someone", "another client"},
                 {"aud", NULL, "another client"},
                 {"azp", "someone", "another client"},
                 {"nonce", "n2", "another sign-in"},
                 {"nonce", NULL, "another sign-in"},
                 {"exp", NULL, "past its time"},
                 {"exp", "2030-01-01", "past its time"},
                 {"iat", NULL, "time to come"},
                 {"sub", "", "nobody"},
                 {"sub", "a b", "nobody"},
                 {"sub", NULL, "nobody"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *c = claims();
        if (texts[i].value != NULL)
            json_object_set_new(c, texts[i].name, json_string(texts[i].value));
        else
            json_object_del(c, texts[i].name);
        refused(sign(rsa, "RS256", "r", c), texts[i].why);
    }
    static const struct {
        const char *name;
        int64_t at;
        const char *why;
    } times[] = {
        {"exp", NOW - 61, "past its time"}, {"iat", NOW + 61, "time to come"}, {"nbf", NOW + 61, "time to come"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        json_t *c = claims();
        json_object_set_new(c, times[i].name, json_integer((json_int_t)times[i].at));
        refused(sign(ec, "ES256", "e", c), times[i].why);
    }
    json_t *c = claims();
    json_object_set_new(c, "aud", json_pack("[s, s]", "another", us.client)); /* several, and none is the party */
    refused(sign(rsa, "RS256", "r", c), "another client");
}

static void addresses_are_https_or_this_machine(void **state)
{
    (void)state;
    static const char *const good[] = {"https://login.example", "https://login.example:8443/a", "http://127.0.0.1:9/",
                                       "http://localhost:1", "http://[::1]:3/x"};
    static const char *const bad[] = {"",
                                      "login.example",
                                      "http://login.example",
                                      "https:///x",
                                      "http://127.0.0.1.example",
                                      "http://localhost.example/",
                                      "file:///etc/passwd",
                                      "https://a b",
                                      "https://a\r\nX: y"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(oidc_address_good(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (oidc_address_good(bad[i]))
            fail_msg("'%s' is taken", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_of_the_providers_keys_are_believed), cmocka_unit_test(other_signatures_are_nobodys),
        cmocka_unit_test(other_claims_are_refused), cmocka_unit_test(addresses_are_https_or_this_machine)};
    return cmocka_run_group_tests(tests, begin, end);
}
