/* remembered.h: which messages of outside senders a row has answered, so that a repeat gets the first answer and
 * changes nothing (design §3 h). A full room refuses only that sender. */
#ifndef DUBAN_DOMAIN_REMEMBERED_H
#define DUBAN_DOMAIN_REMEMBERED_H

#include "domain/event.h"

struct memory {
    struct remembered_message *messages;
    uint32_t count;
};

/* REFUSAL_NONE: new. REFUSAL_DUPLICATE, REFUSAL_ID_CONFLICT (both with *ret_known), REFUSAL_TOO_OLD,
 * REFUSAL_ROOM_FULL. `now` is the row's. */
enum refusal_code memory_judge(const struct memory *memory, const struct command *command, struct instant now,
                               const struct remembered_message **ret_known);

/* The memory after the event. A further event of the same command only moves `state_after` on. */
struct memory memory_after(const struct memory *memory, const struct event *event, struct arena *arena);

#endif
