/* log.c: the tree over all changes, read from their leaves and from the nodes that checkpoints left. */
#include "record/log.h"

#include <string.h>

#include "record/inner.h"

enum { TOP = 4 }; /* nodes of level 4 stand over 256^4 leaves */

struct err *log_open(struct db_tx *tx, struct log *out)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(tx, "SELECT value FROM kernel_meta WHERE name = 'hash'", NULL, 0, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    const char *name = more ? arena_strdup(tx->arena, db_col_text(&rows, 0)) : NULL;
    *out = (struct log){tx, name, ledger_hasher(tx->arena, name)};
    if (out->h == NULL)
        return ERR(tx->arena, ERR_FAULT, "kernel_meta says the log is kept by '%s', which is no hash",
                   name ? name : "");
    return NULL;
}

struct err *log_choose_hash(struct db *db, struct arena *a, const char *name)
{
    if (ledger_hasher(a, name) == NULL)
        return err_field(ERR(a, ERR_INVALID, "--hash wants sha256 or sm3, not '%s'", name), "usage");
    db_scope struct db_tx tx = {0};
    TRY(db_begin_write(db, a, &tx));
    int64_t last;
    TRY(change_last(&tx, &last));
    if (last > 0)
        return err_say(ERR(a, ERR_CONFLICT, "the log has %lld changes; its hash stays", (long long)last),
                       "record.hash_stays", NULL);
    struct db_val args[] = {db_text(name)};
    TRY(db_run(&tx, "UPDATE kernel_meta SET value = ?1 WHERE name = 'hash'", args, 1, NULL));
    return db_commit(&tx);
}

static bool take_hash(const struct db_rows *rows, int col, struct ledger_hash *out)
{
    size_t n;
    const void *p = db_col_blob(rows, col, &n);
    if (p == NULL || n != LEDGER_HASH)
        return false;
    memcpy(out->b, p, LEDGER_HASH);
    return true;
}

/* Adds hashes of equal subtrees, in order from *pos, as far as they stand there. unit: leaves of each. */
static struct err *add(struct log *l, struct ledger_range *r, const char *sql, const struct db_val *args, int n,
                       int level, uint64_t *pos)
{
    db_rows_scope struct db_rows rows = {0};
    TRY(db_query(l->tx, sql, args, n, &rows));
    uint64_t unit = (uint64_t)1 << level;
    for (bool more = true;;) {
        struct ledger_hash h;
        TRY(db_next(&rows, &more));
        if (!more || (uint64_t)db_col_int(&rows, 0) != *pos / unit || !take_hash(&rows, 1, &h))
            return NULL;
        ledger_range_add(r, &h, level);
        *pos += unit;
    }
}

struct err *log_subtree(void *log, uint64_t lo, uint64_t hi, struct ledger_hash *out)
{
    struct log *l = log;
    struct ledger_range r = {.h = l->h};
    uint64_t pos = lo;
    for (int level = TOP; level > 0; level--) {
        uint64_t from = pos >> (8 * level), to = hi >> (8 * level);
        if (from << (8 * level) != pos || from >= to)
            continue;
        struct db_val args[] = {db_int(level), db_int((int64_t)from), db_int((int64_t)to)};
        TRY(add(l, &r,
                "SELECT place, hash FROM ledger_node WHERE level = ?1 AND place >= ?2 AND place < ?3 ORDER BY place",
                args, 3, 8 * level, &pos));
    }
    struct db_val args[] = {db_int((int64_t)pos), db_int((int64_t)hi)};
    TRY(add(l, &r, "SELECT seq - 1, leaf FROM change WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", args, 2, 0, &pos));
    if (pos != hi)
        return ERR(l->tx->arena, ERR_FAULT, "the log has no change %llu", (unsigned long long)pos + 1);
    ledger_range_root(&r, out);
    return NULL;
}
