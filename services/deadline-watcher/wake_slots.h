/* wake_slots.h: what the watcher knows of each task, 32 bytes each, in an open-addressing table by its id: finding a task
 * costs one cache line. A slot's number is its place in the table; it stays the same until the table is made anew. */
#ifndef DUBAN_DEADLINE_WATCHER_WAKE_SLOTS_H
#define DUBAN_DEADLINE_WATCHER_WAKE_SLOTS_H

#include "base/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAKE_SEQ_AT_MOST ((UINT32_C(1) << 30) - 1) /* a task is not woken a thousand million times */

struct wake_slot {
    uint8_t id[ID_BYTES];
    int64_t due_ms; /* 0: the slot is empty, or, with `queued`, that of a task which was forgotten */
    uint32_t wake_seq : 30;
    uint32_t sent : 1;
    uint32_t silent : 1; /* sent, and no answer is expected */
    uint32_t
        queued; /* the tick under which the wheel has it; 0: it is in the heap of what is near; of one that was sent its
                        ticket */
};

struct wake_slots {
    struct wake_slot *slots; /* none lies across two cache lines */
    void *memory;            /* what they lie in */
    uint32_t size;           /* places */
    uint32_t count;          /* tasks */
    uint32_t gone;           /* places of forgotten tasks that searches must pass */
};

#define WAKE_SLOT_NONE UINT32_MAX

void wake_slots_init(struct wake_slots *slots);
void wake_slots_release(struct wake_slots *slots);

/* That task will be looked for soon. */
void wake_slots_expect(const struct wake_slots *slots, const uint8_t id[ID_BYTES]);
uint32_t wake_slots_find(const struct wake_slots *slots, const uint8_t id[ID_BYTES]); /* or WAKE_SLOT_NONE */
/* No task can be added before the table is made anew. */
bool wake_slots_full(const struct wake_slots *slots);
/* The same tasks in a table with room for that many, at least one more than there are, under other numbers. The old one
 * stays until it is released. */
struct wake_slots wake_slots_anew(const struct wake_slots *slots, size_t room);
/* Of a task that has none; its moment must be set at once. */
uint32_t wake_slots_add(struct wake_slots *slots, const uint8_t id[ID_BYTES]);
void wake_slots_remove(struct wake_slots *slots, uint32_t number);

#endif
