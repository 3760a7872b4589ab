/* rate.h: how often something may be asked from one place. A bucket a key, kept in memory of this server: what a page
 * open to everybody asks before it does any work. Two keys that share a slot share its bucket; that only makes it
 * stricter. */
#ifndef QF_WEB_RATE_H
#define QF_WEB_RATE_H

#include <stdbool.h>
#include <stdint.h>

enum { RATE_SLOTS = 4096 };
struct rate {
    int most;      /* at once */
    int refill_ms; /* one more after this time */
    struct {
        int64_t at; /* ms of the monotonic clock by which the bucket is full again */
    } slots[RATE_SLOTS];
};
/* Takes one for this key. False: too often; *wait_seconds says how long. Any number of threads. */
bool rate_take(struct rate *r, const char *key, int *wait_seconds);

#endif
