/* token.h: tokens of programs (Authorization: Bearer). A token acts as its person in one office, with the capabilities
 * and the units chosen when it was made, never with more than the office has that day; it ends after at most a year and
 * can be withdrawn. It is shown once and kept as its hash. */
#ifndef QF_AUTH_TOKEN_H
#define QF_AUTH_TOKEN_H

#include "record/record.h"

extern const struct record token_record; /* auth.token */

struct token_form {
    const char *name;
    const char *may;   /* capability patterns, blanks between */
    int64_t unit;      /* 0: all units of the office */
    struct date until; /* last day; at most a year from today */
};
/* For c->who, in his present office. text_out: arena. ERR_INVALID with all fields; ERR_DENIED from within a token. */
struct err *token_make(struct change *c, const struct token_form *f, char **text_out) MUST_USE;
/* Withdraws a token of this account. ERR_MISSING for another's. */
struct err *token_revoke(struct change *c, int64_t id) MUST_USE;
/* Whom it stands for; NULL when it is nobody's, ended, was withdrawn, or its office is no longer held. arena. */
struct err *token_who(struct db *db, struct arena *a, const char *text, const struct who **out) MUST_USE;

struct token {
    int64_t id, unit;
    const char *name, *may, *until; /* until: ISO day */
    bool revoked;
};
struct err *token_list(struct db *db, struct arena *a, int64_t account, struct token **out, int *n_out) MUST_USE;

#endif
