/* wake_queue.c: a lazy wheel of seconds, and a heap for the second that is near.
 *
 * The slot of a task is the truth; the wheel and the heap hold only its number. A wake that moves later leaves its number
 * where it is and is put further on when that place is reached; one that moves earlier gets a second number, and the first
 * is recognised as stale. So the frequent change, a row whose next moment is later, costs one store.
 *
 * Places: five levels of 256, 64, 64, 64 and 64 buckets cover all seconds of 32 bits. A wake stands at the level of the
 * highest digit in which its second differs from the wheel's; the wheel jumps from one occupied bucket to the next and
 * pours it out into lower levels, at last into the heap. */
#include "wake_queue_internal.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct wake_queue *wake_queue_new(void)
{
    struct wake_queue *queue = must_alloc(sizeof(*queue));
    wake_slots_init(&queue->slots);
    return queue;
}

void wake_queue_free(struct wake_queue *queue)
{
    if (queue == NULL)
        return;
    wake_slots_release(&queue->slots);
    free(queue->chunks);
    free(queue->near.items);
    sent_wakes_release(&queue->sent);
    free(queue);
}

/* A number in the heap whose wake is no longer there. */
static bool is_stale(const struct wake_queue *queue, struct near item)
{
    const struct wake_slot *slot = slot_at(queue, item.slot);
    return slot->sent || slot->queued != 0 || slot->due_ms != item.due_ms;
}

/* --- the wheel ------------------------------------------------------------------------------------------------------ */

/* Where a second after the wheel's own stands. */
static uint32_t bucket_of(const struct wake_queue *queue, uint32_t tick)
{
    int level = LEVELS - 1;
    while (level > 0 && (tick ^ queue->tick) >> shift_of(level) == 0)
        level--;
    return first_bucket_of(level) + digit_of(tick, level);
}

static uint32_t take_chunk(struct wake_queue *queue)
{
    uint32_t chunk = queue->chunk_free;
    if (chunk != 0) {
        queue->chunk_free = queue->chunks[chunk - 1].next;
        return chunk;
    }
    if (queue->chunks_used == queue->chunk_room) {
        queue->chunk_room = queue->chunk_room == 0 ? 64 : queue->chunk_room + queue->chunk_room / 2;
        queue->chunks = must_realloc(queue->chunks, queue->chunk_room * sizeof(*queue->chunks));
    }
    return ++queue->chunks_used;
}

static void append(struct wake_queue *queue, uint32_t bucket, uint32_t slot)
{
    uint32_t head = queue->heads[bucket];
    if (head == 0 || queue->chunks[head - 1].count == CHUNK_SLOTS) {
        uint32_t chunk = take_chunk(queue);
        queue->chunks[chunk - 1].next = head;
        queue->chunks[chunk - 1].count = 0;
        queue->heads[bucket] = head = chunk;
        queue->occupied[bucket / 64] |= UINT64_C(1) << bucket % 64;
    }
    struct chunk *chunk = &queue->chunks[head - 1];
    chunk->slots[chunk->count++] = slot;
    queue->numbers++;
}

/* Puts the slot where its moment belongs. */
static void place(struct wake_queue *queue, uint32_t number)
{
    struct wake_slot *slot = slot_at(queue, number);
    uint32_t tick = tick_of(slot->due_ms);
    slot->queued = tick > queue->tick ? tick : 0;
    if (slot->queued == 0)
        near_push(&queue->near, (struct near){slot->due_ms, number});
    else
        append(queue, bucket_of(queue, tick), number);
}

