/* messages_body.c: the tables of what triggers say (proto/duban/v1/body.proto): limits, and what must be given.
 *
 * REQUIRED is what no office could do without; what depends on a template or on the state of the task is asked by
 * the life table. Whether a text may be masked follows from its kind: LINE and PROSE are, REFERENCE and CODE not. */
#include "base/text.h"
#include "wire/messages_shared.h"

enum { PERCENT_LIMIT = 100 };

static enum refusal_code request_rule(const void *record, const char **ret_field, const char **ret_rule,
                                      const char **ret_value);

/* One row a line. */
/* clang-format off */

/* --- from outside -------------------------------------------------------------------------------------------- */

TYPES(draft, Draft, struct body_draft);
static const struct wire_field draft_fields[] = {
    REFERENCE(draft, reference, LIMIT_REFERENCE, REQUIRED),
    CODE(draft, template_code, REQUIRED),
    LINE(draft, title, REQUIRED),
    PROSE(draft, description, OPTIONAL),
    EMBED(draft, source, source, OPTIONAL),
    CODE(draft, lead_unit, OPTIONAL),
    LINE(draft, applicant, OPTIONAL),
    CODE(draft, urgency, OPTIONAL),
    INT64(draft, amount_fen, -LIMIT_FEN, LIMIT_FEN, OPTIONAL),
    INT32(draft, agreed_rate_bp, 0, LIMIT_RATE_BP, OPTIONAL),
    DATE(draft, debt_due_on, OPTIONAL),
    EMBED(draft, due, due_request, OPTIONAL),
    TEXT_LIST(draft, follows, LIMIT_CODE, LIMIT_RELATIONS),
};
static const struct wire_message wire_draft = MESSAGE(draft, "Draft");

TYPES(register, Register, struct body_register);
static const struct wire_field register_fields[] = {
    EMBED(register, approval, approval, OPTIONAL),
    CODE(register, lead_unit, REQUIRED),
    TEXT_LIST(register, co_units, LIMIT_CODE, LIMIT_CO_UNITS),
    CODE(register, leader, OPTIONAL),
    CODE(register, urgency, OPTIONAL),
    INT32(register, agreed_rate_bp, 0, LIMIT_RATE_BP, OPTIONAL),
    DATE(register, debt_due_on, OPTIONAL),
    EMBED(register, due, due_request, OPTIONAL),
    TEXT_LIST(register, follows, LIMIT_CODE, LIMIT_RELATIONS),
    DATE(register, earliest_start, OPTIONAL),
};
static const struct wire_message wire_register = MESSAGE(register, "Register");

TYPES(reject, Reject, struct body_reject);
static const struct wire_field reject_fields[] = {
    WORD(reject, reason_code, LIST_REJECT, REQUIRED),
    PROSE(reject, reason, OPTIONAL),
};
static const struct wire_message wire_reject = MESSAGE(reject, "Reject");

static const struct wire_field assign_fields[] = {
    DATE(assign, due_date, OPTIONAL),
    PROSE(assign, requirement, OPTIONAL),
};
const struct wire_message wire_assign = MESSAGE(assign, "Assign");

TYPES(object, Object, struct body_object);
static const struct wire_field object_fields[] = {
    PROSE(object, reason, REQUIRED),
    LINE(object, basis, OPTIONAL),
    CODE(object, proposed_unit, OPTIONAL),
};
static const struct wire_message wire_object = MESSAGE(object, "Object");

TYPES(adjudicate, Adjudicate, struct body_adjudicate);
static const struct wire_field adjudicate_fields[] = {
    CODE(adjudicate, unit, REQUIRED),
    PROSE(adjudicate, reason, OPTIONAL),
    DATE(adjudicate, due_date, OPTIONAL),
};
static const struct wire_message wire_adjudicate = MESSAGE(adjudicate, "Adjudicate");

TYPES(reassign, Reassign, struct body_reassign);
static const struct wire_field reassign_fields[] = {
    CODE(reassign, unit, REQUIRED),
    WORD(reassign, reason_code, LIST_REASSIGN, REQUIRED),
    PROSE(reassign, reason, OPTIONAL),
    DATE(reassign, due_date, OPTIONAL),
};
static const struct wire_message wire_reassign = MESSAGE(reassign, "Reassign");

