/* wake_queue.c: a lazy wheel of seconds, and a heap for the second that is near.
 *
 * The slot of a task is the truth; the wheel and the heap hold only its number. A wake that moves later leaves its number
 * where it is and is put further on when that place is reached; one that moves earlier gets a second number, and the first
 * is recognised as stale. So the frequent change, a row whose next moment is later, costs one store.
 *
 * Places: five levels of 256, 64, 64, 64 and 64 buckets cover all seconds of 32 bits. A wake stands at the level of the
 * highest digit in which its second differs from the wheel's; the wheel jumps from one occupied bucket to the next and
 * pours it out into lower levels, at last into the heap. */
#include "wake_queue.h"

#include "base/arena.h"
#include "base/limits.h"
#include "sent_wakes.h"
#include "wake_slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 5,
    FIRST_BITS = 8,
    BITS = 6,
    BUCKETS = (1 << FIRST_BITS) + (LEVELS - 1) * (1 << BITS),
    CHUNK_SLOTS = 14, /* with its head one cache line */
    ARITY = 8,
    STALE_ALLOWED = 1024, /* and as many as there are wakes */
};

struct chunk {
    uint32_t next; /* chunk + 1; 0: none */
    uint32_t count;
    uint32_t slots[CHUNK_SLOTS];
};

struct near {
    int64_t due_ms;
    uint32_t slot;
};

struct wake_queue {
    struct wake_slots slots;

    uint32_t tick;           /* seconds up to this one are in the heap */
    uint32_t heads[BUCKETS]; /* chunk + 1 */
    uint64_t occupied[BUCKETS / 64];
    struct chunk *chunks;
    uint32_t chunk_room, chunks_used, chunk_free; /* free: chunk + 1 */
    size_t numbers;                               /* in the wheel, stale ones too */

    struct near *heap;
    size_t heap_count, heap_room;

    struct sent_wakes sent;
    size_t sent_count, in_flight;
    uint32_t last_ticket;
    uint32_t heard; /* rows that moved */

    struct wake least, repeat; /* as handed out */
    uint32_t least_slot;
    char least_id[ID_TEXT], repeat_id[ID_TEXT];
};

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
    free(queue->heap);
    sent_wakes_release(&queue->sent);
    free(queue);
}

static struct wake_slot *slot_at(const struct wake_queue *queue, uint32_t slot)
{
    return &queue->slots.slots[slot];
}

/* --- the heap of what is near -------------------------------------------------------------------------------------- */

static bool before(struct near a, struct near b)
{
    return a.due_ms != b.due_ms ? a.due_ms < b.due_ms : a.slot < b.slot;
}

static void sink(struct wake_queue *queue, size_t index, struct near item)
{
    for (;;) {
        size_t child = ARITY * index + 1, last = child + ARITY, least = child;
        if (child >= queue->heap_count)
            break;
        if (last > queue->heap_count)
            last = queue->heap_count;
        while (++child < last) {
            if (before(queue->heap[child], queue->heap[least]))
                least = child;
        }
        if (!before(queue->heap[least], item))
            break;
        queue->heap[index] = queue->heap[least];
        index = least;
    }
    queue->heap[index] = item;
}

static void push_near(struct wake_queue *queue, struct near item)
{
    if (queue->heap_count == queue->heap_room) {
        queue->heap_room = queue->heap_room == 0 ? 64 : queue->heap_room * 2;
        queue->heap = must_realloc(queue->heap, queue->heap_room * sizeof(*queue->heap));
    }
    size_t index = queue->heap_count++;
    for (size_t parent; index > 0 && before(item, queue->heap[parent = (index - 1) / ARITY]); index = parent)
        queue->heap[index] = queue->heap[parent];
    queue->heap[index] = item;
}

static void pop_near(struct wake_queue *queue)
{
    struct near last = queue->heap[--queue->heap_count];
    if (queue->heap_count > 0)
        sink(queue, 0, last);
}

static bool is_stale(const struct wake_queue *queue, struct near item)
{
    const struct wake_slot *slot = slot_at(queue, item.slot);
    return slot->sent || slot->queued != 0 || slot->due_ms != item.due_ms;
}

/* --- the wheel ------------------------------------------------------------------------------------------------------ */

static uint32_t tick_of(int64_t ms)
{
    int64_t seconds = ms / MS_PER_SECOND;
    return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static int shift_of(int level)
{
    return level == 0 ? 0 : FIRST_BITS + (level - 1) * BITS;
}

static uint32_t width_of(int level)
{
    return level == 0 ? 1u << FIRST_BITS : 1u << BITS;
}

static uint32_t first_bucket_of(int level)
{
    return level == 0 ? 0 : (1u << FIRST_BITS) + (uint32_t)(level - 1) * (1u << BITS);
}

static uint32_t digit_of(uint32_t tick, int level)
{
    return tick >> shift_of(level) & (width_of(level) - 1);
}

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
        push_near(queue, (struct near){slot->due_ms, number});
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
    queue->numbers = queue->heap_count = 0;
    for (uint32_t i = 0; i < queue->slots.size; i++) {
        if (slot_at(queue, i)->due_ms != 0 && !slot_at(queue, i)->sent)
            place(queue, i);
    }
}

/* Numbers that nobody looks for any more must not outgrow those that somebody does. */
static void tidy(struct wake_queue *queue)
{
    if (queue->numbers + queue->heap_count > 2 * (size_t)queue->slots.count + STALE_ALLOWED)
        place_all(queue);
}

/* --- what was sent -------------------------------------------------------------------------------------------------- */

static bool is_open(const void *context, const struct sent_wake *wake)
{
    const struct wake_queue *queue = context;
    const struct wake_slot *slot = slot_at(queue, wake->slot);
    return slot->sent && slot->queued == wake->ticket;
}

