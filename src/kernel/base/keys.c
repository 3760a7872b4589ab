/* keys.c: see keys.h. */
#include "base/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rand.h"

enum { MOST = 1 << 28 }; /* bytes of one file */

static char folder[PATH_MAX];

void keys_use(const char *url, const char *dir)
{
    bool file = url != NULL && strcmp(url, ":memory:") != 0 && strstr(url, "://") == NULL;
    int n = dir != NULL ? snprintf(folder, sizeof folder, "%s", dir)
            : file      ? snprintf(folder, sizeof folder, "%s.keys", url)
                        : 0;
    if (n <= 0 || n >= (int)sizeof folder)
        folder[0] = '\0';
}

const char *keys_dir(void)
{
    return folder[0] != '\0' ? folder : NULL;
}

static struct err *path_of(struct arena *a, const char *name, char **out)
{
    if (keys_dir() == NULL)
        return ERR(a, ERR_FAULT, "'%s' has no folder of keys; name one with --keys DIR", name);
    *out = arena_printf(a, "%s/%s", folder, name);
    return NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define fd_scope __attribute__((cleanup(close_fd)))

static struct err *only_ours(struct arena *a, const char *path, const struct stat *st)
{
    if ((st->st_mode & 077) != 0)
        return ERR(a, ERR_FAULT, "others may read '%s' (mode %o); take that away with chmod go=", path,
                   (unsigned)st->st_mode & 0777);
    return NULL;
}

static struct err *folder_make(struct arena *a)
{
    struct stat st;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return ERR(a, ERR_FAULT, "the folder '%s': %s", folder, strerror(errno));
    if (stat(folder, &st) != 0)
        return ERR(a, ERR_FAULT, "the folder '%s': %s", folder, strerror(errno));
    return only_ours(a, folder, &st);
}

struct err *keys_get(struct arena *a, const char *name, char **out, size_t *n_out)
{
    char *path = NULL;
    TRY(path_of(a, name, &path));
    fd_scope int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    if (fd < 0 && errno == ENOENT) {
        *out = NULL;
        *n_out = 0;
        return NULL;
    }
    if (fd < 0 || fstat(fd, &st) != 0)
        return ERR(a, ERR_FAULT, "'%s': %s", path, strerror(errno));
    TRY(only_ours(a, path, &st));
    if (st.st_size > MOST)
        return ERR(a, ERR_FAULT, "'%s' is over %d bytes", path, MOST);
    char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
    size_t n = 0;
    for (ssize_t got; n < (size_t)st.st_size; n += (size_t)got)
        if ((got = read(fd, bytes + n, (size_t)st.st_size - n)) <= 0)
            return ERR(a, ERR_FAULT, "'%s' cannot be read to its end", path);
    bytes[n] = '\0';
    *out = bytes;
    *n_out = n;
    return NULL;
}

static struct err *write_new(struct arena *a, const char *path, const void *bytes, size_t n)
{
    fd_scope int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return ERR(a, ERR_FAULT, "'%s': %s", path, strerror(errno));
    if (write(fd, bytes, n) != (ssize_t)n || fsync(fd) != 0) {
        unlink(path);
        return ERR(a, ERR_FAULT, "'%s' was not written: %s", path, strerror(errno));
    }
    return NULL;
}

/* The name in the folder is on the disk too. */
static void folder_sync(void)
{
    fd_scope int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        fsync(fd);
}

static struct err *put(struct arena *a, const char *name, const void *bytes, size_t n, bool replace)
{
    char *path = NULL, mark[17];
    TRY(path_of(a, name, &path));
    TRY(folder_make(a));
    rand_hex(mark, 8);
    char *fresh = arena_printf(a, "%s.%s", path, mark);
    TRY(write_new(a, fresh, bytes, n));
    bool placed = replace ? rename(fresh, path) == 0 : link(fresh, path) == 0 || errno == EEXIST;
    int why = errno;
    if (!placed || !replace)
        unlink(fresh);
    if (!placed)
        return ERR(a, ERR_FAULT, "'%s': %s", path, strerror(why));
    folder_sync();
    return NULL;
}

struct err *keys_put(struct arena *a, const char *name, const void *bytes, size_t n)
{
    return put(a, name, bytes, n, true);
}

struct err *keys_append(struct arena *a, const char *name, size_t at, const void *bytes, size_t n)
{
    char *path = NULL;
    struct stat st;
    TRY(path_of(a, name, &path));
    TRY(folder_make(a));
    fd_scope int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fstat(fd, &st) != 0)
        return ERR(a, ERR_FAULT, "'%s': %s", path, strerror(errno));
    TRY(only_ours(a, path, &st));
    if (ftruncate(fd, (off_t)at) != 0 || pwrite(fd, bytes, n, (off_t)at) != (ssize_t)n || fsync(fd) != 0)
        return err_disk(a, errno, path);
    folder_sync();
    return NULL;
}

struct err *keys_secret(struct arena *a, const char *name, void *out, size_t n)
{
    char *bytes;
    size_t had;
    TRY(keys_get(a, name, &bytes, &had));
    if (bytes == NULL) {
        bytes = arena_alloc(a, n);
        rand_bytes(bytes, n);
        TRY(put(a, name, bytes, n, false));
        TRY(keys_get(a, name, &bytes, &had)); /* another process may have been first */
    }
    if (bytes == NULL || had != n)
        return ERR(a, ERR_FAULT, "the key '%s' has %zu bytes, not %zu", name, had, n);
    memcpy(out, bytes, n);
    return NULL;
}
