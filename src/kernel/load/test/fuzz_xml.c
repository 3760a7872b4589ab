/* fuzz_xml.c: any bytes as XML, as they are and mended. The first byte chooses who says the charset, and the limits. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "load/xml.h"

struct seen {
    int depth, most;
};

static struct err *start(void *p, const char *name, const struct load_xml_tag *tag)
{
    struct seen *s = p;
    const char *value;
    size_t n;
    if (++s->depth > s->most || *name == '\0')
        abort();
    (void)load_xml_attr(tag, "a", &value, &n);
    return NULL;
}

static struct err *end(void *p, const char *name)
{
    struct seen *s = p;
    if (--s->depth < 0 || *name == '\0')
        abort();
    return NULL;
}

static struct err *text(void *p, const char *s, size_t n)
{
    const struct seen *seen = p;
    if (seen->depth == 0 || (n > 0 && memchr(s, '\0', n) != NULL))
        abort();
    return NULL;
}

static void read_whole(struct arena *a, const char *s, size_t n, int depth, bool utf8)
{
    struct seen seen = {.most = depth};
    const struct load_xml_events events = {start, end, text, &seen};
    struct err *e = load_xml_read(a, s, n, &events, (struct load_xml_limits){depth, 1 << 20}, utf8);
    if (e == NULL ? seen.depth != 0 : e->kind != ERR_INVALID && e->kind != ERR_LIMIT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    struct arena *a = arena_new();
    bool utf8 = (data[0] & 1) != 0;
    int depth = data[0] & 2 ? 3 : 100;
    const char *s = arena_strndup(a, (const char *)data + 1, n - 1);
    char *mended;
    size_t n_mended;
    struct load_xml_notes notes;
    read_whole(a, s, n - 1, depth, utf8);
    (void)load_xml_declared(a, s, n - 1);
    if (load_xml_mend(a, s, strlen(s), &mended, &n_mended, &notes) == NULL)
        read_whole(a, mended, n_mended, depth, true);
    arena_free(a);
    return 0;
}
