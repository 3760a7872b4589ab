/* forms.h: a person of the district as a form. */
#ifndef QF_DEMO_FORMS_H
#define QF_DEMO_FORMS_H

#include "demo/inner.h"

/* The bytes of one .lrmx; arena. */
const char *demo_form(struct arena *a, const struct district *d, int person, size_t *n_out);
/* Does the form say the base age of retirement? A man's is 60; a woman's stands in version 4 alone, and 50 in neither.
 */
bool demo_form_says_base_age(const struct district *d, int person);

#endif
