/* who.h: the acting person, made by auth (or the console) and passed to everything that reads or writes. */
#ifndef QF_RECORD_WHO_H
#define QF_RECORD_WHO_H

#include <stdbool.h>
#include <stdint.h>

/* How secret a field is, least first. */
enum class { CLASS_OPEN, CLASS_INTERNAL, CLASS_PERSONAL, CLASS_CASE, CLASS_SEALED };
extern const char *const class_names[CLASS_SEALED + 1]; /* "open" ...: in settings, JSON and keys of texts */

/* Which units a person sees: ranges of the unit order, from <= order < to. n = 0 sees nothing. */
enum { SCOPE_RANGES = 8 };
struct scope {
    int n;
    struct {
        int64_t from, to;
    } ranges[SCOPE_RANGES];
};
#define SCOPE_ALL                    \
    {                                \
        1,                           \
        {                            \
            {                        \
                INT64_MIN, INT64_MAX \
            }                        \
        }                            \
    } /* an initialiser */
bool scope_has(const struct scope *s, int64_t order);

struct who {
    int64_t account;  /* auth.account, 0 for the console and the kernel itself */
    const char *name; /* shown in histories */
    const char *role; /* "supervision", "console", "upgrade" ... */
    struct scope scope;
    enum class sees; /* the most secret class this office reads */
    bool readonly;
    int64_t office;        /* the dated office acted in, 0: none */
    const char *branch;    /* of a contact: "audit"; NULL */
    bool signs;            /* may this office sign? */
    int64_t member;        /* the person's own file, 0: none */
    const int64_t *barred; /* himself and relatives on record: their cases are not his to read or handle */
    int n_barred;
    const char *session; /* names the session acted in (auth/session.h); NULL: none, as with an API token */
    const char *only;    /* an API token's capabilities, blanks between: no more than these; NULL: all of the office */
    int64_t proved;      /* UTC ms: when this session last showed a second factor, or the password without one */
    bool second;         /* it was a second factor */
};
bool who_barred(const struct who *w, int64_t member);
struct arena;
/* ",12,15,": for statements: `:barred NOT LIKE '%,' || x || ',%'`; "," when nobody is. */
char *who_barred_text(struct arena *a, const struct who *w);
/* Acts without an account: command line ("console") and data steps ("upgrade"). Everything in scope. */
extern const struct who who_console, who_upgrade;

#endif
