/* rules_corpus_test.c: replays the corpus of the fuzzer of rule files. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fuzz_rule.c"

static void nothing_in_the_corpus_of_rules_breaks(void **state)
{
    (void)state;
    enum { MOST = 1 << 20 };
    const char *root = getenv("QF_ROOT");
    char folder[2048], path[4096];
    snprintf(folder, sizeof folder, "%s/src/kernel/rules/test/corpus_rule", root != NULL ? root : ".");
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
        assert_int_equal(LLVMFuzzerTestOneInput(exact, n), 0);
        free(exact);
        files++;
    }
    closedir(d);
    free(bytes);
    assert_true(files > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_of_rules_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
