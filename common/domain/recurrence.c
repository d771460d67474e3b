/* recurrence.c: walks from period to period until one has a day. A period is a week, a month or a year, so an occurrence
 * that a changed calendar moves stays the one of its period: none comes twice, none is lost. */
#include "domain/recurrence.h"

#include <stddef.h>

enum { MONTHS = 12, WEEK = 7, FRIDAY = 5, PERIODS_LOOKED_AT = 60, LONGEST_MONTH = 31 };

/* --- rules ------------------------------------------------------------------------------------------------------ */

static const char *fault_of_day(const struct recurrence *recurrence, const char **ret_field)
{
    bool by_week = recurrence->every == EVERY_WEEK, by_year = recurrence->every == EVERY_YEAR;
    *ret_field = "weekday";
    if (by_week ? recurrence->weekday < 1 || recurrence->weekday > FRIDAY : recurrence->weekday != 0)
        return "out_of_range";
    *ret_field = "month";
    if (by_year ? recurrence->month < 1 || recurrence->month > MONTHS : recurrence->month != 0)
        return "out_of_range";
    *ret_field = "last_working_day";
    if (by_week && recurrence->last_working_day)
        return "out_of_range";
    *ret_field = "month_day";
    bool wants_day = !by_week && !recurrence->last_working_day;
    if (wants_day ? recurrence->month_day < 1 || recurrence->month_day > LONGEST_MONTH
                  : recurrence->month_day != 0)
        return "out_of_range";
    return NULL;
}

/* It must be due, and its task opened, before the next one comes. */
static const char *fault_of_time(const struct recurrence *recurrence, const char **ret_field)
{
    static const int working_days[EVERY_COUNT] = {[EVERY_WEEK] = 5, [EVERY_MONTH] = 15, [EVERY_YEAR] = 240};
    enum deadline_unit unit = recurrence->due_after.unit;
    bool of_days = unit == UNIT_WORKING_DAY || unit == UNIT_CALENDAR_DAY;
    *ret_field = "due_after";
    if (unit != UNIT_NONE && !of_days)
        return "period_unit";
    if (of_days &&
        (recurrence->due_after.amount < 1 || recurrence->due_after.amount > working_days[recurrence->every]))
        return "period_amount";
    *ret_field = "create_before";
    if (recurrence->create_before < 0 || recurrence->create_before > working_days[recurrence->every])
        return "out_of_range";
    return NULL;
}

const char *recurrence_fault(const struct recurrence *recurrence, const char **ret_field)
{
    *ret_field = "every";
    if (recurrence->every <= EVERY_NONE || recurrence->every >= EVERY_COUNT)
        return "unknown_word";
    const char *fault = fault_of_day(recurrence, ret_field);
    return fault != NULL ? fault : fault_of_time(recurrence, ret_field);
}

/* --- periods ---------------------------------------------------------------------------------------------------- */

struct period {
    struct date first, last;
};

static struct date first_of_month(int year, int month)
{
    struct date first = DATE_NONE;
    bool exists = date_from_civil(year + (month - 1) / MONTHS, (month - 1) % MONTHS + 1, 1, &first);
    return exists ? first : DATE_NONE;
}

static struct period period_of(const struct recurrence *recurrence, struct date day)
{
    struct civil civil = civil_of_date(day);
    struct period period = {day, day};
    switch (recurrence->every) {
    case EVERY_WEEK:
        period.first = date_add(day, 1 - date_weekday(day));
        period.last = date_add(period.first, WEEK - 1);
        break;
    case EVERY_MONTH:
        period.first = first_of_month(civil.year, civil.month);
        period.last = date_add(first_of_month(civil.year, civil.month + 1), -1);
        break;
    case EVERY_YEAR:
        period.first = first_of_month(civil.year, 1);
        period.last = date_add(first_of_month(civil.year + 1, 1), -1);
        break;
    case EVERY_NONE:
    case EVERY_COUNT:
        break;
    }
    return period;
}

/* --- the day in a period ------------------------------------------------------------------------------------------ */

static struct date day_of_month(const struct recurrence *recurrence, const struct calendar *calendar,
                                struct date in_month)
{
    struct civil civil = civil_of_date(in_month);
    struct date next = first_of_month(civil.year, civil.month + 1), day;
    if (recurrence->last_working_day)
        return calendar_last_working_day_before(calendar, next);
    if (!date_from_civil(civil.year, civil.month, recurrence->month_day, &day))
        return date_add(next, -1);
    return day;
}

/* None: the week has no working day from the planned one on. */
static struct date planned_in(const struct recurrence *recurrence, const struct calendar *calendar,
                              struct period period)
{
    if (recurrence->every == EVERY_WEEK)
        return date_add(period.first, recurrence->weekday - 1);
    if (recurrence->every == EVERY_YEAR)
        period.first = first_of_month(date_year(period.first), recurrence->month);
    return day_of_month(recurrence, calendar, period.first);
}

static struct date day_in(const struct recurrence *recurrence, const struct calendar *calendar,
                          struct period period, struct date planned)
{
    if (recurrence->every != EVERY_WEEK)
        return planned;
    struct date day = calendar_next_working_day(calendar, planned);
    return day.days <= period.last.days ? day : DATE_NONE;
}

static struct date due_day_of(const struct recurrence *recurrence, const struct calendar *calendar,
                              struct date day)
{
    int amount = recurrence->due_after.amount;
    if (recurrence->due_after.unit == UNIT_WORKING_DAY)
        return calendar_add_working_days(calendar, day, amount);
    return recurrence->due_after.unit == UNIT_CALENDAR_DAY ? date_add(day, amount) : day;
}

bool recurrence_next(const struct recurrence *recurrence, const struct calendar *calendar, int opening_minute,
                     struct date after, struct occurrence *ret_occurrence)
{
    struct occurrence found = {0};
    struct period period = period_of(recurrence, date_add(after, 1));
    if (recurrence->every == EVERY_NONE)
        return false;
    for (int i = 0; i < PERIODS_LOOKED_AT; i++) {
        found.planned = planned_in(recurrence, calendar, period);
        found.day = day_in(recurrence, calendar, period, found.planned);
        found.period_last = period.last;
        if (date_is_set(found.day) && found.day.days > after.days)
            break;
        if (!date_is_set(found.day) && found.planned.days > after.days && found.left_out_count++ == 0)
            found.left_out = found.planned;
        found.day = DATE_NONE;
        period = period_of(recurrence, date_add(period.last, 1));
    }
    bool ends = date_is_set(recurrence->until) && found.day.days > recurrence->until.days;
    if (!date_is_set(found.day) || ends)
        return false;
    struct date opens = found.day;
    if (recurrence->create_before > 0)
        opens = calendar_add_working_days(calendar, found.day, -recurrence->create_before);
    found.opens_at = day_at(opens, opening_minute);
    found.due_day = due_day_of(recurrence, calendar, found.day);
    found.provisional =
        !calendar_is_published_between(calendar, opens.days < after.days ? opens : after, found.due_day);
    *ret_occurrence = found;
    return true;
}

const char *recurrence_label(const struct recurrence *recurrence, const struct occurrence *occurrence,
                             struct arena *arena)
{
    struct civil civil = civil_of_date(occurrence->day);
    if (recurrence->every == EVERY_YEAR)
        return arena_format(arena, "%04d", civil.year);
    if (recurrence->every == EVERY_MONTH)
        return arena_format(arena, "%04d-%02d", civil.year, civil.month);
    return arena_format(arena, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
}
