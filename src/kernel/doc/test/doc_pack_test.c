/* doc_pack_test.c: zips written are read by another hand: bytes, names, many entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/rand.h"
#include "doc/pack.h"
#include "load/zip.h"

#define OK(call)                                        \
    do {                                                \
        struct err *ok_err_ = (call);                   \
        if (ok_err_ != NULL)                            \
            fail_msg("%s: %s", #call, ok_err_->detail); \
    } while (0)

static void what_was_packed_is_unpacked(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    struct doc_pack *p;
    struct rng r;
    rng_seed(&r, 7);
    char *noise = arena_alloc(a, 300000);
    for (int i = 0; i < 300000; i++)
        noise[i] = (char)rng_range(&r, 0, 255);
    OK(doc_pack_begin(a, doc_sink_buf(&b), &p));
    OK(doc_pack_add(p, "0001 白简.lrmx", "任免表", 9));
    OK(doc_pack_add(p, "empty", "", 0));
    OK(doc_pack_add(p, "noise", noise, 300000));
    OK(doc_pack_end(p));
    struct load_zip *z;
    OK(load_zip_open_bytes(a, b.p, b.n, load_zip_usual, &z));
    assert_int_equal(load_zip_count(z), 3);
    static const char *const names[] = {"0001 白简.lrmx", "empty", "noise"};
    const void *whole[] = {"任免表", "", noise};
    static const size_t sizes[] = {9, 0, 300000};
    for (uint64_t i = 0; i < 3; i++) {
        struct load_zip_entry e;
        void *bytes;
        size_t n;
        OK(load_zip_entry(z, a, i, &e));
        assert_string_equal(e.name, names[i]);
        OK(load_zip_read(z, a, i, 1 << 20, &bytes, &n));
        assert_int_equal(n, sizes[i]);
        if (n > 0)
            assert_memory_equal(bytes, whole[i], n);
    }
}

static void more_entries_than_the_old_format_counts(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    struct buf b = BUF(a);
    struct doc_pack *p;
    OK(doc_pack_begin(a, doc_sink_buf(&b), &p));
    for (int i = 0; i < 70000; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%05d", i);
        OK(doc_pack_add(p, name, name, 5));
    }
    OK(doc_pack_end(p));
    struct load_zip *z;
    void *bytes;
    size_t n;
    OK(load_zip_open_bytes(a, b.p, b.n, load_zip_usual, &z));
    assert_int_equal(load_zip_count(z), 70000);
    OK(load_zip_read(z, a, 69999, 100, &bytes, &n));
    assert_memory_equal(bytes, "69999", 5);
}

int main(void)
{
    clock_init();
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_packed_is_unpacked),
                                       cmocka_unit_test(more_entries_than_the_old_format_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
