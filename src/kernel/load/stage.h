/* stage.h: where an import waits between its dry run and the person's decision: one stage a file or batch, one item a
 * person or line. The text of `said`, `report`, `choice` and `notes` is the caller's own (JSON). Kept outside records:
 * staging is emptied when the import is written or given up. */
#ifndef QF_LOAD_STAGE_H
#define QF_LOAD_STAGE_H

#include "db/db.h"
#include "record/who.h"

struct load_stage {
    int64_t id, account, begun; /* begun: UTC ms */
    const char *what;           /* whose it is: "roster" */
    const char *name;           /* shown: the file's name */
    const char *state;          /* "reading", "open", "written" */
    const char *notes;
};
struct load_stage_item {
    int64_t n;         /* 1, 2 ... in the order of the file */
    const char *kind;  /* the caller's word: "new", "changed" ... */
    const char *label; /* shown: a name, a line */
    const char *said, *report, *choice;
};
struct load_stage_kind {
    const char *kind;
    int64_t n;
};

/* A stage in state "reading": nobody sees it before load_stage_set makes it "open", so a file of which only a part came
 * in is never taken for the whole. What a failure left behind of the person's own, a day old, is taken away. */
struct err *load_stage_new(struct db_tx *tx, const struct who *who, const char *what, const char *name,
                           int64_t *id_out) MUST_USE;
/* ERR_MISSING when there is none of this kind of the person's own. */
struct err *load_stage_read(struct db_tx *tx, const struct who *who, const char *what, int64_t id,
                            struct load_stage *out) MUST_USE;
/* The person's stages, newest first, at most 100. */
struct err *load_stage_list(struct db_tx *tx, const struct who *who, const char *what, struct load_stage **out,
                            int *n_out) MUST_USE;
struct err *load_stage_set(struct db_tx *tx, int64_t id, const char *state, const char *notes) MUST_USE;
/* Takes the stage and all its items away. */
struct err *load_stage_drop(struct db_tx *tx, int64_t id) MUST_USE;

struct err *load_stage_add(struct db_tx *tx, int64_t stage, const struct load_stage_item *item) MUST_USE;
/* Items after place `after`, of one kind or (NULL) all, at most `limit`; texts are arena. */
struct err *load_stage_items(struct db_tx *tx, int64_t stage, const char *kind, int64_t after, int limit,
                             struct load_stage_item **out, int *n_out) MUST_USE;
/* What changed about an item: NULL leaves a text as it is. */
struct err *load_stage_item_set(struct db_tx *tx, int64_t stage, int64_t n, const char *kind, const char *report,
                                const char *choice) MUST_USE;
/* How many of each kind. */
struct err *load_stage_kinds(struct db_tx *tx, int64_t stage, struct load_stage_kind **out, int *n_out) MUST_USE;

#endif
