/* task_effects.h: the steps that rows of task_life.c put together. Each fills its part of the event and nothing else;
 * task_apply writes the task from the event alone. */
#ifndef DUBAN_DOMAIN_TASK_EFFECTS_H
#define DUBAN_DOMAIN_TASK_EFFECTS_H

#include "domain/task_life.h"

/* clocks, by name (task_effects.c) */
extern const struct effect start_registering, meet_registering;
extern const struct effect start_assigning, meet_assigning;
extern const struct effect start_signing, meet_signing, sign_after_all;
extern const struct effect start_objecting, start_named_objecting, meet_objecting, stop_objecting;
extern const struct effect meet_ruling;
extern const struct effect start_review, meet_review;
extern const struct effect start_verifying, meet_verifying;
extern const struct effect start_observing, stop_observing;
extern const struct effect stop_all_clocks;

/* registration and assignment (task_effects.c) */
extern const struct effect take_template;
extern const struct effect pin_template;
extern const struct effect ask_for_number;
extern const struct effect note_feasibility;
extern const struct effect take_number;
extern const struct effect start_due;

/* disputes and the unit's work (task_effects_unit.c) */
extern const struct effect open_dispute;
extern const struct effect change_lead_by_ruling;
extern const struct effect change_lead;
extern const struct effect silence_rung_one;
extern const struct effect report_done;
extern const struct effect pause_due;

/* requests, 中止 and 暂缓 (task_effects_pause.c) */
extern const struct effect pend_request;
extern const struct effect withdraw_request;
extern const struct effect withdraw_one_request;
extern const struct effect meet_deciding;
extern const struct effect decide_request;
extern const struct effect suspend;
extern const struct effect resume;
extern const struct effect shelve;
extern const struct effect unshelve;
extern const struct effect stop_shelf;
extern const struct effect expire_shelf;
extern const struct effect repeat_review;

/* co-units (task_effects_invite.c) */
extern const struct effect invite_unit;
extern const struct effect answer_invitation;
extern const struct effect meet_co;
extern const struct effect release_co_unit;

/* debts (task_effects_debt.c) */
extern const struct effect settle_instalments;

/* the review, leaders and recipients (task_effects_review.c) */
extern const struct effect continue_due;
extern const struct effect start_rework;
extern const struct effect alarm_second_return;
extern const struct effect fix_completion;
extern const struct effect reopen;
extern const struct effect follow_instruction;
extern const struct effect meet_acknowledgement;
extern const struct effect await_acknowledgement;
extern const struct effect mark_exhausted;
extern const struct effect note_predecessor;
extern const struct effect note_later_predecessor; /* task_predecessor.c */

/* tasks that open tasks (task_effects_family.c, meeting.c) */
extern const struct effect mark_split;
extern const struct effect mark_resolutions;
extern const struct effect mark_child;
extern const struct effect take_child;
extern const struct effect open_occurrence;
extern const struct effect follow_meeting;

/* statutory clocks (task_effects_step.c) */
extern const struct effect start_statutory_of_draft;
extern const struct effect start_statutory_of_registration;
extern const struct effect start_statutory_of_assignment;
extern const struct effect take_step;
extern const struct effect deem_step;
extern const struct effect extend_statutory;
/* Another unit leads: their days stay, the lateness to come is the new unit's. */
struct refusal statutory_hand_over(const struct situation *situation, struct event *event);

/* conclusions, official forms, archiving (task_effects_appeal.c) */
extern const struct effect conclude;
extern const struct effect appeal;
extern const struct effect decide_appeal;
extern const struct effect meet_issue;
extern const struct effect start_archive;
extern const struct effect postpone_archive;
extern const struct effect stop_archive;
extern const struct effect seal;

/* of a Wake (task_effects_wake.c) */
extern const struct effect sign_by_silence;
extern const struct effect expire;
extern const struct effect raise_ruling;
extern const struct effect raise_request;
extern const struct effect reach_rung;
extern const struct effect climb;
extern const struct effect hold_rung;
extern const struct effect hold_expiry;
extern const struct effect park_clock;

/* of consequences */
extern const struct effect report_by_fact;
extern const struct effect report_by_silence;
extern const struct effect revoke_granted;
extern const struct effect revoke_disproved;

/* of a new version of the calendars (task_recompute.c) */
extern const struct effect recompute_clocks;
extern const struct effect revoke_by_calendar;
/* plans and schedule lines (task_effects_plan.c) */
extern const struct effect follow_plan, rest_plan;
extern const struct effect take_plan;
extern const struct effect meet_node;
extern const struct effect restart_reporting;
extern const struct effect correct_pace;
extern const struct effect miss_node;
extern const struct effect check_schedule;
extern const struct effect expire_reporting;

/* So many misses of nodes are taken back: an alarm for being behind schedule falls back to its usual moment. */
struct refusal plan_calm(const struct situation *situation, struct event *event, uint32_t revoked);

/* What was held goes out at the next 09:00. */
void release_held_rungs(const struct situation *situation, struct event *event);

#endif
