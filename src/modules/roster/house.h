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

#endif
