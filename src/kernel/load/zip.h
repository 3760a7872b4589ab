/* zip.h: zips as strangers send them, read entry by entry. Names become UTF-8 (by their flag, else GB18030 when they
 * are not well-formed UTF-8) and are labels only: nothing is ever written under them. Sizes are counted as bytes come
 * out, whatever the directory claims. */
#ifndef QF_LOAD_ZIP_H
#define QF_LOAD_ZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct load_zip;

struct load_zip_limits {
    uint64_t entries, entry_bytes, total_bytes; /* total: of everything read through this handle */
    unsigned ratio;                             /* out / in of one entry, once it is past 16 MiB */
};
extern const struct load_zip_limits load_zip_usual; /* 200 000 entries, 1 GiB each, 8 GiB in all, 400 to 1 */

/* Both are owned by arena a, which closes them. bytes are borrowed until then.
 * ERR_MISSING: no such file. ERR_INVALID: not a zip, or cut off (load.zip_broken). ERR_LIMIT: load.zip_many. */
struct err *load_zip_open(struct arena *a, const char *path, struct load_zip_limits limits,
                          struct load_zip **out) MUST_USE;
struct err *load_zip_open_bytes(struct arena *a, const void *bytes, size_t n, struct load_zip_limits limits,
                                struct load_zip **out) MUST_USE;
uint64_t load_zip_count(const struct load_zip *z);

struct load_zip_entry {
    uint64_t index;
    const char *name;               /* UTF-8, / between folders, no control characters; arena */
    const char *base;               /* its part after the last / */
    uint64_t bytes;                 /* as the directory claims */
    bool folder, encrypted, litter; /* litter: what operating systems leave: __MACOSX, .DS_Store, Thumbs.db, ~$ */
};
struct err *load_zip_entry(struct load_zip *z, struct arena *a, uint64_t index, struct load_zip_entry *out) MUST_USE;
/* The entry of exactly that name, without regard to capitals; *found false when there is none. */
bool load_zip_find(struct load_zip *z, const char *name, uint64_t *index);

/* A whole entry, arena. ERR_INVALID: damaged (load.zip_broken), encrypted (load.zip_encrypted). ERR_LIMIT: over `most`
 * or the handle's limits (load.zip_bomb, load.too_big). */
struct err *load_zip_read(struct load_zip *z, struct arena *a, uint64_t index, size_t most, void **out,
                          size_t *n) MUST_USE;

/* In pieces. Ended by load_zip_stream_end or the arena. *n is 0 at the end, after its checksum held. */
struct load_zip_stream;
struct err *load_zip_stream_begin(struct load_zip *z, struct arena *a, uint64_t index,
                                  struct load_zip_stream **out) MUST_USE;
struct err *load_zip_stream_read(struct load_zip_stream *s, void *buf, size_t cap, size_t *n) MUST_USE;
void load_zip_stream_end(struct load_zip_stream *s);

/* Whether bytes begin as a zip does. */
bool load_zip_is(const void *bytes, size_t n);

#endif
