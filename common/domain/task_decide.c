/* task_decide.c: walks the tables of task_life.c for one command and writes down what follows. Pure: nothing here
 * changes a task; each event is folded by task_apply before the next consequence is looked for. */
#include "domain/task_decide.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_wake.h"

/* --- the situation ---------------------------------------------------------------------------------------------- */

static const struct registry_template no_template = {
    .code = "",
    .name = "",
    .supervisor = "",
    .lead_label = "",
    .matter = "",
    .number_kind = "",
    .due_wording = "",
    .due_fact = "",
    .follows = "",
    .close_by = ROLE_CLERK,
    .schedule = {.measure = "", .fact = ""},
    .debt = {.confirmation = "",             .denial = ""},
    .extension = {.decider = ROLE_CLERK},
};

static const struct registry *pinned_registry(const struct task *task, const struct ruleset *ruleset)
{
    if (task == NULL || task->template_version == 0)
        return ruleset->registry;
    return ruleset->registry_at(ruleset->context, task->template_version);
}

struct situation situation_of(const struct task *task, const struct command *command,
                              const struct ruleset *ruleset, struct arena *arena)
{
    struct situation situation = {
        .task = task,
        .command = command,
        .ruleset = ruleset,
        .registry = ruleset->registry,
        .pinned = pinned_registry(task, ruleset),
        .now = task == NULL ? command->received_at : instant_max(command->received_at, task->now),
        .arena = arena,
    };
    if (situation.pinned != NULL && task != NULL)
        situation.template_ = registry_template(situation.pinned, task->template_code);
    else if (situation.pinned != NULL && command->body.trigger == TRIGGER_DRAFT)
        situation.template_ = registry_template(situation.pinned, command->body.draft.template_code);
    else if (situation.pinned != NULL && command->body.trigger == TRIGGER_OPEN_CHILD)
        situation.template_ = registry_template(situation.pinned, command->body.open_child.template_code);
    situation.capacities = actor_capacities(task, &command->actor, ruleset->registry, situation.template_);
    if (task != NULL && command->body.trigger == TRIGGER_WAKE)
        situation.fired = task_next_timer(task, &situation.fired_clock);
    return situation;
}

/* --- refusals ------------------------------------------------------------------------------------------------------ */

static struct refusal wrong_state(const struct situation *situation)
{
    enum task_state state = situation_state(situation);
    enum trigger allowed[TRIGGER_COUNT];
    const char *list = "";
    task_life_allowed(state, allowed);
    for (uint32_t i = 0; allowed[i] != TRIGGER_NONE; i++) {
        if (allowed[i] == situation->command->body.trigger)
            continue; /* it has rows here, but none that fits */
        list = arena_format(situation->arena, "%s%s%s", list, text_empty(list) ? "" : ",",
                            word_of(LIST_TRIGGER, (int)allowed[i])->code);
    }
    return refusal_make(situation->arena, REFUSAL_WRONG_STATE, "trigger",
                        word_of(LIST_TRIGGER, (int)situation->command->body.trigger)->code, "state",
                        word_of(LIST_STATE, (int)state)->code, "allowed", list, NULL);
}

struct event task_refused(const struct situation *situation, struct refusal refusal)
{
    struct event event = event_begin(situation, EVENT_REFUSED);
    event.refusal = refusal;
    event.audience = event_audience(situation->task, &event, situation->arena);
    return event;
}

/* --- events --------------------------------------------------------------------------------------------------------- */

static void append(struct decision *decision, const struct event *event, struct arena *arena)
{
    decision->events = arena_grown(arena, decision->events, decision->count, sizeof(*event));
    decision->events[decision->count++] = *event;
}

static struct refusal fill(const struct situation *situation, const struct effect *const *then,
                           struct event *event)
{
    struct refusal refusal = {0};
    for (int i = 0; i < TRANSITION_EFFECTS && then[i] != NULL && !REFUSED(refusal); i++)
        refusal = then[i]->fill(situation, event, then[i]->clock);
    event->audience = event_audience(situation->task, event, situation->arena);
    return refusal;
}

/* The task as it is after what has been decided so far. */
static void advance(struct situation *situation, struct decision *decision, const struct event *event)
{
    append(decision, event, situation->arena);
    situation->task = task_apply(situation->task, event, situation->arena);
    situation->fired = NULL;
    situation->fired_clock = NULL;
}

static bool has_event(const struct decision *decision, enum event_type type)
{
    for (uint32_t i = 0; i < decision->count; i++) {
        if (type == EVENT_NONE || decision->events[i].type == type)
            return true;
    }
    return false;
}

static struct event *begin(const struct situation *situation, enum event_type type, enum task_state to)
{
    struct event *event = ARENA_NEW(situation->arena, struct event);
    *event = event_begin(situation, type);
    if (to != STATE_NONE)
        event->state = to;
    return event;
}

