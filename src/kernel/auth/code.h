/* code.h: one-time codes on paper, and what they open: the three administrators of a new house, the first sign-in of an
 * account, the new beginning after a reset that two persons agreed to. A code works once, ends by itself, and is kept
 * only as its hash. */
#ifndef QF_AUTH_CODE_H
#define QF_AUTH_CODE_H

#include "auth/session.h"

extern const struct record code_record;  /* auth.code */
extern const struct record reset_record; /* auth.reset */

enum { CODE_SETUP_DAYS = 7, CODE_FIRST_DAYS = 30 };

struct code {
    int64_t id, account, until; /* account of a first sign-in; until: UTC ms */
    const char *role;           /* of a set-up; NULL */
};
/* A code for setting up an administrator (role) or for the first sign-in of an account (role NULL); what was made for
 * the same before is void. text_out: groups of four; arena. */
struct err *code_make(struct change *c, const char *role, int64_t account, char **text_out,
                      int64_t *until_out) MUST_USE;
/* What a typed code stands for. ERR_LOGIN "auth.code_unknown" with field code: unknown, used, void or past its end. */
struct err *code_find(struct db_tx *tx, const char *typed, bool setup, struct code *out) MUST_USE;

/* Codes for those of the three administrators that do not exist yet. */
struct setup_code {
    const char *role;
    char *text; /* NULL: this administrator exists */
    int64_t until;
};
enum { SETUP_ROLES = 3 };
struct err *setup_codes(struct change *c, struct setup_code out[SETUP_ROLES]) MUST_USE;
struct err *setup_done(struct db_tx *tx, bool *out) MUST_USE; /* all three exist */

struct person_form {
    const char *code, *username, *name, *password, *again;
};
/* Makes the administrator the code is for, a person of his own, and signs him in. ERR_INVALID with all fields at once.
 */
struct err *setup_person(struct db *db, struct arena *a, const struct person_form *f, const struct session_try *from,
                         char token_out[SESSION_TOKEN]) MUST_USE;
/* First sign-in with user name and code: sets the password (name is not used). */
struct err *first_sign_in(struct db *db, struct arena *a, const struct person_form *f, const struct session_try *from,
                          char token_out[SESSION_TOKEN]) MUST_USE;

/* An account with no password yet. */
struct err *account_issue(struct change *c, const char *username, const char *name, int64_t member,
                          int64_t *id_out) MUST_USE;

/* ---- resets ---- */
/* c->who proposes; ERR_INVALID for his own account or when one is open already. */
struct err *reset_propose(struct change *c, int64_t account, const char *reason, int64_t *id_out) MUST_USE;
/* Another person than the proposer and the account's own decides. Agreed: password and second factor are void, sessions
 * and tokens end, and a code for a new first sign-in is made (text_out, else NULL). ERR_DENIED "auth.reset.same". */
struct err *reset_decide(struct change *c, int64_t id, bool agreed, char **text_out, int64_t *until_out) MUST_USE;

#endif
