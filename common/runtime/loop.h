/* loop.h: the one event loop of a program (libevent inside). Everything but loop_stop and loop_wakeup_send
 * belongs to the thread that runs the loop; every callback of runtime comes on it. Making a loop ignores
 * SIGPIPE. */
#ifndef DUBAN_RUNTIME_LOOP_H
#define DUBAN_RUNTIME_LOOP_H

#include "base/instant.h"
#include <stdbool.h>

struct loop;
struct loop_timer;
struct loop_wakeup;

typedef void (*loop_callback)(void *context);

struct loop *loop_new(void);
void loop_free(struct loop *loop); /* after everything that was made on it */

/* Runs until loop_stop. `loop_turn` waits for one round of events (for tests and for programs with their own
 * ending). */
void loop_run(struct loop *loop);
void loop_turn(struct loop *loop);
void loop_stop(struct loop *loop); /* from any thread */
bool loop_stopping(const struct loop *loop);

/* Wall time, read once per turn, at the first question after the wait. */
struct instant loop_now(struct loop *loop);

/* SIGTERM and SIGINT call `callback` (NULL: loop_stop) instead of killing the process. A second signal
 * kills. */
void loop_on_stop_signal(struct loop *loop, loop_callback callback, void *context);

/* Called at the end of every turn in which anything happened. One hook per loop. */
void loop_on_turn(struct loop *loop, loop_callback callback, void *context);

/* Once, in the next turn. */
void loop_defer(struct loop *loop, loop_callback callback, void *context);

/* A one-shot timer on monotonic time. Starting a running timer replaces its time. */
struct loop_timer *loop_timer_new(struct loop *loop, loop_callback callback, void *context);
void loop_timer_start(struct loop_timer *timer, int64_t delay_ms);
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* accepts NULL; allowed inside its own callback */

/* A call from another thread: any number of sends before the loop comes round are one callback. */
struct loop_wakeup *loop_wakeup_new(struct loop *loop, loop_callback callback, void *context);
void loop_wakeup_send(struct loop_wakeup *wakeup); /* from any thread */
void loop_wakeup_free(struct loop_wakeup *wakeup); /* accepts NULL; allowed inside its own callback */

#endif
