/* Lint of the texts: both languages complete and alike, every key a template or the code names is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "view/messages.h"

static int faults;

#define FAULT(...)                  \
    do {                            \
        print_message(__VA_ARGS__); \
        print_message("\n");        \
        faults++;                   \
    } while (0)

/* The slots of a sentence in byte order, "{a}{b}". */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *slots(struct arena *a, const char *say)
{
    const char *found[16];
    size_t n = 0;
    for (const char *s = say; (s = strchr(s, '{')) != NULL && n < 16; s++) {
        size_t len = strcspn(s, "}");
        if (s[len] == '}')
            found[n++] = arena_strndup(a, s, len + 1);
    }
    qsort(found, n, sizeof *found, by_text);
    struct buf b = BUF(a);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || strcmp(found[i], found[i - 1]) != 0)
            buf_puts(&b, found[i]);
    return buf_str(&b);
}

static void compare(void *ctx, const char *key, const char *say, const char *folder)
{
    enum lang other = *(const enum lang *)ctx;
    arena_scope struct arena *a = arena_new();
    if (*say == '\0')
        FAULT("%s: '%s' is empty in the language beside %s", folder, key, lang_tag(other));
    if (!text_has(other, key))
        FAULT("%s: '%s' is missing in %s", folder, key, lang_tag(other));
    else if (strcmp(slots(a, say), slots(a, text_get(other, key))) != 0)
        FAULT("%s: '%s' has %s here and %s in %s", folder, key, slots(a, say), slots(a, text_get(other, key)),
              lang_tag(other));
}

static void both_languages_say_the_same(void **state)
{
    (void)state;
    faults = 0;
    for (int lang = 0; lang < LANGS; lang++) {
        enum lang other = lang == LANG_EN ? LANG_ZH : LANG_EN;
        text_each((enum lang)lang, compare, &other);
        for (const char *const *key = text_doubles((enum lang)lang); *key != NULL; key++)
            FAULT("'%s' stands twice in %s", *key, lang_tag((enum lang)lang));
    }
    assert_int_equal(faults, 0);
}

static void every_line_of_the_texts_is_understood(void **state)
{
    (void)state;
    faults = 0;
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        if (strstr(e->name, "/text.") == NULL)
            continue;
        arena_scope struct arena *a = arena_new();
        char *text = arena_strndup(a, (const char *)e->bytes, (size_t)(e->end - e->bytes)), *rest = text, *line;
        while ((line = strsep(&rest, "\n")) != NULL)
            if (*line != '\0' && *line != '#' && strstr(line, " = ") == NULL)
                FAULT("%s: not understood: %s", e->name, line);
    }
    assert_int_equal(faults, 0);
}

static void need(const char *where, const char *key)
{
    for (int lang = 0; lang < LANGS; lang++)
        if (!text_has((enum lang)lang, key))
            FAULT("%s: no text for '%s' in %s", where, key, lang_tag((enum lang)lang));
}

static void templates_use_known_keys(void **state)
{
    (void)state;
    faults = 0;
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        if (strstr(e->name, "/pages/") == NULL)
            continue;
        for (const char *s = (const char *)e->bytes; (s = strstr(s, "{{")) != NULL; s += 2) {
            const char *name = s + 2 + strspn(s + 2, "{& ");
            if (strncmp(name, "t.", 2) != 0)
                continue;
            arena_scope struct arena *a = arena_new();
            need(e->name, arena_strndup(a, name + 2, strcspn(name + 2, "} ")));
        }
    }
    assert_int_equal(faults, 0);
}

/* The arg-th argument (from 0) of the call whose '(' stands at s, when it is one string literal. */
static char *literal_argument(struct arena *a, const char *s, int arg)
{
    int depth = 0, at = 0;
    const char *from = s + 1;
    for (const char *c = s; *c != '\0'; c++) {
        if (*c == '"') {
            for (c++; *c != '\0' && *c != '"'; c++)
                c += *c == '\\' && c[1] != '\0';
            continue;
        }
        depth += (*c == '(') - (*c == ')');
        bool end = depth == 0, next = depth == 1 && *c == ',';
        if ((end || next) && at == arg) {
            while (isspace((unsigned char)*from))
                from++;
            while (c > from && isspace((unsigned char)c[-1]))
                c--;
            if (*from != '"' || c[-1] != '"' || memchr(from + 1, '"', (size_t)(c - from - 2)) != NULL)
                return NULL;
            return arena_strndup(a, from + 1, (size_t)(c - from - 2));
        }
        if (end)
            return NULL;
        if (next) {
            at++;
            from = c + 1;
        }
    }
    return NULL;
}