/* The row has moved, or is gone: nobody waits for an answer any more. */
static void close_sent(struct wake_queue *queue, struct wake_slot *slot)
{
    if (!slot->sent)
        return;
    queue->sent_count--;
    if (!slot->silent)
        queue->in_flight--;
    slot->sent = slot->silent = false;
    slot->queued = 0;
    sent_wakes_tidy(&queue->sent, queue->sent_count, is_open, queue);
}

void wake_queue_sent(struct wake_queue *queue, struct instant again)
{
    const struct wake *least = wake_queue_least(queue);
    assert(least != NULL);
    pop_near(queue);
    struct wake_slot *slot = slot_at(queue, queue->least_slot);
    slot->sent = true;
    slot->queued = ++queue->last_ticket;
    queue->sent_count++;
    queue->in_flight++;
    sent_wakes_add(&queue->sent, (struct sent_wake){.again_ms = again.ms,
                                                    .slot = queue->least_slot,
                                                    .ticket = slot->queued,
                                                    .times = 1,
                                                    .heard = queue->heard});
}

/* For one more task. Slots get other numbers. */
static void make_room(struct wake_queue *queue)
{
    if (!wake_slots_full(&queue->slots))
        return;
    struct wake_slots anew = wake_slots_anew(&queue->slots);
    for (size_t i = 0; i < queue->sent.count; i++) {
        struct sent_wake *sent = &queue->sent.items[i];
        /* No slot ever gets the ticket of an answered one again, so that may point anywhere. */
        sent->slot = is_open(queue, sent) ? wake_slots_find(&anew, slot_at(queue, sent->slot)->id) : 0;
    }
    wake_slots_release(&queue->slots);
    queue->slots = anew;
    place_all(queue);
}

static struct wake wake_of(const struct wake_slot *slot, char id[ID_TEXT])
{
    id_from_bytes(slot->id, id);
    return (struct wake){
        .task_id = id, .wake_seq = slot->wake_seq, .due = {slot->due_ms}, .again = {slot->due_ms}};
}

const struct wake *wake_queue_repeat(struct wake_queue *queue)
{
    const struct sent_wake *sent = sent_wakes_least(&queue->sent, is_open, queue);
    if (sent == NULL)
        return NULL;
    queue->repeat = wake_of(slot_at(queue, sent->slot), queue->repeat_id);
    queue->repeat.again.ms = sent->again_ms;
    queue->repeat.sent = sent->times;
    return &queue->repeat;
}

void wake_queue_repeated(struct wake_queue *queue, struct instant again)
{
    struct sent_wake *sent = sent_wakes_least(&queue->sent, is_open, queue);
    assert(sent != NULL);
    struct wake_slot *slot = slot_at(queue, sent->slot);
    sent->times++;
    if (!slot->silent && sent->times > LIMIT_WAKE_REPEATS && sent->heard != queue->heard) {
        slot->silent = true;
        queue->in_flight--;
    }
    sent_wakes_postpone(&queue->sent, again.ms);
}

struct instant wake_queue_oldest(struct wake_queue *queue)
{
    const struct wake *least = wake_queue_least(queue);
    struct instant oldest = least != NULL ? least->due : INSTANT_NONE;
    for (size_t i = 0; i < queue->sent.count; i++) {
        struct instant due = {slot_at(queue, queue->sent.items[i].slot)->due_ms};
        if (is_open(queue, &queue->sent.items[i]) && (!instant_is_set(oldest) || due.ms < oldest.ms))
            oldest = due;
    }
    return oldest;
}

/* --- the queue ------------------------------------------------------------------------------------------------------- */

static void forget(struct wake_queue *queue, uint32_t number)
{
    close_sent(queue, slot_at(queue, number));
    wake_slots_remove(&queue->slots, number);
}

bool wake_queue_set(struct wake_queue *queue, const char *task_id, uint64_t wake_seq, struct instant due)
{
    uint8_t id[ID_BYTES];
    if (!id_to_bytes(task_id, id) || wake_seq > WAKE_SEQ_AT_MOST)
        return false;
    uint32_t number = wake_slots_find(&queue->slots, id);
    bool known = number != WAKE_SLOT_NONE;
    if (known && instant_is_set(due) && slot_at(queue, number)->wake_seq == wake_seq)
        return true;
    queue->heard++;
    if (!instant_is_set(due)) {
        if (known)
            forget(queue, number);
        return true;
    }
    if (!known) {
        make_room(queue);
        number = wake_slots_add(&queue->slots, id);
    }
    struct wake_slot *slot = slot_at(queue, number);
    bool in_wheel = known && !slot->sent && slot->queued != 0;
    close_sent(queue, slot);
    slot->wake_seq = (uint32_t)wake_seq & WAKE_SEQ_AT_MOST;
    slot->due_ms = due.ms;
    if (in_wheel && tick_of(due.ms) >= slot->queued)
        return true; /* put further on when that second is reached */
    place(queue, number);
    tidy(queue);
    return true;
}

const struct wake *wake_queue_least(struct wake_queue *queue)
{
    for (;;) {
        while (queue->heap_count > 0 && is_stale(queue, queue->heap[0]))
            pop_near(queue);
        if (queue->heap_count > 0)
            break;
        if (!turn_wheel(queue))
            return NULL;
    }
    queue->least_slot = queue->heap[0].slot;
    queue->least = wake_of(slot_at(queue, queue->least_slot), queue->least_id);
    return &queue->least;
}

size_t wake_queue_count(const struct wake_queue *queue)
{
    return queue->slots.count;
}

size_t wake_queue_in_flight(const struct wake_queue *queue)
{
    return queue->in_flight;
}
