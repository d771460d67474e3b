/* observer.h: what happened, as anybody may read it: follows duban.events and duban.tasks on the loop. */
#ifndef DUBAN_REHEARSAL_OBSERVER_H
#define DUBAN_REHEARSAL_OBSERVER_H

#include "base/arena.h"
#include "domain/row.h"
#include "runtime/log_record.h"
#include "runtime/loop.h"

struct observer;

/* `task` is the row as of now, NULL for the events of other aggregates. Both live until it returns. */
typedef void (*observer_event)(void *context, const struct event *event, const struct task *task);

/* NULL: the broker's settings are wrong (said in the log). */
struct observer *observer_new(struct loop *loop, const struct log_client *client, const char *prefix,
                              uint32_t partitions, observer_event on_event, void *context);
void observer_free(struct observer *observer); /* accepts NULL */

/* Reads up to the ends as of now, then hands out every new event once, by task and number: in an order that does
 * not depend on how the partitions were read. STATUS_FATAL: something cannot be read, or the loop stops. */
MUST_CHECK enum status observer_catch_up(struct observer *observer);

/* The row as of the last catching up, in the arena; NULL: no such task. */
const struct task *observer_task(struct observer *observer, const char *task_id, struct arena *arena);

/* Calls back for every task, by id. */
void observer_tasks(struct observer *observer, void (*on_task)(void *context, const struct task *task),
                    void *context);

#endif
