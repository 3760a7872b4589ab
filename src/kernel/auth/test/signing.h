/* signing.h: for tests in which somebody signs: the same person in a session that has shown a second factor just now.
 */
#ifndef QF_AUTH_TEST_SIGNING_H
#define QF_AUTH_TEST_SIGNING_H

#include "base/clock.h"
#include "record/who.h"

static inline struct who signing(const struct who *who)
{
    struct who w = *who;
    w.session = "test";
    w.proved = clock_now_ms();
    w.second = true;
    return w;
}

#endif
