/* qr.c: see qr.h. */
#include "view/qr.h"

#include <qrencode.h>

#include "base/buf.h"

enum { QUIET = 4 };

struct err *view_qr(struct arena *a, const char *text, json_t **out)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL)
        return ERR(a, ERR_LIMIT, "the text does not fit a QR code");
    struct buf path = BUF(a);
    for (int y = 0; y < code->width; y++)
        for (int x = 0, n; x < code->width; x += n + 1) {
            n = 0;
            while (x + n < code->width && (code->data[y * code->width + x + n] & 1) != 0)
                n++;
            if (n > 0)
                buf_printf(&path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
        }
    *out = json_pack("{si ss}", "size", code->width + 2 * QUIET, "path", buf_str(&path));
    QRcode_free(code);
    return NULL;
}
