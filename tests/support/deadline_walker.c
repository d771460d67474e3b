/* deadline_walker.c: see deadline_walker.h. Slow on purpose; it shares no code with common/domain. */
#include "deadline_walker.h"

#include <stdlib.h>

#include "base/arena.h"

enum { FIRST_YEAR = 1999, LAST_YEAR = 2102, MOST_DAYS = (LAST_YEAR - FIRST_YEAR + 1) * 366 };

struct walker_calendar {
    struct date first;
    bool works[MOST_DAYS];
    bool published[LAST_YEAR - FIRST_YEAR + 1];
};

static const struct walker_calendar *calendar;

struct walker_calendar *walker_calendar_new(const struct calendar_year *years, uint32_t count)
{
    struct walker_calendar *built = must_alloc(sizeof *built);
    *built = (struct walker_calendar){0};
    if (!date_from_civil(FIRST_YEAR, 1, 1, &built->first))
        abort();
    for (int day = 0; day < MOST_DAYS; day++)
        built->works[day] = date_weekday(date_add(built->first, day)) < 6;
    for (uint32_t year = 0; year < count; year++) {
        for (uint32_t i = 0; i < years[year].day_count; i++) {
            built->works[years[year].days[i].date.days - built->first.days] = years[year].days[i].working;
            built->published[years[year].year - FIRST_YEAR] = true;
        }
    }
    return built;
}

void walker_calendar_free(struct walker_calendar *built)
{
    free(built);
}

void walker_use(const struct walker_calendar *used)
{
    calendar = used;
}

static bool walker_works(struct date date)
{
    return calendar->works[date.days - calendar->first.days];
}

static struct instant pause_end(const struct deadline_terms *terms, uint32_t index)
{
    struct instant until = terms->pauses[index].until;
    return instant_is_set(until) ? until : terms->asked_at;
}

static bool day_is_paused(const struct deadline_terms *terms, struct date day)
{
    for (uint32_t i = 0; i < terms->pause_count; i++)
        if (date_of(terms->pauses[i].from).days < day.days && day.days <= date_of(pause_end(terms, i)).days)
            return true;
    return false;
}

/* How far a day of the year lies behind another, in steps that grow with it: forty for a month. */
static int steps(struct year_day from, int month, int day)
{
    int far = (month - from.month + 12) % 12 * 40 + day - from.day;
    return far < 0 ? far + 12 * 40 : far;
}

static bool season_has(const struct office_season *season, struct civil day)
{
    return steps(season->from, day.month, day.day) <=
           steps(season->from, season->until.month, season->until.day);
}

static bool is_within(const struct office_block *blocks, uint32_t count, int minute)
{
    for (uint32_t i = 0; i < count; i++)
        if (blocks[i].from_minute <= minute && minute < blocks[i].until_minute)
            return true;
    return false;
}

static bool office_is_open(const struct deadline_terms *terms, struct instant minute)
{
    static const struct office_block usual[] = {
        {510, 720 },
        {840, 1050}
    };
    const struct office_hours *hours = terms->office_hours;
    if (!walker_works(date_of(minute)))
        return false;
    struct civil civil = civil_of(minute);
    int at = civil.hour * 60 + civil.minute;
    if (hours == NULL)
        return is_within(usual, 2, at);
    for (uint32_t i = 0; i < hours->season_count; i++)
        if (season_has(&hours->seasons[i], civil))
            return is_within(hours->seasons[i].blocks, hours->seasons[i].block_count, at);
    return is_within(hours->blocks, hours->block_count, at);
}

static bool minute_is_paused(const struct deadline_terms *terms, struct instant minute)
{
    for (uint32_t i = 0; i < terms->pause_count; i++)
        if (terms->pauses[i].from.ms <= minute.ms && minute.ms < pause_end(terms, i).ms)
            return true;
    return false;
}

static bool walker_day_counts(const struct deadline_terms *terms, enum deadline_unit unit, bool pauses,
                              struct date day)
{
    if (pauses && day_is_paused(terms, day))
        return false;
    return (unit != UNIT_WORKING_DAY && unit != UNIT_DATE) || walker_works(day);
}

/* The same number of the day so many months later; walks to the first day past it and comes back if there is none. */
static struct date walk_months(struct date start, int months)
{
    struct civil from = civil_of_date(start);
    int wanted = from.year * 12 + from.month + months;
    struct date day = start;
    for (struct civil at = from; at.year * 12 + at.month < wanted || at.day < from.day;
         at = civil_of_date(day)) {
        if (at.year * 12 + at.month > wanted)
            return date_add(day, -1);
        day = date_add(day, 1);
    }
    return civil_of_date(day).year * 12 + civil_of_date(day).month > wanted
               ? date_add(day, -civil_of_date(day).day)
               : day;
}

static int paused_days(const struct deadline_terms *terms, struct date after, struct date until)
{
    int count = 0;
    for (struct date day = date_add(after, 1); day.days <= until.days; day = date_add(day, 1))
        count += day_is_paused(terms, day);
    return count;
}

