/* turn.c: the whole order of a decision (design §3): who, duplicate, entitled, wakes, table. Everything that ends as an
 * event goes through row_apply, so a row is always the fold of its events. */
#include "domain/turn.h"

#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/aggregates.h"
#include "domain/family.h"
#include "domain/remembered.h"
#include "domain/task_decide.h"
#include "domain/task_event.h"
#include "domain/task_recompute.h"
#include "domain/task_wake.h"

/* --- pieces that all aggregates share ------------------------------------------------------------------------------ */

void turn_answer(struct turn *turn, struct refusal refusal)
{
    turn->answer.given = true;
    turn->answer.refusal = refusal;
}

void turn_add_event(struct turn *turn, const struct event *event, struct arena *arena)
{
    turn->events = arena_grown(arena, turn->events, turn->event_count, sizeof(*event));
    turn->events[turn->event_count++] = *event;
    turn->after = row_apply(turn->after, event, arena);
}

bool turn_answer_known(const struct turn_input *input, const struct remembered_message *messages,
                       uint32_t count, struct instant now, struct turn *turn)
{
    /* memory_judge reads only. */
    struct memory memory = {(struct remembered_message *)(uintptr_t)messages, count};
    const struct remembered_message *known = NULL;
    enum refusal_code code = memory_judge(&memory, input->command, now, &known);
    if (code == REFUSAL_NONE)
        return false;
    turn_answer(turn, refusal_make(input->arena, code, "id", input->command->message.id, NULL));
    if (known != NULL) {
        turn->answer.first_seq = known->seq;
        turn->answer.first_refusal = known->refusal;
        turn->answer.first_state = known->state_after;
    }
    return true;
}

struct event aggregate_event(const struct turn_input *input, uint64_t seq, struct instant now,
                             enum event_type type)
{
    const struct command *command = input->command;
    struct event event = event_blank();
    event.task_id = command->task_id;
    event.seq = seq;
    event.type = type;
    event.now = now;
    event.received_at = command->received_at;
    event.cause = command->command_id;
    event.hops = command->hops;
    event.actor = command->actor;
    event.message = command->message;
    event.registry_version = input->ruleset->registry == NULL ? 0 : input->ruleset->registry->version;
    event.content = command->content;
    event.body = command->body;
    return event;
}

struct row *row_apply(const struct row *before, const struct event *event, struct arena *arena)
{
    struct row *row = ARENA_NEW(arena, struct row);
    row->kind = before == NULL ? row_kind_of_key(event->task_id) : before->kind;
    switch (row->kind) {
    case ROW_TASK:
        row->task = *task_apply(before == NULL ? NULL : &before->task, event, arena);
        break;
    case ROW_NUMBERS:
        row->numbers = number_book_apply(before == NULL ? NULL : &before->numbers, event);
        break;
    case ROW_REGISTRY:
        row->registry = registry_head_apply(before == NULL ? NULL : &before->registry, event, arena);
        break;
    case ROW_NONE:
    case ROW_PARTITION:
    case ROW_KIND_COUNT:
        break;
    }
    return row;
}

/* --- who may --------------------------------------------------------------------------------------------------------- */

static bool system_may_send(const struct registry *registry, const struct actor *actor, enum trigger trigger)
{
    const struct registry_unit *unit = registry_unit(registry, actor->unit);
    const struct registry_system *system = unit == NULL ? NULL : registry_system(unit, actor->system);
    for (uint32_t i = 0; system != NULL && i < system->trigger_count; i++) {
        if (system->triggers[i] == trigger)
            return true;
    }
    return false;
}

static const char *capacity_codes(uint32_t capacities, struct arena *arena)
{
    const char *list = "";
    for (int bit = 0; bit < 32; bit++) {
        if ((capacities & (1u << bit)) != 0)
            list = arena_format(arena, "%s%s%s", list, text_empty(list) ? "" : ",",
                                word_of(LIST_CAPACITY, bit + 1)->code);
    }
    return list;
}

static struct refusal check_entitled(const struct situation *situation, const struct trigger_row *row)
{
    const struct actor *actor = &situation->command->actor;
    bool by_system = !text_empty(actor->system);
    if (row->origin != ORIGIN_OUTSIDE)
        return (struct refusal){0};
    if (by_system && (situation->capacities & CAPACITY_SYSTEM) == 0)
        return refusal_make(situation->arena, REFUSAL_WRONG_SOURCE, "source", actor->system, NULL);
    if ((situation->capacities & row->capacities) != 0 &&
        (!by_system || system_may_send(situation->registry, actor, row->trigger)))
        return (struct refusal){0};
    return refusal_make(situation->arena, REFUSAL_NOT_ENTITLED, "trigger",
                        word_of(LIST_TRIGGER, (int)row->trigger)->code, "who",
                        capacity_codes(row->capacities, situation->arena), NULL);
}

/* --- wakes ------------------------------------------------------------------------------------------------------------ */

static void add_decided(const struct turn_input *input, const struct decision *decision, struct turn *turn)
{
    for (uint32_t i = 0; i < decision->count; i++) {
        turn_add_event(turn, &decision->events[i], input->arena);
        task_followups(&turn->after->task, &decision->events[i], input->arena, &turn->internals,
                       &turn->internal_count);
    }
}

