/* wake_queue_sent.c: the wakes of a queue that were sent and whose rows have not moved yet. */
#include "wake_queue_internal.h"

#include "base/limits.h"

#include <assert.h>

bool wake_queue_is_open(const void *context, const struct sent_wake *wake)
{
    const struct wake_queue *queue = context;
    const struct wake_slot *slot = slot_at(queue, wake->slot);
    return slot->sent && slot->queued == wake->ticket;
}

void wake_queue_close(struct wake_queue *queue, struct wake_slot *slot)
{
    if (!slot->sent)
        return;
    queue->sent_count--;
    if (!slot->silent)
        queue->in_flight--;
    slot->sent = slot->silent = false;
    slot->queued = 0;
    sent_wakes_tidy(&queue->sent, queue->sent_count, wake_queue_is_open, queue);
}

void wake_queue_sent(struct wake_queue *queue, struct instant again)
{
    const struct wake *least = wake_queue_least(queue);
    assert(least != NULL);
    wake_queue_take_least(queue);
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

const struct wake *wake_queue_repeat(struct wake_queue *queue)
{
    wake_queue_apply(queue);
    const struct sent_wake *sent = sent_wakes_least(&queue->sent, wake_queue_is_open, queue);
    if (sent == NULL)
        return NULL;
    queue->repeat = wake_of(slot_at(queue, sent->slot), queue->repeat_id);
    queue->repeat.again.ms = sent->again_ms;
    queue->repeat.sent = sent->times;
    return &queue->repeat;
}

void wake_queue_repeated(struct wake_queue *queue, struct instant again)
{
    struct sent_wake *sent = sent_wakes_least(&queue->sent, wake_queue_is_open, queue);
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
        if (wake_queue_is_open(queue, &queue->sent.items[i]) &&
            (!instant_is_set(oldest) || due.ms < oldest.ms))
            oldest = due;
    }
    return oldest;
}
