/* days.h: date arithmetic on packed dates without branches, so that a loop over a column becomes vector instructions;
 * the scalar evaluator uses the same functions. A date inside an expression is the pair of its first and last possible
 * day, both full. Everything here stays within 0001-01-01 .. 9999-12-31: sums beyond stop at that end. */
#ifndef QF_EXPR_DAYS_H
#define QF_EXPR_DAYS_H

#include <stdint.h>

#define DAYS_INLINE static inline __attribute__((always_inline))

enum {
    DAY_MIN = 1 << 9 | 1 << 5 | 1,
    DAY_MAX = 9999 << 9 | 12 << 5 | 31,
    DAYS_MIN = -719162, /* 0001-01-01 in days since 1970-01-01 */
    DAYS_MAX = 2932896,
    /* No span need be longer to cross the whole calendar; longer ones are cut to these. */
    SPAN_YEARS_MOST = 20000,
    SPAN_MONTHS_MOST = SPAN_YEARS_MOST * 12,
    SPAN_DAYS_MOST = 8000000
};

DAYS_INLINE int32_t clamp32(int32_t x, int32_t most)
{
    x = x > most ? most : x;
    return x < -most ? -most : x;
}

/* Length of month m, 1..12, of year y, 0..9999. */
DAYS_INLINE int32_t month_length(int32_t y, int32_t m)
{
    int32_t century = y * 5243 >> 19; /* y / 100 */
    int32_t leap = ((y & 3) == 0) & ((century * 100 != y) | ((y & 15) == 0));
    return m == 2 ? 28 + leap : 30 + ((m ^ m >> 3) & 1);
}

/* First and last day of a packed date, which must be one. */
DAYS_INLINE int32_t day_first(int32_t v)
{
    return v | ((v & 511) == 0 ? 32 : 0) | ((v & 31) == 0 ? 1 : 0);
}
DAYS_INLINE int32_t day_last(int32_t v)
{
    int32_t filled = v | ((v & 511) == 0 ? 12 << 5 : 0);
    return (v & 31) == 0 ? filled | month_length(filled >> 9, filled >> 5 & 15) : v;
}

/* Packed so that it is not before any day of the date, and before every later date. */
DAYS_INLINE int32_t day_reach(int32_t v)
{
    return v | ((v & 511) == 0 ? 15 << 5 : 0) | ((v & 31) == 0 ? 31 : 0);
}

/* The packed date of least precision that covers both days: a day, a month, a year, or 0 when the years differ. */
DAYS_INLINE int32_t day_cover(int32_t first, int32_t last)
{
    int32_t v = first >> 5 == last >> 5 ? first & ~31 : first & ~511;
    v = first == last ? first : v;
    return first >> 9 == last >> 9 ? v : 0;
}

/* A full day moved by n months; a day the month does not have becomes its last. n within SPAN_MONTHS_MOST. */
DAYS_INLINE int32_t day_add_months(int32_t v, int32_t n)
{
    int32_t at = (v >> 9) * 12 + (v >> 5 & 15) - 1 + n;
    int32_t low = at<12, high = at> 9999 * 12 + 11;
    int32_t in = low ? 12 : high ? 12 : at;
    int32_t y = (in >> 2) * 43691 >> 17; /* in / 12 */
    int32_t m = in - y * 12 + 1, d = v & 31, most = month_length(y, m);
    int32_t moved = y << 9 | m << 5 | (d > most ? most : d);
    moved = low ? DAY_MIN : moved;
    return high ? DAY_MAX : moved;
}

/* The same by whole years, n within SPAN_YEARS_MOST. */
DAYS_INLINE int32_t day_add_years(int32_t v, int32_t n)
{
    int32_t y = (v >> 9) + n, in = y < 1 ? 1 : y;
    in = in > 9999 ? 9999 : in;
    int32_t m = v >> 5 & 15, d = v & 31, most = month_length(in, m);
    int32_t moved = in << 9 | m << 5 | (d > most ? most : d);
    moved = y < 1 ? DAY_MIN : moved;
    return y > 9999 ? DAY_MAX : moved;
}

/* Days since 1970-01-01. */
DAYS_INLINE int32_t day_number(int32_t v)
{
    int32_t m = v >> 5 & 15, d = v & 31, early = m < 3;
    int32_t y = (v >> 9) - early, mp = m + (early ? 9 : -3);
    int32_t century = y * 5243 >> 19;
    return 365 * y + (y >> 2) - century + (century >> 2) + ((153 * mp + 2) * 52429 >> 18) + d - 719469;
}

/* Back; z within DAYS_MIN .. DAYS_MAX. After Howard Hinnant, as in base/date.c. */
DAYS_INLINE int32_t day_of_number(int32_t z)
{
    z += 719468;
    int32_t era = z / 146097, doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + (yoe >> 2) - yoe / 100), mp = (5 * doy + 2) / 153;
    int32_t d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;
    return (yoe + era * 400 + (m <= 2)) << 9 | m << 5 | d;
}

DAYS_INLINE int32_t day_add_days(int32_t v, int32_t n)
{
    int32_t z = day_number(v) + n;
    z = z < DAYS_MIN ? DAYS_MIN : z;
    return day_of_number(z > DAYS_MAX ? DAYS_MAX : z);
}

/* Completed months from a to b, both packed with a month; by months where either lacks a day; a day that the month of
 * the later date does not have is reached on its last day. Negative when b is before a. */
DAYS_INLINE int32_t months_from(int32_t a, int32_t b)
{
    int32_t n = ((b >> 9) - (a >> 9)) * 12 + (b >> 5 & 15) - (a >> 5 & 15);
    int32_t da = a & 31, db = b & 31, days = (da != 0) & (db != 0);
    int32_t short_up = days & (n > 0) & (db < da) & (db < month_length(b >> 9, b >> 5 & 15));
    int32_t short_down = days & (n < 0) & (db > da) & (da < month_length(a >> 9, a >> 5 & 15));
    return n - short_up + short_down;
}

/* Completed months or years between two packed dates; INT32_MIN when either is a lone year, which leaves them open. */
DAYS_INLINE int32_t completed(int32_t a, int32_t b, int32_t years)
{
    int32_t lone = ((a & 511) == 0) | ((b & 511) == 0);
    int32_t months = months_from(a, b), whole = months / 12;
    whole = years ? whole : months;
    return lone ? INT32_MIN : whole;
}

#endif
