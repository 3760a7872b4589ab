/* oidc.c: see oidc.h. Asks the provider with libcurl: https alone but on this machine, no redirects, short answers. */
#include "auth/oidc.h"

#include <cjose/cjose.h>
#include <curl/curl.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "auth/seal.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/rand.h"

enum { WAIT_S = 10, ANSWER_MOST = 256 << 10, MINUTE_MS = 60000 };
#define SECRET "kernel.setting oidc_secret"

/* ---- settings ---- */
static struct err *text(struct db_tx *tx, const char *name, const char **out)
{
    TRY(setting_get(tx, name, NULL, out));
    if (*out != NULL && **out == '\0')
        *out = NULL;
    return NULL;
}

struct err *oidc_settings(struct db_tx *tx, struct oidc *out)
{
    struct oidc o = {0};
    const char *sealed;
    TRY(text(tx, "oidc_issuer", &o.issuer));
    TRY(text(tx, "oidc_client", &o.client));
    TRY(text(tx, "oidc_address", &o.address));
    TRY(text(tx, "oidc_authorize", &o.authorize));
    TRY(text(tx, "oidc_token", &o.token));
    TRY(text(tx, "oidc_keys", &o.keys));
    TRY(text(tx, "oidc_secret", &sealed));
    if (sealed != NULL)
        TRY(oidc_secret_open(tx->arena, sealed, &o.secret));
    if (o.client == NULL || o.address == NULL)
        o.issuer = NULL;
    *out = o;
    return NULL;
}

struct secret {
    char text[160];
};

struct err *oidc_secret_close(struct arena *a, const char *secret, char **out)
{
    struct secret s = {0};
    if (strlen(secret) >= sizeof s.text)
        return err_field(err_say(ERR(a, ERR_INVALID, "a long secret"), "auth.oidc.secret_long", NULL), "secret");
    memcpy(s.text, secret, strlen(secret));
    return seal_close(a, SECRET, &s, sizeof s, out);
}

struct err *oidc_secret_open(struct arena *a, const char *sealed, const char **out)
{
    struct secret s;
    TRY(seal_open(a, SECRET, sealed, &s, sizeof s));
    *out = arena_strndup(a, s.text, sizeof s.text);
    return NULL;
}

bool oidc_address_good(const char *address)
{
    static const char *const here[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};
    if (strlen(address) > 400 || strpbrk(address, " \t\r\n\"<>") != NULL)
        return false;
    if (strncmp(address, "https://", 8) == 0)
        return address[8] != '\0' && address[8] != '/';
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) {
        size_t n = strlen(here[i]);
        if (strncmp(address, here[i], n) == 0 && strchr(":/", address[n]) != NULL) /* its end too */
            return true;
    }
    return false;
}

/* ---- asking ---- */
struct answer {
    struct buf b;
    bool whole;
};

static size_t take(char *in, size_t size, size_t n, void *ctx)
{
    struct answer *w = ctx;
    if (w->b.n + size * n > ANSWER_MOST)
        return 0;
    buf_add(&w->b, in, size * n);
    return size * n;
}

static void begin_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static struct err *away(struct arena *a, const char *address, const char *why)
{
    return err_say(ERR(a, ERR_BUSY, "%s: %s", address, why), "auth.oidc.away", NULL);
}

/* GET, or with a form POST. secret NULL: the form says who asks. */
static struct err *ask(struct arena *a, const struct oidc *o, const char *address, const char *form, json_t **out)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, begin_library);
    struct answer got = {.b = BUF(a)};
    long status = 0;
    if (!oidc_address_good(address))
        return away(a, address, "neither https nor this machine");
    CURL *c = curl_easy_init();
    if (c == NULL)
        return ERR(a, ERR_FAULT, "libcurl does not begin");
    curl_easy_setopt(c, CURLOPT_URL, address);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WAIT_S);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &got);
    if (form != NULL)
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, form);
    char *id = NULL, *secret = NULL;
    if (form != NULL && o->secret != NULL) {
        id = curl_easy_escape(c, o->client, 0);
        secret = curl_easy_escape(c, o->secret, 0);
        curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(c, CURLOPT_USERNAME, id);
        curl_easy_setopt(c, CURLOPT_PASSWORD, secret);
    }
    CURLcode code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl_free(id);
    curl_free(secret);
    curl_easy_cleanup(c);
    if (code != CURLE_OK)
        return away(a, address, curl_easy_strerror(code));
    if (status >= 500)
        return away(a, address, arena_printf(a, "status %ld", status));
    *out = json_loadb(got.b.p, got.b.n, 0, NULL);
    if (status == 200 && *out != NULL)
        return NULL;
    json_decref(*out);
    return err_say(ERR(a, ERR_LOGIN, "%s: status %ld: %.200s", address, status, buf_str(&got.b)), "auth.oidc.refused",
                   NULL);
}

static void fill(struct arena *a, const json_t *o, const char *name, const char **to)
{
    const char *s = json_string_value(json_object_get(o, name));
    if (*to == NULL && s != NULL)
        *to = arena_strdup(a, s);
}

struct err *oidc_discover(struct arena *a, struct oidc *o)
{
    if (o->authorize != NULL && o->token != NULL && o->keys != NULL)
        return NULL;
    size_t n = strlen(o->issuer);
    while (n > 0 && o->issuer[n - 1] == '/')
        n--;
    json_t *said;
    TRY(ask(a, o, arena_printf(a, "%.*s/.well-known/openid-configuration", (int)n, o->issuer), NULL, &said));
    const char *issuer = json_string_value(json_object_get(said, "issuer"));
    bool same = issuer != NULL && strcmp(issuer, o->issuer) == 0;
    fill(a, said, "authorization_endpoint", &o->authorize);
    fill(a, said, "token_endpoint", &o->token);
    fill(a, said, "jwks_uri", &o->keys);
    json_decref(said);
    if (!same)
        return away(a, o->issuer, "its configuration names another issuer");
    return o->authorize != NULL && o->token != NULL && o->keys != NULL
               ? NULL
               : away(a, o->issuer, "its configuration lacks an address");
}

