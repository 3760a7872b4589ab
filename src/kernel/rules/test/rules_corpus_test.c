/* rules_corpus_test.c: replays the corpus of the fuzzer of rule files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#include "fuzz_rule.c"

static void nothing_in_the_corpus_of_rules_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/rules/test/corpus_rule", LLVMFuzzerTestOneInput) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_in_the_corpus_of_rules_breaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
