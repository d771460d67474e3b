/* late_acts.c: see late_acts.h. The command is kept as it was received, so that it can be decided as it would have been:
 * with its own actor, content and moment. The event that refused it holds all of that. */
#include "domain/late_acts.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/task_event.h"

/* Too late for its clock; or a signature behind a deemed one, which only the end of C-SIGN keeps out. */
static bool came_too_late(const struct event *event)
{
    bool signs = event->body.trigger == TRIGGER_SIGN && event->refusal.code == REFUSAL_WRONG_STATE &&
                 event->state == STATE_IN_PROGRESS;
    return event->type == EVENT_REFUSED && (event->refusal.code == REFUSAL_TOO_LATE || signs);
}

static struct command command_of(const struct event *event)
{
    struct command command = command_blank();
    command.command_id = event->cause;
    command.task_id = event->task_id;
    command.origin = ORIGIN_OUTSIDE;
    command.actor = event->actor;
    command.received_at = event->received_at;
    command.message = event->message;
    command.content = event->content;
    command.hops = event->hops;
    command.body = event->body;
    return command;
}

static bool stays(const struct command *act, const struct event *event)
{
    return !text_equal(act->command_id, event->cause) &&
           act->received_at.ms + (int64_t)LATE_ACT_DAYS * MS_PER_DAY >= event->now.ms;
}

void late_acts_apply(struct task *task, const struct event *event, struct arena *arena)
{
    const bool joins = came_too_late(event);
    struct command *acts = NULL;
    uint32_t count = 0;
    if (event->state == STATE_ARCHIVED)
        task->late_act_count = 0;
    if (event->state == STATE_ARCHIVED || (task->late_act_count == 0 && !joins))
        return;
    acts = ARENA_ARRAY(arena, struct command, task->late_act_count + 1);
    for (uint32_t i = 0; i < task->late_act_count; i++) {
        if (stays(&task->late_acts[i], event))
            acts[count++] = task->late_acts[i];
    }
    if (joins)
        acts[count++] = command_of(event);
    const uint32_t dropped = count > LIMIT_LATE_ACTS ? count - LIMIT_LATE_ACTS : 0;
    task->late_acts = acts + dropped;
    task->late_act_count = count - dropped;
}
