/* leaf.c: the bytes of a change that are hashed. Numbers are 8 bytes (lengths and counts 4), highest byte first; a text
 * is its length and its UTF-8; a text that is not there is the length ff ff ff ff alone. */
#include <string.h>

#include "ledger/ledger.h"

static uint8_t *put(uint8_t *p, uint64_t n, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *p++ = (uint8_t)(n >> (8 * i));
    return p;
}

static void number(struct buf *b, int64_t n)
{
    uint8_t bytes[8];
    put(bytes, (uint64_t)n, 8);
    buf_add(b, bytes, sizeof bytes);
}

static void text(struct buf *b, const char *s)
{
    uint8_t bytes[4];
    size_t n = s == NULL ? 0 : strlen(s);
    put(bytes, s == NULL ? UINT32_MAX : n, 4);
    buf_add(b, bytes, sizeof bytes);
    if (s != NULL)
        buf_add(b, s, n);
}

void ledger_head_bytes(struct buf *b, const struct ledger_head *h)
{
    buf_add(b, "H\1", 2);
    number(b, h->back);
    number(b, h->account);
    number(b, h->office);
    text(b, h->role);
    text(b, h->actor);
    text(b, h->what);
}

void ledger_revision_bytes(struct buf *b, const char *record, int64_t row, int64_t rev, const char *body, size_t n)
{
    uint8_t head[2 + 4], middle[8 + 8 + 4];
    size_t name = strlen(record);
    memcpy(head, "R\1", 2);
    put(head + 2, name, 4);
    put(put(put(middle, (uint64_t)row, 8), (uint64_t)rev, 8), n, 4);
    buf_add(b, head, sizeof head);
    buf_add(b, record, name);
    buf_add(b, middle, sizeof middle);
    buf_add(b, body, n);
}

void ledger_leaf_bytes(struct buf *b, int64_t seq, int64_t at, const struct ledger_hash *commitments, size_t n)
{
    uint8_t head[1 + 8 + 8 + 4];
    head[0] = 1;
    put(put(put(head + 1, (uint64_t)seq, 8), (uint64_t)at, 8), n, 4);
    buf_add(b, head, sizeof head);
    buf_add(b, commitments, n * sizeof *commitments);
}

void ledger_leaf(struct ledger_hasher *h, struct buf *room, int64_t seq, int64_t at,
                 const struct ledger_hash *commitments, size_t n, struct ledger_hash *out)
{
    buf_clear(room);
    ledger_leaf_bytes(room, seq, at, commitments, n);
    ledger_leaf_hash(h, room->p, room->n, out);
}
