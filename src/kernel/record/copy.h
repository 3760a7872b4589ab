/* copy.h: everything that stands in the log, as one run of bytes that either database can take in again: each table
 * with its columns by name, each row with its values. What stands outside the log (sessions, staging, when jobs are
 * due) is left out: it ends by itself. */
#ifndef QF_RECORD_COPY_H
#define QF_RECORD_COPY_H

#include "record/record.h"

struct copy_count {
    int64_t tables, rows, changes;
};
/* put takes bytes in pieces; get gives exactly n or fails. */
typedef struct err *copy_put_fn(void *ctx, const void *p, size_t n);
typedef struct err *copy_get_fn(void *ctx, void *p, size_t n);

/* All that tx sees. */
struct err *copy_out(struct db_tx *tx, copy_put_fn *put, void *ctx, struct copy_count *out) MUST_USE;
/* Into an empty database; commits as it goes, so that whoever calls it throws the database away after an error.
 * ERR_CONFLICT when a newer program made the copy, ERR_INVALID when it is none. */
struct err *copy_in(struct db *db, struct arena *a, copy_get_fn *get, void *ctx, struct copy_count *out) MUST_USE;

#endif