/* The first occupied bucket after the wheel's place; the lowest level comes first. BUCKETS: the wheel is empty. */
static uint32_t next_bucket(const struct wake_queue *queue, int *ret_level)
{
    for (int level = 0; level < LEVELS; level++) {
        uint32_t first = first_bucket_of(level), end = first + width_of(level);
        for (uint32_t bucket = first + digit_of(queue->tick, level) + 1; bucket < end;) {
            uint64_t word = queue->occupied[bucket / 64] >> bucket % 64;
            if (word != 0) {
                *ret_level = level;
                return bucket + (uint32_t)__builtin_ctzll(word);
            }
            bucket = (bucket / 64 + 1) * 64;
        }
    }
    return BUCKETS;
}

/* Jumps to the bucket and pours it out. False: the wheel is empty. */
static bool turn_wheel(struct wake_queue *queue)
{
    int level = 0;
    uint32_t bucket = next_bucket(queue, &level), before_tick = queue->tick;
    if (bucket == BUCKETS)
        return false;
    uint32_t digit = bucket - first_bucket_of(level);
    uint32_t above = level == LEVELS - 1 ? 0 : before_tick >> shift_of(level + 1) << shift_of(level + 1);
    uint32_t head = queue->heads[bucket];
    queue->heads[bucket] = 0;
    queue->occupied[bucket / 64] &= ~(UINT64_C(1) << bucket % 64);
    while (head != 0) {
        struct chunk chunk = queue->chunks[head - 1];
        queue->chunks[head - 1].next = queue->chunk_free;
        queue->chunk_free = head;
        queue->numbers -= chunk.count;
        for (uint32_t i = 0; i < chunk.count; i++)
            __builtin_prefetch(slot_at(queue, chunk.slots[i]));
        for (uint32_t i = 0; i < chunk.count; i++) {
            const struct wake_slot *slot = slot_at(queue, chunk.slots[i]);
            queue->tick = before_tick;
            bool here = slot->due_ms != 0 && !slot->sent && slot->queued > before_tick &&
                        bucket_of(queue, slot->queued) == bucket;
            queue->tick = above | digit << shift_of(level);
            if (here)
                place(queue, chunk.slots[i]);
        }
        head = chunk.next;
    }
    queue->tick = above | digit << shift_of(level);
    return true;
}

/* Wheel and heap anew, from what the slots say. */
static void place_all(struct wake_queue *queue)
{
    memset(queue->heads, 0, sizeof(queue->heads));
    memset(queue->occupied, 0, sizeof(queue->occupied));
    queue->chunks_used = queue->chunk_free = 0;
    queue->numbers = queue->near.count = 0;
    for (uint32_t i = 0; i < queue->slots.size; i++) {
        if (slot_at(queue, i)->due_ms != 0 && !slot_at(queue, i)->sent)
            place(queue, i);
    }
}

/* Numbers that nobody looks for any more must not outgrow those that somebody does. */
static void tidy(struct wake_queue *queue)
{
    if (queue->numbers + queue->near.count > 2 * (size_t)queue->slots.count + STALE_ALLOWED)
        place_all(queue);
}

/* Slots get other numbers. */
static void make_room(struct wake_queue *queue, size_t room)
{
    struct wake_slots anew = wake_slots_anew(&queue->slots, room);
    for (size_t i = 0; i < queue->sent.count; i++) {
        struct sent_wake *sent = &queue->sent.items[i];
        /* No slot ever gets the ticket of an answered one again, so that may point anywhere. */
        sent->slot =
            wake_queue_is_open(queue, sent) ? wake_slots_find(&anew, slot_at(queue, sent->slot)->id) : 0;
    }
    wake_slots_release(&queue->slots);
    queue->slots = anew;
    queue->remade++;
    place_all(queue);
}

/* --- the queue ------------------------------------------------------------------------------------------------------- */

static void forget(struct wake_queue *queue, uint32_t number)
{
    wake_queue_close(queue, slot_at(queue, number));
    wake_slots_remove(&queue->slots, number);
}

bool wake_queue_set(struct wake_queue *queue, const char *task_id, uint64_t wake_seq, struct instant due)
{
    uint8_t id[ID_BYTES];
    return id_to_bytes(task_id, id) && wake_queue_put(queue, id, wake_seq, due);
}

