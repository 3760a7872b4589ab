/* json_memory.c: memory for jansson's values. A page of fifty rows makes and drops a thousand small pieces, which is
 * most of its cost with the C library's malloc once several threads do it. Here each thread keeps the pieces it got
 * back, by size, up to a limit. Set before main runs, because a value must go back to where it came from. */
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "view/view.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLAIN_MALLOC 1 /* the sanitizers should see every piece */
#else
#define PLAIN_MALLOC 0
#endif

enum { STEP = 16, CLASSES = 16, KEPT_MOST = 1 << 20 /* bytes a thread keeps */ };

/* Before each piece: its class, or CLASSES for what is too large to keep. */
struct piece {
    _Alignas(STEP) size_t class;
    struct piece *next; /* while kept */
};

static _Thread_local struct {
    struct piece *free[CLASSES];
    size_t bytes;
    int watched;
} kept;

static pthread_key_t thread_end;

static void drop_kept(void *p)
{
    (void)p;
    for (int c = 0; c < CLASSES; c++)
        while (kept.free[c] != NULL) {
            struct piece *piece = kept.free[c];
            kept.free[c] = piece->next;
            free(piece);
        }
    kept.bytes = 0;
    kept.watched = 0;
}

static void *take(size_t n)
{
    size_t class = n == 0 ? 0 : (n - 1) / STEP;
    struct piece *piece;
    if (class < CLASSES && (piece = kept.free[class]) != NULL) {
        kept.free[class] = piece->next;
        kept.bytes -= (class + 1) * STEP;
        return piece + 1;
    }
    piece = malloc(sizeof *piece + (class < CLASSES ? (class + 1) * STEP : n));
    if (piece == NULL)
        return NULL;
    piece->class = class < CLASSES ? class : CLASSES;
    return piece + 1;
}

static void give(void *p)
{
    if (p == NULL)
        return;
    struct piece *piece = (struct piece *)p - 1;
    size_t class = piece->class;
    if (class == CLASSES || kept.bytes >= KEPT_MOST) {
        free(piece);
        return;
    }
    if (!kept.watched) {
        kept.watched = 1;
        pthread_setspecific(thread_end, &kept);
    }
    piece->next = kept.free[class];
    kept.free[class] = piece;
    kept.bytes += (class + 1) * STEP;
}

__attribute__((constructor)) static void set_memory(void)
{
    if (PLAIN_MALLOC)
        return;
    pthread_key_create(&thread_end, drop_kept);
    json_set_alloc_funcs(take, give);
}

/* view_init calls this for the linker to take the file in. */
size_t view_json_kept(void)
{
    return kept.bytes;
}
