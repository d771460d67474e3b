/* task_event.c: the frame of every event. Only what the decision saw goes in: no clock is read, nothing is random,
 * so the same log always gives the same events. */
#include "domain/task_event.h"

#include <stdarg.h>

#include "base/text.h"

struct actor actor_system(void)
{
    return (struct actor){.unit = "", .person = "", .system = "duban", .principal = "", .door = DOOR_INSIDE};
}

struct event event_blank(void)
{
    /* clang-format off */
    return (struct event){
        .task_id = "",
        .cause = "",
        .actor = {.unit = "", .person = "", .system = "", .principal = ""},
        .message = {.unit = "", .source = "", .id = ""},
        .reference = "",
        .lead_unit = "",
        .supervisor = "",
        .number = {.kind = ""},
        .fired = {.name = ""},
        .report = {.handler = "", .principal = ""},
        .dispute = {.unit = "", .proposed_unit = ""},
        .request = {.reason = "", .pause_reason = "", .unit = ""},
        .co_party = {.unit = "", .matter = ""},
        .person = "",
    };
    /* clang-format on */
}

struct command command_blank(void)
{
    return (struct command){
        .command_id = "",
        .task_id = "",
        .actor = actor_system(),
        .message = event_blank().message,
        .inbox.inbox = "",
        .cause = "",
    };
}

static struct fired fired_of(const struct situation *situation)
{
    const struct clock *clock = situation->fired_clock;
    const struct timer *timer = situation->fired;
    return (struct fired){
        .clock = clock->id,
        .key = clock->key,
        .name = clock->name,
        .version = clock->version,
        .kind = timer->kind,
        .rung = timer->rung,
        .occurrence = timer->occurrence,
        .at = timer->at,
        .incomplete = situation->command->body.wake.missing_doors.count > 0,
    };
}

struct event event_begin(const struct situation *situation, enum event_type type)
{
    const struct command *command = situation->command;
    const struct task *task = situation->task;
    struct event event = event_blank();
    event.task_id = command->task_id;
    event.seq = task == NULL ? 1 : task->seq + 1;
    event.type = type;
    event.now = situation->now;
    event.received_at = command->received_at;
    event.cause = command->command_id;
    event.hops = command->hops;
    event.actor = command->actor;
    event.message = command->message;
    event.reference = task != NULL                                  ? task->reference
                      : command->body.trigger == TRIGGER_OPEN_CHILD ? command->body.open_child.reference
                                                                    : command->body.draft.reference;
    event.registry_version = situation->registry->version;
    event.content = command->content;
    event.body = command->body;
    event.state_before = situation_state(situation);
    event.state = event.state_before;
    if (task != NULL)
        event.number = task->number;
    if (situation->fired != NULL)
        event.fired = fired_of(situation);
    return event;
}

void event_note(const struct situation *situation, struct event *event, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *note = arena_vformat(situation->arena, format, arguments);
    va_end(arguments);
    event->notes.items =
        arena_grown(situation->arena, event->notes.items, event->notes.count, sizeof(*event->notes.items));
    event->notes.items[event->notes.count++] = note;
}

const char *event_lead(const struct situation *situation, const struct event *event)
{
    return text_empty(event->lead_unit) && situation->task != NULL ? situation->task->lead_unit
                                                                   : event->lead_unit;
}

const char *event_supervisor(const struct situation *situation, const struct event *event)
{
    return text_empty(event->supervisor) && situation->task != NULL ? situation->task->supervisor
                                                                    : event->supervisor;
}

enum urgency event_urgency(const struct situation *situation, const struct event *event)
{
    return event->urgency == URGENCY_NONE && situation->task != NULL ? situation->task->urgency
                                                                     : event->urgency;
}

static void add_unit(struct text_list *list, const char *unit, struct arena *arena)
{
    if (text_empty(unit))
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        if (text_equal(list->items[i], unit))
            return;
    }
    list->items = arena_grown(arena, list->items, list->count, sizeof(*list->items));
    list->items[list->count++] = unit;
}

struct text_list event_audience(const struct task *task, const struct event *event, struct arena *arena)
{
    struct text_list audience = {0};
    add_unit(&audience, event->lead_unit, arena);
    add_unit(&audience, event->supervisor, arena);
    if (task == NULL) {
        add_unit(&audience, event->actor.unit, arena);
        /* The system that drafted the parent learns the child's id, to which it may then report. */
        if (event->body.trigger == TRIGGER_OPEN_CHILD)
            add_unit(&audience, event->body.open_child.source_unit, arena);
        return audience;
    }
    add_unit(&audience, task->source_unit, arena);
    add_unit(&audience, task->lead_unit, arena);
    add_unit(&audience, task->supervisor, arena);
    for (uint32_t i = 0; i < task->co_units.count; i++)
        add_unit(&audience, task->co_units.items[i], arena);
    for (uint32_t i = 0; i < task->co_party_count; i++)
        add_unit(&audience, task->co_parties[i].unit, arena);
    add_unit(&audience, event->co_party.unit, arena);
    return audience;
}
