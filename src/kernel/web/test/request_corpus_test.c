/* request_corpus_test.c: replays the corpus of fuzz_request.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/test/corpus.h"

#include "fuzz_request.c"

static void nothing_in_the_corpus_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/web/test/corpus_request", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
