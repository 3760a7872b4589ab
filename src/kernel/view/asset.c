/* asset.c: see asset.h. */
#include "view/asset.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/embed.h"
#include "base/vec.h"
#include "view/view.h"

static VEC(struct asset) assets;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* FNV-1a: names a content, proves nothing. */
static unsigned long long content_hash(const unsigned char *p, const unsigned char *end)
{
    unsigned long long h = 14695981039346656037ull;
    while (p < end)
        h = (h ^ *p++) * 1099511628211ull;
    return h;
}

static const char *type_of(const char *name)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t n = strlen(name), m = strlen(types[i].end);
        if (n > m && strcmp(name + n - m, types[i].end) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

static void read_all(void)
{
    static struct arena *arena; /* lives as long as the program */
    arena = arena_new();
    for (const struct embed_entry *e = embed_table; e->name != NULL; e++) {
        if (strncmp(e->name, "web/", 4) != 0)
            continue;
        const char *hash = arena_printf(arena, "%016llx", content_hash(e->bytes, e->end));
        *VEC_PUSH(&assets, arena) = (struct asset){
            .name = e->name + 4,
            .path = arena_printf(arena, "/static/%s/%s", hash, e->name + 4),
            .type = type_of(e->name),
            .etag = arena_printf(arena, "\"%s\"", hash),
            .bytes = (const char *)e->bytes,
            .n = (size_t)(e->end - e->bytes),
        };
    }
}

const struct asset *asset_all(size_t *n_out)
{
    pthread_once(&once, read_all);
    *n_out = assets.n;
    return assets.p;
}

const struct asset *asset_find(const char *name)
{
    size_t n;
    const struct asset *all = asset_all(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

const char *view_asset_path(const char *name)
{
    const struct asset *a = asset_find(name);
    return a != NULL ? a->path : NULL;
}
