/* task_life.c: the task's life, to be read from top to bottom. Guards stand in task_guards.c, requirements in
 * task_requirements*.c, effects in task_effects*.c; task_decide.c walks the tables. */
#include "domain/task_life.h"

#include <stddef.h>

#include "domain/task_cap.h"
#include "domain/task_confirm.h"
#include "domain/task_effects.h"
#include "domain/task_guards.h"
#include "domain/task_requirements.h"

/* clang-format off */

#define ANY ((IN(STATE_COUNT) - 1u) & ~IN(STATE_NONE)) /* a note in the margin of an archived file too */
#define UNSEALED (ANY & ~IN(STATE_ARCHIVED))
#define AT_WORK (IN(STATE_IN_PROGRESS) | IN(STATE_REWORK))
#define IN_HANDS (AT_WORK | IN(STATE_ASSIGNED))
#define STANDING_STILL (IN(STATE_SUSPENDED) | IN(STATE_SHELVED))

/* Who may, and what must be true. Rows of domain.md §3.3; the first refusal is the answer. */
const struct trigger_row trigger_rows[] = {
    {TRIGGER_DRAFT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SYSTEM | CAPACITY_CLERK,
        {&must_name_template, &must_name_known_units, &must_follow_others, &must_state_debt}},
    {TRIGGER_REGISTER, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR,
        {&must_be_authorised, &must_name_active_lead, &must_name_known_units, &must_name_known_leader,
         &must_have_deadline, &must_have_basis_in_force, &must_follow_others, &must_state_debt,
         &must_start_before_due}},
    {TRIGGER_REJECT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {NULL}},
    {TRIGGER_ASSIGN, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR,
        {&must_not_wait_for_number, &must_name_active_lead, &must_have_leader, &must_have_deadline,
         &must_stay_under_cap}},
    {TRIGGER_SIGN, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SYSTEM_OF_LEAD, {NULL}},
    {TRIGGER_OBJECT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD,
        {&must_be_first_objection, &must_object_in_time}},
    {TRIGGER_ADJUDICATE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR | CAPACITY_LEADER | CAPACITY_ARBITER,
        {&must_be_entitled_to_rule, &must_name_ruled_unit, &must_leave_time, &must_stay_under_cap}},
    {TRIGGER_REASSIGN, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR,
        {&must_name_other_unit, &must_leave_time, &must_stay_under_cap}},
    {TRIGGER_PROGRESS, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SYSTEM_OF_LEAD,
        {&must_name_open_node, &must_not_claim_instalment}},
    {TRIGGER_RECORD_FACT, ORIGIN_OUTSIDE, ROW_TASK,
        CAPACITY_LEAD | CAPACITY_SYSTEM_OF_LEAD | CAPACITY_SYSTEM_OF_SOURCE,
        {&must_name_occurrence, &must_know_fact, &must_measure_fact, &must_name_open_node,
         &must_not_claim_instalment}},
    {TRIGGER_REQUEST, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD,
        {&must_ask_in_time, &must_ask_for_something, &must_stay_within_limits, &must_name_lawful_reason,
         &must_promise, &must_stay_under_cap}},
    {TRIGGER_DECIDE, ORIGIN_OUTSIDE, ROW_TASK,
        CAPACITY_SUPERVISOR | CAPACITY_LEAD | CAPACITY_LEADER | CAPACITY_DISTRICT_HEAD,
        {&must_be_pending, &must_be_decider, &must_still_be_later, &must_stay_under_cap}},
    {TRIGGER_WITHDRAW_REQUEST, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD, {&must_be_pending}},
    {TRIGGER_RESUME, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SUPERVISOR, {NULL}},
    {TRIGGER_UNSHELVE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SUPERVISOR, {NULL}},
    {TRIGGER_INVITE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD,
        {&must_invite_another_unit, &must_have_room_for_co_unit, &must_end_before_lead}},
    {TRIGGER_ANSWER_INVITE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_CO | CAPACITY_SYSTEM_OF_CO,
        {&must_be_invited, &must_have_time_left}},
    {TRIGGER_CO_REPORT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_CO, {&must_cooperate}},
    {TRIGGER_REPORT_DONE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SIGNS_OFF,
        {&must_bring_evidence, &must_have_predecessors_done, &must_have_co_units_answered,
         &must_have_children_closed, &must_have_mandatory_nodes, &must_not_lie_ahead}},
    {TRIGGER_ANSWER_URGING, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD, {NULL}},
    {TRIGGER_START_VERIFY, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {NULL}},
    {TRIGGER_RECORD_VERIFICATION, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR | CAPACITY_SYSTEM_OF_SOURCE,
        {&must_verify_as_other}},
    {TRIGGER_RETURN, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {&must_have_room_for_round}},
    {TRIGGER_CLOSE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR | CAPACITY_LEADER,
        {&must_be_entitled_to_close, &must_be_verified, &must_be_three_persons, &must_satisfy_or_explain,
         &must_complete_before_report}},
    {TRIGGER_WRITE_OFF, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {NULL}},
    {TRIGGER_REOPEN, ORIGIN_OUTSIDE, ROW_TASK,
        CAPACITY_SUPERVISOR | CAPACITY_AUDITOR | CAPACITY_SYSTEM_OF_SOURCE, {&must_have_room_for_round}},
    {TRIGGER_TERMINATE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_DISTRICT_HEAD, {NULL}},
    {TRIGGER_INSTRUCT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEADER | CAPACITY_SUPERVISOR,
        {&must_prove_instruction, &must_instruct_open_due, &must_stay_under_cap}},
    {TRIGGER_ACKNOWLEDGE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_RECIPIENT, {&must_be_awaited}},
    {TRIGGER_SPLIT, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SUPERVISOR,
        {&must_split_own_work, &must_split_well}},
    {TRIGGER_RESOLVE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR,
        {&must_be_meeting, &must_name_chair, &must_resolve_well}},
    {TRIGGER_APPLY_REGISTRY, ORIGIN_OUTSIDE, ROW_REGISTRY, CAPACITY_ADMINISTRATOR, {NULL}},
    {TRIGGER_STEP, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SYSTEM_OF_LEAD,
        {&must_know_step, &must_take_open_step}},
    {TRIGGER_CONCLUDE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {&must_conclude_once}},
    {TRIGGER_APPEAL, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD, {&must_appeal_in_time}},
    {TRIGGER_DECIDE_APPEAL, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_SUPERVISOR, {&must_decide_as_other}},
    {TRIGGER_ISSUE_FORM, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEADER | CAPACITY_SUPERVISOR_HEAD,
        {&must_have_draft}},
    {TRIGGER_ARCHIVE, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_AUDITOR, {&must_have_no_appeal}},
    {TRIGGER_PLAN, ORIGIN_OUTSIDE, ROW_TASK, CAPACITY_LEAD | CAPACITY_SYSTEM_OF_LEAD,
        {&must_have_nodes, &must_plan_within_due, &must_name_nodes_once, &must_plan_whole_debt}},
    {TRIGGER_WAKE, ORIGIN_WATCHER, ROW_TASK, 0, {NULL}},
    {TRIGGER_REQUEST_NUMBER, ORIGIN_LEDGER, ROW_NUMBERS, 0, {NULL}},
    {TRIGGER_NUMBER_GRANTED, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_asked_number}},
    {TRIGGER_FOLLOW, ORIGIN_LEDGER, ROW_TASK, 0, {&must_have_room_for_follower}},
    {TRIGGER_PREDECESSOR_DONE, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_predecessor}},
    {TRIGGER_PREDECESSOR_LATER, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_predecessor}},
    {TRIGGER_OPEN_CHILD, ORIGIN_LEDGER, ROW_TASK, 0,
        {&must_name_child_template, &must_name_child_unit, &must_fit_parent}},
    {TRIGGER_CHILD_OPENED, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_parent}},
    {TRIGGER_CHILD_REFUSED, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_parent}},
    {TRIGGER_CHILD_CLOSED, ORIGIN_LEDGER, ROW_TASK, 0, {&must_be_parent}},
    {TRIGGER_DIRECT_BY_MEETING, ORIGIN_LEDGER, ROW_TASK, 0, {&must_direct_open_due}},
    {TRIGGER_ADOPT_REGISTRY, ORIGIN_LEDGER, ROW_PARTITION, 0, {NULL}},
    {TRIGGER_REGISTRY_APPLIED, ORIGIN_LEDGER, ROW_REGISTRY, 0, {NULL}},
    {TRIGGER_RECOMPUTE_CALENDAR, ORIGIN_LEDGER, ROW_TASK, 0, {NULL}},
    {TRIGGER_NOTICE_ACCEPTED, ORIGIN_NOTIFIER, ROW_TASK, 0, {NULL}},
    {TRIGGER_NOTICE_EXHAUSTED, ORIGIN_NOTIFIER, ROW_TASK, 0, {NULL}},
};

