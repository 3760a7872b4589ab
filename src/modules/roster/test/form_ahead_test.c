/* form_ahead_test.c: forms read on a second thread arrive whole and in order; either side may end early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "roster/form_ahead.h"

enum { FILES = 60 };
static char folder[] = "/tmp/qf-ahead-XXXXXX";
static const char *paths[FILES];
static struct arena *a;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < FILES; i++) {
        paths[i] = arena_printf(a, "%s/%d.lrmx", folder, i);
        FILE *f = fopen(paths[i], "w");
        assert_non_null(f);
        fprintf(f, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Person><XingMing>甲%d</XingMing></Person>", i);
        assert_int_equal(fclose(f), 0);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < FILES; i++)
        unlink(paths[i]);
    rmdir(folder);
    arena_free(a);
    return 0;
}

struct seen {
    int n, most;
};

static struct err *look(void *p, struct arena *fresh, struct intake *in)
{
    struct seen *s = p;
    assert_null(in->refused);
    assert_string_equal(row_text(in->member, "name"), arena_printf(fresh, "甲%d", s->n));
    assert_string_equal(in->file, paths[s->n]);
    s->n++;
    return s->n == s->most ? ERR(fresh, ERR_INVALID, "enough after %d", s->n) : NULL;
}

static void forms_arrive_whole_and_in_order(void **state)
{
    (void)state;
    struct seen s = {0, -1};
    assert_null(form_each_ahead(a, paths, FILES, look, &s));
    assert_int_equal(s.n, FILES);
}

static void an_error_of_the_caller_ends_the_reading_and_outlives_it(void **state)
{
    (void)state;
    for (int most = 1; most < FILES; most += 7) {
        struct seen s = {0, most};
        struct err *e = form_each_ahead(a, paths, FILES, look, &s);
        assert_non_null(e);
        assert_string_equal(e->detail, arena_printf(a, "enough after %d", most));
        assert_int_equal(s.n, most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_arrive_whole_and_in_order),
        cmocka_unit_test(an_error_of_the_caller_ends_the_reading_and_outlives_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
