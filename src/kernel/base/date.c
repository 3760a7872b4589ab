/* date.c: see date.h. Day numbers after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
#include "base/date.h"

struct date date_make(int y, int m, int d)
{
    return (struct date){y << 9 | m << 5 | d};
}

int date_month_days(int y, int m)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : days[m - 1];
}

bool date_valid(int y, int m, int d)
{
    if (y < 1 || y > 9999 || m < 0 || m > 12 || d < 0)
        return false;
    return m == 0 ? d == 0 : d <= date_month_days(y, m);
}

struct date date_first(struct date d)
{
    int m = date_month(d), day = date_day(d);
    return date_make(date_year(d), m ? m : 1, day ? day : 1);
}

struct date date_last(struct date d)
{
    int y = date_year(d), m = date_month(d), day = date_day(d);
    if (m == 0)
        m = 12;
    return date_make(y, m, day ? day : date_month_days(y, m));
}

int64_t date_to_days(struct date d)
{
    int y = date_year(d);
    unsigned m = (unsigned)date_month(d), day = (unsigned)date_day(d);
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned yoe = (unsigned)(y - era * 400);
    unsigned doy = (153 * (m + (m > 2 ? -3U : 9U)) + 2) / 5 + day - 1;
    unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + (int64_t)doe - 719468;
}

struct date date_from_days(int64_t z)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    unsigned doe = (unsigned)(z - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    unsigned d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;
    return date_make((int)(yoe + era * 400) + (m <= 2), (int)m, (int)d);
}

int date_weekday(struct date d)
{
    return (int)(((date_to_days(d) + 3) % 7 + 7) % 7) + 1;
}

static int floor_div(int a, int b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

struct date date_add_months(struct date d, int n)
{
    if (!date_is(d))
        return d;
    int y = date_year(d), m = date_month(d), day = date_day(d);
    if (m == 0)
        return date_make(y + floor_div(n, 12), 0, 0);
    int at = y * 12 + m - 1 + n;
    y = floor_div(at, 12);
    m = at - y * 12 + 1;
    int most = date_month_days(y, m);
    return date_make(y, m, day > most ? most : day);
}

struct date date_add_days(struct date d, int n)
{
    return date_is_full(d) ? date_from_days(date_to_days(d) + n) : d;
}

enum tri date_le(struct date a, struct date b)
{
    if (a.v == 0 || b.v == 0)
        return TRI_UNKNOWN;
    if (a.v < 0 || b.v < 0)
        return TRI_FALSE;
    if (date_last(a).v <= date_first(b).v)
        return TRI_TRUE;
    return date_first(a).v > date_last(b).v ? TRI_FALSE : TRI_UNKNOWN;
}

enum tri date_eq(struct date a, struct date b)
{
    if (a.v == 0 || b.v == 0)
        return TRI_UNKNOWN;
    if (a.v < 0 || b.v < 0)
        return TRI_FALSE;
    if (date_is_full(a) && date_is_full(b))
        return a.v == b.v;
    return date_last(a).v < date_first(b).v || date_last(b).v < date_first(a).v ? TRI_FALSE : TRI_UNKNOWN;
}

int date_months_between(struct date a, struct date b)
{
    int ma = date_month(a), mb = date_month(b);
    int n = (date_year(b) - date_year(a)) * 12 + (mb ? mb : 1) - (ma ? ma : 1);
    int da = date_day(a), db = date_day(b);
    if (da == 0 || db == 0 || n == 0)
        return n;
    if (n > 0 && db < da && db < date_month_days(date_year(b), mb))
        return n - 1;
    return n < 0 && db > da && da < date_month_days(date_year(a), ma) ? n + 1 : n;
}

int date_years_between(struct date a, struct date b)
{
    return date_months_between(a, b) / 12;
}

static int digits(const char **s, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        v = v * 10 + (**s - '0');
    }
    return v;
}

bool date_parse(const char *s, struct date *out)
{
    int y = digits(&s, 4), m = 0, d = 0;
    if (y >= 0 && *s == '-') {
        s++;
        m = digits(&s, 2);
        if (m > 0 && *s == '-') {
            s++;
            d = digits(&s, 2);
            if (d == 0)
                return false;
        }
        if (m == 0)
            return false;
    }
    if (*s != '\0' || y < 0 || m < 0 || d < 0 || !date_valid(y, m, d))
        return false;
    *out = date_make(y, m, d);
    return true;
}

static const char *print(struct date d, char sep, char out[DATE_TEXT])
{
    char *p = out;
    if (date_is(d)) {
        int part[3] = {date_year(d), date_month(d), date_day(d)};
        for (int i = 0; i < 3 && (i == 0 || part[i] != 0); i++) {
            if (i > 0)
                *p++ = sep;
            if (i == 0) {
                *p++ = (char)('0' + part[0] / 1000 % 10);
                *p++ = (char)('0' + part[0] / 100 % 10);
            }
            *p++ = (char)('0' + part[i] / 10 % 10);
            *p++ = (char)('0' + part[i] % 10);
        }
    }
    *p = '\0';
    return out;
}

const char *date_iso(struct date d, char out[DATE_TEXT])
{
    return print(d, '-', out);
}

const char *date_dots(struct date d, char out[DATE_TEXT])
{
    return print(d, '.', out);
}
