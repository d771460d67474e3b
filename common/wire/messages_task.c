/* messages_task.c: the tables of commands, refusals and rows (proto/duban/v1/command, refusal, task). These are ours:
 * limits protect memory, and what an older program wrote must still be readable, so little is required. */
#include "wire/messages_shared.h"

#include "domain/row.h"

/* One row a line. */
/* clang-format off */

/* --- command.proto ------------------------------------------------------------------------------------------- */

static const struct wire_field actor_fields[] = {
    CODE(actor, unit, OPTIONAL),
    CODE(actor, person, OPTIONAL),
    REFERENCE(actor, system, LIMIT_SOURCE, OPTIONAL),
    CODE(actor, principal, OPTIONAL),
    WORD(actor, door, LIST_DOOR, OPTIONAL),
};
const struct wire_message wire_actor = MESSAGE(actor, "Actor");

static const struct wire_field message_id_fields[] = {
    CODE(message_id, unit, OPTIONAL),
    REFERENCE(message_id, source, LIMIT_SOURCE, OPTIONAL),
    REFERENCE(message_id, id, LIMIT_MESSAGE_ID, OPTIONAL),
};
const struct wire_message wire_message_id = MESSAGE(message_id, "MessageId");

TYPES(inbox_position, InboxPosition, struct inbox_position);
static const struct wire_field inbox_position_fields[] = {
    CODE(inbox_position, inbox, OPTIONAL),
    INT64(inbox_position, offset, 0, INT64_MAX, OPTIONAL),
};
static const struct wire_message wire_inbox_position = MESSAGE(inbox_position, "InboxPosition");

TYPES(command, Command, struct command);
static const struct wire_field command_fields[] = {
    CODE(command, command_id, REQUIRED),
    CODE(command, task_id, REQUIRED),
    WORD(command, origin, LIST_ORIGIN, REQUIRED),
    EMBED(command, actor, actor, OPTIONAL),
    INSTANT(command, received_at, REQUIRED),
    EMBED(command, message, message_id, OPTIONAL),
    EMBED(command, inbox, inbox_position, OPTIONAL),
    DIGEST(command, content, OPTIONAL),
    REFERENCE(command, cause, LIMIT_LINE, OPTIONAL),
    UINT32(command, hops, 0, 0, OPTIONAL),
    EMBED(command, body, body, REQUIRED),
};
const struct wire_message wire_command = MESSAGE(command, "Command");

/* --- refusal.proto ------------------------------------------------------------------------------------------- */

TYPES(parameter, Parameter, struct parameter);
static const struct wire_field parameter_fields[] = {
    CODE(parameter, name, REQUIRED),
    REFERENCE(parameter, value, LIMIT_LINE, OPTIONAL),
};
static const struct wire_message wire_parameter = MESSAGE(parameter, "Parameter");

static const struct wire_field refusal_fields[] = {
    WORD(refusal, code, WORDS_REFUSAL, REQUIRED),
    LIST(refusal, parameters, parameter_count, parameter, REFUSAL_PARAMETERS, OPTIONAL),
};
const struct wire_message wire_refusal = MESSAGE(refusal, "Refusal");

/* --- task.proto ---------------------------------------------------------------------------------------------- */

TYPES(timer, Timer, struct timer);
static const struct wire_field timer_fields[] = {
    INSTANT(timer, at, REQUIRED),
    WORD(timer, kind, LIST_TIMER, REQUIRED),
    UINT32(timer, rung, 0, 0, OPTIONAL),
    UINT32(timer, occurrence, 0, 0, OPTIONAL),
    BOOL(timer, held, OPTIONAL),
};
static const struct wire_message wire_timer = MESSAGE(timer, "Timer");

TYPES(deadline_rule, DeadlineRule, struct deadline_rule);
static const struct wire_field deadline_rule_fields[] = {
    EMBED(deadline_rule, period, duration, OPTIONAL),
    DATE(deadline_rule, date, OPTIONAL),
    WORD(deadline_rule, roll, LIST_ROLL, OPTIONAL),
    MINUTE(deadline_rule, cutoff_minute),
};
static const struct wire_message wire_deadline_rule = MESSAGE(deadline_rule, "DeadlineRule");

TYPES(pause, Pause, struct deadline_pause);
static const struct wire_field pause_fields[] = {
    INSTANT(pause, from, REQUIRED),
    INSTANT(pause, until, OPTIONAL),
    LINE(pause, basis, OPTIONAL),
};
static const struct wire_message wire_pause = MESSAGE(pause, "Pause");

