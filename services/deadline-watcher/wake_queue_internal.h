/* wake_queue_internal.h: what the two files of the queue share with each other and nobody else. */
#ifndef DUBAN_DEADLINE_WATCHER_WAKE_QUEUE_INTERNAL_H
#define DUBAN_DEADLINE_WATCHER_WAKE_QUEUE_INTERNAL_H

#include "near_heap.h"
#include "sent_wakes.h"
#include "wake_queue.h"
#include "wake_slots.h"
#include "wheel_digits.h"

enum {
    CHUNK_SLOTS = 14,     /* with its head one cache line */
    STALE_ALLOWED = 1024, /* and as many as there are wakes */
    PUT_TOGETHER = 16,    /* rows */
};

struct chunk {
    uint32_t next; /* chunk + 1; 0: none */
    uint32_t count;
    uint32_t slots[CHUNK_SLOTS];
};

/* What a row has said and the slots do not know yet. */
struct put {
    uint8_t id[ID_BYTES];
    uint32_t wake_seq;
    int64_t due_ms; /* 0: nothing to wait for */
};

struct wake_queue {
    struct wake_slots slots;

    /* Rows often come one after the other, at a start by the million: each task's slot is fetched while the rows before
     * it are waiting. Whoever asks for anything is told of all of them. */
    struct put puts[PUT_TOGETHER];
    size_t put_count;

    uint32_t tick;           /* seconds up to this one are in the heap */
    uint32_t heads[BUCKETS]; /* chunk + 1 */
    uint64_t occupied[BUCKETS / 64];
    struct chunk *chunks;
    uint32_t chunk_room, chunks_used, chunk_free; /* free: chunk + 1 */
    size_t numbers;                               /* in the wheel, stale ones too */

    struct near_heap near;

    struct sent_wakes sent;
    size_t sent_count, in_flight;
    uint32_t last_ticket;
    uint32_t heard;  /* rows that moved */
    uint32_t remade; /* how often slots got other numbers */

    struct wake least, repeat; /* as handed out */
    uint32_t least_slot;
    char least_id[ID_TEXT], repeat_id[ID_TEXT];
};

static inline struct wake_slot *slot_at(const struct wake_queue *queue, uint32_t slot)
{
    return &queue->slots.slots[slot];
}

/* As it is handed out, not sent yet. */
static inline struct wake wake_of(const struct wake_slot *slot, char id[ID_TEXT])
{
    id_from_bytes(slot->id, id);
    return (struct wake){
        .task_id = id, .wake_seq = slot->wake_seq, .due = {slot->due_ms}, .again = {slot->due_ms}};
}

/* --- wake_queue.c */
void wake_queue_apply(struct wake_queue *queue);      /* what rows have said and the slots do not know yet */
void wake_queue_take_least(struct wake_queue *queue); /* the one at the top of the heap leaves it */

/* --- wake_queue_sent.c */
bool wake_queue_is_open(const void *context, const struct sent_wake *wake); /* of the queue */
/* The row has moved, or is gone: nobody waits for an answer to what was sent any more. */
void wake_queue_close(struct wake_queue *queue, struct wake_slot *slot);

#endif
