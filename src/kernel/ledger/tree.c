/* tree.c: the Merkle tree of RFC 9162, section 2.1: roots, proofs that a leaf is in it, proofs that it only grew. */
#include <string.h>

#include "ledger/ledger.h"

void ledger_range_add(struct ledger_range *r, const struct ledger_hash *sub, int level)
{
    struct ledger_hash h = *sub;
    uint64_t n = r->n >> level;
    for (; n & 1; n >>= 1)
        ledger_node_hash(r->h, &r->stack[--r->top], &h, &h);
    r->stack[r->top++] = h;
    r->n += (uint64_t)1 << level;
}

void ledger_range_root(const struct ledger_range *r, struct ledger_hash *out)
{
    if (r->top == 0) {
        ledger_digest(r->h, "", 0, out);
        return;
    }
    struct ledger_hash h = r->stack[r->top - 1];
    for (int i = r->top - 2; i >= 0; i--)
        ledger_node_hash(r->h, &r->stack[i], &h, &h);
    *out = h;
}

/* The largest power of two below n; n > 1. */
static uint64_t split(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

struct err *ledger_inclusion(ledger_subtree_fn *sub, void *ctx, uint64_t index, uint64_t size, struct ledger_path *out)
{
    /* from the root down, then turned round */
    struct ledger_hash down[64];
    uint64_t lo = 0, hi = size;
    int n = 0;
    while (hi - lo > 1) {
        uint64_t mid = lo + split(hi - lo);
        if (index < mid) {
            TRY(sub(ctx, mid, hi, &down[n++]));
            hi = mid;
        } else {
            TRY(sub(ctx, lo, mid, &down[n++]));
            lo = mid;
        }
    }
    out->n = n;
    for (int i = 0; i < n; i++)
        out->at[i] = down[n - 1 - i];
    return NULL;
}

struct err *ledger_consistency(ledger_subtree_fn *sub, void *ctx, uint64_t from, uint64_t to, struct ledger_path *out)
{
    struct ledger_hash down[64];
    uint64_t lo = 0, hi = to;
    int n = 0;
    out->n = 0;
    if (from == 0 || from == to)
        return NULL;
    while (from < hi) {
        uint64_t mid = lo + split(hi - lo);
        if (from <= mid) {
            TRY(sub(ctx, mid, hi, &down[n++]));
            hi = mid;
        } else {
            TRY(sub(ctx, lo, mid, &down[n++]));
            lo = mid;
        }
    }
    if (lo != 0) /* otherwise the old tree is a whole subtree, whose root the verifier knows */
        TRY(sub(ctx, lo, hi, &down[n++]));
    out->n = n;
    for (int i = 0; i < n; i++)
        out->at[i] = down[n - 1 - i];
    return NULL;
}

/* RFC 9162, 2.1.3.2. */
bool ledger_included(struct ledger_hasher *h, uint64_t index, uint64_t size, const struct ledger_hash *leaf,
                     const struct ledger_hash *path, int n, const struct ledger_hash *root)
{
    if (index >= size)
        return false;
    uint64_t fn = index, sn = size - 1;
    struct ledger_hash r = *leaf;
    for (int i = 0; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            ledger_node_hash(h, &path[i], &r, &r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            ledger_node_hash(h, &r, &path[i], &r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_same(&r, root);
}

/* RFC 9162, 2.1.4.2. */
bool ledger_grew(struct ledger_hasher *h, uint64_t from, uint64_t to, const struct ledger_hash *path, int n,
                 const struct ledger_hash *old_root, const struct ledger_hash *new_root)
{
    if (from > to)
        return false;
    if (from == to)
        return n == 0 && ledger_same(old_root, new_root);
    if (from == 0) { /* every tree grew from nothing */
        struct ledger_hash nothing;
        ledger_digest(h, "", 0, &nothing);
        return n == 0 && ledger_same(old_root, &nothing);
    }
    uint64_t fn = from - 1, sn = to - 1;
    while (fn & 1) {
        fn >>= 1;
        sn >>= 1;
    }
    int i = 0;
    if (fn != 0 && n == 0)
        return false;
    struct ledger_hash fr = fn == 0 ? *old_root : path[i++], sr = fr;
    for (; i < n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            ledger_node_hash(h, &path[i], &fr, &fr);
            ledger_node_hash(h, &path[i], &sr, &sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            ledger_node_hash(h, &sr, &path[i], &sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_same(&fr, old_root) && ledger_same(&sr, new_root);
}