static int check_source(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)ftw;
    static const struct {
        const char *call;
        int arg;
    } calls[] = {{"err_say(", 1}, {"tr(", 1}, {"text_get(", 1}, {"text_format(", 2}};
    size_t n = strlen(path);
    if (type != FTW_F || n < 2 || strcmp(path + n - 2, ".c") != 0 || strstr(path, "/test/") != NULL)
        return 0;
    arena_scope struct arena *a = arena_new();
    char *text = arena_alloc(a, (size_t)st->st_size + 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, (size_t)st->st_size, f), (size_t)st->st_size);
    fclose(f);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        for (const char *s = text; (s = strstr(s, calls[i].call)) != NULL; s++) {
            if (s > text && (isalnum((unsigned char)s[-1]) || s[-1] == '_'))
                continue;
            const char *key = literal_argument(a, s + strlen(calls[i].call) - 1, calls[i].arg);
            if (key != NULL && strchr(key, '%') == NULL)
                need(path, key);
        }
    return 0;
}

static void code_uses_known_keys(void **state)
{
    (void)state;
    const char *root = getenv("QF_ROOT");
    char src[512];
    snprintf(src, sizeof src, "%s/src", root != NULL ? root : ".");
    faults = 0;
    assert_int_equal(nftw(src, check_source, 16, FTW_PHYS), 0);
    assert_int_equal(faults, 0);
}

/* Where a Chinese sign stands in a text (U+3000 to U+303F, full-width forms); NULL: nowhere. */
static const char *chinese_sign(const char *s, const char *end)
{
    for (const unsigned char *p = (const unsigned char *)s; p + 2 < (const unsigned char *)end; p++)
        if ((p[0] == 0xE3 && p[1] == 0x80) || (p[0] == 0xEF && (p[1] >= 0xBC && p[1] <= 0xBF)))
            return (const char *)p;
    return NULL;
}

static void look_english(void *ctx, const char *key, const char *say, const char *folder)
{
    (void)ctx;
    if (chinese_sign(say, say + strlen(say)) != NULL)
        FAULT("%s: '%s' has a Chinese sign in English: %s", folder, key, say);
}

/* English says no Chinese signs; what both languages share, templates and formats in C, says no signs of either. An
 * official form is Chinese for every reader. */
static void english_is_set_with_its_own_signs(void **state)
{
    (void)state;
    faults = 0;
    text_each(LANG_EN, look_english, NULL);
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        bool shared = strstr(e->name, "/pages/") != NULL && strncmp(e->name, "roster/pages/form-", 18) != 0;
        const char *at = shared ? chinese_sign((const char *)e->bytes, (const char *)e->end) : NULL;
        if (at != NULL)
            FAULT("%s: a Chinese sign in a page of both languages: %.40s", e->name, at);
    }
    assert_int_equal(faults, 0);
}

/* Signs between parts of a sentence; the brackets of an official number are no such signs. */
static bool joins(const char *s, const char *end)
{
    static const char *const signs[] = {"、", "。", "，", "：", "；"};
    for (const char *p = s; p + 2 < end; p++)
        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
            if (memcmp(p, signs[i], 3) == 0)
                return true;
    return false;
}

static int check_format(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)ftw;
    size_t n = strlen(path);
    if (type != FTW_F || n < 2 || strcmp(path + n - 2, ".c") != 0 || strstr(path, "/test/") != NULL ||
        strstr(path, "/demo/") != NULL) /* a district speaks Chinese */
        return 0;
    arena_scope struct arena *a = arena_new();
    char *text = arena_alloc(a, (size_t)st->st_size + 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(text, 1, (size_t)st->st_size, f), (size_t)st->st_size);
    fclose(f);
    for (char *rest = text, *line; (line = strsep(&rest, "\n")) != NULL;)
        for (char *s = line; (s = strchr(s, '"')) != NULL;) {
            size_t len = strcspn(s + 1, "\"");
            const char *end = s + 1 + len;
            if (memchr(s, '%', len + 1) != NULL && joins(s, end))
                FAULT("%s: a Chinese sign in a format: %s", path, line);
            s = s[1 + len] == '\0' ? s + 1 + len : s + 2 + len;
        }
    return 0;
}

static void formats_leave_signs_to_the_language(void **state)
{
    (void)state;
    const char *root = getenv("QF_ROOT");
    char src[512];
    snprintf(src, sizeof src, "%s/src", root != NULL ? root : ".");
    faults = 0;
    assert_int_equal(nftw(src, check_format, 16, FTW_PHYS), 0);
    assert_int_equal(faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_say_the_same),       cmocka_unit_test(every_line_of_the_texts_is_understood),
        cmocka_unit_test(templates_use_known_keys),          cmocka_unit_test(code_uses_known_keys),
        cmocka_unit_test(english_is_set_with_its_own_signs), cmocka_unit_test(formats_leave_signs_to_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
