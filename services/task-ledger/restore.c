/* restore.c: partitions that come and go. Their rows are read from duban.tasks up to the high watermark
 * while they are paused; what a partition's own row says must fit the offsets that the group has committed.
 *
 * State is kept when a partition goes. If it comes back with the offsets and the metadata that this process
 * committed last, nobody else has written, and the rows need not be read again. The same proof decides
 * after a commit with an unknown outcome: memory holds the state before, and the metadata tells whether
 * that is still the state. */
#include "engine_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "row_record.h"

enum { PROGRESS_RECORDS = 200000 }; /* a line in the log each time so many have been read */

static void count_restore(struct engine *engine, const char *how)
{
    metrics_add(engine->options.metrics, LEDGER_RESTORES, &how, 1);
}

static bool kept_state_holds(const struct partition *partition, const char *const tokens[STREAM_COUNT])
{
    return partition->kept && text_equal(tokens[STREAM_COMMANDS], partition->token) &&
           text_equal(tokens[STREAM_INTERNAL], partition->token) &&
           partition->committed[STREAM_COMMANDS] == partition->row.next_command &&
           partition->committed[STREAM_INTERNAL] == partition->row.next_internal;
}

/* What the assignment says about one partition: its committed offsets with their metadata. */
static bool read_offsets(const struct engine *engine, struct partition *partition,
                         const struct log_offset *offsets, size_t count, const char *ret_tokens[STREAM_COUNT])
{
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        if (offsets[i].partition != partition->number)
            continue;
        found = true;
        bool internal = text_equal(offsets[i].topic, engine->options.topics.internal);
        enum stream stream = internal ? STREAM_INTERNAL : STREAM_COMMANDS;
        partition->committed[stream] = offsets[i].next == LOG_OFFSET_NONE ? 0 : offsets[i].next;
        ret_tokens[stream] = offsets[i].metadata;
    }
    return found;
}

/* Its records may be applied, once the registry that it has adopted is here. */
static void make_ready(struct engine *engine, struct partition *partition)
{
    partition->ready = true;
    partition->kept = true;
    partition->awaited_version = 0;
    partition->saved_at = engine->options.monotonic();
    uint32_t version = partition->row.registry_version;
    if (version != 0 && registry_follower_version(engine->registry, version) == NULL)
        partition->awaited_version = version; /* it is still paused */
    else
        engine_resume(engine, partition);
}

/* More partitions than P: their commands would wait for ever. */
static bool partitions_fit(const struct engine *engine, const struct log_offset *offsets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (offsets[i].partition >= engine->options.partitions) {
            log_error("topic has more partitions than the setting says topic=%s partition=%d partitions=%d",
                      offsets[i].topic, offsets[i].partition, engine->options.partitions);
            return false;
        }
    return true;
}

enum status restore_assigned(struct engine *engine, const struct log_offset *offsets, size_t count)
{
    if (!partitions_fit(engine, offsets, count))
        return STATUS_FATAL;
    engine_drop_waiting(engine);
    snapshots_abandon(engine);
    engine->assigned = true;
    engine->restoring = false;
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL)
            partition = partition_new(i);
        const char *tokens[STREAM_COUNT] = {"", ""};
        if (!read_offsets(engine, partition, offsets, count, tokens)) {
            partition_free(partition);
            engine->partitions[i] = NULL;
            continue;
        }
        engine->partitions[i] = partition;
        if (kept_state_holds(partition, tokens)) {
            make_ready(engine, partition);
            count_restore(engine, "kept");
        } else {
            partition_clear(partition);
            snprintf(partition->token, sizeof(partition->token), "%s", tokens[STREAM_COMMANDS]);
            engine->restoring = true;
        }
    }
    log_info("partitions assigned count=%zu restoring=%s", count / STREAM_COUNT,
             engine->restoring ? "yes" : "no");
    return STATUS_OK;
}

void restore_revoked(struct engine *engine)
{
    engine_drop_waiting(engine);
    snapshots_abandon(engine);
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        if (engine->partitions[i] == NULL)
            continue;
        engine->partitions[i]->ready = false;
        engine->partitions[i]->awaited_version = 0;
    }
    engine->assigned = false;
    engine->restoring = false;
}

static enum status load_row(void *context, const struct log_record *record)
{
    struct engine *engine = context;
    const enum status status = row_record_load(engine->partitions[record->partition]->table, record);
    if (status == STATUS_OK && ++engine->restored % PROGRESS_RECORDS == 0)
        log_info("reading rows from the log records=%llu partition=%d offset=%lld",
                 (unsigned long long)engine->restored, record->partition, (long long)record->offset);
    return status;
}

/* Offsets ahead of the row mean that commands were skipped or rows were lost. Offsets behind it are
 * harmless: what comes again is dropped. */
static enum status check_offsets(const struct partition *partition)
{
    if (partition->committed[STREAM_COMMANDS] <= partition->row.next_command &&
        partition->committed[STREAM_INTERNAL] <= partition->row.next_internal)
        return STATUS_OK;
    log_error("committed offsets are ahead of the rows, refusing the partition key=%s commands=%lld row=%lld "
              "internal=%lld row=%lld",
              partition->key, (long long)partition->committed[STREAM_COMMANDS],
              (long long)partition->row.next_command, (long long)partition->committed[STREAM_INTERNAL],
              (long long)partition->row.next_internal);
    return STATUS_FATAL;
}

static enum status finish(struct engine *engine, struct partition *partition)
{
    enum status status = partition_load_row(partition, engine->options.deployment);
    if (status == STATUS_OK)
        status = check_offsets(partition);
    if (status == STATUS_OK) {
        make_ready(engine, partition);
        count_restore(engine, partition->from_snapshot ? "snapshot" : "read");
    }
    return status;
}

enum status restore_run(struct engine *engine)
{
    const struct monotonic start = engine->options.monotonic();
    struct log_offset *offsets = must_alloc((size_t)engine->options.partitions * sizeof(*offsets));
    size_t count = 0;
    enum status status = STATUS_OK;
    for (int32_t i = 0; status == STATUS_OK && i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || partition->ready)
            continue;
        task_table_free(partition->table); /* a restore that was cut short may have left rows */
        partition->table = task_table_new();
        struct log_offset *offset = &offsets[count++];
        *offset = (struct log_offset){
            .topic = engine->options.topics.tasks, .partition = i, .next = 0, .metadata = ""};
        status = snapshots_load(engine, partition, &offset->next);
    }
    engine->restored = 0;
    if (status == STATUS_OK)
        status = log_port_restore(engine->options.port, offsets, count, load_row, engine);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = finish(engine, engine->partitions[offsets[i].partition]);
    free(offsets);
    if (status != STATUS_OK)
        return status;
    engine->restoring = false;
    double seconds = (double)(engine->options.monotonic().ns - start.ns) / 1e9;
    metrics_observe(engine->options.metrics, LEDGER_RESTORE_SECONDS, NULL, seconds);
    log_info("partitions restored partitions=%zu rows=%zu records_read=%llu seconds=%.3f", count,
             engine_row_count(engine), (unsigned long long)engine->restored, seconds);
    return STATUS_OK;
}
