/* filter.h: lists narrowed by an expression over facts, for records whose rows are a subject of rules. The columns
 * judge everyone in scope; the rows found are then sorted, counted and paged like any list. */
#ifndef QF_FACE_FILTER_H
#define QF_FACE_FILTER_H

#include "face/query.h"
#include "facts/facts.h"

enum { FACE_FOUND_MOST = 200000 }; /* rows an expression may find for a list */

/* Which subject of expressions the record's rows are; -1: none. */
int face_subject(const struct record *rec);
/* Parses and checks: a condition, over facts this person reads, and none more secret than the record itself once they
 * belong to a case: a list must not become a way to ask what it does not show. ERR_INVALID with field "filter". */
struct err *face_filter_parse(struct arena *a, const struct record *rec, const struct who *who, const char *text,
                              struct expr **out) MUST_USE;
/* Ids for which it is true, ascending, and how many rows could not be judged. The first call in its transaction
 * (facts_read). ERR_BUSY while the columns load. */
struct err *face_filter_ids(struct db_tx *tx, struct facts *f, const struct record *rec, const struct who *who,
                            const struct expr *e, int64_t **ids_out, int *n_out, int64_t *unknown_out) MUST_USE;
/* Judges q->filter, if there is one, and confines the query to what was found. First call in the transaction. */
struct err *face_filter_use(struct db_tx *tx, struct face_query *q) MUST_USE;

/* Do rows of the record lapse, and stand in the sealed file from then on (facts.h)? */
bool face_lapses(const struct record *rec);
/* Ids of those that did by today, ascending, in every scope. Judged by the columns of this process, as a filter is:
 * ERR_BUSY while they load. None where rows of the record never lapse. */
struct err *face_lapsed_ids(struct db_tx *tx, const struct record *rec, int64_t **out, int *n_out) MUST_USE;
bool face_lapsed_has(const int64_t *ids, int n, int64_t id);
/* Ids as text for a statement: "1,2,3"; arena. */
char *face_ids_text(struct arena *a, const int64_t *ids, int n);

#endif
