/* err.h: what went wrong, for the person and for the log. A function that can fail returns `struct err *`; NULL is
 * success; ignoring it is a compile error. TRY passes it up and notes the line.
 * The kernel says what happened (kind, detail); a module, which knows the person, adds `say`: the key of a sentence in
 * text.zh-CN and text.en with its arguments. An inner `say` is kept. Only the router and main turn an error into words.
 */
#ifndef QF_BASE_ERR_H
#define QF_BASE_ERR_H

#include "base/arena.h"

enum err_kind {
    ERR_INVALID,  /* the input cannot be right; 422 */
    ERR_LOGIN,    /* nobody is signed in; 401 */
    ERR_DENIED,   /* this office may not; 403 */
    ERR_MISSING,  /* not there, or outside the reader's scope; 404 */
    ERR_CONFLICT, /* somebody changed it first; 409 */
    ERR_LIMIT,    /* too big, too many, too far; 413 */
    ERR_BUSY,     /* try again shortly; 503 */
    ERR_FAULT,    /* our fault or the machine's; 500 */
    ERR_KINDS
};

enum { ERR_ARGS = 6, ERR_TRAIL = 8 };

struct err {
    enum err_kind kind;
    const char *say;    /* message key, or NULL: the kind's own sentence */
    const char *field;  /* the form field it is about, or NULL */
    const char *detail; /* for the log and the command line: factual, one line, values quoted */
    struct {
        const char *name, *value;
    } args[ERR_ARGS];             /* {name} in the sentence */
    const char *trail[ERR_TRAIL]; /* file:line where made, then each TRY */
    struct err *next;             /* further fields of the same form */
};

#define ERR_STR2(x) #x
#define ERR_STR(x) ERR_STR2(x)
#define ERR_HERE __FILE__ ":" ERR_STR(__LINE__)

/* A new error in arena a. detail is printf-formed. */
#define ERR(a, kind, ...) err_make((a), (kind), ERR_HERE, __VA_ARGS__)
struct err *err_make(struct arena *a, enum err_kind kind, const char *here, const char *fmt, ...) MUST_USE
    LIKE_PRINTF(4, 5);
struct err *err_via(struct err *e, const char *here) MUST_USE;

/* A file that could not be made or written: ERR_LIMIT when there is no room (ENOSPC, EDQUOT, EFBIG), else ERR_FAULT,
 * with a sentence. number: errno. */
struct err *err_disk(struct arena *a, int number, const char *what) MUST_USE;

/* Adds the sentence's key if there is none yet; then pairs name, value, ... NULL. Values are borrowed: give arena
 * strings. Returns e (NULL stays NULL). */
struct err *err_say(struct err *e, const char *key, ...) MUST_USE __attribute__((sentinel));
/* Of work that commits more than once: its sentence must not say that nothing was changed. NULL stays NULL. */
struct err *err_part(struct err *e) MUST_USE;
struct err *err_field(struct err *e, const char *field) MUST_USE;
/* Joins more to the chain that *all begins. */
void err_join(struct err **all, struct err *more);

/* A copy that lives in another arena: for an error that must outlive the work it came from. */
struct err *err_keep(struct arena *a, const struct err *e) MUST_USE;

const char *err_kind_name(enum err_kind kind); /* "invalid" ... ; static */
int err_status(const struct err *e);           /* HTTP status of the kind */

#define TRY(call)                               \
    do {                                        \
        struct err *try_err_ = (call);          \
        if (try_err_ != NULL)                   \
            return err_via(try_err_, ERR_HERE); \
    } while (0)

#endif
