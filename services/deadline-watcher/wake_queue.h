/* wake_queue.h: for each task of one partition the moment its row wants to be woken, least first. The row in duban.tasks
 * is the truth; the queue is rebuilt from it and forgets a task when the row has nothing to wait for.
 *
 * A wake that was sent stays until its row moves and comes up again as a repeat: sending twice is harmless (wake_seq),
 * not sending is not. Until its row moves it is in flight. One that has been repeated LIMIT_WAKE_REPEATS times while
 * other rows of the partition moved is silent: it is repeated still, but no longer counted, so that tasks which never
 * answer do not hold up the others. */
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
    struct instant again; /* of one that was sent: when to send it again; else `due` */
    uint32_t sent;        /* how often */
};

struct wake_queue *wake_queue_new(void);
void wake_queue_free(struct wake_queue *queue); /* accepts NULL */

/* What the row says now. `due` INSTANT_NONE: nothing to wait for. A row that has not moved (same wake_seq)
 * changes nothing. False: that is no id of a task, or wake_seq is beyond WAKE_SEQ_AT_MOST. */
MUST_CHECK bool wake_queue_set(struct wake_queue *queue, const char *task_id, uint64_t wake_seq,
                               struct instant due);

/* The same by the id's bytes. */
MUST_CHECK bool wake_queue_put(struct wake_queue *queue, const uint8_t id[ID_BYTES], uint64_t wake_seq,
                               struct instant due);

/* So many will be put in the order of their ids; in a small table they would all want the same places. */
void wake_queue_expect(struct wake_queue *queue, size_t count);

/* The wake with the least `due` of those that were not sent; NULL: none. Lives until the next call. */
const struct wake *wake_queue_least(struct wake_queue *queue);
/* The least one was sent; without an answer it is sent again then. */
void wake_queue_sent(struct wake_queue *queue, struct instant again);

/* The sent wake with the least `again`; NULL: none. Lives until the next call. */
const struct wake *wake_queue_repeat(struct wake_queue *queue);
/* That one was sent again, the next time then. */
void wake_queue_repeated(struct wake_queue *queue, struct instant again);

/* All that wait, sent or not, in the order of their ids; some at a time, while the queue goes on changing: each is as it
 * stands when it is met, one that comes or moves meanwhile may be met or not. */
struct wake_walk {
    uint32_t slot, remade;
};

struct wake_timer {
    uint8_t id[ID_BYTES];
    uint32_t wake_seq;
    int64_t due_ms;
};

struct wake_walk wake_queue_walk(struct wake_queue *queue);
/* *ret_count 0: there are no more. False: they have got other places, begin anew. */
MUST_CHECK bool wake_queue_walk_next(struct wake_queue *queue, struct wake_walk *walk,
                                     struct wake_timer *timers, size_t room, size_t *ret_count);

size_t wake_queue_count(struct wake_queue *queue);     /* tasks that wait, sent or not */
size_t wake_queue_in_flight(struct wake_queue *queue); /* sent, not answered, not silent */
/* The least `due` of those that were sent and of those that were not; INSTANT_NONE: the queue is empty. Walks over all
 * that were sent. */
struct instant wake_queue_oldest(struct wake_queue *queue);

#endif
