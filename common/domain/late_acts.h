/* late_acts.h: acts that were refused because their time was over, kept in the row until a changed calendar may say
 * otherwise (task_recompute.h). Bounded: the newest LIMIT_LATE_ACTS of the last LATE_ACT_DAYS days; an appeal
 * comes when the matter is closed, so all of them stay until it is archived. */
#ifndef DUBAN_DOMAIN_LATE_ACTS_H
#define DUBAN_DOMAIN_LATE_ACTS_H

#include "base/arena.h"
#include "domain/event.h"
#include "domain/task.h"

enum { LATE_ACT_DAYS = 30 }; /* as long as its id is remembered */

/* The fold's part: a refusal for lateness joins the list; an act that was decided after all leaves it, with what has
 * become too old, and all of them leave a task that is archived. */
void late_acts_apply(struct task *task, const struct event *event, struct arena *arena);

#endif
