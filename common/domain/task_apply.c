/* task_apply.c: the fold. The only writer of a task, and mechanical: whatever needed a rule, a calendar or a registry
 * was computed when the event was decided and stands in it. */
#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/family.h"
#include "domain/late_acts.h"
#include "domain/plan.h"
#include "domain/remembered.h"
#include "domain/task_debt.h"
#include "domain/task_event.h"
#include "domain/task_predecessor.h"
#include "domain/task_wake.h"

#define APPEND(arena, list, count, ...)                                                                      \
    ((list) = arena_grown((arena), (list), (count), sizeof(*(list))), (list)[(count)++] = (__VA_ARGS__))

static const struct dispute no_dispute = {.unit = "", .proposed_unit = ""};
static const struct verification no_verification = {.verifier = "", .principal = ""};

/* --- what each event says --------------------------------------------------------------------------------------- */

static struct relation *relations_of(const struct text_list *tasks, struct arena *arena)
{
    struct relation *relations = ARENA_ARRAY(arena, struct relation, tasks->count);
    for (uint32_t i = 0; i < tasks->count; i++)
        relations[i].task = tasks->items[i];
    return relations;
}

static void apply_drafted(struct task *task, const struct event *event, struct arena *arena)
{
    const struct body_draft *draft = &event->body.draft;
    task->id = event->task_id;
    task->round = 1;
    task->template_code = draft->template_code;
    task->reference = draft->reference;
    task->source_unit = event->actor.unit;
    task->source_system = event->message.source;
    task->title = draft->title;
    task->description = draft->description;
    task->applicant = draft->applicant;
    task->source = draft->source;
    task->amount_fen = draft->amount_fen;
    task->agreed_rate_bp = draft->agreed_rate_bp;
    task->debt_due_on = draft->debt_due_on;
    task->due_request = draft->due;
    task->predecessors = relations_of(&draft->follows, arena);
    task->predecessor_count = draft->follows.count;
}

static void apply_registered(struct task *task, const struct event *event, struct arena *arena)
{
    task->number = event->number;
    task->planned_day = event->planned_day;
    if (event->body.trigger != TRIGGER_REGISTER)
        return;
    const struct body_register *registration = &event->body.registration;
    task->approval = registration->approval;
    task->co_units = registration->co_units;
    task->leader = registration->leader;
    if (registration->agreed_rate_bp != 0)
        task->agreed_rate_bp = registration->agreed_rate_bp;
    if (date_is_set(registration->debt_due_on))
        task->debt_due_on = registration->debt_due_on;
    if (date_is_set(registration->due.date) || registration->due.period.unit != UNIT_NONE)
        task->due_request = registration->due;
    if (registration->follows.count > 0) {
        task->predecessors = relations_of(&registration->follows, arena);
        task->predecessor_count = registration->follows.count;
    }
}

static void apply_assign_kept(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->kept_assign = (struct kept_assign){true, event->actor, event->received_at, event->body.assign};
}

static void apply_numbered(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->number = event->number;
    task->kept_assign = task_blank().kept_assign; /* its decision, if any, is the next event */
}

static void apply_signed(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->handler = event->actor.person;
}

static void apply_objected(struct task *task, const struct event *event, struct arena *arena)
{
    task->dispute = event->dispute;
    APPEND(arena, task->objections, task->objection_count,
           (struct objection){event->dispute.unit, event->received_at});
}

static void apply_adjudicated(struct task *task, const struct event *event, struct arena *arena)
{
    (void)event, (void)arena;
    task->dispute = no_dispute;
    task->disputes_ruled++;
}

static void apply_ruling_overdue(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->dispute = event->dispute;
}

static void apply_progressed(struct task *task, const struct event *event, struct arena *arena)
{
    plan_apply_done(task, event, arena);
    task->percent = event->body.progress.percent;
    task->last_progress_at = event->received_at;
}

static void apply_fact_recorded(struct task *task, const struct event *event, struct arena *arena)
{
    const struct body_record_fact *fact = &event->body.record_fact;
    task->last_progress_at = event->received_at;
    APPEND(arena, task->facts, task->fact_count,
           (struct fact){fact->kind, fact->occurred_on, fact->amount_fen, fact->evidence, event->received_at,
                         fact->value});
    plan_apply_done(task, event, arena);
}

static void remove_request(struct task *task, enum request_kind kind, struct arena *arena)
{
    struct pending_request *kept = ARENA_ARRAY(arena, struct pending_request, task->request_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->request_count; i++) {
        if (task->requests[i].kind != kind)
            kept[count++] = task->requests[i];
    }
    task->requests = kept;
    task->request_count = count;
}

