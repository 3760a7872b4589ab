/* hash.h: SHA-256 and hexadecimal, of which many folders need a little. (The log's own hashing: ledger/ledger.h.) */
#ifndef QF_BASE_HASH_H
#define QF_BASE_HASH_H

#include <stddef.h>

/* n bytes as 2n lower-case digits and a NUL. */
void hex_write(const void *bytes, size_t n, char *out);
enum { SHA256_HEX = 65 };
/* Ends the process where the library gives no digest: one that is always the same would guard nothing. */
void sha256_hex(const void *bytes, size_t n, char out[SHA256_HEX]);

#endif
