/* counting.h: counting days and time around pauses, the arithmetic under deadline.c. Not for others: ask deadline.h. */
#ifndef DUBAN_DOMAIN_COUNTING_H
#define DUBAN_DOMAIN_COUNTING_H

#include "domain/calendar.h"
#include "domain/deadline.h"

/* What a unit counts in: time on the clock, time in which offices are open, or days of one kind. */
enum measure { MEASURE_NONE, MEASURE_TIME, MEASURE_OFFICE_TIME, MEASURE_DAYS, MEASURE_WORKING_DAYS };

/* Ascending, without overlap; an open one lasts up to asked_at. */
struct pauses {
    const struct deadline_pause *items;
    uint32_t count;
    struct instant asked_at;
};

/* The n-th counted day after start; start itself for n = 0. */
struct date counted_day(const struct calendar *calendar, enum measure measure, const struct pauses *pauses,
                        struct date start, int n);

/* An end that a count from `start` reached without pauses, moved on by what they take. */
struct date push_past_pauses(const struct calendar *calendar, enum measure measure,
                             const struct pauses *pauses, struct date start, struct date end);

/* Counted days in (after, until]; 0 when until does not lie behind. */
int count_days(const struct calendar *calendar, enum measure measure, const struct pauses *pauses,
               struct date after, struct date until);

/* Which time counts: all of it, or with office hours only that in which offices are open. */
struct time_kind {
    const struct calendar *calendar;
    const struct office_hours *office_hours; /* NULL: all */
};

/* The earliest instant at which so much counted time has passed since start; start itself for none. */
struct instant add_time(const struct time_kind *kind, const struct pauses *pauses, struct instant start,
                        int64_t ms);
int64_t count_time(const struct time_kind *kind, const struct pauses *pauses, struct instant start,
                   struct instant end); /* start ≤ end */

#endif
