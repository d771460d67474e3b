/* desk.c: see desk.h. */
#include "desk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/answer_slot.h"

static const size_t desk_bytes = (size_t)512 * 1024 * 1024;

struct desk *desk_new(void)
{
    struct desk *desk = must_alloc(sizeof(*desk));
    desk->arena = arena_new(desk_bytes);
    desk->registry = district_fixture(desk->arena);
    desk->ruleset = district_ruleset(desk->registry, desk->arena);
    return desk;
}

void desk_free(struct desk *desk)
{
    arena_free(desk->arena);
    free(desk);
}

void desk_adopt(struct desk *desk, struct registry *next, struct instant at)
{
    desk->registry = next;
    desk->ruleset.registry = next;
    desk->ruleset.calendar =
        calendar_build(desk->arena, next->calendars, next->calendar_count, next->version);
    desk->ruleset.calendar_since = next->version;
    desk->ruleset.calendar_published_at = at;
}

/* --- bodies ------------------------------------------------------------------------------------------------------ */

static const struct source no_source = {.kind = "", .from = "", .document_no = "", .text = "", .digest = ""};
static const struct evidence no_evidence = {"", "", ""};

static void blank_start(struct body *body)
{
    if (body->trigger == TRIGGER_DRAFT)
        body->draft = (struct body_draft){.reference = "",
                                          .template_code = "",
                                          .title = "",
                                          .description = "",
                                          .source = no_source,
                                          .lead_unit = "",
                                          .applicant = "",
                                          .urgency = "",
                                          .due = {.wording = ""}};
    if (body->trigger == TRIGGER_REGISTER)
        body->registration = (struct body_register){
            .approval = {.person = "",       .kind = "", .document_no = ""},
            .lead_unit = "",
            .leader = "",
            .urgency = "",
            .due = {.wording = ""}
        };
    if (body->trigger == TRIGGER_APPLY_REGISTRY)
        body->apply_registry.bootstrap_secret = "";
}

/* The other bodies begin with texts or hold no more than four; a table says how many pointers to set. */
struct body say(enum trigger trigger)
{
    struct body body = {.trigger = trigger};
    blank_start(&body);
    switch ((int)trigger) {
    case TRIGGER_REJECT:
        body.reject = (struct body_reject){REJECT_REASON_OUT_OF_REMIT, ""};
        break;
    case TRIGGER_ASSIGN:
        body.assign.requirement = "";
        break;
    case TRIGGER_OBJECT:
        body.object = (struct body_object){"非本单位职责", "三定方案", ""};
        break;
    case TRIGGER_ADJUDICATE:
        body.adjudicate.unit = body.adjudicate.reason = "";
        break;
    case TRIGGER_REASSIGN:
        body.reassign = (struct body_reassign){"", REASSIGN_REASON_DUTIES_CHANGED, "", DATE_NONE};
        break;
    case TRIGGER_PROGRESS:
        body.progress.note = body.progress.next_step = body.progress.node = "";
        body.progress.evidence = no_evidence;
        break;
    case TRIGGER_RECORD_FACT:
        body.record_fact.kind = body.record_fact.note = body.record_fact.node = "";
        body.record_fact.evidence = no_evidence;
        break;
    case TRIGGER_REQUEST:
        body.request.kind = REQUEST_EXTENSION;
        body.request.reason = body.request.measures = body.request.pause_reason = "";
        break;
    case TRIGGER_DECIDE:
        body.decide.kind = REQUEST_EXTENSION;
        body.decide.reason = "";
        break;
    case TRIGGER_WITHDRAW_REQUEST:
        body.withdraw_request = (struct body_withdraw_request){REQUEST_EXTENSION, ""};
        break;
    case TRIGGER_RESUME:
    case TRIGGER_UNSHELVE:
        body.resume.note = "";
        break;
    case TRIGGER_REPORT_DONE:
        body.report_done.summary = "";
        break;
    case TRIGGER_INVITE:
        body.invite.unit = body.invite.matter = "";
        break;
    case TRIGGER_ANSWER_INVITE:
        body.answer_invite.reason = "";
        break;
    case TRIGGER_CO_REPORT:
        body.co_report.summary = "";
        break;
    case TRIGGER_ANSWER_URGING:
        body.answer_urging = (struct body_answer_urging){HINDRANCE_COORDINATION, "", DATE_NONE};
        break;
    case TRIGGER_RECORD_VERIFICATION:
        body.record_verification.note = "";
        break;
    case TRIGGER_RETURN:
        body.return_.defects = "";
        break;
    case TRIGGER_CLOSE:
        body.close.disposition = "";
        break;
    case TRIGGER_WRITE_OFF:
        body.write_off.note = "";
        break;
    case TRIGGER_REOPEN:
        body.reopen.reason = "";
        break;
    case TRIGGER_TERMINATE:
        body.terminate.reason = "";
        break;
    case TRIGGER_INSTRUCT:
        body.instruct.text = body.instruct.digest = "";
        break;
    case TRIGGER_SPLIT:
        body.split.reason = "";
        break;
    case TRIGGER_RESOLVE:
        body.resolve.chair = body.resolve.document_no = "";
        break;
    case TRIGGER_ACKNOWLEDGE:
        body.acknowledge.notice = "";
        break;
    case TRIGGER_STEP:
        body.step.document_no = body.step.note = "";
        break;
    case TRIGGER_CONCLUDE:
        body.conclude = (struct body_conclude){"整改到位", ""};
        break;
    case TRIGGER_APPEAL:
        body.appeal.reason = "";
        break;
    case TRIGGER_DECIDE_APPEAL:
        body.decide_appeal.reason = "";
        break;
    case TRIGGER_ISSUE_FORM:
        body.issue_form.document_no = body.issue_form.note = body.issue_form.notice = "";
        break;
    case TRIGGER_ARCHIVE:
        body.archive.note = "";
        break;
    case TRIGGER_NOTICE_ACCEPTED:
    case TRIGGER_NOTICE_EXHAUSTED:
        body.notice_accepted.notice = body.notice_accepted.person = "";
        break;
    }
    return body;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

struct desk_row *desk_row(struct desk *desk, const char *key)
{
    for (uint32_t i = 0; i < desk->row_count; i++) {
        if (text_equal(desk->rows[i].key, key))
            return &desk->rows[i];
    }
    assert(desk->row_count < DESK_ROWS);
    desk->rows[desk->row_count] = (struct desk_row){.key = arena_text(desk->arena, key)};
    return &desk->rows[desk->row_count++];
}

const struct task *desk_task(struct desk *desk, const char *key)
{
    struct row *row = desk_row(desk, key)->row;
    return row == NULL ? NULL : &row->task;
}

const struct clock *desk_awaited(struct desk *desk, const char *key, enum clock_id id, enum clock_id ladder,
                                 uint32_t rung)
{
    const struct task *task = desk_task(desk, key);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        struct answer_slot slot = answer_slot_of(task->clocks[i].key);
        if (task->clocks[i].id == id && slot.ladder == ladder && slot.rung == rung)
            return &task->clocks[i];
    }
    return NULL;
}

