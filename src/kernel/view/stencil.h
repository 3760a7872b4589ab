/* stencil.h: pieces of pages with holes: a template is rendered once with marks where values will stand and cut at the
 * marks; from then on filling it is copying. Not for others: view.h. */
#ifndef QF_VIEW_STENCIL_H
#define QF_VIEW_STENCIL_H

#include "base/buf.h"

struct stencil;
const struct stencil *stencil_cut(struct arena *a, const char *text); /* text: borrowed for as long as the stencil */

#endif
