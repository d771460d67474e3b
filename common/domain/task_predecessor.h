/* task_predecessor.h: a task that must be done before another one, and is due after it (domain.md §1.6, the lint). Follow
 * tells the predecessor until when its follower has time; as soon as the predecessor's own last day lies behind that, at
 * once or after an extension, PredecessorLater goes back, once for each such day. */
#ifndef DUBAN_DOMAIN_TASK_PREDECESSOR_H
#define DUBAN_DOMAIN_TASK_PREDECESSOR_H

#include "domain/turn.h"

/* C-DUE's last day, before assignment as registered; not set: not known yet. */
struct date task_last_day(const struct task *task);

/* Part of task_apply: marks the followers that this event makes too early. */
void predecessor_apply(struct task *task, const struct event *event, struct arena *arena);

/* Part of task_followups: tells those that were marked. */
void predecessor_tell(const struct task *after, const struct event *event, struct arena *arena,
                      struct command **internals, uint32_t *count);

#endif
