/* expr_corpus_test.c: replays the corpus of the expression fuzzer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/test/corpus.h"

#include "fuzz_expr.c"

static void nothing_in_the_corpus_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/expr/test/corpus_expr", LLVMFuzzerTestOneInput) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
