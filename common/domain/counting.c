/* counting.c: a pause takes the days after the one it began on, up to the one it ended on; of time it takes exactly
 * itself. Pauses ascend, so one pass over them is enough. */
#include "domain/counting.h"

static struct instant pause_end(const struct pauses *pauses, uint32_t index)
{
    const struct deadline_pause *pause = &pauses->items[index];
    return instant_is_set(pause->until) ? pause->until : pauses->asked_at;
}

/* The days (after, until] that one pause takes from a count that begins behind `start`. */
struct excluded {
    struct date after, until;
};

static struct excluded excluded_days(const struct pauses *pauses, uint32_t index, struct date start)
{
    struct date from = date_of(pauses->items[index].from);
    struct date after = from.days > start.days ? from : start;
    struct date until = date_of(pause_end(pauses, index));
    return (struct excluded){after, until.days > after.days ? until : after};
}

static struct date add_days(const struct calendar *calendar, enum measure measure, struct date date, int n)
{
    return measure == MEASURE_WORKING_DAYS ? calendar_add_working_days(calendar, date, n) : date_add(date, n);
}

static int days_between(const struct calendar *calendar, enum measure measure, struct date after,
                        struct date until)
{
    if (measure == MEASURE_WORKING_DAYS)
        return calendar_working_days_between(calendar, after, until);
    return until.days - after.days;
}

/* Excluded days push the end on by as many days of its kind; the end can then reach the next pause. An end is
 * never left inside a pause, because as many days lie behind the pause's first day as the pause takes away. */
struct date push_past_pauses(const struct calendar *calendar, enum measure measure,
                             const struct pauses *pauses, struct date start, struct date end)
{
    for (uint32_t i = 0; i < pauses->count; i++) {
        struct excluded days = excluded_days(pauses, i, start);
        if (end.days <= days.after.days)
            break;
        end = add_days(calendar, measure, end, days_between(calendar, measure, days.after, days.until));
    }
    return end;
}

struct date counted_day(const struct calendar *calendar, enum measure measure, const struct pauses *pauses,
                        struct date start, int n)
{
    if (n <= 0)
        return start;
    return push_past_pauses(calendar, measure, pauses, start, add_days(calendar, measure, start, n));
}

int count_days(const struct calendar *calendar, enum measure measure, const struct pauses *pauses,
               struct date after, struct date until)
{
    int count = days_between(calendar, measure, after, until);
    for (uint32_t i = 0; i < pauses->count; i++) {
        struct excluded days = excluded_days(pauses, i, after);
        if (until.days <= days.after.days)
            break;
        struct date end = days.until.days < until.days ? days.until : until;
        count -= days_between(calendar, measure, days.after, end);
    }
    return count > 0 ? count : 0;
}

static struct instant move(const struct time_kind *kind, struct instant start, int64_t ms)
{
    if (kind->office_hours == NULL || ms == 0)
        return instant_add(start, ms);
    return office_hours_add(kind->calendar, kind->office_hours, start, ms);
}

static int64_t time_between(const struct time_kind *kind, struct instant from, struct instant until)
{
    if (kind->office_hours == NULL)
        return until.ms - from.ms;
    return office_hours_between(kind->calendar, kind->office_hours, from, until);
}

struct instant add_time(const struct time_kind *kind, const struct pauses *pauses, struct instant start,
                        int64_t ms)
{
    struct instant end = move(kind, start, ms);
    for (uint32_t i = 0; i < pauses->count; i++) {
        struct instant from = instant_max(pauses->items[i].from, start);
        if (end.ms <= from.ms)
            break;
        end = move(kind, end, time_between(kind, from, instant_max(pause_end(pauses, i), from)));
    }
    return end;
}

int64_t count_time(const struct time_kind *kind, const struct pauses *pauses, struct instant start,
                   struct instant end)
{
    int64_t ms = time_between(kind, start, end);
    for (uint32_t i = 0; i < pauses->count; i++) {
        struct instant from = instant_max(pauses->items[i].from, start);
        if (end.ms <= from.ms)
            break;
        struct instant until = instant_max(pause_end(pauses, i), from);
        ms -= time_between(kind, from, until.ms < end.ms ? until : end);
    }
    return ms;
}
