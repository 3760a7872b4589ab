/* rail.h: the menu as HTML in pieces, made once from its templates for every language and state of a line; a page only
 * puts together the pieces its reader may open. Not for others: view.h. */
#ifndef QF_VIEW_RAIL_H
#define QF_VIEW_RAIL_H

#include "view/view.h"

/* menu as in v->menu of later calls: same lines, same order; `open` and `count` may differ. */
struct err *rail_make(struct mustache_set *const sets[LANGS], struct arena *a, const struct view_menu *menu, int n,
                      struct rail **out) MUST_USE;
void rail_put(const struct rail *r, const struct view *v, struct buf *out);

#endif
