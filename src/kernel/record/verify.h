/* verify.h: what the files of the verification share. */
#ifndef QF_RECORD_VERIFY_H
#define QF_RECORD_VERIFY_H

#include "record/inner.h"
#include "record/log.h"

/* How many revisions a record has, erased ones too. */
struct tally {
    char name[64];
    int64_t revisions;
};

struct verify {
    struct db_tx *tx;
    struct arena *a;   /* of the whole run */
    struct arena *row; /* of a few rows */
    struct log log;
    struct log_verified *out;
    void (*fn)(void *ctx, const struct log_difference *d);
    void *ctx;
    VEC(struct tally) tallies;
    size_t last_tally;
    VEC(struct log_checkpoint) checkpoints; /* by size; note: root in base64 */
    int64_t last_at;
};

void verify_differs(struct verify *v, const char *table, int64_t id, const char *field, const char *fmt, ...)
    LIKE_PRINTF(5, 6);
struct tally *verify_tally(struct verify *v, const char *record);
/* Is the missing content named by an erasure on record? */
struct err *verify_erased(struct verify *v, const char *record, int64_t row, int64_t rev, bool *out) MUST_USE;

/* Does a schema.sql make the table: does it stand outside the log? */
bool verify_outside(const char *table);
/* Is it a table of the kernel or of a record: does it stand in the log? */
bool verify_inside(const char *table);

struct err *verify_changes(struct verify *v) MUST_USE; /* each revision and head against the leaf of its change */
struct err *verify_tree(struct verify *v) MUST_USE; /* the leaves against nodes and checkpoints, these against keys */
struct err *verify_rows(struct verify *v) MUST_USE; /* each row against its newest revision; scopes; files */
struct err *verify_erasures(struct verify *v) MUST_USE; /* what the list outside names is not back */
struct err *verify_schema(struct verify *v) MUST_USE;   /* tables that must be there, and none that nobody declares */

#endif
