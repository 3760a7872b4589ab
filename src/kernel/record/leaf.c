/* leaf.c: what a change commits to. Each revision is hashed when it is written, with a salt of its own; the leaf over
 * all of them when the place in the sequence is known. */
#include <string.h>

#include "base/rand.h"
#include "record/inner.h"

struct err *leaf_begin(struct change *c, const char *hash)
{
    struct leaf_state *l = change_leaf(c);
    if (l->hasher != NULL)
        return NULL;
    l->hasher = ledger_hasher(c->tx.arena, hash);
    if (l->hasher == NULL)
        return ERR(c->tx.arena, ERR_FAULT, "kernel_meta says the log is kept by '%s', which is no hash",
                   hash == NULL ? "" : hash);
    l->room = BUF(c->tx.arena);
    l->salts_used = LEAF_SALTS;
    return NULL;
}

static void salt_next(struct leaf_state *l, uint8_t out[LEDGER_SALT])
{
    if (l->salts_used == LEAF_SALTS) {
        rand_bytes(l->salts, sizeof l->salts);
        l->salts_used = 0;
    }
    memcpy(out, l->salts[l->salts_used++], LEDGER_SALT);
}

struct err *revision_write(struct change *c, const char *record, int64_t row, int64_t rev, const char *body)
{
    struct leaf_state *l = change_leaf(c);
    uint8_t salt[LEDGER_SALT];
    size_t n = strlen(body);
    if (l->commitments.n == 0) /* the head's */
        *VEC_PUSH(&l->commitments, c->tx.arena) = (struct ledger_hash){{0}};
    salt_next(l, salt);
    buf_clear(&l->room);
    buf_add(&l->room, salt, sizeof salt);
    ledger_revision_bytes(&l->room, record, row, rev, body, n);
    ledger_digest(l->hasher, l->room.p, l->room.n, VEC_PUSH(&l->commitments, c->tx.arena));
    struct db_val args[] = {db_int(c->id), db_int(c->n),  db_text(record),           db_int(row),
                            db_int(rev),   db_text(body), db_blob(salt, sizeof salt)};
    TRY(db_run(&c->tx,
               "INSERT INTO revision (change, n, record, row, rev, body, salt) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               args, 7, NULL));
    c->n++;
    return NULL;
}

void leaf_back(struct change *c, int n)
{
    struct leaf_state *l = change_leaf(c);
    l->commitments.n = n == 0 ? 0 : (size_t)n + 1;
}

struct ledger_hash *leaf_commitments(struct change *c)
{
    struct leaf_state *l = change_leaf(c);
    struct ledger_hash *all = l->commitments.p;
    if (db_kind(c->tx.db) == DB_POSTGRES) { /* they wait for the commit */
        size_t n = l->commitments.n * sizeof *all;
        all = arena_alloc(c->tx.arena, n);
        memcpy(all, l->commitments.p, n);
    }
    l->commitments.n = 0;
    return all;
}

void leaf_close(struct change *c, const struct ledger_head *head, int64_t seq, struct ledger_hash *commitments, int n,
                uint8_t salt[LEDGER_SALT], struct ledger_hash *out)
{
    struct leaf_state *l = change_leaf(c);
    salt_next(l, salt);
    buf_clear(&l->room);
    buf_add(&l->room, salt, LEDGER_SALT);
    ledger_head_bytes(&l->room, head);
    ledger_digest(l->hasher, l->room.p, l->room.n, &commitments[0]);
    ledger_leaf(l->hasher, &l->room, seq, c->at, commitments, (size_t)n + 1, out);
}
