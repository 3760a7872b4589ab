/* memory.c: a file system in memory for ":memory:" databases. SQLite's own memory databases know no WAL: a reader would
 * stop the writer's commit, and tests in memory would meet locks that a database in a file never shows. This one holds
 * pages, WAL and its index, so that both behave alike. Files live as long as somebody has them open. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "db/driver.h"

enum { CHUNK = 1 << 16, SHM_LOCKS = SQLITE_SHM_NLOCK };

struct file {
    struct file *next;
    char *name; /* NULL: a temporary one */
    int opened;
    char **chunk;
    size_t n_chunks, chunks_cap;
    sqlite3_int64 size;
    int readers, writer; /* the locks of the old journal, taken for moments in WAL mode too */
    void **shm;
    int n_shm, shm_lock[SHM_LOCKS]; /* > 0 readers, -1 one alone */
};

struct handle {
    sqlite3_file base;
    struct file *f;
    int level;
    unsigned shared, alone; /* places of shm_lock this handle holds */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of everything here: it is held for a memcpy at most */
static struct file *files;
static sqlite3_vfs *real;

static struct handle *handle_of(sqlite3_file *base)
{
    return (struct handle *)base;
}

static struct file *find(const char *name)
{
    struct file *f = files;
    while (f != NULL && (f->name == NULL || strcmp(f->name, name) != 0))
        f = f->next;
    return f;
}

static void cut(struct file *f, sqlite3_int64 size)
{
    size_t keep = (size_t)((size + CHUNK - 1) / CHUNK);
    while (f->n_chunks > keep)
        free(f->chunk[--f->n_chunks]);
    if (size % CHUNK != 0 && f->n_chunks == keep) /* what comes behind reads as zero when the file grows again */
        memset(f->chunk[keep - 1] + size % CHUNK, 0, CHUNK - (size_t)(size % CHUNK));
    f->size = size;
}

static void drop(struct file *f)
{
    struct file **at = &files;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    cut(f, 0);
    for (int i = 0; i < f->n_shm; i++)
        free(f->shm[i]);
    free(f->shm);
    free(f->chunk);
    free(f->name);
    free(f);
}

static int mem_close(sqlite3_file *base)
{
    pthread_mutex_lock(&lock);
    struct file *f = handle_of(base)->f;
    if (--f->opened == 0)
        drop(f);
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_read(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
    struct file *f = handle_of(base)->f;
    pthread_mutex_lock(&lock);
    int have = at >= f->size ? 0 : f->size - at < n ? (int)(f->size - at) : n;
    for (int done = 0; done < have;) {
        size_t in = (size_t)((at + done) % CHUNK), part = CHUNK - in;
        if (part > (size_t)(have - done))
            part = (size_t)(have - done);
        memcpy((char *)out + done, f->chunk[(at + done) / CHUNK] + in, part);
        done += (int)part;
    }
    pthread_mutex_unlock(&lock);
    memset((char *)out + have, 0, (size_t)(n - have));
    return have == n ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static void extend(struct file *f, sqlite3_int64 size)
{
    size_t want = (size_t)((size + CHUNK - 1) / CHUNK);
    if (want > f->chunks_cap) {
        f->chunks_cap = want * 2;
        f->chunk = realloc(f->chunk, f->chunks_cap * sizeof *f->chunk);
        if (f->chunk == NULL)
            abort();
    }
    while (f->n_chunks < want)
        f->chunk[f->n_chunks++] = db_get(CHUNK);
    if (size > f->size)
        f->size = size;
}

static int mem_write(sqlite3_file *base, const void *p, int n, sqlite3_int64 at)
{
    struct file *f = handle_of(base)->f;
    pthread_mutex_lock(&lock);
    extend(f, at + n);
    for (int done = 0; done < n;) {
        size_t in = (size_t)((at + done) % CHUNK), part = CHUNK - in;
        if (part > (size_t)(n - done))
            part = (size_t)(n - done);
        memcpy(f->chunk[(at + done) / CHUNK] + in, (const char *)p + done, part);
        done += (int)part;
    }
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *f = handle_of(base)->f;
    pthread_mutex_lock(&lock);
    if (size < f->size)
        cut(f, size);
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_sync(sqlite3_file *base, int flags)
{
    (void)base;
    (void)flags;
    return SQLITE_OK;
}

static int mem_size(sqlite3_file *base, sqlite3_int64 *out)
{
    pthread_mutex_lock(&lock);
    *out = handle_of(base)->f->size;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

/* The levels of SQLite's file locks: many SHARED; one RESERVED or PENDING beside them; EXCLUSIVE alone. */
static int mem_lock(sqlite3_file *base, int level)
{
    struct handle *h = handle_of(base);
    struct file *f = h->f;
    if (level <= h->level)
        return SQLITE_OK;
    pthread_mutex_lock(&lock);
    bool mine = h->level > SQLITE_LOCK_SHARED;
    bool busy = level == SQLITE_LOCK_SHARED ? f->writer >= SQLITE_LOCK_PENDING
                : !mine && f->writer != 0   ? true
                                            : level == SQLITE_LOCK_EXCLUSIVE && f->readers > 1;
    if (!busy) {
        if (level == SQLITE_LOCK_SHARED)
            f->readers++;
        else
            f->writer = level;
        h->level = level;
    }
    pthread_mutex_unlock(&lock);
    return busy ? SQLITE_BUSY : SQLITE_OK;
}

static int mem_unlock(sqlite3_file *base, int level)
{
    struct handle *h = handle_of(base);
    if (level >= h->level)
        return SQLITE_OK;
    pthread_mutex_lock(&lock);
    if (h->level > SQLITE_LOCK_SHARED)
        h->f->writer = 0;
    if (level == SQLITE_LOCK_NONE)
        h->f->readers--;
    h->level = level;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_reserved(sqlite3_file *base, int *out)
{
    pthread_mutex_lock(&lock);
    *out = handle_of(base)->f->writer != 0;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_control(sqlite3_file *base, int op, void *arg)
{
    (void)base;
    (void)op;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int mem_sector(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

static int mem_traits(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_ATOMIC | SQLITE_IOCAP_SAFE_APPEND | SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int mem_shm_map(sqlite3_file *base, int i, int size, int make, void volatile **out)
{
    struct file *f = handle_of(base)->f;
    pthread_mutex_lock(&lock);
    if (i >= f->n_shm && make) {
        f->shm = realloc(f->shm, sizeof *f->shm * (size_t)(i + 1));
        if (f->shm == NULL)
            abort();
        while (f->n_shm <= i)
            f->shm[f->n_shm++] = db_get((size_t)size);
    }
    *out = i < f->n_shm ? f->shm[i] : NULL;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static bool shm_take(struct file *f, struct handle *h, int from, int n, bool share)
{
    unsigned mask = ((1u << n) - 1) << from;
    if (share) {
        if ((h->shared & mask) == 0) {
            if (f->shm_lock[from] < 0)
                return false;
            f->shm_lock[from]++;
            h->shared |= mask;
        }
        return true;
    }
    for (int i = from; i < from + n; i++)
        if ((h->alone & 1u << i) == 0 && f->shm_lock[i] != 0)
            return false;
    for (int i = from; i < from + n; i++)
        f->shm_lock[i] = -1;
    h->alone |= mask;
    return true;
}

static void shm_give(struct file *f, struct handle *h, int from, int n)
{
    for (int i = from; i < from + n; i++) {
        if (h->alone & 1u << i)
            f->shm_lock[i] = 0;
        else if (h->shared & 1u << i)
            f->shm_lock[i]--;
        h->alone &= ~(1u << i);
        h->shared &= ~(1u << i);
    }
}

static int mem_shm_lock(sqlite3_file *base, int from, int n, int flags)
{
    struct handle *h = handle_of(base);
    bool ok = true;
    pthread_mutex_lock(&lock);
    if (flags & SQLITE_SHM_UNLOCK)
        shm_give(h->f, h, from, n);
    else
        ok = shm_take(h->f, h, from, n, (flags & SQLITE_SHM_SHARED) != 0);
    pthread_mutex_unlock(&lock);
    return ok ? SQLITE_OK : SQLITE_BUSY;
}

static void mem_shm_barrier(sqlite3_file *base)
{
    (void)base;
    __sync_synchronize();
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

static int mem_shm_unmap(sqlite3_file *base, int discard)
{
    struct handle *h = handle_of(base);
    (void)discard; /* the regions go with the file */
    pthread_mutex_lock(&lock);
    shm_give(h->f, h, 0, SHM_LOCKS);
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {.iVersion = 2,
                                           .xClose = mem_close,
                                           .xRead = mem_read,
                                           .xWrite = mem_write,
                                           .xTruncate = mem_truncate,
                                           .xSync = mem_sync,
                                           .xFileSize = mem_size,
                                           .xLock = mem_lock,
                                           .xUnlock = mem_unlock,
                                           .xCheckReservedLock = mem_reserved,
                                           .xFileControl = mem_control,
                                           .xSectorSize = mem_sector,
                                           .xDeviceCharacteristics = mem_traits,
                                           .xShmMap = mem_shm_map,
                                           .xShmLock = mem_shm_lock,
                                           .xShmBarrier = mem_shm_barrier,
                                           .xShmUnmap = mem_shm_unmap};

static int mem_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *flags_out)
{
    (void)vfs;
    struct handle *h = handle_of(base);
    memset(h, 0, sizeof *h);
    pthread_mutex_lock(&lock);
    h->f = name == NULL ? NULL : find(name);
    if (h->f == NULL && (flags & SQLITE_OPEN_CREATE)) {
        h->f = db_get(sizeof *h->f);
        h->f->name = name == NULL ? NULL : db_copy(name);
        h->f->next = files;
        files = h->f;
    }
    if (h->f != NULL) {
        h->f->opened++;
        h->base.pMethods = &methods;
        if (flags_out != NULL)
            *flags_out = flags;
    }
    pthread_mutex_unlock(&lock);
    return h->f != NULL ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* A file that is still open loses its name and goes when it is closed. */
static int mem_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)sync;
    pthread_mutex_lock(&lock);
    struct file *f = find(name);
    if (f != NULL) {
        free(f->name);
        f->name = NULL;
    }
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    (void)flags;
    pthread_mutex_lock(&lock);
    *out = find(name) != NULL;
    pthread_mutex_unlock(&lock);
    return SQLITE_OK;
}

static int mem_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
    (void)vfs;
    sqlite3_snprintf(n, out, "%s", name);
    return SQLITE_OK;
}

static int mem_random(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    return real->xRandomness(real, n, out);
}

static int mem_sleep(sqlite3_vfs *vfs, int us)
{
    (void)vfs;
    return real->xSleep(real, us);
}

static int mem_time(sqlite3_vfs *vfs, double *out)
{
    (void)vfs;
    return real->xCurrentTime(real, out);
}

static int mem_last_error(sqlite3_vfs *vfs, int n, char *out)
{
    (void)vfs;
    (void)n;
    (void)out;
    return 0;
}

void memory_register(void)
{
    static sqlite3_vfs vfs = {.iVersion = 1,
                              .szOsFile = sizeof(struct handle),
                              .mxPathname = 512,
                              .zName = MEMORY_VFS,
                              .xOpen = mem_open,
                              .xDelete = mem_delete,
                              .xAccess = mem_access,
                              .xFullPathname = mem_path,
                              .xRandomness = mem_random,
                              .xSleep = mem_sleep,
                              .xCurrentTime = mem_time,
                              .xGetLastError = mem_last_error};
    real = sqlite3_vfs_find(NULL);
    sqlite3_vfs_register(&vfs, 0);
}
