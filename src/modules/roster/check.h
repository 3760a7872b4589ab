/* check.h: what the roster refuses because it cannot be: an end before its start, a unit above itself. Values that are
 * merely doubtful (an id against birth, ages in conflict) are left to the rules. */
#ifndef QF_ROSTER_CHECK_H
#define QF_ROSTER_CHECK_H

#include "record/record.h"

struct err *roster_check_period(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_unit(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_member(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_post(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_family(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_measure(struct db_tx *tx, const struct row *row, struct err **all);
struct err *roster_check_appraisal(struct db_tx *tx, const struct row *row, struct err **all);

/* Keeps a member's initials those of the name. */
void roster_derive_member(struct arena *a, struct row *row);
/* Keeps member.unit that of the present main post. */
struct err *roster_post_saved(struct change *c, const struct row *before, const struct row *after);

#endif
