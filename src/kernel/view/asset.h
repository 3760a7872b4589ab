/* asset.h: the embedded files a browser loads (styles, scripts), each at an address that names its content, so that it
 * may be kept for ever. */
#ifndef QF_VIEW_ASSET_H
#define QF_VIEW_ASSET_H

#include <stddef.h>

struct asset {
    const char *name; /* "qingfeng.css" */
    const char *path; /* "/static/0123456789abcdef/qingfeng.css" */
    const char *type; /* of its content */
    const char *etag; /* quoted */
    const char *bytes;
    size_t n;
};

/* All of them, n_out many; static. Any thread. */
const struct asset *asset_all(size_t *n_out);
/* By name; NULL when there is none. */
const struct asset *asset_find(const char *name);

#endif