/* Applies what is due before (or, with `at_too`, at) the instant: one timer after the other, each the task's next. */
static void apply_wakes(const struct turn_input *input, struct instant until, bool at_too,
                        struct text_list missing_doors, struct turn *turn)
{
    for (int i = 0; i < LIMIT_WAKES_PER_COMMAND; i++) {
        const struct task *task = &turn->after->task;
        const struct timer *timer = task_next_timer(task, NULL);
        if (timer == NULL || timer->at.ms > until.ms || (timer->at.ms == until.ms && !at_too))
            return;
        struct command wake = task_wake_command(task, timer, missing_doors, input->arena);
        struct decision decision;
        task_decide(task, &wake, input->ruleset, input->arena, &decision);
        add_decided(input, &decision, turn);
        if (decision.count == 0)
            return;
    }
}

static bool calendars_change(const struct turn_input *input, const struct task *task,
                             const struct command *recompute)
{
    struct situation situation = situation_of(task, recompute, input->ruleset, input->arena);
    return situation.pinned != NULL && task_recompute_changes(&situation);
}

/* An act that was refused as too late by the old dates. Nothing happens when it still is. */
static void decide_after_all(const struct turn_input *input, const struct command *act, struct turn *turn)
{
    struct decision decision;
    task_decide(&turn->after->task, act, input->ruleset, input->arena, &decision);
    if (!REFUSED(decision.refusal))
        add_decided(input, &decision, turn);
}

/* The calendars have changed since the row was last looked at: first what the old dates had set off before they were
 * published, then the new dates. Everything else that the command does comes after. */
static void recompute(const struct turn_input *input, struct turn *turn)
{
    const struct text_list all_doors = {0};
    const struct ruleset *ruleset = input->ruleset;
    if (turn->after == NULL || !task_is_stale(&turn->after->task, ruleset))
        return;
    const struct command command = task_recompute_command(&turn->after->task, ruleset, input->arena);
    if (!calendars_change(input, &turn->after->task, &command))
        return;
    apply_wakes(input, ruleset->calendar_published_at, false, all_doors, turn);
    if (!calendars_change(input, &turn->after->task, &command))
        return;
    struct decision decision;
    task_decide(&turn->after->task, &command, ruleset, input->arena, &decision);
    const struct task *task = &turn->after->task;
    add_decided(input, &decision, turn);
    for (uint32_t i = 0; decision.count > 0 && i < task->late_act_count; i++)
        decide_after_all(input, &task->late_acts[i], turn);
}

/* An old wake_seq, or an alarm that no watermark has released yet, changes nothing and is not answered. */
static void take_wake(const struct turn_input *input, struct turn *turn)
{
    const struct body_wake *wake = &input->command->body.wake;
    if (turn->after->task.wake_seq == wake->wake_seq && wake->released_at.ms >= wake->due.ms)
        apply_wakes(input, wake->due, true, wake->missing_doors, turn);
}

/* --- tasks --------------------------------------------------------------------------------------------------------------- */

static bool was_heard(const struct task *task, const struct command *command)
{
    for (uint32_t i = 0; i < task->heard.count; i++) {
        if (text_equal(task->heard.items[i], command->command_id))
            return true;
    }
    return false;
}

/* A task that asked in vain is told. */
static void refuse_back(const struct turn_input *input, const struct task *task, struct refusal refusal,
                        struct turn *turn)
{
    struct event cause =
        aggregate_event(input, task == NULL ? 0 : task->seq, input->command->received_at, EVENT_NONE);
    family_refuse(input->command, task, &cause, refusal, input->arena, &turn->internals,
                  &turn->internal_count);
}

/* Whoever follows a task that does not exist need not wait for it. */
static void take_unknown(const struct turn_input *input, struct turn *turn)
{
    const struct command *command = input->command;
    turn_answer(turn, refusal_make(input->arena, REFUSAL_UNKNOWN_TASK, "task", command->task_id, NULL));
    refuse_back(input, NULL, turn->answer.refusal, turn);
    if (command->body.trigger != TRIGGER_FOLLOW || command->hops >= LIMIT_HOPS)
        return;
    struct event cause = aggregate_event(input, 0, command->received_at, EVENT_NONE);
    struct command *done = internal_add(&turn->internals, &turn->internal_count, input->arena, &cause,
                                        TRIGGER_PREDECESSOR_DONE, command->body.follow.follower);
    done->body.predecessor_done = command->body.follow;
    done->body.predecessor_done.unknown = true;
}

static void decide_task(const struct turn_input *input, struct turn *turn)
{
    const struct command *command = input->command;
    const struct task *task = turn->after == NULL ? NULL : &turn->after->task;
    struct decision decision;
    task_decide(task, command, input->ruleset, input->arena, &decision);
    bool ours = decision.refusal.code == REFUSAL_INTERNAL;
    if (!REFUSED(decision.refusal)) {
        add_decided(input, &decision, turn);
    } else if (task == NULL || command->origin != ORIGIN_OUTSIDE || ours) {
        turn_answer(turn, decision.refusal);
        refuse_back(input, task, decision.refusal, turn);
    } else {
        struct situation situation = situation_of(task, command, input->ruleset, input->arena);
        struct event event = task_refused(&situation, decision.refusal);
        turn_add_event(turn, &event, input->arena);
    }
}

