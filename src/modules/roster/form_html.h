/* form_html.h: forms as pages of A4, from stencils made once (pages/form-*.html). */
#ifndef QF_ROSTER_FORM_HTML_H
#define QF_ROSTER_FORM_HTML_H

#include "base/buf.h"
#include "roster/form_sheet.h"

struct form_stencils;
/* For one run; arena. */
struct err *form_stencils_make(struct arena *a, struct form_stencils **out) MUST_USE;
/* Both sides and what follows. even: an empty page at the end where their number is odd, so that the next form begins
 * on a right-hand page. */
void form_html(struct buf *b, const struct form_stencils *t, const struct sheet *s, bool even);

#endif
