/* hash.c: see hash.h. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

static EVP_MD *sha256; /* fetched once, a fetch costs more than the digest */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

void hex_write(const void *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

void sha256_hex(const void *bytes, size_t n, char out[SHA256_HEX])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    pthread_once(&once, fetch);
    if (sha256 == NULL || EVP_Digest(bytes, n, md, NULL, sha256, NULL) != 1)
        abort();
    hex_write(md, 32, out);
}
