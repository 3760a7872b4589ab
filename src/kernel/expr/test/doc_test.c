/* doc_test.c: every example of doc/expressions.md means on the sample world what the page says. A line in a block named
 * after a subject is `expression → value # words`; in the block `wrong` the value is the sentence shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "expr/test/world.h"

static char *read_file(struct arena *a, const char *path)
{
    const char *root = getenv("QF_ROOT");
    const char *full = arena_printf(a, "%s/%s", root != NULL ? root : ".", path);
    FILE *f = fopen(full, "rb");
    if (f == NULL)
        fail_msg("cannot read %s", full);
    char *text = arena_alloc(a, 1 << 18);
    size_t n = fread(text, 1, (1 << 18) - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

/* The sentence of a key in text.zh-CN with its arguments filled in. */
static char *sentence(struct arena *a, const struct err *e)
{
    char *line = strstr(read_file(a, "src/kernel/expr/text.zh-CN"), arena_printf(a, "\n%s = ", e->say));
    if (line == NULL)
        fail_msg("no sentence for %s", e->say);
    line = strstr(line, " = ") + 3;
    struct buf b = BUF(a);
    while (*line != '\n' && *line != '\0') {
        char *end = *line == '{' ? strchr(line, '}') : NULL;
        if (end == NULL) {
            buf_putc(&b, *line++);
            continue;
        }
        for (int i = 0; i < ERR_ARGS; i++)
            if (e->args[i].name != NULL && strncmp(e->args[i].name, line + 1, (size_t)(end - line - 1)) == 0)
                buf_puts(&b, e->args[i].value);
        line = end + 1;
    }
    return buf_str(&b);
}

static char *trimmed(struct arena *a, const char *from, const char *to)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return arena_strndup(a, from, (size_t)(to - from));
}

static void check_example(struct arena *a, int subject, const char *text, const char *value)
{
    struct expr *e;
    struct err *bad = expr_parse(a, &test_world, subject < 0 ? MEMBER : subject, text, world_params, &e);
    if (subject < 0) {
        assert_non_null(bad);
        assert_string_equal(sentence(a, bad), value);
        return;
    }
    if (bad != NULL)
        fail_msg("%s: %s", text, bad->detail);
    struct expr_value v;
    char shown[40];
    assert_null(expr_eval(a, e, &world_env, &world_block, subject == POST ? 1 : 0, &v, NULL));
    if (strcmp(world_show(v, shown), value) != 0)
        fail_msg("%s gives %s, the page says %s", text, world_show(v, shown), value);
}

static int subject_of(const char *block)
{
    static const char *const names[] = {"member", "post", "appraisal", "unit_level"};
    for (int i = 0; i < N_WORLD_SUBJECTS; i++)
        if (strcmp(block, names[i]) == 0)
            return i;
    return strcmp(block, "wrong") == 0 ? -1 : -2;
}

static void the_examples_of_the_page_are_true(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    int subject = -2, examples = 0, wrong = 0;
    bool inside = false;
    for (char *line = read_file(a, "doc/expressions.md"), *next; *line != '\0'; line = next) {
        char *end = strchr(line, '\n');
        next = end == NULL ? line + strlen(line) : end + 1;
        if (end == NULL)
            end = next;
        if (strncmp(line, "```", 3) == 0) {
            inside = !inside;
            subject = inside ? subject_of(trimmed(a, line + 3, end)) : -2;
            continue;
        }
        if (subject == -2)
            continue;
        char *whole = arena_strndup(a, line, (size_t)(end - line)), *arrow = strstr(whole, "→");
        if (arrow == NULL) {
            const char *words = strchr(whole, '#');
            struct expr *e;
            char *text = trimmed(a, whole, words != NULL ? words : whole + strlen(whole));
            if (expr_parse(a, &test_world, subject, text, world_params, &e) != NULL)
                fail_msg("does not parse: %s", text);
            examples++;
            continue;
        }
        char *words = strstr(arrow, " # "), *stop = words != NULL ? words : whole + strlen(whole);
        check_example(a, subject, trimmed(a, whole, arrow), trimmed(a, arrow + strlen("→"), stop));
        examples += subject >= 0;
        wrong += subject < 0;
    }
    assert_false(inside);
    assert_true(examples >= 30);
    assert_true(wrong >= 5);
}

static void every_sentence_stands_in_both_languages(void **state)
{
    (void)state;
    arena_scope struct arena *a = arena_new();
    const char *zh = read_file(a, "src/kernel/expr/text.zh-CN"), *en = read_file(a, "src/kernel/expr/text.en");
    int keys = 0;
    for (const char *line = strstr(zh, "\nexpr."); line != NULL; line = strstr(line + 1, "\nexpr."), keys++) {
        const char *end = strstr(line, " = ");
        assert_non_null(end);
        assert_non_null(strstr(en, arena_strndup(a, line, (size_t)(end - line + 3))));
    }
    int english = 0;
    for (const char *line = strstr(en, "\nexpr."); line != NULL; line = strstr(line + 1, "\nexpr."))
        english++;
    assert_int_equal(keys, english);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_page_are_true),
        cmocka_unit_test(every_sentence_stands_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
