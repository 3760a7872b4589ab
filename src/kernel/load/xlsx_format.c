/* xlsx_format.c: which number formats mean dates, and numbers as text. Formats after ECMA-376 part 1, 18.8.30
 * and 18.8.31; the built-in ones of the Chinese locale are dates too. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "load/xlsx.h"

unsigned char xlsx_format_builtin(int id)
{
    if (id == 14 || id == 15 || id == 16 || (id >= 28 && id <= 31) || id == 36 || id == 50 || id == 51 || id == 53 ||
        id == 54 || id == 58)
        return SHAPE_DATE; /* 27, 52 and 57 are yyyy"年"m"月" in the Chinese locale */
    if (id == 17 || id == 27 || id == 52 || id == 57)
        return SHAPE_MONTH;
    if (id == 22)
        return SHAPE_DATE_TIME;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 || id == 56)
        return SHAPE_TIME;
    return id == 46 ? SHAPE_ELAPSED : SHAPE_NUMBER;
}

struct letters {
    bool year, month, day, clock, elapsed, other;
    int zeros;
};

/* [Red] [$-804] [>=100] are no dates; [h] [mm] [ss] count time. Returns past the bracket. */
static const char *bracket(const char *s, struct letters *l)
{
    const char *end = strchr(s, ']');
    if (end == NULL)
        return s + strlen(s);
    size_t n = (size_t)(end - s) - 1, same = strspn(s + 1, "hH");
    if (same == 0)
        same = strspn(s + 1, "mM");
    if (same == 0)
        same = strspn(s + 1, "sS");
    if (n > 0 && same == n)
        l->elapsed = true;
    return end + 1;
}

unsigned char xlsx_format_shape(const char *code)
{
    struct letters l = {0};
    if (strncasecmp(code, "general", 7) == 0)
        return SHAPE_NUMBER;
    for (const char *s = code; *s != '\0' && *s != ';';) {
        char c = *s;
        if (c == '"') {
            const char *end = strchr(s + 1, '"');
            s = end == NULL ? s + strlen(s) : end + 1;
            l.other = true;
            continue;
        }
        if (c == '[') {
            s = bracket(s, &l);
            continue;
        }
        if (c == '\\' || c == '_' || c == '*') {
            s += s[1] == '\0' ? 1 : 2;
            l.other = true;
            continue;
        }
        if ((c == 'E' || c == 'e') && (s[1] == '+' || s[1] == '-')) {
            l.other = true;
            s += 2;
            continue;
        }
        if (strncasecmp(s, "am/pm", 5) == 0 || strncasecmp(s, "a/p", 3) == 0) {
            l.clock = true;
            s += strncasecmp(s, "a/p", 3) == 0 ? 3 : 5;
            continue;
        }
        switch (c) {
        case 'y':
        case 'Y':
        case 'e':
        case 'E': l.year = true; break;
        case 'm':
        case 'M': l.month = true; break;
        case 'd':
        case 'D': l.day = true; break;
        case 'h':
        case 'H':
        case 's':
        case 'S': l.clock = true; break;
        case '0': l.zeros++; break;
        default: l.other |= c != ' '; break;
        }
        s++;
    }
    bool date = l.year || l.day || (l.month && !l.clock && !l.elapsed);
    if (l.elapsed && !date)
        return SHAPE_ELAPSED;
    if (date && l.clock)
        return SHAPE_DATE_TIME;
    if (date)
        return l.day ? SHAPE_DATE : SHAPE_MONTH;
    if (l.clock)
        return SHAPE_TIME;
    if (l.zeros > 1 && l.zeros <= 30 && !l.other)
        return (unsigned char)(SHAPE_ZEROS + l.zeros);
    return SHAPE_NUMBER;
}

