/* date.h: dates as offices keep them: a day (1975-03-12), a month (1975-03) or a year (1975).
 * One packed number holds all three, so dates of different precision sort together and a column of them costs 4 bytes.
 * A partial date is its interval: comparison is three-valued (doc/expressions.md). Ages and terms count by months
 * where a day is lacking. Adding months to a month's last day stays in that month. The calendar is Gregorian. */
#ifndef QF_BASE_DATE_H
#define QF_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* v = year << 9 | month << 5 | day; month 0: only the year is known; day 0: only year and month.
 * v = 0 (DATE_UNKNOWN): not on record. v = -1 (DATE_NONE): known not to be (no end yet, never joined). */
struct date {
    int32_t v;
};
#define DATE_UNKNOWN ((struct date){0})
#define DATE_NONE ((struct date){-1})

enum tri { TRI_FALSE = 0, TRI_TRUE = 1, TRI_UNKNOWN = 2 };

/* year 1..9999, month 0..12, day 0..31; the caller has checked (date_valid). */
struct date date_make(int year, int month, int day);
bool date_valid(int year, int month, int day); /* also true for partial ones */
static inline int date_year(struct date d)
{
    return d.v >> 9;
}
static inline int date_month(struct date d)
{
    return d.v >> 5 & 15;
}
static inline int date_day(struct date d)
{
    return d.v & 31;
}
static inline bool date_is(struct date d)
{
    return d.v > 0;
} /* some date at all */
static inline bool date_is_full(struct date d)
{
    return d.v > 0 && (d.v & 31) != 0;
}
int date_month_days(int year, int month);

/* First and last day of the interval; the day itself when full. d must be a date. */
struct date date_first(struct date d);
struct date date_last(struct date d);

/* Days since 1970-01-01 of a full date, and back. */
int64_t date_to_days(struct date d);
struct date date_from_days(int64_t days);
int date_weekday(struct date d); /* 1 Monday .. 7 Sunday; d full */

/* n may be negative. Precision is kept: a year plus months that are not whole years becomes unknown-precise, so its
 * result is the year interval moved by floor(n / 12). */
struct date date_add_months(struct date d, int n);
struct date date_add_days(struct date d, int n); /* d full */

/* Is a <= b for every pair of days (true), for none (false), else unknown. Either unknown: unknown. None: false. */
enum tri date_le(struct date a, struct date b);
enum tri date_eq(struct date a, struct date b);
/* Completed months / years from a to b; by months where either lacks a day. Both must be dates with a month
 * (a lone year counts as its January). Negative when b is before a. */
int date_months_between(struct date a, struct date b);
int date_years_between(struct date a, struct date b);

/* ISO text: "1975", "1975-03", "1975-03-12". date_parse takes exactly these forms and checks the calendar. */
enum { DATE_TEXT = 12 };
bool date_parse(const char *s, struct date *out);
const char *date_iso(struct date d, char out[DATE_TEXT]);  /* "" unless a date */
const char *date_dots(struct date d, char out[DATE_TEXT]); /* 1975.03.12 */

#endif