static const struct wire_field clock_fields[] = {
    WORD(clock, id, LIST_CLOCK, REQUIRED),
    UINT32(clock, key, 0, 0, OPTIONAL),
    WORD(clock, status, LIST_CLOCK_STATUS, OPTIONAL),
    WORD(clock, party, LIST_PARTY, OPTIONAL),
    CODE(clock, unit, OPTIONAL),
    CODE(clock, person, OPTIONAL),
    CODE(clock, name, OPTIONAL),
    UINT32(clock, allowed_days, 0, 0, OPTIONAL),
    INSTANT(clock, started_at, OPTIONAL),
    EMBED(clock, rule, deadline_rule, OPTIONAL),
    LIST(clock, extensions, extension_count, duration, LIMIT_EXTENSIONS, OPTIONAL),
    INSTANT(clock, first_start, OPTIONAL),
    INSTANT(clock, first_due, OPTIONAL),
    LIST(clock, pauses, pause_count, pause, LIMIT_PAUSES_PER_CLOCK, OPTIONAL),
    DATE(clock, last_day, OPTIONAL),
    INSTANT(clock, due, OPTIONAL),
    INSTANT(clock, told_due, OPTIONAL),
    INSTANT(clock, armed_at, OPTIONAL),
    BOOL(clock, provisional, OPTIONAL),
    UINT32(clock, calendar_version, 0, 0, OPTIONAL),
    UINT32(clock, version, 0, 0, OPTIONAL),
    WORD(clock, profile, LIST_PROFILE, OPTIONAL),
    INSTANT(clock, paused_at, OPTIONAL),
    INSTANT(clock, ended_at, OPTIONAL),
    LIST(clock, timers, timer_count, timer, LIMIT_TIMERS_PER_CLOCK, OPTIONAL),
};
const struct wire_message wire_clock = MESSAGE(clock, "Clock");

static const struct wire_field miss_fields[] = {
    WORD(miss, clock, LIST_CLOCK, REQUIRED),
    UINT32(miss, version, 0, 0, OPTIONAL),
    CODE(miss, unit, OPTIONAL),
    INSTANT(miss, due, OPTIONAL),
    INSTANT(miss, recorded_at, OPTIONAL),
    BOOL(miss, revoked, OPTIONAL),
    CODE(miss, reason, OPTIONAL),
    UINT32(miss, key, 0, 0, OPTIONAL),
};
const struct wire_message wire_miss = MESSAGE(miss, "Miss");

TYPES(objection, Objection, struct objection);
static const struct wire_field objection_fields[] = {
    CODE(objection, unit, REQUIRED),
    INSTANT(objection, received_at, OPTIONAL),
};
static const struct wire_message wire_objection = MESSAGE(objection, "Objection");

static const struct wire_field dispute_fields[] = {
    BOOL(dispute, open, OPTIONAL),
    CODE(dispute, unit, OPTIONAL),
    CODE(dispute, proposed_unit, OPTIONAL),
    UINT32(dispute, level, 0, 0, OPTIONAL),
    WORD(dispute, from, LIST_STATE, OPTIONAL),
    INSTANT(dispute, received_at, OPTIONAL),
};
const struct wire_message wire_dispute = MESSAGE(dispute, "Dispute");

static const struct wire_field pending_request_fields[] = {
    WORD(pending_request, kind, LIST_REQUEST, OPTIONAL),
    EMBED(pending_request, amount, duration, OPTIONAL),
    DATE(pending_request, until, OPTIONAL),
    PROSE(pending_request, reason, OPTIONAL),
    CODE(pending_request, pause_reason, OPTIONAL),
    CODE(pending_request, unit, OPTIONAL),
    UINT32(pending_request, level, 0, 0, OPTIONAL),
    INSTANT(pending_request, received_at, OPTIONAL),
};
const struct wire_message wire_pending_request = MESSAGE(pending_request, "PendingRequest");

TYPES(fact, Fact, struct fact);
static const struct wire_field fact_fields[] = {
    CODE(fact, kind, REQUIRED),
    DATE(fact, occurred_on, OPTIONAL),
    INT64(fact, amount_fen, 0, 0, OPTIONAL),
    EMBED(fact, evidence, evidence, OPTIONAL),
    INSTANT(fact, received_at, OPTIONAL),
    INT64(fact, value, 0, 0, OPTIONAL),
};
static const struct wire_message wire_fact = MESSAGE(fact, "Fact");

