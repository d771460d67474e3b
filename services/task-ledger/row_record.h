/* row_record.h: a record of duban.tasks into the table of its partition. */
#ifndef DUBAN_TASK_LEDGER_ROW_RECORD_H
#define DUBAN_TASK_LEDGER_ROW_RECORD_H

#include "runtime/log_record.h"
#include "task_table.h"

/* STATUS_FATAL, said in the log: it is no row; a partition that holds such a record is not restored. */
MUST_CHECK enum status row_record_load(struct task_table *table, const struct log_record *record);

#endif
