/* sink.c: where the bytes of tables go. A file appears under its name only when all of it is on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doc/table.h"

static struct err *write_fd(void *p, struct arena *a, const void *bytes, size_t n)
{
    const char *s = bytes;
    while (n > 0) {
        ssize_t w = write(*(const int *)p, s, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return err_disk(a, errno, "cannot write");
        s += w;
        n -= (size_t)w;
    }
    return NULL;
}

struct doc_sink doc_sink_fd(const int *fd)
{
    return (struct doc_sink){.write = write_fd, .p = (void *)(uintptr_t)fd};
}

struct file {
    int fd; /* first: a sink of an fd */
    const char *path, *part;
};

static void give_up(void *p)
{
    struct file *f = p;
    if (f->fd >= 0)
        close(f->fd);
    if (f->part != NULL)
        unlink(f->part);
    f->fd = -1;
    f->part = NULL;
}

static struct err *cannot(struct arena *a, const char *path)
{
    struct err *e = err_disk(a, errno, path);
    if (e->kind == ERR_FAULT) /* the name given was wrong */
        e->kind = ERR_INVALID;
    return e;
}

struct err *doc_sink_file(struct arena *a, const char *path, struct doc_sink *out)
{
    char real[PATH_MAX];
    struct stat st;
    bool there = stat(path, &st) == 0, plain = !there || S_ISREG(st.st_mode);
    if (there && realpath(path, real) != NULL) /* a link goes on pointing to it */
        path = arena_strdup(a, real);
    struct file *f = arena_new_of(a, struct file);
    *f = (struct file){.fd = -1, .path = path};
    const char *part = arena_printf(a, "%s.%d.part", path, (int)getpid());
    f->fd = open(plain ? part : path,
                 plain ? O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC : O_WRONLY | O_CLOEXEC, 0666);
    if (f->fd < 0)
        return cannot(a, path);
    f->part = plain ? part : NULL;
    arena_defer(a, give_up, f);
    if (there && plain && fchmod(f->fd, st.st_mode & 07777) != 0)
        return cannot(a, path);
    *out = doc_sink_fd(&f->fd);
    return NULL;
}

struct err *doc_sink_keep(struct arena *a, const struct doc_sink *file)
{
    struct file *f = file->p;
    int fd = f->fd;
    bool synced = f->part == NULL || fsync(fd) == 0;
    f->fd = -1;
    if (!synced || close(fd) != 0 || (f->part != NULL && rename(f->part, f->path) != 0)) {
        struct err *e = err_disk(a, errno, f->path);
        if (!synced)
            close(fd);
        return e;
    }
    f->part = NULL;
    return NULL;
}
