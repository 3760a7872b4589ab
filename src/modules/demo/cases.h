/* cases.h: puts a district's share of the planted cases on its people. Units and seats stand; cores do not yet. */
#ifndef QF_DEMO_CASES_H
#define QF_DEMO_CASES_H

#include "demo/inner.h"

void demo_cases_place(struct district *d, const int64_t times[CASES]);

/* This district's part of so many. */
int64_t demo_share(const struct district *d, int64_t times);
/* Whose work was excellent; after the cores are made. */
void demo_best_place(struct district *d, const int64_t times[CASES]);

#endif
