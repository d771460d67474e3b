/* calendar.c: the listed days of all years in one ascending array. From the first to the last of them working days are
 * numbered in advance, both ways: the number of a day, and the day of a number. Before and behind them Monday to Friday
 * are worked, and counting is weeks times five. Nothing ever walks along a period. */
#include "domain/calendar.h"

#include <assert.h>
#include <stddef.h>

enum {
    FIRST_YEAR = 2004,
    LAST_YEAR = 2100,
    JULY = 7,
    DECEMBER = 12,
    FRIDAY = 5,
    DAYS_PER_WEEK = 7,
    WORKDAYS_PER_WEEK = 5,
    A_MONDAY = 4, /* 1970-01-05 */
};

struct calendar {
    uint32_t version;
    const struct calendar_year *years;
    uint32_t year_count;
    const struct calendar_day **listed; /* ascending */
    uint32_t listed_count;
    /* Of every day from the first to the last listed one. */
    struct date first_day;
    uint32_t day_count;
    int32_t *ordinals;     /* of each of these days */
    int32_t *working_days; /* the day of each ordinal from first_ordinal on */
    int32_t first_ordinal;
    uint32_t working_day_count;
    int32_t correction; /* behind them: working days, less those that the weekdays would give */
    int published_before[LAST_YEAR - FIRST_YEAR +
                         2]; /* so many years from FIRST_YEAR up to, without, that one */
};

static const char *const fault_codes[] = {
    [CALENDAR_FINE] = "",
    [CALENDAR_YEAR_RANGE] = "year_range",
    [CALENDAR_YEAR_ORDER] = "year_order",
    [CALENDAR_YEAR_TWICE] = "year_twice",
    [CALENDAR_PAPER_MISSING] = "paper_missing",
    [CALENDAR_PUBLISHED_MISSING] = "published_missing",
    [CALENDAR_DAY_FOREIGN] = "day_foreign",
    [CALENDAR_DAY_ORDER] = "day_order",
    [CALENDAR_DAY_TWICE] = "day_twice",
    [CALENDAR_DAY_CONFLICT] = "day_conflict",
    [CALENDAR_DAY_WEEKDAY] = "day_weekday",
    [CALENDAR_HALF_MISSING] = "half_missing",
};

const char *calendar_fault_code(enum calendar_fault fault)
{
    return fault_codes[fault];
}

static bool is_weekday(struct date date)
{
    return date_weekday(date) <= FRIDAY;
}

static bool year_lists(const struct calendar_year *year, struct date date)
{
    for (uint32_t i = 0; i < year->day_count; i++)
        if (year->days[i].date.days == date.days)
            return true;
    return false;
}

static enum calendar_fault check_day(const struct calendar_year *years, uint32_t year_index,
                                     uint32_t day_index)
{
    const struct calendar_year *year = &years[year_index];
    struct civil day = civil_of_date(year->days[day_index].date);
    if (day.year != year->year && !(day.year == year->year - 1 && day.month == DECEMBER))
        return CALENDAR_DAY_FOREIGN;
    for (uint32_t i = 0; i < day_index; i++) {
        if (year->days[i].date.days == year->days[day_index].date.days)
            return CALENDAR_DAY_TWICE;
    }
    if (day_index > 0 && year->days[day_index].date.days < year->days[day_index - 1].date.days)
        return CALENDAR_DAY_ORDER;
    if (day.year < year->year && year_index > 0 &&
        year_lists(&years[year_index - 1], year->days[day_index].date))
        return CALENDAR_DAY_CONFLICT;
    return CALENDAR_FINE;
}

static enum calendar_fault check_year(const struct calendar_year *years, uint32_t index)
{
    const struct calendar_year *year = &years[index];
    if (year->year < FIRST_YEAR || year->year > LAST_YEAR)
        return CALENDAR_YEAR_RANGE;
    for (uint32_t i = 0; i < index; i++) {
        if (years[i].year == year->year)
            return CALENDAR_YEAR_TWICE;
    }
    if (index > 0 && year->year < years[index - 1].year)
        return CALENDAR_YEAR_ORDER;
    if (year->day_count > 0 && year->paper[0] == '\0')
        return CALENDAR_PAPER_MISSING;
    if (year->day_count > 0 && !date_is_set(year->published))
        return CALENDAR_PUBLISHED_MISSING;
    return CALENDAR_FINE;
}