static void apply_requested(struct task *task, const struct event *event, struct arena *arena)
{
    remove_request(task, event->request.kind, arena);
    APPEND(arena, task->requests, task->request_count, event->request);
}

static void apply_request_withdrawn(struct task *task, const struct event *event, struct arena *arena)
{
    remove_request(task, event->body.withdraw_request.kind, arena);
}

static void apply_decided(struct task *task, const struct event *event, struct arena *arena)
{
    const struct body_decide *decide = &event->body.decide;
    remove_request(task, decide->kind, arena);
    task->extensions_granted += decide->granted && decide->kind == REQUEST_EXTENSION;
    task->extension_working_days += event->extension_working_days;
}

static void apply_reported_done(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->report = event->report;
    task->handler = event->report.handler;
    task->verification = no_verification;
}

static void apply_verification_recorded(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    const struct body_record_verification *said = &event->body.record_verification;
    struct verification *verification = &task->verification;
    verification->recorded = true;
    verification->method = said->method;
    verification->passed = said->passed;
    verification->satisfaction = said->satisfaction;
    verification->confirmed_on = said->confirmed_on;
    verification->verifier = text_empty(event->actor.person) ? event->actor.system : event->actor.person;
    verification->principal = event->actor.principal;
    if (said->satisfaction != SATISFACTION_UNREACHED)
        return;
    struct date today = date_of(event->received_at);
    verification->failed_calls++;
    verification->failed_days += verification->last_failed_on.days != today.days;
    verification->last_failed_on = today;
}

static void apply_returned(struct task *task, const struct event *event, struct arena *arena)
{
    (void)event, (void)arena;
    task->returns++;
}

static void apply_reopened(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->round++;
    task->completed_on = DATE_NONE;
    task->conclusion = task_blank().conclusion;
    task->false_closings += event->body.reopen.reason_code == REOPEN_FALSE_EVIDENCE;
}

static void apply_ended(struct task *task, const struct event *event, struct arena *arena)
{
    (void)event, (void)arena;
    task->dispute = no_dispute;
    task->kept_assign = task_blank().kept_assign;
}

static void apply_step_taken(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    if (event->state == STATE_CLOSED) /* 不予受理: nobody has to lead it any more */
        task->dispute = no_dispute;
}

static void apply_concluded(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->conclusion = (struct conclusion){
        .made = true,
        .text = event->body.conclude.text,
        .document_no = event->body.conclude.document_no,
        .author = event->actor.person,
        .principal = event->actor.principal,
        .received_at = event->received_at,
    };
}

static void apply_appealed(struct task *task, const struct event *event, struct arena *arena)
{
    (void)event, (void)arena;
    task->conclusion.appealed = true;
}

static void apply_appeal_decided(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    task->conclusion.decided = true;
    task->conclusion.upheld = event->body.decide_appeal.upheld;
}

static void apply_rung_reached(struct task *task, const struct event *event, struct arena *arena)
{
    (void)arena;
    enum clock_id fired = event->fired.clock;
    bool of_unit = fired == CLOCK_DUE || fired == CLOCK_REWORK ||
                   (fired == CLOCK_ACK && answer_is_of_units_ladder(event->fired.key));
    if (of_unit && event->rung > task->rung)
        task->rung = event->rung;
}

static void apply_followed(struct task *task, const struct event *event, struct arena *arena)
{
    APPEND(arena, task->followers, task->follower_count,
           (struct relation){.task = event->body.follow.follower, .last_day = event->body.follow.last_day});
}

static void apply_predecessor_done(struct task *task, const struct event *event, struct arena *arena)
{
    task->predecessors =
        arena_copy(arena, task->predecessors, task->predecessor_count * sizeof(*task->predecessors));
    for (uint32_t i = 0; i < task->predecessor_count; i++) {
        struct relation *relation = &task->predecessors[i];
        relation->done =
            relation->done || text_equal(relation->task, event->body.predecessor_done.predecessor);
    }
}

static void apply_heard(struct task *task, const struct event *event, struct arena *arena)
{
    struct text_list *heard = &task->heard;
    uint32_t skip = heard->count >= LIMIT_HEARD ? heard->count - LIMIT_HEARD + 1 : 0;
    const char **kept = heard->items == NULL ? NULL : heard->items + skip;
    heard->count -= skip;
    heard->items = arena_grown(arena, kept, heard->count, sizeof(*heard->items));
    heard->items[heard->count++] = event->cause;
}

