/* house.h: the units: the tree with approved and filled posts, and each unit's team at a glance. */
#ifndef QF_ROSTER_HOUSE_H
#define QF_ROSTER_HOUSE_H

#include "facts/facts.h"
#include "web/web.h"

/* Sums over the levels of one unit; approved -1: none is on record. */
struct house_posts {
    int64_t approved, filled, over;
};
struct house_posts house_posts_of(const struct facts_root *root, int64_t unit);

struct err *house_page(struct req *rq) MUST_USE; /* GET /roster/unit */
struct err *house_unit(struct req *rq) MUST_USE; /* GET /roster/unit/{id} */

/* ---- a unit's team, house_team.c ---- */
enum house_source { HOUSE_UNKNOWN, HOUSE_INSIDE, HOUSE_OUTSIDE };
/* Where a member in the root came from before the present post, which began on `since`. */
enum house_source house_source_of(const struct facts_root *root, struct facts_at at, int64_t unit, struct date since);
/* Pairs of the team who are kin by a confirmed family row: [{a, b, one, other, near}]; a new reference. */
json_t *house_kin(const struct facts_root *root, bool english, const struct facts_hit *team, int n,
                  const char *(*name)(void *ctx, int i), void *ctx);
/* What falls due in the unit and below it within twelve months, by category: [{category, name, n, href}], each opening
 * its rows; empty for whoever may not see findings. A new reference. */
struct err *house_due(struct req *rq, struct db_tx *tx, const struct facts_root *root, int64_t unit,
                      json_t **out) MUST_USE;

#endif