/* From these states, on this trigger, only if this holds: go there (STATE_NONE: stay), as this event, and do that. */
const struct transition task_life[] = {
    /* registration */
    {IN(STATE_NONE), TRIGGER_DRAFT, NULL, STATE_DRAFT, EVENT_DRAFTED,
        {&take_template, &start_registering, &start_statutory_of_draft}},
    {IN(STATE_DRAFT), TRIGGER_REGISTER, NULL, STATE_REGISTERED, EVENT_REGISTERED,
        {&pin_template, &meet_registering, &note_feasibility, &ask_for_number,
         &start_statutory_of_registration}},
    {IN(STATE_DRAFT), TRIGGER_REJECT, NULL, STATE_REJECTED, EVENT_REJECTED,
        {&meet_registering, &stop_all_clocks, &start_archive}},
    {IN(STATE_REGISTERED) | STATES_ENDED, TRIGGER_NUMBER_GRANTED, NULL, STATE_NONE, EVENT_NUMBERED,
        {&take_number}},
    {IN(STATE_NONE), TRIGGER_OPEN_CHILD, &if_resolution_wants_more, STATE_DRAFT, EVENT_OPENED_AS_CHILD,
        {&take_child, &start_registering}},
    {IN(STATE_NONE), TRIGGER_OPEN_CHILD, NULL, STATE_REGISTERED, EVENT_OPENED_AS_CHILD,
        {&take_child, &note_feasibility, &ask_for_number}},

    /* assignment */
    {IN(STATE_REGISTERED), TRIGGER_ASSIGN, &if_number_pending, STATE_NONE, EVENT_ASSIGN_KEPT, {NULL}},
    {IN(STATE_REGISTERED), TRIGGER_ASSIGN, &if_short_procedure, STATE_IN_PROGRESS, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_named_objecting, &start_statutory_of_assignment, &follow_plan}},
    {IN(STATE_REGISTERED), TRIGGER_ASSIGN, NULL, STATE_ASSIGNED, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_signing, &start_objecting, &start_statutory_of_assignment}},
    {IN(STATE_ASSIGNED), TRIGGER_SIGN, NULL, STATE_IN_PROGRESS, EVENT_SIGNED,
        {&meet_signing, &follow_plan}},
    {IN(STATE_IN_PROGRESS), TRIGGER_SIGN, &if_signed_by_silence, STATE_NONE, EVENT_SIGNED, {&sign_after_all}},
    {IN(STATE_ASSIGNED), TRIGGER_WAKE, &if_silence_signs, STATE_IN_PROGRESS, EVENT_DEEMED_SIGNED,
        {&sign_by_silence, &follow_plan}},

    /* disputes */
    {IN(STATE_ASSIGNED) | IN(STATE_IN_PROGRESS), TRIGGER_OBJECT, NULL, STATE_DISPUTED, EVENT_OBJECTED,
        {&withdraw_request, &meet_signing, &meet_objecting, &rest_plan, &open_dispute}},
    {IN(STATE_DISPUTED), TRIGGER_ADJUDICATE, &if_same_unit, STATE_IN_PROGRESS, EVENT_ADJUDICATED,
        {&meet_ruling, &follow_plan}},
    {IN(STATE_DISPUTED), TRIGGER_ADJUDICATE, NULL, STATE_ASSIGNED, EVENT_ADJUDICATED,
        {&meet_ruling, &change_lead_by_ruling, &release_co_unit}},
    {IN(STATE_DISPUTED), TRIGGER_WAKE, &if_ruling_goes_up, STATE_NONE, EVENT_RULING_OVERDUE, {&raise_ruling}},
    {IN_HANDS | STANDING_STILL, TRIGGER_REASSIGN, NULL, STATE_ASSIGNED, EVENT_REASSIGNED,
        {&withdraw_request, &stop_shelf, &rest_plan, &resume, &change_lead, &release_co_unit}},

    /* the unit's work */
    {AT_WORK | STANDING_STILL, TRIGGER_PROGRESS, NULL, STATE_NONE, EVENT_PROGRESSED,
        {&silence_rung_one, &meet_node, &restart_reporting}},
    {STATES_AFTER_ASSIGNMENT, TRIGGER_RECORD_FACT, NULL, STATE_NONE, EVENT_FACT_RECORDED,
        {&silence_rung_one, &meet_node, &restart_reporting, &correct_pace, &settle_instalments, &hear_creditor}},
    {IN(STATE_IN_PROGRESS), TRIGGER_PLAN, NULL, STATE_NONE, EVENT_PLANNED, {&take_plan, &restart_reporting, &settle_instalments}},
    {AT_WORK, TRIGGER_REQUEST, NULL, STATE_NONE, EVENT_REQUESTED, {&pend_request}},
    {AT_WORK, TRIGGER_WITHDRAW_REQUEST, NULL, STATE_NONE, EVENT_REQUEST_WITHDRAWN, {&withdraw_one_request}},
    {AT_WORK, TRIGGER_DECIDE, &if_suspends, STATE_SUSPENDED, EVENT_DECIDED,
        {&meet_deciding, &withdraw_request, &rest_plan, &suspend}},
    {AT_WORK, TRIGGER_DECIDE, &if_shelves, STATE_SHELVED, EVENT_DECIDED,
        {&meet_deciding, &withdraw_request, &rest_plan, &shelve}},
    {AT_WORK, TRIGGER_DECIDE, NULL, STATE_NONE, EVENT_DECIDED, {&meet_deciding, &decide_request, &extend_statutory}},
    {AT_WORK, TRIGGER_WAKE, &if_request_goes_up, STATE_NONE, EVENT_REQUEST_OVERDUE, {&raise_request}},
    {IN(STATE_SUSPENDED), TRIGGER_RESUME, NULL, STATE_IN_PROGRESS, EVENT_RESUMED, {&resume, &follow_plan}},
    {IN(STATE_SHELVED), TRIGGER_UNSHELVE, NULL, STATE_IN_PROGRESS, EVENT_UNSHELVED,
        {&unshelve, &follow_plan}},
    {IN(STATE_SHELVED), TRIGGER_WAKE, &if_shelf_ends, STATE_IN_PROGRESS, EVENT_SHELF_EXPIRED,
        {&expire_shelf, &follow_plan}},
    {IN(STATE_SHELVED), TRIGGER_WAKE, &if_shelf_review, STATE_NONE, EVENT_SHELF_REVIEW_DUE, {&repeat_review}},
    {AT_WORK, TRIGGER_INVITE, NULL, STATE_NONE, EVENT_INVITED, {&invite_unit}},
    {AT_WORK, TRIGGER_ANSWER_INVITE, NULL, STATE_NONE, EVENT_INVITE_ANSWERED, {&answer_invitation}},
    {AT_WORK, TRIGGER_CO_REPORT, NULL, STATE_NONE, EVENT_CO_REPORTED, {&meet_co}},
    {IN_HANDS, TRIGGER_ANSWER_URGING, NULL, STATE_NONE, EVENT_URGING_ANSWERED, {NULL}},
    {IN_HANDS, TRIGGER_REPORT_DONE, NULL, STATE_REPORTED, EVENT_REPORTED_DONE,
        {&meet_signing, &stop_objecting, &withdraw_request, &report_done, &pause_due,
         &rest_plan, &start_review, &heed_creditor}},
    {STATES_OPEN, TRIGGER_WAKE, &if_silence_confirms, STATE_NONE, EVENT_DEEMED_CONFIRMED, {&confirm_by_silence}},

    /* what statutes ask for */
    {STATES_AFTER_ASSIGNMENT, TRIGGER_STEP, &if_step_refuses, STATE_CLOSED, EVENT_STEP_TAKEN,
        {&take_step, &withdraw_request, &fix_completion, &start_observing}},
    {STATES_AFTER_ASSIGNMENT, TRIGGER_STEP, NULL, STATE_NONE, EVENT_STEP_TAKEN, {&take_step}},
    {STATES_OPEN, TRIGGER_WAKE, &if_step_is_deemed, STATE_NONE, EVENT_DEEMED_STEP, {&deem_step}},

    /* the supervisor's review */
    {IN(STATE_REPORTED), TRIGGER_START_VERIFY, NULL, STATE_VERIFYING, EVENT_VERIFICATION_STARTED,
        {&meet_review, &start_verifying}},
    {IN(STATE_VERIFYING), TRIGGER_RECORD_VERIFICATION, NULL, STATE_NONE, EVENT_VERIFICATION_RECORDED, {NULL}},
    {IN(STATE_REPORTED) | IN(STATE_VERIFYING), TRIGGER_RETURN, &if_due_still_runs, STATE_REWORK, EVENT_RETURNED,
        {&meet_review, &meet_verifying, &continue_due, &follow_plan, &alarm_second_return, &end_silence}},
    {IN(STATE_REPORTED) | IN(STATE_VERIFYING), TRIGGER_RETURN, NULL, STATE_REWORK, EVENT_RETURNED,
        {&meet_review, &meet_verifying, &start_rework, &follow_plan, &alarm_second_return, &end_silence}},
    {IN(STATE_REPORTED) | IN(STATE_VERIFYING), TRIGGER_CLOSE, NULL, STATE_CLOSED, EVENT_CLOSED,
        {&fix_completion, &start_observing}},

    /* the end, and after it */
    {IN(STATE_CLOSED), TRIGGER_WRITE_OFF, NULL, STATE_WRITTEN_OFF, EVENT_WRITTEN_OFF,
        {&stop_all_clocks, &start_archive}},
    {IN(STATE_CLOSED), TRIGGER_WAKE, &if_observation_ends, STATE_WRITTEN_OFF, EVENT_WRITTEN_OFF,
        {&stop_all_clocks, &start_archive}},
    {STATES_DONE, TRIGGER_REOPEN, NULL, STATE_REWORK, EVENT_REOPENED,
        {&stop_observing, &stop_archive, &reopen, &follow_plan, &end_silence}},
    {STATES_OPEN, TRIGGER_TERMINATE, NULL, STATE_TERMINATED, EVENT_TERMINATED,
        {&withdraw_request, &stop_all_clocks, &start_archive}},
    {IN(STATE_WRITTEN_OFF) | STATES_ENDED, TRIGGER_ARCHIVE, NULL, STATE_ARCHIVED, EVENT_ARCHIVED, {&seal}},
    {IN(STATE_WRITTEN_OFF) | STATES_ENDED, TRIGGER_WAKE, &if_archive_waits, STATE_NONE, EVENT_CLOCK_EXPIRED,
        {&postpone_archive}},
    {IN(STATE_WRITTEN_OFF) | STATES_ENDED, TRIGGER_WAKE, &if_archive_is_due, STATE_ARCHIVED, EVENT_ARCHIVED,
        {&seal}},

    /* the conclusion of a supervision (政府督查工作条例 §17) */
    {STATES_DONE, TRIGGER_CONCLUDE, NULL, STATE_NONE, EVENT_CONCLUDED, {&conclude}},
    {STATES_DONE, TRIGGER_APPEAL, NULL, STATE_NONE, EVENT_APPEALED, {&appeal}},
    {STATES_DONE, TRIGGER_DECIDE_APPEAL, NULL, STATE_NONE, EVENT_APPEAL_DECIDED, {&decide_appeal}},

    /* leaders and recipients */
    {STATES_OPEN | IN(STATE_CLOSED), TRIGGER_INSTRUCT, NULL, STATE_NONE, EVENT_INSTRUCTED,
        {&follow_instruction}},
    {STATES_OPEN | STATES_DONE, TRIGGER_ACKNOWLEDGE, NULL, STATE_NONE, EVENT_ACKNOWLEDGED,
        {&meet_acknowledgement}},
    {STATES_AFTER_ASSIGNMENT, TRIGGER_ISSUE_FORM, NULL, STATE_NONE, EVENT_FORM_ISSUED, {&meet_issue}},
    {ANY, TRIGGER_NOTICE_ACCEPTED, NULL, STATE_NONE, EVENT_NOTICE_ACCEPTED, {&await_acknowledgement}},
    {ANY, TRIGGER_NOTICE_EXHAUSTED, NULL, STATE_NONE, EVENT_NOTICE_EXHAUSTED, {&mark_exhausted}},

    /* other tasks */
    {ANY, TRIGGER_FOLLOW, NULL, STATE_NONE, EVENT_FOLLOWED, {NULL}},
    {ANY, TRIGGER_PREDECESSOR_DONE, NULL, STATE_NONE, EVENT_PREDECESSOR_DONE, {&note_predecessor}},
    {STATES_OPEN, TRIGGER_PREDECESSOR_LATER, NULL, STATE_NONE, EVENT_PREDECESSOR_LATER,
        {&note_later_predecessor}},
    {IN(STATE_ASSIGNED) | IN(STATE_IN_PROGRESS), TRIGGER_SPLIT, NULL, STATE_NONE, EVENT_SPLIT, {&mark_split}},
    {STATES_AFTER_ASSIGNMENT | STATES_DONE, TRIGGER_RESOLVE, NULL, STATE_NONE, EVENT_RESOLVED,
        {&mark_resolutions}},
    {ANY, TRIGGER_CHILD_OPENED, NULL, STATE_NONE, EVENT_CHILD_OPENED, {&mark_child}},
    {ANY, TRIGGER_CHILD_REFUSED, NULL, STATE_NONE, EVENT_CHILD_REFUSED, {&mark_child}},
    {ANY, TRIGGER_CHILD_CLOSED, NULL, STATE_NONE, EVENT_CHILD_CLOSED, {&mark_child}},
    {STATES_OPEN | IN(STATE_CLOSED), TRIGGER_DIRECT_BY_MEETING, NULL, STATE_NONE, EVENT_DIRECTED_BY_MEETING,
        {&follow_meeting}},

    /* a new version of the calendars */
    {UNSEALED, TRIGGER_RECOMPUTE_CALENDAR, NULL, STATE_NONE, EVENT_CALENDAR_APPLIED, {&recompute_clocks}},

    /* clocks and rungs, in whatever state */
    {UNSEALED, TRIGGER_WAKE, &if_occurrence_comes, STATE_NONE, EVENT_OCCURRENCE_DUE, {&open_occurrence}},
    {UNSEALED, TRIGGER_WAKE, &if_expiry_is_held, STATE_NONE, EVENT_OVERDUE_HELD, {&hold_expiry}},
    {UNSEALED, TRIGGER_WAKE, &if_unit_is_late, STATE_NONE, EVENT_OVERDUE, {&expire}},
    {UNSEALED, TRIGGER_WAKE, &if_silence_climbs, STATE_NONE, EVENT_RUNG_REACHED, {&climb}},
    {UNSEALED, TRIGGER_WAKE, &if_rung_is_held, STATE_NONE, EVENT_RUNG_HELD, {&hold_rung}},
    {UNSEALED, TRIGGER_WAKE, &if_rung, STATE_NONE, EVENT_RUNG_REACHED, {&reach_rung}},
    {UNSEALED, TRIGGER_WAKE, &if_node_passes, STATE_NONE, EVENT_NODE_MISSED, {&miss_node}},
    {UNSEALED, TRIGGER_WAKE, &if_schedule_day, STATE_NONE, EVENT_SCHEDULE_CHECKED, {&check_schedule}},
    {UNSEALED, TRIGGER_WAKE, &if_silent_for_long, STATE_NONE, EVENT_CLOCK_EXPIRED, {&expire_reporting}},
    {UNSEALED, TRIGGER_WAKE, NULL, STATE_NONE, EVENT_CLOCK_EXPIRED, {&expire}},
};

