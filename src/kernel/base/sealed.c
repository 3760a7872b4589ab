/* sealed.c: see sealed.h. */
#include "base/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/hash.h"

#define MAGIC "qingfeng-backup/"
enum {
    VERSION = 1,
    FRAME = 1 << 16, /* bytes of a frame before encryption; all but the last are full */
    TAIL = crypto_secretstream_xchacha20poly1305_ABYTES,
    HEAD_MOST = 1024,
    KEY = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    STREAM = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    SALT = crypto_pwhash_SALTBYTES
};
#define OPS crypto_pwhash_OPSLIMIT_MODERATE
#define MEM crypto_pwhash_MEMLIMIT_MODERATE

#define CIPHER crypto_secretstream_xchacha20poly1305_state

static void close_fd(void *p)
{
    int *fd = p;
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static struct err *key_of(struct arena *a, const char *pass, const uint8_t salt[SALT], unsigned long long ops,
                          size_t mem, uint8_t key[KEY])
{
    if (crypto_pwhash(key, KEY, pass, strlen(pass), salt, ops, mem, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return ERR(a, ERR_LIMIT, "there is no room for the %zu MB that making a key of the passphrase takes",
                   mem >> 20);
    return NULL;
}

static char *hex(struct arena *a, const uint8_t *p, size_t n)
{
    char *s = arena_alloc(a, n * 2 + 1);
    return sodium_bin2hex(s, n * 2 + 1, p, n);
}

/* ---- writing ---- */
struct sealed_out {
    struct arena *a;
    char *path, *part;
    int fd;
    bool whole;
    z_stream z;
    CIPHER c;
    uint8_t plain[FRAME], sealed[FRAME + TAIL];
    size_t n; /* in plain */
};

static void out_end(void *p)
{
    struct sealed_out *s = p;
    deflateEnd(&s->z);
    close_fd(&s->fd);
    if (!s->whole)
        unlink(s->part);
    sodium_memzero(&s->c, sizeof s->c);
    sodium_memzero(s->plain, sizeof s->plain);
}

static struct err *put(struct sealed_out *s, const void *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = write(s->fd, (const char *)p + at, n - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_disk(s->a, got < 0 ? errno : ENOSPC, s->part);
        at += (size_t)got;
    }
    return NULL;
}

static struct err *frame_out(struct sealed_out *s, uint8_t tag)
{
    unsigned long long n;
    crypto_secretstream_xchacha20poly1305_push(&s->c, s->sealed, &n, s->plain, s->n, NULL, 0, tag);
    s->n = 0;
    return put(s, s->sealed, (size_t)n);
}

/* Everything before the sum, the sum, an empty line. The check frame tells another passphrase from a damaged file. */
static struct err *head_out(struct sealed_out *s, const struct sealed_head *head, const char *pass)
{
    uint8_t salt[SALT], stream[STREAM], key[KEY], check[TAIL];
    struct buf b = BUF(s->a);
    char sum[SHA256_HEX];
    randombytes_buf(salt, sizeof salt);
    TRY(key_of(s->a, pass, salt, OPS, MEM, key));
    crypto_secretstream_xchacha20poly1305_init_push(&s->c, stream, key);
    sodium_memzero(key, sizeof key);
    buf_printf(&b, MAGIC "%d\nmade %lld\nuntil %s\nargon2id %llu %zu %s\nstream %s\n", VERSION, (long long)head->made,
               head->until, (unsigned long long)OPS, (size_t)MEM, hex(s->a, salt, SALT), hex(s->a, stream, STREAM));
    crypto_secretstream_xchacha20poly1305_push(&s->c, check, NULL, NULL, 0, (const uint8_t *)b.p, b.n, 0);
    buf_printf(&b, "check %s\n", hex(s->a, check, sizeof check));
    sha256_hex(b.p, b.n, sum);
    buf_printf(&b, "sum %s\n\n", sum);
    return put(s, b.p, b.n);
}

struct err *sealed_create(struct arena *a, const char *path, const struct sealed_head *head, const char *pass,
                          struct sealed_out **out)
{
    if (sodium_init() < 0)
        return ERR(a, ERR_FAULT, "libsodium does not start");
    if (access(path, F_OK) == 0)
        return ERR(a, ERR_CONFLICT, "'%s' is there already", path);
    struct sealed_out *s = arena_new_of(a, struct sealed_out);
    *s = (struct sealed_out){.a = a, .path = arena_strdup(a, path), .part = arena_printf(a, "%s.part", path)};
    unlink(s->part); /* of a run that was cut off */
    s->fd = open(s->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->fd < 0)
        return err_disk(a, errno, s->part);
    arena_defer(a, out_end, s);
    if (deflateInit(&s->z, 1) != Z_OK)
        return ERR(a, ERR_LIMIT, "there is no room to compress in");
    TRY(head_out(s, head, pass));
    *out = s;
    return NULL;
}

static struct err *deflated(struct sealed_out *s, int flush)
{
    for (int rc = Z_OK; rc != Z_STREAM_END;) {
        s->z.next_out = s->plain + s->n;
        s->z.avail_out = (uInt)(FRAME - s->n);
        rc = deflate(&s->z, flush);
        s->n = FRAME - s->z.avail_out;
        if (s->z.avail_out != 0 && (flush == Z_NO_FLUSH || rc == Z_STREAM_END))
            return NULL;
        if (s->z.avail_out == 0)
            TRY(frame_out(s, 0));
    }
    return NULL;
}

struct err *sealed_write(struct sealed_out *s, const void *p, size_t n)
{
    s->z.next_in = (Bytef *)(uintptr_t)p;
    s->z.avail_in = (uInt)n;
    return deflated(s, Z_NO_FLUSH);
}

static void folder_sync(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? "." : arena_strndup(a, path, (size_t)(slash - path) + 1);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

struct err *sealed_close(struct sealed_out *s)
{
    s->z.next_in = NULL;
    s->z.avail_in = 0;
    TRY(deflated(s, Z_FINISH));
    TRY(frame_out(s, crypto_secretstream_xchacha20poly1305_TAG_FINAL));
    if (fsync(s->fd) != 0)
        return err_disk(s->a, errno, s->part);
    if (link(s->part, s->path) != 0) {
        if (errno == EEXIST)
            return ERR(s->a, ERR_CONFLICT, "'%s' is there already", s->path);
        if (rename(s->part, s->path) != 0) /* a file system without hard links */
            return err_disk(s->a, errno, s->path);
    }
    unlink(s->part);
    s->whole = true;
    folder_sync(s->a, s->path);
    return NULL;
}

/* ---- reading ---- */
struct sealed_in {
    struct arena *a;
    const char *path;
    int fd;
    char head[HEAD_MOST + 1];
    size_t head_n;    /* bytes of it in the file */
    size_t checked_n; /* bytes of it the check frame stands for */
    unsigned long long ops;
    size_t mem;
    uint8_t salt[SALT], stream[STREAM], check[TAIL];
    z_stream z;
    CIPHER c;
    uint8_t plain[FRAME], sealed[FRAME + TAIL];
    bool last; /* the frame with which it ends was read */
};

static void in_end(void *p)
{
    struct sealed_in *s = p;
    inflateEnd(&s->z);
    close_fd(&s->fd);
    sodium_memzero(&s->c, sizeof s->c);
    sodium_memzero(s->plain, sizeof s->plain);
}

static bool unhex(const char *s, uint8_t *out, size_t n)
{
    size_t got;
    const char *end;
    return s != NULL && sodium_hex2bin(out, n, s, strlen(s), NULL, &got, &end) == 0 && got == n;
}

static const char *value(struct arena *a, const char *head, const char *name)
{
    const char *p = strstr(head, name);
    return p == NULL ? "" : arena_strndup(a, p + strlen(name), strcspn(p + strlen(name), "\n"));
}

static struct err *damaged(struct sealed_in *s)
{
    return ERR(s->a, ERR_INVALID, "the head of '%s' is damaged", s->path);
}

static struct err *head_in(struct sealed_in *s, struct sealed_head *head)
{
    char sum[SHA256_HEX], *end;
    ssize_t n = pread(s->fd, s->head, HEAD_MOST, 0);
    if (n < 0)
        return ERR(s->a, ERR_FAULT, "'%s': %s", s->path, strerror(errno));
    s->head[n] = '\0';
    if (strncmp(s->head, MAGIC, sizeof MAGIC - 1) != 0)
        return ERR(s->a, ERR_INVALID, "'%s' is no backup of Qingfeng", s->path);
    char *after = strstr(s->head, "\n\n"), *line = strstr(s->head, "\nsum "), *check = strstr(s->head, "\ncheck ");
    if (strtol(s->head + sizeof MAGIC - 1, &end, 10) > VERSION && *end == '\n')
        return ERR(s->a, ERR_CONFLICT, "'%s' was made by a newer program: %.*s", s->path, (int)(end - s->head),
                   s->head);
    if (after == NULL || line == NULL || check == NULL || check > line || line > after)
        return damaged(s);
    after[1] = '\0';
    s->head_n = (size_t)(after - s->head) + 2;
    s->checked_n = (size_t)(check - s->head) + 1;
    sha256_hex(s->head, (size_t)(line - s->head) + 1, sum);
    const char *kdf = value(s->a, s->head, "\nargon2id ");
    char salt[SALT * 2 + 1];
    if (strcmp(sum, value(s->a, s->head, "\nsum ")) != 0 ||
        sscanf(kdf, "%llu %zu %32[0-9a-f]", &s->ops, &s->mem, salt) != 3 || !unhex(salt, s->salt, SALT) ||
        !unhex(value(s->a, s->head, "\nstream "), s->stream, STREAM) ||
        !unhex(value(s->a, s->head, "\ncheck "), s->check, TAIL) || s->ops > 20 || s->mem > (size_t)2 << 30)
        return damaged(s);
    head->made = strtoll(value(s->a, s->head, "\nmade "), NULL, 10);
    snprintf(head->until, sizeof head->until, "%s", value(s->a, s->head, "\nuntil "));
    return NULL;
}

struct err *sealed_open(struct arena *a, const char *path, struct sealed_head *head, struct sealed_in **out)
{
    if (sodium_init() < 0)
        return ERR(a, ERR_FAULT, "libsodium does not start");
    struct sealed_in *s = arena_new_of(a, struct sealed_in);
    s->a = a;
    s->path = arena_strdup(a, path);
    s->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return ERR(a, errno == ENOENT ? ERR_MISSING : ERR_FAULT, "'%s': %s", path, strerror(errno));
    arena_defer(a, in_end, s);
    if (inflateInit(&s->z) != Z_OK)
        return ERR(a, ERR_LIMIT, "there is no room to expand in");
    TRY(head_in(s, head));
    *out = s;
    return NULL;
}

struct err *sealed_unlock(struct sealed_in *s, const char *pass)
{
    uint8_t key[KEY], tag, none[1];
    TRY(key_of(s->a, pass, s->salt, s->ops, s->mem, key));
    int bad = crypto_secretstream_xchacha20poly1305_init_pull(&s->c, s->stream, key);
    sodium_memzero(key, sizeof key);
    if (bad != 0 || crypto_secretstream_xchacha20poly1305_pull(&s->c, none, NULL, &tag, s->check, TAIL,
                                                               (const uint8_t *)s->head, s->checked_n) != 0)
        return ERR(s->a, ERR_DENIED, "this is not the passphrase of '%s'", s->path);
    if (lseek(s->fd, (off_t)s->head_n, SEEK_SET) < 0)
        return ERR(s->a, ERR_FAULT, "'%s': %s", s->path, strerror(errno));
    return NULL;
}

static struct err *frame_in(struct sealed_in *s)
{
    size_t n = 0;
    for (ssize_t got; n < sizeof s->sealed; n += (size_t)got) {
        got = read(s->fd, s->sealed + n, sizeof s->sealed - n);
        if (got < 0 && errno == EINTR)
            got = 0;
        else if (got < 0)
            return ERR(s->a, ERR_FAULT, "'%s': %s", s->path, strerror(errno));
        else if (got == 0)
            break;
    }
    unsigned long long plain;
    uint8_t tag;
    if (n == 0)
        return ERR(s->a, ERR_INVALID, "'%s' is cut off: its end is missing", s->path);
    if (n < TAIL ||
        crypto_secretstream_xchacha20poly1305_pull(&s->c, s->plain, &plain, &tag, s->sealed, n, NULL, 0) != 0)
        return ERR(s->a, ERR_INVALID,
                   n < sizeof s->sealed ? "'%s' is cut off or was changed: its last piece does not open"
                                        : "'%s' was changed: a piece of it does not open",
                   s->path);
    s->last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    s->z.next_in = s->plain;
    s->z.avail_in = (uInt)plain;
    return NULL;
}

struct err *sealed_read(struct sealed_in *s, void *p, size_t n)
{
    s->z.next_out = p;
    s->z.avail_out = (uInt)n;
    while (s->z.avail_out > 0) {
        if (s->z.avail_in == 0 && !s->last)
            TRY(frame_in(s));
        int rc = inflate(&s->z, Z_NO_FLUSH);
        if (rc == Z_STREAM_END && s->z.avail_out > 0)
            return ERR(s->a, ERR_LIMIT, "'%s' ends here", s->path);
        if (rc != Z_OK && rc != Z_STREAM_END && !(rc == Z_BUF_ERROR && s->z.avail_in == 0 && !s->last))
            return ERR(s->a, ERR_INVALID, "'%s' does not expand: %d", s->path, rc);
    }
    return NULL;
}

struct err *sealed_at_end(struct sealed_in *s, bool *out)
{
    char byte;
    struct err *e = sealed_read(s, &byte, 1);
    if (e != NULL && e->kind != ERR_LIMIT)
        return e;
    while (e != NULL && !s->last)
        TRY(frame_in(s));
    *out = e != NULL && read(s->fd, &byte, 1) == 0;
    return NULL;
}
