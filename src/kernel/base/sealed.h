/* sealed.h: a file that only a passphrase opens: deflated, then encrypted in frames (libsodium secretstream,
 * XChaCha20-Poly1305) under a key made of the passphrase by argon2id. Its head is readable without the passphrase and
 * cannot be changed unnoticed. The file appears under its name only when it is whole and on the disk. Bytes:
 * doc/retention.md. */
#ifndef QF_BASE_SEALED_H
#define QF_BASE_SEALED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { SEALED_PASS_LEAST = 12 }; /* bytes of a passphrase people choose */

struct sealed_head {
    int64_t made;   /* UTC ms */
    char until[11]; /* the day after which it is to be removed, ISO */
};

/* Begins PATH; what is written stands in PATH.part until sealed_close. ERR_CONFLICT when PATH exists. The arena owns
 * what is open: a file not closed is taken away with it. */
struct sealed_out;
struct err *sealed_create(struct arena *a, const char *path, const struct sealed_head *head, const char *pass,
                          struct sealed_out **out) MUST_USE;
struct err *sealed_write(struct sealed_out *s, const void *p, size_t n) MUST_USE;
struct err *sealed_close(struct sealed_out *s) MUST_USE; /* the end, the disk, the name */

/* Reads the head. ERR_INVALID when it is no such file or its head is damaged, ERR_CONFLICT when a newer program made
 * it, ERR_MISSING when there is none. */
struct sealed_in;
struct err *sealed_open(struct arena *a, const char *path, struct sealed_head *head, struct sealed_in **out) MUST_USE;
/* ERR_DENIED for another passphrase. */
struct err *sealed_unlock(struct sealed_in *s, const char *pass) MUST_USE;
/* Exactly n bytes; ERR_INVALID when the file was changed or cut off, ERR_LIMIT past its end. */
struct err *sealed_read(struct sealed_in *s, void *p, size_t n) MUST_USE;
struct err *sealed_at_end(struct sealed_in *s, bool *out) MUST_USE; /* whole: nothing behind, the last frame seen */

#endif
