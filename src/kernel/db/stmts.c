/* stmts.c: what a connection prepared, keyed by the statement's text. The pointer passed last time is tried first, so a
 * statement in a loop costs one comparison of the text. */
#include "db/driver.h"

#include <stdlib.h>
#include <string.h>

static size_t hash_of(const char *s)
{
    size_t h = 1469598103934665603u;
    for (; *s != '\0'; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h;
}

static size_t slot_of(const char *p)
{
    return (size_t)(((uintptr_t)p * 0x9E3779B97F4A7C15u) >> 56) % STMT_POINTERS;
}

struct stmt *stmts_find(struct stmts *all, const char *sql)
{
    size_t slot = slot_of(sql);
    struct stmt *s = all->seen[slot].s;
    if (s != NULL && all->seen[slot].at == sql && !s->busy && strcmp(s->sql, sql) == 0) {
        s->used = ++all->clock;
        return s;
    }
    size_t hash = hash_of(sql);
    for (s = all->bucket[hash % STMT_BUCKETS]; s != NULL; s = s->same)
        if (s->hash == hash && !s->busy && strcmp(s->sql, sql) == 0)
            break;
    if (s != NULL) {
        s->used = ++all->clock;
        all->seen[slot].at = sql;
        all->seen[slot].s = s;
    }
    return s;
}

static void drop_oldest(struct stmts *all, struct db *db)
{
    struct stmt *oldest = NULL;
    for (int i = 0; i < STMT_BUCKETS; i++)
        for (struct stmt *s = all->bucket[i]; s != NULL; s = s->same)
            if (!s->busy && (oldest == NULL || s->used < oldest->used))
                oldest = s;
    if (oldest != NULL)
        stmts_forget(all, db, oldest);
}

struct stmt *stmts_add(struct stmts *all, struct db *db, const char *sql, void *h)
{
    if (all->n >= STMTS_MOST)
        drop_oldest(all, db);
    struct stmt *s = db_get(sizeof *s);
    *s = (struct stmt){.sql = db_copy(sql), .hash = hash_of(sql), .used = ++all->clock, .h = h};
    s->same = all->bucket[s->hash % STMT_BUCKETS];
    all->bucket[s->hash % STMT_BUCKETS] = s;
    size_t slot = slot_of(sql);
    all->seen[slot].at = sql;
    all->seen[slot].s = s;
    all->n++;
    return s;
}

void stmts_forget(struct stmts *all, struct db *db, struct stmt *s)
{
    struct stmt **at = &all->bucket[s->hash % STMT_BUCKETS];
    while (*at != s)
        at = &(*at)->same;
    *at = s->same;
    for (int i = 0; i < STMT_POINTERS; i++)
        if (all->seen[i].s == s)
            all->seen[i].s = NULL;
    all->drop(db, s->h);
    free(s->sql);
    free(s);
    all->n--;
}

void stmts_clear(struct stmts *all, struct db *db)
{
    for (int i = 0; i < STMT_BUCKETS; i++)
        while (all->bucket[i] != NULL)
            stmts_forget(all, db, all->bucket[i]);
}
