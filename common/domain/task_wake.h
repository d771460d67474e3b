/* task_wake.h: which moment of a task comes next, and the Wake that stands for it. */
#ifndef DUBAN_DOMAIN_TASK_WAKE_H
#define DUBAN_DOMAIN_TASK_WAKE_H

#include "domain/task.h"

/* The next timer that is not held; NULL when there is none. At one instant: deemed transitions, misses, then rungs
 * ascending. */
const struct timer *task_next_timer(const struct task *task, const struct clock **ret_clock);

/* The Wake for that timer, the same whoever triggers it: actor system, id = H(task, wake_seq, due).
 * `missing_doors` is empty unless the watcher released it without them. */
struct command task_wake_command(const struct task *task, const struct timer *timer,
                                 struct text_list missing_doors, struct arena *arena);

#endif
