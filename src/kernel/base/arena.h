/* arena.h: memory that ends with the work that asked for it.
 * A request, a job run and an imported row each own one arena; allocate from it and never free.
 * What must end with it (a file, a parser) is registered with arena_defer and run newest first. */
#ifndef QF_BASE_ARENA_H
#define QF_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define LIKE_PRINTF(f, a) __attribute__((format(printf, f, a)))

struct arena;

/* A new arena; owned. Never NULL: out of memory ends the process (a change is one transaction, nothing is half done).
 */
struct arena *arena_new(void);
void arena_free(struct arena *a);
/* Runs what was deferred and forgets all allocations, keeping one block for reuse. */
void arena_reset(struct arena *a);

/* Zeroed memory aligned for any type; arena. Never NULL. n is at most 1 GiB: sizes from outside meet a limit first. */
void *arena_alloc(struct arena *a, size_t n);
void *arena_room(struct arena *a, size_t n); /* the same, not zeroed: for what is written before it is read */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) LIKE_PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) LIKE_PRINTF(2, 0);

/* fn(p) runs when the arena ends or is reset, newest first. */
void arena_defer(struct arena *a, void (*fn)(void *p), void *p);

/* Bytes handed out so far: for limits and tests. */
size_t arena_used(const struct arena *a);

void arena_cleanup(struct arena **a);
/* An arena that ends at the brace: `arena_scope struct arena *a = arena_new();` */
#define arena_scope __attribute__((cleanup(arena_cleanup)))

#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (size_t)(n)))

#endif