TYPES(progress, Progress, struct body_progress);
static const struct wire_field progress_fields[] = {
    UINT32(progress, percent, 0, PERCENT_LIMIT, OPTIONAL),
    PROSE(progress, note, OPTIONAL),
    PROSE(progress, next_step, OPTIONAL),
    WORD(progress, blocker_code, LIST_HINDRANCE, OPTIONAL),
    LINE(progress, node, OPTIONAL),
    DATE(progress, done_on, OPTIONAL),
    EMBED(progress, evidence, evidence, OPTIONAL),
};
static const struct wire_message wire_progress = MESSAGE(progress, "Progress");

TYPES(record_fact, RecordFact, struct body_record_fact);
static const struct wire_field record_fact_fields[] = {
    CODE(record_fact, kind, REQUIRED),
    DATE(record_fact, occurred_on, REQUIRED),
    INT64(record_fact, amount_fen, -LIMIT_FEN, LIMIT_FEN, OPTIONAL),
    EMBED(record_fact, evidence, evidence, OPTIONAL),
    PROSE(record_fact, note, OPTIONAL),
    LINE(record_fact, node, OPTIONAL),
    INT64(record_fact, value, 0, LIMIT_MEASURE, OPTIONAL),
};
static const struct wire_message wire_record_fact = MESSAGE(record_fact, "RecordFact");

TYPES(planned_node, PlannedNode, struct planned_node);
static const struct wire_field planned_node_fields[] = {
    LINE(planned_node, name, REQUIRED),
    DATE(planned_node, date, REQUIRED),
    CODE(planned_node, evidence_class, OPTIONAL),
    INT64(planned_node, value, 0, LIMIT_MEASURE, OPTIONAL),
    BOOL(planned_node, mandatory, OPTIONAL),
    INT64(planned_node, amount_fen, 0, LIMIT_FEN, OPTIONAL),
};
static const struct wire_message wire_planned_node = MESSAGE(planned_node, "PlannedNode");

TYPES(plan, Plan, struct body_plan);
static const struct wire_field plan_fields[] = {
    LIST(plan, nodes, node_count, planned_node, LIMIT_NODES, OPTIONAL),
};
static const struct wire_message wire_plan = MESSAGE(plan, "Plan");

TYPES(request, Request, struct body_request);
static const struct wire_field request_fields[] = {
    WORD(request, kind, LIST_REQUEST, REQUIRED),
    EMBED(request, amount, duration, OPTIONAL),
    DATE(request, until, OPTIONAL),
    PROSE(request, reason, REQUIRED),
    PROSE(request, measures, OPTIONAL),
    CODE(request, pause_reason, OPTIONAL),
    BOOL(request, applicant_told, OPTIONAL),
};
static const struct wire_message wire_request = MESSAGE(request, "Request", .rule = request_rule);

TYPES(decide, Decide, struct body_decide);
static const struct wire_field decide_fields[] = {
    WORD(decide, kind, LIST_REQUEST, REQUIRED),
    BOOL(decide, granted, REQUIRED),
    PROSE(decide, reason, OPTIONAL),
};
static const struct wire_message wire_decide = MESSAGE(decide, "Decide");

TYPES(withdraw_request, WithdrawRequest, struct body_withdraw_request);
static const struct wire_field withdraw_request_fields[] = {
    WORD(withdraw_request, kind, LIST_REQUEST, REQUIRED),
    PROSE(withdraw_request, reason, OPTIONAL),
};
static const struct wire_message wire_withdraw_request = MESSAGE(withdraw_request, "WithdrawRequest");

TYPES(resume, Resume, struct body_go_on);
static const struct wire_field resume_fields[] = {
    PROSE(resume, note, OPTIONAL),
};
static const struct wire_message wire_resume = MESSAGE(resume, "Resume");

TYPES(unshelve, Unshelve, struct body_go_on);
static const struct wire_field unshelve_fields[] = {
    PROSE(unshelve, note, OPTIONAL),
};
static const struct wire_message wire_unshelve = MESSAGE(unshelve, "Unshelve");

TYPES(report_done, ReportDone, struct body_report_done);
static const struct wire_field report_done_fields[] = {
    DATE(report_done, completed_on, OPTIONAL),
    PROSE(report_done, summary, OPTIONAL),
    LIST(report_done, evidence, evidence_count, evidence, LIMIT_EVIDENCE, OPTIONAL),
};
static const struct wire_message wire_report_done = MESSAGE(report_done, "ReportDone");

