/* ledger_metrics.c: the table of the ledger's metrics. */
#include "ledger_metrics.h"

#define MILLISECONDS                                                                                         \
    {                                                                                                        \
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10                                    \
    }

const struct metric ledger_metrics[] = {
    [LEDGER_COMMANDS] =
        {.name = "duban_ledger_commands_total",
                           .type = METRIC_COUNTER,
                           .help = "commands decided, by what became of them: accepted, no_effect, or the refusal's code",
                           .labels = {"outcome"}},
    [LEDGER_EVENTS] = {.name = "duban_ledger_events_total",  .type = METRIC_COUNTER, .help = "events written"},
    [LEDGER_REPLAYS] =
        {.name = "duban_ledger_replays_total",
                           .type = METRIC_COUNTER,
                           .help = "records dropped because they had been applied, known by log offset or by inbox offset",
                           .labels = {"known_by"}},
    [LEDGER_DEAD_LETTERS] = {.name = "duban_ledger_dead_letters_total",
                           .type = METRIC_COUNTER,
                           .help = "records that could not be read"},
    [LEDGER_QUARANTINED] =
        {.name = "duban_ledger_quarantined_records_total",
                           .type = METRIC_COUNTER,
                           .help = "records left out because the program had died of them: look at the dead letters"},
    [LEDGER_TRANSACTIONS] =
        {.name = "duban_ledger_transactions_total",
                           .type = METRIC_COUNTER,
                           .help = "transactions by outcome: committed, aborted, rebuilt (outcome unknown, state checked)",
                           .labels = {"outcome"}},
    [LEDGER_ABORTS] = {.name = "duban_ledger_undone_transactions_total",
                           .type = METRIC_COUNTER,
                           .help =
                           "transactions that were undone in memory and applied again, by the log's reason", .labels = {"reason"}},
    [LEDGER_COMMIT_SECONDS] = {.name = "duban_ledger_commit_seconds",
                           .type = METRIC_HISTOGRAM,
                           .help = "duration of a commit",
                           .buckets = MILLISECONDS},
    [LEDGER_BATCH_RECORDS] = {.name = "duban_ledger_batch_records",
                           .type = METRIC_HISTOGRAM,
                           .help = "records applied per transaction",
                           .buckets = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}},
    [LEDGER_UNDO_BYTES] = {.name = "duban_ledger_undo_bytes",
                           .type = METRIC_GAUGE,
                           .help = "rows kept to undo the last transaction, had it been aborted"},
    [LEDGER_RESTORES] = {.name = "duban_ledger_restored_partitions_total",
                           .type = METRIC_COUNTER,
                           .help = "partitions that came, by how their rows did: read from the log, from a "
                                 "snapshot and its tail, or kept in memory", .labels = {"how"}},
    [LEDGER_RESTORE_SECONDS] = {.name = "duban_ledger_restore_seconds",
                           .type = METRIC_HISTOGRAM,
                           .help = "duration of reading rows from the log",
                           .buckets = MILLISECONDS},
    [LEDGER_SNAPSHOTS] = {.name = "duban_ledger_snapshots_total",
                           .type = METRIC_COUNTER,
                           .help = "snapshots of partitions: written, standby (of what another instance "
                                  "holds), failed, refused when they were to be read", .labels = {"outcome"}},
    [LEDGER_ROWS] = {.name = "duban_ledger_rows",                                                                                               .type = METRIC_GAUGE, .help = "rows in memory"},
    [LEDGER_ROW_BYTES] = {.name = "duban_ledger_row_bytes",
                           .type = METRIC_GAUGE,
                           .help = "bytes of keys and rows in memory"},
    [LEDGER_WAITING] = {.name = "duban_ledger_waiting_records",
                           .type = METRIC_GAUGE,
                           .help = "records read and not yet applied"},
    [LEDGER_PARTITIONS] = {.name = "duban_ledger_partitions",
                           .type = METRIC_GAUGE,
                           .help = "partitions that are ours and ready"},
    [LEDGER_RECOMPUTED] = {.name = "duban_ledger_recomputed_rows_total",
                           .type = METRIC_COUNTER,
                           .help = "tasks that a cursor has looked at because the calendars had changed"},
    [LEDGER_RECOMPUTE_REMAINING] = {.name = "duban_ledger_recompute_remaining_rows",
                           .type = METRIC_GAUGE,
                           .help = "tasks that the cursors under way have not come to"},
    [LEDGER_MOVED] = {.name = "duban_ledger_moved_tasks_total",
                           .type = METRIC_COUNTER,
                           .help = "tasks whose clocks other calendars have moved"},
    [LEDGER_SUPERSEDED] = {.name = "duban_ledger_superseded_wakes_total",
                           .type = METRIC_COUNTER,
                           .help = "wakes for a moment that the task no longer waits for"},
    [LEDGER_METRIC_COUNT] = {.name = NULL                                                              },
};
