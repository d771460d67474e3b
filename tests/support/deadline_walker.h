/* deadline_walker.h: domain.md §2.4 a second time, by steps: from day to day, from minute to minute for units of time,
 * asking of each whether it counts and stopping when enough have. All that begins or ends does so at whole minutes. */
#ifndef DUBAN_TESTS_DEADLINE_WALKER_H
#define DUBAN_TESTS_DEADLINE_WALKER_H

#include "domain/deadline.h"

/* The years of calendar_fixture.h; first of all. */
void walker_init(const struct calendar_year *fixture_years);

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
