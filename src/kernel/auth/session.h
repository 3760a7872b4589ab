/* session.h: signing in and what a session has shown of itself. A session is open when the password was right and
 * nothing is still needed: the code of an enrolled second factor, a password of the person's own, the enrolment of a
 * second factor where the office asks for one. The token changes with every such step, so a token known before signing
 * in is worth nothing afterwards. */
#ifndef QF_AUTH_SESSION_H
#define QF_AUTH_SESSION_H

#include "auth/totp.h"
#include "record/record.h"

enum { SESSION_TOKEN = 65 }; /* hex of 32 random bytes and a NUL */

/* Settings: session_idle (minutes, 120), session_longest (hours, 12), second_factor ("required" by the offices that ask
 * for it, or "offered" to everybody). Limits hold for sessions begun later. */
enum session_need { SESSION_OPEN, SESSION_CODE, SESSION_PASSWORD, SESSION_ENROL };

struct session {
    const char *id;          /* names it in lists, is not its token; NULL: nobody's session */
    int64_t account, office; /* office: the one last chosen, 0: none; it may have ended meanwhile */
    int64_t member;          /* the person's own file, 0: none */
    const char *username, *name;
    enum session_need need;
    bool enrolled, second;        /* the account has a second factor; this session showed it */
    int64_t begun, seen, proved;  /* UTC ms; proved: last time a second factor, or else the password, was shown */
    const char *address, *device; /* where it was begun from; "" when unknown */
};

struct session_try {
    const char *username, *password;
    const char *address, *device; /* NULL: unknown */
};

/* Checks name and password. Wrong, unknown or disabled: ERR_LOGIN "auth.wrong" after the same work; too often:
 * ERR_LOGIN "auth.later", which says when, before any work. */
struct err *session_begin(struct db *db, struct arena *a, const struct session_try *t,
                          char token_out[SESSION_TOKEN]) MUST_USE;
/* A session of an account whose person was recognised in another way (a one-time code, the directory of the district).
 */
struct err *session_make(struct db *db, struct arena *a, int64_t account, const struct session_try *from,
                         char token_out[SESSION_TOKEN]) MUST_USE;
/* out->id is NULL when it ended, was idle too long, is unknown or its account is disabled; arena. */
struct err *session_find(struct db *db, struct arena *a, const char *token, struct session *out) MUST_USE;
/* The acting person of an open session; NULL otherwise. arena. */
struct err *session_who(struct db *db, struct arena *a, const char *token, const struct who **out) MUST_USE;
/* The session acts in this office of its account from now on. ERR_MISSING when the account does not hold it today. */
struct err *session_office(struct db *db, struct arena *a, const struct who *who, int64_t office) MUST_USE;
struct err *session_end(struct db *db, struct arena *a, const char *token) MUST_USE;
/* A new token for the same session; the old one is nobody's. */
struct err *session_renew(struct db *db, struct arena *a, const char *token, char token_out[SESSION_TOKEN]) MUST_USE;
/* Sessions of an account, newest first. */
struct err *session_list(struct db *db, struct arena *a, int64_t account, struct session **out, int *n_out) MUST_USE;
/* Ends one by its id, or with NULL all but `keep` (an id, may be NULL). */
struct err *session_close(struct db *db, struct arena *a, int64_t account, const char *id, const char *keep) MUST_USE;

/* ---- what is still needed ---- */
/* Shows the code of the second factor, or for an account without one the password, once more. ERR_LOGIN "auth.code" or
 * "auth.wrong", "auth.later". */
struct err *session_prove(struct db *db, struct arena *a, const char *token, const char *shown, const char *address,
                          char token_out[SESSION_TOKEN]) MUST_USE;
/* The secret this session is offered for enrolment; the same until it is taken. */
struct err *second_offer(struct db *db, struct arena *a, const char *token, unsigned char out[TOTP_SECRET]) MUST_USE;
/* Takes it when the code is right: on record, sealed; other sessions of the account end. */
struct err *second_enrol(struct db *db, struct arena *a, const char *token, const char *code,
                         char token_out[SESSION_TOKEN]) MUST_USE;
/* A new password for the account of this session; other sessions end. old NULL: not asked (SESSION_PASSWORD).
 * ERR_INVALID with field password or old. */
struct err *session_password(struct db *db, struct arena *a, const char *token, const char *old, const char *password,
                             char token_out[SESSION_TOKEN]) MUST_USE;

/* ---- failed attempts ---- */
/* Counts an attempt under a name from an address before it is made. ERR_LOGIN "auth.later" when it must wait. */
/* One address as counters take it: an IPv6 network is one, whoever has one has 2^64; arena or borrowed. */
const char *throttle_network(struct arena *a, const char *address);
struct err *throttle_enter(struct db *db, struct arena *a, const char *name, const char *address) MUST_USE;
/* It was right: the counts of the name and of the name from here begin anew. */
struct err *throttle_good(struct db_tx *tx, const char *name, const char *address) MUST_USE;

#endif
