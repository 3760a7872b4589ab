/* tree.c: the order of units. Each unit owns a range of whole numbers, its own place first, its children inside: scope
 * is a comparison of integers. A level divides its parent's range into 1 024 parts, six levels deep. */
#include "record/inner.h"

#include "base/vec.h"

enum { TREE_PARTS = 1024 };
#define TREE_WHOLE ((int64_t)1 << 60)

struct err *record_tree_range(struct db_tx *tx, const struct record *tree, int64_t id, int64_t *from, int64_t *to)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id)};
    TRY(db_query(tx, arena_printf(tx->arena, "SELECT scope, scope_to FROM %s WHERE id = ?1", known_of(tree)->table),
                 args, 1, &rows));
    bool more = false;
    TRY(db_next(&rows, &more));
    if (!more)
        return ERR(tx->arena, ERR_MISSING, "no %s %lld", tree->name, (long long)id);
    *from = db_col_int(&rows, 0);
    *to = db_col_int(&rows, 1);
    return NULL;
}

struct err *tree_place(struct db_tx *tx, const struct record *tree, int64_t parent, int64_t *from, int64_t *to)
{
    const struct known *k = known_of(tree);
    int64_t lo = 0, hi = TREE_WHOLE, last;
    if (parent != 0)
        TRY(record_tree_range(tx, tree, parent, &lo, &hi));
    int64_t part = (hi - lo) / TREE_PARTS;
    if (part == 0)
        return err_say(ERR(tx->arena, ERR_LIMIT, "the tree is more than six levels deep"), "record.tree_deep", NULL);
    struct db_val args[] = {db_int(parent), db_int(lo), db_int(hi)};
    TRY(db_one_int(tx,
                   arena_printf(tx->arena,
                                "SELECT max(scope_to) FROM %s WHERE coalesce(%s, 0) = ?1 AND scope > ?2 AND scope < ?3",
                                k->table, tree->tree),
                   args, 3, lo + part, &last));
    if (last + part > hi)
        return err_say(ERR(tx->arena, ERR_LIMIT, "over %d units below one", TREE_PARTS - 1), "record.tree_wide", NULL);
    *from = last;
    *to = last + part;
    return NULL;
}

struct moved {
    int64_t id, from;
};

static struct err *rescope(struct change *c, const struct record *tree, int64_t before, int64_t after)
{
    for (int i = 0; i < record_count(); i++) {
        const struct record *r = record_at(i);
        if (r == tree || (r->concerns == NULL && r->unit == NULL))
            continue;
        struct db_val args[] = {db_int(after), db_int(before)};
        TRY(db_run(&c->tx, arena_printf(c->tx.arena, "UPDATE %s SET scope = ?1 WHERE scope = ?2", known_of(r)->table),
                   args, 2, NULL));
    }
    return NULL;
}

static struct err *below(struct change *c, const struct record *tree, int64_t id, struct moved **out, int *n_out)
{
    db_rows_scope struct db_rows rows = {0};
    struct db_val args[] = {db_int(id)};
    TRY(db_query(&c->tx,
                 arena_printf(c->tx.arena, "SELECT id, scope FROM %s WHERE %s = ?1 ORDER BY scope",
                              known_of(tree)->table, tree->tree),
                 args, 1, &rows));
    VEC(struct moved) v = {0};
    for (bool more = true;;) {
        TRY(db_next(&rows, &more));
        if (!more)
            break;
        *VEC_PUSH(&v, c->tx.arena) = (struct moved){db_col_int(&rows, 0), db_col_int(&rows, 1)};
    }
    *out = v.p;
    *n_out = (int)v.n;
    return NULL;
}

struct err *tree_move(struct change *c, const struct record *tree, int64_t id, int64_t parent)
{
    const struct known *k = known_of(tree);
    int64_t was, was_to, from, to;
    TRY(record_tree_range(&c->tx, tree, id, &was, &was_to));
    if (parent != 0) {
        int64_t under, under_to;
        TRY(record_tree_range(&c->tx, tree, parent, &under, &under_to));
        if (under >= was && under < was_to && parent != id && under_to <= was_to)
            return err_field(
                err_say(ERR(c->tx.arena, ERR_INVALID, "%s %lld would lie below itself", tree->name, (long long)id),
                        "record.tree_cycle", NULL),
                tree->tree);
    }
    if (parent == id)
        return err_field(err_say(ERR(c->tx.arena, ERR_INVALID, "a unit below itself"), "record.tree_cycle", NULL),
                         tree->tree);
    TRY(tree_place(&c->tx, tree, parent, &from, &to));
    struct moved *children = NULL;
    int n = 0;
    TRY(below(c, tree, id, &children, &n));
    struct db_val args[] = {db_int(from), db_int(to), db_int(id)};
    TRY(db_run(&c->tx, arena_printf(c->tx.arena, "UPDATE %s SET scope = ?1, scope_to = ?2 WHERE id = ?3", k->table),
               args, 3, NULL));
    TRY(rescope(c, tree, was, from));
    for (int i = 0; i < n; i++)
        TRY(tree_move(c, tree, children[i].id, id));
    return NULL;
}