TYPES(answer_urging, AnswerUrging, struct body_answer_urging);
static const struct wire_field answer_urging_fields[] = {
    WORD(answer_urging, reason_code, LIST_HINDRANCE, REQUIRED),
    PROSE(answer_urging, measure, REQUIRED),
    DATE(answer_urging, promised_on, OPTIONAL),
};
static const struct wire_message wire_answer_urging = MESSAGE(answer_urging, "AnswerUrging");

TYPES(record_verification, RecordVerification, struct body_record_verification);
static const struct wire_field record_verification_fields[] = {
    WORD(record_verification, method, LIST_VERIFY, REQUIRED),
    BOOL(record_verification, passed, REQUIRED),
    WORD(record_verification, satisfaction, LIST_SATISFACTION, OPTIONAL),
    DATE(record_verification, confirmed_on, OPTIONAL),
    PROSE(record_verification, note, OPTIONAL),
};
static const struct wire_message wire_record_verification =
    MESSAGE(record_verification, "RecordVerification");

TYPES(return, Return, struct body_return);
static const struct wire_field return_fields[] = {
    PROSE(return, defects, REQUIRED),
};
static const struct wire_message wire_return = MESSAGE(return, "Return");

TYPES(close, Close, struct body_close);
static const struct wire_field close_fields[] = {
    DATE(close, completed_on, OPTIONAL),
    PROSE(close, disposition, OPTIONAL),
};
static const struct wire_message wire_close = MESSAGE(close, "Close");

TYPES(write_off, WriteOff, __typeof__(((struct body *)0)->write_off));
static const struct wire_field write_off_fields[] = {
    PROSE(write_off, note, OPTIONAL),
};
static const struct wire_message wire_write_off = MESSAGE(write_off, "WriteOff");

TYPES(reopen, Reopen, struct body_reopen);
static const struct wire_field reopen_fields[] = {
    WORD(reopen, reason_code, LIST_REOPEN, REQUIRED),
    PROSE(reopen, reason, REQUIRED),
};
static const struct wire_message wire_reopen = MESSAGE(reopen, "Reopen");

TYPES(terminate, Terminate, __typeof__(((struct body *)0)->terminate));
static const struct wire_field terminate_fields[] = {
    PROSE(terminate, reason, REQUIRED),
};
static const struct wire_message wire_terminate = MESSAGE(terminate, "Terminate");

TYPES(instruct, Instruct, struct body_instruct);
static const struct wire_field instruct_fields[] = {
    WORD(instruct, card, LIST_CARD, OPTIONAL),
    DATE(instruct, until, OPTIONAL),
    PROSE(instruct, text, OPTIONAL),
    REFERENCE(instruct, digest, LIMIT_LINE, OPTIONAL),
};
static const struct wire_message wire_instruct = MESSAGE(instruct, "Instruct");

TYPES(acknowledge, Acknowledge, struct body_acknowledge);
static const struct wire_field acknowledge_fields[] = {
    CODE(acknowledge, notice, REQUIRED),
    UINT32(acknowledge, rung, 0, 6, OPTIONAL),
};
static const struct wire_message wire_acknowledge = MESSAGE(acknowledge, "Acknowledge");

TYPES(apply_registry, ApplyRegistry, struct body_apply_registry);
static const struct wire_field apply_registry_fields[] = {
    UINT32(apply_registry, base_version, 0, 0, OPTIONAL),
    REFERENCE(apply_registry, bootstrap_secret, LIMIT_LINE, OPTIONAL),
    BYTES(apply_registry, content, content_bytes, LIMIT_REGISTRY_BYTES, REQUIRED),
};
static const struct wire_message wire_apply_registry = MESSAGE(apply_registry, "ApplyRegistry");

/* Nothing to say: signing is signing. */
static const struct wire_message wire_sign = {
    .name = "Sign", .descriptor = &duban__v1__sign__descriptor, .size = 0};
static const struct wire_message wire_start_verify = {
    .name = "StartVerify", .descriptor = &duban__v1__start_verify__descriptor, .size = 0};

/* --- from the watcher, the ledger and the notifier ------------------------------------------------------------- */

