/* keys.h: secrets kept outside the database, each a named file of one folder (folder 0700, files 0600), so that a
 * copied database alone opens nothing. The folder stands beside a SQLite file as NAME.keys; with PostgreSQL it is named
 * by
 * --keys. A file or folder that others may read is refused rather than used. */
#ifndef QF_BASE_KEYS_H
#define QF_BASE_KEYS_H

#include <stddef.h>

#include "base/err.h"

/* Names the folder of this process: dir, or without it NAME.keys beside the file `url`. It is made when something is
 * first put there. Neither dir nor a file (PostgreSQL, ":memory:"): no folder, and what needs one is ERR_FAULT. Call
 * before threads start. */
void keys_use(const char *url, const char *dir);
const char *keys_dir(void); /* NULL: none */

/* The bytes of a named file, or NULL when there is none yet; arena, with a NUL behind them. */
struct err *keys_get(struct arena *a, const char *name, char **out, size_t *n_out) MUST_USE;
/* Writes it whole: afterwards it holds the old bytes or the new. */
struct err *keys_put(struct arena *a, const char *name, const void *bytes, size_t n) MUST_USE;
/* Writes behind its first `at` bytes and cuts what stood there: for a list that only grows. Whoever reads it passes
 * over an end that was cut off. */
struct err *keys_append(struct arena *a, const char *name, size_t at, const void *bytes, size_t n) MUST_USE;
/* n random bytes, made the first time; two processes that ask at once get the same. */
struct err *keys_secret(struct arena *a, const char *name, void *out, size_t n) MUST_USE;

#endif
