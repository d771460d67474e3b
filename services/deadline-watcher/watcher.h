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
};

extern const struct metric watcher_metrics[];
extern const struct service_input watcher_inputs[];

enum status watcher_start(struct service *service);
void watcher_release(struct service *service);
struct instant watcher_next_timer(struct service *service);
void watcher_on_timer(struct service *service, struct instant now);
void watcher_on_metrics(struct service *service);

#endif
