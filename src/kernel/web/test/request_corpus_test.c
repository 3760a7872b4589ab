/* request_corpus_test.c: replays the corpus of fuzz_request.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>

#include "fuzz_request.c"

static void nothing_in_the_corpus_breaks(void **state)
{
    (void)state;
    const char *root = getenv("QF_ROOT");
    char folder[1024], path[2048];
    static uint8_t bytes[1 << 16];
    snprintf(folder, sizeof folder, "%s/src/kernel/web/test/corpus_request", root != NULL ? root : ".");
    DIR *d = opendir(folder);
    assert_non_null(d);
    int files = 0;
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        size_t n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        uint8_t *exact = malloc(n + 1); /* so that reading past the end is seen */
        memcpy(exact, bytes, n);
        assert_int_equal(LLVMFuzzerTestOneInput(exact, n), 0);
        free(exact);
        files++;
    }
    closedir(d);
    assert_true(files > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