TYPES(node, Node, struct node);
static const struct wire_field node_fields[] = {
    UINT32(node, number, 0, 0, REQUIRED),
    LINE(node, name, REQUIRED),
    DATE(node, date, OPTIONAL),
    CODE(node, evidence_class, OPTIONAL),
    INT64(node, value, 0, 0, OPTIONAL),
    BOOL(node, mandatory, OPTIONAL),
    INT64(node, amount_fen, 0, 0, OPTIONAL),
    DATE(node, done_on, OPTIONAL),
    BOOL(node, superseded, OPTIONAL),
};
static const struct wire_message wire_node = MESSAGE(node, "Node");

static const struct wire_field pace_fields[] = {
    DATE(pace, as_of, OPTIONAL),
    INT32(pace, planned, 0, 0, OPTIONAL),
    INT32(pace, actual, 0, 0, OPTIONAL),
    INT32(pace, behind, 0, 0, OPTIONAL),
    WORD(pace, light, LIST_LIGHT, OPTIONAL),
    WORD(pace, before, LIST_LIGHT, OPTIONAL),
};
const struct wire_message wire_pace = MESSAGE(pace, "Pace");

static const struct wire_field report_fields[] = {
    BOOL(report, made, OPTIONAL),
    BOOL(report, in_time, OPTIONAL),
    INSTANT(report, received_at, OPTIONAL),
    DATE(report, completed_on, OPTIONAL),
    CODE(report, handler, OPTIONAL),
    INT64(report, left_ms, 0, 0, OPTIONAL),
    INT32(report, left_days, 0, 0, OPTIONAL),
    CODE(report, principal, OPTIONAL),
};
const struct wire_message wire_report = MESSAGE(report, "Report");

TYPES(verification, Verification, struct verification);
static const struct wire_field verification_fields[] = {
    BOOL(verification, recorded, OPTIONAL),
    WORD(verification, method, LIST_VERIFY, OPTIONAL),
    BOOL(verification, passed, OPTIONAL),
    WORD(verification, satisfaction, LIST_SATISFACTION, OPTIONAL),
    DATE(verification, confirmed_on, OPTIONAL),
    REFERENCE(verification, verifier, LIMIT_SOURCE, OPTIONAL),
    CODE(verification, principal, OPTIONAL),
    UINT32(verification, failed_calls, 0, 0, OPTIONAL),
    UINT32(verification, failed_days, 0, 0, OPTIONAL),
    DATE(verification, last_failed_on, OPTIONAL),
};
static const struct wire_message wire_verification = MESSAGE(verification, "Verification");

TYPES(conclusion, Conclusion, struct conclusion);
static const struct wire_field conclusion_fields[] = {
    BOOL(conclusion, made, OPTIONAL),
    PROSE(conclusion, text, OPTIONAL),
    REFERENCE(conclusion, document_no, LIMIT_LINE, OPTIONAL),
    CODE(conclusion, author, OPTIONAL),
    CODE(conclusion, principal, OPTIONAL),
    INSTANT(conclusion, received_at, OPTIONAL),
    BOOL(conclusion, appealed, OPTIONAL),
    BOOL(conclusion, decided, OPTIONAL),
    BOOL(conclusion, upheld, OPTIONAL),
};
static const struct wire_message wire_conclusion = MESSAGE(conclusion, "Conclusion");

TYPES(relation, Relation, struct relation);
static const struct wire_field relation_fields[] = {
    CODE(relation, task, REQUIRED),
    BOOL(relation, done, OPTIONAL),
    DATE(relation, last_day, OPTIONAL),
    DATE(relation, told_day, OPTIONAL),
    UINT64(relation, told_seq),
};
static const struct wire_message wire_relation = MESSAGE(relation, "Relation");

static const struct wire_field co_party_fields[] = {
    CODE(co_party, unit, REQUIRED),
    PROSE(co_party, matter, OPTIONAL),
    WORD(co_party, status, LIST_CO_STATUS, OPTIONAL),
    DATE(co_party, due_date, OPTIONAL),
    EMBED(co_party, period, duration, OPTIONAL),
    INSTANT(co_party, due, OPTIONAL),
    INSTANT(co_party, invited_at, OPTIONAL),
    INSTANT(co_party, answered_at, OPTIONAL),
    INSTANT(co_party, reported_at, OPTIONAL),
};
const struct wire_message wire_co_party = MESSAGE(co_party, "CoParty");

