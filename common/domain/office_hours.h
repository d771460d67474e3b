/* office_hours.h: when offices are open on a working day, and counting time in it. Time outside passes at no cost.
 *
 * Hours may differ by season (夏季作息时间). Every function is total over valid hours. A period costs one step for each
 * change of the hours within it, none for its length. */
#ifndef DUBAN_DOMAIN_OFFICE_HOURS_H
#define DUBAN_DOMAIN_OFFICE_HOURS_H

#include "base/limits.h"
#include "domain/calendar.h"

/* [from, until), minutes of the day; until may be 1440. */
struct office_block {
    int32_t from_minute, until_minute;
};

/* A day of every year. 29 February stands for 1 March in a year without one, at the end of a season for the 28th. */
struct year_day {
    int32_t month, day;
};

/* From one day up to another, both included; over the turn of the year when `until` comes before `from`. */
struct office_season {
    struct year_day from, until;
    struct office_block *blocks;
    uint32_t block_count;
};

/* Blocks ascend, do not overlap, and none crosses midnight. Those of a season hold in it, the others in the rest of the
 * year; there need be none where the seasons leave no day of the year out. */
struct office_hours {
    struct office_block *blocks;
    uint32_t block_count;
    struct office_season *seasons;
    uint32_t season_count;
};

enum office_fault {
    OFFICE_FINE,
    OFFICE_BLOCK_MISSING,   /* none, or more than LIMIT_OFFICE_BLOCKS */
    OFFICE_BLOCK_RANGE,     /* outside 00:00 … 24:00 */
    OFFICE_BLOCK_BACKWARDS, /* ends before it begins, or when it begins: one past midnight does too */
    OFFICE_BLOCK_ORDER,     /* begins before the one before has ended */
    OFFICE_SEASONS_MANY,    /* more than LIMIT_OFFICE_SEASONS */
    OFFICE_SEASON_DAY,      /* begins or ends on a day that no year has */
    OFFICE_SEASON_OVERLAP,  /* shares a day with one before it */
    OFFICE_SEASON_GAP, /* a day of the year without hours: only where there are none for the rest of the year */
};

/* What is at fault. */
struct office_place {
    uint32_t season; /* from 1; 0: the hours outside seasons, or the seasons as a whole */
    uint32_t block;
};

extern const struct office_hours office_hours_sample; /* 08:30–12:00, 14:00–17:30 */

/* ret_place is untouched when fine. */
enum office_fault office_hours_check(const struct office_hours *hours, struct office_place *ret_place);
const char *office_fault_code(enum office_fault fault); /* "block_order" */

/* "08:30-12:00", up to "24:00"; whether the block is a possible one is asked by office_hours_check. */
bool office_block_from_text(const char *text, struct office_block *ret_block);
bool year_day_from_text(const char *text, struct year_day *ret_day); /* "05-01" */

/* The blocks of one day of the calendar, worked or not. */
const struct office_block *office_hours_on(const struct office_hours *hours, struct date day,
                                           uint32_t *ret_count);

/* The earliest instant at which `ms` > 0 of office time have passed since start: a closing time, never an opening. */
struct instant office_hours_add(const struct calendar *calendar, const struct office_hours *hours,
                                struct instant start, int64_t ms);

/* Office time in [from, until), from ≤ until; in milliseconds. */
int64_t office_hours_between(const struct calendar *calendar, const struct office_hours *hours,
                             struct instant from, struct instant until);

#endif
