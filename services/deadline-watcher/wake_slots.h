/* wake_slots.h: what the watcher knows of each task, 48 bytes each, found by its id. A slot's number stays the same until
 * its task is forgotten; then another task may get it. */
#ifndef DUBAN_DEADLINE_WATCHER_WAKE_SLOTS_H
#define DUBAN_DEADLINE_WATCHER_WAKE_SLOTS_H

#include "base/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wake_slot {
    uint8_t id[ID_BYTES];
    uint64_t wake_seq;
    int64_t due_ms;  /* 0: the slot is free */
    uint32_t ticket; /* of its sending; 0: it was not sent */
    bool silent;     /* sent, and no answer is expected */
    uint32_t queued; /* the tick under which the wheel has it; 0: it is in the heap of what is near */
};

struct wake_slots {
    struct wake_slot *slots;
    uint32_t used;    /* slots that were ever given out */
    uint32_t room;    /* of slots */
    uint32_t free;    /* first of the free ones, linked by wake_seq; WAKE_SLOT_NONE: none */
    uint32_t count;   /* tasks */
    uint32_t *places; /* open addressing: slot + 1, 0 empty */
    uint32_t mask;    /* of places */
};

#define WAKE_SLOT_NONE UINT32_MAX

void wake_slots_init(struct wake_slots *slots);
void wake_slots_release(struct wake_slots *slots);

uint32_t wake_slots_find(const struct wake_slots *slots, const uint8_t id[ID_BYTES]); /* or WAKE_SLOT_NONE */
/* Of a task that has none. Invalidates pointers to slots. */
uint32_t wake_slots_add(struct wake_slots *slots, const uint8_t id[ID_BYTES]);
void wake_slots_remove(struct wake_slots *slots, uint32_t slot);

#endif
