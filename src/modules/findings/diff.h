/* diff.h: two texts compared line by line. */
#ifndef QF_FINDINGS_DIFF_H
#define QF_FINDINGS_DIFF_H

#include <jansson.h>

#include "base/arena.h"

/* [{text, gone, added}] in order, equal lines far from a difference left out; a new reference. NULL texts are empty. */
json_t *diff_lines(struct arena *a, const char *was, const char *now);

#endif
