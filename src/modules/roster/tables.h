/* tables.h: the two tables a district's personnel office reports: posts (职数) by unit and level, and the cadres the
 * district manages (区管干部队伍情况). Every number is counted from the columns by a condition and opens the list of
 * that very condition. */
#ifndef QF_ROSTER_TABLES_H
#define QF_ROSTER_TABLES_H

#include "web/web.h"

route_fn tables_page; /* GET /roster/tables?which=posts|team&as_of=DAY */
route_fn tables_file; /* GET /roster/tables/xlsx likewise: the figures, which name nobody */

#endif
