/* routes_test.c: who may do what at which address stands in golden/routes; a changed permission shows there as a
 * changed line. make golden writes it anew (QF_GOLDEN=write); its difference is reviewed like code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../kernel/record/test/agree.h"
#include "../../../program.h"
#include "web/web.h"

static const char *kept(struct arena *a, const char *path)
{
    struct buf b = BUF(a);
    char piece[4096];
    FILE *f = fopen(path, "re");
    if (f == NULL)
        fail_msg("no golden file %s: make golden", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_add(&b, piece, n);
    fclose(f);
    return buf_str(&b);
}

static void permissions_are_those_reviewed(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    AGREE_OK(program_init(a));
    struct buf now = BUF(a);
    web_routes(program_modules, &now);
    const char *root = getenv("QF_ROOT"),
               *path = arena_printf(a, "%s/src/modules/admin/test/golden/routes", root == NULL ? "." : root);
    if (getenv("QF_GOLDEN") != NULL) {
        FILE *f = fopen(path, "we");
        assert_non_null(f);
        fputs(buf_str(&now), f);
        assert_int_equal(fclose(f), 0);
    }
    const char *was = kept(a, path), *is = buf_str(&now);
    while (*was != '\0' || *is != '\0') { /* the first line that differs */
        size_t n = strcspn(was, "\n"), m = strcspn(is, "\n");
        if (n != m || memcmp(was, is, n) != 0)
            fail_msg("golden/routes has '%.*s', the program '%.*s'; make golden, and review the difference", (int)n,
                     was, (int)m, is);
        was += n + (was[n] == '\n');
        is += m + (is[m] == '\n');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(permissions_are_those_reviewed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
