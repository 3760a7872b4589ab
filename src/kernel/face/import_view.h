/* import_view.h: what the pages of an import show. */
#ifndef QF_FACE_IMPORT_VIEW_H
#define QF_FACE_IMPORT_VIEW_H

#include "face/import.h"

struct import_step {
    struct import m;
    int64_t counts[ROW_STATUSES];
    bool columns; /* the step where columns are chosen */
    enum import_status status;
    struct import_row *rows;
    int n;
    bool more;
    struct face_names *names;
};
json_t *face_import_file_labels(struct req *rq, const struct record *rec);
/* Names of the rows that changes of the shown rows refer to. */
struct err *face_import_names(struct db_tx *tx, struct import_step *s) MUST_USE;
json_t *face_import_step_labels(struct req *rq, const struct import_step *s);
json_t *face_import_step_json(struct req *rq, const struct import_step *s);
/* Why a row is refused, one sentence a field; "" when it is not; arena. */
const char *face_import_why(struct req *rq, struct arena *a, const struct import *m, const struct import_row *r);

#endif
