/* opened.h: a database opened for a command: its rules and columns, loaded, in one read transaction. */
#ifndef QF_FINDINGS_OPENED_H
#define QF_FINDINGS_OPENED_H

#include "rules/rules.h"

struct opened {
    struct db_pool *pool;
    struct db *db;
    const struct who *who; /* of opened_acts */
    struct db_tx tx;
    struct rules *rules;
    struct facts *facts;
    const struct facts_root *root; /* of today */
    const struct facts_root *then; /* of another day, or NULL */
    const struct rules_set *set;
};
/* facts false: only the rules. What was opened before a failure is closed by opened_close. */
struct err *opened_open(struct arena *a, const char *url, bool facts, struct opened *out) MUST_USE;
/* Whom the command acts as (--as), who must hold the capability. */
struct err *opened_acts(struct opened *o, struct arena *a, const char *as, const char *capability) MUST_USE;
struct err *opened_to_day(struct opened *o, struct arena *a, struct date day, const struct facts_root **out) MUST_USE;
void opened_close(struct opened *o);

#endif
