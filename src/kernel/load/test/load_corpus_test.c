/* load_corpus_test.c: replays the corpus of every fuzzer of this folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/test/corpus.h"

#define LLVMFuzzerTestOneInput fuzz_csv
#include "fuzz_csv.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_zip
#include "fuzz_zip.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_xlsx
#include "fuzz_xlsx.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_xml
#include "fuzz_xml.c"
#undef LLVMFuzzerTestOneInput

static void nothing_in_the_corpus_of_csv_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/load/test/corpus_csv", fuzz_csv) > 0);
}

static void nothing_in_the_corpus_of_zip_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/load/test/corpus_zip", fuzz_zip) > 0);
}

static void nothing_in_the_corpus_of_xlsx_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/load/test/corpus_xlsx", fuzz_xlsx) > 0);
}

static void nothing_in_the_corpus_of_xml_breaks(void **state)
{
    (void)state;
    assert_true(corpus_replay("src/kernel/load/test/corpus_xml", fuzz_xml) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_in_the_corpus_of_csv_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_zip_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_xlsx_breaks),
        cmocka_unit_test(nothing_in_the_corpus_of_xml_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