/* What an invited unit was told of its time follows its clock. */
static void apply_calendar(struct task *task, const struct event *event, struct arena *arena)
{
    task->co_parties = arena_copy(arena, task->co_parties, task->co_party_count * sizeof(*task->co_parties));
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        if (clock->id == CLOCK_CO && clock->key >= 1 && clock->key <= task->co_party_count)
            task->co_parties[clock->key - 1].due = clock->due;
    }
}

static void (*const appliers[EVENT_COUNT])(struct task *, const struct event *, struct arena *) = {
    [EVENT_DRAFTED] = apply_drafted,
    [EVENT_REGISTERED] = apply_registered,
    [EVENT_REJECTED] = apply_ended,
    [EVENT_ASSIGN_KEPT] = apply_assign_kept,
    [EVENT_SIGNED] = apply_signed,
    [EVENT_OBJECTED] = apply_objected,
    [EVENT_ADJUDICATED] = apply_adjudicated,
    [EVENT_PLANNED] = plan_apply_planned,
    [EVENT_PROGRESSED] = apply_progressed,
    [EVENT_FACT_RECORDED] = apply_fact_recorded,
    [EVENT_REQUESTED] = apply_requested,
    [EVENT_DECIDED] = apply_decided,
    [EVENT_REQUEST_WITHDRAWN] = apply_request_withdrawn,
    [EVENT_REPORTED_DONE] = apply_reported_done,
    [EVENT_VERIFICATION_RECORDED] = apply_verification_recorded,
    [EVENT_RETURNED] = apply_returned,
    [EVENT_REOPENED] = apply_reopened,
    [EVENT_TERMINATED] = apply_ended,
    [EVENT_STEP_TAKEN] = apply_step_taken,
    [EVENT_CONCLUDED] = apply_concluded,
    [EVENT_APPEALED] = apply_appealed,
    [EVENT_APPEAL_DECIDED] = apply_appeal_decided,
    [EVENT_RUNG_REACHED] = apply_rung_reached,
    [EVENT_RULING_OVERDUE] = apply_ruling_overdue,
    [EVENT_REQUEST_OVERDUE] = apply_requested,
    [EVENT_NUMBERED] = apply_numbered,
    [EVENT_FOLLOWED] = apply_followed,
    [EVENT_PREDECESSOR_DONE] = apply_predecessor_done,
    [EVENT_OPENED_AS_CHILD] = apply_opened_as_child,
    [EVENT_NOTICE_ACCEPTED] = apply_heard,
    [EVENT_NOTICE_EXHAUSTED] = apply_heard,
    [EVENT_DIRECTED_BY_MEETING] = apply_heard,
    [EVENT_CALENDAR_APPLIED] = apply_calendar,
};

/* The event's party replaces the row's, or comes behind the others. */
static void apply_co_party(struct task *task, const struct co_party *party, struct arena *arena)
{
    uint32_t key = task_co_key(task, party->unit);
    task->co_parties = arena_copy(arena, task->co_parties, task->co_party_count * sizeof(*task->co_parties));
    if (key != 0)
        task->co_parties[key - 1] = *party;
    else
        APPEND(arena, task->co_parties, task->co_party_count, *party);
}

/* --- what every event may change ---------------------------------------------------------------------------------- */

static void apply_results(struct task *task, const struct event *event, struct arena *arena)
{
    task->state = event->state;
    if (!text_empty(event->lead_unit) && !text_equal(event->lead_unit, task->lead_unit)) {
        task->lead_unit = event->lead_unit;
        task->handler = "";
        plan_apply_lead_change(task, arena);
    }
    if (!text_empty(event->supervisor))
        task->supervisor = event->supervisor;
    if (event->lane != LANE_NONE)
        task->lane = event->lane;
    if (event->urgency != URGENCY_NONE)
        task->urgency = event->urgency;
    if (event->binds != BINDS_NONE)
        task->binds = event->binds;
    if (event->template_version != 0)
        task->template_version = event->template_version;
    if (date_is_set(event->completed_on))
        task->completed_on = event->completed_on;
    if (instant_is_set(event->rung6_held_until))
        task->rung6_held_until = event->rung6_held_until;
    if (date_is_set(event->pace.as_of))
        task->pace = event->pace;
    if (event->request_withdrawn)
        task->request_count = 0;
}

