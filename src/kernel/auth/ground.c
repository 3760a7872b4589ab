/* ground.c: on what ground a file is opened. A day of an account: whom lists showed it, whose files it opened as
 * routine. That stands in this process's memory; what was opened is read back from the log when a process begins, what
 * lists showed is not: then a list is paged again or a reason is given. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "auth/access.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "base/vec.h"

enum { BUCKETS = 256, MET_MOST = 1 << 18, RECENT = 8, WORDS = 16, MINUTE_MS = 60000 };

/* Ids, by open addressing; 0 is an empty place. */
struct ids {
    int64_t *p;
    size_t n, size;
};
struct day {
    const struct db_pool *pool;
    int64_t account;
    struct date on;
    bool read_back; /* opened holds what the log says */
    struct ids met, opened;
    struct {
        int64_t member, at;
    } recent[RECENT];
    struct {
        uint64_t words;
        int64_t at;
    } asked[WORDS];
    int next_recent, next_asked;
    struct day *next;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct day *days[BUCKETS];

static size_t place(const struct ids *s, int64_t id)
{
    size_t i = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15u >> 20) & (s->size - 1);
    while (s->p[i] != 0 && s->p[i] != id)
        i = (i + 1) & (s->size - 1);
    return i;
}

static bool has(const struct ids *s, int64_t id)
{
    return s->size > 0 && s->p[place(s, id)] == id;
}

static void add(struct ids *s, int64_t id)
{
    if (id == 0 || has(s, id))
        return;
    if (2 * (s->n + 1) > s->size) {
        struct ids wider = {.size = s->size == 0 ? 64 : 2 * s->size};
        wider.p = calloc(wider.size, sizeof *wider.p);
        if (wider.p == NULL)
            abort();
        for (size_t i = 0; i < s->size; i++)
            if (s->p[i] != 0)
                wider.p[place(&wider, s->p[i])] = s->p[i];
        wider.n = s->n;
        free(s->p);
        *s = wider;
    }
    s->p[place(s, id)] = id;
    s->n++;
}

/* The account's present day; under the lock. Yesterday's is forgotten. */
static struct day *day_of(const struct db_pool *pool, int64_t account)
{
    struct date today = clock_today();
    struct day **at = &days[((uint64_t)account * 31 + ((uintptr_t)pool >> 4)) % BUCKETS];
    while (*at != NULL && ((*at)->pool != pool || (*at)->account != account))
        at = &(*at)->next;
    if (*at == NULL && (*at = calloc(1, sizeof **at)) == NULL)
        abort();
    struct day *d = *at;
    if (d->on.v != today.v || d->pool == NULL) {
        free(d->met.p);
        free(d->opened.p);
        *d = (struct day){.pool = pool, .account = account, .on = today, .next = d->next};
    }
    return d;
}

void access_met(struct db_pool *p, const struct who *who, const int64_t *members, size_t n)
{
    pthread_mutex_lock(&lock);
    struct day *d = day_of(p, who->account);
    for (size_t i = 0; i < n && d->met.n < MET_MOST; i++)
        add(&d->met, members[i]);
    pthread_mutex_unlock(&lock);
}

static int64_t day_began(void)
{
    return clock_day_end(date_add_days(clock_today(), -1)) + 1;
}

/* Files this account opened as routine today, as the log has them. */
static struct err *read_back(struct db_tx *tx, const struct who *who)
{
    bool known;
    pthread_mutex_lock(&lock);
    known = day_of(db_pool_of(tx->db), who->account)->read_back;
    pthread_mutex_unlock(&lock);
    if (known)
        return NULL;
    VEC(int64_t) opened = {0};
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(who->account), db_int(day_began())};
    TRY(db_query(tx,
                 "SELECT DISTINCT member FROM admin_read WHERE account = ?1 AND at >= ?2 AND ground = 'routine'"
                 " AND member IS NOT NULL",
                 args, 2, &rows));
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&opened, tx->arena) = db_col_int(&rows, 0);
    }
    pthread_mutex_lock(&lock);
    struct day *d = day_of(db_pool_of(tx->db), who->account);
    for (size_t i = 0; i < opened.n; i++)
        add(&d->opened, opened.p[i]);
    d->read_back = true;
    pthread_mutex_unlock(&lock);
    return NULL;
}