TYPES(remembered_message, RememberedMessage, struct remembered_message);
static const struct wire_field remembered_message_fields[] = {
    CODE(remembered_message, command_id, REQUIRED),
    CODE(remembered_message, unit, OPTIONAL),
    WORD(remembered_message, door, LIST_DOOR, OPTIONAL),
    INSTANT(remembered_message, received_at, OPTIONAL),
    DIGEST(remembered_message, content, OPTIONAL),
    UINT64(remembered_message, seq),
    WORD(remembered_message, refusal, WORDS_REFUSAL, OPTIONAL),
    WORD(remembered_message, state_after, LIST_STATE, OPTIONAL),
};
static const struct wire_message wire_remembered_message = MESSAGE(remembered_message, "RememberedMessage");

TYPES(kept_assign, KeptAssign, struct kept_assign);
static const struct wire_field kept_assign_fields[] = {
    BOOL(kept_assign, kept, OPTIONAL),
    EMBED(kept_assign, actor, actor, OPTIONAL),
    INSTANT(kept_assign, received_at, OPTIONAL),
    EMBED(kept_assign, assign, assign, OPTIONAL),
};
static const struct wire_message wire_kept_assign = MESSAGE(kept_assign, "KeptAssign");

TYPES(task, Task, struct task);
static const struct wire_field task_fields[] = {
    CODE(task, id, REQUIRED),
    UINT64(task, seq),
    DIGEST(task, chain, OPTIONAL),
    INSTANT(task, now, OPTIONAL),
    UINT32(task, registry_version, 0, 0, OPTIONAL),
    WORD(task, state, LIST_STATE, OPTIONAL),
    UINT32(task, round, 0, 0, OPTIONAL),
    WORD(task, lane, LIST_LANE, OPTIONAL),
    WORD(task, urgency, LIST_URGENCY, OPTIONAL),
    CODE(task, template_code, OPTIONAL),
    UINT32(task, template_version, 0, 0, OPTIONAL),
    REFERENCE(task, reference, LIMIT_REFERENCE, OPTIONAL),
    CODE(task, source_unit, OPTIONAL),
    REFERENCE(task, source_system, LIMIT_SOURCE, OPTIONAL),
    LINE(task, title, OPTIONAL),
    PROSE(task, description, OPTIONAL),
    LINE(task, applicant, OPTIONAL),
    EMBED(task, source, source, OPTIONAL),
    EMBED(task, approval, approval, OPTIONAL),
    INT64(task, amount_fen, 0, 0, OPTIONAL),
    INT32(task, agreed_rate_bp, 0, 0, OPTIONAL),
    DATE(task, debt_due_on, OPTIONAL),
    CODE(task, lead_unit, OPTIONAL),
    TEXT_LIST(task, co_units, LIMIT_CODE, LIMIT_CO_UNITS),
    LIST(task, co_parties, co_party_count, co_party, LIMIT_CO_UNITS, OPTIONAL),
    CODE(task, supervisor, OPTIONAL),
    CODE(task, leader, OPTIONAL),
    CODE(task, handler, OPTIONAL),
    EMBED(task, number, number, OPTIONAL),
    EMBED(task, kept_assign, kept_assign, OPTIONAL),
    EMBED(task, due_request, due_request, OPTIONAL),
    WORD(task, binds, LIST_BINDS, OPTIONAL),
    LIST(task, predecessors, predecessor_count, relation, LIMIT_RELATIONS, OPTIONAL),
    LIST(task, followers, follower_count, relation, LIMIT_RELATIONS, OPTIONAL),
    DATE(task, planned_day, OPTIONAL),
    LIST(task, clocks, clock_count, clock, LIMIT_CLOCKS, OPTIONAL),
    UINT64(task, wake_seq),
    INSTANT(task, next_wake, OPTIONAL),
    UINT32(task, rung, 0, 0, OPTIONAL),
    LIST(task, objections, objection_count, objection, LIMIT_OBJECTIONS, OPTIONAL),
    EMBED(task, dispute, dispute, OPTIONAL),
    UINT32(task, disputes_ruled, 0, 0, OPTIONAL),
    LIST(task, requests, request_count, pending_request, LIMIT_REQUESTS, OPTIONAL),
    UINT32(task, extensions_granted, 0, 0, OPTIONAL),
    INT32(task, extension_working_days, 0, 0, OPTIONAL),
    LIST(task, facts, fact_count, fact, LIMIT_FACTS, OPTIONAL),
    UINT32(task, percent, 0, 0, OPTIONAL),
    INSTANT(task, last_progress_at, OPTIONAL),
    EMBED(task, report, report, OPTIONAL),
    EMBED(task, verification, verification, OPTIONAL),
    EMBED(task, conclusion, conclusion, OPTIONAL),
    DATE(task, completed_on, OPTIONAL),
    LIST(task, misses, miss_count, miss, LIMIT_MISSES, OPTIONAL),
    BOOL(task, was_late, OPTIONAL),
    UINT32(task, returns, 0, 0, OPTIONAL),
    UINT32(task, false_closings, 0, 0, OPTIONAL),
    INSTANT(task, rung6_held_until, OPTIONAL),
    LIST(task, messages, message_count, remembered_message, LIMIT_MESSAGE_IDS, OPTIONAL),
    LIST(task, late_acts, late_act_count, command, LIMIT_LATE_ACTS, OPTIONAL),
    TEXT_LIST(task, heard, LIMIT_CODE, LIMIT_HEARD),
    LIST(task, nodes, node_count, node, LIMIT_NODES_KEPT, OPTIONAL),
    EMBED(task, pace, pace, OPTIONAL),
    EMBED(task, family, family, OPTIONAL),
};
const struct wire_message wire_task = MESSAGE(task, "Task");

