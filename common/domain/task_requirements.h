/* task_requirements.h: what an actor must bring, as rows of the trigger table. Each refuses with a code that names
 * the field and the rule. */
#ifndef DUBAN_DOMAIN_TASK_REQUIREMENTS_H
#define DUBAN_DOMAIN_TASK_REQUIREMENTS_H

#include "domain/task_life.h"

/* registration and assignment (task_requirements.c) */
extern const struct requirement must_name_template;
extern const struct requirement must_name_known_units;
extern const struct requirement must_be_authorised;
extern const struct requirement must_name_active_lead;
extern const struct requirement must_name_known_leader;
extern const struct requirement must_have_deadline;
extern const struct requirement must_have_basis_in_force;
extern const struct requirement must_follow_others;
extern const struct requirement must_start_before_due;
extern const struct requirement must_not_wait_for_number;
extern const struct requirement must_have_leader;

/* disputes and the unit's work (task_requirements_unit.c) */
extern const struct requirement must_object_in_time;
extern const struct requirement must_be_first_objection;
extern const struct requirement must_be_entitled_to_rule;
extern const struct requirement must_name_other_unit;
extern const struct requirement must_name_ruled_unit;
extern const struct requirement must_leave_time;
extern const struct requirement must_know_fact;
extern const struct requirement must_bring_evidence;
extern const struct requirement must_have_predecessors_done;
extern const struct requirement must_not_lie_ahead;

/* requests: 延期, 中止, 暂缓 (task_requirements_pause.c) */
extern const struct requirement must_ask_in_time;
extern const struct requirement must_ask_for_something;
extern const struct requirement must_stay_within_limits;
extern const struct requirement must_name_lawful_reason;
extern const struct requirement must_promise;
extern const struct requirement must_be_pending;
extern const struct requirement must_be_decider;
extern const struct requirement must_still_be_later;

/* debts (task_requirements_debt.c) */
extern const struct requirement must_state_debt;
extern const struct requirement must_plan_whole_debt;
extern const struct requirement must_not_claim_instalment;

/* co-units (task_requirements_invite.c) */
extern const struct requirement must_invite_another_unit;
extern const struct requirement must_have_room_for_co_unit;
extern const struct requirement must_end_before_lead;
extern const struct requirement must_be_invited;
extern const struct requirement must_have_time_left;
extern const struct requirement must_cooperate;
extern const struct requirement must_have_co_units_answered;
/* plans (task_requirements_plan.c) */
extern const struct requirement must_have_nodes;
extern const struct requirement must_plan_within_due;
extern const struct requirement must_name_nodes_once;
extern const struct requirement must_name_open_node;
extern const struct requirement must_measure_fact;
extern const struct requirement must_have_mandatory_nodes;

/* the supervisor's review (task_requirements_review.c) */
extern const struct requirement must_verify_as_other;
extern const struct requirement must_be_entitled_to_close;
extern const struct requirement must_be_verified;
extern const struct requirement must_be_three_persons;
extern const struct requirement must_satisfy_or_explain;
extern const struct requirement must_complete_before_report;
extern const struct requirement must_have_room_for_round;
extern const struct requirement must_prove_instruction;
extern const struct requirement must_instruct_open_due;
extern const struct requirement must_be_awaited;
extern const struct requirement must_be_asked_number;
extern const struct requirement must_have_room_for_follower;
extern const struct requirement must_be_predecessor;

/* statutory steps, conclusions, forms, the archive (task_requirements_step.c) */
extern const struct requirement must_know_step;
extern const struct requirement must_take_open_step;
extern const struct requirement must_conclude_once;
extern const struct requirement must_appeal_in_time;
extern const struct requirement must_decide_as_other;
extern const struct requirement must_have_draft;
extern const struct requirement must_have_no_appeal;
/* Field "unit": in the registry, and active. */
struct refusal unit_must_be_active(const struct situation *situation, const char *id);
/* tasks that open tasks (task_requirements_family.c, meeting.c) */
extern const struct requirement must_split_own_work;
extern const struct requirement must_split_well;
extern const struct requirement must_be_meeting;
extern const struct requirement must_name_chair;
extern const struct requirement must_resolve_well;
extern const struct requirement must_name_child_template;
extern const struct requirement must_name_child_unit;
extern const struct requirement must_fit_parent;
extern const struct requirement must_be_parent;
extern const struct requirement must_have_children_closed;
extern const struct requirement must_name_occurrence;
extern const struct requirement must_direct_open_due;

/* A drafted task of the short procedure registers itself when nothing is missing. */
bool task_may_register(const struct situation *situation);

/* Last day of the approved facts: the completion date that Close would fix. */
struct date task_completion_date(const struct situation *situation);

#endif
