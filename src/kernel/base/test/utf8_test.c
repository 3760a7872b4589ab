/* Texts in which nothing stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf8.h"

static void nothing_but_blanks_is_empty(void **state)
{
    (void)state;
    assert_true(utf8_empty(NULL));
    assert_true(utf8_empty(""));
    assert_true(utf8_empty(" \t\r\n"));
    assert_false(utf8_empty("\n.\n"));
    assert_false(utf8_empty("无"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_but_blanks_is_empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
