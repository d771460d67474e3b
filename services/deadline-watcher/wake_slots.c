/* wake_slots.c: linear probing from a home that grows with the first bytes of the id, which are as good as a hash (ids are
 * digests). The order of homes is that of ids whatever the size, so a table is made anew from one end to the other. */
#include "wake_slots.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SIZE = 64,
    FULL_QUARTERS = 3, /* of the places are taken: searches become long */
    GONE = 1,          /* in `queued` of a slot without a moment */
};

/* Memory that is zero comes from the system page by page as it is touched; so it is not aligned by writing to it. */
static void make_places(struct wake_slots *slots)
{
    const size_t slot = sizeof(struct wake_slot);
    slots->memory = must_alloc(((size_t)slots->size + 1) * slot);
    slots->slots = (struct wake_slot *)(((uintptr_t)slots->memory + slot - 1) / slot * slot);
}

void wake_slots_init(struct wake_slots *slots)
{
    _Static_assert(64 % sizeof(struct wake_slot) == 0, "slots fill cache lines");
    *slots = (struct wake_slots){.size = FIRST_SIZE};
    make_places(slots);
}

void wake_slots_release(struct wake_slots *slots)
{
    free(slots->memory);
}

static uint32_t home_of(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t hash = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
    return (uint32_t)((uint64_t)hash * slots->size >> 32);
}

static uint32_t next_of(const struct wake_slots *slots, uint32_t number)
{
    return number + 1 == slots->size ? 0 : number + 1;
}

static bool is_empty(const struct wake_slot *slot)
{
    return slot->due_ms == 0 && slot->queued == 0;
}

void wake_slots_expect(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    __builtin_prefetch(&slots->slots[home_of(slots, id)], 1);
}

uint32_t wake_slots_find(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t number = home_of(slots, id);
    for (const struct wake_slot *slot; !is_empty(slot = &slots->slots[number]);
         number = next_of(slots, number)) {
        if (slot->due_ms != 0 && memcmp(slot->id, id, ID_BYTES) == 0)
            return number;
    }
    return WAKE_SLOT_NONE;
}

bool wake_slots_full(const struct wake_slots *slots)
{
    return slots->count + slots->gone >= slots->size / 4 * FULL_QUARTERS;
}

struct wake_slots wake_slots_anew(const struct wake_slots *slots, size_t room)
{
    struct wake_slots anew = *slots;
    anew.gone = 0;
    if (slots->count >= slots->size / 2)
        anew.size *= 2;
    while (room >= anew.size / 4 * (size_t)FULL_QUARTERS && anew.size <= UINT32_MAX / 2)
        anew.size *= 2;
    make_places(&anew);
    for (uint32_t i = 0; i < slots->size; i++) {
        if (slots->slots[i].due_ms == 0)
            continue;
        uint32_t number = home_of(&anew, slots->slots[i].id);
        while (anew.slots[number].due_ms != 0)
            number = next_of(&anew, number);
        anew.slots[number] = slots->slots[i];
    }
    return anew;
}

uint32_t wake_slots_add(struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t number = home_of(slots, id);
    while (slots->slots[number].due_ms != 0)
        number = next_of(slots, number);
    struct wake_slot *slot = &slots->slots[number];
    slots->gone -= slot->queued == GONE;
    *slot = (struct wake_slot){.due_ms = 1};
    memcpy(slot->id, id, ID_BYTES);
    slots->count++;
    return number;
}

void wake_slots_remove(struct wake_slots *slots, uint32_t number)
{
    /* Nobody's search goes on behind a task that stands before an empty place. */
    bool last = is_empty(&slots->slots[next_of(slots, number)]);
    slots->slots[number] = (struct wake_slot){.queued = last ? 0 : GONE};
    slots->gone += !last;
    slots->count--;
}