enum calendar_fault calendar_check(const struct calendar_year *years, uint32_t count,
                                   uint32_t *ret_year_index, uint32_t *ret_day_index)
{
    for (uint32_t i = 0; i < count; i++) {
        enum calendar_fault fault = check_year(years, i);
        uint32_t day = 0;
        for (; fault == CALENDAR_FINE && day < years[i].day_count; day++)
            fault = check_day(years, i, day);
        if (fault != CALENDAR_FINE) {
            *ret_year_index = i;
            *ret_day_index = day > 0 ? day - 1 : 0;
            return fault;
        }
    }
    return CALENDAR_FINE;
}

enum calendar_fault calendar_check_notice(const struct calendar_year *year, uint32_t *ret_day_index)
{
    bool first_half = false, second_half = false;
    for (uint32_t i = 0; i < year->day_count; i++) {
        const struct calendar_day *day = &year->days[i];
        if (day->working && is_weekday(day->date)) {
            *ret_day_index = i;
            return CALENDAR_DAY_WEEKDAY;
        }
        struct civil civil = civil_of_date(day->date);
        bool own = !day->working && civil.year == year->year;
        first_half = first_half || (own && civil.month < JULY);
        second_half = second_half || (own && civil.month >= JULY);
    }
    if (year->day_count == 0 || (first_half && second_half))
        return CALENDAR_FINE;
    *ret_day_index = year->day_count - 1;
    return CALENDAR_HALF_MISSING;
}

static void count_published(struct calendar *calendar)
{
    for (int year = FIRST_YEAR; year <= LAST_YEAR; year++)
        calendar->published_before[year - FIRST_YEAR + 1] =
            calendar->published_before[year - FIRST_YEAR] + calendar_is_published(calendar, year);
}

/* Only a December day of a notice has to move, and only past the last days of the notice before. */
static void insert(struct calendar *calendar, const struct calendar_day *listed)
{
    uint32_t at = calendar->listed_count++;
    for (; at > 0 && calendar->listed[at - 1]->date.days > listed->date.days; at--)
        calendar->listed[at] = calendar->listed[at - 1];
    calendar->listed[at] = listed;
}

/* Working days are numbered: the ordinal of a day is how many there are from A_MONDAY up to it, itself included. */
static int weekday_ordinal(struct date date)
{
    int days = date.days - A_MONDAY + 1;
    int weeks = days / DAYS_PER_WEEK - (days % DAYS_PER_WEEK < 0);
    int rest = days - weeks * DAYS_PER_WEEK;
    return weeks * WORKDAYS_PER_WEEK + (rest < WORKDAYS_PER_WEEK ? rest : WORKDAYS_PER_WEEK);
}

/* … and the weekday of an ordinal. */
static struct date weekday_of(int ordinal)
{
    int weeks = (ordinal - 1) / WORKDAYS_PER_WEEK - ((ordinal - 1) % WORKDAYS_PER_WEEK < 0);
    return (struct date){A_MONDAY + weeks * DAYS_PER_WEEK + (ordinal - 1 - weeks * WORKDAYS_PER_WEEK)};
}

static void number_days(struct calendar *calendar, struct arena *arena)
{
    if (calendar->listed_count == 0)
        return;
    struct date day = calendar->listed[0]->date, last = calendar->listed[calendar->listed_count - 1]->date;
    int32_t ordinal = weekday_ordinal(date_add(day, -1));
    calendar->first_day = day;
    calendar->first_ordinal = ordinal + 1;
    calendar->day_count = (uint32_t)(last.days - day.days + 1);
    calendar->ordinals = ARENA_ARRAY(arena, int32_t, calendar->day_count);
    calendar->working_days = ARENA_ARRAY(arena, int32_t, calendar->day_count);
    for (uint32_t i = 0, next = 0; i < calendar->day_count; i++, day = date_add(day, 1)) {
        const bool is_listed = calendar->listed[next]->date.days == day.days;
        const bool works = is_listed ? calendar->listed[next]->working : is_weekday(day);
        next += is_listed && next + 1 < calendar->listed_count;
        ordinal += works;
        calendar->ordinals[i] = ordinal;
        if (works)
            calendar->working_days[calendar->working_day_count++] = day.days;
    }
    calendar->correction = ordinal - weekday_ordinal(last);
}

struct calendar *calendar_build(struct arena *arena, const struct calendar_year *years, uint32_t count,
                                uint32_t version)
{
    uint32_t fault_year, fault_day, day_count = 0;
    assert(calendar_check(years, count, &fault_year, &fault_day) == CALENDAR_FINE);
    for (uint32_t i = 0; i < count; i++)
        day_count += years[i].day_count;

    struct calendar *calendar = ARENA_NEW(arena, struct calendar);
    *calendar = (struct calendar){.version = version, .years = years, .year_count = count};
    calendar->listed = ARENA_ARRAY(arena, const struct calendar_day *, day_count);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t day = 0; day < years[i].day_count; day++)
            insert(calendar, &years[i].days[day]);
    number_days(calendar, arena);
    count_published(calendar);
    return calendar;
}

