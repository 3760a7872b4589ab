/* vec.c: see vec.h. */
#include "base/vec.h"

#include <string.h>

void *vec_grow(struct arena *a, void *old, size_t *cap, size_t n, size_t size)
{
    *cap = *cap < 8 ? 8 : *cap * 2;
    void *p = arena_alloc(a, *cap * size);
    if (n > 0)
        memcpy(p, old, n * size);
    return p;
}
