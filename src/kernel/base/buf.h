/* buf.h: a string that grows in an arena. The text is always NUL-terminated. A limit set from outside sizes makes
 * further bytes be dropped and `over` true. */
#ifndef QF_BASE_BUF_H
#define QF_BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

struct buf {
    struct arena *arena;
    char *p; /* arena; NULL until the first byte */
    size_t n, cap;
    size_t most; /* 0: no limit */
    bool over;
};

#define BUF(a) ((struct buf){.arena = (a)})

void buf_add_slowly(struct buf *b, const void *bytes, size_t n); /* where there may be no room */
static inline void buf_add(struct buf *b, const void *bytes, size_t n)
{
    if (b->most != 0 || n == 0 || b->n + n >= b->cap) {
        buf_add_slowly(b, bytes, n);
        return;
    }
    memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}
static inline void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}
static inline void buf_putc(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}
void buf_room(struct buf *b, size_t n); /* an empty one begins with room for n bytes, so that they are written once */
void buf_printf(struct buf *b, const char *fmt, ...) LIKE_PRINTF(2, 3);
void buf_int(struct buf *b, int64_t n);      /* decimal, without printf */
void buf_json(struct buf *b, const char *s); /* a JSON string with quotes; NULL gives null */
void buf_html(struct buf *b, const char *s); /* & < > " ' escaped */
void buf_clear(struct buf *b);               /* no text, the same room */
char *buf_str(struct buf *b);                /* the text, "" when empty; arena, valid until the next addition */

#endif
