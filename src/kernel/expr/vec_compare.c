/* vec_compare.c: block operations that compare a column with a constant or with another column. */
#include "expr/vec.h"

#include "expr/days.h"
#include "expr/expr.h"

DAYS_INLINE int32_t ranged(int32_t x, int32_t from, int32_t to)
{
    return (x >= from) & (x <= to);
}

/* certain and possible as one truth; unknown wins, then a none makes it false. */
DAYS_INLINE int32_t truth(int32_t unknown, int32_t valid, int32_t certain, int32_t possible)
{
    return unknown ? PC_UNKNOWN : !valid ? PC_FALSE : certain ? PC_TRUE : possible;
}

VEC_LOOP(in16, uint8_t, int16_t, int16_t,
         (((a[i] >= (int16_t)k0) & (a[i] <= (int16_t)k1)) | ((a[i] >= (int16_t)k2) & (a[i] <= (int16_t)k3))) * PC_TRUE |
             (a[i] == EXPR_CODE_UNKNOWN))
#define BOTH(type, op, unknown, none)                                                                             \
    truth((a[i] == (type)(unknown)) | (b[i] == (type)(unknown)), (a[i] != (type)(none)) & (b[i] != (type)(none)), \
          a[i] op b[i], 0)
VEC_LOOP(le16, uint8_t, int16_t, int16_t, BOTH(int16_t, <=, EXPR_CODE_UNKNOWN, EXPR_CODE_NONE))
VEC_LOOP(lt16, uint8_t, int16_t, int16_t, BOTH(int16_t, <, EXPR_CODE_UNKNOWN, EXPR_CODE_NONE))
VEC_LOOP(eq16, uint8_t, int16_t, int16_t, BOTH(int16_t, ==, EXPR_CODE_UNKNOWN, EXPR_CODE_NONE))
VEC_LOOP(in32, uint8_t, int32_t, int32_t, ranged(a[i], k0, k1) ? PC_TRUE : a[i] == EXPR_INT_UNKNOWN)
VEC_LOOP(le32, uint8_t, int32_t, int32_t, BOTH(int32_t, <=, EXPR_INT_UNKNOWN, EXPR_INT_NONE))
VEC_LOOP(lt32, uint8_t, int32_t, int32_t, BOTH(int32_t, <, EXPR_INT_UNKNOWN, EXPR_INT_NONE))
VEC_LOOP(eq32, uint8_t, int32_t, int32_t, BOTH(int32_t, ==, EXPR_INT_UNKNOWN, EXPR_INT_NONE))
VEC_LOOP(is64, uint8_t, int64_t, int64_t,
         a[i] == EXPR_REF_UNKNOWN   ? PC_UNKNOWN
         : a[i] == wide && wide > 0 ? PC_TRUE
                                    : PC_FALSE)
VEC_LOOP(eq64, uint8_t, int64_t, int64_t, BOTH(int64_t, ==, EXPR_REF_UNKNOWN, EXPR_REF_NONE))

VEC_LOOP(pair_in, uint8_t, int32_t, int32_t,
         truth(a[i] == k2, a[i] > k3, (a[i] >= k0) & (b[i] <= k1), (b[i] >= k0) & (a[i] <= k1)))
#define PAIRS(certain, possible) truth((a[i] == k2) | (c[i] == k2), (a[i] > k3) & (c[i] > k3), certain, possible)
VEC_LOOP(pair_le, uint8_t, int32_t, int32_t, PAIRS(b[i] <= c[i], a[i] <= d[i]))
VEC_LOOP(pair_lt, uint8_t, int32_t, int32_t, PAIRS(b[i] < c[i], a[i] < d[i]))
VEC_LOOP(pair_eq, uint8_t, int32_t, int32_t,
         PAIRS((a[i] == b[i]) & (c[i] == d[i]) & (a[i] == c[i]), (a[i] <= d[i]) & (c[i] <= b[i])))

/* Packed a and b: is a <= b (or a < b) for every pair of their days, for some. */
DAYS_INLINE void dates_order(const struct vec_args *v, bool strict)
{
    int n = v->n;
    uint8_t *restrict r = v->dst;
    const int32_t *restrict a = v->in[strict ? 1 : 0], *restrict b = v->in[strict ? 0 : 1];
    for (int i = 0; i < n; i++) {
        int32_t x = a[i], y = b[i]; /* x <= y, or not (x <= y) with the sides changed: the other is less */
        int32_t every = day_last(x) <= day_first(y), some = x <= day_reach(y);
        int32_t certain = strict ? !some : every, possible = strict ? !every : some;
        r[i] =
            (uint8_t)truth((x == EXPR_DATE_UNKNOWN) | (y == EXPR_DATE_UNKNOWN), (x > 0) & (y > 0), certain, possible);
    }
}
VEC_CLONES static void dates_le(const struct vec_args *v)
{
    dates_order(v, false);
}
VEC_CLONES static void dates_lt(const struct vec_args *v)
{
    dates_order(v, true);
}

