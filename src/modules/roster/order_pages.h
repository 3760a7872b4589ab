/* order_pages.h: the announced order of a unit's people, by which rosters are sorted. */
#ifndef QF_ROSTER_ORDER_PAGES_H
#define QF_ROSTER_ORDER_PAGES_H

#include "web/web.h"

route_fn order_page; /* GET /roster/unit/{id}/order */
route_fn order_save; /* POST: seat.MEMBER=NUMBER ..., or up=MEMBER, down=MEMBER */

#endif
