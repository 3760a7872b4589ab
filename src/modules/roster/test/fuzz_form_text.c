/* fuzz_form_text.c: any text through every grammar of the form. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "roster/form_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    char *text = arena_strndup(a, (const char *)data, n), *clean = form_clean(a, text);
    if (form_blank(text) != (clean == NULL))
        abort();
    struct form *f = arena_new_of(a, struct form);
    f->age_as_of = date_make(2025, 6, 30);
    form_resume(a, f, clean);
    form_appraisal(a, f, text);
    form_party(a, f, text);
    struct date d;
    bool doubtful;
    void *bytes;
    size_t len;
    if (form_date(clean, &d) && date_is(d) && !date_valid(date_year(d), date_month(d), date_day(d)))
        abort();
    (void)form_name(a, text, &doubtful);
    (void)form_base64(a, text, &bytes, &len);
    for (size_t i = 0; i < f->n_resume; i++)
        if (f->resume[i].text == NULL)
            abort();
    arena_free(a);
    return 0;
}
