/* snapshots.c: when snapshots are written, a few rows a turn, and how a partition comes back from one. One partition at a
 * time, in turn, so that the work per turn has a limit whatever the ledger holds.
 *
 * Rows are written as they stand in memory, where batches change them that are not committed yet. So a file gets its
 * name only when every batch whose rows it may hold is committed, and is thrown away when one is undone. */
#include "engine_internal.h"

#include "base/log.h"
#include "base/text.h"
#include "runtime/snapshot.h"

enum {
    STEP_BYTES = 512 * 1024, /* about a millisecond of writing */
    NANOSECONDS_PER_MS = 1000 * 1000,
};

static void count(struct engine *engine, const char *outcome)
{
    metrics_add(engine->options.metrics, LEDGER_SNAPSHOTS, &outcome, 1);
}

static bool enabled(const struct engine *engine)
{
    return !text_empty(engine->options.state_directory);
}

static struct snapshot_of identity(const struct engine *engine, int32_t partition)
{
    return (struct snapshot_of){engine->options.deployment, engine->options.topics.tasks, partition,
                                "ledger"};
}

static bool is_due(const struct engine *engine, const struct partition *partition)
{
    return partition != NULL && partition->ready && partition->unsaved > 0 &&
           engine->options.monotonic().ns - partition->saved_at.ns >=
               engine->options.snapshot_interval_ms * NANOSECONDS_PER_MS;
}

static void begin(struct engine *engine, struct partition *partition)
{
    int64_t start = 0, end = 0;
    struct snapshot_of of = identity(engine, partition->number);
    partition->saved_at = engine->options.monotonic();
    if (log_port_watermarks(engine->options.port, of.topic, of.partition, &start, &end) != STATUS_OK)
        return; /* once more after the next interval */
    engine->saving.writer = snapshot_begin(engine->options.state_directory, &of, end);
    if (engine->saving.writer == NULL) {
        count(engine, "failed");
        return;
    }
    engine->saving.partition = partition;
    engine->saving.whole = false;
    engine->saving.changes = partition->unsaved;
    task_table_walk(partition->table);
}

/* Begins with another partition each time. */
static void begin_next(struct engine *engine)
{
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        engine->saving.turn = (engine->saving.turn + 1) % engine->options.partitions;
        struct partition *partition = engine->partitions[engine->saving.turn];
        if (is_due(engine, partition)) {
            begin(engine, partition);
            return;
        }
    }
}

static void finish(struct engine *engine)
{
    struct snapshot_writer *writer = engine->saving.writer;
    struct partition *partition = engine->saving.partition;
    engine->saving.writer = NULL;
    engine->saving.partition = NULL;
    if (!snapshot_publish(writer)) {
        count(engine, "failed");
        return;
    }
    partition->unsaved -= engine->saving.changes;
    count(engine, "written");
}

static void go_on(struct engine *engine)
{
    const char *key = NULL;
    struct row_bytes row;
    for (size_t bytes = 0; bytes < STEP_BYTES; bytes += row.bytes) {
        if (!task_table_walk_next(engine->saving.partition->table, &key, &row)) {
            engine->saving.whole = true;
            engine->saving.batch = engine->filling->number - batch_is_empty(engine);
            return;
        }
        if (!snapshot_add(engine->saving.writer, key, row.data, row.bytes)) {
            count(engine, "failed");
            snapshots_abandon(engine);
            return;
        }
    }
}

static bool is_committed(const struct engine *engine)
{
    return engine->settled >= engine->saving.batch;
}

bool snapshots_under_way(const struct engine *engine)
{
    return engine->saving.writer != NULL && (!engine->saving.whole || is_committed(engine));
}

void snapshots_step(struct engine *engine)
{
    if (!enabled(engine))
        return;
    if (engine->saving.writer == NULL)
        begin_next(engine);
    else if (!engine->saving.whole)
        go_on(engine);
    else if (is_committed(engine))
        finish(engine);
}

void snapshots_abandon(struct engine *engine)
{
    snapshot_discard(engine->saving.writer);
    engine->saving.writer = NULL;
    engine->saving.partition = NULL;
}

static void load_row(void *context, const char *key, const void *data, size_t bytes)
{
    task_table_load(context, key, data, bytes);
}

enum status snapshots_load(struct engine *engine, struct partition *partition, int64_t *ret_next)
{
    int64_t start = 0, end = 0;
    uint32_t refused = 0;
    struct snapshot_of of = identity(engine, partition->number);
    partition->from_snapshot = false;
    if (!enabled(engine))
        return STATUS_OK;
    enum status status = log_port_watermarks(engine->options.port, of.topic, of.partition, &start, &end);
    if (status != STATUS_OK)
        return status;
    bool loaded = snapshot_load(engine->options.state_directory, &of, start, end, load_row, partition->table,
                                ret_next, &refused);
    for (; refused > 0; refused--)
        count(engine, "refused");
    partition->from_snapshot = loaded;
    if (loaded)
        log_info("rows read from a snapshot partition=%d rows=%zu next=%lld end=%lld", partition->number,
                 task_table_count(partition->table), (long long)*ret_next, (long long)end);
    return STATUS_OK;
}
