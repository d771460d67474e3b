/* office_hours.c: a working day holds a fixed amount of office time, so whole days are a division and a question to
 * the calendar; only the first and the last day are looked into. */
#include "domain/office_hours.h"

#include <assert.h>

enum { MINUTES_PER_DAY = 24 * 60 };

const struct office_hours office_hours_sample = {
    .blocks = {{8 * 60 + 30, 12 * 60}, {14 * 60, 17 * 60 + 30}},
    .count = 2,
};

enum office_fault office_hours_check(const struct office_hours *hours, uint32_t *ret_index)
{
    enum office_fault fault = OFFICE_FINE;
    uint32_t index = 0;
    if (hours->count == 0 || hours->count > LIMIT_OFFICE_BLOCKS)
        fault = OFFICE_BLOCK_MISSING;
    for (; fault == OFFICE_FINE && index < hours->count; index++) {
        const struct office_block *block = &hours->blocks[index];
        if (block->from_minute < 0 || block->until_minute < 0 || block->from_minute > MINUTES_PER_DAY ||
            block->until_minute > MINUTES_PER_DAY)
            fault = OFFICE_BLOCK_RANGE;
        else if (block->until_minute <= block->from_minute)
            fault = OFFICE_BLOCK_BACKWARDS;
        else if (index > 0 && block->from_minute < hours->blocks[index - 1].until_minute)
            fault = OFFICE_BLOCK_ORDER;
    }
    if (fault != OFFICE_FINE)
        *ret_index = index > 0 ? index - 1 : 0;
    return fault;
}

static int64_t block_ms(const struct office_block *block)
{
    return (int64_t)(block->until_minute - block->from_minute) * MS_PER_MINUTE;
}

static int64_t day_ms(const struct office_hours *hours)
{
    int64_t ms = 0;
    for (uint32_t i = 0; i < hours->count; i++)
        ms += block_ms(&hours->blocks[i]);
    return ms;
}

/* Office time from the beginning of the day up to the instant. */
static int64_t passed_today(const struct calendar *calendar, const struct office_hours *hours,
                            struct instant at)
{
    struct date day = date_of(at);
    int64_t ms = 0;
    if (!calendar_is_working(calendar, day))
        return 0;
    for (uint32_t i = 0; i < hours->count; i++) {
        int64_t passed = at.ms - day_at(day, hours->blocks[i].from_minute).ms;
        int64_t whole = block_ms(&hours->blocks[i]);
        ms += passed <= 0 ? 0 : passed < whole ? passed : whole;
    }
    return ms;
}

/* The instant of a working day at which 0 < ms ≤ day_ms of its office time have passed. */
static struct instant moment_of(const struct office_hours *hours, struct date day, int64_t ms)
{
    uint32_t i = 0;
    for (; ms > block_ms(&hours->blocks[i]); i++)
        ms -= block_ms(&hours->blocks[i]);
    return instant_add(day_at(day, hours->blocks[i].from_minute), ms);
}

struct instant office_hours_add(const struct calendar *calendar, const struct office_hours *hours,
                                struct instant start, int64_t ms)
{
    assert(ms > 0);
    int64_t whole = day_ms(hours);
    int64_t total = passed_today(calendar, hours, start) + ms;
    int64_t days = (total - 1) / whole; /* so that the rest is never nothing: the day before has closed */
    struct date eve = date_add(date_of(start), -1);
    struct date day = calendar_add_working_days(calendar, eve, (int)days + 1);
    return moment_of(hours, day, total - days * whole);
}

int64_t office_hours_between(const struct calendar *calendar, const struct office_hours *hours,
                             struct instant from, struct instant until)
{
    int days =
        calendar_working_days_between(calendar, date_add(date_of(from), -1), date_add(date_of(until), -1));
    return days * day_ms(hours) + passed_today(calendar, hours, until) - passed_today(calendar, hours, from);
}
