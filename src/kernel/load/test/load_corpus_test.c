/* load_corpus_test.c: replays the corpus of every fuzzer of this folder. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LLVMFuzzerTestOneInput fuzz_csv
#include "fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_zip
#include "fuzz_zip.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_xlsx
#include "fuzz_xlsx.c"
#undef LLVMFuzzerTestOneInput

static void replay(const char *name, int (*fuzz)(const uint8_t *data, size_t n))
{
    enum { MOST = 4 << 20 };
    const char *root = getenv("QF_ROOT");
    char folder[2048], path[4096];
    snprintf(folder, sizeof folder, "%s/src/kernel/load/test/corpus_%s", root != NULL ? root : ".", name);
    DIR *d = opendir(folder);
    if (d == NULL)
        fail_msg("no corpus %s", folder);
    uint8_t *bytes = malloc(MOST);
    int files = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t n = fread(bytes, 1, MOST, f);
        fclose(f);
        uint8_t *exact = malloc(n + 1); /* so that reading past the end is seen */
        memcpy(exact, bytes, n);
        assert_int_equal(fuzz(exact, n), 0);
        free(exact);
        files++;
    }
    closedir(d);
    free(bytes);
    assert_true(files > 0);
}

static void nothing_in_the_corpus_of_csv_breaks(void **state)
{
    (void)state;
    replay("csv", fuzz_csv);
}

static void nothing_in_the_corpus_of_zip_breaks(void **state)
{
    (void)state;
    replay("zip", fuzz_zip);
}

static void nothing_in_the_corpus_of_xlsx_breaks(void **state)
{
    (void)state;
    replay("xlsx", fuzz_xlsx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_the_corpus_of_csv_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_zip_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_xlsx_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
