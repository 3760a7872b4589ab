/* temp.c: see temp.h. */
#include "base/temp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

const char *temp_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder == NULL || *folder == '\0' ? "/tmp" : folder;
}

struct err *temp_open(struct arena *a, const char *folder, int *fd_out)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) { /* a file system that has no nameless files */
        char *path = arena_printf(a, "%s/qingfeng-XXXXXX", folder);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            unlink(path);
    }
    if (fd < 0)
        return err_disk(a, errno, arena_printf(a, "a temporary file in '%s'", folder));
    *fd_out = fd;
    return NULL;
}
