/* fuzz_value.c: any text typed into a field of every type: what is taken is taken again as it is kept. */
#include <stdlib.h>
#include <string.h>

#include "record/inner.h"

static const struct field fields[] = {{"name", FIELD_TEXT, .max = 20},
                                      {"about", FIELD_LONG},
                                      {"born", FIELD_PDATE},
                                      {"hired", FIELD_DATE},
                                      {"sex", FIELD_CODE, .codes = "gb2261.1_sex"},
                                      {"pay", FIELD_MONEY},
                                      {"share", FIELD_DECIMAL},
                                      {"seat", FIELD_INT, .max = 6},
                                      {"active", FIELD_BOOL},
                                      {0}};
static const struct record row = {.name = "fuzz.row",
                                  .fields = fields,
                                  .purpose = "test.purpose.all",
                                  .basis = "TEST-1",
                                  .readers = "supervision",
                                  .keep = "test.all",
                                  .keep_from = "born"};

static void once(void)
{
    static struct arena *kept;
    if (kept != NULL)
        return;
    kept = arena_new();
    record_register(&row);
    if (record_init(kept) != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    once();
    struct arena *a = arena_new();
    const char *typed = arena_strndup(a, (const char *)data, n), *value, *again;
    for (int i = 0; fields[i].name != NULL; i++) {
        struct err *e = record_parse(a, &row, i, typed, &value);
        if (e != NULL) {
            if (e->kind != ERR_INVALID || e->say == NULL || strncmp(e->say, "field.", 6) != 0)
                abort();
            continue;
        }
        if (value == NULL)
            continue;
        struct date d;
        bool day = fields[i].type == FIELD_DATE || fields[i].type == FIELD_PDATE;
        if (record_parse(a, &row, i, value, &again) != NULL || again == NULL || strcmp(again, value) != 0 ||
            (day && !date_parse(value, &d)))
            abort();
    }
    arena_free(a);
    return 0;
}
