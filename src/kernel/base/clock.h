/* clock.h: what time it is. Time stamps are UTC milliseconds; the civil day is that of the setting `zone`.
 * Tests fix the clock; nothing else in the program asks the system. */
#ifndef QF_BASE_CLOCK_H
#define QF_BASE_CLOCK_H

#include "base/date.h"

int64_t clock_now_ms(void);  /* since 1970-01-01 UTC */
int64_t clock_mono_us(void); /* for durations */
struct date clock_today(void);
struct date clock_day_of(int64_t ms); /* the civil day of a time stamp */
int64_t clock_day_end(struct date d); /* the last millisecond of a full civil day */
/* An IANA zone name; default Asia/Shanghai. Call before threads start. */
void clock_set_zone(const char *zone);
/* Tests: every later clock_now_ms is ms. Negative: the system's clock again. The environment variable QF_TEST_DAY
 * (YYYY-MM-DD) fixes the civil day of a whole run at noon; it is read once by clock_init. */
void clock_fix(int64_t ms);
void clock_init(void);

enum { CLOCK_TEXT = 32 };
const char *clock_iso(int64_t ms, char out[CLOCK_TEXT]);   /* 2026-11-25T09:09:27Z */
const char *clock_local(int64_t ms, char out[CLOCK_TEXT]); /* 2026.11.25 17:09 in the zone */

#endif