static struct date walk_leg(const struct deadline_terms *terms, bool pauses, struct date start,
                            const struct duration *duration)
{
    struct date day = start;
    if (duration->unit == UNIT_MONTH) {
        struct date corresponding = walk_months(start, duration->amount), before;
        day = corresponding;
        do {
            before = day;
            day = date_add(corresponding, pauses ? paused_days(terms, start, day) : 0);
        } while (day.days != before.days);
        return day;
    }
    for (int left = duration->amount; left > 0;) {
        day = date_add(day, 1);
        left -= walker_day_counts(terms, duration->unit, pauses, day);
    }
    return day;
}

static bool is_of_office_time(enum deadline_unit unit)
{
    return unit == UNIT_WORKING_HOUR || unit == UNIT_WORKING_MINUTE;
}

bool walker_minute_counts(const struct deadline_terms *terms, enum deadline_unit unit, struct instant minute)
{
    return !minute_is_paused(terms, minute) && (!is_of_office_time(unit) || office_is_open(terms, minute));
}

/* All that begins or ends does so at whole minutes, but the amount need not. */
struct instant walker_time(const struct deadline_terms *terms, enum deadline_unit unit, struct instant at,
                           int64_t ms)
{
    for (; ms > 0; at = instant_add(at, MS_PER_MINUTE)) {
        if (!walker_minute_counts(terms, unit, at))
            continue;
        if (ms <= MS_PER_MINUTE)
            return instant_add(at, ms);
        ms -= MS_PER_MINUTE;
    }
    return at;
}

static struct instant walk_leg_of_time(const struct deadline_terms *terms, struct instant start,
                                       const struct duration *duration)
{
    int64_t one =
        duration->unit == UNIT_MINUTE || duration->unit == UNIT_WORKING_MINUTE ? MS_PER_MINUTE : MS_PER_HOUR;
    return walker_time(terms, duration->unit, start, duration->amount * one);
}

static bool walker_is_published(struct date date)
{
    return calendar->published[date_year(date) - FIRST_YEAR];
}

static void walk_days(const struct deadline_terms *terms, struct deadline *ret_deadline)
{
    const struct deadline_rule *rule = &terms->rule;
    bool pauses = rule->period.unit != UNIT_DATE, roll = false, asks = false;
    struct date first = date_of(terms->start);
    struct date last = pauses ? walk_leg(terms, pauses, first, &rule->period) : rule->date;
    for (uint32_t i = 0; i <= terms->extension_count; i++) {
        const struct duration *part = i == 0 ? &rule->period : &terms->extensions[i - 1];
        if (i > 0)
            last = walk_leg(terms, pauses, last, part);
        roll = roll || part->unit == UNIT_CALENDAR_DAY || part->unit == UNIT_MONTH;
        asks = asks || part->unit == UNIT_WORKING_DAY;
    }
    if (rule->roll != ROLL_DEFAULT)
        roll = rule->roll == ROLL_ON;
    *ret_deadline = (struct deadline){.unrolled = last};
    while (roll && !walker_works(last))
        last = date_add(last, 1);
    for (struct date day = first; day.days <= last.days; day = date_add(day, 1))
        ret_deadline->provisional =
            ret_deadline->provisional || ((roll || asks) && !walker_is_published(day));
    ret_deadline->last_day = last;
    ret_deadline->due =
        rule->cutoff_minute != 0 ? day_at(last, rule->cutoff_minute) : day_start(date_add(last, 1));
}

bool walker_is_of_time(enum deadline_unit unit)
{
    return unit == UNIT_MINUTE || unit == UNIT_HOUR || is_of_office_time(unit);
}

void walker_deadline(const struct deadline_terms *terms, struct deadline *ret_deadline)
{
    bool asks = is_of_office_time(terms->rule.period.unit), published = true;
    if (!walker_is_of_time(terms->rule.period.unit)) {
        walk_days(terms, ret_deadline);
        return;
    }
    struct instant due = walk_leg_of_time(terms, terms->start, &terms->rule.period);
    for (uint32_t i = 0; i < terms->extension_count; i++) {
        due = walk_leg_of_time(terms, due, &terms->extensions[i]);
        asks = asks || is_of_office_time(terms->extensions[i].unit);
    }
    struct date last = date_of(due);
    for (struct date day = date_of(terms->start); day.days <= last.days; day = date_add(day, 1))
        published = published && walker_is_published(day);
    *ret_deadline =
        (struct deadline){.due = due, .last_day = last, .unrolled = last, .provisional = asks && !published};
}

/* Back from the last day until so many counted days lie behind the day, which itself must count. */
struct date walker_back(const struct deadline_terms *terms, enum deadline_unit unit, bool pauses,
                        struct date last, int left)
{
    for (;; last = date_add(last, -1)) {
        bool counts = walker_day_counts(terms, unit, pauses, last);
        if (left == 0 && counts)
            return last;
        left -= counts;
    }
}

struct date walker_on(const struct deadline_terms *terms, enum deadline_unit unit, struct date last, int n)
{
    while (n > 0) {
        last = date_add(last, 1);
        n -= walker_day_counts(terms, unit, true, last);
    }
    return last;
}

int walker_count(const struct deadline_terms *terms, enum deadline_unit unit, bool pauses, struct date after,
                 struct date until)
{
    int count = 0;
    for (struct date day = date_add(after, 1); day.days <= until.days; day = date_add(day, 1))
        count += walker_day_counts(terms, unit, pauses, day);
    return count;
}
