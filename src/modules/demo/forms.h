/* forms.h: a person of the district as a form. */
#ifndef QF_DEMO_FORMS_H
#define QF_DEMO_FORMS_H

#include "demo/inner.h"

/* The bytes of one .lrmx; arena. */
const char *demo_form(struct arena *a, const struct district *d, int person, size_t *n_out);

#endif
