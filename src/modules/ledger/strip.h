/* strip.h: a checkpoint on paper. */
#ifndef QF_MODULES_LEDGER_STRIP_H
#define QF_MODULES_LEDGER_STRIP_H

#include "web/web.h"

struct err *strip_page(struct req *rq) MUST_USE; /* GET /ledger/strip, ?size=N: the first of at least N changes */

#endif
