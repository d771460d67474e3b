/* engine.h: the single writer. One thread reads duban.commands and duban.internal, decides each command
 * against its row (turn_take), and writes rows, events, answers, internal commands, registry versions,
 * offsets and partition rows in one transaction per batch. Nothing here reads a clock or decides anything
 * that the log does not say.
 *
 * A batch is whatever has come, and was decided, while the one before was being committed and the ledger rested after
 * it, up to `batch_records`: a lone command is committed at once, and under load the batches grow by themselves until
 * commits keep up. What is decided ahead of a commit is written after it, and undone with it.
 *
 *   engine.c         what the log says → queues; one turn
 *   commit_pace.c    how long it rests between two transactions
 *   batch.c          queues → one transaction; undone as a whole
 *   held_outputs.c   what a batch will write
 *   apply.c          one record: applied before, unreadable, or a command to decide
 *   outputs.c        one decision → records
 *   restore.c        partitions that come, with their rows from a snapshot and duban.tasks
 *   breadcrumbs.c    the record of which the program died
 *   snapshots.c      rows into files, some a turn, and back
 *   standby.c        snapshots of what other instances hold, on a thread beside the engine's
 *   recompute.c      tasks that wait for other calendars
 *   registry_gate.c  versions of the registry: checked before they are published, awaited before they are
 *                    adopted */
#ifndef DUBAN_TASK_LEDGER_ENGINE_H
#define DUBAN_TASK_LEDGER_ENGINE_H

#include "runtime/log_port.h"
#include "runtime/metrics.h"
#include "service/registry_follower.h"
#include "task_table.h"

struct engine;

/* Texts must outlive the engine. */
struct engine_options {
    struct log_port *port; /* shares out commands and internal, follows registry; stays the caller's */
    struct {
        const char *commands, *internal, *events, *answers, *tasks, *registry, *dead_letters; /* full names */
    } topics;
    int32_t partitions;     /* P */
    const char *deployment; /* id: a partition written by another deployment is refused */
    const char *bootstrap_secret;
    const char *instance; /* tells the offsets that this process commits from those of others */
    uint32_t batch_records;
    const char *state_directory;         /* of snapshots and breadcrumbs; "": none are kept */
    bool clock_is_real;                  /* received_at and the time stamps of the log are of one time */
    int64_t snapshot_interval_ms;        /* a partition that has changed is saved that often */
    struct metrics *metrics;             /* of ledger_metrics */
    struct monotonic (*monotonic)(void); /* for measuring only */
};

struct engine *engine_new(const struct engine_options *options);
void engine_free(struct engine *engine); /* accepts NULL */

/* One round: waits at most `timeout_ms` for something to come, decides some of what is there, begins to commit what is
 * decided, or sees to the commit under way.
 * STATUS_FATAL, said in the log: the program must not go on. */
MUST_CHECK enum status engine_turn(struct engine *engine, int64_t timeout_ms);

/* Between two turns: */
size_t
engine_in_flight(const struct engine *engine); /* records read but not committed, partitions not restored */
int64_t engine_handled(const struct engine *engine); /* records applied or dropped, committed */
int64_t engine_published(const struct engine *engine);
bool engine_holds(const struct engine *engine, int32_t partition); /* restored or not */
const char *engine_not_ready(const struct engine *engine);         /* one line; "" when ready */
size_t engine_row_count(const struct engine *engine);
/* The rows of a partition that is ours; NULL otherwise. For tests and for tools that compare. */
const struct task_table *engine_table(const struct engine *engine, int32_t partition);

#endif
