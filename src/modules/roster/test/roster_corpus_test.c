/* roster_corpus_test.c: replays the corpus of every fuzzer of this folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#define LLVMFuzzerTestOneInput fuzz_lrmx
#include "fuzz_lrmx.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_lrm
#include "fuzz_lrm.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_form_text
#include "fuzz_form_text.c"
#undef LLVMFuzzerTestOneInput

static void nothing_in_the_corpus_of_lrmx_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/modules/roster/test/corpus_lrmx", fuzz_lrmx) > 0);
}

static void nothing_in_the_corpus_of_lrm_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/modules/roster/test/corpus_lrm", fuzz_lrm) > 0);
}

static void nothing_in_the_corpus_of_form_text_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/modules/roster/test/corpus_form_text", fuzz_form_text) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_the_corpus_of_lrmx_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_lrm_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_form_text_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
