/* ledger_metrics.h: what the ledger counts. */
#ifndef DUBAN_TASK_LEDGER_LEDGER_METRICS_H
#define DUBAN_TASK_LEDGER_LEDGER_METRICS_H

#include "runtime/metrics.h"

enum ledger_metric {
    LEDGER_COMMANDS,
    LEDGER_EVENTS,
    LEDGER_REPLAYS,
    LEDGER_DEAD_LETTERS,
    LEDGER_TRANSACTIONS,
    LEDGER_COMMIT_SECONDS,
    LEDGER_BATCH_RECORDS,
    LEDGER_UNDO_BYTES,
    LEDGER_RESTORES,
    LEDGER_RESTORE_SECONDS,
    LEDGER_SNAPSHOTS,
    LEDGER_ROWS,
    LEDGER_ROW_BYTES,
    LEDGER_WAITING,
    LEDGER_PARTITIONS,
    LEDGER_METRIC_COUNT,
};

extern const struct metric ledger_metrics[];

#endif
