/* intake_rows.h: a roster between upload and decision. Its rows are staged as they stand (kind "row", said: the cells),
 * so that columns can be mapped again; the dry run lays each beside the records and notes what it says of a person as
 * the item's report. Rows of titles and groups are "title". */
#ifndef QF_ROSTER_INTAKE_ROWS_H
#define QF_ROSTER_INTAKE_ROWS_H

#include "doc/table.h"
#include "roster/intake_stage.h"
#include "roster/intake_table.h"

/* Stages the rows. known: the columns were confirmed before for this header. */
struct err *intake_rows_stage(struct db *db, struct arena *a, const struct who *who, const char *path, const char *name,
                              int64_t *stage_out, bool *known_out) MUST_USE;
/* The header of a staged roster with the meanings that count now. ERR_MISSING when the stage holds forms. */
struct err *intake_rows_layout(struct db_tx *tx, int64_t stage, struct intake_layout *out) MUST_USE;
/* The cells of a staged row; n is the row as the sheet counts. false: the item is a form. */
bool intake_row_read(struct arena *a, const struct load_stage_item *i, struct load_row *out);
/* Lays every row beside the records; commits of 200. May be run again. */
struct err *intake_rows_try(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                            const struct intake_layout *l) MUST_USE;

/* The person's own sheet with one more column that says what is wrong and what to do. */
struct intake_errors {
    struct doc_table *table;
    int lang; /* enum lang */
    bool all; /* also rows with nothing wrong */
    int width;
    uint64_t last; /* row of the header that gets the column's name */
};
/* l NULL: forms. */
struct err *intake_errors_head(struct intake_errors *x, const struct intake_layout *l) MUST_USE;
/* row NULL: of a form, shown as file and name. in NULL: a row of titles. */
struct err *intake_errors_row(struct arena *a, struct intake_errors *x, const struct load_row *row,
                              const struct intake *in, enum intake_kind kind, const char *doubt) MUST_USE;
/* The sheet of a stage. */
struct err *intake_rows_errors(struct db *db, struct arena *a, const struct who *who, int64_t stage,
                               struct intake_errors *x) MUST_USE;

#endif
