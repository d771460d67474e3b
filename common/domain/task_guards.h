/* task_guards.h: the conditions that choose between rows of task_life.c. */
#ifndef DUBAN_DOMAIN_TASK_GUARDS_H
#define DUBAN_DOMAIN_TASK_GUARDS_H

#include "domain/task_life.h"

extern const struct guard if_number_pending;
extern const struct guard if_short_procedure;
extern const struct guard if_signed_by_silence;
extern const struct guard if_same_unit;
extern const struct guard if_suspends;
extern const struct guard if_shelves;
extern const struct guard if_due_still_runs;

/* of a Wake */
extern const struct guard if_silence_signs;
extern const struct guard if_unit_is_late;
extern const struct guard if_expiry_is_held;
extern const struct guard if_ruling_goes_up;
extern const struct guard if_request_goes_up;
extern const struct guard if_step_is_deemed;
extern const struct guard if_step_refuses; /* of a Step */
extern const struct guard if_archive_waits;
extern const struct guard if_archive_is_due;
extern const struct guard if_observation_ends;
extern const struct guard if_shelf_ends;
extern const struct guard if_shelf_review;
extern const struct guard if_rung_is_held;
extern const struct guard if_rung;
extern const struct guard if_silence_climbs;
extern const struct guard if_node_passes;
extern const struct guard if_schedule_day;
extern const struct guard if_silent_for_long;

extern const struct guard if_occurrence_comes;

/* of another task's wish */
extern const struct guard if_resolution_wants_more;

/* of consequences */
extern const struct guard if_parent_assigns;
extern const struct guard if_registers_itself;
extern const struct guard if_assigns_itself;
extern const struct guard if_fact_is_drawn;
extern const struct guard if_fact_closes;
extern const struct guard if_grant_disproves;
extern const struct guard if_act_disproves;
extern const struct guard if_calendar_disproves; /* task_recompute.c */
extern const struct guard if_nothing_to_observe;

/* Shared with effects and requirements. */
bool task_is_drawn(const struct task *task, const struct registry_template *template_); /* 抽查 */
/* Until when alarms wait: for a pending request without end (`ret_until` none), a fact dated in time, an instruction. */
bool task_holds_rung(const struct situation *situation, uint32_t rung, struct instant at,
                     struct instant *ret_until);
/* The same for the end of a due date that binds a fact: nobody is late as long as the report of a fact that is recorded,
 * dated in time, is waited for. */
bool task_holds_expiry(const struct situation *situation, struct instant *ret_until);
/* The due version in which a request was made that is now decided: a suspension leaves the version as it is until the
 * work goes on, the others begin a new one. */
uint32_t task_version_asked_about(const struct situation *situation);
/* Is this recorded miss refuted by what the row says now? */
bool task_miss_is_disproved(const struct task *task, const struct miss *miss);

#endif
