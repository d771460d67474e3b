/* calendar_tasks.h: what a changed notice would do to the open tasks, before anybody publishes it; and publishing it. */
#ifndef DUBAN_DUBANCTL_CALENDAR_TASKS_H
#define DUBAN_DUBANCTL_CALENDAR_TASKS_H

#include "calendar_files.h"
#include "service/registry_follower.h"

/* Lists every clock of every open task that the newest registry of the log with these years would move, were it published now:
 * by the same turn that the ledger takes. */
int calendar_tasks_show(const struct tool *tool, struct registry_follower *follower,
                        const struct calendar_files *next);

#endif
