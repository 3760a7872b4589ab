/* value_corpus_test.c: replays the corpus of fuzz_value.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#include "fuzz_value.c"

static void nothing_in_the_corpus_of_values_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/record/test/corpus_value", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_of_values_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
