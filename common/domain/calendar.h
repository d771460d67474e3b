/* calendar.h: which days are worked. Monday to Friday, except the days that the State Council's yearly notice
 * (国务院办公厅关于部分节假日安排的通知) makes holidays or make-up working days (补班, counted as working days).
 *
 * A year without a listed day is unpublished: it counts Monday to Friday, and whoever computes with it must say
 * that the result is provisional. Every function is total: any date has an answer, and the cost does not grow with
 * the length of a period. A calendar is immutable once built. */
#ifndef DUBAN_DOMAIN_CALENDAR_H
#define DUBAN_DOMAIN_CALENDAR_H

#include "base/arena.h"
#include "base/instant.h"

#include <stdbool.h>
#include <stdint.h>

/* One day as the notice lists it. It may repeat what the weekday says (a Saturday within a holiday). */
struct calendar_day {
    struct date date;
    bool working;
    const char *name; /* 春节, 春节补班 */
};

/* One notice. Its days ascend; they lie in `year` or in the December before (2022-12-31 is in the notice for 2023). */
struct calendar_year {
    int32_t year;
    const char *paper; /* 国办发明电〔2022〕16号 */
    struct date published;
    struct calendar_day *days;
    uint32_t day_count; /* 0: a placeholder, the year is unpublished */
};

/* What is wrong with the data of a registry. */
enum calendar_fault {
    CALENDAR_FINE,
    CALENDAR_YEAR_RANGE, /* outside 2004 … 2100 */
    CALENDAR_YEAR_ORDER, /* years do not ascend */
    CALENDAR_YEAR_TWICE,
    CALENDAR_PAPER_MISSING, /* days without the notice they come from */
    CALENDAR_PUBLISHED_MISSING,
    CALENDAR_DAY_FOREIGN, /* neither in the year nor in the December before */
    CALENDAR_DAY_ORDER,   /* days do not ascend */
    CALENDAR_DAY_TWICE,
    CALENDAR_DAY_CONFLICT, /* the notice of the year before lists that day too */
    CALENDAR_DAY_WEEKDAY,  /* a make-up day (补班) from Monday to Friday makes up for nothing */
    CALENDAR_HALF_MISSING, /* no holiday before July, or none from July on: no notice has ever looked so */
};

struct calendar;

/* Where the first fault is: indexes into years and into the days of that year; untouched when fine. */
enum calendar_fault calendar_check(const struct calendar_year *years, uint32_t count,
                                   uint32_t *ret_year_index, uint32_t *ret_day_index);
const char *calendar_fault_code(enum calendar_fault fault); /* "day_order" */

/* What a whole notice looks like, beyond what can be computed with; of years that have passed calendar_check. An
 * unpublished one passes. */
enum calendar_fault calendar_check_notice(const struct calendar_year *year, uint32_t *ret_day_index);

/* The years must have passed calendar_check; count may be 0. The calendar refers to their texts and days. */
struct calendar *calendar_build(struct arena *arena, const struct calendar_year *years, uint32_t count,
                                uint32_t version);
uint32_t calendar_version(const struct calendar *calendar);

bool calendar_is_working(const struct calendar *calendar, struct date date);
bool calendar_is_published(const struct calendar *calendar, int year);
bool calendar_is_published_between(const struct calendar *calendar, struct date first, struct date last);
const struct calendar_year *calendar_year_find(const struct calendar *calendar,
                                               int year); /* NULL: unpublished */
const struct calendar_day *calendar_day_find(const struct calendar *calendar,
                                             struct date date); /* NULL: not listed */
const struct calendar_day *calendar_day_after(const struct calendar *calendar,
                                              struct date date); /* the next listed one; NULL: none */
const struct calendar_year *calendar_notice_of(const struct calendar *calendar,
                                               struct date date); /* that lists the day; NULL: none */

/* n > 0: the n-th working day after start; n < 0: the −n-th before it; 0: start itself, worked or not. */
struct date calendar_add_working_days(const struct calendar *calendar, struct date start, int n);

/* Working days in (after, until]; negative when until lies before after. */
int calendar_working_days_between(const struct calendar *calendar, struct date after, struct date until);

struct date calendar_next_working_day(const struct calendar *calendar, struct date at_or_after);
struct date calendar_last_working_day_before(const struct calendar *calendar,
                                             struct date day); /* strictly before */

/* The first working day's `minute_of_day` (540 is 09:00) at or after an instant. */
struct instant calendar_next_opening(const struct calendar *calendar, struct instant at_or_after,
                                     int minute_of_day);

#endif
