/* access.h: who read which file, in what office, when and on what ground. The row is committed before the answer
 * leaves; if it cannot be, the answer is refused. doc/access-log.md says what is logged where.
 *
 * The record is `admin.read`: the module that knows persons declares it with ACCESS_FIELDS and its `member`. */
#ifndef QF_AUTH_ACCESS_H
#define QF_AUTH_ACCESS_H

#include "record/record.h"

#define ACCESS_RECORD "admin.read"
#define ACCESS_FIELDS                                                                                                  \
    {"at", FIELD_INT, .required = true, .index = true},                           /* UTC ms */                         \
        {"account", FIELD_REF, .to = "auth.account"},                             /* NULL: the console */              \
        {"role", FIELD_TEXT, .max = 40, .required = true}, {"office", FIELD_INT}, /* the dated office acted in */      \
        {"kind", FIELD_CODE, .codes = "auth.read_kind", .required = true}, {"record", FIELD_TEXT, .max = 60},          \
        {"row", FIELD_INT}, {"shown_rev", FIELD_INT}, /* what was shown */                                             \
        {"seq", FIELD_INT},                           /* the place in the sequence it was true at */                   \
        {"n", FIELD_INT},                             /* files shown, exported or judged */                            \
        {"ground", FIELD_CODE, .codes = "auth.read_ground", .required = true},                                         \
        {"reason", FIELD_TEXT, .max = 400, .class = CLASS_PERSONAL},                                                   \
        {"asked", FIELD_TEXT, .max = 400, .class = CLASS_PERSONAL}, /* words looked for, conditions, address */        \
        {"relative", FIELD_BOOL},                                   /* his own file or that of a relative on record */ \
        {"client", FIELD_TEXT, .max = 64},                                                                             \
        {"withheld_ground", FIELD_TEXT, .max = 400, .class = CLASS_CASE}, /* kept from the person until ... */         \
        {"withheld_by", FIELD_TEXT, .max = 60, .class = CLASS_CASE},                                                   \
    {                                                                                                                  \
        "withheld_until", FIELD_DATE, .class = CLASS_CASE                                                              \
    }

enum access_kind {
    ACCESS_READ,
    ACCESS_SEARCH,
    ACCESS_EXPORT,
    ACCESS_PRINT,
    ACCESS_RUN,   /* rules over everyone or one: as many files read */
    ACCESS_REASON /* a reason was stated; what it opens is a row of its own */
};
enum access_ground {
    ACCESS_ROUTINE,  /* met by paging a list of one's unit, at most reads_a_day */
    ACCESS_MATTER,   /* in an open matter of the reader's */
    ACCESS_REASONED, /* a reason was asked and given */
    ACCESS_CONSOLE   /* the command line */
};
enum { ACCESS_REASON_LEAST = 4, ACCESS_REASON_MOST = 400 }; /* characters */

struct access {
    enum access_kind kind;
    enum access_ground ground;
    int64_t member;     /* whose file; 0: of several or of nobody in particular */
    const char *record; /* what was shown: record, row and revision; NULL, 0: none in particular */
    int64_t row, rev, seq, n;
    const char *reason, *asked, *client; /* each may be NULL; cut to what the fields hold */
};

/* Writes the row and returns when it is committed. Calls that wait together share one transaction, a change each. db
 * must have no transaction open. Errors carry the say "access.not_written". */
struct err *access_note(struct db *db, struct arena *a, const struct who *who, const struct access *x) MUST_USE;

/* The same for a command; its ground: the console's, else the reason given, else routine. */
struct err *access_note_command(struct db *db, struct arena *a, const struct who *who, struct access x) MUST_USE;

/* Size of the newest checkpoint of the log, 0 when there is none. */
struct err *access_checkpoint(struct db_tx *tx, int64_t *size_out) MUST_USE;

/* ---- ground ---- */
/* Rows a list showed this account today: their files may be opened as routine. Kept in this process's memory. */
void access_met(struct db_pool *p, const struct who *who, const int64_t *members, size_t n);
/* On what ground this person may open x->member's file now; sets x->ground and x->reason. matter: it is in an open
 * matter of his. given: a reason sent along, or NULL. ERR_INVALID, field "reason", for one that is too short;
 * ERR_DENIED with say "access.reason_needed" when a reason must be asked. Grounds, first that fits: console; matter; a
 * reason given now; a file opened today already; met by a list while fewer than reads_a_day files were opened; a
 * reason given for this file earlier today. */
struct err *access_ground(struct db_tx *tx, const struct who *who, bool matter, const char *given,
                          struct access *x) MUST_USE;
/* A reason as it is kept: without blanks around it; NULL when nothing is left. ERR_INVALID as above. */
struct err *access_reason(struct arena *a, const char *typed, const char **out) MUST_USE;
/* Has this account opened the file within the last minute? Then its photo belongs to the same reading. */
bool access_recent(struct db_pool *p, const struct who *who, int64_t member);
/* Has this account not looked for these words within the last minute? */
bool access_words_fresh(struct db_pool *p, const struct who *who, const char *words);

/* Remembers what the two above ask for; access_note calls it when the row stands. */
void access_written(struct db_pool *p, const struct who *who, const struct access *x);

/* ---- whose file ---- */
/* Is this the record whose rows are persons, those that others concern? */
bool access_is_person(const struct record *rec);
/* The person a row belongs to or is; 0 when it is about nobody. */
int64_t access_file_of(const struct row *r);

#endif