/* certain within k0..k1 but for the points k4, k5; possible within k2..k3 but for k6, k7. A point turns its membership
 * over. Where lone years are open they are possible, never certain. An unknown date looks like the year 0. */
DAYS_INLINE void date_in(const struct vec_args *v, int flags)
{
    int n = v->n;
    uint8_t *restrict r = v->dst;
    const int32_t *restrict a = v->in[0];
    int32_t k0 = v->k[0], k1 = v->k[1], k2 = v->k[2], k3 = v->k[3];
    int32_t k4 = v->k[4], k5 = v->k[5], k6 = v->k[6], k7 = v->k[7];
    for (int i = 0; i < n; i++) {
        int32_t x = a[i], certain = ranged(x, k0, k1), possible = ranged(x, k2, k3), lone = (x & 511) == 0;
        if (flags & VEC_DATE_FLIP_CERTAIN)
            certain ^= (x == k4) ^ (x == k5);
        if (flags & VEC_DATE_FLIP_POSSIBLE)
            possible ^= (x == k6) ^ (x == k7);
        if (flags & VEC_DATE_OPEN_YEARS)
            certain &= !lone;
        possible |= flags & VEC_DATE_OPEN_YEARS ? lone : x == EXPR_DATE_UNKNOWN;
        r[i] = certain ? PC_TRUE : (uint8_t)possible;
    }
}
#define DATE_IN(name, flags)                              \
    VEC_CLONES static void name(const struct vec_args *v) \
    {                                                     \
        date_in(v, flags);                                \
    }
DATE_IN(date_in0, 0)
DATE_IN(date_in1, 1)
DATE_IN(date_in2, 2)
DATE_IN(date_in3, 3)
DATE_IN(date_in4, 4)
DATE_IN(date_in5, 5)
DATE_IN(date_in6, 6)
DATE_IN(date_in7, 7)

/* A bound for each precision: a day up to k0 (or from k0 on) is certain, a month k1, a lone year k2; possible k3, k4,
 * k5. */
DAYS_INLINE void date_by(const struct vec_args *v, bool up)
{
    int n = v->n;
    uint8_t *restrict r = v->dst;
    const int32_t *restrict a = v->in[0];
    int32_t k0 = v->k[0], k1 = v->k[1], k2 = v->k[2], k3 = v->k[3], k4 = v->k[4], k5 = v->k[5];
    for (int i = 0; i < n; i++) {
        int32_t x = a[i], no_day = (x & 31) == 0, lone = (x & 511) == 0;
        int32_t sure = no_day ? k1 : k0, may = no_day ? k4 : k3;
        sure = lone ? k2 : sure;
        may = lone ? k5 : may;
        int32_t certain = up ? x >= sure : x <= sure, possible = up ? x >= may : x <= may;
        r[i] = (uint8_t)truth(x == EXPR_DATE_UNKNOWN, x > 0, certain, possible);
    }
}
VEC_CLONES static void date_down(const struct vec_args *v)
{
    date_by(v, false);
}
VEC_CLONES static void date_up(const struct vec_args *v)
{
    date_by(v, true);
}

vec_fn *const vec_compare_fns[VEC_OPS] = {
    [VEC_DATES_LE] = dates_le,
    [VEC_DATES_LT] = dates_lt,
    [VEC_IN16] = in16,
    [VEC_LE16] = le16,
    [VEC_LT16] = lt16,
    [VEC_EQ16] = eq16,
    [VEC_IN32] = in32,
    [VEC_LE32] = le32,
    [VEC_LT32] = lt32,
    [VEC_EQ32] = eq32,
    [VEC_IS64] = is64,
    [VEC_EQ64] = eq64,
    [VEC_PAIR_IN] = pair_in,
    [VEC_PAIR_LE] = pair_le,
    [VEC_PAIR_LT] = pair_lt,
    [VEC_PAIR_EQ] = pair_eq,
    [VEC_DATE_DOWN] = date_down,
    [VEC_DATE_UP] = date_up,
    [VEC_DATE_IN] = date_in0,
    [VEC_DATE_IN + 1] = date_in1,
    [VEC_DATE_IN + 2] = date_in2,
    [VEC_DATE_IN + 3] = date_in3,
    [VEC_DATE_IN + 4] = date_in4,
    [VEC_DATE_IN + 5] = date_in5,
    [VEC_DATE_IN + 6] = date_in6,
    [VEC_DATE_IN + 7] = date_in7,
};
