/* seal.c: see seal.h. The text is the hex of nonce (12 bytes), ciphertext and tag (16). */
#include "auth/seal.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "base/keys.h"
#include "base/rand.h"

enum { KEY = 32, NONCE = 12, TAG = 16, MOST = 1024 };

struct err *seal_close(struct arena *a, const char *place, const void *bytes, size_t n, char **out)
{
    unsigned char key[KEY], all[NONCE + MOST + TAG];
    int got = 0;
    if (n > MOST)
        return ERR(a, ERR_FAULT, "%zu bytes are too many to seal", n);
    TRY(keys_secret(a, "seal", key, KEY));
    rand_bytes(all, NONCE);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool right = c != NULL && EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, all) == 1 &&
                 EVP_EncryptUpdate(c, NULL, &got, (const unsigned char *)place, (int)strlen(place)) == 1 &&
                 EVP_EncryptUpdate(c, all + NONCE, &got, bytes, (int)n) == 1 &&
                 EVP_EncryptFinal_ex(c, all + NONCE + n, &got) == 1 &&
                 EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, all + NONCE + n) == 1;
    EVP_CIPHER_CTX_free(c);
    OPENSSL_cleanse(key, KEY);
    if (!right)
        return ERR(a, ERR_FAULT, "AES-256-GCM did not seal '%s'", place);
    size_t whole = NONCE + n + TAG;
    char *text = arena_alloc(a, 2 * whole + 1);
    hex_write(all, whole, text);
    *out = text;
    return NULL;
}

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool from_hex(const char *s, unsigned char *out, size_t n)
{
    if (strlen(s) != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int hi = digit(s[2 * i]), lo = digit(s[2 * i + 1]);
        if (hi < 0 || lo < 0)
            return false;
        out[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

struct err *seal_open(struct arena *a, const char *place, const char *sealed, void *out, size_t n)
{
    unsigned char key[KEY], all[NONCE + MOST + TAG], plain[MOST + 16];
    int got = 0;
    if (n > MOST || !from_hex(sealed, all, NONCE + n + TAG))
        return ERR(a, ERR_FAULT, "what is sealed as '%s' has another form", place);
    TRY(keys_secret(a, "seal", key, KEY));
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool right = c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, all) == 1 &&
                 EVP_DecryptUpdate(c, NULL, &got, (const unsigned char *)place, (int)strlen(place)) == 1 &&
                 EVP_DecryptUpdate(c, plain, &got, all + NONCE, (int)n) == 1 &&
                 EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, all + NONCE + n) == 1 &&
                 EVP_DecryptFinal_ex(c, plain + n, &got) == 1;
    EVP_CIPHER_CTX_free(c);
    OPENSSL_cleanse(key, KEY);
    if (right)
        memcpy(out, plain, n);
    OPENSSL_cleanse(plain, sizeof plain);
    return right ? NULL
                 : ERR(a, ERR_FAULT, "'%s' does not open: the key in '%s' is another one, or the text was changed",
                       place, keys_dir() != NULL ? keys_dir() : "");
}
