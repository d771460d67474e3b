/* loop_internal.h: what the other parts of runtime need of the loop, and nobody else. */
#ifndef DUBAN_RUNTIME_LOOP_INTERNAL_H
#define DUBAN_RUNTIME_LOOP_INTERNAL_H

#include "runtime/loop.h"
#include <event2/event.h>

struct event_base *loop_base(struct loop *loop);

/* Writing eight bytes to it is a send; librdkafka does so when a queue is no longer empty. */
int loop_wakeup_fd(const struct loop_wakeup *wakeup);

#endif
