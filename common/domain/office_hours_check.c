/* office_hours_check.c: whether office hours are possible, where the first fault is, and how hours are written. A year
 * is taken as the 366 days of a leap year, so that 29 February is never forgotten. */
#include "domain/office_hours.h"

#include <string.h>

enum { MINUTES_PER_HOUR = 60, MINUTES_PER_DAY = 24 * 60, LEAP_YEAR = 2000, DAYS_PER_LEAP_YEAR = 366 };

static const char *const fault_codes[] = {
    [OFFICE_FINE] = "",
    [OFFICE_BLOCK_MISSING] = "block_missing",
    [OFFICE_BLOCK_RANGE] = "block_range",
    [OFFICE_BLOCK_BACKWARDS] = "block_backwards",
    [OFFICE_BLOCK_ORDER] = "block_order",
    [OFFICE_SEASONS_MANY] = "seasons_many",
    [OFFICE_SEASON_DAY] = "season_day",
    [OFFICE_SEASON_OVERLAP] = "season_overlap",
    [OFFICE_SEASON_GAP] = "season_gap",
};

const char *office_fault_code(enum office_fault fault)
{
    return fault_codes[fault];
}

static bool in_day(int32_t minute)
{
    return minute >= 0 && minute <= MINUTES_PER_DAY;
}

static enum office_fault check_blocks(const struct office_block *blocks, uint32_t count, uint32_t *ret_block)
{
    *ret_block = 0;
    if (count == 0 || count > LIMIT_OFFICE_BLOCKS)
        return OFFICE_BLOCK_MISSING;
    for (uint32_t i = 0; i < count; i++) {
        *ret_block = i;
        if (!in_day(blocks[i].from_minute) || !in_day(blocks[i].until_minute))
            return OFFICE_BLOCK_RANGE;
        if (blocks[i].until_minute <= blocks[i].from_minute)
            return OFFICE_BLOCK_BACKWARDS;
        if (i > 0 && blocks[i].from_minute < blocks[i - 1].until_minute)
            return OFFICE_BLOCK_ORDER;
    }
    return OFFICE_FINE;
}

/* 0 … 365; −1: no year has that day. */
static int place_in_leap_year(struct year_day day)
{
    struct date first, date;
    if (!date_from_civil(LEAP_YEAR, 1, 1, &first) || !date_from_civil(LEAP_YEAR, day.month, day.day, &date))
        return -1;
    return date.days - first.days;
}

/* How many days on from `from`; over the turn of the year where it lies behind. */
static int days_on(struct year_day from, struct year_day day)
{
    int days = place_in_leap_year(day) - place_in_leap_year(from);
    return days < 0 ? days + DAYS_PER_LEAP_YEAR : days;
}

static bool holds(const struct office_season *season, struct year_day day)
{
    return days_on(season->from, day) <= days_on(season->from, season->until);
}

static enum office_fault check_seasons(const struct office_hours *hours, struct office_place *ret_place)
{
    int days = 0;
    for (uint32_t i = 0; i < hours->season_count; i++) {
        const struct office_season *season = &hours->seasons[i];
        *ret_place = (struct office_place){.season = i + 1};
        if (place_in_leap_year(season->from) < 0 || place_in_leap_year(season->until) < 0)
            return OFFICE_SEASON_DAY;
        enum office_fault fault = check_blocks(season->blocks, season->block_count, &ret_place->block);
        if (fault != OFFICE_FINE)
            return fault;
        for (uint32_t j = 0; j < i; j++)
            if (holds(season, hours->seasons[j].from) || holds(&hours->seasons[j], season->from))
                return OFFICE_SEASON_OVERLAP;
        days += days_on(season->from, season->until) + 1;
    }
    *ret_place = (struct office_place){0};
    bool all_year = days == DAYS_PER_LEAP_YEAR;
    return hours->block_count == 0 && !all_year ? OFFICE_SEASON_GAP : OFFICE_FINE;
}

enum office_fault office_hours_check(const struct office_hours *hours, struct office_place *ret_place)
{
    struct office_place place = {0};
    enum office_fault fault = OFFICE_FINE;
    if (hours->season_count > LIMIT_OFFICE_SEASONS)
        fault = OFFICE_SEASONS_MANY;
    else if (hours->block_count > 0 || hours->season_count == 0)
        fault = check_blocks(hours->blocks, hours->block_count, &place.block);
    if (fault == OFFICE_FINE && hours->season_count > 0)
        fault = check_seasons(hours, &place);
    if (fault != OFFICE_FINE)
        *ret_place = place;
    return fault;
}

/* --- as text ------------------------------------------------------------------------------------------------- */

/* Two digits. */
static bool read_number(const char *text, int32_t *ret_number)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret_number = (text[0] - '0') * 10 + text[1] - '0';
    return true;
}

static bool read_minute(const char *text, int32_t *ret_minute)
{
    int32_t hours, minutes;
    if (!read_number(text, &hours) || text[2] != ':' || !read_number(text + 3, &minutes) ||
        minutes >= MINUTES_PER_HOUR)
        return false;
    *ret_minute = hours * MINUTES_PER_HOUR + minutes;
    return true;
}

bool office_block_from_text(const char *text, struct office_block *ret_block)
{
    struct office_block block;
    if (strlen(text) != strlen("08:30-12:00") || !read_minute(text, &block.from_minute) || text[5] != '-' ||
        !read_minute(text + 6, &block.until_minute))
        return false;
    *ret_block = block;
    return true;
}

bool year_day_from_text(const char *text, struct year_day *ret_day)
{
    struct year_day day;
    if (strlen(text) != strlen("05-01") || !read_number(text, &day.month) || text[2] != '-' ||
        !read_number(text + 3, &day.day))
        return false;
    *ret_day = day;
    return true;
}
