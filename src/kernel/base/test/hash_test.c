/* Hexadecimal, and SHA-256 by the vectors of FIPS 180-4. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

static void bytes_become_digits(void **state)
{
    (void)state;
    char out[7];
    hex_write("\x00\xa9\xff", 3, out);
    assert_string_equal(out, "00a9ff");
    hex_write("", 0, out);
    assert_string_equal(out, "");
}

static void digests_are_those_of_the_standard(void **state)
{
    (void)state;
    char out[SHA256_HEX];
    sha256_hex("abc", 3, out);
    assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_hex("", 0, out);
    assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_become_digits),
                                       cmocka_unit_test(digests_are_those_of_the_standard)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
