/* letter.h: letters and notices on A4 in the official look (GB/T 9704 margins; title 方正小标宋, body 仿宋_GB2312 with
 * named fallbacks) as .docx. */
#ifndef QF_DOC_LETTER_H
#define QF_DOC_LETTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct letter {
    const char *title, *number; /* number NULL: none */
    const char *to;             /* "某某同志：", NULL: none */
    const char *body;           /* paragraphs, one a line */
    const char *sign, *date;    /* who signs, and the day as people write it */
    const char *seal;           /* words at the seal's place, NULL: no seal */
    const char *slip;           /* text of the receipt slip on a page of its own, NULL: none */
};
/* The file's bytes; arena. */
struct err *letter_docx(struct arena *a, const struct letter *l, const void **bytes, size_t *n) MUST_USE;

#endif
