/* office_hours.h: when offices are open on a working day, and counting time in it. Time outside passes at no cost.
 * Every function is total over valid hours, and the cost does not grow with the length of a period. */
#ifndef DUBAN_DOMAIN_OFFICE_HOURS_H
#define DUBAN_DOMAIN_OFFICE_HOURS_H

#include "base/limits.h"
#include "domain/calendar.h"

/* [from, until), minutes of the day; until may be 1440. */
struct office_block {
    int32_t from_minute, until_minute;
};

/* At least one block; they ascend, do not overlap, and none crosses midnight. */
struct office_hours {
    struct office_block blocks[LIMIT_OFFICE_BLOCKS];
    uint32_t count;
};

enum office_fault {
    OFFICE_FINE,
    OFFICE_BLOCK_MISSING,   /* none, or more than LIMIT_OFFICE_BLOCKS */
    OFFICE_BLOCK_RANGE,     /* outside 00:00 … 24:00 */
    OFFICE_BLOCK_BACKWARDS, /* ends before it begins, or when it begins: one past midnight does too */
    OFFICE_BLOCK_ORDER,     /* begins before the one before has ended */
};

extern const struct office_hours office_hours_sample; /* 08:30–12:00, 14:00–17:30 */

/* ret_index: the block at fault; untouched when fine. */
enum office_fault office_hours_check(const struct office_hours *hours, uint32_t *ret_index);

/* The earliest instant at which `ms` > 0 of office time have passed since start: a closing time, never an opening. */
struct instant office_hours_add(const struct calendar *calendar, const struct office_hours *hours,
                                struct instant start, int64_t ms);

/* Office time in [from, until), from ≤ until; in milliseconds. */
int64_t office_hours_between(const struct calendar *calendar, const struct office_hours *hours,
                             struct instant from, struct instant until);

#endif
