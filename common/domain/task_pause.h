/* task_pause.h: time that does not count (中止), and time that waits for a promise (暂缓). domain.md §2.4, §3.5. */
#ifndef DUBAN_DOMAIN_TASK_PAUSE_H
#define DUBAN_DOMAIN_TASK_PAUSE_H

#include "domain/task_clocks.h"

/* Does it stand still for a lawful reason? (A clock that a review stopped has no open pause.) */
bool clock_is_suspended(const struct clock *clock);
/* The pauses of a clock that is started again, with the open one closed at `at`: what the cap must not count. */
void clock_close_pause(struct clock *clock, struct instant at, struct arena *arena);

/* From `from` on its time does not count; its timers go. Nothing for a clock whose end lies before `from`: a pause
 * after expiry changes nothing about the expiry. */
void pause_clock(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key,
                 struct instant from, const char *basis);
/* The last day as if the pause ended with that day: by it a step taken while the time stands still is judged. */
struct date pause_last_day_on(const struct situation *situation, const struct clock *clock, struct date day);
/* What a co-unit does is asked for by a lead that cannot work now, and its report would be refused: C-CO stands still with
 * C-DUE, in 中止 as in 暂缓. One whose end lies before `from` stays missed, and is silent until the work goes on. */
void pause_co_units(const struct situation *situation, struct event *event, struct instant from,
                    const char *basis);
/* Every suspended clock runs again: version + 1, the end computed anew, the ladder from now. A unit that asked in
 * time never comes back to a day that has passed meanwhile: the next working day is left to it. A co-unit's end stays
 * before the lead's as long as a day is left there. */
struct refusal pause_end(const struct situation *situation, struct event *event);

/* The promise is the next due version and the end of C-SHELF; both stand until Unshelve or that day. */
struct refusal shelf_start(const struct situation *situation, struct event *event, struct date promised);
/* Another promise for a task that is shelved (decision card ①). */
struct refusal shelf_move(const struct situation *situation, struct event *event, struct date promised);
/* The promise runs: early, or because it has passed (then it is missed, and the ladder begins with its rung 4). */
struct refusal shelf_end_early(const struct situation *situation, struct event *event);
struct refusal shelf_expire(const struct situation *situation, struct event *event);
/* The clerk's next look at it, its `occurrence`-th, counted from `from`; none behind the promise. */
struct refusal shelf_add_review(const struct situation *situation, struct clock *shelf, struct instant from,
                                uint32_t occurrence);

#endif
