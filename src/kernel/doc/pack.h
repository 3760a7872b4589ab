/* pack.h: a zip written entry by entry into a sink: what was added is gone from memory but for its name. Names are
 * UTF-8 and say so. No limit but the disk's: over 65 535 entries or 4 GiB it is a zip of version 4.5. */
#ifndef QF_DOC_PACK_H
#define QF_DOC_PACK_H

#include "doc/table.h"

struct buf;

struct doc_pack;
/* Lives in arena a, which also ends it (nothing more is then written). */
struct err *doc_pack_begin(struct arena *a, struct doc_sink sink, struct doc_pack **out) MUST_USE;
/* bytes: borrowed for the call, below 4 GiB. Names of one pack differ, the caller sees to it. */
struct err *doc_pack_add(struct doc_pack *p, const char *name, const void *bytes, size_t n) MUST_USE;
struct err *doc_pack_end(struct doc_pack *p) MUST_USE;

/* A sink into memory, for small files; b is borrowed until the end. */
struct doc_sink doc_sink_buf(struct buf *b);

#endif
