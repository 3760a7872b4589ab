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
/* What is noted of an export beside its format and reason. */
struct face_taken {
    const struct who *who;
    const struct record *rec;
    const char *conditions, *columns; /* as an address; names between blanks */
    int64_t rows;
};
struct face_taken face_export_taken(struct arena *a, const struct face_query *q, int64_t rows);
/* Notes the export as a change of its own. */
struct err *face_export_note(struct db *db, struct arena *a, const struct face_taken *t, const char *format,
                             const char *reason) MUST_USE; /* format: "xlsx" */

/* The page that asks which columns, which file and why; it posts cols (shown, all), format (xlsx, csv), reason. */
struct face_export_ask {
    const struct record *rec;
    const char *back, *action; /* addresses: the list with its conditions, the form's own */
    json_t *conditions;        /* in words, an array; taken over */
    const char *cols_shown, *cols_all;
    bool personal; /* a reason must be given */
    int64_t rows;
};
struct err *face_export_ask(struct req *rq, const struct face_export_ask *x, const struct err *wrong) MUST_USE;
/* What was posted. ERR_INVALID (field reason) when a reason must be given and is not; whole: all columns. */
struct face_export_wish {
    enum doc_table_kind kind;
    const char *reason;
    bool whole;
};
void face_export_wish(const struct req *rq, struct face_export_wish *out);
struct err *face_export_reason(struct req *rq, const struct face_export_wish *w, bool personal) MUST_USE;
/* For the log of reads, said while the rows are read. */
struct err *face_export_shows(struct req *rq, struct db_tx *tx, const struct face_taken *t,
                              const char *reason) MUST_USE;
/* What a file taken out carries: reader, office, time, sequence and checkpoint. xlsx has it in its foot; CSV stays pure
 * data and has time and reader in its name. */
struct err *face_export_carries(struct req *rq, struct db_tx *tx, const char **out) MUST_USE;
/* The name of a file taken out: what, the time and the reader's name; arena. */
const char *face_export_name(struct req *rq, const char *what, const char *ending);
/* Sends what write puts into fd under the record's name, the time and the reader's name. */
struct err *face_export_send(struct req *rq, const struct record *rec, enum doc_table_kind kind,
                             struct err *(*write)(void *ctx, int fd), void *ctx) MUST_USE;

struct export
{
    const struct face_query *q;
    enum lang lang;
    enum doc_table_kind kind;
    const char *carries; /* NULL: nothing */
    /* Which rows go in; NULL: all the query finds. */
    bool (*keep)(const void *ctx, int64_t id);
    const void *ctx;
};
/* A first row of labels, then the rows. *rows_out: how many. */
struct err *face_export_write(struct db_tx *tx, const struct export *x, struct doc_sink to, int64_t *rows_out) MUST_USE;

#endif
