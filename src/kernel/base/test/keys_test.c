/* keys_test.c: the folder of keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/keys.h"

#define OK(call)                                        \
    do {                                                \
        struct err *ok_err_ = (call);                   \
        if (ok_err_ != NULL)                            \
            fail_msg("%s: %s", #call, ok_err_->detail); \
    } while (0)

static struct arena *a;
static char *dir;

static int setup(void **state)
{
    (void)state;
    a = arena_new();
    dir = arena_strdup(a, "/tmp/qf-keys-XXXXXX");
    assert_non_null(mkdtemp(dir));
    keys_use(arena_printf(a, "%s/x.db", dir), NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    const char *names[] = {"one", "two", "open"};
    for (int i = 0; i < 3; i++)
        unlink(arena_printf(a, "%s/x.db.keys/%s", dir, names[i]));
    rmdir(arena_printf(a, "%s/x.db.keys", dir));
    rmdir(dir);
    keys_use(NULL, NULL);
    arena_free(a);
    return 0;
}

static unsigned mode(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 0777;
}

static void a_secret_is_made_once_and_kept_from_others(void **state)
{
    (void)state;
    unsigned char first[32], again[32], other[32];
    OK(keys_secret(a, "one", first, 32));
    OK(keys_secret(a, "one", again, 32));
    OK(keys_secret(a, "two", other, 32));
    assert_memory_equal(first, again, 32);
    assert_memory_not_equal(first, other, 32);
    assert_int_equal(mode(arena_printf(a, "%s/x.db.keys", dir)), 0700);
    assert_int_equal(mode(arena_printf(a, "%s/x.db.keys/one", dir)), 0600);
}

static void what_is_put_replaces_what_was_there(void **state)
{
    (void)state;
    char *got;
    size_t n;
    OK(keys_get(a, "one", &got, &n));
    assert_null(got);
    OK(keys_put(a, "one", "first", 5));
    OK(keys_put(a, "one", "second", 6));
    OK(keys_get(a, "one", &got, &n));
    assert_int_equal(n, 6);
    assert_string_equal(got, "second");
}

static void a_file_others_may_read_is_refused(void **state)
{
    (void)state;
    char *got;
    size_t n;
    OK(keys_put(a, "open", "x", 1));
    assert_int_equal(chmod(arena_printf(a, "%s/x.db.keys/open", dir), 0644), 0);
    struct err *e = keys_get(a, "open", &got, &n);
    assert_non_null(e);
    assert_non_null(strstr(e->detail, "chmod"));
}

static void without_a_folder_the_error_names_the_option(void **state)
{
    (void)state;
    unsigned char key[32];
    keys_use("postgresql://here/x", NULL);
    assert_null(keys_dir());
    struct err *e = keys_secret(a, "one", key, 32);
    assert_non_null(e);
    assert_non_null(strstr(e->detail, "--keys"));
    keys_use("postgresql://here/x", dir);
    assert_string_equal(keys_dir(), dir);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(a_secret_is_made_once_and_kept_from_others),
                                       T(what_is_put_replaces_what_was_there), T(a_file_others_may_read_is_refused),
                                       T(without_a_folder_the_error_names_the_option)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
