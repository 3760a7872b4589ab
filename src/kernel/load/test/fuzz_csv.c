/* fuzz_csv.c: any bytes as a CSV table. The first byte chooses the options. */
#include <stdlib.h>
#include <string.h>

#include "load/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const charsets[] = {NULL, "gbk", "utf-8", "big5"};
    static const char delimiters[] = {0, ',', '\t', ';'};
    if (n == 0)
        return 0;
    struct arena *a = arena_new();
    struct load_table_options o = {
        .charset = charsets[data[0] & 3], .delimiter = delimiters[data[0] >> 2 & 3], .limits = load_table_usual};
    if (data[0] & 16)
        o.limits = (struct load_table_limits){.rows = 10, .bytes = 10000, .columns = 5, .cell_bytes = 20};
    struct load_table *t = NULL;
    const struct load_row *row = NULL;
    uint64_t number = 0;
    struct err *e = load_table_open_bytes(a, data + 1, n - 1, &o, &t);
    while (e == NULL && (e = load_table_next(t, &row)) == NULL && row != NULL) {
        if (row->number <= number || row->n == 0)
            abort();
        number = row->number;
        for (size_t i = 0; i < row->n; i++)
            if ((row->cells[i].kind == CELL_EMPTY) != (strlen(row->cells[i].text) == 0))
                abort();
    }
    arena_free(a);
    return 0;
}
