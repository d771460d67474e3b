/* log_ends.h: asks for the ends of partitions without blocking the loop: log_admin_ends on a thread of its
 * own. */
#ifndef DUBAN_RUNTIME_LOG_ENDS_H
#define DUBAN_RUNTIME_LOG_ENDS_H

#include "runtime/log_admin.h"
#include "runtime/loop.h"

struct log_ends;

/* `asked_at`: wall time read immediately before the request was sent, so that everything appended before it
 * is covered by `ends`. `status` other than STATUS_OK: no answer, the ends are LOG_OFFSET_NONE. `ends`
 * lives until it returns. */
typedef void (*log_ends_answer)(void *context, enum status status, struct instant asked_at,
                                const struct log_end *ends, size_t count);

struct log_ends *log_ends_new(struct loop *loop, const struct log_client *client, log_ends_answer on_answer,
                              void *context);
void log_ends_free(
    struct log_ends *ends); /* accepts NULL; waits for a request under way (at most its timeout) */

/* Copies the topics. STATUS_RETRY: the last question is still open. All partitions of each topic are asked
 * for. */
MUST_CHECK enum status log_ends_ask(struct log_ends *ends, const struct log_topic *topics, size_t count,
                                    int64_t timeout_ms);

#endif
