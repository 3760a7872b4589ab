/* totp.h: six-digit codes of an authenticator app (RFC 6238: HMAC-SHA-1, steps of 30 seconds). */
#ifndef QF_AUTH_TOTP_H
#define QF_AUTH_TOTP_H

#include <stdint.h>

#include "base/arena.h"

enum { TOTP_SECRET = 20, TOTP_TEXT = 33, TOTP_CODE = 7, TOTP_STEP_MS = 30000 };

/* The secret as people type it into an app: base32 without padding. */
void totp_text(const unsigned char secret[TOTP_SECRET], char out[TOTP_TEXT]);
void totp_code(const unsigned char secret[TOTP_SECRET], int64_t step, char out[TOTP_CODE]);
/* The step the code belongs to, one either side of now allowed and later than `used`; 0 when it is none of them.
 * Blanks in the code are skipped. */
int64_t totp_match(const unsigned char secret[TOTP_SECRET], const char *code, int64_t now_ms, int64_t used);
/* otpauth:// address for the QR; arena. */
char *totp_address(struct arena *a, const unsigned char secret[TOTP_SECRET], const char *issuer, const char *account);

#endif