static void apply(struct wake_queue *queue, const struct put *put)
{
    uint32_t number = wake_slots_find(&queue->slots, put->id);
    bool known = number != WAKE_SLOT_NONE;
    if (known && put->due_ms != 0 && slot_at(queue, number)->wake_seq == put->wake_seq)
        return;
    queue->heard++;
    if (put->due_ms == 0) {
        if (known)
            forget(queue, number);
        return;
    }
    if (!known) {
        if (wake_slots_full(&queue->slots))
            make_room(queue, queue->slots.count + 1);
        number = wake_slots_add(&queue->slots, put->id);
    }
    struct wake_slot *slot = slot_at(queue, number);
    bool in_wheel = known && !slot->sent && slot->queued != 0;
    wake_queue_close(queue, slot);
    slot->wake_seq = put->wake_seq & WAKE_SEQ_AT_MOST;
    slot->due_ms = put->due_ms;
    if (in_wheel && tick_of(put->due_ms) >= slot->queued)
        return; /* put further on when that second is reached */
    place(queue, number);
    tidy(queue);
}

void wake_queue_expect(struct wake_queue *queue, size_t count)
{
    wake_queue_apply(queue);
    if (count > queue->slots.count)
        make_room(queue, count);
}

void wake_queue_apply(struct wake_queue *queue)
{
    for (size_t i = 0; i < queue->put_count; i++)
        apply(queue, &queue->puts[i]);
    queue->put_count = 0;
}

bool wake_queue_put(struct wake_queue *queue, const uint8_t id[ID_BYTES], uint64_t wake_seq,
                    struct instant due)
{
    if (wake_seq > WAKE_SEQ_AT_MOST)
        return false;
    if (queue->put_count == PUT_TOGETHER)
        wake_queue_apply(queue);
    wake_slots_expect(&queue->slots, id);
    struct put *put = &queue->puts[queue->put_count++];
    memcpy(put->id, id, ID_BYTES);
    put->wake_seq = (uint32_t)wake_seq;
    put->due_ms = due.ms;
    return true;
}

const struct wake *wake_queue_least(struct wake_queue *queue)
{
    wake_queue_apply(queue);
    for (;;) {
        while (queue->near.count > 0 && is_stale(queue, queue->near.items[0]))
            near_pop(&queue->near);
        if (queue->near.count > 0)
            break;
        if (!turn_wheel(queue))
            return NULL;
    }
    queue->least_slot = queue->near.items[0].slot;
    queue->least = wake_of(slot_at(queue, queue->least_slot), queue->least_id);
    return &queue->least;
}

struct wake_walk wake_queue_walk(struct wake_queue *queue)
{
    wake_queue_apply(queue);
    return (struct wake_walk){.remade = queue->remade};
}

bool wake_queue_walk_next(struct wake_queue *queue, struct wake_walk *walk, struct wake_timer *timers,
                          size_t room, size_t *ret_count)
{
    wake_queue_apply(queue);
    if (walk->remade != queue->remade)
        return false;
    size_t count = 0;
    for (; walk->slot < queue->slots.size && count < room; walk->slot++) {
        const struct wake_slot *slot = slot_at(queue, walk->slot);
        if (slot->due_ms == 0)
            continue;
        memcpy(timers[count].id, slot->id, ID_BYTES);
        timers[count].wake_seq = slot->wake_seq;
        timers[count++].due_ms = slot->due_ms;
    }
    *ret_count = count;
    return true;
}

size_t wake_queue_count(struct wake_queue *queue)
{
    wake_queue_apply(queue);
    return queue->slots.count;
}

void wake_queue_take_least(struct wake_queue *queue)
{
    near_pop(&queue->near);
}

size_t wake_queue_in_flight(struct wake_queue *queue)
{
    wake_queue_apply(queue);
    return queue->in_flight;
}
