/* schedule.h: 序时进度, the schedule line: what should have been reached by a day against what was, per mille of the
 * whole. Pure and in integers; every figure is rounded down to a whole per mille, and the light is judged by the
 * figures that are shown, so that an official can add them up again.
 *
 * Sources: yellow from 10 percentage points behind, red beyond 30 (anchors [P21]); both are data of the template. */
#ifndef DUBAN_DOMAIN_SCHEDULE_H
#define DUBAN_DOMAIN_SCHEDULE_H

#include "domain/registry.h"
#include "domain/task.h"

struct schedule_point {
    struct date date; /* by the end of this day */
    int64_t value;    /* cumulative, 0 … LIMIT_MEASURE */
};

/* Straight between its points, nothing before the first, everything after the last. */
struct schedule_line {
    struct schedule_point *points; /* ascending */
    uint32_t point_count;
    bool of_plan;          /* its points are values in the measure; else per mille */
    int64_t planned_whole; /* what 1000 ‰ of the points is */
    int64_t actual_whole;  /* … and of the actual values, in the measure */
};

/* Of the plan, where its nodes carry values (from 0 at the start of C-DUE), else of the template. No points: the
 * task has no line yet. */
struct schedule_line schedule_line_of(const struct task *task, const struct registry_schedule *schedule,
                                      struct arena *arena);

/* The points that day lies between: the last at or before it, the first behind it; NULL where there is none. */
void schedule_between(const struct schedule_line *line, struct date day,
                      const struct schedule_point **ret_before, const struct schedule_point **ret_after);
int32_t schedule_planned(const struct schedule_line *line, struct date day);
int32_t schedule_actual(const struct schedule_line *line, int64_t value);
/* Green below `yellow_points` percentage points behind, red above `red_points`. */
enum light schedule_light(const struct registry_schedule *schedule, int32_t behind);

/* The newest cumulative value that occurred by the end of the day; of one day the one recorded last. 0: none. */
int64_t schedule_value_by(const struct fact *facts, uint32_t count, const char *kind, struct date day);

/* What a look at the end of that day finds; as_of none where there is no line. `before` is left none. */
struct pace schedule_look(const struct schedule_line *line, const struct registry_schedule *schedule,
                          int64_t value, struct date as_of);

/* The first check day after that day: a working day, at whose opening the end of the day before is looked at. */
struct date schedule_next_check(const struct registry_schedule *schedule, const struct calendar *calendar,
                                struct date after);

#endif
