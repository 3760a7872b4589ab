/* seal.h: short secrets that the database holds but cannot read: AES-256-GCM with the key `seal` of the folder of keys
 * (base/keys.h). What is sealed for one place does not open in another. */
#ifndef QF_AUTH_SEAL_H
#define QF_AUTH_SEAL_H

#include "base/err.h"

/* place: where the text is kept, for example "auth.account 12 totp". out: printable text; arena. */
struct err *seal_close(struct arena *a, const char *place, const void *bytes, size_t n, char **out) MUST_USE;
/* ERR_FAULT when the key is another one, the text was changed or moved, or it does not hold n bytes. */
struct err *seal_open(struct arena *a, const char *place, const char *sealed, void *out, size_t n) MUST_USE;

#endif
