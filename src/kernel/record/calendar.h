/* calendar.h: working days and deadlines. The shipped days are those the State Council announced (data/holidays.tsv); a
 * district's own days (record kernel.day) come on top, a later year by import. In a year that is not loaded
 * every Monday to Friday counts, and a deadline that rests on it is provisional. */
#ifndef QF_RECORD_CALENDAR_H
#define QF_RECORD_CALENDAR_H

#include "record/record.h"

extern const struct record day_record; /* kernel.day: day, kind (kernel.day_kind), name, document */

struct calendar;
/* The shipped days and the district's; arena. */
struct err *calendar_read(struct db_tx *tx, const struct calendar **out) MUST_USE;
/* Only the shipped ones; static. For tests and for arithmetic without a database. */
const struct calendar *calendar_shipped(void);

/* d, of all these: a full date. */
/* Is the year's notice there, from New Year's Day to National Day? */
bool calendar_loaded(const struct calendar *c, int year);
/* Days of the year that are named: days off, or make-up working days. */
int calendar_named(const struct calendar *c, int year, bool working);
/* The years in which days are named; false: none. */
bool calendar_years(const struct calendar *c, int *first, int *last);
bool calendar_working(const struct calendar *c, struct date d);
/* Why d is as it is: name of the holiday or make-up day, NULL for a plain day of the week. */
const char *calendar_name(const struct calendar *c, struct date d);
/* The first working day on or after d. */
struct date calendar_next_working(const struct calendar *c, struct date d);
/* Working days after `from` up to and with `to`; 0 when to <= from. */
int calendar_working_between(const struct calendar *c, struct date from, struct date to);

enum due_unit { DUE_WORKING_DAYS, DUE_DAYS, DUE_MONTHS, DUE_YEARS };

/* A period of time and how its end was found: enough to show the arithmetic to the person it runs against.
 * The day after the event is day 1. Months and years end on the same day of the month, or on its last where there is
 * none. A last day that is no working day moves to the next working day (doc/deadlines.md). */
struct due {
    struct date start; /* the event; not counted itself */
    int n;
    enum due_unit unit;
    struct date plain; /* the end as counted */
    struct date day;   /* the end as it holds: plain, or the next working day */
    int skipped;       /* days between that did not count; only DUE_WORKING_DAYS */
    bool provisional;  /* rests on a year that is not loaded */
};
/* start full; n from 0 (the day of the event itself) to 10000. */
struct due calendar_due(const struct calendar *c, struct date start, int n, enum due_unit unit);
/* Days from d to the end: 0 on the last day, negative when it is past. */
int due_left(const struct due *due, struct date d);

/* "working_days", "days", "months", "years", and back; -1 for any other text. */
const char *due_unit_name(enum due_unit unit);
int due_unit_find(const char *name);

#endif