TYPES(number_book, NumberBook, struct number_book);
static const struct wire_field number_book_fields[] = {
    CODE(number_book, id, REQUIRED),
    UINT64(number_book, seq),
    DIGEST(number_book, chain, OPTIONAL),
    INSTANT(number_book, now, OPTIONAL),
    CODE(number_book, kind, OPTIONAL),
    INT32(number_book, year, 0, 9999, OPTIONAL),
    UINT32(number_book, last, 0, 0, OPTIONAL),
};
static const struct wire_message wire_number_book = MESSAGE(number_book, "NumberBook");

TYPES(registry_head, RegistryHead, struct registry_head);
static const struct wire_field registry_head_fields[] = {
    CODE(registry_head, id, REQUIRED),
    UINT64(registry_head, seq),
    DIGEST(registry_head, chain, OPTIONAL),
    INSTANT(registry_head, now, OPTIONAL),
    UINT32(registry_head, version, 0, 0, OPTIONAL),
    UINT32(registry_head, in_force, 0, 0, OPTIONAL),
    DIGEST(registry_head, digest, OPTIONAL),
    UINT32S(registry_head, adopted, adopted_count, LIMIT_PARTITIONS),
    LIST(registry_head, messages, message_count, remembered_message, LIMIT_MESSAGE_IDS, OPTIONAL),
};
static const struct wire_message wire_registry_head = MESSAGE(registry_head, "RegistryHead");

TYPES(inbox_mark, InboxMark, struct inbox_mark);
static const struct wire_field inbox_mark_fields[] = {
    CODE(inbox_mark, inbox, REQUIRED),
    INT64(inbox_mark, offset, 0, INT64_MAX, OPTIONAL),
};
static const struct wire_message wire_inbox_mark = MESSAGE(inbox_mark, "InboxMark");

TYPES(partition_row, PartitionRow, struct partition_row);
static const struct wire_field partition_row_fields[] = {
    CODE(partition_row, id, REQUIRED),
    CODE(partition_row, deployment, OPTIONAL),
    INT64(partition_row, next_command, 0, INT64_MAX, OPTIONAL),
    INT64(partition_row, next_internal, 0, INT64_MAX, OPTIONAL),
    LIST(partition_row, inboxes, inbox_count, inbox_mark, LIMIT_UNITS, OPTIONAL),
    UINT32(partition_row, registry_version, 0, 0, OPTIONAL),
    DIGEST(partition_row, registry_digest, OPTIONAL),
    UINT32(partition_row, calendar_version, 0, 0, OPTIONAL),
    INSTANT(partition_row, calendar_published_at, OPTIONAL),
    BOOL(partition_row, recomputing, OPTIONAL),
    REFERENCE(partition_row, recomputed_key, LIMIT_LINE, OPTIONAL),
};
static const struct wire_message wire_partition_row = MESSAGE(partition_row, "PartitionRow");

static const struct wire_variant row_variants[] = {
    {ROW_TASK,           "task", &wire_task, offsetof(struct row, task)},
    {ROW_NUMBERS,        "numbers", &wire_number_book, offsetof(struct row, numbers)},
    {ROW_REGISTRY,             "registry", &wire_registry_head, offsetof(struct row, registry)},
    {ROW_PARTITION,        "partition", &wire_partition_row, offsetof(struct row, partition)},
    {0},
};

TYPES(row, Row, struct row);
static const struct wire_field row_fields[] = {
    ONE_OF(row, kind, task, row_variants),
};
const struct wire_message wire_row = MESSAGE(row, "Row");
/* clang-format on */
