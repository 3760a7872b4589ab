/* source.h: bytes of a file or of memory, readable from any place. Inside load only. */
#ifndef QF_LOAD_SOURCE_H
#define QF_LOAD_SOURCE_H

#include <stdint.h>

#include "base/err.h"

struct load_source {
    const char *path; /* NULL: memory */
    const unsigned char *bytes;
    int fd;
    uint64_t size;
};
/* out->fd is closed with the arena. ERR_MISSING, ERR_INVALID (not a plain file). */
struct err *load_source_open(struct arena *a, const char *path, struct load_source *out) MUST_USE;
struct load_source load_source_bytes(const void *bytes, size_t n);
/* Up to n bytes from a place; *got is 0 at the end. */
struct err *load_source_read(const struct load_source *s, struct arena *a, uint64_t from, void *buf, size_t n,
                             size_t *got) MUST_USE;

#endif
