/* arena.c: blocks that double up to a megabyte. Under AddressSanitizer each allocation is a malloc of its own, so that
 * an overrun of one is seen. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ONE_MALLOC_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_MALLOC_EACH 1
#endif
#endif
#ifndef ONE_MALLOC_EACH
#define ONE_MALLOC_EACH 0
#endif

enum { BLOCK_FIRST = 4096, BLOCK_MOST = 1 << 20, ALIGN = 16 };

struct block {
    struct block *next;
    size_t size, used;
    max_align_t bytes[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *p;
};

struct arena {
    struct block *blocks;
    struct deferred *deferred;
    size_t used, next_size;
};

static void *get(size_t n)
{
    void *p = malloc(n);
    if (p == NULL) {
        fputs("qingfeng: out of memory\n", stderr);
        abort();
    }
    return p;
}

struct arena *arena_new(void)
{
    struct arena *a = get(sizeof *a);
    *a = (struct arena){.next_size = BLOCK_FIRST};
    return a;
}

static struct block *block_new(size_t size)
{
    struct block *b = get(sizeof *b + size);
    *b = (struct block){.size = size};
    return b;
}

void *arena_room(struct arena *a, size_t n)
{
    n = n == 0 ? ALIGN : (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (n > ((size_t)1 << 30)) {
        fputs("qingfeng: a request for over 1 GiB of memory\n", stderr);
        abort();
    }
    a->used += n;
    struct block *b = a->blocks;
    if (ONE_MALLOC_EACH || b == NULL || b->size - b->used < n) {
        size_t size = ONE_MALLOC_EACH || n > a->next_size ? n : a->next_size;
        struct block *fresh = block_new(size);
        if (!ONE_MALLOC_EACH && a->next_size < BLOCK_MOST)
            a->next_size *= 2;
        if (b != NULL && size == n && b->size - b->used > n / 2) {
            fresh->next = b->next; /* keep filling the roomier block */
            b->next = fresh;
        } else {
            fresh->next = b;
            a->blocks = fresh;
        }
        b = fresh;
    }
    void *p = (char *)b->bytes + b->used;
    b->used += n;
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    return memset(arena_room(a, n), 0, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p = arena_room(a, n + 1);
    memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
    char small[512];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n < 0)
        n = 0, small[0] = '\0';
    char *p;
    if ((size_t)n < sizeof small) {
        p = arena_strndup(a, small, (size_t)n);
    } else {
        p = arena_alloc(a, (size_t)n + 1);
        vsnprintf(p, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = arena_new_of(a, struct deferred);
    *d = (struct deferred){.next = a->deferred, .fn = fn, .p = p};
    a->deferred = d;
}

static void run_deferred(struct arena *a)
{
    while (a->deferred != NULL) {
        struct deferred *d = a->deferred;
        a->deferred = d->next;
        d->fn(d->p);
    }
}

void arena_reset(struct arena *a)
{
    run_deferred(a);
    struct block *keep = NULL;
    for (struct block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        if (!ONE_MALLOC_EACH && keep == NULL && b->size <= BLOCK_MOST) {
            keep = b;
            keep->used = 0;
        } else {
            free(b);
        }
    }
    if (keep != NULL)
        keep->next = NULL;
    a->blocks = keep;
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    run_deferred(a);
    for (struct block *b = a->blocks, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void arena_cleanup(struct arena **a)
{
    arena_free(*a);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