static struct err *opened_today(struct db_tx *tx, const struct who *who, int64_t member, bool *out)
{
    TRY(read_back(tx, who));
    pthread_mutex_lock(&lock);
    *out = has(&day_of(db_pool_of(tx->db), who->account)->opened, member);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* Takes one of today's routine files if a list showed it and one is left. */
static struct err *take_routine(struct db_tx *tx, const struct who *who, int64_t member, bool *out)
{
    const char *most, *met;
    TRY(setting_get(tx, "reads_a_day", "60", &most));
    TRY(setting_get(tx, "reads_met", "list", &met));
    pthread_mutex_lock(&lock);
    struct day *d = day_of(db_pool_of(tx->db), who->account);
    *out = (strcmp(met, "unit") == 0 || has(&d->met, member)) && (long long)d->opened.n < strtoll(most, NULL, 10);
    if (*out)
        add(&d->opened, member);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static struct err *reason_today(struct db_tx *tx, const struct who *who, int64_t member, const char **out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(member), db_int(who->account), db_int(day_began())};
    TRY(db_query(tx,
                 "SELECT reason FROM admin_read WHERE member = ?1 AND account = ?2 AND at >= ?3 AND ground = 'reason'"
                 " AND reason IS NOT NULL ORDER BY id DESC LIMIT 1",
                 args, 3, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out = more ? arena_strdup(tx->arena, db_col_text(&rows, 0)) : NULL;
    return NULL;
}

struct err *access_reason(struct arena *a, const char *typed, const char **out)
{
    *out = NULL;
    if (typed == NULL)
        return NULL;
    const char *end = typed + strlen(typed);
    int used, c;
    while (*typed != '\0' && (utf8_blank(c = utf8_get(typed, SIZE_MAX, &used)) || utf8_line_end(c) || utf8_hidden(c)))
        typed += used;
    while (end > typed &&
           (utf8_blank(c = utf8_before(typed, (size_t)(end - typed), &used)) || utf8_line_end(c) || utf8_hidden(c)))
        end -= used;
    if (end == typed)
        return NULL;
    const char *s = arena_strndup(a, typed, (size_t)(end - typed));
    size_t n = utf8_length(s);
    if (n < ACCESS_REASON_LEAST || n > ACCESS_REASON_MOST)
        return err_field(err_say(ERR(a, ERR_INVALID, "a reason of %zu characters", n), "access.reason_length", NULL),
                         "reason");
    *out = s;
    return NULL;
}

struct err *access_ground(struct db_tx *tx, const struct who *who, bool matter, const char *given, struct access *x)
{
    bool may = false;
    bool own = who->member != 0 && who->member == x->member; /* what concerns a person is his matter */
    x->ground = who->account == 0 ? ACCESS_CONSOLE : matter || own ? ACCESS_MATTER : ACCESS_REASONED;
    TRY(access_reason(tx->arena, given, &x->reason));
    if (x->ground != ACCESS_REASONED || x->reason != NULL)
        return NULL;
    x->ground = ACCESS_ROUTINE;
    TRY(opened_today(tx, who, x->member, &may));
    if (!may)
        TRY(take_routine(tx, who, x->member, &may));
    if (may)
        return NULL;
    x->ground = ACCESS_REASONED;
    TRY(reason_today(tx, who, x->member, &x->reason));
    if (x->reason != NULL)
        return NULL;
    return err_say(ERR(tx->arena, ERR_DENIED, "account %lld has no ground yet to open file %lld",
                       (long long)who->account, (long long)x->member),
                   "access.reason_needed", NULL);
}

bool access_recent(struct db_pool *p, const struct who *who, int64_t member)
{
    bool found = false;
    pthread_mutex_lock(&lock);
    const struct day *d = day_of(p, who->account);
    for (int i = 0; i < RECENT; i++)
        found |= d->recent[i].member == member && member != 0 && clock_now_ms() - d->recent[i].at < MINUTE_MS;
    pthread_mutex_unlock(&lock);
    return found;
}

static uint64_t digest(const char *words)
{
    uint64_t h = 1469598103934665603u;
    for (const char *s = words; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h;
}

bool access_words_fresh(struct db_pool *p, const struct who *who, const char *words)
{
    bool fresh = true;
    uint64_t h = digest(words);
    pthread_mutex_lock(&lock);
    const struct day *d = day_of(p, who->account);
    for (int i = 0; i < WORDS; i++)
        fresh &= d->asked[i].words != h || clock_now_ms() - d->asked[i].at >= MINUTE_MS;
    pthread_mutex_unlock(&lock);
    return fresh;
}

void access_written(struct db_pool *p, const struct who *who, const struct access *x)
{
    pthread_mutex_lock(&lock);
    struct day *d = day_of(p, who->account);
    if (x->kind == ACCESS_READ && x->member != 0) {
        d->recent[d->next_recent].member = x->member;
        d->recent[d->next_recent].at = clock_now_ms();
        d->next_recent = (d->next_recent + 1) % RECENT;
    }
    if (x->kind == ACCESS_SEARCH && x->asked != NULL) {
        d->asked[d->next_asked].words = digest(x->asked);
        d->asked[d->next_asked].at = clock_now_ms();
        d->next_asked = (d->next_asked + 1) % WORDS;
    }
    pthread_mutex_unlock(&lock);
}