/* After this event of the same decision, in this state, only if this holds: go there, as this event, and do that. */
const struct consequence task_consequences[] = {
    {EVENT_DRAFTED, IN(STATE_DRAFT), &if_registers_itself, STATE_REGISTERED, EVENT_REGISTERED,
        {&pin_template, &meet_registering, &note_feasibility, &ask_for_number,
         &start_statutory_of_registration}},
    {EVENT_REGISTERED, IN(STATE_REGISTERED), &if_assigns_itself, STATE_IN_PROGRESS, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_named_objecting, &start_statutory_of_assignment, &follow_plan}},
    {EVENT_NUMBERED, IN(STATE_REGISTERED), &if_assigns_itself, STATE_IN_PROGRESS, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_named_objecting, &start_statutory_of_assignment, &follow_plan}},
    {EVENT_FACT_RECORDED, IN(STATE_IN_PROGRESS) | STANDING_STILL, &if_fact_is_drawn, STATE_REPORTED,
        EVENT_REPORTED_DONE,
        {&withdraw_request, &resume, &stop_shelf, &report_by_fact, &pause_due, &rest_plan, &start_review}},
    {EVENT_FACT_RECORDED, IN(STATE_IN_PROGRESS) | STANDING_STILL, &if_fact_closes, STATE_CLOSED, EVENT_CLOSED,
        {&withdraw_request, &resume, &fix_completion, &start_observing}},
    {EVENT_FACT_RECORDED, IN_HANDS | STANDING_STILL | IN(STATE_DISPUTED), &if_fact_settles_debt, STATE_NONE,
        EVENT_CONFIRMATION_ASKED, {&ask_creditor}},
    {EVENT_DEEMED_CONFIRMED, AT_WORK | STANDING_STILL, &if_silence_reports, STATE_REPORTED, EVENT_REPORTED_DONE,
        {&withdraw_request, &resume, &stop_shelf, &report_by_silence, &pause_due, &rest_plan, &start_review}},
    {EVENT_DECIDED, AT_WORK | STANDING_STILL, &if_grant_disproves, STATE_NONE, EVENT_OVERDUE_REVOKED,
        {&revoke_granted}},
    {EVENT_OPENED_AS_CHILD, IN(STATE_REGISTERED), &if_assigns_itself, STATE_IN_PROGRESS, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_named_objecting, &follow_plan}},
    {EVENT_OPENED_AS_CHILD, IN(STATE_REGISTERED), &if_parent_assigns, STATE_ASSIGNED, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_signing, &start_objecting}},
    {EVENT_NUMBERED, IN(STATE_REGISTERED), &if_parent_assigns, STATE_ASSIGNED, EVENT_ASSIGNED,
        {&meet_assigning, &start_due, &start_signing, &start_objecting}},
    {EVENT_RESOLVED, IN(STATE_IN_PROGRESS), &if_short_procedure, STATE_CLOSED, EVENT_CLOSED,
        {&withdraw_request, &fix_completion, &start_observing}},
    {EVENT_CALENDAR_APPLIED, UNSEALED, &if_calendar_disproves, STATE_NONE, EVENT_OVERDUE_REVOKED,
        {&revoke_by_calendar}},
    {EVENT_NONE, UNSEALED, &if_act_disproves, STATE_NONE, EVENT_OVERDUE_REVOKED, {&revoke_disproved}},
    {EVENT_STEP_TAKEN, IN(STATE_CLOSED), &if_nothing_to_observe, STATE_WRITTEN_OFF, EVENT_WRITTEN_OFF,
        {&stop_all_clocks, &start_archive}},
    {EVENT_CLOSED, IN(STATE_CLOSED), &if_nothing_to_observe, STATE_WRITTEN_OFF, EVENT_WRITTEN_OFF,
        {&stop_all_clocks, &start_archive}},
};

