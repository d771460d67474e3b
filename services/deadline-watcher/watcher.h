/* watcher.h: deadline-watcher: reads the rows, keeps the moment each wants to be woken, and sends a Wake when its
 * moment has come and the doors have released it (service/watermarks.h).
 *
 * It decides nothing: the ledger drops a wake whose wake_seq is old, so duplicates, a second watcher and a restart
 * are harmless. */
#ifndef DUBAN_DEADLINE_WATCHER_WATCHER_H
#define DUBAN_DEADLINE_WATCHER_WATCHER_H

#include "service/service.h"

enum watcher_metric {
    WATCHER_WAKES_SENT,
    WATCHER_WAKES_REPEATED,
    WATCHER_TIMERS,
    WATCHER_IN_FLIGHT,
    WATCHER_OLDEST_PENDING_SECONDS,
    WATCHER_LATENESS_SECONDS,
    WATCHER_SNAPSHOTS,
};

extern const struct metric watcher_metrics[];
extern const struct service_input watcher_inputs[];

extern const struct setting watcher_settings[];

enum status watcher_configure(struct service *service);
enum status watcher_prepare(struct service *service); /* checks the topics, loads the snapshots */
/* What prepare does for each partition once it knows where the log begins and ends. */
void watcher_load(struct service *service, int32_t partition, int64_t start, int64_t end);
enum status watcher_start(struct service *service);
void watcher_stop(struct service *service);
void watcher_release(struct service *service);
struct instant watcher_next_timer(struct service *service);
void watcher_on_timer(struct service *service, struct instant now);
void watcher_on_metrics(struct service *service);

#endif
