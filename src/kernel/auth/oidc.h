/* oidc.h: signing in by the district's own directory: OpenID Connect, authorization code with PKCE. Off until the
 * setting oidc_issuer is set. The provider says who somebody is and nothing else: which account that is, the security
 * administrator linked beforehand (account field `oidc`), and the rules of this house about second factors hold all the
 * same. doc/offices.md. */
#ifndef QF_AUTH_OIDC_H
#define QF_AUTH_OIDC_H

#include <jansson.h>

#include "record/record.h"

enum { OIDC_SUBJECT = 255, OIDC_LINK = 760 };

/* Settings oidc_issuer, oidc_client, oidc_secret, oidc_address, oidc_authorize, oidc_token, oidc_keys. */
struct oidc {
    const char *issuer;                   /* NULL: off */
    const char *client, *secret;          /* secret NULL: a public client, PKCE alone */
    const char *address;                  /* of this server as browsers know it: "https://qingfeng.example" */
    const char *authorize, *token, *keys; /* addresses at the provider; NULL: asked of the issuer */
};
struct err *oidc_settings(struct db_tx *tx, struct oidc *out) MUST_USE; /* arena of tx */
/* The client's secret as the setting holds it. ERR_INVALID, field "secret". */
struct err *oidc_secret_close(struct arena *a, const char *secret, char **out) MUST_USE;
struct err *oidc_secret_open(struct arena *a, const char *sealed, const char **out) MUST_USE;
/* Fills what is NULL from the issuer's configuration. ERR_BUSY, say "auth.oidc.away", when it does not answer. */
struct err *oidc_discover(struct arena *a, struct oidc *o) MUST_USE;
/* https, or http on this machine itself. */
bool oidc_address_good(const char *address);

/* One sign-in under way: kept by the browser in a sealed cookie, so that the server keeps nothing for strangers. */
enum { OIDC_MINUTES = 10 };
struct oidc_try {
    char state[33], nonce[33], verifier[65], next[512];
    int64_t until; /* UTC ms */
};
struct err *oidc_begin(struct arena *a, const struct oidc *o, const char *next, struct oidc_try *out,
                       char **address_out, char **cookie_out) MUST_USE;
/* ERR_LOGIN, say "auth.oidc.lost", when the cookie is none of ours or past its time. */
struct err *oidc_resume(struct arena *a, const char *cookie, struct oidc_try *out) MUST_USE;
/* Trades the code for the subject the provider vouches for. ERR_LOGIN, say "auth.oidc.refused", with the reason as
 * detail; ERR_BUSY "auth.oidc.away". */
struct err *oidc_redeem(struct arena *a, const struct oidc *o, const struct oidc_try *t, const char *code,
                        char **subject_out) MUST_USE;

/* Is the ID token signed by one of the keys (a JWK set), from this issuer, for this client, in force now and of this
 * sign-in? RS, PS and ES signatures; "none" and shared secrets are nobody's signature. ERR_LOGIN. */
struct err *oidc_check(struct arena *a, const struct oidc *o, const json_t *keys, const char *token, const char *nonce,
                       char **subject_out) MUST_USE;

/* ---- whose account ---- */
/* ERR_LOGIN, say "auth.oidc.unknown", when no account is linked or it is disabled. */
struct err *oidc_account(struct db *db, struct arena *a, const struct oidc *o, const char *subject,
                         int64_t *account_out) MUST_USE;
/* Links an account, or with subject NULL takes the link away. ERR_INVALID, field "subject". */
struct err *oidc_link(struct change *c, const struct oidc *o, int64_t account, const char *subject) MUST_USE;

#endif