TYPES(wake, Wake, struct body_wake);
static const struct wire_field wake_fields[] = {
    UINT64(wake, wake_seq),
    INSTANT(wake, due, REQUIRED),
    INSTANT(wake, released_at, OPTIONAL),
    TEXT_LIST(wake, missing_doors, LIMIT_CODE, LIMIT_LIST),
};
static const struct wire_message wire_wake = MESSAGE(wake, "Wake");

TYPES(request_number, RequestNumber, struct body_request_number);
static const struct wire_field request_number_fields[] = {
    CODE(request_number, kind, REQUIRED),
    INT32(request_number, year, 0, 9999, REQUIRED),
    CODE(request_number, task, REQUIRED),
};
static const struct wire_message wire_request_number = MESSAGE(request_number, "RequestNumber");

TYPES(number_granted, NumberGranted, struct body_number_granted);
static const struct wire_field number_granted_fields[] = {
    EMBED(number_granted, number, number, REQUIRED),
};
static const struct wire_message wire_number_granted = MESSAGE(number_granted, "NumberGranted");

TYPES(follow, Follow, struct body_follow);
static const struct wire_field follow_fields[] = {
    CODE(follow, follower, REQUIRED),
    CODE(follow, predecessor, REQUIRED),
    BOOL(follow, unknown, OPTIONAL),
    DATE(follow, last_day, OPTIONAL),
};
static const struct wire_message wire_follow = MESSAGE(follow, "Follow");

TYPES(predecessor_done, PredecessorDone, struct body_follow);
static const struct wire_field predecessor_done_fields[] = {
    CODE(predecessor_done, follower, REQUIRED),
    CODE(predecessor_done, predecessor, REQUIRED),
    BOOL(predecessor_done, unknown, OPTIONAL),
    DATE(predecessor_done, last_day, OPTIONAL),
};
static const struct wire_message wire_predecessor_done = MESSAGE(predecessor_done, "PredecessorDone");

TYPES(predecessor_later, PredecessorLater, struct body_predecessor_later);
static const struct wire_field predecessor_later_fields[] = {
    CODE(predecessor_later, follower, REQUIRED),
    CODE(predecessor_later, predecessor, REQUIRED),
    EMBED(predecessor_later, number, number, OPTIONAL),
    DATE(predecessor_later, last_day, REQUIRED),
};
static const struct wire_message wire_predecessor_later = MESSAGE(predecessor_later, "PredecessorLater");

TYPES(adopt_registry, AdoptRegistry, struct body_adopt_registry);
static const struct wire_field adopt_registry_fields[] = {
    UINT32(adopt_registry, version, 0, 0, REQUIRED),
    DIGEST(adopt_registry, digest, REQUIRED),
};
static const struct wire_message wire_adopt_registry = MESSAGE(adopt_registry, "AdoptRegistry");

TYPES(registry_applied, RegistryApplied, struct body_registry_applied);
static const struct wire_field registry_applied_fields[] = {
    UINT32(registry_applied, version, 0, 0, REQUIRED),
    UINT32(registry_applied, partition, 0, 0, OPTIONAL),
};
static const struct wire_message wire_registry_applied = MESSAGE(registry_applied, "RegistryApplied");

TYPES(recompute_calendar, RecomputeCalendar, struct body_recompute_calendar);
static const struct wire_field recompute_calendar_fields[] = {
    UINT32(recompute_calendar, version, 0, 0, REQUIRED),
    INSTANT(recompute_calendar, published_at, REQUIRED),
};
static const struct wire_message wire_recompute_calendar = MESSAGE(recompute_calendar, "RecomputeCalendar");

TYPES(notice_accepted, NoticeAccepted, struct body_notice);
static const struct wire_field notice_accepted_fields[] = {
    CODE(notice_accepted, notice, REQUIRED),
    CODE(notice_accepted, person, OPTIONAL),
    WORD(notice_accepted, role, LIST_ROLE, OPTIONAL),
    UINT32(notice_accepted, rung, 0, 6, OPTIONAL),
    INSTANT(notice_accepted, accepted_at, OPTIONAL),
    WORD(notice_accepted, clock, LIST_CLOCK, OPTIONAL),
    UINT32(notice_accepted, clock_key, 0, LIMIT_LADDER_KEY, OPTIONAL),
    UINT32(notice_accepted, due_version, 0, 0, OPTIONAL),
    UINT32(notice_accepted, occurrence, 0, LIMIT_OCCURRENCE, OPTIONAL),
};
static const struct wire_message wire_notice_accepted = MESSAGE(notice_accepted, "NoticeAccepted");