static void put_clock(struct buf *out, int64_t seconds)
{
    buf_printf(out, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

/* Day 60 of the 1900 system is the 29 February that never was; days before it stand one later than they are counted. */
static bool put_date(struct buf *out, int64_t days, bool epoch1904)
{
    char iso[DATE_TEXT];
    struct date d;
    if (epoch1904)
        d = date_add_days(date_make(1904, 1, 1), (int)days);
    else if (days == 60 || days < 1)
        return false;
    else
        d = date_add_days(date_make(1899, 12, days < 60 ? 31 : 30), (int)days);
    buf_puts(out, date_iso(d, iso));
    return true;
}

static bool put_moment(double v, unsigned char shape, bool epoch1904, struct buf *out, enum load_cell_kind *kind)
{
    if (!(v >= 0 && v < 2958466)) /* 9999-12-31 */
        return false;
    int64_t seconds = llround(v * 86400), days = seconds / 86400;
    seconds %= 86400;
    if (shape == SHAPE_ELAPSED) {
        *kind = CELL_TIME;
        put_clock(out, days * 86400 + seconds);
        return true;
    }
    if (shape == SHAPE_TIME && days == 0) {
        *kind = CELL_TIME;
        put_clock(out, seconds);
        return true;
    }
    size_t before = out->n;
    if (!put_date(out, days, epoch1904)) {
        out->n = before;
        return false;
    }
    *kind = CELL_DATE;
    if ((shape == SHAPE_DATE_TIME || shape == SHAPE_TIME) && seconds > 0) {
        buf_putc(out, 'T');
        put_clock(out, seconds);
    }
    return true;
}

static void put_plain(double v, unsigned char shape, struct buf *out, unsigned *doubts)
{
    char t[64];
    if (fabs(v) >= 1e15 && v == floor(v)) {
        *doubts |= CELL_DIGITS_LOST;
        if (fabs(v) < 1e30)
            snprintf(t, sizeof t, "%.0f", v);
        else
            snprintf(t, sizeof t, "%.15g", v);
    } else if (shape > SHAPE_ZEROS && v >= 0 && v == floor(v)) {
        snprintf(t, sizeof t, "%0*.0f", shape - SHAPE_ZEROS, v);
    } else {
        snprintf(t, sizeof t, "%.15g", v);
        if (strchr(t, 'e') != NULL && fabs(v) < 1 && fabs(v) > 1e-9)
            snprintf(t, sizeof t, "%.20f", v);
        const char *dot = strchr(t, '.');
        if (strchr(t, 'e') == NULL && dot != NULL)
            for (size_t n = strlen(t); t[n - 1] == '0'; n--)
                t[n - 1] = '\0';
        if (dot != NULL && dot[1] != '\0' && dot[2] == '\0' && v >= 1850 && v < 2150)
            *doubts |= CELL_ONE_DECIMAL;
    }
    buf_puts(out, strcmp(t, "-0") == 0 ? "0" : t);
}

void xlsx_format_number(const char *raw, size_t n, unsigned char shape, bool epoch1904, struct buf *out,
                        enum load_cell_kind *kind, unsigned *doubts)
{
    char t[64], *end;
    while (n > 0 && strchr(" \t\r\n", raw[n - 1]) != NULL)
        n--;
    if (n == 0)
        return;
    *kind = CELL_NUMBER;
    size_t len = n < sizeof t - 1 ? n : sizeof t - 1;
    memcpy(t, raw, len);
    t[len] = '\0';
    double v = strtod(t, &end);
    if (*end != '\0' || !isfinite(v) || len < n || strspn(t, "+-.0123456789eE \t\r\n") != len) {
        *kind = CELL_TEXT;
        *doubts |= CELL_BROKEN;
        buf_add(out, raw, n);
        return;
    }
    if (shape >= SHAPE_DATE && shape <= SHAPE_ELAPSED) {
        if (put_moment(v, shape, epoch1904, out, kind)) {
            if (shape == SHAPE_MONTH)
                *doubts |= CELL_MONTH_ONLY;
            return;
        }
        *kind = CELL_NUMBER;
        *doubts |= CELL_DATE_IMPOSSIBLE;
    }
    put_plain(v, shape, out, doubts);
}
