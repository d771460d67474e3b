/* watcher_core.h: what the watcher knows and what it would send, without Kafka and without a clock: it is told the rows,
 * the doors' watermarks, the registry and the time, and says which Wake goes out next.
 *
 * It decides nothing: the ledger drops a wake whose wake_seq is old, so duplicates, a second watcher and a restart are
 * harmless.
 *
 * Storms are paced (design §3): of each partition at most `wakes_in_flight` wakes stand between us and the ledger, sent
 * and not yet answered by their row; the most overdue goes first, and the partitions take turns. So the command of a
 * person waits behind a window of wakes, never behind a million. */
#ifndef DUBAN_DEADLINE_WATCHER_WATCHER_CORE_H
#define DUBAN_DEADLINE_WATCHER_WATCHER_CORE_H

#include "base/arena.h"
#include "domain/registry.h"
#include "wake_queue.h"
#include "wire/records.h"

struct watcher_core;

struct watcher_core_settings {
    uint32_t partitions;      /* P of duban.tasks and duban.commands */
    uint32_t wakes_in_flight; /* of each partition; programs take LIMIT_WAKES_IN_FLIGHT */
    bool stepped;             /* the clock of a rehearsal */
};

struct watcher_core *watcher_core_new(const struct watcher_core_settings *settings);
void watcher_core_free(struct watcher_core *core); /* accepts NULL */

/* What the logs say. STATUS_FATAL: a row of a task without an id. */
MUST_CHECK enum status watcher_core_row(struct watcher_core *core, const struct row_wake *row);
void watcher_core_watermark(struct watcher_core *core, const struct watermark *mark);
void watcher_core_registry(struct watcher_core *core, const struct registry *registry);

/* A wake that may go out now. */
struct watcher_wake {
    struct command command; /* in the arena */
    uint32_t partition;     /* of duban.commands, where it belongs */
    struct instant due;
    uint64_t wake_seq;
    uint32_t sent; /* how often it has gone out already */
};

/* The next one; false: none now. Again and again the same until `sent` is called or a log says something new. The command
 * is the same whoever sends it and however often: its id says which alarm it is. */
MUST_CHECK bool watcher_core_next(struct watcher_core *core, struct instant now, struct arena *arena,
                                  struct watcher_wake *ret_wake);
/* The one that `next` gave last was handed to the log, and nothing was said in between; it comes again, later each time,
 * until its row moves. */
void watcher_core_sent(struct watcher_core *core, struct instant now);

/* When to ask again if nothing else is heard; INSTANT_NONE: not before something is. On the stepped clock a moment that
 * is now names the next millisecond: the doors stand just before now, and the clock must not pass by what waits for
 * them. */
struct instant watcher_core_next_timer(const struct watcher_core *core, struct instant now);

/* The wakes of one partition, for its snapshots. */
struct wake_queue *watcher_core_queue(struct watcher_core *core, uint32_t partition);

size_t watcher_core_count(const struct watcher_core *core);     /* tasks that wait for a moment */
size_t watcher_core_in_flight(const struct watcher_core *core); /* wakes sent and not answered */
/* How long ago the oldest moment passed that its row has not answered, whether its wake was sent or waits for a door or
 * for room; 0: none has. Walks over all wakes that were sent. */
int64_t watcher_core_oldest_pending_ms(const struct watcher_core *core, struct instant now);

#endif
