/* Which texts a field takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "record/inner.h"

static void marks_that_turn_direction_are_refused(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const struct field name = {"name", FIELD_TEXT};
    assert_null(value_check(a, &name, "亚森·卡德尔 “甲”…€"));
    assert_non_null(value_check(a, &name, "甲\u202e乙"));
    assert_non_null(value_check(a, &name, "\u2066甲"));
    assert_null(value_check(a, &name, "\u2025\u2065\u206a"));
    assert_non_null(value_check(a, &name, "甲\x01"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(marks_that_turn_direction_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
