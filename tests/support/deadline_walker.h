/* deadline_walker.h: domain.md §2.4 a second time, by steps: from day to day, from minute to minute for units of time,
 * asking of each whether it counts and stopping when enough have. All that begins or ends does so at whole minutes. */
#ifndef DUBAN_TESTS_DEADLINE_WALKER_H
#define DUBAN_TESTS_DEADLINE_WALKER_H

#include "domain/deadline.h"

/* Which days are worked, one by one. */
struct walker_calendar;
struct walker_calendar *walker_calendar_new(const struct calendar_year *years, uint32_t count);
void walker_calendar_free(struct walker_calendar *calendar);
/* All that follows asks this calendar; first of all. */
void walker_use(const struct walker_calendar *calendar);

bool walker_is_of_time(enum deadline_unit unit);
void walker_deadline(const struct deadline_terms *terms, struct deadline *ret_deadline);

/* Does the minute that begins here count? */
bool walker_minute_counts(const struct deadline_terms *terms, enum deadline_unit unit, struct instant minute);
struct instant walker_time(const struct deadline_terms *terms, enum deadline_unit unit, struct instant at,
                           int64_t ms);

/* Days that count in (after, until]; the day n counted days on; the counted day with `left` of them behind it. */
int walker_count(const struct deadline_terms *terms, enum deadline_unit unit, bool pauses, struct date after,
                 struct date until);
struct date walker_on(const struct deadline_terms *terms, enum deadline_unit unit, struct date last, int n);
struct date walker_back(const struct deadline_terms *terms, enum deadline_unit unit, bool pauses,
                        struct date last, int left);

#endif
