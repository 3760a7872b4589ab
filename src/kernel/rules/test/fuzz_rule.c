/* fuzz_rule.c: any bytes as a rule file and as a case file: they read, or are refused with a place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rules/case.h"
#include "rules/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must_tell(const struct err *e)
{
    if (e->kind != ERR_INVALID || e->say == NULL || e->args[1].name == NULL || strcmp(e->args[1].name, "line") != 0)
        abort();
}

static void must_be_whole(const struct rules_text *t)
{
    for (int i = 0; i < t->n_editions; i++) {
        const struct rules_edition *e = &t->editions[i];
        if (e->when.s == NULL || *e->when.s == '\0' || e->title[LANG_EN] == NULL || e->say[LANG_ZH].s == NULL)
            abort();
        if (i > 0 && (!date_is(e->from) || e[-1].to.v >= e->from.v))
            abort();
        for (int k = 0; k < e->n_params; k++)
            if (e->params[k].name == NULL || e->params[k].citation[LANG_ZH] == NULL)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct rules_text *t = NULL;
    struct case_file *f = NULL;
    struct err *e = text_read(a, NULL, (const char *)data, n, &t);
    if (e != NULL)
        must_tell(e);
    else
        must_be_whole(t);
    e = case_read(a, "x/rules/T-1.case", (const char *)data, n, &f);
    if (e != NULL)
        must_tell(e);
    arena_free(a);
    return 0;
}
