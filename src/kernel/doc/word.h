/* word.h: a .docx around the text of its body, written by hand: what we print needs no more than tables, paragraphs and
 * one picture. */
#ifndef QF_DOC_WORD_H
#define QF_DOC_WORD_H

#include "base/buf.h"
#include "base/err.h"

struct word_picture {
    const char *kind; /* jpeg png bmp gif; NULL: none */
    const void *bytes;
    size_t n;
};
#define WORD_PICTURE_ID "rId1" /* of r:embed in word_picture_put */

/* body: what stands inside w:body, with its last w:sectPr. The file's bytes; arena. */
struct err *word_file(struct arena *a, const char *body, const struct word_picture *picture, const void **bytes,
                      size_t *n) MUST_USE;
/* The picture as a run, so large in twips. */
void word_picture_put(struct buf *b, int width, int height);

#endif
