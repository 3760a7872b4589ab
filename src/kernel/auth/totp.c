/* totp.c: see totp.h. */
#include "auth/totp.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void totp_text(const unsigned char secret[TOTP_SECRET], char out[TOTP_TEXT])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    for (int i = 0; i < TOTP_SECRET * 8 / 5; i++) {
        int bit = i * 5, at = bit / 8;
        unsigned two = (unsigned)secret[at] << 8 | (at + 1 < TOTP_SECRET ? secret[at + 1] : 0);
        out[i] = letters[two >> (11 - bit % 8) & 31];
    }
    out[TOTP_TEXT - 1] = '\0';
}

void totp_code(const unsigned char secret[TOTP_SECRET], int64_t step, char out[TOTP_CODE])
{
    unsigned char message[8], md[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 0; i < 8; i++)
        message[i] = (unsigned char)(step >> (56 - 8 * i));
    if (HMAC(EVP_sha1(), secret, TOTP_SECRET, message, sizeof message, md, &n) == NULL || n != 20)
        abort(); /* a code that is always the same would open everything */
    int at = md[19] & 15;
    uint32_t number =
        (uint32_t)(md[at] & 0x7f) << 24 | (uint32_t)md[at + 1] << 16 | (uint32_t)md[at + 2] << 8 | md[at + 3];
    snprintf(out, TOTP_CODE, "%06u", number % 1000000);
}

int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code, int64_t now_ms, int64_t used)
{
    char typed[TOTP_CODE];
    int n = 0;
    for (; *code != '\0'; code++)
        if (*code != ' ') {
            if (*code < '0' || *code > '9' || n == TOTP_CODE - 1)
                return 0;
            typed[n++] = *code;
        }
    if (n != TOTP_CODE - 1)
        return 0;
    int64_t now = now_ms / TOTP_STEP_MS, found = 0;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        char right[TOTP_CODE];
        totp_code(secret, step, right);
        if (CRYPTO_memcmp(typed, right, TOTP_CODE - 1) == 0 && step > used && found == 0)
            found = step;
    }
    return found;
}

static void encode(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._", *s) != NULL)
            buf_putc(b, *s);
        else
            buf_printf(b, "%%%02X", (unsigned char)*s);
}

char *totp_address(struct arena *a, const unsigned char secret[TOTP_SECRET], const char *issuer, const char *account)
{
    char text[TOTP_TEXT];
    totp_text(secret, text);
    struct buf b = BUF(a);
    buf_puts(&b, "otpauth://totp/");
    encode(&b, issuer);
    buf_putc(&b, ':');
    encode(&b, account);
    buf_printf(&b, "?secret=%s&issuer=", text);
    encode(&b, issuer);
    return buf_str(&b);
}
