/* vec_number.c: block operations that make numbers and dates: sums, spans, completed counts. */
#include "expr/vec.h"

#include "expr/days.h"
#include "expr/expr.h"

enum { UNKNOWN = EXPR_INT_UNKNOWN, NONE = EXPR_INT_NONE };

/* The sum s of a and b, or what a missing part or an overflow makes of it. */
DAYS_INLINE int32_t summed(int32_t a, int32_t b, int32_t s, int32_t overflow)
{
    s = (overflow | (s <= NONE)) ? UNKNOWN : s;
    s = ((a == NONE) | (b == NONE)) ? NONE : s;
    return ((a == UNKNOWN) | (b == UNKNOWN)) ? UNKNOWN : s;
}

DAYS_INLINE int32_t added(int32_t a, int32_t b)
{
    int32_t s = (int32_t)((uint32_t)a + (uint32_t)b);
    return summed(a, b, s, ((a ^ s) & (b ^ s)) < 0);
}

DAYS_INLINE int32_t subtracted(int32_t a, int32_t b)
{
    int32_t s = (int32_t)((uint32_t)a - (uint32_t)b);
    return summed(a, b, s, ((a ^ b) & (a ^ s)) < 0);
}

DAYS_INLINE int32_t picked(int32_t a, int32_t b, int32_t least, int32_t unknown, int32_t none)
{
    int32_t x = a == none ? b : a, y = b == none ? a : b;
    int32_t p = (x < y) == least ? x : y;
    return ((a == unknown) | (b == unknown)) ? unknown : p;
}

DAYS_INLINE int32_t percent(int32_t n, int32_t p, int32_t round)
{
    if (n == UNKNOWN || p == UNKNOWN)
        return UNKNOWN;
    if (n == NONE || p == NONE)
        return NONE;
    int64_t x = (int64_t)n * p + round;
    x = x / 100 - (x % 100 < 0);
    return x > INT32_MAX || x <= NONE ? UNKNOWN : (int32_t)x;
}

/* A date's state as a number's. */
DAYS_INLINE int32_t number_of(int32_t first, int32_t value)
{
    return first > 0 ? value : first == EXPR_DATE_UNKNOWN ? UNKNOWN : NONE;
}

DAYS_INLINE int32_t moved(int32_t day, int32_t n, int32_t result)
{
    result = ((day == EXPR_DATE_NONE) | (n == NONE)) ? EXPR_DATE_NONE : result;
    return ((day == EXPR_DATE_UNKNOWN) | (n == UNKNOWN)) ? EXPR_DATE_UNKNOWN : result;
}

DAYS_INLINE int32_t span_part(int32_t n, int32_t sign, int32_t most)
{
    return clamp32(n <= NONE ? 0 : n, most) * sign;
}

/* What two dates give together when either is missing. */
DAYS_INLINE int32_t between(int32_t a, int32_t b, int32_t value)
{
    value = ((a < 0) | (b < 0)) ? NONE : value;
    return ((a == 0) | (b == 0)) ? UNKNOWN : value;
}

VEC_LOOP(add, int32_t, int32_t, int32_t, added(a[i], b[i]))
VEC_LOOP(sub, int32_t, int32_t, int32_t, subtracted(a[i], b[i]))
VEC_LOOP(least, int32_t, int32_t, int32_t, picked(a[i], b[i], 1, k0, k1))
VEC_LOOP(most, int32_t, int32_t, int32_t, picked(a[i], b[i], 0, k0, k1))
VEC_LOOP(percents, int32_t, int32_t, int32_t, percent(a[i], b[i], k0))
VEC_LOOP(one, int32_t, int32_t, int32_t, a[i] == b[i] ? a[i] : UNKNOWN)
VEC_LOOP(span, int32_t, int32_t, int32_t, a[i] <= NONE ? a[i] : clamp32(a[i], k1) * k0)
VEC_LOOP(first_day, int32_t, int32_t, int32_t, a[i] <= 0 ? a[i] : day_first(a[i]))
VEC_LOOP(last_day, int32_t, int32_t, int32_t, a[i] <= 0 ? a[i] : day_last(a[i]))
VEC_LOOP(add_years, int32_t, int32_t, int32_t, a[i] <= 0 ? a[i] : day_add_years(a[i], k0))
VEC_LOOP(add_months, int32_t, int32_t, int32_t,
         moved(a[i], b[i], day_add_months(a[i], span_part(b[i], k0, SPAN_MONTHS_MOST))))
VEC_LOOP(add_days, int32_t, int32_t, int32_t,
         moved(a[i], b[i], day_add_days(a[i], span_part(b[i], k0, SPAN_DAYS_MOST))))
VEC_LOOP(cover, int32_t, int32_t, int32_t, a[i] <= 0 ? a[i] : day_cover(a[i], b[i]))
VEC_LOOP(year, int32_t, int32_t, int32_t, number_of(a[i], a[i] >> 9))
VEC_LOOP(month, int32_t, int32_t, int32_t, number_of(a[i], (a[i] & 511) == 0 ? UNKNOWN : a[i] >> 5 & 15))
VEC_LOOP(completed_count, int32_t, int32_t, int32_t, between(a[i], b[i], completed(a[i], b[i], k0)))
VEC_LOOP(days_between, int32_t, int32_t, int32_t,
         between(a[i], c[i], ((a[i] == b[i]) & (c[i] == d[i])) ? day_number(c[i]) - day_number(a[i]) : UNKNOWN))

vec_fn *const vec_number_fns[VEC_OPS] = {
    [VEC_ADD] = add,
    [VEC_SUB] = sub,
    [VEC_MIN] = least,
    [VEC_MAX] = most,
    [VEC_PERCENT] = percents,
    [VEC_ONE] = one,
    [VEC_SPAN] = span,
    [VEC_FIRST_DAY] = first_day,
    [VEC_LAST_DAY] = last_day,
    [VEC_ADD_YEARS] = add_years,
    [VEC_ADD_MONTHS] = add_months,
    [VEC_ADD_DAYS] = add_days,
    [VEC_YEAR] = year,
    [VEC_MONTH] = month,
    [VEC_COVER] = cover,
    [VEC_COMPLETED] = completed_count,
    [VEC_DAYS_BETWEEN] = days_between,
};
