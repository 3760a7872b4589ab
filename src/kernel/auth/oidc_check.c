/* oidc_check.c: what an ID token must be (OpenID Connect Core 3.1.3.7). The signature is libcjose's to verify; which
 * algorithms and keys may sign, and what the token must say, is decided here. */
#include <cjose/cjose.h>
#include <string.h>

#include "auth/oidc.h"
#include "base/clock.h"

enum { SKEW_S = 60, TOKEN_MOST = 64 << 10, RSA_TEXT = 342 /* base64url of 2048 bits */ };

static struct err *refused(struct arena *a, const char *why)
{
    return err_say(ERR(a, ERR_LOGIN, "the ID token %s", why), "auth.oidc.refused", NULL);
}

static const struct {
    const char *alg, *kty, *curve;
} algorithms[] = {{"RS256", "RSA", NULL},   {"RS384", "RSA", NULL},   {"RS512", "RSA", NULL},
                  {"PS256", "RSA", NULL},   {"PS384", "RSA", NULL},   {"PS512", "RSA", NULL},
                  {"ES256", "EC", "P-256"}, {"ES384", "EC", "P-384"}, {"ES512", "EC", "P-521"}};

static const char *text_at(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s != NULL ? s : "";
}

/* Is the key made for this algorithm? `kid` "": the token names none. */
static bool fits(const json_t *key, int alg, const char *kid)
{
    const char *use = text_at(key, "use"), *of = text_at(key, "alg");
    if (strcmp(text_at(key, "kty"), algorithms[alg].kty) != 0 || (*use != '\0' && strcmp(use, "sig") != 0) ||
        (*of != '\0' && strcmp(of, algorithms[alg].alg) != 0) ||
        (*kid != '\0' && strcmp(text_at(key, "kid"), kid) != 0))
        return false;
    return algorithms[alg].curve != NULL ? strcmp(text_at(key, "crv"), algorithms[alg].curve) == 0
                                         : strlen(text_at(key, "n")) >= RSA_TEXT;
}

static bool signed_by(cjose_jws_t *jws, const json_t *key)
{
    cjose_err ce;
    cjose_jwk_t *jwk = cjose_jwk_import_json((cjose_header_t *)key, &ce);
    bool good = jwk != NULL && cjose_jws_verify(jws, jwk, &ce);
    cjose_jwk_release(jwk);
    return good;
}

static struct err *check_signature(struct arena *a, cjose_jws_t *jws, const json_t *keys)
{
    const json_t *header = (const json_t *)cjose_jws_get_protected(jws), *key;
    const char *name = text_at(header, "alg");
    int alg = -1;
    size_t k;
    for (int i = 0; i < (int)(sizeof algorithms / sizeof *algorithms); i++)
        if (strcmp(algorithms[i].alg, name) == 0)
            alg = i;
    if (alg < 0)
        return refused(a, arena_printf(a, "is signed by '%.20s'", name));
    if (json_object_get(header, "crit") != NULL)
        return refused(a, "asks for what is not known here");
    json_array_foreach(json_object_get(keys, "keys"), k, key)
    {
        if (fits(key, alg, text_at(header, "kid")) && signed_by(jws, key))
            return NULL;
    }
    return refused(a, "is signed by none of the provider's keys");
}

static bool for_client(const json_t *claims, const char *client)
{
    const json_t *aud = json_object_get(claims, "aud"), *one;
    const json_t *azp = json_object_get(claims, "azp");
    bool named = json_is_string(aud) && strcmp(json_string_value(aud), client) == 0;
    size_t i;
    json_array_foreach(aud, i, one)
    {
        named = named || (json_is_string(one) && strcmp(json_string_value(one), client) == 0);
    }
    if (azp != NULL || json_array_size(aud) > 1)
        named = named && json_is_string(azp) && strcmp(json_string_value(azp), client) == 0;
    return named;
}

static struct err *check_claims(struct arena *a, const struct oidc *o, const json_t *c, const char *nonce, char **out)
{
    int64_t now = clock_now_ms() / 1000;
    const json_t *exp = json_object_get(c, "exp"), *iat = json_object_get(c, "iat"), *nbf = json_object_get(c, "nbf");
    const char *sub = text_at(c, "sub");
    if (strcmp(text_at(c, "iss"), o->issuer) != 0)
        return refused(a, "comes from another issuer");
    if (!for_client(c, o->client))
        return refused(a, "is for another client");
    if (*nonce == '\0' || strcmp(text_at(c, "nonce"), nonce) != 0)
        return refused(a, "is of another sign-in");
    if (!json_is_number(exp) || (int64_t)json_number_value(exp) <= now - SKEW_S)
        return refused(a, "is past its time");
    if (!json_is_number(iat) || (int64_t)json_number_value(iat) > now + SKEW_S ||
        (nbf != NULL && (int64_t)json_number_value(nbf) > now + SKEW_S))
        return refused(a, "is of a time to come: do the clocks agree?");
    if (*sub == '\0' || strlen(sub) > OIDC_SUBJECT || strpbrk(sub, " \t\r\n") != NULL)
        return refused(a, "names nobody");
    *out = arena_strdup(a, sub);
    return NULL;
}

static struct err *check(struct arena *a, const struct oidc *o, cjose_jws_t *jws, const json_t *keys, const char *nonce,
                         char **out)
{
    cjose_err ce;
    uint8_t *bytes;
    size_t n;
    TRY(check_signature(a, jws, keys));
    if (!cjose_jws_get_plaintext(jws, &bytes, &n, &ce))
        return refused(a, "is empty");
    json_t *claims = json_loadb((const char *)bytes, n, JSON_REJECT_DUPLICATES, NULL);
    struct err *e = claims == NULL ? refused(a, "is not JSON") : check_claims(a, o, claims, nonce, out);
    json_decref(claims);
    return e;
}

struct err *oidc_check(struct arena *a, const struct oidc *o, const json_t *keys, const char *token, const char *nonce,
                       char **subject_out)
{
    cjose_err ce;
    size_t n = strlen(token);
    cjose_jws_t *jws = n > TOKEN_MOST ? NULL : cjose_jws_import(token, n, &ce);
    if (jws == NULL)
        return refused(a, "is none");
    struct err *e = check(a, o, jws, keys, nonce, subject_out);
    cjose_jws_release(jws);
    return e;
}
