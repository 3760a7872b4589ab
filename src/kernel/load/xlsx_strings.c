/* xlsx_strings.c: shared strings as length and bytes one after the other, every 16th with its place noted. Past 16 MiB
 * the bytes go to a file without a name, read back through a megabyte of pages; so a million strings cost no memory. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temp.h"
#include "base/vec.h"
#include "load/xlsx.h"

enum { EVERY = 16, MEMORY_MOST = 16 << 20, PAGE = 16 << 10, PAGES = 64, FLUSH = 256 << 10 };
#define BYTES_MOST ((uint64_t)4 << 30)

struct xlsx_strings {
    struct arena *arena;
    char *mem; /* everything, or what is not yet in the file */
    size_t n_mem, cap;
    uint64_t in_file; /* bytes written */
    uint64_t count;
    VEC(uint64_t) places;
    int fd;
    char *pages;
    uint64_t page_of[PAGES]; /* 1 + number of the page held */
};

static void release(void *p)
{
    struct xlsx_strings *s = p;
    free(s->mem);
    free(s->pages);
    if (s->fd >= 0)
        close(s->fd);
}

struct xlsx_strings *xlsx_strings_new(struct arena *a)
{
    struct xlsx_strings *s = arena_new_of(a, struct xlsx_strings);
    *s = (struct xlsx_strings){.arena = a, .fd = -1};
    arena_defer(a, release, s);
    return s;
}

uint64_t xlsx_strings_count(const struct xlsx_strings *s)
{
    return s->count;
}

static struct err *flush(struct xlsx_strings *s)
{
    if (s->fd < 0) {
        TRY(temp_open(s->arena, temp_folder(), &s->fd));
        s->pages = malloc((size_t)PAGE * PAGES);
        if (s->pages == NULL)
            abort();
    }
    for (size_t done = 0; done < s->n_mem;) {
        ssize_t w = write(s->fd, s->mem + done, s->n_mem - done);
        if (w < 0 && errno == EINTR)
            continue;
        if (w < 0)
            return err_disk(s->arena, errno, "a temporary file");
        done += (size_t)w;
    }
    s->in_file += s->n_mem;
    s->n_mem = 0;
    return NULL;
}

static void room(struct xlsx_strings *s, size_t n)
{
    if (s->n_mem + n <= s->cap)
        return;
    size_t cap = s->cap < 65536 ? 65536 : s->cap + s->cap / 2;
    while (cap < s->n_mem + n)
        cap += cap / 2;
    s->mem = realloc(s->mem, cap);
    if (s->mem == NULL)
        abort();
    s->cap = cap;
}

struct err *xlsx_strings_add(struct xlsx_strings *s, const char *text, size_t n)
{
    if (s->in_file + s->n_mem + n > BYTES_MOST)
        return err_say(ERR(s->arena, ERR_LIMIT, "shared strings of over 4 GiB"), "load.too_big", "limit", "4294967296",
                       NULL);
    if (s->count++ % EVERY == 0)
        *VEC_PUSH(&s->places, s->arena) = s->in_file + s->n_mem;
    room(s, n + 10);
    size_t left = n;
    do { /* the length, seven bits a byte */
        s->mem[s->n_mem++] = (char)((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
        left >>= 7;
    } while (left > 0);
    if (n > 0)
        memcpy(s->mem + s->n_mem, text, n);
    s->n_mem += n;
    if (s->n_mem > (s->fd < 0 ? MEMORY_MOST : FLUSH))
        return flush(s);
    return NULL;
}

/* A pointer to bytes at a place and how many can be read there. */
static struct err *look(struct xlsx_strings *s, uint64_t at, const char **p, size_t *n)
{
    if (at >= s->in_file) {
        *p = s->mem + (at - s->in_file);
        *n = s->n_mem - (size_t)(at - s->in_file);
        return NULL;
    }
    uint64_t page = at / PAGE;
    size_t slot = (size_t)(page % PAGES), within = (size_t)(at % PAGE);
    char *bytes = s->pages + slot * PAGE;
    uint64_t left = s->in_file - page * PAGE;
    size_t have = left < PAGE ? (size_t)left : PAGE;
    if (s->page_of[slot] != page + 1) {
        s->page_of[slot] = 0;
        for (size_t got = 0; got < have;) {
            ssize_t r = pread(s->fd, bytes + got, have - got, (off_t)(page * PAGE + got));
            if (r < 0 && errno == EINTR)
                continue;
            if (r <= 0)
                return ERR(s->arena, ERR_FAULT, "a temporary file: %s", r < 0 ? strerror(errno) : "cut off");
            got += (size_t)r;
        }
        if (have == PAGE) /* the last page may still grow */
            s->page_of[slot] = page + 1;
    }
    *p = bytes + within;
    *n = have - within;
    return NULL;
}

static struct err *read_length(struct xlsx_strings *s, uint64_t *at, size_t *length)
{
    *length = 0;
    const char *p = NULL;
    size_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (n == 0)
            TRY(look(s, *at, &p, &n));
        unsigned char c = (unsigned char)*p++;
        n--;
        ++*at;
        *length |= (size_t)(c & 0x7F) << shift;
        if (c < 0x80)
            break;
    }
    return NULL;
}

struct err *xlsx_strings_get(struct xlsx_strings *s, uint64_t i, struct buf *out, bool *found)
{
    *found = i < s->count;
    if (!*found)
        return NULL;
    uint64_t at = s->places.p[i / EVERY];
    size_t length;
    for (uint64_t k = 0; k < i % EVERY; k++) {
        TRY(read_length(s, &at, &length));
        at += length;
    }
    TRY(read_length(s, &at, &length));
    while (length > 0) {
        const char *p;
        size_t n;
        TRY(look(s, at, &p, &n));
        if (n > length)
            n = length;
        buf_add(out, p, n);
        at += n;
        length -= n;
    }
    return NULL;
}
