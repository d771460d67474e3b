/* task_clocks.h: how an event changes clocks. The task is read-only: each function edits the event's own copy of a
 * clock, made when it is first touched, and a clock always comes with all its timers. */
#ifndef DUBAN_DOMAIN_TASK_CLOCKS_H
#define DUBAN_DOMAIN_TASK_CLOCKS_H

#include "domain/task_life.h"

/* What is the same for every clock with that id (domain.md §3.5). */
struct clock_kind {
    enum party party;
    bool records_miss;    /* its expiry is a unit's lateness */
    enum profile profile; /* of its rungs; NONE: the due clocks choose theirs by time, the others have none */
};

const struct clock_kind *clock_kind_of(enum clock_id id);

/* Its end still means something: running, paused, or passed with rungs to come. */
bool clock_is_live(const struct clock *clock);
/* Until when its unit may ask, object, appeal or sign: its end, or a later one that it was told and that other calendars
 * have taken back. What has to be done is judged by the end itself. */
struct instant clock_asks_until(const struct clock *clock);

/* The clock as the event leaves it so far; NULL when there is none. */
const struct clock *clocks_see(const struct situation *situation, const struct event *event, enum clock_id id,
                               uint32_t key);
/* The same, to be changed. A wake's clock comes without the timer that fired. */
struct clock *clocks_edit(const struct situation *situation, struct event *event, enum clock_id id,
                          uint32_t key);
/* A new run of the clock, version + 1, from `start`; its rule and end are still empty. */
struct clock *clocks_renew(const struct situation *situation, struct event *event, enum clock_id id,
                           uint32_t key, struct instant start);

/* What its end follows from, as its row says it. A pause that is still open moves nothing yet: asked_at is not set.
 * The hours are those of situation_office_hours. */
struct deadline_terms clock_terms(const struct clock *clock, const struct office_hours *office_hours);

/* Computes last day, due, profile and timers from started_at, rule, extensions and pauses; rungs below `least_rung` and
 * rungs that are past are left out. Refuses what the arithmetic refuses. */
struct refusal clocks_schedule(const struct situation *situation, const struct event *event,
                               struct clock *clock, uint32_t least_rung);
/* The same from an end that was computed before, set at clock->armed_at. */
struct refusal clocks_arm(const struct situation *situation, const struct event *event, struct clock *clock,
                          const struct deadline *deadline, uint32_t least_rung);
/* The end that those terms would have, without changing anything. */
struct refusal clocks_compute(const struct situation *situation, const struct clock *clock,
                              struct deadline *ret_deadline);

/* Working days that the clock allows, from its start to its end; 0 where it has none. */
int clocks_allowed_working_days(const struct situation *situation, const struct clock *clock);

/* Renews and schedules with the registry's amount; a clock that is off is not started. */
struct refusal clocks_start(const struct situation *situation, struct event *event, enum clock_id id,
                            uint32_t key, struct instant start);

/* The act it waited for came: met when received by its due instant, else missed. Nothing where it is not live. */
void clocks_meet(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key);
/* It no longer matters. */
void clocks_stop(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key);
/* Every clock but those of an appeal. */
void clocks_stop_all(const struct situation *situation, struct event *event);
/* What waited for an acknowledgement of the unit's rungs, or for its form to be signed, is void: the ladder changed. */
void clocks_stop_acknowledgements(const struct situation *situation, struct event *event);

/* The same for the rungs of another clock: a statutory one, a co-unit's. */
void clocks_stop_waiting_on(const struct situation *situation, struct event *event, enum clock_id ladder,
                            uint32_t key);

/* The lateness of the clock's unit; nothing for clocks that are nobody's lateness. */
struct refusal clocks_record_miss(const struct situation *situation, struct event *event,
                                  const struct clock *clock);

/* Timers of a clock in the event; the rungs among them: task_rungs.c. */
void clock_drop_timers(struct clock *clock);
void clock_drop_timer_at(struct clock *clock, uint32_t index);
/* No rung above this one: a voluntary unit, a co-unit. */
uint32_t clock_highest_rung(const struct situation *situation, const struct clock *clock);
void clock_drop_rung(struct clock *clock, uint32_t rung);
/* The rung comes at `at` instead, once; added where it had been left out. */
void clock_move_rung(const struct situation *situation, struct clock *clock, uint32_t rung,
                     struct instant at);
/* Is that rung still to come, later than `at`? */
bool clock_has_rung_after(const struct clock *clock, uint32_t rung, struct instant at);

#endif
