/* limit.c: how often one address may do what needs no account. Counted in memory under a keyed hash that dies with the
 * process: nothing about who came is written anywhere. Each server of a database counts for itself. */
#include <pthread.h>
#include <string.h>

#include "auth/session.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/rand.h"
#include "web/web.h"

enum { SLOTS = 4096, PROBES = 8, KEY = 17, ALL = 50 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char secret[33];
static struct slot {
    char key[KEY];
    int64_t begun;
    int n;
} slots[SLOTS];

static void key_of(struct arena *a, const char *what, const char *address, char out[KEY])
{
    char digest[SHA256_HEX];
    const char *text = arena_printf(a, "%s %s %s", secret, what, address);
    sha256_hex(text, strlen(text), digest);
    memcpy(out, digest, KEY - 1);
    out[KEY - 1] = '\0';
}

/* Its own slot, else one whose time is over, else the oldest of the few it may have. */
static struct slot *slot_of(const char key[KEY], int64_t now, int64_t window)
{
    size_t at = 0;
    struct slot *best = NULL;
    for (int i = 0; i < 4; i++)
        at = at * 31 + (unsigned char)key[i] * 7u + (unsigned char)key[i + 4];
    for (int i = 0; i < PROBES; i++) {
        struct slot *s = &slots[(at + (size_t)i) % SLOTS];
        if (strcmp(s->key, key) == 0) {
            best = s;
            break;
        }
        if (best == NULL || s->begun < best->begun)
            best = s;
    }
    if (strcmp(best->key, key) != 0 || now - best->begun > window) {
        memcpy(best->key, key, KEY);
        best->begun = now;
        best->n = 0;
    }
    return best;
}

struct err *req_limit(struct req *rq, const char *what, int most, int minutes)
{
    const char *who[] = {throttle_network(rq->arena, req_peer(rq)), ""};
    const int mosts[] = {most, most * ALL};
    int64_t now = clock_now_ms(), window = (int64_t)minutes * 60000;
    bool over = false;
    pthread_mutex_lock(&lock);
    if (*secret == '\0')
        rand_hex(secret, 16);
    for (int i = 0; i < 2; i++) {
        char key[KEY];
        key_of(rq->arena, what, who[i], key);
        struct slot *s = slot_of(key, now, window);
        over = over || s->n >= mosts[i];
        s->n += !over;
    }
    pthread_mutex_unlock(&lock);
    if (!over)
        return NULL;
    return err_say(ERR(rq->arena, ERR_LIMIT, "%s more than %d times in %d minutes", what, most, minutes),
                   "web.too_often", "n", arena_printf(rq->arena, "%d", minutes), NULL);
}
