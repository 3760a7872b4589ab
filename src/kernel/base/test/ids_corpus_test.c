/* ids_corpus_test.c: replays the corpus of fuzz_ids.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#include "fuzz_ids.c"

static void nothing_in_the_corpus_of_ids_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/base/test/corpus_ids", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_of_ids_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
