/* import.h: rows of any record from CSV and xlsx: file, columns, dry run, writing. What a file says is staged, so that
 * every step can be looked at again; nothing is written to the record before a person says so, and rows that cannot be
 * are named with every reason. An empty cell never clears a value. A second import of the same file changes nothing. */
#ifndef QF_FACE_IMPORT_H
#define QF_FACE_IMPORT_H

#include "face/form.h"
#include "load/table.h"

enum { IMPORT_ROWS = 100000, IMPORT_COLUMNS = 200, IMPORT_CHUNK = 500, IMPORT_HOURS = 24 };
enum { COLUMN_NONE = -1, COLUMN_ID = -2 };

/* Which columns of a table mean which field, for a header seen before: kept from the last time. */
extern const struct record face_layout_record; /* face.layout */

enum import_state { IMPORT_MAPPING, IMPORT_TRIED, IMPORT_WRITTEN };

struct import {
    int64_t id;
    const struct record *rec;
    const char *filename;
    enum import_state state;
    const char **heads; /* n_cols of them */
    int *mapping;       /* field, COLUMN_NONE or COLUMN_ID; NULL: not chosen yet */
    int n_cols;
    bool ours; /* begins with the number of the row: our own export, whose marks are taken off */
};

/* ---- staging ---- */
/* Reads a table file into the staging area. ERR_INVALID with a sentence when it is none, has no rows or too many. */
struct err *face_import_stage(struct db *db, struct arena *a, const struct who *who, const struct record *rec,
                              const struct upload *file, int64_t now, int64_t *id_out) MUST_USE;
/* ERR_MISSING when there is none of this person's. */
struct err *face_import_read(struct db_tx *tx, const struct who *who, const struct record *rec, int64_t id,
                             struct import *out) MUST_USE;
struct err *face_import_set(struct db *db, struct arena *a, const struct import *m) MUST_USE; /* mapping and state */

enum import_status { ROW_NEW, ROW_CHANGED, ROW_SAME, ROW_REFUSED, ROW_STATUSES };
const char *face_import_status_name(enum import_status s);
struct import_row {
    int64_t n; /* as the spreadsheet counts */
    const struct load_cell *cells;
    int n_cells;
    enum import_status status; /* ROW_STATUSES: not tried yet */
    int64_t id;                /* of the row it is, or became; 0 */
    const char *note;          /* JSON: {"errors": [...], "changes": {...}} or NULL */
};
/* Up to `most` rows after n with the status (ROW_STATUSES: any), in order. */
struct err *face_import_rows(struct db_tx *tx, int64_t import, int64_t after, enum import_status status, int most,
                             struct import_row **out, int *n_out) MUST_USE;
struct err *face_import_counts(struct db_tx *tx, int64_t import, int64_t counts[ROW_STATUSES]) MUST_USE;
/* Notes what became of rows. */
struct err *face_import_note(struct db_tx *tx, int64_t import, const struct import_row *rows, int n) MUST_USE;

/* ---- columns ---- */
/* The columns as chosen last time for the same header, else guessed from labels in both languages and field names. */
struct err *face_import_guess(struct db_tx *tx, const struct who *who, struct import *m) MUST_USE;
/* Keeps the choice for the next file of the same header. */
struct err *face_import_keep_layout(struct db *db, struct arena *a, const struct who *who,
                                    const struct import *m) MUST_USE;

/* ---- trying and writing ---- */
/* Judges every row by saving it in transactions that are given up; notes the outcome. */
struct err *face_import_try(struct db *db, struct arena *a, const struct who *who, const struct import *m) MUST_USE;
/* Writes the rows found new or changed, at most IMPORT_CHUNK in one change; rows that can no longer be saved are noted
 * as refused. May be called again after a failure: what is written is found as the same. */
struct err *face_import_write(struct db *db, struct arena *a, const struct who *who, const struct import *m) MUST_USE;

/* Errors of a field as they are kept in notes, and back for text_err. */
json_t *face_import_errors_json(const struct err *e);
struct err *face_import_errors_read(struct arena *a, const json_t *list);

#endif
