/* tried.h: rows that a run of rules found, which nobody keeps: what falls due on a coming day, whom a draft would
 * touch. Each comes with its sentence and trace. */
#ifndef QF_FINDINGS_TRIED_H
#define QF_FINDINGS_TRIED_H

#include "findings/pages.h"

/* A row's subject: the cadre, or 0 where it is a unit's; and the unit either way, 0 when unknown. */
int64_t tried_member(const struct rules_hit *h);
int64_t tried_unit(const struct facts_root *root, const struct rules_hit *h);
/* May this person see it: its class, and no case of himself or a relative? The scope was the run's. */
bool tried_seen(const struct req *rq, const struct rules_hit *h);

/* Fetches the names of the rows to be shown, and notes the persons as met in a list. */
struct err *tried_names(struct req *rq, struct db_tx *tx, const struct facts_root *root, const struct rules_hit *hits,
                        int n, struct face_names **out) MUST_USE;
/* {rule, kind, id, member, unit, edition, trace} and, for people, {say, title, who, who_href, unit, trace} as they are
 * on `day`; new references. */
struct err *tried_row(struct req *rq, const struct facts_root *root, const struct rules_hit *h, struct date day,
                      struct face_names *names, json_t **data, json_t **label) MUST_USE;
/* Who sees nobody's file must not learn of him by trying: a run is logged as a reading of everyone in his scope. */
struct err *tried_log(struct req *rq, struct reading *r, const char *asked, const char *reason) MUST_USE;

#endif
