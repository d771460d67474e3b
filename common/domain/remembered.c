/* remembered.c: the list is short (at most 256), so it is scanned. What is older than 30 days is dropped when
 * something is added; a command that old is refused before it could be taken for new. */
#include "domain/remembered.h"

#include "base/limits.h"
#include "base/text.h"

static const int64_t kept_ms = (int64_t)MESSAGE_ID_KEPT_DAYS * MS_PER_DAY;

static bool is_kept(const struct remembered_message *message, struct instant now)
{
    return message->received_at.ms >= now.ms - kept_ms;
}

enum refusal_code memory_judge(const struct memory *memory, const struct command *command, struct instant now,
                               const struct remembered_message **ret_known)
{
    uint32_t in_row = 0, in_room = 0;
    now = instant_max(now, command->received_at);
    if (command->received_at.ms < now.ms - kept_ms)
        return REFUSAL_TOO_OLD;
    for (uint32_t i = 0; i < memory->count; i++) {
        const struct remembered_message *message = &memory->messages[i];
        if (!is_kept(message, now))
            continue;
        if (text_equal(message->command_id, command->command_id)) {
            *ret_known = message;
            return digest_equal(&message->content, &command->content) ? REFUSAL_DUPLICATE
                                                                      : REFUSAL_ID_CONFLICT;
        }
        in_row++;
        in_room += message->door == command->actor.door && text_equal(message->unit, command->message.unit);
    }
    bool full = in_row >= LIMIT_MESSAGE_IDS || in_room >= LIMIT_MESSAGE_IDS_PER_DOOR;
    return full ? REFUSAL_ROOM_FULL : REFUSAL_NONE;
}

struct memory memory_after(const struct memory *memory, const struct event *event, struct arena *arena)
{
    struct memory after = {ARENA_ARRAY(arena, struct remembered_message, memory->count + 1), 0};
    bool is_new = !text_empty(event->message.id);
    bool touched = is_new;
    for (uint32_t i = 0; i < memory->count; i++) {
        struct remembered_message message = memory->messages[i];
        if (text_equal(message.command_id, event->cause)) {
            message.state_after = event->state;
            if (message.refusal != REFUSAL_NONE && event->refusal.code == REFUSAL_NONE) {
                message.refusal =
                    REFUSAL_NONE; /* accepted after all: a changed calendar (task_recompute.h) */
                message.seq = event->seq;
            }
            is_new = false;
            touched = true;
        } else if (!is_kept(&message, event->now)) {
            touched = true;
            continue;
        }
        after.messages[after.count++] = message;
    }
    if (is_new)
        after.messages[after.count++] = (struct remembered_message){
            .command_id = event->cause,
            .unit = event->message.unit,
            .door = event->actor.door,
            .received_at = event->received_at,
            .content = event->content,
            .seq = event->seq,
            .refusal = event->refusal.code,
            .state_after = event->state,
        };
    return touched ? after : *memory;
}