TYPES(notice_exhausted, NoticeExhausted, struct body_notice);
static const struct wire_field notice_exhausted_fields[] = {
    CODE(notice_exhausted, notice, REQUIRED),
    CODE(notice_exhausted, person, OPTIONAL),
    WORD(notice_exhausted, role, LIST_ROLE, OPTIONAL),
    UINT32(notice_exhausted, rung, 0, 6, OPTIONAL),
    INSTANT(notice_exhausted, accepted_at, OPTIONAL),
    WORD(notice_exhausted, clock, LIST_CLOCK, OPTIONAL),
    UINT32(notice_exhausted, clock_key, 0, LIMIT_LADDER_KEY, OPTIONAL),
    UINT32(notice_exhausted, due_version, 0, 0, OPTIONAL),
    UINT32(notice_exhausted, occurrence, 0, LIMIT_OCCURRENCE, OPTIONAL),
};
static const struct wire_message wire_notice_exhausted = MESSAGE(notice_exhausted, "NoticeExhausted");

/* clang-format on */

/* --- the body ---------------------------------------------------------------------------------------------------
 * Name in JSON, trigger, table, member of the union. */
#define VARIANT(trigger, member, T)                                                                          \
    {                                                                                                        \
        trigger, #member, &wire_##T, offsetof(struct body, member)                                           \
    }
#define EMPTY(trigger, T)                                                                                    \
    {                                                                                                        \
        trigger, #T, &wire_##T, offsetof(struct body, draft)                                                 \
    }

static const struct wire_variant body_variants[] = {
    VARIANT(TRIGGER_DRAFT, draft, draft),
    VARIANT(TRIGGER_REGISTER, registration, register),
    VARIANT(TRIGGER_REJECT, reject, reject),
    VARIANT(TRIGGER_ASSIGN, assign, assign),
    EMPTY(TRIGGER_SIGN, sign),
    VARIANT(TRIGGER_OBJECT, object, object),
    VARIANT(TRIGGER_ADJUDICATE, adjudicate, adjudicate),
    VARIANT(TRIGGER_REASSIGN, reassign, reassign),
    VARIANT(TRIGGER_PROGRESS, progress, progress),
    VARIANT(TRIGGER_RECORD_FACT, record_fact, record_fact),
    VARIANT(TRIGGER_REQUEST, request, request),
    VARIANT(TRIGGER_DECIDE, decide, decide),
    VARIANT(TRIGGER_WITHDRAW_REQUEST, withdraw_request, withdraw_request),
    VARIANT(TRIGGER_RESUME, resume, resume),
    VARIANT(TRIGGER_UNSHELVE, unshelve, unshelve),
    VARIANT(TRIGGER_REPORT_DONE, report_done, report_done),
    VARIANT(TRIGGER_ANSWER_URGING, answer_urging, answer_urging),
    EMPTY(TRIGGER_START_VERIFY, start_verify),
    VARIANT(TRIGGER_RECORD_VERIFICATION, record_verification, record_verification),
    VARIANT(TRIGGER_RETURN, return_, return ),
    VARIANT(TRIGGER_CLOSE, close, close),
    VARIANT(TRIGGER_WRITE_OFF, write_off, write_off),
    VARIANT(TRIGGER_REOPEN, reopen, reopen),
    VARIANT(TRIGGER_TERMINATE, terminate, terminate),
    VARIANT(TRIGGER_INSTRUCT, instruct, instruct),
    VARIANT(TRIGGER_ACKNOWLEDGE, acknowledge, acknowledge),
    VARIANT(TRIGGER_APPLY_REGISTRY, apply_registry, apply_registry),
    VARIANT(TRIGGER_STEP, step, step),
    VARIANT(TRIGGER_CONCLUDE, conclude, conclude),
    VARIANT(TRIGGER_APPEAL, appeal, appeal),
    VARIANT(TRIGGER_DECIDE_APPEAL, decide_appeal, decide_appeal),
    VARIANT(TRIGGER_ISSUE_FORM, issue_form, issue_form),
    VARIANT(TRIGGER_ARCHIVE, archive, archive),
    VARIANT(TRIGGER_INVITE, invite, invite),
    VARIANT(TRIGGER_ANSWER_INVITE, answer_invite, answer_invite),
    VARIANT(TRIGGER_CO_REPORT, co_report, co_report),
    VARIANT(TRIGGER_PLAN, plan, plan),
    VARIANT(TRIGGER_SPLIT, split, split),
    VARIANT(TRIGGER_RESOLVE, resolve, resolve),
    VARIANT(TRIGGER_WAKE, wake, wake),
    VARIANT(TRIGGER_REQUEST_NUMBER, request_number, request_number),
    VARIANT(TRIGGER_NUMBER_GRANTED, number_granted, number_granted),
    VARIANT(TRIGGER_FOLLOW, follow, follow),
    VARIANT(TRIGGER_PREDECESSOR_DONE, predecessor_done, predecessor_done),
    VARIANT(TRIGGER_ADOPT_REGISTRY, adopt_registry, adopt_registry),
    VARIANT(TRIGGER_REGISTRY_APPLIED, registry_applied, registry_applied),
    VARIANT(TRIGGER_OPEN_CHILD, open_child, open_child),
    VARIANT(TRIGGER_CHILD_OPENED, child_opened, child_opened),
    VARIANT(TRIGGER_CHILD_REFUSED, child_refused, child_refused),
    VARIANT(TRIGGER_CHILD_CLOSED, child_closed, child_closed),
    VARIANT(TRIGGER_NOTICE_ACCEPTED, notice_accepted, notice_accepted),
    VARIANT(TRIGGER_NOTICE_EXHAUSTED, notice_exhausted, notice_exhausted),
    VARIANT(TRIGGER_RECOMPUTE_CALENDAR, recompute_calendar, recompute_calendar),
    VARIANT(TRIGGER_PREDECESSOR_LATER, predecessor_later, predecessor_later),
    VARIANT(TRIGGER_DIRECT_BY_MEETING, direct_by_meeting, direct_by_meeting),
    {0},
};

