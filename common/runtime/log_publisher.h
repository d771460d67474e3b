/* log_publisher.h: writes records without transactions, idempotently: each record once, in the order of
 * publishing per partition, for as long as this publisher lives. While the broker is away it waits, says so
 * once, and goes on. */
#ifndef DUBAN_RUNTIME_LOG_PUBLISHER_H
#define DUBAN_RUNTIME_LOG_PUBLISHER_H

#include "runtime/log_record.h"
#include "runtime/loop.h"

struct log_publisher;

/* `offset` < 0: it was not written and never will be (unknown partition, too large, the publisher was freed);
 * `reason` says why, "" otherwise. */
typedef void (*log_delivered)(void *context, int64_t offset, const char *reason);

/* `on_fatal`: the publisher cannot go on (its records may be lost): stop the program. */
struct log_publisher *log_publisher_new(struct loop *loop, const struct log_client *client,
                                        void (*on_fatal)(void *context, const char *reason), void *context);
/* Waits at most `wait_ms` for what is in flight; the rest is reported as not written. Accepts NULL. */
void log_publisher_free(struct log_publisher *publisher, int64_t wait_ms);

/* Copies the message. STATUS_RETRY: the buffer is full, nothing happened. STATUS_REJECT: it can never be
 * written (too large). `on_delivered` may be NULL; it is called once, on the loop, for every STATUS_OK. */
MUST_CHECK enum status log_publisher_publish(struct log_publisher *publisher,
                                             const struct log_message *message, log_delivered on_delivered,
                                             void *context);

size_t log_publisher_in_flight(const struct log_publisher *publisher);
int64_t log_publisher_published(const struct log_publisher *publisher);
int64_t log_publisher_delivered(const struct log_publisher *publisher);
/* Inside on_delivered: when the broker says it wrote that record. INSTANT_NONE: it did not, or its topic keeps the
 * writer's time. */
struct instant log_publisher_stamp(const struct log_publisher *publisher);
bool log_publisher_reachable(const struct log_publisher *publisher); /* false while the broker is away */

#endif