/* What was said stands in the first event; this one is the ledger's own. */
static struct refusal follow(struct situation *situation, const struct consequence *row,
                             struct decision *decision)
{
    const struct event own = event_blank();
    struct event *event = begin(situation, row->event, row->to);
    event->body = own.body;
    event->message = own.message;
    event->content = own.content;
    event->fired = own.fired;
    event->actor = actor_system();
    struct refusal refusal = fill(situation, row->then, event);
    if (!REFUSED(refusal))
        advance(situation, decision, event);
    return refusal;
}

static struct refusal follow_consequences(struct situation *situation, struct decision *decision)
{
    struct refusal refusal = {0};
    for (uint32_t i = 0; i < task_consequence_count && !REFUSED(refusal); i++) {
        const struct consequence *row = &task_consequences[i];
        bool fits = has_event(decision, row->after) && (row->from & IN(situation->task->state)) != 0;
        if (fits && row->only_if->holds(situation))
            refusal = follow(situation, row, decision);
    }
    return refusal;
}

static struct refusal decide(struct situation *situation, struct decision *decision)
{
    const struct trigger_row *trigger = trigger_row_of(situation->command->body.trigger);
    struct refusal refusal = {0};
    if (trigger == NULL || !task_life_knows(situation_state(situation), trigger->trigger))
        return wrong_state(situation);
    for (int i = 0; i < TRIGGER_REQUIREMENTS && trigger->must[i] != NULL; i++) {
        refusal = trigger->must[i]->check(situation);
        if (REFUSED(refusal))
            return refusal;
    }
    const struct transition *row = task_life_find(situation);
    if (row == NULL)
        return wrong_state(situation);
    struct event *event = begin(situation, row->event, row->to);
    refusal = fill(situation, row->then, event);
    if (REFUSED(refusal))
        return refusal;
    advance(situation, decision, event);
    return follow_consequences(situation, decision);
}

/* --- an Assign that waited for the number ------------------------------------------------------------------------ */

static void decide_kept_assign(const struct situation *granted, const struct kept_assign *kept,
                               struct decision *decision)
{
    struct command command = *granted->command;
    command.origin = ORIGIN_OUTSIDE;
    command.actor = kept->actor;
    command.received_at = kept->received_at;
    command.body = (struct body){.trigger = TRIGGER_ASSIGN, .assign = kept->assign};
    struct situation situation = situation_of(granted->task, &command, granted->ruleset, granted->arena);
    struct decision assigned = {0};
    struct refusal refusal = decide(&situation, &assigned);
    if (REFUSED(refusal)) {
        situation.task = granted->task;
        struct event event = task_refused(&situation, refusal);
        append(decision, &event, granted->arena);
        return;
    }
    for (uint32_t i = 0; i < assigned.count; i++)
        append(decision, &assigned.events[i], granted->arena);
}

/* A wake that cannot be applied parks its clock, so that the command behind it goes on. */
static void park(const struct situation *situation, struct refusal refusal, struct decision *decision)
{
    static const struct effect *const parking[TRANSITION_EFFECTS] = {&park_clock};
    struct event *event = begin(situation, EVENT_CLOCK_FAULTED, STATE_NONE);
    event->refusal = refusal;
    struct refusal none = fill(situation, parking, event);
    decision->count = 0;
    if (!REFUSED(none))
        append(decision, event, situation->arena);
}

void task_decide(const struct task *task, const struct command *command, const struct ruleset *ruleset,
                 struct arena *arena, struct decision *ret_decision)
{
    struct decision decision = {0};
    struct situation situation = situation_of(task, command, ruleset, arena);
    struct situation first = situation;
    bool is_wake = command->body.trigger == TRIGGER_WAKE;
    *ret_decision = decision;
    if (situation.pinned == NULL) {
        ret_decision->refusal = refusal_make(arena, REFUSAL_INTERNAL, "what", "registry_version", NULL);
        return;
    }
    if (is_wake && situation.fired == NULL)
        return;
    /* A draft whose template left the registry can still be rejected, not registered. */
    if (situation.template_ == NULL && command->body.trigger == TRIGGER_REGISTER)
        decision.refusal = refusal_make(arena, REFUSAL_UNKNOWN_WORD, "field", "template_code", "value",
                                        task->template_code, NULL);
    if (situation.template_ == NULL && command->body.trigger != TRIGGER_DRAFT)
        situation.template_ = &no_template;
    if (!REFUSED(decision.refusal))
        decision.refusal = decide(&situation, &decision);
    if (!REFUSED(decision.refusal) && command->body.trigger == TRIGGER_NUMBER_GRANTED &&
        task->kept_assign.kept && task->state == STATE_REGISTERED)
        decide_kept_assign(&situation, &task->kept_assign, &decision);
    if (REFUSED(decision.refusal) && is_wake) {
        park(&first, decision.refusal, &decision);
        decision.refusal = (struct refusal){0};
    }
    if (REFUSED(decision.refusal))
        decision.count = 0;
    *ret_decision = decision;
}
