/* wake_queue.h: for each task the moment its row wants to be woken, least first. The row in duban.tasks is the
 * truth; the queue is rebuilt from it and forgets a task when the row has nothing to wait for.
 *
 * A wake that was sent stays in the queue, moved to the moment at which it is sent again, until the row moves:
 * sending twice is harmless (wake_seq), not sending is not. */
#ifndef DUBAN_DEADLINE_WATCHER_WAKE_QUEUE_H
#define DUBAN_DEADLINE_WATCHER_WAKE_QUEUE_H

#include "base/digest.h"
#include "base/instant.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wake_queue;

struct wake {
    const char *task_id;
    uint64_t wake_seq;
    struct instant due;
    struct instant again; /* when to look at it next: `due`, later after each sending */
    uint32_t sent;        /* how often */
};

struct wake_queue *wake_queue_new(void);
void wake_queue_free(struct wake_queue *queue); /* accepts NULL */

/* What the row says now. `due` INSTANT_NONE: nothing to wait for. A row that has not moved (same wake_seq)
 * changes nothing. False: that is no id of a task. */
MUST_CHECK bool wake_queue_set(struct wake_queue *queue, const char *task_id, uint64_t wake_seq,
                               struct instant due);

/* The wake with the least `again`; NULL when empty. Lives until the next call. */
const struct wake *wake_queue_least(struct wake_queue *queue);
/* The least one was sent; look at it again then. */
void wake_queue_postpone(struct wake_queue *queue, struct instant again);

size_t wake_queue_count(const struct wake_queue *queue);

#endif
