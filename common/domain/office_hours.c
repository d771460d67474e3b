/* office_hours.c: as long as the hours stay the same, a working day holds a fixed amount of office time; whole days are
 * then a division and a question to the calendar, and only the first and the last day are looked into. So a period is
 * taken in spans between two changes of the hours. Whether hours are possible is office_hours_check.c's. */
#include "domain/office_hours.h"

#include <assert.h>

enum {
    LAST_CHANGE = 50000, /* in 2106, behind all that duban computes: the hours of that day last for ever */
    FOR_EVER = 1 << 24,  /* as a day */
    MONTH_BEHIND_LEAP_DAY = 3 /* in years without one */
};

/* clang-format off */
static const struct office_block sample_blocks[] = {{8 * 60 + 30, 12 * 60}, {14 * 60, 17 * 60 + 30}};
/* clang-format on */

/* Hours are never written through these pointers; they are not const because decoding fills them. */
const struct office_hours office_hours_sample = {
    .blocks = (struct office_block *)sample_blocks,
    .block_count = sizeof(sample_blocks) / sizeof(sample_blocks[0]),
};

/* --- which hours hold ---------------------------------------------------------------------------------------- */

static int place_in_year(int month, int day)
{
    return month * 100 + day;
}

static bool season_holds(const struct office_season *season, struct civil day)
{
    int at = place_in_year(day.month, day.day);
    int from = place_in_year(season->from.month, season->from.day);
    int until = place_in_year(season->until.month, season->until.day);
    return from <= until ? from <= at && at <= until : at >= from || at <= until;
}

const struct office_block *office_hours_on(const struct office_hours *hours, struct date day,
                                           uint32_t *ret_count)
{
    if (hours->season_count > 0) {
        struct civil civil = civil_of_date(day);
        for (uint32_t i = 0; i < hours->season_count; i++) {
            if (season_holds(&hours->seasons[i], civil)) {
                *ret_count = hours->seasons[i].block_count;
                return hours->seasons[i].blocks;
            }
        }
    }
    *ret_count = hours->block_count;
    return hours->blocks;
}

/* The first day in that year on which the season is on, or is over. */
static struct date change_in(int year, struct year_day day, bool over)
{
    struct date date;
    if (date_from_civil(year, day.month, day.day, &date))
        return over ? date_add(date, 1) : date;
    bool exists = date_from_civil(year, MONTH_BEHIND_LEAP_DAY, 1, &date);
    assert(exists);
    return date;
}

/* The next change behind `day` that one end of a season makes. */
static struct date next_change(struct date day, struct year_day end, bool over)
{
    int year = date_year(day);
    struct date change = change_in(year, end, over);
    return change.days > day.days ? change : change_in(year + 1, end, over);
}

/* The last day with the same hours as `day`. */
static struct date last_alike(const struct office_hours *hours, struct date day)
{
    struct date last = {FOR_EVER};
    if (day.days >= LAST_CHANGE)
        return last;
    for (uint32_t i = 0; i < hours->season_count; i++) {
        struct date on = next_change(day, hours->seasons[i].from, false);
        struct date over = next_change(day, hours->seasons[i].until, true);
        struct date before = date_add(on.days < over.days ? on : over, -1);
        last = before.days < last.days ? before : last;
    }
    return last;
}

/* --- one day ------------------------------------------------------------------------------------------------- */

static int64_t block_ms(const struct office_block *block)
{
    return (int64_t)(block->until_minute - block->from_minute) * MS_PER_MINUTE;
}

/* Office time of that day, were it a working day. */
static int64_t day_ms(const struct office_hours *hours, struct date day)
{
    uint32_t count;
    const struct office_block *blocks = office_hours_on(hours, day, &count);
    int64_t ms = 0;
    for (uint32_t i = 0; i < count; i++)
        ms += block_ms(&blocks[i]);
    return ms;
}

/* Office time from the beginning of the day up to the instant. */
static int64_t passed_today(const struct calendar *calendar, const struct office_hours *hours,
                            struct instant at)
{
    struct date day = date_of(at);
    uint32_t count;
    int64_t ms = 0;
    if (!calendar_is_working(calendar, day))
        return 0;
    const struct office_block *blocks = office_hours_on(hours, day, &count);
    for (uint32_t i = 0; i < count; i++) {
        int64_t passed = at.ms - day_at(day, blocks[i].from_minute).ms;
        int64_t whole = block_ms(&blocks[i]);
        ms += passed <= 0 ? 0 : passed < whole ? passed : whole;
    }
    return ms;
}

/* The instant of a working day at which 0 < ms ≤ day_ms of its office time have passed. */
static struct instant moment_of(const struct office_hours *hours, struct date day, int64_t ms)
{
    uint32_t count, i = 0;
    const struct office_block *blocks = office_hours_on(hours, day, &count);
    for (; ms > block_ms(&blocks[i]); i++)
        ms -= block_ms(&blocks[i]);
    return instant_add(day_at(day, blocks[i].from_minute), ms);
}

/* --- periods ------------------------------------------------------------------------------------------------- */

struct instant office_hours_add(const struct calendar *calendar, const struct office_hours *hours,
                                struct instant start, int64_t ms)
{
    assert(ms > 0);
    int64_t left = passed_today(calendar, hours, start) + ms;
    for (struct date eve = date_add(date_of(start), -1);;) {
        struct date first = date_add(eve, 1), last = last_alike(hours, first);
        int64_t whole = day_ms(hours, first);
        int64_t days = (left - 1) / whole; /* so that the rest is never nothing: the day before has closed */
        int64_t available =
            last.days == FOR_EVER ? INT32_MAX : calendar_working_days_between(calendar, eve, last);
        if (days < available) {
            struct date day = calendar_add_working_days(calendar, eve, (int)days + 1);
            return moment_of(hours, day, left - days * whole);
        }
        left -= available * whole;
        eve = last;
    }
}

int64_t office_hours_between(const struct calendar *calendar, const struct office_hours *hours,
                             struct instant from, struct instant until)
{
    struct date end = date_add(date_of(until), -1);
    int64_t ms = passed_today(calendar, hours, until) - passed_today(calendar, hours, from);
    for (struct date eve = date_add(date_of(from), -1); eve.days < end.days;) {
        struct date first = date_add(eve, 1), last = last_alike(hours, first);
        if (last.days > end.days)
            last = end;
        ms += calendar_working_days_between(calendar, eve, last) * day_ms(hours, first);
        eve = last;
    }
    return ms;
}
