/* fuzz_mustache.c: any bytes as a template. The first byte chooses plain Mustache or one of the languages. */
#include <stdlib.h>
#include <string.h>

#include "view/mustache.h"

struct source {
    const char *text;
    size_t n;
};

/* The page itself, and partials that name nothing more, so that what is rendered stays small. */
static const char *sources(const void *ctx, const char *name, size_t *n_out)
{
    static const char partial[] = "[{{$b}}plain{{/b}} {{a}}{{{list}}}]\n";
    const struct source *page = ctx;
    bool is_page = *name == '\0';
    if (!is_page && strcmp(name, "p") != 0)
        return NULL;
    *n_out = is_page ? page->n : strlen(partial);
    return is_page ? page->text : partial;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    static const enum lang langs[] = {LANGS, LANG_ZH, LANG_EN};
    struct arena *a = arena_new();
    const struct source page = {arena_strndup(a, (const char *)data + 1, n - 1), n - 1};
    struct mustache_set *set = mustache_set_new(a, langs[data[0] % 3], sources, &page);
    const struct mustache *m = NULL;
    json_t *o =
        json_pack("{s:s, s:i, s:b, s:[s], s:{s:s, s:s}, s:s, s:s, s:I}", "a", "甲<&>\"", "n", 7, "yes", 1, "list", "x",
                  "in", "a", "乙", "b", "b", "name", "p", "day", "1975-03", "at", (json_int_t)1795579200000);
    struct buf out = BUF(a);
    bool found;
    struct err *e = mustache_load(set, "", &m);
    if (e != NULL && (e->kind != ERR_FAULT || strstr(e->detail, "line ") == NULL))
        abort();
    if (e == NULL && m != NULL) {
        struct err *bad = mustache_render(m, &o, 1, &out);
        if (bad == NULL)
            bad = mustache_render_block(m, "b", &o, 1, &out, &found);
        if (bad != NULL && bad->kind != ERR_LIMIT)
            abort();
    }
    json_decref(o);
    arena_free(a);
    return 0;
}
