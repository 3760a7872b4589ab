/* access.c: writes the log of reads. Requests that wait together share a commit: one of them writes for all, each row
 * as a change of its own under the reader's name. */
#include "auth/access.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

enum { TOGETHER = 64 };

/* One request that waits; lives on its thread's stack. */
struct waiter {
    const struct who *who;
    const struct access *x;
    bool done;
    enum err_kind kind;
    char failed[300]; /* "": written */
    struct waiter *next;
};
/* The queue of one database. */
struct queue {
    const struct db_pool *pool;
    bool writing;
    struct waiter *first, **last;
    struct queue *next;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t written = PTHREAD_COND_INITIALIZER;
static struct queue *queues;

static struct queue *queue_of(const struct db_pool *pool)
{
    struct queue *q = queues;
    while (q != NULL && q->pool != pool)
        q = q->next;
    if (q != NULL)
        return q;
    q = calloc(1, sizeof *q); /* lives as long as the program */
    if (q == NULL)
        abort();
    *q = (struct queue){.pool = pool, .next = queues};
    q->last = &q->first;
    queues = q;
    return q;
}

static const char *const kinds[] = {"read", "search", "export", "print", "run", "reason"};
static const char *const grounds[] = {"routine", "matter", "reason", "console"};

/* At most so many characters, on one line. */
static const char *cut(struct arena *a, const char *s, size_t most)
{
    if (s == NULL)
        return NULL;
    struct buf b = BUF(a);
    for (size_t n = 0; *s != '\0' && n < most; n++) {
        int used, c = utf8_get(s, SIZE_MAX, &used);
        if (c < 0x20 || c == 0x7f || utf8_line_end(c) || utf8_hidden(c))
            buf_putc(&b, ' ');
        else
            buf_add(&b, s, (size_t)used);
        s += used;
    }
    return b.n == 0 ? NULL : buf_str(&b);
}

static void set_number(struct arena *a, struct row *r, const char *field, int64_t n)
{
    if (n != 0)
        row_set_int(a, r, field, n);
}

static struct err *save(struct change *c, const struct record *rec, const struct waiter *w)
{
    struct arena *a = c->tx.arena;
    const struct access *x = w->x;
    struct row *r = row_new(a, rec);
    row_set_int(a, r, "at", c->at);
    set_number(a, r, "account", w->who->account);
    row_set(r, "role", w->who->role);
    set_number(a, r, "office", w->who->office);
    if (x->member != 0 && who_barred(w->who, x->member))
        row_set(r, "relative", "1");
    row_set(r, "kind", kinds[x->kind]);
    row_set(r, "ground", grounds[x->ground]);
    set_number(a, r, "member", x->member);
    row_set(r, "record", x->record);
    set_number(a, r, "row", x->row);
    set_number(a, r, "shown_rev", x->rev);
    set_number(a, r, "seq", x->seq);
    set_number(a, r, "n", x->n);
    row_set(r, "reason", cut(a, x->reason, ACCESS_REASON_MOST));
    row_set(r, "asked", cut(a, x->asked, 400));
    row_set(r, "client", cut(a, x->client, 64));
    return record_save(c, rec, r, 0);
}

/* Who only reads is told on all the same, wherever his scope ends. */
static struct who *writer(struct arena *a, const struct who *who)
{
    struct who *w = arena_new_of(a, struct who);
    *w = *who;
    w->readonly = false;
    w->scope = (struct scope)SCOPE_ALL;
    return w;
}

static struct err *write_all(struct db *db, struct arena *a, const struct record *rec, struct waiter *first)
{
    change_scope struct change c = {0};
    for (struct waiter *w = first; w != NULL; w = w->next) {
        if (w == first)
            TRY(change_begin(db, a, writer(a, w->who), NULL, &c));
        else
            TRY(change_next_by(&c, writer(a, w->who), NULL));
        c.bulk = true; /* account and person were just read */
        TRY(save(&c, rec, w));
    }
    return change_commit(&c);
}

/* Up to TOGETHER of those that wait; under the lock. */
static struct waiter *take(struct queue *q)
{
    struct waiter *first = q->first, *w = first;
    for (int n = 1; n < TOGETHER && w->next != NULL; n++)
        w = w->next;
    q->first = w->next;
    if (q->first == NULL)
        q->last = &q->first;
    w->next = NULL;
    return first;
}

static void finish(struct waiter *w, const struct err *e)
{
    for (struct waiter *next; w != NULL; w = next) {
        next = w->next; /* it is gone as soon as its thread sees `done` */
        if (e != NULL) {
            w->kind = e->kind;
            (void)snprintf(w->failed, sizeof w->failed, "%s", e->detail);
        }
        w->done = true;
    }
}

static void lead(struct queue *q, struct db *db, const struct record *rec)
{
    struct waiter *batch = take(q);
    q->writing = true;
    pthread_mutex_unlock(&lock);
    arena_scope struct arena *a = arena_new();
    struct err *e = write_all(db, a, rec, batch);
    pthread_mutex_lock(&lock);
    q->writing = false;
    finish(batch, e);
    pthread_cond_broadcast(&written);
}

struct err *access_note(struct db *db, struct arena *a, const struct who *who, const struct access *x)
{
    const struct record *rec = record_find(ACCESS_RECORD);
    struct waiter me = {.who = who, .x = x};
    if (rec == NULL)
        return ERR(a, ERR_FAULT, "no module declares " ACCESS_RECORD);
    pthread_mutex_lock(&lock);
    struct queue *q = queue_of(db_pool_of(db));
    *q->last = &me;
    q->last = &me.next;
    while (!me.done)
        if (q->writing)
            pthread_cond_wait(&written, &lock);
        else
            lead(q, db, rec);
    pthread_mutex_unlock(&lock);
    if (me.failed[0] == '\0') {
        access_written(db_pool_of(db), who, x);
        return NULL;
    }
    return err_say(ERR(a, me.kind == ERR_BUSY ? ERR_BUSY : ERR_FAULT, "the read could not be logged: %s", me.failed),
                   "access.not_written", NULL);
}

struct err *access_note_command(struct db *db, struct arena *a, const struct who *who, struct access x)
{
    x.ground = who->account == 0 ? ACCESS_CONSOLE : x.reason != NULL ? ACCESS_REASONED : ACCESS_ROUTINE;
    return access_note(db, a, who, &x);
}

struct err *access_checkpoint(struct db_tx *tx, int64_t *size_out)
{
    return db_one_int(tx, "SELECT max(size) FROM kernel_checkpoint WHERE ended = 0", NULL, 0, 0, size_out);
}

/* ---- whose file ---- */

bool access_is_person(const struct record *rec)
{
    for (int i = 0; i < record_count(); i++) {
        const struct record *r = record_at(i);
        if (r->concerns != NULL && strcmp(r->fields[record_field(r, r->concerns)].to, rec->name) == 0)
            return true;
    }
    return false;
}

int64_t access_file_of(const struct row *r)
{
    if (r->of->concerns != NULL)
        return row_int(r, r->of->concerns);
    if (access_is_person(r->of))
        return r->id;
    for (int i = 0; r->of->fields[i].name != NULL; i++) {
        const struct field *f = &r->of->fields[i];
        if (f->type == FIELD_REF && r->v[i] != NULL && access_is_person(record_find(f->to)))
            return strtoll(r->v[i], NULL, 10);
    }
    return 0;
}
