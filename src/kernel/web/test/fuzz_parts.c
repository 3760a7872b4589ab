/* fuzz_parts.c: parts of a form as libmicrohttpd hands them on, in any names, order and pieces. A line of the input is
 * a piece: its first byte says whether a part begins and whether it is a file, then name and data with ':' between. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../body.c"

static void check(const struct exchange *x)
{
    for (size_t i = 0; i < x->form.n; i++)
        if (!request_utf8(x->form.p[i].name, strlen(x->form.p[i].name)) ||
            !request_utf8(x->form.p[i].value, strlen(x->form.p[i].value)))
            abort();
    for (size_t i = 0; i < x->files.n; i++) {
        struct stat st;
        const struct upload *f = &x->files.p[i];
        if (fstat(f->fd, &st) != 0 || st.st_size != f->size || strpbrk(f->filename, "/\\") != NULL)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct route route = {.method = POST, .path = "/", .upload = 1 << 20};
    struct arena *a = arena_new();
    struct web web = {.c = {.tmp = "/tmp", .form_limit = 4096}};
    struct exchange x = {.rq = {.arena = a, .web = &web, .method = POST, .route = &route}};
    enum MHD_Result go = MHD_YES;
    bool file = false, begun = false;
    const char *name = "";
    for (const uint8_t *end = data + n; go == MHD_YES && data < end;) {
        const uint8_t *eol = memchr(data, '\n', (size_t)(end - data)), *stop = eol != NULL ? eol : end;
        uint64_t off = 1;
        unsigned how = data < stop ? *data++ : 0;
        if (!begun || (how & 1) != 0) {
            const uint8_t *colon = memchr(data, ':', (size_t)(stop - data));
            name = arena_strndup(a, (const char *)data, (size_t)((colon != NULL ? colon : stop) - data));
            data = colon != NULL ? colon + 1 : stop;
            file = (how & 2) != 0;
            begun = true;
            off = 0;
        }
        go = take_part(&x, MHD_POSTDATA_KIND, name, file ? name : NULL, "text/plain", NULL, (const char *)data, off,
                       (size_t)(stop - data));
        data = stop + (eol != NULL);
    }
    if ((go == MHD_NO) != (x.refused != NULL))
        abort();
    if (x.refused == NULL && end_part(&x) == NULL)
        forget_empty_files(&x);
    check(&x);
    arena_free(a);
    return 0;
}
