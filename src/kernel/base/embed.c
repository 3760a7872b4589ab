/* embed.c: see embed.h. */
#include "base/embed.h"

#include <string.h>

const char *embed_get(const char *name, size_t *n_out)
{
    size_t n = 0;
    while (embed_table[n].name != NULL)
        n++;
    for (size_t lo = 0, hi = n; lo < hi;) {
        size_t mid = (lo + hi) / 2;
        int c = strcmp(name, embed_table[mid].name);
        if (c == 0) {
            const struct embed_entry *e = &embed_table[mid];
            if (n_out != NULL)
                *n_out = (size_t)(e->end - e->bytes);
            return (const char *)e->bytes;
        }
        if (c < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}