/* True: the command goes on to the table; false: it is answered. */
static bool may_go_on(const struct turn_input *input, const struct trigger_row *row, struct turn *turn)
{
    const struct command *command = input->command;
    const struct task *task = turn->after == NULL ? NULL : &turn->after->task;
    bool outside = row->origin == ORIGIN_OUTSIDE;
    bool begins = row->trigger == TRIGGER_DRAFT || row->trigger == TRIGGER_OPEN_CHILD;
    if (task == NULL && !begins) {
        take_unknown(input, turn);
        return false;
    }
    if (outside && task != NULL &&
        turn_answer_known(input, task->messages, task->message_count, task->now, turn))
        return false;
    struct situation situation = situation_of(task, command, input->ruleset, input->arena);
    struct refusal refusal = check_entitled(&situation, row);
    if (!REFUSED(refusal) && row->trigger == TRIGGER_DRAFT && task != NULL)
        refusal = refusal_make(input->arena, REFUSAL_EXISTS, "task", command->task_id, NULL);
    if (REFUSED(refusal))
        turn_answer(turn, refusal);
    return !REFUSED(refusal);
}

static void task_take(const struct turn_input *input, const struct trigger_row *row, struct turn *turn)
{
    const struct text_list all_doors = {0};
    if (!may_go_on(input, row, turn))
        return;
    recompute(input, turn);
    if (row->trigger == TRIGGER_RECOMPUTE_CALENDAR)
        return;
    if (row->trigger == TRIGGER_WAKE) {
        take_wake(input, turn);
        return;
    }
    if (row->origin != ORIGIN_OUTSIDE && turn->after != NULL && was_heard(&turn->after->task, input->command))
        return;
    if (row->origin == ORIGIN_OUTSIDE && turn->after != NULL)
        apply_wakes(input, input->command->received_at, false, all_doors, turn);
    decide_task(input, turn);
}

/* --- all --------------------------------------------------------------------------------------------------------------- */

static struct refusal check_address(const struct turn_input *input, const struct trigger_row *row)
{
    const struct command *command = input->command;
    bool of_registry = row != NULL && (row->aggregate == ROW_REGISTRY || row->aggregate == ROW_PARTITION);
    if (row == NULL || row->aggregate != row_kind_of_key(command->task_id))
        return refusal_make(input->arena, REFUSAL_MALFORMED, "rule", "aggregate", NULL);
    if (row->origin != command->origin)
        return refusal_make(input->arena, REFUSAL_WRONG_ORIGIN, "trigger",
                            word_of(LIST_TRIGGER, (int)row->trigger)->code, NULL);
    if (input->ruleset->registry == NULL && !of_registry)
        return refusal_make(input->arena, REFUSAL_NO_REGISTRY, NULL);
    if (command->hops > LIMIT_HOPS)
        return refusal_make(input->arena, REFUSAL_INTERNAL, "what", "hops", NULL);
    return (struct refusal){0};
}

void turn_take(const struct row *before, const struct command *command, const struct ruleset *ruleset,
               struct arena *arena, struct turn *ret_turn)
{
    struct turn_input input = {before, command, ruleset, arena};
    const struct trigger_row *row = trigger_row_of(command->body.trigger);
    *ret_turn = (struct turn){.after = (struct row *)(uintptr_t)before};
    struct refusal refusal = check_address(&input, row);
    if (REFUSED(refusal)) {
        turn_answer(ret_turn, refusal);
        return;
    }
    switch (row->aggregate) {
    case ROW_TASK:
        task_take(&input, row, ret_turn);
        break;
    case ROW_NUMBERS:
        number_book_take(&input, ret_turn);
        break;
    case ROW_REGISTRY:
        registry_head_take(&input, ret_turn);
        break;
    case ROW_PARTITION:
        partition_take(&input, ret_turn);
        break;
    case ROW_NONE:
    case ROW_KIND_COUNT:
        break;
    }
}

void turn_refuse(const struct row *before, const struct command *command, const struct ruleset *ruleset,
                 struct refusal refusal, struct arena *arena, struct turn *ret_turn)
{
    struct turn_input input = {before, command, ruleset, arena};
    const struct trigger_row *row = trigger_row_of(command->body.trigger);
    *ret_turn = (struct turn){.after = (struct row *)(uintptr_t)before};
    bool of_task = row != NULL && row->aggregate == ROW_TASK && before != NULL &&
                   command->origin == ORIGIN_OUTSIDE && ruleset->registry != NULL;
    if (!of_task) {
        turn_answer(ret_turn, refusal);
    } else if (may_go_on(&input, row, ret_turn)) {
        struct situation situation = situation_of(&before->task, command, ruleset, arena);
        struct event event = task_refused(&situation, refusal);
        turn_add_event(ret_turn, &event, arena);
    }
}
