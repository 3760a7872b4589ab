/* fuzz_lrmx.c: any bytes as a form; what is understood must be JSON. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>

#include "roster/lrmx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct form *f = NULL;
    struct err *e = form_read_lrmx(a, data, n, &f);
    if ((e == NULL) != (f != NULL) || (e != NULL && e->say == NULL))
        abort();
    if (f != NULL) {
        json_t *j = json_loads(form_json(a, f), JSON_REJECT_DUPLICATES, NULL);
        if (j == NULL)
            abort();
        json_decref(j);
    }
    arena_free(a);
    return 0;
}
