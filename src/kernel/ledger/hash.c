/* hash.c: SHA-256 or SM3, many short texts one after the other with one context. */
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "ledger/ledger.h"

struct ledger_hasher {
    EVP_MD_CTX *ctx;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256, *sm3; /* fetched once: looking an algorithm up costs more than hashing a row */

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    sm3 = EVP_MD_fetch(NULL, "SM3", NULL);
}

static void drop(void *p)
{
    EVP_MD_CTX_free(p);
}

struct ledger_hasher *ledger_hasher(struct arena *a, const char *name)
{
    pthread_once(&once, fetch);
    const EVP_MD *md = name == NULL                  ? NULL
                       : strcmp(name, "sha256") == 0 ? sha256
                       : strcmp(name, "sm3") == 0    ? sm3
                                                     : NULL;
    if (md == NULL)
        return NULL;
    struct ledger_hasher *h = arena_new_of(a, struct ledger_hasher);
    h->ctx = EVP_MD_CTX_new();
    if (h->ctx == NULL || EVP_DigestInit_ex2(h->ctx, md, NULL) != 1) {
        EVP_MD_CTX_free(h->ctx);
        return NULL;
    }
    arena_defer(a, drop, h->ctx);
    return h;
}

void ledger_digest(struct ledger_hasher *h, const void *p, size_t n, struct ledger_hash *out)
{
    EVP_DigestInit_ex2(h->ctx, NULL, NULL);
    EVP_DigestUpdate(h->ctx, p, n);
    EVP_DigestFinal_ex(h->ctx, out->b, NULL);
}

void ledger_leaf_hash(struct ledger_hasher *h, const void *leaf, size_t n, struct ledger_hash *out)
{
    EVP_DigestInit_ex2(h->ctx, NULL, NULL);
    EVP_DigestUpdate(h->ctx, "\0", 1);
    EVP_DigestUpdate(h->ctx, leaf, n);
    EVP_DigestFinal_ex(h->ctx, out->b, NULL);
}

void ledger_node_hash(struct ledger_hasher *h, const struct ledger_hash *l, const struct ledger_hash *r,
                      struct ledger_hash *out)
{
    uint8_t both[1 + 2 * LEDGER_HASH] = {1};
    memcpy(both + 1, l->b, LEDGER_HASH);
    memcpy(both + 1 + LEDGER_HASH, r->b, LEDGER_HASH);
    ledger_digest(h, both, sizeof both, out);
}
