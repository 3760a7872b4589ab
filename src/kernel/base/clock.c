/* clock.c: see clock.h. */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static _Atomic int64_t fixed_ms = -1;

int64_t clock_now_ms(void)
{
    int64_t f = atomic_load_explicit(&fixed_ms, memory_order_relaxed);
    if (f >= 0)
        return f;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct date clock_day_of(int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    localtime_r(&s, &tm);
    return date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

int64_t clock_day_end(struct date d)
{
    struct tm tm = {
        .tm_year = date_year(d) - 1900, .tm_mon = date_month(d) - 1, .tm_mday = date_day(d) + 1, .tm_isdst = -1};
    return (int64_t)mktime(&tm) * 1000 - 1;
}

struct date clock_today(void)
{
    return clock_day_of(clock_now_ms());
}

void clock_set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

void clock_fix(int64_t ms)
{
    atomic_store(&fixed_ms, ms);
}

void clock_init(void)
{
    clock_set_zone("Asia/Shanghai");
    const char *day = getenv("QF_TEST_DAY");
    struct date d;
    if (day != NULL && date_parse(day, &d) && date_is_full(d))
        clock_fix((date_to_days(d) * 86400 + 4 * 3600) * 1000); /* noon in Shanghai */
}

const char *clock_iso(int64_t ms, char out[CLOCK_TEXT])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    gmtime_r(&s, &tm);
    strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}

const char *clock_local(int64_t ms, char out[CLOCK_TEXT])
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    localtime_r(&s, &tm);
    strftime(out, CLOCK_TEXT, "%Y.%m.%d %H:%M", &tm);
    return out;
}
