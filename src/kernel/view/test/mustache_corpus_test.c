/* mustache_corpus_test.c: replays the corpus of fuzz_mustache.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#include "fuzz_mustache.c"

static void nothing_in_the_corpus_of_templates_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/view/test/corpus_mustache", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_of_templates_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
