/* batch.h: an import as one thing that can be taken back. Its changes are known by what they are called ("import 12:
 * ...", 12 the batch); the batch's row says where in the sequence they stand.
 *
 * Undo is a batch itself. A row that is as the import left it goes back: a new one is ended as entered in error, a
 * changed one gets the values it had. A row that was changed since, or a new person of whose file something was changed
 * or to whom others refer since, is a question: keep it as it is, or go back all the same (the import's fields get
 * their former values; of a new person his whole file is ended). An undo cannot be undone: import the file again. */
#ifndef QF_ROSTER_BATCH_H
#define QF_ROSTER_BATCH_H

#include "record/record.h"

/* ---- while importing ---- */
/* The batch of a stage, made where there is none yet; stage 0: always a new one. A change of its own. */
struct err *batch_begin(struct db *db, struct arena *a, const struct who *who, const char *name, int64_t stage,
                        int64_t *out) MUST_USE;
/* wrote: something was written since batch_begin. */
struct err *batch_end(struct db *db, struct arena *a, const struct who *who, int64_t batch, bool wrote) MUST_USE;
/* What its changes are called: "import 12" and, with a source, "import 12: a.lrmx"; arena. */
char *batch_what(struct arena *a, int64_t batch, const char *source);

/* ---- taking it back ---- */
enum batch_kind {
    BATCH_BACK,    /* goes back by itself */
    BATCH_DONE,    /* is back already */
    BATCH_CHANGED, /* changed since */
    BATCH_CITED,   /* a new person others refer to since */
    BATCH_OUTSIDE, /* not in the reader's scope, or erased: stays */
    BATCH_KINDS
};
struct batch_row {
    enum batch_kind kind;
    struct change_row was;         /* before and after the import */
    struct row *now;               /* NULL: outside */
    bool held;                     /* goes or stays with the new person it belongs to, who is the question */
    int64_t mark;                  /* of a question: what was shown; where it differs later, something changed again */
    const struct record *cited_by; /* the first found */
};
/* Every row of the import, newest first; fn's error ends it. tx's arena holds 200 people at a time. */
struct err *batch_each(struct db_tx *tx, const struct who *who, const struct row *batch,
                       struct err *(*fn)(void *ctx, struct db_tx *tx, const struct batch_row *r), void *ctx) MUST_USE;

struct batch_choice { /* a question answered with: go back all the same */
    const struct record *rec;
    int64_t row, mark; /* mark: as it was shown; changed again since, it is kept */
};
struct batch_undone {
    int64_t rows, kept, refused; /* refused: people whose former state the records no longer take */
};
/* ERR_CONFLICT: roster.batch.of_undo for an undo, roster.batch.undone for what is undone, roster.batch.writing for one
 * not finished. Commits of 500 rows, a change a person; run again it completes what is left. */
struct err *batch_undo(struct db *db, struct arena *a, const struct who *who, int64_t batch,
                       const struct batch_choice *choices, int n, struct batch_undone *out) MUST_USE;
/* Whether it may be undone: the errors above. */
struct err *batch_may_undo(struct arena *a, const struct row *batch) MUST_USE;

#endif
