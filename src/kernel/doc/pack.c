/* pack.c: see pack.h; the format is PKWARE's APPNOTE 6.3: local headers, the directory, its end (4.3.7, 4.3.12 to 16).
 */
#include "doc/pack.h"

#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/vec.h"

enum { DEFLATED = 8, UTF8_FLAG = 1 << 11, PIECE = 1 << 16, VERSION = 45 };

struct entry {
    const char *name;
    uint32_t crc, packed, whole;
    uint64_t at;
};

struct doc_pack {
    struct arena *a;
    struct doc_sink sink;
    uint64_t at; /* bytes written */
    VEC(struct entry) entries;
    z_stream z;
    bool open; /* z is to be ended */
    uint16_t day, time;
    unsigned char *piece;
};

static struct err *write_buf(void *p, struct arena *a, const void *bytes, size_t n)
{
    (void)a;
    buf_add(p, bytes, n);
    return NULL;
}

struct doc_sink doc_sink_buf(struct buf *b)
{
    return (struct doc_sink){.write = write_buf, .p = b};
}

static void end_stream(void *p)
{
    struct doc_pack *k = p;
    if (k->open)
        (void)deflateEnd(&k->z);
    k->open = false;
}

/* Little-endian numbers of `n` bytes each, as the format has them. */
struct head {
    unsigned char b[128];
    size_t n;
};
static void number(struct head *h, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        h->b[h->n++] = (unsigned char)(v >> 8 * i);
}

static struct err *put(struct doc_pack *p, const void *bytes, size_t n)
{
    p->at += n;
    return p->sink.write(p->sink.p, p->a, bytes, n);
}

struct err *doc_pack_begin(struct arena *a, struct doc_sink sink, struct doc_pack **out)
{
    struct doc_pack *p = arena_new_of(a, struct doc_pack);
    struct date d = clock_today();
    *p = (struct doc_pack){.a = a, .sink = sink, .piece = arena_alloc(a, PIECE)};
    p->day = (uint16_t)((date_year(d) - 1980) << 9 | date_month(d) << 5 | date_day(d));
    if (deflateInit2(&p->z, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return ERR(a, ERR_FAULT, "zlib cannot begin");
    p->open = true;
    arena_defer(a, end_stream, p);
    *out = p;
    return NULL;
}

static void common(const struct doc_pack *p, struct head *h, const struct entry *e)
{
    number(h, VERSION, 2);
    number(h, UTF8_FLAG, 2);
    number(h, DEFLATED, 2);
    number(h, p->time, 2);
    number(h, p->day, 2);
    number(h, e->crc, 4);
    number(h, e->packed, 4);
    number(h, e->whole, 4);
    number(h, strlen(e->name), 2);
}

/* All of it deflated; an entry is a form or a page, so it stands in memory once. */
static struct err *deflated(struct doc_pack *p, const void *bytes, size_t n, struct buf *to)
{
    int state = Z_OK;
    (void)deflateReset(&p->z);
    p->z.next_in = (unsigned char *)(uintptr_t)bytes;
    p->z.avail_in = (uInt)n;
    while (state != Z_STREAM_END) {
        p->z.next_out = p->piece;
        p->z.avail_out = PIECE;
        state = deflate(&p->z, Z_FINISH);
        if (state != Z_OK && state != Z_STREAM_END)
            return ERR(p->a, ERR_FAULT, "zlib: %d", state);
        buf_add(to, p->piece, PIECE - p->z.avail_out);
    }
    return NULL;
}

struct err *doc_pack_add(struct doc_pack *p, const char *name, const void *bytes, size_t n)
{
    if (n > UINT32_MAX || strlen(name) > UINT16_MAX)
        return ERR(p->a, ERR_LIMIT, "an entry of %zu bytes", n);
    arena_scope struct arena *own = arena_new();
    struct buf packed = BUF(own);
    TRY(deflated(p, bytes, n, &packed));
    struct entry e = {
        .name = arena_strdup(p->a, name), .at = p->at, .whole = (uint32_t)n, .packed = (uint32_t)packed.n};
    e.crc = (uint32_t)crc32(0, bytes, (uInt)n);
    struct head h = {0};
    number(&h, 0x04034b50, 4);
    common(p, &h, &e);
    number(&h, 0, 2);
    TRY(put(p, h.b, h.n));
    TRY(put(p, name, strlen(name)));
    TRY(put(p, packed.p, packed.n));
    *VEC_PUSH(&p->entries, p->a) = e;
    return NULL;
}

static struct err *directory_line(struct doc_pack *p, const struct entry *e)
{
    struct head h = {0};
    bool far = e->at >= UINT32_MAX;
    number(&h, 0x02014b50, 4);
    number(&h, VERSION, 2);
    common(p, &h, e);
    number(&h, far ? 12 : 0, 2); /* extra field */
    number(&h, 0, 2 + 2 + 2);    /* comment, disk, attributes */
    number(&h, 0, 4);
    number(&h, far ? UINT32_MAX : e->at, 4);
    TRY(put(p, h.b, h.n));
    TRY(put(p, e->name, strlen(e->name)));
    if (!far)
        return NULL;
    struct head extra = {0};
    number(&extra, 1, 2);
    number(&extra, 8, 2);
    number(&extra, e->at, 8);
    return put(p, extra.b, extra.n);
}

/* The end that older programs read, and before it, where its numbers are too small, the one of version 4.5. */
static struct err *directory_end(struct doc_pack *p, uint64_t from)
{
    uint64_t n = p->entries.n, size = p->at - from, end = p->at;
    struct head h = {0};
    if (n >= UINT16_MAX || from >= UINT32_MAX || size >= UINT32_MAX) {
        number(&h, 0x06064b50, 4);
        number(&h, 44, 8);
        number(&h, VERSION, 2);
        number(&h, VERSION, 2);
        number(&h, 0, 8); /* two disks */
        number(&h, n, 8);
        number(&h, n, 8);
        number(&h, size, 8);
        number(&h, from, 8);
        number(&h, 0x07064b50, 4);
        number(&h, 0, 4);
        number(&h, end, 8);
        number(&h, 1, 4);
    }
    uint64_t few = n >= UINT16_MAX ? UINT16_MAX : n;
    number(&h, 0x06054b50, 4);
    number(&h, 0, 4);
    number(&h, few, 2);
    number(&h, few, 2);
    number(&h, size >= UINT32_MAX ? UINT32_MAX : size, 4);
    number(&h, from >= UINT32_MAX ? UINT32_MAX : from, 4);
    number(&h, 0, 2);
    return put(p, h.b, h.n);
}

struct err *doc_pack_end(struct doc_pack *p)
{
    uint64_t from = p->at;
    for (size_t i = 0; i < p->entries.n; i++)
        TRY(directory_line(p, &p->entries.p[i]));
    TRY(directory_end(p, from));
    end_stream(p);
    return NULL;
}
