/* rate.c: see rate.h. A bucket is one number: when it will be full again; each taking moves it by one refill. */
#include "web/rate.h"

#include "base/clock.h"

static uint32_t slot_of(const char *key)
{
    uint32_t h = 2166136261u;
    for (; *key != '\0'; key++)
        h = (h ^ (unsigned char)*key) * 16777619u;
    return h % RATE_SLOTS;
}

bool rate_take(struct rate *r, const char *key, int *wait_seconds)
{
    int64_t *at = &r->slots[slot_of(key)].at, now = clock_mono_us() / 1000, room = (int64_t)r->most * r->refill_ms;
    int64_t was = __atomic_load_n(at, __ATOMIC_RELAXED), next;
    *wait_seconds = 0;
    do {
        next = (was > now ? was : now) + r->refill_ms;
        if (next > now + room) {
            *wait_seconds = (int)((next - now - room + 999) / 1000);
            return false;
        }
    } while (!__atomic_compare_exchange_n(at, &was, next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return true;
}