static const struct wire_field body_fields[] = {
    ONE_OF(body, trigger, draft, body_variants),
};
const struct wire_message wire_body = MESSAGE(body, "Body");

const struct wire_message *wire_body_of(enum trigger trigger)
{
    const struct wire_variant *variant = wire_variant_of(&body_fields[0], trigger);
    return variant == NULL ? NULL : variant->message;
}

void *wire_body_record(void *body, enum trigger trigger)
{
    const struct wire_variant *variant = wire_variant_of(&body_fields[0], trigger);
    return wire_place(body, variant == NULL ? (uint32_t)offsetof(struct body, draft) : variant->offset);
}

/* --- a rule over several fields --------------------------------------------------------------------------------- */

static enum refusal_code missing(const char *field, const char **ret_field, const char **ret_rule,
                                 const char **ret_value)
{
    *ret_field = field;
    *ret_rule = "required";
    *ret_value = "";
    return REFUSAL_FIELD_MISSING;
}

/* An extension asks an amount or a later date, one of them; a suspension names its lawful reason; shelving says what
 * will be done, and until when. */
static enum refusal_code request_rule(const void *record, const char **ret_field, const char **ret_rule,
                                      const char **ret_value)
{
    const struct body_request *request = record;
    bool amount = request->amount.unit != UNIT_NONE;
    bool until = date_is_set(request->until);
    if (request->kind == REQUEST_SUSPENSION && text_empty(request->pause_reason))
        return missing("pause_reason", ret_field, ret_rule, ret_value);
    if (request->kind == REQUEST_SHELVING && !until)
        return missing("until", ret_field, ret_rule, ret_value);
    if (request->kind == REQUEST_SHELVING && text_empty(request->measures))
        return missing("measures", ret_field, ret_rule, ret_value);
    if (request->kind != REQUEST_EXTENSION || amount != until)
        return REFUSAL_NONE;
    *ret_field = amount ? "until" : "amount";
    *ret_rule = amount ? "amount_or_until" : "required";
    *ret_value = "";
    return amount ? REFUSAL_FIELD_RANGE : REFUSAL_FIELD_MISSING;
}
