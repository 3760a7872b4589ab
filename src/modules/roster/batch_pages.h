/* batch_pages.h: taking an import back: what goes back, what is a question, both states beside each other. */
#ifndef QF_ROSTER_BATCH_PAGES_H
#define QF_ROSTER_BATCH_PAGES_H

#include "web/web.h"

route_fn batch_undo_page; /* GET /roster/batch/{id}/undo */
route_fn batch_undo_post; /* POST likewise: q=RECORD:ROW:MARK (shown), back=RECORD:ROW:MARK (goes back all the same) */
/* Batches, newest first, for the import's page; a new reference. */
struct err *batch_list(struct req *rq, struct db_tx *tx, json_t **out) MUST_USE;
/* The batch a stage was written as, 0: none. */
struct err *batch_of_stage(struct db_tx *tx, int64_t stage, int64_t *out) MUST_USE;

#endif
