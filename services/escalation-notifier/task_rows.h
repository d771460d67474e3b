/* task_rows.h: the rows of all tasks as they stand in duban.tasks, followed: what a notice says of its task. */
#ifndef DUBAN_ESCALATION_NOTIFIER_TASK_ROWS_H
#define DUBAN_ESCALATION_NOTIFIER_TASK_ROWS_H

#include "base/arena.h"
#include "domain/task.h"
#include "runtime/log_record.h"

struct task_rows;

struct task_rows *task_rows_new(void);
void task_rows_free(struct task_rows *rows); /* accepts NULL */

/* One record of duban.tasks; rows of other aggregates are passed over. STATUS_FATAL, said in the log: not a row. */
MUST_CHECK enum status task_rows_take(struct task_rows *rows, const struct log_record *record);

/* The row, decoded into the arena; NULL: not here. */
const struct task *task_rows_find(const struct task_rows *rows, const char *task, struct arena *arena);

#endif
