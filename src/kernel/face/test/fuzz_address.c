/* fuzz_address.c: any bytes as the query of a list's address: what is understood has one spelling, which means it. */
#include <stdlib.h>
#include <string.h>

#include "face/query.h"
#include "record/record.h"

static const struct field fields[] = {{"name", FIELD_TEXT, .max = 20},
                                      {"boss", FIELD_REF, .to = "fuzz.row"},
                                      {"born", FIELD_PDATE},
                                      {"hired", FIELD_DATE},
                                      {"sex", FIELD_CODE, .codes = "gb2261.1_sex"},
                                      {"pay", FIELD_MONEY},
                                      {"seat", FIELD_INT},
                                      {"active", FIELD_BOOL},
                                      {0}};
static const struct record row = {.name = "fuzz.row",
                                  .fields = fields,
                                  .list = "name born sex",
                                  .order = "name -born",
                                  .purpose = "test.purpose.all",
                                  .basis = "TEST-1",
                                  .readers = "supervision",
                                  .keep = "test.all",
                                  .keep_from = "born"};
static const struct who who = {.account = 1, .name = "甲", .scope = SCOPE_ALL, .sees = CLASS_SEALED};

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

static struct err *understood(struct arena *a, const char *text, struct face_query *q)
{
    size_t n;
    const struct pair *p = face_pairs(a, text, &n);
    return face_query_read(a, &row, &who, p, n, q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    once();
    struct arena *a = arena_new();
    const char *text = arena_strndup(a, (const char *)data, n);
    struct face_query q, same;
    struct err *e = understood(a, text, &q);
    if (e != NULL && e->kind != ERR_INVALID && e->kind != ERR_LIMIT)
        abort();
    if (e == NULL) {
        const char *address = face_address(a, &q, "", true);
        if (understood(a, address + (*address == '?'), &same) != NULL ||
            strcmp(face_address(a, &same, "", true), address) != 0)
            abort();
    }
    arena_free(a);
    return 0;
}
