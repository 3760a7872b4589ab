/* embed.h: files the build carries into the program: pages, texts, rules, code tables, assets.
 * Names: "MODULE/pages/list.html", "MODULE/rules/X.rule", "MODULE/text.en", "codes/gb3304_ethnic.tsv",
 * "web/htmx.min.js". */
#ifndef QF_BASE_EMBED_H
#define QF_BASE_EMBED_H

#include <stddef.h>

struct embed_entry {
    const char *name;
    const unsigned char *bytes, *end; /* a NUL stands at end */
};
extern const struct embed_entry embed_table[]; /* in byte order of name; ends with a NULL name */

/* NULL when there is none. n_out may be NULL. Static, NUL-terminated. */
const char *embed_get(const char *name, size_t *n_out);

#endif
