/* vec_rows.c: block operations from rows to their owners and back. any() and count() rank the rows once, 64 to a word,
 * so that each owner costs two look-ups however many rows it has. */
#include "expr/vec.h"

#include <string.h>

#include "expr/eval.h"

VEC_LOOP(gather8, uint8_t, uint8_t, uint8_t, a[v->owner[i]])
VEC_LOOP(gather16, int16_t, int16_t, int16_t, a[v->owner[i]])
VEC_LOOP(gather32, int32_t, int32_t, int32_t, a[v->owner[i]])
VEC_LOOP(gather64, int64_t, int64_t, int64_t, a[v->owner[i]])

/* Bit `bit` of eight truths as eight bits, the first row lowest. */
DAYS_INLINE uint64_t eight(const uint8_t *pc, int bit)
{
    uint64_t x;
    memcpy(&x, pc, sizeof x);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return (x >> bit & 0x0101010101010101) * 0x0102040810204080 >> 56;
}

VEC_CLONES static void rank_rows(const struct vec_args *v)
{
    const uint8_t *pc = v->in[0];
    struct vec_rank *r = v->dst;
    int n = v->n, bit = v->k[0];
    uint64_t before = 0;
    for (int word = 0; word <= n / 64; word++) {
        uint64_t bits = 0;
        int row = word * 64, end = row + 64 < n ? row + 64 : n;
        for (int shift = 0; row + 8 <= end; row += 8, shift += 8)
            bits |= eight(pc + row, bit) << shift;
        for (; row < end; row++)
            bits |= (uint64_t)(pc[row] >> bit & 1) << (row & 63);
        r[word] = (struct vec_rank){bits, before};
        before += (uint64_t)__builtin_popcountll(bits);
    }
}

/* Set bits in all rows before `row`. */
DAYS_INLINE uint64_t rank_at(const struct vec_rank *r, int32_t row)
{
    uint64_t below = ((uint64_t)1 << (row & 63)) - 1;
    return r[row >> 6].before + (uint64_t)__builtin_popcountll(r[row >> 6].bits & below);
}

VEC_CLONES static void any_row(const struct vec_args *v)
{
    const struct vec_rank *certain = v->in[0], *possible = v->in[1];
    uint8_t *out = v->dst;
    if (v->first == NULL) {
        memset(out, PC_FALSE, (size_t)v->n);
        return;
    }
    uint64_t c = rank_at(certain, v->first[0]), p = rank_at(possible, v->first[0]);
    for (int i = 0; i < v->n; i++) {
        uint64_t c_next = rank_at(certain, v->first[i + 1]), p_next = rank_at(possible, v->first[i + 1]);
        out[i] = (uint8_t)((c_next != c) << 1 | (p_next != p));
        c = c_next;
        p = p_next;
    }
}

VEC_CLONES static void count_rows(const struct vec_args *v)
{
    const struct vec_rank *r = v->in[0];
    int32_t *out = v->dst;
    for (int i = 0; i < v->n; i++)
        out[i] = v->first == NULL ? 0 : (int32_t)(rank_at(r, v->first[i + 1]) - rank_at(r, v->first[i]));
}

static void pick_rows(const struct vec_args *v)
{
    const uint8_t *where = v->in[0];
    const int32_t *by_lo = v->in[1], *by_hi = v->in[2];
    int32_t *out = v->dst;
    for (int i = 0; i < v->n; i++) {
        struct race race = race_begin(v->k[0] != 0);
        bool lost = false;
        int row = v->first == NULL ? 0 : v->first[i], end = v->first == NULL ? 0 : v->first[i + 1];
        for (; row < end; row++) {
            int in = where == NULL ? PC_TRUE : where[row];
            if (in == PC_FALSE || (by_lo != NULL && by_lo[row] == EXPR_DATE_NONE))
                continue;
            lost = lost || (by_lo != NULL && by_lo[row] == EXPR_DATE_UNKNOWN);
            struct val by = by_lo == NULL ? val_of(row) : (struct val){VAL_HAS, by_lo[row], by_hi[row]};
            race_add(&race, row, by, in == PC_TRUE);
        }
        out[i] = lost ? PICK_UNKNOWN : race_end(&race);
    }
}

#define TAKEN(type) (a[i] >= 0 ? b[a[i]] : (type)(a[i] == PICK_NONE ? k1 : k0))
VEC_LOOP(take16, int16_t, int32_t, int16_t, TAKEN(int16_t))
VEC_LOOP(take32, int32_t, int32_t, int32_t, TAKEN(int32_t))
VEC_LOOP(take64, int64_t, int32_t, int64_t, TAKEN(int64_t))

vec_fn *const vec_rows_fns[VEC_OPS] = {
    [VEC_GATHER8] = gather8, [VEC_GATHER16] = gather16, [VEC_GATHER32] = gather32, [VEC_GATHER64] = gather64,
    [VEC_RANK] = rank_rows,  [VEC_ANY] = any_row,       [VEC_COUNT] = count_rows,  [VEC_PICK] = pick_rows,
    [VEC_TAKE16] = take16,   [VEC_TAKE32] = take32,     [VEC_TAKE64] = take64,
};
