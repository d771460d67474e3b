/* task_recompute.h: what a new version of the calendars does to a task (RecomputeCalendar, design §3; domain.md §1.5).
 * "Calendars" are all that says when work is done: the days, and the hours at which offices are open.
 *
 * Each clock that still means something is computed again from its own rule, start, pauses and extensions. One whose
 * end moves, or becomes firm, stands in EVENT_CALENDAR_APPLIED with old, new and the paper; a moved end is a new due
 * version with its ladder anew. Where nothing moves there is no event, so recompute(recompute) = recompute.
 *
 * Nobody is judged by a calendar that could not be known yet:
 *   - an end that moves before the publication takes effect at the publication: due = max(new, min(old, published)).
 *     So whatever was received before it was published still counts against the old date, and a date that the new
 *     calendar says has passed is missed from then on, not backwards;
 *   - a miss whose end moves is taken back (EVENT_OVERDUE_REVOKED, calendar_changed); where the new end has passed
 *     too, it is missed anew by that date.
 * The row is as it was at the publication first: alarms due before it were set off by the old dates (turn.c).
 *
 * Nothing depends on when a partition adopts the version (design §3). Between the publication and the adoption it decides
 * by the old dates, and it cannot wait: that a version was published is known to another partition, which may be as late
 * as one likes. So what was decided is judged again by the dates that hold in the end, in both directions:
 *   - what had to be done (reported, planned, decided …) by the end that holds: a late act that was in time after all is
 *     met, one that was met only by a later old end is missed;
 *   - asking, objecting, appealing and signing by silence by the more favourable of both: nobody loses a right within a
 *     time that he was told (clock.told_due); and one that was refused as too late is kept in the row (late_acts.h) and
 *     decided when a clock moves, as it would have been, with its own moment of receipt;
 *   - a clock of these that the old end has let pass since the publication runs on to the new end.
 * One exception: what was archived between the publication and the adoption is sealed, and stays as it is.
 * Tested with the adoption at every place among the acts: tests/unit/domain/test_arrival_calendar.c. */
#ifndef DUBAN_DOMAIN_TASK_RECOMPUTE_H
#define DUBAN_DOMAIN_TASK_RECOMPUTE_H

#include "domain/task_life.h"

/* Has it a clock that was computed with calendars older than those in force (ruleset.calendar_since)? */
bool task_is_stale(const struct task *task, const struct ruleset *ruleset);

/* The RecomputeCalendar for that task, the same whoever asks: received when the calendars were published, id =
 * H(task, version). */
struct command task_recompute_command(const struct task *task, const struct ruleset *ruleset,
                                      struct arena *arena);

/* Would it change anything? `situation` is that of task_recompute_command. */
bool task_recompute_changes(const struct situation *situation);

/* --- in words (calendar_moves.c) ------------------------------------------------------------------------------- */

/* "办理时限由 2023-09-28 24:00 改为 2023-09-29 24:00" */
const char *calendar_move_render(const struct calendar_move *move, enum language language,
                                 struct arena *arena);
/* All of an event, with the papers; "" when it has none. */
const char *calendar_moves_render(const struct event *event, enum language language, struct arena *arena);

#endif
