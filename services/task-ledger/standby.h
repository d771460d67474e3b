/* standby.h: snapshots of the partitions that other instances hold, so that whoever takes them over reads a short tail
 * of duban.tasks and not all of it.
 *
 * On a thread of its own, one partition after the other: the newest snapshot and what came since, loaded into a table,
 * make a newer snapshot. Memory: the rows of one partition at a time. The engine knows nothing of it; it finds the
 * files when a partition comes (snapshots.c). Both may write at the same moment: their files are whole or not there. */
#ifndef DUBAN_TASK_LEDGER_STANDBY_H
#define DUBAN_TASK_LEDGER_STANDBY_H

#include "runtime/log_port.h"
#include "runtime/metrics.h"
#include "runtime/snapshot.h"

/* What is read of the log: the two calls of log_port.h, without a group. */
struct standby_log {
    enum status (*watermarks)(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                              int64_t *ret_end);
    enum status (*restore)(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                           void *context);
    void *self;
};

enum standby_outcome {
    STANDBY_CURRENT, /* nothing has come since the newest snapshot */
    STANDBY_WRITTEN,
    STANDBY_FAILED, /* said in the log; the next round tries again */
};

/* One partition, once. Counts the snapshots that were refused on the way. `given_up` is asked now and then: true ends it
 * as STANDBY_FAILED without a word. */
enum standby_outcome standby_refresh(const char *directory, const struct snapshot_of *of,
                                     const struct standby_log *log, bool (*given_up)(void *context),
                                     void *context, uint32_t *ret_refused);

/* Texts must outlive the thread. */
struct standby_options {
    const struct log_client *client;
    const char *topic; /* full name of the tasks topic */
    const char *deployment;
    const char *state_directory;
    int32_t partitions;
    int64_t interval_ms;     /* between two rounds */
    struct metrics *metrics; /* of ledger_metrics */
};

struct standby;

/* NULL: there is no state directory, the interval is 0, or the thread cannot be had (said in the log). */
struct standby *standby_start(const struct standby_options *options);
/* The partition is in the engine's own care from now on, or no longer. Any thread; accepts NULL. */
void standby_note_held(struct standby *standby, int32_t partition, bool held);
/* Waits for the thread to end, which it does between two records. Accepts NULL. */
void standby_stop(struct standby *standby);

#endif
