/* export.h: rows of a query as a table file, in flat memory. */
#ifndef QF_FACE_EXPORT_H
#define QF_FACE_EXPORT_H

#include "doc/table.h"
#include "face/query.h"
#include "face/show.h"

/* Who took which rows out, why: written before the first byte leaves. */
extern const struct record face_export_record; /* face.export */

/* Is anything among the columns personal, so that a reason must be given? */
bool face_export_personal(const struct face_query *q);
/* Notes the export as a change of its own; rows: how many the query finds. */
struct err *face_export_note(struct db *db, struct arena *a, const struct face_query *q, enum doc_table_kind kind,
                             const char *reason, int64_t rows) MUST_USE;

struct export
{
    const struct face_query *q;
    enum lang lang;
    enum doc_table_kind kind;
    /* Which rows go in; NULL: all the query finds. */
    bool (*keep)(const void *ctx, int64_t id);
    const void *ctx;
};
/* A first row of labels, then the rows. *rows_out: how many. */
struct err *face_export_write(struct db_tx *tx, const struct export *x, struct doc_sink to, int64_t *rows_out) MUST_USE;

#endif
