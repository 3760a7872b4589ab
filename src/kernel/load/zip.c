/* zip.c: see zip.h; on libzip. */
#include "load/zip.h"

#include <string.h>
#include <strings.h>
#include <zip.h>

#include "base/utf8.h"
#include "load/encoding.h"

enum { RATIO_FROM = 16 << 20, NAME_MOST = 4096 };

const struct load_zip_limits load_zip_usual = {
    .entries = 200000, .entry_bytes = (uint64_t)1 << 30, .total_bytes = (uint64_t)8 << 30, .ratio = 400};

struct load_zip {
    zip_t *zip;
    struct load_zip_limits limits;
    uint64_t read;
};

struct load_zip_stream {
    struct load_zip *zip;
    struct arena *arena;
    zip_file_t *file;
    uint64_t index, in, out;
    bool ended;
};

static void discard(void *p)
{
    zip_discard(p);
}

static struct err *open_error(struct arena *a, zip_error_t *ze)
{
    int code = zip_error_code_zip(ze);
    enum err_kind kind = code == ZIP_ER_NOENT                           ? ERR_MISSING
                         : code == ZIP_ER_MEMORY || code == ZIP_ER_OPEN ? ERR_FAULT
                                                                        : ERR_INVALID;
    struct err *e = ERR(a, kind, "zip: %s", zip_error_strerror(ze));
    zip_error_fini(ze);
    return kind == ERR_INVALID ? err_say(e, "load.zip_broken", NULL) : e;
}

static struct err *take(struct arena *a, zip_t *zip, struct load_zip_limits limits, struct load_zip **out)
{
    arena_defer(a, discard, zip);
    zip_int64_t n = zip_get_num_entries(zip, 0);
    if (n < 0 || (uint64_t)n > limits.entries)
        return err_say(ERR(a, ERR_LIMIT, "zip: %lld entries", (long long)n), "load.zip_many", "limit",
                       arena_printf(a, "%llu", (unsigned long long)limits.entries), NULL);
    struct load_zip *z = arena_new_of(a, struct load_zip);
    *z = (struct load_zip){.zip = zip, .limits = limits};
    *out = z;
    return NULL;
}

struct err *load_zip_open(struct arena *a, const char *path, struct load_zip_limits limits, struct load_zip **out)
{
    int code = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &code);
    if (zip == NULL) {
        zip_error_t ze;
        zip_error_init_with_code(&ze, code);
        return open_error(a, &ze);
    }
    return take(a, zip, limits, out);
}

struct err *load_zip_open_bytes(struct arena *a, const void *bytes, size_t n, struct load_zip_limits limits,
                                struct load_zip **out)
{
    zip_error_t ze;
    zip_error_init(&ze);
    zip_source_t *source = zip_source_buffer_create(bytes, n, 0, &ze);
    zip_t *zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &ze);
    if (zip == NULL) {
        zip_source_free(source);
        return open_error(a, &ze);
    }
    return take(a, zip, limits, out);
}

uint64_t load_zip_count(const struct load_zip *z)
{
    zip_int64_t n = zip_get_num_entries(z->zip, 0);
    return n < 0 ? 0 : (uint64_t)n;
}

static struct err *entry_name(struct load_zip *z, struct arena *a, uint64_t index, const char **out)
{
    const char *raw = zip_get_name(z->zip, index, ZIP_FL_ENC_RAW);
    if (raw == NULL)
        return err_say(ERR(a, ERR_INVALID, "zip: entry %llu has no name", (unsigned long long)index), "load.zip_broken",
                       NULL);
    raw = arena_strndup(a, raw, strnlen(raw, NAME_MOST));
    const char *strict = zip_get_name(z->zip, index, ZIP_FL_ENC_STRICT);
    bool flagged =
        strict != NULL && strncmp(strict, raw, NAME_MOST) == 0; /* else libzip turned it from code page 437 */
    struct load_text t;
    TRY(load_text_read(a, raw, strlen(raw), flagged ? "utf-8" : "gbk", NAME_MOST, &t));
    struct buf b = BUF(a);
    int used;
    for (size_t i = 0; i < t.n; i += (size_t)used) {
        int c = utf8_get(t.p + i, t.n - i, &used);
        if (c == '\\')
            buf_putc(&b, '/');
        else if (utf8_hidden(c) || utf8_line_end(c) || c == '\t' || c == UTF8_BAD)
            buf_putc(&b, '?');
        else
            buf_add(&b, t.p + i, (size_t)used);
    }
    *out = buf_str(&b);
    return NULL;
}

static bool is_litter(const char *name, const char *base)
{
    return strncmp(name, "__MACOSX/", 9) == 0 || strncmp(base, "._", 2) == 0 || strncmp(base, "~$", 2) == 0 ||
           strcasecmp(base, ".DS_Store") == 0 || strcasecmp(base, "Thumbs.db") == 0 ||
           strcasecmp(base, "desktop.ini") == 0;
}

