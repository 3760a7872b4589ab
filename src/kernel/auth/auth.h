/* auth.h: accounts and passwords. Who is signed in becomes the struct who of record/who.h, with the scope and the class
 * his office gives (auth/office.h). Sign-ins, sessions, the second factor: auth/session.h. */
#ifndef QF_AUTH_AUTH_H
#define QF_AUTH_AUTH_H

#include "auth/office.h"
#include "auth/session.h"
#include "record/record.h"

extern const struct record account_record; /* auth.account */

/* ---- passwords: argon2id, encoded text with its own parameters ---- */
struct err *password_hash(struct arena *a, const char *password, char **out) MUST_USE;
bool password_right(const char *encoded, const char *password);
/* ERR_INVALID with field password: fewer than 12 characters, more than 200, among the common ones, or made of the
 * names.
 */
struct err *password_check(struct arena *a, const char *password, const char *username, const char *name) MUST_USE;
/* Six groups of four letters and digits without those that look alike: 118 bits. */
char *password_make(struct arena *a);

/* ---- accounts ---- */
/* Makes an account with a generated password, which is returned once and kept only as its hash. member: the person's
 * own file, or 0. ERR_INVALID with say "field.unique" when the name is taken. */
struct err *account_create(struct change *c, const char *username, const char *name, int64_t member,
                           char **password_out, int64_t *id_out) MUST_USE;

/* Whom a command acts as (--as USERNAME), in his first office: NULL gives the console. ERR_INVALID with field "usage"
 * when there is no such account or it is disabled. arena. */
struct err *account_who(struct db *db, struct arena *a, const char *username, const struct who **out) MUST_USE;
/* The same for a command that wants a capability of the account's office: ERR_DENIED without it; the console may all.
 */
struct err *account_acts(struct db *db, struct arena *a, const char *username, const char *capability,
                         const struct who **out) MUST_USE;

/* Did this person show the second factor (without one: the password) within the last five minutes in this session? What
 * weighs much (a token, a reset) asks; /account/again is the page that lets him. */
bool auth_fresh(const struct who *who);
/* The same, and it was the second factor: what a signature asks. A program's token never has one, nor has an account
 * without an authenticator. */
bool auth_second_fresh(const struct who *who);

#endif
