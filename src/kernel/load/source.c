/* source.c: see source.h. */
#include "load/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(void *p)
{
    close(*(int *)p);
}

struct err *load_source_open(struct arena *a, const char *path, struct load_source *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR(a, errno == ENOENT ? ERR_MISSING : ERR_INVALID, "%s: %s", path, strerror(errno));
    int *kept = arena_new_of(a, int);
    *kept = fd;
    arena_defer(a, close_fd, kept);
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR(a, ERR_INVALID, "%s: not a plain file", path);
    *out = (struct load_source){.path = path, .fd = fd, .size = (uint64_t)st.st_size};
    return NULL;
}

struct load_source load_source_bytes(const void *bytes, size_t n)
{
    return (struct load_source){.bytes = bytes, .fd = -1, .size = n};
}

struct err *load_source_read(const struct load_source *s, struct arena *a, uint64_t from, void *buf, size_t n,
                             size_t *got)
{
    *got = 0;
    if (from >= s->size)
        return NULL;
    if (n > s->size - from)
        n = (size_t)(s->size - from);
    if (s->fd < 0) {
        memcpy(buf, s->bytes + from, n);
        *got = n;
        return NULL;
    }
    ssize_t r;
    do
        r = pread(s->fd, buf, n, (off_t)from);
    while (r < 0 && errno == EINTR);
    if (r < 0)
        return ERR(a, ERR_FAULT, "%s: %s", s->path, strerror(errno));
    *got = (size_t)r;
    return NULL;
}
