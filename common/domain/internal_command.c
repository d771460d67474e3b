/* internal_command.c: commands that one aggregate sends another through duban.internal. Their ids follow from the
 * event that causes them, so a replay gives the same commands. */
#include <stdio.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/aggregates.h"
#include "domain/family.h"
#include "domain/task_event.h"
#include "domain/task_predecessor.h"

struct command *internal_add(struct command **internals, uint32_t *count, struct arena *arena,
                             const struct event *cause, enum trigger trigger, const char *target)
{
    const char *by = arena_format(arena, "%s#%llu", cause->task_id, (unsigned long long)cause->seq);
    struct digest digest =
        digest_of_texts("internal", by, word_of(LIST_TRIGGER, (int)trigger)->code, target, NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    *internals = arena_grown(arena, *internals, *count, sizeof(**internals));
    struct command *command = &(*internals)[(*count)++];
    *command = command_blank();
    command->command_id = arena_text(arena, id);
    command->task_id = target;
    command->origin = ORIGIN_LEDGER;
    command->received_at = cause->now;
    command->cause = by;
    command->hops = cause->hops + 1;
    command->body.trigger = trigger;
    return command;
}

const char *number_book_key(const char *kind, int32_t year, struct arena *arena)
{
    return arena_format(arena, KEY_NUMBERS_PREFIX "%s-%d", kind, (int)year);
}

const char *partition_key(uint32_t partition, struct arena *arena)
{
    return arena_format(arena, KEY_PARTITION_PREFIX "%u", partition);
}

static void ask_number_book(const struct task *task, const struct event *event, struct arena *arena,
                            struct command **internals, uint32_t *count)
{
    if (text_empty(event->number.kind))
        return;
    const char *book = number_book_key(event->number.kind, event->number.year, arena);
    struct command *command = internal_add(internals, count, arena, event, TRIGGER_REQUEST_NUMBER, book);
    command->body.request_number =
        (struct body_request_number){event->number.kind, event->number.year, task->id};
}

static void follow_predecessors(const struct task *task, const struct event *event, struct arena *arena,
                                struct command **internals, uint32_t *count)
{
    for (uint32_t i = 0; i < task->predecessor_count; i++) {
        const char *predecessor = task->predecessors[i].task;
        struct command *command = internal_add(internals, count, arena, event, TRIGGER_FOLLOW, predecessor);
        command->body.follow = (struct body_follow){
            .follower = task->id, .predecessor = predecessor, .last_day = task->planned_day};
    }
}

static void tell_follower(const struct task *task, const char *follower, const struct event *event,
                          struct arena *arena, struct command **internals, uint32_t *count)
{
    struct command *command =
        internal_add(internals, count, arena, event, TRIGGER_PREDECESSOR_DONE, follower);
    command->body.predecessor_done = (struct body_follow){.follower = follower, .predecessor = task->id};
}

void task_followups(const struct task *after, const struct event *event, struct arena *arena,
                    struct command **internals, uint32_t *count)
{
    bool over = (IN(event->state) & (STATES_DONE | STATES_ENDED | IN(STATE_ARCHIVED))) != 0;
    bool was_over = (IN(event->state_before) & (STATES_DONE | STATES_ENDED)) != 0;
    if (event->hops >= LIMIT_HOPS)
        return;
    if (event->type == EVENT_OPENED_AS_CHILD)
        ask_number_book(after, event, arena, internals, count);
    family_followups(after, event, arena, internals, count);
    if (event->type == EVENT_REGISTERED) {
        ask_number_book(after, event, arena, internals, count);
        follow_predecessors(after, event, arena, internals, count);
    }
    if (event->type == EVENT_FOLLOWED && over)
        tell_follower(after, event->body.follow.follower, event, arena, internals, count);
    predecessor_tell(after, event, arena, internals, count);
    for (uint32_t i = 0; over && !was_over && i < after->follower_count; i++)
        tell_follower(after, after->followers[i].task, event, arena, internals, count);
}
