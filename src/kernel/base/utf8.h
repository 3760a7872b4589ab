/* utf8.h: characters of UTF-8 text, and the few classes the readers of Chinese office files ask about. */
#ifndef QF_BASE_UTF8_H
#define QF_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { UTF8_BAD = 0xFFFD };

/* The character at s and its bytes. n is how many bytes may be read (SIZE_MAX for a terminated text); n > 0. A byte
 * that begins no well-formed character is UTF8_BAD of one byte; a NUL is 0 of one byte. */
int utf8_get(const char *s, size_t n, int *used);
/* The character that ends before s + at (at > 0); its bytes in *used. */
int utf8_before(const char *s, size_t at, int *used);
void utf8_put(struct buf *b, int c);

bool utf8_blank(int c);    /* space, tab, no-break, en/em, full-width; not line ends */
bool utf8_line_end(int c); /* LF, CR, VT, FF, NEL, line and paragraph separator */
bool utf8_hidden(int c);   /* zero-width and direction marks, other controls than line ends and tab */
bool utf8_han(int c);
int utf8_digit(int c);             /* 0-9 for half- and full-width digits, else -1 */
size_t utf8_length(const char *s); /* characters */
bool utf8_empty(const char *s);    /* NULL, or nothing but spaces, tabs, LF and CR */

#endif
