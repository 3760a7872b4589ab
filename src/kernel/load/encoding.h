/* encoding.h: bytes of people's files to UTF-8. What a file is, is decided from its bytes: a mark first, then what it
 * declares if the bytes agree, then a strict check for UTF-8, then GB18030. A mark or a declaration that the bytes
 * contradict is a lie: the bytes win and `lied` says so. Characters that cannot be read become U+FFFD and are counted,
 * never dropped. UTF-16 without a mark is known by its zeros. */
#ifndef QF_LOAD_ENCODING_H
#define QF_LOAD_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum load_charset { LOAD_UTF8, LOAD_GB18030, LOAD_BIG5, LOAD_UTF16LE, LOAD_UTF16BE, LOAD_CHARSETS };
const char *load_charset_name(enum load_charset c); /* "UTF-8" ...; static */

/* Looks at bytes as they come. {0} begins; feed everything (or as much as can be had); then sniff_end. */
struct load_sniff {
    uint64_t n, zeros[2]; /* zero bytes at even and odd places */
    unsigned char head[4];
    uint64_t u_two, u_more, u_bad, u_wide; /* UTF-8: sequences of 2 and of 3-4 bytes, errors, 2-byte ones from U+0100 */
    uint64_t g_good, g_bad;                /* GB18030: characters beyond ASCII, errors */
    unsigned char u_need, u_len, u_lo, u_hi, u_lead, g_state;
};
void load_sniff_feed(struct load_sniff *s, const void *bytes, size_t n);

struct load_guess {
    enum load_charset charset;
    int bom;       /* bytes of the mark at the start: 0, 2 or 3 */
    bool lied;     /* the mark or the declaration says otherwise */
    bool doubtful; /* could well be read otherwise: let a person choose */
};
/* declared: a charset's name as the file gives it, or NULL. A name we do not know is not believed. */
struct load_guess load_sniff_end(struct load_sniff *s, const char *declared);

/* Turns a stream to UTF-8, piece by piece. */
struct load_decoder;
struct load_decoder *load_decoder_new(struct arena *a, struct load_guess guess); /* arena */
/* Adds the UTF-8 of these bytes to out. The stream's first bytes include its mark. last: nothing follows. */
void load_decoder_feed(struct load_decoder *d, const void *bytes, size_t n, bool last, struct buf *out);
uint64_t load_decoder_damaged(const struct load_decoder *d); /* characters that became U+FFFD */

struct load_text {
    const char *p; /* UTF-8 without mark, NUL-terminated unless borrowed from bytes; may hold NULs of the file */
    size_t n;
    struct load_guess guess;
    uint64_t damaged;
};
/* A whole text of at most `most` bytes (at most 256 MiB). out->p is borrowed from bytes when they already are UTF-8,
 * else arena. ERR_LIMIT when it is longer. */
struct err *load_text_read(struct arena *a, const void *bytes, size_t n, const char *declared, size_t most,
                           struct load_text *out) MUST_USE;

#endif
