/* throttle.c: failed sign-ins wait longer and longer. Three counters: the name from this address, the address, and the
 * name from anywhere. While one says wait, attempts are refused without being counted, so one address adds little to
 * the count of a name; who signed in from an address within 30 days does not wait there for what others do elsewhere.
 * Counters are kept under hashes, whatever was typed as a name. */
#include <stdio.h>
#include <string.h>

#include "auth/inner.h"
#include "base/clock.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, KEYS = 3 };
static const int64_t known_ms = (int64_t)30 * 24 * HOUR;

/* free attempts, then `first` doubles up to `most`; forgotten after `forget` without an attempt */
static const struct measure {
    const char *kind;
    int free;
    int64_t first, most, forget;
} measures[KEYS] = {{"here", 5, 30 * SECOND, HOUR, (int64_t)24 * HOUR},
                    {"address", 50, 30 * SECOND, 15 * MINUTE, HOUR},
                    {"name", 30, 30 * SECOND, 5 * MINUTE, HOUR}};

struct counter {
    int64_t fails, last, until, good;
};

static const char *key_of(struct arena *a, int i, const char *name, const char *address)
{
    char *hash = arena_alloc(a, AUTH_DIGEST);
    auth_digest(arena_printf(a, "attempt %s\n%s\n%s", measures[i].kind, i != 1 ? name : "", i != 2 ? address : ""),
                hash);
    return hash;
}

const char *throttle_network(struct arena *a, const char *address)
{
    if (address == NULL || strchr(address, ':') == NULL || strchr(address, '.') != NULL)
        return address != NULL ? address : "";
    int groups = 0;
    for (const char *p = address; *p != '\0'; p++)
        if (*p == ':' && (++groups == 4 || p[1] == ':'))
            return arena_strndup(a, address, (size_t)(p - address));
    return address;
}

static struct err *read(struct db_tx *tx, const char *key, struct counter *out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_text(key)};
    TRY(db_query(tx, "SELECT fails, last, until, good FROM auth_attempt WHERE key = ?1", args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    *out =
        more ? (struct counter){db_col_int(&rows, 0), db_col_int(&rows, 1), db_col_int(&rows, 2), db_col_int(&rows, 3)}
             : (struct counter){0};
    return NULL;
}

static struct err *write(struct db_tx *tx, const char *key, const struct counter *c)
{
    struct db_val args[] = {db_text(key), db_int(c->fails), db_int(c->last), db_int(c->until), db_int(c->good)};
    return db_run(tx,
                  "INSERT INTO auth_attempt (key, fails, last, until, good) VALUES (?1, ?2, ?3, ?4, ?5)"
                  " ON CONFLICT (key) DO UPDATE SET fails = excluded.fails, last = excluded.last,"
                  " until = excluded.until, good = excluded.good",
                  args, 5, NULL);
}

static int64_t wait_after(const struct measure *m, int64_t fails)
{
    int64_t wait = m->first;
    if (fails < m->free)
        return 0;
    for (int64_t n = m->free; n < fails && wait < m->most; n++)
        wait *= 2;
    return wait < m->most ? wait : m->most;
}

static struct err *must_wait(struct arena *a, int64_t until)
{
    char text[CLOCK_TEXT];
    clock_local(until + MINUTE - 1, text); /* whole minutes, upwards */
    return err_say(ERR(a, ERR_LOGIN, "too many attempts"), "auth.later", "time", arena_strdup(a, text + 11), NULL);
}

struct err *throttle_enter(struct db *db, struct arena *a, const char *name, const char *address)
{
    int64_t now = clock_now_ms(), until = 0;
    struct counter counters[KEYS];
    const char *keys[KEYS];
    address = throttle_network(a, address);
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    for (int i = 0; i < KEYS; i++) {
        keys[i] = key_of(a, i, name, address);
        TRY(read(&tx, keys[i], &counters[i]));
        if (now - counters[i].last > measures[i].forget)
            counters[i].fails = counters[i].until = 0;
    }
    bool known = counters[0].good > now - known_ms;
    for (int i = 0; i < KEYS; i++)
        if (counters[i].until > until && !(i == 2 && known))
            until = counters[i].until;
    if (until > now)
        return must_wait(a, until);
    for (int i = 0; i < KEYS; i++) {
        struct counter *c = &counters[i];
        c->fails++;
        c->last = now;
        c->until = now + wait_after(&measures[i], c->fails);
        TRY(write(&tx, keys[i], c));
    }
    struct db_val old[] = {db_int(now - known_ms)};
    TRY(db_run(&tx, "DELETE FROM auth_attempt WHERE last < ?1", old, 1, NULL));
    return db_commit(&tx);
}

/* The address gives back what this attempt cost it: an account of one's own does not clear it. */
struct err *throttle_good(struct db_tx *tx, const char *name, const char *address)
{
    int64_t now = clock_now_ms();
    address = throttle_network(tx->arena, address);
    for (int i = 0; i < KEYS; i++) {
        struct counter c;
        const char *key = key_of(tx->arena, i, name, address);
        TRY(read(tx, key, &c));
        c.fails = i == 1 && c.fails > 0 ? c.fails - 1 : 0;
        c.until = i == 1 ? now + wait_after(&measures[i], c.fails) : 0;
        c.last = now;
        c.good = i == 0 ? now : 0;
        TRY(write(tx, key, &c));
    }
    return NULL;
}
