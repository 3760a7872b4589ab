/* fuzz_zip.c: any bytes as a zip: every entry named, every entry read. */
#include <stdlib.h>
#include <string.h>

#include "load/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct load_zip *z = NULL;
    struct load_zip_limits limits = {.entries = 100, .entry_bytes = 1 << 20, .total_bytes = 4 << 20, .ratio = 100};
    struct err *e = load_zip_open_bytes(a, data, n, limits, &z);
    for (uint64_t i = 0; e == NULL && i < load_zip_count(z); i++) {
        struct load_zip_entry entry;
        void *bytes;
        size_t len;
        e = load_zip_entry(z, a, i, &entry);
        if (e != NULL)
            break;
        if (strlen(entry.base) > strlen(entry.name))
            abort();
        struct err *bad = load_zip_read(z, a, i, 1 << 20, &bytes, &len);
        if (bad == NULL && len > 1 << 20)
            abort();
    }
    arena_free(a);
    return 0;
}
