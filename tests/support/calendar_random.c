/* calendar_random.c: a notice is drawn as a map of the days around its year, then listed in order. */
#include "calendar_random.h"

#include <assert.h>
#include <string.h>

#include "calendar_fixture.h"

enum { DECEMBER_DAYS = 4, MAP_DAYS = DECEMBER_DAYS + 366, SUNDAY_BEFORE = 6, TRIES = 50 };
enum { UNLISTED, HOLIDAY, MAKE_UP };

static struct date first_of(int year)
{
    struct date date = DATE_NONE;
    bool exists = date_from_civil(year, 1, 1, &date);
    assert(exists);
    return date;
}

/* A run of holidays, and up to two weekend days near it that make up for them. */
static void draw_holiday(struct dice *dice, uint8_t map[MAP_DAYS], struct date first, int days)
{
    int at = (int)dice_roll(dice, 0, days - 1), length = (int)dice_roll(dice, 1, 8);
    for (int i = 0; i < length && at + i < days; i++)
        map[at + i] = HOLIDAY;
    for (int left = (int)dice_roll(dice, 0, 2), tries = 0; left > 0 && tries < TRIES; tries++) {
        int day = at + (int)dice_roll(dice, -12, 12);
        if (day < 0 || day >= days || map[day] != UNLISTED ||
            date_weekday(date_add(first, day)) < SUNDAY_BEFORE)
            continue;
        map[day] = MAKE_UP;
        left--;
    }
}

static void draw_year(struct dice *dice, struct arena *arena, struct calendar_year *year)
{
    uint8_t map[MAP_DAYS] = {0};
    struct date first = date_add(first_of(year->year), -DECEMBER_DAYS);
    int days = first_of(year->year + 1).days - first.days;
    *year = (struct calendar_year){.year = year->year, .paper = ""};
    if (dice_chance(dice, 15))
        return; /* unpublished */
    year->paper = arena_format(arena, "国办发〔%d〕%d号", year->year - 1, (int)dice_roll(dice, 1, 99));
    year->published = date_add(first, -40);
    for (int left = (int)dice_roll(dice, 3, 9); left > 0; left--)
        draw_holiday(dice, map, first, days);
    year->days = ARENA_ARRAY(arena, struct calendar_day, (size_t)days);
    for (int day = 0; day < days; day++) {
        if (map[day] != UNLISTED)
            year->days[year->day_count++] = (struct calendar_day){date_add(first, day), map[day] == MAKE_UP,
                                                                  map[day] == MAKE_UP ? "补班" : "假日"};
    }
}

/* Two notices may not list one day: draw the year again. */
static void draw_fitting_year(struct dice *dice, struct arena *arena, struct calendar_year *years,
                              uint32_t index)
{
    enum calendar_fault fault;
    uint32_t fault_year, fault_day;
    do {
        draw_year(dice, arena, &years[index]);
        fault = calendar_check(years, RANDOM_YEARS, &fault_year, &fault_day);
    } while (fault != CALENDAR_FINE);
}

static void take_real_years(struct calendar_year *years, struct arena *arena)
{
    const struct calendar_year *real = calendar_fixture_years(arena);
    for (uint32_t i = 0; i < FIXTURE_YEARS; i++)
        years[real[i].year - RANDOM_FIRST_YEAR] = real[i];
}

struct calendar_year *calendar_random_years(struct dice *dice, struct arena *arena)
{
    struct calendar_year *years = ARENA_ARRAY(arena, struct calendar_year, RANDOM_YEARS);
    bool real = dice_chance(dice, 50);
    for (uint32_t i = 0; i < RANDOM_YEARS; i++)
        years[i] = (struct calendar_year){.year = RANDOM_FIRST_YEAR + (int32_t)i, .paper = ""};
    if (real)
        take_real_years(years, arena);
    for (uint32_t i = 0; i < RANDOM_YEARS; i++)
        if (years[i].day_count == 0)
            draw_fitting_year(dice, arena, years, i);
    return years;
}

struct calendar_year *calendar_random_change(struct dice *dice, struct arena *arena,
                                             const struct calendar_year *years)
{
    struct calendar_year *changed = arena_copy(arena, years, RANDOM_YEARS * sizeof(*years));
    for (int left = (int)dice_roll(dice, 1, 3); left > 0; left--)
        draw_fitting_year(dice, arena, changed, (uint32_t)dice_roll(dice, 0, RANDOM_YEARS - 1));
    return changed;
}
