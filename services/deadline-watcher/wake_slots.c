/* wake_slots.c: an array of slots and a hash of their numbers. Ids are digests, so their first bytes are the hash. */
#include "wake_slots.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void wake_slots_init(struct wake_slots *slots)
{
    *slots = (struct wake_slots){.free = WAKE_SLOT_NONE, .mask = 2 * FIRST_ROOM - 1};
    slots->places = must_alloc(((size_t)slots->mask + 1) * sizeof(*slots->places));
}

void wake_slots_release(struct wake_slots *slots)
{
    free(slots->slots);
    free(slots->places);
}

static uint32_t home_of(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t hash;
    memcpy(&hash, id, sizeof(hash));
    return hash & slots->mask;
}

/* The place that holds the id, or the empty one where it would stand. */
static uint32_t place_of(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t place = home_of(slots, id);
    while (slots->places[place] != 0 && memcmp(slots->slots[slots->places[place] - 1].id, id, ID_BYTES) != 0)
        place = (place + 1) & slots->mask;
    return place;
}

uint32_t wake_slots_find(const struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    uint32_t found = slots->places[place_of(slots, id)];
    return found == 0 ? WAKE_SLOT_NONE : found - 1;
}

static void grow_places(struct wake_slots *slots)
{
    free(slots->places);
    slots->mask = slots->mask * 2 + 1;
    slots->places = must_alloc(((size_t)slots->mask + 1) * sizeof(*slots->places));
    for (uint32_t i = 0; i < slots->used; i++) {
        if (slots->slots[i].due_ms != 0)
            slots->places[place_of(slots, slots->slots[i].id)] = i + 1;
    }
}

static uint32_t take_slot(struct wake_slots *slots)
{
    uint32_t slot = slots->free;
    if (slot != WAKE_SLOT_NONE) {
        slots->free = (uint32_t)slots->slots[slot].wake_seq;
        return slot;
    }
    if (slots->used == slots->room) {
        slots->room = slots->room == 0 ? FIRST_ROOM : slots->room + slots->room / 2;
        slots->slots = must_realloc(slots->slots, slots->room * sizeof(*slots->slots));
    }
    return slots->used++;
}

uint32_t wake_slots_add(struct wake_slots *slots, const uint8_t id[ID_BYTES])
{
    if (slots->count >= slots->mask / 2)
        grow_places(slots);
    uint32_t slot = take_slot(slots), place = place_of(slots, id);
    assert(slots->places[place] == 0);
    slots->slots[slot] = (struct wake_slot){.due_ms = 1};
    memcpy(slots->slots[slot].id, id, ID_BYTES);
    slots->places[place] = slot + 1;
    slots->count++;
    return slot;
}

void wake_slots_remove(struct wake_slots *slots, uint32_t slot)
{
    uint32_t hole = place_of(slots, slots->slots[slot].id);
    /* Those behind it move up, unless that would bring them before their home. */
    for (uint32_t next = (hole + 1) & slots->mask; slots->places[next] != 0;
         next = (next + 1) & slots->mask) {
        uint32_t home = home_of(slots, slots->slots[slots->places[next] - 1].id);
        if (((next - home) & slots->mask) >= ((next - hole) & slots->mask)) {
            slots->places[hole] = slots->places[next];
            hole = next;
        }
    }
    slots->places[hole] = 0;
    slots->slots[slot] = (struct wake_slot){.wake_seq = slots->free};
    slots->free = slot;
    slots->count--;
}