static void remove_fired(struct task *task, const struct fired *fired, struct arena *arena)
{
    for (uint32_t i = 0; i < task->clock_count; i++) {
        struct clock *clock = &task->clocks[i];
        if (clock->id != fired->clock || clock->key != fired->key)
            continue;
        struct timer *kept = ARENA_ARRAY(arena, struct timer, clock->timer_count);
        uint32_t count = 0;
        for (uint32_t j = 0; j < clock->timer_count; j++) {
            const struct timer *timer = &clock->timers[j];
            if (timer->kind != fired->kind || timer->rung != fired->rung ||
                timer->occurrence != fired->occurrence || timer->at.ms != fired->at.ms)
                kept[count++] = *timer;
        }
        clock->timers = kept;
        clock->timer_count = count;
    }
}

static void set_clock(struct task *task, const struct clock *changed, struct arena *arena)
{
    bool carries_ladder = changed->id == CLOCK_DUE || changed->id == CLOCK_REWORK;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        struct clock *clock = &task->clocks[i];
        if (clock->id != changed->id || clock->key != changed->key)
            continue;
        if (carries_ladder && clock->version != changed->version)
            task->rung = 0; /* a changed due date arms the ladder anew */
        *clock = *changed;
        return;
    }
    if (carries_ladder)
        task->rung = 0;
    APPEND(arena, task->clocks, task->clock_count, *changed);
}

static void apply_clocks(struct task *task, const struct event *event, struct arena *arena)
{
    task->clocks = arena_copy(arena, task->clocks, task->clock_count * sizeof(*task->clocks));
    if (event->fired.clock != CLOCK_NONE)
        remove_fired(task, &event->fired, arena);
    for (uint32_t i = 0; i < event->clock_count; i++)
        set_clock(task, &event->clocks[i], arena);
    answers_drop_ended(task);
    const struct timer *next = task_next_timer(task, NULL);
    struct instant next_wake = next == NULL ? INSTANT_NONE : next->at;
    if (event->fired.clock != CLOCK_NONE || next_wake.ms != task->next_wake.ms)
        task->wake_seq++;
    task->next_wake = next_wake;
}

static struct miss *find_miss(struct task *task, enum clock_id clock, uint32_t key, uint32_t version,
                              const char *unit)
{
    for (uint32_t i = 0; i < task->miss_count; i++) {
        struct miss *miss = &task->misses[i];
        if (miss->clock == clock && miss->key == key && miss->version == version &&
            text_equal(miss->unit, unit))
            return miss;
    }
    return NULL;
}

static void apply_misses(struct task *task, const struct event *event, struct arena *arena)
{
    task->misses = arena_copy(arena, task->misses, task->miss_count * sizeof(*task->misses));
    for (uint32_t i = 0; i < event->miss_count; i++) {
        const struct miss *found = &event->misses[i];
        struct miss *before = find_miss(task, found->clock, found->key, found->version, found->unit);
        if (before != NULL)
            *before = *found; /* it stands again */
        else
            APPEND(arena, task->misses, task->miss_count, *found);
    }
    for (uint32_t i = 0; i < event->revoked_count; i++) {
        const struct revoked_miss *revoked = &event->revoked[i];
        struct miss *miss = find_miss(task, revoked->clock, revoked->key, revoked->version, revoked->unit);
        if (miss == NULL)
            continue;
        miss->revoked = true;
        miss->reason = revoked->reason;
    }
    task->was_late = false;
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        /* A statutory day that passed before anybody was charged with the matter is the supervisor's. */
        bool of_unit = miss->clock == CLOCK_DUE || miss->clock == CLOCK_REWORK ||
                       (miss->clock == CLOCK_STATUTORY && !text_equal(miss->unit, task->supervisor));
        task->was_late = task->was_late || (of_unit && !miss->revoked);
    }
}

struct task *task_apply(const struct task *before, const struct event *event, struct arena *arena)
{
    struct task *task = ARENA_NEW(arena, struct task);
    *task = before == NULL ? task_blank() : *before;
    task->seq = event->seq;
    task->now = event->now;
    task->registry_version = event->registry_version;
    if (event->type != EVENT_REFUSED) {
        if (appliers[event->type] != NULL)
            appliers[event->type](task, event, arena);
        apply_results(task, event, arena);
        task_debt_apply_settled(task, event, arena);
        if (!text_empty(event->co_party.unit))
            apply_co_party(task, &event->co_party, arena);
        apply_clocks(task, event, arena);
        apply_children(task, event, arena);
        apply_misses(task, event, arena);
        predecessor_apply(task, event, arena);
    }
    late_acts_apply(task, event, arena);
    struct memory memory = {task->messages, task->message_count};
    memory = memory_after(&memory, event, arena);
    task->messages = memory.messages;
    task->message_count = memory.count;
    return task;
}