/* ---- one sign-in ---- */
static const char *escaped(struct arena *a, const char *s)
{
    char *e = curl_easy_escape(NULL, s, 0);
    const char *out = arena_strdup(a, e != NULL ? e : "");
    curl_free(e);
    return out;
}

static const char *return_address(struct arena *a, const struct oidc *o)
{
    return arena_printf(a, "%s/login/oidc/return", o->address);
}

static struct err *challenge(struct arena *a, const char *verifier, char **out)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char *text_out = NULL;
    size_t n = 0;
    cjose_err ce;
    SHA256((const unsigned char *)verifier, strlen(verifier), digest);
    if (!cjose_base64url_encode(digest, sizeof digest, &text_out, &n, &ce))
        return ERR(a, ERR_FAULT, "base64url: %s", ce.message);
    *out = arena_strndup(a, text_out, n);
    cjose_get_dealloc()(text_out);
    return NULL;
}

struct err *oidc_begin(struct arena *a, const struct oidc *o, const char *next, struct oidc_try *out,
                       char **address_out, char **cookie_out)
{
    struct oidc_try t = {0};
    char *hash = NULL;
    rand_hex(t.state, 16);
    rand_hex(t.nonce, 16);
    rand_hex(t.verifier, 32);
    t.until = clock_now_ms() + OIDC_MINUTES * MINUTE_MS;
    if (strlen(next) < sizeof t.next)
        memcpy(t.next, next, strlen(next));
    TRY(challenge(a, t.verifier, &hash));
    *address_out = arena_printf(a,
                                "%s%sresponse_type=code&scope=openid&client_id=%s&redirect_uri=%s&state=%s&nonce=%s"
                                "&code_challenge=%s&code_challenge_method=S256",
                                o->authorize, strchr(o->authorize, '?') != NULL ? "&" : "?", escaped(a, o->client),
                                escaped(a, return_address(a, o)), t.state, t.nonce, hash);
    *out = t;
    return seal_close(a, "oidc", &t, sizeof t, cookie_out);
}

struct err *oidc_resume(struct arena *a, const char *cookie, struct oidc_try *out)
{
    struct oidc_try t;
    if (cookie == NULL || seal_open(a, "oidc", cookie, &t, sizeof t) != NULL || t.until < clock_now_ms())
        return err_say(ERR(a, ERR_LOGIN, "no sign-in under way"), "auth.oidc.lost", NULL);
    *out = t;
    return NULL;
}

struct err *oidc_redeem(struct arena *a, const struct oidc *o, const struct oidc_try *t, const char *code,
                        char **subject_out)
{
    json_t *said, *keys;
    const char *form =
        arena_printf(a, "grant_type=authorization_code&code=%s&redirect_uri=%s&code_verifier=%s%s%s", escaped(a, code),
                     escaped(a, return_address(a, o)), t->verifier, o->secret == NULL ? "&client_id=" : "",
                     o->secret == NULL ? escaped(a, o->client) : "");
    TRY(ask(a, o, o->token, form, &said));
    const char *sent = json_string_value(json_object_get(said, "id_token"));
    const char *token = arena_strdup(a, sent != NULL ? sent : "");
    json_decref(said);
    TRY(ask(a, o, o->keys, NULL, &keys));
    struct err *e = oidc_check(a, o, keys, token, t->nonce, subject_out);
    json_decref(keys);
    return e;
}

/* ---- whose account ---- */
/* Another issuer's subject of the same name is somebody else. */
static const char *link_text(struct arena *a, const struct oidc *o, const char *subject)
{
    return arena_printf(a, "%s %s", o->issuer, subject);
}

struct err *oidc_account(struct db *db, struct arena *a, const struct oidc *o, const char *subject,
                         int64_t *account_out)
{
    db_scope struct db_tx tx = {0};
    struct db_val args[] = {db_text(link_text(a, o, subject))};
    TRY(db_begin_read(db, a, &tx));
    TRY(db_one_int(&tx, "SELECT id FROM auth_account WHERE oidc = ?1 AND ended = 0 AND coalesce(disabled, 0) = 0", args,
                   1, 0, account_out));
    return *account_out != 0 ? NULL
                             : err_say(ERR(a, ERR_LOGIN, "no account of '%.60s'", subject), "auth.oidc.unknown",
                                       "subject", subject, NULL);
}

struct err *oidc_link(struct change *c, const struct oidc *o, int64_t account, const char *subject)
{
    struct arena *a = c->tx.arena;
    const struct who self = {.scope = SCOPE_ALL, .sees = CLASS_SEALED};
    struct row *row;
    TRY(record_read(&c->tx, &account_record, &self, account, &row));
    if (subject != NULL && (*subject == '\0' || strlen(subject) > OIDC_SUBJECT || strpbrk(subject, " \t\r\n") != NULL))
        return err_field(err_say(ERR(a, ERR_INVALID, "no subject"), "auth.oidc.subject", NULL), "subject");
    row_set(row, "oidc", subject == NULL ? NULL : link_text(a, o, subject));
    struct err *e = record_save(c, &account_record, row, row->rev);
    if (e == NULL || e->kind != ERR_INVALID)
        return e;
    return err_field(err_say(ERR(a, ERR_INVALID, "%s", e->detail), "auth.oidc.taken", NULL), "subject");
}
