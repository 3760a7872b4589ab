/* rand.h: chance. rand_bytes is the system's; struct rng is a seeded sequence (xoshiro256**, Blackman and Vigna) for
 * demo data and property tests, equal on every machine. */
#ifndef QF_BASE_RAND_H
#define QF_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *out, size_t n);
/* n random bytes as 2n lower-case hex digits and a NUL. */
void rand_hex(char *out, size_t n);

struct rng {
    uint64_t s[4];
};
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
int rng_below(struct rng *r, int n);          /* 0 .. n-1; n > 0 */
int rng_range(struct rng *r, int lo, int hi); /* lo .. hi */
int rng_chance(struct rng *r, int per_mille); /* true in per_mille of 1000 */

#endif
