/* inner.h: what the files of this folder share. */
#ifndef QF_AUTH_INNER_H
#define QF_AUTH_INNER_H

#include "auth/auth.h"
#include "base/hash.h"

enum { AUTH_DIGEST = SHA256_HEX };
/* SHA-256 as hex: how tokens and codes are kept. */
void auth_digest(const char *text, char out[AUTH_DIGEST]);

/* The account of a session changes itself, and nothing else. arena. */
struct who *account_self(struct arena *a, int64_t account, const char *name);
/* Its row, to be changed in this change. ERR_MISSING. */
struct err *account_row(struct change *c, int64_t account, struct row **out) MUST_USE;

/* Is the code of this account's second factor right and not used before? Notes its step. ERR_LOGIN "auth.code". */
struct err *second_check(struct db_tx *tx, int64_t account, const char *sealed, const char *code) MUST_USE;

/* A new token for the session, inside a transaction. ERR_LOGIN when it is nobody's. */
struct err *session_token(struct db_tx *tx, const char *token, char token_out[SESSION_TOKEN]) MUST_USE;
struct err *session_close_in(struct db_tx *tx, int64_t account, const char *id, const char *keep) MUST_USE;

#endif