const struct event *desk_last(struct desk *desk, const char *key, enum event_type type)
{
    struct desk_row *row = desk_row(desk, key);
    for (uint32_t i = row->event_count; i-- > 0;) {
        if (row->events[i].type == type)
            return &row->events[i];
    }
    return NULL;
}

uint32_t desk_count(struct desk *desk, const char *key, enum event_type type)
{
    struct desk_row *row = desk_row(desk, key);
    uint32_t count = 0;
    for (uint32_t i = 0; i < row->event_count; i++)
        count += row->events[i].type == type;
    return count;
}

static const struct refusal *last_refusal(const struct turn *turn)
{
    return turn->answer.given ? &turn->answer.refusal : &turn->events[turn->event_count - 1].refusal;
}

enum refusal_code desk_refusal(const struct turn *turn)
{
    return last_refusal(turn)->code;
}

const char *desk_parameter(const struct turn *turn, const char *name)
{
    return refusal_parameter(last_refusal(turn), name);
}

/* --- commands ------------------------------------------------------------------------------------------------------ */

struct command desk_command(struct desk *desk, const char *key, struct actor actor, const char *at,
                            struct body body)
{
    const char *id = arena_format(desk->arena, "message-%u", desk->messages++);
    struct digest content = digest_of(id, ID_TEXT - 20);
    return (struct command){
        .command_id = id,
        .task_id = key,
        .origin = ORIGIN_OUTSIDE,
        .actor = actor,
        .received_at = instant_at(at),
        .message = {actor.unit, text_empty(actor.system) ? "http" : actor.system, id},
        .inbox.inbox = "",
        .content = content,
        .cause = "",
        .body = body,
    };
}

static void keep_events(struct desk *desk, struct desk_row *row, const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->event_count; i++) {
        row->events = arena_grown(desk->arena, row->events, row->event_count, sizeof(*row->events));
        row->events[row->event_count++] = turn->events[i];
    }
}

static void hold(struct desk *desk, const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->internal_count; i++) {
        desk->waiting = arena_grown(desk->arena, desk->waiting, desk->waiting_count, sizeof(*desk->waiting));
        desk->waiting[desk->waiting_count++] = turn->internals[i];
    }
}

static struct turn take_one(struct desk *desk, const struct command *command)
{
    struct desk_row *row = desk_row(desk, command->task_id);
    struct turn turn;
    turn_take(row->row, command, &desk->ruleset, desk->arena, &turn);
    row->row = turn.after;
    keep_events(desk, row, &turn);
    hold(desk, &turn);
    return turn;
}

