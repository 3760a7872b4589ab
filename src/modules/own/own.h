/* own.h: the door for the person concerned (本人通道): what stands in his file, what asks him, what he said and what
 * came of it, and who read his file. Everything here is confined to the person signed in (struct who.member). */
#ifndef QF_OWN_OWN_H
#define QF_OWN_OWN_H

#include "flow/flow.h"
#include "web/module.h"
#include "web/web.h"

extern const struct module own_module;
extern const struct record own_hearing, own_correction;
extern const struct flow hearing_flow, correction_flow;
extern const struct flow_hook hearing_close_hook, hearing_reopen_hook, correction_made_hook;

/* For rules_hearing_use: has the person answered, let the time run out, or waived, about this finding? */
struct err *hearing_heard(struct db_tx *tx, int64_t finding, bool *out) MUST_USE;
/* The newest hearing of a finding: matter id, 0 when it was never received. */
struct err *hearing_of(struct db_tx *tx, int64_t finding, int64_t *matter_out) MUST_USE;

/* The person signed in, reading his own: every scope, classes up to case; only rows of own->member may be shown.
 * ERR_DENIED with say "own.no_file" when the account is nobody's. */
struct err *own_reader(struct req *rq, struct who *out) MUST_USE;
/* Is it a record of the file? Those belong to the person and are kept by hand; what the program keeps about cases is
 * not file. */
bool own_is_file(const struct record *rec);

struct err *own_page(struct req *rq) MUST_USE;         /* GET /my */
struct err *own_file(struct req *rq) MUST_USE;         /* GET /my/file */
struct err *own_finding(struct req *rq) MUST_USE;      /* GET /my/findings/{id} */
struct err *own_receive(struct req *rq) MUST_USE;      /* POST /my/findings/{id} */
struct err *own_correct_page(struct req *rq) MUST_USE; /* GET /my/correct */
struct err *own_correct(struct req *rq) MUST_USE;      /* POST /my/correct */

#endif
