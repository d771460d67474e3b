/* schedule.c: see schedule.h. Values stay below LIMIT_MEASURE, so a value times 1000 times the days of a century fits
 * into 64 bits. */
#include "domain/schedule.h"

#include "base/limits.h"
#include "base/text.h"

enum {
    PER_MILLE = 1000,
    PER_POINT = 10,
    MOST_PER_MILLE = 1000 * 1000,
    MONTHS_OF_YEAR = 12,
    MONTHS_OF_QUARTER = 3
};

/* --- the line ------------------------------------------------------------------------------------------------------- */

static void add_point(struct schedule_line *line, struct schedule_point point, struct arena *arena)
{
    line->points = arena_grown(arena, line->points, line->point_count, sizeof(*line->points));
    uint32_t at = line->point_count++;
    for (; at > 0 && line->points[at - 1].date.days > point.date.days; at--)
        line->points[at] = line->points[at - 1];
    line->points[at] = point;
}

static struct schedule_line line_of_plan(const struct task *task, struct arena *arena)
{
    struct schedule_line line = {0};
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    for (uint32_t i = 0; i < task->node_count; i++) {
        const struct node *node = &task->nodes[i];
        if (node->value > 0 && !node->superseded)
            add_point(&line, (struct schedule_point){node->date, node->value}, arena);
    }
    if (line.point_count == 0)
        return line;
    line.of_plan = true;
    line.planned_whole = line.actual_whole = line.points[line.point_count - 1].value;
    if (due != NULL)
        add_point(&line, (struct schedule_point){date_of(due->started_at), 0}, arena);
    return line;
}

struct schedule_line schedule_line_of(const struct task *task, const struct registry_schedule *schedule,
                                      struct arena *arena)
{
    struct schedule_line line = line_of_plan(task, arena);
    if (line.point_count > 0)
        return line;
    for (uint32_t i = 0; i < schedule->point_count; i++)
        add_point(&line, (struct schedule_point){schedule->points[i].date, schedule->points[i].permille},
                  arena);
    line.planned_whole = PER_MILLE;
    line.actual_whole = schedule->target;
    return line;
}

/* --- figures -------------------------------------------------------------------------------------------------------- */

static int32_t permille_of(int64_t numerator, int64_t denominator)
{
    int64_t permille = denominator <= 0 ? 0 : numerator / denominator;
    return (int32_t)(permille > MOST_PER_MILLE ? MOST_PER_MILLE : permille);
}

void schedule_between(const struct schedule_line *line, struct date day,
                      const struct schedule_point **ret_before, const struct schedule_point **ret_after)
{
    *ret_before = *ret_after = NULL;
    for (uint32_t i = 0; i < line->point_count && *ret_after == NULL; i++) {
        const struct schedule_point *point = &line->points[i];
        *(point->date.days <= day.days ? ret_before : ret_after) = point;
    }
}

int32_t schedule_planned(const struct schedule_line *line, struct date day)
{
    const struct schedule_point *before, *after;
    schedule_between(line, day, &before, &after);
    if (before == NULL)
        return 0;
    if (after == NULL)
        return permille_of(before->value * PER_MILLE, line->planned_whole);
    int64_t days = after->date.days - before->date.days, passed = day.days - before->date.days;
    int64_t value = before->value * (days - passed) + after->value * passed; /* times `days` */
    return permille_of(value * PER_MILLE, line->planned_whole * days);
}

int32_t schedule_actual(const struct schedule_line *line, int64_t value)
{
    return permille_of(value * PER_MILLE, line->actual_whole);
}

enum light schedule_light(const struct registry_schedule *schedule, int32_t behind)
{
    if (behind > schedule->red_points * PER_POINT)
        return LIGHT_RED;
    return behind >= schedule->yellow_points * PER_POINT ? LIGHT_YELLOW : LIGHT_GREEN;
}

int64_t schedule_value_by(const struct fact *facts, uint32_t count, const char *kind, struct date day)
{
    const struct fact *newest = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i];
        bool counts = text_equal(fact->kind, kind) && fact->occurred_on.days <= day.days;
        if (counts && (newest == NULL || fact->occurred_on.days >= newest->occurred_on.days))
            newest = fact;
    }
    return newest == NULL ? 0 : newest->value;
}

struct pace schedule_look(const struct schedule_line *line, const struct registry_schedule *schedule,
                          int64_t value, struct date as_of)
{
    struct pace pace = {.as_of = as_of};
    if (line->point_count == 0)
        return (struct pace){0};
    pace.planned = schedule_planned(line, as_of);
    pace.actual = schedule_actual(line, value);
    pace.behind = pace.planned - pace.actual;
    pace.light = schedule_light(schedule, pace.behind);
    return pace;
}

/* --- check days ------------------------------------------------------------------------------------------------------ */

static struct date next_weekday(const struct calendar *calendar, uint32_t weekday, struct date after)
{
    int ahead = ((int)weekday - date_weekday(after) + 7) % 7;
    struct date day = calendar_next_working_day(calendar, date_add(after, ahead));
    return day.days > after.days ? day : calendar_next_working_day(calendar, date_add(after, ahead + 7));
}

/* The last working day of the `months`-month period that `day` lies in. */
static struct date last_working_day_of(const struct calendar *calendar, struct date day, int months)
{
    struct civil civil = civil_of_date(day);
    int first = (civil.month - 1) / months * months + 1 + months; /* of the next period */
    struct date next = DATE_NONE;
    bool exists =
        date_from_civil(civil.year + (first > MONTHS_OF_YEAR), first > MONTHS_OF_YEAR ? 1 : first, 1, &next);
    return exists ? calendar_last_working_day_before(calendar, next) : day;
}

static struct date next_period_end(const struct calendar *calendar, struct date after, int months)
{
    struct date day = last_working_day_of(calendar, after, months);
    for (int ahead = 1; day.days <= after.days; ahead++)
        day = last_working_day_of(calendar, date_add(after, ahead), months);
    return day;
}

struct date schedule_next_check(const struct registry_schedule *schedule, const struct calendar *calendar,
                                struct date after)
{
    switch (schedule->check) {
    case CHECK_WEEKLY:
        return next_weekday(calendar, schedule->weekday, after);
    case CHECK_MONTHLY:
        return next_period_end(calendar, after, 1);
    case CHECK_QUARTERLY:
        return next_period_end(calendar, after, MONTHS_OF_QUARTER);
    case CHECK_NONE:
    case CHECK_COUNT:
        break;
    }
    return DATE_NONE;
}
