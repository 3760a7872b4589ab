/* head.c: what the head of every page counts. The counts are kept for some seconds an account and office, so that a
 * page costs nothing more; whoever does something sees his own counted anew, what others did shows within those
 * seconds. */
#include <pthread.h>

#include "base/log.h"
#include "base/clock.h"
#include "web/inner.h"

enum { SLOTS = 1024, KEEP_US = 10000000 };

struct slot {
    int64_t account, office, until;
    struct web_head head;
};
struct heads {
    pthread_mutex_t lock;
    struct slot slots[SLOTS];
};

static void drop_lock(void *p)
{
    pthread_mutex_destroy(&((struct heads *)p)->lock);
}

struct heads *heads_new(struct arena *a)
{
    struct heads *h = arena_new_of(a, struct heads);
    pthread_mutex_init(&h->lock, NULL);
    arena_defer(a, drop_lock, h);
    return h;
}

static struct slot *slot_of(struct heads *h, const struct who *who)
{
    return &h->slots[((uint64_t)who->account * 31 + (uint64_t)who->office) % SLOTS];
}

void heads_forget(struct exchange *x)
{
    struct heads *h = x->rq.web->heads;
    if (x->rq.who == NULL)
        return;
    pthread_mutex_lock(&h->lock);
    slot_of(h, x->rq.who)->until = 0;
    pthread_mutex_unlock(&h->lock);
}

static bool kept(struct heads *h, const struct who *who, int64_t now, struct web_head *out)
{
    pthread_mutex_lock(&h->lock);
    const struct slot *s = slot_of(h, who);
    bool fits = s->until > now && s->account == who->account && s->office == who->office;
    if (fits)
        *out = s->head;
    pthread_mutex_unlock(&h->lock);
    return fits;
}

struct web_head heads_of(struct exchange *x)
{
    struct req *rq = &x->rq;
    struct heads *h = rq->web->heads;
    struct web_head head = {.desk = -1, .unread = -1};
    int64_t now = clock_mono_us();
    if (rq->web->c.head == NULL || rq->db == NULL || kept(h, rq->who, now, &head))
        return head;
    struct err *e = rq->web->c.head(rq, &head);
    if (e != NULL) { /* a page is worth more than a number in its head */
        log_line(LOG_WARN, "the head of a page: %s", e->detail);
        return (struct web_head){.desk = -1, .unread = -1};
    }
    pthread_mutex_lock(&h->lock);
    *slot_of(h, rq->who) = (struct slot){rq->who->account, rq->who->office, now + KEEP_US, head};
    pthread_mutex_unlock(&h->lock);
    return head;
}
