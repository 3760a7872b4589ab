/* password.c: argon2id with 19 MiB and two passes (OWASP's second choice of parameters), made passwords. */
#include "auth/auth.h"

#include <argon2.h>
#include <string.h>

#include "base/rand.h"

enum { PASSES = 2, MEMORY_KIB = 19456, LANES = 1, SALT = 16, HASH = 32 };

struct err *password_hash(struct arena *a, const char *password, char **out)
{
    unsigned char salt[SALT];
    rand_bytes(salt, sizeof salt);
    size_t n = argon2_encodedlen(PASSES, MEMORY_KIB, LANES, SALT, HASH, Argon2_id);
    char *text = arena_alloc(a, n);
    int rc = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, strlen(password), salt, SALT, HASH, text, n);
    if (rc != ARGON2_OK)
        return ERR(a, ERR_FAULT, "argon2id: %s", argon2_error_message(rc));
    *out = text;
    return NULL;
}

bool password_right(const char *encoded, const char *password)
{
    return argon2id_verify(encoded, password, strlen(password)) == ARGON2_OK;
}

char *password_make(struct arena *a)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* 31, no i l o 0 1 */
    char *out = arena_alloc(a, 32), *p = out;
    for (int i = 0; i < 24;) {
        unsigned char byte;
        rand_bytes(&byte, 1);
        if (byte >= 31 * 8)
            continue; /* keeps every letter equally likely */
        if (i > 0 && i % 4 == 0)
            *p++ = '-';
        *p++ = letters[byte % 31];
        i++;
    }
    return out;
}