/* clang-format on */

const uint32_t trigger_row_count = sizeof(trigger_rows) / sizeof(trigger_rows[0]);
const uint32_t task_life_count = sizeof(task_life) / sizeof(task_life[0]);
const uint32_t task_consequence_count = sizeof(task_consequences) / sizeof(task_consequences[0]);

const struct trigger_row *trigger_row_of(enum trigger trigger)
{
    for (uint32_t i = 0; i < trigger_row_count; i++) {
        if (trigger_rows[i].trigger == trigger)
            return &trigger_rows[i];
    }
    return NULL;
}

const struct transition *task_life_find(const struct situation *situation)
{
    uint32_t here = IN(situation_state(situation));
    enum trigger trigger = situation->command->body.trigger;
    for (uint32_t i = 0; i < task_life_count; i++) {
        const struct transition *row = &task_life[i];
        if ((row->from & here) != 0 && row->on == trigger &&
            (row->only_if == NULL || row->only_if->holds(situation)))
            return row;
    }
    return NULL;
}

bool task_life_knows(enum task_state state, enum trigger trigger)
{
    for (uint32_t i = 0; i < task_life_count; i++) {
        if ((task_life[i].from & IN(state)) != 0 && task_life[i].on == trigger)
            return true;
    }
    return false;
}

void task_life_allowed(enum task_state state, enum trigger ret_triggers[TRIGGER_COUNT])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < trigger_row_count; i++) {
        const struct trigger_row *row = &trigger_rows[i];
        if (row->origin == ORIGIN_OUTSIDE && row->aggregate == ROW_TASK &&
            task_life_knows(state, row->trigger))
            ret_triggers[count++] = row->trigger;
    }
    ret_triggers[count] = TRIGGER_NONE;
}