struct err *load_zip_entry(struct load_zip *z, struct arena *a, uint64_t index, struct load_zip_entry *out)
{
    struct load_zip_entry e = {.index = index};
    zip_stat_t st;
    if (zip_stat_index(z->zip, index, 0, &st) != 0)
        return err_say(ERR(a, ERR_INVALID, "zip: %s", zip_strerror(z->zip)), "load.zip_broken", NULL);
    TRY(entry_name(z, a, index, &e.name));
    const char *slash = strrchr(e.name, '/');
    e.base = slash == NULL ? e.name : slash + 1;
    e.folder = *e.base == '\0';
    e.bytes = st.valid & ZIP_STAT_SIZE ? st.size : 0;
    e.encrypted = (st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE;
    e.litter = is_litter(e.name, e.base);
    *out = e;
    return NULL;
}

bool load_zip_find(struct load_zip *z, const char *name, uint64_t *index)
{
    zip_int64_t i = zip_name_locate(z->zip, name, ZIP_FL_ENC_RAW);
    if (i < 0)
        i = zip_name_locate(z->zip, name, ZIP_FL_NOCASE);
    if (i >= 0)
        *index = (uint64_t)i;
    return i >= 0;
}

void load_zip_stream_end(struct load_zip_stream *s)
{
    if (s != NULL && s->file != NULL)
        zip_fclose(s->file);
    if (s != NULL)
        s->file = NULL;
}

static void end_stream(void *p)
{
    load_zip_stream_end(p);
}

static struct err *damaged(struct arena *a, zip_error_t *ze, uint64_t index)
{
    int code = zip_error_code_zip(ze);
    bool secret = code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP;
    struct err *e = ERR(a, ERR_INVALID, "zip entry %llu: %s", (unsigned long long)index, zip_error_strerror(ze));
    return err_say(e, secret ? "load.zip_encrypted" : "load.zip_broken", NULL);
}

struct err *load_zip_stream_begin(struct load_zip *z, struct arena *a, uint64_t index, struct load_zip_stream **out)
{
    zip_stat_t st;
    if (zip_stat_index(z->zip, index, 0, &st) != 0)
        return damaged(a, zip_get_error(z->zip), index);
    if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
        return err_say(ERR(a, ERR_INVALID, "zip entry %llu is encrypted", (unsigned long long)index),
                       "load.zip_encrypted", NULL);
    zip_file_t *file = zip_fopen_index(z->zip, index, 0);
    if (file == NULL)
        return damaged(a, zip_get_error(z->zip), index);
    struct load_zip_stream *s = arena_new_of(a, struct load_zip_stream);
    *s = (struct load_zip_stream){.zip = z, .arena = a, .file = file, .index = index, .in = st.comp_size};
    arena_defer(a, end_stream, s);
    *out = s;
    return NULL;
}

static struct err *check_limits(struct load_zip_stream *s)
{
    const struct load_zip_limits *l = &s->zip->limits;
    unsigned long long out = s->out, in = s->in;
    if (s->out > RATIO_FROM && s->out / (s->in + 1) > l->ratio)
        return err_say(ERR(s->arena, ERR_LIMIT, "zip entry grows from %llu to over %llu bytes", in, out),
                       "load.zip_bomb", NULL);
    if (s->out > l->entry_bytes || s->zip->read > l->total_bytes)
        return err_say(ERR(s->arena, ERR_LIMIT, "zip entry of over %llu bytes, %llu in all", out,
                           (unsigned long long)s->zip->read),
                       "load.too_big", "limit",
                       arena_printf(s->arena, "%llu",
                                    (unsigned long long)(s->out > l->entry_bytes ? l->entry_bytes : l->total_bytes)),
                       NULL);
    return NULL;
}

struct err *load_zip_stream_read(struct load_zip_stream *s, void *buf, size_t cap, size_t *n)
{
    zip_int64_t got = s->ended ? 0 : zip_fread(s->file, buf, cap);
    if (got < 0)
        return damaged(s->arena, zip_file_get_error(s->file), s->index);
    s->ended |= got == 0;
    s->out += (uint64_t)got;
    s->zip->read += (uint64_t)got;
    *n = (size_t)got;
    return check_limits(s);
}

struct err *load_zip_read(struct load_zip *z, struct arena *a, uint64_t index, size_t most, void **out, size_t *n)
{
    struct load_zip_stream *s = NULL;
    TRY(load_zip_stream_begin(z, a, index, &s));
    zip_stat_t st;
    size_t claims = zip_stat_index(z->zip, index, 0, &st) == 0 && st.size < most ? (size_t)st.size
                    : most < 65536                                               ? most
                                                                                 : 65536;
    struct buf b = BUF(a);
    b.p = arena_alloc(a, claims + 1);
    b.cap = claims + 1;
    char piece[32768];
    for (size_t got = 1; got > 0;) {
        TRY(load_zip_stream_read(s, piece, sizeof piece, &got));
        if (b.n + got > most)
            return err_say(ERR(a, ERR_LIMIT, "zip entry of over %zu bytes", most), "load.too_big", "limit",
                           arena_printf(a, "%zu", most), NULL);
        buf_add(&b, piece, got);
    }
    load_zip_stream_end(s);
    *out = buf_str(&b);
    *n = b.n;
    return NULL;
}

bool load_zip_is(const void *bytes, size_t n)
{
    return n >= 4 && (memcmp(bytes, "PK\3\4", 4) == 0 || memcmp(bytes, "PK\5\6", 4) == 0);
}