uint32_t calendar_version(const struct calendar *calendar)
{
    return calendar->version;
}

/* How many listed days lie at or before a day. */
static uint32_t listed_until(const struct calendar *calendar, struct date date)
{
    uint32_t low = 0, high = calendar->listed_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (calendar->listed[middle]->date.days <= date.days)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct calendar_day *calendar_day_after(const struct calendar *calendar, struct date date)
{
    uint32_t count = listed_until(calendar, date);
    return count < calendar->listed_count ? calendar->listed[count] : NULL;
}

const struct calendar_day *calendar_day_find(const struct calendar *calendar, struct date date)
{
    uint32_t count = listed_until(calendar, date);
    return count > 0 && calendar->listed[count - 1]->date.days == date.days ? calendar->listed[count - 1]
                                                                            : NULL;
}

bool calendar_is_working(const struct calendar *calendar, struct date date)
{
    const struct calendar_day *listed = calendar_day_find(calendar, date);
    return listed != NULL ? listed->working : is_weekday(date);
}

const struct calendar_year *calendar_year_find(const struct calendar *calendar, int year)
{
    for (uint32_t i = 0; i < calendar->year_count; i++)
        if (calendar->years[i].year == year && calendar->years[i].day_count > 0)
            return &calendar->years[i];
    return NULL;
}

const struct calendar_year *calendar_notice_of(const struct calendar *calendar, struct date date)
{
    int year = date_year(date);
    for (int i = 0; i < 2; i++) { /* a December day may stand in the notice for the year after */
        const struct calendar_year *notice = calendar_year_find(calendar, year + i);
        if (notice != NULL && year_lists(notice, date))
            return notice;
    }
    return NULL;
}

bool calendar_is_published(const struct calendar *calendar, int year)
{
    return calendar_year_find(calendar, year) != NULL;
}

bool calendar_is_published_between(const struct calendar *calendar, struct date first, struct date last)
{
    int from = date_year(first), until = date_year(last);
    if (from > until)
        return true;
    return from >= FIRST_YEAR && until <= LAST_YEAR &&
           calendar->published_before[until - FIRST_YEAR + 1] -
                   calendar->published_before[from - FIRST_YEAR] ==
               until - from + 1;
}

static int ordinal(const struct calendar *calendar, struct date date)
{
    const int64_t place = (int64_t)date.days - calendar->first_day.days;
    if (place >= 0 && place < calendar->day_count)
        return calendar->ordinals[place];
    return weekday_ordinal(date) + (place < 0 ? 0 : calendar->correction);
}

/* The working day with that ordinal: the first day that reaches it. */
static struct date working_day(const struct calendar *calendar, int wanted)
{
    const int64_t place = (int64_t)wanted - calendar->first_ordinal;
    if (place >= 0 && place < calendar->working_day_count)
        return (struct date){calendar->working_days[place]};
    return weekday_of(place < 0 ? wanted : wanted - calendar->correction);
}

struct date calendar_add_working_days(const struct calendar *calendar, struct date start, int n)
{
    if (n == 0)
        return start;
    if (n > 0)
        return working_day(calendar, ordinal(calendar, start) + n);
    return working_day(calendar, ordinal(calendar, date_add(start, -1)) + n + 1);
}

int calendar_working_days_between(const struct calendar *calendar, struct date after, struct date until)
{
    return ordinal(calendar, until) - ordinal(calendar, after);
}

struct date calendar_next_working_day(const struct calendar *calendar, struct date at_or_after)
{
    return calendar_add_working_days(calendar, date_add(at_or_after, -1), 1);
}

struct date calendar_last_working_day_before(const struct calendar *calendar, struct date day)
{
    return calendar_add_working_days(calendar, day, -1);
}

struct instant calendar_next_opening(const struct calendar *calendar, struct instant at_or_after,
                                     int minute_of_day)
{
    struct date day = calendar_next_working_day(calendar, date_of(at_or_after));
    struct instant opening = day_at(day, minute_of_day);
    if (opening.ms < at_or_after.ms)
        opening = day_at(calendar_add_working_days(calendar, day, 1), minute_of_day);
    return opening;
}
