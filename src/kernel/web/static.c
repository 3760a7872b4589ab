/* static.c: /static/HASH/NAME, the embedded styles and scripts. Their address names their content, so a browser may
 * keep them for ever; an address of an earlier content gets today's, not to be kept. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "view/asset.h"
#include "web/inner.h"

struct served {
    const struct asset *asset;
    struct MHD_Response *plain, *zipped, *late, *same; /* late: for an old address; same: 304 */
    char *bytes;                                       /* of zipped */
};

struct shelf {
    pthread_mutex_t lock; /* of the zipped ones, made when first asked for */
    struct served *all;
    size_t n;
};

static struct MHD_Response *response_of(const struct asset *asset, const char *bytes, size_t n, const char *keep,
                                        const char *encoding)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(n, (void *)bytes, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(r, "Content-Type", asset->type);
    MHD_add_response_header(r, "Cache-Control", keep);
    MHD_add_response_header(r, "ETag", asset->etag);
    MHD_add_response_header(r, "Vary", "Accept-Encoding");
    if (encoding != NULL)
        MHD_add_response_header(r, "Content-Encoding", encoding);
    respond_guard(r);
    return r;
}

static const char for_ever[] = "public, max-age=31536000, immutable";

struct shelf *shelf_new(struct arena *a)
{
    struct shelf *s = arena_new_of(a, struct shelf);
    const struct asset *all = asset_all(&s->n);
    pthread_mutex_init(&s->lock, NULL);
    s->all = arena_array(a, struct served, s->n);
    for (size_t i = 0; i < s->n; i++) {
        struct served *v = &s->all[i];
        v->asset = &all[i];
        v->plain = response_of(v->asset, v->asset->bytes, v->asset->n, for_ever, NULL);
        v->late = response_of(v->asset, v->asset->bytes, v->asset->n, "no-cache", NULL);
        v->same = response_of(v->asset, "", 0, for_ever, NULL);
    }
    return s;
}

void shelf_free(struct shelf *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->n; i++) {
        struct served *v = &s->all[i];
        MHD_destroy_response(v->plain);
        MHD_destroy_response(v->late);
        MHD_destroy_response(v->same);
        if (v->zipped != NULL)
            MHD_destroy_response(v->zipped);
        free(v->bytes);
    }
    pthread_mutex_destroy(&s->lock);
}

/* The gzip form in memory of its own; 0 when it would not be smaller. */
static size_t zip(const struct asset *asset, char **out)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    *out = malloc(asset->n);
    z.next_in = (Bytef *)asset->bytes;
    z.avail_in = (uInt)asset->n;
    z.next_out = (Bytef *)*out;
    z.avail_out = *out != NULL ? (uInt)asset->n : 0;
    int done = deflate(&z, Z_FINISH);
    size_t n = z.total_out;
    deflateEnd(&z);
    if (done == Z_STREAM_END)
        return n;
    free(*out);
    *out = NULL;
    return 0;
}

static struct MHD_Response *zipped(struct shelf *s, struct served *v)
{
    pthread_mutex_lock(&s->lock);
    if (v->zipped == NULL) {
        size_t n = zip(v->asset, &v->bytes);
        if (n > 0)
            v->zipped = response_of(v->asset, v->bytes, n, for_ever, "gzip");
    }
    struct MHD_Response *r = v->zipped != NULL ? v->zipped : v->plain;
    pthread_mutex_unlock(&s->lock);
    return r;
}

bool shelf_answer(struct shelf *s, struct exchange *x)
{
    if (strncmp(x->raw_path, "/static/", 8) != 0)
        return false;
    const char *name = strrchr(x->raw_path, '/') + 1;
    struct served *v = NULL;
    for (size_t i = 0; i < s->n && v == NULL; i++)
        if (strcmp(s->all[i].asset->name, name) == 0)
            v = &s->all[i];
    if (v == NULL || strlen(x->raw_path) != strlen(v->asset->path))
        return false;
    const char *have = req_header(&x->rq, "If-None-Match"), *takes = req_header(&x->rq, "Accept-Encoding");
    x->shared = true;
    x->status = 200;
    if (have != NULL && strstr(have, v->asset->etag) != NULL) {
        x->status = 304;
        x->response = v->same;
    } else if (strcmp(x->raw_path, v->asset->path) != 0) {
        x->response = v->late;
    } else {
        x->response = takes != NULL && strstr(takes, "gzip") != NULL ? zipped(s, v) : v->plain;
    }
    x->answer_bytes = v->asset->n;
    return true;
}
