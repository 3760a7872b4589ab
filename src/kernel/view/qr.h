/* qr.h: a text as a QR code, drawn by the page as SVG (libqrencode). */
#ifndef QF_VIEW_QR_H
#define QF_VIEW_QR_H

#include <jansson.h>

#include "base/err.h"

/* {size, path}: `<svg viewBox="0 0 SIZE SIZE"><path d="PATH"/></svg>`, one unit a module, four units quiet around; a
 * new reference. ERR_LIMIT when the text is too long. */
struct err *view_qr(struct arena *a, const char *text, json_t **out) MUST_USE;

#endif
