/* auth.h: accounts, passwords and sessions. Who is signed in becomes the struct who of record/who.h, with the scope and
 * the class his office gives. This first form knows one kind of office, the supervision officer of a whole district. */
#ifndef QF_AUTH_AUTH_H
#define QF_AUTH_AUTH_H

#include "record/record.h"

extern const struct record account_record; /* auth.account */

/* ---- passwords: argon2id, encoded text with its own parameters ---- */
struct err *password_hash(struct arena *a, const char *password, char **out) MUST_USE;
bool password_right(const char *encoded, const char *password);
/* Six groups of four letters and digits without those that look alike: 118 bits. */
char *password_make(struct arena *a);

/* ---- accounts ---- */
/* Makes an account with a generated password, which is returned once and kept only as its hash. ERR_INVALID with
 * say "field.unique" when the name is taken. */
struct err *account_create(struct change *c, const char *username, const char *name, const char *role,
                           char **password_out) MUST_USE;

/* The acting person of an account: what this office sees; arena. Texts are borrowed. */
struct who *account_office(struct arena *a, int64_t account, const char *name, const char *role);
/* Whom a command acts as (--as USERNAME): NULL gives the console. ERR_INVALID with field "usage" when there is no such
 * account or it is disabled. arena. */
struct err *account_who(struct db *db, struct arena *a, const char *username, const struct who **out) MUST_USE;

/* ---- sessions ---- */
enum { SESSION_TOKEN = 65 }; /* hex of 32 random bytes and a NUL */
/* Checks name and password; a wrong one of either is ERR_LOGIN with say "auth.wrong" after the same work. Makes a
 * session and its token. */
struct err *session_begin(struct db *db, struct arena *a, const char *username, const char *password,
                          char token_out[SESSION_TOKEN]) MUST_USE;
/* Who the token stands for: NULL when nobody (ended, idle for 12 hours, unknown, account disabled). arena. */
struct err *session_who(struct db *db, struct arena *a, const char *token, const struct who **out,
                        const char **role_out) MUST_USE;
struct err *session_end(struct db *db, struct arena *a, const char *token) MUST_USE;

/* Does this office hold the capability? */
bool auth_may(const struct who *who, const char *capability);

#endif
