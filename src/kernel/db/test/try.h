/* try.h: what tests with a database share. The file that includes it defines fresh_pool (sqlite_pool.h, pg_pool.h). */
#ifndef QF_DB_TEST_TRY_H
#define QF_DB_TEST_TRY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "db/db.h"

/* An empty database; each test gets its own. */
static struct db_pool *fresh_pool(struct arena *a);

#define OK(call)                                                           \
    do {                                                                   \
        struct err *ok_e_ = (call);                                        \
        if (ok_e_ != NULL)                                                 \
            fail_msg("%s: %s", err_kind_name(ok_e_->kind), ok_e_->detail); \
    } while (0)
#define REFUSED(call, k)                                                   \
    do {                                                                   \
        struct err *no_e_ = (call);                                        \
        if (no_e_ == NULL)                                                 \
            fail_msg("%s succeeded", #call);                               \
        if (no_e_->kind != (k))                                            \
            fail_msg("%s: %s", err_kind_name(no_e_->kind), no_e_->detail); \
    } while (0)

static inline void script(struct db *db, struct arena *a, const char *sql)
{
    db_scope struct db_tx tx = {0};
    OK(db_begin_write(db, a, &tx));
    OK(db_script(&tx, sql));
    OK(db_commit(&tx));
}

/* A pool with a fresh database, one connection and its arena. */
struct opened {
    struct arena *a;
    struct db_pool *pool;
    struct db *db;
};

static inline struct opened opened(const char *schema)
{
    struct opened o = {.a = arena_new()};
    o.pool = fresh_pool(o.a);
    OK(db_take(o.pool, o.a, &o.db));
    if (schema != NULL)
        script(o.db, o.a, schema);
    return o;
}

static inline void closed(struct opened *o)
{
    db_give(o->db);
    db_pool_close(o->pool);
    arena_free(o->a);
}

static inline int64_t one(struct db *db, struct arena *a, const char *sql)
{
    db_scope struct db_tx tx = {0};
    int64_t n;
    OK(db_begin_read(db, a, &tx));
    OK(db_one_int(&tx, sql, NULL, 0, -1, &n));
    return n;
}

#endif
