/* form_ahead.h: forms read and understood on a second thread while the caller writes the people before. */
#ifndef QF_ROSTER_FORM_AHEAD_H
#define QF_ROSTER_FORM_AHEAD_H

#include "roster/intake.h"
#include "roster/lrmx.h"

/* As form_each; each is called on the caller's thread, in order, at most a few forms behind the reader. */
struct err *form_each_ahead(struct arena *a, const char *const *paths, size_t n,
                            struct err *(*each)(void *p, struct arena *fresh, struct intake *in), void *p) MUST_USE;

/* What it is made of: as form_each, but each keeps the arena of its item, and next gives an empty one to go on with. */
struct err *form_each_kept(struct arena *a, struct arena *first, const char *const *paths, size_t n,
                           struct err *(*each)(void *p, struct arena *fresh, const struct form_item *item),
                           struct arena *(*next)(void *p), void *p) MUST_USE;

#endif
