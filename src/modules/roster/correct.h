/* correct.h: whose file a row stands in, put right: two files of one person become one, one file of two persons becomes
 * two, a row goes to its right owner. Every row keeps its number and its history; each correction is one change whose
 * reason is in the histories; the file that was given up is ended and names the one that was kept, to which its address
 * leads. */
#ifndef QF_ROSTER_CORRECT_H
#define QF_ROSTER_CORRECT_H

#include "record/record.h"

enum { CORRECT_ROWS = 400 };
/* The rows of a file that move with a correction: of the roster's own records, not ended. rows: [n]; arena. */
struct err *correct_rows(struct db_tx *tx, const struct who *who, int64_t member, struct row ***rows, int *n) MUST_USE;
/* Does the file kept hold the same already? Then the other's is ended instead of moved. */
bool correct_same(const struct row *a, const struct row *b);

struct correct_merge {
    int64_t keep, give_up;
    const bool *theirs; /* [field of roster.member]: the value of the one given up counts; NULL: only where the kept one
                           has none */
    const char *reason;
};
struct correct_done {
    int moved, same, pointed; /* pointed: rows of others that named the one given up */
    int64_t member;           /* where the rows are now */
};
/* ERR_INVALID: roster.merge.self for a person with himself, roster.merge.gone for one given up before, record.reason;
 * ERR_CONFLICT, ERR_MISSING as record_save. All or nothing. */
struct err *correct_merge(struct db *db, struct arena *a, const struct who *who, const struct correct_merge *m,
                          struct correct_done *out) MUST_USE;

struct correct_move {
    int64_t from, to; /* to 0: a new person, made of `person` */
    struct row *person;
    struct row **rows; /* as they were seen (id, rev); nested periods go with theirs */
    int n;
    const char *reason;
};
/* ERR_INVALID: roster.move.none without rows, roster.merge.self to the same person. */
struct err *correct_move(struct db *db, struct arena *a, const struct who *who, const struct correct_move *m,
                         struct correct_done *out) MUST_USE;
/* The file an ended person was merged into, through any number of mergers; 0: none. */
struct err *correct_leads(struct db_tx *tx, const struct who *who, const struct row *member, int64_t *out) MUST_USE;

#endif
