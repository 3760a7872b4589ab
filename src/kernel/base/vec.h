/* vec.h: a typed array that grows in an arena.
 *   VEC(struct member) rows = {0};   *VEC_PUSH(&rows, a) = (struct member){...};   rows.p[i], rows.n */
#ifndef QF_BASE_VEC_H
#define QF_BASE_VEC_H

#include "base/arena.h"

#define VEC(type)      \
    struct {           \
        type *p;       \
        size_t n, cap; \
    }

#define VEC_PUSH(v, a)                                                                                          \
    (((v)->n < (v)->cap ? (void)0 : (void)((v)->p = vec_grow((a), (v)->p, &(v)->cap, (v)->n, sizeof *(v)->p))), \
     &(v)->p[(v)->n++])

void *vec_grow(struct arena *a, void *old, size_t *cap, size_t n, size_t size);

#endif
