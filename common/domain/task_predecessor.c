/* task_predecessor.c: see task_predecessor.h. The mark stands in the predecessor's row, so that a repeat or a pause of
 * its clock tells nobody twice, and a replay tells the same. */
#include "domain/task_predecessor.h"

#include "base/text.h"
#include "domain/aggregates.h"
#include "domain/catalogue.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

struct date task_last_day(const struct task *task)
{
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    return due == NULL ? task->planned_day : due->last_day;
}

static bool is_too_early(const struct relation *follower, struct date day)
{
    return date_is_set(follower->last_day) && day.days > follower->last_day.days;
}

void predecessor_apply(struct task *task, const struct event *event, struct arena *arena)
{
    struct date day = task_last_day(task);
    bool open = (IN(task->state) & STATES_OPEN) != 0;
    for (uint32_t i = 0; open && i < task->follower_count; i++) {
        struct date told = is_too_early(&task->followers[i], day) ? day : DATE_NONE;
        if (told.days == task->followers[i].told_day.days)
            continue;
        task->followers = arena_copy(arena, task->followers, task->follower_count * sizeof(*task->followers));
        task->followers[i].told_day = told;
        task->followers[i].told_seq = date_is_set(told) ? event->seq : 0;
    }
}

void predecessor_tell(const struct task *after, const struct event *event, struct arena *arena,
                      struct command **internals, uint32_t *count)
{
    for (uint32_t i = 0; i < after->follower_count; i++) {
        const struct relation *follower = &after->followers[i];
        if (follower->told_seq != event->seq)
            continue;
        struct command *command =
            internal_add(internals, count, arena, event, TRIGGER_PREDECESSOR_LATER, follower->task);
        command->body.predecessor_later = (struct body_predecessor_later){
            .follower = follower->task,
            .predecessor = after->id,
            .last_day = follower->told_day,
            .number = after->number,
        };
    }
}

static struct refusal note_later(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_predecessor_later *later = &situation->command->body.predecessor_later;
    const char *number = number_render(&later->number, situation->registry, situation->arena);
    char theirs[DATE_TEXT], ours[DATE_TEXT];
    event->planned_day = task_last_day(situation->task);
    date_to_text(later->last_day, theirs);
    date_to_text(event->planned_day, ours);
    event_note(situation, event, "predecessor_later task=%s last_day=%s own_last_day=%s",
               text_empty(number) ? later->predecessor : number, theirs, ours);
    return (struct refusal){0};
}
const struct effect note_later_predecessor = {"note that the predecessor is due later", note_later,
                                              CLOCK_NONE};