void desk_deliver(struct desk *desk)
{
    while (desk->waiting_count > 0) {
        struct command next = desk->waiting[0];
        desk->waiting++;
        desk->waiting_count--;
        take_one(desk, &next);
    }
}

const struct turn *desk_take(struct desk *desk, const struct command *command)
{
    desk->turn = take_one(desk, command);
    if (!desk->holds_internals)
        desk_deliver(desk);
    return &desk->turn;
}

const struct turn *desk_act(struct desk *desk, const char *key, const char *person, const char *at,
                            struct body body)
{
    struct command command = desk_command(desk, key, district_person(desk->registry, person), at, body);
    return desk_take(desk, &command);
}

const struct turn *desk_wake(struct desk *desk, const char *key, uint64_t wake_seq, struct instant due,
                             struct instant released_at)
{
    struct actor watcher = {"", "", "deadline-watcher", "", DOOR_INSIDE};
    struct command command = desk_command(desk, key, watcher, "2023-01-01T09:00", (struct body){0});
    desk->messages--; /* a wake does not count as somebody's message */
    command.origin = ORIGIN_WATCHER;
    command.received_at = due;
    command.message = (struct message_id){"", "", ""};
    command.body.trigger = TRIGGER_WAKE;
    command.body.wake = (struct body_wake){.wake_seq = wake_seq, .due = due, .released_at = released_at};
    return desk_take(desk, &command);
}

uint32_t desk_watch(struct desk *desk, const char *key, struct instant until)
{
    uint32_t wakes = 0;
    for (;; wakes++) {
        const struct task *task = desk_task(desk, key);
        if (!instant_is_set(task->next_wake) || task->next_wake.ms >= until.ms)
            return wakes;
        uint64_t before = task->wake_seq;
        desk_wake(desk, key, task->wake_seq, task->next_wake, until);
        assert(desk_task(desk, key)->wake_seq > before);
    }
}

/* --- tasks in a state ------------------------------------------------------------------------------------------------ */

const char *desk_drafted(struct desk *desk, const char *template_code, const char *lead)
{
    char reference[24], id[ID_TEXT];
    snprintf(reference, sizeof(reference), "2023-%04u", desk->messages);
    struct digest digest = digest_of_texts("hotline", "urn:duban:hotline:tickets", reference, NULL);
    digest_to_id(&digest, id);
    const char *key = arena_text(desk->arena, id);
    struct body draft = say(TRIGGER_DRAFT);
    draft.draft.reference = arena_text(desk->arena, reference);
    draft.draft.template_code = template_code;
    draft.draft.title = "清偿拖欠工程款";
    draft.draft.lead_unit = lead;
    struct actor system = district_system(desk->registry, "urn:duban:hotline:tickets");
    struct command command = desk_command(desk, key, system, "2023-02-01T09:00", draft);
    desk_take(desk, &command);
    return key;
}

struct body desk_registration(const char *lead, const char *due)
{
    struct body body = say(TRIGGER_REGISTER);
    body.registration.lead_unit = lead;
    body.registration.approval =
        (struct approval){"leader-land", "批示", date_at("2023-01-30"), "区政办〔2023〕3号"};
    if (due != NULL)
        body.registration.due.date = date_at(due);
    return body;
}

static const char *clerk_of(struct desk *desk, const char *key)
{
    return arena_format(desk->arena, "%s-clerk", desk_task(desk, key)->supervisor);
}

const char *desk_assigned(struct desk *desk, const char *template_code, const char *lead, const char *due)
{
    const char *key = desk_drafted(desk, template_code, lead);
    desk_act(desk, key, clerk_of(desk, key), "2023-02-01T09:01", desk_registration(lead, due));
    desk_act(desk, key, clerk_of(desk, key), "2023-02-01T09:02", say(TRIGGER_ASSIGN));
    assert(desk_task(desk, key)->state == STATE_ASSIGNED);
    return key;
}

const char *desk_signed(struct desk *desk, const char *template_code, const char *lead, const char *due)
{
    const char *key = desk_assigned(desk, template_code, lead, due);
    desk_act(desk, key, arena_format(desk->arena, "%s-handler", lead), "2023-02-01T09:03", say(TRIGGER_SIGN));
    assert(desk_task(desk, key)->state == STATE_IN_PROGRESS);
    return key;
}

struct body desk_report(struct desk *desk, const char *evidence)
{
    struct body body = say(TRIGGER_REPORT_DONE);
    body.report_done.evidence = ARENA_NEW(desk->arena, struct evidence);
    body.report_done.evidence[0] = (struct evidence){evidence, "凭证2023-118", ""};
    body.report_done.evidence_count = 1;
    return body;
}
